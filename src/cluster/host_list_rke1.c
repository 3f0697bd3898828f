/* SPDX-License-Identifier: Apache-2.0 */
/* cluster.yml of RKE1: nodes with a list of roles each, a key and a jump host for all. A node of
 * etcd alone has no counterpart: RKE2 runs etcd on its servers. */
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/text.h"
#include "cluster/host_list_read.h"
#include "cluster/names.h"

bool host_list_is_rke1(const struct host_list_text *text)
{
    const yaml_node_t *node = NULL;
    size_t at = 0;
    return host_list_item(text, host_list_get(text, text->root, "nodes"), &at, &node) &&
           host_list_get(text, node, "address") && host_list_get(text, node, "role");
}

/* "controlplane,worker"; to rw_buf_done(). */
static struct rw_buf roles_of(const struct host_list_text *text, const yaml_node_t *roles)
{
    struct rw_buf out = {0};
    const yaml_node_t *role;
    const char *single = host_list_scalar(roles);
    if (single)
        rw_buf_adds(&out, single);
    for (size_t at = 0; host_list_item(text, roles, &at, &role);) {
        const char *word = host_list_scalar(role);
        rw_buf_addf(&out, "%s%s", out.len ? "," : "", word ? word : "?");
    }
    return out;
}

static void read_node(struct host_list_reader *reader, const struct host_list_text *text,
                      const yaml_node_t *node)
{
    static const struct host_list_key keys[] = {{"hostname_override", HOST_LIST_NAME},
                                                {"address", HOST_LIST_ADDRESS},
                                                {"user", HOST_LIST_USER},
                                                {"port", HOST_LIST_PORT},
                                                {"ssh_key_path", HOST_LIST_KEY},
                                                {NULL, HOST_LIST_FIELDS}};
    static const char *const known[] = {"role", "internal_address", NULL};
    struct host_list_words words = {0};
    struct rw_buf roles = roles_of(text, host_list_get(text, node, "role"));
    const char *inside = host_list_get_scalar(text, node, "internal_address");
    host_list_take_keys(reader, &words, text, node, keys, known);
    const char *address = words.text[HOST_LIST_ADDRESS];
    if (inside && !rw_text_equal(inside, address))
        host_list_leave(reader, HOST_LIST_LEFT_OTHER, "internal_address", host_list_line(node));
    if (address && rw_names_is_node(address) && !rw_names_is_ip(address))
        host_list_set(&words, HOST_LIST_NAME, address);
    host_list_set(&words, HOST_LIST_KEY, host_list_get_scalar(text, text->root, "ssh_key_path"));
    host_list_take_bastion(reader, &words, text, host_list_get(text, text->root, "bastion_host"),
                           "ssh_key_path");
    if (strcmp(rw_buf_str(&roles), "etcd") == 0) {
        host_list_leave(reader, HOST_LIST_LEFT_HOST, address ? address : "?", host_list_line(node));
    } else {
        host_list_set(&words, HOST_LIST_ROLE, rw_buf_str(&roles));
        host_list_add(reader, &words, host_list_line(node), NULL);
    }
    host_list_words_done(&words);
    rw_buf_done(&roles);
}

void host_list_read_rke1(struct host_list_reader *reader, const struct host_list_text *text)
{
    static const char *const known[] = {"nodes", "ssh_key_path", "bastion_host", NULL};
    static const struct host_list_key none[] = {{NULL, HOST_LIST_FIELDS}};
    struct host_list_words words = {0};
    const yaml_node_t *node;
    for (size_t at = 0; host_list_item(text, host_list_get(text, text->root, "nodes"), &at, &node);)
        read_node(reader, text, node);
    host_list_take_keys(reader, &words, text, text->root, none, known);
}
