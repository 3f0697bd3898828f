/* SPDX-License-Identifier: Apache-2.0 */
/* The settings of a cluster: what connects its pods, where RKE2 comes from, the way out. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cluster/answers.h"
#include "cluster/cni.h"
#include "cluster/proxy.h"
#include "cluster/source.h"
#include "install/begin.h"
#include "rke2/config_file.h"
#include "unit/helpers.h"

#define HEAD   "version: 1\ncluster: demo\nregistration-name: demo.example.com\n"
#define HOST   "- {name: m1, address: 10.0.0.1, role: server}\n"
#define SECRET "Pr0xy-secret"

/* Reads answers that may be wrong; gives "A-06 demo.yaml:4:6;" of each finding, to free(). */
static char *codes_of(const char *settings, struct rw_cluster **cluster)
{
    char *text = rw_asprintf(HEAD "%shosts:\n" HOST, settings);
    struct rw_findings findings = {0};
    struct rw_cluster *read =
        rw_answers_parse(text, strlen(text), "demo.yaml", "/etc/demo", &findings);
    struct rw_buf out = {0};
    for (size_t i = 0; i < findings.count; i++) {
        char *fact = rw_finding_text(&findings.items[i], RW_FINDING_FACT);
        cr_expect_null(strstr(fact, SECRET), "%s", fact);
        rw_buf_addf(&out, "%s %s;", rw_finding_code(findings.items[i].id),
                    rw_finding_get(&findings.items[i], "where"));
        free(fact);
    }
    rw_findings_done(&findings);
    if (cluster)
        *cluster = read;
    else
        rw_cluster_free(read);
    free(text);
    return rw_buf_take(&out);
}

static void expect_codes(const char *settings, const char *expected)
{
    char *codes = codes_of(settings, NULL);
    cr_expect_str_eq(codes ? codes : "", expected, "%s: %s", settings, codes);
    free(codes);
}

static struct rw_cluster *good(const char *settings)
{
    struct rw_cluster *cluster = NULL;
    char *codes = codes_of(settings, &cluster);
    cr_assert(cluster, "%s: %s", settings, codes);
    free(codes);
    return cluster;
}

/* ---- what connects the pods ---- */

Test(settings, know_the_networks_by_their_names)
{
    static const char *const names[] = {"canal", "calico", "cilium", "flannel", "none"};
    for (int i = 0; i < RW_CNI_COUNT; i++) {
        cr_expect_str_eq(rw_cni_name((enum rw_cni)i), names[i]);
        cr_expect_eq(rw_cni_by_name(names[i]), (enum rw_cni)i);
    }
    cr_expect_eq(rw_cni_by_name("Canal"), RW_CNI_COUNT);
    cr_expect_eq(rw_cni_by_name("multus"), RW_CNI_COUNT);
    cr_expect_eq(rw_cni_by_name(""), RW_CNI_COUNT);
}

Test(settings, know_which_versions_bring_flannel)
{
    static const struct {
        const char *version;
        bool there;
    } rows[] = {{"v1.25.16+rke2r1", false}, {"v1.26.13+rke2r1", false}, {"v1.26.14+rke2r1", true},
                {"v1.27.10+rke2r1", false}, {"v1.27.16+rke2r2", true},  {"v1.28.6+rke2r1", false},
                {"v1.28.7+rke2r1", true},   {"v1.29.1+rke2r1", false},  {"v1.29.2+rke2r1", true},
                {"v1.30.0+rke2r1", true},   {"v1.36.4+rke2r1", true}};
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        cr_expect_eq(rw_cni_in_version(RW_CNI_FLANNEL, rows[i].version), rows[i].there, "%s",
                     rows[i].version);
        cr_expect(rw_cni_in_version(RW_CNI_CILIUM, rows[i].version));
    }
}

Test(settings, tell_of_a_network_that_the_version_does_not_bring)
{
    expect_codes("cni: flannel\nrke2: {version: v1.26.12+rke2r1}\n", "A-23 demo.yaml:4:6;");
    expect_codes("cni: flannel\nrke2: {version: v1.34.1+rke2r1}\n", "");
    expect_codes("cni: flannel\n", "");
    expect_codes("cni: weave\n", "A-06 demo.yaml:4:6;");
    expect_codes("cni: [canal]\n", "A-05 demo.yaml:4:6;");
}

static void expect_config(const char *settings, const char *server)
{
    char *text = rw_asprintf("registration-name: a.b\ntoken: x\n%s", settings);
    struct rw_cluster *cluster = cluster_of(text, "- {name: a, address: 10.0.0.1, role: server}\n"
                                                  "- {name: b, address: 10.0.0.2, role: agent}\n");
    char *first = rw_rke2_config(cluster, &cluster->hosts[0], true, "x");
    char *second = rw_rke2_config(cluster, &cluster->hosts[1], false, "x");
    cr_expect(strstr(first, server), "%s", first);
    cr_expect_eq(strstr(first, "cni:") != NULL, strstr(server, "cni:") != NULL, "%s", first);
    cr_expect_null(strstr(second, "cni:"), "%s", second);
    cr_expect_null(strstr(second, "registry"), "%s", second);
    free(first);
    free(second);
    rw_cluster_free(cluster);
    free(text);
}

Test(settings, are_in_the_configuration_of_servers_when_they_differ_from_those_of_rke2)
{
    expect_config("", "");
    expect_config("cni: canal\n", "");
    expect_config("cni: cilium\n", "\ncni: cilium\n");
    expect_config("cni: none\n", "\ncni: none\n");
    expect_config("registry: {system-default-registry: \"r.example.com:5000\"}\n",
                  "\nsystem-default-registry: r.example.com:5000\n");
}

/* ---- where RKE2 comes from ---- */

Test(settings, know_the_sources)
{
    cr_expect_eq(rw_source_kind("get.rke2.io"), RW_SOURCE_NET);
    cr_expect_eq(rw_source_kind("rancher-mirror.rancher.cn"), RW_SOURCE_MIRROR);
    cr_expect_eq(rw_source_kind("/opt/rke2-artifacts"), RW_SOURCE_FOLDER);
    static const char *const bad[] = {"",          "/",
                                      "opt",       "~/rke2",
                                      "cn",        "/a b",
                                      "/a/../etc", "/a'b",
                                      "/a\nb",     "https://get.rke2.io",
                                      "/a$b",      "get.rke2.io/",
                                      "./here",    "get.rke2.iO"};
    for (size_t i = 0; i < RW_COUNT(bad); i++)
        cr_expect_not(rw_source_is(bad[i]), "%s", bad[i]);
    cr_expect(rw_source_is("/srv/rke2/v1.26.12+rke2r1"));
}

Test(settings, want_a_version_with_a_folder)
{
    expect_codes("source: /opt/rke2\n", "A-25 demo.yaml:4:9;");
    expect_codes("source: /opt/rke2\nrke2: {version: v1.26.12+rke2r1}\n", "");
    expect_codes("source: rancher-mirror.rancher.cn\n", "");
    expect_codes("source: somewhere.example.com\n", "A-06 demo.yaml:4:9;");
}

/* ---- the proxy ---- */

Test(settings, know_the_address_of_a_proxy)
{
    static const char *const addresses[] = {
        "http://proxy.example.com:3128", "https://proxy",     "http://10.0.0.9:8080",
        "http://[fd00::9]:3128",         "http://me@proxy:1", "http://[fd00::9]"};
    static const char *const bad[] = {"",
                                      "proxy.example.com:3128",
                                      "socks5://proxy:1080",
                                      "http://",
                                      "http://proxy:0",
                                      "http://proxy:70000",
                                      "http://proxy:3128/path",
                                      "http://proxy/",
                                      "http://@proxy",
                                      "http://me:pw@proxy",
                                      "http://fd00::9:3128",
                                      "http://[10.0.0.1]",
                                      "http://pro xy",
                                      "http://proxy;reboot",
                                      "http://$(reboot)",
                                      "http://proxy\nX=1"};
    for (size_t i = 0; i < RW_COUNT(addresses); i++)
        cr_expect(rw_proxy_is_url(addresses[i]), "%s", addresses[i]);
    for (size_t i = 0; i < RW_COUNT(bad); i++)
        cr_expect_not(rw_proxy_is_url(bad[i]), "%s", bad[i]);
}

Test(settings, take_the_password_out_of_an_address)
{
    static const struct {
        const char *text, *address, *password;
    } rows[] = {
        {"http://me:" SECRET "@proxy:3128", "http://me@proxy:3128", SECRET},
        {"http://me:a%40b%2f%zz%4@proxy", "http://me@proxy", "a@b/%zz%4"},
        {"http://me:a:b@c@proxy", "http://me@proxy", "a:b@c"},
        {"http://me:%00x@proxy", "http://me@proxy", "%00x"},
        {"me:" SECRET "@proxy:3128", "me@proxy:3128", SECRET},
        {"http://me:@proxy", "http://me@proxy", NULL},
        {"http://me@proxy:3128", "http://me@proxy:3128", NULL},
        {"http://proxy:3128", "http://proxy:3128", NULL},
        {"", "", NULL},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        char *address = rw_strdup(rows[i].text), *password = rw_proxy_split(address);
        cr_expect_str_eq(address, rows[i].address);
        cr_expect(rows[i].password ? password && strcmp(password, rows[i].password) == 0
                                   : password == NULL,
                  "%s: %s", rows[i].text, password);
        rw_secret_free(password);
        free(address);
    }
}

Test(settings, put_the_password_back_so_that_every_program_reads_it)
{
    struct rw_proxy proxy = {.url = (char *)"http://me@proxy:3128"};
    char *address = rw_proxy_address(&proxy, "a@b/c 'd\"%:", false);
    cr_expect_str_eq(address, "http://me:a%40b%2Fc%20%27d%22%25%3A@proxy:3128");
    char *again = rw_proxy_split(address);
    cr_expect_str_eq(again, "a@b/c 'd\"%:");
    char *masked = rw_proxy_address(&proxy, "<password>", true);
    cr_expect_str_eq(masked, "http://me:<password>@proxy:3128");
    free(address);
    free(again);
    free(masked);
    /* Where there is no user, a password says nothing. */
    proxy.url = (char *)"http://proxy";
    address = rw_proxy_address(&proxy, "x", false);
    cr_expect_str_eq(address, "http://proxy");
    free(address);
}

Test(settings, reach_the_cluster_itself_without_the_proxy)
{
    struct rw_cluster *cluster = good("proxy:\n  url: http://proxy:3128\n"
                                      "  no-proxy: [.example.org, 172.16.0.0/12, 10.0.0.1]\n");
    char *bypass = rw_proxy_bypass(cluster);
    cr_expect_str_eq(bypass, "127.0.0.0/8,127.0.0.1,localhost,10.42.0.0/16,10.43.0.0/16,.svc,"
                             ".cluster.local,demo.example.com,10.0.0.1,m1,.example.org,"
                             "172.16.0.0/12");
    free(bypass);
    rw_cluster_free(cluster);
}

Test(settings, of_a_proxy_are_read_and_judged)
{
    struct rw_cluster *cluster =
        good("proxy: {url: \"http://me:" SECRET "@proxy:3128\", no-proxy: [a.b]}\n");
    cr_expect_str_eq(cluster->proxy.url, "http://me@proxy:3128");
    cr_expect_str_eq(cluster->proxy.password, SECRET);
    cr_expect_eq(cluster->proxy.bypass_count, 1);
    rw_cluster_free(cluster);
    expect_codes("proxy: {no-proxy: [a.b]}\n", "A-04 demo.yaml:4:8;");
    expect_codes("proxy: http://proxy:3128\n", "A-05 demo.yaml:4:8;");
    expect_codes("proxy: {url: proxy}\n", "A-06 demo.yaml:4:14;");
    expect_codes("proxy: {url: \"me:" SECRET "@proxy\"}\n", "A-06 demo.yaml:4:14;");
    expect_codes("proxy: {url: \"http://me:" SECRET "\\u00e4@proxy\"}\n", "A-06 demo.yaml:4:14;");
    expect_codes("proxy: {url: http://p, no-proxy: [a b]}\n", "A-06 demo.yaml:4:35;");
    expect_codes("proxy: {url: http://p, no-proxy: [10.0.0.0/33]}\n", "A-06 demo.yaml:4:35;");
    expect_codes("proxy: {url: http://p, user: x}\n", "A-03 demo.yaml:4:24;");
    expect_codes("registry: {system-default-registry: \"https://r\"}\n", "A-06 demo.yaml:4:37;");
    expect_codes("registry: {mirrors: []}\n", "A-03 demo.yaml:4:12;A-04 demo.yaml:4:11;");
}

Test(settings, are_written_as_they_are_read_and_a_password_only_with_the_token)
{
    static const char *const rows[] = {
        "",
        "cni: cilium\nsource: /opt/rke2\nrke2: {version: v1.34.1+rke2r1}\n",
        "proxy: {url: \"http://me:" SECRET "@proxy:3128\", no-proxy: [a.b, 10.0.0.0/8]}\n",
        "proxy: {url: \"http://me@proxy\", password-file: ./pw}\n",
        "registry: {system-default-registry: \"[fd00::1]:5000\"}\n",
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct rw_cluster *cluster = good(rows[i]);
        char *without = rw_answers_write(cluster, false), *with = rw_answers_write(cluster, true);
        cr_expect_null(strstr(without, SECRET), "%s", without);
        struct rw_findings findings = {0};
        struct rw_cluster *again =
            rw_answers_parse(with, strlen(with), "demo.yaml", "/etc/demo", &findings);
        cr_assert(again, "%s", with);
        cr_expect(rw_cluster_equal(cluster, again), "%s", with);
        if (i == 0)
            cr_expect_null(strstr(with, "proxy"), "%s", with);
        struct rw_cluster *copy = rw_cluster_copy(cluster);
        cr_expect(rw_cluster_equal(cluster, copy));
        rw_cluster_free(copy);
        rw_cluster_free(again);
        rw_findings_done(&findings);
        free(with);
        free(without);
        rw_cluster_free(cluster);
    }
}

Test(settings, differ_when_one_of_them_does)
{
    static const char *const rows[] = {
        "cni: none\n",
        "source: rancher-mirror.rancher.cn\n",
        "registry: {system-default-registry: r}\n",
        "proxy: {url: http://p}\n",
        "proxy: {url: \"http://m:x@p\"}\n",
        "proxy: {url: http://p, no-proxy: [a]}\n",
        "proxy: {url: http://p, password-file: x}\n",
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct rw_cluster *one = good(""), *other = good(rows[i]);
        cr_expect_not(rw_cluster_equal(one, other), "%s", rows[i]);
        rw_cluster_free(one);
        rw_cluster_free(other);
    }
}

/* ---- the password's file ---- */

Test(settings, tell_when_the_password_of_the_proxy_cannot_be_kept)
{
    char *folder = folder_new();
    setenv("XDG_STATE_HOME", folder, 1);
    struct rw_cluster *cluster = good("token: abc\nproxy: {url: \"http://m:" SECRET "@p\"}\n");
    struct rw_findings findings = {0};
    struct rw_journal *journal = NULL;
    cr_assert_eq(rw_install_begin(cluster, "install", &journal, &findings), 0);
    rw_journal_close(journal);
    char *kept = read_text(in_folder(folder, "rke2-wizard/demo/proxy-password"));
    cr_expect_str_eq(kept, SECRET "\n");
    free(kept);
    /* An install without it in the answers knows it. */
    rw_secret_free(cluster->proxy.password);
    cluster->proxy.password = NULL;
    cr_assert_eq(rw_install_begin(cluster, "install", &journal, &findings), 0);
    rw_journal_close(journal);
    cr_expect_str_eq(cluster->proxy.password, SECRET);
    /* Something stands where the file has to be. */
    cr_assert_eq(remove(in_folder(folder, "rke2-wizard/demo/proxy-password")), 0);
    cr_assert_eq(mkdir(in_folder(folder, "rke2-wizard/demo/proxy-password"), 0700), 0);
    cr_expect_neq(rw_install_begin(cluster, "install", &journal, &findings), 0);
    cr_expect_null(journal);
    cr_expect(findings.count == 1 && findings.items[0].id == RW_F_PROXY_PASSWORD_UNUSABLE);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
    folder_remove(folder);
}

Test(settings, read_the_password_of_the_proxy_from_its_file)
{
    char *folder = folder_new();
    const char *answers = in_folder(folder, "a.yaml"), *file = in_folder(folder, "pw");
    struct rw_findings findings = {0};
    write_text(answers, HEAD "proxy: {url: http://me@p, password-file: ./pw}\nhosts:\n" HOST);
    write_text(file, "a b@c \nsecond line\n");
    struct rw_cluster *cluster = rw_answers_load(answers, &findings);
    cr_assert(cluster);
    cr_expect_str_eq(cluster->proxy.password, "a b@c");
    rw_cluster_free(cluster);
    rw_findings_done(&findings);
    write_text(file, "\n");
    cr_expect_null(rw_answers_load(answers, &findings));
    cr_expect(findings.count > 0 && findings.items[0].id == RW_F_ANSWERS_PROXY_FILE);
    rw_findings_done(&findings);
    folder_remove(folder);
}
