/* A dialog over the screen: a message, a question, or a question that wants a word typed. It never
 * ends by itself. */
#ifndef RW_UI_DIALOG_H
#define RW_UI_DIALOG_H

#include <stdbool.h>

#include "ui/buttons.h"
#include "ui/entry.h"
#include "ui/text_view.h"

/* What is asked; everything is borrowed until rw_dialog_open() has returned. */
struct rw_dialog_spec {
    const char *title;                   /* N_(), or NULL */
    const char *text;                    /* as it is shown, translated already */
    const char *buttons[RW_BUTTONS_MAX]; /* N_(), ended by NULL; none: one that says OK */
    size_t preselected;
    /* The button that Esc stands for; usually the last one. */
    size_t escape;
    /* When not NULL: the first button works only once this was typed, and the focus begins in the
     * field. Keys that were typed before the dialog stood there do not count. */
    const char *word;
    /* The dialog is gone already; another one may be opened. NULL: nothing to do. */
    void (*answered)(void *context, size_t button);
    void *context;
};

enum rw_dialog_focus { RW_DIALOG_BUTTONS, RW_DIALOG_ENTRY };

struct rw_dialog {
    const char *title;
    char *word; /* or NULL */
    struct rw_text_view text;
    struct rw_entry entry;
    struct rw_buttons buttons;
    enum rw_dialog_focus focus;
    size_t escape;
    void (*answered)(void *context, size_t button);
    void *context;
};

/* To rw_dialog_free(). */
struct rw_dialog *rw_dialog_open(const struct rw_dialog_spec *spec);
void rw_dialog_free(struct rw_dialog *dialog);
/* Takes a key. True when a button was chosen: *button. answered() is not called. */
bool rw_dialog_key(struct rw_dialog *dialog, const struct rw_key *key, size_t *button);
/* Draws it in the middle of the area, in a box. */
void rw_dialog_draw(struct rw_dialog *dialog, const struct rw_area *area);

#endif
