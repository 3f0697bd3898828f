/* SPDX-License-Identifier: Apache-2.0 */
/* What looks like a secret by itself. */
#include <string.h>

#include "base/mem.h"
#include "base/redact_private.h"

#define NOT_FOUND ((size_t)-1)

static size_t find(const struct redact_scan *scan, size_t from, const char *word)
{
    if (from >= scan->size)
        return NOT_FOUND;
    const char *hit = memmem(scan->text + from, scan->size - from, word, strlen(word));
    return hit ? (size_t)(hit - scan->text) : NOT_FOUND;
}

static bool is_lower(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

static bool is_alnum(char c)
{
    return is_lower(c) || (c >= 'A' && c <= 'Z');
}

/* One byte that may stand in a word of its own without quotes. */
static bool is_inside(char c)
{
    return (unsigned char)c > ' ' && !strchr("\"'<>,;", c) && c != 0x7F;
}

static size_t span(const struct redact_scan *scan, size_t from, bool (*is)(char c))
{
    while (from < scan->size && is(scan->text[from]))
        from++;
    return from;
}

/* ---- private keys ---- */

/* Where the line of dashes begins whose end is about a private key: "-----BEGIN RSA ". */
static size_t dashes(const struct redact_scan *scan, size_t at, const char *word)
{
    size_t length = strlen(word), from = at > 48 ? at - 48 : 0, hit = NOT_FOUND;
    for (size_t i = from; i + length <= at; i++) {
        if (scan->text[i] == '\n')
            hit = NOT_FOUND;
        else if (memcmp(scan->text + i, word, length) == 0)
            hit = i;
    }
    return hit;
}

/* From "-----BEGIN … PRIVATE KEY" to its END; a text that was cut may lack either. */
static void private_keys(struct redact_scan *scan)
{
    static const char word[] = "PRIVATE KEY";
    size_t open = NOT_FOUND;
    bool closed = false;
    for (size_t at = find(scan, 0, word); at != NOT_FOUND; at = find(scan, at + 1, word)) {
        size_t begin = dashes(scan, at, "-----BEGIN "), end = dashes(scan, at, "-----END ");
        if (end != NOT_FOUND && (begin == NOT_FOUND || begin < end)) {
            size_t from = open != NOT_FOUND ? open : closed ? end : 0, to = at + strlen(word);
            while (to < scan->size && strchr(" BLOCK-", scan->text[to]) && scan->text[to])
                to++;
            redact_mark(scan, from, to);
            open = NOT_FOUND;
            closed = true;
        } else if (begin != NOT_FOUND && open == NOT_FOUND) {
            open = begin;
        }
    }
    if (open != NOT_FOUND)
        redact_mark(scan, open, scan->size);
}

/* ---- tokens ---- */

static bool is_hex(char c)
{
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

/* K10<hash of the CA>::server:<secret> */
static void rke2_tokens(struct redact_scan *scan)
{
    for (size_t at = find(scan, 0, "K10"); at != NOT_FOUND; at = find(scan, at + 1, "K10")) {
        size_t hash = span(scan, at + 3, is_hex);
        if (hash - at - 3 >= 32 && hash + 2 < scan->size && memcmp(scan->text + hash, "::", 2) == 0)
            redact_mark(scan, at, span(scan, hash, is_inside));
    }
}

/* abcdef.0123456789abcdef */
static void bootstrap_tokens(struct redact_scan *scan)
{
    for (size_t at = find(scan, 0, "."); at != NOT_FOUND; at = find(scan, at + 1, ".")) {
        size_t from = at, to = span(scan, at + 1, is_lower);
        while (from > 0 && is_lower(scan->text[from - 1]))
            from--;
        bool alone =
            (from == 0 || !(is_alnum(scan->text[from - 1]) || scan->text[from - 1] == '.')) &&
            (to == scan->size || !(is_alnum(scan->text[to]) || scan->text[to] == '.'));
        if (at - from == 6 && to - at == 17 && alone)
            redact_mark(scan, from, to);
    }
}

static bool is_base64(char c)
{
    return redact_is_base64(c);
}

/* A signed token of Kubernetes: three parts in base64. */
static void signed_tokens(struct redact_scan *scan)
{
    for (size_t at = find(scan, 0, "eyJ"), end; at != NOT_FOUND; at = find(scan, end, "eyJ")) {
        end = span(scan, at, is_base64);
        bool head = end - at >= 10 && end < scan->size && scan->text[end] == '.';
        size_t body = head ? span(scan, end + 1, is_base64) : end;
        if (body - end < 10)
            continue;
        end = body < scan->size && scan->text[body] == '.' ? span(scan, body + 1, is_base64) : body;
        redact_mark(scan, at, end);
    }
}

/* ---- what stands before and after ---- */

static bool starts_no_case(const struct redact_scan *scan, size_t at, const char *word)
{
    for (; *word; word++, at++)
        if (at >= scan->size || (scan->text[at] | 0x20) != *word)
            return false;
    return true;
}

/* "Bearer …" and "Basic …" of HTTP. */
static void bearers(struct redact_scan *scan)
{
    static const char *const words[] = {"bearer", "basic"};
    for (size_t at = 0; at < scan->size; at++) {
        if (at > 0 && is_alnum(scan->text[at - 1]))
            continue;
        for (size_t i = 0; i < RW_COUNT(words); i++) {
            size_t from = at + strlen(words[i]);
            if (!starts_no_case(scan, at, words[i]) || from >= scan->size ||
                scan->text[from] != ' ')
                continue;
            size_t to = span(scan, from + 1, is_inside);
            if (to - from > 8) /* a word of a sentence is shorter */
                redact_mark(scan, from + 1, to);
        }
    }
}

static bool is_authority(char c)
{
    return (unsigned char)c > ' ' && !strchr("/?#\"'<>\\", c);
}

/* http://USER:PASSWORD@host */
static void addresses(struct redact_scan *scan)
{
    for (size_t at = find(scan, 0, "://"); at != NOT_FOUND; at = find(scan, at + 1, "://")) {
        size_t from = at + 3, end = span(scan, from, is_authority);
        while (end > from && scan->text[end - 1] != '@')
            end--;
        if (end > from + 1)
            redact_mark(scan, from, end - 1);
    }
}

void redact_patterns(struct redact_scan *scan)
{
    private_keys(scan);
    rke2_tokens(scan);
    bootstrap_tokens(scan);
    signed_tokens(scan);
    bearers(scan);
    addresses(scan);
}
