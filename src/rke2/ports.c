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
    {false, RW_RKE2_API_PORT, ALL, SERVERS, ANY, true, N_("Kubernetes API")},
    {false, RW_RKE2_SUPERVISOR_PORT, ALL, SERVERS, ANY, true, N_("registration of nodes")},
    {false, 2379, SERVERS, SERVERS, ANY, false, N_("etcd clients")},
    {false, 2380, SERVERS, SERVERS, ANY, false, N_("etcd members among themselves")},
    {false, 10250, ALL, ALL, ANY, false, N_("kubelet")},
    {false, 179, ALL, ALL, CALICO, false, N_("routes between nodes (BGP)")},
    {false, 5473, ALL, ALL, CALICO, false, N_("Calico Typha")},
    {false, 9098, ALL, ALL, CALICO, false, N_("health of Calico Typha")},
    {false, 9099, ALL, ALL, CANAL | CALICO, false, N_("health of the pod network")},
    {false, 4240, ALL, ALL, CILIUM, false, N_("health of the pod network")},
    {true, 8472, ALL, ALL, CANAL | CILIUM, false, N_("pod network (VXLAN)")},
    {true, 4789, ALL, ALL, CALICO | FLANNEL, false, N_("pod network (VXLAN)")},
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
