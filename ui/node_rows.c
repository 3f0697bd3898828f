/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/node_rows.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"

void rw_node_rows_done(struct rw_node_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++) {
        free(rows->items[i].name);
        free(rows->items[i].version);
    }
    free(rows->items);
    *rows = (struct rw_node_rows){0};
}

void rw_node_rows_read(struct rw_node_rows *rows, const struct rw_nodes *nodes)
{
    if (!nodes)
        return;
    rw_node_rows_done(rows);
    for (size_t i = 0; i < nodes->count; i++) {
        const struct rw_node *from = &nodes->items[i];
        *rw_array_add(rows->items, rows->count) = (struct rw_node_row){
            .name = rw_strdup(from->name),
            .version = rw_strdup(from->version),
            .ready = from->ready,
            .server = from->control_plane,
        };
    }
}

/* As kubectl has them, in every language. */
static const struct rw_column columns[] = {
    {"NAME", 6, false}, {"STATUS", 8, false}, {"ROLES", 6, false}, {"VERSION", 10, false}};

static size_t row_count(void *context)
{
    return ((struct rw_node_rows *)context)->count;
}

static void cell(void *context, size_t index, size_t column, struct rw_buf *out,
                 enum rw_style *style)
{
    const struct rw_node_row *node = &((struct rw_node_rows *)context)->items[index];
    switch (column) {
    case 0:
        rw_buf_adds(out, node->name);
        break;
    case 1:
        rw_buf_adds(out, node->ready ? "Ready" : "NotReady");
        *style = node->ready ? RW_STYLE_OK : RW_STYLE_WARN;
        break;
    case 2:
        rw_buf_adds(out, node->server ? "control-plane,etcd,master" : "<none>");
        break;
    default:
        rw_buf_adds(out, node->version);
    }
}

struct rw_table rw_node_rows_table(struct rw_node_rows *rows)
{
    static const struct rw_table_source source = {row_count, cell};
    return (struct rw_table){
        .columns = columns,
        .column_count = RW_COUNT(columns),
        .source = &source,
        .context = rows,
        .empty = N_("The API is not up yet; this is normal in the first minutes."),
    };
}
