/* SPDX-License-Identifier: Apache-2.0 */
/* Keys at random: the same ones for the same seed everywhere. */
#ifndef RW_TESTS_UNIT_RANDOM_KEYS_H
#define RW_TESTS_UNIT_RANDOM_KEYS_H

#include <stdbool.h>
#include <stdint.h>

struct random_keys {
    uint32_t state;
};

/* The number in the environment variable, or the usual one. */
unsigned random_setting(const char *name, unsigned usual);
/* $RW_SEED, or one by the clock; not 0. */
uint32_t random_seed(void);
struct random_keys random_from(uint32_t seed);
/* From 0 on, below `below`, which is not 0. */
uint32_t random_below(struct random_keys *random, uint32_t below);
/* True once in `times`. */
bool random_once_in(struct random_keys *random, uint32_t times);
/* The bytes of a key, of half a key or of a paste, as a terminal may send them: letters, digits,
 * words that the wizard asks for, wide and broken characters, control keys, escape sequences whole
 * and cut. Static. */
const char *random_key(struct random_keys *random);
/* One that confirms or moves, as somebody would press to get on. Static. */
const char *random_step(struct random_keys *random);

#endif
