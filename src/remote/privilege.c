/* SPDX-License-Identifier: Apache-2.0 */
/* How to become root on a host: not at all (it is root), by sudo without a password, or by sudo
 * with one. */
#include <stdlib.h>
#include <string.h>

#include "base/i18n.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "remote/remote_private.h"

#define PROBE_TIMEOUT_MS 20000
#define SUDO_ATTEMPTS    3

/* The command lines are words that every login shell reads alike, csh and fish included. -k makes
 * sudo ignore a remembered password: whether it reads one must not depend on what ran before. */
#define ROOT_PLAIN         "sh -s"
#define ROOT_SUDO          "sudo -n sh -s"
#define ROOT_SUDO_PASSWORD "sudo -k -S -p '' sh -s"
#define TEST_SUDO_PASSWORD "sudo -k -S -p '' true"

static const char probe_script[] =
    "echo\n"
    "uid=$(id -u)\n"
    "echo rw_uid=$uid\n"
    "if [ \"$uid\" != 0 ] && command -v sudo >/dev/null 2>&1; then echo rw_sudo=yes\n"
    "if sudo -k -n true 2>/dev/null </dev/null; then echo rw_nopasswd=yes; fi\nfi\n";

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

static void on_tested(void *context, const struct rw_ssh_result *result);

static void test_password(struct rw_remote *remote)
{
    struct rw_buf input = {0};
    rw_buf_adds(&input, remote->sudo_password);
    rw_buf_addc(&input, '\n');
    struct rw_ssh_command command = {
        .command = TEST_SUDO_PASSWORD,
        .input = input.data,
        .input_size = input.len,
        .timeout_ms = PROBE_TIMEOUT_MS,
        .done = on_tested,
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
        refuse(remote, _("%s is not root and no sudo password was given"), NULL);
        return;
    }
    rw_secret_free(remote->sudo_password);
    remote->sudo_password = rw_strdup(answer);
    test_password(remote);
}

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

static void on_tested(void *context, const struct rw_ssh_result *result)
{
    struct rw_remote *remote = context;
    if (remote->state != REMOTE_PRIVILEGE)
        return;
    if (result->rc != 0) {
        rw_remote_open_failed(remote, result->rc, &result->error);
        return;
    }
    if (result->exit_status == 0) {
        remote->root_command = ROOT_SUDO_PASSWORD;
        remote->sudo_reads_password = true;
        rw_remote_up(remote);
        return;
    }
    bool never = strstr(rw_buf_str(&result->err), "not allowed") ||
                 strstr(rw_buf_str(&result->err), "not in the sudoers");
    if (!never && remote->ask && remote->sudo_attempt < SUDO_ATTEMPTS) {
        ask_password(remote);
        return;
    }
    char *line = last_line(&result->err);
    refuse(remote, _("sudo rejected %s: %s"), line);
    free(line);
}

static void on_probed(void *context, const struct rw_ssh_result *result)
{
    struct rw_remote *remote = context;
    if (remote->state != REMOTE_PRIVILEGE)
        return;
    if (result->rc != 0) {
        rw_remote_open_failed(remote, result->rc, &result->error);
        return;
    }
    struct rw_reply reply = {0};
    rw_reply_parse(&reply, rw_buf_str(&result->out), result->out.len);
    if (!rw_reply_get(&reply, "rw_uid")) {
        char *line = last_line(&result->err);
        struct rw_error err;
        rw_error_set(&err, RW_EREMOTE, "the login shell did not run a command: %s", line);
        free(line);
        rw_remote_open_failed(remote, RW_EREMOTE, &err);
        rw_reply_done(&reply);
        return;
    }
    remote->first.served = true;
    if (rw_reply_is(&reply, "rw_uid", "0")) {
        remote->root_command = ROOT_PLAIN;
        rw_remote_up(remote);
    } else if (!rw_reply_is(&reply, "rw_sudo", "yes")) {
        refuse(remote, _("%s is not root, and sudo is not installed"), NULL);
    } else if (rw_reply_is(&reply, "rw_nopasswd", "yes")) {
        remote->root_command = ROOT_SUDO;
        rw_remote_up(remote);
    } else if (remote->sudo_password) {
        test_password(remote);
    } else if (remote->ask) {
        ask_password(remote);
    } else {
        refuse(remote, _("%s needs a password for sudo, and none is set"), NULL);
    }
    rw_reply_done(&reply);
}

void rw_remote_find_privilege(struct rw_remote *remote)
{
    remote->sudo_reads_password = false;
    if (!remote->user || strcmp(remote->user, "root") == 0) {
        remote->root_command = ROOT_PLAIN;
        rw_remote_up(remote);
        return;
    }
    struct rw_ssh_command command = {
        .command = ROOT_PLAIN,
        .input = probe_script,
        .input_size = sizeof probe_script - 1,
        .timeout_ms = PROBE_TIMEOUT_MS,
        .done = on_probed,
        .context = remote,
    };
    remote->transport->exec(remote->ssh, &command);
}
