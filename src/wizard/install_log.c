/* SPDX-License-Identifier: Apache-2.0 */
/* The log of the install about the hosts, to be read again. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "wizard/wizard_private.h"

#define DROPPED_AT_ONCE 500

void install_forget_log(struct wizard_install *install)
{
    for (size_t i = 0; i < install->log_count; i++) {
        free(install->log[i].host);
        free(install->log[i].text);
    }
    free(install->log);
    install->log = NULL;
    install->log_count = 0;
    install->log_dropped = 0;
}

static void drop_oldest(struct wizard_install *install)
{
    if (install->log_count < RW_WIZARD_LOG_MAX)
        return;
    for (size_t i = 0; i < DROPPED_AT_ONCE; i++) {
        free(install->log[i].host);
        free(install->log[i].text);
    }
    install->log_count -= DROPPED_AT_ONCE;
    install->log_dropped += DROPPED_AT_ONCE;
    memmove(install->log, install->log + DROPPED_AT_ONCE,
            install->log_count * sizeof *install->log);
}

/* The events' own key may go; ours does not. */
static const char *lasting_key(const char *key)
{
    static const char *const keys[] = {"run", "changed", "removed", "kept"};
    for (size_t i = 0; key && i < RW_COUNT(keys); i++)
        if (strcmp(keys[i], key) == 0)
            return keys[i];
    return NULL;
}

void install_note(struct wizard_install *install, const struct rw_event *event)
{
    if (!event->host || event->kind == RW_EVENT_NODES || event->kind == RW_EVENT_END)
        return;
    drop_oldest(install);
    struct rw_wizard_log *entry = rw_array_add(install->log, install->log_count);
    *entry = (struct rw_wizard_log){
        .kind = event->kind,
        .elapsed_ms = event->elapsed_ms,
        .host = rw_strdup(event->host),
        .step = event->step ? rw_step_by_id(event->step) : RW_STEP_COUNT,
        .key = lasting_key(event->key),
        .text = event->kind == RW_EVENT_FINDING ? rw_finding_text(event->finding, RW_FINDING_FACT)
                                                : rw_strdup(event->text),
        .state = event->state,
    };
}
