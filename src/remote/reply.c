/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/reply.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define KEY_MAX 64

void rw_reply_line(struct rw_reply *reply, const char *line, size_t length)
{
    const char *equals = memchr(line, '=', length < KEY_MAX + 1 ? length : KEY_MAX + 1);
    if (!equals || equals == line || reply->count >= RW_REPLY_PAIRS_MAX)
        return;
    size_t key = (size_t)(equals - line);
    for (size_t i = 0; i < key; i++)
        if (!line[i] || !strchr("abcdefghijklmnopqrstuvwxyz0123456789_.-", line[i]))
            return;
    struct rw_reply_pair *pair = rw_array_add(reply->pairs, reply->count);
    pair->key = rw_strndup(line, key);
    pair->value = rw_text_printable(equals + 1, length - key - 1, RW_REPLY_VALUE_MAX);
}

void rw_reply_parse(struct rw_reply *reply, const char *text, size_t size)
{
    while (size) {
        const char *end = memchr(text, '\n', size);
        size_t length = end ? (size_t)(end - text) : size;
        size_t line = length;
        if (line && text[line - 1] == '\r')
            line--;
        rw_reply_line(reply, text, line);
        size_t step = length + (end ? 1 : 0);
        text += step;
        size -= step;
    }
}

void rw_reply_done(struct rw_reply *reply)
{
    for (size_t i = 0; i < reply->count; i++) {
        free(reply->pairs[i].key);
        free(reply->pairs[i].value);
    }
    free(reply->pairs);
    reply->pairs = NULL;
    reply->count = 0;
}

const char *rw_reply_get(const struct rw_reply *reply, const char *key)
{
    for (size_t i = reply->count; i > 0; i--)
        if (strcmp(reply->pairs[i - 1].key, key) == 0)
            return reply->pairs[i - 1].value;
    return NULL;
}

bool rw_reply_is(const struct rw_reply *reply, const char *key, const char *value)
{
    const char *found = rw_reply_get(reply, key);
    return found && strcmp(found, value) == 0;
}

int64_t rw_reply_number(const struct rw_reply *reply, const char *key, int64_t fallback)
{
    int64_t number = fallback;
    rw_text_number(rw_reply_get(reply, key), INT64_MIN, INT64_MAX, &number);
    return number;
}
