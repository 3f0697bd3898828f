/* SPDX-License-Identifier: Apache-2.0 */
/* Runs repairs: those of one host one after the other, all hosts at once. Each line is reported
 * before it runs. Never prints, never asks. */
#ifndef RW_CHECK_FIX_RUN_H
#define RW_CHECK_FIX_RUN_H

#include <stdbool.h>

#include "check/fix.h"
#include "contact/contact.h"

struct rw_fix_run;

/* Everything is borrowed until done() has come. A host that the contact has not open is left out.
 */
struct rw_fix_run_options {
    const struct rw_cluster *cluster;
    struct rw_contact *contact;
    const struct rw_fixes *fixes;
    const bool *chosen; /* by index of the fix: whether it is to be carried out */
};

struct rw_fix_run_listener {
    /* A repair has ended: the lines that ran, each ended by "\n", and why it failed, or NULL. */
    void (*ended)(void *context, const struct rw_fix *fix, const char *lines, const char *failure);
    /* Once, from the loop, after all, or when the contact was closed; the run is gone then. */
    void (*done)(void *context);
    void *context;
};

/* At least one fix has to be chosen. To end it early, close the contact. */
void rw_fix_run_start(uv_loop_t *loop, const struct rw_fix_run_options *options,
                      const struct rw_fix_run_listener *listener);

#endif
