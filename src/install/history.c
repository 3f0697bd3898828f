/* SPDX-License-Identifier: Apache-2.0 */
#include "install/history.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "cluster/answers.h"
#include "install/journal.h"

struct search {
    const char *name, *dir;
    struct rw_cluster *found; /* that has the host */
};

static bool on_answers(void *context, const char *text)
{
    struct search *search = context;
    struct rw_findings findings = {0};
    struct rw_cluster *cluster =
        rw_answers_parse_draft(text, strlen(text), "journal.db", search->dir, &findings);
    rw_findings_done(&findings);
    if (rw_cluster_host(cluster, search->name))
        search->found = cluster;
    else
        rw_cluster_free(cluster);
    return !search->found;
}

/* The cluster of the newest run that knew the host, to free, or NULL. */
static struct rw_cluster *find(const char *dir, const char *name)
{
    struct rw_journal *journal = NULL;
    struct search search = {name, dir, NULL};
    if (rw_journal_open_readonly(dir, &journal, NULL) == 0)
        rw_journal_answers(journal, on_answers, &search);
    rw_journal_close(journal);
    return search.found;
}

static void add_unknown(struct rw_findings *findings, const char *name,
                        const struct rw_cluster *cluster)
{
    struct rw_buf known = {0};
    for (size_t i = 0; i < cluster->host_count; i++)
        rw_buf_addf(&known, "%s%s", i ? ", " : "", cluster->hosts[i].name);
    rw_findings_add(findings, RW_F_RESET_HOST_UNKNOWN, NULL, "name", name, "known",
                    rw_buf_str(&known), NULL);
    rw_buf_done(&known);
}

int rw_history_add_hosts(struct rw_cluster *cluster, const char *const *names, size_t count,
                         struct rw_findings *findings)
{
    char *dir = rw_journal_dir(cluster->name);
    int rc = 0;
    for (size_t i = 0; i < count; i++) {
        if (rw_cluster_host(cluster, names[i]))
            continue;
        struct rw_cluster *before = find(dir, names[i]);
        if (before) {
            struct rw_host *host = rw_array_add(cluster->hosts, cluster->host_count);
            rw_host_copy(host, rw_cluster_host(before, names[i]));
            host->line = 0;
        } else {
            add_unknown(findings, names[i], cluster);
            rc = RW_ENOTFOUND;
        }
        rw_cluster_free(before);
    }
    free(dir);
    return rc;
}
