/* SPDX-License-Identifier: Apache-2.0 */
#include "install/begin.h"

#include <stdlib.h>

#include "base/mem.h"
#include "cluster/answers.h"
#include "install/proxy_password.h"
#include "install/token.h"

int rw_install_journal(const char *cluster, struct rw_journal **journal,
                       struct rw_findings *findings)
{
    char *dir = rw_journal_dir(cluster);
    struct rw_error err;
    long pid = 0;
    int rc = rw_journal_open(dir, journal, &pid, &err);
    if (rc != 0) {
        char *file = rw_asprintf("%s/journal.db", dir), *number = rw_asprintf("%ld", pid);
        rw_findings_add(findings, rc == RW_EBUSY ? RW_F_JOURNAL_LOCKED : RW_F_JOURNAL_UNUSABLE,
                        NULL, "reason", err.message, "file", file, "pid", number, NULL);
        free(file);
        free(number);
    }
    free(dir);
    return rc;
}

int rw_install_journal_broken(const struct rw_journal *journal, struct rw_findings *findings)
{
    struct rw_error err;
    int rc = rw_journal_broken(journal, &err);
    if (rc != 0)
        rw_findings_add(findings, RW_F_JOURNAL_UNUSABLE, NULL, "reason", err.message, "file",
                        rw_journal_path(journal), NULL);
    return rc;
}

static int see_to_token(struct rw_cluster *cluster, const char *dir, struct rw_findings *findings)
{
    struct rw_error err;
    if (!cluster->token)
        cluster->token = rw_token_keep(dir, &err);
    if (cluster->token)
        return 0;
    char *path = rw_token_path(dir);
    rw_findings_add(findings, RW_F_TOKEN_UNUSABLE, NULL, "reason", err.message, "file", path, NULL);
    free(path);
    return RW_EIO;
}

/* The first words are written; 0, or an error with a finding when there is no room for them. */
static int begin_run(struct rw_journal *journal, const struct rw_cluster *cluster,
                     const char *command, struct rw_findings *findings)
{
    char *answers = rw_answers_write(cluster, false);
    rw_journal_begin(journal, command, answers);
    free(answers);
    if (rw_journal_aside(journal)) {
        struct rw_finding *finding = rw_findings_add(findings, RW_F_JOURNAL_DAMAGED, NULL, "file",
                                                     rw_journal_aside(journal), NULL);
        rw_journal_finding(journal, finding);
    }
    return rw_install_journal_broken(journal, findings);
}

static int see_to_proxy(struct rw_cluster *cluster, const char *dir, struct rw_findings *findings)
{
    struct rw_error err;
    rw_proxy_password_recall(cluster, dir);
    if (rw_proxy_password_keep(cluster, dir, &err) == 0)
        return 0;
    char *path = rw_proxy_password_path(dir);
    rw_findings_add(findings, RW_F_PROXY_PASSWORD_UNUSABLE, NULL, "reason", err.message, "file",
                    path, NULL);
    free(path);
    return RW_EIO;
}

int rw_install_begin(struct rw_cluster *cluster, const char *command, struct rw_journal **journal,
                     struct rw_findings *findings)
{
    char *dir = rw_journal_dir(cluster->name);
    int rc = rw_install_journal(cluster->name, journal, findings);
    if (rc == 0) {
        rc = see_to_token(cluster, dir, findings);
        if (rc == 0)
            rc = see_to_proxy(cluster, dir, findings);
        if (rc == 0)
            rc = begin_run(*journal, cluster, command, findings);
        if (rc != 0) {
            rw_journal_close(*journal);
            *journal = NULL;
        }
    }
    free(dir);
    return rc;
}

int rw_reset_begin(struct rw_cluster *cluster, struct rw_journal **journal,
                   struct rw_findings *findings)
{
    char *dir = rw_journal_dir(cluster->name);
    int rc = rw_install_journal(cluster->name, journal, findings);
    if (rc == 0 && !cluster->token)
        cluster->token = rw_token_kept(dir);
    free(dir);
    if (rc == 0) {
        /* Hosts that only an earlier run knew do not become part of the answers again. */
        size_t count = cluster->host_count;
        while (cluster->host_count > 0 && cluster->hosts[cluster->host_count - 1].line == 0)
            cluster->host_count--;
        rc = begin_run(*journal, cluster, "reset", findings);
        cluster->host_count = count;
        if (rc != 0) {
            rw_journal_close(*journal);
            *journal = NULL;
        }
    }
    return rc;
}
