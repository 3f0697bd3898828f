/* SPDX-License-Identifier: Apache-2.0 */
/* The steps in their order, what keeps somebody at one of them, and what is wrong there. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "cluster/names.h"
#include "wizard/wizard_private.h"

static const struct rw_wizard_step_info steps[RW_WIZARD_STEPS] = {
    [RW_WIZARD_WELCOME] = {"welcome", N_("Welcome")},
    [RW_WIZARD_HOSTS] = {"hosts", N_("Hosts and roles")},
    [RW_WIZARD_DNS] = {"dns", N_("DNS check")},
    [RW_WIZARD_REQUIREMENTS] = {"requirements", N_("Requirements")},
    [RW_WIZARD_SETTINGS] = {"settings", N_("Cluster settings")},
    [RW_WIZARD_REVIEW] = {"review", N_("Review")},
    [RW_WIZARD_INSTALL] = {"install", N_("Install")},
    [RW_WIZARD_DONE] = {"done", N_("Done")},
};

const struct rw_wizard_step_info *rw_wizard_step_info(enum rw_wizard_step step)
{
    return &steps[step];
}

/* ---- what is wrong ---- */

/* A name that the host is asked for is not missing. */
static bool is_asked_for(const struct rw_wizard *wizard, const struct rw_document_problem *problem)
{
    return problem->host != RW_DOCUMENT_CLUSTER && problem->key &&
           strcmp(problem->key, "name") == 0 &&
           rw_wizard_host_is_asked(wizard, (size_t)problem->host);
}

/* The findings of an area; ones of severity fail are counted. */
static size_t add_problems(const struct rw_wizard *wizard, enum rw_document_area area,
                           struct rw_findings *findings)
{
    struct rw_document_problems problems = {0};
    size_t failures = 0;
    rw_document_check(wizard->document, &problems);
    for (size_t i = 0; i < problems.findings.count; i++) {
        if (problems.items[i].area != area || is_asked_for(wizard, &problems.items[i]))
            continue;
        failures += problems.findings.items[i].severity >= RW_SEVERITY_FAIL;
        if (findings)
            rw_findings_copy(findings, &problems.findings.items[i]);
    }
    rw_document_problems_done(&problems);
    return failures;
}

/* The problems that the hosts themselves report. */
static size_t add_hosts(const struct rw_wizard *wizard, struct rw_findings *findings)
{
    const struct rw_cluster *cluster = wizard->document->cluster;
    size_t failures = 0;
    for (size_t i = 0; i < cluster->host_count; i++) {
        struct rw_wizard_host view = rw_wizard_host(wizard, i);
        struct rw_findings own = {0};
        if (view.own && view.own->hostname && cluster->hosts[i].name)
            rw_host_judge_check(&own, cluster, wizard->options.requirements, i, view.own,
                                RW_CHECK_NAME);
        failures += view.state == RW_WIZARD_HOST_FAILED;
        failures += rw_reasons_open(&wizard->reasons, own.items, own.count);
        if (findings && view.failure)
            rw_findings_copy(findings, view.failure);
        for (size_t k = 0; findings && k < own.count; k++)
            rw_findings_copy(findings, &own.items[k]);
        rw_findings_done(&own);
    }
    const struct rw_findings *unreadable = &wizard->live.unreadable;
    for (size_t i = 0; findings && i < unreadable->count; i++)
        rw_findings_copy(findings, &unreadable->items[i]);
    return failures + unreadable->count;
}

static const struct rw_check_result *result_of(const struct rw_wizard *wizard,
                                               enum rw_wizard_step step)
{
    return rw_wizard_check(wizard, step).result;
}

/* Without what logging in gave: that is a matter of step 2. */
static size_t add_check(const struct rw_wizard *wizard, enum rw_wizard_step step,
                        struct rw_findings *findings)
{
    const struct rw_check_result *result = result_of(wizard, step);
    if (!result)
        return 0;
    for (size_t i = result->login_count; findings && i < result->findings.count; i++)
        rw_findings_copy(findings, &result->findings.items[i]);
    return rw_reasons_open(&wizard->reasons, result->findings.items + result->login_count,
                           result->findings.count - result->login_count);
}

/* findings may be NULL. */
static size_t look(const struct rw_wizard *wizard, enum rw_wizard_step step,
                   struct rw_findings *findings)
{
    size_t failures = 0;
    switch (step) {
    case RW_WIZARD_HOSTS:
        failures = add_problems(wizard, RW_DOCUMENT_HOSTS, findings);
        return failures + add_hosts(wizard, findings);
    case RW_WIZARD_DNS:
        failures = add_problems(wizard, RW_DOCUMENT_NAME, findings);
        return failures + add_check(wizard, step, findings);
    case RW_WIZARD_REQUIREMENTS:
        return add_check(wizard, step, findings);
    case RW_WIZARD_SETTINGS:
        return add_problems(wizard, RW_DOCUMENT_SETTINGS, findings);
    case RW_WIZARD_REVIEW:
        for (int area = 0; area < RW_DOCUMENT_AREAS; area++)
            failures += add_problems(wizard, (enum rw_document_area)area, findings);
        return failures;
    default:
        return 0;
    }
}

void rw_wizard_findings(const struct rw_wizard *wizard, enum rw_wizard_step step,
                        struct rw_findings *findings)
{
    look(wizard, step, findings);
    for (size_t i = 0; step == RW_WIZARD_INSTALL && i < wizard->install.findings.count; i++)
        rw_findings_copy(findings, &wizard->install.findings.items[i]);
    if (wizard->save_error.code) {
        char *dir =
            wizard->draft.cluster ? rw_journal_dir(wizard->draft.cluster) : rw_journal_root();
        rw_findings_add(findings, RW_F_DRAFT_UNSAVED, NULL, "reason", wizard->save_error.message,
                        "file", dir, NULL);
        free(dir);
    }
}

/* ---- gates ---- */

static size_t hosts_waiting(const struct rw_wizard *wizard)
{
    size_t waiting = 0;
    for (size_t i = 0; i < wizard->document->cluster->host_count; i++) {
        enum rw_wizard_host_state state = rw_wizard_host(wizard, i).state;
        waiting += state == RW_WIZARD_HOST_CONNECTING || state == RW_WIZARD_HOST_ASKING;
    }
    return waiting;
}

static bool install_is_through(const struct wizard_install *install)
{
    return install->state == INSTALL_ENDED &&
           (install->outcome == RW_OUTCOME_DONE ||
            (install->outcome == RW_OUTCOME_AGENTS_MISSING && install->skip_agents));
}

struct rw_wizard_gate rw_wizard_gate(const struct rw_wizard *wizard, enum rw_wizard_step step)
{
    struct rw_wizard_gate gate = {.failures = look(wizard, step, NULL)};
    switch (step) {
    case RW_WIZARD_WELCOME:
        gate.failures = wizard->draft.cluster == NULL;
        break;
    case RW_WIZARD_HOSTS:
        gate.waiting = hosts_waiting(wizard);
        break;
    case RW_WIZARD_DNS:
    case RW_WIZARD_REQUIREMENTS:
        gate.running = !result_of(wizard, step) && gate.failures == 0;
        break;
    case RW_WIZARD_INSTALL:
        gate.running = install_active(wizard) || wizard->install.state == INSTALL_NONE;
        gate.failures = !gate.running && !install_is_through(&wizard->install);
        break;
    default:
        break;
    }
    return gate;
}

bool rw_wizard_gate_open(const struct rw_wizard_gate *gate)
{
    return gate->failures == 0 && gate->waiting == 0 && !gate->running;
}

char *rw_wizard_gate_text(const struct rw_wizard_gate *gate)
{
    if (gate->failures > 0)
        return rw_asprintf(ngettext("%zu problem to solve", "%zu problems to solve",
                                    (unsigned long)gate->failures),
                           gate->failures);
    if (gate->waiting > 0)
        return rw_asprintf(
            ngettext("waiting for %zu host", "waiting for %zu hosts", (unsigned long)gate->waiting),
            gate->waiting);
    return gate->running ? rw_strdup(_("not finished yet")) : NULL;
}

/* ---- moving ---- */

enum rw_wizard_step rw_wizard_step(const struct rw_wizard *wizard)
{
    return wizard->step;
}

int rw_wizard_go(struct rw_wizard *wizard, enum rw_wizard_step step)
{
    if (install_active(wizard) && step != RW_WIZARD_INSTALL)
        return RW_EBUSY;
    for (enum rw_wizard_step s = wizard->step; s < step; s++) {
        struct rw_wizard_gate gate = rw_wizard_gate(wizard, s);
        if (!rw_wizard_gate_open(&gate))
            return RW_EBUSY;
    }
    wizard->step = step;
    wizard_save(wizard);
    checks_enter(wizard);
    releases_enter(wizard);
    wizard_soon(wizard);
    return 0;
}

/* ---- the plan ---- */

void rw_wizard_plan_text(const struct rw_wizard *wizard, struct rw_buf *out)
{
    const struct rw_cluster *cluster = wizard->document->cluster;
    if (rw_cluster_first_server(cluster) < 0 || look(wizard, RW_WIZARD_REVIEW, NULL) > 0)
        return;
    struct rw_plan *plan = rw_plan_preview(cluster);
    rw_plan_print(out, plan, cluster);
    rw_plan_free(plan);
}
