/* SPDX-License-Identifier: Apache-2.0 */
/* The report of a check, for people to read and to keep: Markdown, without secrets. Pure. */
#ifndef RW_CHECK_REPORT_H
#define RW_CHECK_REPORT_H

#include <stdint.h>

#include "base/buf.h"
#include "check/check.h"

/* A finding that fails, and the user's reason to override it. */
struct rw_override {
    enum rw_finding_id id;
    char *reason;
};

/* A repair that was begun on a host. */
struct rw_repair_record {
    char *host;
    char *title;                /* what it does, translatable */
    char *lines;                /* that ran, each ended by "\n"; NULL: not known */
    char *failure;              /* why it failed, or NULL */
    int64_t begun_ms, ended_ms; /* wall clock; 0: its end was not reported */
};

struct rw_report {
    const struct rw_cluster *cluster;
    const struct rw_check_result *result;
    const struct rw_override *overrides;
    size_t override_count;
    int64_t wall_ms; /* when it was checked: rw_clock_wall_ms() */
    const struct rw_repair_record *repairs;
    size_t repair_count;
};

/* Appends the report in the current language: cluster and hosts, the findings that block the
 * install, the repairs, then the result of each part. */
void rw_report_add(struct rw_buf *out, const struct rw_report *report);

#endif
