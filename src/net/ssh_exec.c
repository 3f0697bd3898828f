/* SPDX-License-Identifier: Apache-2.0 */
/* Commands in channels. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "net/ssh_exec.h"

#define OUTPUT_MAX (1024u * 1024)
#define CHUNK      (32u * 1024)

/* ---- starting and ending ---- */

struct rw_ssh_exec *rw_ssh_exec(struct rw_ssh *ssh, const struct rw_ssh_command *command)
{
    struct rw_ssh_exec *exec = rw_calloc(1, sizeof *exec);
    size_t max = command->output_max ? command->output_max : OUTPUT_MAX;
    exec->ssh = ssh;
    exec->command = rw_strdup(command->command);
    exec->input = command->input_size ? rw_memdup(command->input, command->input_size) : NULL;
    exec->input_size = command->input_size;
    exec->timeout_ms = command->timeout_ms;
    exec->deadline = command->timeout_ms ? rw_clock_ms() + command->timeout_ms : 0;
    exec->at_once = command->at_once;
    exec->output = command->output;
    exec->done = command->done;
    exec->context = command->context;
    exec->result.exit_status = -1;
    rw_buf_init(&exec->result.out, max);
    rw_buf_init(&exec->result.err, max);

    struct rw_ssh_exec **last = &ssh->execs;
    while (*last)
        last = &(*last)->next;
    *last = exec;
    rw_ssh_kick(ssh);
    return exec;
}

void rw_ssh_exec_cancel(struct rw_ssh_exec *exec)
{
    exec->canceled = true;
    rw_ssh_kick(exec->ssh);
}

static void wipe_input(struct rw_ssh_exec *exec)
{
    if (exec->input)
        rw_secret_wipe(exec->input, exec->input_size);
    free(exec->input);
    exec->input = NULL;
}

/* Closing the channel takes the streams of the command away, but does not end it. */
static void terminate(struct rw_ssh_exec *exec)
{
#if LIBSSH2_VERSION_NUM >= 0x010b00
    if (exec->state == EXEC_RUNNING)
        libssh2_channel_signal_ex(exec->channel, "TERM", 4);
#else
    (void)exec; /* 1.10 cannot send signals. */
#endif
}

/* Notifies the caller. The channel stays and is closed later. */
static void finish(struct rw_ssh_exec *exec, int code, const char *message)
{
    struct rw_ssh_result result = exec->result;
    result.rc = code;
    if (code)
        rw_error_set(&result.error, code, "%s", message);
    memset(&exec->result, 0, sizeof exec->result);
    if (exec->state == EXEC_STARTING || exec->state == EXEC_RUNNING)
        exec->ssh->running--;
    exec->state = EXEC_DYING;
    exec->deadline = 0;
    wipe_input(exec);
    exec->done(exec->context, &result);
    rw_buf_done(&result.out);
    rw_buf_done(&result.err);
}

static void finish_late(struct rw_ssh_exec *exec)
{
    char *message = rw_asprintf("the command did not end within %d ms", exec->timeout_ms);
    finish(exec, RW_ETIMEOUT, message);
    free(message);
}

void rw_ssh_exec_free(struct rw_ssh_exec *exec)
{
    wipe_input(exec);
    free(exec->command);
    free(exec);
}

void rw_ssh_exec_end_all(struct rw_ssh *ssh, int code, const struct rw_error *err)
{
    /* done() may queue another command: it ends the same way. */
    while (ssh->execs) {
        struct rw_ssh_exec *exec = ssh->execs;
        if (exec->state != EXEC_DYING)
            finish(exec, code, err->message);
        /* Appended to only at the end, so this one is still the first. */
        ssh->execs = exec->next;
        rw_ssh_exec_free(exec);
    }
    ssh->spare = NULL;
}

/* ---- errors ---- */

/* Handles an error of one command; false: the connection is gone, and every command with it. */
static bool survive(struct rw_ssh *ssh, struct rw_ssh_exec *exec, int rc, const char *doing)
{
    if (!rw_ssh_channel_error(rc)) {
        rw_ssh_session_fail(ssh, doing);
        return false;
    }
    char *text = NULL;
    int length = 0;
    libssh2_session_last_error(ssh->session, &text, &length, 0);
    char *printable = rw_text_printable(text ? text : "", (size_t)(length > 0 ? length : 0), 200);
    char *message = rw_asprintf("%s failed: %s", doing, printable);
    finish(exec, RW_EPROTO, message);
    free(message);
    free(printable);
    return true;
}

void rw_ssh_exec_refused(struct rw_ssh_exec *exec)
{
    finish(exec, RW_EBUSY, "it refuses to open a session, as it does where MaxSessions is 0");
}

/* ---- one command ---- */

static bool feed(struct rw_ssh_exec *exec)
{
    struct rw_ssh *ssh = exec->ssh;
    while (exec->input_at < exec->input_size && rw_ssh_transport_queued(ssh) < RW_SSH_QUEUE_HIGH) {
        ssize_t n = libssh2_channel_write_ex(exec->channel, 0, exec->input + exec->input_at,
                                             exec->input_size - exec->input_at);
        if (n == LIBSSH2_ERROR_EAGAIN || n == 0)
            return true;
        if (n < 0 && rw_ssh_channel_error((int)n)) {
            /* The command does not want more; what it says about it comes by itself. */
            exec->input_done = true;
            wipe_input(exec);
            exec->input_size = exec->input_at = 0;
            return true;
        }
        if (n < 0) {
            rw_ssh_session_fail(ssh, "sending input");
            return false;
        }
        exec->input_at += (size_t)n;
    }
    if (exec->input_at < exec->input_size || exec->input_done)
        return true;
    int rc = libssh2_channel_send_eof(exec->channel);
    if (rc == LIBSSH2_ERROR_EAGAIN)
        return true;
    exec->input_done = true;
    wipe_input(exec);
    if (rc && !rw_ssh_channel_error(rc)) {
        rw_ssh_session_fail(ssh, "sending input");
        return false;
    }
    return true;
}

/* Reads one stream until nothing is left; false when the connection is gone or the command no
 * longer wanted. */
static bool drain(struct rw_ssh_exec *exec, int stream)
{
    struct rw_ssh *ssh = exec->ssh;
    char chunk[CHUNK];
    for (;;) {
        ssize_t n = libssh2_channel_read_ex(exec->channel, stream, chunk, sizeof chunk);
        if (n == LIBSSH2_ERROR_EAGAIN || n == 0)
            return true;
        if (n < 0)
            return survive(ssh, exec, (int)n, "reading output") && false;
        if (stream != 0)
            rw_buf_fill(&exec->result.err, chunk, (size_t)n);
        else if (exec->output)
            exec->output(exec->context, chunk, (size_t)n);
        else if (rw_buf_put(&exec->result.out, chunk, (size_t)n) != 0)
            exec->cut = true;
        if (exec->canceled || ssh->life.ending)
            return false;
    }
}

/* The exit status of a killed process is 0 for libssh2: the signal has to be looked at first. */
static void take_status(struct rw_ssh_exec *exec)
{
    char *name = NULL;
    size_t size = 0;
    libssh2_channel_get_exit_signal(exec->channel, &name, &size, NULL, NULL, NULL, NULL);
    if (name && size) {
        char *printable = rw_text_printable(name, size, sizeof exec->result.signal - 1);
        memcpy(exec->result.signal, printable, strlen(printable) + 1);
        free(printable);
    } else {
        exec->result.exit_status = libssh2_channel_get_exit_status(exec->channel);
    }
    if (name)
        libssh2_free(exec->ssh->session, name);
}

/* libssh2 takes the answer for another channel to be one for the channel that it was asked about,
 * and gives up: packet.c, _libssh2_packet_requirev(), seen with 1.10. So one at a time is asked. An
 * ended command counts until the answer to its close, which comes after the other. */
static bool another_is_asked(const struct rw_ssh_exec *exec)
{
    for (const struct rw_ssh_exec *other = exec->ssh->execs; other; other = other->next)
        if (other != exec && other->asked)
            return true;
    return false;
}

/* False when the connection is gone. */
static bool run(struct rw_ssh_exec *exec)
{
    struct rw_ssh *ssh = exec->ssh;
    if (exec->state == EXEC_STARTING) {
        if (another_is_asked(exec))
            return true;
        exec->asked = true;
        int rc = libssh2_channel_process_startup(exec->channel, "exec", 4, exec->command,
                                                 (unsigned)strlen(exec->command));
        if (rc == LIBSSH2_ERROR_EAGAIN)
            return true;
        exec->asked = false;
        if (rc)
            return survive(ssh, exec, rc, "starting the command");
        exec->state = EXEC_RUNNING;
    }
    if (!feed(exec))
        return false;
    if (!drain(exec, 0) || !drain(exec, SSH_EXTENDED_DATA_STDERR))
        return ssh->state == RW_SSH_READY;
    if (ssh->more || libssh2_channel_eof(exec->channel) <= 0)
        return true;
    /* The exit status may come after the end of the streams, but not after the close. */
    int rc = libssh2_channel_wait_closed(exec->channel);
    if (rc == LIBSSH2_ERROR_EAGAIN)
        return true;
    if (rc < 0)
        return survive(ssh, exec, rc, "waiting for the command");
    take_status(exec);
    ssh->spare_refused = false;
    finish(exec, exec->cut ? RW_ELIMIT : 0, "the command wrote more than is kept");
    return true;
}

/* ---- all commands ---- */

static void end_overdue(struct rw_ssh *ssh)
{
    int64_t now = rw_clock_ms();
    for (struct rw_ssh_exec *exec = ssh->execs; exec; exec = exec->next) {
        if (exec->state == EXEC_DYING)
            continue;
        if (exec->canceled) {
            terminate(exec);
            finish(exec, RW_ECANCELED, "the command was canceled");
        } else if (exec->deadline && now >= exec->deadline) {
            terminate(exec);
            finish_late(exec);
        }
    }
}

void rw_ssh_exec_pump(struct rw_ssh *ssh)
{
    size_t ended;
    uint64_t received;
    do {
        received = ssh->received;
        end_overdue(ssh);
        if (ssh->life.ending || !rw_ssh_channel_open(ssh) || !rw_ssh_channel_read_spare(ssh))
            return;
        ended = rw_ssh_channel_dying(ssh);
        for (struct rw_ssh_exec *exec = ssh->execs; exec; exec = exec->next) {
            if (exec->state != EXEC_STARTING && exec->state != EXEC_RUNNING)
                continue;
            if (!run(exec) || ssh->life.ending)
                return;
        }
        ended = rw_ssh_channel_dying(ssh) - ended;
        rw_ssh_channel_bury(ssh);
        /* A command that ended makes room for the next one, or for the reserve. Each call may have
         * read something for a command that was looked at before. */
    } while (ended || (!ssh->more && ssh->received != received));
    if (!ssh->execs && !ssh->spare && !ssh->spare_refused)
        rw_ssh_channel_open(ssh);
}

int64_t rw_ssh_exec_deadline(const struct rw_ssh *ssh)
{
    int64_t due = 0;
    for (const struct rw_ssh_exec *exec = ssh->execs; exec; exec = exec->next) {
        if (exec->deadline && (!due || exec->deadline < due))
            due = exec->deadline;
    }
    return due;
}
