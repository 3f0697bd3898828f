/* SPDX-License-Identifier: Apache-2.0 */
/* Decides the work of a reset on each host from the facts of the hosts. Pure, but for the
 * journal. */
#ifndef RW_INSTALL_RESET_H
#define RW_INSTALL_RESET_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"
#include "install/membership.h"
#include "install/journal.h"

struct rw_reset {
    const bool *wanted; /* by host: takes RKE2 off it; borrowed */
    bool all;           /* no host of the cluster stays */
    bool force;         /* also where the cluster suffers */
};

/* The server that removes the members from the cluster, or RW_PLAN_NOBODY: when no cluster stays,
 * when none was found, or when no server left can do it and the user insists. Adds U-01 to U-04,
 * which are warnings when reset->force is set. Hosts that were not read are taken for down. */
size_t rw_reset_decide(const struct rw_cluster *cluster, const struct rw_membership *facts,
                       const struct rw_known_cluster *known, const struct rw_reset *reset,
                       struct rw_findings *findings);

/* All hosts are reset: a later install begins anew, with a founder, a version and a CA of its own.
 * The token that was generated, or typed, stays: the answers count on it, and without a cluster it
 * opens nothing. */
void rw_reset_forget(struct rw_journal *journal);

#endif
