/* SPDX-License-Identifier: Apache-2.0 */
/* Questions of hosts: over the live connections, and while the kubeconfig is fetched. */
#include "wizard/wizard_private.h"

static void on_answer(void *context, unsigned source, unsigned id, const char *text)
{
    struct rw_wizard *wizard = context;
    int host = source == FROM_CONTACT ? live_index(&wizard->live, id) : -1;
    if (source == FROM_QUERY)
        result_answer(wizard, id, text);
    else if (host >= 0 && wizard->live.contact)
        rw_contact_answer(wizard->live.contact, (size_t)host, text);
}

static void on_secret(void *context, const char *text)
{
    bundle_know(context, text);
}

void questions_init(struct rw_wizard *wizard)
{
    wizard->questions = (struct rw_questions){
        .answer = on_answer,
        .secret = on_secret,
        .context = wizard,
    };
}

void question_add(struct rw_wizard *wizard, enum question_source source, unsigned id,
                  const struct rw_host *host, const struct rw_remote_question *question)
{
    rw_questions_add(&wizard->questions, source, id, host, question);
    wizard_soon(wizard);
}

void question_of_host(void *context, size_t host, const struct rw_remote_question *question)
{
    struct rw_wizard *wizard = context;
    question_add(wizard, FROM_CONTACT, wizard->live.ids[host], &wizard->live.cluster->hosts[host],
                 question);
}

size_t rw_wizard_question_count(const struct rw_wizard *wizard)
{
    return rw_questions_open(&wizard->questions);
}

struct rw_host_question rw_wizard_question(const struct rw_wizard *wizard, size_t index)
{
    return *rw_questions_at(&wizard->questions, index);
}

void rw_wizard_answer(struct rw_wizard *wizard, unsigned serial, const char *text)
{
    rw_questions_answer(&wizard->questions, serial, text);
    wizard_soon(wizard);
}

void rw_wizard_not_now(struct rw_wizard *wizard, unsigned serial)
{
    rw_questions_refuse(&wizard->questions, serial);
    wizard_soon(wizard);
}

void rw_wizard_trust_all(struct rw_wizard *wizard)
{
    rw_questions_trust_all(&wizard->questions);
    wizard_soon(wizard);
}
