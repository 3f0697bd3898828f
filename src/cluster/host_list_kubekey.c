/* SPDX-License-Identifier: Apache-2.0 */
/* KubeKey: kind Cluster has a list of hosts, and roleGroups with their names; kind Inventory
 * (KubeKey 4) a mapping of hosts with a connector each, and groups of hosts and groups. */
#include <string.h>

#include "base/text.h"
#include "cluster/host_list_read.h"

struct walk {
    struct host_list_reader *reader;
    struct host_list_groups *groups;
    const struct host_list_text *text;
};

bool host_list_is_kubekey(const struct host_list_text *text)
{
    const yaml_node_t *spec = host_list_get(text, text->root, "spec");
    return host_list_is_api(text, "kubekey.kubesphere.io") && host_list_get(text, spec, "hosts");
}

/* ---- hosts ---- */

static void read_login(struct walk *walk, const yaml_node_t *host, const yaml_node_t *way,
                       struct host_list_words *words)
{
    static const struct host_list_key keys[] = {
        {"address", HOST_LIST_ADDRESS},    {"host", HOST_LIST_ADDRESS},
        {"user", HOST_LIST_USER},          {"port", HOST_LIST_PORT},
        {"privateKeyPath", HOST_LIST_KEY}, {"private_key", HOST_LIST_KEY},
        {NULL, HOST_LIST_FIELDS}};
    static const char *const known[] = {
        "name", "internalAddress", "internal_ipv4", "internalIPv4", "connector", "type", NULL};
    static const char *const inner[] = {"internalAddress", "internal_ipv4", "internalIPv4"};
    host_list_take_keys(walk->reader, words, walk->text, way, keys, known);
    if (host != way)
        host_list_take_keys(walk->reader, words, walk->text, host, keys, known);
    for (size_t i = 0; i < sizeof inner / sizeof inner[0]; i++) {
        const char *address = host_list_get_scalar(walk->text, host, inner[i]);
        if (address && words->text[HOST_LIST_ADDRESS] &&
            strcmp(address, words->text[HOST_LIST_ADDRESS]) != 0)
            host_list_leave(walk->reader, HOST_LIST_LEFT_OTHER, inner[i], host_list_line(host));
        host_list_set(words, HOST_LIST_ADDRESS, address);
    }
}

static void read_host(struct walk *walk, const char *name, const yaml_node_t *host, int line)
{
    const yaml_node_t *connector = host_list_get(walk->text, host, "connector");
    if (!name || host_list_group_hosts(walk->groups, 0, name, line) != 1)
        host_list_bad_line(walk->reader, line);
    else
        read_login(walk, host, connector ? connector : host, host_list_host_words(walk->groups));
}

/* ---- groups ---- */

/* A name that is no host of the file is a mistake in it. */
static bool is_host(struct walk *walk, const char *name, size_t group, int line)
{
    size_t total = host_list_group_total(walk->groups);
    return host_list_group_hosts(walk->groups, group, name, line) > 0 &&
           host_list_group_total(walk->groups) == total;
}

static void read_members(struct walk *walk, const yaml_node_t *list, size_t group, bool groups)
{
    const yaml_node_t *item;
    for (size_t at = 0; host_list_item(walk->text, list, &at, &item);) {
        const char *name = host_list_scalar(item);
        if (name && groups)
            host_list_group_in(walk->groups, host_list_group(walk->groups, name), group);
        else if (!name || !is_host(walk, name, group, host_list_line(item)))
            host_list_bad_line(walk->reader, host_list_line(item));
    }
}

static void read_groups(struct walk *walk, const yaml_node_t *groups)
{
    const char *name;
    const yaml_node_t *members;
    for (size_t at = 0; host_list_pair(walk->text, groups, &at, &name, &members);) {
        size_t group = host_list_group(walk->groups, name);
        read_members(walk, members, group, false);
        read_members(walk, host_list_get(walk->text, members, "hosts"), group, false);
        read_members(walk, host_list_get(walk->text, members, "groups"), group, true);
    }
}

void host_list_read_kubekey(struct host_list_reader *reader, const struct host_list_text *text)
{
    struct walk walk = {reader, host_list_groups_new(reader), text};
    const yaml_node_t *spec = host_list_get(text, text->root, "spec"), *host;
    const yaml_node_t *hosts = host_list_get(text, spec, "hosts");
    const char *name;
    for (size_t at = 0; host_list_item(text, hosts, &at, &host);)
        read_host(&walk, host_list_get_scalar(text, host, "name"), host, host_list_line(host));
    for (size_t at = 0; host_list_pair(text, hosts, &at, &name, &host);)
        read_host(&walk, name, host, host_list_key_line(text, hosts, at));
    read_groups(&walk, host_list_get(text, spec, "roleGroups"));
    read_groups(&walk, host_list_get(text, spec, "groups"));
    host_list_groups_finish(walk.groups);
    host_list_groups_free(walk.groups);
}
