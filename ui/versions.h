/* SPDX-License-Identifier: Apache-2.0 */
/* The list of releases to choose from, over the settings. */
#ifndef RW_UI_VERSIONS_H
#define RW_UI_VERSIONS_H

#include "ui/screen.h"
#include "ui/table.h"
#include "wizard/wizard.h"

struct rw_versions {
    struct rw_wizard *wizard; /* first: see screens.h */
    struct rw_screen screen;
    struct rw_item items[1];
    struct rw_table table;
};

/* Makes it ready; it must not move in memory. Nothing has to be freed. rw_ui_push() shows
 * &versions->screen; what is chosen is set in the model. */
void rw_versions_init(struct rw_versions *versions, struct rw_wizard *wizard);
void rw_versions_done(struct rw_versions *versions);
/* Appends a line about the channel, translated: its newest release, that the server is being asked,
 * or why it is not known; nothing when no server was asked. */
void rw_versions_hint(struct rw_wizard *wizard, struct rw_buf *out);

#endif
