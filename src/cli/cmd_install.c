/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/operate.h"
#include "cli/options.h"
#include "cli/watch.h"
#include "install/changed.h"
#include "operation/question.h"

/* ---- the plan ---- */

/* --dry-run: what would be done, as far as the hosts say. */
static void show_plan(struct rw_operate *operate, const struct rw_plan *plan, const char *version)
{
    const struct rw_cluster *cluster = operate->session.cluster;
    struct rw_plan *masked = rw_plan_masked(cluster, plan->founder, version, plan->now);
    struct rw_buf out = {0};
    if (operate->options->json)
        rw_plan_json(&out, masked, cluster);
    else
        rw_plan_print(&out, masked, cluster);
    fputs(rw_buf_str(&out), stdout);
    rw_buf_done(&out);
    rw_plan_free(masked);
    operate->shown = true;
}

static void on_confirmed(void *context, const char *text)
{
    struct rw_operate *operate = context;
    if (operate->operation)
        rw_operation_confirm(operate->operation, rw_ask_is_yes(text));
}

static void on_confirm(void *context, const struct rw_plan *plan, const char *version, bool exists)
{
    struct rw_operate *operate = context;
    const struct rw_cluster *cluster = operate->session.cluster;
    if (operate->options->dry_run) {
        show_plan(operate, plan, version);
        rw_operation_confirm(operate->operation, false);
        return;
    }
    if (operate->options->yes) {
        rw_operation_confirm(operate->operation, true);
        return;
    }
    const char *founder = cluster->hosts[plan->anchor].name;
    size_t servers = rw_cluster_servers(cluster);
    struct rw_buf prompt = {0};
    rw_buf_addf(&prompt,
                _("\nRKE2 %s will be installed on these hosts, with the registration name %s:\n"),
                version, cluster->registration_name);
    for (size_t i = 0; i < cluster->host_count; i++)
        rw_buf_addf(&prompt, "  %-16s %-24s %s\n", cluster->hosts[i].name,
                    cluster->hosts[i].address,
                    cluster->hosts[i].role == RW_ROLE_SERVER ? _("server") : _("agent"));
    rw_buf_addf(&prompt, _("Servers: %zu, agents: %zu.\n"), servers, cluster->host_count - servers);
    rw_buf_addf(&prompt,
                exists ? _("The cluster already exists (%s is a member); the others join it.\n")
                       : _("%s creates the cluster; the others join it.\n"),
                founder);
    struct rw_findings restarts = {0};
    rw_changed_restarts(cluster, plan->now, true, &restarts);
    if (restarts.count) {
        char *text = rw_restart_question_text(&restarts);
        rw_buf_addf(&prompt, "\n%s\n\n", text);
        free(text);
    }
    rw_findings_done(&restarts);
    rw_buf_adds(&prompt, _("“rke2-wizard plan” shows every file and command. Continue? [y/N] "));
    rw_ask_put(operate->session.ask, rw_buf_str(&prompt), true, on_confirmed, operate);
    rw_buf_done(&prompt);
}

/* ---- the gate ---- */

/* The command that overrides them. */
static void print_options(struct rw_operate *operate, const struct rw_gate *gate)
{
    struct rw_buf options = {0};
    const struct rw_findings *findings = gate->findings;
    for (size_t i = gate->result->login_count; i < findings->count; i++) {
        char *option = rw_asprintf(" --override %s=", rw_finding_code(findings->items[i].id));
        if (rw_reasons_open(gate->reasons, &findings->items[i], 1) &&
            !strstr(rw_buf_str(&options), option))
            rw_buf_addf(&options, "%s%s", option, _("REASON"));
        free(option);
    }
    char *text = rw_asprintf(_("to continue anyway, add:%s"), rw_buf_str(&options));
    rw_operate_say(operate, text);
    free(text);
    rw_buf_done(&options);
}

static void on_gate(void *context, const struct rw_gate *gate)
{
    struct rw_operate *operate = context;
    rw_progress_findings(operate->progress, gate->elapsed_ms, gate->findings);
    if (!gate->result) {
        rw_operation_take_over(operate->operation, false); /* --take-over has its say before */
        return;
    }
    if (gate->open)
        print_options(operate, gate);
}

/* ---- the command ---- */

int rw_cmd_install(const struct rw_options *options)
{
    struct rw_operate operate = {.options = options};
    struct rw_session *session = &operate.session;
    struct rw_cluster *watched = NULL;
    bool busy = false;
    int rc = rw_session_begin(session, options, true);
    if (rc != 0)
        return rc;
    if (!session->ask && !options->yes && !options->dry_run) {
        fprintf(stderr, "rke2-wizard: %s\n",
                _("there is no terminal to ask on; add --yes to continue without asking"));
        rw_session_end(session);
        return RW_OUTCOME_USAGE;
    }
    struct rw_operation_options what = {
        .kind = RW_OPERATION_INSTALL,
        .timeout_s = options->timeout_s,
        .allow_restart = options->allow_restart || options->dry_run || !options->yes,
        .requirements = &session->requirements,
        .name_servers = options->name_servers.count ? options->name_servers.items : NULL,
        .overrides = options->overrides.items,
        .report = options->report,
    };
    rc = rw_operate(&operate, &what, on_gate, on_confirm, &busy);
    if (operate.shown)
        rc = RW_OUTCOME_DONE;
    if (busy)
        watched = rw_cluster_copy(session->cluster);
    rw_session_end(session);
    if (watched)
        rc = rw_cli_watch(watched, options->json);
    rw_cluster_free(watched);
    return rc;
}
