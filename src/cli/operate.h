/* SPDX-License-Identifier: Apache-2.0 */
/* An operation on the command line: what install and reset share. */
#ifndef RW_CLI_OPERATE_H
#define RW_CLI_OPERATE_H

#include "cli/progress.h"
#include "cli/session.h"
#include "operation/operation.h"

struct rw_operate {
    struct rw_session session; /* begun */
    const struct rw_options *options;
    struct rw_progress *progress;   /* while the operation is there */
    struct rw_operation *operation; /* or NULL */
    bool shown;                     /* the plan was, and that was all */
    int exit_code;
};

/* Carries an operation out, from rw_operation_begin() to closed(): what happens is printed, what
 * hosts ask is asked. what says the kind and what is its own; gate and confirm get operate as their
 * context. Gives the exit code; *busy: another process is working on the cluster. */
int rw_operate(struct rw_operate *operate, struct rw_operation_options *what,
               void (*gate)(void *operate, const struct rw_gate *gate),
               void (*confirm)(void *operate, const struct rw_plan *plan, const char *version,
                               bool cluster_exists),
               bool *busy);
/* Prints a line that is no event of the operation. */
void rw_operate_say(struct rw_operate *operate, const char *text);

#endif
