/* SPDX-License-Identifier: Apache-2.0 */
/* The install: an operation whose events are put into a table and passed on. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/mem.h"
#include "install/changed.h"
#include "wizard/wizard_private.h"

bool install_active(const struct rw_wizard *wizard)
{
    return wizard->install.state == INSTALL_ACTIVE;
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
    rw_strset(&install->founder, cluster->hosts[plan->founder].name);
    install->together = plan->together;
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

static void forget_lost(struct wizard_install *install, const char *host)
{
    size_t kept = 0;
    for (size_t i = 0; i < install->lost_count; i++) {
        if (!host || strcmp(install->lost[i].host, host) == 0)
            free(install->lost[i].host);
        else
            install->lost[kept++] = install->lost[i];
    }
    install->lost_count = kept;
}

static void note_host(struct wizard_install *install, const struct rw_event *event)
{
    forget_lost(install, event->host);
    if (strcmp(event->text, "lost") == 0)
        *rw_array_add(install->lost, install->lost_count) =
            (struct rw_wizard_lost){rw_strdup(event->host), rw_clock_ms()};
}

/* ---- events of the operation ---- */

static void hand_on(struct rw_wizard *wizard, const struct rw_event *event)
{
    if (wizard->listener.event && !wizard->life.ending)
        wizard->listener.event(wizard->listener.context, event);
    wizard_changed(wizard);
}

static void on_begun(void *context, const struct rw_findings *findings)
{
    struct rw_wizard *wizard = context;
    rw_findings_done(&wizard->install.findings);
    for (size_t i = 0; i < findings->count; i++)
        rw_findings_copy(&wizard->install.findings, &findings->items[i]);
}

static void note(struct wizard_install *install, const struct rw_event *event)
{
    switch (event->kind) {
    case RW_EVENT_OVERRIDE:
        return; /* the review has shown it */
    case RW_EVENT_TASK:
    case RW_EVENT_PROGRESS:
        note_task(install, event);
        break;
    case RW_EVENT_HOST:
        note_host(install, event);
        break;
    case RW_EVENT_PHASE:
        install->phase = event->text;
        break;
    case RW_EVENT_NOTICE:
        install->notice = event->text;
        break;
    case RW_EVENT_VERSION:
        rw_strset(&install->version, event->text);
        break;
    case RW_EVENT_FINDING:
        rw_findings_copy(&install->findings, event->finding);
        break;
    case RW_EVENT_NODES:
        install->nodes = rw_operation_nodes(install->operation);
        break;
    case RW_EVENT_CHECK:
        install->check_done = event->done;
        install->check_total = event->total;
        break;
    case RW_EVENT_END:
        install->outcome = event->outcome;
        install->changed = event->changed;
        install->ended = rw_clock_ms();
        forget_lost(install, NULL);
        rw_findings_done(&install->locked);
        rw_findings_done(&install->restarts);
        break;
    default:
        break;
    }
    install_note(install, event);
}

static void on_event(void *context, const struct rw_event *event)
{
    struct rw_wizard *wizard = context;
    note(&wizard->install, event);
    if (event->kind == RW_EVENT_FINDING && event->finding->id == RW_F_REPORT_UNWRITABLE)
        rw_wizard_set_report(wizard, NULL);
    hand_on(wizard, event);
}

static void tell_findings(struct rw_wizard *wizard, const struct rw_findings *findings,
                          int64_t elapsed_ms)
{
    for (size_t i = 0; i < findings->count; i++)
        on_event(wizard, &(struct rw_event){.kind = RW_EVENT_FINDING,
                                            .elapsed_ms = elapsed_ms,
                                            .host = findings->items[i].host,
                                            .finding = &findings->items[i]});
    wizard->install.check_findings = wizard->install.findings.count;
}

static void on_gate(void *context, const struct rw_gate *gate)
{
    struct rw_wizard *wizard = context;
    if (gate->result) {
        tell_findings(wizard, gate->findings, gate->elapsed_ms);
        if (wizard->options.report)
            rw_wizard_set_report(wizard, wizard->options.report);
        return;
    }
    for (size_t i = 0; i < gate->findings->count; i++)
        rw_findings_copy(&wizard->install.locked, &gate->findings->items[i]);
    wizard_changed(wizard);
}

/* The user has seen the plan before, and has said so; but not that nodes that run are restarted. */
static void on_confirm(void *context, const struct rw_plan *plan, const char *version, bool exists)
{
    struct rw_wizard *wizard = context;
    (void)version;
    (void)exists;
    make_table(&wizard->install, plan, wizard->live.cluster);
    rw_changed_restarts(wizard->live.cluster, plan->now, true, &wizard->install.restarts);
    if (wizard->install.restarts.count)
        wizard_changed(wizard);
    else
        rw_operation_confirm(wizard->install.operation, true);
}

static void on_closed(void *context, enum rw_outcome outcome)
{
    struct rw_wizard *wizard = context;
    struct wizard_install *install = &wizard->install;
    (void)outcome;
    install->operation = NULL;
    install->nodes = NULL;
    rw_cluster_free(install->cluster);
    install->cluster = NULL;
    install->state = INSTALL_ENDED;
    reasons_load(wizard);
    wizard_soon(wizard);
    wizard_settle_closing(wizard);
}

/* ---- the connections ---- */

static void on_contact_closed(void *context)
{
    struct rw_wizard *wizard = context;
    wizard->install.contact_closed(wizard->install.contact_closed_context);
}

static void close_contact(void *context, void (*closed)(void *context), void *closed_context)
{
    struct rw_wizard *wizard = context;
    wizard->install.contact_closed = closed;
    wizard->install.contact_closed_context = closed_context;
    live_close(wizard, on_contact_closed);
}

/* The connections have no owner now: they become those of this install. */
void install_pump(struct rw_wizard *wizard)
{
    struct wizard_install *install = &wizard->install;
    if (!install->operation || !install->cluster || wizard->live.closing || !checks_drop(wizard))
        return;
    live_adopt(wizard, install->cluster);
    install->cluster = NULL;
    rw_operation_start(install->operation, wizard->live.contact);
}

/* ---- interface ---- */

static void forget(struct wizard_install *install)
{
    forget_tasks(install);
    rw_strset(&install->version, NULL);
    rw_findings_done(&install->locked);
    rw_findings_done(&install->restarts);
    install->skip_agents = install->held = install->changed = false;
    install->phase = install->notice = NULL;
    install->together = 0;
    forget_lost(install, NULL);
    install->check_findings = 0;
    install->check_done = install->check_total = 0;
    install_forget_log(install);
}

int rw_wizard_install(struct rw_wizard *wizard, struct rw_findings *findings)
{
    struct wizard_install *install = &wizard->install;
    if (install_active(wizard) || wizard->repair.running || !wizard->draft.cluster)
        return RW_EBUSY;
    rw_wizard_findings(wizard, RW_WIZARD_REVIEW, findings);
    if (rw_findings_at_least(findings, RW_SEVERITY_FAIL) > 0)
        return RW_EINVAL;
    struct rw_cluster *cluster = rw_cluster_copy(wizard->document->cluster);
    struct rw_operation_options options = {
        .kind = RW_OPERATION_INSTALL,
        .cluster = cluster,
        .close_contact = close_contact,
        .close_context = wizard,
        .timeout_s = wizard->options.timeout_s,
        .allow_restart = true,
        .requirements = wizard->options.requirements,
        .name_servers = name_servers_list(wizard),
        .report = wizard->options.report,
    };
    struct rw_operation_listener listener = {.begun = on_begun,
                                             .question = question_of_host,
                                             .gate = on_gate,
                                             .confirm = on_confirm,
                                             .event = on_event,
                                             .closed = on_closed,
                                             .context = wizard};
    int rc = rw_operation_begin(wizard->loop, &options, &listener, &install->operation, findings);
    if (rc != 0) {
        rw_cluster_free(cluster);
        return rc;
    }
    for (size_t i = 0; i < install->findings.count; i++)
        rw_findings_copy(findings, &install->findings.items[i]);
    forget(install);
    install->cluster = cluster;
    install->begun = rw_clock_ms();
    install->state = INSTALL_ACTIVE;
    wizard->step = RW_WIZARD_INSTALL;
    wizard_edited(wizard);
    return 0;
}

void rw_wizard_take_over(struct rw_wizard *wizard, bool take)
{
    struct wizard_install *install = &wizard->install;
    struct rw_findings locked = install->locked;
    if (locked.count == 0 || !install->operation)
        return;
    install->locked = (struct rw_findings){0};
    if (!take)
        tell_findings(wizard, &locked, rw_operation_elapsed(install->operation));
    rw_operation_take_over(install->operation, take);
    rw_findings_done(&locked);
}

void rw_wizard_restart(struct rw_wizard *wizard, bool go)
{
    struct wizard_install *install = &wizard->install;
    if (install->restarts.count == 0 || !install->operation)
        return;
    rw_findings_done(&install->restarts);
    rw_operation_confirm(install->operation, go);
}

void rw_wizard_stop(struct rw_wizard *wizard)
{
    if (wizard->install.operation)
        rw_operation_stop(wizard->install.operation);
}

void rw_wizard_hold(struct rw_wizard *wizard)
{
    if (wizard->install.operation)
        wizard->install.held = rw_operation_hold(wizard->install.operation);
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
        .founder = install->founder,
        .tasks = install->tasks,
        .task_count = install->task_count,
        .findings = &install->findings,
        .check_findings = install->check_findings,
        .locked = install->locked.count ? &install->locked : NULL,
        .restarts = install->restarts.count ? &install->restarts : NULL,
        .nodes = install->nodes,
        .held = install->held,
        .phase = install_active(wizard) ? install->phase : NULL,
        .notice = install_active(wizard) ? install->notice : NULL,
        .together = install->together,
        .check_done = install->check_done,
        .check_total = install->check_total,
        .lost = install->lost,
        .lost_count = install->lost_count,
        .lost_limit_ms =
            wizard->options.timeout_s ? wizard->options.timeout_s * INT64_C(1000) : RW_RUN_AWAY_MS,
        .log = install->log,
        .log_count = install->log_count,
        .log_dropped = install->log_dropped,
    };
}

void install_done(struct wizard_install *install)
{
    forget_tasks(install);
    install_forget_log(install);
    forget_lost(install, NULL);
    free(install->lost);
    rw_findings_done(&install->findings);
    rw_findings_done(&install->locked);
    rw_findings_done(&install->restarts);
    rw_cluster_free(install->cluster);
    free(install->version);
    free(install->founder);
}
