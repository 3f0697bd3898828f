/* SPDX-License-Identifier: Apache-2.0 */
/* Going on although a check fails: the reasons are the operation's. */
#include "base/error.h"
#include "wizard/wizard_private.h"

void reasons_load(struct rw_wizard *wizard)
{
    if (wizard->draft.cluster)
        rw_reasons_load(&wizard->reasons, wizard->draft.cluster);
    else
        rw_reasons_done(&wizard->reasons);
}

int rw_wizard_override(struct rw_wizard *wizard, enum rw_finding_id id, const char *reason,
                       struct rw_findings *findings)
{
    if (!wizard->draft.cluster || install_active(wizard))
        return RW_EBUSY;
    int rc = rw_reasons_keep(&wizard->reasons, wizard->draft.cluster, id, reason, findings);
    wizard_changed(wizard);
    return rc;
}

const char *rw_wizard_override_reason(const struct rw_wizard *wizard, enum rw_finding_id id)
{
    return rw_reasons_of(&wizard->reasons, id);
}

size_t rw_wizard_overrides(const struct rw_wizard *wizard, struct rw_override *list, size_t max)
{
    return rw_reasons_list(&wizard->reasons, NULL, list, max);
}
