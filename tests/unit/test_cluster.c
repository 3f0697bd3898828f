/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "cluster/answers.h"
#include "cluster/cluster.h"
#include "cluster/fit.h"
#include "cluster/jump.h"
#include "cluster/names.h"

static struct rw_host *add_host(struct rw_cluster *cluster, const char *name, enum rw_role role)
{
    struct rw_host *host = rw_array_add(cluster->hosts, cluster->host_count);
    host->name = rw_strdup(name);
    host->role = role;
    return host;
}

static void all(bool (*check)(const char *), bool expected, const char *const *texts)
{
    for (; *texts; texts++)
        cr_expect_eq(check(*texts), expected, "“%s” should be %s", *texts,
                     expected ? "accepted" : "refused");
}

#define ACCEPTS(check, ...) all(check, true, (const char *const[]){__VA_ARGS__, NULL})
#define REFUSES(check, ...) all(check, false, (const char *const[]){__VA_ARGS__, NULL})

#define TEN   "abcdefghij"
#define SIXTY TEN TEN TEN TEN TEN TEN

Test(cluster, begins_with_the_defaults)
{
    struct rw_cluster *cluster = rw_cluster_new();
    cr_assert_str_eq(cluster->channel, "stable");
    cr_assert_str_eq(cluster->login.user, "root");
    cr_assert_eq(cluster->login.port, 22);
    cr_assert(cluster->servers_run_workloads);
    cr_assert_null(cluster->token);
    cr_assert_eq(rw_cluster_servers(cluster), 0);
    cr_assert_eq(rw_cluster_first_server(cluster), -1);
    rw_cluster_free(cluster);
    rw_cluster_free(NULL);
}

Test(cluster, finds_hosts_and_counts_servers)
{
    struct rw_cluster *cluster = rw_cluster_new();
    add_host(cluster, "w1", RW_ROLE_AGENT);
    add_host(cluster, "m1", RW_ROLE_SERVER);
    add_host(cluster, "m2", RW_ROLE_SERVER);
    cr_assert_eq(rw_cluster_servers(cluster), 2);
    cr_assert_eq(rw_cluster_first_server(cluster), 1);
    cr_assert_eq(rw_cluster_host(cluster, "m2"), &cluster->hosts[2]);
    cr_assert_null(rw_cluster_host(cluster, "m3"));
    rw_cluster_free(cluster);
}

Test(cluster, names_the_roles_as_in_the_answers_file)
{
    cr_assert_str_eq(rw_role_name(RW_ROLE_SERVER), "server");
    cr_assert_str_eq(rw_role_name(RW_ROLE_AGENT), "agent");
}

Test(cluster, is_equal_but_for_line_numbers)
{
    struct rw_cluster *a = rw_cluster_new(), *b = rw_cluster_new();
    struct rw_host *host = add_host(a, "m1", RW_ROLE_SERVER);
    cr_assert_not(rw_cluster_equal(a, b));
    add_host(b, "m1", RW_ROLE_SERVER)->line = 7;
    cr_assert(rw_cluster_equal(a, b));
    host->login.port = 2222;
    cr_assert_not(rw_cluster_equal(a, b));
    host->login.port = 0;
    rw_strset(&a->token, "x");
    cr_assert_not(rw_cluster_equal(a, b));
    rw_strset(&b->token, "x");
    *rw_array_add(a->tls_san, a->tls_san_count) = rw_strdup("a.b");
    *rw_array_add(b->tls_san, b->tls_san_count) = rw_strdup("a.c");
    cr_assert_not(rw_cluster_equal(a, b));
    rw_cluster_free(a);
    rw_cluster_free(b);
}

/* ---- names ---- */

Test(cluster, knows_node_names)
{
    ACCEPTS(rw_names_is_node, "m1", "ha-m1", "a", "1", "123", "node.example.com", "a.b.c",
            SIXTY "abc", "xn--fiqs8s", "localhost.example.com");
    REFUSES(rw_names_is_node, "", "M1", "m_1", "-m", "m-", "m1.", ".m1", "a..b", "a.-b", "a-.b",
            "m 1", "m1\n", "münchen", "localhost", SIXTY "abcd",
            SIXTY "." SIXTY "." SIXTY "." SIXTY "." TEN, "a/b", "m1:22", "*");
}

Test(cluster, knows_dns_names)
{
    ACCEPTS(rw_names_is_dns, "rke2.demo.kingsd.top", "Rke2.Demo", "rke2", "1a", "4.example", "0x7g",
            "x.0y");
    REFUSES(rw_names_is_dns, "", "a.", "*.a", "a_b.c", "1", "10.1", "192.168.1.300", "0x7f000001",
            "0x7f.1", "a.1", "a.0x1", "0x", "::1", "a b", "-a.b");
    REFUSES(rw_names_is_registration, "localhost", "LOCALHOST", "10.0.0.1", "fd00::1");
    ACCEPTS(rw_names_is_registration, "rke2", "rke2.example.com");
}

Test(cluster, knows_addresses_of_one_machine)
{
    ACCEPTS(rw_names_is_address, "192.168.205.85", "10.0.0.1", "127.0.0.2", "fd00::1", "::1",
            "FE80::1", "::ffff:10.0.0.1", "m1.example.com", "m1", "M1.Example.com");
    REFUSES(rw_names_is_address, "", "192.168.1.300", "10.0.0", "10.0.0.1.2", "010.0.0.1",
            "10.0.0.1/24", "10.0.0.1:22", "[fd00::1]", "fd00::1%eth0", "fd00:::1", "0.0.0.0",
            "::", "::ffff:0.0.0.0", "224.0.0.1", "255.255.255.255", "ff02::1", "m1_a", "a..b",
            "root@m1");
}

Test(cluster, knows_names_for_the_certificate)
{
    ACCEPTS(rw_names_is_san, "lb", "lb.example.com", "10.0.0.1", "fd00::1");
    REFUSES(rw_names_is_san, "", "*.example.com", "10.0.0.0/8", "lb.example.com:6443",
            "https://lb");
}

Test(cluster, knows_cluster_names)
{
    ACCEPTS(rw_names_is_cluster, "a", "ha-demo", "1", "a-", SIXTY "abc");
    REFUSES(rw_names_is_cluster, "", "-a", "Ha", "a.b", "a/b", "..", "a b", SIXTY "abcd", "集群");
}

Test(cluster, knows_channels_and_versions)
{
    ACCEPTS(rw_names_is_channel, "stable", "latest", "testing", "v1.34", "v1.9");
    REFUSES(rw_names_is_channel, "", "Stable", "v1", "v1.", "v1.34.1", "v2.1", "1.34", "v1.x",
            "v1.1234");
    ACCEPTS(rw_names_is_version, "v1.26.12+rke2r1", "v1.35.7+rke2r12", "v1.35.0-rc2+rke2r1",
            "v1.18.4-rc3+rke2r1", "v1.0.0+rke2r0", "v1.0.0+rke2r10");
    REFUSES(rw_names_is_version, "", "v", "v1", "v1.", "v1.26", "v1.26.", "v1.26.12", "v1.26.12+",
            "v1.26.12+rke2", "v1.26.12+rke2r", "v1.26.12+rke2r1 ", " v1.26.12+rke2r1",
            "v1.26.12+rke2r1\n", "1.26.12+rke2r1", "V1.26.12+rke2r1", "v2.26.12+rke2r1",
            "v1.26+rke2r1", "v1..1+rke2r1", "v1.-6.12+rke2r1", "v1.26.12-rke2r1",
            "v1.26.12%2Brke2r1", "v1.26.12+k3s1", "v1.26.12+rke2r1+rke2r1", "v1.26.12-rc+rke2r1",
            "v1.26.12-alpha1+rke2r1", "v1.26.12+rke2r1;reboot", "v1.999999.1+rke2r1",
            "v2.0.0+rke2r1",
            "v1.0.1111111111111111111111111111111111111111111111111111111111111+rke2r1", "latest",
            "stable", "$(reboot)");
}

Test(cluster, knows_login_names)
{
    ACCEPTS(rw_names_is_user, "root", "ops", "Ops_1", "a.b-c", "me@corp", "CORP\\me", "svc$");
    REFUSES(rw_names_is_user, "", "-oProxyCommand", "a b", "a:b", "a/b", "a'b", "a\"b", "a`b",
            "a\tb", "a\x7f", "mü", SIXTY "abcde");
}

Test(cluster, knows_paths)
{
    ACCEPTS(rw_names_is_path, "a", "/a b/c", "~/.ssh/id", "/密钥", "./it's");
    REFUSES(rw_names_is_path, "", "a\nb", "a\tb", "a\x01", "a\xc2\x85", "a\xff");
}

Test(cluster, spells_equal_addresses_equally)
{
    static const char *const cases[][2] = {
        {"10.0.0.1", "10.0.0.1"},     {"FD00:0:0:0::1", "fd00::1"}, {"::FFFF:10.0.0.1", "10.0.0.1"},
        {"M1.Example", "m1.example"}, {"fd00:::1", "fd00:::1"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        char *canonical = rw_names_canonical(cases[i][0]);
        cr_expect_str_eq(canonical, cases[i][1]);
        free(canonical);
    }
}

/* ---- tokens ---- */

Test(cluster, accepts_tokens_in_the_short_form)
{
    static const char *const tokens[] = {
        "my-shared-secret",
        "x",
        "0123456789abcdef0123456789abcdef",
        "K1",
        "a:b#c",
        "k10abc",
        "abcdef.0123456789abcde",
        "abcdef.0123456789abcdefg",
        "Abcdef.0123456789abcdef",
    };
    for (size_t i = 0; i < RW_COUNT(tokens); i++)
        cr_expect_eq(rw_answers_check_token(tokens[i], NULL), 0, "%s", tokens[i]);
}

Test(cluster, finds_the_place_of_a_byte_that_no_token_may_contain)
{
    cr_assert_eq(rw_names_token_bad_byte("my-shared-secret"), -1);
    cr_assert_eq(rw_names_token_bad_byte(""), -1);
    cr_assert_eq(rw_names_token_bad_byte("ab c"), 2);
    cr_assert_eq(rw_names_token_bad_byte("é"), 0);
    cr_assert_eq(rw_names_token_bad_byte("abc'"), 3);
}

Test(cluster, refuses_tokens_that_rke2_would_misread)
{
    static const char *const tokens[] = {
        "",
        "K10",
        "K10abc::server:x",
        "abcdef.0123456789abcdef",
        "a b",
        "a\tb",
        "a\nb",
        "a'b",
        "a\"b",
        "a`b",
        "\x7f",
        "密码",
    };
    for (size_t i = 0; i < RW_COUNT(tokens); i++) {
        const char *reason = NULL;
        cr_expect_eq(rw_answers_check_token(tokens[i], &reason), RW_EINVAL, "%s", tokens[i]);
        cr_expect(reason && *reason);
    }
    char token[514];
    memset(token, 'x', sizeof token);
    token[513] = '\0';
    cr_expect_eq(rw_answers_check_token(token, NULL), RW_EINVAL);
    token[512] = '\0';
    cr_expect_eq(rw_answers_check_token(token, NULL), 0);
}

/* ---- jump hosts ---- */

/* "user@address:port key", or "-". */
static char *jump_of(const char *text, const char *key, const char *jump_key)
{
    struct rw_host host = {.login = {.user = rw_strdup("ops"),
                                     .key = rw_strdup(key),
                                     .jump = rw_strdup(text),
                                     .jump_key = rw_strdup(jump_key)}};
    struct rw_jump jump;
    bool there = rw_jump_of(&host.login, &jump);
    char *words = there ? rw_jump_text(&jump) : rw_strdup("");
    char *all = rw_asprintf("%s%s%s", words, there ? " " : "", jump.key ? jump.key : "-");
    rw_host_done(&host);
    rw_jump_done(&jump);
    free(words);
    return all;
}

Test(cluster, a_jump_host_is_taken_apart_and_completed_from_the_login)
{
    static const struct {
        const char *text, *key, *jump_key, *expected;
    } cases[] = {
        {"bastion.example.com", NULL, NULL, "ops@bastion.example.com:22 -"},
        {"me@192.0.2.1:2222", "/k", NULL, "me@192.0.2.1:2222 /k"},
        {"me@192.0.2.1:2222", "/k", "/j", "me@192.0.2.1:2222 /j"},
        {"2001:db8::1", NULL, NULL, "ops@[2001:db8::1]:22 -"},
        {"me@[2001:db8::1]:2200", NULL, NULL, "me@[2001:db8::1]:2200 -"},
        {"me@[2001:db8::1]", NULL, NULL, "me@[2001:db8::1]:22 -"},
        {"me@corp@192.0.2.1", NULL, NULL, "me@corp@192.0.2.1:22 -"},
        {"none", "/k", "/j", "-"},
        {NULL, "/k", NULL, "-"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        char *jump = jump_of(cases[i].text, cases[i].key, cases[i].jump_key);
        cr_expect_str_eq(jump, cases[i].expected);
        cr_expect(!cases[i].text || rw_jump_is(cases[i].text), "%s", cases[i].text);
        free(jump);
    }
}

Test(cluster, what_is_no_jump_host_is_refused)
{
    static const char *const texts[] = {
        "",           "@192.0.2.1",      "me@",          "192.0.2.1:0",  "192.0.2.1:65536",
        "a:b@c",      "one,two",         "192.0.2.1:x",  "-oProxy@host", "[192.0.2.1]:22",
        "[2001::1",   "[2001::1]22",     "me@bad name",  "a/b",          "192.0.2.1:22:22",
        "me@0.0.0.0", "user@-host.test", "192.0.2.1: 22"};
    for (size_t i = 0; i < RW_COUNT(texts); i++)
        cr_expect_not(rw_jump_is(texts[i]), "%s", texts[i]);
}

/* ---- values that have to fit each other ---- */

struct misfits {
    struct rw_findings findings;
    char text[400]; /* "A-08/name@1=0 …" */
    bool deaf;
};

static struct rw_finding *add_misfit(void *context, const struct rw_misfit *misfit)
{
    struct misfits *misfits = context;
    size_t used = strlen(misfits->text);
    snprintf(misfits->text + used, sizeof misfits->text - used, "%s/%s@%d=%d%s%s ",
             rw_finding_code(misfit->id), misfit->key ? misfit->key : "", misfit->host,
             misfit->other, misfit->lacks ? " for " : "", misfit->lacks ? misfit->lacks : "");
    return misfits->deaf ? NULL : rw_findings_add(&misfits->findings, misfit->id, NULL, NULL);
}

static void expect_misfits(const struct rw_cluster *cluster, const char *expected)
{
    for (int deaf = 0; deaf < 2; deaf++) {
        struct misfits misfits = {.deaf = deaf};
        rw_fit_settings(cluster, add_misfit, &misfits);
        rw_fit_hosts(cluster, add_misfit, &misfits);
        cr_expect_str_eq(misfits.text, expected, "%s", misfits.text);
        rw_findings_done(&misfits.findings);
    }
}

Test(cluster, values_that_do_not_fit_each_other_name_who_has_them)
{
    struct rw_cluster *cluster = rw_cluster_new();
    expect_misfits(cluster, "A-10/@-1=0 ");
    rw_strset(&add_host(cluster, "m1", RW_ROLE_SERVER)->address, "fd00::1");
    expect_misfits(cluster, "");
    rw_strset(&add_host(cluster, "m2", RW_ROLE_AGENT)->address, "FD00:0::1");
    rw_strset(&add_host(cluster, "M1", RW_ROLE_SERVER)->address, "fd00::2");
    rw_strset(&add_host(cluster, NULL, RW_ROLE_AGENT)->address, NULL);
    expect_misfits(cluster, "A-09/address@1=0 A-08/name@2=0 A-11/@-1=0 ");
    rw_strset(&cluster->source, "/opt/rke2");
    cluster->hosts[2].role = RW_ROLE_AGENT;
    rw_strset(&cluster->hosts[2].name, "m3");
    rw_strset(&cluster->hosts[1].address, NULL);
    expect_misfits(cluster, "A-25/source@-1=0 for rke2-version ");
    rw_strset(&cluster->cni, "flannel");
    rw_strset(&cluster->version, "v1.26.12+rke2r1");
    expect_misfits(cluster, "A-23/cni@-1=0 ");
    rw_cluster_free(cluster);
}
