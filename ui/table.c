/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/width.h"

#define GAP       2
#define MARGIN    3 /* " > " */
#define CELL_MAX  1024
#define ROWS_SIZE 1000 /* rows that are measured; more are laid out like these */

/* ---- layout ---- */

void rw_table_layout(const int *need, const int *least, size_t count, int cells, int *widths)
{
    int total = count ? GAP * ((int)count - 1) : 0;
    for (size_t i = 0; i < count; i++) {
        widths[i] = need[i];
        total += need[i];
    }
    while (total > cells) {
        size_t widest = count;
        for (size_t i = 0; i < count; i++)
            if (widths[i] > least[i] && (widest == count || widths[i] > widths[widest]))
                widest = i;
        if (widest == count)
            break;
        widths[widest]--;
        total--;
    }
}

/* The text of a cell, safe and in one line, to free(). */
static char *cell_text(const struct rw_table *table, size_t row, size_t column,
                       enum rw_style *style)
{
    struct rw_buf raw = {0};
    *style = RW_STYLE_NORMAL;
    table->source->cell(table->context, row, column, &raw, style);
    char *text = rw_text_tame(rw_buf_str(&raw), raw.len, CELL_MAX);
    rw_buf_done(&raw);
    return text;
}

static const char *title(const struct rw_table *table, size_t column)
{
    const char *text = table->columns[column].title;
    return *text ? _(text) : "";
}

static void layout(const struct rw_table *table, size_t rows, int cells, int *widths)
{
    int need[RW_TABLE_COLUMNS_MAX], least[RW_TABLE_COLUMNS_MAX];
    for (size_t column = 0; column < table->column_count; column++) {
        int width = rw_width(title(table, column));
        least[column] = table->columns[column].least ? table->columns[column].least : width;
        for (size_t row = 0; row < rows && row < ROWS_SIZE; row++) {
            enum rw_style style;
            char *text = cell_text(table, row, column, &style);
            int cell = rw_width(text);
            width = cell > width ? cell : width;
            free(text);
        }
        need[column] = width;
        if (least[column] > width)
            least[column] = width;
    }
    rw_table_layout(need, least, table->column_count, cells, widths);
}

/* ---- the selected row ---- */

static size_t row_among(size_t at, size_t rows)
{
    return at < rows ? at : rows ? rows - 1 : 0;
}

bool rw_table_row(const struct rw_table *table, size_t *row)
{
    size_t rows = table->source->count(table->context);
    *row = row_among(table->at, rows);
    return rows > 0;
}

/* ---- keys ---- */

static enum rw_handled move(struct rw_table *table, size_t rows, size_t by, bool down)
{
    size_t last = rows ? rows - 1 : 0, before = table->at;
    if (down)
        table->at = last - before > by ? before + by : last;
    else
        table->at = before > by ? before - by : 0;
    return table->at == before && by == 1 ? RW_IGNORED : RW_USED;
}

enum rw_handled rw_table_key(void *widget, const struct rw_key *key)
{
    struct rw_table *table = widget;
    size_t rows = table->source->count(table->context), page = table->page ? table->page : 1;
    table->at = row_among(table->at, rows);
    switch (key->code) {
    case RW_KEY_UP:
        return move(table, rows, 1, false);
    case RW_KEY_DOWN:
        return move(table, rows, 1, true);
    case RW_KEY_PAGE_UP:
        move(table, rows, page, false);
        return RW_USED;
    case RW_KEY_PAGE_DOWN:
        move(table, rows, page, true);
        return RW_USED;
    case RW_KEY_HOME:
        table->at = 0;
        return RW_USED;
    case RW_KEY_END:
        table->at = rows ? rows - 1 : 0;
        return RW_USED;
    case RW_KEY_ENTER:
        return rows ? RW_ACTIVATED : RW_IGNORED;
    default:
        return RW_IGNORED;
    }
}

/* ---- drawing ---- */

static void scroll(struct rw_table *table, size_t rows)
{
    size_t page = table->page;
    table->at = row_among(table->at, rows);
    if (table->at < table->top)
        table->top = table->at;
    if (page && table->at >= table->top + page)
        table->top = table->at - page + 1;
    if (table->top + page > rows)
        table->top = rows > page ? rows - page : 0;
}

static void draw_head(const struct rw_table *table, const struct rw_area *area, const int *widths,
                      size_t rows)
{
    int col = MARGIN;
    for (size_t i = 0; i < table->column_count; col += widths[i++] + GAP) {
        if (table->columns[i].right)
            rw_area_right(area, 0, col, widths[i], RW_STYLE_HEAD, title(table, i));
        else
            rw_area_cell(area, 0, col, widths[i], RW_STYLE_HEAD, title(table, i));
    }
    if (table->page == 0 || rows <= table->page)
        return;
    char *place = rw_asprintf(" %zu-%zu/%zu", table->top + 1, table->top + table->page, rows);
    rw_area_right(area, 0, 0, area->cols, RW_STYLE_DIM, place);
    free(place);
}

static void draw_row(struct rw_table *table, const struct rw_area *area, int y, size_t row,
                     const int *widths, bool focused)
{
    bool here = row == table->at;
    int col = MARGIN;
    if (here)
        rw_area_text(area, y, 0, RW_STYLE_STRONG, " > ");
    for (size_t i = 0; i < table->column_count; col += widths[i++] + GAP) {
        enum rw_style style;
        char *text = cell_text(table, row, i, &style);
        if (table->columns[i].right)
            rw_area_right(area, y, col, widths[i], style, text);
        else
            rw_area_cell(area, y, col, widths[i], style, text);
        if (here && (rw_width(text) > widths[i] || col + widths[i] > area->cols))
            table->cut = true;
        free(text);
    }
    if (here && focused) {
        rw_area_restyle(area, y, 0, area->cols, RW_STYLE_FOCUS);
        rw_area_cursor(area, y, 1);
    }
}

void rw_table_draw(void *widget, const struct rw_area *area, bool focused)
{
    struct rw_table *table = widget;
    int widths[RW_TABLE_COLUMNS_MAX];
    size_t rows = table->source->count(table->context);
    table->page = area->rows > 1 ? (size_t)area->rows - 1 : 0;
    table->cut = false;
    scroll(table, rows);
    layout(table, rows, area->cols - MARGIN, widths);
    draw_head(table, area, widths, rows);
    for (size_t i = 0; i < table->page && table->top + i < rows; i++)
        draw_row(table, area, (int)i + 1, table->top + i, widths, focused);
    if (rows == 0 && table->empty) {
        struct rw_area below = rw_area_part(area, 1, MARGIN, area->rows - 1, area->cols - MARGIN);
        rw_area_wrap(&below, RW_STYLE_DIM, _(table->empty));
    }
    if (rows == 0 && focused)
        rw_area_cursor(area, 0, 0);
}

/* ---- the whole text ---- */

char *rw_table_row_text(const struct rw_table *table)
{
    size_t row;
    if (!rw_table_row(table, &row))
        return NULL;
    struct rw_buf out = {0};
    for (size_t i = 0; i < table->column_count; i++) {
        enum rw_style style;
        char *text = cell_text(table, row, i, &style);
        if (*text && *title(table, i))
            rw_buf_addf(&out, _("%s: %s\n"), title(table, i), text);
        else if (*text)
            rw_buf_addf(&out, "%s\n", text);
        free(text);
    }
    return rw_buf_take(&out);
}

char *rw_table_whole(const void *widget)
{
    const struct rw_table *table = widget;
    return table->cut ? rw_table_row_text(table) : NULL;
}

const struct rw_widget_class rw_table_class = {
    .key = rw_table_key, .draw = rw_table_draw, .whole = rw_table_whole};
