/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/words.h"

#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"

const char *rw_words_state(enum rw_task_state state)
{
    static const char *const texts[] = {
        [RW_TASK_PLANNED] = N_("planned"),        [RW_TASK_RUNNING] = N_("started"),
        [RW_TASK_WAITING] = N_("in progress"),    [RW_TASK_DONE] = N_("done"),
        [RW_TASK_UNCHANGED] = N_("already done"), [RW_TASK_FAILED] = N_("FAILED"),
        [RW_TASK_BLOCKED] = N_("not started"),
    };
    return _(texts[state]);
}

const char *rw_words_step(const char *id)
{
    enum rw_step step = rw_step_by_id(id);
    return step < RW_STEP_COUNT ? _(rw_step_info(step)->title) : id;
}

const char *rw_words_state_name(const char *name)
{
    for (int state = RW_TASK_PLANNED; state <= RW_TASK_BLOCKED; state++)
        if (strcmp(rw_task_state_name((enum rw_task_state)state), name) == 0)
            return rw_words_state((enum rw_task_state)state);
    return name;
}

const char *rw_words_outcome_name(const char *name)
{
    static const struct {
        const char *name, *text;
    } rows[] = {
        {"done", N_("done")},
        {"failed", N_("FAILED")},
        {"agents-missing", N_("agents are missing")},
        {"blocked", N_("stopped by a check")},
        {"interrupted", N_("stopped by the user")},
        {"running", N_("still running")},
        {"killed", N_("killed")},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++)
        if (strcmp(rows[i].name, name) == 0)
            return _(rows[i].text);
    return name;
}

char *rw_words_proven(const struct rw_kubeconfig_proven *proven)
{
    return rw_asprintf(ngettext("It works: %s lists %zu node, %zu Ready.",
                                "It works: %s lists %zu nodes, %zu Ready.",
                                (unsigned long)proven->nodes),
                       proven->server, proven->nodes, proven->ready);
}

/* What is neither a finding nor known counts too: it is no check that passed. */
static bool is_unknown(const struct rw_check_result *result)
{
    for (size_t i = 0; result->hosts && i < result->hosts->row_count; i++)
        if (result->hosts->rows[i].severity == RW_SEVERITY_UNKNOWN)
            return true;
    return result->findings.count > 0;
}

char *rw_words_checked(const struct rw_check_result *result)
{
    size_t warnings = rw_findings_at_least(&result->findings, RW_SEVERITY_WARN);
    if (rw_check_blocks(result))
        return rw_strdup(rw_findings_at_least(&result->findings, RW_SEVERITY_FAIL) > 0
                             ? _("Fix the problems marked FAIL before installing.")
                             : _("Essential checks could not be made. Fix this before "
                                 "installing."));
    if (warnings > 0)
        return rw_asprintf(ngettext("No check failed; %zu warning.",
                                    "No check failed; %zu warnings.", (unsigned long)warnings),
                           warnings);
    return rw_strdup(is_unknown(result)
                         ? _("No check failed; some results could not be determined.")
                         : _("All checks passed."));
}

char *rw_words_languages(const struct rw_display *display)
{
    struct rw_buf text = {0};
    for (size_t i = 0; i < rw_i18n_count; i++)
        if (!rw_display_lacks(display, i))
            rw_buf_addf(&text, "%s%s", text.len ? " / " : "", rw_i18n_text_in(i, N_("Language")));
    return rw_buf_take(&text);
}
