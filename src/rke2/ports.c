/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/ports.h"

#include "base/i18n.h"
#include "base/mem.h"
#include "rke2/rke2.h"

#define CANAL   (1u << RW_CNI_CANAL)
#define CALICO  (1u << RW_CNI_CALICO)
#define CILIUM  (1u << RW_CNI_CILIUM)
#define FLANNEL (1u << RW_CNI_FLANNEL)
#define NONE    (1u << RW_CNI_NONE)
#define ANY     (CANAL | CALICO | CILIUM | FLANNEL | NONE)
#define ALL     RW_PORT_ALL_NODES
#define SERVERS RW_PORT_SERVERS

static const struct rw_port ports[] = {
    {.number = RW_RKE2_API_PORT,
     .from = ALL,
     .to = SERVERS,
     .cnis = ANY,
     .console = true,
     .use = N_("Kubernetes API")},
    {.number = RW_RKE2_SUPERVISOR_PORT,
     .from = ALL,
     .to = SERVERS,
     .cnis = ANY,
     .console = true,
     .use = N_("node registration")},
    {.number = 2379, .from = SERVERS, .to = SERVERS, .cnis = ANY, .use = N_("etcd clients")},
    {.number = 2380,
     .from = SERVERS,
     .to = SERVERS,
     .cnis = ANY,
     .use = N_("between etcd members")},
    {.number = 10250, .from = ALL, .to = ALL, .cnis = ANY, .use = N_("kubelet")},
    {.number = 179,
     .from = ALL,
     .to = ALL,
     .cnis = CALICO,
     .use = N_("routes between nodes (BGP)")},
    {.number = 5473, .from = ALL, .to = ALL, .cnis = CALICO, .use = N_("Calico Typha")},
    {.number = 9098, .from = ALL, .to = ALL, .cnis = CALICO, .use = N_("health of Calico Typha")},
    {.number = 9099,
     .from = ALL,
     .to = ALL,
     .cnis = CANAL | CALICO,
     .use = N_("health of the pod network")},
    {.number = 4240,
     .from = ALL,
     .to = ALL,
     .cnis = CILIUM,
     .use = N_("health of the pod network")},
    {.udp = true,
     .number = 8472,
     .from = ALL,
     .to = ALL,
     .cnis = CANAL | CILIUM,
     .use = N_("pod network (VXLAN)")},
    {.udp = true,
     .number = 4789,
     .from = ALL,
     .to = ALL,
     .cnis = CALICO | FLANNEL,
     .use = N_("pod network (VXLAN)")},
};

const struct rw_port *rw_ports(size_t *count)
{
    *count = RW_COUNT(ports);
    return ports;
}

static bool is(enum rw_port_who who, enum rw_role role)
{
    return who == RW_PORT_ALL_NODES || role == RW_ROLE_SERVER;
}

bool rw_port_of(const struct rw_port *port, enum rw_cni cni, enum rw_role role)
{
    return (port->cnis & 1u << cni) && is(port->to, role);
}

bool rw_port_needed(const struct rw_port *port, enum rw_cni cni, enum rw_role from, enum rw_role to)
{
    return rw_port_of(port, cni, to) && is(port->from, from);
}

const char *rw_port_protocol(const struct rw_port *port)
{
    return port->udp ? "udp" : "tcp";
}

const struct rw_port *rw_port_find(bool udp, int number)
{
    for (size_t i = 0; i < RW_COUNT(ports); i++)
        if (ports[i].udp == udp && ports[i].number == number)
            return &ports[i];
    return NULL;
}
