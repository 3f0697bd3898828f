/* SPDX-License-Identifier: Apache-2.0 */
/* Where the setting stands that a start is refused for: the file that counts on the host, and the
 * values that differ. Pure. */
#ifndef RW_INSTALL_ORIGIN_H
#define RW_INSTALL_ORIGIN_H

#include "install/membership.h"

struct rw_origin {
    const struct rw_cluster *cluster;
    const struct rw_membership *facts; /* of each host of the cluster, before the run */
    size_t host;                       /* that is refused */
    size_t founder, anchor;            /* where the others join */
};

/* Adds to a finding of a start what it does not say itself: to a name that is taken, a token that
 * is refused and a server that is not reached the file that sets it, to settings that differ
 * between servers both values with their files. */
void rw_origin_add(const struct rw_origin *origin, struct rw_finding *finding);

#endif
