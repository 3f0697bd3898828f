/* SPDX-License-Identifier: Apache-2.0 */
/* Waiting for a node to become Ready: what the journal of the service, the nodes and the service
 * itself say, and hosts that go away meanwhile. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "rke2/start_reader.h"
#include "unit/fake_run.h"

#define MINUTE 60000

#define ACTIVE "active=active\nsub=running\nreadyz=200\nstarted=2026-01-01T00:00:00Z\n"
#define BUSY   "active=activating\nsub=start\nreadyz=000\n"
#define SAN                                                                                        \
    "level=error msg=\\\"CA cert validation failed: x509: certificate is valid for kubernetes, "   \
    "not "                                                                                         \
    "rke2.demo.kingsd.top\\\""
#define IMAGE   "level=fatal msg=\\\"failed to get runtime image index.docker.io/rancher/x\\\""
#define RESTART "rke2-server.service: Scheduled job, restart counter is at 1."

static struct fake_run f;

/* A parameter of the last finding. */
static const char *last_value(const char *name)
{
    cr_assert_gt(f.findings.count, 0);
    return rw_finding_get(&f.findings.items[f.findings.count - 1], name);
}

/* A cluster that is staged, whose host never gets beyond its start by itself. */
static void begin_stuck(const char *host)
{
    static struct fake_reply rows[] = {
        {.script = "probe-stage", .lines = "state=done\n"},
        {.script = "ready", .lines = BUSY},
    };
    rows[1].host = host;
    fake_run_begin(&f, NULL);
    fake_add(rows, RW_COUNT(rows));
    fake_run_start(&f);
}

static void say(const char *host, const char *message)
{
    cr_assert(fake_run_journal(host, message), "nobody follows %s:\n%s", host, rw_buf_str(&f.log));
    fake_pass(1);
}

/* ---- the journal of the service ---- */

Test(ready, tells_where_a_start_is_once)
{
    begin_stuck("ha-m1");
    fake_run_until(&f, "found@ha-m1", "waiting");
    fake_pass(100);
    say("ha-m1", "level=info msg=\\\"Managed etcd cluster initializing\\\"");
    fake_expect_line(&f, "progress found@ha-m1 creating the cluster");
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

Test(ready, a_service_that_starts_again_and_again_is_given_up_at_the_fifth_time)
{
    begin_stuck("ha-m1");
    fake_run_until(&f, "found@ha-m1", "waiting");
    fake_pass(100);
    say("ha-m1", RESTART);
    fake_expect_no_line(&f, "finding I-52 warn ha-m1");
    say("ha-m1", RESTART);
    fake_expect_line(&f, "finding I-52 warn ha-m1");
    say("ha-m1", RESTART);
    say("ha-m1", RESTART);
    fake_expect_state(&f, "found@ha-m1", "waiting");
    say("ha-m1", RESTART);
    fake_expect_state(&f, "found@ha-m1", "failed");
    fake_expect_line(&f, "finding I-52 fail ha-m1");
    fake_wait(&f.ended);
    cr_expect_eq(f.outcome, RW_OUTCOME_FAILED);
    fake_expect_no_line(&f, "finding I-53 fail ha-m1");
    fake_run_finish(&f);
}

Test(ready, a_cause_that_comes_three_times_does_not_pass_by_itself)
{
    begin_stuck("ha-m2");
    fake_run_until(&f, "join@ha-m2", "waiting");
    fake_pass(100);
    say("ha-m2", SAN);
    fake_expect_line(&f, "finding I-31 warn ha-m2");
    say("ha-m2", SAN);
    fake_expect_state(&f, "join@ha-m2", "waiting");
    say("ha-m2", SAN);
    fake_expect_state(&f, "join@ha-m2", "failed");
    fake_expect_line(&f, "finding I-31 fail ha-m2");
    fake_wait(&f.ended);
    fake_expect_state(&f, "agent@ha-w1", "blocked");
    fake_run_finish(&f);
}

Test(ready, a_name_that_is_taken_is_the_one_that_rke2_uses)
{
    begin_stuck("ha-w1");
    FAKE_ADD({.host = "ha-w1",
              .script = "probe-start",
              .lines = "state=absent\nsince=1000\nnode=ha-m2\nrun=systemctl start rke2-agent\n"});
    fake_run_until(&f, "agent@ha-w1", "waiting");
    fake_pass(100);
    say("ha-w1", "level=info msg=\\\"Waiting to retrieve agent configuration; server is not ready: "
                 "Node password rejected, duplicate hostname\\\"");
    fake_expect_line(&f, "finding I-36 warn ha-w1");
    cr_expect_str_eq(last_value("node"), "ha-m2");
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

Test(ready, a_kubelet_that_keeps_exiting_is_told_with_its_own_words)
{
    begin_stuck("ha-w1");
    FAKE_ADD({.host = "ha-w1",
              .script = "ready",
              .lines = "active=activating\nkubelet=unknown flag: --no-such-flag\n"});
    fake_run_until(&f, "agent@ha-w1", "waiting");
    fake_pass(6000);
    for (int i = 0; i < 3; i++)
        say("ha-w1", "level=error msg=\\\"Kubelet exited: exit status 1\\\"");
    fake_expect_line(&f, "finding I-80 fail ha-w1");
    cr_expect_str_eq(last_value("line"), "unknown flag: --no-such-flag (" RW_KUBELET_LOG ")");
    fake_wait(&f.ended);
    fake_run_finish(&f);
}

Test(ready, a_start_that_gets_no_further_is_explained_by_the_logs_of_the_host)
{
    begin_stuck("ha-m1");
    FAKE_ADD({.script = "stalled",
              .lines =
                  "ended=etcd-ha-m1 /var/log/pods/kube-system_etcd-ha-m1_0/etcd/3.log 3 listen "
                  "tcp 127.0.0.1:2381: bind: address already in use\n"});
    fake_run_until(&f, "found@ha-m1", "waiting");
    fake_pass(RW_READER_STALL_S * 1000 - 500);
    cr_expect_eq(fake_count("ha-m1", "stalled", NULL), 0);
    fake_pass(5500);
    fake_expect_line(&f, "finding I-68 warn ha-m1");
    cr_expect_str_eq(last_value("line"),
                     "etcd-ha-m1: listen tcp 127.0.0.1:2381: bind: address already in use "
                     "(/var/log/pods/kube-system_etcd-ha-m1_0/etcd/3.log)");
    fake_pass(2 * RW_READER_STALL_S * 1000 + 1000);
    fake_expect_state(&f, "found@ha-m1", "failed");
    fake_wait(&f.ended);
    fake_run_finish(&f);
}

Test(ready, what_may_pass_is_told_once_and_fails_nothing_before_the_deadline)
{
    begin_stuck("ha-m1");
    fake_run_until(&f, "found@ha-m1", "waiting");
    fake_pass(100);
    for (int i = 0; i < 10; i++)
        say("ha-m1", IMAGE);
    fake_expect_state(&f, "found@ha-m1", "waiting");
    fake_expect_line(&f, "finding I-49 warn ha-m1");
    fake_wait(&f.ended);
    fake_expect_line(&f, "slow found@ha-m1");
    fake_expect_line(&f, "finding I-53 fail ha-m1");
    fake_expect_line(&f, "finding I-49 fail ha-m1");
    fake_run_finish(&f);
}

Test(ready, a_service_that_says_it_is_up_is_looked_at_at_once)
{
    begin_stuck("ha-m1");
    fake_run_until(&f, "found@ha-m1", "waiting");
    fake_pass(1000);
    FAKE_ADD({.host = "ha-m1", .script = "ready", .lines = ACTIVE});
    say("ha-m1", "level=info msg=\\\"rke2 is up and running\\\"");
    fake_pass(500);
    fake_expect_state(&f, "found@ha-m1", "done");
    fake_run_finish(&f);
}

Test(ready, follows_the_journal_from_the_last_entry_that_was_read)
{
    begin_stuck("ha-m1");
    fake_run_until(&f, "found@ha-m1", "waiting");
    fake_pass(100);
    cr_expect(fake_say("ha-m1", "follow", "{\"__CURSOR\":\"place\",\"MESSAGE\":\"x\"}"));
    cr_expect(strstr(fake_sent("ha-m1", "follow", NULL), "\ncursor=''\n") != NULL);
    fake_cut("ha-m1");
    fake_pass(7000);
    cr_expect_eq(fake_running("ha-m1", "follow", NULL), 1);
    cr_expect(strstr(fake_sent("ha-m1", "follow", NULL), "\ncursor=place\n") != NULL);
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

Test(ready, lines_that_are_no_entry_of_a_journal_are_passed_over)
{
    begin_stuck("ha-m1");
    fake_run_until(&f, "found@ha-m1", "waiting");
    fake_pass(100);
    for (int i = 0; i < 6; i++)
        cr_expect(fake_say("ha-m1", "follow", RESTART));
    fake_expect_state(&f, "found@ha-m1", "waiting");
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

/* ---- the deadline ---- */

Test(ready, a_node_that_the_cluster_does_not_know_fails_at_the_time_that_was_given)
{
    static const struct fake_reply empty = {.script = "node-watch", .end = FAKE_HOLDS};
    fake_run_begin(&f, NULL);
    fake_add(&empty, 1);
    f.options.timeout_s = 90;
    fake_run_start(&f);
    fake_run_until(&f, "found@ha-m1", "waiting");
    fake_pass(89 * 1000);
    fake_expect_state(&f, "found@ha-m1", "waiting");
    fake_wait(&f.ended);
    fake_expect_line(&f, "finding I-53 fail ha-m1");
    cr_expect_eq(f.outcome, RW_OUTCOME_FAILED);
    fake_run_finish(&f);
}

Test(ready, a_deadline_names_the_service_where_only_that_is_missing)
{
    begin_stuck("ha-w1");
    f.options.timeout_s = 90;
    fake_wait(&f.ended);
    fake_expect_line(&f, "finding I-53 fail ha-w1");
    cr_expect_str_eq(last_value("_state"), "Ready, but its service is still starting");
    fake_run_finish(&f);
}

#define NODE(name, ready, heartbeat, voter)                                                        \
    "{\"kind\":\"Node\",\"metadata\":{\"name\":\"" name "\"},\"status\":{\"conditions\":["         \
    "{\"type\":\"Ready\",\"status\":\"" ready "\",\"reason\":\"R\",\"message\":\"M\","             \
    "\"lastHeartbeatTime\":\"" heartbeat "\"},"                                                    \
    "{\"type\":\"EtcdIsVoter\",\"status\":\"" voter "\"}]}}"
#define LATER "2026-01-01T00:00:09Z"

/* The start of a server, with what the watch says of the nodes at first. */
static void begin_start(const char *task, const char *nodes)
{
    static struct fake_reply rows[] = {
        {.script = "probe-stage", .lines = "state=done\n"},
        {.script = "node-watch", .end = FAKE_HOLDS},
    };
    rows[1].lines = nodes;
    fake_run_begin(&f, NULL);
    fake_add(rows, RW_COUNT(rows));
    fake_run_start(&f);
    fake_run_until(&f, task, "waiting");
}

static void begin_found(const char *node)
{
    begin_start("found@ha-m1", node);
    fake_pass(20000);
    fake_expect_state(&f, "found@ha-m1", "waiting");
}

static void expect_ready_after(const char *node)
{
    cr_assert(fake_say("ha-m1", "node-watch", node));
    fake_pass(1000);
    fake_expect_state(&f, "found@ha-m1", "done");
    fake_run_finish(&f);
}

Test(ready, the_first_server_is_a_voter_before_its_node_says_so)
{
    begin_start("found@ha-m1", NODE("ha-m1", "True", LATER, "False") "\n");
    fake_pass(1000);
    fake_expect_state(&f, "found@ha-m1", "done");
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

#define TWO(voter)                                                                                 \
    NODE("ha-m1", "True", LATER, "True") "\n" NODE("ha-m2", "True", LATER, voter) "\n"

/* What etcd says of itself on the second server, from the next look on. */
static void etcd_says(const char *learner)
{
    static struct fake_reply row = {.host = "ha-m2", .script = "ready"};
    free((char *)row.lines);
    row.lines = rw_asprintf(ACTIVE "learner=%s\n", learner);
    fake_add(&row, 1);
}

static void begin_join(void)
{
    begin_start("join@ha-m2", TWO("False"));
    fake_pass(10000);
    fake_expect_state(&f, "join@ha-m2", "waiting");
}

Test(ready, a_server_that_joins_is_a_voter_as_soon_as_its_etcd_says_so)
{
    begin_join();
    etcd_says("1");
    fake_pass(10000);
    fake_expect_state(&f, "join@ha-m2", "waiting");
    etcd_says("0");
    fake_pass(6000);
    fake_expect_state(&f, "join@ha-m2", "done");
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

Test(ready, the_condition_of_the_node_counts_where_etcd_says_nothing)
{
    begin_join();
    cr_assert(fake_say("ha-m1", "node-watch", NODE("ha-m2", "True", LATER, "True")));
    fake_pass(1000);
    fake_expect_state(&f, "join@ha-m2", "done");
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

Test(ready, a_node_is_ready_only_when_its_kubelet_was_heard_since_the_start)
{
    begin_found(NODE("ha-m1", "True", "2025-12-31T23:59:59Z", "True") "\n");
    expect_ready_after(NODE("ha-m1", "True", LATER, "True"));
}

Test(ready, a_node_that_is_not_ready_yet_is_waited_for)
{
    begin_found(NODE("ha-m1", "False", LATER, "True") "\n");
    expect_ready_after(NODE("ha-m1", "True", LATER, "True"));
}

Test(ready, a_supervisor_that_does_not_answer_yet_is_waited_for)
{
    static const struct fake_reply rows[] = {
        {.script = "ready",
         .lines = "active=active\nreadyz=500\nstarted=2026-01-01T00:00:00Z\n",
         .times = 4},
    };
    fake_run_begin(&f, NULL);
    fake_add(rows, RW_COUNT(rows));
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    fake_run_finish(&f);
}

Test(ready, the_next_server_takes_the_watch_of_the_nodes_over)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-w1", .script = "ready", .lines = BUSY});
    fake_run_start(&f);
    fake_run_until(&f, "agent@ha-w1", "waiting");
    cr_expect_eq(fake_running("ha-m1", "node-watch", NULL), 1);
    fake_cut("ha-m1");
    fake_pass(2000);
    cr_expect_eq(fake_running("ha-m2", "node-watch", NULL), 1);
    fake_pass(2 * MINUTE);
    cr_expect_eq(fake_running(NULL, "node-watch", NULL), 1, "a silent watch is begun anew");
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

/* ---- hosts that go away ---- */

Test(away, a_host_that_comes_back_goes_on_where_it_was)
{
    begin_stuck("ha-m1");
    fake_run_until(&f, "found@ha-m1", "waiting");
    FAKE_ADD({.host = "ha-m1", .script = "ready", .lines = ACTIVE});
    fake_refuse("ha-m1", RW_ECONNECT, 5);
    fake_cut("ha-m1");
    fake_pass(1);
    fake_expect_line(&f, "host ha-m1 lost");
    fake_wait(&f.ended);
    fake_expect_line(&f, "host ha-m1 back");
    fake_expect_no_line(&f, "host ha-m1 restarted");
    cr_expect_eq(f.outcome, RW_OUTCOME_DONE);
    cr_expect_eq(fake_count("ha-m1", "probe-start", NULL), 1, "is not begun anew");
    fake_run_finish(&f);
}

Test(away, a_host_that_was_restarted_is_looked_at_anew)
{
    begin_stuck("ha-m1");
    fake_run_until(&f, "found@ha-m1", "waiting");
    FAKE_ADD({.host = "ha-m1", .script = "ready", .lines = ACTIVE},
             {.host = "ha-m1", .script = "boot", .lines = "boot=b2\n"});
    fake_refuse("ha-m1", RW_ECONNECT, 5);
    fake_cut("ha-m1");
    fake_wait(&f.ended);
    fake_expect_line(&f, "host ha-m1 restarted");
    cr_expect_eq(fake_count("ha-m1", "probe-start", NULL), 2);
    cr_expect_eq(f.outcome, RW_OUTCOME_DONE);
    fake_run_finish(&f);
}

Test(away, a_restart_does_not_count_as_an_attempt_of_the_installer)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD(
        {.host = "ha-w1", .script = "wait-stage", .end = FAKE_CUTS, .after_ms = 1000, .times = 1},
        {.host = "ha-w1", .script = "wait-stage", .lines = "result=\n", .times = 3},
        {.host = "ha-w1", .script = "boot", .lines = "boot=b2\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    fake_expect_line(&f, "host ha-w1 restarted");
    fake_run_finish(&f);
}

Test(away, a_host_that_stays_away_for_ten_minutes_has_failed)
{
    begin_stuck("ha-m2");
    fake_run_until(&f, "join@ha-m2", "waiting");
    fake_refuse("ha-m2", RW_ECONNECT, -1);
    fake_cut("ha-m2");
    fake_pass(9 * MINUTE);
    fake_expect_state(&f, "join@ha-m2", "waiting");
    fake_pass(2 * MINUTE);
    fake_expect_state(&f, "join@ha-m2", "failed");
    fake_expect_line(&f, "finding H-14 fail ha-m2");
    fake_wait(&f.ended);
    fake_expect_state(&f, "join@ha-m3", "done");
    fake_expect_state(&f, "agent@ha-w1", "blocked");
    cr_expect_eq(f.outcome, RW_OUTCOME_FAILED);
    fake_run_finish(&f);
}

Test(away, the_deadline_of_a_task_stands_still_meanwhile)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.script = "probe-stage", .lines = "state=done\n"},
             {.host = "ha-m1", .script = "ready", .lines = BUSY});
    fake_run_start(&f);
    fake_run_until(&f, "found@ha-m1", "waiting");
    fake_pass(15 * MINUTE);
    fake_refuse("ha-m1", RW_ECONNECT, -1);
    fake_cut("ha-m1");
    fake_pass(9 * MINUTE);
    fake_expect_state(&f, "found@ha-m1", "waiting");
    fake_refuse("ha-m1", RW_ECONNECT, 0);
    fake_pass(4 * MINUTE);
    fake_expect_state(&f, "found@ha-m1", "waiting");
    fake_pass(2 * MINUTE);
    fake_expect_state(&f, "found@ha-m1", "failed");
    fake_expect_line(&f, "finding I-53 fail ha-m1");
    fake_run_finish(&f);
}

Test(away, while_a_server_is_away_the_complaints_of_others_fail_nothing)
{
    begin_stuck("ha-m3");
    fake_run_until(&f, "join@ha-m3", "waiting");
    fake_pass(100);
    fake_refuse("ha-m1", RW_ECONNECT, 4);
    fake_cut("ha-m1");
    fake_pass(1);
    for (int i = 0; i < 8; i++) {
        say("ha-m3", SAN);
        say("ha-m3", RESTART);
    }
    fake_expect_state(&f, "join@ha-m3", "waiting");
    fake_expect_line(&f, "finding I-31 warn ha-m3");
    /* Five minutes after it is back they count again. */
    fake_pass(6 * MINUTE);
    fake_expect_line(&f, "host ha-m1 back");
    for (int i = 0; i < 3; i++)
        say("ha-m3", SAN);
    fake_expect_state(&f, "join@ha-m3", "failed");
    fake_wait(&f.ended);
    fake_run_finish(&f);
}

Test(away, the_verification_is_made_elsewhere_while_the_first_server_is_away)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m1", .script = "verify", .end = FAKE_HOLDS},
             {.host = "ha-w1", .script = "ready", .lines = BUSY, .times = 3});
    fake_run_start(&f);
    fake_run_until(&f, "verify@ha-m1", "running");
    fake_refuse("ha-m1", RW_ECONNECT, -1);
    fake_cut("ha-m1");
    fake_wait(&f.ended);
    cr_expect_eq(fake_count("ha-m2", "verify", NULL), 1);
    fake_expect_state(&f, "verify@ha-m1", "done");
    cr_expect_eq(f.outcome, RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    fake_run_finish(&f);
}

Test(away, the_verification_looks_again_where_a_server_was_away_just_now)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.script = "verify",
              .lines = "node=ha-m1 True KubeletReady: x\nnode=ha-m2 Unknown R: x\n"
                       "node=ha-m3 True KubeletReady: x\napi=ha-m2 000 7\n",
              .times = 3});
    fake_run_start(&f);
    fake_run_until(&f, "join@ha-m3", "waiting");
    fake_cut("ha-m2");
    fake_wait(&f.ended);
    cr_expect_eq(f.outcome, RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    cr_expect_eq(fake_count(NULL, "verify", NULL), 4);
    fake_expect_no_line(&f, "finding I-61 fail ha-m2");
    fake_run_finish(&f);
}

Test(away, another_machine_at_the_same_address_ends_the_work_there)
{
    begin_stuck("ha-w1");
    fake_run_until(&f, "agent@ha-w1", "waiting");
    fake_refuse("ha-w1", RW_EHOSTKEY, -1);
    fake_cut("ha-w1");
    fake_wait(&f.ended);
    fake_expect_line(&f, "finding H-04 fail ha-w1");
    fake_expect_state(&f, "agent@ha-w1", "failed");
    cr_expect_eq(f.outcome, RW_OUTCOME_AGENTS_MISSING);
    fake_run_finish(&f);
}

/* ---- the nodes as kubectl prints them ---- */

Test(ready, the_table_of_the_nodes_is_the_one_that_kubectl_prints_and_is_kept_up_to_date)
{
    begin_stuck("ha-m2");
    FAKE_ADD({.script = "nodes",
              .lines = "row=NAME    ROLES                AGE\n"
                       "row=ha-m1   control-plane,etcd   5s\n"});
    fake_run_until(&f, "join@ha-m2", "waiting");
    fake_pass(1000);
    cr_expect_eq(fake_count(NULL, "nodes", NULL), 0, "nobody has asked for it");
    cr_expect_eq(rw_run_nodes(f.run)->row_count, 0);
    fake_pass(1000);
    const struct rw_node_table *table = rw_run_nodes(f.run);
    cr_expect_str_eq(rw_node_table_cell(table, 0, 1), "control-plane,etcd");
    FAKE_ADD({.script = "nodes",
              .lines = "row=NAME    ROLES                AGE\n"
                       "row=ha-m1   control-plane,etcd   35s\n"});
    fake_pass(31000);
    cr_expect_str_eq(rw_node_table_cell(rw_run_nodes(f.run), 0, 2), "35s");
    cr_expect_leq(fake_count(NULL, "nodes", NULL), 3);
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

Test(ready, a_verification_that_takes_its_time_says_what_it_waits_for)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.script = "verify",
              .lines = "node=ha-m1 True x\nnode=ha-m2 True x\nnode=ha-m3 True x\n"
                       "pod=ha-m1 ccm-ha-m1 6 CrashLoopBackOff: exit: no config\n",
              .after_ms = 80000});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_line(&f, "progress verify@ha-m1 waiting for the pods of kube-system");
    fake_expect_line(&f, "finding I-87 fail ha-m1");
    fake_run_finish(&f);
}
