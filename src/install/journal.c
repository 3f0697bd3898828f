/* SPDX-License-Identifier: Apache-2.0 */

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/text.h"
#include "install/journal_private.h"

#define SCHEMA_VERSION 1

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
        rw_strset(&journal->path, sqlite3_db_filename(journal->db, "main"));
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
    journal_read_settings(journal);
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
    journal_read_settings(journal);
    *out = journal;
    return 0;
}

void rw_journal_close(struct rw_journal *journal)
{
    if (!journal)
        return;
    if (journal->loop) /* which has to do with it still */
        abort();
    sqlite3_close(journal->db);
    if (journal->lock >= 0)
        close(journal->lock);
    for (size_t i = 0; i < journal->setting_count; i++) {
        free(journal->settings[i].key);
        free(journal->settings[i].value);
    }
    free(journal->settings);
    journal_rows_done(&journal->rows);
    free(journal->path);
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
    return journal->path;
}
