/* SPDX-License-Identifier: Apache-2.0 */
/* The needs of every install before it connects: the journal, held against all others, and the
 * token of the cluster. */
#ifndef RW_INSTALL_BEGIN_H
#define RW_INSTALL_BEGIN_H

#include "cluster/cluster.h"
#include "finding/finding.h"
#include "install/journal.h"

/* Opens the journal of a cluster for writing. 0, with *journal to close; or an error, with a
 * finding (J-01, J-02). */
int rw_install_journal(const char *cluster, struct rw_journal **journal,
                       struct rw_findings *findings);

/* 0 as long as the journal could be written, else an error with J-01: nothing may be begun. */
int rw_install_journal_broken(const struct rw_journal *journal, struct rw_findings *findings);

/* Opens the journal of the cluster for writing, sees to cluster->token (the one of the answers,
 * else the one kept beside the journal, else a new one, kept there) and to the password of the
 * proxy in the same way, and begins a run of this command. 0, with *journal to close, and a finding
 * when a damaged journal was moved aside (J-05); or an error, with a finding (J-01 to J-03, J-06).
 */
int rw_install_begin(struct rw_cluster *cluster, const char *command, struct rw_journal **journal,
                     struct rw_findings *findings);
/* The same for a reset, which needs no token: cluster->token is the one kept, if there is one. J-01
 * or J-02. */
int rw_reset_begin(struct rw_cluster *cluster, struct rw_journal **journal,
                   struct rw_findings *findings);

#endif
