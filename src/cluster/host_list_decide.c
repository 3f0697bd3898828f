/* SPDX-License-Identifier: Apache-2.0 */
/* What the groups that a host is in make of it: variables, a role, a place in the list or none. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_groups.h"
#include "cluster/names.h"

#define CLAIMS_MAX 16 /* groups of a host that name a role */

/* ---- which host is in which group ---- */

static bool *in_of(const struct host_list_groups *groups, size_t host, size_t group)
{
    return &groups->in[host * groups->count + group];
}

/* The groups of a host, then those that hold them, nearest first; gives their number. */
static size_t groups_of(const struct host_list_groups *groups, size_t host, size_t *list)
{
    size_t count = 0;
    for (size_t i = 0; i < groups->place_count; i++)
        if (groups->places[i].from == host && !*in_of(groups, host, groups->places[i].to)) {
            *in_of(groups, host, groups->places[i].to) = true;
            list[count++] = groups->places[i].to;
        }
    for (size_t at = 0; at < count; at++)
        for (size_t i = 0; i < groups->parent_count; i++)
            if (groups->parents[i].from == list[at] &&
                !*in_of(groups, host, groups->parents[i].to)) {
                *in_of(groups, host, groups->parents[i].to) = true;
                list[count++] = groups->parents[i].to;
            }
    return count;
}

static void inherit(struct host_list_words *words, const struct host_list_words *vars)
{
    bool own_way = words->text[HOST_LIST_JUMP] || words->way_left;
    for (enum host_list_field i = 0; i < HOST_LIST_FIELDS; i++)
        if (i != HOST_LIST_JUMP && i != HOST_LIST_JUMP_KEY)
            host_list_set(words, i, vars->text[i]);
    if (own_way)
        return;
    words->way_left = vars->way_left;
    host_list_set(words, HOST_LIST_JUMP, vars->text[HOST_LIST_JUMP]);
    host_list_set(words, HOST_LIST_JUMP_KEY, vars->text[HOST_LIST_JUMP_KEY]);
}

/* Fills `in`, counts the hosts of each group, and gives each host the variables of its groups. */
static void join_groups(struct host_list_groups *groups)
{
    size_t *list = rw_calloc(groups->count, sizeof *list);
    groups->in = rw_calloc(groups->host_count * groups->count + 1, sizeof *groups->in);
    for (size_t host = 0; host < groups->host_count; host++) {
        size_t count = groups_of(groups, host, list);
        for (size_t i = 0; i < count; i++) {
            inherit(&groups->hosts[host].words, &groups->items[list[i]].vars);
            groups->items[list[i]].hosts++;
        }
        inherit(&groups->hosts[host].words, &groups->items[0].vars);
    }
    free(list);
}

/* ---- roles ---- */

static void contradict(struct host_list_groups *groups, const struct member *host,
                       const char *server, const char *agent)
{
    struct contradiction *known = NULL;
    for (size_t i = 0; i < groups->contradiction_count && !known; i++)
        if (strcmp(groups->contradictions[i].server, server) == 0 &&
            strcmp(groups->contradictions[i].agent, agent) == 0 &&
            groups->contradictions[i].taken_as_server == host->server)
            known = &groups->contradictions[i];
    if (!known) {
        known = rw_array_add(groups->contradictions, groups->contradiction_count);
        *known = (struct contradiction){
            .server = server, .agent = agent, .taken_as_server = host->server, .line = host->line};
    }
    rw_buf_addf(&known->hosts, "%s%s", known->hosts.len ? ", " : "", host->name);
}

/* Whether each host of the one is in the other, which has more. */
static bool is_narrower(const struct host_list_groups *groups, size_t narrow, size_t wide)
{
    if (groups->items[narrow].hosts >= groups->items[wide].hosts)
        return false;
    for (size_t host = 0; host < groups->host_count; host++)
        if (*in_of(groups, host, narrow) && !*in_of(groups, host, wide))
            return false;
    return true;
}

/* The most specific group counts: the one whose name says most, of equal ones the narrowest. Where
 * both roles are left, the host is a server, which does the work of an agent too. */
static void decide_by_groups(struct host_list_groups *groups, size_t index)
{
    struct member *host = &groups->hosts[index];
    size_t claims[CLAIMS_MAX], count = 0;
    const char *names[2] = {NULL, NULL}; /* of agents, of servers */
    for (size_t i = 0; i < groups->count; i++) {
        const struct host_list_group_role *role = &groups->items[i].role;
        if (!*in_of(groups, index, i) || role->rank == HOST_LIST_RANK_NONE ||
            role->rank < host->rank)
            continue;
        if (role->rank > host->rank)
            count = 0;
        host->rank = role->rank;
        if (count < CLAIMS_MAX)
            claims[count++] = i;
    }
    for (size_t i = 0; i < count; i++) {
        const struct group *group = &groups->items[claims[i]];
        bool counts = true;
        for (size_t other = 0; counts && other < count; other++)
            counts = !is_narrower(groups, claims[other], claims[i]);
        if (counts && (!host->from || (group->role.server && !host->server))) {
            host->from = group->name;
            host->server = group->role.server;
        }
        if (!names[group->role.server])
            names[group->role.server] = group->name;
    }
    if (names[0] && names[1] && host->rank == HOST_LIST_RANK_WEAK)
        host->rank = HOST_LIST_RANK_NONE; /* of "web_servers" and "zabbix_agents" neither counts */
    else if (names[0] && names[1])
        contradict(groups, host, names[1], names[0]);
}

/* A variable that names the role says more than any group. */
static void decide(struct host_list_groups *groups, size_t index)
{
    struct member *host = &groups->hosts[index];
    decide_by_groups(groups, index);
    const char *text = host->words.text[HOST_LIST_ROLE];
    const char *role = text ? host_list_role(text) : NULL;
    if (!role)
        return;
    const char *group = host->from;
    bool differs = group && host->server != (*role == 's');
    host->rank = HOST_LIST_RANK_STRONG;
    host->from = HOST_LIST_ROLE_VARIABLE;
    host->server = *role == 's';
    if (differs)
        contradict(groups, host, host->server ? HOST_LIST_ROLE_VARIABLE : group,
                   host->server ? group : HOST_LIST_ROLE_VARIABLE);
}

/* Groups that may be about anything say nothing beside those that are about Kubernetes, nor when
 * they make all hosts the same: "linux_servers". */
static void drop_weak(struct host_list_groups *groups)
{
    size_t certain = 0, servers = 0, agents = 0;
    for (size_t i = 0; i < groups->host_count; i++) {
        const struct member *host = &groups->hosts[i];
        bool weak = host->rank == HOST_LIST_RANK_WEAK || host->rank == HOST_LIST_RANK_NODE;
        certain += host->rank > HOST_LIST_RANK_NODE;
        servers += weak && host->server;
        agents += weak && !host->server;
    }
    bool alike = certain == 0 && (servers == 0 || agents == 0);
    for (size_t i = 0; i < groups->host_count; i++) {
        enum host_list_rank *rank = &groups->hosts[i].rank;
        if ((certain > 0 && *rank == HOST_LIST_RANK_WEAK) || alike)
            *rank = HOST_LIST_RANK_NONE;
    }
}

static void report_contradictions(struct host_list_groups *groups)
{
    for (size_t i = 0; i < groups->contradiction_count; i++) {
        const struct contradiction *both = &groups->contradictions[i];
        struct rw_finding *finding =
            host_list_problem(groups->reader, RW_F_HOST_LIST_BOTH_ROLES, both->line);
        rw_finding_show(finding, "hosts", rw_buf_str(&both->hosts));
        rw_finding_show(finding, "servers", both->server);
        rw_finding_show(finding, "agents", both->agent);
        rw_finding_set(finding, "role",
                       rw_role_name(both->taken_as_server ? RW_ROLE_SERVER : RW_ROLE_AGENT));
    }
}

/* ---- taking over ---- */

/* The name of a host in a list is only a name there, when it could not be that of a node. */
static void name_host(struct host_list_groups *groups, struct member *host)
{
    struct host_list_words *words = &host->words;
    if (words->text[HOST_LIST_ADDRESS] && host->own_address &&
        strcmp(words->text[HOST_LIST_ADDRESS], host->own_address) != 0)
        host_list_leave(groups->reader, HOST_LIST_LEFT_OTHER, "ip", host->line);
    host_list_set(words, HOST_LIST_ADDRESS, host->own_address);
    bool other = words->text[HOST_LIST_ADDRESS] != NULL;
    host_list_set(words, HOST_LIST_ADDRESS, host->name);
    if (rw_names_is_ip(host->name))
        return;
    if (other && !rw_names_is_node(host->name))
        host_list_leave(groups->reader, HOST_LIST_LEFT_OTHER, host->name, host->line);
    else
        host_list_set(words, HOST_LIST_NAME, host->name);
}

/* Whether a host is no machine of the cluster, whatever it is. */
static bool is_outside(const struct host_list_groups *groups, size_t index)
{
    bool outside = strcasecmp(groups->hosts[index].name, "localhost") == 0;
    for (size_t i = 0; i < groups->count && !outside; i++)
        outside = *in_of(groups, index, i) && (strcasecmp(groups->items[i].name, "bastion") == 0 ||
                                               strcasecmp(groups->items[i].name, "jump") == 0);
    return outside;
}

void host_list_groups_finish(struct host_list_groups *groups)
{
    size_t decided = 0;
    join_groups(groups);
    for (size_t i = 0; i < groups->host_count; i++)
        decide(groups, i);
    drop_weak(groups);
    for (size_t i = 0; i < groups->host_count; i++)
        decided += groups->hosts[i].rank != HOST_LIST_RANK_NONE;
    for (size_t i = 0; i < groups->host_count; i++) {
        struct member *host = &groups->hosts[i];
        bool none = host->rank == HOST_LIST_RANK_NONE;
        if (none && (decided > 0 || is_outside(groups, i))) {
            host_list_leave(groups->reader, HOST_LIST_LEFT_HOST, host->name, host->line);
            continue;
        }
        name_host(groups, host);
        if (!none)
            rw_strset(&host->words.text[HOST_LIST_ROLE],
                      rw_role_name(host->server ? RW_ROLE_SERVER : RW_ROLE_AGENT));
        host_list_add(groups->reader, &host->words, host->line, none ? NULL : host->from);
    }
    report_contradictions(groups);
}
