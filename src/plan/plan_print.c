/* SPDX-License-Identifier: Apache-2.0 */
/* The plan as text and as JSON. */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/text.h"
#include "plan/plan.h"
#include "rke2/rke2.h"

static const char *const when_ids[] = {
    [RW_WHEN_ALWAYS] = "always",
    [RW_WHEN_ABSENT] = "absent",
    [RW_WHEN_LEFTOVER] = "leftover",
    [RW_WHEN_STALE] = "stale",
    [RW_WHEN_NOT_RUNNING] = "not-running",
    [RW_WHEN_NEW_MEMBER] = "new-member",
    [RW_WHEN_THERE] = "there",
    [RW_WHEN_DONE] = "done",
};

static const char *const when_texts[] = {
    [RW_WHEN_ALWAYS] = "",
    [RW_WHEN_ABSENT] = "",
    [RW_WHEN_LEFTOVER] = N_("only if an earlier attempt left it"),
    [RW_WHEN_STALE] = N_("only if it runs with an older configuration"),
    [RW_WHEN_NOT_RUNNING] = "",
    [RW_WHEN_NEW_MEMBER] = N_("only if it is not an etcd member yet"),
    [RW_WHEN_THERE] = "",
    [RW_WHEN_DONE] = N_("afterwards"),
};

static const char *const kind_ids[] = {
    [RW_ACTION_FILE] = "file", [RW_ACTION_LINES] = "lines", [RW_ACTION_REMOVE] = "remove",
    [RW_ACTION_RUN] = "run",   [RW_ACTION_TRY] = "run",     [RW_ACTION_SCRIPT] = "script",
};

static void print_note(struct rw_buf *out, const struct rw_action *action)
{
    const char *note = action->kind == RW_ACTION_LINES ? N_("other lines are kept")
                       : action->same                  ? N_("stays: it says the same as this")
                       : action->marked ? N_("only once the hash of the cluster's CA is known")
                                        : when_texts[action->when];
    if (*note)
        rw_buf_addf(out, "   (%s)", _(note));
    rw_buf_addc(out, '\n');
}

/* The host whose plan, printed before this task, holds the same file, or NULL. */
static const struct rw_host *same_before(const struct rw_plan *plan, size_t index,
                                         const struct rw_action *action,
                                         const struct rw_cluster *cluster)
{
    for (size_t i = 0; i < index; i++) {
        const struct rw_task *task = &plan->tasks[i];
        for (size_t k = 0; k < task->action_count; k++) {
            const struct rw_action *other = &task->actions[k];
            if (other->kind == action->kind && strcmp(other->path, action->path) == 0 &&
                strcmp(other->content, action->content) == 0)
                return &cluster->hosts[task->host];
        }
    }
    return NULL;
}

/* same: the host that has this file with this content too, and is shown before; or NULL. */
static void print_file(struct rw_buf *out, const struct rw_action *action,
                       const struct rw_host *same)
{
    rw_buf_addf(out, "    %s  %s  %04o root:root", _("write "), action->path,
                (unsigned)action->mode);
    print_note(out, action);
    if (same) {
        rw_buf_adds(out, "        | ");
        rw_buf_addf(out, _("the same content as on %s"), same->name);
        rw_buf_addc(out, '\n');
        return;
    }
    const char *cursor = action->content, *line;
    size_t length;
    if (action->marked)
        rw_buf_addf(out, "        | %s\n", _("as it was written before, but for this line:"));
    while (rw_text_line(&cursor, &line, &length))
        if (!action->marked || memmem(line, length, RW_RKE2_CA_MARK, strlen(RW_RKE2_CA_MARK)))
            rw_buf_addf(out, "        | %.*s\n", (int)length, line);
}

static void print_action(struct rw_buf *out, const struct rw_action *action,
                         const struct rw_host *same)
{
    switch (action->kind) {
    case RW_ACTION_FILE:
    case RW_ACTION_LINES:
        print_file(out, action, same);
        break;
    case RW_ACTION_REMOVE:
        rw_buf_addf(out, "    %s  %s", _("remove"), action->path);
        print_note(out, action);
        break;
    case RW_ACTION_RUN:
    case RW_ACTION_TRY:
        rw_buf_addf(out, "    %s  %s", _("run   "), action->command);
        print_note(out, action);
        break;
    case RW_ACTION_SCRIPT:
        rw_buf_addf(out, "    %s  %s\n", _("check "),
                    strcmp(action->command, "left") == 0
                        ? _("etcd no longer lists this server as a member")
                        : _("the API of each server answers under the registration name"));
        break;
    }
}

/* bare: the user brings the network of the pods. */
static void print_wait(struct rw_buf *out, const struct rw_task *task, const struct rw_host *host,
                       bool bare)
{
    const struct rw_step_info *step = rw_step_info(task->step);
    if (step->wait == RW_WAIT_UNIT) {
        rw_buf_addf(out, "    %s  ", _("wait  "));
        rw_buf_addf(out, _("until the unit %s has finished successfully"), step->unit);
        rw_buf_addc(out, '\n');
    } else if (step->wait == RW_WAIT_READY && bare)
        rw_buf_addf(out, "    %s  %s\n", _("wait  "),
                    host->role == RW_ROLE_SERVER
                        ? _("until the node is an etcd voter and only its network is missing")
                        : _("until only the network of the node is missing"));
    else if (step->wait == RW_WAIT_READY && host->role == RW_ROLE_SERVER)
        rw_buf_addf(out, "    %s  %s\n", _("wait  "),
                    _("until the node is Ready and an etcd voter, and its supervisor is ready"));
    else if (step->wait == RW_WAIT_READY)
        rw_buf_addf(out, "    %s  %s\n", _("wait  "), _("until the node is Ready"));
}

/* alone: no other task is shown that could be referred to. */
static void print_task(struct rw_buf *out, const struct rw_plan *plan, size_t index,
                       const struct rw_cluster *cluster, bool alone)
{
    const struct rw_task *task = &plan->tasks[index];
    const struct rw_host *host = &cluster->hosts[task->host];
    bool waited = false, bare = rw_cni_of(cluster) == RW_CNI_NONE;
    rw_buf_addf(out, "  %s (%s)", host->name, host->address);
    if (task->on != task->host) {
        rw_buf_addc(out, ' ');
        rw_buf_addf(out, _("on %s"), cluster->hosts[task->on].name);
    }
    if (task->step == RW_STEP_RESTART) {
        rw_buf_addc(out, ' ');
        rw_buf_addf(out, _("it runs, and is restarted for new settings: %s"),
                    _(plan->now[task->host].restart));
    }
    rw_buf_addc(out, '\n');
    for (size_t i = 0; i < task->action_count; i++) {
        if (task->actions[i].when == RW_WHEN_DONE && !waited) {
            print_wait(out, task, host, bare);
            waited = true;
        }
        const struct rw_action *action = &task->actions[i];
        bool refers = !alone && action->kind == RW_ACTION_FILE;
        print_action(out, action, refers ? same_before(plan, index, action, cluster) : NULL);
    }
    if (!waited)
        print_wait(out, task, host, bare);
}

/* text, of so many bytes, is used for one with a number. */
static const char *order_of(const struct rw_plan *plan, enum rw_step step, char *text, size_t size)
{
    switch (step) {
    case RW_STEP_STAGE:
        return _("on all hosts at once");
    case RW_STEP_CONFIGURE:
        return _("on all hosts at once, before the first start");
    case RW_STEP_FOUND:
        return _("alone, as soon as it is installed");
    case RW_STEP_PASSWORD:
        return _("before they join");
    case RW_STEP_JOIN:
        if (plan->together == 1)
            return _("one after the other, once the first server is up");
        snprintf(text, size, _("up to %zu at once, once the first server is up"), plan->together);
        return text;
    case RW_STEP_AGENT:
        return _("all together, once all servers are up");
    case RW_STEP_LEAVE:
    case RW_STEP_RESTART:
        return _("one after the other");
    case RW_STEP_UNINSTALL:
        return _("on all these hosts at once");
    default:
        return _("at the end");
    }
}

void rw_plan_print(struct rw_buf *out, const struct rw_plan *plan, const struct rw_cluster *cluster)
{
    int shown = -1;
    char order[200];
    for (size_t i = 0; i < plan->task_count; i++) {
        enum rw_step step = plan->tasks[i].step;
        if ((int)step != shown) {
            rw_buf_adds(out, shown < 0 ? "" : "\n");
            rw_buf_addf(out, _("%s: %s\n"), _(rw_step_info(step)->title),
                        order_of(plan, step, order, sizeof order));
        }
        shown = (int)step;
        print_task(out, plan, i, cluster, false);
    }
}

void rw_plan_print_task(struct rw_buf *out, const struct rw_plan *plan, size_t task,
                        const struct rw_cluster *cluster)
{
    print_task(out, plan, task, cluster, true);
}

static json_t *action_json(const struct rw_action *action)
{
    json_t *object =
        json_pack("{s:s, s:s}", "kind", kind_ids[action->kind], "when", when_ids[action->when]);
    if (action->path)
        json_object_set_new(object, "path", json_string(action->path));
    if (action->content) {
        char mode[8];
        snprintf(mode, sizeof mode, "%04o", (unsigned)action->mode);
        json_object_set_new(object, "mode", json_string(mode));
        json_object_set_new(object, "owner", json_string("root:root"));
        json_object_set_new(object, "content", json_string(action->content));
    }
    if (action->command)
        json_object_set_new(object, "command", json_string(action->command));
    return object;
}

void rw_plan_json(struct rw_buf *out, const struct rw_plan *plan, const struct rw_cluster *cluster)
{
    json_t *tasks = json_array();
    for (size_t i = 0; i < plan->task_count; i++) {
        const struct rw_task *task = &plan->tasks[i];
        json_t *after = json_array(), *after_up = json_array(), *actions = json_array();
        for (size_t k = 0; k < task->after_count; k++)
            json_array_append_new(task->after[k].up ? after_up : after,
                                  json_string(plan->tasks[task->after[k].task].id));
        for (size_t k = 0; k < task->action_count; k++)
            json_array_append_new(actions, action_json(&task->actions[k]));
        json_t *object =
            json_pack("{s:s, s:s, s:s, s:o, s:o, s:o}", "id", task->id, "step",
                      rw_step_info(task->step)->id, "host", cluster->hosts[task->host].name,
                      "after", after, "after-up", after_up, "actions", actions);
        if (task->step == RW_STEP_RESTART)
            json_object_set_new(object, "why", json_string(plan->now[task->host].restart));
        if (task->on != task->host)
            json_object_set_new(object, "on", json_string(cluster->hosts[task->on].name));
        json_array_append_new(tasks, object);
    }
    json_t *root = json_pack("{s:s, s:o}", "cluster", cluster->name, "tasks", tasks);
    if (plan->founder != RW_PLAN_NOBODY)
        json_object_set_new(root, plan->reset ? "via" : "founder",
                            json_string(cluster->hosts[plan->founder].name));
    char *text = json_dumps(root, JSON_INDENT(2));
    rw_buf_adds(out, text);
    rw_buf_addc(out, '\n');
    free(text);
    json_decref(root);
}
