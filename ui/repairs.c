/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/repairs.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "ui/screens.h"

enum item { CHOICE, COMMANDS, ITEMS };

static void forget(struct rw_repairs *repairs)
{
    for (size_t i = 0; i < repairs->choice.count; i++)
        free((char *)repairs->options[i].label);
    free(repairs->options);
    repairs->options = NULL;
    repairs->choice = (struct rw_choice){0};
    rw_text_view_done(&repairs->commands);
    rw_fixes_done(&repairs->fixes);
    repairs->fixes = (struct rw_fixes){0};
}

void rw_repairs_done(struct rw_repairs *repairs)
{
    if (repairs)
        forget(repairs);
}

/* ---- drawing ---- */

/* In the language of the moment. */
static void write_labels(struct rw_repairs *repairs)
{
    for (size_t i = 0; i < repairs->fixes.count; i++) {
        const struct rw_fix *fix = &repairs->fixes.items[i];
        free((char *)repairs->options[i].label);
        repairs->options[i].label = rw_asprintf(_("%s: %s"), fix->host, _(fix->title));
    }
}

static void layout(struct rw_screen *screen, int rows, int cols)
{
    struct rw_repairs *repairs = screen->state;
    int choice = (int)repairs->choice.count, most = rows / 2;
    choice = choice > most ? most : choice;
    write_labels(repairs);
    rw_screens_place(&screen->items[CHOICE], 2, 1, choice, cols - 2);
    rw_screens_place(&screen->items[COMMANDS], choice + 3, 1, rows - choice - 3, cols - 2);
    rw_text_view_clear(&repairs->commands);
    const struct rw_fix *fix = &repairs->fixes.items[repairs->choice.at];
    for (size_t i = 0; i < fix->line_count; i++)
        rw_text_view_add(&repairs->commands, RW_STYLE_DIM, "# ", RW_STYLE_NORMAL, fix->lines[i]);
}

static void draw(struct rw_screen *screen, const struct rw_area *body)
{
    const struct rw_repairs *repairs = screen->state;
    const struct rw_fix *fix = &repairs->fixes.items[repairs->choice.at];
    rw_area_text(body, 0, 1, RW_STYLE_NORMAL, _("Select repairs with Space, then press Next."));
    char *title = rw_asprintf(_("commands on %s, as root"), fix->host);
    rw_area_line(body, screen->items[COMMANDS].row - 1, title);
    free(title);
}

static void blocked(const struct rw_screen *screen, struct rw_buf *out)
{
    const struct rw_repairs *repairs = screen->state;
    if (rw_choice_chosen(&repairs->choice) == repairs->choice.count)
        rw_buf_adds(out, _("nothing is selected"));
}

/* ---- carrying out ---- */

/* What became of repairs; copies. */
struct outcome {
    struct rw_wizard_repair *repairs; /* host, title and failure alone */
    size_t count;
};

static void write_outcome(void *subject, struct rw_buf *out)
{
    const struct outcome *outcome = subject;
    for (size_t i = 0; i < outcome->count; i++) {
        const struct rw_wizard_repair *repair = &outcome->repairs[i];
        rw_buf_addf(out, _("%s %s: %s\n"), repair->failure ? "[FAIL]" : "[ OK ]", repair->host,
                    _(repair->title));
        if (repair->failure)
            rw_buf_addf(out, "       %s\n", repair->failure);
    }
    rw_buf_addf(out, "\n%s", _("Everything is checked again now."));
}

static void drop_outcome(void *subject)
{
    struct outcome *outcome = subject;
    for (size_t i = 0; i < outcome->count; i++) {
        free(outcome->repairs[i].host);
        free(outcome->repairs[i].failure);
    }
    free(outcome->repairs);
    free(outcome);
}

static void on_repaired(void *context, const struct rw_wizard_repair *done, size_t count)
{
    struct rw_repairs *repairs = context;
    struct outcome *outcome = rw_calloc(1, sizeof *outcome);
    for (size_t i = 0; i < count; i++)
        *rw_array_add(outcome->repairs, outcome->count) = (struct rw_wizard_repair){
            .host = rw_strdup(done[i].host),
            .title = done[i].title,
            .failure = rw_strdup(done[i].failure),
        };
    rw_ui_tell(repairs->ui, N_("Repair"), write_outcome, outcome, drop_outcome);
}

static void on_confirmed(void *context, size_t button)
{
    struct rw_repairs *repairs = context;
    if (button != 0)
        return;
    bool *chosen = rw_calloc(repairs->fixes.count, sizeof *chosen);
    for (size_t i = 0; i < repairs->fixes.count; i++)
        chosen[i] = repairs->options[i].chosen;
    struct rw_fixes fixes = repairs->fixes;
    rw_ui_pop(repairs->ui);
    repairs->fixes = (struct rw_fixes){0};
    struct rw_findings findings = {0};
    int rc = rw_wizard_fix(repairs->wizard, &fixes, chosen, on_repaired, repairs, &findings);
    if (rc != 0) {
        if (findings.count == 0)
            rw_ui_notice(repairs->ui, N_("This is possible when the check has finished."));
        rw_screens_tell(repairs->ui, N_("Repair"), &findings);
        rw_fixes_done(&fixes);
    }
    rw_findings_done(&findings);
    free(chosen);
}

static void write_commands(void *subject, struct rw_buf *out)
{
    const struct rw_repairs *repairs = subject;
    rw_buf_addf(out, "%s\n", _("These commands run as root now:"));
    for (size_t i = 0; i < repairs->fixes.count; i++) {
        const struct rw_fix *fix = &repairs->fixes.items[i];
        if (!repairs->options[i].chosen)
            continue;
        rw_buf_addc(out, '\n');
        rw_buf_addf(out, _("%s: %s\n"), fix->host, _(fix->title));
        for (size_t k = 0; k < fix->line_count; k++)
            rw_buf_addf(out, "# %s\n", fix->lines[k]);
    }
}

static void next(struct rw_screen *screen)
{
    struct rw_dialog_spec spec = {
        .title = N_("Repair"),
        .write = write_commands,
        .buttons = {N_("Run them"), N_("Cancel")},
        .preselected = 1,
        .escape = 1,
        .answered = on_confirmed,
        .context = screen->state,
    };
    rw_ui_dialog(screen->ui, &spec);
}

static void pop(struct rw_screen *screen)
{
    rw_ui_pop(screen->ui);
}

static const struct rw_screen_class class = {
    .title = N_("Repair"),
    .help = N_("The safe repairs, with the exact commands that are run. Nothing runs before you "
               "confirm it."),
    .layout = layout,
    .draw = draw,
    .blocked = blocked,
    .next = next,
    .back = pop,
};

/* ---- opening ---- */

static bool concerns(const struct rw_fix *fix, const struct rw_finding *finding)
{
    if (!finding || !rw_text_equal(fix->host, finding->host))
        return false;
    for (size_t i = 0; i < fix->finding_count; i++)
        if (fix->findings[i] == finding->id)
            return true;
    return false;
}

static void make_options(struct rw_repairs *repairs, const struct rw_finding *finding)
{
    size_t count = repairs->fixes.count;
    bool any = false;
    repairs->options = rw_calloc(count, sizeof *repairs->options);
    for (size_t i = 0; i < count; i++) {
        const struct rw_fix *fix = &repairs->fixes.items[i];
        repairs->options[i].chosen = concerns(fix, finding);
        if (repairs->options[i].chosen && !any)
            repairs->choice.at = i;
        any = any || repairs->options[i].chosen;
    }
    for (size_t i = 0; i < count; i++)
        repairs->options[i].chosen = repairs->options[i].chosen || !any;
    repairs->choice.options = repairs->options;
    repairs->choice.count = count;
    repairs->choice.many = true;
}

void rw_repairs_open(struct rw_repairs *repairs, struct rw_ui *ui, struct rw_wizard *wizard,
                     const struct rw_finding *finding)
{
    forget(repairs);
    repairs->ui = ui;
    repairs->wizard = wizard;
    rw_wizard_fixes(wizard, &repairs->fixes);
    if (repairs->fixes.count == 0) {
        rw_ui_notice(ui, N_("None of this can be repaired automatically."));
        return;
    }
    make_options(repairs, finding);
    repairs->items[CHOICE] =
        (struct rw_item){.class = &rw_choice_class, .widget = &repairs->choice};
    repairs->items[COMMANDS] =
        (struct rw_item){.class = &rw_text_view_class, .widget = &repairs->commands};
    repairs->screen = (struct rw_screen){&class, repairs, repairs->items, ITEMS, NULL, CHOICE};
    rw_ui_push(ui, &repairs->screen);
}
