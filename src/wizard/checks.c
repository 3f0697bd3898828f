/* SPDX-License-Identifier: Apache-2.0 */
/* The checks of steps 3 and 4. One runs at a time, for the connections have one user at a time; the
 * last result stays to be looked at while the next check runs. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "cluster/names.h"
#include "wizard/wizard_private.h"

#define AGAIN_MS 10000 /* between two looks at DNS while step 3 is open */

static const unsigned parts[SLOT_COUNT] = {
    [SLOT_DNS] = RW_CHECK_DNS,
    [SLOT_REQUIREMENTS] = RW_CHECK_HOSTS | RW_CHECK_PORTS,
};

static struct wizard_slot *running_slot(struct rw_wizard *wizard)
{
    for (size_t i = 0; i < SLOT_COUNT; i++)
        if (wizard->checks.slots[i].running)
            return &wizard->checks.slots[i];
    return NULL;
}

bool checks_busy(const struct rw_wizard *wizard)
{
    return running_slot((struct rw_wizard *)wizard) != NULL;
}

/* ---- the end of a check ---- */

static void on_gone(void *context)
{
    struct rw_wizard *wizard = context;
    wizard->checks.closing--;
    wizard_soon(wizard);
    wizard_settle_closing(wizard);
}

static void let_go(struct rw_wizard *wizard, struct rw_check **check)
{
    struct rw_check *gone = *check;
    *check = NULL;
    if (!gone)
        return;
    wizard->checks.closing++;
    rw_check_free(gone, on_gone, wizard);
}

/* From now on these checks hold the result of each part; those that hold none are freed. */
static void show(struct rw_wizard *wizard, struct wizard_slot *slot, struct rw_check *const *checks)
{
    struct rw_check *before[SLOT_PARTS];
    memcpy(before, slot->shown, sizeof before);
    memcpy(slot->shown, checks, sizeof slot->shown);
    if (before[0] == before[1])
        before[1] = NULL;
    for (size_t i = 0; i < SLOT_PARTS; i++)
        if (before[i] != checks[0] && before[i] != checks[1])
            let_go(wizard, &before[i]);
    rw_findings_done(&slot->merged.findings);
    slot->merged = (struct rw_check_result){0};
}

bool checks_drop(struct rw_wizard *wizard)
{
    uv_timer_stop(&wizard->checks.again);
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        struct wizard_slot *slot = &wizard->checks.slots[i];
        struct rw_check *nobody[SLOT_PARTS] = {NULL};
        let_go(wizard, &slot->running);
        show(wizard, slot, nobody);
        slot->result = NULL;
        slot->wanted = false;
    }
    return wizard->checks.closing == 0;
}

/* ---- a check ---- */

static void on_progress(void *context, enum rw_check_part part, size_t done, size_t total)
{
    struct rw_wizard *wizard = context;
    struct wizard_slot *slot = running_slot(wizard);
    slot->part = part;
    slot->done = done;
    slot->total = total;
    wizard_changed(wizard);
}

static void on_again(uv_timer_t *timer)
{
    struct rw_wizard *wizard = timer->data;
    if (wizard->step == RW_WIZARD_DNS)
        checks_want(wizard, SLOT_DNS);
}

/* What two checks of step REQUIREMENTS have found, the newer one only of one part. */
static void merge(struct rw_check_result *merged, const struct rw_check_result *newer,
                  const struct rw_check_result *older)
{
    merged->hosts = newer->hosts ? newer->hosts : older->hosts;
    merged->ports = newer->ports ? newer->ports : older->ports;
    merged->parts = newer->parts | older->parts;
    merged->login_count = newer->login_count;
    for (size_t i = 0; i < newer->login_count; i++)
        rw_findings_copy(&merged->findings, &newer->findings.items[i]);
    for (size_t i = 0; merged->hosts && i < merged->hosts->findings.count; i++)
        rw_findings_copy(&merged->findings, &merged->hosts->findings.items[i]);
    const struct rw_check_result *ports = newer->ports ? newer : older;
    for (size_t i = ports->login_count; i < ports->findings.count; i++)
        if (!rw_check_is_of_hosts(ports, &ports->findings.items[i]))
            rw_findings_copy(&merged->findings, &ports->findings.items[i]);
}

static void on_done(void *context, const struct rw_check_result *result)
{
    struct rw_wizard *wizard = context;
    struct wizard_slot *slot = running_slot(wizard);
    const struct rw_check_result *older = slot->result;
    struct rw_check_result merged = {0};
    bool part = older && slot->parts != parts[slot - wizard->checks.slots];
    if (part)
        merge(&merged, result, older);
    struct rw_check *checks[SLOT_PARTS] = {
        slot->parts & RW_CHECK_PORTS && part ? slot->shown[0] : slot->running,
        slot->parts & RW_CHECK_PORTS || !part ? slot->running : slot->shown[1],
    };
    slot->running = NULL;
    show(wizard, slot, checks);
    slot->merged = merged;
    slot->result = part ? &slot->merged : result;
    slot->ended_ms = rw_clock_ms();
    live_resume(wizard);
    if (slot == &wizard->checks.slots[SLOT_DNS] && wizard->step == RW_WIZARD_DNS)
        uv_timer_start(&wizard->checks.again, on_again, AGAIN_MS, 0);
    wizard_soon(wizard);
}

static void begin(struct rw_wizard *wizard, enum check_slot index)
{
    struct wizard_slot *slot = &wizard->checks.slots[index];
    struct rw_check_options options = {
        .cluster = wizard->live.cluster,
        .contact = wizard->live.contact,
        .parts = slot->parts,
        .requirements = wizard->options.requirements,
        .name_servers = name_servers_list(wizard),
    };
    struct rw_check_listener listener = {question_of_host, on_progress, on_done, wizard};
    slot->wanted = false;
    slot->part = 0;
    slot->done = slot->total = 0;
    slot->running = rw_check_start(wizard->loop, &options, &listener);
}

/* Whether there is anything to check; a check takes a cluster with all its parts. */
static bool can_begin(const struct rw_wizard *wizard)
{
    const struct wizard_live *live = &wizard->live;
    return live->contact && live_is_current(wizard) && live->cluster->host_count > 0 &&
           live->cluster->registration_name &&
           rw_names_is_registration(live->cluster->registration_name);
}

void checks_pump(struct rw_wizard *wizard)
{
    if (install_active(wizard) || wizard->repair.running || checks_busy(wizard) ||
        !can_begin(wizard))
        return;
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        if (wizard->checks.slots[i].wanted) {
            begin(wizard, (enum check_slot)i);
            return;
        }
    }
}

static void want(struct rw_wizard *wizard, struct wizard_slot *slot, unsigned wanted)
{
    if (!slot->running) {
        slot->parts = slot->wanted ? slot->parts | wanted : wanted;
        slot->wanted = true;
    }
    wizard_soon(wizard);
}

void checks_want(struct rw_wizard *wizard, enum check_slot slot)
{
    want(wizard, &wizard->checks.slots[slot], parts[slot]);
}

void checks_enter(struct rw_wizard *wizard)
{
    uv_timer_stop(&wizard->checks.again);
    if (wizard->step == RW_WIZARD_DNS)
        checks_want(wizard, SLOT_DNS);
    else if (wizard->step == RW_WIZARD_REQUIREMENTS &&
             !wizard->checks.slots[SLOT_REQUIREMENTS].result)
        checks_want(wizard, SLOT_REQUIREMENTS);
}

/* ---- interface ---- */

void rw_wizard_recheck(struct rw_wizard *wizard, enum rw_wizard_step step)
{
    uv_timer_stop(&wizard->checks.again);
    rw_wizard_reconnect(wizard);
    checks_want(wizard, step == RW_WIZARD_DNS ? SLOT_DNS : SLOT_REQUIREMENTS);
}

void rw_wizard_recheck_part(struct rw_wizard *wizard, enum rw_check_part part)
{
    struct wizard_slot *slot = &wizard->checks.slots[SLOT_REQUIREMENTS];
    rw_wizard_reconnect(wizard);
    want(wizard, slot, slot->result ? part : parts[SLOT_REQUIREMENTS]);
}

struct rw_wizard_check rw_wizard_check(const struct rw_wizard *wizard, enum rw_wizard_step step)
{
    const struct wizard_slot *slot =
        &wizard->checks.slots[step == RW_WIZARD_DNS ? SLOT_DNS : SLOT_REQUIREMENTS];
    const uv_timer_t *again = &wizard->checks.again;
    bool waits = step == RW_WIZARD_DNS && uv_is_active((const uv_handle_t *)again);
    return (struct rw_wizard_check){
        .running = slot->running || slot->wanted,
        .part = slot->part,
        .done = slot->done,
        .total = slot->total,
        .result = slot->result,
        .cluster = wizard->live.cluster,
        .age_ms = slot->result ? rw_clock_ms() - slot->ended_ms : 0,
        .next_ms = waits ? slot->ended_ms + AGAIN_MS - rw_clock_ms() : -1,
    };
}
