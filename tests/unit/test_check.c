/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "check/check.h"
#include "check/report.h"
#include "cli/words.h"
#include "finding/group.h"
#include "helpers.h"

/* ---- parts ---- */

Test(check, parts_are_read_by_name)
{
    cr_expect_eq(rw_check_parts("dns"), (unsigned)RW_CHECK_DNS);
    cr_expect_eq(rw_check_parts("ports,dns"), (unsigned)(RW_CHECK_PORTS | RW_CHECK_DNS));
    cr_expect_eq(rw_check_parts("dns,hosts,ports"), (unsigned)RW_CHECK_ALL);
    cr_expect_eq(rw_check_parts(""), 0u);
    cr_expect_eq(rw_check_parts("dns,"), 0u);
    cr_expect_eq(rw_check_parts("DNS"), 0u);
    cr_expect_eq(rw_check_parts("dns,cpu"), 0u);
}

/* ---- findings of several hosts ---- */

static void add(struct rw_findings *list, enum rw_finding_id id, const char *host,
                const char *address, const char *found)
{
    rw_findings_add(list, id, host, "address", address, "port", "22", "user", "root", "found",
                    found, "needed", "8", NULL);
}

/* "R-11 ha-m1,ha-m2; D-01 ;" */
static char *grouped(const struct rw_findings *list)
{
    struct rw_finding_groups groups;
    struct rw_buf out = {0};
    rw_finding_groups(&groups, list);
    for (size_t i = 0; i < groups.count; i++) {
        char *hosts = rw_finding_group_hosts(&groups.items[i]);
        rw_buf_addf(&out, "%s %s; ", rw_finding_code(groups.items[i].finding->id), hosts);
        free(hosts);
    }
    rw_finding_groups_done(&groups);
    return rw_buf_take(&out);
}

Test(check, what_hosts_have_in_common_is_listed_once_and_problems_first)
{
    struct rw_findings list = {0};
    add(&list, RW_F_CPU_PRODUCTION, "ha-m1", "10.0.0.1", "2");
    add(&list, RW_F_CPU_PRODUCTION, "ha-m2", "10.0.0.2", "2");
    add(&list, RW_F_CPU_PRODUCTION, "ha-m3", "10.0.0.3", "4");
    add(&list, RW_F_SWAP_ON, "ha-m3", "10.0.0.3", "1 GiB");
    add(&list, RW_F_MEMORY_MINIMUM, "ha-m3", "10.0.0.3", "1 GiB");
    rw_findings_add(&list, RW_F_DNS_ONE, NULL, "name", "rke2.test", NULL);
    rw_findings_add(&list, RW_F_DNS_NODATA, NULL, "name", "rke2.test", NULL);
    char *text = grouped(&list);
    cr_expect_str_eq(text, "D-16 ; D-07 ; R-12 ha-m3; R-11 ha-m3; R-39 ha-m3; R-11 ha-m1, ha-m2; ");
    free(text);
    rw_findings_done(&list);
    text = grouped(&list);
    cr_expect_str_eq(text, "");
    free(text);
}

/* ---- the report ---- */

static char *report_of(const struct rw_cluster *cluster, const struct rw_check_result *result,
                       const struct rw_override *overrides, size_t count)
{
    struct rw_report report = {
        .cluster = cluster, .result = result, .overrides = overrides, .override_count = count};
    struct rw_buf out = {0};
    rw_report_add(&out, &report);
    return rw_buf_take(&out);
}

Test(check, the_report_tells_what_was_repaired)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_check_result result = {0};
    static char title[] = "Disable swap", failure[] = "sed: status 1";
    static char off[] = "swapoff -a\n", both[] = "swapoff -a\nsed x\n";
    static char hosts[][6] = {"ha-m1", "ha-m2", "ha-m3"};
    const struct rw_repair_record repairs[] = {
        {hosts[0], title, both, NULL, 1000, 2000},
        {hosts[1], title, off, failure, 1000, 2000},
        {hosts[2], title, NULL, NULL, 1000, 0},
    };
    struct rw_report report = {.cluster = cluster,
                               .result = &result,
                               .repairs = repairs,
                               .repair_count = RW_COUNT(repairs)};
    struct rw_buf out = {0};
    rw_report_add(&out, &report);
    const char *text = strstr(rw_buf_str(&out), "## Repairs");
    cr_assert(text);
    cr_expect_str_eq(text,
                     "## Repairs\n"
                     "\n"
                     "### ha-m1: Disable swap\n"
                     "\n"
                     "- Time: 1970-01-01T00:00:01Z\n"
                     "- done\n"
                     "\n"
                     "```sh\n"
                     "swapoff -a\n"
                     "sed x\n"
                     "```\n"
                     "\n"
                     "### ha-m2: Disable swap\n"
                     "\n"
                     "- Time: 1970-01-01T00:00:01Z\n"
                     "- FAIL: sed: status 1\n"
                     "\n"
                     "```sh\n"
                     "swapoff -a\n"
                     "```\n"
                     "\n"
                     "### ha-m3: Disable swap\n"
                     "\n"
                     "- Time: 1970-01-01T00:00:01Z\n"
                     "- interrupted; state unknown\n",
                     "%s", text);
    rw_buf_done(&out);
    rw_cluster_free(cluster);
}

Test(check, the_report_names_findings_and_reasons_and_no_secret)
{
    struct rw_cluster *cluster = demo_cluster();
    struct rw_check_result result = {.parts = RW_CHECK_HOSTS};
    add(&result.findings, RW_F_MEMORY_MINIMUM, "ha-m1", "192.168.205.85", "1 GiB | 2");
    char reason[] = "a test\nonly";
    struct rw_override override = {RW_F_MEMORY_MINIMUM, reason};
    char *text = report_of(cluster, &result, &override, 1);
    cr_expect(strstr(text, "# Check of cluster demo\n"), "%s", text);
    cr_expect(strstr(text, "- Time: 1970-01-01T00:00:00Z\n"), "%s", text);
    cr_expect(strstr(text, "- FAIL: 1, WARN: 0, ??: 0\n"), "%s", text);
    cr_expect(strstr(text, "| ha-m1 | 192.168.205.85 | server |\n"), "%s", text);
    cr_expect(strstr(text, "### FAIL R-12 ha-m1\n"), "%s", text);
    cr_expect(strstr(text, "- Override reason: a test?only\n"), "%s", text);
    cr_expect(strstr(text, "```sh\nssh -p 22 root@192.168.205.85"), "%s", text);
    cr_expect(!strstr(text, cluster->token), "%s", text);
    free(text);
    override.id = RW_F_CPU_MINIMUM;
    text = report_of(cluster, &result, &override, 1);
    cr_expect(!strstr(text, "Overridden"), "%s", text);
    free(text);
    rw_findings_done(&result.findings);
    text = report_of(cluster, &result, NULL, 0);
    cr_expect(strstr(text, "No findings."), "%s", text);
    free(text);
    rw_cluster_free(cluster);
}

static void expect_words(const struct rw_check_result *result, const char *expected)
{
    char *text = rw_words_checked(result);
    cr_expect_str_eq(text, expected);
    free(text);
}

Test(check, all_have_passed_only_when_nothing_is_found_or_unknown)
{
    struct rw_check_result result = {0};
    struct rw_host_row row = {.severity = RW_SEVERITY_UNKNOWN, .finding = RW_HOST_NO_FINDING};
    struct rw_host_verdicts hosts = {.rows = &row, .row_count = 1};
    expect_words(&result, "All checks passed.");
    result.hosts = &hosts;
    expect_words(&result, "No check failed; some results could not be determined.");
    add(&result.findings, RW_F_CPU_PRODUCTION, "ha-m1", "10.0.0.1", "2");
    expect_words(&result, "No check failed; 1 warning.");
    add(&result.findings, RW_F_CPU_PRODUCTION, "ha-m2", "10.0.0.2", "2");
    add(&result.findings, RW_F_CHECK_UNKNOWN, "ha-m1", "10.0.0.1", "2");
    expect_words(&result, "No check failed; 2 warnings.");
    add(&result.findings, RW_F_CPU_MINIMUM, "ha-m1", "10.0.0.1", "1");
    expect_words(&result, "Fix the problems marked FAIL before installing.");
    rw_findings_done(&result.findings);
    result.hosts = NULL;
    add(&result.findings, RW_F_CHECK_UNKNOWN, "ha-m1", "10.0.0.1", "2");
    expect_words(&result, "No check failed; some results could not be determined.");
    rw_findings_done(&result.findings);
}

Test(check, a_failure_blocks_and_nothing_less_does)
{
    struct rw_check_result result = {0};
    cr_expect(!rw_check_blocks(&result));
    add(&result.findings, RW_F_CPU_PRODUCTION, "ha-m1", "10.0.0.1", "2");
    add(&result.findings, RW_F_CHECK_UNKNOWN, "ha-m1", "10.0.0.1", "2");
    cr_expect(!rw_check_blocks(&result));
    add(&result.findings, RW_F_CPU_MINIMUM, "ha-m1", "10.0.0.1", "1");
    cr_expect(rw_check_blocks(&result));
    rw_findings_done(&result.findings);
}

Test(check, an_essential_that_is_unknown_is_no_pass)
{
    struct rw_host_row row = {.severity = RW_SEVERITY_UNKNOWN, .required = true};
    struct rw_host_verdicts hosts = {.rows = &row, .row_count = 1};
    struct rw_check_result result = {.hosts = &hosts};
    cr_expect(rw_check_blocks(&result));
    char *text = rw_words_checked(&result);
    cr_expect(strstr(text, "could not be made"), "%s", text);
    free(text);
    row.required = false;
    cr_expect(!rw_check_blocks(&result));
}
