/* SPDX-License-Identifier: Apache-2.0 */
/* The support bundle, as steps 7 and 8 have it: a key begins it, the first row shows the progress,
 * and a notice names the file. */
#ifndef RW_UI_BUNDLE_H
#define RW_UI_BUNDLE_H

#include <stdbool.h>

#include "base/buf.h"
#include "ui/screen.h"
#include "ui/ui.h"
#include "wizard/wizard.h"

/* For the actions of a screen that rw_screens_wizard() knows: begins a bundle. */
void rw_bundle_act(struct rw_screen *screen);
/* Why it cannot begin now, translatable, or NULL. */
const char *rw_bundle_why_not(const struct rw_screen *screen);
/* Appends how far it is, while it is being made. */
void rw_bundle_status(const struct rw_wizard *wizard, struct rw_buf *out);
/* Where the last one is, or that there is none; to free(), NULL when none was begun. */
char *rw_bundle_text(const struct rw_wizard *wizard);

struct rw_bundle_watch {
    struct rw_wizard *wizard;
    struct rw_ui *ui;
    bool running; /* when it was looked at last */
};
/* To be called after each change: shows the notice when one has ended. */
void rw_bundle_look(struct rw_bundle_watch *watch);

#endif
