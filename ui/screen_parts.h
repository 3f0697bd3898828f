/* What the screens of the steps have in common. Inside of ui/ only. */
#ifndef RW_UI_SCREEN_PARTS_H
#define RW_UI_SCREEN_PARTS_H

#include "ui/finding_panel.h"
#include "ui/prompt.h"
#include "ui/ui.h"
#include "wizard/wizard.h"

void rw_item_place(struct rw_item *item, int row, int col, int rows, int cols);

/* Opens another step in the model and on the screen; says why when it is refused. */
void rw_step_go(struct rw_screen *screen, struct rw_wizard *wizard, enum rw_wizard_step step);
/* Appends why a step cannot be left forward, for struct rw_screen_class. */
void rw_step_blocked(const struct rw_wizard *wizard, enum rw_wizard_step step, struct rw_buf *out);
/* Puts the focus on Next when it works, else moves it on. */
void rw_step_onward(struct rw_screen *screen);

/* Shows findings as a message. */
void rw_findings_message(struct rw_ui *ui, const char *title, const struct rw_findings *findings);

/* ---- going on in spite of a finding ---- */

/* `struct rw_step_override override = {.wizard = …};` is ready; to rw_step_override_done(). */
struct rw_step_override {
    struct rw_wizard *wizard;
    struct rw_ui *ui;
    enum rw_finding_id id;
    struct rw_prompt prompt;
};

/* Asks for the reason; word (or NULL) has to be typed before. */
void rw_step_override_ask(struct rw_step_override *override, struct rw_ui *ui,
                          enum rw_finding_id id, const char *word);
void rw_step_override_done(struct rw_step_override *override);

/* ---- the report of a check ---- */

/* `struct rw_step_report report = {.wizard = …, .step = …};` is ready; to rw_step_report_done(). */
struct rw_step_report {
    struct rw_wizard *wizard;
    enum rw_wizard_step step;
    struct rw_ui *ui;
    struct rw_prompt prompt;
};

/* Asks for a file and writes the report of the last check into it. */
void rw_step_report_ask(struct rw_step_report *report, struct rw_ui *ui);
void rw_step_report_done(struct rw_step_report *report);

#endif
