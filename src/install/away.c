/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that go away for a while: a cable, a restart. Work that was begun there is waited for, and
 * continues when they are back; a host that stays away too long has failed. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "install/run_private.h"
#include "plan/node_scripts.h"

#define GRACE_MS 300000 /* after which a server that is back also serves again */

bool away_server(const struct rw_run *run)
{
    for (size_t i = 0; i < run->cluster->host_count; i++) {
        const struct run_host *host = &run->hosts[i];
        if (run->cluster->hosts[i].role != RW_ROLE_SERVER || host->failed)
            continue;
        if (host->down || (host->back && rw_clock_ms() - host->back < GRACE_MS))
            return true;
    }
    return false;
}

/* Calls act for each task that is under way on this host. */
static void for_tasks(struct run_host *host, void (*act)(struct run_task *task))
{
    struct rw_run *run = host->run;
    for (size_t i = 0; run->plan && i < run->plan->task_count && !run->ended; i++) {
        struct run_task *task = &run->tasks[i];
        bool under_way = task->state == RW_TASK_RUNNING || task->state == RW_TASK_WAITING;
        if (under_way && task->at == host->index)
            act(task);
    }
}

static void tell(struct run_host *host, const char *text)
{
    run_emit(host->run, (struct rw_event){
                            .kind = RW_EVENT_HOST, .host = run_wanted(host)->name, .text = text});
}

/* ---- away for too long ---- */

static void lose_task(struct run_task *task)
{
    task_set(task, RW_TASK_FAILED);
}

/* What had not begun there will not begin any more. */
static void on_limit(uv_timer_t *timer)
{
    struct run_host *host = timer->data;
    struct rw_run *run = host->run;
    if (!run->confirmed || run->ended)
        return; /* nothing is under way yet; the timer repeats */
    uv_timer_stop(timer);
    host->failed = true;
    struct rw_findings one = {0};
    rw_finding_set(rw_contact_finding(&one, RW_F_HOST_LOST, run_wanted(host)), "reason",
                   "no answer in time");
    run_find_all(run, &one);
    for_tasks(host, lose_task);
    for (size_t i = 0; i < run->plan->task_count; i++)
        if (run->tasks[i].state == RW_TASK_PLANNED && run->plan->tasks[i].on == host->index)
            task_set(&run->tasks[i], RW_TASK_FAILED);
    schedule_next(run);
}

/* ---- down and up ---- */

void away_down(struct run_host *host)
{
    struct rw_run *run = host->run;
    int limit = run->options.timeout_s ? run->options.timeout_s * 1000 : RW_RUN_AWAY_MS;
    host->down = true;
    tell(host, "lost");
    if (!host->limit)
        host->limit = run_timer(run, host);
    uv_timer_start(host->limit, on_limit, (uint64_t)limit, (uint64_t)limit);
    for_tasks(host, task_host_down);
}

/* A restart ends all that ran there, and what was about to be written may not be on the disk. */
static void on_boot(void *context, const struct rw_remote_result *result)
{
    struct run_host *host = context;
    const char *boot = rw_reply_get(&result->reply, "boot");
    if (host->run->ended || result->rc != 0 || !boot)
        return;
    bool restarted = host->boot && strcmp(host->boot, boot) != 0;
    rw_strset(&host->boot, boot);
    if (!restarted)
        return;
    tell(host, "restarted");
    for_tasks(host, task_host_restarted);
}

void away_up(struct run_host *host)
{
    struct rw_buf body = {0};
    host->down = false;
    host->back = rw_clock_ms();
    if (host->limit)
        uv_timer_stop(host->limit);
    tell(host, "back");
    rw_node_script_add(&body, "boot");
    struct rw_remote_script script = {
        .body = body.data, .timeout_ms = SCRIPT_TIMEOUT_MS, .done = on_boot, .context = host};
    rw_remote_run(rw_contact_remote(host->run->options.contact, host->index), &script);
    rw_buf_done(&body);
    for_tasks(host, task_host_up);
}

void away_end(struct run_host *host)
{
    run_timer_free(&host->limit);
}
