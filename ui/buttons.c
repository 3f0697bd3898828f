/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/buttons.h"

#include "base/i18n.h"
#include "ui/width.h"

#define GAP 2

int rw_buttons_width(const struct rw_buttons *buttons)
{
    int cells = 0;
    for (size_t i = 0; i < buttons->count; i++)
        cells += rw_width(_(buttons->items[i].label)) + 4 + (i ? GAP : 0);
    return cells;
}

int rw_button_draw(const struct rw_area *area, int row, int col, const struct rw_button *button,
                   bool focused)
{
    enum rw_style style = focused           ? RW_STYLE_FOCUS
                          : button->blocked ? RW_STYLE_DIM
                                            : RW_STYLE_NORMAL;
    if (focused)
        rw_area_cursor(area, row, col + 2);
    col = rw_area_text(area, row, col, style, "[ ");
    col = rw_area_text(area, row, col, style, _(button->label));
    return rw_area_text(area, row, col, style, " ]");
}

static enum rw_handled on_key(void *widget, const struct rw_key *key)
{
    struct rw_buttons *buttons = widget;
    if (key->code == RW_KEY_LEFT && buttons->at > 0) {
        buttons->at--;
        return RW_USED;
    }
    if (key->code == RW_KEY_RIGHT && buttons->at + 1 < buttons->count) {
        buttons->at++;
        return RW_USED;
    }
    return key->code == RW_KEY_ENTER || rw_key_is(key, ' ') ? RW_ACTIVATED : RW_IGNORED;
}

static void draw(void *widget, const struct rw_area *area, bool focused)
{
    const struct rw_buttons *buttons = widget;
    int col = 0;
    for (size_t i = 0; i < buttons->count; i++)
        col = GAP + rw_button_draw(area, 0, col, &buttons->items[i], focused && i == buttons->at);
}

const struct rw_widget_class rw_buttons_class = {.key = on_key, .draw = draw, .whole = NULL};
