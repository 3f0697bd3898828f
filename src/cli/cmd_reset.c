/* reset: takes RKE2 off hosts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "install/begin.h"
#include "install/history.h"
#include "install/run.h"
#include "plan/plan.h"

struct reset {
    struct rw_session session;
    const struct rw_options *options;
    struct rw_journal *journal;
    struct rw_progress *progress;
    struct rw_contact *contact;
    struct rw_host_lock *lock;
    struct rw_run *run;
    struct rw_reset what;
    bool *wanted;
    int64_t begun;
    bool ended;
    int exit_code;
};

/* ---- which hosts ---- */

/* By host, to free(); *all: no host stays. */
static bool *choose(const struct rw_cluster *cluster, const struct rw_options *options, bool *all)
{
    bool *wanted = rw_calloc(cluster->host_count, sizeof *wanted);
    *all = true;
    for (size_t i = 0; i < cluster->host_count; i++) {
        wanted[i] = options->hosts.count == 0;
        for (size_t k = 0; k < options->hosts.count; k++)
            wanted[i] = wanted[i] || strcmp(options->hosts.items[k], cluster->hosts[i].name) == 0;
        *all = *all && wanted[i];
    }
    return wanted;
}

/* What has to be typed to confirm, to free(): the name of the host, those of several with blanks
 * between them, that of the cluster for all. */
static char *name_of(const struct rw_cluster *cluster, const struct rw_reset *what)
{
    struct rw_buf name = {0};
    if (what->all)
        return rw_strdup(cluster->name);
    for (size_t i = 0; i < cluster->host_count; i++)
        if (what->wanted[i])
            rw_buf_addf(&name, "%s%s", name.len ? " " : "", cluster->hosts[i].name);
    return rw_buf_take(&name);
}

/* ---- the end: the run, the lock, the connections, then the rest ---- */

static void on_contact_closed(void *context)
{
    struct reset *reset = context;
    if (reset->run)
        rw_run_free(reset->run, NULL, NULL);
    reset->run = NULL;
    rw_progress_free(reset->progress);
    reset->progress = NULL;
    rw_session_quiet(&reset->session);
}

static void on_lock_gone(void *context)
{
    struct reset *reset = context;
    rw_contact_free(reset->contact, on_contact_closed, reset);
}

static void end(struct reset *reset, int exit_code)
{
    if (reset->ended)
        return;
    reset->ended = true;
    reset->exit_code = exit_code;
    rw_host_lock_free(reset->lock, on_lock_gone, reset);
}

/* Before the run has begun. */
static void end_early(struct reset *reset, enum rw_outcome outcome)
{
    if (reset->ended)
        return;
    rw_journal_end(reset->journal, rw_outcome_name(outcome));
    rw_progress_event(reset->progress,
                      &(struct rw_event){.kind = RW_EVENT_END,
                                         .elapsed_ms = rw_clock_ms() - reset->begun,
                                         .outcome = outcome});
    end(reset, outcome);
}

/* ---- what the run tells and asks ---- */

static void on_event(void *context, const struct rw_event *event)
{
    struct reset *reset = context;
    rw_progress_event(reset->progress, event);
    if (event->kind == RW_EVENT_END)
        end(reset, event->outcome);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct reset *reset = context;
    rw_session_question(&reset->session, host, question);
}

static void on_answer(void *context, size_t host, const char *text)
{
    struct reset *reset = context;
    if (!reset->ended)
        rw_contact_answer(reset->contact, host, text);
}

/* Whether the text is the name, blanks around it aside. */
static bool is_name(const struct reset *reset, const char *text)
{
    char *name = name_of(reset->session.cluster, &reset->what);
    size_t length = strlen(name);
    while (text && *text == ' ')
        text++;
    bool same = text && strncmp(text, name, length) == 0 &&
                strspn(text + length, " \r\n") == strlen(text + length);
    free(name);
    return same;
}

static void confirm(struct reset *reset, const char *text)
{
    bool same = is_name(reset, text);
    if (!same)
        rw_progress_event(reset->progress,
                          &(struct rw_event){.kind = RW_EVENT_PHASE,
                                             .elapsed_ms = rw_clock_ms() - reset->begun,
                                             .text = N_("that is not what had to be typed")});
    rw_run_confirm(reset->run, same);
}

static void on_typed(void *context, const char *text)
{
    struct reset *reset = context;
    if (reset->run && !reset->ended)
        confirm(reset, text);
}

static void on_confirm(void *context, const struct rw_plan *plan, const char *version, bool exists)
{
    struct reset *reset = context;
    const struct rw_cluster *cluster = reset->session.cluster;
    (void)version;
    (void)exists;
    if (reset->options->confirm) {
        confirm(reset, reset->options->confirm);
        return;
    }
    struct rw_buf prompt = {0};
    char *name = name_of(cluster, &reset->what);
    rw_buf_adds(&prompt, _("\nRKE2, its configuration and all its data go from these hosts:\n"));
    for (size_t i = 0; i < cluster->host_count; i++)
        if (reset->what.wanted[i])
            rw_buf_addf(&prompt, "  %-16s %-24s %s\n", cluster->hosts[i].name,
                        cluster->hosts[i].address,
                        cluster->hosts[i].role == RW_ROLE_SERVER ? _("server") : _("agent"));
    if (reset->what.all)
        rw_buf_adds(&prompt, _("That is the whole cluster, with its etcd and its snapshots.\n"));
    else if (plan->founder == RW_PLAN_NOBODY)
        rw_buf_adds(&prompt, _("No server tells the cluster; it will miss them.\n"));
    else
        rw_buf_addf(&prompt, _("The cluster forgets them, by %s.\n"),
                    cluster->hosts[plan->founder].name);
    rw_buf_adds(&prompt, _("“rke2-wizard reset --dry-run” shows every file and command.\n"));
    rw_buf_addf(&prompt, _("There is no way back. Type “%s” to go on: "), name);
    rw_ask_put(reset->session.ask, rw_buf_str(&prompt), true, on_typed, reset);
    rw_buf_done(&prompt);
    free(name);
}

static void on_stop(void *context)
{
    struct reset *reset = context;
    if (reset->run)
        rw_run_stop(reset->run);
    else
        end_early(reset, RW_OUTCOME_INTERRUPTED);
}

/* ---- the lock, then the run ---- */

static void on_locked(void *context, const struct rw_findings *findings)
{
    struct reset *reset = context;
    struct rw_run_options options = {
        .cluster = reset->session.cluster,
        .journal = reset->journal,
        .contact = reset->contact,
        .begun = reset->begun,
        .lock = reset->lock,
        .reset = &reset->what,
        .answers_file = reset->options->file,
    };
    struct rw_run_listener listener = {on_event, on_question, on_confirm, reset};
    if (reset->ended)
        return;
    if (findings->count) {
        for (size_t i = 0; i < findings->count; i++)
            rw_journal_finding(reset->journal, &findings->items[i]);
        rw_progress_findings(reset->progress, rw_clock_ms() - reset->begun, findings);
        end_early(reset, RW_OUTCOME_BLOCKED);
        return;
    }
    reset->run = rw_run_new(&reset->session.loop, &options, &listener);
    rw_run_start(reset->run);
}

static void on_lock_lost(void *context, const struct rw_finding *finding)
{
    struct reset *reset = context;
    if (reset->run)
        rw_run_lost(reset->run, finding);
}

static void start(struct reset *reset)
{
    struct rw_session *session = &reset->session;
    reset->progress = rw_progress_new(&session->loop, session->cluster, reset->options->json, false,
                                      session->ask);
    session->stop = on_stop;
    session->answer = on_answer;
    session->stop_context = session->answer_context = reset;
    struct rw_contact_options contact = rw_session_contact(session);
    reset->contact = rw_contact_new(&session->loop, &contact);
    reset->begun = rw_clock_ms();
    struct rw_host_lock_options lock = {session->cluster, reset->contact, reset->journal,
                                        reset->options->take_over};
    struct rw_host_lock_listener listener = {on_question, on_locked, on_lock_lost, reset};
    reset->lock = rw_host_lock_start(&session->loop, &lock, &listener);
}

/* ---- --dry-run ---- */

/* The plan as it can be known without a connection: the first server that stays is told. */
static int show_plan(const struct rw_options *options)
{
    struct rw_cluster *cluster = rw_cli_load(options->file, false);
    struct rw_findings findings = {0};
    struct rw_buf out = {0};
    bool all;
    if (!cluster)
        return RW_OUTCOME_USAGE;
    if (rw_history_add_hosts(cluster, options->hosts.items, options->hosts.count, &findings) != 0) {
        rw_cli_print_findings(stderr, &findings);
        rw_findings_done(&findings);
        rw_cluster_free(cluster);
        return RW_OUTCOME_USAGE;
    }
    bool *wanted = choose(cluster, options, &all);
    size_t via = RW_PLAN_NOBODY;
    for (size_t i = 0; !all && via == RW_PLAN_NOBODY && i < cluster->host_count; i++)
        if (!wanted[i] && cluster->hosts[i].role == RW_ROLE_SERVER)
            via = i;
    struct rw_plan *plan = rw_plan_reset(cluster, wanted, via);
    if (options->json)
        rw_plan_json(&out, plan, cluster);
    else
        rw_plan_print(&out, plan, cluster);
    fputs(rw_buf_str(&out), stdout);
    rw_buf_done(&out);
    rw_plan_free(plan);
    free(wanted);
    rw_cluster_free(cluster);
    return fflush(stdout) == 0 ? RW_OUTCOME_DONE : RW_OUTCOME_FAILED;
}

/* ---- */

/* 0, or the exit code. */
static int open_journal(struct reset *reset)
{
    struct rw_findings findings = {0};
    int rc = rw_reset_begin(reset->session.cluster, &reset->journal, &findings);
    rw_cli_print_findings(stderr, &findings);
    rw_findings_done(&findings);
    return rc == 0 ? 0 : RW_OUTCOME_FAILED;
}

int rw_cmd_reset(const struct rw_options *options)
{
    struct reset reset = {.options = options, .exit_code = RW_OUTCOME_FAILED};
    if (options->dry_run)
        return show_plan(options);
    int rc = rw_session_begin(&reset.session, options, false);
    if (rc != 0)
        return rc;
    struct rw_session *session = &reset.session;
    reset.wanted = choose(session->cluster, options, &reset.what.all);
    reset.what.wanted = reset.wanted;
    reset.what.force = options->force;
    if (!session->ask && !options->confirm) {
        char *name = name_of(session->cluster, &reset.what);
        fprintf(stderr, "rke2-wizard: ");
        fprintf(stderr, _("there is no terminal to ask on; add --confirm \"%s\" to go on"), name);
        fputc('\n', stderr);
        free(name);
        free(reset.wanted);
        rw_session_end(session);
        return RW_OUTCOME_USAGE;
    }
    rc = open_journal(&reset);
    if (rc == 0) {
        start(&reset);
        rw_session_run(session);
        rc = reset.exit_code;
    }
    rw_session_end(session);
    rw_journal_close(reset.journal);
    free(reset.wanted);
    return rc;
}
