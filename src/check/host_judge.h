/* SPDX-License-Identifier: Apache-2.0 */
/* Judges the facts of the hosts, each by itself and all together. Pure: from facts and requirements
 * to rows and findings, in the language of the moment. */
#ifndef RW_CHECK_HOST_JUDGE_H
#define RW_CHECK_HOST_JUDGE_H

#include <stdbool.h>
#include <stddef.h>

#include "check/host_facts.h"
#include "check/requirements.h"
#include "cluster/cluster.h"
#include "finding/finding.h"

#define RW_HOST_NO_FINDING (-1)

/* Strings are owned, and already in the language of the moment. */
struct rw_host_row {
    size_t host;
    enum rw_check_id check; /* RW_CHECK_COUNT: all of them, on a host that reported nothing */
    char *item;             /* what exactly, such as "10248/tcp" or an address; or NULL */
    enum rw_severity severity;
    bool required; /* had it been wrong, nothing could be installed: unknown is no pass then */
    char *found, *needed, *source; /* "" when there is nothing to say */
    int finding;                   /* index in the findings, or RW_HOST_NO_FINDING */
};

/* `struct rw_host_verdicts verdicts = {0};` is empty. */
struct rw_host_verdicts {
    struct rw_host_row *rows; /* by host, then in the order of the checks; those that pass too */
    size_t row_count;
    struct rw_findings findings;
};

/* Judges; facts has one entry for each host of the cluster, with sent_ms and arrived_ms set.
 * *verdicts is empty before, and to be freed by rw_host_verdicts_done(). */
void rw_hosts_judge(struct rw_host_verdicts *verdicts, const struct rw_cluster *cluster,
                    const struct rw_requirements *requirements, const struct rw_host_facts *facts);
/* The findings of one check about one host, by its facts alone: none of those that compare hosts.
 */
void rw_host_judge_check(struct rw_findings *findings, const struct rw_cluster *cluster,
                         const struct rw_requirements *requirements, size_t host,
                         const struct rw_host_facts *facts, enum rw_check_id check);
void rw_host_verdicts_done(struct rw_host_verdicts *verdicts);
/* Whether all checks passed: no failure, and nothing required that is unknown. */
bool rw_host_verdicts_pass(const struct rw_host_verdicts *verdicts);
/* "memory" and the like, translated; static. */
const char *rw_host_row_label(const struct rw_host_row *row);
/* The name for programs, such as "memory"; "all" for a host that reported nothing; static. */
const char *rw_host_row_name(const struct rw_host_row *row);

#endif
