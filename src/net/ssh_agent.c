/* SPDX-License-Identifier: Apache-2.0 */
#include "net/ssh_agent.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/life.h"
#include "base/mem.h"
#include "base/text.h"
#include "net/ssh_wire.h"

#define REQUEST_IDENTITIES 11
#define REQUEST_SIGN       13
#define FLAG_SHA2_256      2
#define FLAG_SHA2_512      4
#define REPLY_MAX          (256u * 1024)

struct rw_ssh_agent {
    struct rw_life life;
    uv_pipe_t pipe;
    uv_timer_t timer;
    uv_connect_t connect;
    uv_write_t write;
    bool connected, failed, waiting, writing;
    struct rw_buf out, in;
    char chunk[4096];
    void (*reply)(void *context, const void *data, size_t size);
    void *context;
};

/* The request is over; nothing of the agent may be touched afterwards. */
static void finish(struct rw_ssh_agent *agent, const void *data, size_t size)
{
    if (!agent->waiting || agent->life.ending)
        return;
    agent->waiting = false;
    uv_timer_stop(&agent->timer);
    agent->reply(agent->context, data, size);
}

static void fail(void *object)
{
    struct rw_ssh_agent *agent = object;
    agent->failed = true;
    finish(agent, NULL, 0);
}

static void on_timer(uv_timer_t *timer)
{
    fail(timer->data);
}

static void on_alloc(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
    struct rw_ssh_agent *agent = handle->data;
    (void)size;
    *buf = uv_buf_init(agent->chunk, sizeof agent->chunk);
}

static void on_read(uv_stream_t *stream, ssize_t n, const uv_buf_t *buf)
{
    struct rw_ssh_agent *agent = stream->data;
    if (n < 0) {
        uv_read_stop(stream);
        fail(agent);
        return;
    }
    if (rw_buf_put(&agent->in, buf->base, (size_t)n) != 0) {
        fail(agent);
        return;
    }
    struct rw_wire wire = rw_wire_init(agent->in.data, agent->in.len);
    if (agent->in.len < 4)
        return;
    uint32_t size = rw_wire_u32(&wire);
    if (size == 0 || size > REPLY_MAX) {
        fail(agent);
        return;
    }
    const unsigned char *reply = rw_wire_bytes(&wire, size);
    if (!reply)
        return;
    struct rw_buf copy = agent->in;
    rw_buf_init(&agent->in, 2 * (size_t)REPLY_MAX);
    finish(agent, reply, size);
    rw_buf_done(&copy);
}

static void on_written(uv_write_t *request, int status)
{
    struct rw_ssh_agent *agent = request->data;
    agent->writing = false;
    rw_buf_done(&agent->out);
    if (status < 0)
        fail(agent);
}

static void send_request(struct rw_ssh_agent *agent)
{
    if (!agent->connected || !agent->out.len || agent->writing)
        return;
    uv_buf_t buf = uv_buf_init(agent->out.data, (unsigned)agent->out.len);
    agent->write.data = agent;
    agent->writing = true;
    if (uv_write(&agent->write, (uv_stream_t *)&agent->pipe, &buf, 1, on_written) < 0) {
        agent->writing = false;
        rw_life_later(&agent->life, fail);
    }
}

static void on_connect(uv_connect_t *request, int status)
{
    struct rw_ssh_agent *agent = request->data;
    if (agent->life.ending)
        return;
    if (status < 0 || uv_read_start((uv_stream_t *)&agent->pipe, on_alloc, on_read) < 0) {
        fail(agent);
        return;
    }
    agent->connected = true;
    send_request(agent);
}

static void request(struct rw_ssh_agent *agent, int timeout_ms)
{
    agent->waiting = true;
    if (agent->failed) {
        rw_life_later(&agent->life, fail);
        return;
    }
    uv_timer_start(&agent->timer, on_timer, (uint64_t)timeout_ms, 0);
    send_request(agent);
}

void rw_ssh_agent_list(struct rw_ssh_agent *agent, int timeout_ms)
{
    rw_wire_put_u32(&agent->out, 1);
    rw_buf_addc(&agent->out, REQUEST_IDENTITIES);
    request(agent, timeout_ms);
}

void rw_ssh_agent_sign(struct rw_ssh_agent *agent, const void *blob, size_t blob_size,
                       const void *data, size_t size, const char *algorithm, int timeout_ms)
{
    /* Without a flag an agent signs with SHA-1 when the key is RSA. */
    uint32_t flags = rw_text_equal(algorithm, "rsa-sha2-512")   ? FLAG_SHA2_512
                     : rw_text_equal(algorithm, "rsa-sha2-256") ? FLAG_SHA2_256
                                                                : 0;
    struct rw_buf message = {0};
    rw_buf_addc(&message, REQUEST_SIGN);
    rw_wire_put_string(&message, blob, blob_size);
    rw_wire_put_string(&message, data, size);
    rw_wire_put_u32(&message, flags);
    rw_wire_put_string(&agent->out, message.data, message.len);
    rw_buf_done(&message);
    request(agent, timeout_ms);
}

static void free_agent(void *object)
{
    struct rw_ssh_agent *agent = object;
    rw_buf_done(&agent->in);
    rw_buf_done(&agent->out);
    free(agent);
}

struct rw_ssh_agent *rw_ssh_agent_open(uv_loop_t *loop, const char *path,
                                       void (*reply)(void *context, const void *data, size_t size),
                                       void *context)
{
    struct rw_ssh_agent *agent = rw_calloc(1, sizeof *agent);
    agent->reply = reply;
    agent->context = context;
    rw_buf_init(&agent->in, 2 * (size_t)REPLY_MAX);
    rw_life_init(&agent->life, loop, agent, free_agent);
    uv_pipe_init(loop, &agent->pipe, 0);
    uv_timer_init(loop, &agent->timer);
    agent->pipe.data = agent->timer.data = agent->connect.data = agent;
    uv_pipe_connect(&agent->connect, &agent->pipe, path, on_connect);
    return agent;
}

void rw_ssh_agent_close(struct rw_ssh_agent *agent, void (*closed)(void *context), void *context)
{
    if (!agent || !rw_life_end(&agent->life, NULL, closed, context))
        return;
    rw_life_close(&agent->life, (uv_handle_t *)&agent->pipe);
    rw_life_close(&agent->life, (uv_handle_t *)&agent->timer);
}
