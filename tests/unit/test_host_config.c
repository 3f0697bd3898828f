/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration of a host: what RKE2 takes out of its files, how a host tells of them, and what
 * a run would change. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "cluster/answers.h"
#include "check/host_config.h"
#include "plan/node_scripts.h"
#include "rke2/config_file.h"
#include "unit/helpers.h"
#include "unit/odd_tokens.h"

/* ---- what RKE2 takes ---- */

/* Files beside config.yaml, ended by NULL. */
static struct rw_rke2_effective taken(const char *main, const char *const *beside)
{
    struct rw_rke2_effective config = {0};
    struct rw_error err;
    cr_assert_eq(rw_rke2_effective_add(&config, "main", main, &err), 0, "%s", err.message);
    for (; beside && *beside; beside++)
        cr_assert_eq(rw_rke2_effective_add(&config, *beside, *beside, &err), 0, "%s", err.message);
    return config;
}

static void expect_value(const char *main, const char *beside, const char *key, const char *value)
{
    const char *const files[] = {beside, NULL};
    struct rw_rke2_effective config = taken(main, files);
    char *text = rw_rke2_effective_text(&config, key);
    cr_expect_str_eq(text, value, "%s + %s: %s", main, beside ? beside : "-", text);
    free(text);
    rw_rke2_effective_done(&config);
}

Test(effective, reads_a_scalar_as_rke2_does)
{
    expect_value("cni: calico\n", NULL, "cni", "calico");
    expect_value("\"cni\": 'calico'\n", NULL, "cni", "calico");
    expect_value("write-kubeconfig-mode: 0644\n", NULL, "write-kubeconfig-mode", "420");
    expect_value("write-kubeconfig-mode: \"0644\"\n", NULL, "write-kubeconfig-mode", "0644");
    expect_value("x: 0x10\n", NULL, "x", "16");
    expect_value("x: 1_000\n", NULL, "x", "1000");
    expect_value("x: -0b11\n", NULL, "x", "-3");
    expect_value("x: 1.20\n", NULL, "x", "1.2");
    expect_value("x: '1.20'\n", NULL, "x", "1.20");
    expect_value("x: yes\n", NULL, "x", "true");
    expect_value("x: \"yes\"\n", NULL, "x", "yes");
    expect_value("x: ~\n", NULL, "x", "");
    expect_value("x: 10.0.0.1\n", NULL, "x", "10.0.0.1");
    expect_value("x: 089\n", NULL, "x", "89");
    expect_value("", NULL, "x", "");
    expect_value("# nothing\n", NULL, "x", "");
}

Test(effective, lets_a_later_file_replace_or_append)
{
    expect_value("tls-san: [a, b]\n", "tls-san: c\n", "tls-san", "c");
    expect_value("tls-san: [a, b]\n", "tls-san+: c\n", "tls-san", "a,b,c");
    expect_value("tls-san: a\n", "tls-san+: [b, c]\n", "tls-san", "a,b,c");
    expect_value("x: y\n", "tls-san+:\n- b\n", "tls-san", "b");
    expect_value("cni: canal\ncni: calico\n", NULL, "cni", "calico");
}

Test(effective, knows_which_file_decides)
{
    static const char *const beside[] = {"cni: cilium\n", NULL};
    struct rw_rke2_effective config = taken("cni: canal\ntoken: x\n", beside);
    cr_expect_str_eq(rw_rke2_effective_find(&config, "cni")->file, "cni: cilium\n");
    cr_expect_str_eq(rw_rke2_effective_find(&config, "token")->file, "main");
    cr_expect_null(rw_rke2_effective_find(&config, "server"));
    rw_rke2_effective_done(&config);
}

Test(effective, refuses_what_is_no_mapping)
{
    static const char *const wrong[] = {"- a\n", "text\n", "a: [\n", "a: b\n c: d\n", "a:\tb: c\n"};
    for (size_t i = 0; i < RW_COUNT(wrong); i++) {
        struct rw_rke2_effective config = {0};
        struct rw_error err;
        cr_expect_eq(rw_rke2_effective_add(&config, "f", wrong[i], &err), RW_ESYNTAX, "%s",
                     wrong[i]);
        cr_expect_eq(config.count, 0);
    }
}

static void expect_same(const char *one, const char *other, bool same)
{
    static const char *const but[] = {"token", NULL};
    struct rw_rke2_effective a = taken(one, NULL), b = taken(other, NULL);
    char *there = rw_rke2_effective_differing(&a, &b, but),
         *back = rw_rke2_effective_differing(&b, &a, but);
    cr_expect_eq(!*there, same, "%s|%s: %s", one, other, there);
    cr_expect_eq(!*back, same, "%s|%s: %s", other, one, back);
    free(there);
    free(back);
    rw_rke2_effective_done(&a);
    rw_rke2_effective_done(&b);
}

Test(effective, compares_what_is_said_and_not_how)
{
    expect_same("tls-san: [a, b]\ncni: none\n", "cni: 'none'\n\"tls-san\":\n- b\n- a\n", true);
    expect_same("tls-san: a,b\n", "tls-san: [a, b]\n", true);
    expect_same("tls-san: [a]\n", "tls-san: [a, b]\n", false);
    expect_same("token: x\n", "token: y\n", true);
    expect_same("cni: calico\n", "cni: canal\n", false);
    /* RKE2's own default is the same as nothing; an empty list too. */
    expect_same("cni: canal\ndisable-kube-proxy: false\n", "{}\n", true);
    expect_same("node-taint: []\n", "", true);
    expect_same("debug: true\n", "", false);
}

/* ---- what a host tells ---- */

#define ETC "/etc/rancher/rke2"

/* What membership.sh says of a host with these files in /etc/rancher/rke2, which is a folder of the
 * test; vars: assignments. To free(). */
static char *host_says(const char *vars, const char *config, const char *beside)
{
    char *folder = folder_new();
    struct rw_buf body = {0}, script = {0}, answer = {0};
    write_text(in_folder(folder, "config.yaml"), config);
    if (beside) {
        cr_assert_eq(mkdir(in_folder(folder, "config.yaml.d"), 0700), 0);
        write_text(in_folder(folder, "config.yaml.d/9.yaml"), beside);
        write_text(in_folder(folder, "config.yaml.d/9.txt"), "unread: x\n");
    }
    rw_node_script_add(&body, "membership");
    rw_buf_addf(&script, "role=server\nunit=rke2-server.service\nproxy=\n%s\n", vars);
    for (const char *at = rw_buf_str(&body); *at;) {
        bool here = rw_text_starts(at, ETC);
        rw_buf_add(&script, here ? folder : at, here ? strlen(folder) : 1);
        at += here ? strlen(ETC) : 1;
    }
    int status;
    char *said = run_shell("sh", rw_buf_str(&script), &status);
    for (const char *at = said; *at;) {
        bool here = rw_text_starts(at, folder);
        rw_buf_add(&answer, here ? ETC : at, here ? strlen(ETC) : 1);
        at += here ? strlen(folder) : 1;
    }
    free(said);
    rw_buf_done(&body);
    rw_buf_done(&script);
    folder_remove(folder);
    return rw_buf_take(&answer);
}

static struct rw_host_config read_host(const char *answer)
{
    struct rw_host_config config = {0};
    struct rw_reply reply = {0};
    rw_reply_parse(&reply, answer, strlen(answer));
    rw_host_config_read(&config, &reply);
    rw_reply_done(&reply);
    return config;
}

static struct rw_host_config host_with(const char *config, const char *beside)
{
    char *answer = host_says("token=x", config, beside);
    struct rw_host_config host = read_host(answer);
    free(answer);
    return host;
}

#define TOP  "registration-name: a.b\ntoken: x\n"
#define HOST "- {name: a, address: 10.0.0.1, role: server}\n"

Test(host_config, is_told_file_by_file)
{
    struct rw_host_config host = host_with("cni: calico\n", "debug: true\n");
    cr_assert_eq(host.count, 2);
    cr_expect_str_eq(host.files[0].path, ETC "/config.yaml");
    cr_expect_str_eq(host.files[0].text, "cni: calico\n");
    /* printf 'cni: calico\n' | sha256sum */
    cr_expect_str_eq(host.files[0].sum,
                     "18fb775b64f3a276f218f0d8327927bd922302aa371662090cdf7d41089f9c6d");
    cr_expect_str_eq(host.files[1].path, ETC "/config.yaml.d/9.yaml");
    cr_expect_eq(rw_host_config_main(&host), &host.files[0]);
    rw_host_config_done(&host);
}

/* No secret leaves the host, however it is written; what cannot be told apart is not sent. */
Test(host_config, is_told_without_secrets)
{
    static const char *const files[] = {
        "token: s3cret\ncni: calico\n",
        "\"token\" : 's3cret'\ncni: calico\n",
        "token: >-\n  s3cret\n\n  s3cret\ncni: calico\n",
        "agent-token: s3cret\netcd-s3-secret-key: s3cret\ncni: calico\n",
        "etcd-s3-access-key: s3cret\ncni: calico\n",
        "token:\n- s3cret\ncni: calico\n",
        "# s3cret\n token: s3cret\n cni: calico\n",
    };
    for (size_t i = 0; i < RW_COUNT(files); i++) {
        char *answer = host_says("token=x", files[i], NULL);
        struct rw_host_config host = read_host(answer);
        char *cni = rw_host_config_cni(&host);
        cr_expect_null(strstr(answer, "s3cret"), "%s", answer);
        cr_expect(cni && strcmp(cni, "calico") == 0, "%s", answer);
        free(cni);
        rw_host_config_done(&host);
        free(answer);
    }
    char *answer = host_says("token=x", "# x\n{cni: calico,\n token: s3cret}\n", NULL);
    struct rw_host_config host = read_host(answer);
    cr_expect_null(strstr(answer, "s3cret"), "%s", answer);
    cr_expect_not_null(host.files[0].problem);
    rw_host_config_done(&host);
    free(answer);
}

/* membership.sh compares the token by reading the files with sed. */
Test(host_config, holds_the_token_in_a_form_that_membership_understands)
{
    struct rw_cluster *cluster = demo_cluster();
    for (size_t i = 0; i < RW_COUNT(odd_tokens); i++) {
        if (rw_answers_check_token(odd_tokens[i], NULL) != 0)
            continue;
        char *text = rw_rke2_config(cluster, &cluster->hosts[3], false, odd_tokens[i]);
        char *vars = rw_asprintf("token='%s'", odd_tokens[i]),
             *answer = host_says(vars, text, NULL);
        cr_expect(strstr(answer, "token=same\n"), "%s: %s", odd_tokens[i], answer);
        free(answer);
        free(vars);
        free(text);
    }
    rw_cluster_free(cluster);
}

static void expect_token(const char *wanted, const char *config, const char *beside,
                         const char *told)
{
    char *vars = rw_asprintf("token='%s'", wanted), *answer = host_says(vars, config, beside);
    char *line = rw_asprintf("\ntoken=%s\n", told);
    cr_expect(strstr(answer, line), "%s: %s", config, answer);
    free(line);
    free(answer);
    free(vars);
}

/* RKE2 splits the full form at the first colon behind the user. */
Test(host_config, compares_a_token_with_colons)
{
    expect_token("a:b::c:d", "token: a:b::c:d\n", NULL, "same");
    expect_token("a:b", "token: K10ffff::server:a:b\n", NULL, "same");
    expect_token("a::b", "token: \"K10ffff::server:a::b\"\n", NULL, "same");
    expect_token("b", "token: a:b\n", NULL, "differs");
    expect_token("x", "token: x # of the cluster\n", NULL, "same");
    expect_token("x", "token: y\n", "token: x\n", "same");
    expect_token("x", "cni: canal\n", NULL, "none");
}

static void expect_network(const char *config, const char *beside, const char *cni,
                           const char *foreign)
{
    struct rw_cluster *cluster = cluster_of(TOP, HOST);
    struct rw_host_config host = host_with(config, beside);
    char *found = rw_host_config_cni(&host), *keys = rw_host_config_foreign(&host, cluster);
    cr_expect_str_eq(found ? found : "", cni, "%s", config);
    cr_expect_str_eq(keys, foreign, "%s: %s", config, keys);
    free(found);
    free(keys);
    rw_host_config_done(&host);
    rw_cluster_free(cluster);
}

Test(host_config, names_the_network)
{
    expect_network("token: x\n", NULL, "canal", "");
    expect_network("token: x\ncni: calico\n", NULL, "calico", "");
    expect_network("token: x\ncni: \"cilium\" \n", NULL, "cilium", "");
    /* More than one network, or none that is known: not ours. */
    expect_network("cni:\n- multus\n- canal\n", NULL, "", "cni");
    expect_network("\"cni\": [multus, canal]\n", NULL, "", "cni");
    expect_network("cni: weave\n", NULL, "", "cni");
    /* Another file counts before and after. */
    expect_network("token: x\n", "cni: cilium\n", "", "");
    expect_network("token: x\n", "debug: true\n", "canal", "");
}

/* Every key that can be written: forgotten in the list, it would be reported as foreign. */
Test(host_config, calls_foreign_what_is_never_written)
{
    struct rw_cluster *cluster =
        cluster_of(TOP "tls-san: [c.d]\nservers-run-workloads: false\ncni: cilium\n"
                       "registry: {system-default-registry: r}\n",
                   HOST);
    char *text = rw_rke2_config(cluster, &cluster->hosts[0], false, "x");
    char *more = rw_asprintf("%scni-extra: x\n\"etcd-arg\": x\n", text);
    struct rw_host_config host = host_with(text, NULL), other = host_with(more, NULL);
    char *keys = rw_host_config_foreign(&host, cluster);
    cr_expect_str_eq(keys, "");
    free(keys);
    keys = rw_host_config_foreign(&other, cluster);
    cr_expect_str_eq(keys, "cni-extra etcd-arg");
    free(keys);
    rw_host_config_done(&host);
    rw_host_config_done(&other);
    free(more);
    free(text);
    rw_cluster_free(cluster);
    /* What the answers do not name is not ours. */
    expect_network("system-default-registry: a.b\n", NULL, "canal", "system-default-registry");
}

/* ---- what a run would change ---- */

static void expect_kept(const char *config, const char *beside, bool member, bool kept)
{
    struct rw_cluster *cluster = cluster_of(TOP "tls-san: [c.d]\n", HOST);
    char *wanted = rw_rke2_config(cluster, &cluster->hosts[0], false, "K10aa::server:x");
    struct rw_host_config host = host_with(config, beside);
    char *keys = rw_host_config_differing(&host, wanted, member);
    cr_expect_eq(keys && !*keys, kept, "%s: %s", config, keys ? keys : "-");
    free(keys);
    rw_host_config_done(&host);
    free(wanted);
    rw_cluster_free(cluster);
}

Test(host_config, stays_when_it_says_the_same)
{
    expect_kept("server: https://a.b:9345\ntoken: x\ntls-san:\n- a.b\n- c.d\n", NULL, false, true);
    expect_kept("tls-san: [c.d, \"a.b\"]\ntoken: 'x'\ncni: canal\nserver: \"https://a.b:9345\"\n",
                NULL, false, true);
    expect_kept("server: https://a.b:9345\ntls-san: [a.b]\n", NULL, false, false);
    expect_kept("server: https://a.b:9345\ntls-san: [a.b, c.d]\ndebug: true\n", NULL, false, false);
    /* What stands beside counts before and after. */
    expect_kept("server: https://a.b:9345\ntls-san: [a.b]\n", "tls-san: [z]\n", false, true);
    expect_kept("server: https://a.b:9345\ntls-san: [a.b]\n", "tls-san+: [c.d]\n", false, true);
    expect_kept("server: https://a.b:9345\ntls-san: [a.b]\n", "tls-san+: [z]\n", false, false);
    /* A member of etcd joins nobody any more. */
    expect_kept("server: https://other:9345\ntls-san: [a.b, c.d]\n", NULL, true, true);
    expect_kept("tls-san: [a.b, c.d]\n", NULL, true, true);
    expect_kept("tls-san: [a.b, c.d]\n", NULL, false, false);
    /* What is not known is not the same. */
    expect_kept("server: https://a.b:9345\ntls-san: [a.b, c.d]\n", "{token: x}\n", false, false);
}
