/* SPDX-License-Identifier: Apache-2.0 */
/* The script that asks a host's resolver, what is read from it, and a check in which no server
 * answers. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check/dns_check.h"
#include "plan/node_scripts.h"
#include "unit/helpers.h"

#define GUARD_MS 30000

/* ---- the script ---- */

/* Runs it with a getent of ours; the reply to rw_reply_done(). */
static struct rw_reply run_script(const char *shell, const char *getent)
{
    char *folder = folder_new();
    struct rw_buf text = {0};
    struct rw_reply reply = {0};
    int status;
    write_text(in_folder(folder, "getent"), getent);
    chmod(in_folder(folder, "getent"), 0755);
    rw_buf_addf(&text, "PATH=%s:$PATH\nname=rke2.test\nrounds=2\n%s", folder,
                rw_node_script("resolve-name"));
    char *out = run_shell(shell, rw_buf_str(&text), &status);
    cr_expect_eq(status, 0, "%s", shell);
    rw_reply_parse(&reply, out, strlen(out));
    free(out);
    rw_buf_done(&text);
    folder_remove(folder);
    return reply;
}

static size_t count_key(const struct rw_reply *reply, const char *key)
{
    size_t count = 0;
    for (size_t i = 0; i < reply->count; i++)
        count += strcmp(reply->pairs[i].key, key) == 0;
    return count;
}

Test(dns_check, the_script_tells_each_answer_in_every_shell)
{
    for (const char *const *shell = shells; *shell; shell++) {
        if (!have_shell(*shell))
            continue;
        struct rw_reply reply = run_script(*shell, "#!/bin/sh\n"
                                                   "echo '192.0.2.1  STREAM rke2.test'\n"
                                                   "echo '192.0.2.1  DGRAM'\n"
                                                   "echo '2001:db8::1 STREAM'\n");
        cr_expect(rw_reply_is(&reply, "answer", "192.0.2.1 2001:db8::1"), "%s", *shell);
        cr_expect_eq(count_key(&reply, "answer"), 2, "%s", *shell);
        cr_expect_null(rw_reply_get(&reply, "status"));
        rw_reply_done(&reply);
    }
}

Test(dns_check, the_script_asks_no_second_time_where_nothing_was_found)
{
    for (const char *const *shell = shells; *shell; shell++) {
        if (!have_shell(*shell))
            continue;
        struct rw_reply reply = run_script(*shell, "#!/bin/sh\nexit 2\n");
        cr_expect(rw_reply_is(&reply, "answer", ""), "%s", *shell);
        cr_expect_eq(count_key(&reply, "answer"), 1, "%s", *shell);
        cr_expect(rw_reply_is(&reply, "status", "2"), "%s", *shell);
        cr_expect(rw_reply_number(&reply, "seconds", -1) >= 0, "%s", *shell);
        rw_reply_done(&reply);
    }
}

/* ---- what is read ---- */

static void read_reply(struct rw_dns_evidence *evidence, const char *text)
{
    struct rw_reply reply = {0};
    rw_dns_evidence_asker(evidence, 0, "");
    rw_reply_parse(&reply, text, strlen(text));
    rw_dns_check_read(evidence, 0, &reply);
    rw_reply_done(&reply);
}

Test(dns_check, a_reply_becomes_rounds_servers_and_own_addresses)
{
    struct rw_dns_evidence evidence = {0};
    read_reply(&evidence, "server=10.0.0.1\nserver=10.0.0.2\nown=192.0.2.9\nfile=192.0.2.1\n"
                          "answer=192.0.2.1 192.0.2.2\nanswer=192.0.2.2 192.0.2.1\n");
    const struct rw_dns_asker *asker = &evidence.askers[0];
    cr_expect_str_eq(asker->server, "10.0.0.1, 10.0.0.2");
    cr_expect(asker->hosts_file);
    cr_expect_null(asker->not_asked);
    cr_assert_eq(asker->round_count, 2);
    cr_expect_eq(asker->rounds[0].code, RW_DNS_OK);
    cr_expect_eq(asker->rounds[0].count, 2);
    cr_expect_eq(asker->rounds[0].items[0].ttl, RW_DNS_TTL_UNKNOWN);
    cr_expect(!rw_dns_asker_varies(asker));
    cr_assert_eq(evidence.own_count, 1);
    cr_expect_str_eq(evidence.own[0].text, "192.0.2.9");
    rw_dns_evidence_done(&evidence);
}

Test(dns_check, a_failure_that_took_long_is_a_silent_name_server)
{
    static const struct {
        const char *text;
        enum rw_dns_code code;
    } cases[] = {
        {"answer=\nstatus=2\nseconds=0\n", RW_DNS_FAILED},
        {"answer=\nstatus=2\nseconds=12\n", RW_DNS_TIMEOUT},
        {"answer=\nstatus=124\nseconds=1\n", RW_DNS_TIMEOUT},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        struct rw_dns_evidence evidence = {0};
        read_reply(&evidence, cases[i].text);
        cr_assert_eq(evidence.askers[0].round_count, 1);
        cr_expect_eq(evidence.askers[0].rounds[0].code, cases[i].code, "%s", cases[i].text);
        rw_dns_evidence_done(&evidence);
    }
}

Test(dns_check, a_host_that_cannot_be_asked_says_why)
{
    struct rw_dns_evidence evidence = {0};
    read_reply(&evidence, "error=getent\n");
    cr_expect_str_eq(evidence.askers[0].not_asked, "getent: not found");
    rw_dns_evidence_done(&evidence);
    read_reply(&evidence, "rubbish\n");
    cr_expect_not_null(evidence.askers[0].not_asked);
    rw_dns_evidence_done(&evidence);
}

/* ---- a whole check ---- */

struct outcome {
    uv_loop_t loop;
    uv_timer_t guard;
    struct rw_contact *contact;
    struct rw_dns_check *check;
    size_t settled, done, closed;
    char codes[128];
    bool pass;
};

static void on_guard(uv_timer_t *timer)
{
    (void)timer;
    cr_assert_fail("the test hangs");
}

static void on_settled(void *context, size_t host)
{
    struct outcome *outcome = context;
    (void)host;
    outcome->settled++;
}

static void on_closed(void *context)
{
    struct outcome *outcome = context;
    outcome->closed++;
    rw_contact_free(outcome->contact, NULL, NULL);
}

static void on_done(void *context, const struct rw_dns_verdicts *verdicts,
                    const struct rw_dns_evidence *evidence)
{
    struct outcome *outcome = context;
    struct rw_buf codes = {0};
    (void)evidence;
    outcome->done++;
    outcome->pass = rw_dns_verdicts_pass(verdicts);
    for (size_t i = 0; i < verdicts->findings.count; i++)
        rw_buf_addf(&codes, "%s%s", i ? " " : "", rw_finding_code(verdicts->findings.items[i].id));
    memcpy(outcome->codes, rw_buf_str(&codes), codes.len + 1);
    rw_buf_done(&codes);
    rw_dns_check_free(outcome->check, on_closed, outcome);
}

/* Nothing listens at the name server nor at the two hosts. */
static void run_check(struct outcome *outcome, bool end_at_once)
{
    static const char *const servers[] = {"127.0.0.1:1", NULL};
    struct rw_cluster *cluster =
        cluster_of("registration-name: rke2.test\n",
                   "  - {name: ha-m1, address: 127.0.0.1, role: server, port: 1}\n"
                   "  - {name: ha-w1, address: 127.0.0.2, role: agent, port: 1}\n");
    struct rw_contact_options contact = {.cluster = cluster};
    struct rw_dns_check_listener listener = {on_done, outcome};
    memset(outcome, 0, sizeof *outcome);
    uv_loop_init(&outcome->loop);
    outcome->contact = rw_contact_new(&outcome->loop, &contact);
    struct rw_dns_check_options options = {
        .cluster = cluster, .contact = outcome->contact, .servers = servers};
    struct rw_contact_user user = {.settled = on_settled, .context = outcome};
    rw_contact_use(outcome->contact, &user);
    while (outcome->settled < cluster->host_count)
        uv_run(&outcome->loop, UV_RUN_ONCE);
    uv_timer_init(&outcome->loop, &outcome->guard);
    uv_timer_start(&outcome->guard, on_guard, GUARD_MS, 0);
    uv_unref((uv_handle_t *)&outcome->guard);
    outcome->check = rw_dns_check_start(&outcome->loop, &options, &listener);
    cr_assert_eq(outcome->done, 0);
    if (end_at_once)
        rw_dns_check_free(outcome->check, on_closed, outcome);
    uv_run(&outcome->loop, UV_RUN_DEFAULT);
    uv_close((uv_handle_t *)&outcome->guard, NULL);
    uv_run(&outcome->loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&outcome->loop), 0, "handles are left in the loop");
    cr_assert_eq(outcome->closed, 1);
    rw_cluster_free(cluster);
}

Test(dns_check, where_nobody_answers_it_ends_without_a_pass)
{
    struct outcome outcome;
    run_check(&outcome, false);
    cr_expect_eq(outcome.done, 1);
    cr_expect_str_eq(outcome.codes, "D-12 D-15 D-15");
    cr_expect(!outcome.pass);
}

Test(dns_check, it_can_be_ended_at_once)
{
    struct outcome outcome;
    run_check(&outcome, true);
    cr_expect_eq(outcome.done, 0);
}
