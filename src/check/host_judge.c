/* SPDX-License-Identifier: Apache-2.0 */
#include "check/host_judge.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "check/host_judge_parts.h"
#include "contact/contact.h"

static void (*const judges[RW_CHECK_COUNT])(struct host_judge *) = {
    [RW_CHECK_CPU] = host_judge_cpu,
    [RW_CHECK_MEMORY] = host_judge_memory,
    [RW_CHECK_DISK] = host_judge_disk,
    [RW_CHECK_DISK_FREE] = host_judge_disk_free,
    [RW_CHECK_SSD] = host_judge_ssd,
    [RW_CHECK_DISK_LATENCY] = host_judge_disk_latency,
    [RW_CHECK_EXEC] = host_judge_exec,
    [RW_CHECK_TMP_FREE] = host_judge_tmp_free,
    [RW_CHECK_PROGRAM_FREE] = host_judge_program_free,
    [RW_CHECK_SYSTEMD] = host_judge_systemd,
    [RW_CHECK_ARCH] = host_judge_arch,
    [RW_CHECK_TOOLS] = host_judge_tools,
    [RW_CHECK_CGROUPS] = host_judge_cgroups,
    [RW_CHECK_MODULES] = host_judge_modules,
    [RW_CHECK_IPTABLES] = host_judge_iptables,
    [RW_CHECK_APPARMOR] = host_judge_apparmor,
    [RW_CHECK_SELINUX] = host_judge_selinux,
    [RW_CHECK_SWAP] = host_judge_swap,
    [RW_CHECK_NAME] = host_judge_name,
    [RW_CHECK_UNIQUE_NAME] = host_judge_unique_name,
    [RW_CHECK_MACHINE_ID] = host_judge_machine_id,
    [RW_CHECK_UNIQUE_MACHINE_ID] = host_judge_unique_machine_id,
    [RW_CHECK_CLOCK] = host_judge_clock,
    [RW_CHECK_TIME_SERVICE] = host_judge_time_service,
    [RW_CHECK_DEFAULT_ROUTE] = host_judge_default_route,
    [RW_CHECK_NETWORKS] = host_judge_networks,
    [RW_CHECK_NODE_ADDRESS] = host_judge_node_address,
    [RW_CHECK_WAY_OUT] = host_judge_way_out,
    [RW_CHECK_ARTIFACTS] = host_judge_artifacts,
    [RW_CHECK_RESOLVER] = host_judge_resolver,
    [RW_CHECK_LOCAL_PORTS] = host_judge_local_ports,
    [RW_CHECK_FIREWALL] = host_judge_firewall,
    [RW_CHECK_NETWORK_MANAGER] = host_judge_network_manager,
    [RW_CHECK_NM_CLOUD_SETUP] = host_judge_nm_cloud_setup,
    [RW_CHECK_WICKED] = host_judge_wicked,
    [RW_CHECK_OLD_RKE2] = host_judge_old_rke2,
    [RW_CHECK_OTHER_KUBERNETES] = host_judge_other_kubernetes,
    [RW_CHECK_OWN_FILES] = host_judge_own_files,
    [RW_CHECK_PREPARED] = host_judge_prepared,
    [RW_CHECK_LEFTOVERS] = host_judge_leftovers,
    [RW_CHECK_DOCKER] = host_judge_docker,
};

enum host_state host_state_of(bool known, bool good)
{
    return !known ? HOST_UNKNOWN : good ? HOST_GOOD : HOST_BAD;
}

/* ---- rows and findings ---- */

static struct rw_host_row *add_row(struct host_judge *judge, enum rw_check_id check,
                                   const char *item, const char *found, const char *needed)
{
    struct rw_host_row *row = rw_array_add(judge->verdicts->rows, judge->verdicts->row_count);
    row->host = judge->index;
    row->check = check;
    row->item = rw_strdup(item);
    row->found = rw_strdup(found ? found : "");
    row->needed = rw_strdup(needed ? needed : "");
    row->finding = RW_HOST_NO_FINDING;
    return row;
}

static struct rw_finding *add_finding(struct host_judge *judge, struct rw_host_row *row,
                                      enum rw_finding_id id, enum rw_severity severity)
{
    struct rw_findings *findings = &judge->verdicts->findings;
    row->finding = (int)findings->count;
    row->severity = severity;
    struct rw_finding *finding = rw_contact_finding(findings, id, judge->host);
    finding->severity = severity;
    return finding;
}

/* Advice that could not be tested is a row; a requirement that could not be is a finding too. */
static void add_unknown(struct host_judge *judge, struct rw_host_row *row)
{
    row->severity = RW_SEVERITY_UNKNOWN;
    rw_strset(&row->found, _("could not be determined"));
    if (!row->required)
        return;
    struct rw_finding *finding = add_finding(judge, row, RW_F_CHECK_UNKNOWN, RW_SEVERITY_UNKNOWN);
    rw_finding_set(finding, "_check", rw_check_label(row->check));
    rw_finding_set(finding, "name", rw_check_name(row->check));
}

/* The requirement that decides: the gravest that value misses; if none, the strictest. NULL when
 * the check does not count for this host. */
static const struct rw_requirement *decisive(const struct host_judge *judge, enum rw_check_id check,
                                             int64_t value, bool *met, bool *required)
{
    const struct rw_requirement *missed = NULL, *strictest = NULL;
    *required = false;
    for (size_t i = 0; i < judge->requirements->count; i++) {
        const struct rw_requirement *r = &judge->requirements->items[i];
        if (r->check != check || !rw_requirement_applies(r, judge->cluster, judge->host))
            continue;
        *required = *required || r->severity == RW_SEVERITY_FAIL;
        if (!rw_requirement_met(r, value) && (!missed || r->severity > missed->severity))
            missed = r;
        if (!strictest || !rw_requirement_met(r, strictest->needs))
            strictest = r;
    }
    *met = !missed;
    return missed ? missed : strictest;
}

struct rw_finding *host_judge_state(struct host_judge *judge, enum rw_check_id check,
                                    enum host_state state, const char *item, const char *found,
                                    const char *needed)
{
    bool met, required;
    const struct rw_requirement *r = decisive(judge, check, -1, &met, &required);
    if (!r)
        return NULL;
    struct rw_host_row *row = add_row(judge, check, item, found, needed);
    row->required = required;
    row->source = rw_strdup(rw_requirement_source(r));
    if (state == HOST_UNKNOWN)
        add_unknown(judge, row);
    return state == HOST_BAD ? add_finding(judge, row, r->finding, r->severity) : NULL;
}

struct rw_finding *host_judge_value(struct host_judge *judge, enum rw_check_id check, int64_t value,
                                    const char *found)
{
    bool met, required;
    enum rw_requirement_unit unit = rw_check_unit(check);
    const struct rw_requirement *r = decisive(judge, check, value, &met, &required);
    if (!r)
        return NULL;
    struct rw_finding *finding = NULL;
    char *limit = rw_requirement_value(unit, r->needs);
    char *needed = rw_asprintf(unit == RW_UNIT_TIME ? _("at most %s") : _("at least %s"), limit);
    char *shown = found ? rw_strdup(found) : rw_requirement_value(unit, value < 0 ? 0 : value);
    struct rw_host_row *row = add_row(judge, check, NULL, shown, needed);
    row->required = required;
    row->source = rw_strdup(rw_requirement_source(r));
    if (value < 0) {
        add_unknown(judge, row);
    } else if (!met) {
        finding = add_finding(judge, row, r->finding, r->severity);
        rw_finding_set(finding, "found", shown);
        rw_finding_set(finding, "needed", limit);
    }
    free(shown);
    free(needed);
    free(limit);
    return finding;
}

/* ---- all hosts ---- */

static void judge_silent(struct host_judge *judge)
{
    const char *reason = judge->facts->reason;
    struct rw_host_row *row =
        add_row(judge, RW_CHECK_COUNT, NULL, _("could not be determined"), NULL);
    row->required = true;
    row->source = rw_strdup("");
    struct rw_finding *finding =
        add_finding(judge, row, RW_F_HOST_NOT_CHECKED, RW_SEVERITY_UNKNOWN);
    rw_finding_set(finding, "reason", reason ? reason : _("the answer was incomplete"));
    if (judge->facts->away)
        rw_finding_set(finding, "away", "yes");
}

void rw_hosts_judge(struct rw_host_verdicts *verdicts, const struct rw_cluster *cluster,
                    const struct rw_requirements *requirements, const struct rw_host_facts *facts)
{
    struct host_judge judge = {.cluster = cluster,
                               .requirements = requirements,
                               .all = facts,
                               .clocks = rw_calloc(cluster->host_count, sizeof *judge.clocks),
                               .verdicts = verdicts};
    host_judge_clocks(&judge);
    for (size_t i = 0; i < cluster->host_count; i++) {
        judge.index = i;
        judge.host = &cluster->hosts[i];
        judge.facts = &facts[i];
        if (!rw_host_facts_whole(judge.facts))
            judge_silent(&judge);
        for (size_t k = 0; k < RW_CHECK_COUNT && rw_host_facts_whole(judge.facts); k++)
            judges[k](&judge);
    }
    free(judge.clocks);
}

void rw_host_judge_check(struct rw_findings *findings, const struct rw_cluster *cluster,
                         const struct rw_requirements *requirements, size_t host,
                         const struct rw_host_facts *facts, enum rw_check_id check)
{
    struct rw_host_verdicts verdicts = {0};
    struct host_judge judge = {.cluster = cluster,
                               .requirements = requirements,
                               .verdicts = &verdicts,
                               .index = host,
                               .host = &cluster->hosts[host],
                               .facts = facts};
    judges[check](&judge);
    for (size_t i = 0; i < verdicts.findings.count; i++)
        rw_findings_copy(findings, &verdicts.findings.items[i]);
    rw_host_verdicts_done(&verdicts);
}

void rw_host_verdicts_done(struct rw_host_verdicts *verdicts)
{
    for (size_t i = 0; i < verdicts->row_count; i++) {
        free(verdicts->rows[i].item);
        free(verdicts->rows[i].found);
        free(verdicts->rows[i].needed);
        free(verdicts->rows[i].source);
    }
    free(verdicts->rows);
    rw_findings_done(&verdicts->findings);
    *verdicts = (struct rw_host_verdicts){0};
}

bool rw_host_verdicts_pass(const struct rw_host_verdicts *verdicts)
{
    for (size_t i = 0; i < verdicts->row_count; i++) {
        const struct rw_host_row *row = &verdicts->rows[i];
        if (row->severity == RW_SEVERITY_FAIL ||
            (row->severity == RW_SEVERITY_UNKNOWN && row->required))
            return false;
    }
    return true;
}

const char *rw_host_row_label(const struct rw_host_row *row)
{
    return row->check == RW_CHECK_COUNT ? _("all requirements") : _(rw_check_label(row->check));
}

const char *rw_host_row_name(const struct rw_host_row *row)
{
    return row->check == RW_CHECK_COUNT ? "all" : rw_check_name(row->check);
}
