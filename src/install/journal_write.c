/* SPDX-License-Identifier: Apache-2.0 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/failpoint.h"
#include "base/mem.h"
#include "base/text.h"
#include "install/journal_private.h"

/* ---- commits ---- */

void journal_rows_done(struct journal_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        for (size_t v = 0; v < JOURNAL_VALUES_MAX; v++)
            free(rows->items[i].values[v].text);
    free(rows->items);
    *rows = (struct journal_rows){0};
}

static void note_failure(sqlite3 *db, struct rw_error *err)
{
    if (!err->code)
        rw_error_set(err, RW_EIO, "%s", sqlite3_errmsg(db));
}

static void write_row(sqlite3 *db, const struct journal_row *row, struct rw_error *err)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(db, row->sql, -1, &statement, NULL) != SQLITE_OK) {
        note_failure(db, err);
        return;
    }
    for (int i = 0; row->types[i]; i++) {
        if (row->types[i] == 's')
            sqlite3_bind_text(statement, i + 1, row->values[i].text, -1, SQLITE_STATIC);
        else
            sqlite3_bind_int64(statement, i + 1, row->values[i].number);
    }
    if (sqlite3_step(statement) != SQLITE_DONE)
        note_failure(db, err);
    sqlite3_finalize(statement);
}

static void commit(sqlite3 *db, struct journal_rows *rows, struct rw_error *err)
{
    if (rows->count == 0)
        return;
    RW_FAILPOINT("journal.commit.before");
    bool begun = sqlite3_exec(db, "BEGIN IMMEDIATE", NULL, NULL, NULL) == SQLITE_OK;
    for (size_t i = 0; begun && i < rows->count; i++)
        write_row(db, &rows->items[i], err);
    if (!begun || sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) != SQLITE_OK) {
        note_failure(db, err);
        sqlite3_exec(db, "ROLLBACK", NULL, NULL, NULL);
    }
    journal_rows_done(rows);
    RW_FAILPOINT("journal.commit.after");
}

/* ---- on the loop ---- */

static void keep_failure(struct rw_journal *journal, const struct rw_error *err)
{
    if (err->code && !journal->error.code)
        journal->error = *err;
}

/* One at a time: who is called may wait anew, or stop others from waiting. */
static void tell_waits(struct rw_journal *journal)
{
    for (struct rw_journal_wait **at = &journal->waits; *at;) {
        struct rw_journal_wait *wait = *at;
        if (wait->upto > journal->settled) {
            at = &wait->next;
            continue;
        }
        *at = wait->next;
        wait->waiting = false;
        wait->done(wait->context);
        at = &journal->waits;
    }
}

static void go_on(void *object);

static void in_thread(uv_work_t *work)
{
    struct rw_journal *journal = work->data;
    commit(journal->db, &journal->under_way, &journal->failure);
    if (journal->leaving)
        sqlite3_close(journal->db);
}

static void on_committed(uv_work_t *work, int status)
{
    struct rw_journal *journal = work->data;
    (void)status; /* it is never canceled */
    journal->committing = false;
    keep_failure(journal, &journal->failure);
    journal->settled = journal->written - journal->rows.count;
    if (journal->leaving) {
        journal->db = NULL;
        rw_life_drop(&journal->life);
        return;
    }
    tell_waits(journal);
    if (journal->rows.count > 0 || journal->life.ending)
        go_on(journal);
}

/* At most one commit at a time: rows that come meanwhile share the next one. */
static void go_on(void *object)
{
    struct rw_journal *journal = object;
    if (journal->committing)
        return;
    if (journal->rows.count == 0 && !journal->life.ending) {
        tell_waits(journal);
        return;
    }
    journal->under_way = journal->rows;
    journal->rows = (struct journal_rows){0};
    journal->failure = (struct rw_error){0};
    journal->leaving = journal->life.ending;
    journal->committing = true;
    journal->work.data = journal;
    uv_queue_work(journal->loop, &journal->work, in_thread, on_committed);
}

static void release(void *object)
{
    struct rw_journal *journal = object;
    journal->loop = NULL;
    rw_journal_close(journal);
}

void rw_journal_attach(struct rw_journal *journal, uv_loop_t *loop)
{
    rw_life_init(&journal->life, loop, journal, release);
    journal->loop = loop;
}

void rw_journal_leave(struct rw_journal *journal, void (*closed)(void *context), void *context)
{
    rw_life_hold(&journal->life); /* until the database is closed */
    rw_life_end(&journal->life, NULL, closed, context);
    go_on(journal);
}

void rw_journal_await(struct rw_journal *journal, struct rw_journal_wait *wait,
                      void (*done)(void *context), void *context)
{
    rw_journal_await_no_more(journal, wait);
    *wait = (struct rw_journal_wait){true, done, context, journal->written, journal->waits};
    journal->waits = wait;
    rw_life_later(&journal->life, go_on);
}

void rw_journal_await_no_more(struct rw_journal *journal, struct rw_journal_wait *wait)
{
    if (!wait->waiting)
        return;
    struct rw_journal_wait **at = &journal->waits;
    while (*at != wait)
        at = &(*at)->next;
    *at = wait->next;
    wait->waiting = false;
}

/* ---- rows ---- */

/* Without a loop they are committed at once. */
static void settle(struct rw_journal *journal)
{
    struct rw_error err = {0};
    if (journal->loop) {
        rw_life_later(&journal->life, go_on);
    } else if (journal->batch == 0) {
        commit(journal->db, &journal->rows, &err);
        keep_failure(journal, &err);
    }
}

void rw_journal_batch(struct rw_journal *journal, bool begin)
{
    journal->batch += begin ? 1 : -1;
    settle(journal);
}

static void add_row(struct rw_journal *journal, const char *sql, const char *types, ...)
{
    struct journal_row *row = rw_array_add(journal->rows.items, journal->rows.count);
    *row = (struct journal_row){.sql = sql, .types = types};
    va_list args;
    va_start(args, types);
    for (size_t i = 0; types[i]; i++) {
        if (types[i] == 's')
            row->values[i].text = rw_strdup(va_arg(args, const char *));
        else
            row->values[i].number = va_arg(args, int64_t);
    }
    va_end(args);
    journal->written++;
    settle(journal);
}

/* ---- settings ---- */

static struct journal_setting *setting(const struct rw_journal *journal, const char *key)
{
    for (size_t i = 0; i < journal->setting_count; i++)
        if (strcmp(journal->settings[i].key, key) == 0)
            return &journal->settings[i];
    return NULL;
}

static void remember(struct rw_journal *journal, const char *key, const char *value)
{
    struct journal_setting *known = setting(journal, key);
    if (!known) {
        known = rw_array_add(journal->settings, journal->setting_count);
        *known = (struct journal_setting){.key = rw_strdup(key)};
    }
    rw_strset(&known->value, value);
}

char *rw_journal_get(const struct rw_journal *journal, const char *key)
{
    const struct journal_setting *known = setting(journal, key);
    return known ? rw_strdup(known->value) : NULL;
}

void rw_journal_set(struct rw_journal *journal, const char *key, const char *value)
{
    RW_FAILPOINT("journal.set.%s.before", key);
    remember(journal, key, value);
    add_row(journal,
            "INSERT INTO setting(key, value) VALUES(?, ?)"
            " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
            "ss", key, value);
    RW_FAILPOINT("journal.set.%s.after", key);
}

void rw_journal_forget(struct rw_journal *journal, const char *key)
{
    remember(journal, key, NULL);
    add_row(journal, "DELETE FROM setting WHERE key = ?", "s", key);
}

void rw_journal_begin(struct rw_journal *journal, const char *command, const char *answers)
{
    RW_FAILPOINT("journal.begin.before");
    /* There is one writer: no other run takes this number meanwhile. */
    journal->run = ++journal->last_run;
    add_row(journal, "INSERT INTO run(id, started, command, answers) VALUES(?, ?, ?, ?)", "iiss",
            journal->run, rw_clock_wall_ms(), command, answers);
    RW_FAILPOINT("journal.begin.after");
}

void rw_journal_end(struct rw_journal *journal, const char *outcome)
{
    RW_FAILPOINT("journal.end.before");
    add_row(journal, "UPDATE run SET ended = ?, outcome = ? WHERE id = ?", "isi",
            rw_clock_wall_ms(), outcome, journal->run);
    RW_FAILPOINT("journal.end.after");
}

void rw_journal_task(struct rw_journal *journal, const char *id, const char *host, const char *step,
                     const char *state, int attempt)
{
    bool ended = strcmp(state, "done") == 0 || strcmp(state, "unchanged") == 0 ||
                 strcmp(state, "failed") == 0 || strcmp(state, "blocked") == 0;
    bool planned = strcmp(state, "planned") == 0;
    int64_t now = rw_clock_wall_ms();
    if (!planned) /* which come in one commit */
        RW_FAILPOINT("journal.%s.%s.before", id, state);
    add_row(journal,
            "INSERT INTO task(run, id, host, step, state, attempt, started, ended)"
            " VALUES(?, ?, ?, ?, ?, ?, nullif(?, 0), nullif(?, 0))"
            " ON CONFLICT(run, id) DO UPDATE SET state = excluded.state,"
            " attempt = excluded.attempt, started = coalesce(started, excluded.started),"
            " ended = excluded.ended",
            "issssiii", journal->run, id, host, step, state, (int64_t)attempt,
            planned ? (int64_t)0 : now, ended ? now : (int64_t)0);
    if (!planned)
        RW_FAILPOINT("journal.%s.%s.after", id, state);
}

void rw_journal_finding(struct rw_journal *journal, const struct rw_finding *finding)
{
    char *params = rw_finding_params_json(finding);
    add_row(journal,
            "INSERT INTO finding(run, at, code, severity, host, params)"
            " VALUES(?, ?, ?, ?, ?, ?)",
            "iisiss", journal->run, rw_clock_wall_ms(), rw_finding_code(finding->id),
            (int64_t)finding->severity, finding->host, params);
    free(params);
}

void rw_journal_event(struct rw_journal *journal, const char *host, const char *step,
                      const char *kind, const char *text)
{
    add_row(journal, "INSERT INTO event(run, at, host, step, kind, text) VALUES(?, ?, ?, ?, ?, ?)",
            "iissss", journal->run, rw_clock_wall_ms(), host, step, kind, text ? text : "");
}
