#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "check/check.h"
#include "cli/check_show.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cli/watch.h"
#include "install/begin.h"
#include "install/journal.h"
#include "install/override.h"
#include "install/run.h"

struct install {
    struct rw_session session;
    const struct rw_options *options;
    struct rw_journal *journal;
    struct rw_progress *progress;
    struct rw_contact *contact;
    struct rw_host_lock *lock;
    struct rw_check *check;
    struct rw_run *run;
    struct rw_override *overrides; /* the reasons are ours to free */
    size_t override_count;
    int64_t begun;
    bool ended;
    int exit_code;
};

/* ---- the end: the check or the run, then the lock, the connections, the rest ---- */

static void on_contact_closed(void *context)
{
    struct install *install = context;
    if (install->run)
        rw_run_free(install->run, NULL, NULL);
    install->run = NULL;
    rw_progress_free(install->progress);
    install->progress = NULL;
    rw_session_quiet(&install->session);
}

static void on_lock_gone(void *context)
{
    struct install *install = context;
    rw_contact_free(install->contact, on_contact_closed, install);
}

static void on_check_gone(void *context)
{
    struct install *install = context;
    rw_host_lock_free(install->lock, on_lock_gone, install);
}

static void end(struct install *install, int exit_code)
{
    if (install->ended)
        return;
    install->ended = true;
    install->exit_code = exit_code;
    if (install->check)
        rw_check_free(install->check, on_check_gone, install);
    else
        on_check_gone(install);
    install->check = NULL;
}

/* Before the run has begun. */
static void end_early(struct install *install, enum rw_outcome outcome)
{
    if (install->ended)
        return;
    rw_journal_end(install->journal, rw_outcome_name(outcome));
    rw_progress_event(install->progress,
                      &(struct rw_event){.kind = RW_EVENT_END,
                                         .elapsed_ms = rw_clock_ms() - install->begun,
                                         .outcome = outcome});
    end(install, outcome);
}

/* ---- what the run tells and asks ---- */

static void on_event(void *context, const struct rw_event *event)
{
    struct install *install = context;
    rw_progress_event(install->progress, event);
    if (event->kind != RW_EVENT_END)
        return;
    if (event->outcome == RW_OUTCOME_DONE)
        rw_override_forget(install->journal);
    end(install, event->outcome);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct install *install = context;
    rw_session_question(&install->session, host, question);
}

static void on_answer(void *context, size_t host, const char *text)
{
    struct install *install = context;
    if (!install->ended)
        rw_contact_answer(install->contact, host, text);
}

static void on_confirmed(void *context, const char *text)
{
    struct install *install = context;
    if (!install->run || install->ended)
        return;
    rw_run_confirm(install->run, rw_ask_is_yes(text));
}

static void on_confirm(void *context, const struct rw_plan *plan, const char *version, bool exists)
{
    struct install *install = context;
    const struct rw_cluster *cluster = install->session.cluster;
    if (install->options->yes) {
        rw_run_confirm(install->run, true);
        return;
    }
    const char *founder = cluster->hosts[plan->anchor].name;
    size_t servers = rw_cluster_servers(cluster);
    struct rw_buf prompt = {0};
    rw_buf_addf(&prompt, _("\nRKE2 %s goes onto these hosts behind %s:\n"), version,
                cluster->registration_name);
    for (size_t i = 0; i < cluster->host_count; i++)
        rw_buf_addf(&prompt, "  %-16s %-24s %s\n", cluster->hosts[i].name,
                    cluster->hosts[i].address,
                    cluster->hosts[i].role == RW_ROLE_SERVER ? _("server") : _("agent"));
    rw_buf_addf(&prompt, _("Servers: %zu, agents: %zu.\n"), servers, cluster->host_count - servers);
    rw_buf_addf(&prompt,
                exists ? _("The cluster exists already (%s belongs to it); the others join it.\n")
                       : _("%s founds the cluster; the others join it.\n"),
                founder);
    rw_buf_adds(&prompt, _("“rke2-wizard plan” shows every file and command. Go on? [y/N] "));
    rw_ask_put(install->session.ask, rw_buf_str(&prompt), true, on_confirmed, install);
    rw_buf_done(&prompt);
}

static void on_stop(void *context)
{
    struct install *install = context;
    if (install->run)
        rw_run_stop(install->run);
    else
        end_early(install, RW_OUTCOME_INTERRUPTED);
}

/* ---- the run ---- */

static bool on_excuse(void *context, const struct rw_finding *finding);

static void start_run(void *context)
{
    struct install *install = context;
    if (install->ended)
        return;
    struct rw_run_options options = {
        .cluster = install->session.cluster,
        .journal = install->journal,
        .contact = install->contact,
        .timeout_s = install->options->timeout_s,
        .begun = install->begun,
        .lock = install->lock,
        .answers_file = install->options->file,
        .excused = on_excuse,
        .excused_context = install,
    };
    struct rw_run_listener listener = {on_event, on_question, on_confirm, install};
    install->run = rw_run_new(&install->session.loop, &options, &listener);
    rw_run_start(install->run);
}

/* ---- the checks before it ---- */

/* The reason to go on in spite of a finding: given now, or in an earlier try of this install. To
 * free(), or NULL. */
static char *override_reason(const struct install *install, enum rw_finding_id id)
{
    const struct rw_option_list *list = &install->options->overrides;
    size_t length = strlen(rw_finding_code(id));
    for (size_t i = 0; i < list->count; i++) {
        if (strncmp(list->items[i], rw_finding_code(id), length) != 0 ||
            list->items[i][length] != '=')
            continue;
        rw_override_set(install->journal, id, list->items[i] + length + 1);
        break;
    }
    return rw_override_get(install->journal, id);
}

static void add_override(struct install *install, const struct rw_finding *finding, char *reason)
{
    size_t count = install->override_count++;
    rw_override_note(install->journal, finding, reason);
    rw_progress_overridden(install->progress, rw_clock_ms() - install->begun, finding, reason);
    install->overrides = rw_reallocarray(install->overrides, count + 1, sizeof *install->overrides);
    install->overrides[count] = (struct rw_override){finding->id, reason};
}

/* Keeps and tells the reasons to go on; whether nothing that fails is left without one. */
static bool may_go_on(struct install *install, const struct rw_findings *findings, bool tell)
{
    bool good = true;
    for (size_t i = 0; i < findings->count; i++) {
        if (findings->items[i].severity < RW_SEVERITY_FAIL)
            continue;
        char *reason = override_reason(install, findings->items[i].id);
        good = good && reason;
        if (reason && tell)
            add_override(install, &findings->items[i], reason);
        else
            free(reason);
    }
    return good;
}

/* What to type to go on all the same. */
static void tell_override(struct install *install, const struct rw_findings *findings)
{
    struct rw_buf options = {0};
    for (size_t i = 0; i < findings->count; i++) {
        const char *code = rw_finding_code(findings->items[i].id);
        char *option = rw_asprintf(" --override %s=", code);
        char *reason = findings->items[i].severity == RW_SEVERITY_FAIL
                           ? override_reason(install, findings->items[i].id)
                           : NULL;
        if (findings->items[i].severity == RW_SEVERITY_FAIL && !reason &&
            !strstr(rw_buf_str(&options), option))
            rw_buf_addf(&options, "%s%s", option, _("REASON"));
        free(reason);
        free(option);
    }
    char *text = rw_asprintf(_("to go on all the same, add:%s"), rw_buf_str(&options));
    struct rw_event event = {
        .kind = RW_EVENT_PHASE, .elapsed_ms = rw_clock_ms() - install->begun, .text = text};
    rw_progress_event(install->progress, &event);
    free(text);
    rw_buf_done(&options);
}

/* What the run itself finds is excused as what the checks find. */
static bool on_excuse(void *context, const struct rw_finding *finding)
{
    struct install *install = context;
    char *reason = override_reason(install, finding->id);
    if (reason)
        add_override(install, finding, reason);
    return reason;
}

static void on_checked(void *context, const struct rw_check_result *result)
{
    struct install *install = context;
    /* Hosts that cannot be logged in to are the run's own matter, when it comes to that. */
    struct rw_findings parts = {result->findings.items + result->login_count,
                                result->findings.count - result->login_count};
    bool good = may_go_on(install, &parts, false);
    const struct rw_findings *findings = good ? &parts : &result->findings;
    rw_journal_batch(install->journal, true);
    for (size_t i = 0; i < findings->count; i++)
        rw_journal_finding(install->journal, &findings->items[i]);
    rw_journal_batch(install->journal, false);
    rw_progress_findings(install->progress, rw_clock_ms() - install->begun, findings);
    may_go_on(install, &parts, true);
    struct rw_report report = {
        .cluster = install->session.cluster,
        .result = result,
        .overrides = install->overrides,
        .override_count = install->override_count,
        .wall_ms = rw_clock_wall_ms(),
    };
    if (!rw_check_write_report(install->options->report, &report)) {
        end_early(install, RW_OUTCOME_FAILED);
        return;
    }
    if (!good) {
        tell_override(install, &parts);
        end_early(install, RW_OUTCOME_BLOCKED);
        return;
    }
    rw_check_free(install->check, start_run, install);
    install->check = NULL;
}

static void on_progress(void *context, enum rw_check_part part, size_t done, size_t total)
{
    struct install *install = context;
    (void)done;
    (void)total;
    rw_progress_say(install->progress, rw_check_part_title(part));
}

static void start_check(struct install *install)
{
    struct rw_check_options options = {
        .cluster = install->session.cluster,
        .contact = install->contact,
        .parts = RW_CHECK_ALL,
        .requirements = &install->session.requirements,
        .name_servers =
            install->options->name_servers.count ? install->options->name_servers.items : NULL,
    };
    struct rw_check_listener listener = {on_question, on_progress, on_checked, install};
    install->check = rw_check_start(&install->session.loop, &options, &listener);
}

/* ---- the lock before them ---- */

static void on_locked(void *context, const struct rw_findings *findings)
{
    struct install *install = context;
    if (install->ended)
        return;
    if (findings->count == 0) {
        start_check(install);
        return;
    }
    for (size_t i = 0; i < findings->count; i++)
        rw_journal_finding(install->journal, &findings->items[i]);
    rw_progress_findings(install->progress, rw_clock_ms() - install->begun, findings);
    end_early(install, RW_OUTCOME_BLOCKED);
}

static void on_lock_lost(void *context, const struct rw_finding *finding)
{
    struct install *install = context;
    struct rw_findings one = {0};
    if (install->run) {
        rw_run_lost(install->run, finding);
        return;
    }
    rw_findings_copy(&one, finding);
    rw_journal_finding(install->journal, finding);
    rw_progress_findings(install->progress, rw_clock_ms() - install->begun, &one);
    rw_findings_done(&one);
    end_early(install, RW_OUTCOME_FAILED);
}

static void start_lock(struct install *install)
{
    struct rw_host_lock_options options = {install->session.cluster, install->contact,
                                           install->journal, install->options->take_over};
    struct rw_host_lock_listener listener = {on_question, on_locked, on_lock_lost, install};
    install->begun = rw_clock_ms();
    rw_progress_event(install->progress,
                      &(struct rw_event){.kind = RW_EVENT_PHASE, .text = N_("checking all hosts")});
    install->lock = rw_host_lock_start(&install->session.loop, &options, &listener);
}

/* ---- before both ---- */

/* 0, or the exit code; *busy: another process is at work on this cluster. */
static int open_journal(struct install *install, bool *busy)
{
    struct rw_findings findings = {0};
    int rc = rw_install_begin(install->session.cluster, "install", &install->journal, &findings);
    *busy = rc == RW_EBUSY;
    if (*busy)
        findings.items[0].severity = RW_SEVERITY_WARN;
    rw_cli_print_findings(stderr, &findings);
    rw_findings_done(&findings);
    return rc == 0 ? 0 : RW_OUTCOME_FAILED;
}

int rw_cmd_install(const struct rw_options *options)
{
    struct install install = {.options = options, .exit_code = RW_OUTCOME_FAILED};
    struct rw_cluster *watched = NULL;
    bool busy;
    int rc = rw_session_begin(&install.session, options, true);
    if (rc != 0)
        return rc;
    struct rw_session *session = &install.session;
    if (!session->ask && !options->yes) {
        fprintf(stderr, "rke2-wizard: %s\n",
                _("there is no terminal to ask on; add --yes to go on without asking"));
        rw_session_end(session);
        return RW_OUTCOME_USAGE;
    }
    rc = open_journal(&install, &busy);
    if (busy)
        watched = rw_cluster_copy(session->cluster);
    if (rc == 0) {
        install.progress =
            rw_progress_new(&session->loop, session->cluster, options->json, false, session->ask);
        session->stop = on_stop;
        session->stop_context = &install;
        session->answer = on_answer;
        session->answer_context = &install;
        struct rw_contact_options contact = rw_session_contact(session);
        install.contact = rw_contact_new(&session->loop, &contact);
        start_lock(&install);
        rw_session_run(session);
        rc = install.exit_code;
    }
    rw_session_end(session);
    rw_journal_close(install.journal);
    for (size_t i = 0; i < install.override_count; i++)
        free(install.overrides[i].reason);
    free(install.overrides);
    if (watched)
        rc = rw_cli_watch(watched, options->json);
    rw_cluster_free(watched);
    return rc;
}
