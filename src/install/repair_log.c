/* SPDX-License-Identifier: Apache-2.0 */
#include "install/repair_log.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/answers.h"
#include "install/begin.h"

#define STEP "repair"

/* ---- writing ---- */

int rw_repair_log_begin(const struct rw_cluster *cluster, const struct rw_fixes *fixes,
                        const bool *chosen, struct rw_journal **journal,
                        struct rw_findings *findings)
{
    int rc = rw_install_journal(cluster->name, journal, findings);
    if (rc != 0)
        return rc;
    char *answers = rw_answers_write(cluster, false);
    rw_journal_batch(*journal, true);
    rw_journal_begin(*journal, RW_JOURNAL_REPAIR, answers);
    for (size_t i = 0; i < fixes->count; i++)
        if (chosen[i])
            rw_journal_event(*journal, fixes->items[i].host, STEP, "planned",
                             fixes->items[i].title);
    rw_journal_batch(*journal, false);
    free(answers);
    rc = rw_install_journal_broken(*journal, findings);
    if (rc != 0) {
        rw_journal_close(*journal);
        *journal = NULL;
    }
    return rc;
}

void rw_repair_log_ended(struct rw_journal *journal, const struct rw_fix *fix, const char *lines,
                         const char *failure)
{
    const char *line;
    size_t length;
    rw_journal_batch(journal, true);
    while (rw_text_line(&lines, &line, &length)) {
        char *text = rw_strndup(line, length);
        rw_journal_event(journal, fix->host, STEP, "run", text);
        free(text);
    }
    if (failure)
        rw_journal_event(journal, fix->host, STEP, "reason", failure);
    rw_journal_event(journal, fix->host, STEP, failure ? "failed" : "done", fix->title);
    rw_journal_batch(journal, false);
}

void rw_repair_log_end(struct rw_journal *journal)
{
    rw_journal_end(journal, "done");
}

/* ---- reading ---- */

struct reading {
    struct rw_repair_records *records;
    struct rw_buf lines;
    char *reason; /* why it failed that ends next */
};

static void forget(struct reading *reading)
{
    rw_buf_clear(&reading->lines);
    rw_strset(&reading->reason, NULL);
}

static void on_ended(struct reading *reading, const struct rw_journal_event_row *row)
{
    for (size_t i = 0; i < reading->records->count; i++) {
        struct rw_repair_record *record = &reading->records->items[i];
        if (record->ended_ms || strcmp(record->host, row->host) != 0 ||
            strcmp(record->title, row->text) != 0)
            continue;
        record->ended_ms = row->at;
        rw_strset(&record->lines, rw_buf_str(&reading->lines));
        if (strcmp(row->kind, "failed") == 0)
            rw_strset(&record->failure, reading->reason ? reading->reason : "?");
        break;
    }
    forget(reading);
}

/* The actions of a repair are written in one piece when it has ended. */
static void on_event(void *context, const struct rw_journal_event_row *row)
{
    struct reading *reading = context;
    if (strcmp(row->step, STEP) != 0)
        return;
    if (strcmp(row->kind, "planned") == 0)
        *rw_array_add(reading->records->items, reading->records->count) = (struct rw_repair_record){
            .host = rw_strdup(row->host), .title = rw_strdup(row->text), .begun_ms = row->at};
    else if (strcmp(row->kind, "run") == 0)
        rw_buf_addf(&reading->lines, "%s\n", row->text);
    else if (strcmp(row->kind, "reason") == 0)
        rw_strset(&reading->reason, row->text);
    else
        on_ended(reading, row);
}

void rw_repair_log_read(const char *cluster, struct rw_repair_records *records)
{
    struct rw_journal *journal = NULL;
    struct reading reading = {.records = records};
    if (!cluster)
        return;
    char *dir = rw_journal_dir(cluster);
    if (rw_journal_open_readonly(dir, &journal, NULL) == 0)
        rw_journal_read_events(journal, 0, on_event, &reading);
    rw_journal_close(journal);
    rw_buf_done(&reading.lines);
    free(reading.reason);
    free(dir);
}

void rw_repair_records_done(struct rw_repair_records *records)
{
    for (size_t i = 0; i < records->count; i++) {
        free(records->items[i].host);
        free(records->items[i].title);
        free(records->items[i].lines);
        free(records->items[i].failure);
    }
    free(records->items);
    *records = (struct rw_repair_records){0};
}
