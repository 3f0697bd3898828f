/* SPDX-License-Identifier: Apache-2.0 */
/* The current work on a host, as commands for a user who wants to look or do it by hand. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "plan/plan.h"
#include "rke2/rke2.h"
#include "wizard/wizard_private.h"

const struct rw_wizard_task *rw_wizard_run_task(const struct rw_wizard_run *run, const char *host)
{
    const struct rw_wizard_task *last = NULL;
    for (size_t i = 0; i < run->task_count; i++) {
        const struct rw_wizard_task *task = &run->tasks[i];
        if (strcmp(task->host, host) != 0)
            continue;
        /* That all servers answer is not looked at before they are up: the host waits for nothing.
         */
        if (last && task->step == RW_STEP_VERIFY && task->state == RW_TASK_PLANNED)
            break;
        last = task;
        if (task->state != RW_TASK_DONE && task->state != RW_TASK_UNCHANGED)
            break;
    }
    return last;
}

static int host_by_name(const struct rw_cluster *cluster, const char *name)
{
    for (size_t i = 0; i < cluster->host_count; i++)
        if (rw_text_equal(cluster->hosts[i].name, name))
            return (int)i;
    return -1;
}

/* Who founds is decided before there are tasks. */
static size_t founder(const struct rw_cluster *cluster, const struct rw_wizard_run *run)
{
    int index = run->founder ? host_by_name(cluster, run->founder) : -1;
    return (size_t)(index >= 0 ? index : rw_cluster_first_server(cluster));
}

/* ---- ways to look ---- */

/* The user of the login may need a terminal to become root. */
static void add_ssh(struct rw_buf *out, const struct rw_host *host, bool command)
{
    const char *user = host->login.user ? host->login.user : "root";
    bool root = strcmp(user, "root") == 0;
    char *to = rw_asprintf("%s@%s", user, host->address);
    rw_buf_addf(out, "ssh %s-p %d ", command && !root ? "-t " : "", host->login.port);
    rw_text_shell_quote(out, to);
    rw_buf_adds(out, !command ? "\n" : root ? " " : " sudo ");
    free(to);
}

static void add_watch(struct rw_buf *out, const struct rw_cluster *cluster,
                      const struct rw_host *host, enum rw_step step)
{
    if (step == RW_STEP_VERIFY) {
        rw_buf_adds(out, "curl -k https://");
        rw_text_shell_quote(out, cluster->registration_name);
        rw_buf_addf(out, ":%d/readyz\n", RW_RKE2_API_PORT);
        return;
    }
    add_ssh(out, host, true);
    if (step == RW_STEP_STAGE)
        rw_buf_adds(out, "tail -n 100 -F " RW_PLAN_STAGE_LOG "\n");
    else if (step == RW_STEP_CONFIGURE)
        rw_buf_adds(out, "ls -l " RW_RKE2_CONFIG "\n");
    else
        rw_buf_addf(out, "journalctl -n 100 -fu %s\n", rw_rke2_unit(host->role));
}

static void add_nodes(struct rw_buf *out, const struct rw_host *server)
{
    add_ssh(out, server, true);
    rw_buf_adds(out,
                RW_RKE2_KUBECTL " \\\n  --kubeconfig " RW_RKE2_KUBECONFIG " get nodes -o wide\n");
}

/* ---- interface ---- */

static void add_task(struct rw_buf *out, const struct rw_cluster *cluster,
                     const struct rw_wizard_run *run, size_t host, enum rw_step step)
{
    struct rw_plan_now *now = rw_calloc(cluster->host_count, sizeof *now);
    if (step == RW_STEP_RESTART)
        now[host] = (struct rw_plan_now){.runs = true, .restart = rw_strdup("…")};
    struct rw_plan *plan =
        rw_plan_masked(cluster, founder(cluster, run), *run->version ? run->version : NULL, now);
    rw_plan_now_free(now, cluster->host_count);
    for (size_t i = 0; i < plan->task_count; i++) {
        if (plan->tasks[i].host != host || plan->tasks[i].step != step)
            continue;
        rw_buf_addc(out, '\n');
        rw_buf_addf(out, _("%s: %s\n"), _("Actions of this step"), _(rw_step_info(step)->title));
        rw_plan_print_task(out, plan, i, cluster);
    }
    rw_plan_free(plan);
}

void rw_wizard_command(const struct rw_wizard *wizard, const char *host, struct rw_buf *out)
{
    const struct rw_cluster *cluster = wizard->document->cluster;
    struct rw_wizard_run run = rw_wizard_run(wizard);
    const struct rw_wizard_task *task = rw_wizard_run_task(&run, host);
    int index = host_by_name(cluster, host);
    if (index < 0 || rw_cluster_first_server(cluster) < 0)
        return;
    const struct rw_host *here = &cluster->hosts[index];
    rw_buf_addf(out, _("Log in to %s:"), host);
    rw_buf_addc(out, '\n');
    add_ssh(out, here, false);
    if (!task)
        return;
    rw_buf_addf(out, "\n%s\n", _("Follow the progress of this step:"));
    add_watch(out, cluster, here, task->step);
    rw_buf_addf(out, "\n%s\n", _("Show the nodes, once a server is up:"));
    add_nodes(out, &cluster->hosts[founder(cluster, &run)]);
    add_task(out, cluster, &run, (size_t)index, task->step);
}
