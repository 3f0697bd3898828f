/* SPDX-License-Identifier: Apache-2.0 */
/* An Ansible inventory in YAML: a mapping of groups, each with hosts, children and vars. So are
 * those of kubespray, of lablabs' role and of rke2-ansible. */
#include <string.h>

#include "base/text.h"
#include "cluster/host_list_read.h"

#define VISITS_MAX 20000u /* groups that are looked at: aliases multiply them */
#define MERGES_MAX 4u     /* and lead back to themselves */

struct walk {
    struct host_list_reader *reader;
    struct host_list_groups *groups;
    const struct host_list_text *text;
    size_t visits;
    size_t merges; /* "<<" in each other */
};

static bool is_group(const struct host_list_text *text, const yaml_node_t *node, bool *filled)
{
    static const char *const keys[] = {"hosts", "children", "vars"};
    const char *key;
    const yaml_node_t *value;
    if (node->type == YAML_SCALAR_NODE)
        return !host_list_scalar(node);
    for (size_t at = 0; host_list_pair(text, node, &at, &key, &value); *filled = true)
        if (strcmp(key, keys[0]) != 0 && strcmp(key, keys[1]) != 0 && strcmp(key, keys[2]) != 0)
            return false;
    return node->type == YAML_MAPPING_NODE;
}

bool host_list_is_ansible(const struct host_list_text *text)
{
    const char *key;
    const yaml_node_t *value;
    bool filled = false, good = text->root && text->root->type == YAML_MAPPING_NODE;
    for (size_t at = 0; good && host_list_pair(text, text->root, &at, &key, &value);)
        good = is_group(text, value, &filled);
    return good && filled;
}

/* ---- one group ---- */

/* Those of a group, or with a NULL of the hosts that were put into one last. */
static void read_variables(struct walk *walk, const yaml_node_t *vars, const size_t *group)
{
    const char *key;
    const yaml_node_t *value;
    for (size_t at = 0; host_list_pair(walk->text, vars, &at, &key, &value);) {
        int line = host_list_key_line(walk->text, vars, at);
        const char *scalar = host_list_scalar(value);
        if (strcmp(key, "<<") == 0 && value->type == YAML_MAPPING_NODE) {
            if (walk->merges++ < MERGES_MAX && walk->visits++ < VISITS_MAX)
                read_variables(walk, value, group);
            walk->merges--;
        } else if (group) {
            host_list_group_variable(walk->groups, *group, key, scalar, line);
        } else {
            host_list_host_variable(walk->groups, key, scalar, line);
        }
    }
}

static void read_hosts(struct walk *walk, const yaml_node_t *hosts, size_t group)
{
    const char *name;
    const yaml_node_t *vars;
    if (hosts && hosts->type != YAML_MAPPING_NODE && host_list_scalar(hosts))
        host_list_bad_line(walk->reader, host_list_line(hosts));
    for (size_t at = 0; host_list_pair(walk->text, hosts, &at, &name, &vars);) {
        int line = host_list_key_line(walk->text, hosts, at);
        size_t count = host_list_group_hosts(walk->groups, group, name, line);
        if (count == 0 || host_list_scalar(vars) || vars->type == YAML_SEQUENCE_NODE)
            host_list_bad_line(walk->reader, line);
        read_variables(walk, vars, NULL);
    }
    for (size_t at = 0; host_list_item(walk->text, hosts, &at, &vars);)
        host_list_bad_line(walk->reader, host_list_line(vars));
}

static void read_group(struct walk *walk, const char *name, const yaml_node_t *node, size_t depth)
{
    const char *child;
    const yaml_node_t *value;
    bool filled = false;
    size_t group = host_list_group(walk->groups, name);
    if (walk->visits++ >= VISITS_MAX || depth > 32) {
        walk->reader->beyond++;
        return;
    }
    if (!is_group(walk->text, node, &filled)) {
        host_list_bad_line(walk->reader, host_list_line(node));
        return;
    }
    read_hosts(walk, host_list_get(walk->text, node, "hosts"), group);
    read_variables(walk, host_list_get(walk->text, node, "vars"), &group);
    const yaml_node_t *children = host_list_get(walk->text, node, "children");
    for (size_t at = 0; host_list_pair(walk->text, children, &at, &child, &value);) {
        host_list_group_in(walk->groups, host_list_group(walk->groups, child), group);
        read_group(walk, child, value, depth + 1);
    }
}

void host_list_read_ansible(struct host_list_reader *reader, const struct host_list_text *text)
{
    struct walk walk = {.reader = reader, .groups = host_list_groups_new(reader), .text = text};
    const char *name;
    const yaml_node_t *group;
    for (size_t at = 0; host_list_pair(text, text->root, &at, &name, &group);)
        read_group(&walk, name, group, 0);
    host_list_groups_finish(walk.groups);
    host_list_groups_free(walk.groups);
}
