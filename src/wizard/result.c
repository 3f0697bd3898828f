/* SPDX-License-Identifier: Apache-2.0 */
/* The kubeconfig, from whichever server gives it; and whether it works. */
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "install/kubeconfig.h"
#include "wizard/wizard_private.h"

static void on_query_closed(void *context)
{
    struct rw_wizard *wizard = context;
    rw_logins_done(&wizard->result.logins);
    rw_cluster_free(wizard->result.cluster);
    free(wizard->result.path);
    wizard->result = (struct wizard_result){0};
    wizard_settle_closing(wizard);
}

static void on_proof_closed(void *context)
{
    struct rw_wizard *wizard = context;
    rw_query_free(wizard->result.query, on_query_closed, wizard);
}

static void close_all(struct rw_wizard *wizard)
{
    struct rw_kubeconfig_proof *proof = wizard->result.proof;
    wizard->result.proof = NULL;
    rw_questions_drop_all(&wizard->questions, FROM_QUERY);
    if (proof)
        rw_kubeconfig_proof_free(proof, on_proof_closed, wizard);
    else
        on_proof_closed(wizard);
}

static void tell(struct rw_wizard *wizard, const struct rw_findings *failure,
                 const struct rw_kubeconfig_proven *proven)
{
    struct wizard_result *result = &wizard->result;
    struct rw_wizard_kubeconfig told = {result->path, failure, proven};
    void (*done)(void *, const struct rw_wizard_kubeconfig *) = result->done;
    result->done = NULL;
    if (done && !wizard->life.ending)
        done(result->context, &told);
    close_all(wizard);
}

static void on_proven(void *context, const struct rw_kubeconfig_proven *proven)
{
    tell(context, NULL, proven);
}

static void write_and_prove(struct rw_wizard *wizard, const char *text)
{
    struct wizard_result *result = &wizard->result;
    struct rw_findings findings = {0};
    struct rw_error err;
    if (rw_file_write(result->path, text, strlen(text), 0600, &err) == 0) {
        result->proof = rw_kubeconfig_prove(wizard->loop, text, result->path, on_proven, wizard);
        return;
    }
    rw_findings_add(&findings, RW_F_KUBECONFIG_WRITE, NULL, "reason", err.message, "file",
                    result->path, NULL);
    tell(wizard, &findings, NULL);
    rw_findings_done(&findings);
}

static void on_done(void *context, size_t host, const struct rw_reply *reply,
                    const struct rw_findings *findings)
{
    struct rw_wizard *wizard = context;
    (void)host;
    if (!wizard->result.done)
        return;
    if (!reply) {
        tell(wizard, findings, NULL);
        return;
    }
    char *text = rw_kubeconfig_for(reply, wizard->result.cluster->registration_name);
    write_and_prove(wizard, text);
    rw_secret_free(text);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct rw_wizard *wizard = context;
    question_add(wizard, FROM_QUERY, (unsigned)host, &wizard->result.cluster->hosts[host],
                 question);
}

void result_answer(struct rw_wizard *wizard, unsigned host, const char *text)
{
    if (wizard->result.query && wizard->result.done)
        rw_query_answer(wizard->result.query, host, text);
}

void result_cancel(struct rw_wizard *wizard)
{
    if (!wizard->result.query || !wizard->result.done)
        return;
    wizard->result.done = NULL;
    close_all(wizard);
}

int rw_wizard_kubeconfig(struct rw_wizard *wizard, const char *path,
                         void (*done)(void *context, const struct rw_wizard_kubeconfig *result),
                         void *context)
{
    struct wizard_result *result = &wizard->result;
    if (result->query || install_active(wizard))
        return RW_EBUSY;
    result->cluster = rw_cluster_copy(wizard->document->cluster);
    rw_logins_read(&result->logins, result->cluster, NULL);
    result->path = rw_file_expand(path, NULL);
    result->done = done;
    result->context = context;
    struct rw_query_options options = {
        .contact = {.cluster = result->cluster,
                    .ask = true,
                    .accept_new_host_keys = wizard->options.accept_new_host_keys,
                    .passwords = result->logins.passwords,
                    .sudo_passwords = result->logins.sudo_passwords,
                    .keys = wizard->live.keys,
                    .jumps = wizard->live.jumps},
        .script = "kubeconfig",
        .key = "line",
    };
    struct rw_query_listener listener = {on_question, on_done, wizard};
    result->query = rw_query_start(wizard->loop, &options, &listener);
    return 0;
}
