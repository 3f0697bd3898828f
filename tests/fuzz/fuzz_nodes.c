/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a stream of nodes, in one piece and in pieces of which the first byte gives the
 * size: the same nodes come out; and as one object. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rke2/nodes.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static size_t read_in_pieces(struct rw_nodes *nodes, const uint8_t *data, size_t size, size_t piece)
{
    struct rw_nodes_stream stream = {0};
    size_t applied = 0;
    rw_nodes_stream_init(&stream);
    for (size_t at = 0; at < size;) {
        size_t some = piece < size - at ? piece : size - at;
        char *copy = rw_memdup(data + at, some); /* so that reading beyond it is found */
        applied += rw_nodes_stream_add(&stream, nodes, copy, some);
        free(copy);
        at += some;
    }
    rw_nodes_stream_done(&stream);
    return applied;
}

/* Every node is whole and there once. */
static void check(const struct rw_nodes *nodes)
{
    if (nodes->count > RW_NODES_MAX)
        abort();
    for (size_t i = 0; i < nodes->count; i++) {
        const struct rw_node *n = &nodes->items[i];
        if (!n->name || !*n->name || !n->reason || !n->message || !n->heartbeat ||
            rw_nodes_find(nodes, n->name) != n)
            abort();
    }
}

static int equal(const struct rw_node *a, const struct rw_node *b)
{
    return strcmp(a->name, b->name) == 0 && strcmp(a->reason, b->reason) == 0 &&
           strcmp(a->message, b->message) == 0 && strcmp(a->heartbeat, b->heartbeat) == 0 &&
           a->ready == b->ready && a->voter == b->voter;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size == 0)
        return 0;
    size_t piece = data[0] % 32 + 1u;
    data++;
    size--;
    struct rw_nodes whole = {0}, pieces = {0}, one = {0};
    size_t applied = read_in_pieces(&whole, data, size, size ? size : 1);
    if (read_in_pieces(&pieces, data, size, piece) != applied || whole.count != pieces.count)
        abort();
    for (size_t i = 0; i < whole.count; i++)
        if (!equal(&whole.items[i], &pieces.items[i]))
            abort();
    check(&whole);
    rw_nodes_apply(&one, (const char *)data, size);
    check(&one);
    rw_nodes_done(&whole);
    rw_nodes_done(&pieces);
    rw_nodes_done(&one);
    return 0;
}
