/* SPDX-License-Identifier: Apache-2.0 */
/* Where the setting stands that a start is refused for. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "install/origin.h"
#include "unit/helpers.h"

#define BESIDE "/etc/rancher/rke2/config.yaml.d/90-own.yaml"

static struct rw_cluster *cluster;
static struct rw_membership facts[4];

/* The demo cluster; what stands beside config.yaml on a host. */
static void begin(size_t host, const char *lines)
{
    struct rw_reply reply = {0};
    char *text = rw_asprintf("file=" BESIDE "\n%s", lines);
    cluster = demo_cluster();
    rw_reply_parse(&reply, text, strlen(text));
    rw_membership_read(&facts[host], &reply);
    rw_reply_done(&reply);
    free(text);
}

static struct rw_finding *origin(struct rw_findings *findings, size_t host, enum rw_finding_id id)
{
    const struct rw_origin origin = {.cluster = cluster, .facts = facts, .host = host};
    rw_findings_add(findings, id, cluster->hosts[host].name, "line", "x", "name",
                    "rke2.example.com", "node", cluster->hosts[host].name, "setting",
                    "service-cidr, cluster-dns", NULL);
    rw_origin_add(&origin, &findings->items[0]);
    return &findings->items[0];
}

static void end(struct rw_findings *findings)
{
    for (size_t i = 0; i < RW_COUNT(facts); i++)
        rw_membership_done(&facts[i]);
    memset(facts, 0, sizeof facts);
    rw_findings_done(findings);
    rw_cluster_free(cluster);
}

static void expect_param(const struct rw_finding *finding, const char *name, const char *value)
{
    const char *found = rw_finding_get(finding, name);
    cr_expect_str_eq(found ? found : "(none)", value, "%s: %s", name, found);
}

Test(origin, settings_that_differ_are_told_with_both_values_and_their_files)
{
    struct rw_findings findings = {0};
    begin(1, "config=service-cidr: 10.44.0.0/16\n");
    struct rw_finding *finding = origin(&findings, 1, RW_F_START_CRITICAL);
    expect_param(finding, "_values",
                 "service-cidr: 10.44.0.0/16 (ha-m2:" BESIDE "), 10.43.0.0/16 (ha-m1)");
    end(&findings);
}

Test(origin, a_setting_that_rke2_did_not_name_has_no_values)
{
    struct rw_findings findings = {0};
    begin(1, "");
    const struct rw_origin at = {.cluster = cluster, .facts = facts, .host = 1};
    rw_findings_add(&findings, RW_F_START_CRITICAL, "ha-m2", "setting", "Some words; not a key.",
                    NULL);
    rw_origin_add(&at, &findings.items[0]);
    expect_param(&findings.items[0], "_values", "the values are not known");
    end(&findings);
}

Test(origin, a_name_that_a_file_sets_is_changed_there)
{
    struct rw_findings findings = {0};
    begin(3, "config=node-name: ha-m2\n");
    struct rw_finding *finding = origin(&findings, 3, RW_F_START_NODE_PASSWORD);
    cr_expect_eq(finding->id, RW_F_START_NAME_SET);
    expect_param(finding, "node", "ha-m2");
    expect_param(finding, "file", BESIDE);
    end(&findings);
    begin(3, "");
    finding = origin(&findings, 3, RW_F_START_NODE_PASSWORD);
    cr_expect_eq(finding->id, RW_F_START_NODE_PASSWORD);
    expect_param(finding, "node", "ha-w1");
    end(&findings);
}

Test(origin, a_token_is_the_one_of_the_file_that_counts)
{
    struct rw_findings findings = {0};
    begin(3, "config=token: masked\n");
    expect_param(origin(&findings, 3, RW_F_START_TOKEN), "_where", BESIDE);
    end(&findings);
    begin(3, "config=tls-san: [a]\n");
    expect_param(origin(&findings, 3, RW_F_START_CA_HASH), "_where", "the answers file");
    end(&findings);
}

Test(origin, an_agent_asks_the_server_that_its_files_name)
{
    struct rw_findings findings = {0};
    begin(3, "config=server: https://nothing.lan:9345\n");
    struct rw_finding *finding = origin(&findings, 3, RW_F_START_NO_SERVER);
    expect_param(finding, "name", "nothing.lan");
    expect_param(finding, "_where", BESIDE);
    end(&findings);
    begin(3, "");
    finding = origin(&findings, 3, RW_F_START_NO_SERVER);
    expect_param(finding, "name", "rke2.example.com");
    expect_param(finding, "_where", "the answers file");
    end(&findings);
}
