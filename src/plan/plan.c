/* SPDX-License-Identifier: Apache-2.0 */
#include "plan/plan.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/names.h"
#include "cluster/source.h"
#include "plan/node_scripts.h"
#include "rke2/proxy_file.h"
#include "rke2/config_file.h"
#include "rke2/rke2.h"
#include "rke2/version.h"

#define STAGE_UNIT "rke2-wizard-stage.service"
#define RESET_UNIT "rke2-wizard-reset.service"
#define WORK       "/var/lib/rke2-wizard"
#define KUBECTL    "/var/lib/rancher/rke2/bin/kubectl --kubeconfig /etc/rancher/rke2/rke2.yaml "

/* Deadlines: rke2's own tests allow a first server 4 to 12 minutes on a good network, and rke2
 * gives its API server 15 minutes before it starts over. */
static const struct rw_step_info steps[RW_STEP_COUNT] = {
    [RW_STEP_STAGE] = {.id = "stage",
                       .title = N_("install RKE2"),
                       .probe = "probe-stage",
                       .wait = RW_WAIT_UNIT,
                       .unit = "rke2-wizard-stage",
                       .wait_script = "wait-stage",
                       .soft_deadline_s = 300,
                       .hard_deadline_s = 1800,
                       .attempts = 3},
    [RW_STEP_CONFIGURE] = {.id = "configure",
                           .title = N_("configure"),
                           .wait = RW_WAIT_NOTHING,
                           .hard_deadline_s = 120,
                           .attempts = 1},
    [RW_STEP_FOUND] = {.id = "found",
                       .title = N_("start the first server"),
                       .probe = "probe-start",
                       .wait = RW_WAIT_READY,
                       .soft_deadline_s = 300,
                       .hard_deadline_s = 1200,
                       .attempts = 1},
    [RW_STEP_PASSWORD] = {.id = "password",
                          .title = N_("delete the password of an old node"),
                          .probe = "probe-password",
                          .wait = RW_WAIT_NOTHING,
                          .soft_deadline_s = 60,
                          .hard_deadline_s = 300,
                          .attempts = 1},
    [RW_STEP_JOIN] = {.id = "join",
                      .title = N_("join as server"),
                      .probe = "probe-start",
                      .wait = RW_WAIT_READY,
                      .soft_deadline_s = 300,
                      .hard_deadline_s = 1200,
                      .attempts = 1},
    [RW_STEP_AGENT] = {.id = "agent",
                       .title = N_("join as agent"),
                       .probe = "probe-start",
                       .wait = RW_WAIT_READY,
                       .soft_deadline_s = 180,
                       .hard_deadline_s = 900,
                       .attempts = 1},
    [RW_STEP_RESTART] = {.id = "restart",
                         .title = N_("restart for new settings"),
                         .probe = "probe-start",
                         .wait = RW_WAIT_READY,
                         .soft_deadline_s = 300,
                         .hard_deadline_s = 1200,
                         .attempts = 1},
    [RW_STEP_VERIFY] = {.id = "verify",
                        .title = N_("verify"),
                        .wait = RW_WAIT_NOTHING,
                        .soft_deadline_s = 5,
                        .waits_for = N_("waiting for the pods of kube-system"),
                        .hard_deadline_s = 180,
                        .attempts = 1},
    [RW_STEP_LEAVE] = {.id = "leave",
                       .title = N_("leave the cluster"),
                       .probe = "probe-node",
                       .wait = RW_WAIT_NOTHING,
                       .soft_deadline_s = 60,
                       .hard_deadline_s = 300,
                       .attempts = 1},
    [RW_STEP_UNINSTALL] = {.id = "uninstall",
                           .title = N_("uninstall RKE2"),
                           .probe = "probe-reset",
                           .wait = RW_WAIT_UNIT,
                           .unit = "rke2-wizard-reset",
                           .wait_script = "wait-reset",
                           .soft_deadline_s = 180,
                           .hard_deadline_s = 900,
                           .attempts = 3},
    [RW_STEP_FORGET] = {.id = "forget",
                        .title = N_("delete the node"),
                        .probe = "probe-node",
                        .wait = RW_WAIT_NOTHING,
                        .soft_deadline_s = 60,
                        .hard_deadline_s = 300,
                        .attempts = 1},
};

const struct rw_step_info *rw_step_info(enum rw_step step)
{
    return &steps[step];
}

enum rw_step rw_step_by_id(const char *id)
{
    int step = 0;
    while (step < RW_STEP_COUNT && strcmp(steps[step].id, id) != 0)
        step++;
    return (enum rw_step)step;
}

const char *rw_node_script(const char *name)
{
    const struct rw_node_script *script = rw_node_scripts;
    while (script->name && strcmp(script->name, name) != 0)
        script++;
    if (!script->name)
        abort();
    return script->text;
}

void rw_node_script_add(struct rw_buf *out, const char *name)
{
    rw_buf_adds(out, rw_node_script("lib"));
    rw_buf_adds(out, rw_node_script(name));
}

/* ---- actions ---- */

static struct rw_action *add(struct rw_task *task, enum rw_action_kind kind, enum rw_when when)
{
    struct rw_action *action = rw_array_add(task->actions, task->action_count);
    action->kind = kind;
    action->when = when;
    return action;
}

/* Takes content. */
static struct rw_action *add_file(struct rw_task *task, enum rw_when when, const char *path,
                                  int mode, char *content)
{
    struct rw_action *action = add(task, RW_ACTION_FILE, when);
    action->path = rw_strdup(path);
    action->mode = mode;
    action->content = content;
    return action;
}

/* Takes content. */
static void add_lines(struct rw_task *task, const char *path, int mode, char *content)
{
    struct rw_action *action = add(task, RW_ACTION_LINES, RW_WHEN_ALWAYS);
    action->path = rw_strdup(path);
    action->mode = mode;
    action->content = content;
}

static void add_remove(struct rw_task *task, enum rw_when when, const char *path)
{
    add(task, RW_ACTION_REMOVE, when)->path = rw_strdup(path);
}

static void add_command(struct rw_task *task, enum rw_action_kind kind, enum rw_when when,
                        const char *format, ...) __attribute__((format(printf, 4, 5)));

static void add_command(struct rw_task *task, enum rw_action_kind kind, enum rw_when when,
                        const char *format, ...)
{
    va_list args;
    va_start(args, format);
    add(task, kind, when)->command = rw_vasprintf(format, args);
    va_end(args);
}

/* ---- tasks ---- */

/* The task is borrowed until the next one is added. */
static struct rw_task *add_task(struct rw_plan *plan, const struct rw_cluster *cluster,
                                enum rw_step step, size_t host)
{
    struct rw_task *task = rw_array_add(plan->tasks, plan->task_count);
    task->step = step;
    task->host = task->on = host;
    task->id = rw_asprintf("%s@%s", steps[step].id, cluster->hosts[host].name);
    return task;
}

static void add_after(struct rw_plan *plan, size_t task, struct rw_after other)
{
    struct rw_task *t = &plan->tasks[task];
    *rw_array_add(t->after, t->after_count) = other;
}

static void add_after_task(struct rw_plan *plan, size_t task, size_t other)
{
    add_after(plan, task, (struct rw_after){.task = other});
}

static void assign(struct rw_buf *out, const char *name, const char *value)
{
    rw_buf_addf(out, "%s=", name);
    rw_text_shell_quote(out, value);
    rw_buf_addc(out, '\n');
}

static void plan_stage(struct rw_plan *plan, const struct rw_cluster *cluster, size_t host,
                       const struct rw_plan_choice *choice)
{
    struct rw_task *task = add_task(plan, cluster, RW_STEP_STAGE, host);
    const char *body = rw_node_script("stage");
    const char *head_end = strchr(body, '\n') + 1;
    struct rw_buf script = {0};
    rw_buf_add(&script, body, (size_t)(head_end - body));
    char *version = rw_rke2_installer_version(cluster->source, choice->version);
    enum rw_source source = rw_source_kind(cluster->source);
    assign(&script, "url", rw_rke2_installer_url(cluster->source));
    assign(&script, "version", version);
    assign(&script, "channel", choice->channel);
    assign(&script, "type", rw_role_name(cluster->hosts[host].role));
    assign(&script, "mirror", source == RW_SOURCE_MIRROR ? "cn" : "");
    assign(&script, "folder", source == RW_SOURCE_FOLDER ? cluster->source : "");
    free(version);
    assign(&script, "way", cluster->proxy.url ? "given" : "host");
    rw_buf_adds(&script, head_end);
    /* A unit of an earlier try that failed would stand in the way of the name. */
    add_command(task, RW_ACTION_TRY, RW_WHEN_LEFTOVER, "systemctl stop " STAGE_UNIT);
    add_command(task, RW_ACTION_TRY, RW_WHEN_LEFTOVER, "systemctl reset-failed " STAGE_UNIT);
    add_remove(task, RW_WHEN_ABSENT, WORK "/result");
    add_file(task, RW_WHEN_ABSENT, WORK "/stage.sh", 0700, rw_buf_take(&script));
    if (cluster->proxy.url)
        add_file(task, RW_WHEN_ABSENT, WORK "/proxy", 0600,
                 rw_rke2_proxy_exports(cluster, choice->proxy_password, choice->masked));
    add_command(task, RW_ACTION_RUN, RW_WHEN_ABSENT,
                "systemd-run --quiet --unit=rke2-wizard-stage --remain-after-exit --nice=10 "
                "/bin/sh " WORK "/stage.sh");
    add_command(task, RW_ACTION_TRY, RW_WHEN_DONE, "systemctl stop " STAGE_UNIT);
    add_remove(task, RW_WHEN_DONE, WORK);
}

static void plan_configure(struct rw_plan *plan, const struct rw_cluster *cluster, size_t host,
                           const struct rw_plan_choice *choice)
{
    enum rw_role role = cluster->hosts[host].role;
    struct rw_task *task = add_task(plan, cluster, RW_STEP_CONFIGURE, host);
    struct rw_action *config = add_file(
        task, RW_WHEN_ALWAYS, RW_RKE2_CONFIG, 0600,
        rw_rke2_config(cluster, &cluster->hosts[host], host == choice->founder, choice->token));
    config->keep = true;
    if (choice->now && choice->now[host].same)
        config->same = rw_strdup(choice->now[host].same);
    if (cluster->proxy.url || (choice->proxy_left && choice->proxy_left[host]))
        add_lines(task, rw_rke2_environment_file(role), 0600,
                  rw_rke2_proxy_lines(cluster, choice->proxy_password, choice->masked));
}

#define NOBODY SIZE_MAX

static void add_forget_password(struct rw_task *task, const struct rw_host *host)
{
    add_command(task, RW_ACTION_RUN, RW_WHEN_THERE,
                KUBECTL "-n kube-system delete secret %s.node-password.rke2 --ignore-not-found",
                host->name);
}

/* A machine of this name began to join once and never became a node: RKE2 would refuse this one for
 * ever. */
static size_t plan_password(struct rw_plan *plan, const struct rw_cluster *cluster, size_t host)
{
    struct rw_task *task = add_task(plan, cluster, RW_STEP_PASSWORD, host);
    task->on = plan->anchor;
    add_forget_password(task, &cluster->hosts[host]);
    if (plan->anchor == plan->founder)
        add_after_task(plan, plan->task_count - 1, 2 * cluster->host_count);
    return plan->task_count - 1;
}

/* One that runs gets no other command than the restart that was announced. */
static size_t plan_start(struct rw_plan *plan, const struct rw_cluster *cluster, enum rw_step step,
                         size_t host)
{
    const struct rw_plan_now *now = plan->now ? &plan->now[host] : NULL;
    size_t password = now && now->orphan ? plan_password(plan, cluster, host) : NOBODY;
    struct rw_task *task =
        add_task(plan, cluster, now && now->restart ? RW_STEP_RESTART : step, host);
    if (password != NOBODY)
        add_after_task(plan, plan->task_count - 1, password);
    const char *unit = rw_rke2_unit(cluster->hosts[host].role);
    bool pin = step == RW_STEP_JOIN;
    /* One that was to join before, and now founds, would ask for ever whom it was to join. */
    if (step == RW_STEP_FOUND)
        add_remove(task, RW_WHEN_NOT_RUNNING, RW_RKE2_JOIN_PIN);
    if (pin)
        add_file(task, RW_WHEN_NEW_MEMBER, RW_RKE2_JOIN_PIN, 0600,
                 rw_rke2_join_pin(cluster->hosts[plan->anchor].address));
    /* With the hash of the CA, which came over SSH, nobody between can pose as the cluster. */
    if (step != RW_STEP_FOUND)
        add_file(task, RW_WHEN_NOT_RUNNING, RW_RKE2_CONFIG, 0600,
                 rw_rke2_config(cluster, &cluster->hosts[host], false, plan->full_token))
            ->marked = true;
    /* Enabling needs no reload: it is for the next boot, and a reload runs every generator. */
    add_command(task, RW_ACTION_RUN, RW_WHEN_NOT_RUNNING, "systemctl enable --no-reload %s", unit);
    add_command(task, RW_ACTION_RUN, RW_WHEN_ABSENT, "systemctl start --no-block %s", unit);
    /* A kubelet registers its node at its start only. */
    if (now && now->deleted)
        add_command(task, RW_ACTION_RUN, RW_WHEN_ALWAYS, "systemctl restart --no-block %s", unit);
    else if (!now || !now->runs || now->restart)
        add_command(task, RW_ACTION_RUN, RW_WHEN_STALE, "systemctl restart --no-block %s", unit);
    if (pin)
        add_remove(task, RW_WHEN_DONE, RW_RKE2_JOIN_PIN);
    return plan->task_count - 1;
}

/* After the two tasks of its host, which stand in the order of the hosts. */
static size_t plan_node(struct rw_plan *plan, const struct rw_cluster *cluster, enum rw_step step,
                        size_t host)
{
    size_t task = plan_start(plan, cluster, step, host);
    add_after_task(plan, task, host);
    add_after_task(plan, task, cluster->host_count + host);
    return task;
}

/* The starts of servers that others wait for, in the order of the plan. */
struct starts {
    struct rw_after *items;
    size_t count;
    size_t first_new; /* of those that join: before it stand the founder and those with data */
};

/* It has data of the cluster: it does not join, but may be restarted. etcd lacks one that is, so
 * that they come one by one. */
static bool is_member(const struct rw_plan *plan, size_t host)
{
    return plan->now && (plan->now[host].member || plan->now[host].restart);
}

/* One server more. A start with data ends a service that runs: that is only over when it is Ready
 * again. Nobody waits for a server that is away. */
static void plan_server(struct rw_plan *plan, const struct rw_cluster *cluster,
                        const struct rw_plan_choice *choice, size_t host, struct starts *starts)
{
    enum rw_step step = host == choice->founder ? RW_STEP_FOUND : RW_STEP_JOIN;
    bool data = is_member(plan, host);
    size_t task = plan_node(plan, cluster, step, host);
    bool joins = step == RW_STEP_JOIN && !data;
    size_t joined = starts->count - starts->first_new;
    if (starts->first_new > 0)
        add_after(plan, task, starts->items[starts->first_new - 1]);
    if (joins && joined >= plan->together)
        add_after(plan, task, starts->items[starts->count - plan->together]);
    if (choice->away && choice->away[host])
        return;
    *rw_array_add(starts->items, starts->count) = (struct rw_after){.task = task, .up = !data};
    if (!joins)
        starts->first_new = starts->count;
}

/* First the founder and those that have data, one after the other; then those that join. */
static struct starts plan_servers(struct rw_plan *plan, const struct rw_cluster *cluster,
                                  const struct rw_plan_choice *choice)
{
    struct starts starts = {0};
    plan_server(plan, cluster, choice, choice->founder, &starts);
    for (int data = 1; data >= 0; data--)
        for (size_t i = 0; i < cluster->host_count; i++)
            if (cluster->hosts[i].role == RW_ROLE_SERVER && i != choice->founder &&
                is_member(plan, i) == (bool)data)
                plan_server(plan, cluster, choice, i, &starts);
    return starts;
}

/* What is known of the release: its tag, or the channel whose newest will be taken. */
static size_t joins_together(const struct rw_cluster *cluster, const struct rw_plan_choice *choice)
{
    const char *release = rw_names_is_version(choice->version) ? choice->version : choice->channel;
    bool queues = rw_rke2_queues_joins(release) && cluster->join_together > 1;
    return queues ? (size_t)cluster->join_together : 1;
}

static struct rw_plan_now *copy_now(const struct rw_plan_now *now, size_t hosts)
{
    struct rw_plan_now *copy = now ? rw_calloc(hosts, sizeof *copy) : NULL;
    for (size_t i = 0; copy && i < hosts; i++) {
        copy[i].runs = now[i].runs;
        copy[i].orphan = now[i].orphan;
        copy[i].deleted = now[i].deleted;
        copy[i].member = now[i].member;
        copy[i].same = now[i].same ? rw_strdup(now[i].same) : NULL;
        copy[i].restart = now[i].restart ? rw_strdup(now[i].restart) : NULL;
    }
    return copy;
}

void rw_plan_now_free(struct rw_plan_now *now, size_t hosts)
{
    for (size_t i = 0; now && i < hosts; i++) {
        free(now[i].same);
        free(now[i].restart);
    }
    free(now);
}

struct rw_plan *rw_plan_new(const struct rw_cluster *cluster, const struct rw_plan_choice *choice)
{
    struct rw_plan *plan = rw_calloc(1, sizeof *plan);
    size_t hosts = cluster->host_count;
    const bool *away = choice->away;
    plan->now = copy_now(choice->now, hosts);
    plan->host_count = hosts;
    plan->full_token = rw_asprintf("K10" RW_RKE2_CA_MARK "::server:%s", choice->token);
    plan->founder = choice->founder;
    plan->anchor = away && away[choice->founder] ? choice->anchor : choice->founder;
    plan->together = joins_together(cluster, choice);
    for (size_t i = 0; i < hosts; i++)
        plan_stage(plan, cluster, i, choice);
    for (size_t i = 0; i < hosts; i++)
        plan_configure(plan, cluster, i, choice);
    struct starts starts = plan_servers(plan, cluster, choice);
    for (size_t i = 0; i < hosts; i++) {
        if (cluster->hosts[i].role != RW_ROLE_AGENT)
            continue;
        size_t agent = plan_node(plan, cluster, RW_STEP_AGENT, i);
        for (size_t k = 0; k < starts.count; k++)
            add_after(plan, agent, starts.items[k]);
    }
    /* Does not wait for agents: what it looks at are servers. */
    struct rw_task *verify = add_task(plan, cluster, RW_STEP_VERIFY, plan->anchor);
    add_command(verify, RW_ACTION_SCRIPT, RW_WHEN_ALWAYS, "verify");
    for (size_t k = 0; k < starts.count; k++)
        add_after_task(plan, plan->task_count - 1, starts.items[k].task);
    free(starts.items);
    return plan;
}

/* ---- reset ---- */

/* On the server that stays: the cluster forgets the node, and with a server its etcd member. */
static size_t plan_forget(struct rw_plan *plan, const struct rw_cluster *cluster, enum rw_step step,
                          size_t host)
{
    struct rw_task *task = add_task(plan, cluster, step, host);
    task->on = plan->founder;
    add_command(task, RW_ACTION_RUN, RW_WHEN_THERE,
                KUBECTL "delete node %s --ignore-not-found --timeout=60s",
                cluster->hosts[host].name);
    add_forget_password(task, &cluster->hosts[host]);
    if (cluster->hosts[host].role == RW_ROLE_SERVER)
        add_command(task, RW_ACTION_SCRIPT, RW_WHEN_ALWAYS, "left");
    return plan->task_count - 1;
}

static size_t plan_uninstall(struct rw_plan *plan, const struct rw_cluster *cluster, size_t host)
{
    struct rw_task *task = add_task(plan, cluster, RW_STEP_UNINSTALL, host);
    add_command(task, RW_ACTION_TRY, RW_WHEN_LEFTOVER, "systemctl stop " RESET_UNIT);
    add_command(task, RW_ACTION_TRY, RW_WHEN_LEFTOVER, "systemctl reset-failed " RESET_UNIT);
    /* An install that continues without its console. */
    add_command(task, RW_ACTION_TRY, RW_WHEN_THERE, "systemctl stop " STAGE_UNIT);
    add_command(task, RW_ACTION_TRY, RW_WHEN_THERE, "systemctl reset-failed " STAGE_UNIT);
    add_file(task, RW_WHEN_THERE, WORK "/reset.sh", 0700, rw_strdup(rw_node_script("reset")));
    add_remove(task, RW_WHEN_THERE, WORK "/reset-result");
    add_command(task, RW_ACTION_RUN, RW_WHEN_THERE,
                "systemd-run --quiet --unit=rke2-wizard-reset --remain-after-exit /bin/sh " WORK
                "/reset.sh");
    add_command(task, RW_ACTION_TRY, RW_WHEN_DONE, "systemctl stop " RESET_UNIT);
    add_remove(task, RW_WHEN_DONE, WORK);
    return plan->task_count - 1;
}

struct rw_plan *rw_plan_reset(const struct rw_cluster *cluster, const bool *wanted, size_t via)
{
    struct rw_plan *plan = rw_calloc(1, sizeof *plan);
    size_t last = RW_PLAN_NOBODY;
    size_t *uninstalls = rw_calloc(cluster->host_count, sizeof *uninstalls);
    plan->founder = via;
    plan->reset = true;
    /* A member less at a time, each before its machine is gone: etcd keeps its majority. */
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (!wanted[i] || cluster->hosts[i].role != RW_ROLE_SERVER || via == RW_PLAN_NOBODY)
            continue;
        size_t leave = plan_forget(plan, cluster, RW_STEP_LEAVE, i);
        if (last != RW_PLAN_NOBODY)
            add_after_task(plan, leave, last);
        last = uninstalls[i] = leave;
    }
    for (size_t i = 0; i < cluster->host_count; i++) {
        if (!wanted[i])
            continue;
        size_t uninstall = plan_uninstall(plan, cluster, i);
        if (cluster->hosts[i].role == RW_ROLE_SERVER && via != RW_PLAN_NOBODY)
            add_after_task(plan, uninstall, uninstalls[i]);
        uninstalls[i] = uninstall;
    }
    /* A service that started once more between the two has made itself known again. */
    for (size_t i = 0; i < cluster->host_count; i++)
        if (wanted[i] && via != RW_PLAN_NOBODY)
            add_after_task(plan, plan_forget(plan, cluster, RW_STEP_FORGET, i), uninstalls[i]);
    free(uninstalls);
    return plan;
}

void rw_plan_free(struct rw_plan *plan)
{
    if (!plan)
        return;
    for (size_t i = 0; i < plan->task_count; i++) {
        struct rw_task *task = &plan->tasks[i];
        for (size_t k = 0; k < task->action_count; k++) {
            free(task->actions[k].path);
            free(task->actions[k].same);
            rw_secret_free(task->actions[k].content);
            free(task->actions[k].command);
        }
        free(task->actions);
        free(task->after);
        free(task->id);
    }
    rw_plan_now_free(plan->now, plan->host_count);
    rw_secret_free(plan->full_token);
    free(plan->tasks);
    free(plan);
}

struct rw_plan *rw_plan_masked(const struct rw_cluster *cluster, size_t founder,
                               const char *known_version, const struct rw_plan_now *now)
{
    const char *exact = cluster->version ? cluster->version : known_version;
    char *version =
        exact ? rw_strdup(exact) : rw_asprintf("<newest of channel %s>", cluster->channel);
    char *channel =
        cluster->version ? rw_rke2_version_channel(cluster->version) : rw_strdup(cluster->channel);
    bool secret = cluster->proxy.password || cluster->proxy.password_file;
    struct rw_plan_choice choice = {
        .founder = founder,
        .version = version,
        .channel = channel,
        .token = "<token>",
        .proxy_password = secret ? "<password>" : NULL,
        .masked = true,
        .now = now,
    };
    struct rw_plan *plan = rw_plan_new(cluster, &choice);
    free(version);
    free(channel);
    return plan;
}

struct rw_plan *rw_plan_preview(const struct rw_cluster *cluster)
{
    return rw_plan_masked(cluster, (size_t)rw_cluster_first_server(cluster), NULL, NULL);
}
