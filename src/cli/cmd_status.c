/* SPDX-License-Identifier: Apache-2.0 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "cli/words.h"
#include "install/journal.h"
#include "install/run.h"

struct status {
    FILE *out;
    json_t *json, *tasks, *findings; /* NULL: plain text */
    bool in_use;
    bool findings_headed;
};

static void on_run(void *context, const struct rw_journal_run_row *run)
{
    struct status *status = context;
    char started[RW_CLOCK_UTC_SIZE], ended[RW_CLOCK_UTC_SIZE] = "";
    rw_clock_utc(run->started, started, sizeof started);
    if (run->ended)
        rw_clock_utc(run->ended, ended, sizeof ended);
    const char *outcome = *run->outcome ? run->outcome : status->in_use ? "running" : "killed";
    if (status->json) {
        json_object_set_new(status->json, "command", json_string(run->command));
        json_object_set_new(status->json, "started", json_string(started));
        json_object_set_new(status->json, "ended", json_string(ended));
        json_object_set_new(status->json, "outcome", json_string(outcome));
        return;
    }
    fprintf(status->out, _("Last run, started at %s: %s\n"), started,
            rw_words_outcome_name(outcome));
}

static void on_task(void *context, const struct rw_journal_task_row *task)
{
    struct status *status = context;
    char took[RW_CLOCK_DURATION_SIZE] = "-";
    if (task->ended && task->started)
        rw_clock_duration(task->ended - task->started, took, sizeof took);
    if (status->json) {
        json_array_append_new(status->tasks,
                              json_pack("{s:s, s:s, s:s, s:i, s:I, s:I}", "host", task->host,
                                        "step", task->step, "state", task->state, "attempt",
                                        task->attempt, "started_ms", (json_int_t)task->started,
                                        "ended_ms", (json_int_t)task->ended));
        return;
    }
    fprintf(status->out, _("  %-16s %7s  %s: %s\n"), task->host, took, rw_words_step(task->step),
            rw_words_state_name(task->state));
}

static void on_finding(void *context, const struct rw_finding *finding)
{
    struct status *status = context;
    if (status->json) {
        char *fact = rw_finding_text(finding, RW_FINDING_FACT);
        json_t *object = json_pack("{s:s, s:s, s:s}", "id", rw_finding_code(finding->id),
                                   "severity", rw_severity_name(finding->severity), "fact", fact);
        if (finding->host)
            json_object_set_new(object, "host", json_string(finding->host));
        json_array_append_new(status->findings, object);
        free(fact);
        return;
    }
    struct rw_buf text = {0};
    rw_finding_print(&text, finding);
    fprintf(status->out, "%s%s", status->findings_headed ? "" : "\n", rw_buf_str(&text));
    status->findings_headed = true;
    rw_buf_done(&text);
}

int rw_cli_show_status(FILE *out, FILE *errors, const char *cluster, bool json)
{
    struct status status = {.out = out};
    struct rw_journal *journal = NULL;
    struct rw_error err;
    char *dir = rw_journal_dir(cluster);
    status.in_use = rw_journal_in_use(dir);
    if (json) {
        status.json = json_object();
        json_object_set_new(status.json, "tasks", status.tasks = json_array());
        json_object_set_new(status.json, "findings", status.findings = json_array());
    }
    int rc = rw_journal_open_readonly(dir, &journal, &err);
    if (rc == 0) {
        struct rw_journal_reader reader = {on_run, on_task, on_finding, &status};
        rc = rw_journal_read(journal, &reader, &err);
    }
    if (rc == RW_ENOTFOUND)
        fprintf(errors, _("Nothing has been done yet for cluster %s.\n"), cluster);
    else if (rc != 0)
        fprintf(errors, "rke2-wizard: %s\n", err.message);
    else if (status.json)
        json_dumpf(status.json, out, JSON_INDENT(2));
    if (rc == 0 && status.json)
        fputc('\n', out);
    json_decref(status.json);
    rw_journal_close(journal);
    free(dir);
    return rc == 0 ? RW_OUTCOME_DONE : RW_OUTCOME_FAILED;
}

int rw_cmd_status(const struct rw_options *options)
{
    struct rw_cluster *cluster = rw_cli_load(options->file, false);
    if (!cluster)
        return RW_OUTCOME_USAGE;
    char *dir = rw_journal_dir(cluster->name);
    bool under_way = options->watch && rw_journal_in_use(dir);
    int rc = under_way ? rw_cli_watch(cluster, options->json)
                       : rw_cli_show_status(stdout, stderr, cluster->name, options->json);
    free(dir);
    rw_cluster_free(cluster);
    return rc;
}
