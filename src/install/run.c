/* SPDX-License-Identifier: Apache-2.0 */
#include "install/run.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "install/begin.h"
#include "install/changed.h"
#include "install/run_private.h"

const char *rw_task_state_name(enum rw_task_state state)
{
    static const char *const names[] = {"planned",   "running", "waiting", "done",
                                        "unchanged", "failed",  "blocked"};
    return names[state];
}

const char *rw_outcome_name(enum rw_outcome outcome)
{
    switch (outcome) {
    case RW_OUTCOME_DONE:
        return "done";
    case RW_OUTCOME_FAILED:
        return "failed";
    case RW_OUTCOME_USAGE:
        return "usage";
    case RW_OUTCOME_AGENTS_MISSING:
        return "agents-missing";
    case RW_OUTCOME_BLOCKED:
        return "blocked";
    case RW_OUTCOME_INTERRUPTED:
        return "interrupted";
    }
    return "?";
}

/* ---- events ---- */

const char *rw_event_host_text(const char *text)
{
    static const struct {
        const char *text, *shown;
    } words[] = {
        {"connected", N_("connected")},
        {"lost", N_("connection lost; reconnecting")},
        {"back", N_("connection restored")},
        {"restarted", N_("the host was restarted; continuing")},
    };
    for (size_t i = 0; i < RW_COUNT(words); i++)
        if (strcmp(words[i].text, text) == 0)
            return _(words[i].shown);
    return text;
}

void run_emit(struct rw_run *run, struct rw_event event)
{
    static const char *const kinds[] = {"phase",    "version", "host",    "task",  "action",
                                        "progress", "slow",    "finding", "nodes", "table",
                                        "line",     "notice",  "end"};
    event.elapsed_ms = rw_clock_ms() - run->started;
    if (event.kind == RW_EVENT_ACTION)
        rw_journal_event(run->journal, event.host, event.step, event.key, event.text);
    else if (event.kind == RW_EVENT_VERSION || event.kind == RW_EVENT_HOST)
        rw_journal_event(run->journal, event.host, event.step, kinds[event.kind], event.text);
    run->listener.event(run->listener.context, &event);
}

/* Every finding about a host can name the way to log in there, for a command to paste. */
static void add_login(const struct rw_run *run, struct rw_finding *finding)
{
    const struct rw_host *host =
        finding->host ? rw_cluster_host(run->cluster, finding->host) : NULL;
    if (!host || rw_finding_get(finding, "address"))
        return;
    rw_contact_set_login(finding, host);
}

/* The command to type names the answers. */
static void add_file(const struct rw_run *run, struct rw_finding *finding)
{
    if (finding->id != RW_F_NODE_NOT_IN_ANSWERS && finding->id != RW_F_HOST_REPLACED)
        return;
    char *dir = rw_journal_dir(run->cluster->name), *draft = rw_asprintf("%s/draft.yaml", dir);
    rw_finding_set(finding, "file", run->options.answers_file ? run->options.answers_file : draft);
    free(draft);
    free(dir);
}

static void run_find(struct rw_run *run, const struct rw_finding *finding)
{
    struct rw_findings one = {0};
    rw_findings_copy(&one, finding);
    add_login(run, &one.items[0]);
    add_file(run, &one.items[0]);
    rw_journal_finding(run->journal, &one.items[0]);
    run_emit(run, (struct rw_event){
                      .kind = RW_EVENT_FINDING, .host = finding->host, .finding = &one.items[0]});
    rw_findings_done(&one);
}

void run_find_all(struct rw_run *run, struct rw_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++)
        run_find(run, &findings->items[i]);
    rw_findings_done(findings);
}

const struct rw_host *run_wanted(const struct run_host *host)
{
    return &host->run->cluster->hosts[host->index];
}

bool run_starts_server(const struct run_task *task)
{
    enum rw_step step = task_plan(task)->step;
    return step == RW_STEP_FOUND || step == RW_STEP_JOIN ||
           (step == RW_STEP_RESTART && task_host(task)->role == RW_ROLE_SERVER);
}

size_t run_speaker(const struct rw_run *run)
{
    size_t best = run->decision.anchor;
    for (size_t i = 0; i < run->plan->task_count && run->hosts[best].down; i++) {
        const struct rw_task *task = &run->plan->tasks[i];
        if (run_starts_server(&run->tasks[i]) && task_serves(&run->tasks[i]) &&
            !run->hosts[task->host].down)
            best = task->host;
    }
    return best;
}

/* ---- timers ---- */

uv_timer_t *run_timer(struct rw_run *run, void *data)
{
    uv_timer_t *timer = rw_calloc(1, sizeof *timer);
    uv_timer_init(run->loop, timer);
    timer->data = data;
    return timer;
}

static void free_timer(uv_handle_t *handle)
{
    free(handle);
}

void run_timer_free(uv_timer_t **timer)
{
    if (*timer)
        uv_close((uv_handle_t *)*timer, free_timer);
    *timer = NULL;
}

/* ---- phases ---- */

static void free_run(void *object)
{
    struct rw_run *run = object;
    for (size_t i = 0; i < run->cluster->host_count; i++) {
        rw_membership_done(&run->hosts[i].membership);
        free(run->hosts[i].boot);
    }
    for (size_t i = 0; run->plan && i < run->plan->task_count; i++)
        free(run->tasks[i].cursor);
    rw_plan_free(run->plan);
    rw_plan_now_free(run->now, run->cluster->host_count);
    rw_findings_done(&run->blocking);
    rw_nodes_done(&run->watch.nodes);
    rw_node_table_done(&run->watch.table);
    rw_nodes_stream_done(&run->watch.stream);
    free(run->tasks);
    free(run->hosts);
    free(run->version);
    free(run->channel);
    free(run->ca);
    free(run);
}

struct rw_run *rw_run_new(uv_loop_t *loop, const struct rw_run_options *options,
                          const struct rw_run_listener *listener)
{
    struct rw_run *run = rw_calloc(1, sizeof *run);
    rw_life_init(&run->life, loop, run, free_run);
    run->loop = loop;
    run->options = *options;
    run->listener = *listener;
    run->cluster = options->cluster;
    run->journal = options->journal;
    run->hosts = rw_calloc(run->cluster->host_count, sizeof *run->hosts);
    for (size_t i = 0; i < run->cluster->host_count; i++) {
        run->hosts[i].run = run;
        run->hosts[i].index = i;
    }
    run->unanswered = run->cluster->host_count;
    return run;
}

void rw_run_start(struct rw_run *run)
{
    run->started = run->options.begun ? run->options.begun : rw_clock_ms();
    run_emit(run, (struct rw_event){.kind = RW_EVENT_PHASE, .text = N_("connecting to all hosts")});
    if (run->options.reset)
        run->version = rw_strdup(""); /* whichever is there */
    else
        release_resolve(run);
    hosts_read(run);
}

/* The record of the version is lost, and the channel has moved on: what runs already counts. */
static void take_version(struct rw_run *run, const struct rw_membership *facts,
                         const struct rw_known_cluster *known)
{
    const char *there = rw_membership_version(&run->decision, facts);
    if (!run->version || !there || run->cluster->version || strcmp(there, run->version) == 0)
        return;
    char *recorded = rw_journal_get(run->journal, "version");
    if (!recorded) {
        rw_strset(&run->version, there);
        run_emit(run, (struct rw_event){.kind = RW_EVENT_VERSION, .text = run->version});
        rw_findings_done(&run->blocking);
        run->decision =
            rw_membership_decide(run->cluster, facts, known, run->version, &run->blocking);
    }
    free(recorded);
}

/* Reports that not every server could be asked. */
static void tell_missing(struct rw_run *run)
{
    struct rw_buf names = {0};
    struct rw_findings one = {0};
    for (size_t i = 0; i < run->cluster->host_count; i++)
        if (!run->hosts[i].membership.read && run->cluster->hosts[i].role == RW_ROLE_SERVER)
            rw_buf_addf(&names, "%s%s", names.len ? ", " : "", run->cluster->hosts[i].name);
    rw_findings_add(&one, run->decision.exists ? RW_F_GOES_ON_WITHOUT : RW_F_SERVERS_MISSING, NULL,
                    "servers", rw_buf_str(&names), "via",
                    run->cluster->hosts[run->decision.anchor].name, NULL);
    run_find_all(run, &one);
    rw_buf_done(&names);
}

/* The answers could not be judged by this while the version was that of a channel. */
static void look_at_version(struct rw_run *run)
{
    const struct rw_cluster *cluster = run->cluster;
    if (!run->version || rw_cni_in_version(rw_cni_of(cluster), run->version))
        return;
    struct rw_finding *finding =
        rw_findings_add(&run->blocking, RW_F_ANSWERS_CNI_VERSION, NULL, "where", cluster->name,
                        "cni", cluster->cni, "version", run->version, NULL);
    if (run->options.excused && run->options.excused(run->options.excused_context, finding))
        finding->severity = RW_SEVERITY_WARN;
}

/* Decides once every host has answered or failed and the version is known. */
static void decide(struct rw_run *run)
{
    const struct rw_cluster *cluster = run->cluster;
    char *founder = rw_journal_get(run->journal, "founder");
    char *ca = rw_journal_get(run->journal, "ca");
    struct rw_membership *facts = rw_calloc(cluster->host_count, sizeof *facts);
    bool server_missing = false;
    for (size_t i = 0; i < cluster->host_count; i++) {
        facts[i] = run->hosts[i].membership;
        server_missing |= !facts[i].read && cluster->hosts[i].role == RW_ROLE_SERVER;
    }
    struct rw_known_cluster known = {founder, ca};
    if (run->options.reset) {
        run->decision.founder = run->decision.anchor =
            rw_reset_decide(cluster, facts, &known, run->options.reset, &run->blocking);
    } else {
        run->decision = rw_membership_decide(cluster, facts, &known, run->version, &run->blocking);
        take_version(run, facts, &known);
        look_at_version(run);
        if (run->decision.exists && facts[run->decision.anchor].read &&
            *facts[run->decision.anchor].cluster_ca)
            run->ca = rw_strdup(facts[run->decision.anchor].cluster_ca);
        run->now = rw_changed_now(cluster, facts, &run->decision);
        rw_changed_deleted(cluster, run->now, &run->blocking);
        if (!run->options.allow_restart)
            rw_changed_restarts(cluster, run->now, false, &run->blocking);
    }
    bool blocked = rw_findings_at_least(&run->blocking, RW_SEVERITY_FAIL) > 0;
    run_find_all(run, &run->blocking);
    free(facts);
    free(founder);
    free(ca);
    if (server_missing && !run->options.reset)
        tell_missing(run);
    /* Without all servers it is unknown whether a cluster exists already, unless one has it. */
    if (!run->options.reset && ((server_missing && !run->decision.exists) || !run->version))
        run_end(run, RW_OUTCOME_FAILED);
    else if (blocked)
        run_end(run, RW_OUTCOME_BLOCKED);
}

static void make_plan(struct rw_run *run)
{
    size_t hosts = run->cluster->host_count;
    bool *away = rw_calloc(hosts, sizeof *away);
    bool *proxy_left = rw_calloc(hosts, sizeof *proxy_left);
    for (size_t i = 0; i < hosts; i++) {
        away[i] = run->decision.exists && run->hosts[i].failed;
        proxy_left[i] = run->hosts[i].membership.proxy_lines;
    }
    struct rw_plan_choice choice = {
        .founder = run->decision.founder,
        .version = run->version,
        .channel = run->channel,
        .token = run->cluster->token,
        .away = away,
        .anchor = run->decision.anchor,
        .proxy_password = run->cluster->proxy.password,
        .proxy_left = proxy_left,
        .now = run->now,
    };
    run->plan = run->options.reset
                    ? rw_plan_reset(run->cluster, run->options.reset->wanted, run->decision.founder)
                    : rw_plan_new(run->cluster, &choice);
    free(away);
    free(proxy_left);
    run->tasks = rw_calloc(run->plan->task_count, sizeof *run->tasks);
    rw_journal_batch(run->journal, true);
    for (size_t i = 0; i < run->plan->task_count; i++) {
        run->tasks[i].run = run;
        run->tasks[i].index = i;
        const struct rw_task *task = &run->plan->tasks[i];
        rw_journal_task(run->journal, task->id, run->cluster->hosts[task->host].name,
                        rw_step_info(task->step)->id, "planned", 0);
    }
    rw_journal_batch(run->journal, false);
}

void run_looked(struct rw_run *run)
{
    if (run->ended || run->plan || run->unanswered > 0)
        return;
    if (!run->version && !run->version_asked) {
        release_resolve(run); /* by a host: the console got no answer */
        return;
    }
    if (run->version_asked && !run->version)
        return;
    decide(run);
    if (run->ended)
        return;
    make_plan(run);
    if (run->listener.confirm)
        run->listener.confirm(run->listener.context, run->plan, run->version, run->decision.exists);
    else
        rw_run_confirm(run, true);
}

static void on_decided(void *context)
{
    struct rw_run *run = context;
    if (rw_install_journal_broken(run->journal, &run->blocking) != 0) {
        run_find_all(run, &run->blocking);
        run_end(run, RW_OUTCOME_FAILED);
        return;
    }
    schedule_begin(run);
}

void rw_run_confirm(struct rw_run *run, bool go)
{
    if (run->ended || run->confirmed)
        return;
    if (!go) {
        run_end(run, RW_OUTCOME_INTERRUPTED);
        return;
    }
    run->confirmed = true;
    if (run->options.reset) {
        schedule_begin(run);
        return;
    }
    /* Exactly one founder: on record before the first byte is written anywhere. */
    rw_journal_set(run->journal, "founder", run->cluster->hosts[run->decision.founder].name);
    rw_journal_set(run->journal, "version", run->version);
    rw_journal_set(run->journal, "channel", run->cluster->channel);
    const struct rw_membership *anchor = &run->hosts[run->decision.anchor].membership;
    if (anchor->read && *anchor->ca)
        rw_journal_set(run->journal, "ca", anchor->ca);
    rw_journal_await(run->journal, &run->decided, on_decided, run);
}

bool run_journal_broken(struct rw_run *run)
{
    struct rw_error err;
    if (rw_journal_broken(run->journal, &err) == 0)
        return false;
    if (!run->journal_told) {
        struct rw_findings one = {0};
        run->journal_told = true;
        rw_findings_add(&one, RW_F_JOURNAL_BROKEN, NULL, "reason", err.message, "file",
                        rw_journal_path(run->journal), NULL);
        run_find_all(run, &one);
    }
    return true;
}

void run_end(struct rw_run *run, enum rw_outcome outcome)
{
    if (run->ended)
        return;
    run->ended = true;
    rw_journal_await_no_more(run->journal, &run->decided);
    for (size_t i = 0; run->plan && i < run->plan->task_count; i++)
        task_cancel(&run->tasks[i]);
    for (size_t i = 0; i < run->cluster->host_count; i++)
        away_end(&run->hosts[i]);
    node_watch_end(run);
    rw_journal_end(run->journal, rw_outcome_name(outcome));
    run_emit(run,
             (struct rw_event){.kind = RW_EVENT_END, .outcome = outcome, .changed = run->changed});
}

void rw_run_hold(struct rw_run *run)
{
    run->held = true;
    if (run->confirmed && !run->decided.waiting)
        schedule_next(run);
    else
        run_end(run, RW_OUTCOME_INTERRUPTED);
}

void rw_run_lost(struct rw_run *run, const struct rw_finding *finding)
{
    if (run->ended)
        return;
    run_find(run, finding);
    run_end(run, RW_OUTCOME_FAILED);
}

void rw_run_stop(struct rw_run *run)
{
    run_end(run, RW_OUTCOME_INTERRUPTED);
}

void rw_run_free(struct rw_run *run, void (*closed)(void *context), void *context)
{
    if (!run)
        return;
    run_end(run, RW_OUTCOME_INTERRUPTED);
    if (rw_life_end(&run->life, NULL, closed, context) && run->http)
        rw_http_free(run->http, rw_life_drop, rw_life_hold(&run->life));
}
