/* SPDX-License-Identifier: Apache-2.0 */
/* Facts read from hosts, the decision for all of them together, and results of tasks.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "install/judge.h"
#include "install/membership.h"
#include "plan/node_scripts.h"
#include "unit/helpers.h"

#define FRESH "token=none\n"
/* Its config.yaml; one with a server to join at. */
#define CONFIG(line) "file=/etc/rancher/rke2/config.yaml\nconfig=" line "\n"
#define SERVER(url)  CONFIG("server: " url)
/* A server with etcd data, of the cluster with this CA, with our token or another one. */
#define MEMBER(ca)                                                                                 \
    "etcd=yes\nca=" ca "\ntoken=same\nunit.server=active\ninstalled=v1.26.12+rke2r1\n"
#define FOREIGN(ca)                                                                                \
    "etcd=yes\nca=" ca "\ntoken=differs\nunit.server=active\n" SERVER("https://x:9345")
#define AGENT(ca) "ca=" ca "\ntoken=same\nunit.agent=active\ninstalled=v1.26.12+rke2r1\n"

/* ---- reading one host ---- */

static struct rw_membership read_membership(const char *text)
{
    struct rw_reply reply = {0};
    struct rw_membership facts = {0};
    rw_reply_parse(&reply, text, strlen(text));
    rw_membership_read(&facts, &reply);
    rw_reply_done(&reply);
    return facts;
}

Test(membership, are_read_from_the_reply_of_a_host)
{
    struct rw_membership f = read_membership(MEMBER("aa") SERVER("https://x:9345"));
    cr_assert(f.read && f.etcd && f.server_active && !f.agent_active);
    cr_assert_str_eq(f.installed, "v1.26.12+rke2r1");
    cr_assert_str_eq(f.ca, "aa");
    char *server = rw_rke2_effective_text(&f.config.effective, "server");
    cr_assert_str_eq(server, "https://x:9345");
    free(server);
    cr_assert_eq(f.token, RW_TOKEN_SAME);
    rw_membership_done(&f);
    cr_assert_null(f.ca);
    rw_membership_done(&f);
}

Test(membership, are_empty_where_a_host_told_nothing)
{
    struct rw_membership f = read_membership("");
    cr_assert(f.read && !f.etcd && !f.server_active && !f.agent_active);
    cr_assert_str_eq(f.ca, "");
    cr_assert_eq(f.token, RW_TOKEN_NONE);
    rw_membership_done(&f);
}

Test(membership, hold_a_unit_that_starts_for_active)
{
    static const struct {
        const char *state;
        bool active;
    } rows[] = {{"active", true},    {"activating", true}, {"reloading", true},
                {"inactive", false}, {"failed", false},    {"deactivating", false},
                {"", false}};
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        char *text = rw_asprintf("unit.server=%s\nunit.agent=%s\n", rows[i].state, rows[i].state);
        struct rw_membership f = read_membership(text);
        cr_expect_eq(f.server_active, rows[i].active, "%s", rows[i].state);
        cr_expect_eq(f.agent_active, rows[i].active, "%s", rows[i].state);
        rw_membership_done(&f);
        free(text);
    }
}

/* ---- all hosts together ---- */

/* The reports of the four hosts of the document (NULL: not read), and the expected result: findings
 * as "H-11 ha-m2;", and the founder. */
struct situation {
    const char *m1, *m2, *m3, *w1;
    const char *founder, *ca; /* recorded */
    const char *findings;
    size_t decided;
    bool exists;
    size_t anchor; /* + 1, where it is not the founder */
};

static struct rw_decision decide(const struct situation *s, const char *version,
                                 struct rw_findings *findings)
{
    struct rw_cluster *cluster = demo_cluster();
    const char *told[] = {s->m1, s->m2, s->m3, s->w1};
    struct rw_membership facts[4] = {0};
    for (size_t i = 0; i < 4; i++) {
        if (!told[i])
            continue;
        facts[i] = read_membership(told[i]);
    }
    struct rw_known_cluster known = {s->founder, s->ca};
    struct rw_decision decision = rw_membership_decide(cluster, facts, &known, version, findings);
    for (size_t i = 0; i < 4; i++)
        rw_membership_done(&facts[i]);
    rw_cluster_free(cluster);
    return decision;
}

static char *codes_of(const struct rw_findings *findings)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < findings->count; i++)
        rw_buf_addf(&out, "%s %s;", rw_finding_code(findings->items[i].id),
                    findings->items[i].host);
    return rw_buf_take(&out);
}

static void expect_situation(const char *name, const struct situation *s)
{
    struct rw_findings findings = {0};
    struct rw_decision decision = decide(s, "v1.26.12+rke2r1", &findings);
    char *codes = codes_of(&findings);
    cr_expect_str_eq(codes, s->findings ? s->findings : "", "%s: %s", name, codes);
    cr_expect_eq(decision.founder, s->decided, "%s: founder %zu", name, decision.founder);
    cr_expect_eq(decision.exists, s->exists, "%s", name);
    cr_expect_eq(decision.anchor, s->anchor ? s->anchor - 1 : s->decided, "%s: anchor %zu", name,
                 decision.anchor);
    free(codes);
    rw_findings_done(&findings);
}

#define SITUATION(...) expect_situation(__func__, &(struct situation){__VA_ARGS__})

Test(membership, let_the_first_server_found_a_fresh_cluster)
{
    SITUATION(FRESH, FRESH, FRESH, FRESH, .decided = 0);
}

Test(membership, let_the_recorded_server_found_a_cluster_that_does_not_exist_yet)
{
    SITUATION(FRESH, FRESH, FRESH, FRESH, .founder = "ha-m2", .decided = 1);
    SITUATION(FRESH, NULL, FRESH, FRESH, .founder = "ha-m2", .decided = 1);
}

Test(membership, do_not_believe_a_record_of_an_agent_or_of_an_unknown_host)
{
    SITUATION(FRESH, FRESH, FRESH, FRESH, .founder = "ha-w1", .decided = 0);
    SITUATION(FRESH, FRESH, FRESH, FRESH, .founder = "ha-m9", .decided = 0);
    SITUATION(FRESH, FRESH, FRESH, FRESH, .founder = "", .ca = "", .decided = 0);
}

Test(membership, let_everyone_join_the_server_that_has_the_clusters_data)
{
    SITUATION(FRESH, MEMBER("aa"), FRESH, FRESH, .decided = 1, .exists = true);
    SITUATION(FRESH, FRESH, MEMBER("aa"), AGENT("aa"), .decided = 2, .exists = true);
}

Test(membership, found_no_second_cluster_where_the_recorded_founder_was_wiped)
{
    SITUATION(FRESH, MEMBER("aa"), MEMBER("aa"), FRESH, .founder = "ha-m1", .ca = "aa",
              .decided = 1, .exists = true);
}

Test(membership, prefer_the_recorded_founder_among_the_members)
{
    SITUATION(MEMBER("aa"), MEMBER("aa"), MEMBER("aa"), FRESH, .founder = "ha-m3", .ca = "aa",
              .decided = 2, .exists = true);
    SITUATION(MEMBER("aa"), MEMBER("aa"), MEMBER("aa"), FRESH, .decided = 0, .exists = true);
}

Test(membership, refuse_a_server_of_another_cluster)
{
    SITUATION(MEMBER("aa"), MEMBER("bb"), FRESH, FRESH, .findings = "H-11 ha-m2;", .decided = 0,
              .exists = true);
    SITUATION(MEMBER("aa"), MEMBER("bb"), FRESH, FRESH, .ca = "bb", .findings = "H-11 ha-m1;",
              .decided = 1, .exists = true);
    SITUATION(FRESH, FOREIGN("bb"), FRESH, FRESH, .findings = "H-11 ha-m2;", .decided = 0);
}

Test(membership, tell_a_wrong_token_from_another_cluster)
{
    SITUATION(MEMBER("aa"), FOREIGN("aa"), FRESH, FRESH, .findings = "H-12 ha-m2;", .decided = 0,
              .exists = true);
    SITUATION(MEMBER("aa"), FOREIGN("bb"), FRESH, FRESH, .findings = "H-11 ha-m2;", .decided = 0,
              .exists = true);
    SITUATION(FOREIGN("aa"), FOREIGN("aa"), FRESH, FRESH, .ca = "aa",
              .findings = "H-12 ha-m1;H-12 ha-m2;", .decided = 0, .exists = true);
}

Test(membership, blame_the_token_where_every_server_has_another_one)
{
    SITUATION(FOREIGN("aa"), FOREIGN("aa"), FOREIGN("aa"), FRESH,
              .findings = "H-12 ha-m1;H-12 ha-m2;H-12 ha-m3;", .decided = 0, .exists = true);
    SITUATION(FRESH, FOREIGN("aa"), FRESH, FRESH, .founder = "ha-m2", .findings = "H-12 ha-m2;",
              .decided = 1, .exists = true);
}

Test(membership, refuse_an_agent_of_another_cluster)
{
    SITUATION(MEMBER("aa"), FRESH, FRESH, AGENT("bb"), .findings = "H-11 ha-w1;", .decided = 0,
              .exists = true);
    SITUATION(FRESH, FRESH, FRESH, AGENT("bb"), .findings = "H-11 ha-w1;", .decided = 0);
    SITUATION(FRESH, FRESH, FRESH, AGENT("aa"), .ca = "aa", .findings = "H-11 ha-w1;",
              .decided = 0);
}

Test(membership, take_up_a_founding_that_was_interrupted)
{
    /* config.yaml is there, but no certificate yet; then the CA, but no etcd yet. */
    SITUATION("token=same\n", FRESH, FRESH, FRESH, .founder = "ha-m1", .decided = 0);
    SITUATION("token=same\nca=aa\n", FRESH, FRESH, FRESH, .founder = "ha-m1", .decided = 0);
    SITUATION(FRESH, "token=same\nca=aa\n", FRESH, FRESH, .founder = "ha-m2", .decided = 1);
}

Test(membership, refuse_etcd_data_of_which_nobody_knows_the_cluster)
{
    SITUATION(FRESH, "etcd=yes\ntoken=none\n", FRESH, FRESH, .findings = "H-11 ha-m2;",
              .decided = 0);
    SITUATION(FRESH, "etcd=yes\ntoken=differs\n", FRESH, FRESH, .findings = "H-11 ha-m2;",
              .decided = 0);
    SITUATION(FRESH, "etcd=yes\ntoken=same\n", FRESH, FRESH, .findings = "H-11 ha-m2;",
              .decided = 0);
}

Test(membership, refuse_a_host_that_has_the_other_role)
{
    SITUATION("unit.agent=active\n" FRESH, FRESH, FRESH, FRESH, .findings = "H-13 ha-m1;",
              .decided = 0);
    SITUATION(FRESH, FRESH, FRESH, "unit.server=activating\n" FRESH, .findings = "H-13 ha-w1;",
              .decided = 0);
    SITUATION(MEMBER("aa"), FRESH, FRESH, "etcd=yes\nca=aa\ntoken=same\n",
              .findings = "H-13 ha-w1;", .decided = 0, .exists = true);
}

Test(membership, do_not_let_an_agent_found_a_cluster)
{
    SITUATION(FRESH, FRESH, FRESH, MEMBER("aa"), .findings = "H-13 ha-w1;H-11 ha-w1;",
              .decided = 0);
}

Test(membership, refuse_to_change_the_version_of_what_runs)
{
    SITUATION("installed=v1.26.11+rke2r1\nunit.server=active\netcd=yes\nca=aa\ntoken=same\n", FRESH,
              FRESH, FRESH, .findings = "H-16 ha-m1;", .decided = 0, .exists = true);
    /* Installed, but not running: the installer puts the right one in its place. */
    SITUATION("installed=v1.26.11+rke2r1\n" FRESH, FRESH, FRESH, FRESH, .decided = 0);
}

Test(membership, let_a_server_go_on_that_is_founding_right_now)
{
    SITUATION(FRESH, "token=same\nca=aa\nunit.server=activating\n", FRESH, FRESH, .decided = 1);
    /* One that is joining asks another: it founds nothing. */
    SITUATION(FRESH, "token=same\nca=aa\nunit.server=activating\n" SERVER("https://x:9345"), FRESH,
              FRESH, .decided = 0);
}

Test(membership, let_a_server_go_on_that_has_only_begun_to_found)
{
    SITUATION(FRESH, "token=same\nunit.server=activating\n", FRESH, FRESH, .decided = 1);
    SITUATION(FRESH, "token=same\nunit.server=activating\n" SERVER("https://x:9345"), FRESH, FRESH,
              .decided = 0);
    SITUATION(FRESH, "token=differs\nunit.server=activating\n", FRESH, FRESH, .decided = 0);
}

#define JOINED MEMBER("aa") SERVER("https://x:9345")

Test(membership, know_the_founder_by_its_configuration_when_there_is_no_record)
{
    SITUATION(JOINED, MEMBER("aa"), JOINED, FRESH, .decided = 1, .exists = true);
    SITUATION(JOINED, JOINED, MEMBER("aa"), FRESH, .decided = 2, .exists = true);
}

Test(membership, keep_a_founder_that_is_away_and_let_a_member_stand_in_for_it)
{
    SITUATION(NULL, JOINED, JOINED, FRESH, .founder = "ha-m1", .ca = "aa", .decided = 0,
              .exists = true, .anchor = 2);
    SITUATION(NULL, FRESH, JOINED, FRESH, .founder = "ha-m1", .ca = "aa", .decided = 0,
              .exists = true, .anchor = 3);
    /* Without a record: the others have joined somebody. */
    SITUATION(NULL, JOINED, JOINED, FRESH, .decided = 0, .exists = true, .anchor = 2);
    /* Another one that is away is no founder. */
    SITUATION(MEMBER("aa"), NULL, JOINED, FRESH, .decided = 0, .exists = true);
}

Test(membership, tell_the_version_that_the_cluster_runs)
{
    struct rw_membership facts[2] = {read_membership("installed=v1.26.12+rke2r1\n"), {0}};
    struct rw_decision decision = {.anchor = 0, .exists = true};
    cr_expect_str_eq(rw_membership_version(&decision, facts), "v1.26.12+rke2r1");
    decision.exists = false;
    cr_expect_null(rw_membership_version(&decision, facts));
    decision = (struct rw_decision){.anchor = 1, .exists = true};
    cr_expect_null(rw_membership_version(&decision, facts));
    rw_membership_done(&facts[0]);
}

Test(membership, refuse_to_take_settings_away_that_a_node_lives_by)
{
    SITUATION(MEMBER("aa") CONFIG("{data-dir: /x, etcd-arg: y}"), FRESH, FRESH, FRESH,
              .findings = "H-18 ha-m1;", .decided = 0, .exists = true);
    /* A file that was left on a host without data is replaced, and kept beside. */
    SITUATION(FRESH CONFIG("etcd-arg: y"), FRESH, FRESH, FRESH, .decided = 0);
}

Test(membership, refuse_to_change_what_connects_the_pods_of_a_cluster)
{
    SITUATION(MEMBER("aa") CONFIG("cni: cilium"), MEMBER("aa") CONFIG("cni: cilium"), FRESH, FRESH,
              .findings = "H-25 ha-m1;H-25 ha-m2;", .decided = 0, .exists = true);
    SITUATION(MEMBER("aa") CONFIG("cni: canal"), MEMBER("aa"), FRESH, AGENT("aa"), .decided = 0,
              .exists = true);
    /* A file that was left on a host without data says nothing about a cluster. */
    SITUATION(FRESH CONFIG("cni: cilium"), FRESH, FRESH, FRESH, .decided = 0);
}

Test(membership, do_not_look_at_versions_while_the_wanted_one_is_not_known)
{
    struct rw_findings findings = {0};
    struct situation s = {.m1 = "installed=v1.1.1+rke2r1\nunit.server=active\n" FRESH};
    decide(&s, NULL, &findings);
    cr_assert_eq(findings.count, 0);
    rw_findings_done(&findings);
}

/* The checks have judged the machine, and the user may have overridden their findings. */
Test(membership, does_not_judge_the_machine_once_more)
{
    SITUATION("hostname=localhost\n" FRESH, "systemd=no\n" FRESH, "arch=armv7l\n" FRESH,
              "tool.tar=no\n" FRESH, .decided = 0);
}

Test(membership, pass_over_hosts_that_were_not_read)
{
    SITUATION(NULL, NULL, NULL, NULL, .decided = 0);
    SITUATION(NULL, MEMBER("aa"), NULL, NULL, .decided = 1, .exists = true);
    SITUATION(NULL, FRESH, FRESH, FRESH, .founder = "ha-m1", .ca = "aa", .decided = 0);
}

/* ---- what came of a task ---- */

/* The answer of a script that ran to its end; text holds "key=value" lines. To rw_reply_done(). */
static struct rw_remote_result answer_of(const char *text, const char *err)
{
    struct rw_remote_result result = {.err = err};
    rw_reply_parse(&result.reply, text, strlen(text));
    return result;
}

/* Gives "code severity host: fact" of each finding, a line each, to free(). */
static char *facts_of(struct rw_findings *findings)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < findings->count; i++) {
        const struct rw_finding *finding = &findings->items[i];
        char *fact = rw_finding_text(finding, RW_FINDING_FACT);
        rw_buf_addf(&out, "%s%s %s %s: %s", i ? "\n" : "", rw_finding_code(finding->id),
                    rw_severity_name(finding->severity), finding->host ? finding->host : "-", fact);
        free(fact);
    }
    rw_findings_done(findings);
    return rw_buf_take(&out);
}

static void expect_facts(struct rw_findings *findings, const char *expected)
{
    char *facts = facts_of(findings);
    cr_expect_str_eq(facts, expected, "%s", facts);
    free(facts);
}

static void expect_actions(int rc, const char *text, const char *err, const char *expected)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_findings findings = {0};
    struct rw_remote_result result = answer_of(text, err);
    result.rc = rc;
    rw_error_set(&result.error, rc, "the reason");
    cr_expect_eq(rw_judge_actions(&findings, &cluster->hosts[1], &result), !*expected, "%s", text);
    expect_facts(&findings, expected);
    rw_reply_done(&result.reply);
    rw_cluster_free(cluster);
}

Test(judge, is_content_with_actions_that_were_all_done)
{
    expect_actions(0, "", "", "");
    expect_actions(0, "run=systemctl start x\nchanged=/a\n", "a warning", "");
}

Test(judge, quotes_the_command_that_failed)
{
    expect_actions(0, "run=systemctl enable x\nfailed=systemctl enable x\nfailed_status=5\n",
                   "Failed to enable unit: Read-only file system",
                   "H-15 fail ha-m2: “systemctl enable x” failed with status 5: Failed to enable "
                   "unit: Read-only file system");
    expect_actions(0, "failed=write /a\nfailed_status=2\n", "sh: No space left on device",
                   "I-15 fail ha-m2: The disk of the host is full: sh: No space left on device");
}

Test(judge, tells_why_a_script_did_not_run_to_its_end)
{
    expect_actions(
        RW_ETIMEOUT, "", "",
        "H-14 fail ha-m2: The connection to the host could not be restored: the reason.");
    expect_actions(
        RW_ECLOSED, "run=x\n", "",
        "H-14 fail ha-m2: The connection to the host could not be restored: the reason.");
    expect_actions(RW_EREMOTE, "run=x\nfailed=x\n", "No space left on device",
                   "H-17 fail ha-m2: A script did not finish on the host: the reason.");
    expect_actions(RW_EHOSTKEY, "", "",
                   "H-04 fail ha-m2: The host key has changed: 192.168.205.86 now presents ? (?).");
}

#define WANTED "v1.26.12+rke2r1"

static void expect_unit(const char *text, const char *err, bool last, enum rw_unit_end end,
                        const char *expected)
{
    struct rw_findings findings = {0};
    struct rw_remote_result result = answer_of(text, err);
    cr_expect_eq(rw_judge_unit(&findings, "ha-m2", "get.rke2.io", WANTED, last, &result), end, "%s",
                 text);
    expect_facts(&findings, expected);
    rw_reply_done(&result.reply);
}

Test(judge, is_content_with_the_version_that_is_wanted)
{
    expect_unit("result=0\ninstalled=" WANTED "\n", "", false, RW_UNIT_WELL, "");
    expect_unit("result=0\ninstalled=" WANTED "\n", "noise", true, RW_UNIT_WELL, "");
}

Test(judge, names_another_version_than_the_wanted_one)
{
    expect_unit("result=0\nbinary=/usr/local/bin/rke2\ninstalled=v1.20.1+rke2r1\n", "", false,
                RW_UNIT_BADLY,
                "I-22 fail ha-m2: After the install the host has RKE2 v1.20.1+rke2r1, not " WANTED
                ".");
    expect_unit("result=0\ninstalled=\n", "", false, RW_UNIT_BADLY,
                "I-22 fail ha-m2: After the install the host has RKE2 ?, not " WANTED ".");
    expect_unit("result=0\n", "", true, RW_UNIT_BADLY,
                "I-22 fail ha-m2: After the install the host has RKE2 ?, not " WANTED ".");
}

Test(judge, begins_an_interrupted_unit_again_until_the_last_attempt)
{
    expect_unit("result=\n", "", false, RW_UNIT_AGAIN, "");
    expect_unit("", "", false, RW_UNIT_AGAIN, "");
    expect_unit("result=\nlog=half a\n", "", true, RW_UNIT_BADLY,
                "I-21 fail ha-m2: The RKE2 installer was interrupted repeatedly on the host.");
    expect_unit("result=\n", "sh: No space left on device", true, RW_UNIT_BADLY,
                "I-15 fail ha-m2: The disk of the host is full: sh: No space left on device");
}

Test(judge, reads_the_log_of_an_installer_that_failed)
{
    expect_unit("result=22\nlog=[INFO]  downloading\nlog=curl: (22) 404\n", "", false,
                RW_UNIT_BADLY,
                "I-16 fail ha-m2: The installer could not download RKE2: curl: (22) "
                "404");
}

static void expect_verify_of(const char *cni, const char *text, const char *expected)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_findings findings = {0};
    struct rw_reply reply = {0};
    rw_strset(&cluster->cni, cni);
    rw_reply_parse(&reply, text, strlen(text));
    rw_judge_verify(&findings, cluster, &reply);
    expect_facts(&findings, expected);
    rw_reply_done(&reply);
    rw_cluster_free(cluster);
}

static void expect_verify(const char *text, const char *expected)
{
    expect_verify_of("canal", text, expected);
}

#define READY(name) "node=" name " True KubeletReady: kubelet is posting ready status\n"

Test(judge, verifies_servers_alone)
{
    expect_verify(READY("ha-m1") READY("ha-m2") READY("ha-m3") "api=192.168.205.85 401 0\n"
                                                               "api=192.168.205.86 200 0\n",
                  "");
    /* An agent has a task of its own that waits for it. */
    expect_verify(
        READY("ha-m1") READY("ha-m2") "node=ha-w1 False KubeletNotReady: x\n" READY("ha-m3"), "");
}

Test(judge, names_each_server_that_is_not_ready_any_more)
{
    expect_verify(READY("ha-m1") "node=ha-m2 Unknown NodeStatusUnknown: Kubelet stopped posting "
                                 "node status.\nnode=ha-m3 False\n",
                  "I-61 fail ha-m2: The node is no longer Ready: NodeStatusUnknown: Kubelet "
                  "stopped posting node status.\n"
                  "I-61 fail ha-m3: The node is no longer Ready: False.");
    expect_verify(READY("ha-m1") READY("ha-m22") READY("ha-m3"),
                  "I-61 fail ha-m2: The node is no longer Ready: the cluster has no such node.");
    expect_verify(READY("ha-m1") READY("ha-m2") "node=ha-m3\n",
                  "I-61 fail ha-m3: The node is no longer Ready: the cluster has no such node.");
}

#define BARE(name)                                                                                 \
    "node=" name " False KubeletNotReady: container runtime network not ready: "                   \
    "message:Network plugin returns error: cni plugin not initialized\n"

Test(judge, takes_a_node_that_lacks_only_the_network_for_good_where_the_user_brings_it)
{
    static const char warning[] =
        "I-63 warn -: There is no pod network yet: the nodes have joined but are not Ready.";
    expect_verify_of("none", BARE("ha-m1") BARE("ha-m2") BARE("ha-m3"), warning);
    expect_verify_of("none", READY("ha-m1") READY("ha-m2") READY("ha-m3") BARE("ha-w1"), warning);
    expect_verify_of("none", READY("ha-m1") READY("ha-m2") READY("ha-m3"), "");
    expect_verify_of("none",
                     READY("ha-m1") READY("ha-m2") "node=ha-m3 Unknown NodeStatusUnknown: x\n",
                     "I-61 fail ha-m3: The node is no longer Ready: NodeStatusUnknown: x.");
    expect_verify(READY("ha-m1") READY("ha-m2") "node=ha-m3 False X: cni plugin not initialized\n",
                  "I-61 fail ha-m3: The node is no longer Ready: X: cni plugin not initialized.");
}

Test(judge, does_not_take_silence_for_ready)
{
    expect_verify(
        "error=The connection to the server was refused\n",
        "I-61 fail ha-m1: The node is no longer Ready: The connection to the server was refused.\n"
        "I-61 fail ha-m2: The node is no longer Ready: The connection to the server was refused.\n"
        "I-61 fail ha-m3: The node is no longer Ready: The connection to the server was refused.");
}

#define ALL_READY READY("ha-m1") READY("ha-m2") READY("ha-m3")

Test(judge, a_pod_of_kubernetes_that_does_not_run_is_named_with_its_last_words)
{
    expect_verify(
        ALL_READY "pod=ha-m2 cloud-controller-manager-ha-m2 6 CrashLoopBackOff: exit: no config\n"
                  "taint=ha-w1\n",
        "I-87 fail ha-m2: The pod cloud-controller-manager-ha-m2 of kube-system does not "
        "run: CrashLoopBackOff: exit: no config\n"
        "I-88 fail ha-w1: No cloud controller has taken the node over; no workload starts "
        "on it.");
    expect_verify(ALL_READY "pod=ha-m2\n",
                  "I-87 fail ha-m2: The pod ? of kube-system does not run: ?");
}

Test(judge, a_cloud_controller_that_the_user_brings_may_come_later)
{
    expect_verify(
        ALL_READY "taint=ha-w1\ncontroller=no\n",
        "I-88 warn ha-w1: No cloud controller has taken the node over; no workload starts "
        "on it.");
}

Test(judge, pods_that_are_late_are_a_warning_and_unknown_ones_no_pass)
{
    expect_verify(
        ALL_READY "late=ha-m1 a ContainerCreating\nlate=ha-m2 b NotReady\n",
        "I-89 warn -: Pods of kube-system are not ready yet: a (ContainerCreating, ha-m1), "
        "b (NotReady, ha-m2).");
    expect_verify(ALL_READY "unlisted=Unable to connect\n",
                  "I-90 unknown -: The pods of kube-system could not be listed: Unable to connect");
}

Test(judge, names_the_server_whose_api_does_not_answer)
{
    expect_verify(READY("ha-m1") READY("ha-m2") READY("ha-m3") "api=192.168.205.85 000 60\n"
                                                               "api=192.168.205.86 000 7\n"
                                                               "api=192.168.205.87 404 0\n",
                  "I-60 fail -: The API of server 192.168.205.85 does not answer under the name "
                  "rke2.demo.kingsd.top: its certificate does not include the name, or belongs to "
                  "another cluster.\n"
                  "I-60 fail -: The API of server 192.168.205.86 does not answer under the name "
                  "rke2.demo.kingsd.top: no connection.\n"
                  "I-60 fail -: The API of server 192.168.205.87 does not answer under the name "
                  "rke2.demo.kingsd.top: the answer does not come from an API server.");
}

Test(judge, tells_at_the_deadline_what_was_waited_for)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_findings findings = {0};
    rw_judge_deadline(&findings, &cluster->hosts[3], RW_STEP_STAGE, true);
    expect_facts(&findings,
                 "I-23 fail ha-w1: The RKE2 installer did not finish within 30 minutes.");
    rw_judge_deadline(&findings, &cluster->hosts[3], RW_STEP_CONFIGURE, false);
    expect_facts(
        &findings,
        "H-14 fail ha-w1: The connection to the host could not be restored: no answer in time.");
    rw_cluster_free(cluster);
}
