/* SPDX-License-Identifier: Apache-2.0 */
/* A list in YAML or JSON: of names and addresses, or of mappings whose keys are those of the
 * columns of a table, as in the plan of k3sup ("hostname", "ip"). */
#include "cluster/host_list_read.h"

bool host_list_is_records(const struct host_list_text *text)
{
    const yaml_node_t *item;
    size_t count = 0;
    for (size_t at = 0; host_list_item(text, text->root, &at, &item); count++)
        if (item->type != YAML_SCALAR_NODE && item->type != YAML_MAPPING_NODE)
            return false;
    return count > 0;
}

static void read_mapping(struct host_list_reader *reader, const struct host_list_text *text,
                         const yaml_node_t *mapping)
{
    struct host_list_words words = {0};
    const char *key;
    const yaml_node_t *value;
    for (size_t at = 0; host_list_pair(text, mapping, &at, &key, &value);) {
        enum host_list_field field = host_list_column(key);
        if (field < HOST_LIST_FIELDS && !words.text[field] && host_list_scalar(value))
            host_list_set(&words, field, host_list_scalar(value));
        else
            host_list_leave(
                reader, host_list_is_password(key) ? HOST_LIST_LEFT_PASSWORD : HOST_LIST_LEFT_OTHER,
                key, host_list_key_line(text, mapping, at));
    }
    host_list_add(reader, &words, host_list_line(mapping), NULL);
}

void host_list_read_records(struct host_list_reader *reader, const struct host_list_text *text)
{
    const yaml_node_t *item;
    for (size_t at = 0; host_list_item(text, text->root, &at, &item);) {
        struct host_list_words words = {0};
        const char *scalar = host_list_scalar(item);
        if (item->type == YAML_MAPPING_NODE)
            read_mapping(reader, text, item);
        else if (scalar && host_list_take_endpoint(&words, scalar, true))
            host_list_add(reader, &words, host_list_line(item), NULL);
        else
            host_list_bad_line(reader, host_list_line(item));
    }
}
