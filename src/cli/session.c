#include "cli/session.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/file.h"
#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "cluster/answers.h"
#include "finding/group.h"
#include "install/history.h"
#include "install/journal.h"
#include "install/proxy_password.h"
#include "install/run.h"

#define PASSWORD_FILE_MAX 4096

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

/* ---- passwords from files ---- */

/* Reads the first line of each host's password file; false after a message. */
static bool read_passwords(const struct rw_cluster *cluster, char **passwords, bool sudo)
{
    for (size_t i = 0; i < cluster->host_count; i++) {
        const struct rw_login *login = &cluster->hosts[i].login;
        const char *path = sudo ? login->sudo_password_file : login->password_file;
        struct rw_buf text = {0};
        struct rw_error err;
        if (!path)
            continue;
        if (rw_file_read(path, PASSWORD_FILE_MAX, &text, &err) != 0) {
            fprintf(stderr, "rke2-wizard: %s\n", err.message);
            return false;
        }
        passwords[i] = rw_strndup(rw_buf_str(&text), strcspn(rw_buf_str(&text), "\r\n"));
        rw_buf_wipe(&text);
    }
    return true;
}

static void free_passwords(char **passwords, size_t count)
{
    for (size_t i = 0; passwords && i < count; i++)
        rw_secret_free(passwords[i]);
    free(passwords);
}

/* ---- life cycle ---- */

static void on_signal(uv_signal_t *handle, int number)
{
    struct rw_session *session = handle->data;
    (void)number;
    rw_ask_leave(session->ask);
    if (session->stop)
        session->stop(session->stop_context);
}

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
    size_t count = session->cluster->host_count;
    session->passwords = rw_calloc(count, sizeof(char *));
    session->sudo_passwords = rw_calloc(count, sizeof(char *));
    bool good = (!installs || read_requirements(options->requirements, &session->requirements)) &&
                read_passwords(session->cluster, session->passwords, false) &&
                read_passwords(session->cluster, session->sudo_passwords, true);
    if (!good) {
        rw_requirements_done(&session->requirements);
        free_passwords(session->passwords, count);
        free_passwords(session->sudo_passwords, count);
        rw_cluster_free(session->cluster);
        return RW_OUTCOME_USAGE;
    }
    session->askers = rw_calloc(count, sizeof *session->askers);
    uv_loop_init(&session->loop);
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
    free_passwords(session->passwords, session->cluster->host_count);
    free_passwords(session->sudo_passwords, session->cluster->host_count);
    free(session->askers);
    rw_cluster_free(session->cluster);
}

struct rw_contact_options rw_session_contact(const struct rw_session *session)
{
    return (struct rw_contact_options){
        .cluster = session->cluster,
        .ask = session->ask != NULL,
        .accept_new_host_keys = session->options->accept_new_host_keys,
        .passwords = session->passwords,
        .sudo_passwords = session->sudo_passwords,
        .keys = session->keys,
        .jumps = session->jumps,
    };
}

/* ---- questions ---- */

static void on_answer(void *context, const char *text)
{
    struct rw_session_asker *asker = context;
    asker->session->answer(asker->session->answer_context, asker->host, text);
}

static void ask_host_key(struct rw_buf *prompt, const char *name, const char *address,
                         const struct rw_ssh_question *ssh)
{
    rw_buf_addf(prompt, _("The host key of %s (%s) is not known yet.\n"), name, address);
    rw_buf_addf(prompt, "  %s %s\n", ssh->key_type, ssh->fingerprint);
    rw_buf_adds(prompt, _("Trust it and remember it? Type yes or no: "));
}

void rw_session_question(struct rw_session *session, size_t index,
                         const struct rw_remote_question *question)
{
    const struct rw_host *host = &session->cluster->hosts[index];
    const struct rw_ssh_hop *jump = question->ssh ? question->ssh->jump : NULL;
    const char *user = jump ? jump->user : host->login.user ? host->login.user : "root";
    /* A password for the jump host is not tried on the hosts, nor theirs on it. */
    char *name = jump ? rw_asprintf(_("jump host %s"), jump->address) : rw_strdup(host->name);
    char *where = jump ? rw_asprintf(" @%s:%d", jump->address, jump->port) : rw_strdup("");
    struct rw_buf prompt = {0}, key = {0};
    bool echo = false, again = question->ssh ? question->ssh->attempt > 1 : question->attempt > 1;
    if (again)
        rw_buf_addf(&prompt, "%s\n", _("That was not right."));
    if (!question->ssh) {
        rw_buf_addf(&prompt, _("sudo password of %s on %s: "), user, name);
        rw_buf_addf(&key, "password %s", user);
    } else {
        switch (question->ssh->kind) {
        case RW_SSH_ASK_HOST_KEY:
            ask_host_key(&prompt, name, jump ? jump->address : host->address, question->ssh);
            echo = true;
            break;
        case RW_SSH_ASK_PASSPHRASE:
            rw_buf_addf(&prompt, _("Passphrase of %s: "), question->ssh->key_path);
            rw_buf_addf(&key, "key %s", question->ssh->key_path);
            break;
        case RW_SSH_ASK_PASSWORD:
            rw_buf_addf(&prompt, _("Password of %s on %s: "), user, name);
            rw_buf_addf(&key, "password %s%s", user, where);
            break;
        case RW_SSH_ASK_PROMPT:
            rw_buf_addf(&prompt, "%s: %s ", name, question->ssh->prompt);
            echo = question->ssh->echo;
            break;
        }
    }
    struct rw_session_asker *asker = &session->askers[index];
    asker->session = session;
    asker->host = index;
    asker->secret = !echo;
    rw_ask_put(session->ask, rw_buf_str(&prompt), echo, key.len ? key.data : NULL, again, on_answer,
               asker);
    rw_buf_done(&prompt);
    rw_buf_done(&key);
    free(name);
    free(where);
}
