/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes between libssh2 and the socket. The reasons for the queue stand in ssh.c. */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/mem.h"
#include "net/ssh_private.h"

/* A host that sends more than this without being asked has to wait. */
#define AHEAD_MAX (64u * 1024)
/* The bytes that a tunnel may bring at once. */
#define TUNNEL_AHEAD_MAX (256u * 1024)
/* Enough for a long banner and a key exchange packet. */
#define FIRST_MAX (16u * 1024)
/* What libssh2 takes in one turn of the loop: enough for 10 MB/s over a busy loop; before the
 * login, when it reads byte by byte, some milliseconds. */
#define TURN_MAX       (512u * 1024)
#define TURN_EARLY_MAX (16u * 1024)
/* Before the login: all that a host may send, and what may come before its identification. sshd(8)
 * sends nothing there, ssh(1) takes 1,024 lines. */
#define EARLY_MAX          (1024u * 1024)
#define UNIDENTIFIED_MAX   (64u * 1024)
#define UNIDENTIFIED_LINES 1024
/* The largest queue: what was allowed plus a full window of each channel. */
#define QUEUE_MAX (64u * 1024 * 1024)

struct rw_ssh_socket {
    uv_poll_t poll;
    int fd;
    int events;
    struct rw_ssh *ssh;
};

size_t rw_ssh_transport_queued(const struct rw_ssh *ssh)
{
    return ssh->queue.len - ssh->queue_at;
}

int rw_ssh_transport_fd(const struct rw_ssh *ssh)
{
    return ssh->socket ? ssh->socket->fd : ssh->tunnel_fd;
}

/* ---- the ends for a tunnel ---- */

const char *rw_ssh_transport_outgoing(const struct rw_ssh *ssh)
{
    return ssh->queue.data + ssh->queue_at;
}

void rw_ssh_transport_taken(struct rw_ssh *ssh, size_t size)
{
    ssh->queue_at += size;
    if (ssh->queue_at >= ssh->queue.len) {
        /* Given back at once: most connections never queue anything again. */
        rw_buf_done(&ssh->queue);
        ssh->queue_at = 0;
    } else if (ssh->queue_at > ssh->queue.len / 2) {
        rw_buf_shift(&ssh->queue, ssh->queue_at);
        ssh->queue_at = 0;
    }
}

size_t rw_ssh_transport_room(const struct rw_ssh *ssh)
{
    size_t ahead = ssh->ahead.len - ssh->ahead_at;
    return ahead < TUNNEL_AHEAD_MAX ? TUNNEL_AHEAD_MAX - ahead : 0;
}

void rw_ssh_transport_arrived(struct rw_ssh *ssh, const char *data, size_t size)
{
    if (ssh->ahead_at > ssh->ahead.len / 2) {
        rw_buf_shift(&ssh->ahead, ssh->ahead_at);
        ssh->ahead_at = 0;
    }
    rw_buf_add(&ssh->ahead, data, size);
    ssh->received += size;
}

/* ---- sending ---- */

static void note_failure(struct rw_ssh *ssh, int error)
{
    /* Nothing can be sent any more, but the host's last words may still be there to be read. */
    if (!ssh->io_errno)
        ssh->io_errno = error;
    rw_buf_wipe(&ssh->queue);
    ssh->queue_at = 0;
}

static size_t send_some(struct rw_ssh *ssh, const char *data, size_t size)
{
    size_t at = 0;
    while (at < size) {
        ssize_t n = send(ssh->socket->fd, data + at, size - at, MSG_NOSIGNAL | MSG_DONTWAIT);
        if (n > 0) {
            at += (size_t)n;
        } else if (n < 0 && errno == EINTR) {
            continue;
        } else {
            if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
                note_failure(ssh, errno);
            break;
        }
    }
    return at;
}

static void flush(struct rw_ssh *ssh)
{
    if (!ssh->queue.len)
        return;
    size_t size = send_some(ssh, rw_ssh_transport_outgoing(ssh), rw_ssh_transport_queued(ssh));
    rw_ssh_transport_taken(ssh, size);
}

/* Always takes everything: a libssh2 that could send only half a packet is lost. */
static ssize_t send_callback(libssh2_socket_t fd, const void *data, size_t size, int flags,
                             void **abstract)
{
    struct rw_ssh *ssh = *abstract;
    (void)fd;
    (void)flags;
    ssh->sent += size;
    if (ssh->dead || ssh->io_errno || (!ssh->socket && !ssh->tunnel))
        return (ssize_t)size;
    /* Nothing is taken from a tunnel inside of a call into libssh2. */
    size_t at = ssh->queue.len || ssh->tunnel ? 0 : send_some(ssh, data, size);
    if (at < size && !ssh->io_errno) {
        if (rw_ssh_transport_queued(ssh) + size > QUEUE_MAX)
            return -ENOBUFS;
        if (!ssh->queue.data)
            rw_buf_init(&ssh->queue, 2 * (size_t)QUEUE_MAX);
        rw_buf_add(&ssh->queue, (const char *)data + at, size - at);
    }
    if (ssh->tunnel)
        rw_ssh_tunnel_wake(ssh);
    return (ssize_t)size;
}

/* ---- receiving ---- */

static ssize_t receive(struct rw_ssh *ssh, void *data, size_t size)
{
    ssize_t n;
    if (ssh->tunnel) /* brings it by itself */
        return -EAGAIN;
    if (!ssh->socket) {
        ssh->eof = true;
        return 0;
    }
    do {
        n = recv(ssh->socket->fd, data, size, MSG_DONTWAIT);
    } while (n < 0 && errno == EINTR);
    if (n > 0) {
        ssh->received += (uint64_t)n;
        return n;
    }
    if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK) && !ssh->io_errno)
        return -EAGAIN;
    if (n < 0 && !ssh->io_errno && errno != EAGAIN)
        ssh->io_errno = errno;
    ssh->eof = true;
    return 0;
}

void rw_ssh_transport_turn(struct rw_ssh *ssh)
{
    ssh->turn = ssh->state == RW_SSH_READY ? TURN_MAX : TURN_EARLY_MAX;
    ssh->more = false;
}

static void look_for_identification(struct rw_ssh *ssh, const char *data, size_t size)
{
    static const char wanted[] = "SSH-";
    for (size_t i = 0; i < size && !ssh->identified; i++) {
        if (data[i] == '\n') {
            ssh->lines++;
            ssh->at = 0;
        } else if (ssh->at < sizeof wanted - 1) {
            ssh->at = data[i] == wanted[ssh->at] ? ssh->at + 1 : sizeof wanted;
            ssh->identified = ssh->at == sizeof wanted - 1;
        }
    }
}

/* Counts the bytes before the login. A host that sends without end is dropped: for libssh2 it has
 * closed the connection. */
static void count_early(struct rw_ssh *ssh, const char *data, size_t size)
{
    if (ssh->state == RW_SSH_HANDSHAKE)
        rw_buf_fill(&ssh->first, data, size);
    ssh->early += size;
    look_for_identification(ssh, data, size);
    if (!ssh->identified && (ssh->early > UNIDENTIFIED_MAX || ssh->lines > UNIDENTIFIED_LINES))
        ssh->too_much = "before it says that it speaks SSH";
    else if (ssh->early > EARLY_MAX)
        ssh->too_much = "before anybody is logged in";
}

static ssize_t receive_callback(libssh2_socket_t fd, void *data, size_t size, int flags,
                                void **abstract)
{
    struct rw_ssh *ssh = *abstract;
    (void)fd;
    (void)flags;
    ssh->eof |= ssh->too_much != NULL;
    if (ssh->dead || ssh->too_much)
        return 0;
    if (ssh->turn == 0) {
        ssh->more = true;
        return -EAGAIN;
    }
    if (size > ssh->turn)
        size = ssh->turn;
    size_t ahead = ssh->ahead.len - ssh->ahead_at;
    if (ahead) {
        if (size > ahead)
            size = ahead;
        bool full = rw_ssh_transport_room(ssh) == 0;
        memcpy(data, ssh->ahead.data + ssh->ahead_at, size);
        ssh->ahead_at += size;
        if (ssh->ahead_at == ssh->ahead.len) {
            rw_buf_done(&ssh->ahead);
            ssh->ahead_at = 0;
        }
        if (full && ssh->tunnel)
            rw_ssh_tunnel_wake(ssh);
    }
    ssize_t n = ahead ? (ssize_t)size : receive(ssh, data, size);
    if (n > 0)
        ssh->turn -= (size_t)n;
    if (n > 0 && ssh->state < RW_SSH_READY)
        count_early(ssh, data, (size_t)n);
    return n;
}

/* Reads what arrives while libssh2 has no reason to read: replies to keepalives, the host's good
 * bye. Without it the poll handle would fire for ever, or the end of a connection go unseen. */
static void receive_ahead(struct rw_ssh *ssh)
{
    char chunk[4096];
    while (!ssh->eof && ssh->ahead.len - ssh->ahead_at < AHEAD_MAX) {
        ssize_t n = receive(ssh, chunk, sizeof chunk);
        if (n <= 0)
            break;
        rw_buf_add(&ssh->ahead, chunk, (size_t)n);
    }
}

void rw_ssh_transport_callbacks(struct rw_ssh *ssh)
{
#if LIBSSH2_VERSION_NUM >= 0x010b01
    libssh2_session_callback_set2(ssh->session, LIBSSH2_CALLBACK_SEND,
                                  (libssh2_cb_generic *)send_callback);
    libssh2_session_callback_set2(ssh->session, LIBSSH2_CALLBACK_RECV,
                                  (libssh2_cb_generic *)receive_callback);
#else
    libssh2_session_callback_set(ssh->session, LIBSSH2_CALLBACK_SEND, (void *)send_callback);
    libssh2_session_callback_set(ssh->session, LIBSSH2_CALLBACK_RECV, (void *)receive_callback);
#endif
}

/* ---- watching ---- */

static bool somebody_reads(const struct rw_ssh *ssh)
{
    if (ssh->asking)
        return false;
    return ssh->state != RW_SSH_READY || rw_ssh_exec_reads(ssh) || rw_ssh_tunnel_reads(ssh);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct rw_ssh_socket *socket = poll->data;
    struct rw_ssh *ssh = socket->ssh;
    if (!ssh || ssh->life.ending)
        return;
    if (ssh->state == RW_SSH_CONNECTING) {
        rw_ssh_connect_ready(ssh);
        return;
    }
    if (status < 0) {
        /* libuv has stopped watching, and calls every error EBADF: reading gives the real one,
         * after the host's last words. */
        socket->events = 0;
        receive_ahead(ssh);
    }
    if (events & UV_WRITABLE)
        flush(ssh);
    if ((events & UV_READABLE) && !somebody_reads(ssh))
        receive_ahead(ssh);
    rw_ssh_pump(ssh);
}

void rw_ssh_transport_watch(struct rw_ssh *ssh)
{
    struct rw_ssh_socket *socket = ssh->socket;
    if (!socket)
        return;
    int events = 0;
    if (ssh->state == RW_SSH_CONNECTING || rw_ssh_transport_queued(ssh))
        events |= UV_WRITABLE;
    bool full = !somebody_reads(ssh) && ssh->ahead.len - ssh->ahead_at >= AHEAD_MAX;
    if (ssh->state != RW_SSH_CONNECTING && !ssh->eof && !full)
        events |= UV_READABLE;
    if (ssh->life.ending || ssh->state == RW_SSH_ENDED)
        events = 0;
    if (events == socket->events)
        return;
    socket->events = events;
    if (events)
        uv_poll_start(&socket->poll, events, on_poll);
    else
        uv_poll_stop(&socket->poll);
}

static void on_closed(uv_handle_t *handle)
{
    struct rw_ssh_socket *socket = handle->data;
    close(socket->fd);
    rw_life_drop(&socket->ssh->life);
    free(socket);
}

int rw_ssh_transport_open(struct rw_ssh *ssh, int fd)
{
    struct rw_ssh_socket *socket = rw_calloc(1, sizeof *socket);
    socket->fd = fd;
    socket->ssh = ssh;
    socket->poll.data = socket;
    int rc = uv_poll_init_socket(ssh->loop, &socket->poll, fd);
    if (rc < 0) {
        close(fd);
        free(socket);
        return rc;
    }
    rw_life_hold(&ssh->life);
    ssh->socket = socket;
    rw_ssh_transport_watch(ssh);
    return 0;
}

void rw_ssh_transport_close(struct rw_ssh *ssh)
{
    if (ssh->tunnel)
        rw_ssh_tunnel_leave(ssh);
    if (ssh->socket && !uv_is_closing((uv_handle_t *)&ssh->socket->poll))
        uv_close((uv_handle_t *)&ssh->socket->poll, on_closed);
    ssh->socket = NULL;
    rw_buf_wipe(&ssh->queue);
    rw_buf_wipe(&ssh->ahead);
    ssh->queue_at = ssh->ahead_at = 0;
}
