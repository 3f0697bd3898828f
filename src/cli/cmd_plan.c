/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "cli/options.h"
#include "cli/session.h"
#include "install/run.h"
#include "plan/plan.h"

int rw_cmd_plan(const struct rw_options *options)
{
    struct rw_cluster *cluster = rw_cli_load(options->file, true);
    if (!cluster)
        return RW_OUTCOME_USAGE;
    struct rw_plan *plan = rw_plan_preview(cluster);
    struct rw_buf out = {0};
    if (options->json)
        rw_plan_json(&out, plan, cluster);
    else
        rw_plan_print(&out, plan, cluster);
    fputs(rw_buf_str(&out), stdout);
    rw_buf_done(&out);
    rw_plan_free(plan);
    rw_cluster_free(cluster);
    return fflush(stdout) == 0 ? RW_OUTCOME_DONE : RW_OUTCOME_FAILED;
}
