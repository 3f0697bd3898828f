/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/width.h"

#include <stdbool.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ui/width_table.h"

#define TAB 8

/* ---- characters ---- */

size_t rw_char_read(const char *text, size_t size, uint32_t *character)
{
    const unsigned char *byte = (const unsigned char *)text;
    *character = byte[0];
    if (byte[0] < 0x80)
        return 1;
    size_t length = byte[0] >= 0xF0 ? 4 : byte[0] >= 0xE0 ? 3 : 2;
    uint32_t value = byte[0] & (0xFFu >> (length + 1));
    *character = RW_CHAR_BAD;
    if (byte[0] < 0xC2 || byte[0] > 0xF4 || length > size)
        return 1;
    for (size_t i = 1; i < length; i++) {
        if ((byte[i] & 0xC0) != 0x80)
            return 1;
        value = value << 6 | (byte[i] & 0x3F);
    }
    static const uint32_t lowest[] = {0, 0, 0x80, 0x800, 0x10000};
    if (value < lowest[length] || value > 0x10FFFF || (value >= 0xD800 && value <= 0xDFFF))
        return 1;
    *character = value;
    return length;
}

size_t rw_char_write(uint32_t c, char out[4])
{
    if (c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
        c = RW_CHAR_BAD;
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    size_t length = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
    for (size_t i = length; i-- > 1; c >>= 6)
        out[i] = (char)(0x80 | (c & 0x3F));
    static const unsigned char lead[] = {0, 0, 0xC0, 0xE0, 0xF0};
    out[0] = (char)(lead[length] | c);
    return length;
}

static bool in_ranges(const struct range *ranges, size_t count, uint32_t c)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = (low + high) / 2;
        if (c > ranges[middle].last)
            low = middle + 1;
        else
            high = middle;
    }
    return low < count && c >= ranges[low].first;
}

int rw_char_width(uint32_t c)
{
    if (c < 0x300)
        return 1;
    if (in_ranges(zero_ranges, RW_COUNT(zero_ranges), c))
        return 0;
    return in_ranges(wide_ranges, RW_COUNT(wide_ranges), c) ? 2 : 1;
}

int rw_width_n(const char *text, size_t size)
{
    int cells = 0;
    for (size_t at = 0; at < size;) {
        uint32_t c;
        at += rw_char_read(text + at, size - at, &c);
        cells += rw_char_width(c);
    }
    return cells;
}

int rw_width(const char *text)
{
    return rw_width_n(text, strlen(text));
}

/* ---- clusters ---- */

size_t rw_cluster_next(const char *text, size_t size, size_t at)
{
    uint32_t c;
    if (at >= size)
        return size;
    at += rw_char_read(text + at, size - at, &c);
    while (at < size) {
        size_t length = rw_char_read(text + at, size - at, &c);
        if (rw_char_width(c) != 0)
            break;
        at += length;
    }
    return at;
}

size_t rw_cluster_back(const char *text, size_t size, size_t at)
{
    /* A cluster begins at a character that has a width; a character is at most 4 bytes. */
    (void)size;
    while (at > 0) {
        size_t start = at - 1;
        uint32_t c;
        for (size_t back = 4; back > 1; back--) {
            if (back <= at && rw_char_read(text + at - back, back, &c) == back) {
                start = at - back;
                break;
            }
        }
        rw_char_read(text + start, at - start, &c);
        at = start;
        if (rw_char_width(c) != 0)
            break;
    }
    return at;
}

size_t rw_width_fit(const char *text, size_t size, int cells)
{
    size_t at = 0;
    while (at < size) {
        size_t next = rw_cluster_next(text, size, at);
        cells -= rw_width_n(text + at, next - at);
        if (cells < 0)
            break;
        at = next;
    }
    return at;
}

void rw_width_pad(struct rw_buf *out, const char *text, int cells, const char *mark)
{
    size_t size = strlen(text), fit = rw_width_fit(text, size, cells);
    int rest = cells - rw_width_n(text, fit);
    if (fit < size && rw_width(mark) <= cells) {
        fit = rw_width_fit(text, size, cells - rw_width(mark));
        rest = cells - rw_width(mark) - rw_width_n(text, fit);
        rw_buf_add(out, text, fit);
        rw_buf_adds(out, mark);
    } else {
        rw_buf_add(out, text, fit);
    }
    for (; rest > 0; rest--)
        rw_buf_addc(out, ' ');
}

/* ---- lines ---- */

static bool one_of(const char *set, uint32_t c)
{
    char character[5] = {0};
    return c >= 0x20 && rw_char_write(c, character) > 0 && strstr(set, character);
}

static bool closes(uint32_t c)
{
    return one_of(",.;:!?)]}%，。、；：？！）」』】》〉”’…％～·—", c);
}

static bool opens(uint32_t c)
{
    return one_of("([{（「『【《〈“‘", c);
}

/* Whether a line may end between two characters neither of which is a blank. */
static bool may_break(uint32_t before, uint32_t after)
{
    if (rw_char_width(before) != 2 && rw_char_width(after) != 2)
        return false;
    return !closes(after) && !opens(before);
}

/* A blank with marks on it is a character. */
static bool is_blank(const char *text, size_t size, size_t at)
{
    return at < size && text[at] == ' ' && rw_cluster_next(text, size, at) == at + 1;
}

/* Skips the blanks at a broken line's end, and a line end that directly follows them. */
static size_t skip_blanks(const char *text, size_t size, size_t at)
{
    while (is_blank(text, size, at))
        at++;
    return at < size && text[at] == '\n' ? at + 1 : at;
}

/* The length without the blanks at the end that do not fit. */
static size_t cut_blanks(const char *text, size_t length, int cells)
{
    int used = rw_width_n(text, length);
    for (; used > cells && length > 0 && text[length - 1] == ' '; used--)
        length--;
    return length;
}

size_t rw_wrap(const char *text, size_t size, int cells, size_t *next)
{
    size_t at = 0, fits = 0; /* fits: the end of the longest line that may be broken off */
    int used = 0;
    uint32_t before = 0;
    bool breakable = false, after_blank = false;
    while (at < size && text[at] != '\n') {
        uint32_t c;
        rw_char_read(text + at, size - at, &c);
        bool blank = is_blank(text, size, at);
        if (at > 0 && !after_blank && (blank || may_break(before, c))) {
            fits = at;
            breakable = true;
        }
        size_t end = rw_cluster_next(text, size, at);
        used += rw_width_n(text + at, end - at);
        if (used > cells && !blank) {
            if (!breakable)
                fits = at > 0 ? at : end;
            *next = skip_blanks(text, size, fits);
            return cut_blanks(text, fits, cells);
        }
        before = c;
        after_blank = blank;
        at = end;
    }
    *next = at < size ? at + 1 : size;
    return cut_blanks(text, at, cells);
}

/* ---- taming ---- */

/* The end of the terminal's escape sequence whose ESC (or C1 CSI) is at `at`: ECMA-48, and the
 * strings OSC, DCS, SOS, PM, APC up to BEL or ST. */
static size_t skip_escape(const char *text, size_t size, size_t at)
{
    char kind = ++at < size ? text[at] : '\0';
    if (kind && strchr("]PX^_", kind)) {
        for (at++; at < size && text[at] != '\a' && text[at] != '\n'; at++)
            if (text[at] == '\033' && at + 1 < size && text[at + 1] == '\\')
                return at + 2;
        return at < size && text[at] == '\a' ? at + 1 : at;
    }
    if (kind == '[')
        at++;
    while (at < size && text[at] >= 0x20 && text[at] <= (kind == '[' ? 0x3F : 0x2F))
        at++;
    return at < size && text[at] >= 0x30 && text[at] <= 0x7E ? at + 1 : at;
}

/* Marks that turn the direction of writing around would let a text lie about itself. */
static bool turns_direction(uint32_t c)
{
    return c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
           (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF;
}

static void tame_one(struct rw_buf *out, uint32_t c, int *column)
{
    char character[4];
    if (turns_direction(c))
        return;
    if (c == '\t') {
        do
            rw_buf_addc(out, ' ');
        while (++*column % TAB);
        return;
    }
    if (c < 0x20 || (c >= 0x7F && c < 0xA0) || c == RW_CHAR_BAD || c == 0x2028 || c == 0x2029)
        c = '?';
    rw_buf_add(out, character, rw_char_write(c, character));
    *column += rw_char_width(c);
}

char *rw_text_tame(const char *text, size_t size, size_t max)
{
    struct rw_buf out = {0};
    int column = 0;
    for (size_t at = 0; at < size && out.len < max;) {
        if (text[at] == '\033') {
            at = skip_escape(text, size, at);
            continue;
        }
        uint32_t c;
        size_t length = rw_char_read(text + at, size - at, &c);
        if (out.len + 4 > max && length > 1)
            break;
        at += length;
        tame_one(&out, c, &column);
    }
    if (out.len > max) {
        out.len = max;
        out.data[max] = '\0';
    }
    return rw_buf_take(&out);
}
