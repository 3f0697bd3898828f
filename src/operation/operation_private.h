/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of src/operation, and for its tests.
 *
 *     operation.c  the machine: inputs, effects, what the listener gets
 *     states.c     what follows from what; kinds.c what there is to do
 *     hands.c      what the effects are: lock, checks, run, repairs
 *     reasons.c    the gate
 *     report.c     the report of the checks, as a file
 *     question.c, questions.c  what hosts ask; used by front ends */
#ifndef RW_OPERATION_OPERATION_PRIVATE_H
#define RW_OPERATION_OPERATION_PRIVATE_H

#include "base/life.h"
#include "base/mem.h"
#include "check/fix_run.h"
#include "install/host_lock.h"
#include "operation/kinds.h"
#include "operation/operation.h"
#include "operation/states.h"

/* The parts that are closed at the end, in this order. */
enum operation_part {
    PART_CHECK,
    PART_LOCK,
    PART_CONTACT,
    PART_WORK, /* a run can be freed only after its connections */
    PARTS,
};

/* The layers below. Each reports its result by the calls further down, later and from the loop;
 * only a part that is not there may be gone at once. */
struct RW_ROW operation_hands {
    void (*lock)(struct rw_operation *operation);
    void (*release)(struct rw_operation *operation);
    void (*check)(struct rw_operation *operation);
    void (*free_check)(struct rw_operation *operation);
    void (*work)(struct rw_operation *operation);
    void (*confirm)(struct rw_operation *operation, bool go);
    void (*hold)(struct rw_operation *operation);
    void (*stop)(struct rw_operation *operation);
    void (*lose)(struct rw_operation *operation, const struct rw_finding *finding);
    /* Ends in operation_part_gone(). */
    void (*close)(struct rw_operation *operation, enum operation_part part);
};
extern const struct operation_hands operation_hands;

struct rw_operation {
    uv_loop_t *loop;
    struct rw_life life;
    struct rw_operation_options options;
    struct rw_operation_listener listener;
    const struct operation_hands *hands;
    enum rw_operation_state state;
    struct rw_journal *journal;
    struct rw_reasons reasons;
    int64_t begun;
    enum rw_outcome outcome;
    bool take_over;
    struct rw_findings held;       /* L-01, while the user is asked */
    const struct rw_finding *lost; /* while the loss of the lock is reported */
    enum operation_part part;      /* that is being closed */
    /* hands.c */
    struct rw_contact *contact;
    bool lent; /* the contact is */
    struct rw_host_lock *lock;
    struct rw_check *check;
    struct rw_run *run;
};

void operation_told(struct rw_operation *operation, enum rw_operation_input input);
/* Reports of the hands. findings: none, or L-01 for each host. */
void operation_locked(struct rw_operation *operation, const struct rw_findings *findings);
void operation_lost(struct rw_operation *operation, const struct rw_finding *finding);
void operation_silent(struct rw_operation *operation, const struct rw_finding *finding);
void operation_checked(struct rw_operation *operation, const struct rw_check_result *result);
/* Whether there is a reason to override this finding of the run itself; it is then noted. */
bool operation_excuses(struct rw_operation *operation, const struct rw_finding *finding);
void operation_planned(struct rw_operation *operation, const struct rw_plan *plan,
                       const char *version, bool exists);
/* RW_EVENT_END of the work ends the operation. */
void operation_event(struct rw_operation *operation, struct rw_event event);
void operation_question(void *operation, size_t host, const struct rw_remote_question *question);
void operation_part_gone(void *operation);

#endif
