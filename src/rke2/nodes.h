/* SPDX-License-Identifier: Apache-2.0 */
/* Nodes as `kubectl get nodes -o json` lists them. Pure; trusts nothing. */
#ifndef RW_RKE2_NODES_H
#define RW_RKE2_NODES_H

#include <stdbool.h>
#include <stddef.h>

#include "base/buf.h"

struct rw_node {
    char *name;
    char *reason;    /* of the Ready condition, "KubeletNotReady"; "" when not reported */
    char *message;   /* of the Ready condition, printable */
    char *heartbeat; /* when the kubelet last confirmed the Ready condition, by the clock of
                      * its host: "2026-11-22T14:02:11Z"; "" when not reported */
    bool ready;      /* condition Ready is "True" */
    bool voter;      /* condition EtcdIsVoter is "True" */
};

/* `struct rw_nodes nodes = {0};` is empty. */
struct rw_nodes {
    struct rw_node *items;
    size_t count;
};

#define RW_NODES_MAX 5000 /* further nodes are ignored */

/* Takes a List, a Node, or a watch event {"type", "object"} and brings the list up to date.
 * RW_ESYNTAX when json is none of them. */
int rw_nodes_apply(struct rw_nodes *nodes, const char *json, size_t size);

#define RW_NODES_OBJECT_MAX (4u << 20) /* bytes of one object; a larger one is passed over */

/* A stream of JSON objects with anything between them, as `kubectl get --watch -o json` writes
 * them: compact or indented. */
struct rw_nodes_stream {
    struct rw_buf json;
    size_t depth;
    bool in_string, escaped;
    bool too_large; /* the object does not fit and is passed over */
};
void rw_nodes_stream_init(struct rw_nodes_stream *stream);
void rw_nodes_stream_done(struct rw_nodes_stream *stream);
/* Takes the next bytes; gives the number of objects that were applied to nodes. */
size_t rw_nodes_stream_add(struct rw_nodes_stream *stream, struct rw_nodes *nodes, const char *data,
                           size_t size);

/* Whether a message of the Ready condition says that only the pod network is missing, because it is
 * not installed. */
bool rw_node_lacks_network(const char *message);

void rw_nodes_done(struct rw_nodes *nodes);
/* The node of this name, or NULL; borrowed until the next apply. */
const struct rw_node *rw_nodes_find(const struct rw_nodes *nodes, const char *name);

#endif
