/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/take_over.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "operation/question.h"

static void write_question(void *subject, struct rw_buf *out)
{
    const struct rw_take_over *take_over = subject;
    const struct rw_findings *locked = rw_wizard_run(take_over->wizard).locked;
    char *text = locked ? rw_lock_question_text(locked) : NULL;
    if (text)
        rw_buf_adds(out, text);
    free(text);
}

static void on_answered(void *context, size_t button)
{
    struct rw_take_over *take_over = context;
    take_over->open = false;
    rw_wizard_take_over(take_over->wizard, button == 0);
}

void rw_take_over_look(struct rw_take_over *take_over)
{
    struct rw_dialog_spec spec = {
        .title = N_("Another console is working on these hosts"),
        .write = write_question,
        .buttons = {N_("Take over"), N_("Cancel")},
        .preselected = 1,
        .escape = 1,
        .answered = on_answered,
        .context = take_over,
    };
    if (take_over->open || !rw_wizard_run(take_over->wizard).locked ||
        take_over->ui->dialog_count > 0)
        return;
    take_over->open = true;
    rw_ui_dialog(take_over->ui, &spec);
}
