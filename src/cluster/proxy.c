/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/proxy.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/names.h"

#define LETTERS  "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define DIGITS   "0123456789"
#define URL_MAX  1000
#define USER_MAX 200

/* Characters that need no escape in the user part of an address (RFC 3986, unreserved). */
#define UNRESERVED LETTERS DIGITS "-._~"

/* ---- what is possible ---- */

static const char *after_scheme(const char *text)
{
    static const char *const schemes[] = {"http://", "https://"};
    for (size_t i = 0; i < RW_COUNT(schemes); i++)
        if (rw_text_starts(text, schemes[i]))
            return text + strlen(schemes[i]);
    return NULL;
}

bool rw_proxy_is_url(const char *text)
{
    const char *rest = after_scheme(text);
    if (!rest || strlen(text) > URL_MAX)
        return false;
    const char *at = strrchr(rest, '@');
    if (at) {
        size_t user = (size_t)(at - rest);
        if (user == 0 || user > USER_MAX || strspn(rest, UNRESERVED "%") < user)
            return false;
        rest = at + 1;
    }
    return rw_names_is_endpoint(rest);
}

bool rw_proxy_is_bypass(const char *text)
{
    const char *slash = strchr(text, '/');
    if (!slash)
        return rw_names_is_san(*text == '.' ? text + 1 : text);
    int64_t bits;
    char *network = rw_strndup(text, (size_t)(slash - text));
    bool good = rw_names_is_ip(network) &&
                rw_text_number(slash + 1, 0, strchr(network, ':') ? 128 : 32, &bits) == 0;
    free(network);
    return good;
}

bool rw_proxy_is_password(const char *text)
{
    size_t length = strlen(text);
    bool good = length > 0 && length <= RW_PROXY_PASSWORD_MAX;
    for (; good && *text; text++)
        good = *text >= ' ' && *text < 0x7F;
    return good;
}

/* ---- the password ---- */

static int hex_digit(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static char *decode(const char *text, size_t length)
{
    char *out = rw_malloc(length + 1), *end = out;
    for (size_t i = 0; i < length; i++) {
        int high = -1, low = -1;
        if (text[i] == '%' && length - i > 2) {
            high = hex_digit(text[i + 1]);
            low = hex_digit(text[i + 2]);
        }
        bool coded = high >= 0 && low >= 0 && high + low > 0;
        *end++ = coded ? (char)(high << 4 | low) : text[i];
        i += coded ? 2 : 0;
    }
    *end = '\0';
    return out;
}

char *rw_proxy_split(char *url)
{
    char *scheme = strstr(url, "://");
    char *user = scheme ? scheme + 3 : url, *at = strrchr(user, '@');
    char *colon = at ? memchr(user, ':', (size_t)(at - user)) : NULL;
    if (!colon)
        return NULL;
    char *password = decode(colon + 1, (size_t)(at - colon - 1));
    size_t whole = strlen(url), rest = strlen(at);
    memmove(colon, at, rest + 1);
    rw_secret_wipe(colon + rest + 1, whole - (size_t)(colon - url) - rest);
    if (*password)
        return password;
    free(password);
    return NULL;
}

char *rw_proxy_address(const struct rw_proxy *proxy, const char *password, bool mask)
{
    const char *at = strrchr(proxy->url, '@');
    struct rw_buf out = {0};
    if (!password || !at)
        return rw_strdup(proxy->url);
    rw_buf_add(&out, proxy->url, (size_t)(at - proxy->url));
    rw_buf_addc(&out, ':');
    for (const char *c = password; *c; c++) {
        if (mask || strchr(UNRESERVED, *c))
            rw_buf_addc(&out, *c);
        else
            rw_buf_addf(&out, "%%%02X", (unsigned char)*c);
    }
    rw_buf_adds(&out, at);
    char *address = rw_strdup(rw_buf_str(&out));
    rw_buf_wipe(&out);
    return address;
}

/* ---- what is reached without it ---- */

static bool is_in(const char *list, const char *word)
{
    size_t length = strlen(word);
    for (const char *at = list; (at = strstr(at, word)); at += length)
        if ((at == list || at[-1] == ',') && (!at[length] || at[length] == ','))
            return true;
    return false;
}

static void add(struct rw_buf *out, const char *word)
{
    if (word && !is_in(rw_buf_str(out), word))
        rw_buf_addf(out, "%s%s", out->len ? "," : "", word);
}

char *rw_proxy_bypass(const struct rw_cluster *cluster)
{
    /* RKE2 adds the networks of the cluster itself; other programs that read the file do not.
     * Source: RKE2 documentation, "Advanced", Configuring an HTTP proxy. */
    static const char *const always[] = {"127.0.0.0/8",   "127.0.0.1",    "localhost",
                                         "10.42.0.0/16",  "10.43.0.0/16", ".svc",
                                         ".cluster.local"};
    struct rw_buf out = {0};
    for (size_t i = 0; i < RW_COUNT(always); i++)
        add(&out, always[i]);
    add(&out, cluster->registration_name);
    for (size_t i = 0; i < cluster->host_count; i++) {
        add(&out, cluster->hosts[i].address);
        add(&out, cluster->hosts[i].name);
    }
    for (size_t i = 0; i < cluster->proxy.bypass_count; i++)
        add(&out, cluster->proxy.bypass[i]);
    return rw_buf_take(&out);
}
