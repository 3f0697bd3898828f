/* SPDX-License-Identifier: Apache-2.0 */
/* Repairs of the findings of step 4: an operation over the live connections, beside no other one.
 * No check, no install and no change of the connections begins before it has ended. */
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "wizard/wizard_private.h"

void rw_wizard_fixes(const struct rw_wizard *wizard, struct rw_fixes *fixes)
{
    const struct rw_check_result *result = rw_wizard_check(wizard, RW_WIZARD_REQUIREMENTS).result;
    if (result)
        rw_fixes_find(fixes, &result->findings);
}

static void on_event(void *context, const struct rw_event *event)
{
    struct rw_wizard *wizard = context;
    struct wizard_repair *repair = &wizard->repair;
    if (event->kind != RW_EVENT_REPAIR)
        return;
    *rw_array_add(repair->ended, repair->ended_count) = (struct rw_wizard_repair){
        .host = rw_strdup(event->host),
        .title = event->text,
        .lines = rw_strdup(event->lines),
        .failure = rw_strdup(event->failure),
    };
    wizard_changed(wizard);
}

static void forget(struct wizard_repair *repair)
{
    for (size_t i = 0; i < repair->ended_count; i++) {
        free(repair->ended[i].host);
        free(repair->ended[i].lines);
        free(repair->ended[i].failure);
    }
    free(repair->ended);
    free(repair->chosen);
    rw_fixes_done(&repair->fixes);
    *repair = (struct wizard_repair){0};
}

static void on_closed(void *context, enum rw_outcome outcome)
{
    struct rw_wizard *wizard = context;
    struct wizard_repair ended = wizard->repair;
    (void)outcome;
    wizard->repair = (struct wizard_repair){0};
    if (!wizard->life.ending) {
        checks_want(wizard, SLOT_REQUIREMENTS);
        ended.done(ended.context, ended.ended, ended.ended_count);
        wizard_changed(wizard);
    }
    forget(&ended);
    rw_life_drop(&wizard->life);
}

int rw_wizard_fix(struct rw_wizard *wizard, struct rw_fixes *fixes, const bool *chosen,
                  void (*done)(void *context, const struct rw_wizard_repair *repairs, size_t count),
                  void *context, struct rw_findings *findings)
{
    struct wizard_repair *repair = &wizard->repair;
    if (install_active(wizard) || checks_busy(wizard) || repair->running || !wizard->live.contact ||
        !live_is_current(wizard))
        return RW_EBUSY;
    repair->fixes = *fixes;
    repair->chosen = rw_memdup(chosen, fixes->count * sizeof *chosen);
    struct rw_operation_options options = {
        .kind = RW_OPERATION_REPAIR,
        .cluster = wizard->live.cluster,
        .fixes = &repair->fixes,
        .chosen = repair->chosen,
    };
    struct rw_operation_listener listener = {
        .question = question_of_host, .event = on_event, .closed = on_closed, .context = wizard};
    int rc = rw_operation_begin(wizard->loop, &options, &listener, &repair->operation, findings);
    if (rc != 0) {
        repair->fixes = (struct rw_fixes){0};
        forget(repair);
        return rc;
    }
    repair->running = true;
    rw_life_hold(&wizard->life);
    *fixes = (struct rw_fixes){0};
    for (size_t i = 0; i < repair->fixes.count; i++)
        repair->total += chosen[i];
    repair->done = done;
    repair->context = context;
    rw_operation_start(repair->operation, wizard->live.contact);
    wizard_changed(wizard);
    return 0;
}

bool rw_wizard_fixing(const struct rw_wizard *wizard, size_t *done, size_t *total)
{
    *done = wizard->repair.ended_count;
    *total = wizard->repair.total;
    return wizard->repair.running;
}
