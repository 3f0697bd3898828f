/* SPDX-License-Identifier: Apache-2.0 */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/secret.h"

void rw_buf_init(struct rw_buf *buf, size_t max)
{
    memset(buf, 0, sizeof *buf);
    buf->max = max;
}

void rw_buf_done(struct rw_buf *buf)
{
    if (!buf)
        return;
    free(buf->data);
    size_t max = buf->max;
    rw_buf_init(buf, max);
}

void rw_buf_wipe(struct rw_buf *buf)
{
    if (!buf)
        return;
    if (buf->data)
        rw_secret_wipe(buf->data, buf->cap);
    rw_buf_done(buf);
}

void rw_buf_clear(struct rw_buf *buf)
{
    buf->len = 0;
    if (buf->data)
        buf->data[0] = '\0';
}

static size_t room(const struct rw_buf *buf)
{
    return (buf->max ? buf->max : RW_BUF_DEFAULT_MAX) - buf->len;
}

static void append(struct rw_buf *buf, const void *data, size_t size)
{
    if (buf->len + size + 1 > buf->cap) {
        size_t cap = buf->cap ? buf->cap : 64;
        while (cap < buf->len + size + 1)
            cap *= 2;
        buf->data = rw_reallocarray(buf->data, cap, 1);
        buf->cap = cap;
    }
    if (size)
        memcpy(buf->data + buf->len, data, size);
    buf->len += size;
    buf->data[buf->len] = '\0';
}

int rw_buf_put(struct rw_buf *buf, const void *data, size_t size)
{
    if (size > room(buf))
        return RW_ELIMIT;
    append(buf, data, size);
    return 0;
}

void rw_buf_fill(struct rw_buf *buf, const void *data, size_t size)
{
    append(buf, data, size < room(buf) ? size : room(buf));
}

void rw_buf_add(struct rw_buf *buf, const void *data, size_t size)
{
    if (rw_buf_put(buf, data, size) != 0) {
        fputs("rke2-wizard: a text is larger than the program can hold\n", stderr);
        abort();
    }
}

void rw_buf_adds(struct rw_buf *buf, const char *text)
{
    rw_buf_add(buf, text, strlen(text));
}

void rw_buf_addc(struct rw_buf *buf, char c)
{
    rw_buf_add(buf, &c, 1);
}

void rw_buf_addf(struct rw_buf *buf, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = rw_vasprintf(format, args);
    va_end(args);
    rw_buf_adds(buf, text);
    free(text);
}

void rw_buf_shift(struct rw_buf *buf, size_t size)
{
    if (size >= buf->len) {
        rw_buf_clear(buf);
        return;
    }
    memmove(buf->data, buf->data + size, buf->len - size + 1);
    buf->len -= size;
}

const char *rw_buf_str(const struct rw_buf *buf)
{
    return buf->data ? buf->data : "";
}

char *rw_buf_take(struct rw_buf *buf)
{
    char *text = buf->data ? buf->data : rw_strdup("");
    buf->data = NULL;
    size_t max = buf->max;
    rw_buf_init(buf, max);
    return text;
}
