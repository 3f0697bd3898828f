/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/install_progress.h"

#include "base/clock.h"
#include "base/mem.h"

/* Seconds of RKE2 v1.34 on two cores, images from a folder: measured, of which the ratios count.
 * One by one: each host takes that long; else all hosts together do. */
static const struct {
    int seconds;
    bool one_by_one;
} weights[RW_STEP_COUNT] = {
    [RW_STEP_STAGE] = {8, false}, [RW_STEP_CONFIGURE] = {1, false}, [RW_STEP_FOUND] = {56, true},
    [RW_STEP_JOIN] = {60, true},  [RW_STEP_AGENT] = {23, false},    [RW_STEP_RESTART] = {66, true},
    [RW_STEP_VERIFY] = {4, true},
};
#define CHECK_SECONDS 4
/* A step that is under way is never quite done, however long it takes. */
#define NEARLY 95

/* In percent. */
static int of_task(const struct rw_wizard_task *task)
{
    int seconds = weights[task->step].seconds;
    if (task->state == RW_TASK_DONE || task->state == RW_TASK_UNCHANGED)
        return 100;
    if (!task->begun_ms || task->state >= RW_TASK_DONE || seconds == 0)
        return 0;
    int64_t percent = (rw_clock_ms() - task->begun_ms) / 1000 * 100 / seconds;
    return percent > NEARLY ? NEARLY : (int)percent;
}

/* What is to come, before there is a plan. */
static int expected(const struct rw_cluster *cluster)
{
    size_t servers = rw_cluster_servers(cluster), agents = cluster->host_count - servers;
    int seconds = weights[RW_STEP_STAGE].seconds + weights[RW_STEP_CONFIGURE].seconds +
                  weights[RW_STEP_FOUND].seconds + weights[RW_STEP_VERIFY].seconds;
    seconds += servers > 1 ? (int)(servers - 1) * weights[RW_STEP_JOIN].seconds : 0;
    return seconds + (agents > 0 ? weights[RW_STEP_AGENT].seconds : 0);
}

int rw_install_progress(const struct rw_wizard_run *run, const struct rw_cluster *cluster)
{
    int percents[RW_STEP_COUNT] = {0}, counts[RW_STEP_COUNT] = {0};
    int64_t done = 0, total = 0;
    if (run->ended && run->outcome == RW_OUTCOME_DONE)
        return RW_PROGRESS_FULL;
    for (size_t i = 0; i < run->task_count; i++) {
        percents[run->tasks[i].step] += of_task(&run->tasks[i]);
        counts[run->tasks[i].step]++;
    }
    for (size_t step = 0; step < RW_STEP_COUNT; step++) {
        int times = weights[step].one_by_one ? counts[step] : counts[step] > 0;
        if (step == RW_STEP_JOIN && run->together > 1) /* in groups of so many */
            times = (counts[step] + (int)run->together - 1) / (int)run->together;
        total += (int64_t)times * weights[step].seconds * 100;
        if (times > 0)
            done += (int64_t)times * weights[step].seconds * percents[step] / counts[step];
    }
    if (run->task_count == 0)
        total = expected(cluster) * 100;
    total += CHECK_SECONDS * 100;
    if (run->task_count > 0)
        done += CHECK_SECONDS * 100;
    else if (run->check_total > 0)
        done += CHECK_SECONDS * 100 * (int64_t)run->check_done / (int64_t)run->check_total;
    int progress = (int)(done * RW_PROGRESS_FULL / total);
    return progress < RW_PROGRESS_FULL ? progress : RW_PROGRESS_FULL - 1;
}
