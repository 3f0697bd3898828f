#include "cluster/cluster.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/source.h"

#define DEFAULT_USER    "root"
#define DEFAULT_PORT    22
#define DEFAULT_CHANNEL "stable"

static void free_login(struct rw_login *login)
{
    free(login->user);
    free(login->key);
    free(login->password_file);
    free(login->sudo_password_file);
    free(login->jump);
    free(login->jump_key);
}

static void free_texts(char **list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        free(list[i]);
    free(list);
}

static void free_proxy(struct rw_proxy *proxy)
{
    free(proxy->url);
    rw_secret_free(proxy->password);
    free(proxy->password_file);
    free_texts(proxy->bypass, proxy->bypass_count);
}

static void copy_proxy(struct rw_proxy *proxy, const struct rw_proxy *from)
{
    *proxy = (struct rw_proxy){
        .url = rw_strdup(from->url),
        .password = rw_strdup(from->password),
        .password_file = rw_strdup(from->password_file),
    };
    for (size_t i = 0; i < from->bypass_count; i++)
        *rw_array_add(proxy->bypass, proxy->bypass_count) = rw_strdup(from->bypass[i]);
}

static void copy_login(struct rw_login *login, const struct rw_login *from)
{
    *login = (struct rw_login){
        .user = rw_strdup(from->user),
        .port = from->port,
        .key = rw_strdup(from->key),
        .password_file = rw_strdup(from->password_file),
        .sudo_password_file = rw_strdup(from->sudo_password_file),
        .jump = rw_strdup(from->jump),
        .jump_key = rw_strdup(from->jump_key),
    };
}

void rw_host_done(struct rw_host *host)
{
    free(host->name);
    free(host->address);
    free_login(&host->login);
    *host = (struct rw_host){0};
}

void rw_host_copy(struct rw_host *host, const struct rw_host *from)
{
    *host = (struct rw_host){
        .name = rw_strdup(from->name),
        .address = rw_strdup(from->address),
        .role = from->role,
        .line = from->line,
    };
    copy_login(&host->login, &from->login);
}

struct rw_cluster *rw_cluster_new(void)
{
    struct rw_cluster *cluster = rw_calloc(1, sizeof *cluster);
    cluster->servers_run_workloads = true;
    cluster->channel = rw_strdup(DEFAULT_CHANNEL);
    cluster->source = rw_strdup(RW_SOURCE_DEFAULT);
    cluster->cni = rw_strdup(rw_cni_name(RW_CNI_CANAL));
    cluster->login.user = rw_strdup(DEFAULT_USER);
    cluster->login.port = DEFAULT_PORT;
    return cluster;
}

void rw_cluster_free(struct rw_cluster *cluster)
{
    if (!cluster)
        return;
    free(cluster->name);
    free(cluster->registration_name);
    rw_secret_free(cluster->token);
    free(cluster->token_file);
    free_texts(cluster->tls_san, cluster->tls_san_count);
    free(cluster->channel);
    free(cluster->version);
    free(cluster->source);
    free(cluster->cni);
    free(cluster->registry);
    free_proxy(&cluster->proxy);
    free_login(&cluster->login);
    for (size_t i = 0; i < cluster->host_count; i++)
        rw_host_done(&cluster->hosts[i]);
    free(cluster->hosts);
    free(cluster);
}

struct rw_cluster *rw_cluster_copy(const struct rw_cluster *from)
{
    struct rw_cluster *cluster = rw_calloc(1, sizeof *cluster);
    *cluster = (struct rw_cluster){
        .name = rw_strdup(from->name),
        .registration_name = rw_strdup(from->registration_name),
        .token = rw_strdup(from->token),
        .token_file = rw_strdup(from->token_file),
        .servers_run_workloads = from->servers_run_workloads,
        .channel = rw_strdup(from->channel),
        .version = rw_strdup(from->version),
        .source = rw_strdup(from->source),
        .cni = rw_strdup(from->cni),
        .registry = rw_strdup(from->registry),
    };
    copy_proxy(&cluster->proxy, &from->proxy);
    copy_login(&cluster->login, &from->login);
    for (size_t i = 0; i < from->tls_san_count; i++)
        *rw_array_add(cluster->tls_san, cluster->tls_san_count) = rw_strdup(from->tls_san[i]);
    for (size_t i = 0; i < from->host_count; i++)
        rw_host_copy(rw_array_add(cluster->hosts, cluster->host_count), &from->hosts[i]);
    return cluster;
}

enum rw_cni rw_cni_of(const struct rw_cluster *cluster)
{
    enum rw_cni cni = rw_cni_by_name(cluster->cni);
    return cni < RW_CNI_COUNT ? cni : RW_CNI_CANAL;
}

size_t rw_cluster_servers(const struct rw_cluster *cluster)
{
    size_t count = 0;
    for (size_t i = 0; i < cluster->host_count; i++)
        count += cluster->hosts[i].role == RW_ROLE_SERVER;
    return count;
}

struct rw_host *rw_cluster_host(const struct rw_cluster *cluster, const char *name)
{
    for (size_t i = 0; i < cluster->host_count; i++)
        if (rw_text_equal(cluster->hosts[i].name, name))
            return &cluster->hosts[i];
    return NULL;
}

int rw_cluster_first_server(const struct rw_cluster *cluster)
{
    for (size_t i = 0; i < cluster->host_count; i++)
        if (cluster->hosts[i].role == RW_ROLE_SERVER)
            return (int)i;
    return -1;
}

const char *rw_role_name(enum rw_role role)
{
    return role == RW_ROLE_SERVER ? "server" : "agent";
}

static bool login_equal(const struct rw_login *a, const struct rw_login *b)
{
    return a->port == b->port && rw_text_equal(a->user, b->user) && rw_text_equal(a->key, b->key) &&
           rw_text_equal(a->password_file, b->password_file) &&
           rw_text_equal(a->sudo_password_file, b->sudo_password_file) &&
           rw_text_equal(a->jump, b->jump) && rw_text_equal(a->jump_key, b->jump_key);
}

static bool host_equal(const struct rw_host *a, const struct rw_host *b)
{
    return a->role == b->role && rw_text_equal(a->name, b->name) &&
           rw_text_equal(a->address, b->address) && login_equal(&a->login, &b->login);
}

static bool texts_equal(char *const *a, size_t a_count, char *const *b, size_t b_count)
{
    bool equal = a_count == b_count;
    for (size_t i = 0; equal && i < a_count; i++)
        equal = rw_text_equal(a[i], b[i]);
    return equal;
}

static bool proxy_equal(const struct rw_proxy *a, const struct rw_proxy *b)
{
    return rw_text_equal(a->url, b->url) && rw_text_equal(a->password, b->password) &&
           rw_text_equal(a->password_file, b->password_file) &&
           texts_equal(a->bypass, a->bypass_count, b->bypass, b->bypass_count);
}

bool rw_cluster_equal(const struct rw_cluster *a, const struct rw_cluster *b)
{
    bool equal = rw_text_equal(a->name, b->name) &&
                 rw_text_equal(a->registration_name, b->registration_name) &&
                 rw_text_equal(a->token, b->token) && rw_text_equal(a->token_file, b->token_file) &&
                 rw_text_equal(a->channel, b->channel) && rw_text_equal(a->version, b->version) &&
                 a->servers_run_workloads == b->servers_run_workloads &&
                 rw_text_equal(a->source, b->source) && rw_text_equal(a->cni, b->cni) &&
                 rw_text_equal(a->registry, b->registry) && proxy_equal(&a->proxy, &b->proxy) &&
                 texts_equal(a->tls_san, a->tls_san_count, b->tls_san, b->tls_san_count) &&
                 a->host_count == b->host_count && login_equal(&a->login, &b->login);
    for (size_t i = 0; equal && i < a->host_count; i++)
        equal = host_equal(&a->hosts[i], &b->hosts[i]);
    return equal;
}
