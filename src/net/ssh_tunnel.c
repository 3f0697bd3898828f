/* SPDX-License-Identifier: Apache-2.0 */
/* Tunnels: direct-tcpip channels of a connection to a jump host ("outer"), each of which stands in
 * for the socket of a connection to a host ("inner").
 *
 * Nothing of one session is called from inside of a call into the other: what inner sends waits in
 * its queue until outer is pumped, and what arrives waits in front of inner until that is. Each
 * wakes the other by a kick. So neither can pull the memory away under the other. */
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/ssh_exec.h"

#define CHUNK (32u * 1024)

struct rw_ssh_tunnel {
    struct rw_ssh_tunnel *next;
    struct rw_ssh *outer;
    struct rw_ssh *inner; /* NULL: not wanted any more */
    char *address;
    int port;
    int64_t since; /* when it was asked for */
    LIBSSH2_CHANNEL *channel;
    enum {
        TUNNEL_OPENING,
        TUNNEL_OPEN,
        TUNNEL_DYING, /* only the channel is left to be freed */
    } state;
};

static struct rw_ssh_tunnel *first_opening(const struct rw_ssh *outer)
{
    struct rw_ssh_tunnel *tunnel = outer->tunnels;
    while (tunnel && tunnel->state != TUNNEL_OPENING)
        tunnel = tunnel->next;
    return tunnel;
}

static void free_tunnel(struct rw_ssh_tunnel *tunnel)
{
    free(tunnel->address);
    free(tunnel);
}

/* ---- beginning and end ---- */

static void take_up(struct rw_ssh_tunnel *tunnel, struct rw_ssh *inner)
{
    tunnel->inner = inner;
    inner->tunnel = tunnel;
    inner->tunnel_fd = rw_ssh_transport_fd(tunnel->outer);
    /* One that has to ask twice does not get more time for it. */
    if (!inner->deadline)
        inner->deadline = rw_clock_ms() + inner->connect_timeout_ms;
    rw_ssh_arm(inner);
}

void rw_ssh_tunnel_new(struct rw_ssh *outer, struct rw_ssh *inner)
{
    struct rw_ssh_tunnel *tunnel = rw_calloc(1, sizeof *tunnel), **at = &outer->tunnels;
    tunnel->outer = outer;
    tunnel->address = rw_strdup(inner->address);
    tunnel->port = inner->port;
    tunnel->since = rw_clock_ms();
    while (*at)
        at = &(*at)->next;
    *at = tunnel;
    take_up(tunnel, inner);
    rw_ssh_kick(outer);
}

int64_t rw_ssh_tunnel_opening(const struct rw_ssh *outer)
{
    const struct rw_ssh_tunnel *tunnel = first_opening(outer);
    return tunnel ? tunnel->since : 0;
}

bool rw_ssh_tunnel_adopt(struct rw_ssh *outer, struct rw_ssh *inner)
{
    struct rw_ssh_tunnel *tunnel = first_opening(outer);
    if (!tunnel || tunnel->inner || tunnel->port != inner->port ||
        strcmp(tunnel->address, inner->address) != 0)
        return false;
    take_up(tunnel, inner);
    return true;
}

bool rw_ssh_tunnel_is_open(const struct rw_ssh_tunnel *tunnel)
{
    return tunnel->state == TUNNEL_OPEN;
}

void rw_ssh_tunnel_wake(struct rw_ssh *inner)
{
    rw_ssh_kick(inner->tunnel->outer);
}

/* inner goes its own way; a pending answer is still waited for. */
static void part(struct rw_ssh_tunnel *tunnel)
{
    if (tunnel->inner)
        tunnel->inner->tunnel = NULL;
    tunnel->inner = NULL;
    if (tunnel->state == TUNNEL_OPEN)
        tunnel->state = TUNNEL_DYING;
}

void rw_ssh_tunnel_leave(struct rw_ssh *inner)
{
    struct rw_ssh *outer = inner->tunnel->outer;
    part(inner->tunnel);
    rw_ssh_kick(outer);
}

void rw_ssh_tunnel_end_all(struct rw_ssh *outer, const struct rw_error *err)
{
    while (outer->tunnels) {
        struct rw_ssh_tunnel *tunnel = outer->tunnels;
        struct rw_ssh *inner = tunnel->inner;
        bool opening = tunnel->state == TUNNEL_OPENING;
        outer->tunnels = tunnel->next;
        part(tunnel);
        free_tunnel(tunnel);
        if (inner && opening) {
            rw_ssh_jump_again(inner);
        } else if (inner) {
            rw_strset(&inner->jump_lost, err->message);
            inner->eof = true;
            rw_ssh_kick(inner);
        }
    }
}

/* ---- asking for a way ---- */

static void refuse(struct rw_ssh_tunnel *tunnel)
{
    struct rw_ssh *inner = tunnel->inner;
    char *text = NULL;
    libssh2_session_last_error(tunnel->outer->session, &text, NULL, 0);
    bool forbidden = text && strstr(text, "prohibited");
    tunnel->state = TUNNEL_DYING;
    part(tunnel);
    if (!inner)
        return;
    inner->jump_problem = forbidden ? RW_SSH_JUMP_FORBIDS : RW_SSH_JUMP_NO_WAY;
    rw_ssh_fail(inner, RW_ECONNECT,
                forbidden ? "%s port %d: the jump host %s does not allow to go there"
                          : "%s port %d: the jump host %s cannot connect to it",
                inner->address, inner->port, rw_ssh_jump_name(inner->jump));
}

/* False when the connection to the jump host is gone. */
static bool open_first(struct rw_ssh *outer)
{
    struct rw_ssh_tunnel *tunnel = first_opening(outer);
    if (!tunnel)
        return true;
    tunnel->channel = libssh2_channel_direct_tcpip_ex(outer->session, tunnel->address, tunnel->port,
                                                      "127.0.0.1", 22);
    int rc = tunnel->channel ? 0 : libssh2_session_last_errno(outer->session);
    if (rc == LIBSSH2_ERROR_EAGAIN)
        return true;
    if (rc && !rw_ssh_channel_error(rc)) {
        rw_ssh_session_fail(outer, "asking for a way to a host behind it");
        return false;
    }
    if (rc) {
        refuse(tunnel);
    } else if (tunnel->inner) {
        tunnel->state = TUNNEL_OPEN;
        rw_ssh_kick(tunnel->inner);
    } else {
        tunnel->state = TUNNEL_DYING;
    }
    return true;
}

/* ---- bytes ---- */

/* The host, or the jump host, has closed it. */
static void over(struct rw_ssh_tunnel *tunnel)
{
    struct rw_ssh *inner = tunnel->inner;
    part(tunnel);
    inner->eof = true;
    rw_ssh_kick(inner);
}

/* Handles an error of one channel; false: the connection to the jump host is gone. */
static bool survive(struct rw_ssh_tunnel *tunnel, ssize_t rc)
{
    if (rw_ssh_channel_error((int)rc)) {
        over(tunnel);
        return true;
    }
    rw_ssh_session_fail(tunnel->outer, "forwarding");
    return false;
}

static bool feed(struct rw_ssh_tunnel *tunnel)
{
    struct rw_ssh *inner = tunnel->inner;
    bool was_full = rw_ssh_transport_queued(inner) >= RW_SSH_QUEUE_HIGH;
    while (rw_ssh_transport_queued(inner) &&
           rw_ssh_transport_queued(tunnel->outer) < RW_SSH_QUEUE_HIGH) {
        ssize_t n = libssh2_channel_write_ex(tunnel->channel, 0, rw_ssh_transport_outgoing(inner),
                                             rw_ssh_transport_queued(inner));
        if (n == LIBSSH2_ERROR_EAGAIN || n == 0)
            break;
        if (n < 0)
            return survive(tunnel, n);
        rw_ssh_transport_taken(inner, (size_t)n);
    }
    if (was_full && rw_ssh_transport_queued(inner) < RW_SSH_QUEUE_HIGH)
        rw_ssh_kick(inner);
    return true;
}

static bool drain(struct rw_ssh_tunnel *tunnel)
{
    struct rw_ssh *inner = tunnel->inner;
    char chunk[CHUNK];
    size_t room;
    while ((room = rw_ssh_transport_room(inner)) > 0) {
        ssize_t n = libssh2_channel_read_ex(tunnel->channel, 0, chunk,
                                            room < sizeof chunk ? room : sizeof chunk);
        if (n == LIBSSH2_ERROR_EAGAIN || n == 0)
            break;
        if (n < 0)
            return survive(tunnel, n);
        rw_ssh_transport_arrived(inner, chunk, (size_t)n);
        rw_ssh_kick(inner);
    }
    if (room > 0 && libssh2_channel_eof(tunnel->channel) > 0)
        over(tunnel);
    return true;
}

/* ---- all tunnels ---- */

static void bury(struct rw_ssh *outer)
{
    for (struct rw_ssh_tunnel **at = &outer->tunnels; *at;) {
        struct rw_ssh_tunnel *tunnel = *at;
        bool gone =
            tunnel->state == TUNNEL_DYING &&
            (!tunnel->channel || libssh2_channel_free(tunnel->channel) != LIBSSH2_ERROR_EAGAIN);
        if (!gone) {
            at = &tunnel->next;
            continue;
        }
        *at = tunnel->next;
        free_tunnel(tunnel);
    }
}

void rw_ssh_tunnel_pump(struct rw_ssh *outer)
{
    uint64_t received;
    do {
        received = outer->received;
        if (!open_first(outer) || outer->life.ending)
            return;
        for (struct rw_ssh_tunnel *tunnel = outer->tunnels; tunnel; tunnel = tunnel->next) {
            if (tunnel->state == TUNNEL_OPEN && !feed(tunnel))
                return;
            if (tunnel->state == TUNNEL_OPEN && !drain(tunnel))
                return;
        }
        bury(outer);
        /* Each call may have read something for a tunnel that was looked at before. */
    } while (outer->received != received);
    rw_ssh_jump_serve(outer->carries);
}

bool rw_ssh_tunnel_reads(const struct rw_ssh *outer)
{
    for (const struct rw_ssh_tunnel *tunnel = outer->tunnels; tunnel; tunnel = tunnel->next)
        if (tunnel->state != TUNNEL_OPEN || rw_ssh_transport_room(tunnel->inner) > 0)
            return true;
    return false;
}

int64_t rw_ssh_tunnel_deadline(const struct rw_ssh *outer)
{
    int64_t since = rw_ssh_tunnel_opening(outer), late = since + RW_SSH_TUNNEL_LATE_MS;
    return since && late > rw_clock_ms() ? late : 0;
}
