/* SPDX-License-Identifier: Apache-2.0 */
/* The nodes as the cluster sees them: one `kubectl get nodes --watch` on a server, taken up by
 * another one when it ends. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "install/run_private.h"
#include "plan/node_scripts.h"

#define AGAIN_MS   500   /* after a watch ended: the API may not be up yet */
#define REFRESH_MS 60000 /* a watch that hangs silently is begun anew */
#define TABLE_MS   3000  /* between two tables: kubectl costs the server something */
#define AGE_MS     30000 /* ages change by themselves */

static void start(struct rw_run *run);

static void on_timer(uv_timer_t *timer)
{
    struct rw_run *run = timer->data;
    if (run->watch.job) {
        rw_remote_cancel(run->watch.job); /* begins again in on_ended */
        return;
    }
    start(run);
}

/* ---- as kubectl prints them ---- */

void node_watch_table(struct rw_run *run, const struct rw_reply *reply)
{
    struct rw_node_table table = {0};
    for (size_t i = 0; i < reply->count; i++)
        if (strcmp(reply->pairs[i].key, "row") == 0)
            rw_node_table_line(&table, reply->pairs[i].value);
    if (table.row_count && !rw_node_table_equal(&table, &run->watch.table)) {
        rw_node_table_take(&run->watch.table, &table);
        run_emit(run, (struct rw_event){.kind = RW_EVENT_NODES});
    }
    rw_node_table_done(&table);
}

static void on_table_timer(uv_timer_t *timer);

static void on_table(void *context, const struct rw_remote_result *result)
{
    struct rw_run *run = context;
    run->watch.asking = NULL;
    if (run->ended)
        return;
    node_watch_table(run, &result->reply);
    if (!run->ended)
        uv_timer_start(run->watch.table_timer, on_table_timer, run->watch.stale ? TABLE_MS : AGE_MS,
                       0);
}

static void on_table_timer(uv_timer_t *timer)
{
    struct rw_run *run = timer->data;
    struct node_watch *watch = &run->watch;
    if (watch->asking || run->hosts[watch->host].down)
        return;
    watch->stale = false;
    struct rw_buf body = {0};
    rw_node_script_add(&body, "nodes");
    struct rw_remote_script script = {
        .body = body.data, .timeout_ms = SCRIPT_TIMEOUT_MS, .done = on_table, .context = run};
    watch->asking = rw_remote_run(run->hosts[watch->host].remote, &script);
    rw_buf_done(&body);
}

/* The nodes have changed: the table that is shown is old. */
static void table_is_stale(struct rw_run *run)
{
    struct node_watch *watch = &run->watch;
    watch->stale = true;
    if (!watch->shown || watch->asking)
        return;
    if (!watch->table_timer)
        watch->table_timer = run_timer(run, run);
    if (!uv_is_active((uv_handle_t *)watch->table_timer) ||
        uv_timer_get_due_in(watch->table_timer) > TABLE_MS)
        uv_timer_start(watch->table_timer, on_table_timer, watch->table.row_count ? TABLE_MS : 0,
                       0);
}

const struct rw_node_table *rw_run_nodes(struct rw_run *run)
{
    if (!run->watch.shown && !run->ended) {
        run->watch.shown = true;
        if (run->watch.nodes.count)
            table_is_stale(run);
    }
    return &run->watch.table;
}

/* ---- the watch ---- */

static void on_line(void *context, const char *line, size_t length)
{
    struct rw_run *run = context;
    struct node_watch *watch = &run->watch;
    if (run->ended || rw_nodes_stream_add(&watch->stream, &watch->nodes, line, length) == 0)
        return;
    run_emit(run, (struct rw_event){.kind = RW_EVENT_NODES});
    table_is_stale(run);
    ready_nodes_changed(run);
}

static void on_ended(void *context, const struct rw_remote_result *result)
{
    struct rw_run *run = context;
    (void)result;
    run->watch.job = NULL;
    if (!run->ended)
        uv_timer_start(run->watch.timer, on_timer, AGAIN_MS, 0);
}

/* A server that runs, or at least is being started; they take turns. */
static bool is_candidate(const struct rw_run *run, size_t host)
{
    for (size_t i = 0; i < run->plan->task_count; i++) {
        const struct rw_task *task = &run->plan->tasks[i];
        if (task->host == host && run_starts_server(&run->tasks[i]))
            return task_serves(&run->tasks[i]) ||
                   (host == run->decision.anchor && run->tasks[i].state == RW_TASK_WAITING);
    }
    return false;
}

static void start(struct rw_run *run)
{
    struct node_watch *watch = &run->watch;
    size_t hosts = run->cluster->host_count;
    size_t tried = 0;
    while (tried < hosts && !is_candidate(run, (watch->turn + tried) % hosts))
        tried++;
    if (tried == hosts)
        return;
    watch->host = (watch->turn + tried) % hosts;
    watch->turn = watch->host + 1; /* the next one, should this one end */
    rw_nodes_stream_init(&watch->stream);
    rw_nodes_done(&watch->nodes); /* nodes deleted meanwhile are not listed again */
    struct rw_buf body = {0};
    rw_node_script_add(&body, "node-watch");
    struct rw_remote_script script = {
        .body = body.data, .on_line = on_line, .done = on_ended, .context = run};
    watch->job = rw_remote_run(run->hosts[watch->host].remote, &script);
    rw_buf_done(&body);
    uv_timer_start(watch->timer, on_timer, REFRESH_MS, 0);
}

void node_watch_wake(struct rw_run *run)
{
    struct node_watch *watch = &run->watch;
    if (!watch->timer) {
        watch->timer = run_timer(run, run);
        watch->turn = run->decision.anchor;
    }
    if (!watch->job)
        start(run);
}

void node_watch_end(struct rw_run *run)
{
    struct rw_remote_job *job = run->watch.job;
    run->watch.job = NULL;
    run_timer_free(&run->watch.timer);
    run_timer_free(&run->watch.table_timer);
    if (job)
        rw_remote_cancel(job);
    if (run->watch.asking)
        rw_remote_cancel(run->watch.asking);
    run->watch.asking = NULL;
}
