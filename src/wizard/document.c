/* SPDX-License-Identifier: Apache-2.0 */
#include "wizard/document.h"

#include <ctype.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/proxy.h"

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

struct rw_document *rw_document_copy(const struct rw_document *from)
{
    struct rw_document *document = rw_document_new(rw_cluster_copy(from->cluster));
    for (size_t i = 0; i < document->cluster->host_count; i++)
        document->ids[i] = from->ids[i];
    document->last_id = from->last_id;
    document->revision = from->revision;
    for (size_t i = 0; i < from->wrong_count; i++)
        *rw_array_add(document->wrong, document->wrong_count) = (struct rw_document_wrong){
            from->wrong[i].id, from->wrong[i].key, rw_strdup(from->wrong[i].text)};
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

/* The row of the table of settings. */
static const struct rw_setting *row_of(int host, const char *name)
{
    const struct rw_setting *key = host != RW_DOCUMENT_CLUSTER
                                       ? rw_setting_find(name, RW_SCOPE_HOST)
                                       : rw_setting_of_cluster(name);
    if (!key || key->owner == RW_SETTING_NOWHERE || key->kind == RW_SETTING_SECRET) {
        fprintf(stderr, "rke2-wizard: no field %s\n", name);
        abort();
    }
    return key;
}

static void *field_of(const struct rw_document *document, const struct rw_setting *key, int host)
{
    struct rw_cluster *cluster = document->cluster;
    return rw_setting_field(key, cluster,
                            host == RW_DOCUMENT_CLUSTER ? NULL : &cluster->hosts[host]);
}

const char *rw_document_expected(int host, const char *key)
{
    return row_of(host, key)->expected;
}

/* ---- texts where only a number or a word fits ---- */

static unsigned id_of(const struct rw_document *document, int host)
{
    return host == RW_DOCUMENT_CLUSTER ? 0 : document->ids[host];
}

static const char *wrong_text(const struct rw_document *document, const struct rw_setting *key,
                              int host)
{
    for (size_t i = 0; i < document->wrong_count; i++)
        if (document->wrong[i].id == id_of(document, host) && document->wrong[i].key == key)
            return document->wrong[i].text;
    return NULL;
}

/* text NULL: it is right now. */
static void set_wrong(struct rw_document *document, const struct rw_setting *key, unsigned id,
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

static bool set_names(char ***list, size_t *count, const struct rw_setting *key, const char *text)
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
        good = good && rw_setting_allows(key, name);
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

/* Numbers, flags, roles; a flag is also understood by other words. */
static bool set_word(struct rw_document *document, const struct rw_setting *key, int host,
                     const char *text)
{
    bool flag = key->kind == RW_SETTING_FLAG;
    if (flag && (strcasecmp(text, "true") == 0 || strcasecmp(text, "yes") == 0))
        text = "true";
    else if (flag && (strcasecmp(text, "false") == 0 || strcasecmp(text, "no") == 0))
        text = "false";
    return rw_setting_parse(key, field_of(document, key, host), text);
}

/* The text of a field that was never set, to free(); "" where there is nothing. */
static char *default_text(const struct rw_document *document, const struct rw_setting *key,
                          int host)
{
    if (host != RW_DOCUMENT_CLUSTER && key->owner == RW_SETTING_IN_LOGIN)
        return rw_setting_text(key, document->cluster, NULL);
    return rw_strdup(key->otherwise ? key->otherwise : "");
}

static bool set_field(struct rw_document *document, const struct rw_setting *key, int host,
                      const char *typed)
{
    struct rw_cluster *cluster = document->cluster;
    void *field = field_of(document, key, host);
    if (key->kind == RW_SETTING_NAMES)
        return set_names(field, rw_setting_items(key, cluster), key, typed);
    if (key->kind == RW_SETTING_PROXY_URL)
        return set_proxy(&cluster->proxy, typed);
    char *text = *typed ? rw_strdup(typed) : default_text(document, key, host);
    bool good = !*text || rw_setting_allows(key, text);
    if (key->kind == RW_SETTING_TEXT || key->kind == RW_SETTING_PATH) {
        rw_strset(field, *text ? text : NULL);
    } else {
        good = set_word(document, key, host, text);
        set_wrong(document, key, id_of(document, host), good ? NULL : text);
    }
    free(text);
    return good;
}

bool rw_document_set(struct rw_document *document, int host, const char *name, const char *text)
{
    const struct rw_setting *key = row_of(host, name);
    char *value = trimmed(text);
    size_t count = document->cluster->host_count;
    bool shared = host == RW_DOCUMENT_CLUSTER && key->owner == RW_SETTING_IN_LOGIN;
    bool *follows = rw_calloc(count, sizeof *follows);
    for (size_t i = 0; shared && i < count; i++)
        follows[i] = rw_setting_equal(key, document->cluster, &document->cluster->hosts[i],
                                      document->cluster, NULL);
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
    const struct rw_setting *key = row_of(host, name);
    const char *wrong = wrong_text(document, key, host);
    const struct rw_cluster *cluster = document->cluster;
    if (wrong)
        return rw_strdup(wrong);
    return rw_setting_text(key, cluster,
                           host == RW_DOCUMENT_CLUSTER ? NULL : &cluster->hosts[host]);
}

/* ---- hosts ---- */

int rw_document_host_by_id(const struct rw_document *document, unsigned id)
{
    for (size_t i = 0; i < document->cluster->host_count; i++)
        if (document->ids[i] == id)
            return (int)i;
    return -1;
}

/* Three may lose one; more servers are a decision of their own. */
#define USUAL_SERVERS 3

size_t rw_document_add_host(struct rw_document *document)
{
    struct rw_cluster *cluster = document->cluster;
    size_t servers = rw_cluster_servers(cluster);
    document->ids = rw_reallocarray(document->ids, cluster->host_count + 1, sizeof *document->ids);
    document->ids[cluster->host_count] = ++document->last_id;
    struct rw_host *host = rw_array_add(cluster->hosts, cluster->host_count);
    host->role = servers < USUAL_SERVERS ? RW_ROLE_SERVER : RW_ROLE_AGENT;
    rw_host_complete(host, cluster);
    document->revision++;
    return cluster->host_count - 1;
}

int rw_document_host_like(const struct rw_document *document, const struct rw_host *host)
{
    const struct rw_cluster *cluster = document->cluster;
    for (size_t i = 0; i < cluster->host_count; i++)
        if (host->name ? rw_text_equal(cluster->hosts[i].name, host->name)
                       : rw_text_equal(cluster->hosts[i].address, host->address))
            return (int)i;
    return -1;
}

size_t rw_document_add_list(struct rw_document *document, const struct rw_host_list *list)
{
    if (list->refused)
        return 0;
    for (size_t i = 0; i < list->count; i++) {
        int known = rw_document_host_like(document, &list->hosts[i]);
        size_t index = known >= 0 ? (size_t)known : rw_document_add_host(document);
        struct rw_host *host = &document->cluster->hosts[index];
        char *name = rw_strdup(host->name);
        rw_host_done(host);
        rw_host_copy(host, &list->hosts[i]);
        host->line = 0;
        if (!host->name)
            rw_strset(&host->name, name);
        rw_host_complete(host, document->cluster);
        set_wrong(document, NULL, document->ids[index], NULL);
        free(name);
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
