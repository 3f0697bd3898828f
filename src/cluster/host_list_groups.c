/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of hosts, as Ansible has them: hosts in groups, groups in groups, variables of both. A
 * host may stand in several groups; what they say is put together. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"
#include "cluster/names.h"

#define GROUPS_MAX  1000u
#define EDGES_MAX   (4 * RW_HOST_LIST_LIMIT) /* hosts in groups, and groups in groups */
#define CLAIMS_MAX  16                       /* groups of a host that name a role */
#define ROLE_VALUES "rke2_type"              /* the variable by which lablabs' role knows it */

struct group {
    char *name;
    struct host_list_group_role role;
    struct host_list_words vars;
    size_t hosts; /* in it and in the groups in it */
};

struct edge {
    size_t from, to;
};

struct member {
    char *name; /* in the list; the name of the host is in the words */
    struct host_list_words words;
    char *own_address; /* of kubespray: where the other nodes reach it */
    int line;
    enum host_list_rank rank; /* of what names its role; NONE: nothing does */
    bool server;
    const char *from;
};

/* Hosts that are in groups of both roles. */
struct contradiction {
    const char *server, *agent; /* borrowed */
    bool taken_as_server;
    struct rw_buf hosts;
    int line;
};

struct host_list_groups {
    struct host_list_reader *reader;
    struct group *items;
    size_t count;
    struct member *hosts;
    size_t host_count;
    size_t *placed; /* the hosts that were put into a group last */
    size_t placed_count;
    struct edge *places; /* host in group */
    size_t place_count;
    struct edge *parents; /* group in group */
    size_t parent_count;
    bool *in; /* by host and group: whether it is in it, or in a group of it */
    struct contradiction *contradictions;
    size_t contradiction_count;
};

/* ---- making ---- */

struct host_list_groups *host_list_groups_new(struct host_list_reader *reader)
{
    struct host_list_groups *groups = rw_calloc(1, sizeof *groups);
    groups->reader = reader;
    host_list_group(groups, "all");
    return groups;
}

void host_list_groups_free(struct host_list_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++) {
        free(groups->items[i].name);
        host_list_words_done(&groups->items[i].vars);
    }
    for (size_t i = 0; i < groups->host_count; i++) {
        free(groups->hosts[i].name);
        free(groups->hosts[i].own_address);
        host_list_words_done(&groups->hosts[i].words);
    }
    for (size_t i = 0; i < groups->contradiction_count; i++)
        rw_buf_done(&groups->contradictions[i].hosts);
    free(groups->items);
    free(groups->hosts);
    free(groups->placed);
    free(groups->places);
    free(groups->parents);
    free(groups->in);
    free(groups->contradictions);
    free(groups);
}

size_t host_list_group(struct host_list_groups *groups, const char *name)
{
    for (size_t i = 0; i < groups->count; i++)
        if (strcmp(groups->items[i].name, name) == 0)
            return i;
    if (groups->count >= GROUPS_MAX) {
        groups->reader->beyond++;
        return 0;
    }
    struct group *group = rw_array_add(groups->items, groups->count);
    group->name = rw_strdup(name);
    group->role = host_list_group_role(name);
    return groups->count - 1;
}

/* Adds what is not there yet. */
static void add_edge(struct host_list_groups *groups, struct edge **edges, size_t *count,
                     struct edge edge)
{
    for (size_t i = 0; i < *count; i++)
        if ((*edges)[i].from == edge.from && (*edges)[i].to == edge.to)
            return;
    if (*count < EDGES_MAX)
        *rw_array_add(*edges, *count) = edge;
    else
        groups->reader->beyond++;
}

void host_list_group_in(struct host_list_groups *groups, size_t child, size_t parent)
{
    add_edge(groups, &groups->parents, &groups->parent_count, (struct edge){child, parent});
}

/* ---- hosts ---- */

static size_t host_of(struct host_list_groups *groups, const char *name, int line)
{
    for (size_t i = 0; i < groups->host_count; i++)
        if (strcasecmp(groups->hosts[i].name, name) == 0)
            return i;
    struct member *host = rw_array_add(groups->hosts, groups->host_count);
    *host = (struct member){.name = rw_strdup(name), .line = line};
    return groups->host_count - 1;
}

struct placing {
    struct host_list_groups *groups;
    size_t group;
    int line;
};

static void place(void *context, const char *name)
{
    struct placing *placing = context;
    struct host_list_groups *groups = placing->groups;
    if (groups->host_count > RW_HOST_LIST_LIMIT) {
        groups->reader->beyond++;
        return;
    }
    /* With a port behind it, perhaps. */
    struct host_list_words words = {0};
    bool good = host_list_take_endpoint(&words, name, false);
    size_t host = host_of(groups, good ? words.text[HOST_LIST_ADDRESS] : name, placing->line);
    host_list_set(&groups->hosts[host].words, HOST_LIST_PORT, words.text[HOST_LIST_PORT]);
    host_list_set(&groups->hosts[host].words, HOST_LIST_USER, words.text[HOST_LIST_USER]);
    host_list_words_done(&words);
    *rw_array_add(groups->placed, groups->placed_count) = host;
    add_edge(groups, &groups->places, &groups->place_count, (struct edge){host, placing->group});
}

size_t host_list_group_hosts(struct host_list_groups *groups, size_t group, const char *name,
                             int line)
{
    struct placing placing = {groups, group, line};
    struct host_list_words words = {0};
    bool address = *name == '[' && host_list_take_endpoint(&words, name, false);
    host_list_words_done(&words);
    groups->placed_count = 0;
    if (!*name || strchr(name, '='))
        return 0;
    if (address)
        place(&placing, name);
    else
        host_list_expand(name, place, &placing);
    return groups->placed_count;
}

struct host_list_words *host_list_host_words(struct host_list_groups *groups)
{
    return &groups->hosts[groups->placed[0]].words;
}

/* ---- variables ---- */

/* What is so anyway. */
static bool is_granted(const char *name, const char *value)
{
    static const struct {
        const char *name, *value;
    } granted[] = {
        {"ansible_become", "true"},        {"ansible_become", "yes"},
        {"ansible_become", "1"},           {"ansible_become_user", "root"},
        {"ansible_become_method", "sudo"}, {"ansible_connection", "ssh"},
        {"ansible_connection", "smart"},   {"ansible_connection", "paramiko"},
    };
    for (size_t i = 0; value && i < RW_COUNT(granted); i++)
        if (strcmp(granted[i].name, name) == 0 && strcasecmp(granted[i].value, value) == 0)
            return true;
    return false;
}

/* Whether a variable holds options of ssh. */
static bool is_arguments(const char *name)
{
    return rw_text_starts(name, "ansible_ssh_") && rw_text_ends(name, "_args");
}

static void take_variable(struct host_list_reader *reader, struct host_list_words *words,
                          const char *name, const char *value, int line)
{
    static const struct host_list_key keys[] = {
        {"ansible_host", HOST_LIST_ADDRESS},
        {"ansible_ssh_host", HOST_LIST_ADDRESS},
        {"ansible_user", HOST_LIST_USER},
        {"ansible_ssh_user", HOST_LIST_USER},
        {"ansible_port", HOST_LIST_PORT},
        {"ansible_ssh_port", HOST_LIST_PORT},
        {"ansible_ssh_private_key_file", HOST_LIST_KEY},
        {"ansible_private_key_file", HOST_LIST_KEY},
        {ROLE_VALUES, HOST_LIST_ROLE},
    };
    size_t at = 0;
    bool template = value && strstr(value, "{{"); /* what comes of it, only Ansible knows */
    for (size_t i = 0; value && i < RW_COUNT(keys); i++)
        if (strcmp(keys[i].key, name) == 0 && (!template || keys[i].field == HOST_LIST_ADDRESS) &&
            (keys[i].field != HOST_LIST_ROLE || host_list_role(value))) {
            host_list_set(words, keys[i].field, value);
            return;
        }
    if (is_granted(name, value))
        return;
    if (host_list_is_password(name))
        host_list_leave(reader, HOST_LIST_LEFT_PASSWORD, name, line);
    else if (value && !template && is_arguments(name))
        host_list_take_options(reader, words, value, &at, line);
    else
        host_list_leave(reader,
                        is_arguments(name) || strcmp(name, "ansible_connection") == 0
                            ? HOST_LIST_LEFT_WAY
                            : HOST_LIST_LEFT_OTHER,
                        name, line);
}

void host_list_host_variable(struct host_list_groups *groups, const char *name, const char *value,
                             int line)
{
    bool own = value && *value && (strcmp(name, "ip") == 0 || strcmp(name, "access_ip") == 0);
    for (size_t i = 0; i < groups->placed_count; i++) {
        struct member *member = &groups->hosts[groups->placed[i]];
        if (!own)
            take_variable(groups->reader, &member->words, name, value, line);
        else if (!member->own_address)
            member->own_address = rw_strdup(value);
    }
}

void host_list_group_variable(struct host_list_groups *groups, size_t group, const char *name,
                              const char *value, int line)
{
    take_variable(groups->reader, &groups->items[group].vars, name, value, line);
}

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
    host->from = ROLE_VALUES;
    host->server = *role == 's';
    if (differs)
        contradict(groups, host, host->server ? ROLE_VALUES : group,
                   host->server ? group : ROLE_VALUES);
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
