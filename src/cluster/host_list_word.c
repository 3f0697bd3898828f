/* SPDX-License-Identifier: Apache-2.0 */
/* What a word of a list means. */
#include <ctype.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"
#include "cluster/names.h"

/* ---- roles ---- */

struct role_word {
    const char *word, *role;
};

/* "<none>" is what kubectl shows for a node that is only a worker. */
static const struct role_word role_words[] = {
    {"server", "server"},        {"servers", "server"},       {"master", "server"},
    {"masters", "server"},       {"control-plane", "server"}, {"controlplane", "server"},
    {"control_plane", "server"}, {"controller", "server"},    {"主节点", "server"},
    {"控制节点", "server"},      {"管理节点", "server"},      {"agent", "agent"},
    {"agents", "agent"},         {"worker", "agent"},         {"workers", "agent"},
    {"<none>", "agent"},         {"工作节点", "agent"},       {"从节点", "agent"},
};

static const char *role_of_word(const char *word, size_t length)
{
    for (size_t i = 0; i < RW_COUNT(role_words); i++)
        if (strlen(role_words[i].word) == length &&
            strncasecmp(role_words[i].word, word, length) == 0)
            return role_words[i].role;
    return NULL;
}

const char *host_list_role(const char *text)
{
    const char *role = NULL;
    for (size_t length; *text; text += length + (text[length] != '\0')) {
        length = strcspn(text, ",+/* ");
        const char *found = role_of_word(text, length);
        /* A server that works too is a server. */
        if (found && (!role || *found == 's'))
            role = found;
    }
    return role;
}

/* ---- columns ---- */

struct head {
    const char *word;
    enum host_list_field field;
};

static const struct head heads[] = {
    {"name", HOST_LIST_NAME},
    {"hostname", HOST_LIST_NAME},
    {"host", HOST_LIST_NAME},
    {"host name", HOST_LIST_NAME},
    {"node", HOST_LIST_NAME},
    {"node name", HOST_LIST_NAME},
    {"nodename", HOST_LIST_NAME},
    {"主机名", HOST_LIST_NAME},
    {"主机", HOST_LIST_NAME},
    {"节点", HOST_LIST_NAME},
    {"名称", HOST_LIST_NAME},
    {"address", HOST_LIST_ADDRESS},
    {"addr", HOST_LIST_ADDRESS},
    {"ip", HOST_LIST_ADDRESS},
    {"ip address", HOST_LIST_ADDRESS},
    {"ipaddress", HOST_LIST_ADDRESS},
    {"ip_address", HOST_LIST_ADDRESS},
    {"internal-ip", HOST_LIST_ADDRESS},
    {"internal ip", HOST_LIST_ADDRESS},
    {"private ip", HOST_LIST_ADDRESS},
    {"private_ip", HOST_LIST_ADDRESS},
    {"ipv4", HOST_LIST_ADDRESS},
    {"ipv6", HOST_LIST_ADDRESS},
    {"ansible_host", HOST_LIST_ADDRESS},
    {"地址", HOST_LIST_ADDRESS},
    {"ip地址", HOST_LIST_ADDRESS},
    {"ip 地址", HOST_LIST_ADDRESS},
    {"role", HOST_LIST_ROLE},
    {"roles", HOST_LIST_ROLE},
    {"type", HOST_LIST_ROLE},
    {"角色", HOST_LIST_ROLE},
    {"user", HOST_LIST_USER},
    {"username", HOST_LIST_USER},
    {"login", HOST_LIST_USER},
    {"ssh user", HOST_LIST_USER},
    {"ssh_user", HOST_LIST_USER},
    {"用户", HOST_LIST_USER},
    {"用户名", HOST_LIST_USER},
    {"port", HOST_LIST_PORT},
    {"ssh port", HOST_LIST_PORT},
    {"ssh_port", HOST_LIST_PORT},
    {"端口", HOST_LIST_PORT},
    {"key", HOST_LIST_KEY},
    {"ssh_key_path", HOST_LIST_KEY},
    {"jump", HOST_LIST_JUMP},
    {"jump-key", HOST_LIST_JUMP_KEY},
};

enum host_list_field host_list_column(const char *head)
{
    for (size_t i = 0; i < RW_COUNT(heads); i++)
        if (strcasecmp(heads[i].word, head) == 0)
            return heads[i].field;
    return HOST_LIST_FIELDS;
}

bool host_list_is_password(const char *key)
{
    static const char *const parts[] = {"password", "passwd", "passphrase", "_pass",
                                        "secret",   "token",  "密码",       "口令"};
    bool found = strcasecmp(key, "pass") == 0 || strcasecmp(key, "ssh_key") == 0 ||
                 strcasecmp(key, "sshkey") == 0 || strcasecmp(key, "privateKey") == 0;
    for (size_t i = 0; !found && i < RW_COUNT(parts); i++)
        found = strcasestr(key, parts[i]) != NULL;
    return found;
}

/* ---- endpoints ---- */

/* Takes "host", "host:port", "[v6]", "[v6]:port" or a bare IPv6 address apart; the two texts are to
 * free(), also on failure, and may stay NULL. */
static bool split_place(const char *text, char **host, char **port)
{
    bool bracket = *text == '[';
    const char *colon = strrchr(text, ':'), *end = text + strlen(text);
    int64_t number;
    if (bracket) {
        const char *close = strchr(text, ']');
        if (!close || (close[1] && close[1] != ':'))
            return false;
        *host = rw_strndup(text + 1, (size_t)(close - text) - 1);
        *port = close[1] ? rw_strdup(close + 2) : NULL;
    } else if (colon && strchr(text, ':') == colon) {
        *host = rw_strndup(text, (size_t)(colon - text));
        *port = colon + 1 < end ? rw_strdup(colon + 1) : NULL;
    } else {
        *host = rw_strdup(text);
    }
    bool v6 = strchr(*host, ':') != NULL;
    return rw_names_is_address(*host) && (!v6 || rw_names_is_ip(*host)) && v6 >= bracket &&
           (!*port || rw_text_number(*port, 1, 65535, &number) == 0);
}

bool host_list_take_endpoint(struct host_list_words *words, const char *text, bool name)
{
    char *host = NULL, *port = NULL, *user = NULL;
    if (rw_text_starts(text, "ssh://"))
        text += strlen("ssh://");
    const char *at = strrchr(text, '@');
    if (at)
        user = rw_strndup(text, (size_t)(at - text));
    bool good = (!at || rw_names_is_user(user)) && split_place(at ? at + 1 : text, &host, &port);
    if (good) {
        host_list_set(words, HOST_LIST_ADDRESS, host);
        host_list_set(words, HOST_LIST_PORT, port);
        host_list_set(words, HOST_LIST_USER, user);
        if (name && !rw_names_is_ip(host))
            host_list_set(words, HOST_LIST_NAME, host);
    }
    free(host);
    free(port);
    free(user);
    return good;
}

/* ---- ranges ---- */

struct range {
    long first, last, step;
    int digits; /* of numbers with leading zeros; 0: as they are */
    bool letters;
};

/* Reads "01:10", "a:c", "1:9:2" up to the bracket. */
static bool read_range(const char *text, const char *end, struct range *range)
{
    char *inner = rw_strndup(text, (size_t)(end - text));
    char *second = strchr(inner, ':'), *third = NULL;
    bool good = second != NULL;
    *range = (struct range){.step = 1};
    if (good) {
        *second++ = '\0';
        third = strchr(second, ':');
        if (third)
            *third++ = '\0';
        int64_t first = 0, last = 0, step = 1;
        if (isalpha((unsigned char)inner[0]) && !inner[1] && isalpha((unsigned char)second[0]) &&
            !second[1]) {
            range->letters = true;
            first = inner[0];
            last = second[0];
        } else {
            good = strlen(inner) <= 9 && strlen(second) <= 9 &&
                   strspn(inner, "0123456789") == strlen(inner) &&
                   strspn(second, "0123456789") == strlen(second) && *inner && *second;
            first = strtol(inner, NULL, 10);
            last = strtol(second, NULL, 10);
            range->digits = *inner == '0' && inner[1] ? (int)strlen(inner) : 0;
        }
        good = good && (!third || rw_text_number(third, 1, 1000000, &step) == 0) && first <= last;
        range->first = (long)first;
        range->last = (long)last;
        range->step = (long)step;
    }
    free(inner);
    return good;
}

struct expansion {
    void (*each)(void *context, const char *name);
    void *context;
    size_t left; /* names that may still come */
};

static void expand_from(struct expansion *expansion, const char *head, const char *rest)
{
    const char *open = strchr(rest, '[');
    if (!open) {
        char *name = rw_asprintf("%s%s", head, rest);
        if (expansion->left > 0)
            expansion->each(expansion->context, name);
        expansion->left -= expansion->left > 0;
        free(name);
        return;
    }
    const char *close = strchr(open, ']');
    struct range range;
    read_range(open + 1, close, &range);
    for (long i = range.first; i <= range.last && expansion->left > 0; i += range.step) {
        int before = (int)(open - rest);
        char *next = range.letters
                         ? rw_asprintf("%s%.*s%c", head, before, rest, (char)i)
                         : rw_asprintf("%s%.*s%0*ld", head, before, rest, range.digits, i);
        expand_from(expansion, next, close + 1);
        free(next);
    }
}

bool host_list_expand(const char *text, void (*each)(void *context, const char *name),
                      void *context)
{
    size_t brackets = 0;
    for (const char *at = text; (at = strpbrk(at, "[]"));) {
        const char *close = *at == '[' ? strchr(at, ']') : NULL;
        struct range range;
        if (!close || !read_range(at + 1, close, &range) || ++brackets > 4)
            return false;
        at = close + 1;
    }
    struct expansion expansion = {each, context, RW_HOST_LIST_LIMIT + 1};
    expand_from(&expansion, "", text);
    return true;
}

/* ---- words of a shell ---- */

char *host_list_shell_word(const char *text, size_t length, size_t *at)
{
    while (*at < length && isspace((unsigned char)text[*at]))
        (*at)++;
    if (*at >= length)
        return NULL;
    char *word = rw_calloc(length - *at + 1, 1);
    size_t used = 0;
    char quote = '\0';
    for (; *at < length && (quote || !isspace((unsigned char)text[*at])); (*at)++) {
        if (quote ? text[*at] == quote : strchr("\"'", text[*at]) != NULL)
            quote = quote ? '\0' : text[*at];
        else
            word[used++] = text[*at];
    }
    return word;
}
