/* SPDX-License-Identifier: Apache-2.0 */
#include "operation/question.h"

#include <stdlib.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "finding/group.h"

bool rw_host_question_is_key(const struct rw_host_question *question)
{
    return !question->sudo && question->ssh == RW_SSH_ASK_HOST_KEY;
}

char *rw_host_question_asker(const struct rw_host_question *question)
{
    return question->jump ? rw_asprintf(_("jump host %s"), question->address)
                          : rw_strdup(question->host);
}

static char *text_by(const struct rw_host_question *question, const char *asker)
{
    if (question->sudo)
        return rw_asprintf(_("sudo password of %s on %s"), question->user, asker);
    switch (question->ssh) {
    case RW_SSH_ASK_HOST_KEY: {
        char *known =
            rw_asprintf(_("The host key of %s (%s) is unknown."), asker, question->address);
        char *text = rw_asprintf("%s\n  %s %s", known, question->key_type, question->fingerprint);
        free(known);
        return text;
    }
    case RW_SSH_ASK_PASSPHRASE:
        return rw_asprintf(_("Passphrase of %s"), question->key_path);
    case RW_SSH_ASK_PASSWORD:
        return rw_asprintf(_("Password of %s on %s"), question->user, asker);
    case RW_SSH_ASK_PROMPT:
        break;
    }
    return rw_asprintf(_("%s: %s"), asker, question->prompt);
}

char *rw_host_question_text(const struct rw_host_question *question)
{
    char *asker = rw_host_question_asker(question);
    char *text = text_by(question, asker);
    free(asker);
    return text;
}

char *rw_restart_question_text(const struct rw_findings *restarts)
{
    struct rw_buf text = {0};
    rw_buf_addf(&text, "%s\n",
                _("RKE2 runs on these hosts and is restarted for new settings, one host after the "
                  "other:"));
    for (size_t i = 0; i < restarts->count; i++)
        rw_buf_addf(&text, "  %-16s %s\n", restarts->items[i].host,
                    _(rw_finding_get(&restarts->items[i], "_what")));
    rw_buf_addf(&text, "\n%s",
                _("Pods keep running. The API of a server is away for about a minute while it "
                  "restarts."));
    return rw_buf_take(&text);
}

char *rw_lock_question_text(const struct rw_findings *held)
{
    struct rw_buf text = {0};
    struct rw_finding_groups groups;
    rw_finding_groups(&groups, held);
    for (size_t i = 0; i < groups.count; i++) {
        char *hosts = rw_finding_group_hosts(&groups.items[i]);
        char *fact = rw_finding_text(groups.items[i].finding, RW_FINDING_FACT);
        rw_buf_addf(&text, _("%s: %s\n"), hosts, fact);
        free(hosts);
        free(fact);
    }
    rw_finding_groups_done(&groups);
    rw_buf_addf(
        &text, "\n%s",
        _("Taking over stops the other program: it changes nothing more on these hosts, and "
          "this one resumes its work. Take over only if the other program is dead, or if the "
          "person who started it agrees."));
    return rw_buf_take(&text);
}
