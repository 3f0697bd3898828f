/* SPDX-License-Identifier: Apache-2.0 */
/* Installs that were begun and did not end well, from the journals. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "cluster/names.h"
#include "wizard/wizard_private.h"

struct host_tally {
    char *name;
    bool done;
};

struct tally {
    struct rw_wizard_unfinished run;
    struct host_tally *hosts;
    bool reset; /* it was no install */
    bool begun; /* anything was done on a host, or tried */
};

static void on_run(void *context, const struct rw_journal_run_row *run)
{
    struct tally *tally = context;
    tally->run.started = run->started;
    tally->run.outcome = rw_strdup(run->outcome);
    tally->reset = strcmp(run->command, "reset") == 0;
}

static struct host_tally *host_of(struct tally *tally, const char *name)
{
    for (size_t i = 0; i < tally->run.nodes; i++)
        if (strcmp(tally->hosts[i].name, name) == 0)
            return &tally->hosts[i];
    struct host_tally *host = rw_array_add(tally->hosts, tally->run.nodes);
    *host = (struct host_tally){rw_strdup(name), true};
    return host;
}

static void on_task(void *context, const struct rw_journal_task_row *task)
{
    struct tally *tally = context;
    bool done = strcmp(task->state, "done") == 0 || strcmp(task->state, "unchanged") == 0;
    /* That the whole cluster answers is no matter of one node. */
    if (strcmp(task->step, rw_step_info(RW_STEP_VERIFY)->id) != 0)
        host_of(tally, task->host)->done &= done;
    tally->begun = tally->begun || strcmp(task->state, "planned") != 0;
}

static void on_finding(void *context, const struct rw_finding *finding)
{
    (void)context;
    (void)finding;
}

/* What the journal of a folder says of its last run; its outcome to free(). */
static bool read_tally(const char *dir, struct tally *tally)
{
    struct rw_journal *journal = NULL;
    struct rw_journal_reader reader = {on_run, on_task, on_finding, tally};
    bool read = rw_journal_open_readonly(dir, &journal, NULL) == 0 &&
                rw_journal_read(journal, &reader, NULL) == 0;
    rw_journal_close(journal);
    for (size_t i = 0; i < tally->run.nodes; i++) {
        tally->run.nodes_done += tally->hosts[i].done;
        free(tally->hosts[i].name);
    }
    free(tally->hosts);
    return read;
}

bool rw_wizard_exists(const struct rw_wizard *wizard)
{
    struct tally tally = {0};
    if (!wizard->draft.cluster)
        return false;
    char *dir = rw_journal_dir(wizard->draft.cluster);
    bool exists = read_tally(dir, &tally) && tally.begun && !tally.reset;
    free(tally.run.outcome);
    free(dir);
    return exists;
}

bool rw_wizard_installed(const char *cluster)
{
    struct tally tally = {0};
    char *dir = rw_journal_dir(cluster);
    bool installed = read_tally(dir, &tally) && tally.begun && !tally.reset &&
                     strcmp(tally.run.outcome, "done") == 0;
    free(tally.run.outcome);
    free(dir);
    return installed;
}

static void add_cluster(struct rw_wizard_unfinished_list *list, const char *name)
{
    struct tally tally = {0};
    char *dir = rw_journal_dir(name);
    bool read = read_tally(dir, &tally);
    if (read && tally.begun && !tally.reset && strcmp(tally.run.outcome, "done") != 0) {
        tally.run.cluster = rw_strdup(name);
        tally.run.running = rw_journal_in_use(dir);
        *rw_array_add(list->items, list->count) = tally.run;
    } else {
        free(tally.run.outcome);
    }
    free(dir);
}

static int latest_first(const void *a, const void *b)
{
    const struct rw_wizard_unfinished *x = a, *y = b;
    return (x->started < y->started) - (x->started > y->started);
}

void rw_wizard_find_unfinished(struct rw_wizard_unfinished_list *list)
{
    char *root = rw_journal_root();
    DIR *dir = opendir(root);
    free(root);
    for (struct dirent *entry; dir && (entry = readdir(dir));)
        if (rw_names_is_cluster(entry->d_name))
            add_cluster(list, entry->d_name);
    if (dir)
        closedir(dir);
    if (list->count > 1)
        qsort(list->items, list->count, sizeof *list->items, latest_first);
}

void rw_wizard_unfinished_done(struct rw_wizard_unfinished_list *list)
{
    for (size_t i = 0; i < list->count; i++) {
        free(list->items[i].cluster);
        free(list->items[i].outcome);
    }
    free(list->items);
    *list = (struct rw_wizard_unfinished_list){0};
}
