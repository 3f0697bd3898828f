/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/node_rows.h"

#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"

_Static_assert(RW_NODE_COLUMNS_MAX <= RW_TABLE_COLUMNS_MAX, "each column has its place");

void rw_node_rows_done(struct rw_node_rows *rows)
{
    rw_node_table_done(&rows->nodes);
}

void rw_node_rows_read(struct rw_node_rows *rows, const struct rw_node_table *nodes,
                       struct rw_table *table)
{
    if (nodes && nodes->row_count && !rw_node_table_equal(&rows->nodes, nodes))
        rw_node_table_copy(&rows->nodes, nodes);
    for (size_t i = 0; i < rows->nodes.column_count; i++)
        rows->columns[i] = (struct rw_column){.title = rows->nodes.titles[i]};
    table->column_count = rows->nodes.column_count;
}

static size_t row_count(void *context)
{
    return ((struct rw_node_rows *)context)->nodes.row_count;
}

/* Colour is all that is added: a node that is Ready, and one that is not. */
static void cell(void *context, size_t index, size_t column, struct rw_buf *out,
                 enum rw_style *style)
{
    const struct rw_node_table *nodes = &((struct rw_node_rows *)context)->nodes;
    const char *text = rw_node_table_cell(nodes, index, column);
    rw_buf_adds(out, text);
    if (column < nodes->column_count && strcmp(nodes->titles[column], "STATUS") == 0)
        *style = rw_text_starts(text, "Ready") ? RW_STYLE_OK : RW_STYLE_WARN;
}

struct rw_table rw_node_rows_table(struct rw_node_rows *rows)
{
    static const struct rw_table_source source = {row_count, cell};
    return (struct rw_table){
        .columns = rows->columns,
        .column_count = rows->nodes.column_count,
        .source = &source,
        .context = rows,
        .empty = N_("The API is not up yet; this is normal in the first minutes."),
    };
}
