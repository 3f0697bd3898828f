/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/node_table.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"

#define CELL_MAX 256

/* The text from a place to another, without the blanks at its end; to free(). */
static char *piece(const char *line, size_t from, size_t to)
{
    size_t length = strlen(line);
    if (to > length)
        to = length;
    while (to > from && line[to - 1] == ' ')
        to--;
    return from < to ? rw_text_printable(line + from, to - from, CELL_MAX) : rw_strdup("");
}

static char *column(const struct rw_node_table *table, const char *line, size_t i)
{
    return piece(line, table->starts[i],
                 i + 1 < table->column_count ? table->starts[i + 1] : strlen(line));
}

/* A title has no blank in it. */
static void take_titles(struct rw_node_table *table, const char *line)
{
    for (size_t at = 0; line[at] && table->column_count < RW_NODE_COLUMNS_MAX; at++)
        if (line[at] != ' ' && (at == 0 || line[at - 1] == ' '))
            table->starts[table->column_count++] = at;
    table->titles = rw_calloc(table->column_count + 1, sizeof *table->titles);
    for (size_t i = 0; i < table->column_count; i++)
        table->titles[i] = column(table, line, i);
}

void rw_node_table_line(struct rw_node_table *table, const char *line)
{
    if (!table->titles) {
        take_titles(table, line);
        return;
    }
    if (table->row_count == RW_NODE_ROWS_MAX || !table->column_count)
        return;
    size_t count = table->row_count * table->column_count;
    for (size_t i = 0; i < table->column_count; i++)
        *rw_array_add(table->cells, count) = column(table, line, i);
    table->row_count++;
}

void rw_node_table_done(struct rw_node_table *table)
{
    for (size_t i = 0; i < table->column_count; i++)
        free(table->titles[i]);
    for (size_t i = 0; i < table->row_count * table->column_count; i++)
        free(table->cells[i]);
    free(table->titles);
    free(table->cells);
    *table = (struct rw_node_table){0};
}

void rw_node_table_take(struct rw_node_table *table, struct rw_node_table *from)
{
    rw_node_table_done(table);
    *table = *from;
    *from = (struct rw_node_table){0};
}

void rw_node_table_copy(struct rw_node_table *table, const struct rw_node_table *from)
{
    rw_node_table_done(table);
    if (!from->titles)
        return;
    *table = *from;
    size_t cells = from->row_count * from->column_count;
    table->titles = rw_calloc(from->column_count + 1, sizeof *table->titles);
    table->cells = rw_calloc(cells + 1, sizeof *table->cells);
    for (size_t i = 0; i < from->column_count; i++)
        table->titles[i] = rw_strdup(from->titles[i]);
    for (size_t i = 0; i < cells; i++)
        table->cells[i] = rw_strdup(from->cells[i]);
}

bool rw_node_table_equal(const struct rw_node_table *a, const struct rw_node_table *b)
{
    if (a->column_count != b->column_count || a->row_count != b->row_count)
        return false;
    for (size_t i = 0; i < a->column_count; i++)
        if (strcmp(a->titles[i], b->titles[i]) != 0)
            return false;
    for (size_t i = 0; i < a->row_count * a->column_count; i++)
        if (strcmp(a->cells[i], b->cells[i]) != 0)
            return false;
    return true;
}

const char *rw_node_table_cell(const struct rw_node_table *table, size_t row, size_t column)
{
    if (row >= table->row_count || column >= table->column_count)
        return "";
    return table->cells[row * table->column_count + column];
}
