/* SPDX-License-Identifier: Apache-2.0 */
/* The user's reasons to override findings. They are kept in the journal of the cluster and hold
 * until an install has completed. */
#ifndef RW_INSTALL_OVERRIDE_H
#define RW_INSTALL_OVERRIDE_H

#include "finding/finding.h"
#include "install/journal.h"

/* The reason given for a finding, in this try or an earlier one; to free(), or NULL. */
char *rw_override_get(struct rw_journal *journal, enum rw_finding_id id);
/* reason NULL or "": it counts again. */
void rw_override_set(struct rw_journal *journal, enum rw_finding_id id, const char *reason);
/* All of them: the install is through. */
void rw_override_forget(struct rw_journal *journal);
/* Notes in the journal that the run overrides a finding. */
void rw_override_note(struct rw_journal *journal, const struct rw_finding *finding,
                      const char *reason);

#endif
