/* SPDX-License-Identifier: Apache-2.0 */
#include "net/bcrypt_pbkdf.h"

#include <openssl/sha.h>
#include <string.h>

#include "base/secret.h"

#define WORDS     8 /* of one block of output */
#define HASH_SIZE (WORDS * 4)
#define SALT_MAX  256
#define KEY_MAX   512

struct blowfish {
    uint32_t p[18];
    uint32_t s[4][256];
};

static void encipher(const struct blowfish *b, uint32_t *left, uint32_t *right)
{
    uint32_t l = *left ^ b->p[0], r = *right;
    for (int i = 1; i < 17; i += 2) {
        r ^= (((b->s[0][l >> 24] + b->s[1][l >> 16 & 255]) ^ b->s[2][l >> 8 & 255]) +
              b->s[3][l & 255]) ^
             b->p[i];
        l ^= (((b->s[0][r >> 24] + b->s[1][r >> 16 & 255]) ^ b->s[2][r >> 8 & 255]) +
              b->s[3][r & 255]) ^
             b->p[i + 1];
    }
    *left = r ^ b->p[17];
    *right = l;
}

/* Reads bytes as an endless stream of words. */
static uint32_t next_word(const unsigned char *data, size_t size, size_t *at)
{
    uint32_t word = 0;
    for (int i = 0; i < 4; i++) {
        word = word << 8 | data[*at];
        *at = (*at + 1) % size;
    }
    return word;
}

/* salt may be NULL: then nothing is mixed in between. */
static void expand(struct blowfish *b, const unsigned char *salt, const unsigned char *key)
{
    size_t key_at = 0, salt_at = 0;
    for (int i = 0; i < 18; i++)
        b->p[i] ^= next_word(key, SHA512_DIGEST_LENGTH, &key_at);

    uint32_t left = 0, right = 0;
    uint32_t *const boxes[] = {b->p, b->s[0], b->s[1], b->s[2], b->s[3]};
    for (int box = 0; box < 5; box++) {
        int count = box == 0 ? 18 : 256;
        for (int i = 0; i < count; i += 2) {
            if (salt) {
                left ^= next_word(salt, SHA512_DIGEST_LENGTH, &salt_at);
                right ^= next_word(salt, SHA512_DIGEST_LENGTH, &salt_at);
            }
            encipher(b, &left, &right);
            boxes[box][i] = left;
            boxes[box][i + 1] = right;
        }
    }
}

static void bcrypt_hash(const unsigned char *password, const unsigned char *salt,
                        unsigned char out[HASH_SIZE])
{
    static const unsigned char text[HASH_SIZE + 1] = "OxychromaticBlowfishSwatDynamite";
    struct blowfish b;
    memcpy(b.p, rw_blowfish_pi, sizeof b.p);
    memcpy(b.s, rw_blowfish_pi + 18, sizeof b.s);
    expand(&b, salt, password);
    for (int i = 0; i < 64; i++) {
        expand(&b, NULL, salt);
        expand(&b, NULL, password);
    }

    uint32_t words[WORDS];
    size_t at = 0;
    for (int i = 0; i < WORDS; i++)
        words[i] = next_word(text, HASH_SIZE, &at);
    for (int round = 0; round < 64; round++) {
        for (int i = 0; i < WORDS; i += 2)
            encipher(&b, &words[i], &words[i + 1]);
    }
    /* Little-endian, unlike everything else in bcrypt. */
    for (int i = 0; i < HASH_SIZE; i++)
        out[i] = (unsigned char)(words[i / 4] >> (8 * (i % 4)));
    rw_secret_wipe(&b, sizeof b);
}

bool rw_bcrypt_pbkdf(const char *password, const void *salt, size_t salt_size, unsigned char *key,
                     size_t size, uint32_t rounds)
{
    if (!*password || !salt_size || salt_size > SALT_MAX || !size || size > KEY_MAX || !rounds)
        return false;
    unsigned char pass[SHA512_DIGEST_LENGTH], digest[SHA512_DIGEST_LENGTH];
    unsigned char block[HASH_SIZE], out[HASH_SIZE], counted[SALT_MAX + 4];
    size_t blocks = (size + HASH_SIZE - 1) / HASH_SIZE;

    SHA512((const unsigned char *)password, strlen(password), pass);
    memcpy(counted, salt, salt_size);
    for (size_t n = 1; n <= blocks; n++) {
        unsigned char count[4] = {0, 0, (unsigned char)(n >> 8), (unsigned char)n};
        memcpy(counted + salt_size, count, sizeof count);
        SHA512(counted, salt_size + 4, digest);
        bcrypt_hash(pass, digest, block);
        memcpy(out, block, sizeof out);
        for (uint32_t round = 1; round < rounds; round++) {
            SHA512(block, sizeof block, digest);
            bcrypt_hash(pass, digest, block);
            for (int i = 0; i < HASH_SIZE; i++)
                out[i] ^= block[i];
        }
        for (size_t i = 0; i < HASH_SIZE && i * blocks + n - 1 < size; i++)
            key[i * blocks + n - 1] = out[i];
    }
    rw_secret_wipe(pass, sizeof pass);
    rw_secret_wipe(block, sizeof block);
    rw_secret_wipe(out, sizeof out);
    return true;
}
