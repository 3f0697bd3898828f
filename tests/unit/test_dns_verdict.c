/* SPDX-License-Identifier: Apache-2.0 */
/* Judging the answers for the registration name: the document's four hosts (.85 .86 .87 servers,
 * .88 agent), asked from the console and from each host. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check/dns_verdict.h"
#include "unit/helpers.h"

#define ALL        "192.168.205.85 192.168.205.86 192.168.205.87"
#define ROUNDS     4
#define CONSOLE    (-1)
#define NAMESERVER "192.168.205.2"

static struct rw_cluster *cluster;
static struct rw_dns_evidence evidence;
static struct rw_dns_verdicts verdicts;

static void set_up(void)
{
    cluster = demo_cluster();
}

static void tear_down(void)
{
    rw_dns_verdicts_done(&verdicts);
    rw_dns_evidence_done(&evidence);
    rw_cluster_free(cluster);
}

TestSuite(dns_verdict, .init = set_up, .fini = tear_down);

/* ---- building ---- */

static void add_round(size_t asker, enum rw_dns_code code, const char *addresses, int ttl)
{
    struct rw_dns_round *round = rw_dns_asker_round(&evidence.askers[asker], code);
    while (*addresses) {
        size_t length = strcspn(addresses, " ");
        char *address = rw_strndup(addresses, length);
        rw_dns_round_add(round, address, ttl);
        free(address);
        addresses += length + (addresses[length] == ' ');
    }
}

static size_t add_asker(int host, const char *server)
{
    rw_dns_evidence_asker(&evidence, host, server);
    return evidence.asker_count - 1;
}

/* The same answer in each round; its index. */
static size_t answers(int host, enum rw_dns_code code, const char *addresses)
{
    size_t asker = add_asker(host, NAMESERVER);
    for (int i = 0; i < ROUNDS; i++)
        add_round(asker, code, addresses, host == CONSOLE ? 60 : RW_DNS_TTL_UNKNOWN);
    return asker;
}

/* Console and all hosts get the same. */
static void everybody(enum rw_dns_code code, const char *addresses)
{
    answers(CONSOLE, code, addresses);
    for (int host = 0; host < (int)cluster->host_count; host++)
        answers(host, code == RW_DNS_OK ? code : RW_DNS_FAILED, addresses);
}

static void judge(void)
{
    rw_dns_judge(&verdicts, cluster, &evidence);
}

/* ---- asking ---- */

static const struct rw_dns_row *row(const char *address)
{
    for (size_t i = 0; i < verdicts.row_count; i++)
        if (strcmp(verdicts.rows[i].address, address) == 0)
            return &verdicts.rows[i];
    cr_assert_fail("no row for %s", address);
    return NULL;
}

static void expect_row(const char *address, enum rw_dns_verdict verdict, size_t seen, size_t asked)
{
    const struct rw_dns_row *found = row(address);
    cr_expect_eq(found->verdict, verdict, "%s is %s", address, rw_dns_verdict_name(found->verdict));
    cr_expect_eq(found->seen, seen, "%s seen by %zu", address, found->seen);
    cr_expect_eq(found->asked, asked, "%s of %zu", address, found->asked);
}

/* "D-02 ha-m1 fail, …" in order. */
static void expect_findings(const char *expected)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < verdicts.findings.count; i++) {
        const struct rw_finding *finding = &verdicts.findings.items[i];
        rw_buf_addf(&out, "%s%s%s%s %s", out.len ? ", " : "", rw_finding_code(finding->id),
                    finding->host ? " " : "", finding->host ? finding->host : "",
                    rw_severity_name(finding->severity));
    }
    cr_expect_str_eq(rw_buf_str(&out), expected);
    rw_buf_done(&out);
}

static void expect_part(size_t index, enum rw_finding_part part, const char *expected)
{
    cr_assert_lt(index, verdicts.findings.count);
    char *text = rw_finding_text(&verdicts.findings.items[index], part);
    cr_expect_str_eq(text, expected);
    cr_expect(!strchr(text, '?'), "a parameter is missing: %s", text);
    free(text);
}

/* No text of any finding has a parameter without a value. */
static void expect_complete(void)
{
    for (size_t i = 0; i < verdicts.findings.count; i++) {
        for (int part = RW_FINDING_FACT; part <= RW_FINDING_SAME_AS; part++) {
            char *text = rw_finding_text(&verdicts.findings.items[i], (enum rw_finding_part)part);
            cr_expect(!strchr(text, '?'), "%s", text);
            free(text);
        }
    }
}

/* ---- what is right ---- */

Test(dns_verdict, all_servers_in_every_answer_is_right)
{
    everybody(RW_DNS_OK, ALL);
    judge();
    cr_assert_eq(verdicts.row_count, 3);
    expect_row("192.168.205.85", RW_DNS_V_OK, 5, 5);
    expect_row("192.168.205.86", RW_DNS_V_OK, 5, 5);
    expect_row("192.168.205.87", RW_DNS_V_OK, 5, 5);
    cr_expect_eq(row("192.168.205.85")->ttl, 60);
    cr_expect_eq(verdicts.kind, RW_DNS_KIND_ALL);
    expect_findings("");
    cr_expect(rw_dns_verdicts_pass(&verdicts));
}

Test(dns_verdict, the_order_of_the_addresses_does_not_matter)
{
    size_t asker = add_asker(CONSOLE, NAMESERVER);
    add_round(asker, RW_DNS_OK, ALL, 60);
    add_round(asker, RW_DNS_OK, "192.168.205.87 192.168.205.85 192.168.205.86", 60);
    judge();
    cr_expect_eq(verdicts.kind, RW_DNS_KIND_ALL);
    expect_findings("");
}

Test(dns_verdict, another_address_of_a_server_is_the_server)
{
    everybody(RW_DNS_OK, "2001:db8::85 192.168.205.86 192.168.205.87");
    rw_dns_evidence_own(&evidence, 0, "2001:DB8:0::85");
    judge();
    expect_row("2001:db8::85", RW_DNS_V_OK, 5, 5);
    expect_findings("");
}

Test(dns_verdict, an_address_that_several_hosts_have_is_nobodys)
{
    everybody(RW_DNS_OK, ALL " 172.17.0.1");
    rw_dns_evidence_own(&evidence, 0, "172.17.0.1");
    rw_dns_evidence_own(&evidence, 1, "172.17.0.1");
    judge();
    expect_row("172.17.0.1", RW_DNS_V_EXTRA, 5, 5);
}

/* ---- wrong records ---- */

Test(dns_verdict, the_slip_of_the_document_is_caught)
{
    everybody(RW_DNS_OK, "192.168.205.86 192.168.205.87 192.168.205.88");
    judge();
    cr_assert_eq(verdicts.row_count, 4);
    expect_row("192.168.205.85", RW_DNS_V_MISS, 0, 5);
    expect_row("192.168.205.86", RW_DNS_V_OK, 5, 5);
    expect_row("192.168.205.87", RW_DNS_V_OK, 5, 5);
    expect_row("192.168.205.88", RW_DNS_V_AGENT, 5, 5);
    expect_findings("D-04 ha-m1 fail");
    expect_part(0, RW_FINDING_FACT,
                "The name rke2.demo.kingsd.top resolves to the agent ha-w1 (192.168.205.88) "
                "instead of this server (192.168.205.85).");
    expect_part(0, RW_FINDING_FIX,
                "Delete the record: rke2.demo.kingsd.top. 60 IN A 192.168.205.88; create the "
                "record: rke2.demo.kingsd.top. 60 IN A 192.168.205.85");
    expect_part(0, RW_FINDING_SAME_AS, "dig +short rke2.demo.kingsd.top A @192.168.205.2");
    cr_expect(!rw_dns_verdicts_pass(&verdicts));
}

Test(dns_verdict, a_missing_server_is_named_with_its_record)
{
    everybody(RW_DNS_OK, "192.168.205.85 192.168.205.87");
    judge();
    expect_row("192.168.205.86", RW_DNS_V_MISS, 0, 5);
    expect_findings("D-02 ha-m2 fail");
    expect_part(0, RW_FINDING_FIX,
                "Create the record: rke2.demo.kingsd.top. 60 IN A 192.168.205.86");
    cr_expect(!rw_dns_verdicts_pass(&verdicts));
}

Test(dns_verdict, an_agent_among_the_servers_is_named)
{
    everybody(RW_DNS_OK, ALL " 192.168.205.88");
    judge();
    expect_row("192.168.205.88", RW_DNS_V_AGENT, 5, 5);
    expect_findings("D-03 ha-w1 fail");
    expect_part(0, RW_FINDING_FIX,
                "Delete the record: rke2.demo.kingsd.top. 60 IN A 192.168.205.88");
}

Test(dns_verdict, an_address_of_nobody_is_extra)
{
    everybody(RW_DNS_OK, ALL " 192.168.205.99 fd00::9");
    judge();
    expect_row("192.168.205.99", RW_DNS_V_EXTRA, 5, 5);
    expect_row("fd00::9", RW_DNS_V_EXTRA, 5, 5);
    expect_findings("D-05 fail, D-05 fail");
    expect_part(
        1, RW_FINDING_FACT,
        "The name rke2.demo.kingsd.top resolves to fd00::9, which is not one of the hosts.");
    char *fix = rw_finding_text(&verdicts.findings.items[1], RW_FINDING_FIX);
    cr_expect(strstr(fix, "rke2.demo.kingsd.top. 60 IN AAAA fd00::9"), "%s", fix);
    free(fix);
}

Test(dns_verdict, records_go_where_the_alias_leads)
{
    everybody(RW_DNS_OK, "192.168.205.85 192.168.205.87");
    evidence.askers[0].target = rw_strdup("pool.kingsd.top");
    judge();
    expect_part(0, RW_FINDING_FIX, "Create the record: pool.kingsd.top. 60 IN A 192.168.205.86");
}

Test(dns_verdict, a_long_ttl_is_a_warning)
{
    size_t asker = add_asker(CONSOLE, NAMESERVER);
    add_round(asker, RW_DNS_OK, ALL, 61);
    add_round(asker, RW_DNS_OK, ALL, 17);
    judge();
    cr_expect_eq(row("192.168.205.85")->ttl, 61);
    expect_findings("D-14 warn");
    expect_complete();
    cr_expect(rw_dns_verdicts_pass(&verdicts));
}

/* ---- answers that differ ---- */

Test(dns_verdict, a_host_with_another_answer_is_a_split)
{
    answers(CONSOLE, RW_DNS_OK, ALL);
    answers(0, RW_DNS_OK, ALL);
    answers(1, RW_DNS_OK, "192.168.205.85 192.168.205.99");
    answers(2, RW_DNS_OK, ALL);
    judge();
    expect_row("192.168.205.85", RW_DNS_V_OK, 4, 4);
    expect_row("192.168.205.86", RW_DNS_V_SPLIT, 3, 4);
    expect_row("192.168.205.87", RW_DNS_V_SPLIT, 3, 4);
    expect_row("192.168.205.99", RW_DNS_V_EXTRA, 1, 4);
    expect_findings("D-05 fail, D-06 fail");
    expect_part(1, RW_FINDING_WHY,
                "Answers: 192.168.205.2, ha-m1, ha-m3: 192.168.205.85, 192.168.205.86, "
                "192.168.205.87; ha-m2: 192.168.205.85, 192.168.205.99.");
}

Test(dns_verdict, a_name_server_that_does_not_know_the_name_is_a_split)
{
    answers(CONSOLE, RW_DNS_OK, ALL);
    size_t other = add_asker(CONSOLE, "192.0.2.53");
    add_round(other, RW_DNS_NXDOMAIN, "", 0);
    judge();
    expect_row("192.168.205.85", RW_DNS_V_SPLIT, 1, 2);
    expect_findings("D-06 fail");
    expect_part(0, RW_FINDING_WHY,
                "Answers: 192.168.205.2: 192.168.205.85, 192.168.205.86, 192.168.205.87; "
                "192.0.2.53: -.");
}

Test(dns_verdict, one_address_an_answer_is_told_apart_from_a_missing_server)
{
    size_t asker = add_asker(CONSOLE, NAMESERVER);
    add_round(asker, RW_DNS_OK, "192.168.205.85", 60);
    add_round(asker, RW_DNS_OK, "192.168.205.86", 60);
    add_round(asker, RW_DNS_OK, "192.168.205.87", 60);
    answers(0, RW_DNS_OK, "192.168.205.86");
    judge();
    cr_expect_eq(verdicts.kind, RW_DNS_KIND_ONE);
    expect_row("192.168.205.85", RW_DNS_V_ONE, 1, 2);
    expect_row("192.168.205.86", RW_DNS_V_ONE, 2, 2);
    expect_findings("D-07 warn");
    expect_complete();
    cr_expect(rw_dns_verdicts_pass(&verdicts));
}

Test(dns_verdict, caches_with_one_address_each_are_one_at_a_time)
{
    answers(CONSOLE, RW_DNS_OK, "192.168.205.85");
    answers(0, RW_DNS_OK, "192.168.205.86");
    answers(1, RW_DNS_OK, "192.168.205.87");
    judge();
    cr_expect_eq(verdicts.kind, RW_DNS_KIND_ONE);
    expect_findings("D-07 warn");
}

Test(dns_verdict, a_random_part_is_its_own_kind)
{
    size_t asker = add_asker(CONSOLE, NAMESERVER);
    add_round(asker, RW_DNS_OK, "192.168.205.85 192.168.205.86", 60);
    add_round(asker, RW_DNS_OK, "192.168.205.86 192.168.205.87", 60);
    judge();
    cr_expect_eq(verdicts.kind, RW_DNS_KIND_PART);
    expect_row("192.168.205.85", RW_DNS_V_ONE, 1, 1);
    expect_findings("D-08 warn");
}

Test(dns_verdict, few_parts_without_a_server_prove_nothing)
{
    size_t asker = add_asker(CONSOLE, NAMESERVER);
    add_round(asker, RW_DNS_OK, "192.168.205.85", 60);
    add_round(asker, RW_DNS_OK, "192.168.205.86", 60);
    judge();
    expect_row("192.168.205.87", RW_DNS_V_UNKNOWN, 0, 1);
    expect_findings("D-17 ha-m3 unknown, D-07 warn");
    expect_complete();
    cr_expect(!rw_dns_verdicts_pass(&verdicts), "undetermined is no pass");
}

Test(dns_verdict, many_parts_without_a_server_prove_that_it_is_missing)
{
    size_t asker = add_asker(CONSOLE, NAMESERVER);
    for (int i = 0; i < 24; i++)
        add_round(asker, RW_DNS_OK, i % 2 ? "192.168.205.85" : "192.168.205.86", 60);
    judge();
    expect_row("192.168.205.87", RW_DNS_V_MISS, 0, 1);
    expect_findings("D-02 ha-m3 fail, D-07 warn");
}

Test(dns_verdict, a_host_without_ipv6_is_no_split)
{
    answers(CONSOLE, RW_DNS_OK, ALL " fd00::85");
    answers(0, RW_DNS_OK, ALL " fd00::85");
    answers(1, RW_DNS_OK, ALL);
    rw_dns_evidence_own(&evidence, 0, "fd00::85");
    judge();
    expect_row("fd00::85", RW_DNS_V_OK, 2, 3);
    expect_findings("");
}

/* ---- /etc/hosts ---- */

Test(dns_verdict, a_hosts_file_with_the_same_servers_is_a_warning)
{
    everybody(RW_DNS_OK, ALL);
    evidence.askers[2].hosts_file = true;
    judge();
    expect_row("192.168.205.85", RW_DNS_V_OK, 5, 5);
    expect_findings("D-09 ha-m2 warn");
    expect_complete();
    cr_expect(rw_dns_verdicts_pass(&verdicts));
}

Test(dns_verdict, a_hosts_file_that_says_something_else_is_stale)
{
    everybody(RW_DNS_OK, ALL);
    size_t asker = answers(3, RW_DNS_OK, "192.168.205.85 192.168.205.70");
    evidence.askers[asker].hosts_file = true;
    judge();
    expect_row("192.168.205.85", RW_DNS_V_OK, 6, 6);
    expect_row("192.168.205.86", RW_DNS_V_STALE, 5, 6);
    expect_row("192.168.205.70", RW_DNS_V_STALE, 1, 6);
    expect_findings("D-09 ha-w1 fail");
    expect_part(0, RW_FINDING_FACT,
                "/etc/hosts on this host has an entry for rke2.demo.kingsd.top: 192.168.205.85, "
                "192.168.205.70.");
    cr_expect(!rw_dns_verdicts_pass(&verdicts));
}

/* ---- no answer ---- */

Test(dns_verdict, a_name_that_does_not_exist_comes_with_all_records)
{
    everybody(RW_DNS_NXDOMAIN, "");
    judge();
    expect_row("192.168.205.85", RW_DNS_V_NXDOMAIN, 0, 5);
    expect_findings("D-01 fail");
    expect_part(0, RW_FINDING_FIX,
                "Create one record for each server: rke2.demo.kingsd.top. 60 IN A 192.168.205.85, "
                "rke2.demo.kingsd.top. 60 IN A 192.168.205.86, rke2.demo.kingsd.top. 60 IN A "
                "192.168.205.87");
    expect_complete();
}

Test(dns_verdict, a_name_without_an_address_is_told_apart)
{
    everybody(RW_DNS_NODATA, "");
    judge();
    expect_row("192.168.205.85", RW_DNS_V_MISS, 0, 5);
    expect_findings("D-16 fail");
    expect_complete();
}

Test(dns_verdict, refused_silent_and_broken_servers_are_told_apart)
{
    static const struct {
        enum rw_dns_code code;
        enum rw_dns_verdict verdict;
        const char *findings;
    } cases[] = {
        {RW_DNS_REFUSED, RW_DNS_V_REFUSED, "D-10 fail"},
        {RW_DNS_TIMEOUT, RW_DNS_V_TIMEOUT, "D-11 fail"},
        {RW_DNS_SERVFAIL, RW_DNS_V_UNKNOWN, "D-12 fail"},
        {RW_DNS_GARBAGE, RW_DNS_V_UNKNOWN, "D-12 fail"},
        {RW_DNS_UNREACHABLE, RW_DNS_V_UNKNOWN, "D-12 fail"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        everybody(cases[i].code, "");
        judge();
        expect_row("192.168.205.85", cases[i].verdict, 0, 5);
        expect_findings(cases[i].findings);
        expect_complete();
        cr_expect(!rw_dns_verdicts_pass(&verdicts));
        rw_dns_verdicts_done(&verdicts);
        rw_dns_evidence_done(&evidence);
    }
}

Test(dns_verdict, one_dead_name_server_of_two_is_a_warning)
{
    everybody(RW_DNS_OK, ALL);
    size_t dead = add_asker(CONSOLE, "192.0.2.53");
    add_round(dead, RW_DNS_TIMEOUT, "", 0);
    judge();
    expect_row("192.168.205.85", RW_DNS_V_OK, 5, 6);
    expect_findings("D-11 warn");
    expect_part(0, RW_FINDING_FACT, "The name server 192.0.2.53 does not answer.");
    cr_expect(rw_dns_verdicts_pass(&verdicts));
}

Test(dns_verdict, a_host_that_cannot_resolve_is_a_failure_of_that_host)
{
    everybody(RW_DNS_OK, ALL);
    size_t asker = add_asker(3, "10.0.0.1, 10.0.0.2");
    add_round(asker, RW_DNS_FAILED, "", 0);
    judge();
    expect_row("192.168.205.85", RW_DNS_V_OK, 5, 6);
    expect_findings("D-13 ha-w1 fail");
    expect_part(0, RW_FINDING_WHY,
                "Its resolver returned no address. Its name servers: 10.0.0.1, 10.0.0.2.");
    expect_part(0, RW_FINDING_SAME_AS,
                "ssh -p 22 root@192.168.205.88 getent ahosts rke2.demo.kingsd.top");
}

Test(dns_verdict, a_host_that_could_not_be_asked_is_undetermined_and_no_pass)
{
    answers(CONSOLE, RW_DNS_OK, ALL);
    size_t asker = add_asker(1, "");
    evidence.askers[asker].not_asked = rw_strdup("no answer");
    judge();
    expect_row("192.168.205.85", RW_DNS_V_OK, 1, 1);
    expect_findings("D-15 ha-m2 unknown");
    expect_complete();
    cr_expect(!rw_dns_verdicts_pass(&verdicts));
}

Test(dns_verdict, nobody_to_ask_is_undetermined)
{
    judge();
    expect_row("192.168.205.85", RW_DNS_V_UNKNOWN, 0, 0);
    expect_findings("D-18 unknown");
    cr_expect(!rw_dns_verdicts_pass(&verdicts));
}

Test(dns_verdict, hosts_alone_that_cannot_resolve_are_told)
{
    size_t asker = add_asker(0, "10.0.0.1");
    add_round(asker, RW_DNS_FAILED, "", 0);
    judge();
    expect_findings("D-13 ha-m1 fail");
}

/* ---- records ---- */

Test(dns_verdict, the_records_to_create_are_zone_lines)
{
    struct rw_buf out = {0};
    rw_dns_zone_lines(&out, cluster, &evidence);
    cr_expect_str_eq(rw_buf_str(&out), "rke2.demo.kingsd.top. 60 IN A 192.168.205.85\n"
                                       "rke2.demo.kingsd.top. 60 IN A 192.168.205.86\n"
                                       "rke2.demo.kingsd.top. 60 IN A 192.168.205.87\n");
    rw_buf_done(&out);
}

Test(dns_verdict, what_is_no_address_is_left_out_and_doubles_count_once)
{
    size_t asker = add_asker(CONSOLE, NAMESERVER);
    add_round(asker, RW_DNS_OK, "rubbish 192.168.205.85 192.168.205.85 ::ffff:192.168.205.85", 1);
    cr_expect_eq(evidence.askers[asker].rounds[0].count, 1);
    cr_expect(!rw_dns_asker_varies(&evidence.askers[asker]));
}

/* ---- behind a jump host ---- */

static void behind_a_jump_host(void)
{
    for (size_t i = 0; i < cluster->host_count; i++)
        rw_strset(&cluster->hosts[i].login.jump, "bastion.example.com");
}

Test(dns_verdict, a_console_that_does_not_know_the_name_warns_when_the_hosts_are_behind_a_jump_host)
{
    behind_a_jump_host();
    answers(CONSOLE, RW_DNS_NXDOMAIN, "");
    for (int host = 0; host < 4; host++)
        answers(host, RW_DNS_OK, ALL);
    judge();
    expect_findings("D-19 warn");
    expect_row("192.168.205.85", RW_DNS_V_OK, 4, 4);
    cr_expect(rw_dns_verdicts_pass(&verdicts));
}

Test(dns_verdict, a_console_that_is_led_elsewhere_warns_when_the_hosts_are_behind_a_jump_host)
{
    behind_a_jump_host();
    answers(CONSOLE, RW_DNS_OK, "203.0.113.7");
    for (int host = 0; host < 4; host++)
        answers(host, RW_DNS_OK, ALL);
    judge();
    expect_findings("D-19 warn");
    char *why = rw_finding_text(&verdicts.findings.items[0], RW_FINDING_WHY);
    cr_expect(strstr(why, "ha-m1, ha-m2, ha-m3, ha-w1: 192.168.205.85"), "%s", why);
    free(why);
}

Test(dns_verdict, what_the_hosts_say_fails_behind_a_jump_host_too)
{
    behind_a_jump_host();
    answers(CONSOLE, RW_DNS_OK, ALL);
    answers(0, RW_DNS_OK, "192.168.205.85 192.168.205.86");
    for (int host = 1; host < 4; host++)
        answers(host, RW_DNS_OK, ALL);
    judge();
    expect_findings("D-06 fail");
}
