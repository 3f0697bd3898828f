/* SPDX-License-Identifier: Apache-2.0 */
#include "check/host_look.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cluster/proxy.h"
#include "cluster/source.h"
#include "plan/node_scripts.h"
#include "rke2/local_ports.h"
#include "rke2/needs.h"
#include "rke2/rke2.h"

/* The script bounds all that may hang; these are for a host that does not get on. */
#define MEASURE_MS 60000
#define LOOK_MS    30000
/* A name server that serves this many at once is nothing to rely on, but common. */
#define TOGETHER      30
#define STAGGER_S     2
#define STAGGER_MAX_S 10

/* The measured values; owned, "" when not measured. */
struct measured {
    char *urls, *proxy, *bypass; /* the proxy with the password in it, to rw_secret_free() */
    const char *folder, *version, *disk;
};

static struct measured what(const struct rw_host_look *look)
{
    const struct rw_cluster *cluster = look->cluster;
    const struct rw_proxy *proxy = &cluster->proxy;
    if (!look->measure)
        return (struct measured){rw_strdup(""), rw_strdup(""), rw_strdup(""), "", "", "no"};
    bool folder = rw_source_kind(cluster->source) == RW_SOURCE_FOLDER;
    return (struct measured){
        .urls = rw_rke2_way_out(cluster),
        .proxy = proxy->url ? rw_proxy_address(proxy, proxy->password, false) : rw_strdup(""),
        .bypass = rw_proxy_bypass(cluster),
        .folder = folder ? cluster->source : "",
        .version = cluster->version ? cluster->version : "",
        .disk = cluster->hosts[look->host].role == RW_ROLE_SERVER ? "yes" : "no",
    };
}

char *rw_host_stagger(size_t host)
{
    size_t seconds = host / TOGETHER * STAGGER_S;
    return rw_asprintf("%zu", seconds < STAGGER_MAX_S ? seconds : STAGGER_MAX_S);
}

struct rw_remote_job *rw_host_look(struct rw_remote *remote, const struct rw_host_look *look)
{
    const struct rw_cluster *cluster = look->cluster;
    enum rw_role role = cluster->hosts[look->host].role;
    struct measured measured = what(look);
    char *stagger = rw_host_stagger(look->host);
    char *ports = rw_rke2_local_port_list(role), *programs = rw_rke2_need_programs();
    char *modules = rw_rke2_needs(RW_RKE2_NEEDS_MODULE);
    const struct rw_script_var vars[] = {
        {"role", rw_role_name(role)},
        {"name", cluster->registration_name ? cluster->registration_name : ""},
        {"ports", ports},
        {"programs", programs},
        {"modules", modules},
        {"measure", look->measure ? "yes" : "no"},
        {"urls", measured.urls},
        {"given_proxy", measured.proxy},
        {"given_bypass", measured.bypass},
        {"artifacts", measured.folder},
        {"version", measured.version},
        {"etcd_test", measured.disk},
        {"stagger", stagger},
    };
    struct rw_buf body = {0};
    rw_node_script_add(&body, "host-facts");
    struct rw_remote_script script = {
        .vars = vars,
        .var_count = RW_COUNT(vars),
        .body = body.data,
        .timeout_ms = look->measure ? MEASURE_MS : LOOK_MS,
        .done = look->done,
        .context = look->context,
    };
    struct rw_remote_job *job = rw_remote_run(remote, &script);
    rw_buf_done(&body);
    rw_secret_free(measured.proxy);
    free(measured.bypass);
    free(measured.urls);
    free(stagger);
    free(modules);
    free(programs);
    free(ports);
    return job;
}
