/* SPDX-License-Identifier: Apache-2.0 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cli/options.h"
#include "cli/session.h"
#include "cli/words.h"
#include "install/kubeconfig.h"
#include "install/kubeconfig_proof.h"
#include "install/query.h"
#include "install/run.h"

struct kubeconfig {
    struct rw_session session;
    struct rw_query *query; /* NULL: it has ended */
    struct rw_kubeconfig_proof *proof;
    char *path; /* NULL: standard output */
    bool yes;
    char *text;
    int exit_code;
};

static void end(struct kubeconfig *k, int exit_code)
{
    if (!k->query)
        return;
    k->exit_code = exit_code;
    rw_query_free(k->query, NULL, NULL);
    rw_kubeconfig_proof_free(k->proof, NULL, NULL);
    k->query = NULL;
    k->proof = NULL;
    rw_session_quiet(&k->session);
}

static void on_proven(void *context, const struct rw_kubeconfig_proven *proven)
{
    struct kubeconfig *k = context;
    if (proven->works) {
        char *text = rw_words_proven(proven);
        fprintf(k->path ? stdout : stderr, "%s\n", text);
        free(text);
    }
    rw_cli_print_findings(stderr, &proven->findings);
    bool bad = rw_findings_at_least(&proven->findings, RW_SEVERITY_FAIL) > 0;
    end(k, bad ? RW_OUTCOME_FAILED : RW_OUTCOME_DONE);
}

/* Tests the written file. */
static void prove(struct kubeconfig *k)
{
    if (k->query)
        k->proof = rw_kubeconfig_prove(&k->session.loop, k->text, k->path, on_proven, k);
}

static void write_out(struct kubeconfig *k)
{
    struct rw_error err;
    if (!k->path) {
        fputs(k->text, stdout);
        if (fflush(stdout) == 0)
            prove(k);
        else
            end(k, RW_OUTCOME_FAILED);
        return;
    }
    if (rw_file_write(k->path, k->text, strlen(k->text), 0600, &err) == 0) {
        printf(_("Written: %s. Try: kubectl --kubeconfig %s get nodes\n"), k->path, k->path);
        fflush(stdout);
        prove(k);
        return;
    }
    struct rw_findings one = {0};
    rw_findings_add(&one, RW_F_KUBECONFIG_WRITE, NULL, "reason", err.message, "file", k->path,
                    NULL);
    rw_cli_print_findings(stderr, &one);
    rw_findings_done(&one);
    end(k, RW_OUTCOME_FAILED);
}

static void on_overwrite(void *context, const char *text)
{
    struct kubeconfig *k = context;
    if (text && (strcasecmp(text, "y") == 0 || strcasecmp(text, "yes") == 0))
        write_out(k);
    else
        end(k, RW_OUTCOME_FAILED);
}

static void on_done(void *context, size_t host, const struct rw_reply *reply,
                    const struct rw_findings *findings)
{
    struct kubeconfig *k = context;
    (void)host;
    if (!reply) {
        rw_cli_print_findings(stderr, findings);
        end(k, RW_OUTCOME_FAILED);
        return;
    }
    k->text = rw_kubeconfig_for(reply, k->session.cluster->registration_name);
    if (!k->path || k->yes || access(k->path, F_OK) != 0) {
        write_out(k);
    } else if (k->session.ask) {
        char *prompt = rw_asprintf(_("%s exists. Overwrite it? [y/N] "), k->path);
        rw_ask_put(k->session.ask, prompt, true, on_overwrite, k);
        free(prompt);
    } else {
        fprintf(stderr, "rke2-wizard: ");
        fprintf(stderr, _("%s exists; add --yes to overwrite it\n"), k->path);
        end(k, RW_OUTCOME_FAILED);
    }
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct kubeconfig *k = context;
    rw_session_question(&k->session, host, question);
}

static void on_answer(void *context, size_t host, const char *text)
{
    struct kubeconfig *k = context;
    if (k->query)
        rw_query_answer(k->query, host, text);
}

static void on_stop(void *context)
{
    end(context, RW_OUTCOME_INTERRUPTED);
}

int rw_cmd_kubeconfig(const struct rw_options *options)
{
    struct kubeconfig k = {.yes = options->yes};
    int rc = rw_session_begin(&k.session, options, false);
    if (rc != 0)
        return rc;
    if (!options->output)
        k.path = rw_asprintf("%s.kubeconfig", k.session.cluster->name);
    else if (strcmp(options->output, "-") != 0)
        k.path = rw_strdup(options->output);
    k.session.stop = on_stop;
    k.session.stop_context = &k;
    k.session.answer = on_answer;
    k.session.answer_context = &k;
    struct rw_query_options query = {
        .contact = rw_session_contact(&k.session),
        .script = "kubeconfig",
        .key = "line",
    };
    struct rw_query_listener listener = {on_question, on_done, &k};
    k.query = rw_query_start(&k.session.loop, &query, &listener);
    rw_session_run(&k.session);
    rw_session_end(&k.session);
    rw_secret_free(k.text);
    free(k.path);
    return k.exit_code;
}
