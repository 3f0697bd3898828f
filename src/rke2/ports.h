/* SPDX-License-Identifier: Apache-2.0 */
/* The ports that nodes have to reach each other on. Source: RKE2 documentation, "Requirements",
 * Networking; ports of NodePort services and of an ingress are not among them, nor is 2381, which
 * is open only with etcd-expose-metrics. */
#ifndef RW_RKE2_PORTS_H
#define RW_RKE2_PORTS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "cluster/cluster.h"
#include "cluster/cni.h"

enum rw_port_who {
    RW_PORT_ALL_NODES,
    RW_PORT_SERVERS,
};

struct RW_ROW rw_port {
    bool udp;
    int number;
    enum rw_port_who from, to;
    unsigned cnis;   /* bit 1u << enum rw_cni for each CNI that needs it */
    bool console;    /* users, and this program, come in here too */
    const char *use; /* translatable */
};

#define RW_PORTS_MAX 16 /* of one host, at most */

/* All of them; the count in *count. Static. */
const struct rw_port *rw_ports(size_t *count);
/* Whether a host of role `from` must reach this port on another of role `to`. */
bool rw_port_needed(const struct rw_port *port, enum rw_cni cni, enum rw_role from,
                    enum rw_role to);
/* Whether a host of this role must be reached on it by anybody. */
bool rw_port_of(const struct rw_port *port, enum rw_cni cni, enum rw_role role);
/* "tcp" or "udp"; static. */
const char *rw_port_protocol(const struct rw_port *port);
/* The port of the table, or NULL. */
const struct rw_port *rw_port_find(bool udp, int number);

#endif
