/* SPDX-License-Identifier: Apache-2.0 */
/* The answer of a script on a host: `key=value` lines. The parser accepts anything and trusts
 * nothing: lines that are no pair are ignored, long values cut, control characters made harmless.
 */
#ifndef RW_REMOTE_REPLY_H
#define RW_REMOTE_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define RW_REPLY_PAIRS_MAX 4096  /* further pairs are dropped */
#define RW_REPLY_VALUE_MAX 65536 /* bytes */

struct rw_reply_pair {
    char *key; /* [a-z0-9_.-]{1,64} */
    char *value;
};

/* `struct rw_reply reply = {0};` is empty. */
struct rw_reply {
    struct rw_reply_pair *pairs;
    size_t count;
};

/* Takes one line without its line end. */
void rw_reply_line(struct rw_reply *reply, const char *line, size_t length);
/* Takes all lines of a text. */
void rw_reply_parse(struct rw_reply *reply, const char *text, size_t size);
void rw_reply_done(struct rw_reply *reply);

/* The value given last for key, or NULL; borrowed. */
const char *rw_reply_get(const struct rw_reply *reply, const char *key);
/* Whether the value is exactly this; false when there is none. */
bool rw_reply_is(const struct rw_reply *reply, const char *key, const char *value);
/* The value as a whole number, or fallback when it is missing or none. */
int64_t rw_reply_number(const struct rw_reply *reply, const char *key, int64_t fallback);

#endif
