/* SPDX-License-Identifier: Apache-2.0 */
/* The plan: what is done where, after what, and how it is shown. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "plan/node_scripts.h"
#include "plan/plan.h"
#include "rke2/rke2.h"
#include "unit/helpers.h"

#define TOKEN "my-own-secret"

static struct rw_plan *plan_of(const struct rw_cluster *cluster, size_t founder)
{
    struct rw_plan_choice choice = {
        .founder = founder, .version = "v1.26.12+rke2r1", .channel = "v1.26", .token = TOKEN};
    return rw_plan_new(cluster, &choice);
}

static const struct rw_task *find(const struct rw_plan *plan, const char *id)
{
    for (size_t i = 0; i < plan->task_count; i++)
        if (strcmp(plan->tasks[i].id, id) == 0)
            return &plan->tasks[i];
    return NULL;
}

/* The ids of the tasks that this one waits for, separated by blanks, in a static buffer; "^" before
 * those that only have to be up. */
static const char *after(const struct rw_plan *plan, const char *id)
{
    static struct rw_buf out;
    rw_buf_done(&out);
    const struct rw_task *task = find(plan, id);
    cr_assert_not_null(task, "%s", id);
    for (size_t i = 0; i < task->after_count; i++)
        rw_buf_addf(&out, "%s%s%s", i ? " " : "", task->after[i].up ? "^" : "",
                    plan->tasks[task->after[i].task].id);
    return rw_buf_str(&out);
}

static const struct rw_action *find_file(const struct rw_plan *plan, const char *id,
                                         const char *path)
{
    const struct rw_task *task = find(plan, id);
    cr_assert_not_null(task, "%s", id);
    for (size_t i = 0; i < task->action_count; i++)
        if (task->actions[i].kind == RW_ACTION_FILE && strcmp(task->actions[i].path, path) == 0)
            return &task->actions[i];
    return NULL;
}

static size_t count_of(const char *text, const char *part)
{
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, part)); at += strlen(part))
        count++;
    return count;
}

/* ---- order ---- */

static void expect_order(const struct rw_plan *plan)
{
    for (size_t i = 0; i < plan->task_count; i++)
        for (size_t k = 0; k < plan->tasks[i].after_count; k++)
            cr_expect_lt(plan->tasks[i].after[k].task, i, "%s", plan->tasks[i].id);
}

Test(plan, joins_servers_together_once_the_first_is_up_and_agents_once_all_are)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, 0);
    cr_expect_eq(plan->task_count, 13);
    for (size_t i = 0; i < 4; i++) {
        cr_expect_eq(plan->tasks[i].step, RW_STEP_STAGE);
        cr_expect_eq(plan->tasks[i].after_count, 0, "nothing waits to be installed");
        cr_expect_eq(plan->tasks[4 + i].step, RW_STEP_CONFIGURE);
        cr_expect_eq(plan->tasks[4 + i].after_count, 0);
    }
    cr_expect_str_eq(after(plan, "found@ha-m1"), "stage@ha-m1 configure@ha-m1");
    cr_expect_str_eq(after(plan, "join@ha-m2"), "stage@ha-m2 configure@ha-m2 ^found@ha-m1");
    cr_expect_str_eq(after(plan, "join@ha-m3"), "stage@ha-m3 configure@ha-m3 ^found@ha-m1");
    cr_expect_str_eq(after(plan, "agent@ha-w1"),
                     "stage@ha-w1 configure@ha-w1 ^found@ha-m1 ^join@ha-m2 ^join@ha-m3");
    cr_expect_str_eq(after(plan, "verify@ha-m1"), "found@ha-m1 join@ha-m2 join@ha-m3");
    expect_order(plan);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(plan, names_the_nodes_that_are_restarted_for_new_settings)
{
    struct rw_cluster *cluster = demo_cluster();
    char san[] = "tls-san", sum[] = "5a", server[] = "server";
    struct rw_plan_now now[] = {{.runs = true, .restart = san},
                                {.runs = true, .restart = san},
                                {.runs = true, .same = sum},
                                {.runs = true, .restart = server}};
    struct rw_plan *plan = rw_plan_masked(cluster, 0, "v1.26.12+rke2r1", now);
    struct rw_buf out = {0};
    cr_expect_str_eq(after(plan, "restart@ha-m2"), "stage@ha-m2 configure@ha-m2 restart@ha-m1");
    cr_expect_str_eq(after(plan, "join@ha-m3"), "stage@ha-m3 configure@ha-m3 restart@ha-m2");
    rw_plan_print(&out, plan, cluster);
    cr_expect(strstr(rw_buf_str(&out), "restart for new settings: one after the other\n"), "%s",
              rw_buf_str(&out));
    cr_expect(strstr(rw_buf_str(&out), "it runs, and is restarted for new settings: server\n"));
    cr_expect(strstr(rw_buf_str(&out), "(stays: it says the same as this)"));
    /* Nobody else gets the command. */
    cr_expect_eq(count_of(rw_buf_str(&out), "systemctl restart"), 3);
    rw_buf_done(&out);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

/* Five servers, of which so many join together. */
static struct rw_plan *plan_of_five(int together, const char *version,
                                    const struct rw_plan_now *now)
{
    char *top = rw_asprintf("registration-name: k8s.example.com\ntoken: " TOKEN "\n"
                            "join-together: %d\n",
                            together);
    struct rw_cluster *cluster = cluster_of(top, "- {name: a, address: 10.0.0.1, role: server}\n"
                                                 "- {name: b, address: 10.0.0.2, role: server}\n"
                                                 "- {name: c, address: 10.0.0.3, role: server}\n"
                                                 "- {name: d, address: 10.0.0.4, role: server}\n"
                                                 "- {name: e, address: 10.0.0.5, role: server}\n");
    struct rw_plan_choice choice = {
        .version = version, .channel = "v1.26", .token = TOKEN, .now = now};
    struct rw_plan *plan = rw_plan_new(cluster, &choice);
    expect_order(plan);
    rw_cluster_free(cluster);
    free(top);
    return plan;
}

Test(plan, never_joins_more_servers_together_than_the_answers_allow)
{
    struct rw_plan *plan = plan_of_five(2, "v1.26.12+rke2r1", NULL);
    cr_expect_str_eq(after(plan, "join@c"), "stage@c configure@c ^found@a");
    cr_expect_str_eq(after(plan, "join@d"), "stage@d configure@d ^found@a ^join@b");
    cr_expect_str_eq(after(plan, "join@e"), "stage@e configure@e ^found@a ^join@c");
    rw_plan_free(plan);
    plan = plan_of_five(1, "v1.26.12+rke2r1", NULL);
    cr_expect_str_eq(after(plan, "join@c"), "stage@c configure@c ^found@a ^join@b");
    rw_plan_free(plan);
    plan = plan_of_five(4, "v1.26.12+rke2r1", NULL);
    cr_expect_str_eq(after(plan, "join@e"), "stage@e configure@e ^found@a");
    rw_plan_free(plan);
}

Test(plan, joins_one_by_one_where_a_release_gives_up_behind_another_learner)
{
    struct rw_plan *plan = plan_of_five(4, "v1.26.4+rke2r1", NULL);
    cr_expect_str_eq(after(plan, "join@c"), "stage@c configure@c ^found@a ^join@b");
    cr_expect_eq(plan->together, 1);
    rw_plan_free(plan);
    plan = plan_of_five(4, "v1.26.5+rke2r1", NULL);
    cr_expect_eq(plan->together, 4);
    rw_plan_free(plan);
}

/* Two of them restarted at once would take the majority from etcd. */
Test(plan, restarts_members_strictly_one_by_one_before_others_join)
{
    static const struct rw_plan_now now[] = {
        {.member = true}, {.member = false}, {.member = true}, {.member = true}, {.member = false}};
    struct rw_plan *plan = plan_of_five(4, "v1.26.12+rke2r1", now);
    cr_expect_str_eq(after(plan, "join@c"), "stage@c configure@c found@a");
    cr_expect_str_eq(after(plan, "join@d"), "stage@d configure@d join@c");
    cr_expect_str_eq(after(plan, "join@b"), "stage@b configure@b join@d");
    cr_expect_str_eq(after(plan, "join@e"), "stage@e configure@e join@d");
    rw_plan_free(plan);
}

Test(plan, lets_another_server_than_the_first_found_the_cluster)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, 1);
    cr_expect_null(find(plan, "join@ha-m2"));
    cr_expect_null(find(plan, "found@ha-m1"));
    cr_expect_str_eq(after(plan, "found@ha-m2"), "stage@ha-m2 configure@ha-m2");
    cr_expect_str_eq(after(plan, "join@ha-m1"), "stage@ha-m1 configure@ha-m1 ^found@ha-m2");
    cr_expect_str_eq(after(plan, "join@ha-m3"), "stage@ha-m3 configure@ha-m3 ^found@ha-m2");
    cr_expect_str_eq(after(plan, "verify@ha-m2"), "found@ha-m2 join@ha-m1 join@ha-m3");
    for (size_t i = 0; i < 4; i++) {
        char *id = rw_asprintf("configure@%s", cluster->hosts[i].name);
        const struct rw_action *config = find_file(plan, id, RW_RKE2_CONFIG);
        cr_expect_eq(strstr(config->content, "server:") == NULL, i == 1, "%s", config->content);
        free(id);
    }
    cr_expect_str_eq(find_file(plan, "join@ha-m1", RW_RKE2_JOIN_PIN)->content,
                     "server: https://192.168.205.86:9345\n");
    expect_order(plan);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(plan, has_no_joins_for_a_single_server)
{
    struct rw_cluster *cluster =
        cluster_of("registration-name: k8s.example.com\ntoken: " TOKEN "\n",
                   "- {name: w1, address: 10.0.0.2, role: agent}\n"
                   "- {name: m1, address: 10.0.0.1, role: server}\n"
                   "- {name: w2, address: 10.0.0.3, role: agent}\n");
    struct rw_plan *plan = plan_of(cluster, 1);
    cr_expect_str_eq(after(plan, "found@m1"), "stage@m1 configure@m1");
    cr_expect_str_eq(after(plan, "agent@w1"), "stage@w1 configure@w1 ^found@m1");
    cr_expect_str_eq(after(plan, "agent@w2"), "stage@w2 configure@w2 ^found@m1");
    cr_expect_str_eq(after(plan, "verify@m1"), "found@m1");
    for (size_t i = 0; i < plan->task_count; i++)
        cr_expect_neq(plan->tasks[i].step, RW_STEP_JOIN);
    expect_order(plan);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(plan, keeps_the_order_for_many_hosts)
{
    struct rw_buf hosts = {0};
    for (int i = 0; i < 60; i++)
        rw_buf_addf(&hosts, "- {name: n%d, address: 10.0.0.%d, role: %s}\n", i, i + 1,
                    i % 12 == 5 ? "server" : "agent");
    struct rw_cluster *cluster =
        cluster_of("registration-name: k8s.example.com\ntoken: " TOKEN "\n", hosts.data);
    struct rw_plan *plan = plan_of(cluster, 29);
    cr_expect_eq(plan->task_count, 60 * 3 + 1);
    expect_order(plan);
    cr_expect_str_eq(after(plan, "agent@n0"), "stage@n0 configure@n0 ^found@n29 ^join@n5 "
                                              "^join@n17 ^join@n41 ^join@n53");
    rw_plan_free(plan);
    rw_cluster_free(cluster);
    rw_buf_done(&hosts);
}

Test(plan, frees_what_it_was_not_given)
{
    rw_plan_free(NULL);
}

Test(plan, knows_its_steps_by_their_ids)
{
    for (int i = 0; i < RW_STEP_COUNT; i++) {
        const struct rw_step_info *info = rw_step_info((enum rw_step)i);
        cr_expect_eq((int)rw_step_by_id(info->id), i, "%s", info->id);
        cr_expect(info->soft_deadline_s < info->hard_deadline_s && info->attempts > 0);
    }
    cr_assert_eq(rw_step_by_id("nonsense"), RW_STEP_COUNT);
    cr_assert_eq(rw_step_by_id(""), RW_STEP_COUNT);
}

/* ---- files and commands ---- */

Test(plan, writes_config_for_root_alone_and_keeps_what_was_there)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, 0);
    for (size_t i = 0; i < 4; i++) {
        char *id = rw_asprintf("configure@%s", cluster->hosts[i].name);
        const struct rw_action *config = find_file(plan, id, RW_RKE2_CONFIG);
        cr_assert_not_null(config);
        cr_expect_eq(config->mode, 0600);
        cr_expect(config->keep);
        cr_expect(strstr(config->content, "token: " TOKEN "\n"));
        free(id);
    }
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(plan, pins_joining_servers_alone_and_takes_the_pin_away)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, 0);
    cr_expect_null(find_file(plan, "found@ha-m1", RW_RKE2_JOIN_PIN));
    cr_expect_null(find_file(plan, "agent@ha-w1", RW_RKE2_JOIN_PIN));
    for (size_t m = 2; m <= 3; m++) {
        char *id = rw_asprintf("join@ha-m%zu", m);
        const struct rw_action *pin = find_file(plan, id, RW_RKE2_JOIN_PIN);
        const struct rw_task *task = find(plan, id);
        const struct rw_action *last = &task->actions[task->action_count - 1];
        cr_assert_not_null(pin);
        cr_expect_eq(pin->when, RW_WHEN_NEW_MEMBER);
        cr_expect_eq(last->kind, RW_ACTION_REMOVE);
        cr_expect_eq(last->when, RW_WHEN_DONE);
        cr_expect_str_eq(last->path, RW_RKE2_JOIN_PIN);
        free(id);
    }
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(plan, starts_the_unit_of_each_role)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, 0);
    static const char *const ids[] = {"found@ha-m1", "join@ha-m2", "join@ha-m3", "agent@ha-w1"};
    for (size_t i = 0; i < RW_COUNT(ids); i++) {
        const struct rw_task *task = find(plan, ids[i]);
        const char *unit = i < 3 ? "rke2-server.service" : "rke2-agent.service";
        const char *verbs[] = {"enable --no-reload", "start --no-block", "restart --no-block"};
        size_t run = 0;
        for (size_t k = 0; k < task->action_count; k++) {
            if (task->actions[k].kind != RW_ACTION_RUN)
                continue;
            char *command = rw_asprintf("systemctl %s %s", verbs[run++], unit);
            cr_expect_str_eq(task->actions[k].command, command);
            free(command);
        }
        cr_expect_eq(run, 3);
    }
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(plan, has_the_token_in_no_command_and_in_no_other_file_than_config)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, 0);
    for (size_t i = 0; i < plan->task_count; i++) {
        for (size_t k = 0; k < plan->tasks[i].action_count; k++) {
            const struct rw_action *action = &plan->tasks[i].actions[k];
            if (action->command)
                cr_expect_null(strstr(action->command, TOKEN), "%s", action->command);
            if (action->content && strcmp(action->path, RW_RKE2_CONFIG) != 0)
                cr_expect_null(strstr(action->content, TOKEN), "%s", action->path);
        }
    }
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

/* ---- where RKE2 comes from, and the way out ---- */

#define SECRET "Pr0xy-secret"

static struct rw_cluster *cluster_with(const char *settings)
{
    char *text =
        rw_asprintf("registration-name: rke2.demo.kingsd.top\ntoken: " TOKEN "\n%s", settings);
    struct rw_cluster *cluster = cluster_of(text, "- {name: m1, address: 10.0.0.1, role: server}\n"
                                                  "- {name: w1, address: 10.0.0.2, role: agent}\n");
    free(text);
    return cluster;
}

static void expect_stage(const char *settings, const char *const *lines)
{
    struct rw_cluster *cluster = cluster_with(settings);
    struct rw_plan *plan = plan_of(cluster, 0);
    const struct rw_action *stage = find_file(plan, "stage@w1", "/var/lib/rke2-wizard/stage.sh");
    cr_assert(stage);
    for (; *lines; lines++)
        cr_expect(strstr(stage->content, *lines), "%s: %.400s", *lines, stage->content);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(plan, tells_the_installer_where_rke2_comes_from)
{
    expect_stage("",
                 (const char *const[]){"\nurl=https://get.rke2.io\n", "\nversion=v1.26.12+rke2r1\n",
                                       "\nmirror=''\n", "\nfolder=''\n", "\nway=host\n", NULL});
    expect_stage("source: rancher-mirror.rancher.cn\n",
                 (const char *const[]){"\nurl=https://rancher-mirror.rancher.cn/rke2/install.sh\n",
                                       "\nversion=v1.26.12-rke2r1\n", "\nmirror=cn\n",
                                       "\nfolder=''\n", NULL});
    expect_stage("source: /opt/rke2\nrke2: {version: v1.26.12+rke2r1}\n",
                 (const char *const[]){"\nurl=''\n", "\nversion=v1.26.12+rke2r1\n", "\nmirror=''\n",
                                       "\nfolder=/opt/rke2\n", NULL});
    expect_stage("proxy: {url: http://p}\n", (const char *const[]){"\nway=given\n", NULL});
}

static const struct rw_action *find_lines(const struct rw_plan *plan, const char *id)
{
    const struct rw_task *task = find(plan, id);
    for (size_t i = 0; i < task->action_count; i++)
        if (task->actions[i].kind == RW_ACTION_LINES)
            return &task->actions[i];
    return NULL;
}

Test(plan, has_the_password_of_the_proxy_in_two_files_for_root_alone)
{
    struct rw_cluster *cluster = cluster_with("proxy: {url: \"http://me:" SECRET "@p:3128\"}\n");
    struct rw_plan_choice choice = {.version = "v1.26.12+rke2r1",
                                    .channel = "v1.26",
                                    .token = TOKEN,
                                    .proxy_password = cluster->proxy.password};
    struct rw_plan *plan = rw_plan_new(cluster, &choice);
    const struct rw_action *lines = find_lines(plan, "configure@w1");
    cr_assert(lines);
    cr_expect_str_eq(lines->path, "/etc/default/rke2-agent");
    cr_expect_eq(lines->mode, 0600);
    cr_expect_str_eq(lines->content,
                     "HTTP_PROXY=http://me:" SECRET "@p:3128\nHTTPS_PROXY=http://me:" SECRET
                     "@p:3128\nNO_PROXY=127.0.0.0/8,127.0.0.1,localhost,10.42.0.0/16,"
                     "10.43.0.0/16,.svc,.cluster.local,rke2.demo.kingsd.top,10.0.0.1,m1,"
                     "10.0.0.2,w1\n");
    cr_expect_str_eq(find_lines(plan, "configure@m1")->path, "/etc/default/rke2-server");
    for (size_t i = 0; i < plan->task_count; i++) {
        for (size_t k = 0; k < plan->tasks[i].action_count; k++) {
            const struct rw_action *action = &plan->tasks[i].actions[k];
            bool secret = (action->content && strstr(action->content, SECRET)) ||
                          (action->command && strstr(action->command, SECRET));
            bool file = action->path && (rw_text_starts(action->path, "/etc/default/rke2-") ||
                                         strcmp(action->path, "/var/lib/rke2-wizard/proxy") == 0);
            cr_expect_eq(secret, file, "%s", action->path);
            cr_expect(!secret || action->mode == 0600);
        }
    }
    rw_plan_free(plan);
    struct rw_buf out = {0};
    plan = rw_plan_preview(cluster);
    rw_plan_print(&out, plan, cluster);
    cr_expect_null(strstr(rw_buf_str(&out), SECRET));
    cr_expect(strstr(rw_buf_str(&out), "| HTTPS_PROXY=http://me:<password>@p:3128\n"));
    cr_expect(strstr(rw_buf_str(&out), "(other lines are kept)"));
    rw_plan_free(plan);
    rw_buf_done(&out);
    rw_cluster_free(cluster);
}

Test(plan, takes_lines_of_an_earlier_proxy_away_where_they_are)
{
    struct rw_cluster *cluster = cluster_with("");
    const bool left[] = {true, false};
    struct rw_plan_choice choice = {
        .version = "v1.26.12+rke2r1", .channel = "v1.26", .token = TOKEN, .proxy_left = left};
    struct rw_plan *plan = rw_plan_new(cluster, &choice);
    cr_assert(find_lines(plan, "configure@m1"));
    cr_expect_str_eq(find_lines(plan, "configure@m1")->content, "");
    cr_expect_null(find_lines(plan, "configure@w1"));
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(plan, names_only_scripts_that_exist)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, 0);
    for (size_t i = 0; i < plan->task_count; i++) {
        const char *probe = rw_step_info(plan->tasks[i].step)->probe;
        if (probe)
            cr_expect_not_null(rw_node_script(probe));
        for (size_t k = 0; k < plan->tasks[i].action_count; k++)
            if (plan->tasks[i].actions[k].kind == RW_ACTION_SCRIPT)
                cr_expect_not_null(rw_node_script(plan->tasks[i].actions[k].command));
    }
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

/* ---- as text ---- */

/* Prints the plan with a mask in place of the token, to free(). */
static char *printed(bool json)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan_choice choice = {
        .version = "v1.26.12+rke2r1", .channel = "v1.26", .token = "<token>"};
    struct rw_plan *plan = rw_plan_new(cluster, &choice);
    struct rw_buf out = {0};
    if (json)
        rw_plan_json(&out, plan, cluster);
    else
        rw_plan_print(&out, plan, cluster);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
    return rw_buf_take(&out);
}

Test(plan, shows_every_file_and_command_and_no_token)
{
    char *text = printed(false);
    static const char *const parts[] = {
        "        | token: <token>\n",
        "        | server: https://rke2.demo.kingsd.top:9345\n",
        "        | server: https://192.168.205.85:9345\n",
        "write   /etc/rancher/rke2/config.yaml  0600 root:root\n",
        "systemctl start --no-block rke2-server.service\n",
        "systemctl start --no-block rke2-agent.service\n",
        "url=https://get.rke2.io\n",
        "ha-m1 (192.168.205.85)\n",
        "until the node is Ready\n",
        "until the node is Ready and an etcd voter",
    };
    for (size_t i = 0; i < RW_COUNT(parts); i++)
        cr_expect(strstr(text, parts[i]), "%s is missing in\n%s", parts[i], text);
    cr_expect_null(strstr(text, TOKEN));
    free(text);
}

Test(plan, shows_a_file_once_that_is_the_same_on_several_hosts)
{
    char *text = printed(false);
    cr_expect_eq(count_of(text, "| #!/bin/sh"), 2, "one for servers, one for agents");
    cr_expect_eq(count_of(text, "| the same content as on ha-m1"), 2, "%s", text);
    cr_expect_eq(count_of(text, "| the same content as on ha-m2"), 3, "config, pin, token");
    cr_expect_eq(count_of(text, "| server: https://192.168.205.85:9345"), 1);
    free(text);
}

Test(plan, is_json_that_holds_every_action)
{
    char *text = printed(true);
    json_t *root = json_loads(text, JSON_REJECT_DUPLICATES, NULL);
    cr_assert_not_null(root, "%s", text);
    struct rw_cluster *cluster = demo_cluster();
    struct rw_plan *plan = plan_of(cluster, 0);
    const json_t *tasks = json_object_get(root, "tasks");
    cr_assert_str_eq(json_string_value(json_object_get(root, "cluster")), "demo");
    cr_assert_str_eq(json_string_value(json_object_get(root, "founder")), "ha-m1");
    cr_assert_eq(json_array_size(tasks), plan->task_count);
    for (size_t i = 0; i < plan->task_count; i++) {
        const struct rw_task *task = &plan->tasks[i];
        const json_t *found = json_array_get(tasks, i);
        const json_t *actions = json_object_get(found, "actions");
        cr_expect_str_eq(json_string_value(json_object_get(found, "id")), task->id);
        cr_expect_eq(json_array_size(json_object_get(found, "after")) +
                         json_array_size(json_object_get(found, "after-up")),
                     task->after_count);
        cr_assert_eq(json_array_size(actions), task->action_count);
        for (size_t k = 0; k < task->action_count; k++) {
            const struct rw_action *action = &task->actions[k];
            const json_t *object = json_array_get(actions, k);
            cr_expect_not_null(json_string_value(json_object_get(object, "when")));
            cr_expect_not_null(json_string_value(json_object_get(object, "kind")));
            const char *path = json_string_value(json_object_get(object, "path"));
            const char *command = json_string_value(json_object_get(object, "command"));
            cr_expect(action->path ? path && !strcmp(path, action->path) : !path);
            cr_expect(action->command ? command && !strcmp(command, action->command) : !command);
            cr_expect_eq(json_object_get(object, "content") != NULL, action->content != NULL);
        }
    }
    cr_expect_null(strstr(text, TOKEN));
    rw_plan_free(plan);
    rw_cluster_free(cluster);
    json_decref(root);
    free(text);
}

Test(plan, nobody_waits_for_hosts_that_are_away)
{
    struct rw_cluster *cluster = demo_cluster();
    static const bool founder[4] = {true, false, false, false};
    static const bool joined[4] = {false, true, false, false};
    struct rw_plan_choice choice = {.version = "v1.26.12+rke2r1",
                                    .channel = "v1.26",
                                    .token = TOKEN,
                                    .away = founder,
                                    .anchor = 1};
    struct rw_plan *plan = rw_plan_new(cluster, &choice);
    cr_expect_str_eq(after(plan, "join@ha-m2"), "stage@ha-m2 configure@ha-m2");
    cr_expect_str_eq(after(plan, "join@ha-m3"), "stage@ha-m3 configure@ha-m3");
    cr_expect_str_eq(after(plan, "agent@ha-w1"),
                     "stage@ha-w1 configure@ha-w1 ^join@ha-m2 ^join@ha-m3");
    cr_expect_str_eq(after(plan, "verify@ha-m2"), "join@ha-m2 join@ha-m3");
    const struct rw_action *pin = find_file(plan, "join@ha-m3", RW_RKE2_JOIN_PIN);
    cr_expect(strstr(pin->content, cluster->hosts[1].address), "%s", pin->content);
    /* Its own file is as ever: it stays the founder. */
    const struct rw_action *config = find_file(plan, "configure@ha-m1", RW_RKE2_CONFIG);
    cr_expect_null(strstr(config->content, "server:"), "%s", config->content);
    rw_plan_free(plan);

    choice.away = joined;
    choice.anchor = 0;
    plan = rw_plan_new(cluster, &choice);
    cr_expect_str_eq(after(plan, "join@ha-m3"), "stage@ha-m3 configure@ha-m3 ^found@ha-m1");
    cr_expect_str_eq(after(plan, "verify@ha-m1"), "found@ha-m1 join@ha-m3");
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}
