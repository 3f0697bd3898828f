/* SPDX-License-Identifier: Apache-2.0 */
/* Differences from an earlier run: nodes that the answers no longer name, hosts that were replaced,
 * settings that cannot be changed any more. Pure. */
#ifndef RW_INSTALL_CHANGED_H
#define RW_INSTALL_CHANGED_H

#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"
#include "install/membership.h"

/* The cluster exists: adds C-01 to C-04. ca is that of the cluster, founder the server to join at.
 */
void rw_changed_judge(const struct rw_cluster *cluster, const struct rw_membership *facts,
                      const char *ca, size_t founder, struct rw_findings *findings);

#endif
