/* SPDX-License-Identifier: Apache-2.0 */
/* A row of buttons. */
#ifndef RW_UI_BUTTONS_H
#define RW_UI_BUTTONS_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/widget.h"

#define RW_BUTTONS_MAX 6

struct rw_button {
    const char *label; /* N_() */
    bool blocked;      /* drawn dim; the handler of Enter says why */
};

/* `struct rw_buttons buttons = {.count = 2, .items = {{.label = …}, …}};` is ready. */
struct rw_buttons {
    struct rw_button items[RW_BUTTONS_MAX];
    size_t count, at;
};

extern const struct rw_widget_class rw_buttons_class;

/* The cells that they take, drawn side by side. */
int rw_buttons_width(const struct rw_buttons *buttons);
/* Draws one button, "[ Next > ]", and gives the column after it. */
int rw_button_draw(const struct rw_area *area, int row, int col, const struct rw_button *button,
                   bool focused);

#endif
