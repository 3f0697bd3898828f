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

static bool is_possible(const struct rw_answers_key *key, const char *text)
{
    int64_t number;
    switch (key->kind) {
    case RW_ANSWERS_PORT:
        return rw_text_number(text, 1, 65535, &number) == 0;
    case RW_ANSWERS_FLAG:
        return strcmp(text, "true") == 0 || strcmp(text, "false") == 0;
    case RW_ANSWERS_ROLE:
        return strcmp(text, "server") == 0 || strcmp(text, "agent") == 0;
    default:
        return !key->check || key->check(text);
    }
}

static void check_value(struct checker *checker, enum rw_document_area area, int host,
                        const char *name, bool required)
{
    const struct rw_answers_key *key = rw_document_key(host, name);
    char *text = rw_document_get(checker->document, host, name);
    if (*text && !is_possible(key, text)) {
        struct rw_finding *finding = add(checker, RW_F_ANSWERS_BAD_VALUE, area, host, name);
        rw_finding_set(finding, "key", key->name);
        rw_finding_set(finding, "_expected", key->expected);
        show(finding, "value", text);
    } else if (!*text && required) {
        struct rw_finding *finding = add(checker, RW_F_ANSWERS_MISSING_KEY, area, host, name);
        rw_finding_set(finding, "key", key->name);
        rw_finding_set(finding, "_expected", key->expected);
    }
    free(text);
}

static void check_names(struct checker *checker, const char *name)
{
    struct rw_cluster *cluster = checker->document->cluster;
    const struct rw_answers_key *key = rw_document_key(RW_DOCUMENT_CLUSTER, name);
    char **names = *(char ***)rw_answers_field(key, cluster, NULL);
    for (size_t i = 0; i < *rw_answers_count(key, cluster); i++) {
        if (key->check(names[i]))
            continue;
        struct rw_finding *finding =
            add(checker, RW_F_ANSWERS_BAD_VALUE, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, name);
        rw_finding_set(finding, "key", key->name);
        rw_finding_set(finding, "_expected", key->expected);
        show(finding, "value", names[i]);
    }
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
    static const struct {
        const char *key;
        bool required;
    } fields[] = {{"name", true},           {"address", true},
                  {"role", true},           {"user", true},
                  {"port", true},           {"key", false},
                  {"password-file", false}, {"sudo-password-file", false},
                  {"jump", false},          {"jump-key", false}};
    for (size_t i = 0; i < checker->document->cluster->host_count; i++)
        for (size_t field = 0; field < RW_COUNT(fields); field++)
            check_value(checker, RW_DOCUMENT_HOSTS, (int)i, fields[field].key,
                        fields[field].required);
    check_duplicates(checker);
    check_servers(checker);
}

void rw_document_check(const struct rw_document *document, struct rw_document_problems *problems)
{
    struct checker checker = {document, problems};
    check_hosts(&checker);
    check_value(&checker, RW_DOCUMENT_NAME, RW_DOCUMENT_CLUSTER, "registration-name", true);
    check_value(&checker, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, "cluster", true);
    check_value(&checker, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, "servers-run-workloads", true);
    check_value(&checker, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, "rke2-version", false);
    check_value(&checker, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, "channel", false);
    check_names(&checker, "tls-san");
    check_value(&checker, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, "cni", true);
    check_cni(&checker);
    check_value(&checker, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, "source", true);
    check_source(&checker);
    bool around = document->cluster->proxy.bypass_count > 0;
    check_value(&checker, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, "proxy", around);
    check_value(&checker, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, "proxy-password-file", false);
    check_names(&checker, "no-proxy");
    check_value(&checker, RW_DOCUMENT_SETTINGS, RW_DOCUMENT_CLUSTER, "system-default-registry",
                false);
}

void rw_document_problems_done(struct rw_document_problems *problems)
{
    free(problems->items);
    rw_findings_done(&problems->findings);
    *problems = (struct rw_document_problems){0};
}
