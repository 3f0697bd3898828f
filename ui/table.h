/* SPDX-License-Identifier: Apache-2.0 */
/* A table with a selected row. Its cells are asked for when they are drawn, so that the table
 * holds no data that could be out of date. */
#ifndef RW_UI_TABLE_H
#define RW_UI_TABLE_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/entry.h"
#include "ui/widget.h"

struct rw_buf;

#define RW_TABLE_COLUMNS_MAX 12

struct rw_column {
    const char *title; /* N_(); "" for none */
    int least;         /* cells below which it is not narrowed; 0: the title's width */
    bool right;        /* numbers stand at the right */
};

struct rw_table_source {
    size_t (*count)(void *context);
    /* Appends the text of a cell; *style is RW_STYLE_NORMAL and may be changed. The text need not
     * be safe for a terminal. */
    void (*cell)(void *context, size_t row, size_t column, struct rw_buf *out,
                 enum rw_style *style);
};

/* `struct rw_table table = {.columns = …, .column_count = …, .source = …, .context = …};` is
 * ready. Everything is borrowed. */
struct rw_table {
    const struct rw_column *columns;
    size_t column_count; /* RW_TABLE_COLUMNS_MAX at most */
    const struct rw_table_source *source;
    void *context;
    const char *empty; /* N_(): what is shown when there is no row; NULL for nothing */

    size_t at;   /* a row of the source */
    size_t top;  /* the first in sight, among those that the filter leaves */
    size_t page; /* rows in sight */
    bool cut;    /* a cell of the selected row is cut */

    struct rw_entry filter; /* only rows that hold this text are there; made when `/` is pressed */
    bool filtering;         /* its field stands in the last row */
};

extern const struct rw_widget_class rw_table_class;
/* What that is made of, for tables whose `v` shows more than a row. */
enum rw_handled rw_table_key(void *widget, const struct rw_key *key);
void rw_table_draw(void *widget, const struct rw_area *area, bool focused);
char *rw_table_whole(const void *widget);
bool rw_table_takes_text(const void *widget);
void rw_table_leave(void *widget);
/* To be called at the end: frees the filter alone. */
void rw_table_done(struct rw_table *table);

/* The selected row among those that there are now; `at` itself is brought up to date only when a
 * key comes or the table is drawn, and rows may have gone since. False: there is none, *row is 0.
 * A filter that leaves none leaves the selection where it is. */
bool rw_table_row(const struct rw_table *table, size_t *row);

/* Gives each column its cells: what its content needs, and less for the widest ones when the area
 * has not so many. `need` and `least` are per column; between two columns stand two blanks. */
void rw_table_layout(const int *need, const int *least, size_t count, int cells, int *widths);
/* The selected row as lines "Title: text", to free(). NULL when there is no row. */
char *rw_table_row_text(const void *table);

#endif
