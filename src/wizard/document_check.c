/* SPDX-License-Identifier: Apache-2.0 */
/* The problems of a document. The rules are those of the answers file; the places differ. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/fit.h"
#include "wizard/document.h"

#define NAME_MAX_BYTES 60 /* of a host, in {where} */

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
    return name && *name ? rw_text_printable(name, strlen(name), NAME_MAX_BYTES)
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

/* ---- single values ---- */

/* Borrowed until the next one. */
static struct rw_finding *add_about(struct checker *checker, enum rw_finding_id id,
                                    enum rw_document_area area, int host,
                                    const struct rw_setting *key)
{
    const char *name = host == RW_DOCUMENT_CLUSTER ? rw_setting_id(key) : key->key;
    struct rw_finding *finding = add(checker, id, area, host, name);
    rw_finding_set(finding, "_field", key->label ? key->label : key->key);
    rw_finding_set(finding, "_expected", key->expected);
    return finding;
}

static void check_text(struct checker *checker, enum rw_document_area area, int host,
                       const struct rw_setting *key, const char *text)
{
    if (!rw_setting_allows(key, text))
        rw_finding_show(add_about(checker, RW_F_FIELD_VALUE, area, host, key), "value", text);
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
        add_about(checker, RW_F_FIELD_EMPTY, area, host, key);
    free(text);
}

/* ---- values that have to fit each other ---- */

/* People who fill in fields know no lines of a file. */
static enum rw_finding_id of_field(enum rw_finding_id id)
{
    return id == RW_F_ANSWERS_DUPLICATE_NAME      ? RW_F_FIELD_SAME_NAME
           : id == RW_F_ANSWERS_DUPLICATE_ADDRESS ? RW_F_FIELD_SAME_ADDRESS
                                                  : id;
}

static struct rw_finding *add_misfit(void *context, const struct rw_misfit *misfit)
{
    bool settings = misfit->host == RW_FIT_CLUSTER && misfit->key;
    struct rw_finding *finding =
        add(context, of_field(misfit->id), settings ? RW_DOCUMENT_SETTINGS : RW_DOCUMENT_HOSTS,
            misfit->host == RW_FIT_CLUSTER ? RW_DOCUMENT_CLUSTER : misfit->host,
            misfit->lacks ? misfit->lacks : misfit->key);
    if (misfit->host != RW_FIT_CLUSTER) {
        char *number = rw_asprintf("%d", misfit->other + 1);
        rw_finding_set(finding, "other", number);
        free(number);
    }
    return finding;
}

/* ---- all ---- */

static void check_hosts(struct checker *checker)
{
    for (size_t i = 0; i < checker->document->cluster->host_count; i++)
        for (size_t k = 0; k < rw_setting_count; k++)
            if (rw_settings[k].scopes & RW_SCOPE_HOST)
                check_value(checker, RW_DOCUMENT_HOSTS, (int)i, &rw_settings[k]);
    rw_fit_hosts(checker->document->cluster, add_misfit, checker);
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
    rw_fit_settings(document->cluster, add_misfit, &checker);
}

void rw_document_problems_done(struct rw_document_problems *problems)
{
    free(problems->items);
    rw_findings_done(&problems->findings);
    *problems = (struct rw_document_problems){0};
}
