/* SPDX-License-Identifier: Apache-2.0 */
#include "ui/install_findings.h"

#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"

/* From what is shown only when it is asked for to what is shown at once. */
enum rank {
    QUIET,
    OF_HOST, /* while its host is selected */
    AT_ONCE,
};

static enum rank rank_of(const struct rw_wizard *wizard, const struct rw_wizard_run *run,
                         size_t index, const struct rw_finding *finding)
{
    bool of_checks = index < run->check_findings;
    if (finding->severity == RW_SEVERITY_FAIL) {
        if (of_checks && rw_wizard_override_reason(wizard, finding->id))
            return QUIET;
        return finding->id == RW_F_TASK_BLOCKED ? OF_HOST : AT_ONCE;
    }
    bool through = run->ended && run->outcome == RW_OUTCOME_DONE;
    return of_checks || through ? QUIET : OF_HOST;
}

static void refresh(struct rw_install_findings *findings, const struct rw_wizard *wizard)
{
    struct rw_wizard_run run = rw_wizard_run(wizard);
    rw_findings_done(&findings->list);
    free(findings->ranks);
    findings->ranks = NULL;
    struct rw_findings all = {0};
    rw_wizard_findings(wizard, RW_WIZARD_INSTALL, &all);
    size_t count = 0;
    for (size_t i = 0; i < all.count; i++) {
        enum rank rank = rank_of(wizard, &run, i, &all.items[i]);
        if (rank == QUIET && i < run.check_findings)
            continue; /* it stands on the page of the checks */
        *rw_array_add(findings->ranks, count) = rank;
        rw_findings_copy(&findings->list, &all.items[i]);
    }
    rw_findings_done(&all);
    if (findings->list.count < findings->seen) /* another run has begun */
        findings->seen = findings->at = 0;
    if (findings->at >= findings->list.count)
        findings->at = 0;
    if (findings->list.count == 0)
        findings->asked = false;
}

static bool is_at_once(const struct rw_install_findings *findings, size_t index)
{
    return index < findings->list.count && findings->ranks[index] == AT_ONCE;
}

/* The first failure since the last look, or the number of findings. */
static size_t new_failure(const struct rw_install_findings *findings)
{
    size_t i = findings->seen;
    while (i < findings->list.count && findings->ranks[i] != AT_ONCE)
        i++;
    return i;
}

/* The most severe finding about the host, the last of those alike. */
static void choose_for(struct rw_install_findings *findings, const char *host)
{
    int best = QUIET;
    for (size_t i = 0; host && i < findings->list.count; i++) {
        if (!rw_text_equal(findings->list.items[i].host, host) || findings->ranks[i] < best)
            continue;
        best = findings->ranks[i];
        findings->at = i;
    }
}

const char *rw_install_findings_read(struct rw_install_findings *findings,
                                     const struct rw_wizard *wizard, const char *selected)
{
    refresh(findings, wizard);
    bool moved = !rw_text_equal(findings->selected, selected);
    size_t fresh = new_failure(findings);
    bool news = findings->seen < findings->list.count;
    findings->seen = findings->list.count;
    if (fresh < findings->list.count && !(findings->asked && is_at_once(findings, findings->at))) {
        findings->at = fresh;
        findings->asked = true;
        const char *host = findings->list.items[fresh].host;
        rw_strset(&findings->selected, host ? host : selected);
        return host;
    }
    if (moved || (news && !findings->asked)) {
        findings->asked = findings->asked && !moved;
        choose_for(findings, selected);
    }
    rw_strset(&findings->selected, selected);
    return NULL;
}

const struct rw_finding *rw_install_findings_shown(const struct rw_install_findings *findings)
{
    if (findings->list.count == 0)
        return NULL;
    const struct rw_finding *finding = &findings->list.items[findings->at];
    bool of_selected = !finding->host || rw_text_equal(finding->host, findings->selected);
    bool shown = findings->asked || (of_selected && findings->ranks[findings->at] > QUIET);
    return shown ? finding : NULL;
}

const char *rw_install_findings_next(struct rw_install_findings *findings)
{
    if (findings->list.count == 0)
        return NULL;
    if (rw_install_findings_shown(findings))
        findings->at = (findings->at + 1) % findings->list.count;
    findings->asked = true;
    const char *host = findings->list.items[findings->at].host;
    if (host)
        rw_strset(&findings->selected, host);
    return host;
}

void rw_install_findings_done(struct rw_install_findings *findings)
{
    rw_findings_done(&findings->list);
    free(findings->ranks);
    free(findings->selected);
    *findings = (struct rw_install_findings){0};
}
