#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/options.h"
#include "cli/session.h"
#include "install/run.h"
#include "plan/plan.h"
#include "rke2/version.h"

int rw_cmd_plan(const struct rw_options *options)
{
    struct rw_cluster *cluster = rw_cli_load(options->file, true);
    if (!cluster)
        return RW_OUTCOME_USAGE;
    /* Without a connection the newest release of a channel is not known. */
    char *version = cluster->version ? rw_strdup(cluster->version)
                                     : rw_asprintf("<newest of channel %s>", cluster->channel);
    char *channel =
        cluster->version ? rw_rke2_version_channel(cluster->version) : rw_strdup(cluster->channel);
    struct rw_plan_choice choice = {(size_t)rw_cluster_first_server(cluster), version, channel,
                                    "<token>"};
    struct rw_plan *plan = rw_plan_new(cluster, &choice);
    struct rw_buf out = {0};
    if (options->json)
        rw_plan_json(&out, plan, cluster);
    else
        rw_plan_print(&out, plan, cluster);
    fputs(rw_buf_str(&out), stdout);
    rw_buf_done(&out);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
    free(version);
    free(channel);
    return fflush(stdout) == 0 ? RW_OUTCOME_DONE : RW_OUTCOME_FAILED;
}
