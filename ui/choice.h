/* SPDX-License-Identifier: Apache-2.0 */
/* A list to choose from: one of several (radio), or any of them (checklist). */
#ifndef RW_UI_CHOICE_H
#define RW_UI_CHOICE_H

#include <stdbool.h>
#include <stddef.h>

#include "ui/widget.h"

struct rw_option {
    const char *label;       /* N_() */
    const char *unavailable; /* N_(): why it cannot be chosen; NULL when it can */
    bool chosen;
};

/* `struct rw_choice choice = {.options = …, .count = …};` is ready. The options are borrowed. */
struct rw_choice {
    struct rw_option *options;
    size_t count;
    bool many; /* checklist */

    size_t at, top;
    bool cut; /* a row was longer than the area */
};

extern const struct rw_widget_class rw_choice_class;

/* Enter chooses like the space bar; on what is chosen already, of several, it moves on. */

/* The first option that is chosen, or count. */
size_t rw_choice_chosen(const struct rw_choice *choice);
/* Chooses one; with radio buttons, that one alone. */
void rw_choice_set(struct rw_choice *choice, size_t index);

#endif
