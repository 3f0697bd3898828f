/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"

bool rw_text_starts(const char *text, const char *prefix)
{
    return strncmp(text, prefix, strlen(prefix)) == 0;
}

bool rw_text_ends(const char *text, const char *suffix)
{
    size_t length = strlen(text), tail = strlen(suffix);
    return length >= tail && memcmp(text + length - tail, suffix, tail) == 0;
}

bool rw_text_equal(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a, b) == 0;
}

void rw_text_shell_quote(struct rw_buf *out, const char *text)
{
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                "0123456789_@%+=:,./-";
    if (*text && strspn(text, plain) == strlen(text)) {
        rw_buf_adds(out, text);
        return;
    }
    rw_buf_addc(out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            rw_buf_adds(out, "'\\''");
        else
            rw_buf_addc(out, *text);
    }
    rw_buf_addc(out, '\'');
}

void rw_text_base64(struct rw_buf *out, const void *data, size_t size)
{
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *byte = data;
    for (size_t i = 0; i < size; i += 3) {
        unsigned value = (unsigned)byte[i] << 16;
        if (i + 1 < size)
            value |= (unsigned)byte[i + 1] << 8;
        if (i + 2 < size)
            value |= byte[i + 2];
        char quad[4] = {digits[value >> 18], digits[value >> 12 & 63], '=', '='};
        if (i + 1 < size)
            quad[2] = digits[value >> 6 & 63];
        if (i + 2 < size)
            quad[3] = digits[value & 63];
        rw_buf_add(out, quad, sizeof quad);
    }
}

int rw_text_number(const char *text, int64_t min, int64_t max, int64_t *value)
{
    if (!text || !*text || strspn(text, "+-0123456789") != strlen(text))
        return RW_EINVAL;
    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (errno || *end || number < min || number > max)
        return RW_EINVAL;
    *value = number;
    return 0;
}

/* Gives the length of the UTF-8 character at text, or 0 when it is none. */
static size_t utf8_length(const unsigned char *text, size_t size)
{
    if (text[0] < 0x80)
        return 1;
    size_t length = text[0] >= 0xF0 ? 4 : text[0] >= 0xE0 ? 3 : 2;
    if (text[0] < 0xC2 || text[0] > 0xF4 || length > size)
        return 0;
    for (size_t i = 1; i < length; i++)
        if ((text[i] & 0xC0) != 0x80)
            return 0;
    bool overlong = (text[0] == 0xE0 && text[1] < 0xA0) || (text[0] == 0xF0 && text[1] < 0x90);
    bool surrogate = text[0] == 0xED && text[1] >= 0xA0;
    bool beyond = text[0] == 0xF4 && text[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

char *rw_text_printable(const char *text, size_t size, size_t max)
{
    struct rw_buf out = {0};
    const unsigned char *byte = (const unsigned char *)text;
    for (size_t i = 0; i < size;) {
        size_t length = utf8_length(byte + i, size - i);
        bool control = length == 1 && ((byte[i] < 0x20 && byte[i] != '\t') || byte[i] == 0x7F);
        bool c1 = length == 2 && byte[i] == 0xC2 && byte[i + 1] < 0xA0;
        size_t add = length == 0 || control || c1 ? 1 : length;
        if (out.len + add > max)
            break;
        if (length == 0 || control || c1)
            rw_buf_addc(&out, '?');
        else
            rw_buf_add(&out, text + i, length);
        i += length ? length : 1;
    }
    return rw_buf_take(&out);
}

bool rw_text_line(const char **cursor, const char **line, size_t *length)
{
    const char *start = *cursor;
    if (!*start)
        return false;
    size_t size = strcspn(start, "\n");
    *cursor = start + size + (start[size] == '\n');
    if (size && start[size - 1] == '\r')
        size--;
    *line = start;
    *length = size;
    return true;
}
