/* SPDX-License-Identifier: Apache-2.0 */
/* The wizard without a screen: what is typed, where it is kept, and what keeps somebody at a step.
 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "cli/plain.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cluster/answers.h"
#include "install/journal.h"
#include "operation/operation_private.h"
#include "operation/question.h"
#include "unit/helpers.h"
#include "wizard/review.h"
#include "wizard/store.h"
#include "wizard/wizard_private.h"

/* ---- the document ---- */

static struct rw_document *document;

static void open_document(void)
{
    document = rw_document_new(demo_cluster());
}

static void close_document(void)
{
    rw_document_free(document);
}

TestSuite(wizard_document, .init = open_document, .fini = close_document);

static void expect_value(int host, const char *key, const char *expected)
{
    char *text = rw_document_get(document, host, key);
    cr_assert_str_eq(text, expected, "%s: %s", key, text);
    free(text);
}

/* The codes of all problems, separated by blanks, with their keys: "A-06/port". */
static void expect_problems(const char *expected)
{
    struct rw_document_problems problems = {0};
    char text[512] = "";
    rw_document_check(document, &problems);
    for (size_t i = 0; i < problems.findings.count; i++) {
        size_t used = strlen(text);
        snprintf(text + used, sizeof text - used, "%s%s/%s", used ? " " : "",
                 rw_finding_code(problems.findings.items[i].id),
                 problems.items[i].key ? problems.items[i].key : "");
    }
    rw_document_problems_done(&problems);
    cr_assert_str_eq(text, expected, "%s", text);
}

Test(wizard_document, a_good_cluster_has_no_problems)
{
    expect_problems("");
}

Test(wizard_document, a_wrong_value_is_kept_and_told)
{
    cr_assert_not(rw_document_set(document, 0, "name", "HA_M1"));
    cr_assert_not(rw_document_set(document, 1, "port", "70000"));
    cr_assert_not(rw_document_set(document, RW_DOCUMENT_CLUSTER, "registration-name", "10.0.0.1"));
    expect_value(0, "name", "HA_M1");
    expect_value(1, "port", "70000");
    expect_problems("W-06/name W-06/port W-06/registration-name");
    cr_assert(rw_document_set(document, 1, "port", " 2222 "));
    expect_value(1, "port", "2222");
    expect_problems("W-06/name W-06/registration-name");
}

Test(wizard_document, a_wrong_number_goes_with_its_host)
{
    rw_document_set(document, 1, "port", "x");
    rw_document_move_host(document, 1, 3);
    expect_value(1, "port", "22");
    expect_value(3, "port", "x");
    rw_document_remove_host(document, 3);
    expect_problems("A-11/"); /* two servers are left */
}

Test(wizard_document, what_is_missing_is_told)
{
    rw_document_add_host(document);
    rw_document_set(document, RW_DOCUMENT_CLUSTER, "registration-name", "");
    expect_problems("W-05/name W-05/address W-05/registration-name");
}

Test(wizard_document, names_and_addresses_are_unique)
{
    rw_document_set(document, 1, "name", "HA-M1");
    rw_document_set(document, 2, "address", "::ffff:192.168.205.85");
    expect_problems("W-06/name W-07/name W-08/address");
}

Test(wizard_document, what_all_hosts_share_changes_in_those_that_did_not_differ)
{
    rw_document_set(document, 1, "user", "ops");
    rw_document_set(document, RW_DOCUMENT_CLUSTER, "user", "admin");
    expect_value(0, "user", "admin");
    expect_value(1, "user", "ops");
    rw_document_set(document, 1, "user", "");
    expect_value(1, "user", "admin");
}

Test(wizard_document, names_of_the_api_are_a_list)
{
    cr_assert(rw_document_set(document, RW_DOCUMENT_CLUSTER, "tls-san", "a.example.com, 10.0.0.9"));
    expect_value(RW_DOCUMENT_CLUSTER, "tls-san", "a.example.com, 10.0.0.9");
    cr_assert_not(rw_document_set(document, RW_DOCUMENT_CLUSTER, "tls-san", "bad_name!"));
    expect_value(RW_DOCUMENT_CLUSTER, "tls-san", "bad_name!");
    expect_problems("W-06/tls-san");
    cr_assert(rw_document_set(document, RW_DOCUMENT_CLUSTER, "tls-san", ""));
    expect_value(RW_DOCUMENT_CLUSTER, "tls-san", "");
}

Test(wizard_document, the_first_server_is_the_one_before_all_others)
{
    unsigned id = document->ids[2];
    rw_document_first_server(document, 2);
    expect_value(0, "name", "ha-m3");
    expect_value(1, "name", "ha-m1");
    cr_assert_eq(rw_document_host_by_id(document, id), 0);
    rw_document_first_server(document, 3); /* an agent becomes one */
    expect_value(0, "name", "ha-w1");
    expect_value(0, "role", "server");
}

Test(wizard_document, a_list_replaces_hosts_of_the_same_name_and_adds_others)
{
    struct rw_host_list list = {0};
    struct rw_findings findings = {0};
    static const char text[] = "ha-m2 10.0.0.2 server ops\nha-w2 10.0.0.9 agent\n";
    rw_host_list_read(&list, text, strlen(text), "list", &findings);
    cr_assert_eq(rw_document_add_list(document, &list), 2);
    cr_assert_eq(document->cluster->host_count, 5);
    expect_value(1, "address", "10.0.0.2");
    expect_value(4, "user", "root");
    rw_host_list_done(&list);
    rw_findings_done(&findings);
}

Test(wizard_document, suggests_a_name_that_is_possible)
{
    char *name = rw_document_suggest_name("RKE2.demo.kingsd.top");
    cr_assert_str_eq(name, "rke2-demo-kingsd-top");
    free(name);
}

/* ---- where it is kept ---- */

static char *folder;
static uv_loop_t loop;
static struct rw_wizard *wizard;
static struct rw_requirements requirements;

static void open_wizard(void)
{
    struct rw_wizard_options options = {.requirements = &requirements};
    struct rw_wizard_listener listener = {0};
    uv_loop_init(&loop);
    wizard = rw_wizard_new(&loop, &options, &listener);
}

static void close_wizard(void)
{
    rw_wizard_free(wizard, NULL, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
}

static void set_up(void)
{
    folder = folder_new();
    setenv("XDG_STATE_HOME", folder, 1);
    rw_requirements_init(&requirements);
    open_wizard();
}

static void tear_down(void)
{
    close_wizard();
    rw_requirements_done(&requirements);
    folder_remove(folder);
}

TestSuite(wizard, .init = set_up, .fini = tear_down);

static void reopen(void)
{
    close_wizard();
    open_wizard();
}

static const struct rw_cluster *cluster(void)
{
    return rw_wizard_document(wizard)->cluster;
}

static mode_t mode_of(const char *name)
{
    struct stat info;
    cr_assert_eq(stat(in_folder(folder, name), &info), 0, "%s", name);
    return info.st_mode & 0777;
}

/* The call gives this result, with one finding of this code, or none for NULL. */
#define EXPECT(call, result, code)                                                                 \
    do {                                                                                           \
        struct rw_findings findings = {0};                                                         \
        cr_assert_eq((call), (result));                                                            \
        cr_assert_eq(findings.count, (code) ? 1 : 0);                                              \
        if ((code) && findings.count)                                                              \
            cr_assert_str_eq(rw_finding_code(findings.items[0].id), (code) ? (code) : "");         \
        rw_findings_done(&findings);                                                               \
    } while (0)

Test(wizard, everything_is_there_again_after_a_restart)
{
    EXPECT(rw_wizard_begin(wizard, "demo", &findings), 0, NULL);
    rw_wizard_set_language(wizard, "zh_CN");
    rw_wizard_add_host(wizard);
    rw_wizard_set(wizard, 0, "name", "Not_Good");
    cr_assert_eq(rw_wizard_step(wizard), RW_WIZARD_HOSTS);
    cr_assert_eq(mode_of("rke2-wizard/demo/draft.yaml"), 0600);
    cr_assert_eq(mode_of("rke2-wizard/demo"), 0700);
    reopen();
    cr_assert_str_eq(rw_wizard_last(wizard), "demo");
    cr_assert_str_eq(rw_wizard_language(wizard), "zh_CN");
    EXPECT(rw_wizard_open(wizard, "demo", &findings), 0, "A-06");
    cr_assert_str_eq(cluster()->hosts[0].name, "Not_Good");
    cr_assert_eq(rw_wizard_step(wizard), RW_WIZARD_HOSTS);
}

/* ---- settings, as both front ends show them ---- */

static void set(const char *key, const char *text)
{
    cr_expect(rw_wizard_set(wizard, RW_DOCUMENT_CLUSTER, key, text), "%s", key);
}

static void expect_review(const char *expected)
{
    struct rw_review review = {0};
    struct rw_buf out = {0};
    rw_review_settings(wizard, &review);
    for (size_t i = 0; i < review.count; i++)
        rw_buf_addf(&out, "%s: %s\n", review.items[i].title, review.items[i].text);
    cr_expect_str_eq(rw_buf_str(&out), expected);
    cr_expect_eq(review.items[0].step, RW_WIZARD_DNS);
    rw_review_done(&review);
    rw_buf_done(&out);
}

static void expect_brief(const char *expected)
{
    char *brief = rw_review_brief(cluster());
    cr_expect_str_eq(brief, expected);
    free(brief);
}

Test(wizard, reviews_what_a_cluster_is_like_and_what_is_not_as_in_most)
{
    const char *reason;
    EXPECT(rw_wizard_begin(wizard, "demo", &findings), 0, NULL);
    expect_review("Registration name: -\n"
                  "Token: will be generated\n"
                  "Extra SANs (tls-san): -\n"
                  "Workloads: on servers too\n"
                  "RKE2: the newest of channel stable\n");
    expect_brief("network canal, from get.rke2.io");
    set("registration-name", "a.b");
    set("tls-san", "c.d 10.0.0.9");
    set("servers-run-workloads", "false");
    set("rke2-version", "v1.34.1+rke2r1");
    set("cni", "cilium");
    set("proxy", "http://me:pw@p:3128");
    set("no-proxy", ".e");
    set("system-default-registry", "r:5000");
    cr_assert_eq(rw_wizard_set_token(wizard, "0123456789abcdef0123456789abcdef", &reason, NULL), 0);
    expect_review("Registration name: a.b\n"
                  "Token: saved on this machine\n"
                  "Extra SANs (tls-san): c.d, 10.0.0.9\n"
                  "Workloads: on agents only\n"
                  "RKE2: v1.34.1+rke2r1\n"
                  "Pod network: cilium\n"
                  "Proxy: http://me@p:3128\n"
                  "No proxy for: .e\n"
                  "Image registry: r:5000\n");
    expect_brief("network cilium, from get.rke2.io, proxy http://me@p:3128, images from r:5000");
}

static void expect_prompt(const char *id, const char *expected)
{
    char *prompt = rw_plain_prompt(rw_setting_of_cluster(id));
    cr_expect_str_eq(prompt, expected);
    free(prompt);
}

Test(wizard, asks_line_by_line_for_what_can_be_typed)
{
    expect_prompt("registration-name", "Registration name");
    expect_prompt("servers-run-workloads", "Workloads: servers run workloads too, true or false");
    expect_prompt("tls-san", "Extra SANs (tls-san), separated by blanks");
    expect_prompt("rke2-version", "RKE2 version, or empty");
    expect_prompt("channel", "Release channel");
    expect_prompt("cni", "Pod network: canal, calico, cilium, flannel or none");
    expect_prompt("proxy", "Proxy, or empty");
    expect_prompt("system-default-registry", "Image registry, or empty");
    expect_prompt("key", "Private key file");
}

/* ---- more than one cluster ---- */

Test(wizard, two_clusters_do_not_get_mixed)
{
    EXPECT(rw_wizard_begin(wizard, "one", &findings), 0, NULL);
    rw_wizard_add_host(wizard);
    EXPECT(rw_wizard_begin(wizard, "two", &findings), 0, NULL);
    cr_assert_eq(cluster()->host_count, 0);
    EXPECT(rw_wizard_name(wizard, "one", &findings), RW_EEXIST, "W-03");
    EXPECT(rw_wizard_begin(wizard, "one", &findings), RW_EEXIST, "W-03");
    EXPECT(rw_wizard_begin(wizard, "No Name", &findings), RW_EINVAL, "W-02");
    EXPECT(rw_wizard_open(wizard, "one", &findings), 0, NULL);
    cr_assert_eq(cluster()->host_count, 1);
}

Test(wizard, a_cluster_gets_another_name_with_all_that_is_known)
{
    const char *reason;
    EXPECT(rw_wizard_begin(wizard, "one", &findings), 0, NULL);
    cr_assert_eq(rw_wizard_set_token(wizard, "0123456789abcdef0123456789abcdef", &reason, NULL), 0);
    EXPECT(rw_wizard_name(wizard, "two", &findings), 0, NULL);
    cr_assert_not(rw_store_has("one"));
    cr_assert(rw_store_has("two"));
    char *token = rw_wizard_token(wizard);
    cr_assert_str_eq(token, "0123456789abcdef0123456789abcdef");
    rw_secret_free(token);
}

Test(wizard, a_cluster_that_was_installed_keeps_its_name)
{
    EXPECT(rw_wizard_begin(wizard, "one", &findings), 0, NULL);
    write_text(in_folder(folder, "rke2-wizard/one/journal.db"), "");
    EXPECT(rw_wizard_name(wizard, "two", &findings), RW_EEXIST, "W-04");
}

Test(wizard, another_wizard_has_it_open)
{
    struct rw_wizard_options options = {.requirements = &requirements};
    struct rw_wizard_listener listener = {0};
    EXPECT(rw_wizard_begin(wizard, "one", &findings), 0, NULL);
    struct rw_wizard *other = rw_wizard_new(&loop, &options, &listener);
    EXPECT(rw_wizard_open(other, "one", &findings), RW_EBUSY, "J-02");
    rw_wizard_free(other, NULL, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
}

Test(wizard, what_cannot_be_saved_is_told)
{
    struct rw_findings told = {0};
    EXPECT(rw_wizard_begin(wizard, "one", &findings), 0, NULL);
    unlink(in_folder(folder, "rke2-wizard/one/draft.yaml"));
    mkdir(in_folder(folder, "rke2-wizard/one/draft.yaml"), 0700);
    rw_wizard_add_host(wizard);
    cr_assert_not_null(rw_wizard_save_error(wizard));
    rw_wizard_findings(wizard, RW_WIZARD_DNS, &told);
    cr_assert_eq(told.items[told.count - 1].id, RW_F_DRAFT_UNSAVED); /* W-01 */
    rw_findings_done(&told);
    rmdir(in_folder(folder, "rke2-wizard/one/draft.yaml"));
    rw_wizard_remove_host(wizard, 0);
    cr_assert_null(rw_wizard_save_error(wizard));
}

Test(wizard, start_over_puts_the_answers_aside)
{
    EXPECT(rw_wizard_begin(wizard, "one", &findings), 0, NULL);
    rw_wizard_add_host(wizard);
    EXPECT(rw_wizard_start_over(wizard, "one", &findings), 0, NULL);
    cr_assert_eq(cluster()->host_count, 0);
    cr_assert_eq(access(in_folder(folder, "rke2-wizard/one/draft.yaml.old"), F_OK), 0);
}

/* ---- the token ---- */

Test(wizard, the_token_is_nowhere_but_in_its_file)
{
    const char *reason = NULL;
    EXPECT(rw_wizard_begin(wizard, "one", &findings), 0, NULL);
    cr_assert_null(rw_wizard_token(wizard));
    cr_assert_eq(rw_wizard_set_token(wizard, "with blank", &reason, NULL), RW_EINVAL);
    cr_assert_not_null(reason);
    cr_assert_eq(rw_wizard_set_token(wizard, "the-secret-of-all-nodes-12345678", &reason, NULL), 0);
    cr_assert_eq(mode_of("rke2-wizard/one/token"), 0600);
    char *draft = read_text(in_folder(folder, "rke2-wizard/one/draft.yaml"));
    cr_assert_null(strstr(draft, "the-secret"));
    free(draft);
    cr_assert_eq(rw_wizard_set_token(wizard, "", &reason, NULL), 0);
    cr_assert_null(rw_wizard_token(wizard));
}

/* ---- a file of answers ---- */

#define ANSWERS                                                                                    \
    "version: 1\ncluster: demo\nregistration-name: rke2.example.com\n"                             \
    "token: 0123456789abcdef0123456789abcdef\nhosts:\n"                                            \
    "  - {name: ha-m1, address: 192.0.2.1, role: server} # the first\n"

Test(wizard, the_password_of_the_proxy_is_nowhere_but_in_its_file)
{
    EXPECT(rw_wizard_begin(wizard, "demo", &findings), 0, NULL);
    cr_assert(rw_wizard_set(wizard, RW_DOCUMENT_CLUSTER, "proxy", "http://me:Pr0xy%20x@p:1"));
    char *shown = rw_document_get(rw_wizard_document(wizard), RW_DOCUMENT_CLUSTER, "proxy");
    cr_assert_str_eq(shown, "http://me@p:1");
    free(shown);
    cr_assert_eq(mode_of("rke2-wizard/demo/proxy-password"), 0600);
    char *draft = read_text(in_folder(folder, "rke2-wizard/demo/draft.yaml"));
    cr_assert(strstr(draft, "http://me@p:1"), "%s", draft);
    cr_assert_null(strstr(draft, "Pr0xy"), "%s", draft);
    free(draft);
    /* Also one that is wrong otherwise. */
    cr_assert_not(rw_wizard_set(wizard, RW_DOCUMENT_CLUSTER, "proxy", "me:Pr0xy@p"));
    draft = read_text(in_folder(folder, "rke2-wizard/demo/draft.yaml"));
    cr_assert_null(strstr(draft, "Pr0xy"), "%s", draft);
    free(draft);
    rw_wizard_set(wizard, RW_DOCUMENT_CLUSTER, "proxy", "http://me:Pr0xy%20x@p:1");
    rw_wizard_set(wizard, RW_DOCUMENT_CLUSTER, "proxy", "http://me@other:2");
    cr_assert_str_eq(cluster()->proxy.password, "Pr0xy x");
    reopen();
    EXPECT(rw_wizard_open(wizard, "demo", &findings), 0, NULL);
    cr_assert_str_eq(cluster()->proxy.url, "http://me@other:2");
    cr_assert_str_eq(cluster()->proxy.password, "Pr0xy x");
    EXPECT(rw_wizard_name(wizard, "other", &findings), 0, NULL);
    cr_assert_eq(mode_of("rke2-wizard/other/proxy-password"), 0600);
    rw_wizard_set(wizard, RW_DOCUMENT_CLUSTER, "proxy", "");
    cr_assert_null(cluster()->proxy.password);
    cr_assert_neq(access(in_folder(folder, "rke2-wizard/other/proxy-password"), F_OK), 0);
}

Test(wizard, a_file_is_read_and_not_written)
{
    const char *path = in_folder(folder, "answers.yaml");
    write_text(path, ANSWERS);
    EXPECT(rw_wizard_open_file(wizard, path, &findings), 0, NULL);
    cr_assert_str_eq(cluster()->name, "demo");
    rw_wizard_set(wizard, 0, "name", "ha-m9");
    char *text = read_text(path);
    cr_assert_str_eq(text, ANSWERS);
    free(text);
    char *token = rw_wizard_token(wizard);
    cr_assert_str_eq(token, "0123456789abcdef0123456789abcdef");
    rw_secret_free(token);
    cr_assert_null(cluster()->token);
    reopen();
    EXPECT(rw_wizard_open_file(wizard, path, &findings), 0, NULL);
    cr_assert_str_eq(cluster()->hosts[0].name, "ha-m9", "the draft goes on");
}

Test(wizard, what_was_killed_between_the_two_files_of_a_draft_leaves_nothing)
{
    const char *path = in_folder(folder, "answers.yaml");
    const char *note = in_folder(folder, "rke2-wizard/demo/draft.json");
    const char *aside = in_folder(folder, "rke2-wizard/demo/draft.yaml.old");
    write_text(path, ANSWERS);
    EXPECT(rw_wizard_open_file(wizard, path, &findings), 0, NULL);
    reopen();
    cr_assert_eq(unlink(note), 0);
    EXPECT(rw_wizard_open_file(wizard, path, &findings), 0, NULL);
    cr_assert_neq(access(aside, F_OK), 0, "the same twice");
    rw_wizard_set(wizard, 0, "name", "ha-m9");
    reopen();
    cr_assert_eq(unlink(note), 0);
    EXPECT(rw_wizard_open_file(wizard, path, &findings), 0, NULL);
    cr_assert_eq(access(aside, F_OK), 0, "what was typed is not lost");
}

Test(wizard, a_file_that_has_changed_counts_again)
{
    const char *path = in_folder(folder, "answers.yaml");
    write_text(path, ANSWERS);
    EXPECT(rw_wizard_open_file(wizard, path, &findings), 0, NULL);
    rw_wizard_set(wizard, 0, "name", "ha-m9");
    reopen();
    write_text(path, ANSWERS "  - {name: ha-w1, address: 192.0.2.9, role: agent}\n");
    EXPECT(rw_wizard_open_file(wizard, path, &findings), 0, NULL);
    cr_assert_str_eq(cluster()->hosts[0].name, "ha-m1");
    cr_assert_eq(cluster()->host_count, 2);
}

Test(wizard, writes_a_file_that_install_reads)
{
    struct rw_error err;
    struct rw_findings findings = {0};
    const char *path = in_folder(folder, "answers.yaml"), *other = in_folder(folder, "out.yaml");
    write_text(path, ANSWERS);
    rw_wizard_open_file(wizard, path, &findings);
    cr_assert_eq(rw_wizard_write(wizard, other, &err), 0);
    struct rw_cluster *read = rw_answers_load(other, &findings);
    cr_assert_not_null(read);
    cr_assert_null(read->token);
    cr_assert_str_eq(read->registration_name, "rke2.example.com");
    rw_cluster_free(read);
    rw_findings_done(&findings);
    cr_assert_str_eq(rw_wizard_file(wizard), other);
}

Test(wizard, a_file_without_a_name_is_saved_when_it_has_one)
{
    struct rw_drafts drafts = {0};
    const char *path = in_folder(folder, "answers.yaml");
    write_text(path, "hosts:\n  - {name: ha-m1}\n");
    EXPECT(rw_wizard_open_file(wizard, path, &findings), 0, NULL);
    struct rw_wizard_gate gate = rw_wizard_gate(wizard, RW_WIZARD_WELCOME);
    cr_assert_not(rw_wizard_gate_open(&gate));
    rw_store_list(&drafts);
    cr_assert_eq(drafts.count, 0);
    EXPECT(rw_wizard_name(wizard, "demo", &findings), 0, NULL);
    rw_store_list(&drafts);
    cr_assert_eq(drafts.count, 1);
    cr_assert_str_eq(drafts.items[0].file, path);
    rw_drafts_done(&drafts);
}

Test(wizard, a_file_that_is_not_there)
{
    EXPECT(rw_wizard_open_file(wizard, in_folder(folder, "nothing"), &findings), RW_ENOTFOUND,
           "A-01");
}

/* ---- steps ---- */

Test(wizard, a_step_is_left_forward_only_when_it_is_done)
{
    EXPECT(rw_wizard_begin(wizard, "demo", &findings), 0, NULL);
    rw_wizard_add_host(wizard);
    struct rw_wizard_gate gate = rw_wizard_gate(wizard, RW_WIZARD_HOSTS);
    cr_assert_eq(gate.failures, 2); /* no name, no address */
    char *text = rw_wizard_gate_text(&gate);
    cr_assert_str_eq(text, "2 problems to solve");
    free(text);
    cr_assert_eq(rw_wizard_go(wizard, RW_WIZARD_DNS), RW_EBUSY);
    cr_assert_eq(rw_wizard_go(wizard, RW_WIZARD_WELCOME), 0);
    cr_assert_eq(rw_wizard_step(wizard), RW_WIZARD_WELCOME);
    gate = rw_wizard_gate(wizard, RW_WIZARD_WELCOME);
    cr_assert_null(rw_wizard_gate_text(&gate));
}

Test(wizard, does_not_install_what_is_not_right)
{
    EXPECT(rw_wizard_begin(wizard, "demo", &findings), 0, NULL);
    struct rw_findings findings = {0};
    cr_assert_eq(rw_wizard_install(wizard, &findings), RW_EINVAL);
    cr_assert_gt(rw_findings_at_least(&findings, RW_SEVERITY_FAIL), 0);
    rw_findings_done(&findings);
    cr_assert_not(rw_wizard_run(wizard).running);
}

/* Step 2 says so as soon as the host could be connected to, and an install ends before it has begun
 * anything; as the commands do. */
Test(wizard, a_password_file_that_cannot_be_read_is_in_the_way)
{
    const char *path = in_folder(folder, "answers.yaml");
    write_text(path, ANSWERS);
    EXPECT(rw_wizard_open_file(wizard, path, &findings), 0, NULL);
    struct rw_findings findings = {0};
    rw_wizard_set(wizard, 0, "password-file", in_folder(folder, "nothing"));
    while (wizard->live.unreadable.count == 0)
        uv_run(&loop, UV_RUN_ONCE);
    rw_wizard_findings(wizard, RW_WIZARD_HOSTS, &findings);
    bool told = false;
    for (size_t i = 0; i < findings.count; i++)
        told = told || findings.items[i].id == RW_F_ANSWERS_PASSWORD_FILE;
    cr_assert(told);
    struct rw_wizard_gate gate = rw_wizard_gate(wizard, RW_WIZARD_HOSTS);
    cr_assert_not(rw_wizard_gate_open(&gate));
    rw_findings_done(&findings);
    cr_assert_eq(rw_wizard_install(wizard, &findings), RW_EIO);
    cr_assert_str_eq(rw_finding_code(findings.items[findings.count - 1].id), "A-26");
    cr_assert_neq(access(in_folder(folder, "rke2-wizard/demo/journal.db"), F_OK), 0);
    rw_findings_done(&findings);
}

static size_t locks;

static void count_lock(struct rw_operation *operation)
{
    (void)operation;
    locks++;
}

static void release_at_once(struct rw_operation *operation)
{
    operation_told(operation, RW_INPUT_RELEASED);
}

/* Begins an install whose lock is the test's, and says that another console has it. */
static void begin_held(void)
{
    static struct operation_hands hands;
    const char *path = in_folder(folder, "answers.yaml");
    struct rw_findings held = {0};
    hands = operation_hands;
    hands.lock = count_lock;
    hands.release = release_at_once;
    write_text(path, ANSWERS);
    EXPECT(rw_wizard_open_file(wizard, path, &findings), 0, NULL);
    EXPECT(rw_wizard_install(wizard, &findings), 0, NULL);
    wizard->install.operation->hands = &hands;
    while (locks == 0)
        uv_run(&loop, UV_RUN_ONCE);
    cr_assert_null(rw_wizard_run(wizard).locked);
    rw_findings_add(&held, RW_F_LOCK_HELD, "ha-m1", "owner", "carol", NULL);
    operation_locked(wizard->install.operation, &held);
    rw_findings_done(&held);
    cr_assert_eq(rw_wizard_run(wizard).locked->count, 1);
}

static void wait_for_end(void)
{
    while (rw_wizard_run(wizard).running)
        uv_run(&loop, UV_RUN_ONCE);
}

Test(wizard, takes_the_hosts_over_when_the_user_says_so)
{
    begin_held();
    rw_wizard_take_over(wizard, true);
    cr_assert_eq(locks, 2);
    cr_assert(wizard->install.operation->take_over);
    cr_assert_null(rw_wizard_run(wizard).locked);
    cr_assert_eq(rw_wizard_run(wizard).findings->count, 0);
    rw_wizard_stop(wizard);
    wait_for_end();
    cr_assert_eq(rw_wizard_run(wizard).outcome, RW_OUTCOME_INTERRUPTED);
}

Test(wizard, leaves_the_hosts_to_another_console_and_says_who_it_is)
{
    begin_held();
    rw_wizard_take_over(wizard, false);
    wait_for_end();
    cr_assert_eq(locks, 1);
    struct rw_wizard_run run = rw_wizard_run(wizard);
    cr_assert_eq(run.outcome, RW_OUTCOME_BLOCKED);
    cr_assert_eq(run.findings->items[0].id, RW_F_LOCK_HELD);
}

/* An install whose plan restarts a node that runs. */
static void plan_restart(void)
{
    begin_held();
    struct rw_cluster *cluster = wizard->live.cluster;
    struct rw_plan_now *now = rw_calloc(cluster->host_count, sizeof *now);
    now[0] = (struct rw_plan_now){.runs = true, .restart = rw_strdup("tls-san")};
    struct rw_plan *plan = rw_plan_masked(cluster, 0, "v1.26.12+rke2r1", now);
    wizard->install.operation->listener.confirm(wizard, plan, "v1.26.12+rke2r1", true);
    rw_plan_free(plan);
    rw_plan_now_free(now, cluster->host_count);
}

Test(wizard, asks_before_nodes_that_run_are_restarted)
{
    plan_restart();
    const struct rw_findings *restarts = rw_wizard_run(wizard).restarts;
    cr_assert(restarts && restarts->count == 1);
    cr_assert_eq(restarts->items[0].id, RW_F_RESTART);
    char *text = rw_restart_question_text(restarts);
    cr_assert(strstr(text, "  ha-m1            tls-san\n"), "%s", text);
    free(text);
    rw_wizard_restart(wizard, false);
    cr_assert_null(rw_wizard_run(wizard).restarts);
    rw_wizard_stop(wizard);
    wait_for_end();
}

Test(wizard, a_reason_to_go_on_is_kept_in_the_journal)
{
    EXPECT(rw_wizard_begin(wizard, "demo", &findings), 0, NULL);
    EXPECT(rw_wizard_override(wizard, RW_F_DNS_TTL, "a test", &findings), 0, NULL);
    reopen();
    EXPECT(rw_wizard_open(wizard, "demo", &findings), 0, NULL);
    cr_assert_str_eq(rw_wizard_override_reason(wizard, RW_F_DNS_TTL), "a test");
    EXPECT(rw_wizard_override(wizard, RW_F_DNS_TTL, "", &findings), 0, NULL);
    cr_assert_null(rw_wizard_override_reason(wizard, RW_F_DNS_TTL));
}

Test(wizard, a_host_that_refuses_is_told_at_its_step)
{
    EXPECT(rw_wizard_begin(wizard, "demo", &findings), 0, NULL);
    rw_wizard_add_host(wizard);
    rw_wizard_set(wizard, 0, "name", "ha-m1");
    rw_wizard_set(wizard, 0, "address", "127.0.0.1");
    rw_wizard_set(wizard, 0, "port", "1");
    cr_assert_eq(rw_wizard_gate(wizard, RW_WIZARD_HOSTS).waiting, 1);
    while (rw_wizard_gate(wizard, RW_WIZARD_HOSTS).waiting > 0)
        uv_run(&loop, UV_RUN_ONCE);
    cr_assert_eq(rw_wizard_host(wizard, 0).state, RW_WIZARD_HOST_FAILED);
    struct rw_findings findings = {0};
    rw_wizard_findings(wizard, RW_WIZARD_HOSTS, &findings);
    cr_assert_str_eq(rw_finding_code(findings.items[0].id), "H-01");
    rw_findings_done(&findings);
}

/* ---- installs that did not end well ---- */

/* ---- the name that a host has itself ---- */

/* "H-07 fail" when step 2 reports it; and all else that blocks the step. */
static const char *told_of_name(size_t *failures)
{
    static char text[32];
    struct rw_findings findings = {0};
    *text = '\0';
    rw_wizard_findings(wizard, RW_WIZARD_HOSTS, &findings);
    for (size_t i = 0; i < findings.count; i++)
        if (findings.items[i].id == RW_F_HOST_NAME_DIFFERS)
            snprintf(text, sizeof text, "H-07 %s", rw_severity_name(findings.items[i].severity));
    rw_findings_done(&findings);
    *failures = rw_wizard_gate(wizard, RW_WIZARD_HOSTS).failures;
    return text;
}

static void rate_name(const char *severity)
{
    struct rw_findings findings = {0};
    char *text = rw_asprintf("version: 1\nrequirements:\n- {check: name, hosts: all, severity: %s, "
                             "finding: H-07, source: us}\n",
                             severity);
    cr_assert_eq(rw_requirements_parse(&requirements, text, strlen(text), "x", &findings), 0);
    free(text);
}

Test(wizard, judges_the_name_of_a_host_as_the_checks_do)
{
    size_t others, failures;
    EXPECT(rw_wizard_begin(wizard, "demo", &findings), 0, NULL);
    rw_wizard_add_host(wizard);
    rw_wizard_set(wizard, 0, "name", "ha-m1");
    struct live_facts *facts = rw_array_add(wizard->live.facts, wizard->live.fact_count);
    facts->id = wizard->document->ids[0];
    facts->state = FACTS_KNOWN;
    facts->own.read = true;
    facts->own.hostname = rw_strdup("HA-M1");
    cr_expect_str_eq(told_of_name(&others), "", "names do not differ by their case");
    rw_strset(&facts->own.hostname, "other");
    cr_expect_str_eq(told_of_name(&failures), "H-07 fail");
    cr_expect_eq(failures, others + 1);
    EXPECT(rw_wizard_override(wizard, RW_F_HOST_NAME_DIFFERS, "renamed later", &findings), 0, NULL);
    cr_expect_str_eq(told_of_name(&failures), "H-07 fail", "it is reported anyway");
    cr_expect_eq(failures, others, "and does not hold anybody");
    EXPECT(rw_wizard_override(wizard, RW_F_HOST_NAME_DIFFERS, "", &findings), 0, NULL);
    rate_name("warn");
    cr_expect_str_eq(told_of_name(&failures), "H-07 warn");
    cr_expect_eq(failures, others);
    rate_name("off");
    cr_expect_str_eq(told_of_name(&failures), "");
    cr_expect_eq(failures, others);
}

Test(wizard, a_host_without_a_name_gets_the_one_it_has_itself)
{
    EXPECT(rw_wizard_begin(wizard, "demo", &findings), 0, NULL);
    rw_wizard_add_host(wizard);
    rw_wizard_set(wizard, 0, "address", "127.0.0.1");
    cr_expect_eq(rw_wizard_host(wizard, 0).state, RW_WIZARD_HOST_CONNECTING,
                 "an address is enough to log in");
    struct rw_wizard_gate gate = rw_wizard_gate(wizard, RW_WIZARD_HOSTS);
    cr_expect_eq(gate.failures, 0, "nothing is missing as long as the host is asked");
    cr_expect_eq(gate.waiting, 1);
    struct live_facts *facts = rw_array_add(wizard->live.facts, wizard->live.fact_count);
    facts->id = wizard->document->ids[0];
    facts->state = FACTS_KNOWN;
    facts->own.read = true;
    facts->own.hostname = rw_strdup("localhost");
    live_sync(wizard);
    cr_expect_null(wizard->document->cluster->hosts[0].name, "no node can have that name");
    rw_strset(&facts->own.hostname, "HA-M1");
    live_sync(wizard);
    cr_expect_str_eq(wizard->document->cluster->hosts[0].name, "ha-m1");
    rw_strset(&facts->own.hostname, "other");
    live_sync(wizard);
    cr_expect_str_eq(wizard->document->cluster->hosts[0].name, "ha-m1", "a name stays");
}

Test(wizard, finds_installs_that_did_not_end_well)
{
    struct rw_journal *journal;
    struct rw_error err;
    long pid;
    char *dir = rw_journal_dir("demo");
    cr_assert_eq(rw_journal_open(dir, &journal, &pid, &err), 0);
    rw_journal_begin(journal, "install", ANSWERS);
    rw_journal_task(journal, "stage@ha-m1", "ha-m1", "stage", "done", 1);
    rw_journal_task(journal, "found@ha-m1", "ha-m1", "found", "done", 1);
    rw_journal_task(journal, "stage@ha-w1", "ha-w1", "stage", "failed", 1);
    rw_journal_task(journal, "verify@ha-m1", "ha-m1", "verify", "blocked", 0);
    rw_journal_close(journal);
    free(dir);
    struct rw_wizard_unfinished_list list = {0};
    rw_wizard_find_unfinished(&list);
    cr_assert_eq(list.count, 1);
    cr_assert_str_eq(list.items[0].cluster, "demo");
    cr_assert_eq(list.items[0].nodes_done, 1);
    cr_assert_eq(list.items[0].nodes, 2);
    rw_wizard_unfinished_done(&list);
    /* It was begun by the command: its answers are in the journal. */
    EXPECT(rw_wizard_open(wizard, "demo", &findings), 0, NULL);
    cr_assert_str_eq(cluster()->hosts[0].name, "ha-m1");
}
