/* SPDX-License-Identifier: Apache-2.0 */
/* The user's reasons to override findings of a cluster, by finding. They are kept in its journal
 * and hold until an install has completed. The gate between the checks and the work counts what
 * fails without one. */
#ifndef RW_OPERATION_REASONS_H
#define RW_OPERATION_REASONS_H

#include <stdbool.h>
#include <stddef.h>

#include "check/report.h"
#include "finding/finding.h"
#include "install/journal.h"

/* `struct rw_reasons reasons = {0};` is empty. */
struct rw_reasons {
    char *text[RW_FINDING_COUNT]; /* or NULL */
    bool given[RW_FINDING_COUNT]; /* not in the journal yet */
};

/* Reads those of a journal, or of the journal of a cluster, in place of what is there. */
void rw_reasons_read(struct rw_reasons *reasons, struct rw_journal *journal);
void rw_reasons_load(struct rw_reasons *reasons, const char *cluster);
/* Adds one from "CODE=why"; false when it does not read so. */
bool rw_reasons_give(struct rw_reasons *reasons, const char *option);
/* The reason, or NULL; borrowed. */
const char *rw_reasons_of(const struct rw_reasons *reasons, enum rw_finding_id id);
/* The reason that lets this finding pass; NULL: it needs none, or has none. */
const char *rw_reasons_for(const struct rw_reasons *reasons, const struct rw_finding *finding);
/* The number of findings that block and have no reason. */
size_t rw_reasons_open(const struct rw_reasons *reasons, const struct rw_finding *items,
                       size_t count);
/* Lists them in the order of the catalogue, each finding once; reasons are borrowed. Gives the
 * number. findings NULL: all; else those that let one of them pass. */
size_t rw_reasons_list(const struct rw_reasons *reasons, const struct rw_findings *findings,
                       struct rw_override *list, size_t max);
/* Notes in the journal which findings are let pass, and keeps the reasons that were given now. */
void rw_reasons_note(struct rw_reasons *reasons, struct rw_journal *journal,
                     const struct rw_findings *findings);
/* Keeps a reason in the journal of a cluster, "" takes it back. Else J-01 or J-02. */
int rw_reasons_keep(struct rw_reasons *reasons, const char *cluster, enum rw_finding_id id,
                    const char *reason, struct rw_findings *findings);
/* They are empty afterwards. */
void rw_reasons_done(struct rw_reasons *reasons);

#endif
