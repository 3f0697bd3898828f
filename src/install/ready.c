/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting until a node is Ready. Three sources, whichever is first: the journal of the service,
 * followed line by line, shows its progress and why it is stuck; the watch of the nodes reports
 * that it is Ready; and a look at the unit every few seconds finds the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/names.h"
#include "install/origin.h"
#include "install/run_private.h"
#include "plan/node_scripts.h"
#include "rke2/journal_entry.h"
#include "rke2/rke2.h"

#define LOOK_MS 5000
#define LOOK_SOON_MS                                                                               \
    1000 /* etcd is up: the API server follows within seconds, and others wait for it */
#define LOOK_AGAIN_MS 300 /* Ready, but the supervisor is not yet */

static void look(struct run_task *task);

static struct run_host *host_of(const struct run_task *task)
{
    return &task->run->hosts[task_plan(task)->host];
}

/* ---- the journal ---- */

static void tell_line(struct run_task *task, const char *line, size_t length)
{
    char *text = rw_strndup(line, length);
    run_emit(task->run, (struct rw_event){.kind = RW_EVENT_LINE,
                                          .host = task_host(task)->name,
                                          .step = rw_step_info(task_plan(task)->step)->id,
                                          .text = text});
    free(text);
}

static void take_progress(struct run_task *task, const char *progress)
{
    run_emit(task->run, (struct rw_event){.kind = RW_EVENT_PROGRESS,
                                          .host = task_host(task)->name,
                                          .step = rw_step_info(task_plan(task)->step)->id,
                                          .text = progress});
}

/* Where the setting stands that the finding is about. */
static void add_origin(const struct run_task *task, struct rw_finding *finding)
{
    const struct rw_run *run = task->run;
    struct rw_membership *facts = rw_calloc(run->cluster->host_count, sizeof *facts);
    for (size_t i = 0; i < run->cluster->host_count; i++)
        facts[i] = run->hosts[i].membership; /* borrowed */
    const struct rw_origin origin = {.cluster = run->cluster,
                                     .facts = facts,
                                     .host = task_plan(task)->host,
                                     .founder = run->decision.founder,
                                     .anchor = run->decision.anchor};
    rw_origin_add(&origin, finding);
    free(facts);
}

static void take_reading(struct run_task *task, const struct rw_start_reading *reading)
{
    struct rw_findings findings = {0};
    if (reading->finding) {
        rw_findings_copy(&findings, reading->finding);
        add_origin(task, &findings.items[0]);
    }
    if (reading->failed) {
        task_fail(task, &findings);
    } else if (reading->finding) {
        run_find_all(task->run, &findings);
    } else if (reading->up) {
        task->wait->active = true;
        node_watch_wake(task->run);
        look(task);
    }
}

static void take_line(struct run_task *task, const char *line, size_t length)
{
    tell_line(task, line, length);
    /* While a server is away others cannot reach it, complain, and start again and again. */
    struct rw_start_reading reading =
        rw_start_read(&task->wait->reader, rw_clock_ms(), away_server(task->run), line, length);
    if (reading.progress) {
        take_progress(task, reading.progress);
        look(task);
    }
    take_reading(task, &reading);
}

/* The place is remembered beyond this wait: whatever ends the stream, nothing is lost and nothing
 * read twice. */
static void on_line(void *context, const char *line, size_t length)
{
    struct run_task *task = context;
    struct rw_buf text = {0};
    char *cursor = NULL;
    if (!task->wait || task->run->ended || !rw_journal_entry(line, length, &text, &cursor))
        return;
    free(task->cursor);
    task->cursor = cursor;
    const char *rest = rw_buf_str(&text), *one;
    size_t size;
    while (task->wait && !task->run->ended && rw_text_line(&rest, &one, &size))
        if (size)
            take_line(task, one, size);
    rw_buf_done(&text);
}

static void on_follow_ended(void *context, const struct rw_remote_result *result)
{
    struct run_task *task = context;
    (void)result;
    /* The timer begins it anew: with a new connection, or when journalctl ended by itself. */
    if (task->wait)
        task->wait->follow = NULL;
}

static void follow(struct run_task *task)
{
    struct ready_wait *wait = task->wait;
    struct rw_script_var vars[] = {
        {"unit", rw_rke2_unit(task_host(task)->role)},
        {"since", wait->since},
        {"cursor", task->cursor ? task->cursor : ""},
    };
    struct rw_buf body = {0};
    rw_node_script_add(&body, "follow");
    struct rw_remote_script script = {
        .vars = vars,
        .var_count = RW_COUNT(vars),
        .body = body.data,
        .on_line = on_line,
        .done = on_follow_ended,
        .context = task,
    };
    wait->follow = rw_remote_run(host_of(task)->remote, &script);
    rw_buf_done(&body);
}

/* ---- the logs of the host ---- */

static void on_logs(void *context, const struct rw_remote_result *result)
{
    struct run_task *task = context;
    if (result->rc == RW_ECANCELED || !task->wait || task->run->ended)
        return;
    task->wait->logs = NULL;
    struct rw_log_reason reason = {0};
    for (size_t i = 0; i < result->reply.count; i++)
        rw_log_reason_add(&reason, result->reply.pairs[i].key, result->reply.pairs[i].value);
    struct rw_start_reading reading =
        rw_start_hidden(&task->wait->reader, rw_clock_ms(), away_server(task->run), &reason);
    rw_log_reason_done(&reason);
    take_reading(task, &reading);
}

/* Where nothing gets on and the journal gives no reason, the logs of the kubelet and of the
 * containers may. */
static void look_at_logs(struct run_task *task)
{
    struct ready_wait *wait = task->wait;
    if (wait->logs || rw_start_look_due(&wait->reader, rw_clock_ms()) != 0)
        return;
    rw_start_looking(&wait->reader, rw_clock_ms());
    struct rw_script_var vars[] = {{"unit", rw_rke2_unit(task_host(task)->role)}};
    struct rw_buf body = {0};
    rw_node_script_add(&body, "stalled");
    struct rw_remote_script script = {
        .vars = vars,
        .var_count = RW_COUNT(vars),
        .body = body.data,
        .timeout_ms = SCRIPT_TIMEOUT_MS,
        .done = on_logs,
        .context = task,
    };
    wait->logs = rw_remote_run(host_of(task)->remote, &script);
    rw_buf_done(&body);
}

/* ---- the look ---- */

static const struct rw_node *node_of(const struct run_task *task)
{
    return rw_nodes_find(&task->run->watch.nodes, task_host(task)->name);
}

/* Ready stands for 40 s after a kubelet has gone silent (node-monitor-grace-period), so a service
 * that was restarted could count as Ready by what the process before it said. What counts is newer
 * than the start of the service, both by the host's own clock; or, should that clock have been set
 * back, newer than what was there when the wait began. */
static bool is_fresh(const struct ready_wait *wait, const struct rw_node *node)
{
    return !*wait->unit_started || !*node->heartbeat ||
           strcmp(node->heartbeat, wait->unit_started) >= 0 ||
           (wait->heartbeat && strcmp(node->heartbeat, wait->heartbeat) != 0);
}

static bool node_is_ready(const struct run_task *task)
{
    const struct rw_node *node = node_of(task);
    /* Where the user brings the network, a node can be no more than this. */
    bool bare = node && rw_cni_of(task->run->cluster) == RW_CNI_NONE &&
                rw_node_lacks_network(node->message);
    return node && (node->ready || bare) && is_fresh(task->wait, node);
}

/* A server that founds is a voter from the beginning. Of the others etcd itself says so on the
 * host; the condition of the node, which RKE2 writes in a loop of its own, counts where that is
 * silent. */
static bool is_voter(const struct run_task *task)
{
    const struct rw_node *node = node_of(task);
    return task_host(task)->role == RW_ROLE_AGENT || task_plan(task)->step == RW_STEP_FOUND ||
           task->wait->voter || (node && node->voter);
}

static bool is_done(const struct run_task *task)
{
    return task->wait->up && is_voter(task) && node_is_ready(task);
}

static void on_look_timer(uv_timer_t *timer);

static void take_look(struct ready_wait *wait, enum rw_role role,
                      const struct rw_remote_result *result)
{
    const struct rw_reply *reply = &result->reply;
    bool supervisor = role == RW_ROLE_AGENT || rw_reply_is(reply, "readyz", "200") ||
                      rw_reply_is(reply, "readyz", "unknown");
    bool active = result->rc == 0 && rw_reply_is(reply, "active", "active");
    wait->active = wait->active || active;
    wait->up = active && supervisor;
    wait->serves = rw_reply_is(reply, "readyz", "200") || wait->up;
    wait->voter = result->rc == 0 && rw_reply_is(reply, "learner", "0");
    const char *started = rw_reply_get(reply, "started");
    rw_strset(&wait->unit_started, started ? started : "");
    const char *kubelet = rw_reply_get(reply, "kubelet");
    rw_strset(&wait->reader.kubelet, kubelet ? kubelet : "");
}

/* Others wait for no more than this of a server: not for its node, whose network may take minutes.
 * The first one also has to be up as its unit says; of those that join the API is enough. */
static void take_serving(struct run_task *task)
{
    enum rw_step step = task_plan(task)->step;
    bool serves = step == RW_STEP_FOUND
                      ? task->wait->up
                      : step == RW_STEP_JOIN && task->wait->serves && is_voter(task);
    if (!serves || task->up)
        return;
    task->up = true;
    schedule_next(task->run);
}

/* After how many ms it is worth to look again, should nothing be heard before. */
static uint64_t next_look(const struct run_task *task)
{
    const struct ready_wait *wait = task->wait;
    if (!wait->up && wait->active && node_is_ready(task))
        return LOOK_AGAIN_MS;
    uint64_t next = !wait->up && (wait->active || wait->voter) ? LOOK_SOON_MS : LOOK_MS;
    int64_t due = rw_start_look_due(&wait->reader, rw_clock_ms());
    return due >= 0 && !wait->logs && (uint64_t)due < next ? (uint64_t)due : next;
}

/* The first server has made it, and the others are given it. */
static void take_ca(const struct run_task *task, const struct rw_reply *reply)
{
    const char *ca = rw_reply_get(reply, "ca");
    if (task_plan(task)->host == task->run->decision.anchor && ca && rw_names_is_sha256(ca))
        rw_strset(&task->run->ca, ca);
}

static void on_checked(void *context, const struct rw_remote_result *result)
{
    struct run_task *task = context;
    struct ready_wait *wait = task->wait;
    if (!wait || task->run->ended)
        return;
    wait->check = NULL;
    if (result->rc == RW_EHOSTKEY) {
        /* Another machine answers there: it will never be Ready for us. */
        struct rw_findings findings = {0};
        rw_contact_script_failed(&findings, run_wanted(host_of(task)), result);
        task_fail(task, &findings);
        return;
    }
    take_look(wait, task_host(task)->role, result);
    take_ca(task, &result->reply);
    if (is_done(task)) {
        task_waited(task);
        return;
    }
    uv_timer_start(wait->timer, on_look_timer, wait->look_again ? 0 : next_look(task), 0);
    wait->look_again = false;
    quorum_look(task->run);
    take_serving(task);
}

static void look(struct run_task *task)
{
    struct ready_wait *wait = task->wait;
    wait->look_again = wait->check != NULL;
    if (wait->check)
        return;
    struct rw_script_var vars[] = {
        {"unit", rw_rke2_unit(task_host(task)->role)},
        {"role", rw_role_name(task_host(task)->role)},
        {"token", task->run->cluster->token},
    };
    struct rw_buf body = {0};
    rw_node_script_add(&body, "ready");
    struct rw_remote_script script = {
        .vars = vars,
        .var_count = RW_COUNT(vars),
        .body = body.data,
        .timeout_ms = SCRIPT_TIMEOUT_MS,
        .done = on_checked,
        .context = task,
    };
    wait->check = rw_remote_run(host_of(task)->remote, &script);
    rw_buf_done(&body);
}

static void on_look_timer(uv_timer_t *timer)
{
    struct run_task *task = timer->data;
    if (!task->wait->follow)
        follow(task);
    node_watch_wake(task->run);
    look_at_logs(task);
    look(task);
}

/* ---- */

static void remember_heartbeat(struct run_task *task)
{
    const struct rw_node *node = node_of(task);
    if (node && !task->wait->heartbeat)
        task->wait->heartbeat = rw_strdup(node->heartbeat);
}

void ready_back(struct run_task *task)
{
    struct ready_wait *wait = task->wait;
    uv_timer_start(wait->timer, on_look_timer, 0, 0);
}

void ready_nodes_changed(struct rw_run *run)
{
    for (size_t i = 0; i < run->plan->task_count && !run->ended; i++) {
        struct run_task *task = &run->tasks[i];
        if (!task->wait)
            continue;
        remember_heartbeat(task);
        if (is_done(task))
            task_waited(task);
        else if (node_is_ready(task))
            look(task);
    }
}

void ready_begin(struct run_task *task, const struct rw_reply *probed)
{
    struct ready_wait *wait = rw_calloc(1, sizeof *wait);
    const char *since = rw_reply_get(probed, "since"), *node = rw_reply_get(probed, "node");
    bool running = rw_reply_is(probed, "state", "started");
    task->wait = wait;
    /* A service that ran before we came may have troubles in its journal that are long over: of
     * that only the last line is read, and only when the first look finds it not Ready. */
    wait->since = rw_strdup(running ? "last" : since ? since : "");
    rw_start_reader_begin(&wait->reader, rw_clock_ms(), task_host(task)->role,
                          task_host(task)->name, task->run->cluster->registration_name);
    if (node && *node)
        wait->reader.node = rw_strdup(node);
    wait->unit_started = rw_strdup("");
    wait->timer = run_timer(task->run, task);
    uv_timer_start(wait->timer, on_look_timer, LOOK_MS, 0);
    if (!running || task->cursor)
        follow(task);
    node_watch_wake(task->run);
    remember_heartbeat(task);
    if (node_is_ready(task))
        look(task);
}

void ready_end(struct run_task *task)
{
    struct ready_wait *wait = task->wait;
    if (!wait)
        return;
    task->wait = NULL;
    run_timer_free(&wait->timer);
    if (wait->follow)
        rw_remote_cancel(wait->follow);
    if (wait->check)
        rw_remote_cancel(wait->check);
    if (wait->logs)
        rw_remote_cancel(wait->logs);
    rw_start_reader_done(&wait->reader);
    free(wait->since);
    free(wait->unit_started);
    free(wait->heartbeat);
    free(wait);
}

void ready_expired(struct run_task *task, struct rw_findings *findings)
{
    struct ready_wait *wait = task->wait;
    const struct rw_node *node = node_of(task);
    int seconds = task->run->options.timeout_s
                      ? task->run->options.timeout_s
                      : rw_step_info(task_plan(task)->step)->hard_deadline_s;
    char *minutes = rw_asprintf("%d:%02d min", seconds / 60, seconds % 60);
    char *state = !node          ? rw_strdup(N_("the cluster has no such node"))
                  : !node->ready ? rw_asprintf("%s %s", node->reason, node->message)
                  : !is_fresh(wait, node)
                      ? rw_strdup(N_("Ready, but not confirmed since the service started"))
                  : !is_voter(task) ? rw_strdup(N_("Ready, but not yet an etcd voter"))
                                    : rw_strdup(N_("Ready, but its service is still starting"));
    rw_findings_add(findings, RW_F_START_DEADLINE, task_host(task)->name, "minutes", minutes,
                    "_state", state, "line", rw_start_last_words(&wait->reader), "unit",
                    rw_rke2_unit(task_host(task)->role), NULL);
    const struct rw_finding *reason = rw_start_reason(&wait->reader);
    if (reason) {
        rw_findings_copy(findings, reason);
        findings->items[findings->count - 1].severity = RW_SEVERITY_FAIL;
        add_origin(task, &findings->items[findings->count - 1]);
    }
    free(minutes);
    free(state);
}
