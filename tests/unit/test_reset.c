/* SPDX-License-Identifier: Apache-2.0 */
/* A reset, and what changed between two runs: what is planned, what is refused. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "install/history.h"
#include "install/journal.h"
#include "install/judge.h"
#include "install/reset.h"
#include "plan/node_scripts.h"
#include "plan/plan.h"
#include "rke2/config_file.h"
#include "rke2/fixed.h"
#include "unit/helpers.h"

#define UP(ca)   "etcd=yes\nidentity=yes\nca=" ca "\ntoken=same\nunit.server=active\n"
#define DOWN(ca) "etcd=yes\nidentity=yes\nca=" ca "\ntoken=same\nunit.server=failed\n"
#define KNOWS                                                                                      \
    "node=ha-m1 true True\nnode=ha-m2 true True\nnode=ha-m3 true True\nnode=ha-w1  True\n"         \
    "api=yes\nmember=ha-m1\nmember=ha-m2\nmember=ha-m3\n"
#define AGENT(ca) "identity=yes\nca=" ca "\ntoken=same\nunit.agent=active\n"

enum { HOSTS = 4 };

static void read_all(struct rw_membership facts[HOSTS], const char *const told[HOSTS])
{
    for (size_t i = 0; i < HOSTS; i++) {
        if (!told[i])
            continue;
        struct rw_reply reply = {0};
        rw_reply_parse(&reply, told[i], strlen(told[i]));
        rw_membership_read(&facts[i], &reply);
        rw_reply_done(&reply);
    }
}

static char *codes_of(const struct rw_findings *findings)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < findings->count; i++) {
        const struct rw_finding *finding = &findings->items[i];
        rw_buf_addf(&out, "%s%s%s %s;",
                    finding->severity == RW_SEVERITY_FAIL ? "" : "w:", rw_finding_code(finding->id),
                    "", finding->host ? finding->host : "-");
    }
    return rw_buf_take(&out);
}

/* ---- what is refused ---- */

struct situation {
    const char *told[HOSTS]; /* by host; NULL: not read */
    const char *hosts;       /* wanted: a letter for each, '1' or '0' */
    bool force;
    const char *findings;
    size_t via;
};

static void expect_situation(const char *name, const struct situation *s)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_membership facts[HOSTS] = {0};
    struct rw_findings findings = {0};
    bool wanted[HOSTS], all = true;
    read_all(facts, s->told);
    for (size_t i = 0; i < HOSTS; i++) {
        wanted[i] = s->hosts[i] == '1';
        all = all && wanted[i];
    }
    struct rw_reset reset = {wanted, all, s->force};
    struct rw_known_cluster known = {NULL, NULL};
    size_t via = rw_reset_decide(cluster, facts, &known, &reset, &findings);
    char *codes = codes_of(&findings);
    cr_expect_str_eq(codes, s->findings ? s->findings : "", "%s: %s", name, codes);
    cr_expect_eq(via, s->via, "%s: via %zu", name, via);
    free(codes);
    rw_findings_done(&findings);
    for (size_t i = 0; i < HOSTS; i++)
        rw_membership_done(&facts[i]);
    rw_cluster_free(cluster);
}

#define SITUATION(...) expect_situation(__func__, &(struct situation){__VA_ARGS__})

Test(reset, tells_the_cluster_on_the_first_server_that_stays)
{
    SITUATION({UP("aa") KNOWS, UP("aa") KNOWS, UP("aa") KNOWS, AGENT("aa")}, "0100", .via = 0);
    SITUATION({UP("aa") KNOWS, UP("aa") KNOWS, UP("aa") KNOWS, AGENT("aa")}, "1000", .via = 1);
    SITUATION({UP("aa") KNOWS, UP("aa") KNOWS, UP("aa") KNOWS, AGENT("aa")}, "0001", .via = 0);
    SITUATION({UP("aa"), UP("aa") KNOWS, UP("aa") KNOWS, AGENT("aa")}, "0001", .via = 1);
}

Test(reset, of_all_hosts_tells_nobody_and_asks_for_no_majority)
{
    SITUATION({UP("aa") KNOWS, NULL, DOWN("aa"), NULL}, "1111", .via = RW_PLAN_NOBODY);
}

Test(reset, takes_servers_as_long_as_the_rest_has_a_majority)
{
    SITUATION({UP("aa") KNOWS, UP("aa") KNOWS, UP("aa") KNOWS, AGENT("aa")}, "0111", .via = 0);
    /* Two of three are up: the one that is down may go, no other. */
    SITUATION({UP("aa") KNOWS, NULL, UP("aa") KNOWS, AGENT("aa")}, "0100", .via = 0);
    SITUATION({UP("aa") KNOWS, NULL, UP("aa") KNOWS, AGENT("aa")}, "0010",
              .findings = "U-01 ha-m3;", .via = RW_PLAN_NOBODY);
    SITUATION({UP("aa") KNOWS, DOWN("aa"), UP("aa") KNOWS, AGENT("aa")}, "0010",
              .findings = "U-01 ha-m3;", .via = RW_PLAN_NOBODY);
    SITUATION({UP("aa") KNOWS, NULL, UP("aa") KNOWS, AGENT("aa")}, "0110", .via = 0);
    SITUATION({UP("aa") KNOWS, NULL, UP("aa") KNOWS, AGENT("aa")}, "0010", .force = true,
              .findings = "w:U-01 ha-m3;", .via = RW_PLAN_NOBODY);
}

Test(reset, needs_an_api_where_a_cluster_is_or_may_be)
{
    SITUATION({DOWN("aa"), UP("aa"), "token=none\n", AGENT("aa")}, "0001", .findings = "U-02 -;",
              .via = RW_PLAN_NOBODY);
    SITUATION({NULL, "token=none\n", "token=none\n", ""}, "0001", .findings = "U-02 -;",
              .via = RW_PLAN_NOBODY);
    SITUATION({"token=none\n", "token=none\n", "token=none\n", ""}, "0001", .via = RW_PLAN_NOBODY);
    SITUATION({DOWN("aa"), UP("aa"), UP("aa"), AGENT("aa")}, "0001", .force = true,
              .findings = "w:U-02 -;", .via = RW_PLAN_NOBODY);
}

Test(reset, leaves_no_agents_without_a_server)
{
    SITUATION({UP("aa") KNOWS, UP("aa") KNOWS, UP("aa") KNOWS, AGENT("aa")}, "1110",
              .findings = "U-03 -;", .via = RW_PLAN_NOBODY);
}

Test(reset, leaves_hosts_of_other_clusters_alone)
{
    SITUATION({UP("aa") KNOWS, UP("aa") KNOWS, UP("bb"), AGENT("aa")}, "0010",
              .findings = "U-04 ha-m3;", .via = 0);
    SITUATION({"token=none\n", "token=none\n", "etcd=yes\nca=bb\ntoken=differs\n", ""}, "1111",
              .findings = "U-04 ha-m3;", .via = RW_PLAN_NOBODY);
    SITUATION({"token=none\n", "token=none\n", "etcd=yes\nca=bb\ntoken=differs\n", ""}, "1111",
              .force = true, .findings = "w:U-04 ha-m3;", .via = RW_PLAN_NOBODY);
}

/* ---- the plan ---- */

/* "id<-after after…;" of all tasks, and "@host" where it is done elsewhere. */
static char *shape(const struct rw_plan *plan, const struct rw_cluster *cluster)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < plan->task_count; i++) {
        const struct rw_task *task = &plan->tasks[i];
        rw_buf_adds(&out, task->id);
        if (task->on != task->host)
            rw_buf_addf(&out, "(%s)", cluster->hosts[task->on].name);
        for (size_t k = 0; k < task->after_count; k++)
            rw_buf_addf(&out, "%s%s", k ? "," : "<", plan->tasks[task->after[k].task].id);
        rw_buf_addc(&out, ' ');
    }
    return rw_buf_take(&out);
}

static void expect_shape(const char *hosts, size_t via, const char *wanted_shape)
{
    struct rw_cluster *cluster = demo_cluster();
    bool wanted[HOSTS];
    for (size_t i = 0; i < HOSTS; i++)
        wanted[i] = hosts[i] == '1';
    struct rw_plan *plan = rw_plan_reset(cluster, wanted, via);
    char *text = shape(plan, cluster);
    cr_expect_str_eq(text, wanted_shape, "%s", text);
    free(text);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(reset, lets_servers_leave_one_by_one_before_they_are_gone)
{
    expect_shape("0110", 0,
                 "leave@ha-m2(ha-m1) leave@ha-m3(ha-m1)<leave@ha-m2 "
                 "uninstall@ha-m2<leave@ha-m2 uninstall@ha-m3<leave@ha-m3 "
                 "forget@ha-m2(ha-m1)<uninstall@ha-m2 forget@ha-m3(ha-m1)<uninstall@ha-m3 ");
    expect_shape("0001", 1, "uninstall@ha-w1 forget@ha-w1(ha-m2)<uninstall@ha-w1 ");
    expect_shape("1111", RW_PLAN_NOBODY,
                 "uninstall@ha-m1 uninstall@ha-m2 uninstall@ha-m3 uninstall@ha-w1 ");
}

Test(reset, is_correct_shell_in_every_shell)
{
    struct rw_cluster *cluster = demo_cluster();
    const bool wanted[HOSTS] = {false, true, false, true};
    struct rw_plan *plan = rw_plan_reset(cluster, wanted, 0);
    for (size_t i = 0; i < plan->task_count; i++) {
        struct rw_buf script = {0};
        rw_plan_apply_script(&script, plan, i);
        if (rw_step_info(plan->tasks[i].step)->wait == RW_WAIT_UNIT)
            rw_plan_unit_script(&script, plan, i);
        rw_plan_finish_script(&script, plan, i);
        for (const char *const *shell = shells; *shell; shell++) {
            const char *argv[] = {*shell, "-n", NULL};
            int status = 0;
            if (have_shell(*shell))
                free(run_program(argv, script.data, script.len, &status));
            cr_expect_eq(status, 0, "%s -n, %s", *shell, plan->tasks[i].id);
        }
        rw_buf_done(&script);
    }
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

Test(reset, shows_the_script_that_it_runs)
{
    struct rw_cluster *cluster = demo_cluster();
    const bool wanted[HOSTS] = {false, false, false, true};
    struct rw_plan *plan = rw_plan_reset(cluster, wanted, 0);
    struct rw_buf text = {0}, json = {0};
    rw_plan_print(&text, plan, cluster);
    rw_plan_json(&json, plan, cluster);
    cr_expect(strstr(rw_buf_str(&text), "write   /var/lib/rke2-wizard/reset.sh"));
    cr_expect(strstr(rw_buf_str(&text), "        |   say \"running $root/bin/rke2-uninstall.sh\""));
    cr_expect(strstr(rw_buf_str(&text),
                     "wait    until the unit rke2-wizard-reset has finished successfully"));
    cr_expect(strstr(rw_buf_str(&text), "delete node ha-w1 --ignore-not-found"));
    cr_expect_null(strstr(rw_buf_str(&text), "etcd"), "an agent is no member");
    cr_expect(strstr(rw_buf_str(&json), "\"via\": \"ha-m1\""));
    cr_expect(strstr(rw_buf_str(&json), "\"on\": \"ha-m1\""));
    rw_buf_done(&text);
    rw_buf_done(&json);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
}

/* ---- what came of it ---- */

static enum rw_unit_end judge(const char *reply, bool last, const char *codes)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_findings findings = {0};
    struct rw_remote_result result = {.err = ""};
    rw_reply_parse(&result.reply, reply, strlen(reply));
    enum rw_unit_end unit = rw_judge_reset_unit(&findings, &cluster->hosts[0], last, &result);
    char *found = codes_of(&findings);
    cr_expect_str_eq(found, codes, "%s: %s", reply, found);
    free(found);
    rw_reply_done(&result.reply);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
    return unit;
}

/* The line that is shown of a log, after a failure. */
static void expect_line(const char *log, const char *line)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_findings findings = {0};
    struct rw_remote_result result = {.err = ""};
    char *reply = rw_asprintf("result=1\n%s", log);
    rw_reply_parse(&result.reply, reply, strlen(reply));
    rw_judge_reset_unit(&findings, &cluster->hosts[0], true, &result);
    cr_assert_eq(findings.count, 1);
    cr_expect_str_eq(rw_finding_get(&findings.items[0], "line"), line);
    free(reply);
    rw_reply_done(&result.reply);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
}

Test(reset, judges_the_end_of_its_unit)
{
    cr_expect_eq(judge("result=0\n", false, ""), RW_UNIT_WELL);
    cr_expect_eq(judge("result=\n", false, ""), RW_UNIT_AGAIN);
    cr_expect_eq(judge("result=\n", true, "U-07 ha-m1;"), RW_UNIT_BADLY);
    cr_expect_eq(judge("result=7\nlog=one\nlog=two\nlog=\n", false, "U-06 ha-m1;"), RW_UNIT_BADLY);
    expect_line("log=ERROR: Failed to remove /x\nlog=+ cleanup\n"
                "log=Cleanup didn't complete successfully\n"
                "log=rke2-wizard: rke2-uninstall.sh ended with status 1\n",
                "ERROR: Failed to remove /x");
    expect_line("log=rke2-wizard: /x is still there\n", "rke2-wizard: /x is still there");
}

Test(reset, does_not_believe_that_a_member_is_gone_which_is_there)
{
    static const struct {
        const char *reply, *codes;
    } rows[] = {{"", ""}, {"member=ha-m3\n", "U-08 ha-m1;"}};
    struct rw_cluster *cluster = demo_cluster();
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct rw_findings findings = {0};
        struct rw_reply reply = {0};
        rw_reply_parse(&reply, rows[i].reply, strlen(rows[i].reply));
        rw_judge_left(&findings, &cluster->hosts[0], &reply);
        char *codes = codes_of(&findings);
        cr_expect_str_eq(codes, rows[i].codes);
        free(codes);
        rw_reply_done(&reply);
        rw_findings_done(&findings);
    }
    rw_cluster_free(cluster);
}

Test(reset, forgets_what_made_the_cluster_and_keeps_the_rest)
{
    char *folder = folder_new();
    struct rw_journal *journal = NULL;
    struct rw_error err;
    long pid;
    cr_assert_eq(rw_journal_open(folder, &journal, &pid, &err), 0);
    static const char *const keys[] = {"founder", "ca", "version", "channel", "console"};
    for (size_t i = 0; i < RW_COUNT(keys); i++)
        rw_journal_set(journal, keys[i], "x");
    rw_reset_forget(journal);
    for (size_t i = 0; i < RW_COUNT(keys); i++) {
        char *value = rw_journal_get(journal, keys[i]);
        cr_expect_eq(value == NULL, i < 4, "%s", keys[i]);
        free(value);
    }
    rw_journal_close(journal);
    folder_remove(folder);
}

/* ---- hosts that only an earlier run knew ---- */

Test(reset, finds_a_host_in_the_newest_run_that_had_it)
{
    char *folder = folder_new();
    setenv("XDG_STATE_HOME", folder, 1);
    struct rw_cluster *cluster = demo_cluster();
    char *dir = rw_journal_dir(cluster->name);
    struct rw_journal *journal = NULL;
    struct rw_findings findings = {0};
    struct rw_error err;
    long pid;
    static const char *const runs[] = {
        "hosts:\n- {name: old, address: 10.0.0.1, role: agent}\n",
        "hosts:\n- {name: old, address: 10.0.0.2, role: agent, user: ops, port: 2222}\n",
        "hosts:\n- {name: other, address: 10.0.0.3, role: agent}\n",
    };
    cr_assert_eq(rw_journal_open(dir, &journal, &pid, &err), 0);
    for (size_t i = 0; i < RW_COUNT(runs); i++)
        rw_journal_begin(journal, "install", runs[i]);
    rw_journal_close(journal);

    static const char *const names[] = {"ha-m1", "old"}, *const unknown[] = {"nobody"};
    cr_assert_eq(rw_history_add_hosts(cluster, names, 2, &findings), 0);
    cr_assert_eq(cluster->host_count, HOSTS + 1);
    const struct rw_host *host = rw_cluster_host(cluster, "old");
    cr_expect_str_eq(host->address, "10.0.0.2");
    cr_expect_str_eq(host->login.user, "ops");
    cr_expect_eq(host->login.port, 2222);
    cr_expect_eq(host->line, 0);
    cr_expect_eq(rw_history_add_hosts(cluster, unknown, 1, &findings), RW_ENOTFOUND);
    char *codes = codes_of(&findings);
    cr_expect_str_eq(codes, "U-05 -;");
    free(codes);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
    free(dir);
    folder_remove(folder);
}

/* ---- what is not as it was ---- */

static void expect_changed(const char *const told[HOSTS], const char *wanted)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_membership facts[HOSTS] = {0};
    struct rw_known_cluster known = {NULL, NULL};
    struct rw_findings findings = {0};
    read_all(facts, told);
    rw_membership_decide(cluster, facts, &known, NULL, &findings);
    char *codes = codes_of(&findings);
    cr_expect_str_eq(codes, wanted, "%s", codes);
    free(codes);
    rw_findings_done(&findings);
    for (size_t i = 0; i < HOSTS; i++)
        rw_membership_done(&facts[i]);
    rw_cluster_free(cluster);
}

#define CHANGED(wanted, ...) expect_changed((const char *const[HOSTS]){__VA_ARGS__}, wanted)
#define FRESH                "token=none\n"
#define CONFIG(line)         "file=/etc/rancher/rke2/config.yaml\nconfig=" line "\n"
#define BESIDE(line)         "file=/etc/rancher/rke2/config.yaml.d/9.yaml\nconfig=" line "\n"

Test(changed, names_nodes_that_the_answers_do_not)
{
    CHANGED("w:C-01 ha-w7;", UP("aa") KNOWS "node=ha-w7  True\n", UP("aa"), UP("aa"), AGENT("aa"));
    CHANGED("", UP("aa") KNOWS, UP("aa"), UP("aa"), AGENT("aa"));
}

Test(changed, knows_a_machine_that_was_replaced)
{
    CHANGED("C-02 ha-m3;C-02 ha-w1;", UP("aa") KNOWS, UP("aa"), FRESH, FRESH);
    CHANGED("C-02 ha-m1;", FRESH, UP("aa") KNOWS, UP("aa"), AGENT("aa"));
    /* One that has begun to join is no other machine. */
    CHANGED("", UP("aa") KNOWS, UP("aa"), "identity=yes\ntoken=same\n", AGENT("aa"));
    /* Nor is one of which the cluster has not heard. */
    CHANGED("", UP("aa") "node=ha-m1 true True\napi=yes\n", FRESH, FRESH, FRESH);
}

Test(changed, refuses_what_is_fixed)
{
    CHANGED("C-04 ha-w1;", UP("aa") KNOWS, UP("aa"), UP("aa"),
            AGENT("aa") CONFIG("node-taint: [a=b:NoExecute, c=d:NoSchedule]"));
    /* What all servers must have alike, in a file beside ours: here, or where the cluster is. */
    CHANGED("C-03 ha-m3;", UP("aa") KNOWS, UP("aa"),
            "identity=yes\ntoken=same\n" BESIDE("cluster-cidr: 10.52.0.0/16"), AGENT("aa"));
    CHANGED("C-03 ha-m2;", UP("aa") KNOWS BESIDE("cluster-domain: k8s.lan"), UP("aa"),
            UP("aa") BESIDE("cluster-domain: k8s.lan"), AGENT("aa"));
    CHANGED("", UP("aa") KNOWS, UP("aa") CONFIG("tls-san: [a, b]"), UP("aa"), AGENT("aa"));
    /* H-18 reports a key that is not ours; another file beside ours stays as it is. */
    CHANGED("H-18 ha-m1;", UP("aa") KNOWS CONFIG("cluster-domain: k8s.lan"), UP("aa"), UP("aa"),
            AGENT("aa"));
    CHANGED("", UP("aa") KNOWS BESIDE("data-dir: /x"), UP("aa"), UP("aa"),
            AGENT("aa") BESIDE("node-taint: [a=b:NoExecute]"));
}

/* The fixed key of this name; the test fails without. */
static struct rw_rke2_fixed fixed_key(const char *key)
{
    struct rw_rke2_fixed fixed = {0};
    size_t at = 0;
    while (rw_rke2_fixed_next(&at, &fixed) && strcmp(fixed.key, key) != 0)
        continue;
    cr_assert(fixed.key && strcmp(fixed.key, key) == 0, "%s", key);
    return fixed;
}

Test(changed, wants_on_each_node_what_its_config_gets)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_rke2_fixed taint = fixed_key("node-taint"), data = fixed_key("data-dir");
    cluster->servers_run_workloads = false;
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_rke2_node node = {cluster, &cluster->hosts[i], false, "secret"};
        char *wanted = rw_rke2_fixed_wanted(&taint, &node);
        bool server = cluster->hosts[i].role == RW_ROLE_SERVER;
        cr_expect_str_eq(wanted, server ? "CriticalAddonsOnly=true:NoExecute" : "");
        free(wanted);
        wanted = rw_rke2_fixed_wanted(&data, &node);
        cr_expect_str_eq(wanted, "/var/lib/rancher/rke2");
        free(wanted);
    }
    rw_cluster_free(cluster);
}

Test(changed, compares_values_and_not_their_spelling)
{
    struct rw_rke2_fixed flag = fixed_key("disable-kube-proxy"), list = fixed_key("node-label"),
                         text = fixed_key("cluster-domain");
    cr_expect(rw_rke2_fixed_same(&flag, "False", "false"));
    cr_expect(rw_rke2_fixed_same(&flag, "no", "false"));
    cr_expect_not(rw_rke2_fixed_same(&flag, "yes", "false"));
    cr_expect_not(rw_rke2_fixed_same(&flag, "", "false"));
    cr_expect(rw_rke2_fixed_same(&list, "b=2,a=1", "a=1,b=2"));
    cr_expect_not(rw_rke2_fixed_same(&list, "a=1", "a=1,b=2"));
    cr_expect_not(rw_rke2_fixed_same(&list, "a=1,b=2", "a=1"));
    cr_expect_not(rw_rke2_fixed_same(&list, "a=1", ""));
    cr_expect(rw_rke2_fixed_same(&list, "", ""));
    cr_expect_not(rw_rke2_fixed_same(&text, "Cluster.local", "cluster.local"));
    struct rw_rke2_fixed number = {.key = "n", .kind = RW_SETTING_NUMBER, .otherwise = "110"};
    cr_expect(rw_rke2_fixed_same(&number, "0110", "110"));
    cr_expect_not(rw_rke2_fixed_same(&number, "111", "110"));
}
