/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/run_questions.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "operation/question.h"

static void write_question(void *subject, struct rw_buf *out)
{
    const struct rw_run_questions *questions = subject;
    struct rw_wizard_run run = rw_wizard_run(questions->wizard);
    char *text = run.locked     ? rw_lock_question_text(run.locked)
                 : run.restarts ? rw_restart_question_text(run.restarts)
                                : NULL;
    if (text)
        rw_buf_adds(out, text);
    free(text);
}

static void on_take_over(void *context, size_t button)
{
    struct rw_run_questions *questions = context;
    questions->open = false;
    rw_wizard_take_over(questions->wizard, button == 0);
}

static void on_restart(void *context, size_t button)
{
    struct rw_run_questions *questions = context;
    questions->open = false;
    rw_wizard_restart(questions->wizard, button == 0);
}

void rw_run_questions_look(struct rw_run_questions *questions)
{
    struct rw_wizard_run run = rw_wizard_run(questions->wizard);
    struct rw_dialog_spec lock = {
        .title = N_("Another console is working on these hosts"),
        .write = write_question,
        .buttons = {N_("Take over"), N_("Cancel")},
        .preselected = 1,
        .escape = 1,
        .answered = on_take_over,
        .context = questions,
    };
    struct rw_dialog_spec restart = {
        .title = N_("Running nodes have to be restarted"),
        .write = write_question,
        .buttons = {N_("Restart them"), N_("Cancel")},
        .preselected = 1,
        .escape = 1,
        .answered = on_restart,
        .context = questions,
    };
    if (questions->open || questions->ui->dialog_count > 0 || (!run.locked && !run.restarts))
        return;
    questions->open = true;
    rw_ui_dialog(questions->ui, run.locked ? &lock : &restart);
}
