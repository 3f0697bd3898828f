/* SPDX-License-Identifier: Apache-2.0 */
/* The inside of an SSH connection, shared by the ssh_*.c files only. */
#ifndef RW_NET_SSH_PRIVATE_H
#define RW_NET_SSH_PRIVATE_H

#include <libssh2.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <uv.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/life.h"
#include "net/ssh.h"
#include "net/ssh_key.h"

/* The result of a step of a state machine. Negative numbers are error codes. */
enum {
    RW_SSH_DONE = 0,
    RW_SSH_WAIT = 1, /* call again when something has happened */
};

enum rw_ssh_state {
    RW_SSH_RESOLVING,
    RW_SSH_CONNECTING,
    RW_SSH_HANDSHAKE,
    RW_SSH_HOST_KEY,
    RW_SSH_LOGIN,
    RW_SSH_READY,
    RW_SSH_ENDED, /* failed or lost; only closing remains */
};

struct rw_ssh_socket;
struct rw_ssh_tunnel;
struct rw_ssh_jump;
struct rw_ssh_auth;
struct rw_known_hosts;

struct rw_ssh {
    uv_loop_t *loop;
    struct rw_ssh_handler handler;
    void *context;
    enum rw_ssh_state state;
    bool started;
    bool opened; /* opened() was called */

    /* options */
    char *address, *user, *key, *password, *known_hosts_path;
    int port, connect_timeout_ms, login_timeout_ms, keepalive_ms;
    bool key_only, accept_new_host_key, ask;
    struct rw_ssh_keys *keys, *own_keys;

    struct rw_life life;
    uv_timer_t timer;

    /* time; 0 means none. All in rw_clock_ms(). */
    int64_t deadline;
    int64_t budget_ms; /* what was left of the deadline when a question stopped it; or -1 */

    /* connecting */
    uv_getaddrinfo_t resolver;
    bool resolving;
    struct addrinfo *addresses, *next_address;
    struct rw_error connect_error;

    /* transport */
    struct rw_ssh_socket *socket;
    struct rw_buf queue; /* accepted from libssh2, not yet taken by the socket */
    size_t queue_at;
    struct rw_buf ahead; /* received while there was no reader */
    size_t ahead_at;
    struct rw_buf first; /* the first bytes of the host: banner and key exchange lists */
    bool eof, dead;
    int io_errno;
    uint64_t received, sent;
    size_t turn;          /* what libssh2 may still take in this turn of the loop */
    bool more;            /* it would have taken more */
    size_t early, lines;  /* bytes before the login, and lines before the identification */
    unsigned at;          /* how much of "SSH-" the present line begins with */
    bool identified;      /* the host has said what it speaks */
    const char *too_much; /* of what it sent more than anybody needs, or NULL; static */
    char *said;           /* the host's last words to the user during the login, or NULL */
    char *goodbye;        /* why it says that it ends the connection, or NULL */

    /* behind a jump host */
    struct rw_ssh_jump *jump; /* or NULL: connected to directly */
    struct rw_ssh_jumps *own_jumps;
    bool on_jump;                 /* counted by the jump host as one that uses it */
    bool jump_asks;               /* its question was put; the answer is for it */
    struct rw_ssh_tunnel *tunnel; /* stands in for the socket; NULL: none yet, or gone */
    int tunnel_fd;                /* a descriptor to show to libssh2, which does not use it */
    char *jump_lost;              /* why the tunnel is gone, or NULL: the host closed it */
    enum rw_ssh_jump_problem jump_problem;

    /* to a jump host */
    struct rw_ssh_jump *carries; /* whose connection this is, or NULL; it runs no commands */
    struct rw_ssh_tunnel *tunnels;

    /* session */
    LIBSSH2_SESSION *session;
    bool exchanging; /* the last call of the handshake has to be repeated */
    struct rw_known_hosts *known;
    struct rw_buf host_key;
    struct rw_ssh_auth *auth;

    /* the open question */
    bool asking, answered;
    char *answer;

    /* commands */
    struct rw_ssh_exec *execs;
    LIBSSH2_CHANNEL *spare; /* opened, without a command yet */
    bool spare_refused;
    int running, limit;
    bool opening; /* the last call that opens a channel has to be repeated */
    int refusals; /* in a row */
    bool crowded; /* the host has refused a channel */

    /* keepalive */
    int64_t next_tick;
    uint64_t received_before;
    int unanswered;

    /* information */
    char *methods, *tried, *host_key_type, *fingerprint, *algorithms, *banner;
    char *known_hosts_file; /* that decided; or NULL: the one that is written to */
    int known_hosts_line;
    bool host_key_changed;
    enum rw_ssh_problem problem;
    int attempts; /* keys and passwords that the host refused */
    const char *missing;
    char *offered;
    struct rw_ssh_advice advice;
};

/* ---- ssh.c ---- */

/* Goes on from the loop as soon as possible. */
void rw_ssh_kick(struct rw_ssh *ssh);
/* Ends the connection for good: opened(code), or lost(code) when it was open. Returns code. */
int rw_ssh_fail(struct rw_ssh *ssh, int code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, and says what the problem is. */
int rw_ssh_fail_with(struct rw_ssh *ssh, enum rw_ssh_problem problem, int code, const char *format,
                     ...) __attribute__((format(printf, 4, 5)));
/* Begins once more with the address; the login goes on where it was. */
void rw_ssh_again(struct rw_ssh *ssh);
/* Puts the question to the user, or keeps waiting for its answer. RW_SSH_DONE: *answer is to be
 * freed by rw_secret_free, or NULL when the user refused. */
int rw_ssh_ask(struct rw_ssh *ssh, const struct rw_ssh_question *question, char **answer);
/* Takes the time until rw_ssh_resume out of the connect timeout. */
void rw_ssh_pause(struct rw_ssh *ssh);
void rw_ssh_resume(struct rw_ssh *ssh);

/* ---- ssh_pump.c ---- */

/* Does whatever can be done now. Only from the loop. */
void rw_ssh_pump(struct rw_ssh *ssh);
/* Arms the timer for whatever is due first. */
void rw_ssh_arm(struct rw_ssh *ssh);

/* ---- ssh_memory.c ---- */

LIBSSH2_SESSION *rw_ssh_session_new(struct rw_ssh *ssh);
/* A copy for libssh2 to free: only from here. It ends with a NUL, which is not counted. */
void *rw_ssh_give(const void *data, size_t size);

/* ---- ssh_connect.c ---- */

/* Whether this machine lets the program open no more files. */
bool rw_ssh_out_of_files(void);

void rw_ssh_connect_start(struct rw_ssh *ssh);
void rw_ssh_connect_stop(struct rw_ssh *ssh);
/* The timer rang while connecting: goes to the next address or fails. */
void rw_ssh_connect_timeout(struct rw_ssh *ssh);
/* The socket of the current attempt became writable. */
void rw_ssh_connect_ready(struct rw_ssh *ssh);
/* The tunnel is open: true when the key exchange has begun. */
bool rw_ssh_connect_tunneled(struct rw_ssh *ssh);

/* ---- ssh_transport.c ---- */

/* Feeding of standard input stops here; the queue may exceed it by one window of libssh2. */
#define RW_SSH_QUEUE_HIGH (256u * 1024)

/* Watches fd, which it owns from now on. */
int rw_ssh_transport_open(struct rw_ssh *ssh, int fd);
void rw_ssh_transport_close(struct rw_ssh *ssh);
/* A turn of the loop begins: libssh2, which reads as long as bytes come, may take so many. */
void rw_ssh_transport_turn(struct rw_ssh *ssh);
/* Sets the events to wait for from the state of the connection. */
void rw_ssh_transport_watch(struct rw_ssh *ssh);
size_t rw_ssh_transport_queued(const struct rw_ssh *ssh);
void rw_ssh_transport_callbacks(struct rw_ssh *ssh);
int rw_ssh_transport_fd(const struct rw_ssh *ssh);
/* The two ends of the queues, for a tunnel: what is to be sent (borrowed), how much of it was
 * taken, room for what arrives, and what arrived. */
const char *rw_ssh_transport_outgoing(const struct rw_ssh *ssh);
void rw_ssh_transport_taken(struct rw_ssh *ssh, size_t size);
size_t rw_ssh_transport_room(const struct rw_ssh *ssh);
void rw_ssh_transport_arrived(struct rw_ssh *ssh, const char *data, size_t size);

/* ---- ssh_handshake.c ---- */

int rw_ssh_handshake_start(struct rw_ssh *ssh);
int rw_ssh_handshake_step(struct rw_ssh *ssh);
/* Whether what answers has said something that is no SSH; then the connection has failed with that
 * (RW_EPROTO). */
bool rw_ssh_stranger(struct rw_ssh *ssh);
int rw_ssh_host_key_step(struct rw_ssh *ssh);
/* Frees the libssh2 session in whatever state it is. */
void rw_ssh_session_free(struct rw_ssh *ssh);
/* Fails with what libssh2 and the socket say about the last error. */
int rw_ssh_session_fail(struct rw_ssh *ssh, const char *doing);

/* ---- ssh_auth.c and its helpers ---- */

void rw_ssh_auth_start(struct rw_ssh *ssh);
int rw_ssh_auth_step(struct rw_ssh *ssh);
void rw_ssh_auth_free(struct rw_ssh *ssh);

/* ---- ssh_tunnel.c: connections to hosts through one to their jump host ---- */

/* Asks the jump host at the other end of `outer` for a way to where inner wants to. */
void rw_ssh_tunnel_new(struct rw_ssh *outer, struct rw_ssh *inner);
/* Whether a connection to a jump host is just asking for a way; the jump host answers one at a
 * time. Since when, in rw_clock_ms(), or 0. */
int64_t rw_ssh_tunnel_opening(const struct rw_ssh *outer);
/* Takes a way up that was asked for by another, who has gone meanwhile; false: there is none. */
bool rw_ssh_tunnel_adopt(struct rw_ssh *outer, struct rw_ssh *inner);
bool rw_ssh_tunnel_is_open(const struct rw_ssh_tunnel *tunnel);
/* Something is to be sent, or there is room again. */
void rw_ssh_tunnel_wake(struct rw_ssh *inner);
/* inner wants its tunnel no longer. */
void rw_ssh_tunnel_leave(struct rw_ssh *inner);
void rw_ssh_tunnel_pump(struct rw_ssh *outer);
/* Whether a tunnel is going to read from the transport in the next pump. */
bool rw_ssh_tunnel_reads(const struct rw_ssh *outer);
/* When a pending answer of the jump host counts as late; 0: never, or it does already. */
int64_t rw_ssh_tunnel_deadline(const struct rw_ssh *outer);
/* The connection to the jump host is gone. */
void rw_ssh_tunnel_end_all(struct rw_ssh *outer, const struct rw_error *err);

/* ---- ssh_jump.c: jump hosts, and who waits for them ---- */

/* A way that is asked for longer than this holds up no others. */
#define RW_SSH_TUNNEL_LATE_MS 1500

struct rw_ssh_jump *rw_ssh_jump_get(struct rw_ssh_jumps *jumps, const struct rw_ssh_hop *hop);
/* ssh wants a tunnel; it gets one, or fails. */
void rw_ssh_jump_enter(struct rw_ssh *ssh);
void rw_ssh_jump_leave(struct rw_ssh *ssh);
/* ssh has to ask for another tunnel, since the connection to the jump host was lost. */
void rw_ssh_jump_again(struct rw_ssh *ssh);
/* Gives those who wait what can be given. */
void rw_ssh_jump_serve(struct rw_ssh_jump *jump);
void rw_ssh_jump_answer(struct rw_ssh *ssh, const char *answer);
/* "address", or "[address]:port", for messages; borrowed. */
const char *rw_ssh_jump_name(const struct rw_ssh_jump *jump);

/* ---- ssh_exec.c ---- */

void rw_ssh_exec_pump(struct rw_ssh *ssh);
/* Whether libssh2 is going to read from the transport in the next pump. */
bool rw_ssh_exec_reads(const struct rw_ssh *ssh);
/* When the next command is out of time; 0: never. */
int64_t rw_ssh_exec_deadline(const struct rw_ssh *ssh);
/* Ends every command with code; their channels are forgotten. */
void rw_ssh_exec_end_all(struct rw_ssh *ssh, int code, const struct rw_error *err);

#endif
