/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting until a node is Ready. Three sources, whichever is first: the journal of the service,
 * followed line by line, shows its progress and why it is stuck; the watch of the nodes reports
 * that it is Ready; and a look at the unit every few seconds finds the rest. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "install/run_private.h"
#include "plan/node_scripts.h"
#include "rke2/journal_entry.h"
#include "rke2/journal_lines.h"
#include "rke2/rke2.h"

#define LOOK_MS       5000
#define LOOK_AGAIN_MS 300 /* Ready, but the supervisor is not yet */
#define CAUSES_MAX    3   /* a cause that was named so often does not pass by itself */
#define RESTARTS_MAX  5   /* of the service, in one wait */
#define RESTARTS_TOLD 2   /* from here on they are reported */

static void look(struct run_task *task);

static struct run_host *host_of(const struct run_task *task)
{
    return &task->run->hosts[task_plan(task)->host];
}

/* ---- the journal ---- */

static void crash_loop(struct run_task *task, struct rw_findings *findings)
{
    char restarts[24];
    snprintf(restarts, sizeof restarts, "%ld", task->wait->restarts);
    rw_findings_add(findings, RW_F_START_CRASH_LOOP, task_host(task)->name, "unit",
                    rw_rke2_unit(task_host(task)->role), "line", task->wait->last_line, "restarts",
                    restarts, NULL);
}

static void give_up(struct run_task *task)
{
    struct ready_wait *wait = task->wait;
    struct rw_findings findings = {0};
    if (wait->last.count) {
        rw_findings_copy(&findings, &wait->last.items[0]);
        findings.items[0].severity = RW_SEVERITY_FAIL;
    } else {
        crash_loop(task, &findings);
    }
    task_fail(task, &findings);
}

/* systemd starts the service anew: what is fatal may pass, but the user wants to know early. */
static void take_restart(struct run_task *task)
{
    struct ready_wait *wait = task->wait;
    wait->restarts++;
    /* While a server is away others cannot reach it, and start again and again. */
    if (wait->restarts >= RESTARTS_MAX && !away_server(task->run)) {
        give_up(task);
    } else if (wait->restarts == RESTARTS_TOLD && wait->last.count == 0) {
        struct rw_findings one = {0};
        crash_loop(task, &one);
        one.items[0].severity = RW_SEVERITY_WARN;
        run_find_all(task->run, &one);
    }
}

/* A line that names a reason: report it at once, the first time as a warning. */
static void take_reason(struct run_task *task, const struct rw_line_meaning *meaning)
{
    struct ready_wait *wait = task->wait;
    rw_findings_done(&wait->last);
    struct rw_finding *finding =
        rw_findings_add(&wait->last, meaning->finding, task_host(task)->name, "line",
                        wait->last_line, "name", task->run->cluster->registration_name, NULL);
    finding->severity = RW_SEVERITY_WARN;
    if (meaning->kind == RW_LINE_CAUSE && !away_server(task->run)) {
        wait->causes = wait->cause == meaning->finding ? wait->causes + 1 : 1;
        wait->cause = meaning->finding;
        if (wait->causes >= CAUSES_MAX) {
            give_up(task);
            return;
        }
    }
    if (!wait->told[meaning->finding]) {
        wait->told[meaning->finding] = true;
        run_find(task->run, finding);
    }
}

static void tell_line(struct run_task *task, const char *line, size_t length)
{
    char *text = rw_strndup(line, length);
    run_emit(task->run, (struct rw_event){.kind = RW_EVENT_LINE,
                                          .host = task_host(task)->name,
                                          .step = rw_step_info(task_plan(task)->step)->id,
                                          .text = text});
    free(text);
}

static void take_line(struct run_task *task, const char *line, size_t length)
{
    struct ready_wait *wait = task->wait;
    tell_line(task, line, length);
    enum rw_role role = task_host(task)->role;
    struct rw_line_meaning meaning = rw_journal_line(role, line, length);
    bool fatal = rw_journal_fatal(line, length);
    if (fatal || !wait->last_fatal || meaning.kind == RW_LINE_WAIT ||
        meaning.kind == RW_LINE_CAUSE) {
        free(wait->last_line);
        wait->last_line = rw_journal_message(line, length);
        wait->last_fatal = fatal;
    }
    switch (meaning.kind) {
    case RW_LINE_PROGRESS:
        if (wait->progress != meaning.progress) {
            wait->progress = meaning.progress;
            run_emit(task->run, (struct rw_event){.kind = RW_EVENT_PROGRESS,
                                                  .host = task_host(task)->name,
                                                  .step = rw_step_info(task_plan(task)->step)->id,
                                                  .text = meaning.progress});
        }
        break;
    case RW_LINE_WAIT:
    case RW_LINE_CAUSE:
        take_reason(task, &meaning);
        break;
    case RW_LINE_RESTART:
        take_restart(task);
        break;
    case RW_LINE_UP:
        node_watch_wake(task->run);
        look(task);
        break;
    case RW_LINE_NOTHING:
        break;
    }
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
    bool server = task_host(task)->role == RW_ROLE_SERVER;
    /* Where the user brings the network, a node can be no more than this. */
    bool bare = node && rw_cni_of(task->run->cluster) == RW_CNI_NONE &&
                rw_node_lacks_network(node->message);
    return node && (node->ready || bare) && is_fresh(task->wait, node) && (!server || node->voter);
}

static void on_look_timer(uv_timer_t *timer);

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
    const struct rw_reply *reply = &result->reply;
    bool supervisor = task_host(task)->role == RW_ROLE_AGENT ||
                      rw_reply_is(reply, "readyz", "200") ||
                      rw_reply_is(reply, "readyz", "unknown");
    wait->up = result->rc == 0 && rw_reply_is(reply, "active", "active") && supervisor;
    const char *started = rw_reply_get(reply, "started");
    rw_strset(&wait->unit_started, started ? started : "");
    if (wait->up && node_is_ready(task)) {
        task_waited(task);
        return;
    }
    uv_timer_start(wait->timer, on_look_timer, node_is_ready(task) ? LOOK_AGAIN_MS : LOOK_MS, 0);
}

static void look(struct run_task *task)
{
    struct ready_wait *wait = task->wait;
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
        if (!node_is_ready(task))
            continue;
        if (task->wait->up)
            task_waited(task);
        else
            look(task);
    }
}

void ready_begin(struct run_task *task, const char *since, bool running)
{
    struct ready_wait *wait = rw_calloc(1, sizeof *wait);
    task->wait = wait;
    /* A service that ran before we came may have troubles in its journal that are long over: of
     * that only the last line is read, and only when the first look finds it not Ready. */
    wait->since = rw_strdup(running ? "last" : since ? since : "");
    wait->last_line = rw_strdup("-");
    wait->unit_started = rw_strdup("");
    wait->cause = RW_FINDING_COUNT;
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
    rw_findings_done(&wait->last);
    free(wait->since);
    free(wait->last_line);
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
                      : rw_strdup(N_("Ready, but not yet an etcd voter"));
    rw_findings_add(findings, RW_F_START_DEADLINE, task_host(task)->name, "minutes", minutes,
                    "_state", state, "line", wait->last_line, "unit",
                    rw_rke2_unit(task_host(task)->role), NULL);
    if (wait->last.count) {
        rw_findings_copy(findings, &wait->last.items[0]);
        findings->items[findings->count - 1].severity = RW_SEVERITY_FAIL;
    }
    free(minutes);
    free(state);
}
