/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes as kubectl prints them, as a table of the screen. The last known ones stay, also when
 * the run that read them is over. */
#ifndef RW_UI_NODE_ROWS_H
#define RW_UI_NODE_ROWS_H

#include "rke2/node_table.h"
#include "ui/table.h"

/* `struct rw_node_rows rows = {0};` is empty. To rw_node_rows_done(). */
struct rw_node_rows {
    struct rw_node_table nodes;
    struct rw_column columns[RW_TABLE_COLUMNS_MAX];
};

/* Takes the nodes over, and brings the columns of the table that shows them up to date; nodes NULL
 * or empty: keeps the former ones. */
void rw_node_rows_read(struct rw_node_rows *rows, const struct rw_node_table *nodes,
                       struct rw_table *table);
/* Empties it. */
void rw_node_rows_done(struct rw_node_rows *rows);
/* A table that shows them; they are borrowed and may be read anew. */
struct rw_table rw_node_rows_table(struct rw_node_rows *rows);

#endif
