/* SPDX-License-Identifier: Apache-2.0 */
/* Taking secrets out of text that is given away: those that are known, in every form in which
 * programs write them down, and what looks like one.
 *
 * Known: as it is, in base64 (whatever stands before and after it, also with line breaks and in
 * the alphabet of URLs), in hex, and with characters escaped as in URLs, in JSON and C, or inside
 * quotes of shell and YAML. Looks like one: private keys, tokens of RKE2 and Kubernetes, what
 * follows `token:`, `password=`, `--token`, `Bearer` and the like, and the user in an address.
 *
 * Pure: the same text and secrets give the same result, and nothing is kept. */
#ifndef RW_BASE_REDACT_H
#define RW_BASE_REDACT_H

#include <stddef.h>

struct rw_buf;
struct rw_redactor;

/* A known secret of fewer bytes counts only where it stands as a word by itself. */
#define RW_REDACT_WORD_MAX 4

struct rw_redactor *rw_redactor_new(void);
/* Adds a secret; a line end after it does not count. NULL, empty or known: nothing. The full form
 * of a token (K10…::server:SECRET) makes its last part known too. */
void rw_redactor_add(struct rw_redactor *redactor, const char *secret);
/* Adds the secrets of another one. */
void rw_redactor_join(struct rw_redactor *redactor, const struct rw_redactor *other);
/* Wipes what is known. NULL is fine. */
void rw_redactor_free(struct rw_redactor *redactor);

/* Appends text to *out with "[redacted]" in place of each secret. Text that does not fit is
 * dropped, as rw_buf does. All of a text is to be given at once: a key may have many lines. When a
 * known secret is part of that word itself, another one is used. */
void rw_redact(const struct rw_redactor *redactor, const char *text, size_t size,
               struct rw_buf *out);

#endif
