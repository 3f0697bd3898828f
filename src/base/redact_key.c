/* SPDX-License-Identifier: Apache-2.0 */
/* The values of keys that name a secret: `token: …`, `"password": "…"`, RKE2_TOKEN=…, --token …,
 * and blocks of YAML. */
#include <string.h>

#include "base/mem.h"
#include "base/redact_private.h"

#define KEY_MAX 64

struct place {
    size_t from, to;
};

/* The line that is being read. */
struct line {
    size_t from, end;
};

static bool is_key(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == '.';
}

static bool is_blank(char c)
{
    return c == ' ' || c == '\t';
}

static size_t skip_blanks(const struct redact_scan *scan, size_t at, size_t end)
{
    while (at < end && is_blank(scan->text[at]))
        at++;
    return at;
}

static size_t line_end(const struct redact_scan *scan, size_t at)
{
    const char *end = memchr(scan->text + at, '\n', scan->size - at);
    return end ? (size_t)(end - scan->text) : scan->size;
}

static bool ends_with(const char *key, size_t length, const char *word, bool whole)
{
    size_t size = strlen(word);
    if (length < size || memcmp(key + length - size, word, size) != 0)
        return false;
    return !whole || length == size || strchr("-_.", key[length - size - 1]);
}

/* Whether a key names a secret; proxy: its value is an address with a user in it. */
static bool names_secret(const struct redact_scan *scan, struct place key, bool *proxy)
{
    static const struct {
        const char *word;
        bool whole; /* not as the end of another word */
    } words[] = {
        {"token", false},        {"password", false},    {"passwd", false},
        {"passphrase", false},   {"secret", true},       {"secret-key", true},
        {"secret_key", true},    {"secretkey", false},   {"access-key", true},
        {"access_key", true},    {"accesskey", false},   {"private-key", true},
        {"private_key", true},   {"privatekey", false},  {"client-key-data", true},
        {"apikey", false},       {"api-key", true},      {"api_key", true},
        {"credential", false},   {"credentials", false}, {"auth", true},
        {"authorization", true}, {"pass", true},         {"pwd", true},
    };
    char lower[KEY_MAX];
    size_t length = key.to - key.from;
    if (length > KEY_MAX)
        key.from = key.to - KEY_MAX, length = KEY_MAX;
    for (size_t i = 0; i < length; i++) {
        char c = scan->text[key.from + i];
        lower[i] = c >= 'A' && c <= 'Z' ? (char)(c | 0x20) : c;
    }
    *proxy = ends_with(lower, length, "proxy", false);
    for (size_t i = 0; i < RW_COUNT(words) && !*proxy; i++)
        if (ends_with(lower, length, words[i].word, words[i].whole))
            return true;
    return *proxy;
}

/* The key before a separator, with quotes or blanks between them. */
static struct place key_before(const struct redact_scan *scan, size_t separator)
{
    size_t to = separator;
    while (to > 0 && is_blank(scan->text[to - 1]))
        to--;
    if (to > 0 && strchr("\"'", scan->text[to - 1]))
        to--;
    if (to > 0 && scan->text[to - 1] == '\\')
        to--;
    size_t from = to;
    while (from > 0 && is_key(scan->text[from - 1]))
        from--;
    return (struct place){from, to};
}

/* Whether a key is the first of its line, but for blanks, quotes and the mark of a list; *indent
 * is the column it stands in. */
static bool begins_line(const struct redact_scan *scan, const struct line *line, size_t key,
                        size_t *indent)
{
    size_t from = line->from;
    *indent = key - from;
    static const char word[] = "export ";
    if (*indent >= strlen(word) && memcmp(scan->text + from, word, strlen(word)) == 0)
        from += strlen(word);
    for (; from < key; from++)
        if (!strchr(" \t-\"'", scan->text[from]))
            return false;
    return true;
}

/* The end of what begins with a quote. */
static size_t quoted_end(const struct redact_scan *scan, size_t from, size_t end)
{
    bool escaped = scan->text[from] == '\\';
    size_t at = from + (escaped ? 2 : 1);
    char quote = scan->text[at - 1];
    for (; at < end; at++) {
        if (escaped && scan->text[at] == '\\' && at + 1 < end && scan->text[at + 1] == quote)
            return at;
        if (escaped)
            continue;
        if (quote == '"' && scan->text[at] == '\\')
            at++;
        else if (scan->text[at] == quote && at + 1 < end && quote == '\'' &&
                 scan->text[at + 1] == quote)
            at++;
        else if (scan->text[at] == quote)
            return at;
    }
    return end;
}

static bool is_nothing(const struct redact_scan *scan, size_t from, size_t to)
{
    static const char *const words[] = {"true", "false", "null", "~", "none", "<none>", "{}", "[]"};
    for (size_t i = 0; i < RW_COUNT(words); i++)
        if (to - from == strlen(words[i]) &&
            strncasecmp(scan->text + from, words[i], to - from) == 0)
            return true;
    return from == to || scan->text[from] == '{';
}

/* A value up to the last "@": the user of an address. */
static void mark_user(struct redact_scan *scan, size_t from, size_t to)
{
    const char *scheme = memmem(scan->text + from, to - from, "://", 3);
    if (scheme)
        from = (size_t)(scheme - scan->text) + 3;
    while (to > from && scan->text[to - 1] != '@')
        to--;
    if (to > from)
        redact_mark(scan, from, to - 1);
}

static void mark_value(struct redact_scan *scan, size_t from, size_t end, bool to_end, bool proxy)
{
    size_t to = from;
    bool escaped =
        from + 1 < end && scan->text[from] == '\\' && strchr("\"'", scan->text[from + 1]);
    if (escaped || strchr("\"'", scan->text[from])) {
        to = quoted_end(scan, from, end);
        from += escaped ? 2 : 1;
    } else if (to_end) {
        to = end;
        while (to > from && (is_blank(scan->text[to - 1]) || scan->text[to - 1] == '\r'))
            to--;
    } else {
        const char *ends = scan->text[from] == '[' ? ",;\"'" : ",;)}]\"'&";
        while (to < end && (unsigned char)scan->text[to] > ' ' && !strchr(ends, scan->text[to]))
            to++;
    }
    if (proxy)
        mark_user(scan, from, to);
    else if (from < to && !is_nothing(scan, from, to))
        redact_mark(scan, from, to);
}

/* The lines below a key that stand further in: a block, or a value that begins there. */
static void mark_block(struct redact_scan *scan, size_t end, size_t indent, bool block)
{
    while (end < scan->size) {
        size_t from = end + 1, stop = from < scan->size ? line_end(scan, from) : scan->size;
        size_t first = skip_blanks(scan, from < scan->size ? from : scan->size, stop);
        if (from >= scan->size || (first < stop && first - from <= indent))
            return;
        if (!block && (first == stop || memchr(scan->text + first, ':', stop - first)))
            return;
        redact_mark(scan, first, stop);
        end = stop;
    }
}

static void look_at(struct redact_scan *scan, const struct line *line, size_t separator)
{
    bool proxy;
    size_t indent;
    struct place key = key_before(scan, separator);
    if (key.from == key.to || !names_secret(scan, key, &proxy))
        return;
    size_t end = line->end, from = skip_blanks(scan, separator + 1, end);
    bool first = begins_line(scan, line, key.from, &indent);
    size_t tail = end > from && scan->text[end - 1] == '\r' ? end - 1 : end;
    bool block = from < tail && strchr("|>", scan->text[from]) && tail - from <= 3;
    if (first && scan->text[separator] == ':' && (from == tail || block))
        mark_block(scan, end, indent, block);
    else if (from < tail)
        mark_value(scan, from, tail, first, proxy);
}

/* --token VALUE */
static void look_at_option(struct redact_scan *scan, const struct line *line, size_t dashes)
{
    bool proxy;
    struct place key = {dashes + 2, dashes + 2};
    while (key.to < scan->size && is_key(scan->text[key.to]))
        key.to++;
    if (key.to >= scan->size || !is_blank(scan->text[key.to]) || !names_secret(scan, key, &proxy))
        return;
    size_t end = line->end, from = skip_blanks(scan, key.to, end);
    if (from < end && scan->text[from] != '-')
        mark_value(scan, from, end, false, proxy);
}

/* Text inside of a value that is removed already is no key; this bounds the time for any text. */
void redact_keys(struct redact_scan *scan)
{
    struct line line = {0, 0};
    for (size_t at = 0; at < scan->size; at++) {
        if (at == 0 || scan->text[at - 1] == '\n')
            line = (struct line){at, line_end(scan, at)};
        if (scan->gone[at])
            continue;
        if (scan->text[at] == ':' || scan->text[at] == '=')
            look_at(scan, &line, at);
        else if (scan->text[at] == '-' && at + 2 < scan->size && scan->text[at + 1] == '-')
            look_at_option(scan, &line, at);
    }
}
