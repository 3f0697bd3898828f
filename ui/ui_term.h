/* SPDX-License-Identifier: Apache-2.0 */
/* The shell on a real terminal. */
#ifndef RW_UI_UI_TERM_H
#define RW_UI_UI_TERM_H

#include <uv.h>

#include "ui/ui.h"

struct rw_error;
struct rw_term;

struct rw_ui_term {
    struct rw_ui ui;
    struct rw_term *term;
    /* The user quits (signal 0), or the program receives a signal to end. */
    void (*ended)(void *context, int signal);
    void *context;
};

/* Takes the terminal over, and turns to English where it cannot show Chinese; errors are those of
 * rw_term_new(). To rw_ui_term_close(). It must not move in memory. */
int rw_ui_term_open(struct rw_ui_term *shell, uv_loop_t *loop,
                    void (*ended)(void *context, int signal), void *context, struct rw_error *err);
/* Gives the terminal back. The loop has to turn once more before it is closed. */
/* Scrolls with the wheel of the mouse. */
void rw_ui_term_use_mouse(struct rw_ui_term *shell);
void rw_ui_term_close(struct rw_ui_term *shell);

#endif
