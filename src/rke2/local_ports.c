/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/local_ports.h"

#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

static const struct rw_rke2_local_port ports[] = {
    {.port = 2381, .server = true, .use = N_("etcd metrics")},
    {.port = 2382, .server = true, .use = N_("local etcd")},
    {.port = 6443, .agent = true, .use = N_("access of the agent to the Kubernetes API")},
    {.port = 6444, .server = true, .agent = true, .use = N_("access of the node to the servers")},
    {.port = 10010, .server = true, .agent = true, .use = N_("containerd")},
    {.port = 10248, .server = true, .agent = true, .use = N_("health checks of the kubelet")},
    {.port = 10249, .server = true, .agent = true, .use = N_("kube-proxy metrics")},
    {.port = 10256,
     .server = true,
     .agent = true,
     .every_address = true,
     .use = N_("health checks of kube-proxy")},
    {.port = 10257, .server = true, .use = N_("kube-controller-manager")},
    {.port = 10258, .server = true, .use = N_("cloud-controller-manager")},
    {.port = 10259, .server = true, .use = N_("kube-scheduler")},
};

const struct rw_rke2_local_port *rw_rke2_local_ports(size_t *count)
{
    *count = RW_COUNT(ports);
    return ports;
}

char *rw_rke2_local_port_list(enum rw_role role)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < RW_COUNT(ports); i++)
        if (role == RW_ROLE_SERVER ? ports[i].server : ports[i].agent)
            rw_buf_addf(&out, "%s%d", out.len ? " " : "", ports[i].port);
    return rw_buf_take(&out);
}

bool rw_rke2_is_own_process(const char *name)
{
    static const char *const names[] = {"rke2", "etcd", "kubelet", "containerd", "cilium-agent"};
    /* kube-apiserver, kube-controller-manager, cloud-controller-manager, … */
    static const char *const beginnings[] = {"kube-", "cloud-control", "containerd-shim"};
    for (size_t i = 0; i < RW_COUNT(names); i++)
        if (strcmp(name, names[i]) == 0)
            return true;
    for (size_t i = 0; i < RW_COUNT(beginnings); i++)
        if (rw_text_starts(name, beginnings[i]))
            return true;
    return false;
}
