/* SPDX-License-Identifier: Apache-2.0 */
/* Repairs of findings: the command lines, shown before they run and then run as shown. Each may run
 * twice and be interrupted anywhere: the finding stays until the last line that matters is done.
 * Pure. */
#ifndef RW_CHECK_FIX_H
#define RW_CHECK_FIX_H

#include <stddef.h>

#include "base/buf.h"
#include "finding/finding.h"

/* One repair on one host. Everything is owned but the title. */
struct rw_fix {
    char *host;                   /* its name */
    const char *title;            /* what it does, translatable */
    enum rw_finding_id *findings; /* what it repairs */
    size_t finding_count;
    char **lines; /* shell commands for root, each on one line, in order */
    size_t line_count;
};

/* `struct rw_fixes fixes = {0};` is empty. */
struct rw_fixes {
    struct rw_fix *items; /* in the order of the hosts among the findings */
    size_t count;
};

/* Adds what can be repaired. Nothing of a finding gets into a line but what is known here or was
 * checked, so that findings may come from anywhere. */
void rw_fixes_find(struct rw_fixes *fixes, const struct rw_findings *findings);
void rw_fixes_done(struct rw_fixes *fixes);

/* Appends host and title, and each command on a line of its own, in the current language. */
void rw_fix_print(struct rw_buf *out, const struct rw_fix *fix);

/* Appends what goes to the host by rw_remote_run(). It answers "run=LINE" before each line, and
 * "failed=LINE" and "failed_status=N" when one fails; then it stops with status 1. */
void rw_fix_script(struct rw_buf *out, const struct rw_fix *fix);

#endif
