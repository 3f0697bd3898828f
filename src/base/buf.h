/* SPDX-License-Identifier: Apache-2.0 */
/* A growing byte buffer with a named maximum. Nothing is dropped silently: what the program itself
 * puts together has to fit, what comes from outside is refused or cut by name. */
#ifndef RW_BASE_BUF_H
#define RW_BASE_BUF_H

#include <stddef.h>

/* data is always NUL-terminated once anything was appended; the NUL is not counted in len. */
struct rw_buf {
    char *data;
    size_t len;
    size_t cap;
    size_t max; /* bytes held at most; 0 means RW_BUF_DEFAULT_MAX */
};

#define RW_BUF_DEFAULT_MAX (16u * 1024 * 1024)

/* `struct rw_buf buf = {0};` is a valid empty buffer; init only sets the maximum. */
void rw_buf_init(struct rw_buf *buf, size_t max);
/* Frees and empties; NULL and repeated calls are fine. */
void rw_buf_done(struct rw_buf *buf);
/* The same, wiping the content first (secrets). */
void rw_buf_wipe(struct rw_buf *buf);
/* Empties, keeps the memory. */
void rw_buf_clear(struct rw_buf *buf);

/* For texts that are made of parts with limits of their own: what does not fit under max ends the
 * program, as it does when there is no memory left. */
void rw_buf_add(struct rw_buf *buf, const void *data, size_t size);
void rw_buf_adds(struct rw_buf *buf, const char *text);
void rw_buf_addc(struct rw_buf *buf, char c);
void rw_buf_addf(struct rw_buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));
/* For what comes from outside: RW_ELIMIT, and nothing is added, when it does not fit under max. */
int rw_buf_put(struct rw_buf *buf, const void *data, size_t size)
    __attribute__((warn_unused_result));
/* Adds what fits and drops the rest: for what people look at, where a part is better than nothing.
 */
void rw_buf_fill(struct rw_buf *buf, const void *data, size_t size);
/* Removes the first size bytes. */
void rw_buf_shift(struct rw_buf *buf, size_t size);

/* The content as a string ("" when empty); borrowed. */
const char *rw_buf_str(const struct rw_buf *buf);
/* Hands the content over as a NUL-terminated string to free(); the buffer is empty afterwards. */
char *rw_buf_take(struct rw_buf *buf);

#endif
