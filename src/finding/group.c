/* SPDX-License-Identifier: Apache-2.0 */
#include "finding/group.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/text.h"

#define NAME_MAX_SHOWN 253

/* The visible text of a finding, without the host and the command to paste. */
static char *text_of(const struct rw_finding *finding)
{
    struct rw_buf text = {0};
    rw_buf_addf(&text, "%d", (int)finding->severity);
    for (int part = RW_FINDING_FACT; part < RW_FINDING_SAME_AS; part++) {
        char *one = rw_finding_text(finding, (enum rw_finding_part)part);
        rw_buf_addf(&text, "\n%s", one);
        free(one);
    }
    return rw_buf_take(&text);
}

static void add_host(struct rw_finding_group *group, const char *host)
{
    if (!host)
        return;
    for (size_t i = 0; i < group->host_count; i++)
        if (strcmp(group->hosts[i], host) == 0)
            return;
    group->hosts = rw_reallocarray(group->hosts, group->host_count + 1, sizeof *group->hosts);
    group->hosts[group->host_count++] = host;
}

static bool same_hosts(const struct rw_finding_group *a, const struct rw_finding_group *b)
{
    if (a->host_count != b->host_count)
        return false;
    for (size_t i = 0; i < a->host_count; i++)
        if (strcmp(a->hosts[i], b->hosts[i]) != 0)
            return false;
    return true;
}

/* The worst severity among the groups of these hosts. */
static enum rw_severity worst(const struct rw_finding_groups *groups,
                              const struct rw_finding_group *of)
{
    enum rw_severity found = RW_SEVERITY_OK;
    for (size_t i = 0; i < groups->count; i++)
        if (same_hosts(&groups->items[i], of) && groups->items[i].finding->severity > found)
            found = groups->items[i].finding->severity;
    return found;
}

/* The rank of each group is worked out once; sorting is by rank alone. */
struct ranked {
    struct rw_finding_group group;
    enum rw_severity worst;
    size_t first; /* index of the first group with these hosts */
    size_t index;
};

static int by_rank(const void *left, const void *right)
{
    const struct ranked *a = left, *b = right;
    if (a->worst != b->worst)
        return a->worst > b->worst ? -1 : 1;
    if ((a->group.host_count == 0) != (b->group.host_count == 0))
        return a->group.host_count == 0 ? -1 : 1;
    if (a->first != b->first)
        return a->first < b->first ? -1 : 1;
    if (a->group.finding->severity != b->group.finding->severity)
        return a->group.finding->severity > b->group.finding->severity ? -1 : 1;
    return a->index < b->index ? -1 : 1;
}

static void sort(struct rw_finding_groups *groups)
{
    struct ranked *ranked = rw_calloc(groups->count, sizeof *ranked);
    for (size_t i = 0; i < groups->count; i++) {
        size_t first = 0;
        while (!same_hosts(&groups->items[first], &groups->items[i]))
            first++;
        ranked[i] = (struct ranked){groups->items[i], worst(groups, &groups->items[i]), first, i};
    }
    qsort(ranked, groups->count, sizeof *ranked, by_rank);
    for (size_t i = 0; i < groups->count; i++)
        groups->items[i] = ranked[i].group;
    free(ranked);
}

void rw_finding_groups(struct rw_finding_groups *groups, const struct rw_findings *list)
{
    char **texts = rw_calloc(list->count, sizeof *texts);
    *groups = (struct rw_finding_groups){0};
    groups->items = rw_calloc(list->count, sizeof *groups->items);
    for (size_t i = 0; i < list->count; i++) {
        const struct rw_finding *finding = &list->items[i];
        size_t at = 0;
        char *text = text_of(finding);
        while (at < groups->count &&
               (groups->items[at].finding->id != finding->id || strcmp(texts[at], text) != 0))
            at++;
        if (at < groups->count) {
            free(text);
        } else {
            texts[groups->count] = text;
            groups->items[groups->count++] = (struct rw_finding_group){.finding = finding};
        }
        add_host(&groups->items[at], finding->host);
    }
    for (size_t i = 0; i < groups->count; i++)
        free(texts[i]);
    free(texts);
    if (groups->count > 0)
        sort(groups);
}

void rw_finding_groups_done(struct rw_finding_groups *groups)
{
    for (size_t i = 0; i < groups->count; i++)
        free(groups->items[i].hosts);
    free(groups->items);
    *groups = (struct rw_finding_groups){0};
}

char *rw_finding_group_hosts(const struct rw_finding_group *group)
{
    struct rw_buf names = {0};
    for (size_t i = 0; i < group->host_count; i++) {
        char *name = rw_text_printable(group->hosts[i], strlen(group->hosts[i]), NAME_MAX_SHOWN);
        rw_buf_addf(&names, "%s%s", i > 0 ? ", " : "", name);
        free(name);
    }
    return rw_buf_take(&names);
}
