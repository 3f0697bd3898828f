/* SPDX-License-Identifier: Apache-2.0 */
#include "net/tcp_probe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/life.h"
#include "base/mem.h"

struct rw_tcp_probe {
    struct rw_life life; /* held by the lookup while it runs */
    uv_tcp_t tcp;
    uv_timer_t timer;
    uv_getaddrinfo_t lookup;
    uv_connect_t connect;
    int port, read_ms;
    bool looking;
    enum rw_tcp_probe_code code;
    char line[RW_TCP_PROBE_LINE_SIZE];
    size_t length;
    char chunk[256];
    void (*done)(void *context, enum rw_tcp_probe_code code, const char *line);
    void *context;
};

static void release(void *object)
{
    struct rw_tcp_probe *probe = object;
    probe->done(probe->context, probe->code, probe->line);
    free(probe);
}

static void end(struct rw_tcp_probe *probe, enum rw_tcp_probe_code code)
{
    if (!rw_life_end(&probe->life, NULL, NULL, NULL))
        return;
    probe->code = code;
    if (probe->looking)
        uv_cancel((uv_req_t *)&probe->lookup);
    rw_life_close(&probe->life, (uv_handle_t *)&probe->tcp);
    rw_life_close(&probe->life, (uv_handle_t *)&probe->timer);
}

static void on_late(uv_timer_t *timer)
{
    struct rw_tcp_probe *probe = timer->data;
    end(probe, probe->code);
}

/* ---- reading ---- */

static void on_room(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
    struct rw_tcp_probe *probe = handle->data;
    (void)size;
    *buf = uv_buf_init(probe->chunk, sizeof probe->chunk);
}

static void on_read(uv_stream_t *stream, ssize_t size, const uv_buf_t *buf)
{
    struct rw_tcp_probe *probe = stream->data;
    for (ssize_t i = 0; i < size; i++) {
        char c = buf->base[i];
        if (c == '\n' || probe->length + 1 >= sizeof probe->line) {
            end(probe, RW_TCP_PROBE_OPEN);
            return;
        }
        probe->line[probe->length++] = c >= ' ' && c <= '~' ? c : '?';
    }
    if (size < 0)
        end(probe, RW_TCP_PROBE_OPEN);
}

/* ---- connecting ---- */

static enum rw_tcp_probe_code code_of(int status)
{
    switch (status) {
    case UV_ECONNREFUSED:
    case UV_ECONNRESET:
        return RW_TCP_PROBE_REFUSED;
    case UV_EHOSTUNREACH:
    case UV_ENETUNREACH:
    case UV_EACCES:
        return RW_TCP_PROBE_UNREACHABLE;
    case UV_ETIMEDOUT:
        return RW_TCP_PROBE_SILENT;
    default:
        return RW_TCP_PROBE_FAILED;
    }
}

static void on_connected(uv_connect_t *connect, int status)
{
    struct rw_tcp_probe *probe = connect->data;
    if (probe->life.ending)
        return;
    if (status != 0 || probe->read_ms == 0) {
        end(probe, status == 0 ? RW_TCP_PROBE_OPEN : code_of(status));
        return;
    }
    probe->code = RW_TCP_PROBE_LATE;
    uv_timer_start(&probe->timer, on_late, (uint64_t)probe->read_ms, 0);
    if (uv_read_start((uv_stream_t *)&probe->tcp, on_room, on_read) != 0)
        end(probe, RW_TCP_PROBE_OPEN);
}

static void on_found(uv_getaddrinfo_t *lookup, int status, struct addrinfo *found)
{
    struct rw_tcp_probe *probe = lookup->data;
    probe->looking = false;
    if (!probe->life.ending && status != 0) {
        end(probe, RW_TCP_PROBE_UNRESOLVED);
    } else if (!probe->life.ending) {
        probe->connect.data = probe;
        int rc = uv_tcp_connect(&probe->connect, &probe->tcp, found->ai_addr, on_connected);
        if (rc != 0)
            end(probe, code_of(rc));
    }
    uv_freeaddrinfo(found);
    rw_life_drop(&probe->life);
}

static void start_lookup(struct rw_tcp_probe *probe, const char *address)
{
    char service[16];
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM, .ai_flags = AI_NUMERICSERV};
    int digits = snprintf(service, sizeof service, "%d", probe->port);
    probe->lookup.data = probe;
    if (digits > 0 &&
        uv_getaddrinfo(probe->tcp.loop, &probe->lookup, on_found, address, service, &hints) == 0) {
        probe->looking = true;
        rw_life_hold(&probe->life);
    } else {
        end(probe, RW_TCP_PROBE_UNRESOLVED);
    }
}

/* ---- interface ---- */

struct rw_tcp_probe *rw_tcp_probe_start(uv_loop_t *loop, const struct rw_tcp_probe_options *options,
                                        void (*done)(void *context, enum rw_tcp_probe_code code,
                                                     const char *line),
                                        void *context)
{
    struct rw_tcp_probe *probe = rw_calloc(1, sizeof *probe);
    probe->port = options->port;
    probe->read_ms = options->read_ms;
    probe->code = RW_TCP_PROBE_SILENT;
    probe->done = done;
    probe->context = context;
    rw_life_init(&probe->life, loop, probe, release);
    uv_tcp_init(loop, &probe->tcp);
    uv_timer_init(loop, &probe->timer);
    probe->tcp.data = probe->timer.data = probe;
    uv_timer_start(&probe->timer, on_late, (uint64_t)options->connect_ms, 0);
    start_lookup(probe, options->address);
    return probe;
}

void rw_tcp_probe_cancel(struct rw_tcp_probe *probe)
{
    if (probe->life.ending)
        probe->code = RW_TCP_PROBE_CANCELED;
    else
        end(probe, RW_TCP_PROBE_CANCELED);
}
