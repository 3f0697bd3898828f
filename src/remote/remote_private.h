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

/* A connection that commands go through. */
struct rw_remote_lane {
    struct rw_remote *remote;
    struct rw_remote_lane *next;
    struct rw_ssh *ssh; /* not of the first: that is remote->ssh, which comes and goes */
    bool opening, up, closing;
    size_t jobs;   /* that were given to it, and have not ended */
    bool full;     /* the host refused a session although none of ours is known to run */
    bool served;   /* a command has run there */
    bool soiled;   /* a command was given up there */
    bool reserved; /* for what is urgent */
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
    int hung_up; /* how often the host did, before it was up for the first time */
    int failure; /* REMOTE_FAILED: why, for jobs that still come */
    struct rw_error failure_error;

    enum rw_refusal_at probe_at; /* the way to root that is tried now */
    struct rw_script_output probe_output;
    struct rw_reply probe_reply;
    struct rw_refusal refusal; /* what the last try came to */

    const char *root_command; /* how a shell of root is started; static */
    bool sudo_reads_password; /* from the first line of standard input */
    int sudo_attempt;

    struct rw_remote_job *jobs; /* all that are not done: urgent ones, then oldest first */

    struct rw_remote_lane first;
    struct rw_remote_lane *lanes; /* further ones */
    size_t sessions;              /* that the host allows on a connection; 0: as many as we want */
    uv_timer_t crowded;           /* runs while a job waits for a session */
    bool crowd_waited;            /* it has just rung */
    int lane_failures;            /* in a row */

    bool asks_password; /* the open question is for the login password */
    char *typed;        /* its answer, until it is known whether it was right */
};

void rw_remote_open_failed(struct rw_remote *remote, int rc, const struct rw_error *err);
void rw_remote_up(struct rw_remote *remote);
/* How to log in; borrows from remote. */
struct rw_ssh_options rw_remote_login(const struct rw_remote *remote);

/* privilege.c */
void rw_remote_find_privilege(struct rw_remote *remote);
void rw_remote_sudo_answer(struct rw_remote *remote, const char *answer);
/* Frees what the last try has left. */
void rw_remote_probe_done(struct rw_remote *remote);

/* lane.c */

/* Where the next command can go, or NULL. */
struct rw_remote_lane *rw_remote_lane_with_room(struct rw_remote *remote, bool urgent);
/* A job waits for a session: opens a lane, now or when it has waited for a while. */
void rw_remote_lane_wanted(struct rw_remote *remote, bool now, bool urgent);
/* A command on the lane, which no longer counts, has ended so. */
void rw_remote_lane_left(struct rw_remote_lane *lane, const struct rw_ssh_result *result);
/* It was refused a session. False: the host has never let anything run. */
bool rw_remote_lane_refused(struct rw_remote_lane *lane);
/* Closes all but the first. */
void rw_remote_lanes_close(struct rw_remote *remote);

/* job.c */

/* Starts those that wait, as far as there is room. */
void rw_remote_start_jobs(struct rw_remote *remote);
/* Ends the oldest stream, whose owner begins it anew behind those that wait now. */
void rw_remote_end_stream(struct rw_remote *remote);
void rw_remote_fail_jobs(struct rw_remote *remote, int rc, const struct rw_error *err);

#endif
