/* Going on in spite of what a check found. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "install/override.h"
#include "wizard/wizard_private.h"

void overrides_clear(struct rw_wizard *wizard)
{
    for (size_t id = 0; id < RW_FINDING_COUNT; id++)
        rw_strset(&wizard->overrides[id], NULL);
}

void overrides_load(struct rw_wizard *wizard)
{
    struct rw_journal *journal = NULL;
    overrides_clear(wizard);
    if (!wizard->draft.cluster)
        return;
    char *dir = rw_journal_dir(wizard->draft.cluster);
    if (rw_journal_open_readonly(dir, &journal, NULL) == 0)
        for (size_t id = 0; id < RW_FINDING_COUNT; id++)
            wizard->overrides[id] = rw_override_get(journal, (enum rw_finding_id)id);
    rw_journal_close(journal);
    free(dir);
}

size_t overrides_open(const struct rw_wizard *wizard, const struct rw_finding *items, size_t count)
{
    size_t open = 0;
    for (size_t i = 0; i < count; i++)
        open += items[i].severity >= RW_SEVERITY_FAIL && !wizard->overrides[items[i].id];
    return open;
}

int rw_wizard_override(struct rw_wizard *wizard, enum rw_finding_id id, const char *reason,
                       struct rw_findings *findings)
{
    struct rw_journal *journal = NULL;
    struct rw_error err;
    long pid = 0;
    if (!wizard->draft.cluster || install_active(wizard))
        return RW_EBUSY;
    char *dir = rw_journal_dir(wizard->draft.cluster);
    int rc = rw_journal_open(dir, &journal, &pid, &err);
    if (rc == 0) {
        rw_override_set(journal, id, reason);
        rc = rw_journal_broken(journal, &err);
    }
    rw_journal_close(journal);
    if (rc == 0) {
        rw_strset(&wizard->overrides[id], *reason ? reason : NULL);
    } else {
        char *file = rw_asprintf("%s/journal.db", dir), *number = rw_asprintf("%ld", pid);
        rw_findings_add(findings, rc == RW_EBUSY ? RW_F_JOURNAL_LOCKED : RW_F_JOURNAL_UNUSABLE,
                        NULL, "reason", err.message, "file", file, "pid", number, NULL);
        free(file);
        free(number);
    }
    free(dir);
    wizard_changed(wizard);
    return rc;
}

const char *rw_wizard_override_reason(const struct rw_wizard *wizard, enum rw_finding_id id)
{
    return wizard->overrides[id];
}

size_t rw_wizard_overrides(const struct rw_wizard *wizard, struct rw_override *list, size_t max)
{
    size_t count = 0;
    for (size_t id = 0; id < RW_FINDING_COUNT && count < max; id++)
        if (wizard->overrides[id])
            list[count++] = (struct rw_override){(enum rw_finding_id)id, wizard->overrides[id]};
    return count;
}
