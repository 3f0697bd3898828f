/* SPDX-License-Identifier: Apache-2.0 */
/* The kinds of operations, one row each. Inside of src/operation, and for its tests. */
#ifndef RW_OPERATION_KINDS_H
#define RW_OPERATION_KINDS_H

#include "base/mem.h"
#include "operation/states.h"

#define RW_PHASES_MAX 3

struct RW_ROW rw_operation_row {
    const char *name;    /* of the command */
    const char *opening; /* the phase that is reported as it starts, translatable; NULL: none */
    /* Its phases in order: LOCKING, CHECKING, and LOOKING (a plan is made and confirmed) or WORKING
     * (what is done was chosen before). */
    enum rw_operation_state phases[RW_PHASES_MAX];
    size_t phase_count;
    bool forgets_reasons; /* they hold until it is through */
    /* Puts it on record: opens the journal for it, and sees to the secrets it needs. An error with
     * findings. */
    int (*begin)(const struct rw_operation_options *options, struct rw_journal **journal,
                 struct rw_findings *findings);
};

const struct rw_operation_row *rw_operation_row(enum rw_operation_kind kind);
/* The phase of the kind that follows a state. */
enum rw_operation_state rw_operation_phase(enum rw_operation_kind kind,
                                           enum rw_operation_state state);

#endif
