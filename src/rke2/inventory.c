/* SPDX-License-Identifier: Apache-2.0 */
#include "rke2/inventory.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"
#include "base/yaml.h"
#include "cluster/jump.h"
#include "cluster/proxy.h"
#include "cluster/settings.h"
#include "cluster/source.h"

#define TAINT       "CriticalAddonsOnly=true:NoExecute"
#define MIRROR_URL  "https://rancher-mirror.rancher.cn/rke2/install.sh"
#define TOKEN_VALUE "RKE2_TOKEN" /* variables of the environment of ansible-playbook */
#define PROXY_VALUE "RKE2_PROXY_PASSWORD"
/* Ansible stops when it is not set. */
#define FROM_ENVIRONMENT(name) "lookup('ansible.builtin.env', '" name "', default=undef())"

struct writer {
    struct rw_yaml yaml;
    const struct rw_cluster *cluster;
    const char *token_path;
    struct rw_findings *findings;
};

/* ---- values ---- */

/* A text as an expression of Jinja's, to free(): in single quotes, but those that it has itself.
 * Ansible takes a backslash for itself, so that none can escape them. */
static char *jinja_text(const char *text)
{
    struct rw_buf out = {0};
    rw_buf_addc(&out, '\'');
    for (; *text; text++) {
        if (*text == '\'')
            rw_buf_adds(&out, "' ~ \"'\" ~ '");
        else
            rw_buf_addc(&out, *text);
    }
    rw_buf_addc(&out, '\'');
    return rw_buf_take(&out);
}

static void text(struct writer *writer, const char *key, const char *value)
{
    bool template = strstr(value, "{{") || strstr(value, "{%") || strstr(value, "{#");
    rw_yaml_bare(&writer->yaml, key);
    if (template) { /* to Ansible; to us it is only a text */
        char *quoted = jinja_text(value), *whole = rw_asprintf("{{ %s }}", quoted);
        rw_yaml_quoted(&writer->yaml, whole);
        free(quoted);
        free(whole);
    } else {
        rw_yaml_text(&writer->yaml, value);
    }
}

static void bare(struct writer *writer, const char *key, const char *value)
{
    rw_yaml_bare(&writer->yaml, key);
    rw_yaml_bare(&writer->yaml, value);
}

/* The first line of a file on the machine of Ansible, as an expression; to free(). */
static char *line_of(const char *path)
{
    char *quoted = jinja_text(path);
    char *whole =
        rw_asprintf("lookup('ansible.builtin.file', %s).splitlines() | first | trim", quoted);
    free(quoted);
    return whole;
}

static void expression(struct writer *writer, const char *key, const char *value)
{
    char *whole = rw_asprintf("{{ %s }}", value);
    rw_yaml_bare(&writer->yaml, key);
    rw_yaml_quoted(&writer->yaml, whole);
    free(whole);
}

static void first_line(struct writer *writer, const char *key, const char *path)
{
    char *line = line_of(path);
    expression(writer, key, line);
    free(line);
}

static void list_of(struct writer *writer, const char *key, char *const *items, size_t count)
{
    rw_yaml_bare(&writer->yaml, key);
    rw_yaml_list(&writer->yaml, false);
    for (size_t i = 0; i < count; i++)
        rw_yaml_text(&writer->yaml, items[i]);
    rw_yaml_list_end(&writer->yaml);
}

static void list_of_one(struct writer *writer, const char *key, const char *item)
{
    list_of(writer, key, (char *[]){(char *)item}, 1);
}

/* ---- logins ---- */

/* The way through a jump host as options of ssh; "" for none. To free(). */
static char *way_of(const struct rw_login *login)
{
    struct rw_jump jump;
    if (!rw_jump_of(login, &jump)) {
        rw_jump_done(&jump);
        return rw_strdup("");
    }
    char *way;
    if (login->jump_key) {
        struct rw_buf key = {0};
        rw_text_shell_quote(&key, login->jump_key);
        way = rw_asprintf("-o ProxyCommand=\"ssh -W %%h:%%p -i %s -p %d %s@%s\"", rw_buf_str(&key),
                          jump.port, jump.user, jump.address);
        rw_buf_done(&key);
    } else {
        char *place = rw_jump_text(&jump);
        way = rw_asprintf("-o ProxyJump=%s", place);
        free(place);
    }
    rw_jump_done(&jump);
    return way;
}

/* What a host says otherwise than all (NULL: what all say). */
static void write_login(struct writer *writer, const struct rw_login *login,
                        const struct rw_login *all)
{
    char *way = way_of(login), *common = all ? way_of(all) : rw_strdup("");
    if (login->user && !(all && rw_text_equal(login->user, all->user)))
        text(writer, "ansible_user", login->user);
    if (login->port && login->port != (all ? all->port : 22)) {
        char *port = rw_asprintf("%d", login->port);
        bare(writer, "ansible_port", port);
        free(port);
    }
    if (login->key && !(all && rw_text_equal(login->key, all->key)))
        text(writer, "ansible_ssh_private_key_file", login->key);
    if (login->password_file && !(all && rw_text_equal(login->password_file, all->password_file)))
        first_line(writer, "ansible_password", login->password_file);
    if (login->sudo_password_file &&
        !(all && rw_text_equal(login->sudo_password_file, all->sudo_password_file)))
        first_line(writer, "ansible_become_password", login->sudo_password_file);
    if (!rw_text_equal(way, common))
        text(writer, "ansible_ssh_common_args", way);
    free(way);
    free(common);
}

/* ---- variables of the role ---- */

static void write_token(struct writer *writer)
{
    const struct rw_cluster *cluster = writer->cluster;
    if (cluster->token_file)
        first_line(writer, "rke2_token", cluster->token_file);
    else if (!cluster->token)
        first_line(writer, "rke2_token", writer->token_path);
    else
        expression(writer, "rke2_token", FROM_ENVIRONMENT(TOKEN_VALUE));
    if (cluster->token && !cluster->token_file)
        rw_findings_add(writer->findings, RW_F_EXPORT_SECRET, NULL, "key", "token", "variable",
                        TOKEN_VALUE, NULL);
}

static void write_version(struct writer *writer)
{
    const struct rw_cluster *cluster = writer->cluster;
    /* The role has a version of its own by default. */
    text(writer, "rke2_version", cluster->version ? cluster->version : "");
    text(writer, "rke2_channel", cluster->channel);
    if (!cluster->version)
        rw_findings_add(writer->findings, RW_F_EXPORT_VERSION, NULL, "channel", cluster->channel,
                        NULL);
}

static void write_source(struct writer *writer)
{
    const struct rw_cluster *cluster = writer->cluster;
    switch (rw_source_kind(cluster->source)) {
    case RW_SOURCE_NET:
        break;
    case RW_SOURCE_MIRROR:
        text(writer, "rke2_install_bash_url", MIRROR_URL);
        break;
    case RW_SOURCE_FOLDER:
        bare(writer, "rke2_airgap_mode", "true");
        text(writer, "rke2_airgap_implementation", "exists");
        text(writer, "rke2_artifact_path", cluster->source);
        break;
    }
}

static void write_proxy(struct writer *writer)
{
    const struct rw_proxy *proxy = &writer->cluster->proxy;
    if (!proxy->url)
        return;
    bool secret = proxy->password || proxy->password_file;
    char *line = proxy->password_file ? line_of(proxy->password_file)
                                      : rw_strdup(FROM_ENVIRONMENT(PROXY_VALUE));
    char *password = rw_asprintf("{{ (%s) | urlencode }}", line);
    char *address = rw_proxy_address(proxy, secret ? password : NULL, true);
    char *bypass = rw_proxy_bypass(writer->cluster);
    char *items[] = {rw_asprintf("HTTP_PROXY=%s", address), rw_asprintf("HTTPS_PROXY=%s", address),
                     rw_asprintf("NO_PROXY=%s", bypass)};
    list_of(writer, "rke2_environment_options", items, RW_COUNT(items));
    if (proxy->password && !proxy->password_file)
        rw_findings_add(writer->findings, RW_F_EXPORT_SECRET, NULL, "key", "proxy", "variable",
                        PROXY_VALUE, NULL);
    for (size_t i = 0; i < RW_COUNT(items); i++)
        free(items[i]);
    free(line);
    free(password);
    free(address);
    free(bypass);
}

static void write_variables(struct writer *writer)
{
    const struct rw_cluster *cluster = writer->cluster;
    rw_yaml_bare(&writer->yaml, "vars");
    rw_yaml_map(&writer->yaml, false);
    write_login(writer, &cluster->login, NULL);
    bare(writer, "ansible_become", "true");
    write_version(writer);
    write_token(writer);
    text(writer, "rke2_api_ip", cluster->registration_name);
    /* The servers stand behind a name, not behind an address that moves. */
    bare(writer, "rke2_ha_mode", rw_cluster_servers(cluster) > 1 ? "true" : "false");
    bare(writer, "rke2_ha_mode_keepalived", "false");
    bare(writer, "rke2_ha_mode_kubevip", "false");
    if (cluster->tls_san_count > 0)
        list_of(writer, "rke2_additional_sans", cluster->tls_san, cluster->tls_san_count);
    list_of_one(writer, "rke2_cni", cluster->cni);
    if (!cluster->servers_run_workloads)
        list_of_one(writer, "rke2_server_node_taints", TAINT);
    if (cluster->registry) {
        char *option = rw_asprintf("system-default-registry: %s", cluster->registry);
        list_of_one(writer, "rke2_server_options", option);
        free(option);
    }
    write_source(writer);
    write_proxy(writer);
    rw_yaml_map_end(&writer->yaml);
}

/* ---- groups ---- */

static void write_group(struct writer *writer, const char *name, enum rw_role role)
{
    const struct rw_cluster *cluster = writer->cluster;
    rw_yaml_bare(&writer->yaml, name);
    rw_yaml_map(&writer->yaml, false);
    rw_yaml_bare(&writer->yaml, "hosts");
    rw_yaml_map(&writer->yaml, false);
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_host *host = &cluster->hosts[i];
        if (host->role != role)
            continue;
        rw_yaml_text(&writer->yaml, host->name);
        rw_yaml_map(&writer->yaml, false);
        text(writer, "ansible_host", host->address);
        write_login(writer, &host->login, &cluster->login);
        rw_yaml_map_end(&writer->yaml);
    }
    rw_yaml_map_end(&writer->yaml);
    rw_yaml_map_end(&writer->yaml);
}

char *rw_rke2_inventory(const struct rw_cluster *cluster, const char *token_path,
                        struct rw_findings *findings)
{
    struct writer writer = {.cluster = cluster, .token_path = token_path, .findings = findings};
    rw_yaml_begin(&writer.yaml, false);
    rw_yaml_map(&writer.yaml, false);
    rw_yaml_bare(&writer.yaml, "k8s_cluster");
    rw_yaml_map(&writer.yaml, false);
    write_variables(&writer);
    rw_yaml_bare(&writer.yaml, "children");
    rw_yaml_map(&writer.yaml, false);
    write_group(&writer, "masters", RW_ROLE_SERVER);
    write_group(&writer, "workers", RW_ROLE_AGENT);
    rw_yaml_map_end(&writer.yaml);
    rw_yaml_map_end(&writer.yaml);
    rw_yaml_map_end(&writer.yaml);
    return rw_yaml_end(&writer.yaml);
}
