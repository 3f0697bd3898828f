/* SPDX-License-Identifier: Apache-2.0 */
/* Commands and their channels, shared by ssh_exec.c and ssh_channel.c only. */
#ifndef RW_NET_SSH_EXEC_H
#define RW_NET_SSH_EXEC_H

#include "net/ssh_private.h"

enum exec_state {
    EXEC_QUEUED,   /* waits for a channel */
    EXEC_STARTING, /* the request is on its way */
    EXEC_RUNNING,
    EXEC_DYING, /* done() was called; only the channel is left to be freed */
};

struct rw_ssh_exec {
    struct rw_ssh *ssh;
    struct rw_ssh_exec *next;
    enum exec_state state;
    LIBSSH2_CHANNEL *channel;
    char *command;
    char *input;
    size_t input_size, input_at;
    bool input_done;
    int64_t deadline;
    int timeout_ms;
    bool canceled;
    bool cut;   /* standard output did not fit into result.out */
    bool asked; /* the host has not answered yet whether it starts the command */
    bool at_once;
    void (*output)(void *context, const char *data, size_t size);
    void (*done)(void *context, const struct rw_ssh_result *result);
    void *context;
    struct rw_ssh_result result;
};

/* ---- ssh_exec.c ---- */

/* The host opens no session for the command, which ends with RW_EBUSY. */
void rw_ssh_exec_refused(struct rw_ssh_exec *exec);
void rw_ssh_exec_free(struct rw_ssh_exec *exec);

/* ---- ssh_channel.c ---- */

/* Whether the error concerns one channel; all others end the connection. */
bool rw_ssh_channel_error(int rc);
/* Opens channels and hands them to waiting commands; false when the connection is gone. */
bool rw_ssh_channel_open(struct rw_ssh *ssh);
/* Reads for the channel in reserve; false when the connection is gone. */
bool rw_ssh_channel_read_spare(struct rw_ssh *ssh);
/* Closes the channels of ended commands, and frees those commands. */
void rw_ssh_channel_bury(struct rw_ssh *ssh);
/* How many ended commands have a channel left. */
size_t rw_ssh_channel_dying(const struct rw_ssh *ssh);

#endif
