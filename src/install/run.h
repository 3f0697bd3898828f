/* SPDX-License-Identifier: Apache-2.0 */
/* A run of the install: connects to all hosts, looks, decides, and carries the plan out. Emits
 * events; asks questions; never prints. */
#ifndef RW_INSTALL_RUN_H
#define RW_INSTALL_RUN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "check/check.h"
#include "cluster/cluster.h"
#include "contact/contact.h"
#include "finding/finding.h"
#include "install/host_lock.h"
#include "install/journal.h"
#include "install/reset.h"
#include "plan/plan.h"
#include "remote/remote.h"
#include "rke2/node_table.h"
#include "rke2/nodes.h"

struct rw_run;

enum rw_event_kind {
    RW_EVENT_PHASE,    /* text: what begins now, translatable */
    RW_EVENT_VERSION,  /* text: the tag that will be installed */
    RW_EVENT_HOST,     /* text: "connected", "lost", "back", "restarted"; rw_event_host_text() */
    RW_EVENT_TASK,     /* state of a task */
    RW_EVENT_ACTION,   /* something was done on the host: key "run", "changed", "removed", "kept";
                          text: command or path */
    RW_EVENT_PROGRESS, /* text: where a waiting task is, translatable */
    RW_EVENT_SLOW,     /* a task takes longer than is usual */
    RW_EVENT_FINDING,
    RW_EVENT_NODES,    /* the nodes have changed: rw_run_nodes */
    RW_EVENT_TABLE,    /* text: a line of kubectl's table, at the end */
    RW_EVENT_LINE,     /* text: a line of the journal of the service that a task waits for */
    RW_EVENT_NOTICE,   /* text: what has to be known while it stands, translatable; NULL: no more */
    RW_EVENT_END,      /* outcome; nothing comes after it */
    RW_EVENT_CHECK,    /* the checks before it: part, done, total */
    RW_EVENT_OVERRIDE, /* it overrides the finding; text: the reason */
    RW_EVENT_REPAIR,   /* a repair has ended: text: its title, translatable; lines, failure */
};

/* A host that is away for so long is given up (firmware and a check of the disks take their time),
 * unless rw_run_options.timeout_s says otherwise. */
#define RW_RUN_AWAY_MS 600000

/* The description of a text of RW_EVENT_HOST, translated; borrowed. */
const char *rw_event_host_text(const char *text);

enum rw_task_state {
    RW_TASK_PLANNED,
    RW_TASK_RUNNING, /* its actions are carried out */
    RW_TASK_WAITING, /* done-when is not true yet */
    RW_TASK_DONE,
    RW_TASK_UNCHANGED, /* was true before */
    RW_TASK_FAILED,
    RW_TASK_BLOCKED, /* something it depends on failed */
};
/* "planned", "running", … as in the journal; static. */
const char *rw_task_state_name(enum rw_task_state state);

/* Exit codes of the program (rke2-wizard(1)). */
enum rw_outcome {
    RW_OUTCOME_DONE = 0,
    RW_OUTCOME_FAILED = 1,
    RW_OUTCOME_USAGE = 2,
    RW_OUTCOME_AGENTS_MISSING = 3, /* the servers are up, not every agent */
    RW_OUTCOME_BLOCKED = 4,        /* by a check; nothing was changed */
    RW_OUTCOME_INTERRUPTED = 130,
};
const char *rw_outcome_name(enum rw_outcome outcome);

/* Borrowed for the time of the callback. */
struct rw_event {
    enum rw_event_kind kind;
    int64_t elapsed_ms; /* since the run began */
    const char *host;   /* or NULL */
    const char *step;   /* id, or NULL */
    const char *key;
    const char *text;
    enum rw_task_state state;
    int64_t duration_ms; /* TASK that ended: how long it took */
    const struct rw_finding *finding;
    enum rw_outcome outcome;
    bool changed; /* END: whether anything was changed on any host */
    enum rw_check_part part;
    size_t done, total;
    const char *lines;   /* that a repair ran, each ended by "\n" */
    const char *failure; /* why it failed, or NULL */
};

struct rw_run_listener {
    void (*event)(void *context, const struct rw_event *event);
    /* Answer with rw_contact_answer(), naming the host by its index. */
    void (*question)(void *context, size_t host, const struct rw_remote_question *question);
    /* Everything is ready and nothing has been changed yet. Answer with rw_run_confirm. */
    void (*confirm)(void *context, const struct rw_plan *plan, const char *version,
                    bool cluster_exists);
    void *context;
};

struct rw_run_options {
    const struct rw_cluster *cluster; /* borrowed until freed; has its token */
    struct rw_journal *journal;       /* borrowed */
    struct rw_contact *contact;       /* borrowed; the run is its user from rw_run_start() on */
    int timeout_s;                    /* for a node to become ready; 0: the table's */
    int64_t begun;                    /* rw_clock_ms() from which elapsed_ms counts; 0: now */
    const struct rw_host_lock *lock;  /* held on the hosts; borrowed; NULL: none */
    const struct rw_reset *reset;     /* takes RKE2 off hosts instead; borrowed; NULL: installs */
    bool allow_restart; /* nodes that run may be restarted for new settings, or the confirmation
                           asks about it; else C-05 blocks */
    const char *answers_file; /* for commands to paste; NULL: the draft of the wizard */
    /* Whether the user gave a reason to override a finding; the reason is then noted as used. Asked
     * about the findings of the run itself, except those of the membership, which cannot be
     * overridden. NULL: never. */
    bool (*excused)(void *context, const struct rw_finding *finding);
    void *excused_context;
};

struct rw_run *rw_run_new(uv_loop_t *loop, const struct rw_run_options *options,
                          const struct rw_run_listener *listener);
void rw_run_start(struct rw_run *run);
void rw_run_confirm(struct rw_run *run, bool go);
/* The nodes as kubectl prints them, empty before the first server is up. From the first call on the
 * cluster is asked for them, with an event RW_EVENT_NODES when they differ. Borrowed until control
 * returns to the loop. */
const struct rw_node_table *rw_run_nodes(struct rw_run *run);
/* Begins no further task: what is under way is brought to its end, then the run ends with
 * RW_OUTCOME_INTERRUPTED, unless nothing was left to do. Before it is confirmed it ends at once. */
void rw_run_hold(struct rw_run *run);
/* The lock was lost: reports the finding and ends with RW_OUTCOME_FAILED. */
void rw_run_lost(struct rw_run *run, const struct rw_finding *finding);
/* Stops watching: ends with RW_OUTCOME_INTERRUPTED. Work on the hosts continues there. */
void rw_run_stop(struct rw_run *run);
/* After END, or before. The contact has to be closed by then, which ends all jobs of the run.
 * closed() (may be NULL) comes from the loop; the cluster is needed until then. */
void rw_run_free(struct rw_run *run, void (*closed)(void *context), void *context);

#endif
