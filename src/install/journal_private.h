/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of src/install only: the parts of the journal.
 *
 *     journal.c        opening and closing
 *     journal_write.c  what is written: rows, and their commits
 *     journal_read.c   what is read */
#ifndef RW_INSTALL_JOURNAL_PRIVATE_H
#define RW_INSTALL_JOURNAL_PRIVATE_H

#include <sqlite3.h>

#include "base/life.h"
#include "install/journal.h"

#define JOURNAL_VALUES_MAX 8

/* One statement with its values. */
struct journal_row {
    const char *sql;
    const char *types; /* a letter for each ?: s text, which may be NULL, i number */
    struct {
        char *text;
        int64_t number;
    } values[JOURNAL_VALUES_MAX];
};

struct journal_rows {
    struct journal_row *items;
    size_t count;
};

struct journal_setting {
    char *key, *value;
};

struct rw_journal {
    sqlite3 *db; /* belongs to the thread that commits while `committing` */
    char *path;
    int lock; /* descriptor, or -1 */
    int64_t run, last_run;
    struct rw_error error; /* the first failed write */
    char *aside;           /* where a damaged database was moved to, or NULL */
    /* As they are after all rows: the database may be behind. */
    struct journal_setting *settings;
    size_t setting_count;

    struct journal_rows rows; /* not on their way to the disk yet */
    int batch;                /* depth */

    /* Only when the loop commits. */
    uv_loop_t *loop; /* NULL: each write is committed before its call returns */
    struct rw_life life;
    uv_work_t work;
    bool committing, leaving;
    struct journal_rows under_way; /* that are being committed */
    struct rw_error failure;       /* of that commit */
    uint64_t written, settled;     /* rows so far; those whose commit has ended */
    struct rw_journal_wait *waits;
};

/* journal_write.c */
void journal_rows_done(struct journal_rows *rows);

/* journal_read.c */
/* Fills in the settings, and the number of the last run. */
void journal_read_settings(struct rw_journal *journal);

#endif
