/* SPDX-License-Identifier: Apache-2.0 */
/* k0sctl.yaml: spec.hosts, each with a role and one way to it. A controller that works too
 * ("controller+worker") is a server, and so is the only node of a cluster ("single"). */
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/host_list_read.h"
#include "cluster/names.h"

bool host_list_is_k0sctl(const struct host_list_text *text)
{
    return host_list_is_api(text, "k0sctl.k0sproject.io");
}

static void read_host(struct host_list_reader *reader, const struct host_list_text *text,
                      const yaml_node_t *host)
{
    static const struct host_list_key keys[] = {
        {"hostname", HOST_LIST_NAME}, {"role", HOST_LIST_ROLE}, {NULL, HOST_LIST_FIELDS}};
    static const struct host_list_key login[] = {{"address", HOST_LIST_ADDRESS},
                                                 {"user", HOST_LIST_USER},
                                                 {"port", HOST_LIST_PORT},
                                                 {"keyPath", HOST_LIST_KEY},
                                                 {NULL, HOST_LIST_FIELDS}};
    static const char *const known[] = {"ssh", "openSSH", NULL}, *const bastion[] = {"bastion",
                                                                                     NULL};
    struct host_list_words words = {0};
    const char *role = host_list_get_scalar(text, host, "role");
    const yaml_node_t *way = host_list_get(text, host, "ssh");
    way = way ? way : host_list_get(text, host, "openSSH");
    if (role && strcmp(role, "single") == 0)
        host_list_set(&words, HOST_LIST_ROLE, "server");
    host_list_take_keys(reader, &words, text, host, keys, known);
    host_list_take_keys(reader, &words, text, way, login, bastion);
    host_list_take_bastion(reader, &words, text, host_list_get(text, way, "bastion"), "keyPath");
    const char *address = words.text[HOST_LIST_ADDRESS];
    if (address && rw_names_is_node(address) && !rw_names_is_ip(address))
        host_list_set(&words, HOST_LIST_NAME, address);
    host_list_add(reader, &words, host_list_line(host), role);
}

void host_list_read_k0sctl(struct host_list_reader *reader, const struct host_list_text *text)
{
    const yaml_node_t *spec = host_list_get(text, text->root, "spec"), *host;
    for (size_t at = 0; host_list_item(text, host_list_get(text, spec, "hosts"), &at, &host);)
        read_host(reader, text, host);
}
