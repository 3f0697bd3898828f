/* SPDX-License-Identifier: Apache-2.0 */
/* The plan: what will be done on which host, in which order. A pure function of the cluster; the
 * same actions are printed by `rke2-wizard plan` and carried out by the install. */
#ifndef RW_PLAN_PLAN_H
#define RW_PLAN_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cluster/cluster.h"

enum rw_step {
    RW_STEP_STAGE,     /* get RKE2 onto the host */
    RW_STEP_CONFIGURE, /* write config.yaml */
    RW_STEP_FOUND,     /* start the first server */
    RW_STEP_PASSWORD,  /* delete the password of an old node of this name */
    RW_STEP_JOIN,      /* start a further server */
    RW_STEP_AGENT,     /* start an agent */
    RW_STEP_RESTART,   /* restart a node that runs, for new settings */
    RW_STEP_VERIFY,    /* does every server answer under the name? */
    RW_STEP_LEAVE,     /* reset: take a server out of the cluster */
    RW_STEP_UNINSTALL, /* reset: take RKE2 off a host */
    RW_STEP_FORGET,    /* reset: let the cluster forget the node */
    RW_STEP_COUNT
};

/* The condition to wait for after the actions before a task is done. */
enum rw_wait {
    RW_WAIT_NOTHING,
    RW_WAIT_UNIT,  /* the detached unit has ended well */
    RW_WAIT_READY, /* the node is Ready; a server also an etcd voter and its supervisor ready */
};

/* A row of the table of steps. */
struct RW_ROW rw_step_info {
    const char *id;    /* "stage"; stable, for journal and JSON */
    const char *title; /* translatable */
    const char *probe; /* script that finds out whether it is already true, or NULL */
    enum rw_wait wait;
    const char *unit; /* the detached unit that it waits for, or NULL */
    const char *wait_script;
    int soft_deadline_s;   /* a word to the user after this time; 0: none */
    const char *waits_for; /* N_(): that word; NULL: that it takes longer than usual */
    int hard_deadline_s;   /* failed after this time */
    int attempts;
};
const struct rw_step_info *rw_step_info(enum rw_step step);
/* The step with this id, or RW_STEP_COUNT. */
enum rw_step rw_step_by_id(const char *id);

/* The output of the installer, while RW_STEP_STAGE is under way or has failed. */
#define RW_PLAN_STAGE_LOG "/var/lib/rke2-wizard/stage.log"

enum rw_action_kind {
    RW_ACTION_FILE,   /* write path */
    RW_ACTION_LINES,  /* put lines of ours at the end of path; those of others stay */
    RW_ACTION_REMOVE, /* remove path, file or folder */
    RW_ACTION_RUN,    /* run command; its failure fails the task */
    RW_ACTION_TRY,    /* run command; its failure means there was nothing to do */
    RW_ACTION_SCRIPT, /* one of our scripts that changes nothing */
};

/* When an action is carried out; what the probe said decides. */
enum rw_when {
    RW_WHEN_ALWAYS,
    RW_WHEN_ABSENT,      /* not there, or not running */
    RW_WHEN_LEFTOVER,    /* not there, and something of an earlier try is in the way */
    RW_WHEN_STALE,       /* running with an older configuration */
    RW_WHEN_NOT_RUNNING, /* either of the two */
    RW_WHEN_NEW_MEMBER,  /* either of the two, on a server without etcd data */
    RW_WHEN_THERE,       /* there, and to be taken away */
    RW_WHEN_DONE,        /* after the wait */
};

struct rw_action {
    enum rw_action_kind kind;
    enum rw_when when;
    char *path;    /* FILE, LINES, REMOVE */
    int mode;      /* FILE, LINES: such as 0600; the owner is root:root */
    bool keep;     /* FILE: another content that was there is kept beside it */
    bool marked;   /* FILE: RW_RKE2_CA_MARK in it stands for the hash of the CA, and without one it
                      is not written */
    char *same;    /* FILE: SHA-256 of a content that says the same, and stays; or NULL */
    char *content; /* FILE; LINES, "": none any more; may hold the token or a password */
    char *command; /* RUN, TRY: a shell command; SCRIPT: the name in data/node/ */
};

/* What stands on a host before the install, as far as it decides what has to be done there. */
struct rw_plan_now {
    char *same;  /* SHA-256 of its config.yaml, which says the same as ours; NULL: another */
    bool orphan; /* the cluster keeps the password of a node of this name, which it does not have */
    bool deleted;  /* RKE2 runs there, and the cluster does not know the node any more */
    bool runs;     /* RKE2 has started there: it is restarted only where `restart` says why */
    bool member;   /* has the data of an etcd member: it comes back and does not join */
    char *restart; /* the keys that change, or a translatable text; NULL: it is not restarted */
};

/* A task that another one waits for. */
struct rw_after {
    size_t task;
    bool up; /* the start of a server: enough that its API answers, and that it is a member of etcd;
              * else it has to have succeeded */
};

struct rw_task {
    char *id; /* "stage@ha-m1" */
    enum rw_step step;
    size_t host; /* index into the cluster's hosts: whom it is about */
    size_t on;   /* and where it is carried out; mostly the same */
    struct rw_after *after;
    size_t after_count;
    struct rw_action *actions;
    size_t action_count;
};

struct rw_plan {
    struct rw_task *tasks; /* in an order that respects the dependencies */
    size_t task_count;
    size_t founder;  /* index of the host; of a reset: the server that stays, or RW_PLAN_NOBODY */
    size_t anchor;   /* where others join: the founder, or who stands in for it */
    size_t together; /* so many further servers join at once, at most */
    bool reset;
    char *full_token;        /* of nodes that join; the hash of the CA is known only later */
    struct rw_plan_now *now; /* by host; NULL: the hosts were not asked */
    size_t host_count;
};

#define RW_PLAN_NOBODY SIZE_MAX

/* The decisions made outside of the answers file. */
struct rw_plan_choice {
    size_t founder;      /* index of the server that has no `server:` */
    const char *version; /* exact tag, or a text in its place when it is not known yet */
    const char *channel;
    const char *token;          /* or a mask in its place */
    const char *proxy_password; /* or NULL */
    bool masked;                /* both are masks, to be shown */
    const bool *proxy_left;     /* by host: lines of an earlier proxy are there; NULL: nowhere */
    /* Of a cluster that exists: hosts that cannot be reached, an array by host, or NULL. The run
     * does not wait for them. When the founder is among them, anchor is the member that others join
     * at. */
    const bool *away;
    size_t anchor;
    const struct rw_plan_now *now; /* by host, copied; NULL: the hosts were not asked */
};

struct rw_plan *rw_plan_new(const struct rw_cluster *cluster, const struct rw_plan_choice *choice);
/* The plan as it can be known without a connection: the first server founds, the version of a
 * channel and the token are texts in their place. */
struct rw_plan *rw_plan_preview(const struct rw_cluster *cluster);
/* The same when more is known: who founds (a host's index), the version (exact tag, or NULL), and
 * what stands on the hosts (or NULL). */
struct rw_plan *rw_plan_masked(const struct rw_cluster *cluster, size_t founder,
                               const char *version, const struct rw_plan_now *now);
/* Frees an array by host, and what it holds; takes NULL. */
void rw_plan_now_free(struct rw_plan_now *now, size_t hosts);
/* Takes RKE2 off the hosts for which wanted is true, an array by host. The cluster learns of it on
 * the server via, which stays; RW_PLAN_NOBODY: on none, because no cluster will be left, or no
 * server left can do it. Servers leave one after the other. */
struct rw_plan *rw_plan_reset(const struct rw_cluster *cluster, const bool *wanted, size_t via);
void rw_plan_free(struct rw_plan *plan); /* wipes the contents */

/* Appends the shell script for a part of a task: the probe, then the actions that it asks for; the
 * wait for the detached unit, then the actions after it if it ended well; the actions after a wait
 * of another kind. The answer holds state=…, and run=…, changed=…, removed=…, kept=… for each thing
 * done. */
void rw_plan_apply_script(struct rw_buf *out, const struct rw_plan *plan, size_t task);
void rw_plan_unit_script(struct rw_buf *out, const struct rw_plan *plan, size_t task);
void rw_plan_finish_script(struct rw_buf *out, const struct rw_plan *plan, size_t task);
/* Whether a task has actions after the wait. */
bool rw_plan_has_finish(const struct rw_plan *plan, size_t task);

/* Appends the plan for people, or as JSON. */
void rw_plan_print(struct rw_buf *out, const struct rw_plan *plan,
                   const struct rw_cluster *cluster);
/* The same of one task alone, with the content of its files in any case. */
void rw_plan_print_task(struct rw_buf *out, const struct rw_plan *plan, size_t task,
                        const struct rw_cluster *cluster);
void rw_plan_json(struct rw_buf *out, const struct rw_plan *plan, const struct rw_cluster *cluster);

#endif
