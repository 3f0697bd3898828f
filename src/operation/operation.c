/* SPDX-License-Identifier: Apache-2.0 */
#include "operation/operation.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "install/override.h"
#include "operation/operation_private.h"
#include "operation/report.h"

/* ---- what the listener gets ---- */

static void emit(struct rw_operation *operation, struct rw_event event)
{
    event.elapsed_ms = rw_operation_elapsed(operation);
    operation->listener.event(operation->listener.context, &event);
}

static void emit_finding(struct rw_operation *operation, const struct rw_finding *finding)
{
    rw_journal_finding(operation->journal, finding);
    emit(operation,
         (struct rw_event){.kind = RW_EVENT_FINDING, .host = finding->host, .finding = finding});
}

static void record(struct rw_operation *operation, const struct rw_findings *findings)
{
    rw_journal_batch(operation->journal, true);
    for (size_t i = 0; i < findings->count; i++)
        rw_journal_finding(operation->journal, &findings->items[i]);
    rw_journal_batch(operation->journal, false);
}

static void tell_gate(struct rw_operation *operation, const struct rw_findings *findings,
                      const struct rw_check_result *result, size_t open)
{
    struct rw_gate gate = {
        .result = result,
        .findings = findings,
        .reasons = &operation->reasons,
        .open = open,
        .elapsed_ms = rw_operation_elapsed(operation),
    };
    operation->listener.gate(operation->listener.context, &gate);
}

/* ---- the end ---- */

static void close_part(struct rw_operation *operation)
{
    if (operation->part == PARTS)
        operation_told(operation, RW_INPUT_ALL_CLOSED);
    else
        operation->hands->close(operation, operation->part);
}

void operation_part_gone(void *context)
{
    struct rw_operation *operation = context;
    operation->part++;
    close_part(operation);
}

static void release(void *context)
{
    struct rw_operation *operation = context;
    struct rw_operation_listener listener = operation->listener;
    enum rw_outcome outcome = operation->outcome;
    rw_reasons_done(&operation->reasons);
    rw_findings_done(&operation->held);
    free(operation);
    listener.closed(listener.context, outcome);
}

/* Before there was work that reports the end. */
static void end_early(struct rw_operation *operation, enum rw_outcome outcome)
{
    operation->outcome = outcome;
    if (operation->lost)
        emit_finding(operation, operation->lost);
    if (outcome == RW_OUTCOME_BLOCKED)
        record(operation, &operation->held);
    rw_journal_end(operation->journal, rw_outcome_name(outcome));
    emit(operation, (struct rw_event){.kind = RW_EVENT_END, .outcome = outcome});
    close_part(operation);
}

/* ---- the machine ---- */

static void perform(struct rw_operation *operation, const struct rw_operation_move *move)
{
    const struct operation_hands *hands = operation->hands;
    switch (move->effect) {
    case RW_EFFECT_NONE:
        break;
    case RW_EFFECT_LOCK:
        hands->lock(operation);
        break;
    case RW_EFFECT_RELEASE:
        hands->release(operation);
        break;
    case RW_EFFECT_CHECK:
        hands->check(operation);
        break;
    case RW_EFFECT_FREE_CHECK:
        hands->free_check(operation);
        break;
    case RW_EFFECT_WORK:
        hands->work(operation);
        break;
    case RW_EFFECT_GO:
    case RW_EFFECT_DECLINE:
        hands->confirm(operation, move->effect == RW_EFFECT_GO);
        break;
    case RW_EFFECT_HOLD:
        hands->hold(operation);
        break;
    case RW_EFFECT_STOP:
        hands->stop(operation);
        break;
    case RW_EFFECT_LOSE:
        hands->lose(operation, operation->lost);
        break;
    case RW_EFFECT_END:
        end_early(operation, move->outcome);
        break;
    case RW_EFFECT_CLOSE:
        close_part(operation);
        break;
    case RW_EFFECT_CLOSED:
        rw_journal_leave(operation->journal, rw_life_drop, rw_life_hold(&operation->life));
        rw_life_end(&operation->life, NULL, NULL, NULL);
        break;
    }
}

void operation_told(struct rw_operation *operation, enum rw_operation_input input)
{
    struct rw_operation_move move;
    if (!rw_operation_move(operation->options.kind, operation->state, input, &move))
        return;
    operation->state = move.next;
    perform(operation, &move);
}

/* ---- reports of the layers below ---- */

void operation_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct rw_operation *operation = context;
    if (operation->state >= RW_STATE_CLOSING)
        rw_contact_answer(operation->contact, host, NULL);
    else
        operation->listener.question(operation->listener.context, host, question);
}

void operation_locked(struct rw_operation *operation, const struct rw_findings *findings)
{
    if (operation->state != RW_STATE_LOCKING)
        return;
    if (findings->count == 0) {
        operation_told(operation, RW_INPUT_LOCKED);
        return;
    }
    for (size_t i = 0; i < findings->count; i++)
        rw_findings_copy(&operation->held, &findings->items[i]);
    operation_told(operation, RW_INPUT_LOCK_HELD);
    tell_gate(operation, findings, NULL, findings->count);
}

void operation_lost(struct rw_operation *operation, const struct rw_finding *finding)
{
    operation->lost = finding;
    operation_told(operation, RW_INPUT_LOCK_LOST);
    operation->lost = NULL;
}

void operation_silent(struct rw_operation *operation, const struct rw_finding *finding)
{
    if (operation->state < RW_STATE_CLOSING)
        emit_finding(operation, finding);
}

/* False after a finding. */
static bool write_report(struct rw_operation *operation, const struct rw_check_result *result,
                         const struct rw_findings *findings)
{
    struct rw_override overrides[RW_FINDING_COUNT];
    struct rw_findings failure = {0};
    struct rw_report report = {
        .cluster = operation->options.cluster,
        .result = result,
        .overrides = overrides,
        .override_count =
            rw_reasons_list(&operation->reasons, findings, overrides, RW_COUNT(overrides)),
        .wall_ms = rw_clock_wall_ms(),
    };
    if (!operation->options.report ||
        rw_report_write(operation->options.report, &report, &failure) == 0)
        return true;
    emit_finding(operation, &failure.items[0]);
    rw_findings_done(&failure);
    return false;
}

/* Keeps the reasons that override findings, and reports them. */
static void tell_reasons(struct rw_operation *operation, const struct rw_findings *findings)
{
    rw_reasons_note(&operation->reasons, operation->journal, findings);
    for (size_t i = 0; i < findings->count; i++) {
        const struct rw_finding *finding = &findings->items[i];
        const char *reason = rw_reasons_for(&operation->reasons, finding);
        if (reason)
            emit(operation, (struct rw_event){.kind = RW_EVENT_OVERRIDE,
                                              .host = finding->host,
                                              .finding = finding,
                                              .text = reason});
    }
}

bool operation_excuses(struct rw_operation *operation, const struct rw_finding *finding)
{
    struct rw_findings one = {(struct rw_finding *)finding, 1};
    if (!rw_reasons_for(&operation->reasons, finding))
        return false;
    tell_reasons(operation, &one);
    return true;
}

void operation_checked(struct rw_operation *operation, const struct rw_check_result *result)
{
    /* Hosts that cannot be logged in to are the run's own matter, when it comes to that. */
    struct rw_findings parts = {result->findings.items + result->login_count,
                                result->findings.count - result->login_count};
    if (operation->state != RW_STATE_CHECKING)
        return;
    size_t open = rw_reasons_open(&operation->reasons, parts.items, parts.count);
    const struct rw_findings *shown = open ? &result->findings : &parts;
    record(operation, shown);
    tell_gate(operation, shown, result, open);
    tell_reasons(operation, &parts);
    if (operation->state == RW_STATE_CHECKING && !write_report(operation, result, &parts))
        operation_told(operation, RW_INPUT_NO_REPORT);
    else
        operation_told(operation, open ? RW_INPUT_GATE_SHUT : RW_INPUT_GATE_OPEN);
}

void operation_planned(struct rw_operation *operation, const struct rw_plan *plan,
                       const char *version, bool exists)
{
    operation_told(operation, RW_INPUT_PLANNED);
    if (operation->listener.confirm)
        operation->listener.confirm(operation->listener.context, plan, version, exists);
    else
        operation_told(operation, RW_INPUT_CONFIRM);
}

void operation_event(struct rw_operation *operation, struct rw_event event)
{
    if (operation->state >= RW_STATE_CLOSING)
        return;
    if (event.kind != RW_EVENT_END) {
        emit(operation, event);
        return;
    }
    operation->outcome = event.outcome;
    if (event.outcome == RW_OUTCOME_DONE &&
        rw_operation_row(operation->options.kind)->forgets_reasons)
        rw_override_forget(operation->journal);
    emit(operation, event);
    operation_told(operation, RW_INPUT_WORK_ENDED);
}

/* ---- the front end ---- */

static void give_reasons(struct rw_operation *operation)
{
    const char *const *overrides = operation->options.overrides;
    rw_reasons_read(&operation->reasons, operation->journal);
    for (; overrides && *overrides; overrides++)
        rw_reasons_give(&operation->reasons, *overrides);
}

int rw_operation_begin(uv_loop_t *loop, const struct rw_operation_options *options,
                       const struct rw_operation_listener *listener,
                       struct rw_operation **operation, struct rw_findings *findings)
{
    struct rw_findings told = {0};
    struct rw_journal *journal = NULL;
    int rc = rw_operation_row(options->kind)->begin(options, &journal, &told);
    if (rc == 0) {
        struct rw_operation *begun = rw_calloc(1, sizeof *begun);
        begun->loop = loop;
        begun->options = *options;
        begun->listener = *listener;
        begun->hands = &operation_hands;
        begun->journal = journal;
        begun->begun = rw_clock_ms();
        begun->take_over = options->take_over;
        rw_life_init(&begun->life, loop, begun, release);
        rw_journal_attach(journal, loop);
        give_reasons(begun);
        *operation = begun;
        if (listener->begun)
            listener->begun(listener->context, &told);
    } else {
        for (size_t i = 0; i < told.count; i++)
            rw_findings_copy(findings, &told.items[i]);
    }
    rw_findings_done(&told);
    return rc;
}

void rw_operation_start(struct rw_operation *operation, struct rw_contact *contact)
{
    const char *opening = rw_operation_row(operation->options.kind)->opening;
    if (operation->state != RW_STATE_BEGUN)
        return;
    operation->lent = contact != NULL;
    operation->contact =
        contact ? contact : rw_contact_new(operation->loop, &operation->options.contact);
    if (opening)
        emit(operation, (struct rw_event){.kind = RW_EVENT_PHASE, .text = opening});
    operation_told(operation, RW_INPUT_START);
}

void rw_operation_answer(struct rw_operation *operation, size_t host, const char *answer)
{
    if (operation->contact && operation->state < RW_STATE_CLOSING)
        rw_contact_answer(operation->contact, host, answer);
}

void rw_operation_take_over(struct rw_operation *operation, bool take)
{
    if (take) {
        operation->take_over = true;
        rw_findings_done(&operation->held);
    }
    operation_told(operation, take ? RW_INPUT_TAKE_OVER : RW_INPUT_LEAVE_LOCK);
}

void rw_operation_confirm(struct rw_operation *operation, bool go)
{
    operation_told(operation, go ? RW_INPUT_CONFIRM : RW_INPUT_DECLINE);
}

bool rw_operation_hold(struct rw_operation *operation)
{
    bool works = operation->state >= RW_STATE_LOOKING && operation->state < RW_STATE_CLOSING;
    operation_told(operation, RW_INPUT_HOLD);
    return works;
}

void rw_operation_stop(struct rw_operation *operation)
{
    operation_told(operation, RW_INPUT_STOP);
}

int64_t rw_operation_elapsed(const struct rw_operation *operation)
{
    return rw_clock_ms() - operation->begun;
}

const struct rw_node_table *rw_operation_nodes(const struct rw_operation *operation)
{
    return operation->run ? rw_run_nodes(operation->run) : NULL;
}
