/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/session.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "cluster/answers.h"
#include "finding/group.h"
#include "install/history.h"
#include "install/journal.h"
#include "install/proxy_password.h"
#include "install/run.h"

void rw_cli_print_findings(FILE *out, const struct rw_findings *findings)
{
    struct rw_finding_groups groups;
    rw_finding_groups(&groups, findings);
    for (size_t i = 0; i < groups.count; i++) {
        struct rw_buf text = {0};
        char *hosts = rw_finding_group_hosts(&groups.items[i]);
        rw_finding_print_for(&text, groups.items[i].finding, hosts);
        fputs(rw_buf_str(&text), out);
        rw_buf_done(&text);
        free(hosts);
    }
    rw_finding_groups_done(&groups);
}

struct rw_cluster *rw_cli_load(const char *path, bool warnings)
{
    struct rw_findings findings = {0};
    struct rw_cluster *cluster = rw_answers_load(path, &findings);
    if (warnings || !cluster)
        rw_cli_print_findings(stderr, &findings);
    rw_findings_done(&findings);
    return cluster;
}

/* --host may name one that is no more in the answers; false after a message. */
static bool add_hosts(struct rw_cluster *cluster, const struct rw_options *options)
{
    struct rw_findings findings = {0};
    bool good =
        rw_history_add_hosts(cluster, options->hosts.items, options->hosts.count, &findings) == 0;
    rw_cli_print_findings(stderr, &findings);
    rw_findings_done(&findings);
    return good;
}

/* False after a message. */
static bool read_requirements(const char *path, struct rw_requirements *requirements)
{
    struct rw_findings findings = {0};
    rw_requirements_init(requirements);
    bool good = !path || rw_requirements_load(requirements, path, &findings) == 0;
    rw_cli_print_findings(stderr, &findings);
    rw_findings_done(&findings);
    return good;
}

/* False after a message. */
static bool read_logins(const struct rw_cluster *cluster, struct rw_logins *logins)
{
    struct rw_findings findings = {0};
    bool good = rw_logins_read(logins, cluster, &findings);
    rw_cli_print_findings(stderr, &findings);
    rw_findings_done(&findings);
    return good;
}

/* ---- signals ---- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct rw_session *session = handle->data;
    (void)number;
    rw_ask_leave(session->ask);
    if (session->stop)
        session->stop(session->stop_context);
}

/* ---- questions of hosts ---- */

static void wake(struct rw_session *session);

static void on_answer(void *context, unsigned source, unsigned id, const char *text)
{
    struct rw_session *session = context;
    (void)source;
    session->answer(session->answer_context, id, text);
}

static void on_secret(void *context, const char *text)
{
    struct rw_session *session = context;
    if (session->secret)
        session->secret(session->answer_context, text);
}

static void on_typed(void *context, const char *text)
{
    struct rw_session *session = context;
    unsigned serial = session->asked;
    session->asked = 0;
    rw_questions_answer(&session->questions, serial, text);
    wake(session);
}

/* One at a time: the answer may serve those that wait. */
static void ask_next(struct rw_session *session)
{
    if (session->asked || !session->ask || rw_questions_open(&session->questions) == 0)
        return;
    const struct rw_host_question *question = rw_questions_at(&session->questions, 0);
    char *text = rw_host_question_text(question);
    bool key = rw_host_question_is_key(question);
    struct rw_buf prompt = {0};
    if (question->again)
        rw_buf_addf(&prompt, "%s\n", _("Incorrect. Try again."));
    if (key)
        rw_buf_addf(&prompt, "%s\n%s", text, _("Trust it and save it? Type yes or no: "));
    else if (question->prompt && *question->prompt)
        rw_buf_addf(&prompt, "%s ", text);
    else
        rw_buf_addf(&prompt, _("%s: "), text);
    session->asked = question->serial;
    rw_ask_put(session->ask, rw_buf_str(&prompt), question->echo, on_typed, session);
    rw_buf_done(&prompt);
    free(text);
}

static void on_soon(void *context)
{
    struct rw_session *session = context;
    rw_questions_settle(&session->questions);
    ask_next(session);
}

static void wake(struct rw_session *session)
{
    rw_life_later(&session->life, on_soon);
}

void rw_session_question(struct rw_session *session, size_t host,
                         const struct rw_remote_question *question)
{
    rw_questions_add(&session->questions, 0, (unsigned)host, &session->cluster->hosts[host],
                     question);
    wake(session);
}

/* ---- life cycle ---- */

int rw_session_begin(struct rw_session *session, const struct rw_options *options, bool installs)
{
    static const int numbers[] = {SIGINT, SIGTERM, SIGHUP};
    memset(session, 0, sizeof *session);
    session->options = options;
    session->cluster = rw_cli_load(options->file, installs);
    if (!session->cluster)
        return RW_OUTCOME_USAGE;
    if (!add_hosts(session->cluster, options)) {
        rw_cluster_free(session->cluster);
        return RW_OUTCOME_USAGE;
    }
    char *dir = rw_journal_dir(session->cluster->name);
    rw_proxy_password_recall(session->cluster, dir);
    free(dir);
    bool good = (!installs || read_requirements(options->requirements, &session->requirements)) &&
                read_logins(session->cluster, &session->logins);
    if (!good) {
        rw_requirements_done(&session->requirements);
        rw_logins_done(&session->logins);
        rw_cluster_free(session->cluster);
        return RW_OUTCOME_USAGE;
    }
    uv_loop_init(&session->loop);
    session->questions =
        (struct rw_questions){.answer = on_answer, .secret = on_secret, .context = session};
    rw_life_init(&session->life, &session->loop, session, NULL);
    session->keys = rw_ssh_keys_new();
    session->jumps = rw_ssh_jumps_new();
    session->ask = rw_ask_new(&session->loop);
    for (size_t i = 0; i < RW_COUNT(numbers); i++) {
        uv_signal_init(&session->loop, &session->signals[i]);
        session->signals[i].data = session;
        uv_signal_start(&session->signals[i], on_signal, numbers[i]);
    }
    return 0;
}

void rw_session_run(struct rw_session *session)
{
    uv_run(&session->loop, UV_RUN_DEFAULT);
}

void rw_session_quiet(struct rw_session *session)
{
    rw_ask_free(session->ask);
    session->ask = NULL;
    for (size_t i = 0; i < RW_COUNT(session->signals); i++)
        if (!uv_is_closing((uv_handle_t *)&session->signals[i]))
            uv_close((uv_handle_t *)&session->signals[i], NULL);
    rw_life_end(&session->life, NULL, NULL, NULL);
}

void rw_session_end(struct rw_session *session)
{
    rw_session_quiet(session);
    rw_session_run(session);
    if (uv_loop_close(&session->loop) != 0) {
        fputs("rke2-wizard: handles left in the loop\n", stderr);
        abort();
    }
    rw_ssh_jumps_free(session->jumps);
    rw_ssh_keys_free(session->keys);
    rw_requirements_done(&session->requirements);
    rw_logins_done(&session->logins);
    rw_questions_done(&session->questions);
    rw_cluster_free(session->cluster);
}

struct rw_contact_options rw_session_contact(const struct rw_session *session)
{
    return (struct rw_contact_options){
        .cluster = session->cluster,
        .ask = session->ask != NULL,
        .accept_new_host_keys = session->options->accept_new_host_keys,
        .passwords = session->logins.passwords,
        .sudo_passwords = session->logins.sudo_passwords,
        .keys = session->keys,
        .jumps = session->jumps,
    };
}
