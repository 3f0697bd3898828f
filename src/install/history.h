/* SPDX-License-Identifier: Apache-2.0 */
/* What earlier runs on this console knew. */
#ifndef RW_INSTALL_HISTORY_H
#define RW_INSTALL_HISTORY_H

#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"

/* Adds to the cluster each host of these names that it does not have, as the newest run in the
 * journal knew it: with address, role and login, and line 0. 0; or RW_ENOTFOUND with U-05 for each
 * name that no run knew. */
int rw_history_add_hosts(struct rw_cluster *cluster, const char *const *names, size_t count,
                         struct rw_findings *findings);

#endif
