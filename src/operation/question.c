#include "operation/question.h"

#include <stdlib.h>

#include "base/i18n.h"
#include "base/mem.h"

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
            rw_asprintf(_("The host key of %s (%s) is not known yet."), asker, question->address);
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
    return rw_asprintf("%s: %s", asker, question->prompt);
}

char *rw_host_question_text(const struct rw_host_question *question)
{
    char *asker = rw_host_question_asker(question);
    char *text = text_by(question, asker);
    free(asker);
    return text;
}
