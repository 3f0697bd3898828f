/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/canvas.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "ui/width.h"

static const char style_letters[RW_STYLE_COUNT + 1] = ".thsdowfuFXk-?";

/* ---- canvas ---- */

void rw_canvas_init(struct rw_canvas *canvas, int rows, int cols)
{
    memset(canvas, 0, sizeof *canvas);
    rw_canvas_resize(canvas, rows, cols);
}

void rw_canvas_done(struct rw_canvas *canvas)
{
    if (!canvas)
        return;
    free(canvas->cells);
    canvas->cells = NULL;
    canvas->rows = canvas->cols = 0;
}

static int within(int value, int low, int high)
{
    return value < low ? low : value > high ? high : value;
}

void rw_canvas_resize(struct rw_canvas *canvas, int rows, int cols)
{
    canvas->rows = within(rows, 0, RW_CANVAS_MAX);
    canvas->cols = within(cols, 0, RW_CANVAS_MAX);
    size_t count = (size_t)canvas->rows * (size_t)canvas->cols;
    canvas->cells = rw_reallocarray(canvas->cells, count ? count : 1, sizeof *canvas->cells);
    rw_canvas_clear(canvas);
}

void rw_canvas_clear(struct rw_canvas *canvas)
{
    size_t count = (size_t)canvas->rows * (size_t)canvas->cols;
    for (size_t i = 0; i < count; i++)
        canvas->cells[i] = (struct rw_cell){.text = {' '}, .width = 1};
    canvas->cursor_row = canvas->cursor_col = -1;
}

const struct rw_cell *rw_canvas_cell(const struct rw_canvas *canvas, int row, int col)
{
    return &canvas->cells[(size_t)row * (size_t)canvas->cols + (size_t)col];
}

static void add_cell(struct rw_buf *out, const struct rw_cell *cell)
{
    for (int i = 0; i < RW_CELL_CHARACTERS && cell->width && cell->text[i]; i++) {
        char character[4];
        rw_buf_add(out, character, rw_char_write(cell->text[i], character));
    }
}

void rw_canvas_print(struct rw_buf *out, const struct rw_canvas *canvas)
{
    for (int row = 0; row < canvas->rows; row++) {
        int end = canvas->cols;
        while (end > 0 && rw_canvas_cell(canvas, row, end - 1)->text[0] == ' ')
            end--;
        for (int col = 0; col < end; col++)
            add_cell(out, rw_canvas_cell(canvas, row, col));
        rw_buf_addc(out, '\n');
    }
}

void rw_canvas_print_styles(struct rw_buf *out, const struct rw_canvas *canvas)
{
    for (int row = 0; row < canvas->rows; row++) {
        int end = canvas->cols;
        while (end > 0 && rw_canvas_cell(canvas, row, end - 1)->style == RW_STYLE_NORMAL)
            end--;
        for (int col = 0; col < end; col++)
            rw_buf_addc(out, style_letters[rw_canvas_cell(canvas, row, col)->style]);
        rw_buf_addc(out, '\n');
    }
    rw_buf_addf(out, "cursor %d %d\n", canvas->cursor_row, canvas->cursor_col);
}

/* ---- areas ---- */

struct rw_area rw_area_all(struct rw_canvas *canvas)
{
    return (struct rw_area){canvas,       0,           0, canvas->rows, canvas->cols, 0, 0,
                            canvas->rows, canvas->cols};
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

static int most(int a, int b)
{
    return a > b ? a : b;
}

struct rw_area rw_area_part(const struct rw_area *area, int row, int col, int rows, int cols)
{
    struct rw_area part = *area;
    part.top = area->top + row;
    part.left = area->left + col;
    part.rows = most(rows, 0);
    part.cols = most(cols, 0);
    part.clip_top = most(area->clip_top, part.top);
    part.clip_left = most(area->clip_left, part.left);
    part.clip_bottom = least(area->clip_bottom, part.top + part.rows);
    part.clip_right = least(area->clip_right, part.left + part.cols);
    return part;
}

static bool inside(const struct rw_area *area, int row, int col)
{
    return row >= area->clip_top && row < area->clip_bottom && col >= area->clip_left &&
           col < area->clip_right;
}

/* The cell at absolute coordinates that are inside the clip. Half of a wide character that is
 * overwritten leaves a blank. */
static struct rw_cell *open_cell(const struct rw_area *area, int row, int col)
{
    struct rw_cell *cells = area->canvas->cells + (size_t)row * (size_t)area->canvas->cols;
    if (cells[col].width == 0 && col > 0)
        cells[col - 1] = (struct rw_cell){{' '}, cells[col - 1].style, 1};
    if (cells[col].width == 2 && col + 1 < area->canvas->cols)
        cells[col + 1] = (struct rw_cell){{' '}, cells[col + 1].style, 1};
    return &cells[col];
}

static void put(const struct rw_area *area, int row, int col, enum rw_style style, uint32_t c)
{
    if (inside(area, row, col))
        *open_cell(area, row, col) = (struct rw_cell){{c}, (uint8_t)style, 1};
}

/* The replacement of a character on a terminal without UTF-8. */
static uint32_t plain_character(uint32_t c)
{
    static const struct {
        uint32_t character;
        char plain;
    } table[] = {
        {0xA0, ' '},    {0x2010, '-'},  {0x2011, '-'}, {0x2012, '-'}, {0x2013, '-'}, {0x2014, '-'},
        {0x2018, '\''}, {0x2019, '\''}, {0x201C, '"'}, {0x201D, '"'}, {0x2026, '~'}, {0x2190, '<'},
        {0x2192, '>'},  {0x2191, '^'},  {0x2193, 'v'}, {0x00D7, 'x'}, {0x2022, '*'},
    };
    for (size_t i = 0; i < RW_COUNT(table); i++)
        if (table[i].character == c)
            return (unsigned char)table[i].plain;
    return c < 0x7F ? c : '?';
}

/* Draws a cluster; gives its cells. */
static int put_cluster(const struct rw_area *area, int row, int col, enum rw_style style,
                       const char *text, size_t size)
{
    uint32_t c;
    size_t at = rw_char_read(text, size, &c);
    if (c < 0x20 || (c >= 0x7F && c < 0xA0))
        c = '?';
    int width = rw_char_width(c);
    if (area->canvas->ascii_only)
        c = plain_character(c);
    if (width == 0) /* a mark without a character to stand on */
        return 0;
    if (width == 2 && (c == '?' || !inside(area, row, col) || !inside(area, row, col + 1))) {
        put(area, row, col, style, c == '?' ? '?' : ' ');
        put(area, row, col + 1, style, c == '?' ? '?' : ' ');
        return width;
    }
    put(area, row, col, style, c);
    if (!inside(area, row, col))
        return width;
    if (width == 2)
        put(area, row, col + 1, style, ' ');
    struct rw_cell *cell = area->canvas->cells + (size_t)row * (size_t)area->canvas->cols + col;
    cell->width = (uint8_t)width;
    if (width == 2)
        cell[1].width = 0;
    for (int i = 1; i < RW_CELL_CHARACTERS && at < size && !area->canvas->ascii_only;) {
        at += rw_char_read(text + at, size - at, &c);
        /* Joiners and selectors are understood by few terminals, and differently. */
        if (c < 0x200B || (c > 0x206F && c < 0xFE00) || (c > 0xFE0F && c != 0xFEFF && c < 0xE0000))
            cell->text[i++] = c;
    }
    return width;
}

void rw_area_left_out(const struct rw_area *area, const char *text)
{
    if (area->canvas->cut)
        area->canvas->cut(area->canvas->cut_context, text);
}

static bool is_blank(const char *text, size_t size)
{
    return strspn(text, " ") >= size;
}

int rw_area_text_n(const struct rw_area *area, int row, int col, enum rw_style style,
                   const char *text, size_t size)
{
    bool cut = false;
    for (size_t at = 0; at < size;) {
        size_t next = rw_cluster_next(text, size, at);
        int width =
            put_cluster(area, area->top + row, area->left + col, style, text + at, next - at);
        cut = cut || (width > 0 && !is_blank(text + at, next - at) &&
                      (!inside(area, area->top + row, area->left + col) ||
                       !inside(area, area->top + row, area->left + col + width - 1)));
        col += width;
        at = next;
    }
    if (cut && area->canvas->cut) {
        char *whole = rw_strndup(text, size);
        rw_area_left_out(area, whole);
        free(whole);
    }
    return col;
}

int rw_area_text(const struct rw_area *area, int row, int col, enum rw_style style,
                 const char *text)
{
    return rw_area_text_n(area, row, col, style, text, strlen(text));
}

/* What marks a cut text. */
static const char *cut_mark(const struct rw_area *area)
{
    return area->canvas->ascii_lines || area->canvas->ascii_only ? "~" : "…";
}

void rw_area_cell(const struct rw_area *area, int row, int col, int cells, enum rw_style style,
                  const char *text)
{
    struct rw_buf padded = {0};
    rw_width_pad(&padded, text, cells, cut_mark(area));
    if (rw_width(text) > cells)
        rw_area_left_out(area, text);
    rw_area_text(area, row, col, style, rw_buf_str(&padded));
    rw_buf_done(&padded);
}

void rw_area_right(const struct rw_area *area, int row, int col, int cells, enum rw_style style,
                   const char *text)
{
    int width = rw_width(text);
    rw_area_cell(area, row, col + most(cells - width, 0), least(width, cells), style, text);
}

int rw_area_wrap(const struct rw_area *area, enum rw_style style, const char *text)
{
    int row = 0;
    for (size_t rest = strlen(text), next; rest > 0; text += next, rest -= next) {
        size_t length = rw_wrap(text, rest, area->cols, &next);
        rw_area_text_n(area, row++, 0, style, text, length);
    }
    return row;
}

void rw_area_fill(const struct rw_area *area, enum rw_style style)
{
    for (int row = area->clip_top; row < area->clip_bottom; row++)
        for (int col = area->clip_left; col < area->clip_right; col++)
            put(area, row, col, style, ' ');
}

void rw_area_restyle(const struct rw_area *area, int row, int col, int cells, enum rw_style style)
{
    for (int end = col + cells; col < end; col++) {
        int y = area->top + row, x = area->left + col;
        if (inside(area, y, x))
            area->canvas->cells[(size_t)y * (size_t)area->canvas->cols + (size_t)x].style =
                (uint8_t)style;
    }
}

/* ---- lines ---- */

enum line_part { ACROSS, DOWN, TOP_LEFT, TOP_RIGHT, BOTTOM_LEFT, BOTTOM_RIGHT };

static void put_line(const struct rw_area *area, int row, int col, enum line_part part)
{
    static const uint32_t drawn[] = {0x2500, 0x2502, 0x250C, 0x2510, 0x2514, 0x2518};
    static const char plain[] = "-|++++";
    bool ascii = area->canvas->ascii_lines || area->canvas->ascii_only;
    put(area, area->top + row, area->left + col, RW_STYLE_LINE,
        ascii ? (unsigned char)plain[part] : drawn[part]);
}

/* Text in a line, with the line continuing at both sides. */
static void line_text(const struct rw_area *area, int row, int col, int cells, const char *text)
{
    if (!*text || cells < 4)
        return;
    int width = least(rw_width(text), cells - 3);
    rw_area_text(area, row, col, RW_STYLE_LINE, " ");
    rw_area_cell(area, row, col + 1, width, RW_STYLE_STRONG, text);
    rw_area_text(area, row, col + 1 + width, RW_STYLE_LINE, " ");
}

void rw_area_line(const struct rw_area *area, int row, const char *text)
{
    for (int col = 0; col < area->cols; col++)
        put_line(area, row, col, ACROSS);
    line_text(area, row, 2, area->cols - 2, text);
}

struct rw_area rw_area_box(const struct rw_area *area, const char *title)
{
    int bottom = area->rows - 1, right = area->cols - 1;
    rw_area_fill(area, RW_STYLE_NORMAL);
    for (int col = 1; col < right; col++) {
        put_line(area, 0, col, ACROSS);
        put_line(area, bottom, col, ACROSS);
    }
    for (int row = 1; row < bottom; row++) {
        put_line(area, row, 0, DOWN);
        put_line(area, row, right, DOWN);
    }
    put_line(area, bottom, 0, BOTTOM_LEFT);
    put_line(area, bottom, right, BOTTOM_RIGHT);
    put_line(area, 0, right, TOP_RIGHT);
    put_line(area, 0, 0, TOP_LEFT);
    line_text(area, 0, 2, right - 2, title);
    return rw_area_part(area, 1, 1, area->rows - 2, area->cols - 2);
}

void rw_area_cursor(const struct rw_area *area, int row, int col)
{
    if (!inside(area, area->top + row, area->left + col))
        return;
    area->canvas->cursor_row = area->top + row;
    area->canvas->cursor_col = area->left + col;
}
