/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/screen_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "install/repair_log.h"

void rw_step_onward(struct rw_screen *screen)
{
    struct rw_buf why = {0};
    if (screen->class->blocked)
        screen->class->blocked(screen, &why);
    if (why.len)
        rw_screen_move_focus(screen, true);
    else
        rw_screen_set_focus(screen, screen->item_count + RW_SCREEN_NEXT);
    rw_buf_done(&why);
}

/* ---- taking back ---- */

static void write_undone(void *subject, struct rw_buf *out)
{
    rw_buf_addf(out, _("Undone: %s"), _((const char *)subject));
}

void rw_step_undo(struct rw_screen *screen)
{
    struct rw_wizard *wizard = rw_screens_wizard(screen);
    char *what = rw_strdup(rw_wizard_undoable(wizard));
    rw_wizard_undo(wizard);
    rw_ui_remark(screen->ui, write_undone, what, free);
}

const char *rw_step_why_no_undo(const struct rw_screen *screen)
{
    struct rw_wizard *wizard = rw_screens_wizard(screen);
    return rw_wizard_run(wizard).running ? N_("The install is still running.")
           : rw_wizard_undoable(wizard)  ? NULL
                                         : N_("There is nothing to undo.");
}

/* ---- overriding a finding ---- */

static void on_reason(void *context, size_t button, const char *reason)
{
    struct rw_step_override *override = context;
    struct rw_findings findings = {0};
    if (button != 0)
        return;
    rw_wizard_override(override->wizard, override->id, reason, &findings);
    rw_screens_tell(override->ui, N_("Not saved"), &findings);
    rw_findings_done(&findings);
}

static void write_ask_reason(void *subject, struct rw_buf *out)
{
    const struct rw_step_override *override = subject;
    rw_buf_addf(out,
                _("Why do you override %s? The reason is shown in the review, in the report and in "
                  "the journal. An empty one withdraws an earlier one."),
                rw_finding_code(override->id));
}

static void ask_reason(struct rw_step_override *override)
{
    struct rw_dialog_spec spec = {
        .title = N_("Override a finding"),
        .write = write_ask_reason,
        .buttons = {N_("OK"), N_("Cancel")},
        .escape = 1,
        .field = N_("Reason"),
        .value = rw_wizard_override_reason(override->wizard, override->id),
        .typed = on_reason,
        .context = override,
    };
    rw_ui_dialog(override->ui, &spec);
}

static void on_word(void *context, size_t button)
{
    if (button == 0)
        ask_reason(context);
}

static void write_ask_word(void *subject, struct rw_buf *out)
{
    const struct rw_step_override *override = subject;
    rw_buf_addf(
        out,
        _("Nodes join and users connect through this name. With %s overridden, the install may "
          "fail, or work only until a server goes down.\nType %s to override the findings."),
        rw_finding_code(override->id), override->word);
}

void rw_step_override_ask(struct rw_step_override *override, struct rw_ui *ui,
                          enum rw_finding_id id, const char *word)
{
    override->ui = ui;
    override->id = id;
    if (!word || rw_wizard_override_reason(override->wizard, id)) {
        ask_reason(override);
        return;
    }
    override->word = word;
    struct rw_dialog_spec spec = {
        .title = N_("Override the findings"),
        .write = write_ask_word,
        .buttons = {N_("Override"), N_("Cancel")},
        .escape = 1,
        .word = word,
        .answered = on_word,
        .context = override,
    };
    rw_ui_dialog(ui, &spec);
}

/* ---- the report ---- */

static void write_report(const struct rw_step_report *report, const struct rw_wizard_check *check,
                         const char *path)
{
    struct rw_findings findings = {0};
    if (rw_wizard_write_report(report->wizard, check, path, &findings) == 0)
        rw_screens_written(report->ui, path, NULL);
    else
        rw_screens_written(report->ui, path, rw_finding_get(&findings.items[0], "reason"));
    rw_findings_done(&findings);
}

static void on_path(void *context, size_t button, const char *path)
{
    struct rw_step_report *report = context;
    struct rw_wizard_check check = rw_wizard_check(report->wizard, report->step);
    if (button == 0 && check.result && *path)
        write_report(report, &check, path);
}

void rw_step_report_ask(struct rw_step_report *report, struct rw_ui *ui)
{
    const struct rw_cluster *cluster = rw_wizard_document(report->wizard)->cluster;
    report->ui = ui;
    if (!rw_wizard_check(report->wizard, report->step).result) {
        rw_ui_notice(ui, N_("Nothing has been checked yet."));
        return;
    }
    char *path = rw_asprintf("%s-check.md", cluster->name ? cluster->name : "cluster");
    struct rw_dialog_spec spec = {
        .title = N_("Save report"),
        .text = N_("All findings as text, to keep or to send. It contains no secrets. An existing "
                   "file is replaced."),
        .buttons = {N_("Save"), N_("Cancel")},
        .escape = 1,
        .field = N_("File"),
        .value = path,
        .typed = on_path,
        .context = report,
    };
    rw_ui_dialog(ui, &spec);
    free(path);
}
