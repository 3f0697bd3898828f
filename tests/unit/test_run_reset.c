/* SPDX-License-Identifier: Apache-2.0 */
/* A reset as a run, and a question that is put to one server after the other; on hosts that are a
 * table of replies. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "install/query.h"
#include "install/reset.h"
#include "unit/fake_run.h"

static struct fake_run f;

/* ---- a reset ---- */

#define MEMBER                                                                                     \
    FAKE_FRESH "etcd=yes\nca=aa\ntoken=same\nunit.server=active\napi=yes\n"                        \
               "node=ha-m1 true True\nnode=ha-m2 true True\nnode=ha-m3 true True\n"                \
               "node=ha-w1  True\n"

/* What the hosts of a cluster that runs say as they are reset. */
static const struct fake_reply running[] = {
    {.host = "ha-w1", .script = "membership", .lines = FAKE_FRESH "ca=aa\ntoken=same\n"},
    {.script = "membership", .lines = MEMBER},
    {.script = "left", .lines = "state=there\nrun=kubectl delete node\n"},
    {.script = "probe-node", .lines = "state=there\nrun=kubectl delete node\n"},
    {.script = "probe-reset", .lines = "state=there\nrun=systemd-run --unit=rke2-wizard-reset\n"},
    {.script = "wait-reset", .lines = "result=0\nrun=systemctl stop\n", .after_ms = 20000},
};

/* hosts: a letter for each, '1' where RKE2 is taken off. */
static enum rw_outcome reset(const char *hosts, bool force)
{
    static struct rw_reset wanted;
    static bool each[4];
    wanted = (struct rw_reset){.wanted = each, .all = true, .force = force};
    for (size_t i = 0; i < RW_COUNT(each); i++) {
        each[i] = hosts[i] == '1';
        wanted.all = wanted.all && each[i];
    }
    f.options.reset = &wanted;
    return fake_run_all(&f);
}

static void begin_reset(void)
{
    fake_run_begin(&f, NULL);
    fake_add(running, RW_COUNT(running));
}

Test(run_reset, a_server_leaves_before_it_is_taken_down_and_is_forgotten_afterwards)
{
    begin_reset();
    cr_expect_eq(reset("0100", false), RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    cr_expect(fake_run_before(&f, "leave@ha-m2", "uninstall@ha-m2"));
    cr_expect(fake_run_before(&f, "uninstall@ha-m2", "forget@ha-m2"));
    cr_expect_eq(fake_count("ha-m1", "probe-node", NULL), 2, "is done on a server that stays");
    cr_expect_eq(fake_count("ha-m2", "probe-reset", NULL), 1);
    cr_expect_eq(fake_count("ha-m3", "probe-reset", NULL), 0);
    fake_run_finish(&f);
}

/* The last step only confirms what the first has done, a moment ago. */
Test(run_reset, does_not_call_done_before_what_it_has_just_done)
{
    begin_reset();
    FAKE_ADD({.script = "probe-node", .lines = "state=done\n"});
    FAKE_ADD(
        {.script = "probe-node", .lines = "state=there\nrun=kubectl delete node\n", .times = 1});
    cr_expect_eq(reset("0100", false), RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    fake_expect_state(&f, "leave@ha-m2", "done");
    fake_expect_state(&f, "forget@ha-m2", "done");
    fake_run_finish(&f);
}

Test(run_reset, servers_leave_one_after_the_other)
{
    begin_reset();
    cr_expect_eq(reset("0110", true), RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    cr_expect(fake_run_before(&f, "leave@ha-m2", "leave@ha-m3"));
    fake_run_finish(&f);
}

Test(run_reset, a_reset_of_all_hosts_tells_nobody_and_forgets_the_cluster)
{
    begin_reset();
    rw_journal_set(f.journal, "founder", "ha-m1");
    rw_journal_set(f.journal, "ca", "aa");
    cr_expect_eq(reset("1111", false), RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    cr_expect_eq(fake_count(NULL, "probe-node", NULL), 0);
    cr_expect_eq(fake_count(NULL, "probe-reset", NULL), 4);
    cr_expect_null(rw_journal_get(f.journal, "founder"));
    cr_expect_null(rw_journal_get(f.journal, "ca"));
    fake_run_finish(&f);
}

Test(run_reset, a_member_that_etcd_does_not_let_go_keeps_its_host)
{
    begin_reset();
    FAKE_ADD({.script = "left", .lines = "state=there\nmember=ha-m2\n"});
    cr_expect_eq(reset("0100", false), RW_OUTCOME_FAILED);
    fake_expect_state(&f, "leave@ha-m2", "failed");
    fake_expect_state(&f, "uninstall@ha-m2", "blocked");
    fake_expect_state(&f, "forget@ha-m2", "blocked");
    cr_expect_eq(fake_count("ha-m2", "probe-reset", NULL), 0);
    fake_run_finish(&f);
}

Test(run_reset, an_uninstall_that_fails_is_told_and_the_node_stays_known)
{
    begin_reset();
    FAKE_ADD({.host = "ha-w1", .script = "wait-reset", .lines = "result=77\nlog=rm: busy\n"});
    cr_expect_eq(reset("0001", false), RW_OUTCOME_FAILED);
    fake_expect_state(&f, "uninstall@ha-w1", "failed");
    fake_expect_state(&f, "forget@ha-w1", "blocked");
    fake_run_finish(&f);
}

Test(run_reset, is_blocked_where_the_rest_would_have_no_majority)
{
    begin_reset();
    FAKE_ADD({.host = "ha-m3",
              .script = "membership",
              .lines = FAKE_FRESH "etcd=yes\nca=aa\ntoken=same\nunit.server=failed\n"});
    cr_expect_eq(reset("0100", false), RW_OUTCOME_BLOCKED);
    fake_expect_line(&f, "finding U-01 fail ha-m2");
    cr_expect_eq(fake_count(NULL, "probe-reset", NULL), 0);
    fake_run_finish(&f);
}

Test(run_reset, does_not_mind_an_agent_that_stays_and_cannot_be_reached)
{
    begin_reset();
    fake_refuse("ha-w1", RW_ECONNECT, -1);
    cr_expect_eq(reset("0100", false), RW_OUTCOME_DONE, "%s", rw_buf_str(&f.log));
    cr_expect_not(fake_run_has(&f, "finding H-01 fail ha-w1"));
    fake_run_finish(&f);
}

/* ---- a question to the cluster ---- */

static struct rw_query *query;
static bool answered, closed;
static size_t answered_by;
static char *reason;

static void on_answer(void *context, size_t host, const struct rw_reply *reply,
                      const struct rw_findings *findings)
{
    (void)context;
    answered = true;
    answered_by = reply ? host : SIZE_MAX;
    free(reason);
    reason = NULL;
    if (findings && findings->count)
        reason = rw_strdup(rw_finding_get(&findings->items[0], "asked"));
}

static void on_query_question(void *context, size_t host, const struct rw_remote_question *question)
{
    (void)context;
    (void)question;
    rw_query_answer(query, host, "yes");
}

static void on_query_closed(void *context)
{
    (void)context;
    closed = true;
}

static void start_query(void)
{
    struct rw_query_options options = {
        .contact = {.cluster = f.cluster, .ask = true, .transport = &fake_transport},
        .script = "nodes",
        .key = "row",
    };
    struct rw_query_listener listener = {on_query_question, on_answer, NULL};
    query = rw_query_start(fake_loop(), &options, &listener);
}

static void finish_query(void)
{
    rw_query_free(query, on_query_closed, NULL);
    fake_wait(&closed);
    free(reason);
    fake_run_finish(&f);
}

Test(query, is_answered_by_the_first_server_and_again_over_the_same_connection)
{
    fake_run_begin(&f, NULL);
    start_query();
    fake_wait(&answered);
    cr_expect_eq(answered_by, 0);
    size_t connects = fake_connects("ha-m1");
    answered = false;
    rw_query_repeat(query);
    fake_wait(&answered);
    cr_expect_eq(answered_by, 0);
    cr_expect_eq(fake_connects("ha-m1"), connects);
    finish_query();
}

Test(query, goes_on_to_the_next_server_until_one_answers)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m2", .script = "nodes", .lines = "error=absent\n"});
    fake_refuse("ha-m1", RW_ECONNECT, -1);
    fake_ask("ha-m3");
    start_query();
    fake_wait(&answered);
    cr_expect_eq(answered_by, 2);
    finish_query();
}

Test(query, asks_no_agent_and_says_whom_it_has_asked)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.script = "nodes", .lines = "error=The connection was refused\n"});
    start_query();
    fake_wait(&answered);
    cr_expect_eq(answered_by, SIZE_MAX);
    cr_expect_str_eq(reason, "ha-m1, ha-m2, ha-m3");
    cr_expect_eq(fake_count("ha-w1", "nodes", NULL), 0);
    finish_query();
}

Test(query, can_be_ended_while_it_is_asked)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.script = "nodes", .end = FAKE_HOLDS});
    start_query();
    fake_pass(1000);
    cr_expect_not(answered);
    finish_query();
    cr_expect_not(answered);
}
