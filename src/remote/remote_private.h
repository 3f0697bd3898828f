/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of src/remote only. */
#ifndef RW_REMOTE_REMOTE_PRIVATE_H
#define RW_REMOTE_REMOTE_PRIVATE_H

#include "base/life.h"
#include "remote/remote.h"

enum remote_state {
    REMOTE_CONNECTING,
    REMOTE_PRIVILEGE, /* logged in; finding out how to become root */
    REMOTE_UP,
    REMOTE_DOWN, /* lost; the retry timer runs */
    REMOTE_FAILED,
    REMOTE_CLOSING,
};

struct rw_remote {
    struct rw_life life; /* held by each connection until it has ended */
    uv_loop_t *loop;
    const struct rw_transport *transport;
    struct rw_remote_handler handler;
    void *context;
    char *name, *address, *user, *key, *password, *sudo_password;
    int port, connect_timeout_ms;
    struct rw_ssh_keys *keys;
    struct rw_ssh_hop jump; /* its strings are owned; address NULL: none */
    struct rw_ssh_jumps *jumps;
    bool accept_new_host_key, ask;

    enum remote_state state;
    bool was_up;
    struct rw_ssh *ssh;
    bool ssh_closing; /* the last connection has not ended yet */
    uv_timer_t retry;
    bool retry_due;
    int retry_ms;
    int failure; /* REMOTE_FAILED: why, for jobs that still come */
    struct rw_error failure_error;

    const char *root_command; /* how a shell of root is started; static */
    bool sudo_reads_password; /* from the first line of standard input */
    int sudo_attempt;

    struct rw_remote_job *jobs; /* all that are not done, oldest first */
};

void rw_remote_open_failed(struct rw_remote *remote, int rc, const struct rw_error *err);
void rw_remote_up(struct rw_remote *remote);

/* privilege.c */
void rw_remote_find_privilege(struct rw_remote *remote);
void rw_remote_sudo_answer(struct rw_remote *remote, const char *answer);

/* job.c */
void rw_remote_start_jobs(struct rw_remote *remote);
void rw_remote_fail_jobs(struct rw_remote *remote, int rc, const struct rw_error *err);

#endif
