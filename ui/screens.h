/* SPDX-License-Identifier: Apache-2.0 */
/* The screens of the wizard, one file each (screen_<name>.c), and what they have in common. A
 * screen reads the model (wizard/wizard.h) as it is drawn, and changes it by its calls; app.h draws
 * anew after each change, and four times a second while a screen says that it moves, so that none
 * needs a timer of its own.
 *
 * The state of each of them is a struct that begins with `struct rw_wizard *wizard`. */
#ifndef RW_UI_SCREENS_H
#define RW_UI_SCREENS_H

#include "finding/finding.h"
#include "ui/ui.h"
#include "wizard/wizard.h"

/* Each borrows the wizard and is to be given to the function below it. NULL is fine there. */
struct rw_screen *rw_screen_welcome_new(struct rw_wizard *wizard);
void rw_screen_welcome_free(struct rw_screen *screen);
struct rw_screen *rw_screen_hosts_new(struct rw_wizard *wizard);
void rw_screen_hosts_free(struct rw_screen *screen);
struct rw_screen *rw_screen_dns_new(struct rw_wizard *wizard);
void rw_screen_dns_free(struct rw_screen *screen);
struct rw_screen *rw_screen_requirements_new(struct rw_wizard *wizard);
void rw_screen_requirements_free(struct rw_screen *screen);
struct rw_screen *rw_screen_settings_new(struct rw_wizard *wizard);
void rw_screen_settings_free(struct rw_screen *screen);
struct rw_screen *rw_screen_review_new(struct rw_wizard *wizard);
void rw_screen_review_free(struct rw_screen *screen);
struct rw_screen *rw_screen_install_new(struct rw_wizard *wizard);
void rw_screen_install_free(struct rw_screen *screen);
struct rw_screen *rw_screen_done_new(struct rw_wizard *wizard);
void rw_screen_done_free(struct rw_screen *screen);

/* All of them, by enum rw_wizard_step, for rw_ui_set_steps(). To rw_screens_done(), after which
 * none is left. */
struct rw_screens {
    struct rw_screen *items[RW_WIZARD_STEPS];
};

void rw_screens_init(struct rw_screens *screens, struct rw_wizard *wizard);
void rw_screens_done(struct rw_screens *screens);

/* ---- what they have in common ---- */

/* For the table of a step: Back and Next open the step before and after it in the model too, and
 * Next is blocked as long as the gate of the step is closed. */
void rw_screens_next(struct rw_screen *screen);
void rw_screens_back(struct rw_screen *screen);
void rw_screens_blocked(const struct rw_screen *screen, struct rw_buf *out);

struct rw_wizard *rw_screens_wizard(const struct rw_screen *screen);
/* Opens a step of the model and shows it; says why not when a gate is closed. */
void rw_screens_go(struct rw_screen *screen, enum rw_wizard_step step);
/* Opens an earlier step where a value is typed (rw_screen_class.find; key may be NULL), from the
 * review, to which Back leads from there. */
void rw_screens_visit(struct rw_screen *screen, enum rw_wizard_step step, int host,
                      const char *key);
/* Shows the step at which the model is. */
void rw_screens_follow(struct rw_screen *screen);
/* Leaves the program; everything is saved. */
void rw_screens_leave(struct rw_screen *screen);
/* Shows findings whole, in a message; nothing when there is none. The title is N_() or NULL. */
void rw_screens_tell(struct rw_ui *ui, const char *title, const struct rw_findings *findings);
/* Says that a file was written, or why not (untranslated; NULL: it was). */
void rw_screens_written(struct rw_ui *ui, const char *path, const char *failure);
/* Puts an item into its place in the body. */
void rw_screens_place(struct rw_item *item, int row, int col, int rows, int cols);

#endif
