/* SPDX-License-Identifier: Apache-2.0 */
/* Repairs in the journal of their cluster: what was meant to be done on a host, each line that ran
 * there, and what came of it. They are a run of their own (RW_JOURNAL_REPAIR), of which the events
 * have the step "repair". */
#ifndef RW_INSTALL_REPAIR_LOG_H
#define RW_INSTALL_REPAIR_LOG_H

#include <stdbool.h>
#include <stddef.h>

#include "check/fix.h"
#include "check/report.h"
#include "cluster/cluster.h"
#include "install/journal.h"

/* Opens the journal and notes the repairs that are chosen, by index, before the first effect. On
 * failure a finding says why, and nothing may be repaired. */
int rw_repair_log_begin(const struct rw_cluster *cluster, const struct rw_fixes *fixes,
                        const bool *chosen, struct rw_journal **journal,
                        struct rw_findings *findings);
/* A repair has ended, as rw_fix_run_listener reports it. */
void rw_repair_log_ended(struct rw_journal *journal, const struct rw_fix *fix, const char *lines,
                         const char *failure);
/* All have ended. */
void rw_repair_log_end(struct rw_journal *journal);

struct rw_repair_records {
    struct rw_repair_record *items;
    size_t count;
};
/* Adds every repair of a cluster (NULL: none) that is in its journal, in order. */
void rw_repair_log_read(const char *cluster, struct rw_repair_records *records);
void rw_repair_records_done(struct rw_repair_records *records);

#endif
