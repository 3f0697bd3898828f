/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes as kubectl prints them: the API's own columns and rows, as they come. Nothing is added
 * to them. Pure. */
#ifndef RW_RKE2_NODE_TABLE_H
#define RW_RKE2_NODE_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#define RW_NODE_COLUMNS_MAX 12   /* further columns belong to the last one */
#define RW_NODE_ROWS_MAX    5000 /* further rows are ignored */

/* `struct rw_node_table table = {0};` is empty. */
struct rw_node_table {
    char **titles; /* "NAME", "STATUS", … */
    size_t column_count;
    char **cells; /* row_count times column_count; "" where a row is short */
    size_t row_count;
    size_t starts[RW_NODE_COLUMNS_MAX]; /* bytes of a line before each column */
};

/* Takes the next line of `kubectl get nodes`, without its end: the first one has the titles. */
void rw_node_table_line(struct rw_node_table *table, const char *line);
/* Takes over what from holds, and empties it. */
void rw_node_table_take(struct rw_node_table *table, struct rw_node_table *from);
void rw_node_table_copy(struct rw_node_table *table, const struct rw_node_table *from);
/* Whether both show the same. */
bool rw_node_table_equal(const struct rw_node_table *a, const struct rw_node_table *b);
void rw_node_table_done(struct rw_node_table *table);
/* A cell; "" beyond the table; the table's. */
const char *rw_node_table_cell(const struct rw_node_table *table, size_t row, size_t column);

#endif
