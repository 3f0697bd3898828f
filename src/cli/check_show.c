/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/check_show.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cli/session.h"
#include "cli/words.h"
#include "operation/report.h"

static const char *host_name(const struct rw_cluster *cluster, int host)
{
    return host >= 0 ? cluster->hosts[host].name : "-";
}

static const char *role_name(const struct rw_cluster *cluster, int host)
{
    return host >= 0 ? rw_role_name(cluster->hosts[host].role) : "-";
}

static int column(int width, const char *text)
{
    int length = (int)strlen(text);
    return length > width ? length : width;
}

/* The words of the table are the same in every language, so bytes are cells. */
static void print_table(const struct rw_cluster *cluster, const struct rw_dns_verdicts *verdicts)
{
    int address = column(0, "ADDRESS"), host = column(0, "HOST");
    for (size_t i = 0; i < verdicts->row_count; i++) {
        address = column(address, verdicts->rows[i].address);
        host = column(host, host_name(cluster, verdicts->rows[i].host));
    }
    printf("  %-*s  %-*s  %-6s  %-20s  %-9s  %s\n", address, "ADDRESS", host, "HOST", "ROLE",
           "VERDICT", "SEEN BY", "TTL");
    for (size_t i = 0; i < verdicts->row_count; i++) {
        const struct rw_dns_row *row = &verdicts->rows[i];
        char *verdict = rw_asprintf("%s %s", rw_severity_tag(rw_dns_verdict_severity(row->verdict)),
                                    rw_dns_verdict_name(row->verdict));
        char *seen = rw_asprintf("%zu/%zu", row->seen, row->asked);
        char *ttl = row->ttl >= 0 ? rw_asprintf("%d", row->ttl) : rw_strdup("-");
        printf("  %-*s  %-*s  %-6s  %-20s  %-9s  %s\n", address, row->address, host,
               host_name(cluster, row->host), role_name(cluster, row->host), verdict, seen, ttl);
        free(verdict);
        free(seen);
        free(ttl);
    }
}

static const char *kind_text(enum rw_dns_kind kind)
{
    static const char *const texts[] = {
        [RW_DNS_KIND_UNKNOWN] = N_("could not be determined"),
        [RW_DNS_KIND_ALL] = N_("each contains all addresses"),
        [RW_DNS_KIND_ONE] = N_("each contains only one address"),
        [RW_DNS_KIND_PART] = N_("each contains only a part of the addresses"),
    };
    return _(texts[kind]);
}

static void print_asked(const struct rw_cluster *cluster, const struct rw_dns_evidence *evidence)
{
    struct rw_buf from_here = {0}, hosts = {0};
    for (size_t i = 0; i < evidence->asker_count; i++) {
        const struct rw_dns_asker *asker = &evidence->askers[i];
        struct rw_buf *list = asker->host < 0 ? &from_here : &hosts;
        if (!asker->not_asked)
            rw_buf_addf(list, "%s%s", list->len ? ", " : "",
                        asker->host < 0 ? asker->server : host_name(cluster, asker->host));
    }
    printf(_("Name servers queried from this machine: %s\n"), from_here.len ? from_here.data : "-");
    printf(_("Hosts whose resolver was queried: %s\n"), hosts.len ? hosts.data : "-");
    rw_buf_done(&from_here);
    rw_buf_done(&hosts);
}

static void print_dns(const struct rw_cluster *cluster, const struct rw_check_result *result)
{
    if (!result->dns)
        return;
    printf(_("DNS: addresses of %s\n"), cluster->registration_name);
    print_table(cluster, result->dns);
    print_asked(cluster, result->asked);
    printf(_("Answers: %s\n"), kind_text(result->dns->kind));
    if (!rw_dns_verdicts_pass(result->dns)) {
        struct rw_buf records = {0};
        rw_dns_zone_lines(&records, cluster, result->asked);
        printf("%s\n%s", _("Records that the name should have:"), rw_buf_str(&records));
        rw_buf_done(&records);
    }
    putchar('\n');
}

/* Undetermined checks that have no finding. */
static void print_unknown(const struct rw_cluster *cluster, const struct rw_host_verdicts *hosts)
{
    for (int check = 0; check < RW_CHECK_COUNT; check++) {
        struct rw_buf names = {0};
        const char *label = NULL;
        for (size_t i = 0; i < hosts->row_count; i++) {
            const struct rw_host_row *row = &hosts->rows[i];
            if ((int)row->check != check || row->severity != RW_SEVERITY_UNKNOWN ||
                row->finding != RW_HOST_NO_FINDING)
                continue;
            label = rw_host_row_label(row);
            rw_buf_addf(&names, "%s%s", names.len ? ", " : "", cluster->hosts[row->host].name);
        }
        if (label)
            printf(_("Could not be determined: %s (%s)\n"), label, rw_buf_str(&names));
        rw_buf_done(&names);
    }
}

/* Findings report the problems of a host; this counts them. */
static void print_hosts(const struct rw_cluster *cluster, const struct rw_check_result *result)
{
    int width = column(0, "HOST");
    if (!result->hosts)
        return;
    for (size_t i = 0; i < cluster->host_count; i++)
        width = column(width, cluster->hosts[i].name);
    printf("%s\n  %-*s  %-6s  %4s  %4s  %4s  %4s\n", _("Hosts: checks and results"), width, "HOST",
           "ROLE", "FAIL", "WARN", "??", "OK");
    for (size_t i = 0; i < cluster->host_count; i++) {
        size_t counts[RW_SEVERITY_FAIL + 1] = {0};
        for (size_t k = 0; k < result->hosts->row_count; k++)
            if (result->hosts->rows[k].host == i)
                counts[result->hosts->rows[k].severity]++;
        printf("  %-*s  %-6s  %4zu  %4zu  %4zu  %4zu\n", width, cluster->hosts[i].name,
               rw_role_name(cluster->hosts[i].role), counts[RW_SEVERITY_FAIL],
               counts[RW_SEVERITY_WARN], counts[RW_SEVERITY_UNKNOWN], counts[RW_SEVERITY_OK]);
    }
    print_unknown(cluster, result->hosts);
    putchar('\n');
}

static void print_ports(const struct rw_cluster *cluster, const struct rw_check_result *result)
{
    struct rw_buf lines = {0};
    if (!result->ports)
        return;
    rw_ports_draw(&lines, result->ports, cluster);
    printf("%s\n%s\n", _("Ports: connections between hosts"), rw_buf_str(&lines));
    rw_buf_done(&lines);
}

void rw_check_show(const struct rw_cluster *cluster, const struct rw_check_result *result)
{
    print_dns(cluster, result);
    print_hosts(cluster, result);
    print_ports(cluster, result);
    rw_cli_print_findings(stdout, &result->findings);
    if (result->findings.count > 0)
        putchar('\n');
    char *verdict = rw_words_checked(result);
    puts(verdict);
    free(verdict);
}

bool rw_check_write_report(const char *path, const struct rw_report *report)
{
    struct rw_findings findings = {0};
    bool good = !path || rw_report_write(path, report, &findings) == 0;
    rw_cli_print_findings(stderr, &findings);
    rw_findings_done(&findings);
    return good;
}
