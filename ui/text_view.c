/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/text_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/width.h"

#define LINE_MAX_BYTES 65536
#define TEXT_CELLS_MIN 12 /* with less room the lead stands on a line of its own */

void rw_text_view_clear(struct rw_text_view *view)
{
    for (size_t i = 0; i < view->count; i++) {
        free(view->paragraphs[i].lead);
        free(view->paragraphs[i].text);
    }
    view->count = 0;
}

void rw_text_view_done(struct rw_text_view *view)
{
    if (!view)
        return;
    rw_text_view_clear(view);
    free(view->paragraphs);
    memset(view, 0, sizeof *view);
}

/* Safe, and still with its line ends. */
static char *tame_lines(const char *text)
{
    struct rw_buf out = {0};
    const char *line;
    size_t length;
    bool first = true;
    while (rw_text_line(&text, &line, &length)) {
        char *tame = rw_text_tame(line, length, LINE_MAX_BYTES);
        if (!first)
            rw_buf_addc(&out, '\n');
        rw_buf_adds(&out, tame);
        first = false;
        free(tame);
    }
    return rw_buf_take(&out);
}

void rw_text_view_add(struct rw_text_view *view, enum rw_style lead_style, const char *lead,
                      enum rw_style style, const char *text)
{
    struct rw_paragraph *paragraph = rw_array_add(view->paragraphs, view->count);
    paragraph->lead = rw_text_tame(lead, strlen(lead), LINE_MAX_BYTES);
    paragraph->text = tame_lines(text);
    paragraph->lead_style = lead_style;
    paragraph->style = style;
}

/* Lays a paragraph out from `row` on, and draws it when there is an area; gives the next row. */
static int paragraph_rows(const struct rw_paragraph *paragraph, int cells, int row,
                          const struct rw_area *area)
{
    int indent = rw_width(paragraph->lead);
    if (area)
        rw_area_cell(area, row, 0, indent < cells ? indent : cells, paragraph->lead_style,
                     paragraph->lead);
    if (indent > 0 && cells - indent < TEXT_CELLS_MIN) {
        indent = 0;
        row++;
    }
    const char *text = paragraph->text;
    size_t rest = strlen(text), next;
    do {
        size_t length = rest ? rw_wrap(text, rest, cells - indent, &next) : (next = 0);
        if (area)
            rw_area_text_n(area, row, indent, paragraph->style, text, length);
        row++;
        text += next;
        rest -= next;
    } while (rest > 0);
    return row;
}

int rw_text_view_rows(const struct rw_text_view *view, int cells)
{
    int row = 0;
    for (size_t i = 0; i < view->count; i++)
        row = paragraph_rows(&view->paragraphs[i], cells, row, NULL);
    return row;
}

static enum rw_handled on_key(void *widget, const struct rw_key *key)
{
    struct rw_text_view *view = widget;
    int last = view->rows > view->page ? view->rows - view->page : 0, before = view->top;
    switch (key->code) {
    case RW_KEY_UP:
        view->top--;
        break;
    case RW_KEY_DOWN:
        view->top++;
        break;
    case RW_KEY_PAGE_UP:
        view->top -= view->page;
        break;
    case RW_KEY_PAGE_DOWN:
        view->top += view->page;
        break;
    case RW_KEY_HOME:
        view->top = 0;
        break;
    case RW_KEY_END:
        view->top = last;
        break;
    default:
        return RW_IGNORED;
    }
    view->top = view->top > last ? last : view->top < 0 ? 0 : view->top;
    bool by_one = key->code == RW_KEY_UP || key->code == RW_KEY_DOWN;
    return by_one && view->top == before ? RW_IGNORED : RW_USED;
}

/* Arrows at the right edge show that there is more. */
static void draw_more(const struct rw_text_view *view, const struct rw_area *area)
{
    bool ascii = area->canvas->ascii_lines || area->canvas->ascii_only;
    int right = area->cols - 1;
    if (view->top > 0)
        rw_area_text(area, 0, right, RW_STYLE_KEY, ascii ? "^" : "↑");
    if (view->top + view->page < view->rows)
        rw_area_text(area, area->rows - 1, right, RW_STYLE_KEY, ascii ? "v" : "↓");
}

static void draw(void *widget, const struct rw_area *area, bool focused)
{
    struct rw_text_view *view = widget;
    int cells = area->cols;
    view->page = area->rows;
    view->rows = rw_text_view_rows(view, cells);
    if (view->rows > view->page && cells > 2)
        view->rows = rw_text_view_rows(view, cells -= 2);
    if (view->top > view->rows - view->page)
        view->top = view->rows - view->page;
    if (view->top < 0)
        view->top = 0;
    struct rw_area moved = rw_area_part(area, -view->top, 0, view->rows, cells);
    int row = 0;
    for (size_t i = 0; i < view->count; i++)
        row = paragraph_rows(&view->paragraphs[i], cells, row, &moved);
    draw_more(view, area);
    if (focused)
        rw_area_cursor(area, 0, 0);
}

static char *copy(const void *widget)
{
    const struct rw_text_view *view = widget;
    struct rw_buf out = {0};
    for (size_t i = 0; i < view->count; i++)
        rw_buf_addf(&out, "%s%s\n", view->paragraphs[i].lead, view->paragraphs[i].text);
    return rw_buf_take(&out);
}

static char *whole(const void *widget)
{
    const struct rw_text_view *view = widget;
    return view->rows > view->page ? copy(widget) : NULL;
}

const struct rw_widget_class rw_text_view_class = {
    .key = on_key, .draw = draw, .whole = whole, .copy = copy, .plain = true};
