/* SPDX-License-Identifier: Apache-2.0 */
/* An entry field for one line of text, plain or masked. */
#ifndef RW_UI_ENTRY_H
#define RW_UI_ENTRY_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/widget.h"

struct rw_entry {
    const char *label; /* N_(); NULL for none */
    int label_cells;   /* the field begins after so many; 0: after the label */
    int field_cells;   /* 0: to the end of the area */
    const char *empty; /* N_(): stands in it while it is empty; or NULL */
    bool masked;       /* shows stars */
    bool revealed;     /* shows the text anyway; ^R toggles */
    /* Judges the text as the field is left: NULL, or what is wrong with it, to free(). */
    char *(*check)(void *context, const char *text);
    void *context;

    /* Set by the functions below. */
    char *text; /* UTF-8 without control characters, ended by NUL */
    size_t size, max;
    size_t cursor;
    size_t first;  /* of what is shown */
    char *message; /* of check(), or NULL */
};

extern const struct rw_widget_class rw_entry_class;

/* An empty field for at most max bytes; the rest of *entry is zeroed. To rw_entry_done(). */
void rw_entry_init(struct rw_entry *entry, size_t max);
/* Wipes the text. */
void rw_entry_done(struct rw_entry *entry);
/* Replaces the text (NULL: empty it); the cursor goes to its end, the message away. */
void rw_entry_set(struct rw_entry *entry, const char *text);
/* Judges the text now. True when nothing is wrong. */
bool rw_entry_check(struct rw_entry *entry);

#endif
