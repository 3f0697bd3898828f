/* SPDX-License-Identifier: Apache-2.0 */
#include "operation/report.h"

#include "base/error.h"
#include "base/file.h"
#include "install/repair_log.h"

int rw_report_write(const char *path, const struct rw_report *report, struct rw_findings *findings)
{
    struct rw_buf text = {0};
    struct rw_error err;
    struct rw_repair_records repairs = {0};
    struct rw_report whole = *report;
    rw_repair_log_read(report->cluster->name, &repairs);
    whole.repairs = repairs.items;
    whole.repair_count = repairs.count;
    rw_report_add(&text, &whole);
    rw_repair_records_done(&repairs);
    int rc = rw_file_write(path, rw_buf_str(&text), text.len, 0600, &err);
    if (rc != 0)
        rw_findings_add(findings, RW_F_REPORT_UNWRITABLE, NULL, "reason", err.message, "file", path,
                        NULL);
    rw_buf_done(&text);
    return rc;
}
