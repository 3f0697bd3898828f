/* SPDX-License-Identifier: Apache-2.0 */
/* Routes, addresses, the way out, name servers and ports of a host. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/host_judge_parts.h"
#include "cluster/names.h"
#include "rke2/local_ports.h"
#include "rke2/rke2.h"

void host_judge_default_route(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    bool there = facts->default_route;
    host_judge_state(judge, RW_CHECK_DEFAULT_ROUTE,
                     host_state_of(facts->routes_read || there, there), NULL,
                     there ? facts->default_interface : _("none"), _("present"));
}

/* ---- the cluster's networks ---- */

/* Source: RKE2 documentation, "Server Configuration Reference": cluster-cidr, service-cidr. */
static const struct RW_ROW {
    uint32_t network, mask;
    const char *cidr, *use;
} cluster_networks[] = {
    {.network = 0x0a2a0000, .mask = 0xffff0000, .cidr = "10.42.0.0/16", .use = N_("pods")},
    {.network = 0x0a2b0000, .mask = 0xffff0000, .cidr = "10.43.0.0/16", .use = N_("services")},
};

/* Interfaces that RKE2's own network makes. */
static bool is_pod_interface(const char *name)
{
    static const char *const beginnings[] = {"cali", "flannel", "cni", "vxlan.calico",
                                             "tunl", "cilium",  "lxc", "kube-"};
    for (size_t i = 0; i < RW_COUNT(beginnings); i++)
        if (rw_text_starts(name, beginnings[i]))
            return true;
    return false;
}

static int mask_bits(uint32_t mask)
{
    int bits = 0;
    for (; mask & 0x80000000u; mask <<= 1)
        bits++;
    return bits;
}

static char *route_text(const struct rw_route_facts *route)
{
    uint32_t n = route->network;
    return rw_asprintf("%u.%u.%u.%u/%d", n >> 24, n >> 16 & 255, n >> 8 & 255, n & 255,
                       mask_bits(route->mask));
}

/* The index of the cluster's network that overlaps, or -1. Halves of everything, as tunnels set
 * them, are default routes. */
static int overlap(uint32_t network, uint32_t mask)
{
    for (size_t i = 0; mask_bits(mask) > 1 && i < RW_COUNT(cluster_networks); i++) {
        uint32_t common = mask & cluster_networks[i].mask;
        if ((network & common) == (cluster_networks[i].network & common))
            return (int)i;
    }
    return -1;
}

static void add_overlap(struct host_judge *judge, const char *found, const char *where, int which)
{
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_NETWORKS, HOST_BAD, NULL, found, NULL);
    if (!finding)
        return;
    rw_finding_set(finding, "found", found);
    rw_finding_set(finding, "where", where);
    rw_finding_set(finding, "cidr", cluster_networks[which].cidr);
    rw_finding_set(finding, "_use", cluster_networks[which].use);
}

/* A route that is wider than the cluster's network takes only the hosts in it away from pods. */
static void soften(struct host_judge *judge)
{
    struct rw_host_row *row = &judge->verdicts->rows[judge->verdicts->row_count - 1];
    if (row->severity != RW_SEVERITY_FAIL)
        return;
    row->severity = RW_SEVERITY_WARN;
    judge->verdicts->findings.items[row->finding].severity = RW_SEVERITY_WARN;
}

static size_t judge_routes(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    size_t bad = 0;
    for (size_t i = 0; i < facts->route_count; i++) {
        const struct rw_route_facts *route = &facts->routes[i];
        int which = overlap(route->network, route->mask);
        if (which < 0 || (facts->ours && is_pod_interface(route->interface)))
            continue;
        char *text = route_text(route);
        size_t before = judge->verdicts->row_count;
        add_overlap(judge, text, route->interface, which);
        if (judge->verdicts->row_count > before &&
            mask_bits(route->mask) < mask_bits(cluster_networks[which].mask))
            soften(judge);
        free(text);
        bad++;
    }
    return bad;
}

void host_judge_networks(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    size_t bad = judge_routes(judge);
    struct in_addr address;
    if (inet_pton(AF_INET, judge->host->address, &address) == 1) {
        int which = overlap(ntohl(address.s_addr), 0xffffffffu);
        if (which >= 0 && bad == 0)
            add_overlap(judge, judge->host->address, judge->host->name, which);
        bad += which >= 0;
    }
    if (bad == 0)
        host_judge_state(judge, RW_CHECK_NETWORKS, host_state_of(facts->routes_read, true), NULL,
                         _("no overlap"), "10.42.0.0/16, 10.43.0.0/16");
}

/* ---- the address of the node ---- */

static bool same_address(const char *a, const char *b)
{
    char *one = rw_names_canonical(a), *other = rw_names_canonical(b);
    bool same = strcmp(one, other) == 0;
    free(one);
    free(other);
    return same;
}

/* Whether the address is in a list with commas. */
static bool has_address(const char *list, const char *address)
{
    for (const char *at = list; *at;) {
        size_t length = strcspn(at, ",");
        char *one = rw_strndup(at, length);
        bool same = same_address(one, address);
        free(one);
        if (same)
            return true;
        at += length + (at[length] == ',');
    }
    return false;
}

/* Source: pkg/cli/agent of k3s: the address of the interface that the default route uses, unless
 * node-ip is set. */
void host_judge_node_address(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    const char *address = judge->host->address;
    struct rw_buf others = {0};
    bool good = !rw_names_is_ip(address), any = false;
    char *chosen = rw_rke2_effective_text(&facts->config.effective, "node-ip");
    for (size_t i = 0; i < facts->own_count; i++) {
        const struct rw_own_facts *own = &facts->own[i];
        if (facts->default_interface && strcmp(own->interface, facts->default_interface) != 0)
            continue;
        if (!strchr(own->address, ':') != !strchr(address, ':'))
            continue;
        any = true;
        good = good || same_address(own->address, address);
        if (others.len < 200)
            rw_buf_addf(&others, "%s%s", others.len ? ", " : "", own->address);
    }
    if (*chosen) {
        any = true;
        good = good || has_address(chosen, address);
        rw_buf_done(&others);
        rw_buf_adds(&others, chosen);
    }
    free(chosen);
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_NODE_ADDRESS, host_state_of(any || good, good), NULL,
                         good ? address : others.data, address);
    if (finding)
        rw_finding_set(finding, "found", others.data);
    rw_buf_done(&others);
}

/* ---- the way out ---- */

/* Source: EXIT CODES of curl(1); EXIT STATUS of wget(1). */
static const char *reason_of(const struct rw_url_facts *url)
{
    static const struct RW_ROW {
        bool curl;
        int status;
        const char *reason;
    } reasons[] = {
        {.curl = true, .status = 5, .reason = N_("the name of the proxy cannot be resolved")},
        {.curl = true,
         .status = 6,
         .reason = N_("the name servers of the host cannot resolve the name")},
        {.curl = true,
         .status = 106, /* host-facts.sh */
         .reason = N_("the name servers of the host do not answer in time")},
        {.curl = true, .status = 7, .reason = N_("the connection was refused")},
        {.curl = true, .status = 28, .reason = N_("no answer in time")},
        {.curl = true, .status = 35, .reason = N_("the TLS handshake failed")},
        {.curl = true,
         .status = 56,
         .reason = N_("the connection was closed early, perhaps by the proxy")},
        {.curl = true, .status = 60, .reason = N_("the certificate is not trusted")},
        {.curl = true, .status = 97, .reason = N_("the proxy rejected the request")},
        {.status = 4, .reason = N_("the connection was refused")},
        {.status = 5, .reason = N_("the certificate is not trusted")},
        {.status = 124, .reason = N_("no answer in time")},
    };
    for (size_t i = 0; i < RW_COUNT(reasons); i++)
        if (reasons[i].curl == url->curl && reasons[i].status == url->status)
            return reasons[i].reason;
    return N_("the connection failed");
}

void host_judge_way_out(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    for (size_t i = 0; i < facts->url_count; i++) {
        const struct rw_url_facts *url = &facts->urls[i];
        struct rw_finding *finding =
            host_judge_state(judge, RW_CHECK_WAY_OUT, url->reached ? HOST_GOOD : HOST_BAD, url->url,
                             url->reached ? _("reachable") : _(reason_of(url)), _("reachable"));
        if (!finding)
            continue;
        rw_finding_set(finding, "url", url->url);
        rw_finding_set(finding, "_reason", reason_of(url));
        rw_finding_set(finding, "proxy", facts->proxy ? facts->proxy : "-");
    }
    char *wanted = rw_rke2_way_out(judge->cluster);
    bool none = !*wanted;
    free(wanted);
    /* All of it lies on the host. */
    if (facts->url_count == 0 && none)
        host_judge_state(judge, RW_CHECK_WAY_OUT, HOST_GOOD, NULL, _("not needed"), NULL);
    else if (facts->url_count == 0)
        host_judge_state(judge, RW_CHECK_WAY_OUT, HOST_UNKNOWN, NULL, NULL, _("reachable"));
}

void host_judge_resolver(struct host_judge *judge)
{
    const struct rw_host_facts *facts = judge->facts;
    struct rw_buf found = {0};
    bool good = false;
    for (size_t i = 0; i < facts->resolver_count; i++) {
        const char *address = facts->resolvers[i];
        good = good || (!rw_text_starts(address, "127.") && strcmp(address, "::1") != 0);
        if (found.len < 200)
            rw_buf_addf(&found, "%s%s", found.len ? ", " : "", address);
    }
    const char *text = found.len ? found.data : _("none");
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_RESOLVER, host_state_of(facts->resolvers_read, good), NULL,
                         text, _("not a loopback address"));
    if (finding)
        rw_finding_set(finding, "found", found.len ? found.data : "-");
    rw_buf_done(&found);
}

/* ---- ports ---- */

static bool in_the_way(const struct rw_listener_facts *listener,
                       const struct rw_rke2_local_port *port)
{
    static const char *const addresses[] = {
        "*", "0.0.0.0", "[::]", "::", ":::", "127.0.0.1", "[::ffff:127.0.0.1]"};
    for (size_t i = 0; i < RW_COUNT(addresses); i++)
        if (strcmp(listener->address, addresses[i]) == 0)
            return true;
    return port->every_address;
}

/* The listener that keeps RKE2 from the port, or NULL. */
static const struct rw_listener_facts *taken_by(const struct rw_host_facts *facts,
                                                const struct rw_rke2_local_port *port)
{
    for (size_t i = 0; i < facts->listener_count; i++) {
        const struct rw_listener_facts *listener = &facts->listeners[i];
        if (listener->port == port->port && in_the_way(listener, port) &&
            !(facts->ours && rw_rke2_is_own_process(listener->process)))
            return listener;
    }
    return NULL;
}

static void add_taken(struct host_judge *judge, const struct rw_rke2_local_port *port,
                      const struct rw_listener_facts *listener)
{
    char *item = rw_asprintf("%d/tcp", port->port), *number = rw_asprintf("%d", port->port);
    char *found = rw_asprintf("%s, pid %s", listener->process, listener->pid);
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_LOCAL_PORTS, HOST_BAD, item, found, _("free"));
    if (finding) {
        rw_finding_set(finding, "taken", number);
        rw_finding_set(finding, "process", listener->process);
        rw_finding_set(finding, "pid", listener->pid);
        rw_finding_set(finding, "unit", listener->unit);
        rw_finding_set(finding, "_use", port->use);
    }
    free(item);
    free(number);
    free(found);
}

void host_judge_local_ports(struct host_judge *judge)
{
    size_t count, bad = 0;
    const struct rw_rke2_local_port *ports = rw_rke2_local_ports(&count);
    bool server = judge->host->role == RW_ROLE_SERVER;
    for (size_t i = 0; i < count; i++) {
        const struct rw_listener_facts *listener =
            (server ? ports[i].server : ports[i].agent) ? taken_by(judge->facts, &ports[i]) : NULL;
        if (listener)
            add_taken(judge, &ports[i], listener);
        bad += listener != NULL;
    }
    if (bad > 0)
        return;
    char *list = rw_rke2_local_port_list(judge->host->role);
    host_judge_state(judge, RW_CHECK_LOCAL_PORTS, host_state_of(judge->facts->listeners_read, true),
                     NULL, _("free"), list);
    free(list);
}
