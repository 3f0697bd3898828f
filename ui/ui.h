/* SPDX-License-Identifier: Apache-2.0 */
/* The wizard's shell: which screen is shown, dialogs over it, and the keys that work everywhere. It
 * knows no terminal: a struct rw_ui_host gives it what it needs (ui_term.h has the real one), and
 * draws on a canvas, so that whole screens can be tested as text. */
#ifndef RW_UI_UI_H
#define RW_UI_UI_H

#include <stdbool.h>
#include <stdint.h>

#include "base/mem.h"
#include "ui/dialog.h"
#include "ui/screen.h"
#include "ui/theme.h"

/* The calls that the shell needs from outside; functions may be NULL. */
struct RW_ROW rw_ui_host {
    void (*redraw)(void *context); /* draw soon */
    void (*repaint)(void *context);
    void (*flush_keys)(void *context);
    /* Drops what was typed before this drawing and has not been passed on, but for ^C. */
    void (*drop_typed)(void *context);
    /* Puts a text on the clipboard of the terminal; whether it takes it cannot be known. */
    void (*copy)(void *context, const char *text);
    void (*suspend)(void *context);
    void (*set_theme)(void *context, enum rw_theme theme);
    /* The user wants to leave; everything is saved. */
    void (*quit)(void *context);
};

#define RW_UI_DEPTH 8 /* screens, and dialogs, over each other */

struct rw_ui {
    const struct rw_ui_host *host;
    void *context;
    struct rw_abilities can;
    enum rw_theme theme;
    int rows, cols; /* of the last drawing */

    struct rw_screen *const *steps;
    size_t step_count;
    struct rw_screen *stack[RW_UI_DEPTH]; /* a step, and what was pushed on top of it */
    size_t depth;
    struct rw_dialog *dialogs[RW_UI_DEPTH];
    size_t dialog_count;
    /* Another screen or dialog stands there, or a letter has acted: what comes before it can be
     * seen is dropped, but for ^C, ^L and ^Z. */
    bool undrawn;
    bool visiting; /* a value is looked at from the review: Back goes there */
    bool quitting; /* that question stands there */
    char *notice;
    int64_t saved_ms; /* wall clock; 0: nothing was saved yet */
};

/* The host is borrowed. To rw_ui_done(). */
void rw_ui_init(struct rw_ui *ui, const struct rw_ui_host *host, void *context,
                const struct rw_abilities *can);
/* Closes all dialogs unanswered. The screens belong to others. */
void rw_ui_done(struct rw_ui *ui);

/* The steps of the wizard, of which the first is shown; borrowed. */
void rw_ui_set_steps(struct rw_ui *ui, struct rw_screen *const *steps, size_t count);
/* Shows a step, counted from 0. Pushed screens are dropped. */
void rw_ui_go(struct rw_ui *ui, size_t step);
/* The step that is shown, or under what is shown; step_count when there is none. */
size_t rw_ui_step(const struct rw_ui *ui);
/* Shows a screen on top; Esc (unless it has an action for that) or rw_ui_pop() takes it away. */
void rw_ui_push(struct rw_ui *ui, struct rw_screen *screen);
void rw_ui_pop(struct rw_ui *ui);
/* The screen on top, or NULL. */
struct rw_screen *rw_ui_screen(const struct rw_ui *ui);

void rw_ui_key(struct rw_ui *ui, const struct rw_key *key);
/* A key: a letter, a Ctrl key by its letter, or another one by its code. */
struct rw_ui_binding {
    char letter, ctrl;
    enum rw_key_code code;
};
#define RW_UI_BINDINGS 4

/* A key that works on every screen. What it does, the help and the manual come from this row. */
struct RW_ROW rw_ui_common_key {
    struct rw_ui_binding keys[RW_UI_BINDINGS]; /* the rest is empty */
    const char *what;                          /* N_(); NULL: not in the help */
    bool small;                                /* also on a terminal that is too small */
    bool dialogs;                              /* also while a dialog stands there */
    /* Letters and keys without Ctrl come last, after the widget and the screen; others first. */
    void (*act)(struct rw_ui *ui, const struct rw_key *key);
};
extern const struct rw_ui_common_key rw_ui_common_keys[];
extern const size_t rw_ui_common_key_count;
/* Appends its keys as they are called on the screen: "^N, F10". */
void rw_ui_common_key_names(const struct rw_ui_common_key *row, struct rw_buf *out);
void rw_ui_draw(struct rw_ui *ui, struct rw_canvas *canvas);
/* Whether what is shown changes with the time alone: it has to be drawn now and then. */
bool rw_ui_moves(const struct rw_ui *ui);
/* Something has changed. */
void rw_ui_redraw(struct rw_ui *ui);

/* Opens a dialog over everything. One with a word to type drops the keys that were typed before.
 * RW_UI_DEPTH at most stand over each other; a further one is answered with its escape at once. */
void rw_ui_dialog(struct rw_ui *ui, const struct rw_dialog_spec *spec);
/* Shows the help for what has the focus. */
void rw_ui_help(struct rw_ui *ui);
/* A message with OK; title is N_() or NULL, text N_(). */
void rw_ui_message(struct rw_ui *ui, const char *title, const char *text);
/* The same with a text that is written: see struct rw_dialog_spec. */
void rw_ui_tell(struct rw_ui *ui, const char *title,
                void (*write)(void *subject, struct rw_buf *out), void *subject,
                void (*drop)(void *subject));
/* Says something in the last row until the next key; N_(). A text longer than the row becomes a
 * message. */
void rw_ui_notice(struct rw_ui *ui, const char *text);
/* The same with a text that is written. */
void rw_ui_remark(struct rw_ui *ui, void (*write)(void *subject, struct rw_buf *out), void *subject,
                  void (*drop)(void *subject));
/* Copies a text to the clipboard of the terminal, and says so. */
void rw_ui_copy(struct rw_ui *ui, const char *text);
/* Everything is saved now; shown in the first row. */
void rw_ui_saved(struct rw_ui *ui, int64_t wall_ms);

#endif
