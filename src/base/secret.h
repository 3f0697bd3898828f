/* SPDX-License-Identifier: Apache-2.0 */
/* Secrets: passwords, passphrases, tokens. They live in memory only, are wiped when freed, and
 * never reach a log. */
#ifndef RW_BASE_SECRET_H
#define RW_BASE_SECRET_H

#include <stddef.h>

struct rw_error;

/* Reads the first line of a file that keeps a secret, without its end, to rw_secret_free(). NULL:
 * there is no such file (RW_ENOTFOUND), it cannot be read or its first line is empty (RW_EIO), or
 * it is larger than 4 KiB (RW_ELIMIT); *err (may be NULL) names the file. */
char *rw_secret_read(const char *path, struct rw_error *err);
/* From now on no core file holds the memory of this process, and only root can look at it. */
void rw_secret_no_core(void);
/* Overwrites memory in a way the compiler keeps. */
void rw_secret_wipe(void *memory, size_t size);
/* Wipes and frees a string; NULL is fine. */
void rw_secret_free(char *secret);

#endif
