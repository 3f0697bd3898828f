/* SPDX-License-Identifier: Apache-2.0 */
/* The journal: each intention and its outcome, crash-safe on the console.
 *
 * SQLite, one folder per cluster: ${XDG_STATE_HOME:-~/.local/state}/rke2-wizard/<cluster>/, mode
 * 0700, with journal.db (0600; write-ahead log, synchronous=FULL), lock, and token when one was
 * generated. A task's intent is durable before its effect begins; events and results are with the
 * next commit. No secret is ever in the database.
 *
 * A disk may take long for a commit, and the loop waits for none: a journal that is attached to it
 * commits in libuv's threads, one commit at a time, for all that was written meanwhile. */
#ifndef RW_INSTALL_JOURNAL_H
#define RW_INSTALL_JOURNAL_H

#include <stdbool.h>
#include <stdint.h>
#include <uv.h>

#include "base/error.h"
#include "finding/finding.h"

struct rw_journal;

/* The folder of all clusters, and of one; to free(). */
char *rw_journal_root(void);
char *rw_journal_dir(const char *cluster);

/* Opens for writing, making folder and database. A damaged database is moved aside, and a new one
 * begun. RW_EBUSY when another process holds it, whose number is in *pid; RW_EIO when it cannot be
 * written. */
int rw_journal_open(const char *dir, struct rw_journal **journal, long *pid, struct rw_error *err);
/* Where the damaged database is now, when there was one; borrowed. NULL: there was none. */
const char *rw_journal_aside(const struct rw_journal *journal);
/* Opens for reading beside a writer. RW_ENOTFOUND when there is none. */
int rw_journal_open_readonly(const char *dir, struct rw_journal **journal, struct rw_error *err);
/* Not for one that is attached. */
void rw_journal_close(struct rw_journal *journal);

/* From now on the loop does the writing: what is written is durable later, in the order in which it
 * was written. Before this each write is durable when its call returns, which waits for the disk.
 */
void rw_journal_attach(struct rw_journal *journal, uv_loop_t *loop);
/* Commits what is left and closes it; closed() (may be NULL) comes from the loop. Who still waits
 * hears no more. */
void rw_journal_leave(struct rw_journal *journal, void (*closed)(void *context), void *context);

/* Part of its owner, who reads `waiting` alone. */
struct rw_journal_wait {
    bool waiting;
    void (*done)(void *context);
    void *context;
    uint64_t upto;
    struct rw_journal_wait *next;
};
/* done() comes from the loop, once, when all that was written so far is durable, or has failed
 * (rw_journal_broken()). The journal has to be attached. Who waits already, waits anew. */
void rw_journal_await(struct rw_journal *journal, struct rw_journal_wait *wait,
                      void (*done)(void *context), void *context);
/* done() does not come any more; nothing happens when it is not awaited. */
void rw_journal_await_no_more(struct rw_journal *journal, struct rw_journal_wait *wait);

/* The first write that failed since opening, or 0: then no further effect may begin. */
int rw_journal_broken(const struct rw_journal *journal, struct rw_error *err);
/* The file of the database, as an absolute path; borrowed. */
const char *rw_journal_path(const struct rw_journal *journal);

/* Facts about the cluster that outlive a run: "founder", "ca", "version"; for a reader, as they
 * were when it was opened. To free(), or NULL. */
char *rw_journal_get(const struct rw_journal *journal, const char *key);
void rw_journal_set(struct rw_journal *journal, const char *key, const char *value);
void rw_journal_forget(struct rw_journal *journal, const char *key);

#define RW_JOURNAL_REPAIR "repair" /* command of a run that repaired hosts; see repair_log.h */

/* A run; tasks, findings and events that follow belong to it. answers is the answers file without
 * secrets. */
void rw_journal_begin(struct rw_journal *journal, const char *command, const char *answers);
void rw_journal_end(struct rw_journal *journal, const char *outcome);

/* state: "planned", "running", "waiting", "done", "unchanged", "failed", "blocked". */
void rw_journal_task(struct rw_journal *journal, const char *id, const char *host, const char *step,
                     const char *state, int attempt);
void rw_journal_finding(struct rw_journal *journal, const struct rw_finding *finding);
void rw_journal_event(struct rw_journal *journal, const char *host, const char *step,
                      const char *kind, const char *text);

/* Several writes in one commit. */
void rw_journal_batch(struct rw_journal *journal, bool begin);

struct rw_journal_task_row {
    const char *id, *host, *step, *state;
    int attempt;
    int64_t started, ended; /* wall milliseconds, 0: not yet */
};
struct rw_journal_run_row {
    int64_t id, started, ended;
    const char *command, *outcome; /* outcome "" while running, or when it was killed */
    const char *answers;           /* the answers file, without secrets */
};
/* Reads the last install: the run itself (RW_ENOTFOUND when there is none), then its tasks in
 * order, then its findings. Strings are borrowed for the callback. Repairs (RW_JOURNAL_REPAIR) are
 * runs too, but no install. */
struct rw_journal_reader {
    void (*run)(void *context, const struct rw_journal_run_row *run);
    void (*task)(void *context, const struct rw_journal_task_row *task);
    void (*finding)(void *context, const struct rw_finding *finding);
    void *context;
};
int rw_journal_read(struct rw_journal *journal, const struct rw_journal_reader *reader,
                    struct rw_error *err);
/* The same with every run, in order. */
int rw_journal_read_all(struct rw_journal *journal, const struct rw_journal_reader *reader,
                        struct rw_error *err);

struct rw_journal_event_row {
    int64_t run, at;         /* wall milliseconds */
    const char *host, *step; /* "" when it is about none */
    const char *kind, *text;
};
/* Reads the events of a run, or of all (run 0), in order. Strings are borrowed for the callback. */
void rw_journal_read_events(struct rw_journal *journal, int64_t run,
                            void (*event)(void *context, const struct rw_journal_event_row *row),
                            void *context);
/* Reads the facts that outlive a run, by name. */
void rw_journal_read_facts(struct rw_journal *journal,
                           void (*fact)(void *context, const char *key, const char *value),
                           void *context);
/* The answers of all runs, the newest first, until answers() gives false. */
void rw_journal_answers(struct rw_journal *journal,
                        bool (*answers)(void *context, const char *text), void *context);

/* Following a run that another process writes. A cursor begins as zeros and belongs to one run. */
struct rw_journal_cursor {
    int64_t run; /* 0: the last one, which is then kept to */
    int64_t finding, event;
};
struct rw_journal_follower {
    void (*run)(void *context, const struct rw_journal_run_row *run);
    void (*task)(void *context, const struct rw_journal_task_row *task);    /* each, every time */
    void (*event)(void *context, const struct rw_journal_event_row *event); /* new ones */
    void (*finding)(void *context, const struct rw_finding *finding);       /* new ones */
    void *context;
};
/* Reads what is new, all of one moment. RW_ENOTFOUND when there is no run yet. */
int rw_journal_follow(struct rw_journal *journal, struct rw_journal_cursor *cursor,
                      const struct rw_journal_follower *follower, struct rw_error *err);
/* Whether a process holds the lock for writing now; looking does not disturb anybody. */
bool rw_journal_in_use(const char *dir);

#endif
