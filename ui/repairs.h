/* SPDX-License-Identifier: Apache-2.0 */
/* The repairs that the program can run on the hosts: chosen from a list, with the commands beside
 * it, and carried out after a question. */
#ifndef RW_UI_REPAIRS_H
#define RW_UI_REPAIRS_H

#include "check/fix.h"
#include "ui/choice.h"
#include "ui/text_view.h"
#include "ui/viewer.h"
#include "wizard/wizard.h"

/* `struct rw_repairs repairs = {0};` is ready; it must not move in memory. To rw_repairs_done(). */
struct rw_repairs {
    struct rw_wizard *wizard;
    struct rw_ui *ui;
    struct rw_screen screen;
    struct rw_item items[2];
    struct rw_fixes fixes;
    struct rw_option *options; /* by fix; their labels are owned */
    struct rw_choice choice;
    struct rw_text_view commands;
};

/* Shows what can be repaired of what step 4 has found; chosen is what concerns the finding, or all
 * when there is nothing for it, or it is NULL. Says so when nothing can be. */
void rw_repairs_open(struct rw_repairs *repairs, struct rw_ui *ui, struct rw_wizard *wizard,
                     const struct rw_finding *finding);
void rw_repairs_done(struct rw_repairs *repairs);

#endif
