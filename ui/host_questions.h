/* SPDX-License-Identifier: Apache-2.0 */
/* The questions of hosts as dialogs over the current screen: host keys to trust, passwords and
 * passphrases. A dialog waits until a cluster was chosen and the user is not typing. */
#ifndef RW_UI_HOST_QUESTIONS_H
#define RW_UI_HOST_QUESTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "ui/ui.h"
#include "wizard/wizard.h"

/* `struct rw_host_questions questions = {.wizard = …, .ui = …};` is ready. Both are borrowed. */
struct rw_host_questions {
    struct rw_wizard *wizard;
    struct rw_ui *ui;
    bool open;        /* one of our dialogs stands there */
    unsigned serial;  /* of the question in it; 0: all host keys that were listed */
    bool each;        /* the user wants to see the host keys one by one */
    int64_t since_ms; /* rw_clock_ms() when something was asked first; 0: nothing is asked */
};

/* To be called when the model or the screen has changed, and now and then while they wait: host
 * keys are shown together when several hosts ask within a moment. */
void rw_host_questions_look(struct rw_host_questions *questions);
/* Whether they wait for nothing but the time. */
bool rw_host_questions_wait(const struct rw_host_questions *questions);

#endif
