/* SPDX-License-Identifier: Apache-2.0 */
/* The key derivation of encrypted OpenSSH private keys: bcrypt instead of HMAC inside PBKDF2, with
 * the output bytes spread over the key. libssh2 has it, but hidden, and only in a form that
 * decrypts the key again for each connection. */
#ifndef RW_NET_BCRYPT_PBKDF_H
#define RW_NET_BCRYPT_PBKDF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* 18 words of the P array, then the four S boxes. */
#define RW_BLOWFISH_PI_WORDS (18 + 4 * 256)
extern const uint32_t rw_blowfish_pi[RW_BLOWFISH_PI_WORDS];

/* Fills key with size bytes. False when an argument is out of bounds: empty password or salt, salt
 * above 256 bytes, key above 512 bytes, no rounds. Costs about 10 ms per round on one core. */
bool rw_bcrypt_pbkdf(const char *password, const void *salt, size_t salt_size, unsigned char *key,
                     size_t size, uint32_t rounds);

#endif
