/* SPDX-License-Identifier: Apache-2.0 */
/* The interface of all widgets: plain state, a function that takes a key, and one that draws. Their
 * container (screen.h) knows them through these tables alone. */
#ifndef RW_UI_WIDGET_H
#define RW_UI_WIDGET_H

#include <stdbool.h>

#include "base/mem.h"
#include "ui/canvas.h"
#include "ui/key.h"

enum rw_handled {
    RW_IGNORED,   /* the key means nothing here */
    RW_USED,      /* it moved something, or did nothing at its end */
    RW_CHANGED,   /* the value is another one now */
    RW_ACTIVATED, /* the user is done here (Enter) */
};

struct RW_ROW rw_widget_class {
    enum rw_handled (*key)(void *widget, const struct rw_key *key);
    /* Focused: the cursor is put where the next key goes. Views may move their first row. */
    void (*draw)(void *widget, const struct rw_area *area, bool focused);
    /* Whether letters are text now; NULL: never. */
    bool (*takes_text)(const void *widget);
    /* The focus goes away; NULL: nothing to do. */
    void (*leave)(void *widget);
    /* The whole text of a cut one, to free(); or NULL when nothing is cut. May be NULL. */
    char *(*whole)(const void *widget);
    /* The text that `y` copies, to free(), or NULL. May be NULL. */
    char *(*copy)(const void *widget);
    /* Draws nothing that shows its focus: the screen marks its first row. */
    bool plain;
};

#endif
