/* SPDX-License-Identifier: Apache-2.0 */
/* Differences from an earlier run: nodes that the answers no longer name, hosts that were replaced,
 * settings that cannot be changed any more. Pure. */
#ifndef RW_INSTALL_CHANGED_H
#define RW_INSTALL_CHANGED_H

#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"
#include "install/membership.h"
#include "plan/plan.h"

/* The cluster exists: adds C-01 to C-04. ca is that of the cluster, founder the server to join at.
 */
void rw_changed_judge(const struct rw_cluster *cluster, const struct rw_membership *facts,
                      const char *ca, size_t founder, struct rw_findings *findings);

/* What stands on the hosts, by host, to rw_plan_now_free(): whose config.yaml says the same as ours
 * would, and who is restarted for new settings. */
struct rw_plan_now *rw_changed_now(const struct rw_cluster *cluster,
                                   const struct rw_membership *facts,
                                   const struct rw_decision *decision);
/* Adds C-06 for each node that was deleted while it runs. */
void rw_changed_deleted(const struct rw_cluster *cluster, const struct rw_plan_now *now,
                        struct rw_findings *findings);
/* Adds C-05 for each node that is restarted; it warns where that is allowed. */
void rw_changed_restarts(const struct rw_cluster *cluster, const struct rw_plan_now *now,
                         bool allowed, struct rw_findings *findings);

#endif
