/* SPDX-License-Identifier: Apache-2.0 */
/* From a name or an address to a connected socket: every address is tried in turn. */
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/mem.h"
#include "net/ssh_private.h"

static void try_next(struct rw_ssh *ssh);

static const char *where(const struct addrinfo *address, char *out, size_t size)
{
    if (getnameinfo(address->ai_addr, address->ai_addrlen, out, (socklen_t)size, NULL, 0,
                    NI_NUMERICHOST) != 0)
        snprintf(out, size, "?");
    return out;
}

static void note(struct rw_ssh *ssh, const struct addrinfo *address, int code, const char *why)
{
    char text[NI_MAXHOST];
    rw_error_set(&ssh->connect_error, code, "%s port %d: %s", where(address, text, sizeof text),
                 ssh->port, why);
}

/* ---- TCP ---- */

/* The time that is left is shared evenly by the addresses that are left. */
static void set_deadline(struct rw_ssh *ssh)
{
    int left = 0;
    for (const struct addrinfo *a = ssh->next_address; a; a = a->ai_next)
        left++;
    int64_t now = rw_clock_ms();
    int64_t time = ssh->budget_ms - now;
    ssh->deadline = now + (time > 0 ? time : 0) / (left + 1);
    rw_ssh_arm(ssh);
}

static int start_connect(const struct addrinfo *address, int *fd)
{
    *fd = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (*fd < 0)
        return errno;
    int on = 1;
    setsockopt(*fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (connect(*fd, address->ai_addr, address->ai_addrlen) == 0 || errno == EINPROGRESS)
        return 0;
    int error = errno;
    close(*fd);
    return error;
}

bool rw_ssh_out_of_files(void)
{
    int fd = open("/", O_RDONLY | O_CLOEXEC);
    if (fd >= 0)
        close(fd);
    return fd < 0 && (errno == EMFILE || errno == ENFILE);
}

static void give_up(struct rw_ssh *ssh)
{
    struct rw_error error = ssh->connect_error;
    rw_ssh_fail_with(ssh, ssh->problem, error.code ? error.code : RW_ECONNECT, "%s",
                     *error.message ? error.message : "no address to connect to");
}

static void try_next(struct rw_ssh *ssh)
{
    rw_ssh_transport_close(ssh);
    while (ssh->next_address) {
        struct addrinfo *address = ssh->next_address;
        ssh->next_address = address->ai_next;
        int fd = -1;
        int error = start_connect(address, &fd);
        if (error == 0 && rw_ssh_transport_open(ssh, fd) != 0)
            error = EMFILE;
        if (error == 0) {
            note(ssh, address, RW_ETIMEOUT, "no answer");
            set_deadline(ssh);
            return;
        }
        note(ssh, address, RW_ECONNECT, strerror(error));
        if (error == EMFILE || error == ENFILE)
            ssh->problem = RW_SSH_NO_FILES;
    }
    give_up(ssh);
}

void rw_ssh_connect_ready(struct rw_ssh *ssh)
{
    int error = 0;
    socklen_t size = sizeof error;
    if (getsockopt(rw_ssh_transport_fd(ssh), SOL_SOCKET, SO_ERROR, &error, &size) != 0)
        error = errno;
    if (error) {
        /* "no answer" was noted beforehand; keep the address, change the reason. */
        char *colon = strstr(ssh->connect_error.message, ": no answer");
        int length = colon ? (int)(colon - ssh->connect_error.message) : 0;
        char *place = rw_strndup(ssh->connect_error.message, (size_t)length);
        int rc = error == ETIMEDOUT                             ? RW_ETIMEOUT
                 : error == ECONNREFUSED || error == ECONNRESET ? RW_ECLOSED
                                                                : RW_ECONNECT;
        rw_error_set(&ssh->connect_error, rc, "%s: %s", place, strerror(error));
        free(place);
        try_next(ssh);
        return;
    }
    /* From here to the login one deadline holds. */
    ssh->deadline = ssh->budget_ms;
    ssh->budget_ms = -1;
    ssh->state = RW_SSH_HANDSHAKE;
    if (rw_ssh_handshake_start(ssh) == 0)
        rw_ssh_pump(ssh);
}

bool rw_ssh_connect_tunneled(struct rw_ssh *ssh)
{
    ssh->state = RW_SSH_HANDSHAKE;
    return rw_ssh_handshake_start(ssh) == 0;
}

void rw_ssh_connect_timeout(struct rw_ssh *ssh)
{
    if (ssh->jump) {
        ssh->jump_problem = RW_SSH_JUMP_NO_WAY;
        rw_ssh_fail(ssh, RW_ETIMEOUT, "%s port %d: no answer", ssh->address, ssh->port);
    } else if (ssh->state == RW_SSH_CONNECTING)
        try_next(ssh);
    else
        rw_ssh_fail(ssh, RW_ERESOLVE, "%s: the name was not resolved in time", ssh->address);
}

/* ---- names ---- */

static void resolved(struct rw_ssh *ssh, struct addrinfo *addresses)
{
    ssh->addresses = ssh->next_address = addresses;
    ssh->state = RW_SSH_CONNECTING;
    /* While connecting this holds the moment at which all of it has to be over. */
    ssh->budget_ms = rw_clock_ms() + ssh->connect_timeout_ms;
    try_next(ssh);
}

static void on_resolved(uv_getaddrinfo_t *request, int status, struct addrinfo *addresses)
{
    struct rw_ssh *ssh = request->data;
    ssh->resolving = false;
    if (ssh->life.ending || ssh->state != RW_SSH_RESOLVING)
        uv_freeaddrinfo(addresses);
    else if (status < 0)
        rw_ssh_fail_with(ssh, rw_ssh_out_of_files() ? RW_SSH_NO_FILES : RW_SSH_NO_PROBLEM,
                         RW_ERESOLVE, "%s: %s", ssh->address, uv_strerror(status));
    else
        resolved(ssh, addresses);
    rw_life_drop(&ssh->life);
}

void rw_ssh_connect_start(struct rw_ssh *ssh)
{
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
                             .ai_socktype = SOCK_STREAM,
                             .ai_flags = AI_NUMERICSERV | AI_NUMERICHOST};
    struct addrinfo *addresses = NULL;
    char service[16];
    if (ssh->jump) {
        /* The jump host looks the name up. */
        ssh->state = RW_SSH_CONNECTING;
        if (ssh->on_jump)
            rw_ssh_jump_again(ssh);
        else
            rw_ssh_jump_enter(ssh);
        return;
    }
    snprintf(service, sizeof service, "%d", ssh->port);
    /* A literal address needs no thread; this call cannot block. */
    if (getaddrinfo(ssh->address, service, &hints, &addresses) == 0) {
        resolved(ssh, addresses);
        return;
    }
    hints.ai_flags = AI_NUMERICSERV | AI_ADDRCONFIG;
    ssh->resolver.data = ssh;
    int rc = uv_getaddrinfo(ssh->loop, &ssh->resolver, on_resolved, ssh->address, service, &hints);
    if (rc < 0) {
        rw_ssh_fail(ssh, RW_ERESOLVE, "%s: %s", ssh->address, uv_strerror(rc));
        return;
    }
    rw_life_hold(&ssh->life);
    ssh->resolving = true;
    ssh->deadline = rw_clock_ms() + ssh->connect_timeout_ms;
    rw_ssh_arm(ssh);
}

void rw_ssh_connect_stop(struct rw_ssh *ssh)
{
    if (ssh->resolving)
        uv_cancel((uv_req_t *)&ssh->resolver);
    if (ssh->addresses)
        freeaddrinfo(ssh->addresses);
    ssh->addresses = ssh->next_address = NULL;
}
