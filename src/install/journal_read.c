/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/mem.h"
#include "install/journal_private.h"

static const char *text_column(sqlite3_stmt *statement, int column)
{
    const char *text = (const char *)sqlite3_column_text(statement, column);
    return text ? text : "";
}

static void read_tasks(struct rw_journal *journal, int64_t run,
                       void (*tell)(void *context, const struct rw_journal_task_row *task),
                       void *context)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(journal->db,
                           "SELECT id, host, step, state, attempt, started, ended FROM task"
                           " WHERE run = ? ORDER BY rowid",
                           -1, &s, NULL) == SQLITE_OK) {
        sqlite3_bind_int64(s, 1, run);
        while (sqlite3_step(s) == SQLITE_ROW) {
            struct rw_journal_task_row row = {text_column(s, 0),         text_column(s, 1),
                                              text_column(s, 2),         text_column(s, 3),
                                              sqlite3_column_int(s, 4),  sqlite3_column_int64(s, 5),
                                              sqlite3_column_int64(s, 6)};
            tell(context, &row);
        }
    }
    sqlite3_finalize(s);
}

/* after: rowid; gives that of the last finding. */
static int64_t read_findings(struct rw_journal *journal, int64_t run, int64_t after,
                             void (*tell)(void *context, const struct rw_finding *finding),
                             void *context)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(journal->db,
                           "SELECT code, severity, host, params, rowid FROM finding"
                           " WHERE run = ? AND rowid > ? ORDER BY rowid",
                           -1, &s, NULL) == SQLITE_OK) {
        sqlite3_bind_int64(s, 1, run);
        sqlite3_bind_int64(s, 2, after);
        while (sqlite3_step(s) == SQLITE_ROW) {
            enum rw_finding_id id = rw_finding_by_code(text_column(s, 0));
            after = sqlite3_column_int64(s, 4);
            if (id == RW_FINDING_COUNT)
                continue;
            struct rw_findings one = {0};
            bool host = sqlite3_column_type(s, 2) != SQLITE_NULL;
            struct rw_finding *finding =
                rw_findings_add(&one, id, host ? text_column(s, 2) : NULL, NULL);
            int severity = sqlite3_column_int(s, 1);
            if (severity >= RW_SEVERITY_OK && severity <= RW_SEVERITY_FAIL)
                finding->severity = (enum rw_severity)severity;
            rw_finding_params_parse(finding, text_column(s, 3));
            tell(context, finding);
            rw_findings_done(&one);
        }
    }
    sqlite3_finalize(s);
    return after;
}

static struct rw_journal_run_row run_columns(sqlite3_stmt *s)
{
    return (struct rw_journal_run_row){
        .id = sqlite3_column_int64(s, 0),
        .started = sqlite3_column_int64(s, 1),
        .ended = sqlite3_column_int64(s, 2),
        .command = text_column(s, 3),
        .outcome = text_column(s, 4),
        .answers = text_column(s, 5),
    };
}

#define RUN_COLUMNS "SELECT id, started, ended, command, outcome, answers FROM run"

/* The run with this number, or with 0 the last one that was no repair. */
static int read_run(struct rw_journal *journal, int64_t wanted,
                    void (*tell)(void *context, const struct rw_journal_run_row *run),
                    void *context, int64_t *id, struct rw_error *err)
{
    sqlite3_stmt *s = NULL;
    int rc = RW_EIO;
    if (sqlite3_prepare_v2(journal->db,
                           RUN_COLUMNS
                           " WHERE id = ?1 OR (?1 = 0 AND command <> '" RW_JOURNAL_REPAIR
                           "') ORDER BY id DESC LIMIT 1",
                           -1, &s, NULL) == SQLITE_OK) {
        sqlite3_bind_int64(s, 1, wanted);
        int step = sqlite3_step(s);
        rc = step == SQLITE_ROW ? 0 : step == SQLITE_DONE ? RW_ENOTFOUND : RW_EIO;
    }
    if (rc == 0) {
        struct rw_journal_run_row run = run_columns(s);
        *id = run.id;
        tell(context, &run);
    } else {
        rw_error_set(err, rc, "%s", rc == RW_ENOTFOUND ? "no run" : sqlite3_errmsg(journal->db));
    }
    sqlite3_finalize(s);
    return rc;
}

static void read_rest(struct rw_journal *journal, int64_t run,
                      const struct rw_journal_reader *reader)
{
    read_tasks(journal, run, reader->task, reader->context);
    read_findings(journal, run, 0, reader->finding, reader->context);
}

int rw_journal_read(struct rw_journal *journal, const struct rw_journal_reader *reader,
                    struct rw_error *err)
{
    int64_t run = 0;
    int rc = read_run(journal, 0, reader->run, reader->context, &run, err);
    if (rc == 0)
        read_rest(journal, run, reader);
    return rc;
}

int rw_journal_read_all(struct rw_journal *journal, const struct rw_journal_reader *reader,
                        struct rw_error *err)
{
    sqlite3_stmt *s = NULL;
    int step = SQLITE_ERROR, rc = RW_ENOTFOUND;
    if (sqlite3_prepare_v2(journal->db, RUN_COLUMNS " ORDER BY id", -1, &s, NULL) == SQLITE_OK)
        while ((step = sqlite3_step(s)) == SQLITE_ROW) {
            struct rw_journal_run_row run = run_columns(s);
            rc = 0;
            reader->run(reader->context, &run);
            read_rest(journal, run.id, reader);
        }
    if (step != SQLITE_DONE)
        rc = RW_EIO;
    if (rc != 0)
        rw_error_set(err, rc, "%s", rc == RW_ENOTFOUND ? "no run" : sqlite3_errmsg(journal->db));
    sqlite3_finalize(s);
    return rc;
}

void rw_journal_answers(struct rw_journal *journal,
                        bool (*answers)(void *context, const char *text), void *context)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(journal->db, "SELECT answers FROM run ORDER BY id DESC", -1, &s, NULL) ==
        SQLITE_OK)
        while (sqlite3_step(s) == SQLITE_ROW && answers(context, text_column(s, 0)))
            ;
    sqlite3_finalize(s);
}

/* run: 0 is all of them. after: rowid; gives that of the last event. */
static int64_t read_events(struct rw_journal *journal, int64_t run, int64_t after,
                           void (*tell)(void *context, const struct rw_journal_event_row *row),
                           void *context)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(journal->db,
                           "SELECT rowid, run, at, host, step, kind, text FROM event"
                           " WHERE ?1 IN (0, run) AND rowid > ?2 ORDER BY rowid",
                           -1, &s, NULL) == SQLITE_OK) {
        sqlite3_bind_int64(s, 1, run);
        sqlite3_bind_int64(s, 2, after);
        while (sqlite3_step(s) == SQLITE_ROW) {
            struct rw_journal_event_row row = {
                sqlite3_column_int64(s, 1), sqlite3_column_int64(s, 2), text_column(s, 3),
                text_column(s, 4),          text_column(s, 5),          text_column(s, 6)};
            after = sqlite3_column_int64(s, 0);
            tell(context, &row);
        }
    }
    sqlite3_finalize(s);
    return after;
}

void rw_journal_read_events(struct rw_journal *journal, int64_t run,
                            void (*event)(void *context, const struct rw_journal_event_row *row),
                            void *context)
{
    read_events(journal, run, 0, event, context);
}

void rw_journal_read_facts(struct rw_journal *journal,
                           void (*fact)(void *context, const char *key, const char *value),
                           void *context)
{
    sqlite3_stmt *s = NULL;
    if (sqlite3_prepare_v2(journal->db, "SELECT key, value FROM setting ORDER BY key", -1, &s,
                           NULL) == SQLITE_OK)
        while (sqlite3_step(s) == SQLITE_ROW)
            fact(context, text_column(s, 0), text_column(s, 1));
    sqlite3_finalize(s);
}

int rw_journal_follow(struct rw_journal *journal, struct rw_journal_cursor *cursor,
                      const struct rw_journal_follower *follower, struct rw_error *err)
{
    /* One transaction, one moment: an outcome comes with all that was before it. */
    sqlite3_exec(journal->db, "BEGIN", NULL, NULL, NULL);
    int rc = read_run(journal, cursor->run, follower->run, follower->context, &cursor->run, err);
    if (rc == 0) {
        cursor->event =
            read_events(journal, cursor->run, cursor->event, follower->event, follower->context);
        read_tasks(journal, cursor->run, follower->task, follower->context);
        cursor->finding = read_findings(journal, cursor->run, cursor->finding, follower->finding,
                                        follower->context);
    }
    sqlite3_exec(journal->db, "COMMIT", NULL, NULL, NULL);
    return rc;
}

static void keep_setting(void *context, const char *key, const char *value)
{
    struct rw_journal *journal = context;
    *rw_array_add(journal->settings, journal->setting_count) =
        (struct journal_setting){rw_strdup(key), rw_strdup(value)};
}

void journal_read_settings(struct rw_journal *journal)
{
    sqlite3_stmt *s = NULL;
    rw_journal_read_facts(journal, keep_setting, journal);
    if (sqlite3_prepare_v2(journal->db, "SELECT max(id) FROM run", -1, &s, NULL) == SQLITE_OK &&
        sqlite3_step(s) == SQLITE_ROW)
        journal->last_run = sqlite3_column_int64(s, 0);
    sqlite3_finalize(s);
}
