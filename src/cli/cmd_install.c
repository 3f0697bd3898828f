#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "cli/options.h"
#include "cli/progress.h"
#include "cli/session.h"
#include "cluster/answers.h"
#include "install/journal.h"
#include "install/run.h"
#include "install/token.h"

struct install {
    struct rw_session session;
    const struct rw_options *options;
    struct rw_journal *journal;
    struct rw_progress *progress;
    struct rw_run *run;
    int exit_code;
};

/* ---- what the run tells and asks ---- */

static void on_event(void *context, const struct rw_event *event)
{
    struct install *install = context;
    rw_progress_event(install->progress, event);
    if (event->kind != RW_EVENT_END)
        return;
    install->exit_code = event->outcome;
    rw_run_free(install->run, NULL, NULL);
    install->run = NULL;
    rw_progress_free(install->progress);
    install->progress = NULL;
    rw_session_quiet(&install->session);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    struct install *install = context;
    rw_session_question(&install->session, host, question);
}

static void on_answer(void *context, size_t host, const char *text)
{
    struct install *install = context;
    if (install->run)
        rw_run_answer(install->run, host, text);
}

static void on_confirmed(void *context, const char *text)
{
    struct install *install = context;
    if (!install->run)
        return;
    rw_run_confirm(install->run,
                   text && (strcasecmp(text, "y") == 0 || strcasecmp(text, "yes") == 0));
}

static void on_confirm(void *context, const struct rw_plan *plan, const char *version, bool exists)
{
    struct install *install = context;
    const struct rw_cluster *cluster = install->session.cluster;
    if (install->options->yes) {
        rw_run_confirm(install->run, true);
        return;
    }
    const char *founder = cluster->hosts[plan->founder].name;
    size_t servers = rw_cluster_servers(cluster);
    struct rw_buf prompt = {0};
    rw_buf_addf(&prompt, _("\nRKE2 %s goes onto these hosts behind %s:\n"), version,
                cluster->registration_name);
    for (size_t i = 0; i < cluster->host_count; i++)
        rw_buf_addf(&prompt, "  %-16s %-24s %s\n", cluster->hosts[i].name,
                    cluster->hosts[i].address,
                    cluster->hosts[i].role == RW_ROLE_SERVER ? _("server") : _("agent"));
    rw_buf_addf(&prompt, _("Servers: %zu, agents: %zu.\n"), servers, cluster->host_count - servers);
    rw_buf_addf(&prompt,
                exists ? _("The cluster exists already (%s belongs to it); the others join it.\n")
                       : _("%s founds the cluster; the others join it.\n"),
                founder);
    rw_buf_adds(&prompt, _("“rke2-wizard plan” shows every file and command. Go on? [y/N] "));
    rw_ask_put(install->session.ask, rw_buf_str(&prompt), true, NULL, false, on_confirmed, install);
    rw_buf_done(&prompt);
}

static void on_stop(void *context)
{
    struct install *install = context;
    if (install->run)
        rw_run_stop(install->run);
}

/* ---- before the run ---- */

static void print_one(enum rw_finding_id id, const char *reason, const char *file, long pid)
{
    struct rw_findings one = {0};
    char *number = rw_asprintf("%ld", pid);
    rw_findings_add(&one, id, NULL, "reason", reason, "file", file, "pid", number, NULL);
    rw_cli_print_findings(stderr, &one);
    rw_findings_done(&one);
    free(number);
}

/* Opens the journal and makes sure that there is a token; 0, or the exit code. */
static int open_journal(struct install *install)
{
    struct rw_cluster *cluster = install->session.cluster;
    struct rw_error err;
    long pid = 0;
    char *dir = rw_journal_dir(cluster->name);
    char *file = rw_asprintf("%s/journal.db", dir);
    int rc = rw_journal_open(dir, &install->journal, &pid, &err);
    if (rc == RW_EBUSY) {
        print_one(RW_F_JOURNAL_LOCKED, err.message, file, pid);
    } else if (rc != 0) {
        print_one(RW_F_JOURNAL_UNUSABLE, err.message, file, pid);
    } else if (!cluster->token) {
        cluster->token = rw_token_keep(dir, &err);
        char *path = rw_token_path(dir);
        if (!cluster->token) {
            print_one(RW_F_TOKEN_UNUSABLE, err.message, path, pid);
            rc = RW_EIO;
        }
        free(path);
    }
    free(dir);
    free(file);
    return rc == 0 ? 0 : RW_OUTCOME_FAILED;
}

int rw_cmd_install(const struct rw_options *options)
{
    struct install install = {.options = options, .exit_code = RW_OUTCOME_FAILED};
    int rc = rw_session_begin(&install.session, options, true);
    if (rc != 0)
        return rc;
    struct rw_session *session = &install.session;
    if (!session->ask && !options->yes) {
        fprintf(stderr, "rke2-wizard: %s\n",
                _("there is no terminal to ask on; add --yes to go on without asking"));
        rw_session_end(session);
        return RW_OUTCOME_USAGE;
    }
    rc = open_journal(&install);
    if (rc == 0) {
        char *answers = rw_answers_write(session->cluster, false);
        rw_journal_begin(install.journal, "install", answers);
        free(answers);
        install.progress =
            rw_progress_new(&session->loop, session->cluster, options->json, session->ask);
        struct rw_run_options run_options = {
            .cluster = session->cluster,
            .journal = install.journal,
            .ask = session->ask != NULL,
            .accept_new_host_keys = options->accept_new_host_keys,
            .timeout_s = options->timeout_s,
            .passwords = session->passwords,
            .sudo_passwords = session->sudo_passwords,
            .keys = session->keys,
        };
        struct rw_run_listener listener = {on_event, on_question, on_confirm, &install};
        session->stop = on_stop;
        session->stop_context = &install;
        session->answer = on_answer;
        session->answer_context = &install;
        install.run = rw_run_new(&session->loop, &run_options, &listener);
        rw_run_start(install.run);
        rw_session_run(session);
        rc = install.exit_code;
    }
    rw_session_end(session);
    rw_journal_close(install.journal);
    return rc;
}
