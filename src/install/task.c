/* SPDX-License-Identifier: Apache-2.0 */
/* One task: its probe and actions in one script, the wait, its last actions. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/failpoint.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "install/judge.h"
#include "install/run_private.h"
#include "plan/node_scripts.h"
#include "rke2/rke2.h"

#define VERIFY_AGAIN_MS 2000
/* A connection counts as lost when three keepalives in a row had no answer, which takes this long.
 */
#define CUT_OFF_MS 30000

static const struct rw_step_info *info_of(const struct run_task *task)
{
    return rw_step_info(task_plan(task)->step);
}

static struct run_host *host_of(const struct run_task *task)
{
    return &task->run->hosts[task->at];
}

void task_set(struct run_task *task, enum rw_task_state state)
{
    struct rw_run *run = task->run;
    const struct rw_task *plan = task_plan(task);
    task->state = state;
    bool over = state >= RW_TASK_DONE;
    if (over)
        task_cancel(task);
    rw_journal_task(run->journal, plan->id, task_host(task)->name, info_of(task)->id,
                    rw_task_state_name(state), task->attempt);
    run_emit(run, (struct rw_event){
                      .kind = RW_EVENT_TASK,
                      .host = task_host(task)->name,
                      .step = info_of(task)->id,
                      .state = state,
                      .duration_ms = over && task->started ? rw_clock_ms() - task->started : 0,
                  });
    quorum_look(run);
}

void task_cancel(struct run_task *task)
{
    run_timer_free(&task->deadline);
    run_timer_free(&task->slow);
    run_timer_free(&task->again);
    ready_end(task);
    rw_journal_await_no_more(task->run->journal, &task->intent);
    if (task->job) {
        struct rw_remote_job *job = task->job;
        task->job = NULL;
        rw_remote_cancel(job);
    }
}

void task_fail(struct run_task *task, struct rw_findings *findings)
{
    struct rw_run *run = task->run;
    run_find_all(run, findings);
    task_set(task, RW_TASK_FAILED);
    schedule_next(run);
}

/* What an earlier step of this run did for the same host, and this one only confirms: that a node
 * that has left is gone. */
static bool was_done_just_now(const struct run_task *task)
{
    for (size_t i = 0; task_plan(task)->step == RW_STEP_FORGET && i < task->index; i++) {
        const struct run_task *other = &task->run->tasks[i];
        if (task_plan(other)->step == RW_STEP_LEAVE && task_host(other) == task_host(task))
            return other->changed;
    }
    return false;
}

static void succeed(struct run_task *task)
{
    bool changed = task->changed || was_done_just_now(task);
    task_set(task, changed ? RW_TASK_DONE : RW_TASK_UNCHANGED);
    schedule_next(task->run);
}

static void apply(struct run_task *task);

/* ---- deadlines ---- */

static void on_slow(uv_timer_t *timer)
{
    struct run_task *task = timer->data;
    const char *waits_for = info_of(task)->waits_for;
    run_emit(task->run, (struct rw_event){.kind = waits_for ? RW_EVENT_PROGRESS : RW_EVENT_SLOW,
                                          .host = task_host(task)->name,
                                          .step = info_of(task)->id,
                                          .text = waits_for});
}

static void on_deadline(uv_timer_t *timer)
{
    struct run_task *task = timer->data;
    struct rw_findings findings = {0};
    if (task->wait) {
        ready_expired(task, &findings);
    } else {
        rw_judge_deadline(&findings, run_wanted(host_of(task)), task_plan(task)->step,
                          task->state == RW_TASK_WAITING);
    }
    task_fail(task, &findings);
}

static void set_deadlines(struct run_task *task)
{
    run_timer_free(&task->deadline);
    run_timer_free(&task->slow);
    const struct rw_step_info *info = info_of(task);
    int hard = info->hard_deadline_s;
    if (info->wait == RW_WAIT_READY && task->run->options.timeout_s)
        hard = task->run->options.timeout_s;
    task->deadline = run_timer(task->run, task);
    uv_timer_start(task->deadline, on_deadline, (uint64_t)hard * 1000, 0);
    if (info->soft_deadline_s && info->soft_deadline_s < hard) {
        task->slow = run_timer(task->run, task);
        uv_timer_start(task->slow, on_slow, (uint64_t)info->soft_deadline_s * 1000, 0);
    }
}

/* ---- scripts ---- */

/* Takes body: it may hold the token. */
static void run_script(struct run_task *task, struct rw_buf *body,
                       void (*done)(void *context, const struct rw_remote_result *result))
{
    struct rw_run *run = task->run;
    const struct rw_host *host = task_host(task);
    struct rw_buf addresses = {0}, nodes = {0};
    for (size_t i = 0; i < run->cluster->host_count; i++)
        rw_buf_addf(&nodes, "%s%s", i ? " " : "", run->cluster->hosts[i].name);
    for (size_t i = 0; i < run->cluster->host_count; i++)
        if (run->cluster->hosts[i].role == RW_ROLE_SERVER)
            rw_buf_addf(&addresses, "%s%s", addresses.len ? " " : "",
                        run->cluster->hosts[i].address);
    struct rw_script_var vars[] = {
        {"role", rw_role_name(host->role)},
        {"unit", rw_rke2_unit(host->role)},
        {"version", run->version},
        {"name", run->cluster->registration_name},
        {"addresses", rw_buf_str(&addresses)},
        {"ours", rw_buf_str(&nodes)},
        {"node", host->name},
        {"ca", run->ca ? run->ca : ""},
        {"fence", run->options.lock ? rw_host_lock_fence(run->options.lock) : ""},
        {"fence_boot", run->options.lock ? rw_host_lock_boot(run->options.lock, task->at) : ""},
    };
    struct rw_remote_script script = {
        .vars = vars,
        .var_count = RW_COUNT(vars),
        .body = body->data,
        .done = done,
        .context = task,
    };
    task->job = rw_remote_run(host_of(task)->remote, &script);
    rw_buf_wipe(body);
    rw_buf_done(&addresses);
    rw_buf_done(&nodes);
}

/* Reports what the script did; false when it did not do all of it, and the task has failed. */
static bool take_answer(struct run_task *task, const struct rw_remote_result *result)
{
    struct rw_findings findings = {0};
    const char *name = task_host(task)->name;
    if (rw_reply_get(&result->reply, "taken")) {
        rw_host_lock_taken(&findings, run_wanted(host_of(task))->name, &result->reply);
        rw_run_lost(task->run, &findings.items[0]);
        rw_findings_done(&findings);
        return false;
    }
    for (size_t i = 0; i < result->reply.count; i++) {
        const char *key = result->reply.pairs[i].key;
        if (strcmp(key, "run") && strcmp(key, "changed") && strcmp(key, "removed") &&
            strcmp(key, "kept"))
            continue;
        task->changed = true;
        task->run->changed = true;
        run_emit(task->run, (struct rw_event){.kind = RW_EVENT_ACTION,
                                              .host = name,
                                              .step = info_of(task)->id,
                                              .key = key,
                                              .text = result->reply.pairs[i].value});
    }
    if (rw_judge_actions(&findings, run_wanted(host_of(task)), result))
        return true;
    task_fail(task, &findings);
    return false;
}

/* The job has reported its result; false when it is not awaited any more. */
static bool job_is_over(struct run_task *task, const struct rw_remote_result *result)
{
    task->job = NULL;
    return result->rc != RW_ECANCELED && !task->run->ended && task->state < RW_TASK_DONE;
}

/* ---- finish ---- */

static void on_finished(void *context, const struct rw_remote_result *result)
{
    struct run_task *task = context;
    if (job_is_over(task, result) && take_answer(task, result))
        succeed(task);
}

void task_waited(struct run_task *task)
{
    ready_end(task);
    if (!rw_plan_has_finish(task->run->plan, task->index)) {
        succeed(task);
        return;
    }
    struct rw_buf body = {0};
    rw_plan_finish_script(&body, task->run->plan, task->index);
    run_script(task, &body, on_finished);
}

/* ---- the detached unit ---- */

static void judge_unit(struct run_task *task, const struct rw_remote_result *result)
{
    struct rw_findings findings = {0};
    /* A task interrupted by a restart of the host is not one that fails again and again. */
    bool last = task->attempt - task->restarts >= info_of(task)->attempts;
    enum rw_unit_end unit_end =
        task->run->plan->reset
            ? rw_judge_reset_unit(&findings, task_host(task), last, result)
            : rw_judge_unit(&findings, task_host(task)->name, task->run->cluster->source,
                            task->run->version, last, result);
    switch (unit_end) {
    case RW_UNIT_WELL:
        succeed(task);
        break;
    case RW_UNIT_AGAIN:
        apply(task);
        break;
    case RW_UNIT_BADLY:
        task_fail(task, &findings);
        break;
    }
}

static void on_unit_ended(void *context, const struct rw_remote_result *result)
{
    struct run_task *task = context;
    if (job_is_over(task, result) && take_answer(task, result))
        judge_unit(task, result);
}

static void wait_for_unit(struct run_task *task)
{
    struct rw_buf body = {0};
    rw_plan_unit_script(&body, task->run->plan, task->index);
    run_script(task, &body, on_unit_ended);
}

/* ---- begin ---- */

static void judge_left(struct run_task *task, const struct rw_remote_result *result)
{
    struct rw_findings findings = {0};
    rw_judge_left(&findings, run_wanted(host_of(task)), &result->reply);
    if (findings.count)
        task_fail(task, &findings);
    else
        succeed(task);
}

static void on_again(uv_timer_t *timer)
{
    apply(timer->data);
}

/* Looks once more in a while, with all the time that the first look had. */
static void verify_later(struct run_task *task)
{
    set_deadlines(task);
    run_timer_free(&task->again);
    task->again = run_timer(task->run, task);
    uv_timer_start(task->again, on_again, VERIFY_AGAIN_MS, 0);
    if (task->state == RW_TASK_WAITING)
        return;
    task_set(task, RW_TASK_WAITING);
    run_emit(task->run,
             (struct rw_event){.kind = RW_EVENT_PROGRESS,
                               .host = task_host(task)->name,
                               .step = info_of(task)->id,
                               .text = N_("waiting for a server that was down to serve again")});
}

/* A server that was not reached for some seconds may yet turn out to be away. */
static bool is_just_cut_off(struct run_task *task, const struct rw_findings *findings)
{
    if (!rw_judge_is_cut_off(findings))
        return false;
    if (!task->cut_off)
        task->cut_off = rw_clock_ms();
    return rw_clock_ms() - task->cut_off < CUT_OFF_MS;
}

static void judge_verify(struct run_task *task, const struct rw_remote_result *result)
{
    struct rw_findings findings = {0};
    rw_judge_verify(&findings, task->run->cluster, &result->reply);
    bool failed = rw_findings_at_least(&findings, RW_SEVERITY_FAIL) > 0;
    if (failed && (away_server(task->run) || is_just_cut_off(task, &findings))) {
        rw_findings_done(&findings);
        verify_later(task);
        return;
    }
    if (failed) {
        task_fail(task, &findings);
        return;
    }
    run_find_all(task->run, &findings);
    /* A look is done each time anew, also when it changes nothing. */
    task_set(task, RW_TASK_DONE);
    schedule_next(task->run);
}

static void on_applied(void *context, const struct rw_remote_result *result)
{
    struct run_task *task = context;
    if (!job_is_over(task, result) || !take_answer(task, result))
        return;
    bool was_done = rw_reply_is(&result->reply, "state", "done");
    switch (info_of(task)->wait) {
    case RW_WAIT_NOTHING:
        if (task_plan(task)->step == RW_STEP_VERIFY)
            judge_verify(task, result);
        else if (task->run->plan->reset)
            judge_left(task, result);
        else
            succeed(task);
        break;
    case RW_WAIT_UNIT:
        if (was_done) {
            succeed(task);
            break;
        }
        task_set(task, RW_TASK_WAITING);
        wait_for_unit(task);
        break;
    case RW_WAIT_READY:
        task_set(task, RW_TASK_WAITING);
        ready_begin(task, &result->reply);
        break;
    }
}

static void on_intended(void *context)
{
    struct run_task *task = context;
    if (run_journal_broken(task->run)) {
        task_set(task, RW_TASK_FAILED);
        schedule_next(task->run);
        return;
    }
    RW_FAILPOINT("task.%s.intended", task_plan(task)->id);
    struct rw_buf body = {0};
    rw_plan_apply_script(&body, task->run->plan, task->index);
    run_script(task, &body, on_applied);
}

static void apply(struct run_task *task)
{
    task->attempt++;
    task->at = task_plan(task)->on;
    if (task_plan(task)->step == RW_STEP_VERIFY)
        task->at = run_speaker(task->run);
    if (!task->again)
        task_set(task, RW_TASK_RUNNING);
    rw_journal_await(task->run->journal, &task->intent, on_intended, task);
}

void task_start(struct run_task *task)
{
    task->started = rw_clock_ms();
    set_deadlines(task);
    apply(task);
    if (task->deadline && host_of(task)->down)
        task_host_down(task);
}

/* ---- a host that is away ---- */

void task_host_down(struct run_task *task)
{
    /* What only looks can look elsewhere. */
    if (task_plan(task)->step == RW_STEP_VERIFY && run_speaker(task->run) != task->at) {
        struct rw_remote_job *job = task->job;
        task->job = NULL;
        if (job)
            rw_remote_cancel(job);
        apply(task);
        return;
    }
    task->left = uv_timer_get_due_in(task->deadline);
    uv_timer_stop(task->deadline);
}

void task_host_up(struct run_task *task)
{
    if (!uv_is_active((uv_handle_t *)task->deadline))
        uv_timer_start(task->deadline, on_deadline, task->left, 0);
    if (task->wait)
        ready_back(task);
}

/* A script is run again from its beginning anyway. What was waited for may not even begin by
 * itself: the step is looked at anew. */
void task_host_restarted(struct run_task *task)
{
    task->restarts++;
    task->up = false;
    if (!task->wait)
        return;
    ready_end(task);
    apply(task);
}
