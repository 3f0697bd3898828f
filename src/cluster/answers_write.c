/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/yaml.h"
#include "cluster/answers.h"
#include "cluster/proxy.h"
#include "cluster/settings.h"

struct writer {
    struct rw_yaml yaml;
    const struct rw_cluster *cluster;
    bool with_token;
};

static bool is_left_out(const struct writer *writer, const struct rw_setting *key,
                        const struct rw_host *host);

/* Whether nothing in a mapping is set. */
static bool is_empty(const struct writer *writer, enum rw_setting_scope scope)
{
    for (size_t i = 0; i < rw_setting_count; i++)
        if ((rw_settings[i].scopes & scope) && !is_left_out(writer, &rw_settings[i], NULL))
            return false;
    return true;
}

/* Whether reading the file gives the value without its key. Defaults that describe the cluster are
 * written anyway; those that most clusters leave as they are, are not. */
static bool is_implied(const struct writer *writer, const struct rw_setting *key,
                       const struct rw_host *host)
{
    const struct rw_cluster *cluster = writer->cluster;
    if (host && key->owner == RW_SETTING_IN_LOGIN)
        return rw_setting_equal(key, cluster, host, cluster, NULL);
    /* Few need those that are folded away, or that the wizard does not ask for. */
    bool seldom = key->owner == RW_SETTING_IN_CLUSTER &&
                  (key->group == RW_GROUP_ADVANCED || key->group == RW_GROUP_NONE);
    return (seldom || !rw_setting_counts(key, cluster, host)) &&
           rw_setting_is_default(key, cluster, host);
}

static bool is_left_out(const struct writer *writer, const struct rw_setting *key,
                        const struct rw_host *host)
{
    bool token = writer->with_token && writer->cluster->token;
    switch (key->kind) {
    case RW_SETTING_FORMAT:
    case RW_SETTING_HOSTS:
        return false;
    case RW_SETTING_MAP:
        return is_empty(writer, key->inner);
    case RW_SETTING_SECRET:
        return !token;
    default:
        /* The token itself stands in place of its file. */
        if (token && key->unless && strcmp(key->unless, "token") == 0)
            return true;
        return !rw_setting_is_set(key, writer->cluster, host) || is_implied(writer, key, host);
    }
}

static void write_mapping(struct writer *writer, enum rw_setting_scope scope,
                          const struct rw_host *host);

static void write_hosts(struct writer *writer)
{
    rw_yaml_list(&writer->yaml, false);
    for (size_t i = 0; i < writer->cluster->host_count; i++)
        write_mapping(writer, RW_SCOPE_HOST, &writer->cluster->hosts[i]);
    rw_yaml_list_end(&writer->yaml);
}

static void write_names(struct writer *writer, const struct rw_setting *key)
{
    char *const *names = *(char **const *)rw_setting_field(key, writer->cluster, NULL);
    rw_yaml_list(&writer->yaml, true);
    for (size_t i = 0; i < *rw_setting_items(key, writer->cluster); i++)
        rw_yaml_text(&writer->yaml, names[i]);
    rw_yaml_list_end(&writer->yaml);
}

static void write_proxy(struct writer *writer)
{
    const struct rw_proxy *proxy = &writer->cluster->proxy;
    bool secret = writer->with_token && !proxy->password_file;
    char *address = rw_proxy_address(proxy, secret ? proxy->password : NULL, false);
    rw_yaml_text(&writer->yaml, address);
    rw_secret_free(address);
}

static void write_scalar(struct writer *writer, const struct rw_setting *key,
                         const struct rw_host *host)
{
    char *text = rw_setting_text(key, writer->cluster, host);
    if (key->kind == RW_SETTING_SECRET)
        rw_yaml_quoted(&writer->yaml, text);
    else if (key->kind == RW_SETTING_TEXT || key->kind == RW_SETTING_PATH)
        rw_yaml_text(&writer->yaml, text);
    else
        rw_yaml_bare(&writer->yaml, text);
    rw_secret_free(text);
}

static void write_value(struct writer *writer, const struct rw_setting *key,
                        const struct rw_host *host)
{
    switch (key->kind) {
    case RW_SETTING_FORMAT:
        rw_yaml_bare(&writer->yaml, "1");
        break;
    case RW_SETTING_PROXY_URL:
        write_proxy(writer);
        break;
    case RW_SETTING_NAMES:
        write_names(writer, key);
        break;
    case RW_SETTING_MAP:
        write_mapping(writer, key->inner, host);
        break;
    case RW_SETTING_HOSTS:
        write_hosts(writer);
        break;
    default:
        write_scalar(writer, key, host);
        break;
    }
}

static void write_mapping(struct writer *writer, enum rw_setting_scope scope,
                          const struct rw_host *host)
{
    rw_yaml_map(&writer->yaml, scope != RW_SCOPE_TOP);
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *key = &rw_settings[i];
        if (!(key->scopes & scope) || is_left_out(writer, key, host))
            continue;
        rw_yaml_bare(&writer->yaml, key->key);
        write_value(writer, key, host);
    }
    rw_yaml_map_end(&writer->yaml);
}

char *rw_answers_write(const struct rw_cluster *cluster, bool with_token)
{
    struct writer writer = {.cluster = cluster, .with_token = with_token};
    rw_yaml_begin(&writer.yaml, false);
    write_mapping(&writer, RW_SCOPE_TOP, NULL);
    return rw_yaml_end(&writer.yaml);
}
