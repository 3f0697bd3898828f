/* SPDX-License-Identifier: Apache-2.0 */
/* A screen: widgets with places, keys with labels, and what leads on from it. A screen is a table
 * of these; ui.h shows it and gives it its keys. */
#ifndef RW_UI_SCREEN_H
#define RW_UI_SCREEN_H

#include <stdbool.h>
#include <stddef.h>

#include "base/mem.h"
#include "ui/key.h"
#include "ui/widget.h"

struct rw_screen;
struct rw_ui;

/* The smallest terminal, unless the screen names another. */
#define RW_SCREEN_ROWS 24
#define RW_SCREEN_COLS 80
/* How wide a form gets. */
#define RW_SCREEN_FORM 90
/* From so many columns on the steps stand at the left. */
#define RW_SCREEN_RAIL_FROM 110

/* A widget on a screen. */
struct rw_item {
    const struct rw_widget_class *class;
    void *widget;
    const char *help;         /* N_(): the text of `?`; NULL: the screen's help */
    bool hidden;              /* neither drawn nor in the order of the focus */
    int row, col, rows, cols; /* in the body; set by layout() */
};

/* A key that works on a screen, outside of text fields unless it is a Ctrl or F-key. */
struct RW_ROW rw_screen_action {
    char letter;           /* 'a', or 0 */
    char ctrl;             /* 'z' for ^Z, or 0 */
    enum rw_key_code code; /* such as RW_KEY_F1 + 4, or RW_KEY_NONE */
    const char *label;     /* N_(); NULL: not named in the last row */
    const char *what;      /* N_(): the same in more words, for the help; NULL: the label */
    void (*act)(struct rw_screen *screen);
    /* Why it does not work now: N_(), or NULL when it does. NULL: always works. */
    const char *(*why_not)(const struct rw_screen *screen);
};

/* Functions may be NULL when nothing is to be done, unless it says otherwise. */
struct RW_ROW rw_screen_class {
    int step;          /* of the steps that ui.h counts; 0 for a screen on top of one */
    const char *title; /* N_() */
    const char *help;  /* N_(): what the screen is for */
    int rows, cols;    /* the smallest terminal; 0: RW_SCREEN_ROWS, RW_SCREEN_COLS */
    bool plain;        /* no row with Back and Next */
    bool form;         /* fields and texts: no wider than RW_SCREEN_FORM, and in the middle */
    const struct rw_screen_action *actions;
    size_t action_count;

    /* The screen comes to the top, and goes from there. */
    void (*shown)(struct rw_screen *screen);
    void (*left)(struct rw_screen *screen);
    /* Places the items in a body of that size. Called before each drawing. */
    void (*layout)(struct rw_screen *screen, int rows, int cols);
    /* Draws what is not a widget, before the widgets. */
    void (*draw)(struct rw_screen *screen, const struct rw_area *body);
    /* Appends what stands in the first row instead of the time of saving, translated. */
    void (*status)(const struct rw_screen *screen, struct rw_buf *out);

    /* Whether what is shown changes with the time alone, now; NULL: never. */
    bool (*moves)(const struct rw_screen *screen);

    /* A widget's value changed by a key; its focus went away after that ("save now"); Enter in it
     * (without this function the focus moves on). */
    void (*changed)(struct rw_screen *screen, size_t item);
    void (*item_left)(struct rw_screen *screen, size_t item);
    void (*activated)(struct rw_screen *screen, size_t item);
    /* Something was pasted outside of a text field. */
    void (*pasted)(struct rw_screen *screen, const char *text, size_t size);

    /* What `y` copies, to free(); NULL: what the item in focus offers. */
    char *(*copy)(const struct rw_screen *screen);

    /* Appends why Next is blocked, translated; nothing: it is not. */
    void (*blocked)(const struct rw_screen *screen, struct rw_buf *out);
    /* Instead of the next and the former step. */
    void (*next)(struct rw_screen *screen);
    const char *next_label; /* N_(); NULL: "Next >" */
    void (*back)(struct rw_screen *screen);
    /* A button between Back and Next: N_(), and what it does. */
    const char *extra;
    void (*extra_act)(struct rw_screen *screen);
    /* Puts the focus where a value is typed: the key of rw_document_set(), of a host or of the
     * cluster (RW_DOCUMENT_CLUSTER); another one is ignored. */
    void (*find)(struct rw_screen *screen, int host, const char *key);
    /* ^C, instead of the question whether to quit. */
    void (*quit)(struct rw_screen *screen);
};

struct rw_screen {
    const struct rw_screen_class *class;
    void *state; /* the screen's own */
    struct rw_item *items;
    size_t item_count;

    struct rw_ui *ui; /* that shows it, or showed it last */
    /* An item, or item_count + 0 Back, 1 extra, 2 Next. */
    size_t focus;
};

enum rw_screen_button { RW_SCREEN_BACK, RW_SCREEN_EXTRA, RW_SCREEN_NEXT, RW_SCREEN_BUTTONS };

/* The texts of the frame around the screen; all texts are translated already. */
struct rw_frame {
    size_t step_count;
    struct rw_screen *const *steps; /* in their order */
    const char *saved;              /* "saved 14:02:11", or "" */
    const char *language;           /* in the language itself */
    const char *back;               /* on the button: "< Back" */
    const char *notice;             /* stands in the last row, instead of the keys; or NULL */
    bool focused;                   /* false under a dialog */
};

/* Draws the whole screen: frame, items, keys. On an area that is too small, draws how large it is
 * and must be. */
void rw_screen_draw(struct rw_screen *screen, const struct rw_frame *frame,
                    const struct rw_area *area);
/* Whether the area is large enough. */
bool rw_screen_fits(const struct rw_screen *screen, int rows, int cols);

/* Moves the focus to the next place that can have it, or the one before; the item that loses it is
 * notified. */
void rw_screen_move_focus(struct rw_screen *screen, bool forward);
void rw_screen_set_focus(struct rw_screen *screen, size_t focus);
/* The item in focus, or NULL on a button. */
struct rw_item *rw_screen_item(const struct rw_screen *screen);
/* Puts the focus where a page is entered: at its first item, or on Next when nothing is in the way
 * of that. */
void rw_screen_enter(struct rw_screen *screen);
/* Whether letters are text now. */
bool rw_screen_typing(const struct rw_screen *screen);
/* The whole text of what is cut: of the item in focus, else of another one. To free(), or NULL. */
char *rw_screen_whole(const struct rw_screen *screen);
/* Makes sure that the focus stands somewhere. */
void rw_screen_check_focus(struct rw_screen *screen);

/* Appends the action's key, as it is called on the screen: "a", "^Z", "F5". */
void rw_screen_action_key(const struct rw_screen_action *action, struct rw_buf *out);

#endif
