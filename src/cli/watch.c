/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/watch.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/progress.h"
#include "install/journal.h"
#include "install/run.h"

#define LOOK_MS 250

/* The state of a task as it was last shown. */
struct shown {
    char *id;
    enum rw_task_state state;
};

struct watch {
    uv_loop_t loop;
    uv_timer_t timer;
    uv_signal_t signals[3];
    char *dir;
    struct rw_journal *journal; /* NULL: not there yet */
    struct rw_journal_cursor cursor;
    struct rw_progress *progress;
    int64_t started; /* wall, of the run */
    bool attached;   /* to a run that was seen under way */
    bool changed;
    char *outcome; /* of the run; "" while it is under way */
    struct shown *shown;
    size_t shown_count;
    bool ended;
    int exit_code;
};

static void emit(struct watch *watch, int64_t at, struct rw_event event)
{
    event.elapsed_ms = at > watch->started ? at - watch->started : 0;
    rw_progress_event(watch->progress, &event);
}

/* ---- from rows to events ---- */

static enum rw_outcome outcome_by_name(const char *name)
{
    static const enum rw_outcome outcomes[] = {RW_OUTCOME_DONE, RW_OUTCOME_AGENTS_MISSING,
                                               RW_OUTCOME_BLOCKED, RW_OUTCOME_INTERRUPTED};
    for (size_t i = 0; i < RW_COUNT(outcomes); i++)
        if (strcmp(rw_outcome_name(outcomes[i]), name) == 0)
            return outcomes[i];
    return RW_OUTCOME_FAILED;
}

static void on_run(void *context, const struct rw_journal_run_row *run)
{
    struct watch *watch = context;
    watch->started = run->started;
    watch->attached = watch->attached || !*run->outcome;
    rw_strset(&watch->outcome, run->outcome);
}

static void on_event(void *context, const struct rw_journal_event_row *row)
{
    struct watch *watch = context;
    struct rw_event event = {
        .kind = RW_EVENT_ACTION,
        .host = *row->host ? row->host : NULL,
        .step = *row->step ? row->step : NULL,
        .key = row->kind,
        .text = row->text,
    };
    if (!watch->attached)
        return;
    if (strcmp(row->kind, "version") == 0)
        event.kind = RW_EVENT_VERSION;
    else if (strcmp(row->kind, "host") == 0)
        event.kind = RW_EVENT_HOST;
    else if (strcmp(row->kind, "override") == 0)
        event.kind = RW_EVENT_PHASE;
    if (event.kind == RW_EVENT_ACTION)
        watch->changed = true;
    else
        event.key = NULL;
    emit(watch, row->at, event);
}

static enum rw_task_state state_by_name(const char *name)
{
    int state = RW_TASK_PLANNED;
    while (state < RW_TASK_BLOCKED &&
           strcmp(rw_task_state_name((enum rw_task_state)state), name) != 0)
        state++;
    return (enum rw_task_state)state;
}

/* The state of the task shown last; planned before the first. */
static struct shown *shown_of(struct watch *watch, const char *id)
{
    size_t i = 0;
    while (i < watch->shown_count && strcmp(watch->shown[i].id, id) != 0)
        i++;
    if (i == watch->shown_count)
        *rw_array_add(watch->shown, watch->shown_count) =
            (struct shown){rw_strdup(id), RW_TASK_PLANNED};
    return &watch->shown[i];
}

static void tell_task(struct watch *watch, const struct rw_journal_task_row *row,
                      enum rw_task_state state)
{
    bool over = state >= RW_TASK_DONE && row->ended;
    emit(watch, over ? row->ended : row->started,
         (struct rw_event){
             .kind = RW_EVENT_TASK,
             .host = row->host,
             .step = row->step,
             .state = state,
             .duration_ms = over ? row->ended - row->started : 0,
         });
}

static void on_task(void *context, const struct rw_journal_task_row *row)
{
    struct watch *watch = context;
    enum rw_task_state state = state_by_name(row->state);
    if (!watch->attached)
        return;
    struct shown *shown = shown_of(watch, row->id);
    if (shown->state == state)
        return;
    /* That it began may have passed between two looks. */
    if (shown->state == RW_TASK_PLANNED && state > RW_TASK_RUNNING && row->attempt > 0)
        tell_task(watch, row, RW_TASK_RUNNING);
    shown->state = state;
    tell_task(watch, row, state);
}

static void on_finding(void *context, const struct rw_finding *finding)
{
    struct watch *watch = context;
    if (watch->attached)
        emit(
            watch, rw_clock_wall_ms(),
            (struct rw_event){.kind = RW_EVENT_FINDING, .host = finding->host, .finding = finding});
}

/* ---- looking ---- */

static void end(struct watch *watch, int exit_code)
{
    if (watch->ended)
        return;
    watch->ended = true;
    watch->exit_code = exit_code;
    rw_progress_free(watch->progress);
    watch->progress = NULL;
    uv_close((uv_handle_t *)&watch->timer, NULL);
    for (size_t i = 0; i < RW_COUNT(watch->signals); i++)
        uv_close((uv_handle_t *)&watch->signals[i], NULL);
}

static void say(struct watch *watch, const char *text)
{
    emit(watch, rw_clock_wall_ms(), (struct rw_event){.kind = RW_EVENT_PHASE, .text = text});
}

static void look(uv_timer_t *timer)
{
    struct watch *watch = timer->data;
    const struct rw_journal_follower follower = {on_run, on_task, on_event, on_finding, watch};
    struct rw_error err;
    /* First whether the run is alive, then its entries: the end cannot be written in between. */
    bool at_work = rw_journal_in_use(watch->dir);
    if (!watch->journal)
        rw_journal_open_readonly(watch->dir, &watch->journal, &err);
    int rc = watch->journal ? rw_journal_follow(watch->journal, &watch->cursor, &follower, &err)
                            : RW_ENOTFOUND;
    bool over = rc == 0 && *watch->outcome;
    if (rc == 0 && !watch->attached)
        watch->cursor = (struct rw_journal_cursor){0}; /* the run before; the next is not begun */
    if (over && (watch->attached || !at_work)) {
        enum rw_outcome outcome = outcome_by_name(watch->outcome);
        emit(
            watch, rw_clock_wall_ms(),
            (struct rw_event){.kind = RW_EVENT_END, .outcome = outcome, .changed = watch->changed});
        end(watch, outcome);
    } else if (!at_work) {
        say(watch, N_("the watched program was killed; “install” resumes where it stopped"));
        end(watch, RW_OUTCOME_FAILED);
    }
}

static void on_signal(uv_signal_t *handle, int number)
{
    struct watch *watch = handle->data;
    (void)number;
    say(watch, N_("no longer watching; the other program continues"));
    end(watch, RW_OUTCOME_INTERRUPTED);
}

int rw_cli_watch(const struct rw_cluster *cluster, bool json)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    struct watch watch = {.dir = rw_journal_dir(cluster->name), .started = rw_clock_wall_ms()};
    uv_loop_init(&watch.loop);
    watch.progress = rw_progress_new(&watch.loop, cluster, json, false, NULL);
    say(&watch, N_("another program is working on this cluster; watching it"));
    for (size_t i = 0; i < RW_COUNT(numbers); i++) {
        uv_signal_init(&watch.loop, &watch.signals[i]);
        watch.signals[i].data = &watch;
        uv_signal_start(&watch.signals[i], on_signal, numbers[i]);
    }
    uv_timer_init(&watch.loop, &watch.timer);
    watch.timer.data = &watch;
    uv_timer_start(&watch.timer, look, 0, LOOK_MS);
    uv_run(&watch.loop, UV_RUN_DEFAULT);
    uv_loop_close(&watch.loop);
    rw_journal_close(watch.journal);
    for (size_t i = 0; i < watch.shown_count; i++)
        free(watch.shown[i].id);
    free(watch.shown);
    free(watch.outcome);
    free(watch.dir);
    return watch.exit_code;
}
