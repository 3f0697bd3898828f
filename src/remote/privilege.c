/* SPDX-License-Identifier: Apache-2.0 */
/* How to become root on a host: not at all (it is root), by sudo without a password, or by sudo
 * with one. Each way is tried with the very command line that scripts are run by later. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "remote/remote_private.h"

#define PROBE_TIMEOUT_MS 20000
#define PROBE_ERR_MAX    65536
#define SUDO_ATTEMPTS    3

/* -k makes sudo ignore a remembered password: whether it reads one must not depend on what ran
 * before. It says why it refuses, and that is to be understood, so in English. */
#define SUDO "env LANGUAGE=C sudo -k "

static const char *const shells[] = {
    [RW_REFUSAL_SHELL] = RW_SCRIPT_SHELL,
    [RW_REFUSAL_SUDO] = SUDO "-n " RW_SCRIPT_SHELL,
    [RW_REFUSAL_PASSWORD] = SUDO "-S -p '' " RW_SCRIPT_SHELL,
    [RW_REFUSAL_ROOT] = SUDO "-S -p '' " RW_SCRIPT_SHELL,
};

static const char probe_script[] =
    "uid=$(id -u)\n"
    "echo rw_uid=$uid\n"
    "[ \"$uid\" != 0 ] || exit 0\n"
    "if command -v sudo >/dev/null 2>&1; then echo rw_sudo=yes\n"
    "case $(sudo -k -n -l 2>/dev/null) in *NOPASSWD*) echo rw_nopasswd=yes ;; esac\n"
    "fi\n";

/* ---- refusing ---- */

/* The last line that sudo wrote to standard error says why it refused; the full stop at its end
 * goes, as it will stand in a sentence. */
static char *last_line(const struct rw_buf *text)
{
    const char *cursor = rw_buf_str(text), *line, *last = "";
    size_t length, last_length = 0;
    while (rw_text_line(&cursor, &line, &length)) {
        if (length) {
            last = line;
            last_length = length;
        }
    }
    while (last_length && (last[last_length - 1] == '.' || last[last_length - 1] == '\r'))
        last_length--;
    return rw_text_printable(last, last_length, 200);
}

static void note_how(struct rw_refusal *refusal, const struct rw_ssh_result *result)
{
    refusal->status = result->exit_status;
    if (result->rc == RW_ETIMEOUT)
        snprintf(refusal->how, sizeof refusal->how, "no end within %d seconds",
                 PROBE_TIMEOUT_MS / 1000);
    else if (result->signal[0])
        snprintf(refusal->how, sizeof refusal->how, "signal %s", result->signal);
    else
        snprintf(refusal->how, sizeof refusal->how, "exit status %d", result->exit_status);
}

/* Keeps what this attempt came to. */
static void note_refusal(struct rw_remote *remote, const struct rw_ssh_result *result)
{
    struct rw_refusal *refusal = &remote->refusal;
    char *said = rw_script_said(&remote->probe_output, &result->err, RW_REFUSAL_SAID_MAX);
    refusal->at = remote->probe_at;
    note_how(refusal, result);
    snprintf(refusal->said, sizeof refusal->said, "%s", said);
    free(said);
}

/* format gets the name of the user, and detail when that is given. */
static void refuse(struct rw_remote *remote, const char *format, const char *detail)
{
    struct rw_error err;
    const char *user = remote->user ? remote->user : "root";
    if (detail)
        rw_error_set(&err, RW_EPRIVILEGE, format, user, detail);
    else
        rw_error_set(&err, RW_EPRIVILEGE, format, user);
    rw_remote_open_failed(remote, RW_EPRIVILEGE, &err);
}

static void refuse_shell(struct rw_remote *remote)
{
    struct rw_error err;
    const char *said = remote->refusal.said;
    rw_error_set(&err, RW_EREMOTE, "the login shell of %s ran no script (%s)%s%s",
                 remote->user ? remote->user : "root", remote->refusal.how, *said ? ": " : "",
                 said);
    rw_remote_open_failed(remote, RW_EREMOTE, &err);
}

/* ---- trying ---- */

static void on_probed(void *context, const struct rw_ssh_result *result);

static void on_output(void *context, const char *data, size_t size)
{
    struct rw_remote *remote = context;
    rw_script_output_add(&remote->probe_output, data, size);
}

static void on_line(void *context, const char *line, size_t length)
{
    struct rw_remote *remote = context;
    rw_reply_line(&remote->probe_reply, line, length);
}

void rw_remote_probe_done(struct rw_remote *remote)
{
    rw_script_output_done(&remote->probe_output);
    rw_reply_done(&remote->probe_reply);
}

static void probe(struct rw_remote *remote, enum rw_refusal_at at)
{
    char nonce[RW_SCRIPT_NONCE_SIZE];
    struct rw_buf input = {0};
    rw_script_nonce(nonce);
    rw_remote_probe_done(remote);
    rw_script_output_init(&remote->probe_output, nonce, on_line, remote);
    remote->probe_at = at;
    if (at >= RW_REFUSAL_PASSWORD)
        rw_buf_addf(&input, "%s\n", remote->sudo_password);
    /* What follows a wrong password would be taken for two more, and they may lock the account. */
    if (at != RW_REFUSAL_PASSWORD)
        rw_script_compose(&input, nonce, NULL, 0, probe_script);
    struct rw_ssh_command command = {
        .command = shells[at],
        .input = input.data,
        .input_size = input.len,
        /* Where the first is refused no other will come through; a later one may have to wait until
         * the one before has ended on the host too. */
        .at_once = at == RW_REFUSAL_SHELL,
        .timeout_ms = PROBE_TIMEOUT_MS,
        .output_max = PROBE_ERR_MAX,
        .output = on_output,
        .done = on_probed,
        .context = remote,
    };
    remote->transport->exec(remote->ssh, &command);
    rw_buf_wipe(&input);
}

static void ask_password(struct rw_remote *remote)
{
    struct rw_remote_question question = {.attempt = ++remote->sudo_attempt};
    remote->handler.question(remote->context, remote, &question);
}

void rw_remote_sudo_answer(struct rw_remote *remote, const char *answer)
{
    if (!answer) {
        remote->refusal.password = true;
        refuse(remote, _("%s is not root and no sudo password was given"), NULL);
        return;
    }
    rw_secret_free(remote->sudo_password);
    remote->sudo_password = rw_strdup(answer);
    probe(remote, RW_REFUSAL_PASSWORD);
}

/* ---- what a try came to ---- */

static void use(struct rw_remote *remote)
{
    remote->root_command = shells[remote->probe_at];
    remote->sudo_reads_password = remote->probe_at == RW_REFUSAL_ROOT;
    remote->refusal = (struct rw_refusal){0};
    rw_remote_up(remote);
}

/* The login shell runs scripts, and is not one of root. */
static void try_sudo(struct rw_remote *remote)
{
    const struct rw_reply *reply = &remote->probe_reply;
    remote->refusal.nopasswd = rw_reply_is(reply, "rw_nopasswd", "yes");
    if (rw_reply_is(reply, "rw_sudo", "yes")) {
        probe(remote, RW_REFUSAL_SUDO);
        return;
    }
    remote->refusal.at = RW_REFUSAL_NO_SUDO;
    refuse(remote, _("%s is not root, and sudo is not installed"), NULL);
}

static void refused_by_sudo(struct rw_remote *remote, const struct rw_ssh_result *result)
{
    bool with_password = remote->probe_at != RW_REFUSAL_SUDO;
    if (rw_refusal_wants_password(&remote->refusal)) {
        if (!with_password && remote->sudo_password) {
            probe(remote, RW_REFUSAL_PASSWORD);
            return;
        }
        if (remote->ask && remote->sudo_attempt < SUDO_ATTEMPTS) {
            ask_password(remote);
            return;
        }
        if (!with_password) {
            remote->refusal.password = true;
            refuse(remote, _("%s needs a password for sudo, and none is set"), NULL);
            return;
        }
    }
    char *line = last_line(&result->err);
    refuse(remote, _("sudo rejected %s: %s"), *line ? line : remote->refusal.how);
    free(line);
}

static void on_probed(void *context, const struct rw_ssh_result *result)
{
    struct rw_remote *remote = context;
    if (remote->state != REMOTE_PRIVILEGE)
        return;
    if (result->rc != 0 && result->rc != RW_ETIMEOUT) {
        rw_remote_open_failed(remote, result->rc, &result->error);
        return;
    }
    remote->first.served = true;
    note_refusal(remote, result);
    if (remote->probe_at == RW_REFUSAL_PASSWORD && strstr(remote->refusal.said, RW_SCRIPT_CUT))
        probe(remote, RW_REFUSAL_ROOT); /* sudo took the password, and the shell found no script */
    else if (!remote->probe_output.ended && remote->probe_at == RW_REFUSAL_SHELL)
        refuse_shell(remote);
    else if (!remote->probe_output.ended)
        refused_by_sudo(remote, result);
    else if (rw_reply_is(&remote->probe_reply, "rw_uid", "0"))
        use(remote);
    else if (remote->probe_at == RW_REFUSAL_SHELL)
        try_sudo(remote);
    else
        refuse(remote, _("sudo makes %s another user than root"), NULL);
}

void rw_remote_find_privilege(struct rw_remote *remote)
{
    remote->refusal = (struct rw_refusal){0};
    probe(remote, RW_REFUSAL_SHELL);
}
