/* SPDX-License-Identifier: Apache-2.0 */
/* Which cluster is open: from a draft, from a file, from the journal of an install, or new. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/answers.h"
#include "cluster/names.h"
#include "install/proxy_password.h"
#include "wizard/wizard_private.h"

/* ---- the one that is open ---- */

/* Puts a cluster in place of the one that is open; taken over, as is the draft. */
static void show(struct rw_wizard *wizard, struct rw_cluster *cluster, struct rw_draft *draft)
{
    undo_done(&wizard->undo);
    rw_document_free(wizard->document);
    wizard->document = rw_document_new(cluster);
    rw_draft_done(&wizard->draft);
    wizard->draft = *draft;
    *draft = (struct rw_draft){0};
    wizard->step = RW_WIZARD_WELCOME;
    for (int step = 0; wizard->draft.step && step < RW_WIZARD_STEPS; step++)
        if (strcmp(rw_wizard_step_info((enum rw_wizard_step)step)->id, wizard->draft.step) == 0)
            wizard->step = (enum rw_wizard_step)step;
    if (wizard->draft.cluster) {
        char *dir = rw_journal_dir(wizard->draft.cluster);
        rw_proxy_password_keep(wizard->document->cluster, dir, NULL);
        rw_proxy_password_recall(wizard->document->cluster, dir);
        free(dir);
    }
    /* An install is begun anew only on request. */
    if (wizard->step > RW_WIZARD_REVIEW)
        wizard->step = RW_WIZARD_REVIEW;
    reasons_load(wizard);
    name_servers_load(wizard);
    if (wizard->draft.cluster) {
        rw_strset(&wizard->memory.last, wizard->draft.cluster);
        rw_store_remember(&wizard->memory, &wizard->save_error);
    }
}

/* The token of a file goes where it is not shown; what is typed is saved without it. */
static void keep_token(struct rw_wizard *wizard)
{
    const char *reason;
    struct rw_error err;
    if (wizard->document->cluster->token && wizard->draft.cluster) {
        char *token = rw_strdup(wizard->document->cluster->token);
        rw_wizard_set_token(wizard, token, &reason, &err);
        rw_secret_free(token);
    }
}

/* Holds a cluster against other wizards; 0 or an error with a finding. */
static int lock(struct rw_wizard *wizard, const char *cluster, struct rw_findings *findings)
{
    struct rw_error err;
    long pid = 0;
    if (rw_text_equal(wizard->draft.cluster, cluster) && wizard->lock >= 0)
        return 0;
    int fd = rw_store_lock(cluster, &pid, &err);
    if (fd < 0) {
        char *number = rw_asprintf("%ld", pid), *dir = rw_journal_dir(cluster);
        rw_findings_add(findings, fd == RW_EBUSY ? RW_F_JOURNAL_LOCKED : RW_F_DRAFT_UNSAVED, NULL,
                        "reason", err.message, "file", dir, "pid", number, NULL);
        free(number);
        free(dir);
        return fd;
    }
    if (wizard->lock >= 0)
        close(wizard->lock);
    wizard->lock = fd;
    return 0;
}

static bool is_busy(const struct rw_wizard *wizard)
{
    return install_active(wizard) || wizard->result.query != NULL;
}

/* ---- from the journal ---- */

struct last_run {
    char *answers;
};

static void on_run(void *context, const struct rw_journal_run_row *run)
{
    struct last_run *last = context;
    last->answers = rw_strdup(run->answers);
}

static void on_task(void *context, const struct rw_journal_task_row *task)
{
    (void)context;
    (void)task;
}

static void on_finding(void *context, const struct rw_finding *finding)
{
    (void)context;
    (void)finding;
}

/* The answers of the last install of a cluster, or NULL. */
static struct rw_cluster *from_journal(const char *name, struct rw_findings *findings)
{
    struct rw_journal *journal = NULL;
    struct last_run last = {0};
    struct rw_journal_reader reader = {on_run, on_task, on_finding, &last};
    struct rw_cluster *cluster = NULL;
    char *dir = rw_journal_dir(name);
    if (rw_journal_open_readonly(dir, &journal, NULL) == 0 &&
        rw_journal_read(journal, &reader, NULL) == 0)
        cluster =
            rw_answers_parse_draft(last.answers, strlen(last.answers), "journal.db", dir, findings);
    rw_journal_close(journal);
    free(last.answers);
    free(dir);
    return cluster;
}

static bool has_journal(const char *name)
{
    char *dir = rw_journal_dir(name), *path = rw_asprintf("%s/journal.db", dir);
    bool there = access(path, F_OK) == 0;
    free(path);
    free(dir);
    return there;
}

/* ---- interface ---- */

int rw_wizard_open(struct rw_wizard *wizard, const char *name, struct rw_findings *findings)
{
    struct rw_draft draft = {0};
    if (is_busy(wizard))
        return RW_EBUSY;
    int rc = lock(wizard, name, findings);
    if (rc != 0)
        return rc;
    struct rw_cluster *cluster = rw_store_load(name, &draft, findings);
    if (!cluster) {
        cluster = from_journal(name, findings);
        draft.cluster = rw_strdup(name);
        draft.step = rw_strdup(rw_wizard_step_info(RW_WIZARD_HOSTS)->id);
    }
    if (!cluster) {
        rw_draft_done(&draft);
        return RW_ENOTFOUND;
    }
    rw_strset(&cluster->name, name);
    show(wizard, cluster, &draft);
    wizard_edited(wizard);
    return 0;
}

/* The cluster whose draft came from this file, as the file is now; to free(), or NULL. */
static char *draft_of_file(const char *path, const char *sum)
{
    struct rw_drafts drafts = {0};
    char *cluster = NULL;
    rw_store_list(&drafts);
    for (size_t i = 0; i < drafts.count && !cluster; i++)
        if (rw_text_equal(drafts.items[i].file, path) && rw_text_equal(drafts.items[i].sum, sum))
            cluster = rw_strdup(drafts.items[i].cluster);
    rw_drafts_done(&drafts);
    return cluster;
}

/* Shows what the file holds; an older draft of the same cluster is put aside. */
static int show_file(struct rw_wizard *wizard, const char *path, const char *sum,
                     struct rw_findings *findings)
{
    struct rw_cluster *cluster = rw_answers_load_draft(path, findings);
    struct rw_draft draft = {
        .file = rw_strdup(path),
        .sum = rw_strdup(sum),
        .step = rw_strdup(rw_wizard_step_info(RW_WIZARD_HOSTS)->id),
    };
    int rc = cluster ? 0 : RW_ENOTFOUND;
    if (rc == 0 && cluster->name && rw_names_is_cluster(cluster->name)) {
        rc = lock(wizard, cluster->name, findings);
        draft.cluster = rw_strdup(cluster->name);
    }
    if (rc != 0) {
        rw_cluster_free(cluster);
        rw_draft_done(&draft);
        return rc;
    }
    if (draft.cluster && !rw_store_holds(draft.cluster, cluster))
        rw_store_move(draft.cluster, NULL, NULL);
    show(wizard, cluster, &draft);
    keep_token(wizard);
    wizard_edited(wizard);
    return 0;
}

int rw_wizard_open_file(struct rw_wizard *wizard, const char *file, struct rw_findings *findings)
{
    if (is_busy(wizard))
        return RW_EBUSY;
    char *path = realpath(file, NULL);
    char *sum = path ? rw_store_sum(path) : NULL;
    char *cluster = sum ? draft_of_file(path, sum) : NULL;
    int rc = cluster ? rw_wizard_open(wizard, cluster, findings)
                     : show_file(wizard, path ? path : file, sum, findings);
    free(cluster);
    free(sum);
    free(path);
    return rc;
}

static int refuse(enum rw_finding_id id, const char *name, struct rw_findings *findings)
{
    rw_findings_add(findings, id, NULL, "name", name, NULL);
    return id == RW_F_DRAFT_NAME ? RW_EINVAL : RW_EEXIST;
}

int rw_wizard_name(struct rw_wizard *wizard, const char *name, struct rw_findings *findings)
{
    const char *before = wizard->draft.cluster;
    if (rw_text_equal(before, name))
        return 0;
    if (!rw_names_is_cluster(name))
        return refuse(RW_F_DRAFT_NAME, name, findings);
    if (rw_store_has(name) || has_journal(name))
        return refuse(RW_F_DRAFT_NAME_TAKEN, name, findings);
    if (before && (has_journal(before) || is_busy(wizard)))
        return refuse(RW_F_DRAFT_NAME_FIXED, before, findings);
    int rc = lock(wizard, name, findings);
    if (rc != 0)
        return rc;
    if (before)
        rw_store_move(before, name, &wizard->save_error);
    rw_strset(&wizard->draft.cluster, name);
    rw_strset(&wizard->document->cluster->name, name);
    rw_strset(&wizard->memory.last, name);
    rw_store_remember(&wizard->memory, &wizard->save_error);
    keep_token(wizard);
    char *dir = rw_journal_dir(name);
    rw_proxy_password_keep(wizard->document->cluster, dir, &wizard->save_error);
    free(dir);
    wizard_edited(wizard);
    return 0;
}

/* Opens an empty cluster; its name is held. */
static void show_empty(struct rw_wizard *wizard, const char *name)
{
    struct rw_cluster *cluster = rw_cluster_new();
    struct rw_draft draft = {
        .cluster = rw_strdup(name),
        .step = rw_strdup(rw_wizard_step_info(RW_WIZARD_HOSTS)->id),
    };
    cluster->name = rw_strdup(name);
    show(wizard, cluster, &draft);
    wizard_edited(wizard);
}

int rw_wizard_begin(struct rw_wizard *wizard, const char *name, struct rw_findings *findings)
{
    if (is_busy(wizard))
        return RW_EBUSY;
    if (!rw_names_is_cluster(name))
        return refuse(RW_F_DRAFT_NAME, name, findings);
    if (rw_store_has(name) || has_journal(name))
        return refuse(RW_F_DRAFT_NAME_TAKEN, name, findings);
    int rc = lock(wizard, name, findings);
    if (rc == 0)
        show_empty(wizard, name);
    return rc;
}

int rw_wizard_start_over(struct rw_wizard *wizard, const char *name, struct rw_findings *findings)
{
    struct rw_error err;
    if (is_busy(wizard))
        return RW_EBUSY;
    int rc = lock(wizard, name, findings);
    if (rc == 0)
        rc = rw_store_move(name, NULL, &err);
    if (rc == 0)
        show_empty(wizard, name);
    return rc;
}

const char *rw_wizard_file(const struct rw_wizard *wizard)
{
    return wizard->draft.file;
}

int rw_wizard_write(struct rw_wizard *wizard, const char *path, struct rw_error *err)
{
    char *text = rw_answers_write(wizard->document->cluster, false);
    int rc = rw_file_write(path, text, strlen(text), 0600, err);
    free(text);
    if (rc == 0) {
        /* The draft continues from here. */
        char *real = realpath(path, NULL), *sum = real ? rw_store_sum(real) : NULL;
        rw_strset(&wizard->draft.file, real);
        rw_strset(&wizard->draft.sum, sum);
        free(real);
        free(sum);
        wizard_save(wizard);
    }
    return rc;
}

int64_t rw_wizard_saved(const struct rw_wizard *wizard)
{
    return wizard->draft.saved;
}

const struct rw_error *rw_wizard_save_error(const struct rw_wizard *wizard)
{
    return wizard->save_error.code ? &wizard->save_error : NULL;
}
