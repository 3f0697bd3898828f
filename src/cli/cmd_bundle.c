/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "bundle/bundle.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/spinner.h"
#include "install/journal.h"
#include "install/run.h"

struct bundle {
    struct rw_session session;
    struct rw_contact *contact;
    struct rw_bundle *bundle;
    struct rw_spinner *spinner;
    struct rw_redactor *secrets; /* passwords from files, and what is typed */
    struct rw_findings findings; /* of the last install */
    char *path;
    bool ended;
    int exit_code;
};

/* ---- the end: the bundle, then the connections ---- */

static void on_contact_closed(void *context)
{
    struct bundle *b = context;
    rw_session_quiet(&b->session);
}

static void on_bundle_gone(void *context)
{
    struct bundle *b = context;
    rw_contact_free(b->contact, on_contact_closed, b);
}

static void end(struct bundle *b, int exit_code)
{
    if (b->ended)
        return;
    b->ended = true;
    b->exit_code = exit_code;
    rw_spinner_free(b->spinner);
    if (b->bundle)
        rw_bundle_free(b->bundle, on_bundle_gone, b);
    else
        on_bundle_gone(b);
}

static void on_stop(void *context)
{
    end(context, RW_OUTCOME_INTERRUPTED);
}

/* ---- events of the bundle ---- */

static void on_progress(void *context, size_t done, size_t total)
{
    struct bundle *b = context;
    rw_spinner_say(b->spinner,
                   rw_asprintf("%s %zu/%zu", _("collecting data from the hosts"), done, total));
}

static void on_done(void *context, bool written, const struct rw_findings *findings)
{
    struct bundle *b = context;
    rw_spinner_erase(b->spinner);
    rw_cli_print_findings(stderr, findings);
    if (written)
        printf(_("Written: %s. Review it before you share it.\n"), b->path);
    end(b, written && fflush(stdout) == 0 ? RW_OUTCOME_DONE : RW_OUTCOME_FAILED);
}

static enum rw_contact_state look(void *context, size_t host, struct rw_remote **remote,
                                  const struct rw_finding **failure)
{
    struct bundle *b = context;
    *remote = rw_contact_remote(b->contact, host);
    *failure = rw_contact_failure(b->contact, host);
    return rw_contact_state(b->contact, host);
}

static void start(struct bundle *b)
{
    struct rw_findings findings = {0};
    struct rw_bundle_options options = {
        .cluster = b->session.cluster,
        .path = b->path,
        .secrets = b->secrets,
        .findings = &b->findings,
        .hosts = {look, b},
    };
    struct rw_bundle_listener listener = {on_progress, on_done, b};
    rw_spinner_say(b->spinner, rw_strdup(_("connecting to all hosts")));
    b->bundle = rw_bundle_start(&b->session.loop, &options, &listener, &findings);
    if (!b->bundle) {
        rw_cli_print_findings(stderr, &findings);
        end(b, RW_OUTCOME_FAILED);
    }
    rw_findings_done(&findings);
}

/* ---- questions ---- */

static void on_overwrite(void *context, const char *text)
{
    struct bundle *b = context;
    if (rw_ask_is_yes(text))
        start(b);
    else
        end(b, RW_OUTCOME_FAILED);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct bundle *b = context;
    rw_session_question(&b->session, host, question);
}

static void on_answer(void *context, size_t host, const char *text)
{
    struct bundle *b = context;
    if (b->ended)
        return;
    rw_contact_answer(b->contact, host, text);
}

static void on_secret(void *context, const char *text)
{
    struct bundle *b = context;
    rw_redactor_add(b->secrets, text);
    if (b->bundle)
        rw_bundle_know(b->bundle, text);
}

/* ---- the command ---- */

static void on_run(void *context, const struct rw_journal_run_row *run)
{
    (void)context;
    (void)run;
}

static void on_task(void *context, const struct rw_journal_task_row *task)
{
    (void)context;
    (void)task;
}

static void on_finding(void *context, const struct rw_finding *finding)
{
    rw_findings_copy(context, finding);
}

static void read_findings(struct rw_findings *findings, const char *cluster)
{
    struct rw_journal *journal = NULL;
    struct rw_journal_reader reader = {on_run, on_task, on_finding, findings};
    char *dir = rw_journal_dir(cluster);
    if (rw_journal_open_readonly(dir, &journal, NULL) == 0)
        rw_journal_read(journal, &reader, NULL);
    rw_journal_close(journal);
    free(dir);
}

static void begin(struct bundle *b, const struct rw_options *options)
{
    if (options->yes || access(b->path, F_OK) != 0) {
        start(b);
    } else if (b->session.ask) {
        char *prompt = rw_asprintf(_("%s exists. Overwrite it? [y/N] "), b->path);
        rw_ask_put(b->session.ask, prompt, true, on_overwrite, b);
        free(prompt);
    } else {
        fprintf(stderr, "rke2-wizard: ");
        fprintf(stderr, _("%s exists; add --yes to overwrite it\n"), b->path);
        end(b, RW_OUTCOME_FAILED);
    }
}

int rw_cmd_bundle(const struct rw_options *options)
{
    struct bundle b = {.exit_code = RW_OUTCOME_FAILED};
    struct rw_session *session = &b.session;
    int rc = rw_session_begin(session, options, false);
    if (rc != 0)
        return rc;
    b.secrets = rw_redactor_new();
    for (size_t i = 0; i < session->cluster->host_count; i++) {
        rw_redactor_add(b.secrets, session->logins.passwords[i]);
        rw_redactor_add(b.secrets, session->logins.sudo_passwords[i]);
    }
    b.path = options->output ? rw_strdup(options->output) : rw_bundle_name(session->cluster->name);
    read_findings(&b.findings, session->cluster->name);
    session->stop = on_stop;
    session->stop_context = &b;
    session->answer = on_answer;
    session->secret = on_secret;
    session->answer_context = &b;
    struct rw_contact_options contact = rw_session_contact(session);
    b.contact = rw_contact_new(&session->loop, &contact);
    struct rw_contact_user user = {NULL, on_question, NULL, &b};
    rw_contact_use(b.contact, &user);
    b.spinner = rw_spinner_new(&session->loop, session->ask, false);
    begin(&b, options);
    rw_session_run(session);
    rw_session_end(session);
    rw_redactor_free(b.secrets);
    rw_findings_done(&b.findings);
    free(b.path);
    return b.exit_code;
}
