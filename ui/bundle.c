/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/bundle.h"

#include <stdlib.h>

#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "ui/screens.h"

const char *rw_bundle_why_not(const struct rw_screen *screen)
{
    return rw_wizard_bundle(rw_screens_wizard(screen)).running
               ? N_("The support bundle is already being created.")
               : NULL;
}

void rw_bundle_act(struct rw_screen *screen)
{
    struct rw_findings findings = {0};
    if (rw_wizard_make_bundle(rw_screens_wizard(screen), &findings) == 0)
        rw_ui_notice(screen->ui, N_("The support bundle is being created in the background."));
    else if (findings.count == 0)
        rw_ui_notice(screen->ui, N_("This is not possible now."));
    rw_screens_tell(screen->ui, N_("Support bundle"), &findings);
    rw_findings_done(&findings);
}

void rw_bundle_status(const struct rw_wizard *wizard, struct rw_buf *out)
{
    struct rw_wizard_bundle bundle = rw_wizard_bundle(wizard);
    if (bundle.running)
        rw_buf_addf(out, _("  bundle %zu/%zu"), bundle.done, bundle.total);
}

/* The hosts that are missing in it. */
static char *missing(const struct rw_findings *findings)
{
    struct rw_buf hosts = {0};
    for (size_t i = 0; i < findings->count; i++)
        if (findings->items[i].host)
            rw_buf_addf(&hosts, "%s%s", hosts.len ? ", " : "", findings->items[i].host);
    rw_buf_adds(&hosts, "");
    return rw_buf_take(&hosts);
}

/* path: as it is to be shown. */
static char *describe(const struct rw_wizard *wizard, const char *path)
{
    struct rw_wizard_bundle bundle = rw_wizard_bundle(wizard);
    if (bundle.running)
        return rw_asprintf(_("in progress, %zu of %zu hosts"), bundle.done, bundle.total);
    if (!bundle.written && bundle.findings->count > 0)
        return rw_finding_text(&bundle.findings->items[0], RW_FINDING_FACT);
    char *hosts = missing(bundle.findings);
    char *text = *hosts ? rw_asprintf(_("%s (missing in it: %s)"), path, hosts) : rw_strdup(path);
    free(hosts);
    return text;
}

char *rw_bundle_text(const struct rw_wizard *wizard)
{
    const char *path = rw_wizard_bundle(wizard).path;
    return path ? describe(wizard, path) : NULL;
}

void rw_bundle_look(struct rw_bundle_watch *watch)
{
    struct rw_wizard_bundle bundle = rw_wizard_bundle(watch->wizard);
    bool ended = watch->running && !bundle.running;
    watch->running = bundle.running;
    if (!ended || !bundle.path)
        return;
    /* It is in the current folder; all of its path may not fit in a row. */
    char *where = describe(watch->wizard, rw_file_name(bundle.path));
    char *text = rw_asprintf(_("Support bundle: %s"), where);
    rw_ui_notice(watch->ui, text);
    free(text);
    free(where);
}
