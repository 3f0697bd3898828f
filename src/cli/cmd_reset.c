/* SPDX-License-Identifier: Apache-2.0 */
/* reset: takes RKE2 off hosts. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "cli/operate.h"
#include "cli/options.h"
#include "install/history.h"
#include "plan/plan.h"

struct reset {
    struct rw_operate operate; /* first: the operation gives its address to what listens */
    struct rw_reset what;
    bool *wanted;
};

/* ---- which hosts ---- */

/* By host, to free(); *all: no host stays. */
static bool *choose(const struct rw_cluster *cluster, const struct rw_options *options, bool *all)
{
    bool *wanted = rw_calloc(cluster->host_count, sizeof *wanted);
    *all = true;
    for (size_t i = 0; i < cluster->host_count; i++) {
        wanted[i] = options->hosts.count == 0;
        for (size_t k = 0; k < options->hosts.count; k++)
            wanted[i] = wanted[i] || strcmp(options->hosts.items[k], cluster->hosts[i].name) == 0;
        *all = *all && wanted[i];
    }
    return wanted;
}

/* The text to type as confirmation, to free(): the name of the host, those of several with blanks
 * between them, that of the cluster for all. */
static char *name_of(const struct rw_cluster *cluster, const struct rw_reset *what)
{
    struct rw_buf name = {0};
    if (what->all)
        return rw_strdup(cluster->name);
    for (size_t i = 0; i < cluster->host_count; i++)
        if (what->wanted[i])
            rw_buf_addf(&name, "%s%s", name.len ? " " : "", cluster->hosts[i].name);
    return rw_buf_take(&name);
}

/* ---- the plan ---- */

/* Whether the text is the name, blanks around it aside. */
static bool is_name(const struct reset *reset, const char *text)
{
    char *name = name_of(reset->operate.session.cluster, &reset->what);
    size_t length = strlen(name);
    while (text && *text == ' ')
        text++;
    bool same = text && strncmp(text, name, length) == 0 &&
                strspn(text + length, " \r\n") == strlen(text + length);
    free(name);
    return same;
}

static void confirm(struct reset *reset, const char *text)
{
    bool same = is_name(reset, text);
    if (!same)
        rw_operate_say(&reset->operate, N_("the confirmation does not match"));
    rw_operation_confirm(reset->operate.operation, same);
}

static void on_typed(void *context, const char *text)
{
    struct reset *reset = context;
    if (reset->operate.operation)
        confirm(reset, text);
}

static void on_confirm(void *context, const struct rw_plan *plan, const char *version, bool exists)
{
    struct reset *reset = context;
    const struct rw_cluster *cluster = reset->operate.session.cluster;
    (void)version;
    (void)exists;
    if (reset->operate.options->confirm) {
        confirm(reset, reset->operate.options->confirm);
        return;
    }
    struct rw_buf prompt = {0};
    char *name = name_of(cluster, &reset->what);
    rw_buf_adds(
        &prompt,
        _("\nRKE2, its configuration and all its data will be removed from these hosts:\n"));
    for (size_t i = 0; i < cluster->host_count; i++)
        if (reset->what.wanted[i])
            rw_buf_addf(&prompt, "  %-16s %-24s %s\n", cluster->hosts[i].name,
                        cluster->hosts[i].address,
                        cluster->hosts[i].role == RW_ROLE_SERVER ? _("server") : _("agent"));
    if (reset->what.all)
        rw_buf_adds(&prompt,
                    _("This is the whole cluster, including its etcd and its snapshots.\n"));
    else if (plan->founder == RW_PLAN_NOBODY)
        rw_buf_adds(&prompt, _("No server is left to remove them from the cluster.\n"));
    else
        rw_buf_addf(&prompt, _("They are removed from the cluster through %s.\n"),
                    cluster->hosts[plan->founder].name);
    rw_buf_adds(&prompt, _("“rke2-wizard reset --dry-run” shows every file and command.\n"));
    rw_buf_addf(&prompt, _("This cannot be undone. Type “%s” to continue: "), name);
    rw_ask_put(reset->operate.session.ask, rw_buf_str(&prompt), true, on_typed, reset);
    rw_buf_done(&prompt);
    free(name);
}

/* Only the lock of another console stands here. */
static void on_gate(void *context, const struct rw_gate *gate)
{
    struct reset *reset = context;
    rw_progress_findings(reset->operate.progress, gate->elapsed_ms, gate->findings);
    rw_operation_take_over(reset->operate.operation, false);
}

/* ---- --dry-run ---- */

/* The plan as it can be known without a connection: members leave on the first server that
 * stays. */
static int show_plan(const struct rw_options *options)
{
    struct rw_cluster *cluster = rw_cli_load(options->file, false);
    struct rw_findings findings = {0};
    struct rw_buf out = {0};
    bool all;
    if (!cluster)
        return RW_OUTCOME_USAGE;
    if (rw_history_add_hosts(cluster, options->hosts.items, options->hosts.count, &findings) != 0) {
        rw_cli_print_findings(stderr, &findings);
        rw_findings_done(&findings);
        rw_cluster_free(cluster);
        return RW_OUTCOME_USAGE;
    }
    bool *wanted = choose(cluster, options, &all);
    size_t via = RW_PLAN_NOBODY;
    for (size_t i = 0; !all && via == RW_PLAN_NOBODY && i < cluster->host_count; i++)
        if (!wanted[i] && cluster->hosts[i].role == RW_ROLE_SERVER)
            via = i;
    struct rw_plan *plan = rw_plan_reset(cluster, wanted, via);
    if (options->json)
        rw_plan_json(&out, plan, cluster);
    else
        rw_plan_print(&out, plan, cluster);
    fputs(rw_buf_str(&out), stdout);
    rw_buf_done(&out);
    rw_plan_free(plan);
    free(wanted);
    rw_cluster_free(cluster);
    return fflush(stdout) == 0 ? RW_OUTCOME_DONE : RW_OUTCOME_FAILED;
}

/* ---- the command ---- */

int rw_cmd_reset(const struct rw_options *options)
{
    struct reset reset = {.operate.options = options};
    struct rw_session *session = &reset.operate.session;
    bool busy;
    if (options->dry_run)
        return show_plan(options);
    int rc = rw_session_begin(session, options, false);
    if (rc != 0)
        return rc;
    reset.wanted = choose(session->cluster, options, &reset.what.all);
    reset.what.wanted = reset.wanted;
    reset.what.force = options->force;
    if (!session->ask && !options->confirm) {
        char *name = name_of(session->cluster, &reset.what);
        fprintf(stderr, "rke2-wizard: ");
        fprintf(stderr, _("there is no terminal to ask on; add --confirm \"%s\" to continue"),
                name);
        fputc('\n', stderr);
        free(name);
        rc = RW_OUTCOME_USAGE;
    } else {
        struct rw_operation_options what = {.kind = RW_OPERATION_RESET, .reset = &reset.what};
        rc = rw_operate(&reset.operate, &what, on_gate, on_confirm, &busy);
    }
    rw_session_end(session);
    free(reset.wanted);
    return rc;
}
