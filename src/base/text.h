/* SPDX-License-Identifier: Apache-2.0 */
/* Small pure functions on strings. */
#ifndef RW_BASE_TEXT_H
#define RW_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct rw_buf;

bool rw_text_starts(const char *text, const char *prefix);
bool rw_text_ends(const char *text, const char *suffix);
/* Equal, where NULL equals only NULL. */
bool rw_text_equal(const char *a, const char *b);

/* Appends text as one POSIX shell word. Words of [A-Za-z0-9_@%+=:,./-] stay as they are, anything
 * else is put in single quotes. */
void rw_text_shell_quote(struct rw_buf *out, const char *text);

/* Appends data as base64 without line breaks (RFC 4648 section 4). */
void rw_text_base64(struct rw_buf *out, const void *data, size_t size);

/* Reads a whole decimal number in [min, max]; anything else is RW_EINVAL and *value untouched. */
int rw_text_number(const char *text, int64_t min, int64_t max, int64_t *value);

/* Gives a copy to free() that is safe on a terminal and in a log: control characters (C0 but tab,
 * DEL, C1) and bytes that are not UTF-8 become '?'; at most max bytes are kept, cut at a character
 * boundary. */
char *rw_text_printable(const char *text, size_t size, size_t max);

/* Walks the lines of text: each call gives the next line without its "\n" or "\r\n", or false at
 * the end. Start with *cursor = text. */
bool rw_text_line(const char **cursor, const char **line, size_t *length);

#endif
