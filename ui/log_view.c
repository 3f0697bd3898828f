/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/log_view.h"

#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "ui/width.h"

#define SIDEWAYS   8
#define SEARCH_MAX 200
#define RAW_MAX    (4 * RW_LOG_LINE_MAX) /* escape sequences are not counted */

void rw_log_view_init(struct rw_log_view *view, size_t max)
{
    memset(view, 0, sizeof *view);
    view->lines = rw_calloc(max, sizeof *view->lines);
    view->max = max;
    view->follow = true;
    view->partial.max = RAW_MAX;
    rw_entry_init(&view->search, SEARCH_MAX);
    view->search.label = N_("Search:");
}

void rw_log_view_clear(struct rw_log_view *view)
{
    for (; view->first < view->end; view->first++)
        free(view->lines[view->first % view->max]);
    view->top = view->hit = view->first;
    view->follow = true;
    view->left = 0;
    rw_buf_clear(&view->partial);
}

void rw_log_view_done(struct rw_log_view *view)
{
    if (!view || !view->lines)
        return;
    rw_log_view_clear(view);
    rw_buf_done(&view->partial);
    rw_entry_done(&view->search);
    free(view->lines);
    view->lines = NULL;
}

static void end_line(struct rw_log_view *view)
{
    size_t size = view->partial.len;
    if (size && view->partial.data[size - 1] == '\r')
        size--;
    if (view->end - view->first == view->max)
        free(view->lines[view->first++ % view->max]);
    view->lines[view->end++ % view->max] =
        rw_text_tame(rw_buf_str(&view->partial), size, RW_LOG_LINE_MAX);
    rw_buf_clear(&view->partial);
}

void rw_log_view_add(struct rw_log_view *view, const char *bytes, size_t size)
{
    while (size > 0) {
        const char *end = memchr(bytes, '\n', size);
        size_t length = end ? (size_t)(end - bytes) : size;
        rw_buf_fill(&view->partial, bytes, length);
        if (end)
            end_line(view);
        length += end != NULL;
        bytes += length;
        size -= length;
    }
}

const char *rw_log_view_line(const struct rw_log_view *view, uint64_t number)
{
    return view->lines[number % view->max];
}

/* ---- search ---- */

/* Finds the needle's next line from `from` on, in one direction. */
static void find(struct rw_log_view *view, uint64_t from, bool back)
{
    view->missed = true;
    if (view->search.size == 0 || from < view->first || from >= view->end)
        return;
    for (uint64_t i = from; i >= view->first && i < view->end; i += back ? UINT64_MAX : 1) {
        if (strstr(rw_log_view_line(view, i), view->search.text)) {
            view->missed = false;
            view->hit = i;
            view->follow = false;
            view->top = i > view->page / 2 ? i - view->page / 2 : 0;
            return;
        }
        if (i == 0 && back)
            break;
    }
}

/* The line in sight from which a search begins: the last one when it follows. */
static uint64_t search_start(const struct rw_log_view *view)
{
    return view->end > view->first ? view->end - 1 : view->first;
}

static enum rw_handled search_key(struct rw_log_view *view, const struct rw_key *key)
{
    if (key->code == RW_KEY_ESC || key->code == RW_KEY_ENTER) {
        view->searching = false;
        if (key->code == RW_KEY_ENTER)
            find(view, search_start(view), true);
        return RW_USED;
    }
    enum rw_handled handled = rw_entry_class.key(&view->search, key);
    return handled == RW_IGNORED ? RW_USED : handled;
}

static enum rw_handled letter_key(struct rw_log_view *view, const struct rw_key *key)
{
    view->missed = false;
    if (rw_key_is(key, '/')) {
        rw_entry_set(&view->search, "");
        view->searching = true;
        return RW_USED;
    }
    if (view->search.size == 0 || (!rw_key_is(key, 'n') && !rw_key_is(key, 'N')))
        return RW_IGNORED;
    bool back = rw_key_is(key, 'n');
    find(view, back ? view->hit - 1 : view->hit + 1, back);
    return RW_USED;
}

/* ---- keys ---- */

static uint64_t last_top(const struct rw_log_view *view)
{
    return view->end - view->first > view->page ? view->end - view->page : view->first;
}

static uint64_t now_top(const struct rw_log_view *view)
{
    uint64_t last = last_top(view);
    if (view->follow || view->top > last)
        return last;
    return view->top < view->first ? view->first : view->top;
}

static enum rw_handled scroll(struct rw_log_view *view, uint64_t by, bool down)
{
    uint64_t top = now_top(view), last = last_top(view);
    if (by == 1 && (down ? top == last : top == view->first))
        return RW_IGNORED;
    if (down)
        view->top = last - top > by ? top + by : last;
    else
        view->top = top - view->first > by ? top - by : view->first;
    view->follow = view->top == last && (down || view->follow);
    return RW_USED;
}

static enum rw_handled on_key(void *widget, const struct rw_key *key)
{
    struct rw_log_view *view = widget;
    if (view->searching)
        return search_key(view, key);
    switch (key->code) {
    case RW_KEY_UP:
        return scroll(view, 1, false);
    case RW_KEY_DOWN:
        return scroll(view, 1, true);
    case RW_KEY_PAGE_UP:
        return scroll(view, view->page > 1 ? view->page : 2, false);
    case RW_KEY_PAGE_DOWN:
        return scroll(view, view->page > 1 ? view->page : 2, true);
    case RW_KEY_HOME:
        view->top = view->first;
        view->follow = false;
        view->left = 0;
        return RW_USED;
    case RW_KEY_END:
        view->follow = true;
        return RW_USED;
    case RW_KEY_LEFT:
        view->left = view->left > SIDEWAYS ? view->left - SIDEWAYS : 0;
        return RW_USED;
    case RW_KEY_RIGHT:
        view->left += view->cut ? SIDEWAYS : 0;
        return RW_USED;
    default:
        return letter_key(view, key);
    }
}

/* ---- drawing ---- */

static void mark_found(const struct rw_log_view *view, const struct rw_area *area, int row,
                       const char *line)
{
    const char *needle = view->search.text;
    size_t size = view->search.size;
    if (view->searching || size == 0)
        return;
    for (const char *hit = line; (hit = strstr(hit, needle)); hit += size)
        rw_area_restyle(area, row, rw_width_n(line, (size_t)(hit - line)) - view->left,
                        rw_width_n(hit, size), RW_STYLE_FOUND);
}

/* The line, moved sideways; a wide character that is cut in two shows as a blank. */
static void draw_line(struct rw_log_view *view, const struct rw_area *area, int row,
                      const char *line)
{
    rw_area_text(area, row, -view->left, RW_STYLE_NORMAL, line);
    mark_found(view, area, row, line);
    if (view->left > 0 && *line)
        rw_area_text(area, row, 0, RW_STYLE_KEY, "<");
    if (rw_width(line) - view->left > area->cols) {
        rw_area_text(area, row, area->cols - 1, RW_STYLE_KEY, ">");
        view->cut = true;
    }
}

static void draw_state(struct rw_log_view *view, const struct rw_area *area, bool focused)
{
    int row = area->rows - 1;
    struct rw_area last = rw_area_part(area, row, 0, 1, area->cols);
    if (view->searching) {
        rw_area_fill(&last, RW_STYLE_NORMAL);
        rw_entry_class.draw(&view->search, &last, focused);
        return;
    }
    if (view->missed)
        rw_area_cell(&last, 0, 0, area->cols, RW_STYLE_WARN, _("Not found."));
    else if (!view->follow)
        rw_area_right(&last, 0, 0, area->cols, RW_STYLE_KEY, _(" more below: End "));
}

static void draw(void *widget, const struct rw_area *area, bool focused)
{
    struct rw_log_view *view = widget;
    view->page = area->rows > 0 ? (size_t)area->rows : 0;
    view->cut = false;
    uint64_t top = now_top(view);
    view->top = top;
    for (size_t row = 0; row < view->page && top + row < view->end; row++)
        draw_line(view, area, (int)row, rw_log_view_line(view, top + row));
    if (focused)
        rw_area_cursor(area, 0, 0);
    draw_state(view, area, focused);
}

static bool takes_text(const void *widget)
{
    return ((const struct rw_log_view *)widget)->searching;
}

static void leave(void *widget)
{
    ((struct rw_log_view *)widget)->searching = false;
}

/* The line that was found, when it is in sight; else all lines in sight. */
static char *copy(const void *widget)
{
    const struct rw_log_view *view = widget;
    if (view->search.size > 0 && view->hit >= view->top && view->hit < view->top + view->page &&
        view->hit < view->end && view->hit >= view->first)
        return rw_strdup(rw_log_view_line(view, view->hit));
    struct rw_buf out = {0};
    for (uint64_t i = view->top; i < view->top + view->page && i < view->end; i++)
        rw_buf_addf(&out, "%s\n", rw_log_view_line(view, i));
    return rw_buf_take(&out);
}

static char *whole(const void *widget)
{
    return ((const struct rw_log_view *)widget)->cut ? copy(widget) : NULL;
}

const struct rw_widget_class rw_log_view_class = {.key = on_key,
                                                  .draw = draw,
                                                  .takes_text = takes_text,
                                                  .leave = leave,
                                                  .whole = whole,
                                                  .copy = copy,
                                                  .plain = true};
