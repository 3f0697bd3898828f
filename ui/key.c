/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/key.h"

#include <string.h>

#include "base/mem.h"
#include "ui/width.h"

#define ESC '\033'

static const char paste_begin[] = "\033[200~", paste_end[] = "\033[201~";

/* ---- tables ---- */

/* The last byte of CSI and SS3 sequences: xterm, its copies, the Linux console, rxvt. */
static const struct {
    char final;
    enum rw_key_code code;
} finals[] = {
    {'A', RW_KEY_UP},     {'B', RW_KEY_DOWN},   {'C', RW_KEY_RIGHT},    {'D', RW_KEY_LEFT},
    {'H', RW_KEY_HOME},   {'F', RW_KEY_END},    {'Z', RW_KEY_BACK_TAB}, {'P', RW_KEY_F1},
    {'Q', RW_KEY_F1 + 1}, {'R', RW_KEY_F1 + 2}, {'S', RW_KEY_F1 + 3},   {'M', RW_KEY_ENTER},
    {'a', RW_KEY_UP},     {'b', RW_KEY_DOWN},   {'c', RW_KEY_RIGHT},    {'d', RW_KEY_LEFT},
};

/* The number before '~' (xterm, VT220), '^' (rxvt with Ctrl) and '$' (with Shift). */
static const struct {
    int number;
    enum rw_key_code code;
} numbers[] = {
    {1, RW_KEY_HOME},    {2, RW_KEY_INSERT},    {3, RW_KEY_DELETE},   {4, RW_KEY_END},
    {5, RW_KEY_PAGE_UP}, {6, RW_KEY_PAGE_DOWN}, {7, RW_KEY_HOME},     {8, RW_KEY_END},
    {11, RW_KEY_F1},     {12, RW_KEY_F1 + 1},   {13, RW_KEY_F1 + 2},  {14, RW_KEY_F1 + 3},
    {15, RW_KEY_F1 + 4}, {17, RW_KEY_F1 + 5},   {18, RW_KEY_F1 + 6},  {19, RW_KEY_F1 + 7},
    {20, RW_KEY_F1 + 8}, {21, RW_KEY_F1 + 9},   {23, RW_KEY_F1 + 10}, {24, RW_KEY_F1 + 11},
};

const char *rw_key_name(enum rw_key_code code)
{
    static const char *const names[] = {
        [RW_KEY_ENTER] = "Enter",
        [RW_KEY_ESC] = "Esc",
        [RW_KEY_TAB] = "Tab",
        [RW_KEY_BACK_TAB] = "Shift-Tab",
        [RW_KEY_BACKSPACE] = "Backspace",
        [RW_KEY_INSERT] = "Ins",
        [RW_KEY_DELETE] = "Del",
        [RW_KEY_UP] = "Up",
        [RW_KEY_DOWN] = "Down",
        [RW_KEY_LEFT] = "Left",
        [RW_KEY_RIGHT] = "Right",
        [RW_KEY_HOME] = "Home",
        [RW_KEY_END] = "End",
        [RW_KEY_PAGE_UP] = "PgUp",
        [RW_KEY_PAGE_DOWN] = "PgDn",
        [RW_KEY_WHEEL_UP] = "WheelUp",
        [RW_KEY_WHEEL_DOWN] = "WheelDown",
        [RW_KEY_F1] = "F1",
        [RW_KEY_F1 + 1] = "F2",
        [RW_KEY_F1 + 2] = "F3",
        [RW_KEY_F1 + 3] = "F4",
        [RW_KEY_F1 + 4] = "F5",
        [RW_KEY_F1 + 5] = "F6",
        [RW_KEY_F1 + 6] = "F7",
        [RW_KEY_F1 + 7] = "F8",
        [RW_KEY_F1 + 8] = "F9",
        [RW_KEY_F1 + 9] = "F10",
        [RW_KEY_F1 + 10] = "F11",
        [RW_KEY_F12] = "F12",
    };
    return (size_t)code < RW_COUNT(names) && names[code] ? names[code] : "";
}

bool rw_key_is(const struct rw_key *key, char letter)
{
    return key->code == RW_KEY_CHAR && !key->alt && key->letter == letter;
}

bool rw_key_is_ctrl(const struct rw_key *key, char letter)
{
    return key->code == RW_KEY_CTRL && !key->alt && key->letter == letter;
}

/* ---- one event ---- */

static void tell(rw_key_sink *sink, void *context, enum rw_key_code code, bool ctrl, bool alt)
{
    struct rw_key key = {.code = code, .ctrl = ctrl, .alt = alt};
    sink(context, &key);
}

static void tell_control(char c, bool alt, rw_key_sink *sink, void *context)
{
    struct rw_key key = {.code = RW_KEY_CTRL, .alt = alt};
    switch (c) {
    case '\r':
    case '\n':
        key.code = RW_KEY_ENTER;
        break;
    case '\t':
        key.code = RW_KEY_TAB;
        break;
    case '\b':
    case 0x7F:
        key.code = RW_KEY_BACKSPACE;
        break;
    case ESC:
        key.code = RW_KEY_ESC;
        break;
    default:
        if (c < 1 || c > 26)
            return;
        key.letter = (char)('a' + c - 1);
        break;
    }
    sink(context, &key);
}

static void tell_character(const char *text, size_t size, bool alt, rw_key_sink *sink,
                           void *context)
{
    char copy[5] = {0};
    memcpy(copy, text, size);
    struct rw_key key = {.code = RW_KEY_CHAR, .alt = alt, .text = copy, .size = size};
    key.letter = size == 1 ? *copy : '\0';
    sink(context, &key);
}

/* ---- sequences ---- */

/* The modifiers of xterm: 1 + Shift 1 + Alt 2 + Ctrl 4. */
static void tell_numbered(const char *sequence, size_t size, rw_key_sink *sink, void *context)
{
    int number[2] = {0, 1}, index = 0;
    for (size_t i = 2; i + 1 < size; i++) {
        if (sequence[i] == ';' && index == 0)
            number[++index] = 0;
        else if (sequence[i] >= '0' && sequence[i] <= '9' && number[index] < 1000)
            number[index] = number[index] * 10 + sequence[i] - '0';
        else
            return;
    }
    char final = sequence[size - 1];
    int held = number[1] > 0 ? number[1] - 1 : 0;
    bool ctrl = (held & 4) || final == '^', alt = held & 2;
    if (final == '~' || final == '^' || final == '$') {
        for (size_t i = 0; i < RW_COUNT(numbers); i++)
            if (numbers[i].number == number[0])
                tell(sink, context, numbers[i].code, ctrl, alt);
        return;
    }
    for (size_t i = 0; i < RW_COUNT(finals); i++)
        if (finals[i].final == final)
            tell(sink, context, finals[i].code, ctrl, alt);
}

/* The length of the whole sequence or character at the start of text, 0 while it is not whole. */
static size_t whole(const char *text, size_t size)
{
    if (text[0] != ESC) {
        size_t length = (unsigned char)text[0] >= 0xF0   ? 4
                        : (unsigned char)text[0] >= 0xE0 ? 3
                        : (unsigned char)text[0] >= 0xC0 ? 2
                                                         : 1;
        for (size_t i = 1; i < length; i++) {
            if (i == size)
                return 0;
            if (((unsigned char)text[i] & 0xC0) != 0x80)
                return i;
        }
        return length;
    }
    if (size < 2)
        return 0;
    if (text[1] == ESC)
        return 1;
    if (text[1] == '[' && size > 2 && text[2] == '[') /* the Linux console's F1 to F5 */
        return size > 3 ? 4 : 0;
    if (text[1] == '[' || text[1] == 'O') {
        size_t at = 2;
        while (at < size && text[at] >= 0x20 && text[at] <= 0x3F)
            at++;
        if (at == size)
            return 0;
        /* Something else than a final byte ends it too soon; it begins anew there. */
        bool final = (text[at] >= 0x40 && text[at] <= 0x7E) || text[at] == '$';
        return final ? at + 1 : at;
    }
    size_t rest = whole(text + 1, size - 1);
    return rest ? rest + 1 : 0;
}

/* A report of the mouse, "\033[<64;10;3M": only the wheel is a key. */
static void tell_mouse(const char *sequence, size_t size, rw_key_sink *sink, void *context)
{
    if (size < 6 || sequence[size - 1] != 'M' || sequence[3] != '6' || sequence[5] != ';')
        return;
    if (sequence[4] == '4')
        tell(sink, context, RW_KEY_WHEEL_UP, false, false);
    else if (sequence[4] == '5')
        tell(sink, context, RW_KEY_WHEEL_DOWN, false, false);
}

static void tell_whole(const char *text, size_t size, rw_key_sink *sink, void *context)
{
    uint32_t c;
    bool alt = size > 1 && text[0] == ESC;
    if (alt && (text[1] == '[' || text[1] == 'O') && size > 2) {
        if (text[2] == '[' && size == 4 && text[3] >= 'A' && text[3] <= 'E')
            tell(sink, context, RW_KEY_F1 + (unsigned)(text[3] - 'A'), false, false);
        else if (text[2] == '<')
            tell_mouse(text, size, sink, context);
        else if (text[2] != '[')
            tell_numbered(text, size, sink, context);
        return;
    }
    text += alt;
    size -= alt;
    if (rw_char_read(text, size, &c) != size || c == RW_CHAR_BAD)
        return;
    if (c < 0x20 || c == 0x7F)
        tell_control(*text, alt, sink, context);
    else if (c >= 0xA0 || c < 0x7F)
        tell_character(text, size, alt, sink, context);
}

static void end_paste(struct rw_key_parser *parser, rw_key_sink *sink, void *context)
{
    parser->pasting = false;
    struct rw_buf paste = parser->paste; /* the sink may reset the parser */
    memset(&parser->paste, 0, sizeof parser->paste);
    struct rw_key key = {.code = RW_KEY_PASTE, .text = rw_buf_str(&paste), .size = paste.len};
    sink(context, &key);
    rw_buf_wipe(&paste);
}

/* Takes one byte of a paste, until its end mark. */
static void feed_paste(struct rw_key_parser *parser, char byte, rw_key_sink *sink, void *context)
{
    size_t mark = sizeof paste_end - 1;
    parser->paste.max = RW_KEY_PASTE_MAX;
    /* The end mark is matched apart, so that it is found when the paste is full. */
    if (byte == paste_end[parser->pending_size]) {
        parser->pending[parser->pending_size++] = byte;
        if (parser->pending_size == mark) {
            parser->pending_size = 0;
            end_paste(parser, sink, context);
        }
        return;
    }
    rw_buf_fill(&parser->paste, parser->pending, parser->pending_size);
    parser->pending_size = 0;
    if (byte == ESC)
        parser->pending[parser->pending_size++] = byte;
    else
        rw_buf_fill(&parser->paste, &byte, 1);
}

static void feed_key(struct rw_key_parser *parser, char byte, rw_key_sink *sink, void *context)
{
    static const char unknown[] = "\033[?";               /* whatever ends it, it is no key */
    if (parser->pending_size == sizeof parser->pending) { /* no key is that long */
        parser->pending_size = sizeof unknown - 1;
        memcpy(parser->pending, unknown, parser->pending_size);
    }
    parser->pending[parser->pending_size++] = byte;
    size_t length;
    while (parser->pending_size > 0 &&
           (length = whole(parser->pending, parser->pending_size)) > 0) {
        char text[RW_KEY_SEQUENCE_MAX];
        memcpy(text, parser->pending, length);
        parser->pending_size -= length;
        memmove(parser->pending, parser->pending + length, parser->pending_size);
        if (length == sizeof paste_begin - 1 && memcmp(text, paste_begin, length) == 0) {
            parser->pasting = true;
            return;
        }
        tell_whole(text, length, sink, context);
    }
}

void rw_keys_feed(struct rw_key_parser *parser, const char *bytes, size_t size, rw_key_sink *sink,
                  void *context)
{
    parser->dropped = false;
    for (size_t i = 0; i < size && !parser->dropped; i++) {
        if (parser->pasting)
            feed_paste(parser, bytes[i], sink, context);
        else
            feed_key(parser, bytes[i], sink, context);
    }
}

bool rw_keys_waiting(const struct rw_key_parser *parser)
{
    return !parser->pasting && parser->pending_size > 0 && parser->pending[0] == ESC;
}

void rw_keys_flush(struct rw_key_parser *parser, rw_key_sink *sink, void *context)
{
    if (!rw_keys_waiting(parser))
        return;
    bool alone = parser->pending_size == 1, alt = parser->pending_size == 2;
    char second = parser->pending[1];
    parser->pending_size = 0;
    if (alone)
        tell(sink, context, RW_KEY_ESC, false, false);
    else if (alt && second >= 0x20) /* Alt-[ and Alt-O */
        tell_character(&second, 1, true, sink, context);
}

void rw_keys_reset(struct rw_key_parser *parser)
{
    rw_buf_wipe(&parser->paste);
    memset(parser, 0, sizeof *parser);
    parser->dropped = true;
}
