/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/fit.h"

#include <stdlib.h>
#include <strings.h>

#include "base/mem.h"
#include "base/text.h"
#include "cluster/cni.h"
#include "cluster/names.h"
#include "cluster/source.h"

/* ---- settings ---- */

static void fit_cni(const struct rw_cluster *cluster, rw_fit_add *add, void *context)
{
    if (!cluster->version || rw_cni_in_version(rw_cni_of(cluster), cluster->version))
        return;
    const struct rw_misfit misfit = {
        .id = RW_F_ANSWERS_CNI_VERSION, .host = RW_FIT_CLUSTER, .key = "cni"};
    struct rw_finding *finding = add(context, &misfit);
    if (!finding)
        return;
    rw_finding_set(finding, "cni", cluster->cni);
    rw_finding_show(finding, "version", cluster->version);
}

/* There is no server to ask for the newest release of a channel, and a folder holds only one
 * version. */
static void fit_source(const struct rw_cluster *cluster, rw_fit_add *add, void *context)
{
    if (cluster->version || !rw_source_is(cluster->source) ||
        rw_source_kind(cluster->source) != RW_SOURCE_FOLDER)
        return;
    const struct rw_misfit misfit = {.id = RW_F_ANSWERS_SOURCE_VERSION,
                                     .host = RW_FIT_CLUSTER,
                                     .key = "source",
                                     .lacks = "rke2-version"};
    struct rw_finding *finding = add(context, &misfit);
    if (finding)
        rw_finding_set(finding, "folder", cluster->source);
}

static void fit_token(const struct rw_cluster *cluster, rw_fit_add *add, void *context)
{
    const struct rw_misfit misfit = {
        .id = RW_F_ANSWERS_KNOWN_TOKEN, .host = RW_FIT_CLUSTER, .key = "token"};
    if (rw_names_token_is_known(cluster->token, cluster->registration_name))
        add(context, &misfit);
}

void rw_fit_settings(const struct rw_cluster *cluster, rw_fit_add *add, void *context)
{
    fit_token(cluster, add, context);
    fit_cni(cluster, add, context);
    fit_source(cluster, add, context);
}

/* ---- hosts ---- */

static void duplicate(const struct rw_misfit *misfit, const char *value, rw_fit_add *add,
                      void *context)
{
    struct rw_finding *finding = add(context, misfit);
    if (finding)
        rw_finding_show(finding, "value", value);
}

static void fit_names(const struct rw_host *hosts, int host, rw_fit_add *add, void *context)
{
    struct rw_misfit misfit = {
        .id = RW_F_ANSWERS_DUPLICATE_NAME, .host = host, .key = "name", .other = 0};
    const char *name = hosts[host].name;
    while (name && misfit.other < host &&
           !(hosts[misfit.other].name && strcasecmp(name, hosts[misfit.other].name) == 0))
        misfit.other++;
    if (name && misfit.other < host)
        duplicate(&misfit, name, add, context);
}

static void fit_addresses(const struct rw_host *hosts, char *const *canonical, int host,
                          rw_fit_add *add, void *context)
{
    struct rw_misfit misfit = {
        .id = RW_F_ANSWERS_DUPLICATE_ADDRESS, .host = host, .key = "address", .other = 0};
    while (canonical[host] && misfit.other < host &&
           !rw_text_equal(canonical[host], canonical[misfit.other]))
        misfit.other++;
    if (canonical[host] && misfit.other < host)
        duplicate(&misfit, hosts[host].address, add, context);
}

static void fit_servers(const struct rw_cluster *cluster, rw_fit_add *add, void *context)
{
    size_t servers = rw_cluster_servers(cluster);
    if (servers % 2 == 1)
        return;
    const struct rw_misfit misfit = {
        .id = servers ? RW_F_ANSWERS_EVEN_SERVERS : RW_F_ANSWERS_NO_SERVER, .host = RW_FIT_CLUSTER};
    struct rw_finding *finding = add(context, &misfit);
    if (!finding || servers == 0)
        return;
    char *count = rw_asprintf("%zu", servers), *survive = rw_asprintf("%zu", (servers - 1) / 2);
    rw_finding_set(finding, "count", count);
    rw_finding_set(finding, "survive", survive);
    free(count);
    free(survive);
}

void rw_fit_hosts(const struct rw_cluster *cluster, rw_fit_add *add, void *context)
{
    const struct rw_host *hosts = cluster->hosts;
    char **canonical = rw_calloc(cluster->host_count, sizeof *canonical);
    for (size_t i = 0; i < cluster->host_count; i++) {
        canonical[i] = hosts[i].address ? rw_names_canonical(hosts[i].address) : NULL;
        fit_names(hosts, (int)i, add, context);
        fit_addresses(hosts, canonical, (int)i, add, context);
    }
    for (size_t i = 0; i < cluster->host_count; i++)
        free(canonical[i]);
    free(canonical);
    fit_servers(cluster, add, context);
}
