/* Repairs of what step 4 has found. They use the connections beside nobody: no check, no install
 * and no change of the connections begins before they have ended. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "check/fix_run.h"
#include "install/repair_log.h"
#include "wizard/wizard_private.h"

void rw_wizard_fixes(const struct rw_wizard *wizard, struct rw_fixes *fixes)
{
    const struct rw_check_result *result = rw_wizard_check(wizard, RW_WIZARD_REQUIREMENTS).result;
    if (result)
        rw_fixes_find(fixes, &result->findings);
}

static void on_ended(void *context, const struct rw_fix *fix, const char *lines,
                     const char *failure)
{
    struct rw_wizard *wizard = context;
    struct wizard_repair *repair = &wizard->repair;
    rw_repair_log_ended(repair->journal, fix, lines, failure);
    *rw_array_add(repair->ended, repair->ended_count) = (struct rw_wizard_repair){
        .host = rw_strdup(fix->host),
        .title = fix->title,
        .lines = rw_strdup(lines),
        .failure = rw_strdup(failure),
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

static void on_done(void *context)
{
    struct rw_wizard *wizard = context;
    struct wizard_repair ended = wizard->repair;
    rw_repair_log_end(&ended.journal);
    wizard->repair = (struct wizard_repair){0};
    if (!wizard->closing) {
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
    int rc = rw_repair_log_begin(wizard->live.cluster, fixes, chosen, &repair->journal, findings);
    if (rc != 0)
        return rc;
    repair->running = true;
    repair->fixes = *fixes;
    *fixes = (struct rw_fixes){0};
    repair->chosen = rw_memdup(chosen, repair->fixes.count * sizeof *chosen);
    for (size_t i = 0; i < repair->fixes.count; i++)
        repair->total += chosen[i];
    repair->done = done;
    repair->context = context;
    struct rw_fix_run_options options = {wizard->live.cluster, wizard->live.contact, &repair->fixes,
                                         repair->chosen};
    struct rw_fix_run_listener listener = {on_ended, on_done, wizard};
    rw_life_hold(&wizard->life);
    rw_fix_run_start(wizard->loop, &options, &listener);
    wizard_changed(wizard);
    return 0;
}

bool rw_wizard_fixing(const struct rw_wizard *wizard, size_t *done, size_t *total)
{
    *done = wizard->repair.ended_count;
    *total = wizard->repair.total;
    return wizard->repair.running;
}
