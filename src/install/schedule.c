/* SPDX-License-Identifier: Apache-2.0 */
/* Which task may begin now. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "install/run_private.h"
#include "plan/node_scripts.h"

/* How many tasks of a step may run at the same time. Joining servers need no limit here: each waits
 * for as many before it as may not join together with it (plan.c). RKE2's documentation advises
 * batches of at most 50 agents. */
static const size_t limits[RW_STEP_COUNT] = {
    [RW_STEP_STAGE] = 64, [RW_STEP_CONFIGURE] = 64, [RW_STEP_FOUND] = 1,    [RW_STEP_JOIN] = 64,
    [RW_STEP_AGENT] = 50, [RW_STEP_RESTART] = 1,    [RW_STEP_PASSWORD] = 4, [RW_STEP_VERIFY] = 1,
    [RW_STEP_LEAVE] = 1,  [RW_STEP_UNINSTALL] = 64, [RW_STEP_FORGET] = 4,
};

const struct rw_task *task_plan(const struct run_task *task)
{
    return &task->run->plan->tasks[task->index];
}

const struct rw_host *task_host(const struct run_task *task)
{
    return &task->run->cluster->hosts[task_plan(task)->host];
}

static bool is_over(enum rw_task_state state)
{
    return state >= RW_TASK_DONE;
}

static bool succeeded(enum rw_task_state state)
{
    return state == RW_TASK_DONE || state == RW_TASK_UNCHANGED;
}

bool task_serves(const struct run_task *task)
{
    return succeeded(task->state) || (task->up && !is_over(task->state));
}

/* The first task that this one needs and that did not succeed, or NULL. */
static struct run_task *obstacle(struct run_task *task)
{
    const struct rw_task *plan = task_plan(task);
    for (size_t i = 0; i < plan->after_count; i++) {
        struct run_task *other = &task->run->tasks[plan->after[i].task];
        if (other->state == RW_TASK_FAILED || other->state == RW_TASK_BLOCKED)
            return other;
    }
    return NULL;
}

static bool may_begin(const struct run_task *task)
{
    const struct rw_task *plan = task_plan(task);
    for (size_t i = 0; i < plan->after_count; i++) {
        const struct run_task *other = &task->run->tasks[plan->after[i].task];
        if (plan->after[i].up ? !task_serves(other) : !succeeded(other->state))
            return false;
    }
    return true;
}

static void block(struct run_task *task, const struct run_task *other)
{
    /* Its own earlier step on the same host has already reported the problem. */
    bool same_host = task_host(task) == task_host(other);
    if (!same_host && other->state == RW_TASK_FAILED) {
        struct rw_findings one = {0};
        rw_findings_add(&one, RW_F_TASK_BLOCKED, task_host(task)->name, "other",
                        task_host(other)->name, "_step",
                        rw_step_info(task_plan(other)->step)->title, NULL);
        run_find_all(task->run, &one);
    }
    task_set(task, RW_TASK_BLOCKED);
}

static enum rw_outcome outcome(const struct rw_run *run)
{
    bool agents = false;
    if (run->journal_told)
        return RW_OUTCOME_FAILED;
    for (size_t i = 0; i < run->plan->task_count; i++) {
        if (succeeded(run->tasks[i].state))
            continue;
        if (run->plan->reset || task_host(&run->tasks[i])->role == RW_ROLE_SERVER)
            return RW_OUTCOME_FAILED;
        agents = true;
    }
    return agents ? RW_OUTCOME_AGENTS_MISSING : RW_OUTCOME_DONE;
}

/* ---- the end: kubectl's own table ---- */

static void on_table(void *context, const struct rw_remote_result *result)
{
    struct rw_run *run = context;
    if (run->ended)
        return;
    node_watch_table(run, &result->reply);
    for (size_t i = 0; i < result->reply.count; i++)
        if (strcmp(result->reply.pairs[i].key, "row") == 0)
            run_emit(run, (struct rw_event){.kind = RW_EVENT_TABLE,
                                            .text = result->reply.pairs[i].value});
    run_end(run, outcome(run));
}

static void finish(struct rw_run *run)
{
    if (run->table_asked)
        return;
    run->table_asked = true;
    if (run->options.reset && run->options.reset->all && outcome(run) == RW_OUTCOME_DONE)
        rw_reset_forget(run->journal);
    if (run->decision.anchor == RW_PLAN_NOBODY) {
        run_end(run, outcome(run));
        return;
    }
    struct run_host *speaker = &run->hosts[run_speaker(run)];
    if (speaker->down || speaker->failed) {
        run_end(run, outcome(run)); /* no server is left to ask */
        return;
    }
    struct rw_buf body = {0};
    rw_node_script_add(&body, "nodes");
    struct rw_remote_script script = {
        .body = body.data, .timeout_ms = SCRIPT_TIMEOUT_MS, .done = on_table, .context = run};
    rw_remote_run(speaker->remote, &script);
    rw_buf_done(&body);
}

/* ---- */

void schedule_next(struct rw_run *run)
{
    if (run->ended)
        return;
    bool broken = run_journal_broken(run);
    size_t running[RW_STEP_COUNT] = {0};
    bool all_over = true, under_way = false;
    for (size_t i = 0; i < run->plan->task_count; i++) {
        if (run->tasks[i].state == RW_TASK_RUNNING || run->tasks[i].state == RW_TASK_WAITING) {
            running[task_plan(&run->tasks[i])->step]++;
            under_way = true;
        }
    }
    /* Tasks stand in an order that respects dependencies: one pass is enough. */
    for (size_t i = 0; i < run->plan->task_count && !run->ended; i++) {
        struct run_task *task = &run->tasks[i];
        enum rw_step step = task_plan(task)->step;
        if (task->state == RW_TASK_PLANNED) {
            struct run_task *other = obstacle(task);
            if (other || broken) {
                block(task, other ? other : task);
            } else if (!run->held && may_begin(task) && running[step] < limits[step]) {
                running[step]++;
                task_start(task);
            }
        }
        all_over = all_over && is_over(task->state);
    }
    if (all_over && !run->ended)
        finish(run);
    else if (run->held && !under_way)
        run_end(run, RW_OUTCOME_INTERRUPTED);
}

void schedule_begin(struct rw_run *run)
{
    /* What belongs to a host that could not be reached has failed with it. */
    for (size_t i = 0; i < run->plan->task_count; i++) {
        struct run_task *task = &run->tasks[i];
        if (run->hosts[task_plan(task)->on].failed)
            task_set(task, RW_TASK_FAILED);
    }
    schedule_next(run);
}
