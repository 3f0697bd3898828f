/* SPDX-License-Identifier: Apache-2.0 */
/* Groups of hosts, as Ansible has them: hosts in groups, groups in groups, variables of both. A
 * host may stand in several groups; what they say is put together. */
#include "cluster/host_list_groups.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"

#define GROUPS_MAX 1000u
#define EDGES_MAX  (4 * RW_HOST_LIST_LIMIT) /* hosts in groups, and groups in groups */

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

size_t host_list_group_total(const struct host_list_groups *groups)
{
    return groups->host_count;
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
        {HOST_LIST_ROLE_VARIABLE, HOST_LIST_ROLE},
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
