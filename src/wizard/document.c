#include "wizard/document.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/proxy.h"
#include "cluster/source.h"

/* ---- life ---- */

struct rw_document *rw_document_new(struct rw_cluster *cluster)
{
    struct rw_document *document = rw_calloc(1, sizeof *document);
    document->cluster = cluster ? cluster : rw_cluster_new();
    document->ids = rw_calloc(document->cluster->host_count, sizeof *document->ids);
    for (size_t i = 0; i < document->cluster->host_count; i++)
        document->ids[i] = ++document->last_id;
    return document;
}

void rw_document_free(struct rw_document *document)
{
    if (!document)
        return;
    for (size_t i = 0; i < document->wrong_count; i++)
        free(document->wrong[i].text);
    free(document->wrong);
    free(document->ids);
    rw_cluster_free(document->cluster);
    free(document);
}

/* ---- keys ---- */

const struct rw_answers_key *rw_document_key(int host, const char *name)
{
    const struct rw_answers_key *key = host != RW_DOCUMENT_CLUSTER
                                           ? rw_answers_key(name, RW_ANSWERS_HOST)
                                           : rw_answers_key_of_cluster(name);
    if (!key || key->kind == RW_ANSWERS_FORMAT || key->kind == RW_ANSWERS_MAP ||
        key->kind == RW_ANSWERS_HOSTS || key->kind == RW_ANSWERS_TOKEN) {
        fprintf(stderr, "rke2-wizard: no field %s\n", name);
        abort();
    }
    return key;
}

static void *field_of(const struct rw_document *document, const struct rw_answers_key *key,
                      int host)
{
    struct rw_cluster *cluster = document->cluster;
    return rw_answers_field(key, cluster,
                            host == RW_DOCUMENT_CLUSTER ? NULL : &cluster->hosts[host]);
}

const char *rw_document_expected(int host, const char *key)
{
    return rw_document_key(host, key)->expected;
}

/* ---- texts where only a number or a word fits ---- */

static unsigned id_of(const struct rw_document *document, int host)
{
    return host == RW_DOCUMENT_CLUSTER ? 0 : document->ids[host];
}

static const char *wrong_text(const struct rw_document *document, const struct rw_answers_key *key,
                              int host)
{
    for (size_t i = 0; i < document->wrong_count; i++)
        if (document->wrong[i].id == id_of(document, host) && document->wrong[i].key == key)
            return document->wrong[i].text;
    return NULL;
}

/* text NULL: it is right now. */
static void set_wrong(struct rw_document *document, const struct rw_answers_key *key, unsigned id,
                      const char *text)
{
    size_t kept = 0;
    for (size_t i = 0; i < document->wrong_count; i++) {
        if (document->wrong[i].id == id && (!key || document->wrong[i].key == key))
            free(document->wrong[i].text);
        else
            document->wrong[kept++] = document->wrong[i];
    }
    document->wrong_count = kept;
    if (text)
        *rw_array_add(document->wrong, document->wrong_count) =
            (struct rw_document_wrong){id, key, rw_strdup(text)};
}

/* ---- setting ---- */

static char *trimmed(const char *text)
{
    while (isspace((unsigned char)*text))
        text++;
    size_t length = strlen(text);
    while (length > 0 && isspace((unsigned char)text[length - 1]))
        length--;
    return rw_strndup(text, length);
}

/* What stands in a field that was never set, or NULL. */
static const char *default_text(const struct rw_answers_key *key, int host)
{
    static const struct {
        const char *key, *text;
    } defaults[] = {
        {"channel", "stable"}, {"user", "root"}, {"cni", "canal"}, {"source", RW_SOURCE_DEFAULT}};
    for (size_t i = 0; host == RW_DOCUMENT_CLUSTER && i < RW_COUNT(defaults); i++)
        if (strcmp(key->name, defaults[i].key) == 0)
            return defaults[i].text;
    return NULL;
}

static bool set_names(char ***list, size_t *count, const struct rw_answers_key *key,
                      const char *text)
{
    bool good = true;
    for (size_t i = 0; i < *count; i++)
        free((*list)[i]);
    *count = 0;
    for (const char *separators = ", \t"; *text;) {
        text += strspn(text, separators);
        size_t length = strcspn(text, separators);
        if (length == 0)
            break;
        char *name = rw_strndup(text, length);
        good = good && key->check(name);
        *rw_array_add(*list, *count) = name;
        text += length;
    }
    return good;
}

/* A password in the address goes to a place of its own. An address without one keeps the password
 * there is, unless it is taken away whole. */
static bool set_proxy(struct rw_proxy *proxy, const char *text)
{
    char *address = rw_strdup(text);
    char *password = rw_proxy_split(address);
    bool good = !*address || rw_proxy_is_url(address);
    if (password || !*address) {
        rw_secret_free(proxy->password);
        proxy->password = rw_strdup(password);
        rw_strset(&proxy->password_file, NULL);
    }
    rw_strset(&proxy->url, *address ? address : NULL);
    good = good && (!password || rw_proxy_is_password(password));
    rw_secret_free(password);
    free(address);
    return good;
}

static bool set_port(int *field, const char *text, int fallback)
{
    int64_t number = fallback;
    if (*text && rw_text_number(text, 1, 65535, &number) != 0)
        return false;
    *field = (int)number;
    return true;
}

static bool set_flag(bool *field, const char *text)
{
    bool yes = strcasecmp(text, "true") == 0 || strcasecmp(text, "yes") == 0;
    if (!yes && strcasecmp(text, "false") != 0 && strcasecmp(text, "no") != 0)
        return false;
    *field = yes;
    return true;
}

static bool set_role(enum rw_role *field, const char *text)
{
    if (strcmp(text, "server") != 0 && strcmp(text, "agent") != 0)
        return false;
    *field = strcmp(text, "server") == 0 ? RW_ROLE_SERVER : RW_ROLE_AGENT;
    return true;
}

static bool set_field(struct rw_document *document, const struct rw_answers_key *key, int host,
                      const char *text)
{
    struct rw_cluster *cluster = document->cluster;
    void *field = field_of(document, key, host);
    bool good = true;
    switch (key->kind) {
    case RW_ANSWERS_NAMES:
        return set_names(field, rw_answers_count(key, cluster), key, text);
    case RW_ANSWERS_PROXY_URL:
        return set_proxy(&cluster->proxy, text);
    case RW_ANSWERS_PORT:
        good = set_port(field, text, host == RW_DOCUMENT_CLUSTER ? 22 : cluster->login.port);
        break;
    case RW_ANSWERS_FLAG:
        good = set_flag(field, text);
        break;
    case RW_ANSWERS_ROLE:
        good = set_role(field, text);
        break;
    default:
        if (!*text)
            text = default_text(key, host);
        if (!text && key->owner == RW_ANSWERS_IN_LOGIN && host != RW_DOCUMENT_CLUSTER)
            text = *(char **)field_of(document, key, RW_DOCUMENT_CLUSTER);
        rw_strset(field, text);
        return !text || !key->check || key->check(text);
    }
    set_wrong(document, key, id_of(document, host), good ? NULL : text);
    return good;
}

static bool follows_default(const struct rw_document *document, const struct rw_answers_key *key,
                            size_t host)
{
    const void *mine = field_of(document, key, (int)host);
    const void *common = field_of(document, key, RW_DOCUMENT_CLUSTER);
    if (key->kind == RW_ANSWERS_PORT)
        return *(const int *)mine == *(const int *)common;
    return rw_text_equal(*(char *const *)mine, *(char *const *)common);
}

bool rw_document_set(struct rw_document *document, int host, const char *name, const char *text)
{
    const struct rw_answers_key *key = rw_document_key(host, name);
    char *value = trimmed(text);
    size_t count = document->cluster->host_count;
    bool shared = host == RW_DOCUMENT_CLUSTER && key->owner == RW_ANSWERS_IN_LOGIN;
    bool *follows = rw_calloc(count, sizeof *follows);
    for (size_t i = 0; shared && i < count; i++)
        follows[i] = follows_default(document, key, i);
    bool good = set_field(document, key, host, value);
    for (size_t i = 0; shared && good && i < count; i++)
        if (follows[i])
            set_field(document, key, (int)i, value);
    document->revision++;
    free(follows);
    free(value);
    return good;
}

/* ---- reading ---- */

char *rw_document_get(const struct rw_document *document, int host, const char *name)
{
    const struct rw_answers_key *key = rw_document_key(host, name);
    const void *field = field_of(document, key, host);
    const char *wrong = wrong_text(document, key, host);
    struct rw_buf names = {0};
    if (wrong)
        return rw_strdup(wrong);
    switch (key->kind) {
    case RW_ANSWERS_PORT:
        return rw_asprintf("%d", *(const int *)field);
    case RW_ANSWERS_FLAG:
        return rw_strdup(*(const bool *)field ? "true" : "false");
    case RW_ANSWERS_ROLE:
        return rw_strdup(rw_role_name(*(const enum rw_role *)field));
    case RW_ANSWERS_NAMES:
        for (size_t i = 0; i < *rw_answers_count(key, document->cluster); i++)
            rw_buf_addf(&names, "%s%s", i ? ", " : "", (*(char **const *)field)[i]);
        return names.data ? rw_buf_take(&names) : rw_strdup("");
    default:
        return rw_strdup(*(char *const *)field ? *(char *const *)field : "");
    }
}

/* ---- hosts ---- */

int rw_document_host_by_id(const struct rw_document *document, unsigned id)
{
    for (size_t i = 0; i < document->cluster->host_count; i++)
        if (document->ids[i] == id)
            return (int)i;
    return -1;
}

static void take_login(struct rw_login *login, const struct rw_login *common)
{
    if (!login->user)
        login->user = rw_strdup(common->user);
    if (!login->port)
        login->port = common->port;
    if (!login->key)
        login->key = rw_strdup(common->key);
    if (!login->password_file)
        login->password_file = rw_strdup(common->password_file);
    if (!login->sudo_password_file)
        login->sudo_password_file = rw_strdup(common->sudo_password_file);
    if (!login->jump)
        login->jump = rw_strdup(common->jump);
    if (!login->jump_key)
        login->jump_key = rw_strdup(common->jump_key);
}

size_t rw_document_add_host(struct rw_document *document)
{
    struct rw_cluster *cluster = document->cluster;
    document->ids = rw_reallocarray(document->ids, cluster->host_count + 1, sizeof *document->ids);
    document->ids[cluster->host_count] = ++document->last_id;
    struct rw_host *host = rw_array_add(cluster->hosts, cluster->host_count);
    host->role = RW_ROLE_SERVER;
    take_login(&host->login, &cluster->login);
    document->revision++;
    return cluster->host_count - 1;
}

size_t rw_document_add_list(struct rw_document *document, const struct rw_host_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        const struct rw_host *from = &list->hosts[i];
        struct rw_host *known = from->name ? rw_cluster_host(document->cluster, from->name) : NULL;
        size_t index =
            known ? (size_t)(known - document->cluster->hosts) : rw_document_add_host(document);
        struct rw_host *host = &document->cluster->hosts[index];
        rw_host_done(host);
        rw_host_copy(host, from);
        host->line = 0;
        take_login(&host->login, &document->cluster->login);
        set_wrong(document, NULL, document->ids[index], NULL);
    }
    document->revision++;
    return list->count;
}

void rw_document_remove_host(struct rw_document *document, size_t host)
{
    struct rw_cluster *cluster = document->cluster;
    set_wrong(document, NULL, document->ids[host], NULL);
    rw_host_done(&cluster->hosts[host]);
    size_t rest = --cluster->host_count - host;
    memmove(&cluster->hosts[host], &cluster->hosts[host + 1], rest * sizeof *cluster->hosts);
    memmove(&document->ids[host], &document->ids[host + 1], rest * sizeof *document->ids);
    document->revision++;
}

void rw_document_move_host(struct rw_document *document, size_t from, size_t to)
{
    struct rw_cluster *cluster = document->cluster;
    struct rw_host host = cluster->hosts[from];
    unsigned id = document->ids[from];
    while (from != to) {
        size_t next = from < to ? from + 1 : from - 1;
        cluster->hosts[from] = cluster->hosts[next];
        document->ids[from] = document->ids[next];
        from = next;
    }
    cluster->hosts[to] = host;
    document->ids[to] = id;
    document->revision++;
}

void rw_document_first_server(struct rw_document *document, size_t host)
{
    document->cluster->hosts[host].role = RW_ROLE_SERVER;
    rw_document_move_host(document, host, (size_t)rw_cluster_first_server(document->cluster));
}

char *rw_document_suggest_name(const char *registration_name)
{
    char *name = rw_strndup(registration_name ? registration_name : "", 63);
    for (char *c = name; *c; c++)
        *c = isalnum((unsigned char)*c) ? (char)tolower((unsigned char)*c) : '-';
    return name;
}
