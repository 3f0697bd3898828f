/* SPDX-License-Identifier: Apache-2.0 */
/* The channels of commands: opening, the one in reserve, closing. */
#include "net/ssh_exec.h"

/* Small enough for hundreds of connections, large enough for 10 MB/s over 50 ms. */
#define WINDOW (512u * 1024)
/* A refused channel is asked for again this often. */
#define REFUSALS_MAX 3

bool rw_ssh_channel_error(int rc)
{
    switch (rc) {
    case LIBSSH2_ERROR_CHANNEL_FAILURE:
    case LIBSSH2_ERROR_CHANNEL_REQUEST_DENIED:
    case LIBSSH2_ERROR_CHANNEL_UNKNOWN:
    case LIBSSH2_ERROR_CHANNEL_WINDOW_EXCEEDED:
    case LIBSSH2_ERROR_CHANNEL_PACKET_EXCEEDED:
    case LIBSSH2_ERROR_CHANNEL_CLOSED:
    case LIBSSH2_ERROR_CHANNEL_EOF_SENT:
        return true;
    default:
        return false;
    }
}

static struct rw_ssh_exec *first_queued(const struct rw_ssh *ssh)
{
    struct rw_ssh_exec *exec = ssh->execs;
    while (exec && exec->state != EXEC_QUEUED)
        exec = exec->next;
    return exec;
}

size_t rw_ssh_channel_dying(const struct rw_ssh *ssh)
{
    size_t count = 0;
    for (const struct rw_ssh_exec *exec = ssh->execs; exec; exec = exec->next)
        count += exec->state == EXEC_DYING;
    return count;
}

static bool is_closing(const struct rw_ssh *ssh)
{
    for (const struct rw_ssh_exec *exec = ssh->execs; exec; exec = exec->next)
        if (exec->state == EXEC_DYING && exec->channel)
            return true;
    return false;
}

static bool wants_channel(const struct rw_ssh *ssh)
{
    if (ssh->spare)
        return false;
    /* Where sessions are few, one that is being closed is in the way of the next. */
    if (ssh->crowded && is_closing(ssh))
        return false;
    if (first_queued(ssh))
        return ssh->running < ssh->limit;
    /* The reserve: somebody has to read. */
    return !ssh->running && !ssh->spare_refused && !rw_ssh_channel_dying(ssh);
}

/* The host opens no further channel: fewer at once will do, unless that is none. */
static bool channel_refused(struct rw_ssh *ssh)
{
    struct rw_ssh_exec *exec = first_queued(ssh);
    /* sshd clears away ended sessions only after it has read everything: one that we closed just
     * before may have stood in the way. */
    ssh->crowded = true;
    if (++ssh->refusals <= REFUSALS_MAX)
        return true;
    ssh->refusals = 0;
    if (exec && exec->at_once) {
        rw_ssh_exec_refused(exec);
        return ssh->state == RW_SSH_READY && !ssh->life.ending;
    }
    if (ssh->running) {
        ssh->limit = ssh->running;
        return true;
    }
    if (!exec) {
        ssh->spare_refused = true;
        return true;
    }
    rw_ssh_exec_refused(exec);
    return ssh->state == RW_SSH_READY && !ssh->life.ending;
}

/* Gives 0 with a channel in reserve, or an error of libssh2. */
static int open_spare(struct rw_ssh *ssh)
{
    ssh->spare = libssh2_channel_open_ex(ssh->session, "session", 7, WINDOW,
                                         LIBSSH2_CHANNEL_PACKET_DEFAULT, NULL, 0);
    int rc = ssh->spare ? 0 : libssh2_session_last_errno(ssh->session);
    ssh->opening = rc == LIBSSH2_ERROR_EAGAIN;
    if (!rc)
        ssh->refusals = 0;
    return rc;
}

bool rw_ssh_channel_open(struct rw_ssh *ssh)
{
    for (;;) {
        struct rw_ssh_exec *exec = first_queued(ssh);
        if (ssh->spare && exec && ssh->running < ssh->limit) {
            exec->channel = ssh->spare;
            exec->state = EXEC_STARTING;
            ssh->spare = NULL;
            ssh->running++;
        }
        /* An opening that was begun has to be ended: libssh2 knows one at a time. */
        if (!ssh->opening && !wants_channel(ssh))
            return true;
        int rc = open_spare(ssh);
        if (rc == LIBSSH2_ERROR_EAGAIN)
            return true;
        if (rc && !rw_ssh_channel_error(rc)) {
            rw_ssh_session_fail(ssh, "opening a session");
            return false;
        }
        if (rc && !channel_refused(ssh))
            return false;
    }
}

bool rw_ssh_channel_read_spare(struct rw_ssh *ssh)
{
    if (!ssh->spare)
        return true;
    char byte;
    ssize_t n = libssh2_channel_read_ex(ssh->spare, 0, &byte, 1);
    if (n < 0 && n != LIBSSH2_ERROR_EAGAIN) {
        rw_ssh_session_fail(ssh, "a quiet time");
        return false;
    }
    if (libssh2_channel_eof(ssh->spare) > 0 &&
        libssh2_channel_free(ssh->spare) != LIBSSH2_ERROR_EAGAIN) {
        ssh->spare = NULL;
        ssh->spare_refused = true;
    }
    return true;
}

bool rw_ssh_exec_reads(const struct rw_ssh *ssh)
{
    return ssh->running || ssh->spare || ssh->opening || wants_channel(ssh) ||
           rw_ssh_channel_dying(ssh);
}

void rw_ssh_channel_bury(struct rw_ssh *ssh)
{
    /* Closing waits for the host's answer, so it may take several turns. */
    for (struct rw_ssh_exec **at = &ssh->execs; *at;) {
        struct rw_ssh_exec *exec = *at;
        bool gone = exec->state == EXEC_DYING &&
                    (!exec->channel || libssh2_channel_free(exec->channel) != LIBSSH2_ERROR_EAGAIN);
        if (!gone) {
            at = &exec->next;
            continue;
        }
        *at = exec->next;
        rw_ssh_exec_free(exec);
    }
}
