/* SPDX-License-Identifier: Apache-2.0 */
/* One SSH connection on a libuv loop: login, host key check, commands. Knows nothing of RKE2.
 *
 * The program has to ignore SIGPIPE: an agent may go away while it is written to.
 *
 * Never blocks. All callbacks come from the loop, never from inside the call that caused them. It
 * hides the traps of libssh2 from all others: docs/architecture.md, "Traps in libssh2". */
#ifndef RW_NET_SSH_H
#define RW_NET_SSH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <uv.h>

#include "base/buf.h"
#include "base/error.h"
#include "net/ssh_algorithms.h"

struct rw_ssh;
struct rw_ssh_exec;
struct rw_ssh_keys;
struct rw_ssh_jumps;

/* Private keys that were read and decrypted. Shared by the connections of one loop, each file is
 * parsed, and each passphrase worked on, once instead of once per connection. */
struct rw_ssh_keys *rw_ssh_keys_new(void);
/* After the last connection that uses it is closed. NULL is fine. */
void rw_ssh_keys_free(struct rw_ssh_keys *keys);

/* A jump host (ssh -J): what is behind it is reached through a connection to it. */
struct rw_ssh_hop {
    const char *address; /* IPv4, IPv6 or name */
    int port;            /* 0 means 22 */
    const char *user;
    const char *key; /* private key file; NULL: the agent and the usual files in ~/.ssh */
};

/* Connections to jump hosts. All connections of one loop that go through the same jump host share
 * one to it (a few while a host behind it lets others wait). It is made when the first needs it,
 * made again when it was lost, and closed with the last. */
struct rw_ssh_jumps *rw_ssh_jumps_new(void);
/* After the last connection that uses it is closed. NULL is fine. */
void rw_ssh_jumps_free(struct rw_ssh_jumps *jumps);

enum rw_ssh_question_kind {
    RW_SSH_ASK_HOST_KEY,   /* a host key that known_hosts does not have; answer "yes" to trust it */
    RW_SSH_ASK_PASSPHRASE, /* the passphrase of a private key */
    RW_SSH_ASK_PASSWORD,   /* the login password */
    RW_SSH_ASK_PROMPT,     /* a keyboard-interactive prompt of the server */
};

/* Borrowed for the time of the callback. */
struct rw_ssh_question {
    enum rw_ssh_question_kind kind;
    const char *prompt;            /* PROMPT: the server's text, made printable; else NULL */
    bool echo;                     /* PROMPT: whether the answer may be shown */
    const char *key_path;          /* PASSPHRASE: the private key file */
    const char *key_type;          /* HOST_KEY: "ssh-ed25519", … */
    const char *fingerprint;       /* HOST_KEY: "SHA256:…" as ssh-keygen -l prints it */
    int attempt;                   /* 1 for the first time, 2 after a wrong answer, … */
    const struct rw_ssh_hop *jump; /* it is the jump host that asks; NULL: the host */
};

/* Strings are copied by rw_ssh_open. */
struct rw_ssh_options {
    const char *address; /* IPv4, IPv6 or name (resolved without blocking) */
    int port;            /* 0 means 22 */
    const char *user;
    const char *key;          /* private key file; NULL: the usual files in ~/.ssh */
    struct rw_ssh_keys *keys; /* shared with other connections; NULL: one of its own */
    bool key_only;            /* do not try the agent before the key file */
    const char *password;     /* known password, tried before asking; or NULL */
    const char *known_hosts;  /* file, read and appended to; NULL: ~/.ssh/known_hosts. As by ssh(1),
                                 the same with a 2, and those in /etc/ssh, are read too */
    bool accept_new_host_key; /* append an unknown key without asking; a changed key is refused */
    bool ask;                 /* false: never call question(), fail instead */
    int connect_timeout_ms;   /* from TCP connect to the host key; 0 means 15000 */
    int login_timeout_ms;     /* from there to logged in, time of questions not counted; 0 means
                                 60000: PAM may ask a directory service that is slow */
    int keepalive_ms;         /* 0 means 5000; after three unanswered ones the connection is dead */
    /* The jump host to go through, with the known_hosts, the ways to trust and to ask, and the
     * timeout of this connection; or NULL. Then the address is one as the jump host sees it, and
     * the time begins when the jump host is asked for a way to it. */
    const struct rw_ssh_hop *jump;
    struct rw_ssh_jumps *jumps; /* shared with other connections; NULL: one of its own */
};

/* What about a jump host kept a connection from being made. */
enum rw_ssh_jump_problem {
    RW_SSH_JUMP_FINE,    /* nothing, or there is none */
    RW_SSH_JUMP_FAILED,  /* no login there; the rest of rw_ssh_info is about the jump host */
    RW_SSH_JUMP_FORBIDS, /* logged in there, but it forwards nothing, or not to this host */
    RW_SSH_JUMP_NO_WAY,  /* it does not reach the host */
};

/* What kept the login from succeeding, where the code does not say it. */
enum rw_ssh_problem {
    RW_SSH_NO_PROBLEM,
    RW_SSH_NO_FILES,    /* this machine lets the program open no more files */
    RW_SSH_KNOWN_HOSTS, /* known_hosts cannot be read or written */
    RW_SSH_REVOKED,     /* known_hosts says that the host key is revoked */
    RW_SSH_AUTHORITY,   /* known_hosts knows a certificate authority for it, which is of no use here
                         */
    RW_SSH_TURNED_AWAY, /* the server says that it takes no connection from here now */
    RW_SSH_NO_ALGORITHM, /* the two sides have none in common; see `advice` */
    RW_SSH_ENDED_EARLY,  /* it closed the connection, or fell silent, before the login */
    RW_SSH_SLOW,         /* it did not finish the login in time */
    RW_SSH_TOO_MANY,     /* it hung up after some attempts that it refused */
    RW_SSH_CLOSED,       /* it hung up during the login, and not because of that */
    RW_SSH_FACTOR,       /* it took a key or a password and wants more */
    RW_SSH_PROBLEM_COUNT
};

struct rw_ssh_handler {
    /* Logged in (rc 0), or not: RW_ERESOLVE, RW_ECONNECT, RW_ECLOSED (the host answered, and
     * refused or closed the connection before the login: its sshd may be restarting), RW_ETIMEOUT,
     * RW_EPROTO, RW_EHOSTKEY, RW_EAUTH, RW_ECANCELED. Called once. After a failure only
     * rw_ssh_close remains. */
    void (*opened)(void *context, int rc, const struct rw_error *err);
    /* Answer with rw_ssh_answer, at any later time. */
    void (*question)(void *context, const struct rw_ssh_question *question);
    /* The connection was lost after opened(0): RW_ECLOSED or RW_ETIMEOUT. Every running command
     * has been ended with the same code before. Called at most once. */
    void (*lost)(void *context, const struct rw_error *err);
};

/* More about a failed or a running connection, for findings. Borrowed; "" when not known. */
struct rw_ssh_info {
    const char *methods;       /* login methods the server offers, "publickey,password" */
    const char *tried;         /* what was tried: "key ~/.ssh/id_ed25519, agent (2 keys)" */
    const char *host_key_type; /* of the key the server showed */
    const char *fingerprint;   /* "SHA256:…" of the key the server showed */
    const char *known_hosts;   /* the file with the entry that decided, or that is written to */
    int known_hosts_line;      /* line of the entry that does not match, or 0 */
    bool host_key_changed;     /* RW_EHOSTKEY: known with another key (false: simply unknown) */
    const char *algorithms;    /* key exchange failed: what this side offers */
    const char *banner;        /* the server's version, "SSH-2.0-OpenSSH_9.2p1 …" */
    enum rw_ssh_jump_problem jump;
    enum rw_ssh_problem problem;
    const char *said; /* the host's last words to the user during the login, printable */
    int attempts;     /* keys and passwords that it refused */
    int timeout_s;    /* RW_SSH_SLOW: how long the login may take */
    /* RW_SSH_NO_ALGORITHM: of what, what the host offers, and what helps. */
    const char *missing, *offered;
    struct rw_ssh_advice advice;
    const char *library; /* version of libssh2 */
};

/* Of a connection that is none. */
extern const struct rw_ssh_info rw_ssh_no_info;

/* Starts connecting. The result is owned by the caller: end it with rw_ssh_close. */
struct rw_ssh *rw_ssh_open(uv_loop_t *loop, const struct rw_ssh_options *options,
                           const struct rw_ssh_handler *handler, void *context);
/* Answers the open question; NULL refuses it. The answer is copied, and wiped after use. */
void rw_ssh_answer(struct rw_ssh *ssh, const char *answer);
struct rw_ssh_info rw_ssh_get_info(const struct rw_ssh *ssh);

/* Closes at once, from the loop: opened(RW_ECANCELED) if it was not called before; commands that
 * still run end with RW_ECANCELED; then closed() is called (may be NULL) and the memory is gone.
 * Further calls do nothing. */
void rw_ssh_close(struct rw_ssh *ssh, void (*closed)(void *context), void *context);

struct rw_ssh_result {
    int rc; /* 0: the command ran to its end, whatever its exit status; RW_ECLOSED, RW_ETIMEOUT,
               RW_ECANCELED, RW_EPROTO; RW_EBUSY: the host opens no session, nothing was run;
               RW_ELIMIT: the same as 0, but that out is not all */
    struct rw_error error;
    int exit_status;        /* 0–255; -1 when it did not exit by itself */
    char signal[16];        /* "KILL", … when a signal ended it, else "" */
    struct rw_buf out, err; /* what was kept of both streams; freed after the callback */
};

struct rw_ssh_command {
    const char *command; /* one line for the user's login shell, whichever it is; copied */
    const void *input;   /* standard input, then end of file; copied, wiped after sending */
    size_t input_size;
    /* Where the host allows no further session on the connection (MaxSessions of sshd), the command
     * ends with RW_EBUSY, and did not run; otherwise it waits for others to end. */
    bool at_once;
    int timeout_ms;    /* for the whole command; 0: none */
    size_t output_max; /* bytes of each stream that are kept; 0 means 1 MiB; the rest is drained.
                          Too much on standard output is RW_ELIMIT, standard error is cut. */
    /* When set, standard output comes here as it arrives and is not kept in result.out. */
    void (*output)(void *context, const char *data, size_t size);
    void (*done)(void *context, const struct rw_ssh_result *result); /* called once */
    void *context;
};

/* Runs a command in a channel of its own; several may run at once (a stock sshd allows ten). Only
 * after opened(0). */
struct rw_ssh_exec *rw_ssh_exec(struct rw_ssh *ssh, const struct rw_ssh_command *command);
/* Ends a command early: done() comes with RW_ECANCELED. The command on the host loses its streams;
 * it gets SIGTERM only when libssh2 is 1.11 or newer, so a command that must end needs its own
 * signal. */
void rw_ssh_exec_cancel(struct rw_ssh_exec *exec);

#endif
