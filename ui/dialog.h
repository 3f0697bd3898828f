/* SPDX-License-Identifier: Apache-2.0 */
/* A dialog over the screen: a message, a question, or a question that wants a word typed. It never
 * ends by itself. */
#ifndef RW_UI_DIALOG_H
#define RW_UI_DIALOG_H

#include <stdbool.h>

#include "base/mem.h"
#include "ui/buttons.h"
#include "ui/entry.h"
#include "ui/text_view.h"

struct rw_buf;

/* The question; everything is borrowed until rw_dialog_open() has returned. */
struct RW_ROW rw_dialog_spec {
    const char *title; /* N_(), or NULL */
    const char *text;  /* N_(); NULL when write() makes it */
    /* Appends the text in the language of the moment. It is called again when that changes; what
     * it leaves empty then stays as it was. */
    void (*write)(void *subject, struct rw_buf *out);
    void *subject;               /* NULL: the context */
    void (*drop)(void *subject); /* when the dialog is gone; NULL: the subject is borrowed */
    const char *buttons[RW_BUTTONS_MAX]; /* N_(), ended by NULL; none: one that says OK */
    size_t preselected;
    /* The button that Esc stands for; usually the last one. */
    size_t escape;
    /* When not NULL: the first button works only once this was typed, and the focus begins in the
     * field. Keys that were typed before the dialog stood there do not count. */
    const char *word;
    /* When not NULL: N_(), what stands before a field for a line of text, in which the focus begins
     * and which is passed to typed(). Enter in it is the first button. */
    const char *field;
    const char *value; /* what stands in the field first; NULL: nothing */
    bool masked;       /* the text is a secret */
    /* The dialog is gone already; another one may be opened. NULL: nothing to do. */
    void (*answered)(void *context, size_t button);
    /* Instead of answered() when there is a field; the text is borrowed for the call. */
    void (*typed)(void *context, size_t button, const char *text);
    void *context;
};

#define RW_DIALOG_TEXT_MAX 4096 /* bytes of the field */

enum rw_dialog_focus { RW_DIALOG_BUTTONS, RW_DIALOG_ENTRY };

struct rw_dialog {
    const char *title, *fixed; /* N_() */
    void (*write)(void *subject, struct rw_buf *out);
    void *subject;
    void (*drop)(void *subject);
    size_t language; /* of the text */
    char *word;      /* or NULL */
    bool has_field;
    struct rw_text_view text;
    struct rw_entry entry;
    struct rw_buttons buttons;
    enum rw_dialog_focus focus;
    size_t escape;
    void (*answered)(void *context, size_t button);
    void (*typed)(void *context, size_t button, const char *text);
    void *context;
};

/* To rw_dialog_free(). */
struct rw_dialog *rw_dialog_open(const struct rw_dialog_spec *spec);
void rw_dialog_free(struct rw_dialog *dialog);
/* Notifies the opener which button was chosen. */
void rw_dialog_tell(const struct rw_dialog *dialog, size_t button);
/* Takes a key. True when a button was chosen: *button. The opener is not notified yet. */
bool rw_dialog_key(struct rw_dialog *dialog, const struct rw_key *key, size_t *button);
/* Draws it in the middle of the area, in a box, and the keys that work in it in the last row. */
void rw_dialog_draw(struct rw_dialog *dialog, const struct rw_area *area);

/* A key that works in a dialog as it stands there. */
struct rw_dialog_key {
    const char *name;  /* "Esc" */
    const char *label; /* N_() */
};
#define RW_DIALOG_KEYS 5
/* Gives their number; RW_DIALOG_KEYS at most. Which ones scroll is known once it was drawn. */
size_t rw_dialog_keys(const struct rw_dialog *dialog, struct rw_dialog_key *keys);

#endif
