/* SPDX-License-Identifier: Apache-2.0 */
/* An operation on a cluster, from the first entry in the journal to the last closed connection: one
 * state machine for all front ends, which only listen and answer.
 *
 *     begin → lock → connect → check → gate → confirm → work → close
 *
 * Kinds are rows of a table (kinds.c), what follows from what is another (states.c). Never prints.
 * Calls come from the thread of the loop. */
#ifndef RW_OPERATION_OPERATION_H
#define RW_OPERATION_OPERATION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/mem.h"
#include "check/check.h"
#include "check/fix.h"
#include "check/requirements.h"
#include "contact/contact.h"
#include "contact/logins.h"
#include "install/run.h"
#include "operation/reasons.h"

struct rw_operation;

enum rw_operation_kind {
    RW_OPERATION_INSTALL,
    RW_OPERATION_RESET,
    RW_OPERATION_REPAIR,
    RW_OPERATION_KINDS,
};

/* The results before the first change, for the user to review. Borrowed for the time of the
 * callback. */
struct rw_gate {
    const struct rw_check_result *result; /* of the checks; NULL: it is the lock of the hosts */
    const struct rw_findings *findings;   /* to be shown: those of the checks, or L-01 */
    const struct rw_reasons *reasons;
    size_t open; /* findings that fail and have no reason */
    int64_t elapsed_ms;
};

struct RW_ROW rw_operation_listener {
    /* It is on record: from inside of rw_operation_begin(). Findings warn (J-05); borrowed. May be
     * NULL. */
    void (*begun)(void *context, const struct rw_findings *findings);
    /* A host asks. Answer by rw_operation_answer(), at any later time. */
    void (*question)(void *context, size_t host, const struct rw_remote_question *question);
    /* The checks have ended: it continues when nothing is open, else it ends as blocked. Without
     * result another console holds the lock of hosts: answer by rw_operation_take_over(). May be
     * NULL for kinds without these phases. */
    void (*gate)(void *context, const struct rw_gate *gate);
    /* Everything is ready, and nothing has been changed. Answer by rw_operation_confirm(). NULL:
     * it was confirmed before. */
    void (*confirm)(void *context, const struct rw_plan *plan, const char *version,
                    bool cluster_exists);
    /* What happens, up to RW_EVENT_END. */
    void (*event)(void *context, const struct rw_event *event);
    /* Once, from the loop: the journal and all that was borrowed are free. The operation is gone
     * afterwards. */
    void (*closed)(void *context, enum rw_outcome outcome);
    void *context;
};

/* Everything is borrowed until closed(). */
struct rw_operation_options {
    enum rw_operation_kind kind;
    struct rw_cluster *cluster;     /* gets its token */
    const struct rw_logins *logins; /* passwords that were read; NULL: their files are tried */
    /* How to log in, where no connections are lent. */
    struct rw_contact_options contact;
    /* Ends connections that are lent, and then calls closed(); NULL: they stay open. */
    void (*close_contact)(void *context, void (*closed)(void *context), void *closed_context);
    void *close_context;
    bool take_over;           /* the lock, from its holder */
    bool allow_restart;       /* as in struct rw_run_options */
    int timeout_s;            /* for a node to become ready; 0: the table's */
    const char *answers_file; /* for commands to paste; NULL: the draft of the wizard */
    /* checks */
    const struct rw_requirements *requirements;
    const char *const *name_servers; /* ended by NULL; NULL: those of this machine */
    const char *const *overrides;    /* "CODE=why", ended by NULL; NULL: none */
    const char *report;              /* file that the checks are written to, or NULL */
    /* reset */
    const struct rw_reset *reset;
    /* repair; at least one is chosen */
    const struct rw_fixes *fixes;
    const bool *chosen;
};

/* Puts an operation on record. Before that all files with secrets are read, so that one that cannot
 * be read ends it here. 0; or an error with findings, RW_EBUSY (J-02) when
 * another process is working on this cluster: nothing was begun, and closed() does not come. */
int rw_operation_begin(uv_loop_t *loop, const struct rw_operation_options *options,
                       const struct rw_operation_listener *listener,
                       struct rw_operation **operation, struct rw_findings *findings);
/* Goes on from there, over connections that are lent; NULL: over its own. */
void rw_operation_start(struct rw_operation *operation, struct rw_contact *contact);

void rw_operation_answer(struct rw_operation *operation, size_t host, const char *answer);
/* The lock that somebody else holds is taken from him, or it ends as blocked. */
void rw_operation_take_over(struct rw_operation *operation, bool take);
void rw_operation_confirm(struct rw_operation *operation, bool go);
/* Begins nothing new: what is under way is brought to its end, then it ends as interrupted. False:
 * nothing is under way, so that it ends now. */
bool rw_operation_hold(struct rw_operation *operation);
/* Stops watching and ends as interrupted; work that has begun on hosts continues there. Repairs end
 * with their connections. */
void rw_operation_stop(struct rw_operation *operation);

/* Since it was begun. */
int64_t rw_operation_elapsed(const struct rw_operation *operation);
/* The nodes as kubectl prints them (rw_run_nodes), or NULL; borrowed until control returns to the
 * loop. */
const struct rw_node_table *rw_operation_nodes(const struct rw_operation *operation);

#endif
