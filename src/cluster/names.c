/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/names.h"

#include <arpa/inet.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/answers.h"

#define LOWER  "abcdefghijklmnopqrstuvwxyz"
#define UPPER  "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS "0123456789"
#define HEX    DIGITS "abcdefABCDEF"

#define LABEL_MAX      63
#define NAME_MAX_BYTES 253
#define USER_MAX       64
#define PATH_MAX_BYTES 4095
#define TOKEN_MAX      512

static bool is_label(const char *text, size_t length, const char *letters)
{
    if (length == 0 || length > LABEL_MAX || text[0] == '-' || text[length - 1] == '-')
        return false;
    return strspn(text, letters) >= length;
}

static bool is_name(const char *text, const char *letters)
{
    if (strlen(text) > NAME_MAX_BYTES)
        return false;
    for (;;) {
        size_t length = strcspn(text, ".");
        if (!is_label(text, length, letters))
            return false;
        if (!text[length])
            return true;
        text += length + 1;
    }
}

/* Whether resolvers would take a name for an IPv4 address: its last label is a number. */
static bool is_numeric(const char *text)
{
    const char *dot = strrchr(text, '.');
    const char *last = dot ? dot + 1 : text;
    if (last[0] == '0' && (last[1] == 'x' || last[1] == 'X'))
        return strspn(last + 2, HEX) == strlen(last + 2);
    return strspn(last, DIGITS) == strlen(last);
}

bool rw_names_is_cluster(const char *text)
{
    size_t length = strlen(text);
    return length >= 1 && length <= LABEL_MAX && text[0] != '-' &&
           strspn(text, LOWER DIGITS "-") == length;
}

bool rw_names_is_node(const char *text)
{
    return is_name(text, LOWER DIGITS "-") && strcmp(text, "localhost") != 0;
}

bool rw_names_is_dns(const char *text)
{
    return is_name(text, LOWER UPPER DIGITS "-") && !is_numeric(text);
}

bool rw_names_is_registration(const char *text)
{
    return rw_names_is_dns(text) && strcasecmp(text, "localhost") != 0;
}

bool rw_names_is_ip(const char *text)
{
    struct in6_addr bytes;
    return inet_pton(AF_INET, text, &bytes) == 1 || inet_pton(AF_INET6, text, &bytes) == 1;
}

/* Not "any", multicast or broadcast: connecting to 0.0.0.0 would reach the console itself. */
static bool is_one_machine(const char *text)
{
    struct in_addr v4;
    if (inet_pton(AF_INET, text, &v4) == 1)
        return v4.s_addr != 0 && ntohl(v4.s_addr) >> 28 < 14;
    struct in6_addr v6;
    return inet_pton(AF_INET6, text, &v6) == 1 && !IN6_IS_ADDR_UNSPECIFIED(&v6) &&
           !IN6_IS_ADDR_MULTICAST(&v6);
}

bool rw_names_is_address(const char *text)
{
    char *canonical = rw_names_canonical(text);
    bool good = is_one_machine(canonical) || rw_names_is_dns(canonical);
    free(canonical);
    return good;
}

static bool is_port(const char *text)
{
    int64_t number;
    return rw_text_number(text, 1, 65535, &number) == 0;
}

bool rw_names_is_endpoint(const char *text)
{
    bool bracket = *text == '[';
    size_t length = bracket ? strcspn(text, "]") : strcspn(text, ":");
    const char *rest = text + length;
    char *host = rw_strndup(text + bracket, length - bracket);
    bool good = bracket ? *rest == ']' && strchr(host, ':') && rw_names_is_ip(host)
                        : rw_names_is_address(host);
    free(host);
    rest += good && bracket;
    return good && (!*rest || (*rest == ':' && is_port(rest + 1)));
}

bool rw_names_is_san(const char *text)
{
    return rw_names_is_ip(text) || rw_names_is_dns(text);
}

/* Steps over one to five digits; NULL when there are none or more. */
static const char *skip_number(const char *text)
{
    size_t length = text ? strspn(text, DIGITS) : 0;
    return length > 0 && length < 6 ? text + length : NULL;
}

/* Steps over a fixed text; NULL when it is not there. */
static const char *skip_text(const char *text, const char *fixed)
{
    return text && rw_text_starts(text, fixed) ? text + strlen(fixed) : NULL;
}

bool rw_names_is_channel(const char *text)
{
    if (strcmp(text, "stable") == 0 || strcmp(text, "latest") == 0 || strcmp(text, "testing") == 0)
        return true;
    const char *rest = skip_number(skip_text(text, "v1."));
    return rest && !*rest && strlen(text) <= strlen("v1.999");
}

bool rw_names_is_version(const char *text)
{
    const char *rest = skip_number(skip_text(text, "v1."));
    rest = skip_number(skip_text(rest, "."));
    if (rest && rw_text_starts(rest, "-rc"))
        rest = skip_number(rest + strlen("-rc"));
    rest = skip_number(skip_text(rest, "+rke2r"));
    return rest && !*rest;
}

bool rw_names_is_user(const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || length > USER_MAX || text[0] == '-')
        return false;
    for (; *text; text++)
        if (*text <= ' ' || *text >= 0x7F || strchr("\"'`:/", *text))
            return false;
    return true;
}

bool rw_names_is_path(const char *text)
{
    size_t length = strlen(text);
    if (length == 0 || length > PATH_MAX_BYTES || strchr(text, '\t'))
        return false;
    char *printable = rw_text_printable(text, length, length);
    bool good = strcmp(text, printable) == 0;
    free(printable);
    return good;
}

char *rw_names_canonical(const char *address)
{
    struct in6_addr v6;
    char text[INET6_ADDRSTRLEN];
    if (inet_pton(AF_INET6, address, &v6) == 1) {
        if (IN6_IS_ADDR_V4MAPPED(&v6))
            inet_ntop(AF_INET, &v6.s6_addr[12], text, sizeof text);
        else
            inet_ntop(AF_INET6, &v6, text, sizeof text);
        return rw_strdup(text);
    }
    char *lower = rw_strdup(address);
    for (char *c = lower; *c; c++)
        *c = (char)tolower((unsigned char)*c);
    return lower;
}

static bool is_bootstrap_token(const char *token)
{
    return strlen(token) == 6 + 1 + 16 && strspn(token, LOWER DIGITS) == 6 && token[6] == '.' &&
           strspn(token + 7, LOWER DIGITS) == 16;
}

int rw_names_token_bad_byte(const char *token)
{
    for (int i = 0; token[i]; i++)
        if (token[i] <= ' ' || token[i] >= 0x7F || strchr("\"'`", token[i]))
            return i;
    return -1;
}

static const char *bad_byte_reason(char c)
{
    if (c == ' ' || c == '\t')
        return N_("it contains white space");
    if (c == '"' || c == '\'' || c == '`')
        return N_("it contains a quotation mark");
    return N_("it contains a character that is not a visible ASCII character");
}

bool rw_names_token_is_known(const char *token, const char *registration_name)
{
    /* data/examples/ha-demo.yaml */
    return token && registration_name && rw_names_is_registration(registration_name) &&
           strcmp(token, "my-shared-secret") == 0 &&
           strcasecmp(registration_name, "rke2.demo.kingsd.top") != 0;
}

int rw_answers_check_token(const char *token, const char **reason)
{
    const char *bad = NULL;
    if (!*token)
        bad = N_("it is empty");
    else if (strlen(token) > TOKEN_MAX)
        bad = N_("it is longer than 512 bytes");
    else if (rw_text_starts(token, "K10"))
        bad = N_("it begins with K10, which marks the full form of an existing cluster's token");
    else if (is_bootstrap_token(token))
        bad = N_("it has the form of a bootstrap token, six characters, a dot and sixteen more, "
                 "which cannot found a cluster");
    else if (rw_names_token_bad_byte(token) >= 0)
        bad = bad_byte_reason(token[rw_names_token_bad_byte(token)]);
    if (!bad)
        return 0;
    if (reason)
        *reason = bad;
    return RW_EINVAL;
}

bool rw_names_is_sha256(const char *text)
{
    return strlen(text) == 64 && strspn(text, "0123456789abcdef") == 64;
}
