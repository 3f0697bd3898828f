#include "ui/screen_parts.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"

void rw_item_place(struct rw_item *item, int row, int col, int rows, int cols)
{
    item->row = row;
    item->col = col;
    item->rows = rows;
    item->cols = cols;
}

/* ---- steps ---- */

void rw_step_go(struct rw_screen *screen, struct rw_wizard *wizard, enum rw_wizard_step step)
{
    if (rw_wizard_go(wizard, step) == 0)
        rw_ui_go(screen->ui, step);
    else
        rw_ui_notice(screen->ui, _("This is not possible now."));
}

void rw_step_blocked(const struct rw_wizard *wizard, enum rw_wizard_step step, struct rw_buf *out)
{
    struct rw_wizard_gate gate = rw_wizard_gate(wizard, step);
    char *text = rw_wizard_gate_text(&gate);
    if (text)
        rw_buf_adds(out, text);
    free(text);
}

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

void rw_findings_message(struct rw_ui *ui, const char *title, const struct rw_findings *findings)
{
    struct rw_buf text = {0};
    for (size_t i = 0; i < findings->count; i++)
        rw_finding_print(&text, &findings->items[i]);
    if (text.len)
        rw_ui_message(ui, title, text.data);
    rw_buf_done(&text);
}

/* ---- going on in spite of a finding ---- */

static void on_reason(void *context, const char *reason)
{
    struct rw_step_override *override = context;
    struct rw_findings findings = {0};
    rw_wizard_override(override->wizard, override->id, reason, &findings);
    rw_findings_message(override->ui, N_("Not saved"), &findings);
    rw_findings_done(&findings);
    rw_ui_redraw(override->ui);
}

static void ask_reason(struct rw_step_override *override)
{
    char *text = rw_asprintf(
        _("Why do you go on in spite of %s? The reason is repeated on the review, in the report "
          "and in the journal. An empty one takes an earlier one back."),
        rw_finding_code(override->id));
    struct rw_prompt_spec spec = {
        .title = N_("Go on in spite of a finding"),
        .text = text,
        .label = N_("Reason"),
        .value = rw_wizard_override_reason(override->wizard, override->id),
        .answered = on_reason,
        .context = override,
    };
    rw_prompt_open(&override->prompt, override->ui, &spec);
    free(text);
}

static void on_word(void *context, size_t button)
{
    if (button == 0)
        ask_reason(context);
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
    char *text = rw_asprintf(_("Nodes join by this name, and users come in by it. With %s ignored "
                               "the install may fail, or work until a server is gone.\n"
                               "Type %s to ignore what was found."),
                             rw_finding_code(id), word);
    struct rw_dialog_spec spec = {
        .title = N_("Ignore what was found"),
        .text = text,
        .buttons = {N_("Ignore"), N_("Cancel")},
        .escape = 1,
        .word = word,
        .answered = on_word,
        .context = override,
    };
    rw_ui_dialog(ui, &spec);
    free(text);
}

void rw_step_override_done(struct rw_step_override *override)
{
    rw_prompt_done(&override->prompt);
}

/* ---- the report ---- */

static void write_report(const struct rw_step_report *report, const struct rw_wizard_check *check,
                         const char *path)
{
    struct rw_override overrides[RW_FINDING_COUNT];
    struct rw_buf text = {0};
    struct rw_error err;
    struct rw_report content = {
        .cluster = check->cluster,
        .result = check->result,
        .overrides = overrides,
        .override_count = rw_wizard_overrides(report->wizard, overrides, RW_COUNT(overrides)),
        .wall_ms = rw_clock_wall_ms(),
    };
    rw_report_add(&text, &content);
    int rc = rw_file_write(path, rw_buf_str(&text), text.len, 0600, &err);
    char *said = rc == 0 ? rw_asprintf(_("Written: %s"), path)
                         : rw_asprintf(_("Not written: %s"), err.message);
    rw_ui_notice(report->ui, said);
    free(said);
    rw_buf_done(&text);
}

static void on_path(void *context, const char *path)
{
    struct rw_step_report *report = context;
    struct rw_wizard_check check = rw_wizard_check(report->wizard, report->step);
    if (check.result && *path)
        write_report(report, &check, path);
}

void rw_step_report_ask(struct rw_step_report *report, struct rw_ui *ui)
{
    const struct rw_cluster *cluster = rw_wizard_document(report->wizard)->cluster;
    report->ui = ui;
    if (!rw_wizard_check(report->wizard, report->step).result) {
        rw_ui_notice(ui, _("Nothing has been checked yet."));
        return;
    }
    char *path = rw_asprintf("%s-check.md", cluster->name ? cluster->name : "cluster");
    struct rw_prompt_spec spec = {
        .title = N_("Save report"),
        .text = _("Everything that was found, as a text to keep or to send. No secret is in it. A "
                  "file that is there is replaced."),
        .label = N_("File"),
        .value = path,
        .answered = on_path,
        .context = report,
    };
    rw_prompt_open(&report->prompt, ui, &spec);
    free(path);
}

void rw_step_report_done(struct rw_step_report *report)
{
    rw_prompt_done(&report->prompt);
}
