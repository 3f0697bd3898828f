/* SPDX-License-Identifier: Apache-2.0 */
/* From actions to the shell script that carries them out. */
#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "plan/node_scripts.h"
#include "plan/plan.h"

static const char *const conditions[] = {
    [RW_WHEN_ALWAYS] = ":",
    [RW_WHEN_ABSENT] = "[ \"$state\" = absent ]",
    [RW_WHEN_LEFTOVER] = "[ \"$leftover\" = yes ]",
    [RW_WHEN_STALE] = "[ \"$state\" = stale ]",
    [RW_WHEN_NOT_RUNNING] = "[ \"$state\" != started ]",
    [RW_WHEN_NEW_MEMBER] = "[ \"$state\" != started ] && [ \"$member\" = no ]",
    [RW_WHEN_THERE] = "[ \"$state\" = there ]",
    [RW_WHEN_DONE] = ":",
};

static void add_put(struct rw_buf *out, const struct rw_action *action)
{
    rw_buf_adds(out, action->kind == RW_ACTION_LINES ? "lines "
                     : action->marked                ? "put_marked "
                                                     : "put ");
    rw_text_shell_quote(out, action->path);
    rw_buf_addf(out, " %04o%s", (unsigned)action->mode, action->keep ? " keep" : "");
    if (action->same) {
        rw_buf_addc(out, ' ');
        rw_text_shell_quote(out, action->same);
    }
    rw_buf_adds(out, " <<'RW_END'");
    /* Where a shell keeps here-documents in /tmp and that is full, put does not even begin. */
    rw_buf_adds(out, " || give_up \"write \"");
    rw_text_shell_quote(out, action->path);
    rw_buf_adds(out, " \"$?\"\n");
    rw_text_base64(out, action->content, strlen(action->content));
    rw_buf_adds(out, "\nRW_END\n");
}

static void add_action(struct rw_buf *out, const struct rw_action *action)
{
    rw_buf_addf(out, "if %s%s; then\n", conditions[action->when],
                action->marked ? " && [ -n \"${ca-}\" ]" : "");
    switch (action->kind) {
    case RW_ACTION_FILE:
    case RW_ACTION_LINES:
        add_put(out, action);
        break;
    case RW_ACTION_REMOVE:
        rw_buf_adds(out, "take ");
        rw_text_shell_quote(out, action->path);
        rw_buf_addc(out, '\n');
        break;
    case RW_ACTION_RUN:
        rw_buf_addf(out, "run %s\n", action->command);
        break;
    case RW_ACTION_TRY:
        rw_buf_addf(out, "try %s\n", action->command);
        break;
    case RW_ACTION_SCRIPT:
        rw_buf_adds(out, rw_node_script(action->command));
        break;
    }
    rw_buf_adds(out, "fi\n");
}

void rw_plan_apply_script(struct rw_buf *out, const struct rw_plan *plan, size_t index)
{
    const struct rw_task *task = &plan->tasks[index];
    const char *probe = rw_step_info(task->step)->probe;
    rw_buf_adds(out, rw_node_script("lib"));
    if (probe) {
        rw_buf_adds(out, rw_node_script(probe));
        rw_buf_adds(out, "echo \"state=$state\"\necho \"since=${since-}\"\n"
                         "echo \"node=${node_name-}\"\n");
    }
    for (size_t i = 0; i < task->action_count; i++)
        if (task->actions[i].when != RW_WHEN_DONE)
            add_action(out, &task->actions[i]);
}

static void add_last_actions(struct rw_buf *out, const struct rw_task *task)
{
    for (size_t i = 0; i < task->action_count; i++)
        if (task->actions[i].when == RW_WHEN_DONE)
            add_action(out, &task->actions[i]);
}

void rw_plan_unit_script(struct rw_buf *out, const struct rw_plan *plan, size_t index)
{
    rw_node_script_add(out, rw_step_info(plan->tasks[index].step)->wait_script);
    rw_buf_adds(out, "if [ \"$ended\" = well ]; then\n");
    add_last_actions(out, &plan->tasks[index]);
    rw_buf_adds(out, "fi\n");
}

void rw_plan_finish_script(struct rw_buf *out, const struct rw_plan *plan, size_t index)
{
    rw_buf_adds(out, rw_node_script("lib"));
    add_last_actions(out, &plan->tasks[index]);
}

bool rw_plan_has_finish(const struct rw_plan *plan, size_t index)
{
    const struct rw_task *task = &plan->tasks[index];
    for (size_t i = 0; i < task->action_count; i++)
        if (task->actions[i].when == RW_WHEN_DONE)
            return true;
    return false;
}
