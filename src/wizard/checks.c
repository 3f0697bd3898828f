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

bool checks_drop(struct rw_wizard *wizard)
{
    uv_timer_stop(&wizard->checks.again);
    for (size_t i = 0; i < SLOT_COUNT; i++) {
        struct wizard_slot *slot = &wizard->checks.slots[i];
        let_go(wizard, &slot->running);
        let_go(wizard, &slot->shown);
        slot->result = NULL;
        slot->wanted = false;
    }
    return wizard->checks.closing == 0;
}

/* ---- a check ---- */

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct rw_wizard *wizard = context;
    question_add(wizard, FROM_CONTACT, wizard->live.ids[host], &wizard->live.cluster->hosts[host],
                 question);
}

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

static void on_done(void *context, const struct rw_check_result *result)
{
    struct rw_wizard *wizard = context;
    struct wizard_slot *slot = running_slot(wizard);
    let_go(wizard, &slot->shown);
    slot->shown = slot->running;
    slot->running = NULL;
    slot->result = result;
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
        .parts = parts[index],
        .requirements = wizard->options.requirements,
        .name_servers = wizard->options.name_servers,
    };
    struct rw_check_listener listener = {on_question, on_progress, on_done, wizard};
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

void checks_want(struct rw_wizard *wizard, enum check_slot slot)
{
    if (!wizard->checks.slots[slot].running)
        wizard->checks.slots[slot].wanted = true;
    wizard_soon(wizard);
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
