/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes as the cluster sees them, as rows of a table. The last known nodes stay, also when the
 * run that read them is over. */
#ifndef RW_UI_NODE_ROWS_H
#define RW_UI_NODE_ROWS_H

#include "rke2/nodes.h"
#include "ui/table.h"

struct rw_node_row {
    char *name, *version;
    bool ready, server;
};

/* `struct rw_node_rows rows = {0};` is empty. To rw_node_rows_done(). */
struct rw_node_rows {
    struct rw_node_row *items;
    size_t count;
};

/* Takes over the nodes; NULL: keeps the former ones. */
void rw_node_rows_read(struct rw_node_rows *rows, const struct rw_nodes *nodes);
/* Empties it. */
void rw_node_rows_done(struct rw_node_rows *rows);
/* A table that shows them; they are borrowed and may be read anew. */
struct rw_table rw_node_rows_table(struct rw_node_rows *rows);

#endif
