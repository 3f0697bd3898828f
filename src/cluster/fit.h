/* SPDX-License-Identifier: Apache-2.0 */
/* Values that have to fit each other, for the answers file and for what is being typed alike. Pure:
 * the caller, which knows where the values stand, reports the misfits. */
#ifndef RW_CLUSTER_FIT_H
#define RW_CLUSTER_FIT_H

#include "cluster/cluster.h"
#include "finding/finding.h"

#define RW_FIT_CLUSTER (-1)

struct rw_misfit {
    enum rw_finding_id id;
    int host;          /* whose value it is, or RW_FIT_CLUSTER */
    const char *key;   /* the key of the value in its mapping; NULL: the hosts together. Static. */
    const char *lacks; /* the setting that has to be there beside it (rw_setting_id()), or NULL */
    int other;         /* the host that said the same before; of duplicates alone */
};

/* Adds the finding with {where}, and {other} of a duplicate; gives it, borrowed until the next one,
 * so that the other parameters can be set. NULL: it is not reported. */
typedef struct rw_finding *rw_fit_add(void *context, const struct rw_misfit *misfit);

/* The token against the cluster, the network and the source of RKE2 against its version. */
void rw_fit_settings(const struct rw_cluster *cluster, rw_fit_add *add, void *context);
/* Names and addresses that two hosts have, in the order of the hosts; then the number of servers.
 */
void rw_fit_hosts(const struct rw_cluster *cluster, rw_fit_add *add, void *context);

#endif
