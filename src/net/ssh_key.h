/* SPDX-License-Identifier: Apache-2.0 */
/* Private keys: reading, decrypting and signing, without libssh2.
 *
 * libssh2 could log in with a key file by itself, but would read, parse and decrypt it again for
 * each connection (half of the CPU time of many logins, and with a passphrase far more), and
 * before 1.11 it signs with SHA-1 when the key is RSA, which every current server refuses. */
#ifndef RW_NET_SSH_KEY_H
#define RW_NET_SSH_KEY_H

#include <openssl/evp.h>
#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"
#include "base/error.h"
#include "net/ssh.h"

struct rw_ssh_key {
    char *path;
    struct rw_buf text; /* the file, wiped as soon as pkey is there */
    struct rw_buf blob; /* the public key; empty while it is hidden in an encrypted file */
    EVP_PKEY *pkey;     /* NULL while encrypted */
    /* The connection that asks for the passphrase, and those that wait for what comes of it. */
    struct rw_ssh *owner;
    struct rw_ssh **waiting;
    size_t waiting_count;
};

/* Reads the file at path, or gives the one that was read before. Owned by the store. An encrypted
 * key is given without pkey. NULL: RW_ENOTFOUND, RW_EIO, or RW_ESYNTAX when it is no key. */
struct rw_ssh_key *rw_ssh_keys_get(struct rw_ssh_keys *keys, const char *path,
                                   struct rw_error *err);

/* Parses the text of a private key file. RW_EAUTH: encrypted, and passphrase is NULL or wrong.
 * RW_ESYNTAX: no key, or of a kind that is not supported. Free *pkey with EVP_PKEY_free. Pure, and
 * safe to call from another thread. */
int rw_ssh_key_decrypt(const char *text, size_t size, const char *passphrase, EVP_PKEY **pkey,
                       struct rw_error *err);
/* Takes pkey over as the decrypted form of key. */
void rw_ssh_key_unlock(struct rw_ssh_key *key, EVP_PKEY *pkey);

/* Appends the signature bytes (without their type) as SSH wants them. algorithm: "ssh-ed25519",
 * "ecdsa-sha2-nistp256", "rsa-sha2-256", … */
int rw_ssh_key_sign(EVP_PKEY *pkey, const char *algorithm, const void *data, size_t size,
                    struct rw_buf *signature);

/* The format of "-----BEGIN OPENSSH PRIVATE KEY-----" (PROTOCOL.key of OpenSSH): data is its
 * decoded content. The same results as rw_ssh_key_decrypt. */
int rw_ssh_key_openssh(const void *data, size_t size, const char *passphrase, EVP_PKEY **pkey,
                       struct rw_error *err);
/* Appends the public key that stands in clear in that content; false when there is none. */
bool rw_ssh_key_openssh_public(const void *data, size_t size, struct rw_buf *blob);

#endif
