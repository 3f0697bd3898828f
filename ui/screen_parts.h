/* SPDX-License-Identifier: Apache-2.0 */
/* Shared by the screens of some steps. Inside of ui/ only. */
#ifndef RW_UI_SCREEN_PARTS_H
#define RW_UI_SCREEN_PARTS_H

#include "ui/screens.h"

/* Puts the focus on Next when it works, else moves it on. */
void rw_step_onward(struct rw_screen *screen);

/* ---- taking back ---- */

/* Takes back the last change, and says which one. */
void rw_step_undo(struct rw_screen *screen);
const char *rw_step_why_no_undo(const struct rw_screen *screen);

/* ---- overriding a finding ---- */

/* `struct rw_step_override override = {.wizard = …};` is ready. */
struct rw_step_override {
    struct rw_wizard *wizard;
    struct rw_ui *ui;
    enum rw_finding_id id;
    const char *word;
};

/* Asks for the reason; word (or NULL) has to be typed before, and stays where it is until then. */
void rw_step_override_ask(struct rw_step_override *override, struct rw_ui *ui,
                          enum rw_finding_id id, const char *word);

/* ---- the report of a check ---- */

/* `struct rw_step_report report = {.wizard = …, .step = …};` is ready. */
struct rw_step_report {
    struct rw_wizard *wizard;
    enum rw_wizard_step step;
    struct rw_ui *ui;
};

/* Asks for a file and writes the report of the last check into it. */
void rw_step_report_ask(struct rw_step_report *report, struct rw_ui *ui);

#endif
