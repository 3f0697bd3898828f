/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/answers_read.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cluster/settings.h"
#include "cluster/names.h"

const yaml_node_t *rw_answers_node(yaml_document_t *document, int index)
{
    return yaml_document_get_node(document, index);
}

const yaml_node_t *rw_answers_find(yaml_document_t *document, const yaml_node_t *mapping,
                                   const char *key)
{
    if (!mapping || mapping->type != YAML_MAPPING_NODE)
        return NULL;
    for (const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++) {
        const yaml_node_t *name = rw_answers_node(document, pair->key);
        if (name->type == YAML_SCALAR_NODE && strcmp(rw_answers_scalar(name), key) == 0)
            return rw_answers_node(document, pair->value);
    }
    return NULL;
}

bool rw_answers_is_alias(const struct rw_answers_reader *reader, const yaml_node_t *node,
                         size_t *last)
{
    bool alias = reader->has_aliases && node->start_mark.index <= *last;
    *last = alias ? *last : node->start_mark.index;
    return alias;
}

static void unknown_key(struct rw_answers_reader *reader, const yaml_node_t *node,
                        enum rw_setting_scope scope)
{
    struct rw_buf allowed = {0};
    for (size_t i = 0; i < rw_setting_count; i++)
        if (rw_settings[i].scopes & scope)
            rw_buf_addf(&allowed, "%s%s", allowed.len ? ", " : "", rw_settings[i].key);
    struct rw_finding *finding =
        rw_answers_problem(reader, RW_F_ANSWERS_UNKNOWN_KEY, node->start_mark);
    rw_finding_show(finding, "key",
                    node->type == YAML_SCALAR_NODE ? rw_answers_scalar(node) : "{…}");
    rw_finding_set(finding, "allowed", rw_buf_str(&allowed));
    rw_buf_done(&allowed);
}

static void read_mapping(struct rw_answers_reader *reader, const yaml_node_t *mapping,
                         enum rw_setting_scope scope, struct rw_host *host);

static void read_hosts(struct rw_answers_reader *reader, const struct rw_setting *key,
                       const yaml_node_t *node)
{
    struct rw_cluster *cluster = reader->cluster;
    if (!rw_answers_is_list(reader, key, node))
        return;
    size_t last = node->start_mark.index;
    for (const yaml_node_item_t *item = node->data.sequence.items.start;
         item < node->data.sequence.items.top; item++) {
        const yaml_node_t *mapping = rw_answers_node(reader->document, *item);
        if (rw_answers_is_alias(reader, mapping, &last))
            continue;
        if (mapping->type != YAML_MAPPING_NODE) {
            rw_answers_wrong_type(reader, key, mapping);
            continue;
        }
        struct rw_host *host = rw_array_add(cluster->hosts, cluster->host_count);
        host->line = (int)mapping->start_mark.line + 1;
        *rw_array_add(reader->host_nodes, reader->host_node_count) = mapping;
        read_mapping(reader, mapping, key->inner, host);
    }
}

static void read_value(struct rw_answers_reader *reader, const struct rw_setting *key,
                       const yaml_node_t *node, struct rw_host *host)
{
    if (key->kind == RW_SETTING_HOSTS)
        read_hosts(reader, key, node);
    else if (key->kind != RW_SETTING_MAP)
        rw_answers_read_value(reader, key, node, host);
    else if (node->type == YAML_MAPPING_NODE)
        read_mapping(reader, node, key->inner, host);
    else
        rw_answers_wrong_type(reader, key, node);
}

static void read_pair(struct rw_answers_reader *reader, const yaml_node_pair_t *pair,
                      enum rw_setting_scope scope, struct rw_host *host, bool *seen)
{
    const yaml_node_t *name = rw_answers_node(reader->document, pair->key);
    const struct rw_setting *key = NULL;
    if (name->type == YAML_SCALAR_NODE)
        key = rw_setting_find(rw_answers_scalar(name), scope);
    if (!key) {
        unknown_key(reader, name, scope);
        return;
    }
    if (seen[key - rw_settings]) {
        struct rw_finding *finding =
            rw_answers_problem(reader, RW_F_ANSWERS_DUPLICATE_KEY, name->start_mark);
        rw_finding_set(finding, "key", key->key);
        return;
    }
    seen[key - rw_settings] = true;
    const yaml_node_t *value = rw_answers_node(reader->document, pair->value);
    size_t last = name->start_mark.index;
    if (!rw_answers_is_alias(reader, value, &last))
        read_value(reader, key, value, host);
}

/* No recursion without end: MAP and HOSTS lead to scopes that hold neither. */
static void read_mapping(struct rw_answers_reader *reader, const yaml_node_t *mapping,
                         enum rw_setting_scope scope, struct rw_host *host)
{
    bool *seen = rw_calloc(rw_setting_count, sizeof *seen);
    for (const yaml_node_pair_t *pair = mapping->data.mapping.pairs.start;
         pair < mapping->data.mapping.pairs.top; pair++)
        read_pair(reader, pair, scope, host, seen);
    for (size_t i = 0; i < rw_setting_count && !reader->draft; i++) {
        const struct rw_setting *key = &rw_settings[i];
        if (!(key->scopes & scope) || !key->required || seen[i])
            continue;
        struct rw_finding *finding =
            rw_answers_problem(reader, RW_F_ANSWERS_MISSING_KEY, mapping->start_mark);
        rw_finding_set(finding, "key", key->key);
        rw_finding_set(finding, "_expected", key->expected);
    }
    free(seen);
}

/* The registration name is always in; listing it is no mistake and adds nothing. */
static void drop_registration_name(struct rw_cluster *cluster)
{
    size_t kept = 0;
    for (size_t i = 0; i < cluster->tls_san_count; i++) {
        if (cluster->registration_name &&
            strcasecmp(cluster->tls_san[i], cluster->registration_name) == 0)
            free(cluster->tls_san[i]);
        else
            cluster->tls_san[kept++] = cluster->tls_san[i];
    }
    cluster->tls_san_count = kept;
}

void rw_answers_read(struct rw_answers_reader *reader)
{
    const yaml_node_t *root = yaml_document_get_root_node(reader->document);
    if (!root || root->type != YAML_MAPPING_NODE) {
        yaml_mark_t start = {0};
        rw_answers_problem(reader, RW_F_ANSWERS_NO_KEYS, root ? root->start_mark : start);
        return;
    }
    read_mapping(reader, root, RW_SCOPE_TOP, NULL);
    for (size_t i = 0; i < reader->cluster->host_count; i++)
        rw_host_complete(&reader->cluster->hosts[i], reader->cluster);
    drop_registration_name(reader->cluster);
    if (!reader->draft)
        rw_answers_check(reader);
}
