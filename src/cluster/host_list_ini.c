/* SPDX-License-Identifier: Apache-2.0 */
/* An Ansible inventory: hosts in groups, variables behind a host, of a group ([group:vars]), and
 * groups of groups ([group:children]). A host may stand in several groups; what they say is put
 * together. */
#include <ctype.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"

#define GROUPS_MAX  1000u /* what goes beyond is left out, with a finding */
#define MEMBERS_MAX (4 * RW_HOST_LIST_LIMIT)

struct group {
    char *name;
    struct host_list_words vars;
    size_t *parents;
    size_t parent_count;
};

struct member {
    size_t group;
    size_t host;
};

struct inventory {
    struct group *groups;
    size_t group_count;
    size_t all; /* the group that holds everything */
    struct inventory_host {
        struct host_list_words words;
        int line;
    } *hosts;
    size_t host_count;
    struct member *members;
    size_t member_count;
};

enum section {
    SECTION_HOSTS,
    SECTION_VARS,
    SECTION_CHILDREN,
};

/* ---- finding and making ---- */

static size_t group_of(struct inventory *inventory, const char *name)
{
    for (size_t i = 0; i < inventory->group_count; i++)
        if (strcmp(inventory->groups[i].name, name) == 0)
            return i;
    rw_array_add(inventory->groups, inventory->group_count)->name = rw_strdup(name);
    return inventory->group_count - 1;
}

static size_t host_of(struct inventory *inventory, const char *name, int line)
{
    for (size_t i = 0; i < inventory->host_count; i++)
        if (strcasecmp(inventory->hosts[i].words.text[HOST_LIST_NAME], name) == 0)
            return i;
    struct inventory_host *host = rw_array_add(inventory->hosts, inventory->host_count);
    host->words.text[HOST_LIST_NAME] = rw_strdup(name);
    host->line = line;
    return inventory->host_count - 1;
}

static void inventory_done(struct inventory *inventory)
{
    for (size_t i = 0; i < inventory->group_count; i++) {
        free(inventory->groups[i].name);
        free(inventory->groups[i].parents);
        host_list_words_done(&inventory->groups[i].vars);
    }
    for (size_t i = 0; i < inventory->host_count; i++)
        host_list_words_done(&inventory->hosts[i].words);
    free(inventory->groups);
    free(inventory->hosts);
    free(inventory->members);
}

/* ---- lines ---- */

/* The word at *at, up to a blank outside of quotes, without the quotes; NULL at the end or a
 * comment. To free(). */
static char *take_word(const char *line, size_t length, size_t *at)
{
    while (*at < length && isspace((unsigned char)line[*at]))
        (*at)++;
    if (*at >= length || line[*at] == '#' || line[*at] == ';')
        return NULL;
    char *word = rw_calloc(length + 1, 1);
    size_t used = 0;
    char quote = '\0';
    for (; *at < length && (quote || !isspace((unsigned char)line[*at])); (*at)++) {
        if (quote ? line[*at] == quote : strchr("\"'", line[*at]) != NULL)
            quote = quote ? '\0' : line[*at];
        else
            word[used++] = line[*at];
    }
    return word;
}

/* Takes over "ansible_host=…" and the like; variables of other meaning are no matter of ours. */
static void take_variable(struct host_list_words *words, const char *name, const char *value)
{
    static const struct {
        const char *name;
        enum host_list_field field;
    } names[] = {
        {"ansible_host", HOST_LIST_ADDRESS},
        {"ansible_ssh_host", HOST_LIST_ADDRESS},
        {"ansible_user", HOST_LIST_USER},
        {"ansible_ssh_user", HOST_LIST_USER},
        {"ansible_port", HOST_LIST_PORT},
        {"ansible_ssh_port", HOST_LIST_PORT},
        {"ansible_ssh_private_key_file", HOST_LIST_KEY},
        {"ansible_private_key_file", HOST_LIST_KEY},
    };
    for (size_t i = 0; i < RW_COUNT(names); i++)
        if (strcmp(names[i].name, name) == 0 && !words->text[names[i].field])
            words->text[names[i].field] = rw_strdup(value);
}

static void take_pair(struct host_list_words *words, char *word)
{
    char *equals = strchr(word, '=');
    if (equals) {
        *equals = '\0';
        take_variable(words, word, equals + 1);
    }
}

static bool read_host(struct inventory *inventory, size_t group, const char *line, size_t length,
                      int number)
{
    size_t at = 0;
    char *name = take_word(line, length, &at);
    if (!name)
        return true;
    /* Ranges such as web[1:9] are not read. */
    if (strpbrk(name, "[]=") || inventory->member_count >= MEMBERS_MAX) {
        free(name);
        return false;
    }
    size_t host = host_of(inventory, name, number);
    *rw_array_add(inventory->members, inventory->member_count) = (struct member){group, host};
    for (char *word; (word = take_word(line, length, &at));) {
        take_pair(&inventory->hosts[host].words, word);
        free(word);
    }
    free(name);
    return true;
}

/* "name = value", with blanks around the sign or not. */
static void read_vars(struct group *group, const char *line, size_t length)
{
    const char *equals = memchr(line, '=', length);
    if (!equals)
        return;
    size_t at = 0, rest = (size_t)(equals - line) + 1, value_at = rest;
    char *name = take_word(line, (size_t)(equals - line), &at);
    char *value = take_word(line, length, &value_at);
    if (name && value)
        take_variable(&group->vars, name, value);
    free(name);
    free(value);
}

static void read_child(struct inventory *inventory, size_t parent, const char *line, size_t length)
{
    size_t at = 0;
    char *name = take_word(line, length, &at);
    if (!name || inventory->group_count >= GROUPS_MAX) {
        free(name);
        return;
    }
    size_t child = group_of(inventory, name);
    struct group *group = &inventory->groups[child];
    bool known = group->parent_count >= GROUPS_MAX;
    for (size_t i = 0; i < group->parent_count && !known; i++)
        known = group->parents[i] == parent;
    if (!known)
        *rw_array_add(group->parents, group->parent_count) = parent;
    free(name);
}

/* "[group]", "[group:vars]", "[group:children]". */
static bool read_section(struct inventory *inventory, const char *line, size_t length,
                         size_t *group, enum section *section)
{
    const char *end = memchr(line, ']', length);
    if (!end || inventory->group_count >= GROUPS_MAX)
        return false;
    char *name = rw_strndup(line + 1, (size_t)(end - line) - 1);
    char *kind = strchr(name, ':');
    if (kind)
        *kind++ = '\0';
    *section = !kind                           ? SECTION_HOSTS
               : strcmp(kind, "vars") == 0     ? SECTION_VARS
               : strcmp(kind, "children") == 0 ? SECTION_CHILDREN
                                               : SECTION_HOSTS;
    *group = group_of(inventory, name);
    free(name);
    return true;
}

static void read_lines(struct host_list_reader *reader, struct inventory *inventory,
                       const char *text)
{
    size_t group = group_of(inventory, "ungrouped"), length;
    enum section section = SECTION_HOSTS;
    const char *line;
    for (int number = 1; rw_text_line(&text, &line, &length); number++) {
        bool good = true;
        while (length > 0 && isspace((unsigned char)*line)) {
            line++;
            length--;
        }
        if (length > 0 && *line == '[')
            good = read_section(inventory, line, length, &group, &section);
        else if (section == SECTION_HOSTS)
            good = read_host(inventory, group, line, length, number);
        else if (section == SECTION_VARS)
            read_vars(&inventory->groups[group], line, length);
        else
            read_child(inventory, group, line, length);
        if (!good)
            host_list_show(host_list_problem(reader, RW_F_HOST_LIST_LINE, number), "line", line,
                           length);
    }
}

/* ---- roles and variables of groups ---- */

/* The role by the name of a group: rke2_servers, kube-node, …; or NULL. */
static const char *role_by_name(const char *name)
{
    static const struct {
        const char *part, *role;
    } parts[] = {
        {"server", "server"},        {"master", "server"},       {"control_plane", "server"},
        {"control-plane", "server"}, {"controlplane", "server"}, {"agent", "agent"},
        {"worker", "agent"},         {"kube_node", "agent"},     {"kube-node", "agent"},
    };
    for (size_t i = 0; i < RW_COUNT(parts); i++)
        if (strcasestr(name, parts[i].part))
            return parts[i].role;
    return NULL;
}

/* A list of groups, each once. */
struct group_list {
    size_t *items;
    size_t count;
};

static void add_group(struct group_list *list, size_t group)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->items[i] == group)
            return;
    *rw_array_add(list->items, list->count) = group;
}

/* The groups of a host, then those that hold them, nearest first; items to free(). */
static struct group_list groups_of(const struct inventory *inventory, size_t host)
{
    struct group_list list = {0};
    for (size_t i = 0; i < inventory->member_count; i++)
        if (inventory->members[i].host == host)
            add_group(&list, inventory->members[i].group);
    for (size_t i = 0; i < list.count; i++) {
        const struct group *group = &inventory->groups[list.items[i]];
        for (size_t parent = 0; parent < group->parent_count; parent++)
            add_group(&list, group->parents[parent]);
    }
    return list;
}

static void inherit(struct host_list_words *words, const struct group *group)
{
    for (size_t i = 0; i < HOST_LIST_FIELDS; i++)
        if (!words->text[i])
            words->text[i] = rw_strdup(group->vars.text[i]);
}

static void complete(struct inventory *inventory, size_t index)
{
    struct host_list_words *words = &inventory->hosts[index].words;
    struct group_list groups = groups_of(inventory, index);
    for (size_t i = 0; i < groups.count; i++) {
        const struct group *group = &inventory->groups[groups.items[i]];
        const char *role = role_by_name(group->name);
        if (role && !words->text[HOST_LIST_ROLE])
            words->text[HOST_LIST_ROLE] = rw_strdup(role);
        inherit(words, group);
    }
    free(groups.items);
    inherit(words, &inventory->groups[inventory->all]);
    /* Without ansible_host the name is the address, as Ansible has it. */
    if (!words->text[HOST_LIST_ADDRESS])
        words->text[HOST_LIST_ADDRESS] = rw_strdup(words->text[HOST_LIST_NAME]);
}

void host_list_read_ini(struct host_list_reader *reader, const char *text)
{
    struct inventory inventory = {0};
    inventory.all = group_of(&inventory, "all");
    read_lines(reader, &inventory, text);
    for (size_t i = 0; i < inventory.host_count; i++) {
        complete(&inventory, i);
        host_list_add(reader, &inventory.hosts[i].words, inventory.hosts[i].line);
    }
    inventory_done(&inventory);
}
