/* SPDX-License-Identifier: Apache-2.0 */
#include "operation/reasons.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "base/mem.h"
#include "install/begin.h"
#include "install/override.h"

void rw_reasons_read(struct rw_reasons *reasons, struct rw_journal *journal)
{
    rw_reasons_done(reasons);
    for (size_t id = 0; id < RW_FINDING_COUNT; id++)
        reasons->text[id] = rw_override_get(journal, (enum rw_finding_id)id);
}

void rw_reasons_load(struct rw_reasons *reasons, const char *cluster)
{
    struct rw_journal *journal = NULL;
    char *dir = rw_journal_dir(cluster);
    rw_reasons_done(reasons);
    if (rw_journal_open_readonly(dir, &journal, NULL) == 0)
        rw_reasons_read(reasons, journal);
    rw_journal_close(journal);
    free(dir);
}

bool rw_reasons_give(struct rw_reasons *reasons, const char *option)
{
    size_t length = strcspn(option, "=");
    char *code = rw_strndup(option, length);
    enum rw_finding_id id = rw_finding_by_code(code);
    free(code);
    if (id >= RW_FINDING_COUNT || option[length] != '=' || !option[length + 1])
        return false;
    rw_strset(&reasons->text[id], option + length + 1);
    reasons->given[id] = true;
    return true;
}

const char *rw_reasons_of(const struct rw_reasons *reasons, enum rw_finding_id id)
{
    return reasons->text[id];
}

const char *rw_reasons_for(const struct rw_reasons *reasons, const struct rw_finding *finding)
{
    return rw_finding_blocks(finding) ? reasons->text[finding->id] : NULL;
}

size_t rw_reasons_open(const struct rw_reasons *reasons, const struct rw_finding *items,
                       size_t count)
{
    size_t open = 0;
    for (size_t i = 0; i < count; i++)
        open += rw_finding_blocks(&items[i]) && !reasons->text[items[i].id];
    return open;
}

static bool is_used(const struct rw_reasons *reasons, const struct rw_findings *findings, size_t id)
{
    for (size_t i = 0; findings && i < findings->count; i++)
        if (findings->items[i].id == id && rw_reasons_for(reasons, &findings->items[i]))
            return true;
    return findings == NULL && reasons->text[id];
}

size_t rw_reasons_list(const struct rw_reasons *reasons, const struct rw_findings *findings,
                       struct rw_override *list, size_t max)
{
    size_t count = 0;
    for (size_t id = 0; id < RW_FINDING_COUNT && count < max; id++)
        if (is_used(reasons, findings, id))
            list[count++] = (struct rw_override){(enum rw_finding_id)id, reasons->text[id]};
    return count;
}

void rw_reasons_note(struct rw_reasons *reasons, struct rw_journal *journal,
                     const struct rw_findings *findings)
{
    for (size_t i = 0; i < findings->count; i++) {
        const struct rw_finding *finding = &findings->items[i];
        const char *reason = rw_reasons_for(reasons, finding);
        if (!reason)
            continue;
        if (reasons->given[finding->id])
            rw_override_set(journal, finding->id, reason);
        reasons->given[finding->id] = false;
        rw_override_note(journal, finding, reason);
    }
}

int rw_reasons_keep(struct rw_reasons *reasons, const char *cluster, enum rw_finding_id id,
                    const char *reason, struct rw_findings *findings)
{
    struct rw_journal *journal = NULL;
    int rc = rw_install_journal(cluster, &journal, findings);
    if (rc == 0) {
        rw_override_set(journal, id, reason);
        rc = rw_install_journal_broken(journal, findings);
    }
    rw_journal_close(journal);
    if (rc == 0)
        rw_strset(&reasons->text[id], *reason ? reason : NULL);
    return rc;
}

void rw_reasons_done(struct rw_reasons *reasons)
{
    for (size_t id = 0; id < RW_FINDING_COUNT; id++)
        free(reasons->text[id]);
    *reasons = (struct rw_reasons){0};
}
