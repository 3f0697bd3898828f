/* SPDX-License-Identifier: Apache-2.0 */
/* A host to do things on: one SSH connection, reopened when it drops, on which scripts run as
 * root, by sudo where the login is another user. More connections where the host allows too few
 * sessions on one; nothing is asked for these. */
#ifndef RW_REMOTE_REMOTE_H
#define RW_REMOTE_REMOTE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/error.h"
#include "net/ssh.h"
#include "remote/refusal.h"
#include "remote/reply.h"
#include "remote/script.h"
#include "remote/transport.h"

struct rw_remote;
struct rw_remote_job;

/* Strings are copied. */
struct rw_remote_options {
    const char *name; /* for messages */
    const char *address;
    int port;
    const char *user;
    const char *key;
    const char *password;      /* or NULL */
    const char *sudo_password; /* or NULL: the login password, or ask */
    bool accept_new_host_key;
    bool ask;
    int connect_timeout_ms;
    struct rw_ssh_keys *keys;             /* shared by all hosts, borrowed; or NULL */
    struct rw_ssh_hop jump;               /* the jump host to go through; address NULL: none */
    struct rw_ssh_jumps *jumps;           /* shared by all hosts, borrowed; or NULL */
    const struct rw_transport *transport; /* borrowed; NULL: SSH */
};

/* A question for the user: one of the SSH layer, or the sudo password. */
struct rw_remote_question {
    const struct rw_ssh_question *ssh; /* or NULL: the sudo password is wanted */
    int attempt;                       /* of the sudo password */
};

struct rw_remote_handler {
    /* The first connection: 0 when logged in and a script has run as root; else the codes of ssh.h,
     * RW_EREMOTE (the login shell runs no script) or RW_EPRIVILEGE (none as root). Called once. */
    void (*opened)(void *context, struct rw_remote *remote, int rc, const struct rw_error *err);
    /* Answer with rw_remote_answer. Only while the first connection is made. */
    void (*question)(void *context, struct rw_remote *remote,
                     const struct rw_remote_question *question);
    /* The connection was lost (true) or is back (false). May be NULL. */
    void (*link)(void *context, struct rw_remote *remote, bool down);
};

struct rw_remote *rw_remote_open(uv_loop_t *loop, const struct rw_remote_options *options,
                                 const struct rw_remote_handler *handler, void *context);
void rw_remote_answer(struct rw_remote *remote, const char *answer);
struct rw_ssh_info rw_remote_info(const struct rw_remote *remote);
/* After opened() with RW_EPRIVILEGE or RW_EREMOTE: where it stopped, and what the host said.
 * Borrowed. */
const struct rw_refusal *rw_remote_refusal(const struct rw_remote *remote);
/* Ends jobs with RW_ECANCELED, closes; closed() (may be NULL) comes from the loop. */
void rw_remote_close(struct rw_remote *remote, void (*closed)(void *context), void *context);

struct rw_remote_result {
    int rc; /* 0: the script ran to its end; RW_ETIMEOUT, RW_ECANCELED, RW_ECLOSED (not
               reconnected in time), RW_EREMOTE, RW_EBUSY (the host lets nothing run): it did not
               (see error) */
    struct rw_error error;
    int status;            /* exit status of the script */
    struct rw_reply reply; /* empty for jobs with on_line */
    const char *err;       /* standard error as one printable line, at most 64 KiB */
};

struct rw_remote_script {
    const struct rw_script_var *vars;
    size_t var_count;
    const char *body; /* all of it is copied, and wiped afterwards */
    int timeout_ms;   /* from the call to the end, reconnecting included; 0: none */
    bool urgent;      /* comes before all others that wait, and waits behind nothing that runs */
    /* Streams: lines come here and are kept nowhere. A stream whose connection drops ends with
     * RW_ECLOSED; anything else is run again after reconnecting, because every script of ours may
     * run twice. */
    void (*on_line)(void *context, const char *line, size_t length);
    void (*done)(void *context, const struct rw_remote_result *result); /* called once */
    void *context;
};

struct rw_remote_job *rw_remote_run(struct rw_remote *remote,
                                    const struct rw_remote_script *script);
/* Ends a job early; done() comes with RW_ECANCELED. */
void rw_remote_cancel(struct rw_remote_job *job);

#endif
