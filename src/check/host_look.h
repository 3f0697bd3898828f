/* SPDX-License-Identifier: Apache-2.0 */
/* Asks a host about the machine that it is: data/node/host-facts.sh, which host_facts.h reads. */
#ifndef RW_CHECK_HOST_LOOK_H
#define RW_CHECK_HOST_LOOK_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"
#include "remote/remote.h"

struct rw_host_look {
    const struct rw_cluster *cluster;
    size_t host;
    /* Also what takes seconds: the disk, the clock, the ways out and the folder of RKE2. Without it
     * only role and registration name of the cluster matter. */
    bool measure;
    void (*done)(void *context, const struct rw_remote_result *result); /* once */
    void *context;
};

/* How many seconds a host waits before it asks name servers and others that all hosts ask: not more
 * than thirty begin at once. As a parameter of a script, to free(). */
char *rw_host_stagger(size_t host);

/* look is read at once. The job is ended by rw_remote_cancel(), or with remote. */
struct rw_remote_job *rw_host_look(struct rw_remote *remote, const struct rw_host_look *look);

#endif
