/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/cluster.h"

#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/settings.h"

/* Whether the setting is one of the cluster, or with host one of a host. */
static bool is_of(const struct rw_setting *setting, bool host)
{
    return setting->owner == RW_SETTING_IN_LOGIN ||
           setting->owner == (host ? RW_SETTING_IN_HOST : RW_SETTING_IN_CLUSTER);
}

static void copy_settings(struct rw_cluster *to, struct rw_host *to_host,
                          const struct rw_cluster *from, const struct rw_host *from_host)
{
    for (size_t i = 0; i < rw_setting_count; i++)
        if (is_of(&rw_settings[i], to_host != NULL))
            rw_setting_copy(&rw_settings[i], to, to_host, from, from_host);
}

static void release_settings(struct rw_cluster *cluster, struct rw_host *host)
{
    for (size_t i = 0; i < rw_setting_count; i++)
        if (is_of(&rw_settings[i], host != NULL))
            rw_setting_release(&rw_settings[i], cluster, host);
}

static bool settings_equal(const struct rw_cluster *a, const struct rw_host *a_host,
                           const struct rw_cluster *b, const struct rw_host *b_host)
{
    bool equal = true;
    for (size_t i = 0; equal && i < rw_setting_count; i++)
        equal = !is_of(&rw_settings[i], a_host != NULL) ||
                rw_setting_equal(&rw_settings[i], a, a_host, b, b_host);
    return equal;
}

void rw_host_done(struct rw_host *host)
{
    release_settings(NULL, host);
    *host = (struct rw_host){0};
}

void rw_host_copy(struct rw_host *host, const struct rw_host *from)
{
    *host = (struct rw_host){.line = from->line};
    copy_settings(NULL, host, NULL, from);
}

void rw_host_complete(struct rw_host *host, const struct rw_cluster *cluster)
{
    for (size_t i = 0; i < rw_setting_count; i++)
        if (rw_settings[i].owner == RW_SETTING_IN_LOGIN &&
            !rw_setting_is_set(&rw_settings[i], cluster, host)) {
            rw_setting_release(&rw_settings[i], NULL, host);
            rw_setting_copy(&rw_settings[i], NULL, host, cluster, NULL);
        }
}

struct rw_cluster *rw_cluster_new(void)
{
    struct rw_cluster *cluster = rw_calloc(1, sizeof *cluster);
    for (size_t i = 0; i < rw_setting_count; i++) {
        const struct rw_setting *setting = &rw_settings[i];
        void *field = rw_setting_field(setting, cluster, NULL);
        if (setting->otherwise && !rw_setting_parse(setting, field, setting->otherwise))
            *(char **)field = rw_strdup(setting->otherwise);
    }
    return cluster;
}

void rw_cluster_free(struct rw_cluster *cluster)
{
    if (!cluster)
        return;
    release_settings(cluster, NULL);
    for (size_t i = 0; i < cluster->host_count; i++)
        rw_host_done(&cluster->hosts[i]);
    free(cluster->hosts);
    free(cluster);
}

struct rw_cluster *rw_cluster_copy(const struct rw_cluster *from)
{
    struct rw_cluster *cluster = rw_calloc(1, sizeof *cluster);
    copy_settings(cluster, NULL, from, NULL);
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

const char *const rw_role_names[] = {
    [RW_ROLE_SERVER] = "server",
    [RW_ROLE_AGENT] = "agent",
    NULL,
};

const char *rw_role_name(enum rw_role role)
{
    return rw_role_names[role];
}

bool rw_cluster_equal(const struct rw_cluster *a, const struct rw_cluster *b)
{
    bool equal = a->host_count == b->host_count && settings_equal(a, NULL, b, NULL);
    for (size_t i = 0; equal && i < a->host_count; i++)
        equal = settings_equal(a, &a->hosts[i], b, &b->hosts[i]);
    return equal;
}
