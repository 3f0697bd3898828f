/* SPDX-License-Identifier: Apache-2.0 */
/* The run: the order of its tasks, and which continue or are given up when one fails. On hosts that
 * are a table of replies. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "plan/node_scripts.h"
#include "remote/script.h"
#include "unit/fake_run.h"

static struct fake_run f;

/* Hosts without a stage, so that only what follows counts. */
static const struct fake_reply staged = {
    .script = "probe-stage", .lines = "state=done\n", .after_ms = 10};

/* ---- the way through ---- */

Test(run, installs_a_fresh_cluster_in_the_order_of_the_plan)
{
    fake_run_begin(&f, NULL);
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    cr_expect(f.confirmed && f.changed);
    fake_expect_line(&f, "version " FAKE_VERSION);
    fake_expect_line(&f, "host ha-w1 connected");
    fake_expect_state(&f, "stage@ha-m1", "done");
    cr_expect(fake_run_before(&f, "stage@ha-m1", "found@ha-m1"));
    cr_expect(fake_run_before(&f, "configure@ha-m1", "found@ha-m1"));
    cr_expect(fake_run_before(&f, "found@ha-m1", "join@ha-m2"));
    cr_expect_not(fake_run_before(&f, "join@ha-m2", "join@ha-m3"), "they join together");
    cr_expect(fake_run_before(&f, "join@ha-m2", "agent@ha-w1"));
    cr_expect(fake_run_before(&f, "join@ha-m3", "agent@ha-w1"));
    cr_expect(fake_run_before(&f, "join@ha-m3", "verify@ha-m1"));
    fake_expect_state(&f, "agent@ha-w1", "done");
    fake_expect_state(&f, "verify@ha-m1", "done");
    fake_expect_line(&f, "table ha-m1 Ready");
    cr_expect_eq(fake_count("ha-m2", NULL, FAKE_UNPINNED), 1, "the join pin is taken away");
    char *founder = rw_journal_get(f.journal, "founder");
    cr_expect_str_eq(founder, "ha-m1");
    free(founder);
    fake_run_finish(&f);
}

/* What others wait for is that a server is up, not that its node is Ready. */
Test(run, begins_a_step_once_the_servers_before_it_are_up)
{
    static const struct fake_reply rows[] = {
        {.script = "node-watch", .end = FAKE_HOLDS},
        {.host = "ha-m3", .script = "ready", .lines = "active=activating\nreadyz=200\nlearner=1\n"},
        {.host = "ha-m2", .script = "ready", .lines = "active=activating\nreadyz=200\nlearner=0\n"},
    };
    static const struct fake_reply voter = {
        .host = "ha-m3", .script = "ready", .lines = "active=activating\nreadyz=200\nlearner=0\n"};
    fake_run_begin(&f, NULL);
    fake_add(&staged, 1);
    fake_add(rows, RW_COUNT(rows));
    fake_run_start(&f);
    fake_run_until(&f, "join@ha-m2", "waiting");
    fake_run_until(&f, "join@ha-m3", "waiting");
    fake_pass(20000);
    fake_expect_state(&f, "found@ha-m1", "waiting");
    fake_expect_state(&f, "agent@ha-w1", "planned");
    fake_add(&voter, 1);
    fake_pass(20000);
    fake_expect_state(&f, "agent@ha-w1", "waiting");
    fake_expect_state(&f, "join@ha-m2", "waiting");
    fake_expect_state(&f, "verify@ha-m1", "planned");
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

Test(run, tells_for_how_long_two_members_hold_etcd_alone)
{
    static struct fake_reply rows[] = {
        {.host = "ha-m2", .script = "ready", .lines = "active=activating\nlearner=1\n"},
        {.host = "ha-m3", .script = "ready", .lines = "active=activating\nlearner=1\n"},
    };
    fake_run_begin(&f, NULL);
    fake_add(&staged, 1);
    fake_add(rows, RW_COUNT(rows));
    fake_run_start(&f);
    fake_run_until(&f, "join@ha-m3", "waiting");
    fake_pass(6000);
    fake_expect_no_line(&f, "notice Two etcd members: keep both running");
    FAKE_ADD({.host = "ha-m2", .script = "ready", .lines = "active=activating\nlearner=0\n"});
    fake_pass(6000);
    fake_expect_line(&f, "notice Two etcd members: keep both running");
    fake_expect_no_line(&f, "notice -");
    FAKE_ADD({.host = "ha-m3", .script = "ready", .lines = "active=activating\nlearner=0\n"});
    fake_pass(6000);
    fake_expect_line(&f, "notice -");
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

Test(run, joins_the_next_server_as_soon_as_there_is_room)
{
    static const struct fake_reply busy = {
        .host = "ha-m2", .script = "ready", .lines = "active=activating\nreadyz=503\n"};
    fake_run_begin(&f, NULL);
    f.cluster->join_together = 1;
    fake_add(&staged, 1);
    fake_add(&busy, 1);
    fake_run_start(&f);
    fake_run_until(&f, "join@ha-m2", "waiting");
    fake_pass(60000);
    fake_expect_state(&f, "join@ha-m3", "planned");
    FAKE_ADD({.host = "ha-m2", .script = "ready", .lines = "active=activating\nreadyz=200\n"});
    fake_pass(6000);
    fake_expect_state(&f, "join@ha-m2", "waiting");
    cr_expect_str_neq(fake_run_state(&f, "join@ha-m3"), "planned");
    rw_run_stop(f.run);
    fake_run_finish(&f);
}

Test(run, changes_nothing_where_all_is_as_it_should_be)
{
    static const struct fake_reply rows[] = {
        {.script = "membership",
         .lines = FAKE_FRESH "etcd=yes\nca=aa\ntoken=same\ninstalled=" FAKE_VERSION "\n"},
        {.host = "ha-w1",
         .script = "membership",
         .lines = FAKE_FRESH "ca=aa\ntoken=same\ninstalled=" FAKE_VERSION "\n",
         .times = 1},
        {.script = "probe-stage", .lines = "state=done\n"},
        {.script = "probe-start", .lines = "state=started\nsince=1000\n"},
        {.with = FAKE_CONFIGURE, .lines = ""},
    };
    fake_run_begin(&f, NULL);
    fake_add(&rows[0], 1);
    fake_add(&rows[1], RW_COUNT(rows) - 1);
    FAKE_ADD({.with = FAKE_UNPINNED, .lines = ""});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    cr_expect_not(f.changed);
    fake_expect_state(&f, "stage@ha-m1", "unchanged");
    fake_expect_state(&f, "join@ha-m3", "unchanged");
    fake_expect_state(&f, "agent@ha-w1", "unchanged");
    fake_expect_state(&f, "verify@ha-m1", "done");
    fake_run_finish(&f);
}

/* A cluster that runs; its servers' config.yaml, lines as membership.sh sends them. */
#define RUNS                                                                                       \
    FAKE_FRESH "etcd=yes\nca=aa\nidentity=yes\ntoken=same\ninstalled=" FAKE_VERSION "\n"           \
               "unit.server=active\nstate=started\nfile=/etc/rancher/rke2/config.yaml\nsum=5a\n"
#define ITS_NAMES "config=tls-san: [ha-m2, ha-m1, 'rke2.demo.kingsd.top', ha-m3]\n"
#define ITS_CONFIG                                                                                 \
    ITS_NAMES                                                                                      \
    "config=server: https://gone.example.com:9345\nconfig=cni: canal\nconfig=token: masked\n"
#define AGENT_RUNS                                                                                 \
    FAKE_FRESH "ca=aa\nidentity=yes\ntoken=same\ninstalled=" FAKE_VERSION "\nunit.agent=active\n"  \
               "state=started\nfile=/etc/rancher/rke2/config.yaml\nsum=5a\n"                       \
               "config={server: 'https://rke2.demo.kingsd.top:9345'}\n"

static const struct fake_reply cluster_that_runs[] = {
    {.host = "ha-w1", .script = "membership", .lines = AGENT_RUNS},
    {.script = "membership", .lines = RUNS ITS_CONFIG},
    {.script = "probe-stage", .lines = "state=done\n"},
    {.script = "probe-start", .lines = "state=started\nsince=1000\n"},
    {.with = FAKE_CONFIGURE, .lines = ""},
    {.with = FAKE_UNPINNED, .lines = ""},
};

static void begin_with_cluster(void)
{
    fake_run_begin(&f, NULL);
    fake_add(cluster_that_runs, RW_COUNT(cluster_that_runs));
}

/* Of a node that runs, only what would change its settings counts. */
Test(run, restarts_nobody_for_a_config_that_says_the_same)
{
    begin_with_cluster();
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    cr_expect_not(f.changed);
    fake_expect_state(&f, "join@ha-m3", "unchanged");
    cr_expect_not_null(strstr(fake_sent("ha-m2", NULL, FAKE_CONFIGURE), " keep 5a "));
    cr_expect_null(strstr(fake_sent("ha-m2", "probe-start", NULL), "systemctl restart"));
    fake_run_finish(&f);
}

Test(run, restarts_no_node_that_runs_unless_that_is_allowed)
{
    begin_with_cluster();
    f.cluster->tls_san = rw_calloc(1, sizeof *f.cluster->tls_san);
    f.cluster->tls_san[f.cluster->tls_san_count++] = rw_strdup("api.example.com");
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_BLOCKED);
    fake_expect_line(&f, "finding C-05 fail ha-m1");
    fake_expect_line(&f, "finding C-05 fail ha-m3");
    fake_expect_no_line(&f, "finding C-05 fail ha-w1");
    cr_expect_str_eq(rw_finding_get(&f.findings.items[0], "_what"), "tls-san");
    cr_expect(!f.confirmed && !f.changed);
    cr_expect_eq(fake_count(NULL, NULL, FAKE_CONFIGURE), 0);
    fake_run_finish(&f);
}

Test(run, calls_a_restart_for_new_settings_what_it_is)
{
    begin_with_cluster();
    f.options.allow_restart = true;
    f.cluster->tls_san = rw_calloc(1, sizeof *f.cluster->tls_san);
    f.cluster->tls_san[f.cluster->tls_san_count++] = rw_strdup("api.example.com");
    FAKE_ADD({.script = "probe-start",
              .with = "systemctl restart",
              .lines = "state=stale\nsince=1000\nrun=systemctl restart\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    fake_expect_state(&f, "restart@ha-m1", "done");
    cr_expect(fake_run_before(&f, "restart@ha-m1", "restart@ha-m2"));
    cr_expect(fake_run_before(&f, "restart@ha-m2", "restart@ha-m3"));
    fake_expect_state(&f, "agent@ha-w1", "unchanged");
    fake_expect_state(&f, "verify@ha-m1", "done");
    cr_expect_null(strstr(rw_buf_str(&f.log), "C-05"));
    fake_run_finish(&f);
}

/* The files may have changed after the start, by an install that was interrupted or by hand. */
Test(run, restarts_a_node_that_runs_with_older_files_only_where_it_is_allowed)
{
    begin_with_cluster();
    FAKE_ADD({.host = "ha-w1", .script = "membership", .lines = AGENT_RUNS "state=stale\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_BLOCKED);
    fake_expect_line(&f, "finding C-05 fail ha-w1");
    fake_expect_no_line(&f, "finding C-05 fail ha-m1");
    fake_run_finish(&f);
}

#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

static void expect_sent(const char *host, const char *text, bool there)
{
    const char *sent = fake_sent(host, "probe-start", NULL);
    cr_assert_not_null(sent, "%s", host);
    cr_expect_eq(strstr(sent, text) != NULL, there, "%s: %s", host, text);
}

/* So that nobody between can pose as the cluster. */
Test(run, gives_those_who_join_the_hash_of_the_ca_of_the_first_server)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m1",
              .script = "ready",
              .lines = "active=active\nsub=running\nreadyz=200\nlearner=0\nca=" HASH "\n"
                       "started=2026-01-01T00:00:00Z\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    expect_sent("ha-m2", "ca=" HASH "\n", true);
    expect_sent("ha-w1", "ca=" HASH "\n", true);
    expect_sent("ha-m2", "put_marked /etc/rancher/rke2/config.yaml 0600", true);
    expect_sent("ha-m1", "put_marked /etc", false);
    fake_run_finish(&f);
}

Test(run, takes_no_hash_from_anybody_else_and_none_that_is_no_hash)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m1",
              .script = "ready",
              .lines = "active=active\nsub=running\nreadyz=200\nlearner=0\nca=$(id)\nstarted=2026-"
                       "01-01T00:00:00Z\n"},
             {.host = "ha-m2",
              .script = "ready",
              .lines = "active=active\nsub=running\nreadyz=200\nlearner=0\nca=" HASH
                       "\nstarted=2026-01-01T00:00:00Z\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    expect_sent("ha-w1", "ca=''\n", true);
    fake_run_finish(&f);
}

/* A prepared node keeps the short form; the full form of another cluster would be refused. */
Test(run, leaves_the_short_form_of_a_token_where_it_stands)
{
    begin_with_cluster();
    FAKE_ADD(
        {.host = "ha-m1", .script = "membership", .lines = RUNS ITS_NAMES "cluster_ca=" HASH "\n"},
        {.host = "ha-m3", .script = "membership", .lines = RUNS ITS_CONFIG "token_ca=" HASH "\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    cr_expect_not(f.changed);
    fake_run_finish(&f);
}

Test(run, replaces_the_full_form_of_another_cluster)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-w1",
              .script = "membership",
              .lines = FAKE_FRESH "token=same\ntoken_ca=" HASH "\n"
                                  "file=/etc/rancher/rke2/config.yaml\nsum=5a\n"
                                  "config=server: https://rke2.demo.kingsd.top:9345\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    cr_expect_null(strstr(fake_sent("ha-w1", NULL, FAKE_CONFIGURE), " keep 5a "));
    fake_run_finish(&f);
}

/* A machine that began to join once left it; RKE2 would refuse this one for ever. */
Test(run, deletes_the_password_of_an_old_node_before_the_new_one_joins)
{
    begin_with_cluster();
    FAKE_ADD({.host = "ha-m1",
              .script = "membership",
              .lines = RUNS ITS_NAMES "api=yes\nnode=ha-m1 true True\nnode=ha-m2 true True\n"
                                      "node=ha-m3 true True\norphan=ha-w1\norphan=ha-m2\n"},
             {.host = "ha-w1", .script = "membership", .lines = FAKE_FRESH},
             {.host = "ha-m1",
              .script = "probe-password",
              .with = "delete secret ha-w1.node-password.rke2",
              .lines = "state=there\nrun=kubectl delete secret\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    fake_expect_state(&f, "password@ha-w1", "done");
    cr_expect(fake_run_before(&f, "password@ha-w1", "agent@ha-w1"));
    /* A node that was made there has the password. */
    cr_expect_eq(fake_count(NULL, "probe-password", NULL), 1);
    fake_run_finish(&f);
}

/* Somebody has deleted it: a kubelet registers at its start only. */
Test(run, restarts_a_node_that_the_cluster_does_not_know_any_more)
{
    begin_with_cluster();
    FAKE_ADD({.host = "ha-m1",
              .script = "membership",
              .lines = RUNS ITS_NAMES "api=yes\nnode=ha-m1 true True\nnode=ha-m2 true True\n"
                                      "node=ha-m3 true True\nmember=ha-m1\nmember=ha-m2\n"
                                      "member=ha-m3\n"},
             {.host = "ha-w1",
              .script = "probe-start",
              .lines = "state=started\nsince=1000\nrun=systemctl restart\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    fake_expect_line(&f, "finding C-06 warn ha-w1");
    fake_expect_state(&f, "agent@ha-w1", "done");
    expect_sent("ha-w1", "run systemctl restart --no-block rke2-agent.service", true);
    expect_sent("ha-m2", "run systemctl restart", false);
    fake_run_finish(&f);
}

/* One that waits in vain is no node that runs. */
Test(run, restarts_what_does_not_run_yet_without_asking)
{
    begin_with_cluster();
    FAKE_ADD({.host = "ha-w1",
              .script = "membership",
              .lines = AGENT_RUNS "unit.agent=activating\nconfig=debug: true\nstate=stale\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    cr_expect_not_null(strstr(fake_sent("ha-w1", "probe-start", NULL), "systemctl restart"));
    fake_run_finish(&f);
}

Test(run, sends_a_script_with_what_it_needs)
{
    fake_run_begin(&f, NULL);
    fake_run_all(&f);
    const char *sent = fake_sent("ha-m2", "probe-start", NULL);
    cr_assert_not_null(sent);
    cr_expect(strstr(sent, RW_SCRIPT_SHELL "\n") == sent);
    cr_expect_not_null(strstr(sent, "role=server\n"));
    cr_expect_not_null(strstr(sent, "addresses='ha-m1 ha-m2 ha-m3'\n"));
    cr_expect_not_null(strstr(sent, "fence=''\n"));
    fake_run_finish(&f);
}

Test(run, asks_about_an_unknown_host_key)
{
    fake_run_begin(&f, NULL);
    fake_ask("ha-m2");
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    fake_run_finish(&f);
}

/* ---- before anything is changed ---- */

/* The checks have judged the machine; what they let pass stops nothing here. */
Test(run, does_not_judge_the_machine_once_more)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.script = "membership",
              .lines = FAKE_FRESH "hostname=other\narch=armv7l\nsystemd=no\ntool.tar=no\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    fake_expect_no_line(&f, "finding H-07 fail ha-m1");
    cr_expect_null(strstr(rw_buf_str(&f.log), "finding "));
    fake_run_finish(&f);
}

static bool excuse(void *context, const struct rw_finding *finding)
{
    return strcmp(context, rw_finding_code(finding->id)) == 0;
}

/* With this reason, or NULL, on a version that does not bring the network of the answers. */
static void expect_network(const char *excused, enum rw_outcome outcome, const char *line)
{
    fake_run_begin(&f, NULL);
    rw_strset(&f.cluster->cni, "flannel");
    f.options.excused = excused ? excuse : NULL;
    f.options.excused_context = (void *)excused;
    cr_expect_eq(fake_run_all(&f), outcome);
    cr_expect_eq(f.changed, outcome == RW_OUTCOME_DONE);
    fake_expect_line(&f, line);
    fake_run_finish(&f);
}

Test(run, is_stopped_by_a_network_that_the_version_does_not_bring)
{
    expect_network(NULL, RW_OUTCOME_BLOCKED, "finding A-23 fail -");
}

Test(run, is_not_stopped_by_it_for_another_reason)
{
    expect_network("H-07", RW_OUTCOME_BLOCKED, "finding A-23 fail -");
}

Test(run, goes_on_where_a_reason_was_given_for_it)
{
    expect_network("A-23", RW_OUTCOME_DONE, "finding A-23 warn -");
}

Test(run, lets_nobody_talk_another_cluster_away)
{
    fake_run_begin(&f, NULL);
    f.options.excused = excuse;
    f.options.excused_context = (void *)"H-11";
    FAKE_ADD({.host = "ha-m2",
              .script = "membership",
              .lines = FAKE_FRESH "etcd=yes\nca=bb\ntoken=differs\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_BLOCKED);
    fake_expect_line(&f, "finding H-11 fail ha-m2");
    cr_expect_not(f.changed);
    fake_run_finish(&f);
}

Test(run, changes_nothing_that_is_not_confirmed)
{
    fake_run_begin(&f, NULL);
    f.refuse = true;
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_INTERRUPTED);
    cr_expect(f.confirmed && !f.changed);
    cr_expect_eq(fake_count(NULL, "probe-stage", NULL), 0);
    fake_run_finish(&f);
}

Test(run, needs_every_server_as_long_as_none_has_the_cluster)
{
    fake_run_begin(&f, NULL);
    fake_refuse("ha-m2", RW_ECONNECT, -1);
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_line(&f, "finding I-03 fail -");
    fake_expect_line(&f, "finding H-01 fail ha-m2");
    cr_expect_not(f.confirmed);
    fake_run_finish(&f);
}

Test(run, names_the_host_that_lets_nothing_run)
{
    fake_run_begin(&f, NULL);
    fake_sessions("ha-m2", FAKE_NO_SESSION);
    fake_refuse("ha-m3", RW_EBUSY, -1);
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_line(&f, "finding H-26 fail ha-m2");
    fake_expect_line(&f, "finding H-26 fail ha-m3");
    cr_expect_not(f.confirmed);
    fake_run_finish(&f);
}

Test(run, installs_hosts_that_allow_one_session_or_two_on_a_connection)
{
    fake_run_begin(&f, NULL);
    fake_sessions("ha-m1", 1);
    fake_sessions("ha-m2", 2);
    fake_sessions("ha-m3", 1);
    fake_sessions("ha-w1", 1);
    int64_t before = (int64_t)uv_now(fake_loop());
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    cr_expect_lt((int64_t)uv_now(fake_loop()) - before, 120000);
    fake_expect_line(&f, "table ha-m1 Ready");
    cr_expect_leq(fake_connects("ha-m1"), 4);
    fake_run_finish(&f);
}

Test(run, goes_on_without_a_server_where_another_one_has_the_cluster)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m1", .script = "membership", .lines = RUNS ITS_NAMES});
    fake_refuse("ha-m2", RW_ECONNECT, -1);
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_line(&f, "finding I-04 warn -");
    fake_expect_state(&f, "join@ha-m3", "done");
    fake_expect_state(&f, "agent@ha-w1", "done");
    fake_expect_state(&f, "verify@ha-m1", "done");
    fake_expect_state(&f, "join@ha-m2", "failed");
    fake_run_finish(&f);
}

Test(run, is_blocked_by_what_a_host_says_of_itself)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m3",
              .script = "membership",
              .lines = FAKE_FRESH "etcd=yes\nca=bb\ntoken=differs\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_BLOCKED);
    fake_expect_line(&f, "finding H-11 fail ha-m3");
    cr_expect_not(f.confirmed);
    fake_run_finish(&f);
}

Test(run, takes_a_host_whose_script_does_not_end_for_one_that_cannot_be_reached)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m3", .script = "membership", .end = FAKE_DIES});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_line(&f, "finding H-17 fail ha-m3");
    fake_expect_line(&f, "finding I-03 fail -");
    fake_run_finish(&f);
}

/* ---- what fails, and what follows from it ---- */

Test(run, a_server_that_fails_blocks_all_that_comes_after_it)
{
    fake_run_begin(&f, NULL);
    f.cluster->join_together = 1;
    FAKE_ADD({.host = "ha-m2",
              .script = "probe-start",
              .lines = "state=absent\nfailed=systemctl start rke2-server.service\n"
                       "failed_status=1\n",
              .err = "Unit is masked."});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_line(&f, "finding H-15 fail ha-m2");
    fake_expect_state(&f, "found@ha-m1", "done");
    fake_expect_state(&f, "join@ha-m2", "failed");
    fake_expect_state(&f, "join@ha-m3", "blocked");
    fake_expect_state(&f, "agent@ha-w1", "blocked");
    fake_expect_state(&f, "verify@ha-m1", "blocked");
    fake_expect_line(&f, "finding I-62 fail ha-m3");
    fake_expect_line(&f, "finding I-62 fail ha-w1");
    cr_expect_eq(fake_count("ha-m3", "probe-start", NULL), 0);
    cr_expect_eq(fake_count("ha-w1", "probe-start", NULL), 0);
    fake_run_finish(&f);
}

Test(run, a_server_that_fails_leaves_those_that_join_beside_it_alone)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m2",
              .script = "probe-start",
              .lines = "state=absent\nfailed=systemctl start rke2-server.service\n"
                       "failed_status=1\n",
              .err = "Unit is masked."});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_state(&f, "join@ha-m2", "failed");
    fake_expect_state(&f, "join@ha-m3", "done");
    fake_expect_state(&f, "agent@ha-w1", "blocked");
    fake_run_finish(&f);
}

Test(run, a_host_that_fails_early_blocks_its_own_later_steps_without_a_word)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-w1",
              .with = FAKE_CONFIGURE,
              .lines = "failed=write /etc/rancher/rke2/config.yaml\nfailed_status=2\n",
              .err = "sh: No space left on device"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_AGENTS_MISSING);
    fake_expect_line(&f, "finding I-15 fail ha-w1");
    fake_expect_state(&f, "agent@ha-w1", "blocked");
    fake_expect_no_line(&f, "finding I-62 fail ha-w1");
    fake_expect_state(&f, "verify@ha-m1", "done");
    fake_run_finish(&f);
}

/* Exit code 3 says: the cluster is up, agents are missing. It must never stand for a server. */
Test(run, tells_a_missing_agent_from_a_missing_server)
{
    static const struct {
        const char *host;
        enum rw_outcome outcome;
    } rows[] = {{"ha-w1", RW_OUTCOME_AGENTS_MISSING},
                {"ha-m3", RW_OUTCOME_FAILED},
                {"ha-m2", RW_OUTCOME_FAILED},
                {"ha-m1", RW_OUTCOME_FAILED}};
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct fake_reply failing = {.host = rows[i].host,
                                     .script = "probe-stage",
                                     .lines = "failed=systemd-run\nfailed_status=1\n"};
        fake_run_begin(&f, NULL);
        fake_add(&failing, 1);
        enum rw_outcome outcome = fake_run_all(&f);
        cr_expect_eq(outcome, rows[i].outcome, "%s: %s", rows[i].host, rw_outcome_name(outcome));
        fake_run_finish(&f);
    }
}

/* ---- how many at once ---- */

/* One server and so many agents. */
static char *many_hosts(size_t agents)
{
    struct rw_buf text = {0};
    rw_buf_adds(&text, "- {name: ha-m1, address: ha-m1, role: server}\n");
    for (size_t i = 1; i <= agents; i++)
        rw_buf_addf(&text, "- {name: w%zu, address: w%zu, role: agent}\n", i, i);
    return rw_buf_take(&text);
}

Test(run, stages_sixty_four_hosts_at_once)
{
    char *hosts = many_hosts(69);
    fake_run_begin(&f, hosts);
    fake_count_peak("probe-stage", NULL);
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    cr_expect_eq(fake_peak(), 64, "%zu", fake_peak());
    fake_run_finish(&f);
    free(hosts);
}

Test(run, starts_fifty_agents_at_once)
{
    char *hosts = many_hosts(55);
    fake_run_begin(&f, hosts);
    fake_add(&staged, 1);
    FAKE_ADD({.script = "probe-start", .lines = "state=absent\nsince=1000\n", .after_ms = 5000});
    fake_count_peak("probe-start", NULL);
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    cr_expect_eq(fake_peak(), 50, "%zu", fake_peak());
    fake_run_finish(&f);
    free(hosts);
}

/* ---- holding, stopping ---- */

Test(run, brings_to_its_end_what_is_under_way_when_it_is_held)
{
    fake_run_begin(&f, NULL);
    fake_run_start(&f);
    fake_run_until(&f, "found@ha-m1", "waiting");
    rw_run_hold(f.run);
    fake_wait(&f.ended);
    cr_expect_eq(f.outcome, RW_OUTCOME_INTERRUPTED);
    fake_expect_state(&f, "found@ha-m1", "done");
    fake_expect_state(&f, "join@ha-m2", "planned");
    fake_run_finish(&f);
}

Test(run, ends_at_once_when_it_is_stopped)
{
    fake_run_begin(&f, NULL);
    fake_run_start(&f);
    fake_run_until(&f, "stage@ha-m1", "waiting");
    rw_run_stop(f.run);
    cr_expect(f.ended);
    cr_expect_eq(f.outcome, RW_OUTCOME_INTERRUPTED);
    fake_expect_state(&f, "stage@ha-m1", "waiting");
    fake_run_finish(&f);
}

Test(run, ends_at_once_when_it_is_held_before_it_was_confirmed)
{
    fake_run_begin(&f, NULL);
    fake_run_start(&f);
    rw_run_hold(f.run);
    cr_expect_eq(f.outcome, RW_OUTCOME_INTERRUPTED);
    cr_expect(f.ended && !f.confirmed);
    fake_run_finish(&f);
}

Test(run, ends_when_its_lock_was_taken_by_somebody_else)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m1",
              .script = "probe-start",
              .lines = "taken=eve@desk\ntaken_pid=7\ntaken_since=2026-01-01T00:00:00Z\n",
              .status = 1});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_line(&f, "finding L-02 fail ha-m1");
    cr_expect_eq(fake_count("ha-m2", "probe-start", NULL), 0);
    fake_run_finish(&f);
}

/* ---- the detached unit ---- */

Test(run, begins_an_interrupted_installer_again_and_gives_up_after_the_third_time)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-w1", .script = "wait-stage", .lines = "result=\n", .after_ms = 1000});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_AGENTS_MISSING);
    cr_expect_eq(fake_count("ha-w1", "wait-stage", NULL), 3);
    fake_expect_line(&f, "finding I-21 fail ha-w1");
    fake_run_finish(&f);
}

Test(run, goes_on_where_the_second_try_of_the_installer_ends_well)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-w1", .script = "wait-stage", .lines = "result=\n", .times = 1});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    cr_expect_eq(fake_count("ha-w1", "wait-stage", NULL), 2);
    fake_run_finish(&f);
}

Test(run, gives_up_an_installer_that_does_not_end)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-w1", .script = "wait-stage", .end = FAKE_HOLDS});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_AGENTS_MISSING);
    fake_expect_line(&f, "slow stage@ha-w1");
    fake_expect_line(&f, "finding I-23 fail ha-w1");
    fake_expect_state(&f, "agent@ha-w1", "blocked");
    fake_run_finish(&f);
}

/* ---- the verification ---- */

/* Its cable was out for so short a time that no connection was lost. */
Test(run, a_server_that_was_cut_off_for_some_seconds_is_looked_at_again)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.script = "verify",
              .lines = "node=ha-m1 True KubeletReady: x\nnode=ha-m2 True KubeletReady: x\n"
                       "node=ha-m3 True KubeletReady: x\napi=ha-m2 000 28\n",
              .after_ms = 10000,
              .times = 2});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    cr_expect_eq(fake_count(NULL, "verify", NULL), 3);
    fake_run_finish(&f);
}

Test(run, a_certificate_without_the_name_is_reported_at_once)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.script = "verify",
              .lines = "node=ha-m1 True KubeletReady: x\nnode=ha-m2 True KubeletReady: x\n"
                       "node=ha-m3 True KubeletReady: x\napi=ha-m2 000 60\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    cr_expect_eq(fake_count(NULL, "verify", NULL), 1);
    fake_run_finish(&f);
}

Test(run, fails_where_a_server_does_not_answer_under_the_name)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.script = "verify",
              .lines = "node=ha-m1 True KubeletReady: x\nnode=ha-m2 True KubeletReady: x\n"
                       "node=ha-m3 True KubeletReady: x\napi=ha-m2 000 7\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_line(&f, "finding I-60 fail -");
    fake_expect_state(&f, "verify@ha-m1", "failed");
    fake_expect_state(&f, "agent@ha-w1", "done");
    fake_run_finish(&f);
}

/* ---- the journal ---- */

Test(run, records_what_it_did)
{
    fake_run_begin(&f, NULL);
    fake_run_all(&f);
    char *version = rw_journal_get(f.journal, "version");
    cr_expect_str_eq(version, FAKE_VERSION);
    free(version);
    fake_expect_line(&f, "action configure@ha-m1 changed /etc/rancher/rke2/config.yaml");
    fake_run_finish(&f);
}

/* ---- the version ---- */

/* The answers name a channel, and this machine has no way to the channel server. */
static void begin_channel(void)
{
    setenv("https_proxy", "http://127.0.0.1:1", 1);
    unsetenv("no_proxy");
    unsetenv("NO_PROXY");
    fake_run_begin(&f, NULL);
    rw_strset(&f.cluster->version, NULL);
    rw_strset(&f.cluster->channel, "stable");
}

Test(run_version, is_the_one_that_an_earlier_run_took_from_the_same_channel)
{
    begin_channel();
    rw_journal_set(f.journal, "channel", "stable");
    rw_journal_set(f.journal, "version", FAKE_VERSION);
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    fake_expect_line(&f, "version " FAKE_VERSION);
    cr_expect_eq(fake_count(NULL, "resolve", NULL), 0);
    fake_run_finish(&f);
}

Test(run_version, is_asked_of_the_first_server_where_this_machine_has_no_way_out)
{
    begin_channel();
    FAKE_ADD({.script = "resolve",
              .lines = "status=302\nlocation=https://github.com/rancher/rke2/releases/tag/"
                       "v1.26.12%2Brke2r1\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    fake_expect_line(&f, "version " FAKE_VERSION);
    cr_expect_eq(fake_count("ha-m1", "resolve", NULL), 1);
    char *channel = rw_journal_get(f.journal, "channel");
    cr_expect_str_eq(channel, "stable");
    free(channel);
    fake_run_finish(&f);
}

Test(run_version, a_channel_that_does_not_exist_ends_the_run)
{
    begin_channel();
    FAKE_ADD({.script = "resolve", .lines = "status=404\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_line(&f, "finding I-02 fail -");
    fake_run_finish(&f);
}

Test(run_version, that_nobody_can_find_out_ends_the_run)
{
    begin_channel();
    FAKE_ADD({.script = "resolve", .lines = "error=(7) Failed to connect\n"});
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_FAILED);
    fake_expect_line(&f, "finding I-01 fail -");
    fake_run_finish(&f);
}
