/* SPDX-License-Identifier: Apache-2.0 */
/* The majority of etcd while servers join. A cluster of two has it only with both: until there is a
 * third member, one that stops takes the API of all with it. */
#include "base/i18n.h"
#include "install/run_private.h"

/* Of the servers: those that are members by now, and whether others are still on their way. */
static size_t count_voters(const struct rw_run *run, bool *coming)
{
    size_t voters = 0;
    for (size_t i = 0; i < run->plan->task_count; i++) {
        const struct run_task *task = &run->tasks[i];
        const struct rw_plan_now *now = run->plan->now;
        if (!run_starts_server(task))
            continue;
        bool voter = task_serves(task) || (task->wait && task->wait->voter) ||
                     (now && now[task_plan(task)->host].member);
        voters += voter;
        *coming = *coming || task->state < RW_TASK_DONE;
    }
    return voters;
}

void quorum_look(struct rw_run *run)
{
    bool coming = false;
    if (!run->plan || run->plan->reset || run->ended)
        return;
    bool fragile = count_voters(run, &coming) == 2 && coming;
    if (fragile == run->fragile)
        return;
    run->fragile = fragile;
    run_emit(run,
             (struct rw_event){.kind = RW_EVENT_NOTICE,
                               .text = fragile ? N_("Two etcd members: keep both running") : NULL});
}
