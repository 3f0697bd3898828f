/* SPDX-License-Identifier: Apache-2.0 */
#include "remote/remote.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "remote/remote_private.h"

#define RETRY_FIRST_MS 500
#define RETRY_MAX_MS   8000
/* The first connection to a host that answers and hangs up: its sshd may be restarting. */
#define HUNG_UP_TRIES 3

static const struct rw_transport ssh_transport = {
    .open = rw_ssh_open,
    .answer = rw_ssh_answer,
    .info = rw_ssh_get_info,
    .close = rw_ssh_close,
    .exec = rw_ssh_exec,
    .cancel = rw_ssh_exec_cancel,
};

static void connect_now(struct rw_remote *remote);

/* ---- connection ---- */

static void free_remote(void *object)
{
    struct rw_remote *remote = object;
    free(remote->name);
    free(remote->address);
    free(remote->user);
    free(remote->key);
    free((char *)remote->jump.address);
    free((char *)remote->jump.user);
    free((char *)remote->jump.key);
    rw_secret_free(remote->password);
    rw_secret_free(remote->sudo_password);
    rw_secret_free(remote->typed);
    rw_remote_probe_done(remote);
    free(remote);
}

static void on_ssh_gone(void *context)
{
    struct rw_remote *remote = context;
    remote->ssh_closing = false;
    if (remote->state == REMOTE_DOWN && remote->retry_due)
        connect_now(remote);
    rw_life_drop(&remote->life);
}

static void drop_ssh(struct rw_remote *remote)
{
    if (!remote->ssh)
        return;
    struct rw_ssh *ssh = remote->ssh;
    remote->first.up = false;
    remote->ssh = NULL;
    remote->ssh_closing = true;
    rw_life_hold(&remote->life);
    remote->transport->close(ssh, on_ssh_gone, remote);
}

static void on_retry(uv_timer_t *timer)
{
    struct rw_remote *remote = timer->data;
    remote->retry_due = true;
    if (!remote->ssh_closing)
        connect_now(remote);
}

/* The link is down: try again, later each time. */
static void retry_later(struct rw_remote *remote)
{
    rw_remote_lanes_close(remote);
    drop_ssh(remote);
    remote->state = REMOTE_DOWN;
    remote->retry_due = false;
    uv_timer_start(&remote->retry, on_retry, (uint64_t)remote->retry_ms, 0);
    remote->retry_ms = remote->retry_ms * 2 > RETRY_MAX_MS ? RETRY_MAX_MS : remote->retry_ms * 2;
}

/* The connection cannot be used: notify the opener, or try again. */
void rw_remote_open_failed(struct rw_remote *remote, int rc, const struct rw_error *err)
{
    remote->failure = rc;
    remote->failure_error = *err;
    if (!remote->was_up) {
        remote->state = REMOTE_FAILED;
        remote->handler.opened(remote->context, remote, rc, err);
        return;
    }
    if (rc == RW_EHOSTKEY) {
        /* Another machine answers there: nothing may be done on it. */
        remote->state = REMOTE_FAILED;
        rw_remote_lanes_close(remote);
        drop_ssh(remote);
        rw_remote_fail_jobs(remote, rc, err);
        return;
    }
    retry_later(remote);
}

void rw_remote_up(struct rw_remote *remote)
{
    bool first = !remote->was_up;
    remote->state = REMOTE_UP;
    remote->was_up = true;
    remote->first.up = true;
    remote->first.full = remote->first.soiled = false;
    remote->retry_ms = RETRY_FIRST_MS;
    if (first)
        remote->handler.opened(remote->context, remote, 0, NULL);
    else if (remote->handler.link)
        remote->handler.link(remote->context, remote, false);
    if (remote->state == REMOTE_UP)
        rw_remote_start_jobs(remote);
}

/* Of a host that ends the connection instead of logging in. */
static void keep_last_words(struct rw_remote *remote)
{
    struct rw_ssh_info info = rw_remote_info(remote);
    if (info.problem != RW_SSH_CLOSED || info.jump == RW_SSH_JUMP_FAILED)
        return;
    remote->refusal = (struct rw_refusal){.at = RW_REFUSAL_CLOSED, .status = -1};
    snprintf(remote->refusal.said, sizeof remote->refusal.said, "%s", info.said);
}

static void on_opened(void *context, int rc, const struct rw_error *err)
{
    struct rw_remote *remote = context;
    if (remote->state != REMOTE_CONNECTING)
        return; /* closed meanwhile */
    if (rc == RW_ECLOSED && !remote->was_up && ++remote->hung_up < HUNG_UP_TRIES) {
        retry_later(remote);
        return;
    }
    if (rc != 0) {
        keep_last_words(remote);
        rw_remote_open_failed(remote, rc, err);
        return;
    }
    if (remote->typed) {
        rw_secret_free(remote->password);
        remote->password = remote->typed;
        remote->typed = NULL;
    }
    remote->state = REMOTE_PRIVILEGE;
    rw_remote_find_privilege(remote);
}

static void on_question(void *context, const struct rw_ssh_question *ssh)
{
    struct rw_remote *remote = context;
    struct rw_remote_question question = {.ssh = ssh};
    remote->asks_password = ssh->kind == RW_SSH_ASK_PASSWORD && !ssh->jump;
    remote->handler.question(remote->context, remote, &question);
}

static void on_lost(void *context, const struct rw_error *err)
{
    struct rw_remote *remote = context;
    (void)err;
    if (remote->state == REMOTE_CLOSING || remote->state == REMOTE_FAILED)
        return;
    if (!remote->was_up) {
        rw_remote_open_failed(remote, RW_ECLOSED, err);
        return;
    }
    bool was_up = remote->state == REMOTE_UP;
    retry_later(remote);
    if (was_up && remote->handler.link)
        remote->handler.link(remote->context, remote, true);
}

struct rw_ssh_options rw_remote_login(const struct rw_remote *remote)
{
    return (struct rw_ssh_options){
        .address = remote->address,
        .port = remote->port,
        .user = remote->user,
        .key = remote->key,
        .password = remote->password,
        /* A key accepted on the first connection is in known_hosts now. */
        .accept_new_host_key = remote->accept_new_host_key && !remote->was_up,
        .ask = remote->ask,
        .connect_timeout_ms = remote->connect_timeout_ms,
        .keys = remote->keys,
        .jump = remote->jump.address ? &remote->jump : NULL,
        .jumps = remote->jumps,
    };
}

static void connect_now(struct rw_remote *remote)
{
    static const struct rw_ssh_handler handler = {on_opened, on_question, on_lost};
    struct rw_ssh_options options = rw_remote_login(remote);
    remote->retry_due = false;
    remote->state = REMOTE_CONNECTING;
    remote->ssh = remote->transport->open(remote->loop, &options, &handler, remote);
}

struct rw_remote *rw_remote_open(uv_loop_t *loop, const struct rw_remote_options *options,
                                 const struct rw_remote_handler *handler, void *context)
{
    struct rw_remote *remote = rw_calloc(1, sizeof *remote);
    remote->loop = loop;
    remote->transport = options->transport ? options->transport : &ssh_transport;
    remote->handler = *handler;
    remote->context = context;
    remote->name = rw_strdup(options->name);
    remote->address = rw_strdup(options->address);
    remote->port = options->port;
    remote->user = rw_strdup(options->user);
    remote->key = rw_strdup(options->key);
    remote->password = rw_strdup(options->password);
    remote->sudo_password =
        rw_strdup(options->sudo_password ? options->sudo_password : options->password);
    remote->accept_new_host_key = options->accept_new_host_key;
    remote->ask = options->ask;
    remote->connect_timeout_ms = options->connect_timeout_ms;
    remote->keys = options->keys;
    if (options->jump.address)
        remote->jump = (struct rw_ssh_hop){
            .address = rw_strdup(options->jump.address),
            .port = options->jump.port,
            .user = rw_strdup(options->jump.user),
            .key = rw_strdup(options->jump.key),
        };
    remote->jumps = options->jumps;
    remote->retry_ms = RETRY_FIRST_MS;
    rw_life_init(&remote->life, loop, remote, free_remote);
    uv_timer_init(loop, &remote->retry);
    remote->retry.data = remote;
    uv_timer_init(loop, &remote->crowded);
    remote->crowded.data = remote;
    remote->first.remote = remote;
    connect_now(remote);
    return remote;
}

void rw_remote_answer(struct rw_remote *remote, const char *answer)
{
    if (remote->state == REMOTE_PRIVILEGE)
        rw_remote_sudo_answer(remote, answer);
    if (remote->state != REMOTE_CONNECTING || !remote->ssh)
        return;
    if (remote->asks_password) {
        rw_secret_free(remote->typed);
        remote->typed = rw_strdup(answer);
    }
    remote->transport->answer(remote->ssh, answer);
}

struct rw_ssh_info rw_remote_info(const struct rw_remote *remote)
{
    if (remote->ssh)
        return remote->transport->info(remote->ssh);
    return rw_ssh_no_info;
}

const struct rw_refusal *rw_remote_refusal(const struct rw_remote *remote)
{
    return &remote->refusal;
}

void rw_remote_close(struct rw_remote *remote, void (*closed)(void *context), void *context)
{
    struct rw_error err;
    if (!remote || !rw_life_end(&remote->life, NULL, closed, context))
        return;
    rw_error_set(&err, RW_ECANCELED, "closed");
    remote->state = REMOTE_CLOSING;
    remote->failure = RW_ECANCELED;
    remote->failure_error = err;
    rw_remote_fail_jobs(remote, RW_ECANCELED, &err);
    rw_remote_lanes_close(remote);
    rw_life_close(&remote->life, (uv_handle_t *)&remote->retry);
    rw_life_close(&remote->life, (uv_handle_t *)&remote->crowded);
    drop_ssh(remote);
}
