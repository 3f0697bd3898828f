/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/nodes.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "base/text.h"

#define TEXT_MAX  1024
#define DEPTH_MAX 4 /* a List in an event in a List … */

static void clear_node(struct rw_node *node)
{
    free(node->name);
    free(node->reason);
    free(node->message);
    free(node->heartbeat);
    memset(node, 0, sizeof *node);
}

void rw_nodes_done(struct rw_nodes *nodes)
{
    for (size_t i = 0; i < nodes->count; i++)
        clear_node(&nodes->items[i]);
    free(nodes->items);
    nodes->items = NULL;
    nodes->count = 0;
}

const struct rw_node *rw_nodes_find(const struct rw_nodes *nodes, const char *name)
{
    for (size_t i = 0; i < nodes->count; i++)
        if (strcmp(nodes->items[i].name, name) == 0)
            return &nodes->items[i];
    return NULL;
}

static const char *member(const json_t *object, const char *key)
{
    const char *text = json_string_value(json_object_get(object, key));
    return text ? text : "";
}

static char *printable(const char *text)
{
    return rw_text_printable(text, strlen(text), TEXT_MAX);
}

static void read_conditions(struct rw_node *node, const json_t *conditions)
{
    size_t i;
    json_t *condition;
    json_array_foreach(conditions, i, condition)
    {
        const char *type = member(condition, "type");
        bool yes = strcmp(member(condition, "status"), "True") == 0;
        if (strcmp(type, "EtcdIsVoter") == 0)
            node->voter = yes;
        if (strcmp(type, "Ready") != 0)
            continue;
        node->ready = yes;
        free(node->reason);
        free(node->message);
        free(node->heartbeat);
        node->reason = printable(member(condition, "reason"));
        node->message = printable(member(condition, "message"));
        node->heartbeat = printable(member(condition, "lastHeartbeatTime"));
    }
}

bool rw_node_lacks_network(const char *message)
{
    return strstr(message, "cni plugin not initialized") != NULL;
}

/* The place of the node of this name, empty but for the name, which is taken; NULL when there is
 * no room. */
static struct rw_node *slot(struct rw_nodes *nodes, char *name)
{
    struct rw_node *node = NULL;
    for (size_t i = 0; i < nodes->count && !node; i++)
        if (strcmp(nodes->items[i].name, name) == 0)
            node = &nodes->items[i];
    if (node)
        clear_node(node);
    else if (nodes->count < RW_NODES_MAX)
        node = rw_array_add(nodes->items, nodes->count);
    if (node)
        node->name = name;
    else
        free(name);
    return node;
}

static int apply_node(struct rw_nodes *nodes, const json_t *object, bool deleted)
{
    const json_t *metadata = json_object_get(object, "metadata");
    const json_t *status = json_object_get(object, "status");
    const char *name = member(metadata, "name");
    if (!*name)
        return RW_ESYNTAX;
    struct rw_node *node = slot(nodes, printable(name));
    if (!node)
        return 0;
    if (deleted) {
        clear_node(node);
        memmove(node, node + 1, (size_t)(&nodes->items[nodes->count] - (node + 1)) * sizeof *node);
        nodes->count--;
        return 0;
    }
    read_conditions(node, json_object_get(status, "conditions"));
    if (!node->reason) {
        node->reason = rw_strdup("");
        node->message = rw_strdup("");
        node->heartbeat = rw_strdup("");
    }
    return 0;
}

static int apply(struct rw_nodes *nodes, const json_t *object, bool deleted, int depth)
{
    if (!json_is_object(object) || depth > DEPTH_MAX)
        return RW_ESYNTAX;
    const json_t *inner = json_object_get(object, "object");
    if (inner)
        return apply(nodes, inner, strcmp(member(object, "type"), "DELETED") == 0, depth + 1);
    const json_t *items = json_object_get(object, "items");
    if (!items)
        return apply_node(nodes, object, deleted);
    int rc = json_is_array(items) ? 0 : RW_ESYNTAX;
    size_t i;
    json_t *item;
    json_array_foreach(items, i, item) if (apply(nodes, item, deleted, depth + 1) != 0) rc =
        RW_ESYNTAX;
    return rc;
}

int rw_nodes_apply(struct rw_nodes *nodes, const char *json, size_t size)
{
    json_t *object = json_loadb(json, size, JSON_REJECT_DUPLICATES, NULL);
    int rc = apply(nodes, object, false, 0);
    json_decref(object);
    return rc;
}

void rw_nodes_stream_init(struct rw_nodes_stream *stream)
{
    rw_buf_done(&stream->json);
    memset(stream, 0, sizeof *stream);
    rw_buf_init(&stream->json, RW_NODES_OBJECT_MAX);
}

void rw_nodes_stream_done(struct rw_nodes_stream *stream)
{
    rw_buf_done(&stream->json);
}

/* Follows strings and braces; true when c closes a top-level object. */
static bool closes(struct rw_nodes_stream *stream, char c)
{
    if (stream->in_string) {
        stream->in_string = stream->escaped || c != '"';
        stream->escaped = !stream->escaped && c == '\\';
    } else if (c == '"') {
        stream->in_string = stream->depth > 0;
    } else if (c == '{') {
        stream->depth++;
    } else if (c == '}' && stream->depth > 0) {
        return --stream->depth == 0;
    }
    return false;
}

static void keep(struct rw_nodes_stream *stream, const char *data, size_t size)
{
    if (rw_buf_put(&stream->json, data, size) != 0)
        stream->too_large = true;
}

size_t rw_nodes_stream_add(struct rw_nodes_stream *stream, struct rw_nodes *nodes, const char *data,
                           size_t size)
{
    size_t applied = 0, begin = 0;
    for (size_t i = 0; i < size; i++) {
        bool outside = stream->depth == 0;
        if (!closes(stream, data[i])) {
            if (outside)
                begin = stream->depth ? i : i + 1;
            continue;
        }
        keep(stream, data + begin, i + 1 - begin);
        if (!stream->too_large && rw_nodes_apply(nodes, stream->json.data, stream->json.len) == 0)
            applied++;
        rw_buf_clear(&stream->json);
        stream->too_large = false;
        begin = i + 1;
    }
    if (begin < size)
        keep(stream, data + begin, size - begin);
    return applied;
}
