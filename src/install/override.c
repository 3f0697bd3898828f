/* SPDX-License-Identifier: Apache-2.0 */
#include "install/override.h"

#include <stdlib.h>

#include "base/mem.h"

static char *key_of(enum rw_finding_id id)
{
    return rw_asprintf("override.%s", rw_finding_code(id));
}

char *rw_override_get(struct rw_journal *journal, enum rw_finding_id id)
{
    char *key = key_of(id), *reason = rw_journal_get(journal, key);
    free(key);
    if (reason && *reason)
        return reason;
    free(reason);
    return NULL;
}

void rw_override_set(struct rw_journal *journal, enum rw_finding_id id, const char *reason)
{
    char *key = key_of(id);
    rw_journal_set(journal, key, reason ? reason : "");
    free(key);
}

void rw_override_forget(struct rw_journal *journal)
{
    for (int id = 0; id < RW_FINDING_COUNT; id++) {
        char *reason = rw_override_get(journal, (enum rw_finding_id)id);
        if (reason)
            rw_override_set(journal, (enum rw_finding_id)id, NULL);
        free(reason);
    }
}

void rw_override_note(struct rw_journal *journal, const struct rw_finding *finding,
                      const char *reason)
{
    char *text = rw_asprintf("%s: %s", rw_finding_code(finding->id), reason);
    rw_journal_event(journal, finding->host, NULL, "override", text);
    free(text);
}
