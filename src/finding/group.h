/* SPDX-License-Identifier: Apache-2.0 */
/* Findings as they are listed: what several hosts have in common once, problems first. Pure. */
#ifndef RW_FINDING_GROUP_H
#define RW_FINDING_GROUP_H

#include <stddef.h>

#include "finding/finding.h"

struct rw_finding_group {
    const struct rw_finding *finding; /* the first of them; its "same as" stands for all */
    const char **hosts;               /* names, in the order of the list; none: no host concerned */
    size_t host_count;
};

struct rw_finding_groups {
    struct rw_finding_group *items;
    size_t count;
};

/* Findings with the same fact, why and fix become one. Order: those with equal hosts stand
 * together; first the hosts with the worst problem; what concerns no single host before what does;
 * within that as in the list, worst first. The strings belong to the list. */
void rw_finding_groups(struct rw_finding_groups *groups, const struct rw_findings *list);
void rw_finding_groups_done(struct rw_finding_groups *groups);

/* "ha-m1, ha-w1", to free(); "" without hosts. Safe for a terminal. */
char *rw_finding_group_hosts(const struct rw_finding_group *group);

#endif
