/* SPDX-License-Identifier: Apache-2.0 */
#include "check/requirements.h"

#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/text.h"
#include "check/requirements_read.h"
#include "plan/node_scripts.h"

static const struct RW_ROW {
    const char *name, *label;
    enum rw_requirement_unit unit;
    const char *findings;
} checks[RW_CHECK_COUNT] = {
#define X(id, called, labelled, unit_, codes)                                                      \
    [RW_CHECK_##                                                                                   \
        id] = {.name = called, .label = labelled, .unit = RW_UNIT_##unit_, .findings = codes},
    RW_CHECK_MAP(X)
#undef X
};

const char *rw_check_name(enum rw_check_id check)
{
    return checks[check].name;
}

const char *rw_check_label(enum rw_check_id check)
{
    return checks[check].label;
}

enum rw_requirement_unit rw_check_unit(enum rw_check_id check)
{
    return checks[check].unit;
}

const char *rw_check_findings(enum rw_check_id check)
{
    return checks[check].findings;
}

/* ---- the list ---- */

void rw_requirements_init(struct rw_requirements *list)
{
    struct rw_findings findings = {0};
    const char *text = rw_node_script("requirements.yaml");
    *list = (struct rw_requirements){0};
    /* The built-in file is valid: a test proves it. */
    if (rw_requirements_parse(list, text, strlen(text), "requirements.yaml", &findings) != 0)
        abort();
    rw_findings_done(&findings);
}

void rw_requirements_done(struct rw_requirements *list)
{
    for (size_t i = 0; i < list->count; i++)
        free(list->items[i].source);
    free(list->items);
    *list = (struct rw_requirements){0};
}

/* Takes what is in added. */
void rw_requirements_replace(struct rw_requirements *list, struct rw_requirements *added)
{
    bool named[RW_CHECK_COUNT] = {false};
    size_t kept = 0;
    for (size_t i = 0; i < added->count; i++)
        named[added->items[i].check] = true;
    for (size_t i = 0; i < list->count; i++) {
        if (named[list->items[i].check])
            free(list->items[i].source);
        else
            list->items[kept++] = list->items[i];
    }
    list->count = kept;
    if (added->count > 0) {
        list->items = rw_reallocarray(list->items, kept + added->count, sizeof *list->items);
        memcpy(list->items + kept, added->items, added->count * sizeof *added->items);
        list->count += added->count;
    }
    free(added->items);
    *added = (struct rw_requirements){0};
}

/* ---- one requirement ---- */

bool rw_requirement_applies(const struct rw_requirement *requirement,
                            const struct rw_cluster *cluster, const struct rw_host *host)
{
    unsigned kind = host->role == RW_ROLE_AGENT      ? RW_ON_AGENT
                    : cluster->servers_run_workloads ? RW_ON_SERVER_WITH_WORKLOADS
                                                     : RW_ON_SERVER_ONLY;
    return requirement->severity > RW_SEVERITY_OK && (requirement->hosts & kind);
}

bool rw_requirement_met(const struct rw_requirement *requirement, int64_t value)
{
    int64_t limit = requirement->needs, slack = limit / 100 * requirement->tolerance +
                                                limit % 100 * requirement->tolerance / 100;
    return rw_check_unit(requirement->check) == RW_UNIT_TIME ? value <= limit + slack
                                                             : value >= limit - slack;
}

const char *rw_requirement_source(const struct rw_requirement *requirement)
{
    static const struct {
        const char *word, *text;
    } sources[] = {
        {"rke2", N_("RKE2 documentation")},
        {"rke2-issues", N_("RKE2 documentation, known issues")},
        {"production", N_("production deployment guide")},
        {"etcd", N_("etcd documentation, hardware")},
        {"kubernetes", N_("Kubernetes documentation")},
        {"experience", N_("known failures")},
        {"wizard", N_("this program and the RKE2 installer")},
    };
    for (size_t i = 0; i < RW_COUNT(sources); i++)
        if (strcmp(requirement->source, sources[i].word) == 0)
            return _(sources[i].text);
    return requirement->source;
}

/* ---- values ---- */

/* value / unit with one digit behind the point, towards zero. */
static char *tenths(int64_t value, int64_t unit, const char *name)
{
    int64_t whole = value / unit, tenth = value % unit * 10 / unit;
    return tenth ? rw_asprintf("%lld.%lld %s", (long long)whole, (long long)tenth, name)
                 : rw_asprintf("%lld %s", (long long)whole, name);
}

/* Upwards, so that a time over its limit never reads like the limit. */
static char *tenths_up(int64_t value, int64_t unit, const char *name)
{
    int64_t step = unit / 10;
    return tenths((value + step - 1) / step * step, unit, name);
}

char *rw_requirement_value(enum rw_requirement_unit unit, int64_t value)
{
    enum { GIB = 1 << 20, MIB = 1 << 10, MS = 1000, S = 1000 * MS };
    switch (unit) {
    case RW_UNIT_SIZE:
        return value >= GIB ? tenths(value, GIB, "GiB") : tenths(value, MIB, "MiB");
    case RW_UNIT_TIME:
        return value >= S ? tenths_up(value, S, "s") : tenths_up(value, MS, "ms");
    default:
        return rw_asprintf("%lld", (long long)value);
    }
}
