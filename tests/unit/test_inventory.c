/* SPDX-License-Identifier: Apache-2.0 */
/* The cluster as an inventory for Ansible. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "cluster/host_list.h"
#include "rke2/inventory.h"
#include "unit/golden.h"
#include "unit/helpers.h"

static struct rw_findings findings;

static void forget(void)
{
    rw_findings_done(&findings);
}

TestSuite(inventory, .fini = forget);

static struct rw_cluster *cluster_with(const char *settings, const char *hosts)
{
    char *all = rw_asprintf("registration-name: rke2.example.com\n%s", settings);
    struct rw_cluster *cluster = cluster_of(all, hosts);
    free(all);
    return cluster;
}

static char *inventory_of(const char *settings, const char *hosts)
{
    struct rw_cluster *cluster = cluster_with(settings, hosts);
    char *inventory = rw_rke2_inventory(cluster, "/state/ha-demo/token", &findings);
    rw_cluster_free(cluster);
    return inventory;
}

static const char two_hosts[] = "  - {name: ha-m1, address: 192.168.205.85, role: server}\n"
                                "  - {name: ha-w1, address: 192.168.205.88, role: agent}\n";

static const char odd_settings[] =
    "rke2: {version: v1.31.4+rke2r1}\n"
    "tls-san: [api.example.com, 10.0.0.9]\n"
    "servers-run-workloads: false\n"
    "cni: cilium\n"
    "source: /opt/rke2\n"
    "token-file: \"/keys/it's a token\"\n"
    "proxy: {url: \"http://me@proxy.example.com:3128\", password-file: /keys/proxy, no-proxy: "
    "[10.0.0.0/8]}\n"
    "registry: {system-default-registry: \"registry.example.com:5000\"}\n"
    "ssh: {user: ops, port: 2222, key: /keys/nodes, sudo-password-file: /keys/sudo, jump: "
    "\"hop@192.0.2.1:2200\"}\n";
static const char odd_hosts[] =
    "  - {name: ha-m1, address: \"fd00::85\", role: server}\n"
    "  - {name: ha-m2, address: 192.168.205.86, role: server, user: root, jump: none}\n"
    "  - {name: ha-w1, address: ha-w1.example.com, role: agent, port: 22, "
    "password-file: /keys/w1}\n";

Test(inventory, every_setting_has_its_variable)
{
    char *inventory = inventory_of(odd_settings, odd_hosts);
    golden_text("inventory-every-setting", inventory);
    cr_expect_eq(findings.count, 0);
    free(inventory);
}

Test(inventory, a_path_that_looks_like_a_template_is_none)
{
    char *inventory = inventory_of("ssh: {key: \"/keys/{{ it's }}\"}\n", two_hosts);
    const char *expected = "\"{{ '/keys/{{ it' ~ \\\"'\\\" ~ 's }}' }}\"";
    cr_expect_not_null(strstr(inventory, expected), "%s", inventory);
    free(inventory);
}

Test(inventory, no_secret_is_in_it_and_a_warning_says_where_ansible_gets_it)
{
    char *inventory = inventory_of("token: another-secret-of-32-letters-0000\nproxy: {url: "
                                   "\"http://me:pass%20word@proxy:3128\"}\n",
                                   two_hosts);
    cr_expect_null(strstr(inventory, "another-secret-of-32-letters-0000"));
    cr_expect_null(strstr(inventory, "pass"), "%s", inventory);
    cr_expect_not_null(strstr(inventory, "'RKE2_TOKEN'"));
    cr_assert_eq(findings.count, 3);
    cr_expect_eq(findings.items[0].id, RW_F_EXPORT_VERSION);
    cr_expect_eq(findings.items[1].id, RW_F_EXPORT_SECRET);
    cr_expect_eq(findings.items[2].id, RW_F_EXPORT_SECRET);
    free(inventory);
}

Test(inventory, a_token_that_is_generated_is_read_from_where_it_is_kept)
{
    char *inventory = inventory_of("", two_hosts);
    cr_expect_not_null(strstr(inventory, "'/state/ha-demo/token'"), "%s", inventory);
    free(inventory);
}

Test(inventory, the_hosts_of_an_inventory_are_those_of_the_answers_when_it_is_read_again)
{
    struct rw_cluster *cluster = cluster_with(odd_settings, odd_hosts);
    char *inventory = rw_rke2_inventory(cluster, "/token", &findings);
    struct rw_host_list list = {0};
    rw_host_list_read(&list, inventory, strlen(inventory), "inventory", &findings);
    cr_assert_not(list.refused);
    cr_assert_eq(list.count, cluster->host_count);
    for (size_t i = 0; i < list.count; i++) {
        const struct rw_host *host = &list.hosts[i], *from = &cluster->hosts[i];
        cr_expect_str_eq(host->name, from->name);
        cr_expect_str_eq(host->address, from->address);
        cr_expect_eq(host->role, from->role);
        cr_expect_str_eq(host->login.user, from->login.user);
        cr_expect_eq(host->login.port ? host->login.port : 22, from->login.port);
        cr_expect_str_eq(host->login.key, from->login.key);
    }
    cr_expect_str_eq(list.hosts[0].login.jump, "hop@192.0.2.1:2200");
    rw_host_list_done(&list);
    rw_cluster_free(cluster);
    free(inventory);
}
