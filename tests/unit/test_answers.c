/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/mem.h"
#include "cluster/answers.h"
#include "cluster/settings.h"
#include "unit/helpers.h"

#define HEAD  "version: 1\ncluster: demo\nregistration-name: demo.example.com\n" /* lines 1 to 3 */
#define HOSTS "hosts:\n- {name: m1, address: 10.0.0.1, role: server}\n"
#define GOOD  HEAD HOSTS

static struct rw_cluster *parse(const char *text, struct rw_findings *findings)
{
    return rw_answers_parse(text, strlen(text), "demo.yaml", "/etc/demo", findings);
}

static char *print(const struct rw_findings *findings)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < findings->count; i++)
        rw_finding_print(&out, &findings->items[i]);
    return rw_buf_take(&out);
}

static struct rw_cluster *parse_good(const char *text)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = parse(text, &findings);
    char *said = print(&findings);
    cr_assert(cluster && findings.count == 0, "%s%s", text, said);
    free(said);
    return cluster;
}

/* Asserts that the text gives this one finding, and what it says. */
static void refuses(const char *text, enum rw_finding_id id, const char *where, const char *fact,
                    const char *fix)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = parse(text, &findings);
    char *said = print(&findings);
    cr_assert_null(cluster, "accepted: %s", text);
    cr_assert_eq(findings.count, 1, "%s%s", text, said);
    const struct rw_finding *finding = &findings.items[0];
    cr_assert_str_eq(rw_finding_code(finding->id), rw_finding_code(id), "%s%s", text, said);
    cr_assert_str_eq(rw_finding_get(finding, "where"), where, "%s%s", text, said);
    char *fact_text = rw_finding_text(finding, RW_FINDING_FACT);
    char *fix_text = rw_finding_text(finding, RW_FINDING_FIX);
    cr_assert(strstr(fact_text, fact), "%s", said);
    cr_assert(strstr(fix_text, fix), "%s", said);
    cr_assert(strchr(fact, '?') || !strchr(fact_text, '?'), "an unfilled place: %s", said);
    free(fact_text);
    free(fix_text);
    free(said);
    rw_findings_done(&findings);
}

static void refuses_value(const char *text, const char *where, const char *value, const char *fix)
{
    char *fact = rw_asprintf("“%s” is not a valid value for", value);
    refuses(text, RW_F_ANSWERS_BAD_VALUE, where, fact, fix);
    free(fact);
}

static void refuses_type(const char *text, const char *where, const char *found)
{
    refuses(text, RW_F_ANSWERS_WRONG_TYPE, where, found, "must be");
}

static void round_trip(const struct rw_cluster *cluster, bool with_token)
{
    char *text = rw_answers_write(cluster, with_token);
    struct rw_findings findings = {0};
    struct rw_cluster *again = parse(text, &findings);
    char *said = print(&findings);
    cr_assert(again, "%s%s", text, said);
    cr_assert(rw_cluster_equal(cluster, again), "%s", text);
    free(said);
    free(text);
    rw_findings_done(&findings);
    rw_cluster_free(again);
}

/* ---- what is accepted ---- */

Test(answers, fills_in_the_defaults)
{
    struct rw_cluster *cluster = parse_good(GOOD);
    cr_assert_str_eq(cluster->name, "demo");
    cr_assert_str_eq(cluster->registration_name, "demo.example.com");
    cr_assert_str_eq(cluster->channel, "stable");
    cr_assert_null(cluster->version);
    cr_assert_null(cluster->token);
    cr_assert_null(cluster->token_file);
    cr_assert(cluster->servers_run_workloads);
    cr_assert_eq(cluster->tls_san_count, 0);
    cr_assert_eq(cluster->host_count, 1);
    const struct rw_host *host = &cluster->hosts[0];
    cr_assert_str_eq(host->name, "m1");
    cr_assert_str_eq(host->address, "10.0.0.1");
    cr_assert_eq(host->role, RW_ROLE_SERVER);
    cr_assert_eq(host->line, 5);
    cr_assert_str_eq(host->login.user, "root");
    cr_assert_eq(host->login.port, 22);
    cr_assert_null(host->login.key);
    rw_cluster_free(cluster);
}

Test(answers, reads_every_key)
{
    setenv("HOME", "/home/me", 1);
    struct rw_cluster *cluster =
        parse_good(HEAD "token: 0123456789\n"
                        "tls-san: [lb.example.com, 10.0.0.9, \"fd00::9\"]\n"
                        "servers-run-workloads: false\n"
                        "rke2: {version: v1.35.0-rc2+rke2r1}\n"
                        "ssh: {user: ops, port: 2200, key: ~/.ssh/id, "
                        "password-file: pw, sudo-password-file: /x/sudo, "
                        "jump: 'me@[fd00::2]:2222', jump-key: ~/.ssh/jump}\n"
                        "hosts:\n"
                        "- name: m1\n"
                        "  address: fd00::1\n"
                        "  role: server\n"
                        "- {name: w1, address: w1.example.com, role: agent}\n");
    cr_assert_str_eq(cluster->token, "0123456789");
    cr_assert_eq(cluster->tls_san_count, 3);
    cr_assert_str_eq(cluster->tls_san[2], "fd00::9");
    cr_assert_not(cluster->servers_run_workloads);
    cr_assert_str_eq(cluster->version, "v1.35.0-rc2+rke2r1");
    cr_assert_str_eq(cluster->login.user, "ops");
    cr_assert_eq(cluster->login.port, 2200);
    cr_assert_str_eq(cluster->login.key, "/home/me/.ssh/id");
    cr_assert_str_eq(cluster->login.password_file, "/etc/demo/pw");
    cr_assert_str_eq(cluster->login.sudo_password_file, "/x/sudo");
    cr_assert_str_eq(cluster->login.jump, "me@[fd00::2]:2222");
    cr_assert_str_eq(cluster->login.jump_key, "/home/me/.ssh/jump");
    cr_assert_str_eq(cluster->hosts[1].login.jump, "me@[fd00::2]:2222");
    cr_assert_str_eq(cluster->hosts[0].address, "fd00::1");
    cr_assert_eq(cluster->hosts[1].role, RW_ROLE_AGENT);
    cr_assert_eq(cluster->hosts[1].line, 13);
    round_trip(cluster, true);
    rw_cluster_free(cluster);
}

Test(answers, lets_a_host_override_each_login_key_alone)
{
    struct rw_cluster *cluster =
        parse_good(HEAD "hosts:\n"
                        "- {name: a, address: 10.0.0.1, role: server, user: ops}\n"
                        "- {name: b, address: 10.0.0.2, role: agent, port: 2222, key: k}\n"
                        "- {name: c, address: 10.0.0.3, role: agent, password-file: p,"
                        " sudo-password-file: s, jump: none}\n"
                        "ssh: {port: 2200, key: /common, jump: bastion}\n");
    const struct rw_login *a = &cluster->hosts[0].login, *b = &cluster->hosts[1].login,
                          *c = &cluster->hosts[2].login;
    cr_assert_str_eq(a->jump, "bastion");
    cr_assert_str_eq(c->jump, "none");
    cr_assert_str_eq(a->user, "ops");
    cr_assert_eq(a->port, 2200);
    cr_assert_str_eq(a->key, "/common");
    cr_assert_str_eq(b->user, "root");
    cr_assert_eq(b->port, 2222);
    cr_assert_str_eq(b->key, "/etc/demo/k");
    cr_assert_str_eq(c->password_file, "/etc/demo/p");
    cr_assert_str_eq(c->sudo_password_file, "/etc/demo/s");
    round_trip(cluster, true);
    rw_cluster_free(cluster);
}

Test(answers, accepts_json_because_it_is_yaml)
{
    rw_cluster_free(parse_good("{\"version\": 1, \"cluster\": \"demo\",\n"
                               "\"registration-name\": \"demo\", \"hosts\": [\n"
                               "{\"name\": \"m1\", \"address\": \"::1\", \"role\": \"server\"}]}"));
}

Test(answers, keeps_the_registration_name_and_repetitions_out_of_tls_san)
{
    struct rw_cluster *cluster =
        parse_good(GOOD "tls-san: [a.b, Demo.Example.com, A.B, \"fd00:0::1\", \"fd00::1\"]\n");
    cr_assert_eq(cluster->tls_san_count, 2);
    cr_assert_str_eq(cluster->tls_san[0], "a.b");
    cr_assert_str_eq(cluster->tls_san[1], "fd00:0::1");
    rw_cluster_free(cluster);
}

/* ---- what is refused, and how it is said ---- */

Test(answers, reports_every_error_at_once)
{
    struct rw_findings findings = {0};
    cr_assert_null(parse("version: 1\n"
                         "cluster: Demo\n"
                         "colour: red\n"
                         "ssh: {port: 0, usr: root}\n"
                         "hosts:\n"
                         "- {name: m1, address: 10.0.0.256, role: server}\n"
                         "- {name: m1, address: 10.0.0.1}\n",
                         &findings));
    static const struct {
        const char *code, *where;
    } expected[] = {
        {"A-06", "demo.yaml:2:10"}, {"A-03", "demo.yaml:3:1"},  {"A-06", "demo.yaml:4:13"},
        {"A-03", "demo.yaml:4:16"}, {"A-06", "demo.yaml:6:23"}, {"A-04", "demo.yaml:7:3"},
        {"A-04", "demo.yaml:1:1"},  {"A-08", "demo.yaml:7:10"}, {"A-11", "demo.yaml:6:1"},
    };
    for (size_t i = 0; i < RW_COUNT(expected) && i < findings.count; i++) {
        cr_expect_str_eq(rw_finding_code(findings.items[i].id), expected[i].code);
        cr_expect_str_eq(rw_finding_get(&findings.items[i], "where"), expected[i].where);
    }
    char *said = print(&findings);
    cr_assert_eq(findings.count, RW_COUNT(expected), "%s", said);
    free(said);
    rw_findings_done(&findings);
}

Test(answers, names_the_allowed_keys_beside_an_unknown_one)
{
    refuses(GOOD "tls-sans: []\n", RW_F_ANSWERS_UNKNOWN_KEY, "demo.yaml:6:1", "“tls-sans”",
            "version, cluster, registration-name, token, token-file, tls-san, "
            "servers-run-workloads, rke2, cni, source, proxy, registry, ");
    refuses(GOOD "rke2:\n  chanel: stable\n", RW_F_ANSWERS_UNKNOWN_KEY, "demo.yaml:7:3", "“chanel”",
            "version, channel");
    refuses(GOOD "ssh: {password: hunter2}\n", RW_F_ANSWERS_UNKNOWN_KEY, "demo.yaml:6:7",
            "“password”", "user, port, key, password-file, sudo-password-file");
    refuses(HEAD "hosts: [{name: a, address: a.b, role: server, ip: x}]", RW_F_ANSWERS_UNKNOWN_KEY,
            "demo.yaml:4:47", "“ip”",
            "name, address, role, user, port, key, password-file, sudo-password-file");
    refuses(GOOD "[a, b]: c\n", RW_F_ANSWERS_UNKNOWN_KEY, "demo.yaml:6:1", "{…}", "version");
}

Test(answers, says_which_required_key_is_missing_and_what_it_holds)
{
    refuses("cluster: a\nregistration-name: a.b\n" HOSTS, RW_F_ANSWERS_MISSING_KEY, "demo.yaml:1:1",
            "“version” is missing", "Add “version: …”: the number 1");
    refuses("version: 1\nregistration-name: a.b\n" HOSTS, RW_F_ANSWERS_MISSING_KEY, "demo.yaml:1:1",
            "“cluster”", "lower-case");
    refuses("version: 1\ncluster: a\n" HOSTS, RW_F_ANSWERS_MISSING_KEY, "demo.yaml:1:1",
            "“registration-name”", "rke2.example.com");
    refuses(HEAD, RW_F_ANSWERS_MISSING_KEY, "demo.yaml:1:1", "“hosts”", "a list of hosts");
    refuses(HEAD "hosts:\n  - address: a.b\n    role: server\n", RW_F_ANSWERS_MISSING_KEY,
            "demo.yaml:5:5", "“name”", "lower-case");
}

Test(answers, refuses_a_key_that_stands_twice)
{
    refuses(GOOD "cluster: other\n", RW_F_ANSWERS_DUPLICATE_KEY, "demo.yaml:6:1", "“cluster”",
            "Remove one");
    refuses(HEAD "hosts: [{name: a, name: b, address: a.b, role: server}]",
            RW_F_ANSWERS_DUPLICATE_KEY, "demo.yaml:4:19", "“name”", "Remove one");
}

Test(answers, refuses_values_of_the_wrong_type)
{
    refuses_type("version: \"1\"\ncluster: a\nregistration-name: a.b\n" HOSTS, "demo.yaml:1:10",
                 "found a text in quotes");
    refuses_type("version: 1\ncluster: [a]\nregistration-name: a.b\n" HOSTS, "demo.yaml:2:10",
                 "found a list");
    refuses_type(GOOD "token: {a: b}\n", "demo.yaml:6:8", "found a mapping");
    refuses_type(GOOD "token:\n", "demo.yaml:6:7", "found nothing");
    refuses_type(GOOD "token-file: ~\n", "demo.yaml:6:13", "found nothing");
    refuses_type(GOOD "tls-san: a.b\n", "demo.yaml:6:10", "found a single value");
    refuses_type(GOOD "tls-san: [[a.b]]\n", "demo.yaml:6:11", "found a list");
    refuses_type(GOOD "servers-run-workloads: 'true'\n", "demo.yaml:6:24", "a text in quotes");
    refuses_type(GOOD "rke2: stable\n", "demo.yaml:6:7", "found a single value");
    refuses_type(GOOD "ssh: []\n", "demo.yaml:6:6", "found a list");
    refuses_type(GOOD "ssh: {port: '22'}\n", "demo.yaml:6:13", "a text in quotes");
    refuses_type(HEAD "hosts: m1\n", "demo.yaml:4:8", "found a single value");
    refuses_type(GOOD "- m1\n", "demo.yaml:6:3", "found a single value");
}

Test(answers, refuses_values_that_are_not_allowed)
{
    refuses_value("version: 2\ncluster: a\nregistration-name: a.b\n" HOSTS, "demo.yaml:1:10", "2",
                  "the number 1");
    refuses_value("version: 1\ncluster: My Lab\nregistration-name: a.b\n" HOSTS, "demo.yaml:2:10",
                  "My Lab", "lower-case letters");
    refuses_value("version: 1\ncluster: a\nregistration-name: 10.0.0.1\n" HOSTS, "demo.yaml:3:20",
                  "10.0.0.1", "not an address");
    refuses_value("version: 1\ncluster: a\nregistration-name: localhost\n" HOSTS, "demo.yaml:3:20",
                  "localhost", "a DNS name");
    refuses_value(GOOD "tls-san:\n  - a.b\n  - '*.b'\n", "demo.yaml:8:5", "*.b",
                  "without wildcards");
    refuses_value(GOOD "token-file: \"a\\nb\"\n", "demo.yaml:6:13", "a?b", "path of a file");
    refuses_value(GOOD "rke2: {channel: v2.1}\n", "demo.yaml:6:17", "v2.1",
                  "stable, latest, testing");
    refuses_value(GOOD "rke2: {version: v1.26.12}\n", "demo.yaml:6:17", "v1.26.12",
                  "v1.26.12+rke2r1");
    refuses_value(GOOD "ssh: {user: a b}\n", "demo.yaml:6:13", "a b", "login name");
    refuses_value(GOOD "ssh: {port: 65536}\n", "demo.yaml:6:13", "65536", "1 to 65535");
    refuses_value(GOOD "ssh: {port: 0x16}\n", "demo.yaml:6:13", "0x16", "1 to 65535");
    refuses_value(GOOD "ssh: {port: +22}\n", "demo.yaml:6:13", "+22", "1 to 65535");
    refuses_value(HEAD "hosts: [{name: M1, address: a.b, role: server}]", "demo.yaml:4:16", "M1",
                  "lower-case");
    refuses_value(HEAD "hosts: [{name: m1, address: 192.168.1.300, role: server}]",
                  "demo.yaml:4:29", "192.168.1.300", "IPv4 address");
    refuses_value(HEAD "hosts: [{name: m1, address: a.b, role: master}]", "demo.yaml:4:40",
                  "master", "server or agent");
}

Test(answers, explains_that_only_true_and_false_are_flags)
{
    static const char *const words[] = {"yes", "no", "on", "off", "True", "1", "y"};
    for (size_t i = 0; i < RW_COUNT(words); i++) {
        char *text = rw_asprintf(GOOD "servers-run-workloads: %s\n", words[i]);
        refuses_value(text, "demo.yaml:6:24", words[i],
                      "true or false; other words such as yes, no, on and off");
        free(text);
    }
}

Test(answers, cuts_long_and_hostile_values_before_repeating_them)
{
    struct rw_buf text = {0};
    rw_buf_adds(&text, GOOD "ssh: {user: \"\\e[2J");
    for (int i = 0; i < 1000; i++)
        rw_buf_addc(&text, 'x');
    rw_buf_adds(&text, "\"}\n");
    struct rw_findings findings = {0};
    cr_assert_null(parse(rw_buf_str(&text), &findings));
    const char *value = rw_finding_get(&findings.items[0], "value");
    cr_assert(strlen(value) < 100 && strncmp(value, "?[2Jxxx", 7) == 0, "%s", value);
    rw_findings_done(&findings);
    rw_buf_done(&text);
}

Test(answers, refuses_a_nul_inside_a_text)
{
    refuses_value(GOOD "ssh: {user: \"root\\0x\"}\n", "demo.yaml:6:13", "root?x", "login name");
    refuses(GOOD "token: \"abc\\0def\"\n", RW_F_ANSWERS_BAD_TOKEN, "demo.yaml:6:8",
            "not a visible ASCII character", "letters and digits");
}

Test(answers, refuses_a_host_name_that_is_used_twice)
{
    refuses(HEAD "hosts:\n"
                 "- {name: m1, address: 10.0.0.1, role: server}\n"
                 "- role: agent\n"
                 "  name: m1\n"
                 "  address: 10.0.0.2\n",
            RW_F_ANSWERS_DUPLICATE_NAME, "demo.yaml:7:9", "“m1” is already used on line 5",
            "a unique name");
}

Test(answers, refuses_an_address_that_is_used_twice_in_any_spelling)
{
    static const char *const pairs[][2] = {
        {"10.0.0.1", "10.0.0.1"},
        {"fd00::1", "FD00:0:0::1"},
        {"10.0.0.1", "::ffff:10.0.0.1"},
        {"m1.example.com", "M1.Example.com"},
    };
    for (size_t i = 0; i < RW_COUNT(pairs); i++) {
        char *text = rw_asprintf(HEAD "hosts:\n"
                                      "- {name: m1, address: \"%s\", role: server}\n"
                                      "- {name: m2, address: \"%s\", role: agent}\n",
                                 pairs[i][0], pairs[i][1]);
        refuses(text, RW_F_ANSWERS_DUPLICATE_ADDRESS, "demo.yaml:6:23", "used on line 5",
                "its own address");
        free(text);
    }
}

Test(answers, needs_a_server)
{
    refuses(HEAD "hosts: []\n", RW_F_ANSWERS_NO_SERVER, "demo.yaml:4:8", "no host",
            "the role server");
    refuses(HEAD "hosts:\n- {name: w1, address: 10.0.0.1, role: agent}\n", RW_F_ANSWERS_NO_SERVER,
            "demo.yaml:5:1", "no host", "the role server");
}

Test(answers, warns_about_an_even_number_of_servers)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = parse(GOOD "- {name: m2, address: 10.0.0.2, role: server}\n"
                                            "- {name: m3, address: 10.0.0.3, role: server}\n"
                                            "- {name: m4, address: 10.0.0.4, role: server}\n"
                                            "- {name: w1, address: 10.0.0.5, role: agent}\n",
                                       &findings);
    cr_assert(cluster, "a warning does not refuse the file");
    cr_assert_eq(findings.count, 1);
    cr_assert_eq(findings.items[0].id, RW_F_ANSWERS_EVEN_SERVERS);
    cr_assert_eq(findings.items[0].severity, RW_SEVERITY_WARN);
    cr_assert_str_eq(rw_finding_get(&findings.items[0], "count"), "4");
    cr_assert_str_eq(rw_finding_get(&findings.items[0], "survive"), "1");
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
}

Test(answers, warns_that_a_channel_beside_a_version_has_no_effect)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster =
        parse(GOOD "rke2: {channel: latest, version: v1.30.1+rke2r1}\n", &findings);
    cr_assert(cluster);
    cr_assert_eq(findings.count, 1);
    cr_assert_eq(findings.items[0].id, RW_F_ANSWERS_VERSION_AND_CHANNEL);
    cr_assert_str_eq(rw_finding_get(&findings.items[0], "where"), "demo.yaml:6:17");
    round_trip(cluster, true);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
}

Test(answers, refuses_token_and_token_file_together)
{
    refuses(GOOD "token-file: t\ntoken: abc\n", RW_F_ANSWERS_TOKEN_BOTH, "demo.yaml:7:8",
            "both “token” and “token-file”", "Keep one");
}

/* With the cluster of the example it is taken: loads_the_example_that_is_shipped. */
Test(answers, refuses_the_token_of_the_example_for_another_cluster)
{
    refuses(GOOD "token: my-shared-secret\n", RW_F_ANSWERS_KNOWN_TOKEN, "demo.yaml:6:8",
            "the token is that of the example", "Leave out the token");
}

Test(answers, tells_why_a_token_is_refused_and_does_not_repeat_it)
{
    static const struct {
        const char *token, *reason;
    } cases[] = {
        {"K10abcdef", "begins with K10"},
        {"abcdef.0123456789abcdef", "bootstrap token"},
        {"swordfish x", "white space"},
        {"sword\\tfish", "white space"},
        {"sword'fish", "quotation mark"},
        {"sword\\\"fish", "quotation mark"},
        {"swordfish\\n", "visible ASCII"},
        {"sw\u00f6rdfish", "visible ASCII"},
        {"", "it is empty"},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        char *text = rw_asprintf(GOOD "token: \"%s\"\n", cases[i].token);
        refuses(text, RW_F_ANSWERS_BAD_TOKEN, "demo.yaml:6:8", cases[i].reason, "32 or more");
        struct rw_findings findings = {0};
        parse(text, &findings);
        char *said = print(&findings);
        cr_assert_null(strstr(said, "fish"), "%s", said);
        free(said);
        free(text);
        rw_findings_done(&findings);
    }
}

Test(answers, stops_at_a_syntax_error_and_says_where)
{
    refuses(HEAD "hosts: [\n", RW_F_ANSWERS_SYNTAX, "demo.yaml:5:1", "invalid YAML",
            "Common causes");
    refuses("version: 1\n\tcluster: x\n", RW_F_ANSWERS_SYNTAX, "demo.yaml:2:1", "from line",
            "a tab");
    refuses("a: b\nc: \x01\n", RW_F_ANSWERS_SYNTAX, "demo.yaml:2:4", "control characters",
            "Common causes");
    refuses("a: b\nc: \xff\n", RW_F_ANSWERS_SYNTAX, "demo.yaml:2:4", "UTF-8", "Common causes");
}

Test(answers, refuses_a_file_without_keys)
{
    static const char *const texts[] = {"", "# nothing yet\n", "hello", "[a, b]"};
    for (size_t i = 0; i < RW_COUNT(texts); i++)
        refuses(texts[i], RW_F_ANSWERS_NO_KEYS, "demo.yaml:1:1", "not a mapping", "ha-demo.yaml");
}

Test(answers, refuses_tags_anchors_and_further_documents)
{
    refuses(GOOD "token: !!str abc\n", RW_F_ANSWERS_YAML_FEATURE, "demo.yaml:6:8", "a YAML tag",
            "in full");
    refuses(GOOD "token: &t abc\n", RW_F_ANSWERS_YAML_FEATURE, "demo.yaml:6:8", "a YAML anchor",
            "in full");
    refuses(GOOD "---\n" GOOD, RW_F_ANSWERS_YAML_FEATURE, "demo.yaml:6:1", "a second YAML document",
            "in one document");
}

/* Asserts that the text is refused by findings about YAML alone, and gives their number. */
static size_t count_refused(const char *text)
{
    struct rw_findings findings = {0};
    cr_assert_null(parse(text, &findings));
    char *said = print(&findings);
    for (size_t i = 0; i < findings.count; i++)
        cr_assert_eq(findings.items[i].id, RW_F_ANSWERS_YAML_FEATURE, "%s", said);
    free(said);
    size_t count = findings.count;
    rw_findings_done(&findings);
    return count;
}

Test(answers, refuses_aliases_without_telling_twice_what_they_lead_to)
{
    cr_assert_eq(count_refused(GOOD "- &a {name: m2, address: 10.0.0.2, role: agent}\n- *a\n"), 2);
    cr_assert_eq(count_refused(GOOD "tls-san: [&a a.b, *a, *a]\n"), 3);
    cr_assert_eq(count_refused(GOOD "tls-san: &a [a.b, *a]\n"), 2, "a circle");
    cr_assert_eq(count_refused(GOOD "ssh: &a {user: *a}\n"), 2, "a circle");
}

Test(answers, gives_up_on_a_flood_of_anchors_and_aliases)
{
    static const char *const items[] = {"*a,", "&a x,", "!!str x,"};
    for (size_t kind = 0; kind < RW_COUNT(items); kind++) {
        struct rw_buf text = {0};
        rw_buf_adds(&text, GOOD "tls-san: [&a x, ");
        for (int i = 0; i < 100000; i++)
            rw_buf_adds(&text, items[kind]);
        rw_buf_adds(&text, "]\n");
        cr_assert_eq(count_refused(rw_buf_str(&text)), 101);
        rw_buf_done(&text);
    }
}

Test(answers, gives_up_on_deep_nesting)
{
    for (const char *bracket = "[{"; *bracket; bracket++) {
        struct rw_buf text = {0};
        rw_buf_adds(&text, GOOD "tls-san: ");
        for (int i = 0; i < 500000; i++)
            rw_buf_addc(&text, *bracket);
        cr_assert_eq(count_refused(rw_buf_str(&text)), 1);
        rw_buf_done(&text);
    }
}

Test(answers, tells_how_many_problems_it_does_not_show)
{
    struct rw_buf text = {0};
    rw_buf_adds(&text, GOOD);
    for (unsigned i = 0; i < RW_ANSWERS_PROBLEM_MAX + 7; i++)
        rw_buf_addf(&text, "k%u: v\n", i);
    struct rw_findings findings = {0};
    cr_assert_null(parse(rw_buf_str(&text), &findings));
    cr_assert_eq(findings.count, RW_ANSWERS_PROBLEM_MAX + 1);
    const struct rw_finding *last = &findings.items[findings.count - 1];
    cr_assert_eq(last->id, RW_F_ANSWERS_MORE_PROBLEMS);
    cr_assert_str_eq(rw_finding_get(last, "count"), "7");
    rw_findings_done(&findings);
    rw_buf_done(&text);
}

Test(answers, limits_the_number_of_hosts)
{
    struct rw_buf text = {0};
    rw_buf_adds(&text, GOOD);
    for (unsigned i = 1; i < RW_ANSWERS_LIST_MAX; i++)
        rw_buf_addf(&text, "- {name: w%u, address: 10.0.%u.%u, role: agent}\n", i, i / 250 + 1,
                    i % 250);
    rw_cluster_free(parse_good(rw_buf_str(&text)));
    rw_buf_adds(&text, "- {name: x, address: 10.9.9.9, role: agent}\n");
    refuses(rw_buf_str(&text), RW_F_ANSWERS_LIST_TOO_LONG, "demo.yaml:5:1",
            "too many entries: 1001. The limit is 1000", "Remove");
    rw_buf_done(&text);
}

/* ---- writing ---- */

Test(answers, writes_a_file_that_people_like_to_read)
{
    struct rw_cluster *cluster =
        parse_good(HEAD "token: abc\ntls-san: [lb.example.com]\nhosts:\n"
                        "- {name: m1, address: 10.0.0.1, role: server}\n"
                        "- {name: w1, address: fd00::1, role: agent, port: 2222, user: ops}\n");
    char *text = rw_answers_write(cluster, false);
    cr_assert_str_eq(text, "version: 1\n"
                           "cluster: demo\n"
                           "registration-name: demo.example.com\n"
                           "tls-san: [lb.example.com]\n"
                           "servers-run-workloads: true\n"
                           "rke2: {channel: stable}\n"
                           "ssh: {user: root, port: 22}\n"
                           "hosts:\n"
                           "- {name: m1, address: 10.0.0.1, role: server}\n"
                           "- {name: w1, address: \"fd00::1\", role: agent, user: ops, "
                           "port: 2222}\n");
    free(text);
    rw_cluster_free(cluster);
}

Test(answers, writes_the_token_only_when_asked)
{
    struct rw_cluster *cluster = parse_good(GOOD "token: swordfish\n");
    char *without = rw_answers_write(cluster, false), *with = rw_answers_write(cluster, true);
    cr_assert_null(strstr(without, "swordfish"));
    cr_assert(strstr(with, "token: \"swordfish\"\n"));
    free(without);
    free(with);
    rw_cluster_free(cluster);
}

Test(answers, writes_the_token_file_when_the_token_is_not_written)
{
    struct rw_cluster *cluster = parse_good(GOOD "token-file: t\n");
    round_trip(cluster, true);
    rw_strset(&cluster->token, "swordfish"); /* as load does */
    char *without = rw_answers_write(cluster, false), *with = rw_answers_write(cluster, true);
    cr_assert(strstr(without, "token-file: /etc/demo/t\n"));
    cr_assert_null(strstr(without, "swordfish"));
    cr_assert_null(strstr(with, "token-file"), "both would be refused");
    free(without);
    free(with);
    rw_cluster_free(cluster);
}

Test(answers, reads_back_every_odd_token)
{
    static const char *const tokens[] = {
        "my-own-secret",
        "0123456",
        "0x1f",
        "1e5",
        "yes",
        "null",
        "~",
        "true",
        "a:b",
        "#x",
        "a#b",
        "-",
        "--",
        "[x]",
        "{x}",
        "*x",
        "&x",
        "!x",
        "%x",
        "@x",
        "|",
        ">",
        "?",
        ",",
        "\\n",
        "a\\",
        "1:20",
        "=",
        "<<",
        ".",
        "...",
        "---",
        "2001-01-01",
        "\\u0041",
        ":",
        "x:",
        "K1",
        "k10x",
        "{{x}}",
        "$HOME",
    };
    for (size_t i = 0; i < RW_COUNT(tokens); i++) {
        struct rw_cluster *cluster = parse_good(GOOD);
        cluster->token = rw_strdup(tokens[i]);
        round_trip(cluster, true);
        rw_cluster_free(cluster);
    }
}

Test(answers, reads_back_every_odd_path_and_user)
{
    static const char *const paths[] = {
        "/a b",    "/a: b",      "/a #b",      "/\"q\"", "/it's", "/密钥", "/a\\b",
        "/x, {y}", "/\u2028sep", "/\ufeffbom", "/ ",     "/a  ",  "/- x",
    };
    for (size_t i = 0; i < RW_COUNT(paths); i++) {
        struct rw_cluster *cluster = parse_good(GOOD "ssh: {key: /k, user: Yes}\n");
        rw_strset(&cluster->hosts[0].login.key, paths[i]);
        rw_strset(&cluster->hosts[0].login.user, "007");
        round_trip(cluster, true);
        rw_cluster_free(cluster);
    }
}

Test(answers, does_not_break_long_lines)
{
    struct rw_buf path = {0};
    for (int i = 0; i < 500; i++)
        rw_buf_adds(&path, "/a b");
    struct rw_cluster *cluster = parse_good(GOOD);
    rw_strset(&cluster->hosts[0].login.key, rw_buf_str(&path));
    round_trip(cluster, true);
    rw_buf_done(&path);
    rw_cluster_free(cluster);
}

Test(answers, writes_an_unfinished_cluster)
{
    struct rw_cluster *cluster = rw_cluster_new();
    rw_array_add(cluster->hosts, cluster->host_count)->role = RW_ROLE_SERVER;
    char *text = rw_answers_write(cluster, true);
    cr_assert_str_eq(text, "version: 1\n"
                           "servers-run-workloads: true\n"
                           "rke2: {channel: stable}\n"
                           "ssh: {user: root, port: 22}\n"
                           "hosts:\n"
                           "- {role: server}\n");
    free(text);
    rw_cluster_free(cluster);
}

/* ---- files ---- */

struct folder {
    char path[256];
};

static struct folder make_folder(void)
{
    struct folder folder;
    snprintf(folder.path, sizeof folder.path, "%s/rw-answers-XXXXXX", temporary());
    cr_assert(mkdtemp(folder.path));
    return folder;
}

static char *put(const struct folder *folder, const char *name, const char *text, mode_t mode)
{
    char *path = rw_asprintf("%s/%s", folder->path, name);
    cr_assert_eq(rw_file_write(path, text, strlen(text), mode, NULL), 0);
    return path;
}

static void drop(const struct folder *folder, char *path)
{
    unlink(path);
    free(path);
    rmdir(folder->path);
}

/* Writes both files, loads the answers, and gives what was found. */
static struct rw_cluster *load(const char *answers, mode_t mode, const char *token,
                               mode_t token_mode, struct rw_findings *findings)
{
    struct folder folder = make_folder();
    char *path = put(&folder, "demo.yaml", answers, mode);
    char *token_path = put(&folder, "token", token, token_mode);
    struct rw_cluster *cluster = rw_answers_load(path, findings);
    unlink(token_path);
    free(token_path);
    drop(&folder, path);
    return cluster;
}

Test(answers, loads_the_token_from_the_first_line_of_its_file)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster =
        load(GOOD "token-file: ./token\n", 0644, "swordfish \t\r\nmore\n", 0600, &findings);
    cr_assert(cluster);
    cr_assert_eq(findings.count, 0);
    cr_assert_str_eq(cluster->token, "swordfish");
    rw_cluster_free(cluster);
}

Test(answers, refuses_a_token_file_that_is_missing_or_bad)
{
    struct rw_findings findings = {0};
    cr_assert_null(load(GOOD "token-file: ./other\n", 0600, "x", 0600, &findings));
    cr_assert_null(load(GOOD "token-file: ./token\n", 0600, "", 0600, &findings));
    cr_assert_null(load(GOOD "token-file: ./token\n", 0600, "two words\n", 0600, &findings));
    cr_assert_null(load(GOOD "token-file: ./token\n", 0600, "my-shared-secret\n", 0600, &findings));
    cr_assert_eq(findings.count, 4);
    cr_assert_eq(findings.items[3].id, RW_F_ANSWERS_KNOWN_TOKEN);
    cr_assert_eq(findings.items[0].id, RW_F_ANSWERS_TOKEN_FILE);
    cr_assert(strstr(rw_finding_get(&findings.items[0], "reason"), "No such file"));
    cr_assert_eq(findings.items[1].id, RW_F_ANSWERS_TOKEN_FILE);
    cr_assert(
        strstr(rw_finding_get(&findings.items[1], "reason"), "/token: its first line is empty"));
    cr_assert_eq(findings.items[2].id, RW_F_ANSWERS_BAD_TOKEN);
    cr_assert(strstr(rw_finding_get(&findings.items[2], "where"), "/token:1:1"));
    rw_findings_done(&findings);
}

Test(answers, warns_once_about_each_secret_that_others_can_read)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster =
        load(GOOD "token-file: token\nssh: {password-file: token}\n", 0600, "abc", 0640, &findings);
    cr_assert(cluster);
    cr_assert_eq(findings.count, 1);
    cr_assert_eq(findings.items[0].id, RW_F_ANSWERS_SECRET_MODE);
    cr_assert(strstr(rw_finding_get(&findings.items[0], "file"), "/token"));
    rw_cluster_free(cluster);
    rw_findings_done(&findings);

    cluster = load(GOOD "token: abc\n", 0604, "", 0600, &findings);
    cr_assert_eq(findings.count, 1);
    cr_assert(strstr(rw_finding_get(&findings.items[0], "file"), "demo.yaml"));
    rw_cluster_free(cluster);
    rw_findings_done(&findings);

    cluster = load(GOOD, 0644, "", 0644, &findings);
    cr_assert_eq(findings.count, 0, "a file without a secret may be read by all");
    rw_cluster_free(cluster);
}

Test(answers, says_why_a_file_cannot_be_read)
{
    struct rw_findings findings = {0};
    cr_assert_null(rw_answers_load("/nowhere/demo.yaml", &findings));
    cr_assert_null(rw_answers_load("/tmp", &findings));
    cr_assert_eq(findings.count, 2);
    cr_assert_eq(findings.items[0].id, RW_F_ANSWERS_UNREADABLE);
    cr_assert(strstr(rw_finding_get(&findings.items[0], "reason"), "No such file"));
    cr_assert(strstr(rw_finding_get(&findings.items[1], "reason"), "not a regular file"));
    rw_findings_done(&findings);
}

Test(answers, loads_relative_paths_as_absolute_ones)
{
    struct folder folder = make_folder();
    char *path = put(&folder, "demo.yaml", GOOD "ssh: {key: id}\n", 0600);
    cr_assert_eq(chdir(folder.path), 0);
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = rw_answers_load("demo.yaml", &findings);
    cr_assert(cluster);
    cr_assert_eq(cluster->login.key[0], '/');
    cr_assert(strstr(cluster->login.key, folder.path));
    rw_cluster_free(cluster);
    drop(&folder, path);
}

Test(answers, loads_the_example_that_is_shipped)
{
    const char *path = in_sources("data/examples/ha-demo.yaml");
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = rw_answers_load(path, &findings);
    char *said = print(&findings);
    cr_assert(cluster, "%s", said);
    for (size_t i = 0; i < findings.count; i++)
        cr_assert_eq(findings.items[i].id, RW_F_ANSWERS_SECRET_MODE, "%s", said);
    cr_assert_eq(rw_cluster_servers(cluster), 3);
    cr_assert_eq(cluster->host_count, 4);
    cr_assert_str_eq(cluster->token, "my-shared-secret");
    cr_assert_str_eq(cluster->version, "v1.26.12+rke2r1");
    round_trip(cluster, true);
    free(said);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
}

Test(answers, explains_every_key_on_the_page)
{
    char *page = read_text(in_sources("docs/answers.md"));
    cr_assert_not_null(page);
    for (size_t i = 0; i < rw_setting_count; i++) {
        char *end = rw_asprintf(".%s`\n", rw_settings[i].key), *top = rw_asprintf("`%s", end + 1);
        if (rw_settings[i].scopes)
            cr_expect(strstr(page, end) || strstr(page, top) ||
                          rw_settings[i].kind == RW_SETTING_HOSTS,
                      "%s is not explained", rw_settings[i].key);
        free(end);
        free(top);
    }
    free(page);
}

/* ---- unfinished files ---- */

static struct rw_cluster *draft_of(const char *text, struct rw_findings *findings)
{
    return rw_answers_parse_draft(text, strlen(text), "draft.yaml", "/answers", findings);
}

Test(answers, a_draft_misses_nothing_and_keeps_what_is_wrong)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = draft_of("version: 1\n"
                                          "registration-name: 10.0.0.1\n"
                                          "rke2: {version: newest}\n"
                                          "hosts:\n"
                                          "  - {name: Not_Good, role: server}\n"
                                          "  - {address: 10.0.0.2, port: 2222}\n",
                                          &findings);
    cr_assert_eq(findings.count, 3);
    cr_assert_null(cluster->name);
    cr_assert_str_eq(cluster->registration_name, "10.0.0.1");
    cr_assert_str_eq(cluster->version, "newest");
    cr_assert_str_eq(cluster->hosts[0].name, "Not_Good");
    cr_assert_null(cluster->hosts[0].address);
    cr_assert_str_eq(cluster->hosts[0].login.user, "root");
    cr_assert_eq(cluster->hosts[1].login.port, 2222);
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
}

Test(answers, a_draft_reads_back_as_it_was_written)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = draft_of("hosts:\n  - {name: 'a b: {', role: agent}\n", &findings);
    char *text = rw_answers_write(cluster, false);
    struct rw_cluster *again = draft_of(text, &findings);
    cr_assert(rw_cluster_equal(cluster, again), "%s", text);
    struct rw_cluster *copy = rw_cluster_copy(again);
    cr_assert(rw_cluster_equal(copy, again));
    rw_cluster_free(copy);
    rw_cluster_free(again);
    rw_cluster_free(cluster);
    rw_findings_done(&findings);
    free(text);
}

Test(answers, a_draft_that_is_no_yaml_is_an_empty_cluster_with_a_finding)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = draft_of("hosts: [\n", &findings);
    cr_assert_eq(cluster->host_count, 0);
    cr_assert_str_eq(rw_finding_code(findings.items[0].id), "A-02");
    rw_findings_done(&findings);
    rw_cluster_free(cluster);
}
