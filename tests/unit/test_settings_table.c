/* SPDX-License-Identifier: Apache-2.0 */
/* The table of settings: each row says all that is made from it, and values pass through unharmed.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/yaml.h"
#include "cluster/answers.h"
#include "cluster/settings.h"
#include "unit/helpers.h"

static bool has_value(const struct rw_setting *setting)
{
    return setting->owner != RW_SETTING_NOWHERE;
}

Test(settings_table, has_rows_that_say_all_that_is_needed)
{
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *row = &rw_settings[i];
        bool group = row->group != RW_GROUP_NONE, in_memory = row->scopes == 0;
        cr_expect(in_memory || row->expected, "%s", row->key);
        cr_expect(in_memory || row->help, "%s", row->key);
        cr_expect_eq(has_value(row),
                     row->kind != RW_SETTING_FORMAT && row->kind != RW_SETTING_MAP &&
                         row->kind != RW_SETTING_HOSTS,
                     "%s", row->key);
        if (group || row->scopes & RW_SCOPE_HOST)
            cr_expect(row->label && *row->label, "%s", row->key);
        if (group && row->kind == RW_SETTING_FLAG)
            cr_expect(row->option && row->words[0] && row->words[1], "%s", row->key);
        cr_expect_eq(row->config.key != NULL, row->config.form != RW_CONFIG_NOT, "%s", row->key);
        cr_expect_eq(row->config.key != NULL, row->config.roles != 0, "%s", row->key);
        cr_expect_eq(row->kind == RW_SETTING_ROLE, row->choices == rw_role_names, "%s", row->key);
        if (row->kind == RW_SETTING_NUMBER)
            cr_expect_lt(row->min, row->max, "%s", row->key);
    }
}

Test(settings_table, refers_to_rows_that_are_there)
{
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *row = &rw_settings[i];
        if (row->with)
            cr_expect(rw_setting_of_cluster(row->with), "%s", row->with);
        if (row->unless)
            cr_expect(rw_setting_of_cluster(row->unless), "%s", row->unless);
        if (has_value(row) && row->owner != RW_SETTING_IN_HOST)
            cr_expect_eq(rw_setting_of_cluster(rw_setting_id(row)), row, "%s", row->key);
        for (size_t other = 0; other < i; other++)
            cr_expect_not((row->scopes & rw_settings[other].scopes) &&
                              strcmp(row->key, rw_settings[other].key) == 0,
                          "%s stands twice", row->key);
    }
}

Test(settings_table, has_defaults_that_are_possible_and_are_those_of_a_new_cluster)
{
    struct rw_cluster *cluster = rw_cluster_new();
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *row = &rw_settings[i];
        if (row->otherwise)
            cr_expect(rw_setting_allows(row, row->otherwise), "%s", row->key);
        if (has_value(row) && row->owner != RW_SETTING_IN_HOST)
            cr_expect(rw_setting_is_default(row, cluster, NULL), "%s", row->key);
    }
    cr_expect(cluster->servers_run_workloads);
    cr_expect_eq(cluster->login.port, 22);
    cr_expect_str_eq(cluster->cni, "canal");
    rw_cluster_free(cluster);
}

/* Puts something that is not the default into a field. */
static void fill(const struct rw_setting *row, struct rw_cluster *cluster, struct rw_host *host)
{
    void *field = rw_setting_field(row, cluster, host);
    switch (row->kind) {
    case RW_SETTING_NUMBER:
        *(int *)field = row->max;
        break;
    case RW_SETTING_FLAG:
        *(bool *)field = !*(bool *)field;
        break;
    case RW_SETTING_ROLE:
        *(enum rw_role *)field = RW_ROLE_AGENT;
        break;
    case RW_SETTING_NAMES: {
        char ***list = field;
        *rw_array_add(*list, *rw_setting_items(row, cluster)) = rw_strdup("x");
        break;
    }
    default:
        rw_strset(field, "x");
        break;
    }
}

Test(settings_table, makes_every_value_count_when_clusters_are_compared_and_copied)
{
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *row = &rw_settings[i];
        struct rw_cluster *one = demo_cluster(), *other = rw_cluster_copy(one);
        bool host = row->owner == RW_SETTING_IN_HOST;
        cr_expect(rw_cluster_equal(one, other));
        if (has_value(row)) {
            fill(row, other, host ? &other->hosts[0] : NULL);
            cr_expect_not(rw_cluster_equal(one, other), "%s", row->key);
            struct rw_cluster *copy = rw_cluster_copy(other);
            cr_expect(rw_cluster_equal(other, copy), "%s", row->key);
            rw_cluster_free(copy);
        }
        rw_cluster_free(one);
        rw_cluster_free(other);
    }
}

Test(settings_table, knows_what_counts_beside_what)
{
    struct rw_cluster *cluster = rw_cluster_new();
    const struct rw_setting *channel = rw_setting_of_cluster("channel");
    const struct rw_setting *around = rw_setting_of_cluster("no-proxy");
    cr_expect(rw_setting_counts(channel, cluster, NULL));
    cr_expect_not(rw_setting_counts(around, cluster, NULL));
    rw_strset(&cluster->version, "v1.34.1+rke2r1");
    rw_strset(&cluster->proxy.url, "http://p");
    cr_expect_not(rw_setting_counts(channel, cluster, NULL));
    cr_expect(rw_setting_counts(around, cluster, NULL));
    rw_cluster_free(cluster);
}

/* ---- quoting ---- */

static void expect_yaml(const char *text, bool literal, bool flow, const char *expected)
{
    struct rw_yaml yaml;
    rw_yaml_begin(&yaml, literal);
    rw_yaml_list(&yaml, flow);
    rw_yaml_text(&yaml, text);
    rw_yaml_list_end(&yaml);
    char *written = rw_yaml_end(&yaml);
    cr_expect_str_eq(written, expected, "%s", written);
    free(written);
}

Test(settings_table, is_written_with_one_rule_for_quotes)
{
    static const char *const bare[] = {"canal", "a.example.com", "/opt/a", "v1.2+r1"};
    static const char *const quoted[] = {"true", "No", "1e5.a", "12", "", "~", "2026-11-22", ".5"};
    for (size_t i = 0; i < RW_COUNT(bare); i++) {
        char *line = rw_asprintf("- %s\n", bare[i]), *flow = rw_asprintf("[%s]\n", bare[i]);
        expect_yaml(bare[i], true, false, line);
        expect_yaml(bare[i], false, false, line);
        expect_yaml(bare[i], false, true, flow);
        free(line);
        free(flow);
    }
    for (size_t i = 0; i < RW_COUNT(quoted); i++) {
        char *literal = rw_asprintf("- '%s'\n", quoted[i]);
        char *line = rw_asprintf("- \"%s\"\n", quoted[i]);
        char *flow = rw_asprintf("[\"%s\"]\n", quoted[i]);
        expect_yaml(quoted[i], true, false, literal);
        expect_yaml(quoted[i], false, false, line);
        expect_yaml(quoted[i], false, true, flow);
        free(literal);
        free(line);
        free(flow);
    }
    /* An address is bare in files of people alone. */
    expect_yaml("10.0.0.9", true, false, "- '10.0.0.9'\n");
    expect_yaml("10.0.0.9", false, false, "- 10.0.0.9\n");
    expect_yaml("10.0.0.9", false, true, "[10.0.0.9]\n");
    expect_yaml("https://a:9345", true, false, "- https://a:9345\n");
    expect_yaml("https://a:9345", false, true, "[\"https://a:9345\"]\n");
}
