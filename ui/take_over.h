/* SPDX-License-Identifier: Apache-2.0 */
/* The lock of another console, as a dialog: take the hosts over, or leave them. */
#ifndef RW_UI_TAKE_OVER_H
#define RW_UI_TAKE_OVER_H

#include "ui/ui.h"
#include "wizard/wizard.h"

/* `struct rw_take_over take_over = {.wizard = …, .ui = …};` is ready. Both are borrowed. */
struct rw_take_over {
    struct rw_wizard *wizard;
    struct rw_ui *ui;
    bool open; /* our dialog stands there */
};

/* To be called when the model has changed. */
void rw_take_over_look(struct rw_take_over *take_over);

#endif
