/* The report of a check, for people to read and to keep: Markdown, without secrets. Pure. */
#ifndef RW_CHECK_REPORT_H
#define RW_CHECK_REPORT_H

#include <stdint.h>

#include "base/buf.h"
#include "check/check.h"

/* A finding that fails, and why somebody goes on in spite of it. */
struct rw_override {
    enum rw_finding_id id;
    char *reason;
};

struct rw_report {
    const struct rw_cluster *cluster;
    const struct rw_check_result *result;
    const struct rw_override *overrides;
    size_t override_count;
    int64_t wall_ms; /* when it was checked: rw_clock_wall_ms() */
};

/* Appends the report in the current language: cluster and hosts, what stands against an install,
 * then each part as it was found. */
void rw_report_add(struct rw_buf *out, const struct rw_report *report);

#endif
