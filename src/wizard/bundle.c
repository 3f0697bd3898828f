/* SPDX-License-Identifier: Apache-2.0 */
/* The support bundle, over the connections that are there. They may be closed and made anew
 * meanwhile, as an install ends: a host is looked up whenever it is needed. */
#include "bundle/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "wizard/wizard_private.h"

/* For hosts that are being connected to, or that ask something. */
#define WAIT_MS 30000

static enum rw_contact_state look(void *context, size_t host, struct rw_remote **remote,
                                  const struct rw_finding **failure)
{
    struct rw_wizard *wizard = context;
    struct wizard_live *live = &wizard->live;
    int index = live->contact ? live_index(live, wizard->bundle.ids[host]) : -1;
    if (index < 0)
        return RW_CONTACT_WAITING;
    *remote = rw_contact_remote(live->contact, (size_t)index);
    *failure = rw_contact_failure(live->contact, (size_t)index);
    return rw_contact_state(live->contact, (size_t)index);
}

static void on_progress(void *context, size_t done, size_t total)
{
    struct rw_wizard *wizard = context;
    wizard->bundle.done = done;
    wizard->bundle.total = total;
    wizard_changed(wizard);
}

static void on_closed(void *context)
{
    struct rw_wizard *wizard = context;
    wizard->bundle.bundle = NULL;
    wizard->bundle.running = false;
    wizard_changed(wizard);
    wizard_settle_closing(wizard);
}

static void on_done(void *context, bool written, const struct rw_findings *findings)
{
    struct rw_wizard *wizard = context;
    wizard->bundle.written = written;
    for (size_t i = 0; i < findings->count; i++)
        rw_findings_copy(&wizard->bundle.findings, &findings->items[i]);
    rw_bundle_free(wizard->bundle.bundle, on_closed, wizard);
}

/* The file of a new bundle, in the current folder, to free(). */
static char *new_path(const char *cluster)
{
    char *folder = realpath(".", NULL), *name = rw_bundle_name(cluster);
    char *path = rw_file_expand(name, folder);
    free(folder);
    free(name);
    return path;
}

static void add_secret(void *redactor, const char *text)
{
    rw_redactor_add(redactor, text);
}

/* The typed secrets, and the token wherever it is kept; the bundle itself reads files. */
static struct rw_redactor *secrets_of(const struct rw_wizard *wizard)
{
    struct rw_redactor *redactor = rw_redactor_new();
    char *token = rw_wizard_token(wizard);
    rw_redactor_add(redactor, token);
    rw_secret_free(token);
    rw_questions_secrets(&wizard->questions, add_secret, redactor);
    for (size_t i = 0; i < wizard->live.logins.count; i++) {
        rw_redactor_add(redactor, wizard->live.logins.passwords[i]);
        rw_redactor_add(redactor, wizard->live.logins.sudo_passwords[i]);
    }
    return redactor;
}

int rw_wizard_make_bundle(struct rw_wizard *wizard, struct rw_findings *findings)
{
    struct wizard_bundle *bundle = &wizard->bundle;
    const struct rw_document *document = wizard->document;
    if (bundle->running || wizard->life.ending || !wizard->draft.cluster)
        return RW_EBUSY;
    char *path = new_path(wizard->draft.cluster);
    struct rw_redactor *secrets = secrets_of(wizard);
    struct rw_bundle_options options = {
        .cluster = document->cluster,
        .path = path,
        .secrets = secrets,
        .findings = &wizard->install.findings,
        .wait_ms = WAIT_MS,
        .hosts = {look, wizard},
    };
    struct rw_bundle_listener listener = {on_progress, on_done, wizard};
    bundle->bundle = rw_bundle_start(wizard->loop, &options, &listener, findings);
    rw_redactor_free(secrets);
    if (!bundle->bundle) {
        free(path);
        return RW_EIO;
    }
    bundle_done(bundle);
    bundle->path = path;
    bundle->ids = rw_memdup(document->ids, document->cluster->host_count * sizeof *bundle->ids);
    bundle->running = true;
    bundle->written = false;
    bundle->done = 0;
    bundle->total = document->cluster->host_count;
    wizard_changed(wizard);
    return 0;
}

struct rw_wizard_bundle rw_wizard_bundle(const struct rw_wizard *wizard)
{
    const struct wizard_bundle *bundle = &wizard->bundle;
    return (struct rw_wizard_bundle){
        .running = bundle->running,
        .written = bundle->written,
        .done = bundle->done,
        .total = bundle->total,
        .path = bundle->path,
        .findings = &bundle->findings,
    };
}

bool bundle_drop(struct rw_wizard *wizard)
{
    if (wizard->bundle.bundle)
        rw_bundle_free(wizard->bundle.bundle, on_closed, wizard);
    return wizard->bundle.bundle == NULL;
}

void bundle_know(struct rw_wizard *wizard, const char *secret)
{
    if (wizard->bundle.bundle)
        rw_bundle_know(wizard->bundle.bundle, secret);
}

void bundle_done(struct wizard_bundle *bundle)
{
    free(bundle->ids);
    free(bundle->path);
    rw_findings_done(&bundle->findings);
    bundle->ids = NULL;
    bundle->path = NULL;
}
