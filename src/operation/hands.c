/* SPDX-License-Identifier: Apache-2.0 */
/* The effects of an operation: what takes the lock, checks, works on the hosts; and how each of
 * them is closed. */
#include "base/mem.h"
#include "install/repair_log.h"
#include "operation/operation_private.h"

/* ---- the lock ---- */

static void on_locked(void *context, const struct rw_findings *findings)
{
    operation_locked(context, findings);
}

static void on_lost(void *context, const struct rw_finding *finding)
{
    operation_lost(context, finding);
}

static void on_silent(void *context, const struct rw_finding *finding)
{
    operation_silent(context, finding);
}

static void take_lock(struct rw_operation *operation)
{
    struct rw_host_lock_options options = {operation->options.cluster, operation->contact,
                                           operation->journal, operation->take_over};
    struct rw_host_lock_listener listener = {operation_question, on_locked, on_lost, on_silent,
                                             operation};
    operation->lock = rw_host_lock_start(operation->loop, &options, &listener);
}

/* The contact is needed until it is gone: who is closed meanwhile waits for it. */
static void on_released(void *context)
{
    struct rw_operation *operation = context;
    operation->lock = NULL;
    if (operation->state == RW_STATE_CLOSING)
        operation_part_gone(operation);
    else
        operation_told(operation, RW_INPUT_RELEASED);
}

static void release_lock(struct rw_operation *operation)
{
    rw_host_lock_free(operation->lock, on_released, operation);
}

/* ---- the checks ---- */

static void on_checked(void *context, const struct rw_check_result *result)
{
    operation_checked(context, result);
}

static void on_progress(void *context, enum rw_check_part part, size_t done, size_t total)
{
    operation_event(
        context,
        (struct rw_event){.kind = RW_EVENT_CHECK, .part = part, .done = done, .total = total});
}

static void start_check(struct rw_operation *operation)
{
    struct rw_check_options options = {
        .cluster = operation->options.cluster,
        .contact = operation->contact,
        .parts = RW_CHECK_ALL,
        .requirements = operation->options.requirements,
        .name_servers = operation->options.name_servers,
    };
    struct rw_check_listener listener = {operation_question, on_progress, on_checked, operation};
    operation->check = rw_check_start(operation->loop, &options, &listener);
}

static void on_check_gone(void *context)
{
    struct rw_operation *operation = context;
    operation->check = NULL;
    if (operation->state == RW_STATE_CLOSING)
        operation_part_gone(operation);
    else
        operation_told(operation, RW_INPUT_CHECK_GONE);
}

static void free_check(struct rw_operation *operation)
{
    rw_check_free(operation->check, on_check_gone, operation);
}

/* ---- the run ---- */

static void on_run_event(void *context, const struct rw_event *event)
{
    operation_event(context, *event);
}

static void on_planned(void *context, const struct rw_plan *plan, const char *version, bool exists)
{
    operation_planned(context, plan, version, exists);
}

static bool on_excuse(void *context, const struct rw_finding *finding)
{
    return operation_excuses(context, finding);
}

static void start_run(struct rw_operation *operation)
{
    struct rw_run_options options = {
        .cluster = operation->options.cluster,
        .journal = operation->journal,
        .contact = operation->contact,
        .timeout_s = operation->options.timeout_s,
        .begun = operation->begun,
        .lock = operation->lock,
        .reset = operation->options.reset,
        .allow_restart = operation->options.allow_restart,
        .answers_file = operation->options.answers_file,
        .excused = on_excuse,
        .excused_context = operation,
    };
    struct rw_run_listener listener = {on_run_event, operation_question, on_planned, operation};
    operation->run = rw_run_new(operation->loop, &options, &listener);
    rw_run_start(operation->run);
}

/* ---- repairs ---- */

static void on_repaired(void *context, const struct rw_fix *fix, const char *lines,
                        const char *failure)
{
    struct rw_operation *operation = context;
    rw_repair_log_ended(operation->journal, fix, lines, failure);
    operation_event(operation, (struct rw_event){
                                   .kind = RW_EVENT_REPAIR,
                                   .host = fix->host,
                                   .text = fix->title,
                                   .lines = lines,
                                   .failure = failure,
                               });
}

static void on_all_repaired(void *context)
{
    struct rw_operation *operation = context;
    rw_repair_log_end(operation->journal);
    operation_event(operation, (struct rw_event){.kind = RW_EVENT_END, .outcome = RW_OUTCOME_DONE});
}

static void start_repairs(struct rw_operation *operation)
{
    struct rw_fix_run_options options = {operation->options.cluster, operation->contact,
                                         operation->options.fixes, operation->options.chosen};
    struct rw_fix_run_listener listener = {on_repaired, on_all_repaired, operation};
    rw_fix_run_start(operation->loop, &options, &listener);
}

/* ---- the work, whichever it is ---- */

static void start_work(struct rw_operation *operation)
{
    if (operation->options.kind == RW_OPERATION_REPAIR)
        start_repairs(operation);
    else
        start_run(operation);
}

static void confirm(struct rw_operation *operation, bool go)
{
    rw_run_confirm(operation->run, go);
}

static void hold(struct rw_operation *operation)
{
    if (operation->run)
        rw_run_hold(operation->run);
}

static void stop(struct rw_operation *operation)
{
    if (operation->run)
        rw_run_stop(operation->run);
}

static void lose(struct rw_operation *operation, const struct rw_finding *finding)
{
    if (operation->run)
        rw_run_lost(operation->run, finding);
}

/* ---- closing ---- */

static void close_lock(struct rw_operation *operation)
{
    if (operation->lock)
        release_lock(operation); /* a second call does nothing: it reports when it is gone */
    else
        operation_part_gone(operation);
}

static void close_check(struct rw_operation *operation)
{
    if (operation->check)
        free_check(operation);
    else
        operation_part_gone(operation);
}

static void close_contact(struct rw_operation *operation)
{
    struct rw_contact *contact = operation->contact;
    const struct rw_operation_options *options = &operation->options;
    operation->contact = NULL;
    if (options->close_contact)
        options->close_contact(options->close_context, operation_part_gone, operation);
    else if (contact && !operation->lent)
        rw_contact_free(contact, operation_part_gone, operation);
    else
        operation_part_gone(operation);
}

static void close_work(struct rw_operation *operation)
{
    struct rw_run *run = operation->run;
    operation->run = NULL;
    if (run)
        rw_run_free(run, operation_part_gone, operation);
    else
        operation_part_gone(operation);
}

static void close_part(struct rw_operation *operation, enum operation_part part)
{
    static void (*const closes[PARTS])(struct rw_operation *) = {
        [PART_CHECK] = close_check,
        [PART_LOCK] = close_lock,
        [PART_CONTACT] = close_contact,
        [PART_WORK] = close_work,
    };
    closes[part](operation);
}

const struct operation_hands operation_hands = {
    .lock = take_lock,
    .release = release_lock,
    .check = start_check,
    .free_check = free_check,
    .work = start_work,
    .confirm = confirm,
    .hold = hold,
    .stop = stop,
    .lose = lose,
    .close = close_part,
};
