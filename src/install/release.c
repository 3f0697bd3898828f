/* SPDX-License-Identifier: Apache-2.0 */
/* Which version will be installed: named in the answers, recorded by an earlier run, or asked of
 * the channel server once, by the console or, when it has no way out, by the first server. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cluster/proxy.h"
#include "install/run_private.h"
#include "plan/node_scripts.h"
#include "rke2/rke2.h"
#include "rke2/version.h"

#define ASK_TIMEOUT_MS 10000

static void settle(struct rw_run *run, char *version)
{
    run->version = version;
    run->version_asked = false;
    if (run->cluster->channel && !run->cluster->version)
        run->channel = rw_strdup(run->cluster->channel);
    else
        run->channel = rw_rke2_version_channel(version);
    run_emit(run, (struct rw_event){.kind = RW_EVENT_VERSION, .text = version});
    run_looked(run);
}

static void give_up(struct rw_run *run, enum rw_finding_id id, const char *reason)
{
    struct rw_findings one = {0};
    rw_findings_add(&one, id, NULL, "channel", run->cluster->channel, "_reason", reason, "url",
                    RW_RKE2_CHANNELS_URL, NULL);
    run_find_all(run, &one);
    run_end(run, RW_OUTCOME_FAILED);
}

static char *channel_url(const struct rw_run *run)
{
    return rw_asprintf("%s/%s", RW_RKE2_CHANNELS_URL, run->cluster->channel);
}

static void on_host_answer(void *context, const struct rw_remote_result *result)
{
    struct rw_run *run = context;
    if (run->ended)
        return;
    const char *location = rw_reply_get(&result->reply, "location");
    const char *error = rw_reply_get(&result->reply, "error");
    char *version = location ? rw_rke2_version_from_location(location) : NULL;
    if (version)
        settle(run, version);
    else if (rw_reply_number(&result->reply, "status", 0) == 404)
        give_up(run, RW_F_CHANNEL_UNKNOWN, "404");
    else
        give_up(run, RW_F_CHANNEL_UNREACHABLE,
                result->rc != 0 ? result->error.message
                : error         ? error
                                : N_("the answer contains no release"));
}

static void ask_host(struct rw_run *run)
{
    size_t first = (size_t)rw_cluster_first_server(run->cluster);
    const struct rw_proxy *proxy = &run->cluster->proxy;
    char *url = channel_url(run), *bypass = rw_proxy_bypass(run->cluster);
    char *address = proxy->url ? rw_proxy_address(proxy, proxy->password, false) : rw_strdup("");
    struct rw_script_var vars[] = {
        {"url", url}, {"given_proxy", address}, {"given_bypass", bypass}};
    struct rw_buf body = {0};
    rw_node_script_add(&body, "resolve");
    struct rw_remote_script script = {
        .vars = vars,
        .var_count = RW_COUNT(vars),
        .body = body.data,
        .timeout_ms = SCRIPT_TIMEOUT_MS,
        .done = on_host_answer,
        .context = run,
    };
    run->version_asked = true;
    if (run->hosts[first].remote)
        rw_remote_run(run->hosts[first].remote, &script);
    else
        give_up(run, RW_F_CHANNEL_UNREACHABLE, N_("the first server cannot be reached either"));
    rw_buf_done(&body);
    rw_secret_free(address);
    free(bypass);
    free(url);
}

static void on_console_answer(void *context, const struct rw_http_result *result)
{
    struct rw_run *run = context;
    if (run->ended)
        return;
    char *version = result->rc == 0 ? rw_rke2_version_from_location(result->location) : NULL;
    run->version_asked = false;
    if (version)
        settle(run, version);
    else if (result->rc == 0 && result->status == 404)
        give_up(run, RW_F_CHANNEL_UNKNOWN, "404");
    else
        run_looked(run); /* asks a host as soon as all hosts have answered */
}

/* The release that an earlier run took from the same channel: a channel moves on, a cluster must
 * not with each rerun. To free(), or NULL. */
static char *recorded_version(struct rw_run *run)
{
    char *channel = rw_journal_get(run->journal, "channel");
    char *version = NULL;
    if (channel && strcmp(channel, run->cluster->channel) == 0)
        version = rw_journal_get(run->journal, "version");
    free(channel);
    return version;
}

void release_resolve(struct rw_run *run)
{
    if (run->http) {
        ask_host(run);
        return;
    }
    char *recorded = recorded_version(run);
    if (run->cluster->version || recorded) {
        settle(run, rw_strdup(run->cluster->version ? run->cluster->version : recorded));
        free(recorded);
        return;
    }
    char *url = channel_url(run);
    struct rw_http_options options = {.url = url, .timeout_ms = ASK_TIMEOUT_MS};
    run->version_asked = true;
    run->http = rw_http_new(run->loop);
    rw_http_get(run->http, &options, on_console_answer, run);
    free(url);
}
