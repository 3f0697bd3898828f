/* SPDX-License-Identifier: Apache-2.0 */
#include "base/redact.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/redact_private.h"
#include "base/secret.h"
#include "base/text.h"

enum form {
    AS_IT_IS,
    WORD,       /* where no letter or digit is beside it */
    BASE64,     /* the characters that are its own, whatever stands around it */
    BASE64_RUN, /* the same, and what it is found in goes as a whole */
    HEX,
};

struct needle {
    enum form form;
    char *text;
    size_t length;
    bool before, after; /* BASE64: the character there holds some bits of it */
};

struct rw_redactor {
    char **secrets;
    size_t secret_count;
    struct needle *needles;
    size_t needle_count;
};

/* How a text may have escaped the characters of what is looked for. */
enum escape {
    NO_ESCAPE,
    PERCENT,   /* %2F, and + for a blank */
    BACKSLASH, /* \", \/, \x2f, \u002f, \057 */
    QUOTE,     /* '\'' and '' for ' */
    ESCAPES,
};

/* ---- what is known ---- */

static void add_needle(struct rw_redactor *redactor, struct needle needle, const char *text)
{
    needle.length = strlen(text);
    needle.text = rw_strdup(text);
    if (needle.length > 0)
        *rw_array_add(redactor->needles, redactor->needle_count) = needle;
    else
        free(needle.text);
}

/* In base64 a text looks in three ways, by the number of bytes before it modulo three. */
static void add_base64(struct rw_redactor *redactor, enum form form, const char *secret)
{
    for (size_t before = 0; before < 3; before++) {
        struct rw_buf plain = {0}, encoded = {0};
        rw_buf_add(&plain, "\0\0", before);
        rw_buf_adds(&plain, secret);
        rw_text_base64(&encoded, plain.data, plain.len);
        size_t first = (before * 8 + 5) / 6, end = plain.len * 8 / 6;
        encoded.data[end] = '\0';
        struct needle needle = {
            .form = form, .before = before > 0, .after = plain.len * 8 % 6 != 0};
        add_needle(redactor, needle, encoded.data + first);
        rw_buf_wipe(&plain);
        rw_buf_wipe(&encoded);
    }
}

static void add_hex(struct rw_redactor *redactor, const char *secret)
{
    struct rw_buf hex = {0};
    for (const char *at = secret; *at; at++)
        rw_buf_addf(&hex, "%02x", (unsigned char)*at);
    add_needle(redactor, (struct needle){.form = HEX}, rw_buf_str(&hex));
    rw_buf_wipe(&hex);
}

struct rw_redactor *rw_redactor_new(void)
{
    struct rw_redactor *redactor = rw_calloc(1, sizeof *redactor);
    add_base64(redactor, BASE64_RUN, "PRIVATE KEY--");
    return redactor;
}

static bool is_known(const struct rw_redactor *redactor, const char *secret)
{
    for (size_t i = 0; i < redactor->secret_count; i++)
        if (strcmp(redactor->secrets[i], secret) == 0)
            return true;
    return false;
}

static void add_secret(struct rw_redactor *redactor, const char *secret)
{
    if (!*secret || is_known(redactor, secret))
        return;
    *rw_array_add(redactor->secrets, redactor->secret_count) = rw_strdup(secret);
    if (strlen(secret) < RW_REDACT_WORD_MAX) {
        add_needle(redactor, (struct needle){.form = WORD}, secret);
        return;
    }
    add_needle(redactor, (struct needle){.form = AS_IT_IS}, secret);
    add_base64(redactor, BASE64, secret);
    add_hex(redactor, secret);
}

void rw_redactor_join(struct rw_redactor *redactor, const struct rw_redactor *other)
{
    for (size_t i = 0; i < other->secret_count; i++)
        add_secret(redactor, other->secrets[i]);
}

void rw_redactor_free(struct rw_redactor *redactor)
{
    if (!redactor)
        return;
    for (size_t i = 0; i < redactor->secret_count; i++)
        rw_secret_free(redactor->secrets[i]);
    for (size_t i = 0; i < redactor->needle_count; i++)
        rw_secret_free(redactor->needles[i].text);
    free(redactor->secrets);
    free(redactor->needles);
    free(redactor);
}

/* ---- reading escapes ---- */

void redact_mark(struct redact_scan *scan, size_t from, size_t to)
{
    to = to > scan->size ? scan->size : to;
    if (from < to)
        memset(scan->gone + from, 1, to - from);
}

bool redact_is_base64(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' ||
           c == '/' || c == '-' || c == '_';
}

/* The value of digits in a base, or -1 when they are not all digits of it. */
static long digits(const char *text, size_t left, size_t count, int base)
{
    char copy[8] = "", *end;
    if (left < count)
        return -1;
    for (size_t i = 0; i < count; i++) {
        if (!strchr(base == 8 ? "01234567" : "0123456789abcdefABCDEF", text[i]) || !text[i])
            return -1;
        copy[i] = text[i];
    }
    return strtol(copy, &end, base);
}

static size_t put_utf8(long code, unsigned char bytes[4])
{
    if (code < 0x80) {
        bytes[0] = (unsigned char)code;
        return 1;
    }
    if (code < 0x800) {
        bytes[0] = (unsigned char)(0xC0 | code >> 6);
        bytes[1] = (unsigned char)(0x80 | (code & 0x3F));
        return 2;
    }
    bytes[0] = (unsigned char)(0xE0 | code >> 12);
    bytes[1] = (unsigned char)(0x80 | (code >> 6 & 0x3F));
    bytes[2] = (unsigned char)(0x80 | (code & 0x3F));
    return 3;
}

/* Reads an escape after a backslash: gives its length, 0 when it means itself. */
static size_t read_backslash(const char *text, size_t left, unsigned char bytes[4], size_t *count)
{
    long code = -1;
    size_t taken = 0;
    if (left < 2)
        return 0;
    if (text[1] == 'x')
        code = digits(text + 2, left - 2, 2, 16), taken = 4;
    else if (text[1] == 'u')
        code = digits(text + 2, left - 2, 4, 16), taken = 6;
    else if (text[1] >= '0' && text[1] <= '7')
        code = digits(text + 1, left - 1, 3, 8), taken = 4;
    else if (strchr("\\\"'/ !#$%&()*+,-.:;<=>?@[]^_`{|}~", text[1]))
        code = (unsigned char)text[1], taken = 2;
    if (code < 0)
        return 0;
    *count = text[1] == 'u' ? put_utf8(code, bytes) : 1;
    if (text[1] != 'u')
        bytes[0] = (unsigned char)code;
    return taken;
}

/* Reads one character as this way of escaping means it: gives how much of the text it takes. */
static size_t read_one(const char *text, size_t left, enum escape escape, unsigned char bytes[4],
                       size_t *count)
{
    size_t taken = 0;
    long code;
    *count = 1;
    if (escape == PERCENT && *text == '%' && (code = digits(text + 1, left - 1, 2, 16)) >= 0) {
        bytes[0] = (unsigned char)code;
        return 3;
    }
    if (escape == BACKSLASH && *text == '\\' &&
        (taken = read_backslash(text, left, bytes, count)) > 0)
        return taken;
    bytes[0] = (unsigned char)*text;
    if (escape == QUOTE && left >= 4 && memcmp(text, "'\\''", 4) == 0)
        return 4;
    if (escape == QUOTE && left >= 2 && memcmp(text, "''", 2) == 0)
        return 2;
    return 1;
}

/* A secret out of an address stands elsewhere as what it means. */
static char *without_percents(const char *secret)
{
    struct rw_buf plain = {0};
    size_t left = strlen(secret);
    while (left > 0) {
        unsigned char bytes[4];
        size_t count, taken = read_one(secret, left, PERCENT, bytes, &count);
        rw_buf_addc(&plain, (char)bytes[0]);
        secret += taken;
        left -= taken;
    }
    rw_buf_adds(&plain, "");
    char *text = rw_strdup(rw_buf_str(&plain));
    rw_buf_wipe(&plain);
    return text;
}

void rw_redactor_add(struct rw_redactor *redactor, const char *secret)
{
    if (!secret)
        return;
    size_t length = strlen(secret);
    while (length > 0 && (secret[length - 1] == '\n' || secret[length - 1] == '\r'))
        length--;
    char *copy = rw_strndup(secret, length), *plain = without_percents(copy);
    add_secret(redactor, copy);
    add_secret(redactor, plain);
    if (rw_text_starts(copy, "K10") && strstr(copy, "::"))
        add_secret(redactor, strrchr(copy, ':') + 1);
    rw_secret_free(copy);
    rw_secret_free(plain);
}

/* ---- looking for what is known ---- */

static bool same(const struct needle *needle, unsigned char wanted, unsigned char found,
                 enum escape escape)
{
    if (wanted == found)
        return true;
    if (needle->form == HEX)
        return found >= 'A' && found <= 'F' && found + ('a' - 'A') == wanted;
    if (needle->form == BASE64 || needle->form == BASE64_RUN)
        return (wanted == '+' && found == '-') || (wanted == '/' && found == '_');
    return escape == PERCENT && wanted == ' ' && found == '+';
}

/* A line may be broken inside of base64. */
static size_t line_break(const char *text, size_t left)
{
    size_t at = 0;
    while (at < left && strchr("\r\n \t", text[at]) && text[at])
        at++;
    return at > 0 && (*text == '\n' || *text == '\r') ? at : 0;
}

/* Where the needle that begins here ends, or 0. */
static size_t match(const struct redact_scan *scan, size_t at, const struct needle *needle,
                    enum escape escape)
{
    bool breaks = needle->form == BASE64 || needle->form == BASE64_RUN;
    size_t done = 0;
    while (done < needle->length && at < scan->size) {
        unsigned char bytes[4];
        size_t count, left = scan->size - at;
        size_t skipped = breaks && done > 0 ? line_break(scan->text + at, left) : 0;
        if (skipped == left)
            return 0;
        at += skipped;
        at += read_one(scan->text + at, left - skipped, escape, bytes, &count);
        for (size_t i = 0; i < count; i++, done++)
            if (done == needle->length ||
                !same(needle, (unsigned char)needle->text[done], bytes[i], escape))
                return 0;
    }
    return done == needle->length ? at : 0;
}

static bool is_word(const struct redact_scan *scan, size_t at)
{
    unsigned char c = at < scan->size ? (unsigned char)scan->text[at] : ' ';
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c >= 0x80;
}

static size_t padding_end(const struct redact_scan *scan, size_t to)
{
    for (int i = 0; i < 2 && to < scan->size && scan->text[to] == '='; i++)
        to++;
    return to;
}

/* Base64 as it stands around a place, over line breaks. */
static void mark_run(struct redact_scan *scan, size_t from, size_t to)
{
    while (from > 0 && (redact_is_base64(scan->text[from - 1]) || scan->text[from - 1] == '\n'))
        from--;
    while (to < scan->size && (redact_is_base64(scan->text[to]) || scan->text[to] == '\n'))
        to++;
    redact_mark(scan, from, padding_end(scan, to));
}

static void mark_match(struct redact_scan *scan, const struct needle *needle, size_t from,
                       size_t to)
{
    if (needle->form == BASE64_RUN) {
        if (!scan->gone[from] || !scan->gone[to - 1])
            mark_run(scan, from, to);
        return;
    }
    if (needle->form == WORD && (is_word(scan, to) || (from > 0 && is_word(scan, from - 1))))
        return;
    if (needle->before && from > 0 && redact_is_base64(scan->text[from - 1]))
        from--;
    if (needle->after && to < scan->size && redact_is_base64(scan->text[to]))
        to++;
    if (needle->form == BASE64)
        to = padding_end(scan, to);
    redact_mark(scan, from, to);
}

/* First characters that may stand for each other are one. */
static unsigned char fold(char c)
{
    if (c >= 'A' && c <= 'Z')
        return (unsigned char)(c | 0x20);
    return c == '-' ? '+' : c == '_' ? '/' : (unsigned char)c;
}

/* The needles by their first character, as chains. */
struct index {
    size_t first[256]; /* number of a needle, from 1; 0: none */
    size_t *next;      /* by needle */
};

static void make_index(const struct rw_redactor *redactor, struct index *index)
{
    *index = (struct index){.next = rw_calloc(redactor->needle_count, sizeof(size_t))};
    for (size_t i = 0; i < redactor->needle_count; i++) {
        size_t *first = &index->first[fold(redactor->needles[i].text[0])];
        index->next[i] = *first;
        *first = i + 1;
    }
}

static void try_needle(struct redact_scan *scan, size_t at, const struct needle *needle,
                       enum escape escape)
{
    size_t end = match(scan, at, needle, escape);
    if (end > 0)
        mark_match(scan, needle, at, end);
}

static void try_chain(const struct rw_redactor *redactor, const struct index *index,
                      struct redact_scan *scan, size_t at, enum escape escape, char first)
{
    for (size_t i = index->first[fold(first)]; i > 0; i = index->next[i - 1])
        try_needle(scan, at, &redactor->needles[i - 1], escape);
}

static void find_escaped(const struct rw_redactor *redactor, const struct index *index,
                         struct redact_scan *scan, enum escape escape)
{
    for (size_t at = 0; at < scan->size; at++) {
        unsigned char bytes[4];
        size_t count;
        read_one(scan->text + at, scan->size - at, escape, bytes, &count);
        try_chain(redactor, index, scan, at, escape, (char)bytes[0]);
        if (escape == PERCENT && bytes[0] == '+')
            try_chain(redactor, index, scan, at, escape, ' ');
    }
}

static void find_known(const struct rw_redactor *redactor, struct redact_scan *scan)
{
    struct index index;
    make_index(redactor, &index);
    for (int escape = NO_ESCAPE; escape < ESCAPES; escape++)
        find_escaped(redactor, &index, scan, (enum escape)escape);
    free(index.next);
}

/* ---- the result ---- */

/* The replacement of a secret must not contain one. */
static const char *stand_in(const struct rw_redactor *redactor)
{
    static const char *const words[] = {"[redacted]", "[********]", "[........]", "[]"};
    for (size_t w = 0; w + 1 < RW_COUNT(words); w++) {
        bool good = true;
        for (size_t i = 0; i < redactor->secret_count; i++)
            good = good && !strstr(words[w], redactor->secrets[i]);
        if (good)
            return words[w];
    }
    return words[RW_COUNT(words) - 1];
}

void rw_redact(const struct rw_redactor *redactor, const char *text, size_t size,
               struct rw_buf *out)
{
    struct redact_scan scan = {text, size, rw_calloc(size + 1, 1)};
    const char *word = stand_in(redactor);
    if (size > 0) {
        find_known(redactor, &scan);
        redact_patterns(&scan);
        redact_keys(&scan);
    }
    for (size_t at = 0, end; at < size; at = end) {
        for (end = at; end < size && scan.gone[end] == scan.gone[at]; end++)
            continue;
        if (scan.gone[at])
            rw_buf_adds(out, word);
        else
            rw_buf_add(out, text + at, end - at);
    }
    free(scan.gone);
}
