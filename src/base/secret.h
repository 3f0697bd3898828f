/* Secrets: passwords, passphrases, tokens. They live in memory only, are wiped when freed, and
 * never reach a log. */
#ifndef RW_BASE_SECRET_H
#define RW_BASE_SECRET_H

#include <stddef.h>

struct rw_buf;

/* Overwrites memory in a way the compiler keeps. */
void rw_secret_wipe(void *memory, size_t size);
/* Wipes and frees a string; NULL is fine. */
void rw_secret_free(char *secret);
/* Gives a copy of text to free(), with every occurrence of secret replaced by mask. An empty or
 * NULL secret changes nothing. */
char *rw_secret_mask(const char *text, const char *secret, const char *mask);

#endif
