/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration files of RKE2 and its release tags. */
#include <criterion/criterion.h>
#include <regex.h>
#include <stdlib.h>
#include <string.h>
#include <yaml.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cluster/answers.h"
#include "rke2/config_file.h"
#include "rke2/rke2.h"
#include "rke2/version.h"
#include "unit/helpers.h"
#include "unit/odd_tokens.h"

#define TAINT "CriticalAddonsOnly=true:NoExecute"

static void expect_config(const struct rw_cluster *cluster, size_t host, bool founder,
                          const char *expected)
{
    char *text = rw_rke2_config(cluster, &cluster->hosts[host], founder, cluster->token);
    cr_expect_str_eq(text, expected);
    free(text);
}

/* ---- reading back as RKE2 does ---- */

/* Whether a YAML 1.1 reader takes a plain scalar for something else than a string
 * (yaml.org/type: null, bool, int, float, timestamp, merge, value). */
static bool resolves(const char *plain)
{
    static const char pattern[] =
        "^(~|null|Null|NULL|)$|"
        "^(y|Y|yes|Yes|YES|n|N|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF)$|"
        "^[-+]?(0b[01_]+|0o?[0-7_]+|0|[1-9][0-9_]*|0x[0-9a-fA-F_]+|[1-9][0-9_]*(:[0-5]?[0-9])+)$|"
        "^[-+]?([0-9][0-9_]*)?\\.[0-9_]*([eE][-+]?[0-9]+)?$|^[-+]?[0-9][0-9_]*[eE][-+]?[0-9]+$|"
        "^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+\\.[0-9_]*$|"
        "^[-+]?\\.(inf|Inf|INF)$|^\\.(nan|NaN|NAN)$|"
        "^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}(([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*)?$|"
        "^<<$|^=$";
    regex_t regex;
    cr_assert_eq(regcomp(&regex, pattern, REG_EXTENDED | REG_NOSUB), 0);
    bool found = regexec(&regex, plain, 0, NULL, 0) == 0;
    regfree(&regex);
    return found;
}

/* Gives the values under key, one or a list, each ended by "\n"; every one must be a string. */
static char *strings_under(const char *text, const char *key)
{
    yaml_parser_t parser;
    yaml_document_t document;
    yaml_parser_initialize(&parser);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text, strlen(text));
    cr_assert(yaml_parser_load(&parser, &document), "%s", text);
    yaml_node_t *root = yaml_document_get_root_node(&document);
    struct rw_buf out = {0};
    cr_assert(root && root->type == YAML_MAPPING_NODE, "%s", text);
    for (yaml_node_pair_t *pair = root->data.mapping.pairs.start;
         pair < root->data.mapping.pairs.top; pair++) {
        yaml_node_t *name = yaml_document_get_node(&document, pair->key);
        yaml_node_t *value = yaml_document_get_node(&document, pair->value);
        if (strcmp((char *)name->data.scalar.value, key) != 0)
            continue;
        bool list = value->type == YAML_SEQUENCE_NODE;
        size_t count =
            list ? (size_t)(value->data.sequence.items.top - value->data.sequence.items.start) : 1;
        for (size_t i = 0; i < count; i++) {
            yaml_node_t *item =
                list ? yaml_document_get_node(&document, value->data.sequence.items.start[i])
                     : value;
            const char *string = (const char *)item->data.scalar.value;
            cr_assert(item->data.scalar.style != YAML_PLAIN_SCALAR_STYLE || !resolves(string),
                      "not a string: %s in %s", string, text);
            rw_buf_addf(&out, "%s\n", string);
        }
    }
    yaml_document_delete(&document);
    yaml_parser_delete(&parser);
    return rw_buf_take(&out);
}

static void expect_under(const char *text, const char *key, const char *expected)
{
    char *found = strings_under(text, key);
    cr_expect_str_eq(found, expected, "%s: “%s”, not “%s”\n%s", key, found, expected, text);
    free(found);
}

/* ---- config.yaml ---- */

Test(rke2_config, of_the_first_server_is_the_one_of_the_document)
{
    struct rw_cluster *cluster = demo_cluster();
    expect_config(cluster, 0, true,
                  "token: my-shared-secret\n"
                  "tls-san:\n"
                  "- rke2.demo.kingsd.top\n");
    rw_cluster_free(cluster);
}

Test(rke2_config, of_a_further_server_is_the_one_of_the_document)
{
    struct rw_cluster *cluster = demo_cluster();
    for (size_t i = 1; i < 3; i++)
        expect_config(cluster, i, false,
                      "server: https://rke2.demo.kingsd.top:9345\n"
                      "token: my-shared-secret\n"
                      "tls-san:\n"
                      "- rke2.demo.kingsd.top\n");
    rw_cluster_free(cluster);
}

Test(rke2_config, of_an_agent_is_the_one_of_the_document)
{
    struct rw_cluster *cluster = demo_cluster();
    expect_config(cluster, 3, false,
                  "server: https://rke2.demo.kingsd.top:9345\n"
                  "token: my-shared-secret\n");
    rw_cluster_free(cluster);
}

Test(rke2_config, lets_only_the_founder_be_without_server)
{
    struct rw_cluster *cluster = demo_cluster();
    for (size_t i = 0; i < 4; i++) {
        char *founder = rw_rke2_config(cluster, &cluster->hosts[i], true, "t");
        char *other = rw_rke2_config(cluster, &cluster->hosts[i], false, "t");
        expect_under(founder, "server", "");
        expect_under(other, "server", "https://rke2.demo.kingsd.top:9345\n");
        free(founder);
        free(other);
    }
    rw_cluster_free(cluster);
}

Test(rke2_config, taints_servers_that_run_no_workloads_and_no_agents)
{
    struct rw_cluster *cluster = demo_cluster();
    cluster->servers_run_workloads = false;
    for (size_t i = 0; i < 4; i++) {
        char *text = rw_rke2_config(cluster, &cluster->hosts[i], i == 0, "t");
        expect_under(text, "node-taint", i < 3 ? TAINT "\n" : "");
        free(text);
    }
    rw_cluster_free(cluster);
}

Test(rke2_config, names_each_extra_name_once_and_the_same_on_every_server)
{
    struct rw_cluster *cluster =
        cluster_of("registration-name: k8s.example.com\n"
                   "token: my-own-secret\n"
                   "tls-san: [lb.example.com, K8S.example.com, 10.0.0.9, \"fd00::9\",\n"
                   "          M2.example.com]\n",
                   "- {name: m1, address: 10.0.0.1, role: server}\n"
                   "- {name: m2, address: m2.example.com, role: server}\n"
                   "- {name: m3, address: \"fd00::3\", role: server}\n"
                   "- {name: w1, address: w1.example.com, role: agent}\n");
    for (size_t i = 0; i < 3; i++) {
        char *text = rw_rke2_config(cluster, &cluster->hosts[i], i == 0, "t");
        expect_under(text, "tls-san",
                     "k8s.example.com\nlb.example.com\n10.0.0.9\nfd00::9\nM2.example.com\n");
        free(text);
    }
    char *agent = rw_rke2_config(cluster, &cluster->hosts[3], false, "t");
    expect_under(agent, "tls-san", "");
    free(agent);
    rw_cluster_free(cluster);
}

Test(rke2_config, holds_the_name_by_which_a_server_is_reached)
{
    struct rw_cluster *cluster =
        cluster_of("registration-name: k8s.example.com\ntoken: my-own-secret\n",
                   "- {name: m1, address: m1.example.com, role: server}\n"
                   "- {name: m2, address: k8s.example.com, role: server}\n"
                   "- {name: w1, address: w1.example.com, role: agent}\n");
    char *text = rw_rke2_config(cluster, &cluster->hosts[0], true, "t");
    expect_under(text, "tls-san", "k8s.example.com\nm1.example.com\n");
    free(text);
    rw_cluster_free(cluster);
}

Test(rke2_config, keeps_an_odd_token_a_string)
{
    struct rw_cluster *cluster = demo_cluster();
    for (size_t i = 0; i < RW_COUNT(odd_tokens); i++) {
        char *text = rw_rke2_config(cluster, &cluster->hosts[1], false, odd_tokens[i]);
        char *line = rw_asprintf("%s\n", odd_tokens[i]);
        expect_under(text, "token", line);
        expect_under(text, "server", "https://rke2.demo.kingsd.top:9345\n");
        free(line);
        free(text);
    }
    rw_cluster_free(cluster);
}

/* own: keys that are ours; foreign: one that is not, or NULL. */
static void expect_own(const char *settings, const char *const own[], const char *foreign)
{
    struct rw_cluster *cluster =
        cluster_of(settings, "- {name: a, address: 10.0.0.1, role: server}\n"
                             "- {name: b, address: 10.0.0.2, role: agent}\n");
    char *keys = rw_rke2_own_keys(cluster), *list = rw_asprintf(" %s ", keys);
    for (size_t i = 0; own[i]; i++) {
        char *word = rw_asprintf(" %s ", own[i]);
        cr_expect(strstr(list, word), "%s not in %s", own[i], keys);
        free(word);
    }
    if (foreign)
        cr_expect_null(strstr(list, foreign), "%s", keys);
    free(list);
    free(keys);
    rw_cluster_free(cluster);
}

#define TOP        "registration-name: a.b\ntoken: x\n"
#define ALWAYS_OWN "server", "token", "tls-san", "node-taint", "cni"

Test(rke2_config, calls_keys_its_own_that_it_writes_or_of_which_a_finding_tells)
{
    static const char *const always[] = {ALWAYS_OWN, NULL};
    static const char *const named[] = {ALWAYS_OWN, "system-default-registry", NULL};
    expect_own(TOP, always, "system-default-registry");
    expect_own(TOP "servers-run-workloads: false\ncni: cilium\n", always,
               "system-default-registry");
    expect_own(TOP "registry: {system-default-registry: r}\n", named, NULL);
}

Test(rke2_config, can_show_a_mask_in_place_of_the_token)
{
    struct rw_cluster *cluster = demo_cluster();
    char *text = rw_rke2_config(cluster, &cluster->hosts[3], false, "<token>");
    cr_assert(strstr(text, "token: <token>\n"), "%s", text);
    cr_assert_null(strstr(text, "my-shared-secret"));
    free(text);
    rw_cluster_free(cluster);
}

Test(rke2_config, quotes_addresses_that_look_like_numbers)
{
    struct rw_cluster *cluster =
        cluster_of("registration-name: 1e5.example.com\ntoken: my-own-secret\n"
                   "tls-san: [\"::1:2\", 10.0.0.9, \"12.example.com\"]\n",
                   "- {name: m1, address: 10.0.0.1, role: server}\n");
    char *text = rw_rke2_config(cluster, &cluster->hosts[0], true, "t");
    expect_under(text, "tls-san", "1e5.example.com\n::1:2\n10.0.0.9\n12.example.com\n");
    /* The bytes of every release: others would restart nodes that run. */
    cr_expect(strstr(text, "- '10.0.0.9'\n"), "%s", text);
    free(text);
    rw_cluster_free(cluster);
}

Test(rke2_config, does_not_break_long_values)
{
    char token[1001];
    memset(token, 'k', sizeof token - 1);
    token[sizeof token - 1] = '\0';
    struct rw_cluster *cluster = demo_cluster();
    char *text = rw_rke2_config(cluster, &cluster->hosts[3], false, token);
    char *line = rw_asprintf("token: %s\n", token);
    cr_assert(strstr(text, line));
    free(line);
    free(text);
    rw_cluster_free(cluster);
}

/* ---- addresses ---- */

static void expect_pin(const char *address, const char *expected)
{
    char *text = rw_rke2_join_pin(address);
    expect_under(text, "server", expected);
    free(text);
}

Test(rke2_config, pins_a_joining_server_to_one_address)
{
    char *pin = rw_rke2_join_pin("192.168.205.85");
    cr_assert_str_eq(pin, "server: https://192.168.205.85:9345\n");
    free(pin);
    expect_pin("fd00::1", "https://[fd00::1]:9345\n");
    expect_pin("m1.example.com", "https://m1.example.com:9345\n");
}

Test(rke2_config, puts_ipv6_addresses_of_a_url_in_brackets)
{
    static const struct {
        const char *address, *url;
    } rows[] = {{"10.0.0.1", "https://10.0.0.1:6443"},
                {"fd00::1", "https://[fd00::1]:6443"},
                {"::", "https://[::]:6443"},
                {"k8s.example.com", "https://k8s.example.com:6443"}};
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        char *url = rw_rke2_url(rows[i].address, RW_RKE2_API_PORT);
        cr_expect_str_eq(url, rows[i].url);
        free(url);
    }
}

Test(rke2_config, knows_the_unit_of_each_role)
{
    cr_assert_str_eq(rw_rke2_unit(RW_ROLE_SERVER), "rke2-server.service");
    cr_assert_str_eq(rw_rke2_unit(RW_ROLE_AGENT), "rke2-agent.service");
}

/* ---- release tags ---- */

Test(rke2_version, reads_the_tag_at_the_end_of_a_redirection)
{
#define TAGS "https://github.com/rancher/rke2/releases/tag/"
    static const struct {
        const char *location, *tag;
    } rows[] = {
        {TAGS "v1.26.12%2Brke2r1", "v1.26.12+rke2r1"},
        {TAGS "v1.26.12%2brke2r1", "v1.26.12+rke2r1"},
        {TAGS "v1.26.12+rke2r1", "v1.26.12+rke2r1"},
        {TAGS "v1.36.0-rc2%2Brke2r1", "v1.36.0-rc2+rke2r1"},
        {TAGS "v1.26.12%2Brke2r1?expanded=true", "v1.26.12+rke2r1"},
        {TAGS "v1.26.12%2Brke2r1?next=/login", "v1.26.12+rke2r1"},
        {TAGS "v1.26.12%2Brke2r1#a/b", "v1.26.12+rke2r1"},
        {"https://mirror.example.com/v1.26.12%2Brke2r1", "v1.26.12+rke2r1"},
        {"/rancher/rke2/releases/tag/v1.26.12%2Brke2r1", "v1.26.12+rke2r1"},
        {"v1.26.12+rke2r1", "v1.26.12+rke2r1"},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        char *tag = rw_rke2_version_from_location(rows[i].location);
        cr_expect(tag && strcmp(tag, rows[i].tag) == 0, "%s: %s", rows[i].location, tag);
        free(tag);
    }
}

Test(rke2_version, finds_no_tag_where_a_redirection_leads_to_no_release)
{
    static const char *const rows[] = {
        "",
        "/",
        TAGS,
        TAGS "v1.26.12%2Brke2r1/",
        TAGS "latest",
        TAGS "v1.26.12%2",
        TAGS "%2B",
        TAGS "v1.26.12%252Brke2r1",
        "https://github.com/login?return_to=/tag/x",
        "https://portal.example.com/?from=v1.26.12",
        "https://update.rke2.io/v1-release/channels",
        "%",
        "%2",
        "?v1.26.12+rke2r1",
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        char *tag = rw_rke2_version_from_location(rows[i]);
        cr_expect_null(tag, "%s: %s", rows[i], tag);
        free(tag);
    }
}

Test(rke2_version, has_the_channel_of_its_minor_release)
{
    static const struct {
        const char *tag, *channel;
    } rows[] = {{"v1.26.12+rke2r1", "v1.26"},
                {"v1.36.0-rc2+rke2r1", "v1.36"},
                {"v1", "stable"},
                {"v1.26", "stable"},
                {"", "stable"}};
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        char *channel = rw_rke2_version_channel(rows[i].tag);
        cr_expect_str_eq(channel, rows[i].channel);
        free(channel);
    }
}

Test(rke2_version, queues_servers_that_join_since_may_2023)
{
    static const struct {
        const char *release;
        bool queues;
    } rows[] = {{"v1.23.17+rke2r1", false},
                {"v1.24.13+rke2r1", false},
                {"v1.24.14+rke2r1", true},
                {"v1.25.9+rke2r1", false},
                {"v1.25.10+rke2r1", true},
                {"v1.26.4+rke2r1", false},
                {"v1.26.5+rke2r1", true},
                {"v1.27.1+rke2r1", false},
                {"v1.27.2+rke2r1", true},
                {"v1.28.0+rke2r1", true},
                {"v1.36.2+rke2r1", true},
                {"v1.23", false},
                {"v1.27", true},
                {"stable", true},
                {"latest", true}};
    for (size_t i = 0; i < RW_COUNT(rows); i++)
        cr_expect_eq(rw_rke2_queues_joins(rows[i].release), rows[i].queues, "%s", rows[i].release);
}
