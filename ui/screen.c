/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/buttons.h"
#include "ui/width.h"

#define PROGRAM   "rke2-wizard"
#define HEAD_ROWS 2
/* Where Next stands when there is room for the reason behind it. */
#define NEXT_COL 46
#define GAP      2

static int foot_rows(const struct rw_screen *screen)
{
    return screen->class->plain ? 2 : 3; /* a line, the buttons, the keys */
}

bool rw_screen_fits(const struct rw_screen *screen, int rows, int cols)
{
    const struct rw_screen_class *class = screen->class;
    return rows >= (class->rows ? class->rows : RW_SCREEN_ROWS) &&
           cols >= (class->cols ? class->cols : RW_SCREEN_COLS);
}

/* ---- focus ---- */

static bool can_focus(const struct rw_screen *screen, size_t place)
{
    if (place < screen->item_count)
        return screen->items[place].class->key && !screen->items[place].hidden;
    if (screen->class->plain)
        return false;
    return place - screen->item_count != RW_SCREEN_EXTRA || screen->class->extra;
}

void rw_screen_set_focus(struct rw_screen *screen, size_t focus)
{
    size_t before = screen->focus;
    if (before == focus)
        return;
    screen->focus = focus;
    if (before >= screen->item_count)
        return;
    struct rw_item *item = &screen->items[before];
    if (item->class->leave)
        item->class->leave(item->widget);
    if (screen->class->item_left)
        screen->class->item_left(screen, before);
}

/* The order of Tab: the items, Next, the extra button, and Back last. */
static size_t place_at(const struct rw_screen *screen, size_t order)
{
    static const enum rw_screen_button buttons[RW_SCREEN_BUTTONS] = {
        RW_SCREEN_NEXT, RW_SCREEN_EXTRA, RW_SCREEN_BACK};
    size_t items = screen->item_count;
    return order < items ? order : items + buttons[order - items];
}

static size_t order_of(const struct rw_screen *screen, size_t place)
{
    size_t order = 0, count = screen->item_count + RW_SCREEN_BUTTONS;
    while (order + 1 < count && place_at(screen, order) != place)
        order++;
    return order;
}

void rw_screen_move_focus(struct rw_screen *screen, bool forward)
{
    size_t count = screen->item_count + RW_SCREEN_BUTTONS, order = order_of(screen, screen->focus);
    for (size_t i = 0; i < count; i++) {
        order = (order + (forward ? 1 : count - 1)) % count;
        if (can_focus(screen, place_at(screen, order))) {
            rw_screen_set_focus(screen, place_at(screen, order));
            return;
        }
    }
}

void rw_screen_check_focus(struct rw_screen *screen)
{
    size_t count = screen->item_count + RW_SCREEN_BUTTONS, order = order_of(screen, screen->focus);
    for (size_t i = 0; i < count && !can_focus(screen, screen->focus); i++)
        screen->focus = place_at(screen, (order + i + 1) % count);
}

void rw_screen_enter(struct rw_screen *screen)
{
    struct rw_buf why = {0};
    if (screen->class->blocked)
        screen->class->blocked(screen, &why);
    bool open = screen->class->blocked && why.len == 0;
    screen->focus = open ? screen->item_count + RW_SCREEN_NEXT : 0;
    rw_screen_check_focus(screen);
    rw_buf_done(&why);
}

bool rw_screen_typing(const struct rw_screen *screen)
{
    const struct rw_item *item = rw_screen_item(screen);
    return item && item->class->takes_text && item->class->takes_text(item->widget);
}

char *rw_screen_whole(const struct rw_screen *screen)
{
    const struct rw_item *item = rw_screen_item(screen);
    char *text = item && item->class->whole ? item->class->whole(item->widget) : NULL;
    for (size_t i = 0; !text && i < screen->item_count; i++) {
        item = &screen->items[i];
        if (!item->hidden && item->class->whole)
            text = item->class->whole(item->widget);
    }
    return text;
}

struct rw_item *rw_screen_item(const struct rw_screen *screen)
{
    bool there = screen->focus < screen->item_count && can_focus(screen, screen->focus);
    return there ? &screen->items[screen->focus] : NULL;
}

/* ---- first row ---- */

static void draw_head(const struct rw_screen *screen, const struct rw_frame *frame,
                      const struct rw_area *area)
{
    struct rw_area row = rw_area_part(area, 0, 0, 1, area->cols);
    rw_area_fill(&row, RW_STYLE_TITLE);
    struct rw_buf left = {0}, right = {0};
    rw_buf_adds(&left, " " PROGRAM);
    if (screen->class->step > 0)
        rw_buf_addf(&left, " %d/%zu", screen->class->step, frame->step_count);
    rw_buf_addf(&left, "  %s", _(screen->class->title));
    if (screen->class->status)
        screen->class->status(screen, &right);
    else
        rw_buf_adds(&right, frame->saved);
    rw_buf_addf(&right, "  %s ", frame->language);
    int width = rw_width(rw_buf_str(&right));
    rw_area_right(&row, 0, 0, area->cols, RW_STYLE_TITLE, rw_buf_str(&right));
    rw_area_cell(&row, 0, 0, area->cols - width - 1, RW_STYLE_TITLE, rw_buf_str(&left));
    rw_buf_done(&left);
    rw_buf_done(&right);
    rw_area_line(area, 1, "");
}

/* ---- Back and Next ---- */

static int draw_button(const struct rw_screen *screen, const struct rw_frame *frame,
                       const struct rw_area *area, int col, enum rw_screen_button which,
                       const char *label, bool blocked)
{
    struct rw_button button = {label, blocked};
    bool focused = frame->focused && screen->focus == screen->item_count + which;
    return rw_button_draw(area, 0, col, &button, focused);
}

static void draw_buttons(const struct rw_screen *screen, const struct rw_frame *frame,
                         const struct rw_area *area)
{
    const struct rw_screen_class *class = screen->class;
    struct rw_buf why = {0};
    if (class->blocked)
        class->blocked(screen, &why);
    int col = draw_button(screen, frame, area, 1, RW_SCREEN_BACK, frame->back, false) + GAP;
    if (class->extra)
        col = draw_button(screen, frame, area, col, RW_SCREEN_EXTRA, class->extra, false) + GAP;
    char *reason = why.len ? rw_asprintf(_("blocked: %s"), why.data) : rw_strdup("");
    const char *label = class->next_label ? class->next_label : N_("Next >");
    int next = rw_width(_(label)) + 4 + 1;
    /* As far right as the reason lets it, but not farther than it usually is. */
    int start = area->cols - 1 - next - rw_width(reason);
    start = start > NEXT_COL ? NEXT_COL : start;
    col = start > col ? start : col;
    col = draw_button(screen, frame, area, col, RW_SCREEN_NEXT, label, why.len > 0) + 1;
    rw_area_cell(area, 0, col, area->cols - col, RW_STYLE_WARN, reason);
    free(reason);
    rw_buf_done(&why);
}

/* ---- keys ---- */

void rw_screen_action_key(const struct rw_screen_action *action, struct rw_buf *out)
{
    if (action->letter)
        rw_buf_addc(out, action->letter);
    else if (action->ctrl)
        rw_buf_addf(out, "^%c", action->ctrl - 'a' + 'A');
    else
        rw_buf_adds(out, rw_key_name(action->code));
}

static int draw_key(const struct rw_area *area, int col, int end, const char *key,
                    const char *label, bool works)
{
    if (col + rw_width(key) + 1 + rw_width(label) > end) {
        rw_area_left_out(area, label);
        return end;
    }
    col = rw_area_text(area, 0, col, works ? RW_STYLE_KEY : RW_STYLE_DIM, key) + 1;
    return rw_area_text(area, 0, col, works ? RW_STYLE_NORMAL : RW_STYLE_DIM, label) + GAP;
}

/* Keys that do not fit are in the help, whose key is always at the end. */
static void draw_keys(const struct rw_screen *screen, const struct rw_area *area)
{
    const struct rw_screen_class *class = screen->class;
    bool typing = rw_screen_typing(screen);
    const char *help_key = typing ? rw_key_name(RW_KEY_F1) : "?", *help = _("Help");
    int end = area->cols - rw_width(help_key) - rw_width(help) - 2, col = 1;
    for (size_t i = 0; i < class->action_count; i++) {
        const struct rw_screen_action *action = &class->actions[i];
        if (!action->label || (typing && action->letter))
            continue;
        struct rw_buf key = {0};
        rw_screen_action_key(action, &key);
        bool works = !action->why_not || !action->why_not(screen);
        col = draw_key(area, col, end, rw_buf_str(&key), _(action->label), works);
        rw_buf_done(&key);
    }
    /* It stands in the help too, so it may be missing here. */
    char *whole = typing ? NULL : rw_screen_whole(screen);
    if (whole && col + 2 + rw_width(_("View")) < end)
        col = draw_key(area, col, end, "v", _("View"), true);
    free(whole);
    draw_key(area, col < end ? col : end, area->cols + 1, help_key, help, true);
}

/* ---- the steps ---- */

#define RAIL_GAP 4 /* a blank, the mark, and a blank on both sides of the line */

static int rail_cells(const struct rw_frame *frame)
{
    int cells = 0;
    for (size_t i = 0; i < frame->step_count; i++) {
        int width = rw_width(_(frame->steps[i]->class->title));
        cells = width > cells ? width : cells;
    }
    return cells + RAIL_GAP + 2;
}

/* What is done, where one is, what is next. */
static void draw_rail(const struct rw_screen *screen, const struct rw_frame *frame,
                      const struct rw_area *area)
{
    bool ascii = area->canvas->ascii_lines || area->canvas->ascii_only;
    for (size_t i = 0; i < frame->step_count; i++) {
        const struct rw_screen_class *class = frame->steps[i]->class;
        bool here = class->step == screen->class->step, done = class->step < screen->class->step;
        const char *mark = here ? ">" : done ? ascii ? "+" : "✓" : ascii ? "." : "·";
        enum rw_style style = here ? RW_STYLE_STRONG : done ? RW_STYLE_OK : RW_STYLE_DIM;
        rw_area_text(area, (int)i, 1, style, mark);
        rw_area_text(area, (int)i, 3,
                     here   ? RW_STYLE_STRONG
                     : done ? RW_STYLE_NORMAL
                            : RW_STYLE_DIM,
                     _(class->title));
    }
    for (int row = 0; row < area->rows; row++)
        rw_area_text(area, row, area->cols - 2, RW_STYLE_LINE, ascii ? "|" : "│");
}

/* The part of the body for what the screen itself shows. */
static struct rw_area inner(const struct rw_screen *screen, const struct rw_frame *frame,
                            const struct rw_area *body)
{
    struct rw_area area = *body;
    if (screen->class->step > 0 && frame->step_count > 0 && body->cols >= RW_SCREEN_RAIL_FROM) {
        int rail = rail_cells(frame);
        struct rw_area left = rw_area_part(body, 0, 0, body->rows, rail);
        draw_rail(screen, frame, &left);
        area = rw_area_part(body, 0, rail, body->rows, body->cols - rail);
    }
    int spare = screen->class->form ? area.cols - RW_SCREEN_FORM : 0;
    return spare > 0 ? rw_area_part(&area, 0, spare / 2, area.rows, RW_SCREEN_FORM) : area;
}

/* ---- all ---- */

static void draw_too_small(const struct rw_screen *screen, const struct rw_area *area)
{
    const struct rw_screen_class *class = screen->class;
    int rows = class->rows ? class->rows : RW_SCREEN_ROWS;
    int cols = class->cols ? class->cols : RW_SCREEN_COLS;
    char *text = rw_asprintf(_("This terminal has %d columns and %d rows. At least %d columns and "
                               "%d rows are needed. Make it larger to continue; ^C quits, and "
                               "everything is saved. Running work is not affected."),
                             area->cols, area->rows, cols, rows);
    if (rw_area_wrap(area, RW_STYLE_STRONG, text) > area->rows) {
        char *sizes = rw_asprintf("%dx%d < %dx%d", area->cols, area->rows, cols, rows);
        rw_area_fill(area, RW_STYLE_NORMAL);
        rw_area_wrap(area, RW_STYLE_STRONG, sizes);
        free(sizes);
    }
    free(text);
}

/* Whether the focus could be anywhere else. */
static bool has_other_places(const struct rw_screen *screen)
{
    for (size_t i = 0; i < screen->item_count + RW_SCREEN_BUTTONS; i++)
        if (i != screen->focus && can_focus(screen, i))
            return true;
    return false;
}

static void draw_items(struct rw_screen *screen, const struct rw_frame *frame,
                       const struct rw_area *body)
{
    for (size_t i = 0; i < screen->item_count; i++) {
        const struct rw_item *item = &screen->items[i];
        if (item->hidden)
            continue;
        struct rw_area place = rw_area_part(body, item->row, item->col, item->rows, item->cols);
        bool focused = frame->focused && screen->focus == i;
        item->class->draw(item->widget, &place, focused);
        if (focused && item->class->plain && has_other_places(screen))
            rw_area_restyle(&place, 0, 0, place.cols, RW_STYLE_FOCUS);
    }
}

void rw_screen_draw(struct rw_screen *screen, const struct rw_frame *frame,
                    const struct rw_area *area)
{
    if (!rw_screen_fits(screen, area->rows, area->cols)) {
        draw_too_small(screen, area);
        return;
    }
    int foot = foot_rows(screen);
    struct rw_area body =
        rw_area_part(area, HEAD_ROWS, 0, area->rows - HEAD_ROWS - foot, area->cols);
    rw_screen_check_focus(screen);
    draw_head(screen, frame, area);
    body = inner(screen, frame, &body);
    if (screen->class->layout)
        screen->class->layout(screen, body.rows, body.cols);
    if (screen->class->draw)
        screen->class->draw(screen, &body);
    draw_items(screen, frame, &body);
    rw_area_line(area, area->rows - foot, "");
    if (!screen->class->plain) {
        struct rw_area buttons = rw_area_part(area, area->rows - 2, 0, 1, area->cols);
        draw_buttons(screen, frame, &buttons);
    }
    struct rw_area keys = rw_area_part(area, area->rows - 1, 0, 1, area->cols);
    if (frame->notice)
        rw_area_cell(&keys, 0, 1, area->cols - 1, RW_STYLE_WARN, frame->notice);
    else
        draw_keys(screen, &keys);
}
