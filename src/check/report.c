/* SPDX-License-Identifier: Apache-2.0 */
#include "check/report.h"

#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "finding/group.h"

#define CELL_MAX 4096

/* Text in a table's cell: a bar would end it. */
static void cell(struct rw_buf *out, const char *text)
{
    char *safe = rw_text_printable(text, strlen(text), CELL_MAX);
    rw_buf_adds(out, " ");
    for (const char *at = safe; *at; at++)
        rw_buf_addf(out, *at == '|' ? "\\%c" : "%c", *at);
    rw_buf_adds(out, " |");
    free(safe);
}

static void row(struct rw_buf *out, const char *const *texts, size_t count)
{
    rw_buf_adds(out, "|");
    for (size_t i = 0; i < count; i++)
        cell(out, texts[i]);
    rw_buf_adds(out, "\n");
}

static void head(struct rw_buf *out, const char *const *texts, size_t count)
{
    rw_buf_adds(out, "|");
    for (size_t i = 0; i < count; i++)
        cell(out, _(texts[i]));
    rw_buf_adds(out, "\n|");
    for (size_t i = 0; i < count; i++)
        rw_buf_adds(out, "---|");
    rw_buf_adds(out, "\n");
}

/* Without the brackets of a list, which would be a link. */
static const char *tag(enum rw_severity severity)
{
    static const char *const names[] = {"OK", "??", "WARN", "FAIL"};
    return names[severity];
}

static void item(struct rw_buf *out, const char *title, const char *text)
{
    rw_buf_adds(out, "- ");
    rw_buf_addf(out, _("%s: %s\n"), title, text);
}

/* ---- the cluster ---- */

static void add_hosts(struct rw_buf *out, const struct rw_cluster *cluster)
{
    static const char *const titles[] = {N_("Host"), N_("Address"), N_("Role")};
    head(out, titles, RW_COUNT(titles));
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_host *host = &cluster->hosts[i];
        const char *texts[] = {host->name, host->address, rw_role_name(host->role)};
        row(out, texts, RW_COUNT(texts));
    }
}

/* ---- findings ---- */

static void add_part(struct rw_buf *out, const struct rw_finding *finding,
                     enum rw_finding_part part, const char *title)
{
    char *text = rw_finding_text(finding, part);
    if (*text)
        item(out, title, text);
    free(text);
}

static void add_command(struct rw_buf *out, const struct rw_finding *finding)
{
    char *text = rw_finding_text(finding, RW_FINDING_SAME_AS);
    if (*text)
        rw_buf_addf(out, "\n```sh\n%s\n```\n", text);
    free(text);
}

static const char *override_of(const struct rw_report *report, enum rw_finding_id id)
{
    for (size_t i = 0; i < report->override_count; i++)
        if (report->overrides[i].id == id)
            return report->overrides[i].reason;
    return NULL;
}

static void add_findings(struct rw_buf *out, const struct rw_report *report)
{
    struct rw_finding_groups groups;
    rw_finding_groups(&groups, &report->result->findings);
    for (size_t i = 0; i < groups.count; i++) {
        const struct rw_finding *finding = groups.items[i].finding;
        char *hosts = rw_finding_group_hosts(&groups.items[i]);
        char *fact = rw_finding_text(finding, RW_FINDING_FACT);
        rw_buf_addf(out, "\n### %s %s%s%s\n\n%s\n\n", tag(finding->severity),
                    rw_finding_code(finding->id), *hosts ? " " : "", hosts, fact);
        const char *reason = rw_finding_blocks(finding) ? override_of(report, finding->id) : NULL;
        if (reason) {
            char *safe = rw_text_printable(reason, strlen(reason), CELL_MAX);
            item(out, _("Override reason"), safe);
            free(safe);
        }
        add_part(out, finding, RW_FINDING_WHY, _("Why"));
        add_part(out, finding, RW_FINDING_FIX, _("Fix"));
        add_command(out, finding);
        free(hosts);
        free(fact);
    }
    if (groups.count == 0)
        rw_buf_addf(out, "\n%s\n", _("No findings."));
    rw_finding_groups_done(&groups);
}

/* ---- repairs ---- */

static void add_repair(struct rw_buf *out, const struct rw_repair_record *repair)
{
    char at[RW_CLOCK_UTC_SIZE];
    rw_clock_utc(repair->begun_ms, at, sizeof at);
    rw_buf_adds(out, "\n### ");
    rw_buf_addf(out, _("%s: %s\n"), repair->host, _(repair->title));
    rw_buf_addc(out, '\n');
    item(out, _("Time"), at);
    if (repair->failure) {
        char *safe = rw_text_printable(repair->failure, strlen(repair->failure), CELL_MAX);
        rw_buf_addf(out, "- FAIL: %s\n", safe);
        free(safe);
    } else {
        rw_buf_addf(out, "- %s\n", repair->ended_ms ? _("done") : _("interrupted; state unknown"));
    }
    if (!repair->lines || !*repair->lines)
        return;
    const char *cursor = repair->lines, *line;
    size_t length;
    rw_buf_adds(out, "\n```sh\n");
    while (rw_text_line(&cursor, &line, &length)) {
        char *safe = rw_text_printable(line, length, CELL_MAX);
        rw_buf_addf(out, "%s\n", safe);
        free(safe);
    }
    rw_buf_adds(out, "```\n");
}

static void add_repairs(struct rw_buf *out, const struct rw_report *report)
{
    if (report->repair_count == 0)
        return;
    rw_buf_addf(out, "\n## %s\n", _("Repairs"));
    for (size_t i = 0; i < report->repair_count; i++)
        add_repair(out, &report->repairs[i]);
}

/* ---- parts ---- */

static void add_dns(struct rw_buf *out, const struct rw_cluster *cluster,
                    const struct rw_check_result *result)
{
    static const char *const titles[] = {N_("Address"), N_("Host"), N_("Verdict"), N_("Seen by"),
                                         N_("TTL")};
    rw_buf_addf(out, "\n## DNS: %s\n\n", cluster->registration_name);
    head(out, titles, RW_COUNT(titles));
    for (size_t i = 0; i < result->dns->row_count; i++) {
        const struct rw_dns_row *found = &result->dns->rows[i];
        char *seen = rw_asprintf("%zu/%zu", found->seen, found->asked);
        char *ttl = found->ttl >= 0 ? rw_asprintf("%d", found->ttl) : rw_strdup("-");
        const char *texts[] = {found->address,
                               found->host >= 0 ? cluster->hosts[found->host].name : "-",
                               rw_dns_verdict_name(found->verdict), seen, ttl};
        row(out, texts, RW_COUNT(texts));
        free(seen);
        free(ttl);
    }
}

static void add_host_rows(struct rw_buf *out, const struct rw_cluster *cluster,
                          const struct rw_host_verdicts *verdicts)
{
    static const char *const titles[] = {N_("Host"),  N_("Checked"), N_("Result"),
                                         N_("Found"), N_("Needed"),  N_("Source")};
    rw_buf_addf(out, "\n## %s\n\n", _("Hosts"));
    head(out, titles, RW_COUNT(titles));
    for (size_t i = 0; i < verdicts->row_count; i++) {
        const struct rw_host_row *found = &verdicts->rows[i];
        char *what = rw_asprintf("%s%s%s", rw_host_row_label(found), found->item ? " " : "",
                                 found->item ? found->item : "");
        const char *texts[] = {cluster->hosts[found->host].name,
                               what,
                               tag(found->severity),
                               found->found,
                               found->needed,
                               found->source};
        row(out, texts, RW_COUNT(texts));
        free(what);
    }
}

static void add_ports(struct rw_buf *out, const struct rw_cluster *cluster,
                      const struct rw_check_result *result)
{
    rw_buf_addf(out, "\n## %s\n\n```\n", _("Ports"));
    rw_ports_draw(out, result->ports, cluster);
    rw_buf_adds(out, "```\n");
}

void rw_report_add(struct rw_buf *out, const struct rw_report *report)
{
    const struct rw_findings *findings = &report->result->findings;
    size_t fail = rw_findings_at_least(findings, RW_SEVERITY_FAIL);
    size_t warn = rw_findings_at_least(findings, RW_SEVERITY_WARN) - fail;
    char checked[RW_CLOCK_UTC_SIZE];
    rw_clock_utc(report->wall_ms, checked, sizeof checked);
    rw_buf_addf(out, "# %s %s\n\n", _("Check of cluster"), report->cluster->name);
    item(out, _("Time"), checked);
    item(out, _("Registration name"), report->cluster->registration_name);
    rw_buf_addf(out, "- FAIL: %zu, WARN: %zu, ??: %zu\n\n", fail, warn,
                findings->count - fail - warn);
    add_hosts(out, report->cluster);
    rw_buf_addf(out, "\n## %s\n", _("Findings"));
    add_findings(out, report);
    add_repairs(out, report);
    if (report->result->dns)
        add_dns(out, report->cluster, report->result);
    if (report->result->hosts)
        add_host_rows(out, report->cluster, report->result->hosts);
    if (report->result->ports)
        add_ports(out, report->cluster, report->result);
}
