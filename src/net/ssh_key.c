/* SPDX-License-Identifier: Apache-2.0 */
#include "net/ssh_key.h"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "net/ssh_wire.h"

#define KEY_FILE_MAX (64u * 1024)

struct rw_ssh_keys {
    struct rw_ssh_key **keys;
    size_t count;
};

struct rw_ssh_keys *rw_ssh_keys_new(void)
{
    return rw_calloc(1, sizeof(struct rw_ssh_keys));
}

static void key_free(struct rw_ssh_key *key)
{
    if (!key)
        return;
    free(key->path);
    rw_buf_wipe(&key->text);
    rw_buf_done(&key->blob);
    EVP_PKEY_free(key->pkey);
    free(key->waiting);
    free(key);
}

void rw_ssh_keys_free(struct rw_ssh_keys *keys)
{
    if (!keys)
        return;
    for (size_t i = 0; i < keys->count; i++)
        key_free(keys->keys[i]);
    free(keys->keys);
    free(keys);
}

/* ---- files ---- */

/* Decodes the armour of an OpenSSH key; false when text is something else. */
static bool openssh_content(const char *text, struct rw_buf *content)
{
    static const char head[] = "-----BEGIN OPENSSH PRIVATE KEY-----";
    const char *begin = strstr(text, head);
    const char *end = begin ? strstr(begin, "-----END OPENSSH PRIVATE KEY-----") : NULL;
    if (!end)
        return false;
    struct rw_buf plain = {0};
    for (const char *p = begin + strlen(head); p < end; p++) {
        if (!strchr(" \t\r\n", *p))
            rw_buf_addc(&plain, *p);
    }
    bool valid = rw_wire_base64(rw_buf_str(&plain), plain.len, content);
    rw_buf_wipe(&plain);
    return valid;
}

/* Hands the passphrase to OpenSSL's PEM reader, and remembers that it was wanted. */
struct pem_question {
    const char *passphrase;
    bool asked;
};

static int pem_passphrase(char *out, int size, int writing, void *context)
{
    struct pem_question *question = context;
    (void)writing;
    question->asked = true;
    size_t length = question->passphrase ? strlen(question->passphrase) : 0;
    if (!length || length > (size_t)size)
        return -1;
    memcpy(out, question->passphrase, length);
    return (int)length;
}

int rw_ssh_key_decrypt(const char *text, size_t size, const char *passphrase, EVP_PKEY **pkey,
                       struct rw_error *err)
{
    struct rw_buf content = {0};
    if (size < KEY_FILE_MAX && openssh_content(text, &content)) {
        int rc = rw_ssh_key_openssh(content.data, content.len, passphrase, pkey, err);
        rw_buf_wipe(&content);
        return rc;
    }
    rw_buf_wipe(&content);

    BIO *bio = BIO_new_mem_buf(text, (int)(size < KEY_FILE_MAX ? size : 0));
    struct pem_question question = {.passphrase = passphrase};
    *pkey = PEM_read_bio_PrivateKey(bio, NULL, pem_passphrase, &question);
    BIO_free(bio);
    ERR_clear_error();
    if (!*pkey && question.asked)
        return rw_error_set(err, RW_EAUTH, "the passphrase does not open the key");
    if (!*pkey)
        return rw_error_set(err, RW_ESYNTAX, "not a private key");
    return 0;
}

/* Reads the public key from "path.pub", for encrypted files that hide it. */
static void read_public_file(const char *path, struct rw_buf *blob)
{
    char *public_path = rw_asprintf("%s.pub", path);
    struct rw_buf text = {0};
    if (rw_file_read(public_path, KEY_FILE_MAX, &text, NULL) == 0) {
        const char *word = strchr(rw_buf_str(&text), ' ');
        char type[RW_WIRE_TYPE_SIZE];
        if (word++ && (!rw_wire_base64(word, strcspn(word, " \r\n"), blob) ||
                       !rw_wire_key_type(blob->data, blob->len, type)))
            rw_buf_clear(blob);
    }
    rw_buf_done(&text);
    free(public_path);
}

static void read_public(struct rw_ssh_key *key)
{
    struct rw_buf content = {0};
    if (!openssh_content(rw_buf_str(&key->text), &content) ||
        !rw_ssh_key_openssh_public(content.data, content.len, &key->blob))
        read_public_file(key->path, &key->blob);
    rw_buf_wipe(&content);
}

struct rw_ssh_key *rw_ssh_keys_get(struct rw_ssh_keys *keys, const char *path, struct rw_error *err)
{
    for (size_t i = 0; i < keys->count; i++) {
        if (strcmp(keys->keys[i]->path, path) == 0)
            return keys->keys[i];
    }
    struct rw_ssh_key *key = rw_calloc(1, sizeof *key);
    key->path = rw_strdup(path);
    EVP_PKEY *pkey = NULL;
    int rc = rw_file_read(path, KEY_FILE_MAX, &key->text, err);
    if (rc == 0 && memchr(rw_buf_str(&key->text), '\0', key->text.len))
        rc = rw_error_set(err, RW_ESYNTAX, "not a private key");
    if (rc == 0)
        rc = rw_ssh_key_decrypt(rw_buf_str(&key->text), key->text.len, NULL, &pkey, err);
    if (rc == 0)
        rw_ssh_key_unlock(key, pkey);
    else if (rc == RW_EAUTH)
        read_public(key);
    else {
        key_free(key);
        return NULL;
    }
    *rw_array_add(keys->keys, keys->count) = key;
    return key;
}

/* ---- public keys ---- */

static void put_bignum(struct rw_buf *out, EVP_PKEY *pkey, const char *name)
{
    BIGNUM *number = NULL;
    if (EVP_PKEY_get_bn_param(pkey, name, &number) != 1)
        return;
    int size = BN_num_bytes(number);
    unsigned char *bytes = rw_malloc((size_t)size + 1);
    BN_bn2bin(number, bytes);
    rw_wire_put_mpint(out, bytes, (size_t)size);
    free(bytes);
    BN_free(number);
}

static const char *curve_name(EVP_PKEY *pkey)
{
    switch (EVP_PKEY_get_bits(pkey)) {
    case 256:
        return "nistp256";
    case 384:
        return "nistp384";
    case 521:
        return "nistp521";
    default:
        return NULL;
    }
}

static bool put_ec_public(struct rw_buf *blob, EVP_PKEY *pkey)
{
    unsigned char point[1 + 2 * 66];
    size_t size = 0;
    const char *curve = curve_name(pkey);
    if (!curve || EVP_PKEY_get_octet_string_param(pkey, OSSL_PKEY_PARAM_PUB_KEY, point,
                                                  sizeof point, &size) != 1)
        return false;
    struct rw_buf type = {0};
    rw_buf_addf(&type, "ecdsa-sha2-%s", curve);
    rw_wire_put_string(blob, type.data, type.len);
    rw_wire_put_string(blob, curve, strlen(curve));
    rw_wire_put_string(blob, point, size);
    rw_buf_done(&type);
    return true;
}

/* Appends the public key blob; false when the kind of key has none in SSH. */
static bool put_public(EVP_PKEY *pkey, struct rw_buf *blob)
{
    unsigned char raw[32];
    size_t size = sizeof raw;
    switch (EVP_PKEY_get_base_id(pkey)) {
    case EVP_PKEY_RSA:
        rw_wire_put_string(blob, "ssh-rsa", 7);
        put_bignum(blob, pkey, OSSL_PKEY_PARAM_RSA_E);
        put_bignum(blob, pkey, OSSL_PKEY_PARAM_RSA_N);
        return true;
    case EVP_PKEY_EC:
        return put_ec_public(blob, pkey);
    case EVP_PKEY_ED25519:
        if (EVP_PKEY_get_raw_public_key(pkey, raw, &size) != 1)
            return false;
        rw_wire_put_string(blob, "ssh-ed25519", 11);
        rw_wire_put_string(blob, raw, size);
        return true;
    default:
        return false;
    }
}

/* ---- unlocking ---- */

void rw_ssh_key_unlock(struct rw_ssh_key *key, EVP_PKEY *pkey)
{
    EVP_PKEY_free(key->pkey);
    key->pkey = pkey;
    rw_buf_clear(&key->blob);
    put_public(pkey, &key->blob);
    rw_buf_wipe(&key->text);
}

/* ---- signing ---- */

/* ASN.1 out of OpenSSL, two plain numbers into SSH. */
static bool ecdsa_to_ssh(const struct rw_buf *der, struct rw_buf *signature)
{
    const unsigned char *p = (const unsigned char *)der->data;
    ECDSA_SIG *sig = d2i_ECDSA_SIG(NULL, &p, (long)der->len);
    if (!sig)
        return false;
    const BIGNUM *parts[] = {ECDSA_SIG_get0_r(sig), ECDSA_SIG_get0_s(sig)};
    for (size_t i = 0; i < RW_COUNT(parts); i++) {
        unsigned char bytes[80];
        int size = BN_num_bytes(parts[i]);
        if (size < 0 || (size_t)size > sizeof bytes)
            continue;
        BN_bn2bin(parts[i], bytes);
        rw_wire_put_mpint(signature, bytes, (size_t)size);
    }
    ECDSA_SIG_free(sig);
    return true;
}

static const EVP_MD *digest_for(EVP_PKEY *pkey, const char *algorithm)
{
    switch (EVP_PKEY_get_base_id(pkey)) {
    case EVP_PKEY_EC:
        return EVP_PKEY_get_bits(pkey) <= 256   ? EVP_sha256()
               : EVP_PKEY_get_bits(pkey) <= 384 ? EVP_sha384()
                                                : EVP_sha512();
    case EVP_PKEY_RSA:
        return rw_text_equal(algorithm, "rsa-sha2-512")   ? EVP_sha512()
               : rw_text_equal(algorithm, "rsa-sha2-256") ? EVP_sha256()
                                                          : EVP_sha1();
    default:
        return NULL;
    }
}

int rw_ssh_key_sign(EVP_PKEY *pkey, const char *algorithm, const void *data, size_t size,
                    struct rw_buf *signature)
{
    int rc = RW_EPROTO;
    struct rw_buf raw = {0};
    size_t length = 0;
    EVP_MD_CTX *context = EVP_MD_CTX_new();
    if (!context ||
        EVP_DigestSignInit(context, NULL, digest_for(pkey, algorithm), NULL, pkey) != 1 ||
        EVP_DigestSign(context, NULL, &length, data, size) != 1)
        goto out;
    raw.data = rw_calloc(1, length + 1);
    raw.cap = length + 1;
    if (EVP_DigestSign(context, (unsigned char *)raw.data, &length, data, size) != 1)
        goto out;
    raw.len = length;
    rc = 0;
    if (EVP_PKEY_get_base_id(pkey) != EVP_PKEY_EC)
        rw_buf_add(signature, raw.data, raw.len);
    else if (!ecdsa_to_ssh(&raw, signature))
        rc = RW_EPROTO;
out:
    ERR_clear_error();
    EVP_MD_CTX_free(context);
    rw_buf_done(&raw);
    return rc;
}
