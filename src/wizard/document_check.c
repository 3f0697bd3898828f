/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a document. The rules are those of the answers file; the places differ. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/names.h"
#include "cluster/source.h"
#include "wizard/document.h"

#define SHOWN_MAX 60 /* bytes of a value in a finding */

struct checker {
    const struct rw_document *document;
    struct rw_document_problems *problems;
};

/* "ha-m1", or "host 3" where it has no name yet; to free(). */
static char *place_of(const struct rw_document *document, enum rw_document_area area, int host)
{
    static const char *const titles[RW_DOCUMENT_AREAS] = {
        [RW_DOCUMENT_HOSTS] = N_("Hosts and roles"),
        [RW_DOCUMENT_NAME] = N_("Registration name"),
        [RW_DOCUMENT_SETTINGS] = N_("Cluster settings"),
    };
    if (host == RW_DOCUMENT_CLUSTER)
        return rw_strdup(_(titles[area]));
    const char *name = document->cluster->hosts[host].name;
    return name && *name ? rw_text_printable(name, strlen(name), SHOWN_MAX)
                         : rw_asprintf(_("host %d"), host + 1);
}

/* Borrowed until the next one. */
static struct rw_finding *add(struct checker *checker, enum rw_finding_id id,
                              enum rw_document_area area, int host, const char *key)
{
    struct rw_document_problems *problems = checker->problems;
    size_t count = problems->findings.count;
    problems->items = rw_reallocarray(problems->items, count + 1, sizeof *problems->items);
    problems->items[count] = (struct rw_document_problem){area, host, key};
    char *where = place_of(checker->document, area, host);
    struct rw_finding *finding =
        rw_findings_add(&problems->findings, id, NULL, "where", where, NULL);
    free(where);
    return finding;
}

static void show(struct rw_finding *finding, const char *param, const char *value)
{
    char *shown = rw_text_printable(value, strlen(value), SHOWN_MAX);
    rw_finding_set(finding, param, shown);
    free(shown);
}

/* ---- single values ---- */

/* Borrowed until the next one. */
static struct rw_finding *add_about(struct checker *checker, enum rw_finding_id id,
                                    enum rw_document_area area, int host,
                                    const struct rw_setting *key)
{
    const char *name = host == RW_DOCUMENT_CLUSTER ? rw_setting_id(key) : key->key;
    struct rw_finding *finding = add(checker, id, area, host, name);
    rw_finding_set(finding, "key", key->key);
    rw_finding_set(finding, "_expected", key->expected);
    return finding;
}

static void check_text(struct checker *checker, enum rw_document_area area, int host,
                       const struct rw_setting *key, const char *text)
{
    if (!rw_setting_allows(key, text))
        show(add_about(checker, RW_F_ANSWERS_BAD_VALUE, area, host, key), "value", text);
}

/* Whether something else of its mapping is set, which then needs this key. */
static bool is_in_use(const struct rw_cluster *cluster, const struct rw_setting *key)
{
    bool used = key->scopes == RW_SCOPE_TOP;
    for (size_t i = 0; !used && i < rw_setting_count; i++)
        used = (rw_settings[i].scopes & key->scopes) &&
               rw_setting_is_set(&rw_settings[i], cluster, NULL);
    return used;
}

/* An unfinished value, a default that was taken away, or a key without which others say nothing. */
static bool is_needed(const struct rw_cluster *cluster, int host, const struct rw_setting *key)
{
    if (host != RW_DOCUMENT_CLUSTER)
        return key->required || key->otherwise;
    return key->otherwise || (key->required && is_in_use(cluster, key));
}

static void check_value(struct checker *checker, enum rw_document_area area, int host,
                        const struct rw_setting *key)
{
    const struct rw_cluster *cluster = checker->document->cluster;
    char *const *names = NULL;
    if (key->kind == RW_SETTING_NAMES) {
        names = *(char **const *)rw_setting_field(key, cluster, NULL);
        for (size_t i = 0; i < *rw_setting_items(key, cluster); i++)
            check_text(checker, area, host, key, names[i]);
        return;
    }
    char *text = rw_document_get(checker->document, host,
                                 host == RW_DOCUMENT_CLUSTER ? rw_setting_id(key) : key->key);
    if (*text)
        check_text(checker, area, host, key, text);
    else if (is_needed(cluster, host, key))
        add_about(checker, RW_F_ANSWERS_MISSING_KEY, area, host, key);
    free(text);
}

/* ---- values that have to fit each other ---- */

static void check_cni(struct checker *checker)
{
    const struct rw_cluster *cluster = checker->document->cluster;
    if (!cluster->version || rw_cni_in_version(rw_cni_of(cluster), cluster->version))
        return;
    struct rw_finding *finding =
        add(checker, RW_F_ANSWERS_CNI_VERSION, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, "cni");
    rw_finding_set(finding, "cni", cluster->cni);
    rw_finding_set(finding, "version", cluster->version);
}

static void check_source(struct checker *checker)
{
    const struct rw_cluster *cluster = checker->document->cluster;
    if (cluster->version || !rw_source_is(cluster->source) ||
        rw_source_kind(cluster->source) != RW_SOURCE_FOLDER)
        return;
    struct rw_finding *finding = add(checker, RW_F_ANSWERS_SOURCE_VERSION, RW_DOCUMENT_SETTINGS,
                                     RW_DOCUMENT_CLUSTER, "rke2-version");
    rw_finding_set(finding, "folder", cluster->source);
}

/* ---- hosts together ---- */

static void duplicate(struct checker *checker, enum rw_finding_id id, size_t host, const char *key,
                      const char *value, size_t other)
{
    struct rw_finding *finding = add(checker, id, RW_DOCUMENT_HOSTS, (int)host, key);
    char *number = rw_asprintf("%zu", other + 1);
    show(finding, "value", value);
    rw_finding_set(finding, "other", number);
    free(number);
}

static void check_duplicates(struct checker *checker)
{
    const struct rw_cluster *cluster = checker->document->cluster;
    char **canonical = rw_calloc(cluster->host_count, sizeof *canonical);
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_host *host = &cluster->hosts[i];
        canonical[i] = host->address ? rw_names_canonical(host->address) : NULL;
        bool name = false, address = false;
        for (size_t j = 0; j < i; j++) {
            const char *other = cluster->hosts[j].name;
            if (!name && host->name && other && strcasecmp(host->name, other) == 0) {
                duplicate(checker, RW_F_ANSWERS_DUPLICATE_NAME, i, "name", host->name, j);
                name = true;
            }
            if (!address && canonical[i] && rw_text_equal(canonical[i], canonical[j])) {
                duplicate(checker, RW_F_ANSWERS_DUPLICATE_ADDRESS, i, "address", host->address, j);
                address = true;
            }
        }
    }
    for (size_t i = 0; i < cluster->host_count; i++)
        free(canonical[i]);
    free(canonical);
}

static void check_servers(struct checker *checker)
{
    size_t servers = rw_cluster_servers(checker->document->cluster);
    if (servers == 0) {
        add(checker, RW_F_ANSWERS_NO_SERVER, RW_DOCUMENT_HOSTS, RW_DOCUMENT_CLUSTER, NULL);
    } else if (servers % 2 == 0) {
        struct rw_finding *finding =
            add(checker, RW_F_ANSWERS_EVEN_SERVERS, RW_DOCUMENT_HOSTS, RW_DOCUMENT_CLUSTER, NULL);
        char *count = rw_asprintf("%zu", servers), *survive = rw_asprintf("%zu", (servers - 1) / 2);
        rw_finding_set(finding, "count", count);
        rw_finding_set(finding, "survive", survive);
        free(count);
        free(survive);
    }
}

static void check_hosts(struct checker *checker)
{
    for (size_t i = 0; i < checker->document->cluster->host_count; i++)
        for (size_t k = 0; k < rw_setting_count; k++)
            if (rw_settings[k].scopes & RW_SCOPE_HOST)
                check_value(checker, RW_DOCUMENT_HOSTS, (int)i, &rw_settings[k]);
    check_duplicates(checker);
    check_servers(checker);
}

void rw_document_check(const struct rw_document *document, struct rw_document_problems *problems)
{
    struct checker checker = {document, problems};
    check_hosts(&checker);
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *key = &rw_settings[i];
        if (key->owner == RW_SETTING_IN_CLUSTER && key->kind != RW_SETTING_SECRET)
            check_value(&checker,
                        key->group == RW_GROUP_NAME ? RW_DOCUMENT_NAME : RW_DOCUMENT_SETTINGS,
                        RW_DOCUMENT_CLUSTER, key);
    }
    check_cni(&checker);
    check_source(&checker);
}

void rw_document_problems_done(struct rw_document_problems *problems)
{
    free(problems->items);
    rw_findings_done(&problems->findings);
    *problems = (struct rw_document_problems){0};
}
