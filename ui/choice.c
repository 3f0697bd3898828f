/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/choice.h"

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/width.h"

size_t rw_choice_chosen(const struct rw_choice *choice)
{
    size_t i = 0;
    while (i < choice->count && !choice->options[i].chosen)
        i++;
    return i;
}

void rw_choice_set(struct rw_choice *choice, size_t index)
{
    for (size_t i = 0; i < choice->count && !choice->many; i++)
        choice->options[i].chosen = false;
    if (index < choice->count)
        choice->options[index].chosen = true;
}

static enum rw_handled turn(struct rw_choice *choice)
{
    if (choice->at >= choice->count)
        return RW_IGNORED;
    struct rw_option *option = &choice->options[choice->at];
    if (option->unavailable || (option->chosen && !choice->many))
        return RW_USED;
    if (choice->many)
        option->chosen = !option->chosen;
    else
        rw_choice_set(choice, choice->at);
    return RW_CHANGED;
}

static enum rw_handled on_key(void *widget, const struct rw_key *key)
{
    struct rw_choice *choice = widget;
    size_t last = choice->count ? choice->count - 1 : 0;
    switch (key->code) {
    case RW_KEY_UP:
        if (choice->at == 0)
            return RW_IGNORED;
        choice->at--;
        return RW_USED;
    case RW_KEY_DOWN:
        if (choice->at >= last)
            return RW_IGNORED;
        choice->at++;
        return RW_USED;
    case RW_KEY_HOME:
        choice->at = 0;
        return RW_USED;
    case RW_KEY_END:
        choice->at = last;
        return RW_USED;
    case RW_KEY_ENTER:
        if (!choice->many && choice->at < choice->count && choice->options[choice->at].chosen)
            return RW_ACTIVATED;
        return turn(choice);
    default:
        return rw_key_is(key, ' ') ? turn(choice) : RW_IGNORED;
    }
}

/* "( ) label: why not" */
static void option_text(struct rw_buf *out, const struct rw_choice *choice, size_t index)
{
    const struct rw_option *option = &choice->options[index];
    const char *box =
        choice->many ? (option->chosen ? "[x] " : "[ ] ") : (option->chosen ? "(*) " : "( ) ");
    rw_buf_adds(out, box);
    rw_buf_adds(out, _(option->label));
    if (option->unavailable)
        rw_buf_addf(out, " - %s", _(option->unavailable));
}

static void draw(void *widget, const struct rw_area *area, bool focused)
{
    struct rw_choice *choice = widget;
    size_t rows = area->rows > 0 ? (size_t)area->rows : 1;
    if (choice->count && choice->at >= choice->count)
        choice->at = choice->count - 1;
    if (choice->at < choice->top)
        choice->top = choice->at;
    if (choice->at >= choice->top + rows)
        choice->top = choice->at - rows + 1;
    if (choice->top + rows > choice->count)
        choice->top = choice->count > rows ? choice->count - rows : 0;
    choice->cut = false;
    for (size_t row = 0; row < rows && choice->top + row < choice->count; row++) {
        size_t index = choice->top + row;
        struct rw_buf text = {0};
        option_text(&text, choice, index);
        bool here = focused && index == choice->at;
        enum rw_style style = here                                 ? RW_STYLE_FOCUS
                              : choice->options[index].unavailable ? RW_STYLE_DIM
                                                                   : RW_STYLE_NORMAL;
        int width = rw_width(rw_buf_str(&text));
        if (width > area->cols && index == choice->at)
            choice->cut = true;
        rw_area_cell(area, (int)row, 0, width < area->cols ? width : area->cols, style,
                     rw_buf_str(&text));
        if (here)
            rw_area_cursor(area, (int)row, 1);
        rw_buf_done(&text);
    }
}

static char *whole(const void *widget)
{
    const struct rw_choice *choice = widget;
    if (!choice->cut || choice->at >= choice->count)
        return NULL;
    struct rw_buf text = {0};
    option_text(&text, choice, choice->at);
    return rw_buf_take(&text);
}

const struct rw_widget_class rw_choice_class = {.key = on_key, .draw = draw, .whole = whole};
