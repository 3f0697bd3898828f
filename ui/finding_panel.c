/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/finding_panel.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"

enum rw_style rw_severity_style(enum rw_severity severity)
{
    static const enum rw_style styles[] = {RW_STYLE_OK, RW_STYLE_UNKNOWN, RW_STYLE_WARN,
                                           RW_STYLE_FAIL};
    return styles[severity];
}

void rw_finding_panel_done(struct rw_finding_panel *panel)
{
    if (!panel)
        return;
    rw_findings_done(&panel->finding);
    rw_text_view_done(&panel->view);
    rw_strset(&panel->reason, NULL);
}

void rw_finding_panel_ignored(struct rw_finding_panel *panel, const char *reason)
{
    rw_strset(&panel->reason, reason);
}

void rw_finding_panel_set(struct rw_finding_panel *panel, const struct rw_finding *finding)
{
    if (!finding && panel->finding.count == 0)
        return;
    if (finding && panel->finding.count && finding->severity == panel->finding.items[0].severity &&
        rw_finding_equal(finding, &panel->finding.items[0]))
        return;
    struct rw_findings before = panel->finding; /* which may hold it */
    panel->finding = (struct rw_findings){0};
    if (finding)
        rw_findings_copy(&panel->finding, finding);
    rw_findings_done(&before);
    panel->view.top = 0;
}

static void add_part(struct rw_text_view *view, const struct rw_finding *finding,
                     enum rw_finding_part part, const char *label)
{
    char *text = rw_finding_text(finding, part);
    char *lead = rw_asprintf("       %s", label);
    if (*text)
        rw_text_view_add(view, RW_STYLE_STRONG, lead, RW_STYLE_NORMAL, text);
    free(lead);
    free(text);
}

void rw_finding_view_add(struct rw_text_view *view, const struct rw_finding *finding,
                         const char *reason)
{
    char *lead = rw_asprintf("%s ", rw_severity_tag(finding->severity));
    char *fact = rw_finding_text(finding, RW_FINDING_FACT);
    char *text = finding->host ? rw_asprintf(_("%s %s: %s"), rw_finding_code(finding->id),
                                             finding->host, fact)
                               : rw_asprintf("%s %s", rw_finding_code(finding->id), fact);
    rw_text_view_add(view, rw_severity_style(finding->severity), lead, RW_STYLE_STRONG, text);
    free(text);
    free(fact);
    free(lead);
    if (reason) {
        char *ignored = rw_asprintf("       %s", _("overridden: "));
        rw_text_view_add(view, RW_STYLE_WARN, ignored, RW_STYLE_NORMAL, reason);
        free(ignored);
    }
    add_part(view, finding, RW_FINDING_WHY, _("Why: "));
    add_part(view, finding, RW_FINDING_FIX, _("Fix: "));
    add_part(view, finding, RW_FINDING_SAME_AS, _("Same as: "));
}

/* In the language of the moment. */
static void write_text(struct rw_finding_panel *panel)
{
    rw_text_view_clear(&panel->view);
    if (panel->finding.count > 0)
        rw_finding_view_add(&panel->view, &panel->finding.items[0], panel->reason);
}

static enum rw_handled on_key(void *widget, const struct rw_key *key)
{
    struct rw_finding_panel *panel = widget;
    return rw_text_view_class.key(&panel->view, key);
}

static void draw(void *widget, const struct rw_area *area, bool focused)
{
    struct rw_finding_panel *panel = widget;
    write_text(panel);
    rw_text_view_class.draw(&panel->view, area, focused);
}

static char *whole(const void *widget)
{
    const struct rw_finding_panel *panel = widget;
    return rw_text_view_class.whole(&panel->view);
}

char *rw_finding_copy(const struct rw_finding *finding)
{
    char *command = rw_finding_text(finding, RW_FINDING_SAME_AS);
    if (command && *command)
        return command;
    free(command);
    return rw_finding_text(finding, RW_FINDING_FIX);
}

static char *copy(const void *widget)
{
    const struct rw_finding_panel *panel = widget;
    return panel->finding.count ? rw_finding_copy(&panel->finding.items[0]) : NULL;
}

const struct rw_widget_class rw_finding_panel_class = {
    .key = on_key, .draw = draw, .whole = whole, .copy = copy, .plain = true};
