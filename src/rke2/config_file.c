/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/config_file.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "base/yaml.h"
#include "cluster/names.h"
#include "rke2/rke2.h"

const char *rw_rke2_unit(enum rw_role role)
{
    return role == RW_ROLE_SERVER ? "rke2-server.service" : "rke2-agent.service";
}

char *rw_rke2_url(const char *address, int port)
{
    const char *format = strchr(address, ':') ? "https://[%s]:%d" : "https://%s:%d";
    return rw_asprintf(format, address, port);
}

/* ---- values that are more than what the answers say ---- */

static void add(struct rw_rke2_values *values, const char *text)
{
    *rw_array_add(values->items, values->count) = rw_strdup(text);
}

static void server_of(const struct rw_rke2_node *node, struct rw_rke2_values *values)
{
    if (!node->founder)
        *rw_array_add(values->items, values->count) =
            rw_rke2_url(node->cluster->registration_name, RW_RKE2_SUPERVISOR_PORT);
}

static void token_of(const struct rw_rke2_node *node, struct rw_rke2_values *values)
{
    add(values, node->token);
}

static void add_name(struct rw_rke2_values *values, const char *name)
{
    for (size_t i = 0; i < values->count; i++)
        if (strcasecmp(values->items[i], name) == 0)
            return;
    add(values, name);
}

/* The same list on every server. A server's own addresses are in its certificate anyway; a name
 * that stands in the place of an address is not, and the join pin leads there. */
static void tls_san_of(const struct rw_rke2_node *node, struct rw_rke2_values *values)
{
    const struct rw_cluster *cluster = node->cluster;
    add_name(values, cluster->registration_name);
    for (size_t i = 0; i < cluster->tls_san_count; i++)
        add_name(values, cluster->tls_san[i]);
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_host *host = &cluster->hosts[i];
        if (host->role == RW_ROLE_SERVER && !rw_names_is_ip(host->address))
            add_name(values, host->address);
    }
}

static const struct {
    const char *key;
    void (*values)(const struct rw_rke2_node *node, struct rw_rke2_values *values);
} computed[] = {{"server", server_of}, {"token", token_of}, {"tls-san", tls_san_of}};

/* ---- values ---- */

static void plain_values(const struct rw_setting *setting, const struct rw_cluster *cluster,
                         struct rw_rke2_values *values)
{
    if (!rw_setting_counts(setting, cluster, NULL) || rw_setting_is_default(setting, cluster, NULL))
        return;
    if (setting->kind == RW_SETTING_NAMES) {
        char *const *names = *(char **const *)rw_setting_field(setting, cluster, NULL);
        for (size_t i = 0; i < *rw_setting_items(setting, cluster); i++)
            add(values, names[i]);
        return;
    }
    char *text = rw_setting_text(setting, cluster, NULL);
    add(values, setting->config.text ? setting->config.text : text);
    free(text);
}

void rw_rke2_values_of(const struct rw_setting *setting, const struct rw_rke2_node *node,
                       struct rw_rke2_values *values)
{
    if (!setting->config.key || !(setting->config.roles & 1u << node->host->role))
        return;
    for (size_t i = 0; i < RW_COUNT(computed); i++)
        if (strcmp(computed[i].key, setting->config.key) == 0) {
            computed[i].values(node, values);
            return;
        }
    plain_values(setting, node->cluster, values);
}

void rw_rke2_values_done(struct rw_rke2_values *values)
{
    for (size_t i = 0; i < values->count; i++)
        rw_secret_free(values->items[i]);
    free(values->items);
    *values = (struct rw_rke2_values){0};
}

/* ---- the file ---- */

static void write_values(struct rw_yaml *yaml, const struct rw_setting *setting,
                         const struct rw_rke2_values *values)
{
    bool bare = setting->kind == RW_SETTING_NUMBER ||
                (setting->kind == RW_SETTING_FLAG && !setting->config.text);
    bool list = setting->config.form != RW_CONFIG_SCALAR;
    if (values->count == 0)
        return;
    rw_yaml_bare(yaml, setting->config.key);
    if (list)
        rw_yaml_list(yaml, false);
    for (size_t i = 0; i < values->count; i++)
        if (bare)
            rw_yaml_bare(yaml, values->items[i]);
        else
            rw_yaml_text(yaml, values->items[i]);
    if (list)
        rw_yaml_list_end(yaml);
}

/* Whether an earlier setting adds to the same list. */
static bool is_begun(size_t setting)
{
    const char *key = rw_settings[setting].config.key;
    for (size_t i = 0; i < setting; i++)
        if (rw_text_equal(rw_settings[i].config.key, key))
            return true;
    return false;
}

static void write_settings(struct rw_yaml *yaml, const struct rw_rke2_node *node, bool items)
{
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *setting = &rw_settings[i];
        struct rw_rke2_values values = {0};
        if ((setting->config.form == RW_CONFIG_ITEMS) != items || (items && is_begun(i)))
            continue;
        rw_rke2_values_of(setting, node, &values);
        for (size_t other = i + 1; items && other < rw_setting_count; other++)
            if (rw_text_equal(rw_settings[other].config.key, setting->config.key))
                rw_rke2_values_of(&rw_settings[other], node, &values);
        write_values(yaml, setting, &values);
        rw_rke2_values_done(&values);
    }
}

/* Quotes are literal, because data/node/membership.sh reads the token back with sed. */
char *rw_rke2_config(const struct rw_cluster *cluster, const struct rw_host *host, bool founder,
                     const char *token)
{
    const struct rw_rke2_node node = {cluster, host, founder, token};
    struct rw_yaml yaml;
    rw_yaml_begin(&yaml, true);
    rw_yaml_map(&yaml, false);
    write_settings(&yaml, &node, false);
    write_settings(&yaml, &node, true);
    rw_yaml_map_end(&yaml);
    return rw_yaml_end(&yaml);
}

static bool is_written(const struct rw_setting *setting, const struct rw_cluster *cluster)
{
    bool written = false;
    for (size_t i = 0; !written && i < cluster->host_count; i++) {
        const struct rw_rke2_node node = {cluster, &cluster->hosts[i], false, ""};
        struct rw_rke2_values values = {0};
        rw_rke2_values_of(setting, &node, &values);
        written = values.count > 0;
        rw_rke2_values_done(&values);
    }
    return written;
}

char *rw_rke2_own_keys(const struct rw_cluster *cluster)
{
    struct rw_buf out = {0};
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *setting = &rw_settings[i];
        if (setting->config.key && (setting->fixed || is_written(setting, cluster)))
            rw_buf_addf(&out, "%s%s", out.len ? " " : "", setting->config.key);
    }
    return rw_buf_take(&out);
}

char *rw_rke2_join_pin(const char *address)
{
    struct rw_yaml yaml;
    char *url = rw_rke2_url(address, RW_RKE2_SUPERVISOR_PORT);
    rw_yaml_begin(&yaml, true);
    rw_yaml_map(&yaml, false);
    rw_yaml_bare(&yaml, "server");
    rw_yaml_text(&yaml, url);
    rw_yaml_map_end(&yaml);
    free(url);
    return rw_yaml_end(&yaml);
}
