/* SPDX-License-Identifier: Apache-2.0 */
#include "install/journal.h"

#include <errno.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/failpoint.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"

#define SCHEMA_VERSION 1

struct rw_journal {
    sqlite3 *db;
    int lock; /* descriptor, or -1 */
    int64_t run;
    struct rw_error error; /* the first failed write */
    char *aside;           /* where a damaged database was moved to, or NULL */
};

static const char schema[] =
    "CREATE TABLE IF NOT EXISTS setting(key TEXT PRIMARY KEY, value TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS run(id INTEGER PRIMARY KEY, started INTEGER NOT NULL,"
    " ended INTEGER, command TEXT NOT NULL, outcome TEXT, answers TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS task(run INTEGER NOT NULL REFERENCES run(id), id TEXT NOT NULL,"
    " host TEXT NOT NULL, step TEXT NOT NULL, state TEXT NOT NULL, attempt INTEGER NOT NULL,"
    " started INTEGER, ended INTEGER, PRIMARY KEY(run, id));"
    "CREATE TABLE IF NOT EXISTS finding(run INTEGER NOT NULL REFERENCES run(id),"
    " at INTEGER NOT NULL, code TEXT NOT NULL, severity INTEGER NOT NULL, host TEXT,"
    " params TEXT NOT NULL);"
    "CREATE TABLE IF NOT EXISTS event(run INTEGER NOT NULL REFERENCES run(id),"
    " at INTEGER NOT NULL, host TEXT, step TEXT, kind TEXT NOT NULL, text TEXT NOT NULL);";

char *rw_journal_root(void)
{
    const char *state = getenv("XDG_STATE_HOME");
    const char *home = getenv("HOME");
    if (state && *state == '/')
        return rw_asprintf("%s/rke2-wizard", state);
    return rw_asprintf("%s/.local/state/rke2-wizard", home && *home ? home : "/root");
}

char *rw_journal_dir(const char *cluster)
{
    char *root = rw_journal_root();
    char *dir = rw_asprintf("%s/%s", root, cluster);
    free(root);
    return dir;
}

/* ---- opening ---- */

/* A lock of the open file, which ends with the process; unlike flock() it can be queried without
 * being taken, so that a reader does not disturb. */
static bool lock_file(int fd, int command, struct flock *lock)
{
    *lock = (struct flock){.l_type = F_WRLCK, .l_whence = SEEK_SET};
    return fcntl(fd, command, lock) == 0;
}

static int take_lock(const char *dir, struct rw_journal *journal, long *pid, struct rw_error *err)
{
    char *path = rw_asprintf("%s/lock", dir);
    struct flock lock;
    int rc = 0;
    journal->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (journal->lock < 0) {
        rc = rw_error_set(err, RW_EIO, "%s: %s", path, strerror(errno));
    } else if (!lock_file(journal->lock, F_OFD_SETLK, &lock)) {
        char text[32] = "";
        if (pread(journal->lock, text, sizeof text - 1, 0) > 0)
            *pid = strtol(text, NULL, 10);
        rc = rw_error_set(err, RW_EBUSY, "%s: in use by process %ld", path, *pid);
    } else if (ftruncate(journal->lock, 0) != 0 ||
               dprintf(journal->lock, "%ld\n", (long)getpid()) < 0) {
        rc = rw_error_set(err, RW_EIO, "%s: %s", path, strerror(errno));
    }
    free(path);
    return rc;
}

static int open_database(struct rw_journal *journal, const char *dir, int flags,
                         struct rw_error *err)
{
    char *path = rw_asprintf("%s/journal.db", dir);
    int rc = sqlite3_open_v2(path, &journal->db, flags, NULL);
    if (rc == SQLITE_OK) {
        sqlite3_busy_timeout(journal->db, 5000);
        chmod(path, 0600);
    } else {
        rw_error_set(err, RW_EIO, "%s: %s", path, sqlite3_errmsg(journal->db));
    }
    free(path);
    return rc == SQLITE_OK ? 0 : RW_EIO;
}

/* RW_ESYNTAX when the file is no database, or not whole any more. */
static int examine_database(struct rw_journal *journal, const char *dir, struct rw_error *err)
{
    sqlite3_stmt *s = NULL;
    char *message = NULL;
    int rc = sqlite3_prepare_v2(journal->db, "PRAGMA quick_check(1)", -1, &s, NULL);
    if (rc == SQLITE_OK)
        rc = sqlite3_step(s);
    if (rc != SQLITE_ROW)
        message = rw_strdup(sqlite3_errmsg(journal->db));
    else if (strcmp((const char *)sqlite3_column_text(s, 0), "ok") != 0)
        message = rw_strdup((const char *)sqlite3_column_text(s, 0));
    sqlite3_finalize(s);
    if (!message)
        return 0;
    bool damaged = rc == SQLITE_ROW || rc == SQLITE_NOTADB || rc == SQLITE_CORRUPT;
    int code = rw_error_set(err, damaged ? RW_ESYNTAX : RW_EIO, "%s/journal.db: %s", dir, message);
    free(message);
    return code;
}

/* Its log of writes goes with it: a tool that repairs it needs both. */
static int move_aside(struct rw_journal *journal, const char *dir, struct rw_error *err)
{
    static const char *const parts[] = {"", "-wal", "-shm"};
    char when[RW_CLOCK_UTC_SIZE];
    int rc = 0;
    sqlite3_close(journal->db);
    journal->db = NULL;
    rw_clock_utc(rw_clock_wall_ms(), when, sizeof when);
    journal->aside = rw_asprintf("%s/journal.db.damaged-%s", dir, when);
    for (size_t i = 0; i < RW_COUNT(parts); i++) {
        char *from = rw_asprintf("%s/journal.db%s", dir, parts[i]);
        char *to = rw_asprintf("%s%s", journal->aside, parts[i]);
        if (rename(from, to) != 0 && errno != ENOENT)
            rc = rw_error_set(err, RW_EIO, "%s: %s", from, strerror(errno));
        free(from);
        free(to);
    }
    return rc;
}

static int prepare_database(struct rw_journal *journal, const char *dir, struct rw_error *err)
{
    char *message = NULL;
    char *sql = rw_asprintf("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
                            "BEGIN IMMEDIATE; %s PRAGMA user_version=%d; COMMIT;",
                            schema, SCHEMA_VERSION);
    int rc = sqlite3_exec(journal->db, sql, NULL, NULL, &message);
    free(sql);
    if (rc != SQLITE_OK)
        rw_error_set(err, RW_EIO, "%s/journal.db: %s", dir, message ? message : "?");
    sqlite3_free(message);
    return rc == SQLITE_OK ? 0 : RW_EIO;
}

int rw_journal_open(const char *dir, struct rw_journal **out, long *pid, struct rw_error *err)
{
    int rc = rw_file_mkdirs(dir, 0700, err);
    if (rc != 0)
        return rc;
    struct rw_journal *journal = rw_calloc(1, sizeof *journal);
    journal->lock = -1;
    *pid = 0;
    rc = take_lock(dir, journal, pid, err);
    if (rc == 0)
        rc = open_database(journal, dir, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    if (rc == 0)
        rc = examine_database(journal, dir, err);
    if (rc == RW_ESYNTAX) {
        rc = move_aside(journal, dir, err);
        if (rc == 0)
            rc = open_database(journal, dir, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, err);
    }
    if (rc == 0)
        rc = prepare_database(journal, dir, err);
    if (rc != 0) {
        rw_journal_close(journal);
        return rc;
    }
    *out = journal;
    return 0;
}

int rw_journal_open_readonly(const char *dir, struct rw_journal **out, struct rw_error *err)
{
    char *path = rw_asprintf("%s/journal.db", dir);
    int missing = access(path, F_OK);
    if (missing)
        rw_error_set(err, RW_ENOTFOUND, "%s: %s", path, strerror(errno));
    free(path);
    if (missing)
        return RW_ENOTFOUND;
    struct rw_journal *journal = rw_calloc(1, sizeof *journal);
    journal->lock = -1;
    int rc = open_database(journal, dir, SQLITE_OPEN_READONLY, err);
    if (rc != 0) {
        rw_journal_close(journal);
        return rc;
    }
    *out = journal;
    return 0;
}

void rw_journal_close(struct rw_journal *journal)
{
    if (!journal)
        return;
    sqlite3_close(journal->db);
    if (journal->lock >= 0)
        close(journal->lock);
    free(journal->aside);
    free(journal);
}

const char *rw_journal_aside(const struct rw_journal *journal)
{
    return journal->aside;
}

bool rw_journal_in_use(const char *dir)
{
    char *path = rw_asprintf("%s/lock", dir);
    int fd = open(path, O_RDWR | O_CLOEXEC);
    free(path);
    if (fd < 0)
        return false;
    struct flock lock;
    bool used = lock_file(fd, F_OFD_GETLK, &lock) && lock.l_type != F_UNLCK;
    close(fd);
    return used;
}

int rw_journal_broken(const struct rw_journal *journal, struct rw_error *err)
{
    if (journal->error.code && err)
        *err = journal->error;
    return journal->error.code;
}

const char *rw_journal_path(const struct rw_journal *journal)
{
    return sqlite3_db_filename(journal->db, "main");
}

/* ---- writing ---- */

static void note_failure(struct rw_journal *journal)
{
    if (!journal->error.code)
        rw_error_set(&journal->error, RW_EIO, "%s", sqlite3_errmsg(journal->db));
}

/* Runs one statement. types has a letter for each ?: s string (NULL allowed), i int64_t. */
static void write_row(struct rw_journal *journal, const char *sql, const char *types, ...)
{
    sqlite3_stmt *statement = NULL;
    if (sqlite3_prepare_v2(journal->db, sql, -1, &statement, NULL) != SQLITE_OK) {
        note_failure(journal);
        return;
    }
    va_list args;
    va_start(args, types);
    for (int i = 1; *types; types++, i++) {
        if (*types == 's')
            sqlite3_bind_text(statement, i, va_arg(args, const char *), -1, SQLITE_TRANSIENT);
        else
            sqlite3_bind_int64(statement, i, va_arg(args, int64_t));
    }
    va_end(args);
    if (sqlite3_step(statement) != SQLITE_DONE)
        note_failure(journal);
    sqlite3_finalize(statement);
}

void rw_journal_batch(struct rw_journal *journal, bool begin)
{
    if (begin) {
        write_row(journal, "BEGIN", "");
        return;
    }
    RW_FAILPOINT("journal.commit.before");
    write_row(journal, "COMMIT", "");
    RW_FAILPOINT("journal.commit.after");
}

void rw_journal_set(struct rw_journal *journal, const char *key, const char *value)
{
    RW_FAILPOINT("journal.set.%s.before", key);
    write_row(journal,
              "INSERT INTO setting(key, value) VALUES(?, ?)"
              " ON CONFLICT(key) DO UPDATE SET value = excluded.value",
              "ss", key, value);
    RW_FAILPOINT("journal.set.%s.after", key);
}

void rw_journal_forget(struct rw_journal *journal, const char *key)
{
    write_row(journal, "DELETE FROM setting WHERE key = ?", "s", key);
}

char *rw_journal_get(struct rw_journal *journal, const char *key)
{
    sqlite3_stmt *statement = NULL;
    char *value = NULL;
    if (sqlite3_prepare_v2(journal->db, "SELECT value FROM setting WHERE key = ?", -1, &statement,
                           NULL) == SQLITE_OK) {
        sqlite3_bind_text(statement, 1, key, -1, SQLITE_TRANSIENT);
        if (sqlite3_step(statement) == SQLITE_ROW)
            value = rw_strdup((const char *)sqlite3_column_text(statement, 0));
    }
    sqlite3_finalize(statement);
    return value;
}

void rw_journal_begin(struct rw_journal *journal, const char *command, const char *answers)
{
    RW_FAILPOINT("journal.begin.before");
    write_row(journal, "INSERT INTO run(started, command, answers) VALUES(?, ?, ?)", "iss",
              rw_clock_wall_ms(), command, answers);
    journal->run = sqlite3_last_insert_rowid(journal->db);
    RW_FAILPOINT("journal.begin.after");
}

void rw_journal_end(struct rw_journal *journal, const char *outcome)
{
    RW_FAILPOINT("journal.end.before");
    write_row(journal, "UPDATE run SET ended = ?, outcome = ? WHERE id = ?", "isi",
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
    write_row(journal,
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
    write_row(journal,
              "INSERT INTO finding(run, at, code, severity, host, params)"
              " VALUES(?, ?, ?, ?, ?, ?)",
              "iisiss", journal->run, rw_clock_wall_ms(), rw_finding_code(finding->id),
              (int64_t)finding->severity, finding->host, params);
    free(params);
}

void rw_journal_event(struct rw_journal *journal, const char *host, const char *step,
                      const char *kind, const char *text)
{
    write_row(journal,
              "INSERT INTO event(run, at, host, step, kind, text) VALUES(?, ?, ?, ?, ?, ?)",
              "iissss", journal->run, rw_clock_wall_ms(), host, step, kind, text ? text : "");
}

/* ---- reading ---- */

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
