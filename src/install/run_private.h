/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of src/install only: the parts of a run.
 *
 *     run.c        phases: connect, look, decide, confirm, carry out, end
 *     hosts.c      what each host says of itself
 *     release.c    which version, resolved once
 *     schedule.c   which task may begin now
 *     task.c       one task: probe and apply, wait, finish
 *     ready.c      waiting for a node to become Ready
 *     quorum.c     whether a server that stops would stop the cluster
 *     node_watch.c the nodes as the cluster sees them
 *     away.c       hosts that go away for a while, and come back */
#ifndef RW_INSTALL_RUN_PRIVATE_H
#define RW_INSTALL_RUN_PRIVATE_H

#include "base/life.h"
#include "install/membership.h"
#include "install/run.h"
#include "net/http.h"
#include "rke2/start_reader.h"
#include "rke2/nodes.h"

#define SCRIPT_TIMEOUT_MS 60000

struct run_host {
    struct rw_run *run;
    size_t index;
    struct rw_remote *remote; /* NULL: not logged in (yet) */
    bool failed;
    struct rw_membership membership;
    bool down;         /* the connection is lost at the moment */
    int64_t back;      /* when it came back, rw_clock_ms(), or 0 */
    uv_timer_t *limit; /* runs while it is down */
    char *boot;        /* which of its starts this is; NULL: not known */
};

/* Waiting for a node; see ready.c. */
struct ready_wait {
    struct rw_remote_job *follow, *check, *logs;
    uv_timer_t *timer; /* when to look or follow again */
    char *since;
    bool up;         /* the service is active, and a server's supervisor ready, at the last look */
    bool active;     /* the unit alone; or it has said that it is about to be */
    bool serves;     /* the supervisor of a server alone is ready: its API answers */
    bool voter;      /* etcd itself takes the server for a voter, at the last look */
    bool look_again; /* something happened while a look was under way */
    char *unit_started; /* by the clock of the host, at the last look; "" when not known */
    char *heartbeat;    /* of the node as it was first seen in this wait; NULL before */
    struct rw_start_reader reader;
};

struct run_task {
    struct rw_run *run;
    size_t index; /* in the plan */
    enum rw_task_state state;
    int attempt;
    int64_t started;
    bool changed;
    bool up;      /* a server that starts: its API answers and it is a member, see plan.h */
    size_t at;    /* the host that carries it out */
    int restarts; /* of that host, meanwhile */
    struct rw_journal_wait intent; /* until it is durable nothing is done */
    struct rw_remote_job *job;
    uv_timer_t *deadline, *slow;
    uint64_t left; /* of the deadline, in ms, while the host is away */
    uv_timer_t *again;
    struct ready_wait *wait;
    int64_t cut_off; /* verify: when a server was first found without a connection, or 0 */
    char *cursor;    /* the last entry of the service's journal that was read, or NULL */
};

struct node_watch {
    struct rw_remote_job *job;
    size_t host; /* where it runs */
    size_t turn; /* which server comes next */
    struct rw_nodes_stream stream;
    uv_timer_t *timer;
    struct rw_nodes nodes;
    struct rw_node_table table; /* as kubectl printed them last */
    struct rw_remote_job *asking;
    uv_timer_t *table_timer;
    bool shown; /* somebody wants the table */
    bool stale; /* the nodes have changed since it was asked for */
};

struct rw_run {
    struct rw_life life;
    uv_loop_t *loop;
    struct rw_run_options options;
    struct rw_run_listener listener;
    const struct rw_cluster *cluster;
    struct rw_journal *journal;
    struct rw_journal_wait decided; /* until it is durable no task begins */
    int64_t started;

    struct run_host *hosts;
    size_t unanswered; /* hosts that have neither facts nor a failure yet */

    struct rw_http *http;
    char *version, *channel;
    bool version_asked;

    struct rw_findings blocking; /* found before the first change */
    struct rw_decision decision;
    char *ca; /* SHA-256 of the cluster's, hex, by its servers' own token; NULL: not known yet */
    struct rw_plan_now *now; /* by host; NULL before it is known, and of a reset */
    struct rw_plan *plan;
    struct run_task *tasks;
    struct node_watch watch;

    bool fragile; /* the notice of quorum.c stands */
    bool confirmed, held, ended, changed, table_asked, journal_told;
};

/* run.c */
void run_emit(struct rw_run *run, struct rw_event event);
/* Reports and forgets all findings of the list. */
void run_find_all(struct rw_run *run, struct rw_findings *findings);
void run_looked(struct rw_run *run); /* a host or the version has been settled */
void run_end(struct rw_run *run, enum rw_outcome outcome);
/* Whether the journal cannot be written any more, so that no effect may begin; reported the first
 * time. */
bool run_journal_broken(struct rw_run *run);
uv_timer_t *run_timer(struct rw_run *run, void *data);
void run_timer_free(uv_timer_t **timer);

const struct rw_host *run_wanted(const struct run_host *host); /* as the answers file has it */

/* hosts.c */
void hosts_read(struct rw_run *run);

/* release.c */
void release_resolve(struct rw_run *run);

/* schedule.c */
void schedule_begin(struct rw_run *run);
void schedule_next(struct rw_run *run);
const struct rw_host *task_host(const struct run_task *task);
const struct rw_task *task_plan(const struct run_task *task);
/* Whether it is a server that serves: its task has succeeded, or is about to. */
bool task_serves(const struct run_task *task);

/* Whether the task starts a server, or restarts one. */
bool run_starts_server(const struct run_task *task);
/* Where the cluster is asked about itself: the member that others join at, else another server that
 * runs and can be reached. */
size_t run_speaker(const struct rw_run *run);

/* away.c */
void away_down(struct run_host *host);
void away_up(struct run_host *host);
void away_end(struct run_host *host);
/* Whether a server is away, or was so recently that its service may not be up yet: what other hosts
 * complain about may be just that. */
bool away_server(const struct rw_run *run);

/* task.c */
void task_start(struct run_task *task);
void task_set(struct run_task *task, enum rw_task_state state);
void task_fail(struct run_task *task, struct rw_findings *findings);
/* What the task waited for is true: its last actions follow. */
void task_waited(struct run_task *task);
void task_cancel(struct run_task *task);
/* The host that carries it out is away: its deadline stands still; it is back; it was restarted. */
void task_host_down(struct run_task *task);
void task_host_up(struct run_task *task);
void task_host_restarted(struct run_task *task);

/* ready.c */
/* probed: what the probe of the start said; its "state", "since" and "node" count. */
void ready_begin(struct run_task *task, const struct rw_reply *probed);
void ready_end(struct run_task *task);
void ready_back(struct run_task *task); /* the connection is */
void ready_nodes_changed(struct rw_run *run);
/* Adds the finding when the deadline has passed. */
void ready_expired(struct run_task *task, struct rw_findings *findings);

/* quorum.c */
void quorum_look(struct rw_run *run); /* a server may have become a member, or all have */

/* node_watch.c */
void node_watch_wake(struct rw_run *run); /* start now if it does not run */
void node_watch_end(struct rw_run *run);
/* Takes the table from what nodes.sh answered. */
void node_watch_table(struct rw_run *run, const struct rw_reply *reply);

#endif
