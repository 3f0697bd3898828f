/* SPDX-License-Identifier: Apache-2.0 */
/* What an install asks before it goes on, as a dialog: whether to take hosts over whose lock
 * another console has, and whether to restart nodes that run. */
#ifndef RW_UI_RUN_QUESTIONS_H
#define RW_UI_RUN_QUESTIONS_H

#include "ui/ui.h"
#include "wizard/wizard.h"

/* `struct rw_run_questions questions = {.wizard = …, .ui = …};` is ready. Both are borrowed. */
struct rw_run_questions {
    struct rw_wizard *wizard;
    struct rw_ui *ui;
    bool open; /* our dialog stands there */
};

/* To be called when the model has changed. */
void rw_run_questions_look(struct rw_run_questions *questions);

#endif
