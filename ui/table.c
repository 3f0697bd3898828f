/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/table.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/width.h"

#define GAP        2
#define MARGIN     3 /* " > " */
#define CELL_MAX   1024
#define FILTER_MAX 100
#define ROWS_SIZE  1000 /* rows that are measured; more are laid out like these */

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

/* ---- the filter ---- */

static bool is_filtered(const struct rw_table *table)
{
    return table->filter.text && table->filter.size > 0;
}

/* Whether the filter leaves a row there: its words in any of its cells, whatever their case. */
static bool is_left(const struct rw_table *table, size_t row)
{
    if (!is_filtered(table))
        return true;
    bool found = false;
    for (size_t i = 0; i < table->column_count && !found; i++) {
        enum rw_style style;
        char *text = cell_text(table, row, i, &style);
        found = strcasestr(text, table->filter.text);
        free(text);
    }
    return found;
}

/* The rows that are left, to free(); NULL when there is none. */
static size_t *rows_left(const struct rw_table *table, size_t *count)
{
    size_t rows = table->source->count(table->context), *left = NULL;
    *count = 0;
    for (size_t i = 0; i < rows; i++)
        if (is_left(table, i))
            *rw_array_add(left, *count) = i;
    return left;
}

/* Where the selected row is among those that are left, or the nearest after it. */
static size_t place_of(const size_t *left, size_t count, size_t at)
{
    size_t place = 0;
    while (place + 1 < count && left[place] < at)
        place++;
    return place;
}

static enum rw_handled filter_key(struct rw_table *table, const struct rw_key *key)
{
    bool moves = key->code == RW_KEY_UP || key->code == RW_KEY_DOWN;
    if (key->code == RW_KEY_ESC)
        rw_entry_set(&table->filter, "");
    if (key->code == RW_KEY_ESC || key->code == RW_KEY_ENTER || moves) {
        table->filtering = false;
        return moves ? RW_IGNORED : RW_USED;
    }
    table->top = 0;
    enum rw_handled handled = rw_entry_class.key(&table->filter, key);
    return handled == RW_CHANGED ? RW_USED : handled;
}

static void begin_filter(struct rw_table *table)
{
    if (!table->filter.text)
        rw_entry_init(&table->filter, FILTER_MAX);
    table->filter.label = N_("Filter:");
    table->filtering = true;
}

bool rw_table_takes_text(const void *widget)
{
    return ((const struct rw_table *)widget)->filtering;
}

void rw_table_leave(void *widget)
{
    ((struct rw_table *)widget)->filtering = false;
}

void rw_table_done(struct rw_table *table)
{
    rw_entry_done(&table->filter);
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

static enum rw_handled move(struct rw_table *table, size_t by, bool down)
{
    size_t count, *left = rows_left(table, &count), place = place_of(left, count, table->at);
    size_t last = count ? count - 1 : 0, before = place;
    if (down)
        place = last - before > by ? before + by : last;
    else
        place = before > by ? before - by : 0;
    if (count > 0)
        table->at = left[place];
    free(left);
    return place == before && by == 1 ? RW_IGNORED : RW_USED;
}

static enum rw_handled letter_key(struct rw_table *table, const struct rw_key *key, size_t rows)
{
    bool ends = key->code == RW_KEY_ESC && is_filtered(table);
    if (ends)
        rw_entry_set(&table->filter, "");
    else if (rows > 0 && rw_key_is(key, '/'))
        begin_filter(table);
    else
        return RW_IGNORED;
    return RW_USED;
}

enum rw_handled rw_table_key(void *widget, const struct rw_key *key)
{
    struct rw_table *table = widget;
    size_t rows = table->source->count(table->context), page = table->page ? table->page : 1;
    table->at = row_among(table->at, rows);
    if (table->filtering) {
        enum rw_handled handled = filter_key(table, key);
        if (handled != RW_IGNORED || table->filtering)
            return handled;
    }
    switch (key->code) {
    case RW_KEY_UP:
        return move(table, 1, false);
    case RW_KEY_DOWN:
        return move(table, 1, true);
    case RW_KEY_PAGE_UP:
        move(table, page, false);
        return RW_USED;
    case RW_KEY_PAGE_DOWN:
        move(table, page, true);
        return RW_USED;
    case RW_KEY_HOME:
        move(table, rows, false);
        return RW_USED;
    case RW_KEY_END:
        move(table, rows, true);
        return RW_USED;
    case RW_KEY_ENTER:
        return rows ? RW_ACTIVATED : RW_IGNORED;
    default:
        return letter_key(table, key, rows);
    }
}

/* ---- drawing ---- */

static void scroll(struct rw_table *table, const size_t *left, size_t rows)
{
    size_t page = table->page, place = place_of(left, rows, table->at);
    if (rows > 0)
        table->at = left[place];
    if (place < table->top)
        table->top = place;
    if (page && place >= table->top + page)
        table->top = place - page + 1;
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

/* The filter: its field while it is typed, else how to end it. */
static void draw_filter(struct rw_table *table, const struct rw_area *area, bool focused)
{
    struct rw_area last = rw_area_part(area, area->rows - 1, MARGIN, 1, area->cols - MARGIN);
    if (table->filtering) {
        rw_entry_class.draw(&table->filter, &last, focused);
        return;
    }
    char *text = rw_asprintf(_("Filter: %s (Esc shows all)"), table->filter.text);
    rw_area_cell(&last, 0, 0, last.cols, RW_STYLE_WARN, text);
    free(text);
}

static void draw_nothing(const struct rw_table *table, const struct rw_area *area, size_t all,
                         bool focused)
{
    const char *text = all ? N_("The filter leaves no row.") : table->empty;
    if (text) {
        struct rw_area below = rw_area_part(area, 1, MARGIN, area->rows - 1, area->cols - MARGIN);
        rw_area_wrap(&below, focused ? RW_STYLE_FOCUS : RW_STYLE_DIM, _(text));
    }
    if (focused)
        rw_area_cursor(area, 0, 0);
}

void rw_table_draw(void *widget, const struct rw_area *area, bool focused)
{
    struct rw_table *table = widget;
    int widths[RW_TABLE_COLUMNS_MAX];
    size_t all = table->source->count(table->context), rows, *left;
    bool filter = table->filtering || is_filtered(table);
    table->page = area->rows > 1 + filter ? (size_t)(area->rows - 1 - filter) : 0;
    table->cut = false;
    table->at = row_among(table->at, all);
    left = rows_left(table, &rows);
    scroll(table, left, rows);
    layout(table, all, area->cols - MARGIN, widths);
    draw_head(table, area, widths, rows);
    for (size_t i = 0; i < table->page && table->top + i < rows; i++)
        draw_row(table, area, (int)i + 1, left[table->top + i], widths, focused);
    free(left);
    if (rows == 0)
        draw_nothing(table, area, all, focused);
    if (filter)
        draw_filter(table, area, focused);
}

/* ---- the whole text ---- */

char *rw_table_row_text(const void *widget)
{
    const struct rw_table *table = widget;
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

const struct rw_widget_class rw_table_class = {.key = rw_table_key,
                                               .draw = rw_table_draw,
                                               .takes_text = rw_table_takes_text,
                                               .leave = rw_table_leave,
                                               .whole = rw_table_whole,
                                               .copy = rw_table_row_text};
