/* SPDX-License-Identifier: Apache-2.0 */
/* A finding as people need it: id and fact, why, fix, and a command to paste. */
#ifndef RW_UI_FINDING_PANEL_H
#define RW_UI_FINDING_PANEL_H

#include "finding/finding.h"
#include "ui/text_view.h"

/* `struct rw_finding_panel panel = {0};` is empty. To rw_finding_panel_done(). */
struct rw_finding_panel {
    struct rw_findings finding; /* one or none: a copy */
    char *reason;               /* to override it, or NULL */
    struct rw_text_view view;
};

extern const struct rw_widget_class rw_finding_panel_class;

void rw_finding_panel_done(struct rw_finding_panel *panel);
/* Shows another finding from its start; NULL for none. The same one stays where it is. */
void rw_finding_panel_set(struct rw_finding_panel *panel, const struct rw_finding *finding);

/* The user's reason to override it; NULL: not overridden. Copied. */
void rw_finding_panel_ignored(struct rw_finding_panel *panel, const char *reason);
/* Adds a finding to a text, in the language of the moment; reason: why it is overridden, or
 * NULL. */
void rw_finding_view_add(struct rw_text_view *view, const struct rw_finding *finding,
                         const char *reason);

/* What `y` copies of a finding: its command, else its fix. To free(), or NULL. */
char *rw_finding_copy(const struct rw_finding *finding);

enum rw_style rw_severity_style(enum rw_severity severity);

#endif
