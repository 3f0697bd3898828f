/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/install_rows.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"

/* ---- reading ---- */

void rw_install_rows_done(struct rw_install_rows *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        rw_host_head_done(&rows->items[i].head);
    free(rows->items);
    *rows = (struct rw_install_rows){0};
}

static void read_times(struct rw_install_row *row, const struct rw_wizard_run *run,
                       const struct rw_wizard_task *here)
{
    int64_t begun = 0, ended = 0;
    for (size_t i = 0; i < run->task_count; i++) {
        const struct rw_wizard_task *task = &run->tasks[i];
        if (strcmp(task->host, row->head.name) != 0)
            continue;
        row->steps++;
        if (task == here)
            row->step = row->steps;
        if (task->begun_ms && !begun)
            begun = task->begun_ms;
        if (task->begun_ms)
            ended = task->begun_ms + task->took_ms;
    }
    bool over = run->ended || here->state >= RW_TASK_DONE;
    row->time_ms = !begun ? -1 : over ? ended - begun : rw_clock_ms() - begun;
}

static void read_task(struct rw_install_row *row, const struct rw_wizard_run *run)
{
    const struct rw_wizard_task *here = rw_wizard_run_task(run, row->head.name);
    if (!here)
        return;
    bool over = here->state >= RW_TASK_DONE;
    bool ready = here->state == RW_TASK_DONE || here->state == RW_TASK_UNCHANGED;
    row->state = here->state;
    row->waits = here->state == RW_TASK_PLANNED;
    row->stopped = run->ended && !over;
    row->doing = ready ? N_("Ready")
                 : here->state == RW_TASK_WAITING && here->progress
                     ? here->progress
                     : rw_step_info(here->step)->title;
    read_times(row, run, here);
}

static void read_lost(struct rw_install_row *row, const struct rw_wizard_run *run)
{
    for (size_t i = 0; run->running && i < run->lost_count; i++) {
        if (strcmp(run->lost[i].host, row->head.name) != 0 || row->state >= RW_TASK_DONE)
            continue;
        row->lost_ms = rw_clock_ms() - run->lost[i].since_ms;
        row->left_ms = run->lost_limit_ms - row->lost_ms;
        row->left_ms = row->left_ms > 0 ? row->left_ms : 0;
    }
}

void rw_install_rows_read(struct rw_install_rows *rows, const struct rw_cluster *cluster,
                          const struct rw_wizard_run *run)
{
    rw_install_rows_done(rows);
    for (size_t i = 0; i < cluster->host_count; i++) {
        struct rw_install_row *row = rw_array_add(rows->items, rows->count);
        *row =
            (struct rw_install_row){.head = rw_host_head(cluster, i), .time_ms = -1, .lost_ms = -1};
        read_task(row, run);
        read_lost(row, run);
    }
}

/* ---- the table ---- */

static const struct rw_column columns[] = {
    RW_HOST_HEAD_COLUMNS, {N_("Step"), 20, false}, {N_("Time"), 5, true}, {N_("State"), 0, false}};

enum { STEP = RW_HOST_HEAD_COLUMN_COUNT, TIME };

static size_t row_count(void *context)
{
    return ((struct rw_install_rows *)context)->count;
}

static void add_state(const struct rw_install_row *row, struct rw_buf *out, enum rw_style *style)
{
    if (row->stopped) {
        rw_buf_adds(out, "[STOP]");
        *style = RW_STYLE_WARN;
        return;
    }
    if (row->lost_ms >= 0) {
        rw_buf_adds(out, "[LOST]");
        *style = RW_STYLE_FAIL;
        return;
    }
    switch (row->state) {
    case RW_TASK_PLANNED:
        rw_buf_adds(out, "[WAIT]");
        *style = RW_STYLE_DIM;
        break;
    case RW_TASK_RUNNING:
    case RW_TASK_WAITING:
        rw_buf_adds(out, "[RUN ]");
        *style = RW_STYLE_STRONG;
        break;
    case RW_TASK_DONE:
    case RW_TASK_UNCHANGED:
        rw_buf_adds(out, "[DONE]");
        *style = RW_STYLE_OK;
        break;
    case RW_TASK_FAILED:
        rw_buf_adds(out, "[FAIL]");
        *style = RW_STYLE_FAIL;
        break;
    case RW_TASK_BLOCKED:
        rw_buf_adds(out, "[HELD]");
        *style = RW_STYLE_WARN;
        break;
    }
}

static void add_doing(const struct rw_install_row *row, struct rw_buf *out)
{
    if (row->step == 0)
        return;
    rw_buf_addf(out, "%zu/%zu ", row->step, row->steps);
    if (row->lost_ms >= 0) {
        char lost[RW_CLOCK_DURATION_SIZE], left[RW_CLOCK_DURATION_SIZE];
        rw_clock_duration(row->lost_ms, lost, sizeof lost);
        rw_clock_duration(row->left_ms, left, sizeof left);
        rw_buf_addf(out, _("no connection for %s; given up in %s"), lost, left);
        return;
    }
    if (row->waits && !row->stopped)
        rw_buf_addf(out, _("%s: queued"), _(row->doing));
    else
        rw_buf_adds(out, _(row->doing));
}

static void cell(void *context, size_t index, size_t column, struct rw_buf *out,
                 enum rw_style *style)
{
    const struct rw_install_row *row = &((struct rw_install_rows *)context)->items[index];
    char time[RW_CLOCK_DURATION_SIZE];
    switch (column) {
    case STEP:
        add_doing(row, out);
        break;
    case TIME:
        if (row->time_ms >= 0) {
            rw_clock_duration(row->time_ms, time, sizeof time);
            rw_buf_adds(out, time);
        }
        break;
    case TIME + 1:
        add_state(row, out, style);
        break;
    default:
        rw_host_head_cell(&row->head, column, out);
    }
}

struct rw_table rw_install_rows_table(struct rw_install_rows *rows)
{
    static const struct rw_table_source source = {row_count, cell};
    return (struct rw_table){
        .columns = columns,
        .column_count = RW_COUNT(columns),
        .source = &source,
        .context = rows,
    };
}

/* ---- how long ---- */

int64_t rw_install_time_left(const struct rw_wizard_run *run)
{
    int64_t took[RW_STEP_COUNT] = {0}, sum[RW_STEP_COUNT] = {0}, most[RW_STEP_COUNT] = {0};
    size_t timed[RW_STEP_COUNT] = {0};
    for (size_t i = 0; i < run->task_count; i++) {
        const struct rw_wizard_task *task = &run->tasks[i];
        enum rw_step kind = task->step == RW_STEP_FOUND ? RW_STEP_JOIN : task->step;
        if (task->state == RW_TASK_DONE) {
            took[kind] += task->took_ms;
            timed[kind]++;
        }
    }
    for (size_t i = 0; i < run->task_count; i++) {
        const struct rw_wizard_task *task = &run->tasks[i];
        enum rw_step kind = task->step == RW_STEP_FOUND ? RW_STEP_JOIN : task->step;
        if (task->state >= RW_TASK_DONE || task->step == RW_STEP_VERIFY)
            continue;
        if (timed[kind] == 0)
            return -1;
        int64_t rest = took[kind] / (int64_t)timed[kind];
        if (task->begun_ms)
            rest -= rw_clock_ms() - task->begun_ms;
        rest = rest > 0 ? rest : 0;
        sum[kind] += rest;
        most[kind] = rest > most[kind] ? rest : most[kind];
    }
    /* Servers join so many at once; of all else the longest counts. */
    int64_t joins = sum[RW_STEP_JOIN] / (int64_t)(run->together > 1 ? run->together : 1);
    joins = joins > most[RW_STEP_JOIN] ? joins : most[RW_STEP_JOIN];
    int64_t others = 0;
    for (int kind = 0; kind < RW_STEP_COUNT; kind++)
        if (kind != RW_STEP_JOIN && most[kind] > others)
            others = most[kind];
    return joins + others;
}
