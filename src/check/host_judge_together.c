/* SPDX-License-Identifier: Apache-2.0 */
/* Problems between hosts: names, machine ids, clocks. */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "check/host_judge_parts.h"

void host_judge_name(struct host_judge *judge)
{
    const char *found = judge->facts->hostname;
    bool known = found && *found;
    struct rw_finding *finding =
        host_judge_state(judge, RW_CHECK_NAME,
                         host_state_of(known, known && strcasecmp(found, judge->host->name) == 0),
                         NULL, found, judge->host->name);
    if (finding)
        rw_finding_set(finding, "found", found);
}

/* ---- what must be unique ---- */

static const char *hostname_of(const struct rw_host_facts *facts)
{
    return facts->hostname;
}

static const char *machine_id_of(const struct rw_host_facts *facts)
{
    return facts->machine_id;
}

static void unique(struct host_judge *judge, enum rw_check_id check,
                   const char *(*value_of)(const struct rw_host_facts *))
{
    const char *value = value_of(judge->facts);
    struct rw_buf others = {0};
    bool known = value && *value;
    for (size_t i = 0; known && i < judge->cluster->host_count; i++) {
        const char *other = value_of(&judge->all[i]);
        if (i != judge->index && other && strcasecmp(value, other) == 0)
            rw_buf_addf(&others, "%s%s", others.len ? ", " : "", judge->cluster->hosts[i].name);
    }
    struct rw_finding *finding = host_judge_state(
        judge, check, host_state_of(known, others.len == 0), NULL, value, _("unique"));
    if (finding) {
        rw_finding_set(finding, "found", value);
        rw_finding_set(finding, "others", others.data);
    }
    rw_buf_done(&others);
}

void host_judge_unique_name(struct host_judge *judge)
{
    unique(judge, RW_CHECK_UNIQUE_NAME, hostname_of);
}

void host_judge_unique_machine_id(struct host_judge *judge)
{
    unique(judge, RW_CHECK_UNIQUE_MACHINE_ID, machine_id_of);
}

/* Source: machine-id(5): 32 hex digits. */
void host_judge_machine_id(struct host_judge *judge)
{
    const char *id = judge->facts->machine_id;
    bool good = id && strlen(id) == 32 && strspn(id, "0123456789abcdefABCDEF") == 32 &&
                strspn(id, "0") < 32;
    struct rw_finding *finding = host_judge_state(
        judge, RW_CHECK_MACHINE_ID, host_state_of(id != NULL, good), NULL, id, _("present"));
    if (finding)
        rw_finding_set(finding, "found", id && *id ? id : _("none"));
}

/* ---- clocks ---- */

/* A host that seems to be behind by no more than this is not; by more, its answer may have been
 * slow. */
#define DOUBT_MS 1000

/* The script read the host's clock after it was sent and before its answer came. */
static struct host_clock clock_of(const struct rw_host_facts *facts)
{
    struct host_clock clock = {0};
    if (!facts->read || facts->clock_end_ms < 0 || facts->arrived_ms <= 0)
        return clock;
    clock.low = clock.high = facts->clock_end_ms - facts->arrived_ms;
    if (facts->sent_ms > 0 && facts->clock_begin_ms >= 0)
        clock.high = facts->clock_begin_ms - facts->sent_ms;
    /* Else it was set meanwhile. */
    clock.known = clock.low <= clock.high;
    return clock;
}

static int compare(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return x < y ? -1 : x > y;
}

/* The clocks are measured by the one in the middle; that of the console counts where there is no
 * middle. */
void host_judge_clocks(struct host_judge *judge)
{
    int64_t *values = rw_calloc(judge->cluster->host_count + 1, sizeof *values);
    size_t count = 0;
    for (size_t i = 0; i < judge->cluster->host_count; i++) {
        judge->clocks[i] = clock_of(&judge->all[i]);
        if (judge->clocks[i].known)
            values[count++] = judge->clocks[i].low;
    }
    if (count < 3 || count % 2 == 0)
        values[count++] = 0;
    qsort(values, count, sizeof *values, compare);
    judge->reference_ms = values[(count - 1) / 2];
    free(values);
}

/* By how many ms the clock is wrong for sure, or RW_UNKNOWN_NUMBER. */
static int64_t surely_off(const struct host_clock *clock, int64_t reference)
{
    int64_t seen = clock->low - reference, sure = reference - clock->high;
    if (!clock->known)
        return RW_UNKNOWN_NUMBER;
    if (seen >= -DOUBT_MS)
        return seen < 0 ? -seen : seen;
    return sure > DOUBT_MS ? sure : RW_UNKNOWN_NUMBER;
}

void host_judge_clock(struct host_judge *judge)
{
    enum { US_IN_MS = 1000 };
    const struct host_clock *clock = &judge->clocks[judge->index];
    int64_t off = surely_off(clock, judge->reference_ms), most = INT64_MAX / US_IN_MS / 2;
    if (off > most)
        off = most;
    char *shown = rw_requirement_value(RW_UNIT_TIME, off < 0 ? 0 : off * US_IN_MS);
    char *found = rw_asprintf("%s%s", clock->low < judge->reference_ms ? "-" : "+", shown);
    struct rw_finding *finding =
        host_judge_value(judge, RW_CHECK_CLOCK, off < 0 ? off : off * US_IN_MS, found);
    if (finding)
        host_judge_add_time(judge, finding);
    free(shown);
    free(found);
}
