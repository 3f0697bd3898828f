/* The install: everything is checked once more, then the run carries the plan out; what both tell
 * is put into a table and handed on. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cluster/answers.h"
#include "install/begin.h"
#include "install/override.h"
#include "wizard/wizard_private.h"

bool install_active(const struct rw_wizard *wizard)
{
    return wizard->install.state != INSTALL_NONE && wizard->install.state != INSTALL_ENDED;
}

static void emit(struct rw_wizard *wizard, struct rw_event event)
{
    event.elapsed_ms = rw_clock_ms() - wizard->install.begun;
    if (wizard->listener.event && !wizard->closing)
        wizard->listener.event(wizard->listener.context, &event);
}

/* ---- the table ---- */

static void forget_tasks(struct wizard_install *install)
{
    for (size_t i = 0; i < install->task_count; i++)
        free(install->tasks[i].host);
    free(install->tasks);
    install->tasks = NULL;
    install->task_count = 0;
}

static void make_table(struct wizard_install *install, const struct rw_plan *plan,
                       const struct rw_cluster *cluster)
{
    forget_tasks(install);
    for (size_t i = 0; i < plan->task_count; i++)
        *rw_array_add(install->tasks, install->task_count) = (struct rw_wizard_task){
            .host = rw_strdup(cluster->hosts[plan->tasks[i].host].name),
            .step = plan->tasks[i].step,
        };
}

static void note_task(struct wizard_install *install, const struct rw_event *event)
{
    for (size_t i = 0; event->step && event->host && i < install->task_count; i++) {
        struct rw_wizard_task *task = &install->tasks[i];
        if (task->step != rw_step_by_id(event->step) || strcmp(task->host, event->host) != 0)
            continue;
        if (event->kind == RW_EVENT_PROGRESS) {
            task->progress = event->text;
            continue;
        }
        task->state = event->state;
        if (!task->begun_ms)
            task->begun_ms = rw_clock_ms();
        if (event->state >= RW_TASK_DONE)
            task->took_ms = rw_clock_ms() - task->begun_ms;
    }
}

/* ---- the end ---- */

/* The run is gone, and with it whoever needed its cluster. */
static void finish(void *context)
{
    struct rw_wizard *wizard = context;
    struct wizard_install *install = &wizard->install;
    install->run = NULL;
    rw_journal_close(install->journal);
    install->journal = NULL;
    rw_cluster_free(install->cluster);
    install->cluster = NULL;
    install->state = INSTALL_ENDED;
    overrides_load(wizard);
    wizard_soon(wizard);
    wizard_settle_closing(wizard);
}

static void on_contact_closed(void *context)
{
    struct rw_wizard *wizard = context;
    if (wizard->install.run)
        rw_run_free(wizard->install.run, finish, wizard);
    else
        finish(wizard);
}

/* The run can be freed only after its connections. */
static void on_lock_gone(void *context)
{
    struct rw_wizard *wizard = context;
    wizard->install.lock = NULL;
    live_close(wizard, on_contact_closed);
}

static void on_check_gone(void *context)
{
    struct rw_wizard *wizard = context;
    if (wizard->install.lock)
        rw_host_lock_free(wizard->install.lock, on_lock_gone, wizard);
    else
        on_lock_gone(wizard);
}

static void end(struct rw_wizard *wizard, enum rw_outcome outcome, bool changed)
{
    struct wizard_install *install = &wizard->install;
    if (install->state == INSTALL_CLOSING)
        return;
    install->state = INSTALL_CLOSING;
    install->outcome = outcome;
    install->changed = changed;
    install->ended = rw_clock_ms();
    if (outcome == RW_OUTCOME_DONE)
        rw_override_forget(install->journal);
    if (install->check)
        rw_check_free(install->check, on_check_gone, wizard);
    else
        on_check_gone(wizard);
    install->check = NULL;
    wizard_changed(wizard);
}

/* Before the run has begun. */
static void end_early(struct rw_wizard *wizard, enum rw_outcome outcome)
{
    rw_journal_end(wizard->install.journal, rw_outcome_name(outcome));
    end(wizard, outcome, false);
    emit(wizard, (struct rw_event){.kind = RW_EVENT_END, .outcome = outcome});
}

/* ---- the run ---- */

static void on_event(void *context, const struct rw_event *event)
{
    struct rw_wizard *wizard = context;
    struct wizard_install *install = &wizard->install;
    install_note(install, event);
    if (event->kind == RW_EVENT_TASK || event->kind == RW_EVENT_PROGRESS)
        note_task(install, event);
    if (event->kind == RW_EVENT_PHASE)
        install->phase = event->text;
    if (event->kind == RW_EVENT_VERSION)
        rw_strset(&install->version, event->text);
    if (event->kind == RW_EVENT_FINDING)
        rw_findings_copy(&install->findings, event->finding);
    if (event->kind == RW_EVENT_END)
        end(wizard, event->outcome, event->changed);
    if (wizard->listener.event && !wizard->closing)
        wizard->listener.event(wizard->listener.context, event);
    wizard_changed(wizard);
}

/* The user has seen the plan before, and has said so. */
static void on_confirm(void *context, const struct rw_plan *plan, const char *version, bool exists)
{
    struct rw_wizard *wizard = context;
    (void)version;
    (void)exists;
    make_table(&wizard->install, plan, wizard->live.cluster);
    rw_run_confirm(wizard->install.run, true);
}

static bool on_excuse(void *context, const struct rw_finding *finding)
{
    struct rw_wizard *wizard = context;
    const char *reason = wizard->overrides[finding->id];
    if (reason)
        rw_override_note(wizard->install.journal, finding, reason);
    return reason;
}

static void start_run(void *context)
{
    struct rw_wizard *wizard = context;
    struct wizard_install *install = &wizard->install;
    if (install->state != INSTALL_CHECKING)
        return;
    struct rw_run_options options = {
        .cluster = wizard->live.cluster,
        .journal = install->journal,
        .contact = wizard->live.contact,
        .timeout_s = wizard->options.timeout_s,
        .begun = install->begun,
        .lock = install->lock,
        .excused = on_excuse,
        .excused_context = wizard,
    };
    struct rw_run_listener listener = {on_event, question_of_host, on_confirm, wizard};
    install->state = INSTALL_RUNNING;
    install->run = rw_run_new(wizard->loop, &options, &listener);
    rw_run_start(install->run);
}

/* ---- the checks before it ---- */

static void tell_findings(struct rw_wizard *wizard, const struct rw_findings *findings)
{
    struct wizard_install *install = &wizard->install;
    rw_journal_batch(install->journal, true);
    for (size_t i = 0; i < findings->count; i++) {
        const struct rw_finding *finding = &findings->items[i];
        const char *reason = wizard->overrides[finding->id];
        rw_findings_copy(&install->findings, finding);
        rw_journal_finding(install->journal, finding);
        if (finding->severity >= RW_SEVERITY_FAIL && reason)
            rw_override_note(install->journal, finding, reason);
        struct rw_event event = {
            .kind = RW_EVENT_FINDING, .host = finding->host, .finding = finding};
        install_note(install, &event);
        emit(wizard, event);
    }
    install->check_findings = install->findings.count;
    rw_journal_batch(install->journal, false);
}

static void on_checked(void *context, const struct rw_check_result *result)
{
    struct rw_wizard *wizard = context;
    struct wizard_install *install = &wizard->install;
    /* Hosts that cannot be logged in to are the run's own matter. */
    struct rw_findings findings = {result->findings.items + result->login_count,
                                   result->findings.count - result->login_count};
    if (install->state != INSTALL_CHECKING)
        return;
    tell_findings(wizard, &findings);
    if (overrides_open(wizard, findings.items, findings.count) > 0) {
        end_early(wizard, RW_OUTCOME_BLOCKED);
        return;
    }
    struct rw_check *check = install->check;
    install->check = NULL;
    rw_check_free(check, start_run, wizard);
}

static void on_progress(void *context, enum rw_check_part part, size_t done, size_t total)
{
    struct rw_wizard *wizard = context;
    (void)part;
    wizard->install.check_done = done;
    wizard->install.check_total = total;
    wizard_changed(wizard);
}

static void start_check(struct rw_wizard *wizard)
{
    struct wizard_install *install = &wizard->install;
    struct rw_check_options options = {
        .cluster = wizard->live.cluster,
        .contact = wizard->live.contact,
        .parts = RW_CHECK_ALL,
        .requirements = wizard->options.requirements,
        .name_servers = name_servers_list(wizard),
    };
    struct rw_check_listener listener = {question_of_host, on_progress, on_checked, wizard};
    install->check = rw_check_start(wizard->loop, &options, &listener);
}

static void on_locked(void *context, const struct rw_findings *findings)
{
    struct rw_wizard *wizard = context;
    if (wizard->install.state != INSTALL_CHECKING)
        return;
    if (findings->count == 0) {
        start_check(wizard);
        return;
    }
    tell_findings(wizard, findings);
    end_early(wizard, RW_OUTCOME_BLOCKED);
}

static void on_lock_lost(void *context, const struct rw_finding *finding)
{
    struct rw_wizard *wizard = context;
    struct rw_findings one = {0};
    if (wizard->install.state == INSTALL_RUNNING) {
        rw_run_lost(wizard->install.run, finding);
    } else if (wizard->install.state == INSTALL_CHECKING) {
        rw_findings_copy(&one, finding);
        tell_findings(wizard, &one);
        rw_findings_done(&one);
        end_early(wizard, RW_OUTCOME_FAILED);
    }
}

/* The connections belong to nobody now: they become those of this install. */
void install_pump(struct rw_wizard *wizard)
{
    struct wizard_install *install = &wizard->install;
    if (install->state != INSTALL_BEGINNING || wizard->live.closing || !checks_drop(wizard))
        return;
    install->state = INSTALL_CHECKING;
    live_adopt(wizard, install->cluster);
    install->cluster = NULL;
    install->phase = N_("checking all hosts");
    emit(wizard, (struct rw_event){.kind = RW_EVENT_PHASE, .text = install->phase});
    struct rw_host_lock_options options = {wizard->live.cluster, wizard->live.contact,
                                           install->journal, false};
    struct rw_host_lock_listener listener = {question_of_host, on_locked, on_lock_lost, wizard};
    install->lock = rw_host_lock_start(wizard->loop, &options, &listener);
}

/* ---- interface ---- */

int rw_wizard_install(struct rw_wizard *wizard, struct rw_findings *findings)
{
    struct wizard_install *install = &wizard->install;
    if (install_active(wizard) || wizard->repair.running || !wizard->draft.cluster)
        return RW_EBUSY;
    rw_wizard_findings(wizard, RW_WIZARD_REVIEW, findings);
    if (rw_findings_at_least(findings, RW_SEVERITY_FAIL) > 0)
        return RW_EINVAL;
    struct rw_cluster *cluster = rw_cluster_copy(wizard->document->cluster);
    int rc = 0;
    if (!cluster->token && cluster->token_file && !rw_answers_read_token(cluster, findings))
        rc = RW_EIO;
    if (cluster->proxy.password_file && !rw_answers_read_proxy_password(cluster, findings))
        rc = RW_EIO;
    if (rc == 0) {
        size_t before = findings->count;
        rc = rw_install_begin(cluster, "install", &install->journal, findings);
        rw_findings_done(&install->findings);
        for (size_t i = before; rc == 0 && i < findings->count; i++)
            rw_findings_copy(&install->findings, &findings->items[i]);
    }
    if (rc != 0) {
        rw_cluster_free(cluster);
        return rc;
    }
    install->check_findings = 0;
    forget_tasks(install);
    rw_strset(&install->version, NULL);
    install->cluster = cluster;
    install->skip_agents = install->held = false;
    install->phase = NULL;
    install->check_done = install->check_total = 0;
    install_forget_log(install);
    install->begun = rw_clock_ms();
    install->state = INSTALL_BEGINNING;
    wizard->step = RW_WIZARD_INSTALL;
    wizard_edited(wizard);
    return 0;
}

void rw_wizard_stop(struct rw_wizard *wizard)
{
    struct wizard_install *install = &wizard->install;
    if (install->state == INSTALL_RUNNING)
        rw_run_stop(install->run);
    else if (install->state == INSTALL_BEGINNING || install->state == INSTALL_CHECKING)
        end_early(wizard, RW_OUTCOME_INTERRUPTED);
}

void rw_wizard_hold(struct rw_wizard *wizard)
{
    if (wizard->install.state != INSTALL_RUNNING) {
        rw_wizard_stop(wizard);
        return;
    }
    wizard->install.held = true;
    rw_run_hold(wizard->install.run);
    wizard_changed(wizard);
}

void rw_wizard_skip_agents(struct rw_wizard *wizard)
{
    wizard->install.skip_agents = true;
    wizard_changed(wizard);
}

struct rw_wizard_run rw_wizard_run(const struct rw_wizard *wizard)
{
    const struct wizard_install *install = &wizard->install;
    bool ended = install->state == INSTALL_ENDED;
    int64_t until = ended ? install->ended : rw_clock_ms();
    return (struct rw_wizard_run){
        .running = install_active(wizard),
        .ended = ended,
        .outcome = install->outcome,
        .changed = install->changed,
        .elapsed_ms = install->state == INSTALL_NONE ? 0 : until - install->begun,
        .version = install->version ? install->version : "",
        .tasks = install->tasks,
        .task_count = install->task_count,
        .findings = &install->findings,
        .check_findings = install->check_findings,
        .nodes = install->run ? rw_run_nodes(install->run) : NULL,
        .held = install->held,
        .phase = install_active(wizard) ? install->phase : NULL,
        .check_done = install->check_done,
        .check_total = install->check_total,
        .log = install->log,
        .log_count = install->log_count,
        .log_dropped = install->log_dropped,
    };
}

void install_done(struct wizard_install *install)
{
    forget_tasks(install);
    install_forget_log(install);
    rw_findings_done(&install->findings);
    rw_cluster_free(install->cluster);
    free(install->version);
}
