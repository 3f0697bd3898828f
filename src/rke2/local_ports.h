/* SPDX-License-Identifier: Apache-2.0 */
/* The TCP ports that RKE2 uses on a host for itself alone. Source: RKE2 documentation,
 * "Requirements, Networking"; pkg/podtemplate of rancher/rke2; pkg/etcd of k3s. */
#ifndef RW_RKE2_LOCAL_PORTS_H
#define RW_RKE2_LOCAL_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "cluster/cluster.h"

struct RW_ROW rw_rke2_local_port {
    int port;
    bool server, agent; /* on which role it is used */
    bool every_address; /* bound to all addresses; else to 127.0.0.1 alone */
    const char *use;    /* translatable, completes "RKE2 needs it for …" */
};

/* The table; *count is set. Static. */
const struct rw_rke2_local_port *rw_rke2_local_ports(size_t *count);
/* Gives the ports of a role separated by blanks, to free(). */
char *rw_rke2_local_port_list(enum rw_role role);
/* Whether a process of this name (as in /proc, at most 15 bytes) is one of RKE2's own. */
bool rw_rke2_is_own_process(const char *name);

#endif
