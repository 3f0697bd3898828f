/* SPDX-License-Identifier: Apache-2.0 */
/* The life of an SSH connection: states, questions, time.
 *
 * Everything happens in rw_ssh_pump(), which the loop calls when the socket is ready, a timer
 * rings, an agent answers or a caller has asked for something ("kick"). It runs the state machine
 * of the current state until that has to wait. Callers' callbacks come from there only, outside of
 * any call into libssh2, so they may call every function of ssh.h. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/file.h"
#include "base/mem.h"
#include "base/secret.h"
#include "net/known_hosts.h"
#include "net/ssh_private.h"

#define CONNECT_TIMEOUT_MS 15000
#define LOGIN_TIMEOUT_MS   60000
#define KEEPALIVE_MS       5000
/* A stock sshd allows ten sessions per connection; two are left for others. */
#define EXECS_AT_ONCE 8

static uv_once_t init_once = UV_ONCE_INIT;

static void init_library(void)
{
    libssh2_init(0);
}

/* ---- memory ---- */

static void free_ssh(void *object)
{
    struct rw_ssh *ssh = object;
    char **const strings[] = {&ssh->address,       &ssh->user,
                              &ssh->key,           &ssh->known_hosts_path,
                              &ssh->methods,       &ssh->tried,
                              &ssh->host_key_type, &ssh->fingerprint,
                              &ssh->algorithms,    &ssh->banner,
                              &ssh->jump_lost,     &ssh->said,
                              &ssh->goodbye,       &ssh->known_hosts_file,
                              &ssh->offered};
    for (size_t i = 0; i < RW_COUNT(strings); i++)
        free(*strings[i]);
    rw_secret_free(ssh->password);
    rw_secret_free(ssh->answer);
    rw_buf_done(&ssh->first);
    rw_buf_done(&ssh->host_key);
    rw_known_hosts_free(ssh->known);
    rw_ssh_keys_free(ssh->own_keys);
    rw_ssh_jumps_free(ssh->own_jumps);
    free(ssh);
}

/* ---- questions ---- */

void rw_ssh_pause(struct rw_ssh *ssh)
{
    if (!ssh->deadline)
        return;
    int64_t left = ssh->deadline - rw_clock_ms();
    ssh->budget_ms = left > 0 ? left : 0;
    ssh->deadline = 0;
    rw_ssh_arm(ssh);
}

void rw_ssh_resume(struct rw_ssh *ssh)
{
    if (ssh->budget_ms < 0)
        return;
    ssh->deadline = rw_clock_ms() + ssh->budget_ms;
    ssh->budget_ms = -1;
    rw_ssh_arm(ssh);
}

int rw_ssh_ask(struct rw_ssh *ssh, const struct rw_ssh_question *question, char **answer)
{
    *answer = NULL;
    if (ssh->answered) {
        ssh->asking = ssh->answered = false;
        *answer = ssh->answer;
        ssh->answer = NULL;
        rw_ssh_resume(ssh);
        return RW_SSH_DONE;
    }
    if (!ssh->ask)
        return RW_SSH_DONE;
    if (!ssh->asking) {
        ssh->asking = true;
        rw_ssh_pause(ssh);
        ssh->handler.question(ssh->context, question);
    }
    return RW_SSH_WAIT;
}

void rw_ssh_answer(struct rw_ssh *ssh, const char *answer)
{
    if (ssh->jump_asks) {
        rw_ssh_jump_answer(ssh, answer);
        return;
    }
    if (!ssh->asking || ssh->answered)
        return;
    ssh->answered = true;
    ssh->answer = rw_strdup(answer);
    rw_ssh_kick(ssh);
}

/* ---- the end ---- */

static void release(struct rw_ssh *ssh)
{
    rw_ssh_auth_free(ssh);
    rw_ssh_session_free(ssh);
    rw_ssh_connect_stop(ssh);
    rw_ssh_transport_close(ssh);
    rw_ssh_jump_leave(ssh);
    ssh->asking = false;
    ssh->deadline = 0;
    uv_timer_stop(&ssh->timer);
}

/* Takes the text. */
static int fail(struct rw_ssh *ssh, int code, char *text)
{
    struct rw_error error = {.code = code};
    rw_error_set(&error, code, "%s", text);
    free(text);
    if (ssh->state == RW_SSH_ENDED || ssh->life.ending)
        return code;

    ssh->state = RW_SSH_ENDED;
    bool was_open = ssh->opened;
    rw_ssh_exec_end_all(ssh, code, &error);
    rw_ssh_tunnel_end_all(ssh, &error);
    release(ssh);
    ssh->opened = true;
    if (ssh->life.ending)
        return code;
    if (was_open)
        ssh->handler.lost(ssh->context, &error);
    else
        ssh->handler.opened(ssh->context, code, &error);
    return code;
}

void rw_ssh_again(struct rw_ssh *ssh)
{
    rw_ssh_session_free(ssh);
    rw_ssh_connect_stop(ssh);
    rw_ssh_transport_close(ssh);
    rw_buf_done(&ssh->first);
    rw_buf_done(&ssh->host_key);
    rw_known_hosts_free(ssh->known);
    ssh->known = NULL;
    rw_strset(&ssh->goodbye, NULL);
    rw_strset(&ssh->banner, NULL);
    ssh->eof = ssh->dead = ssh->more = ssh->identified = ssh->exchanging = false;
    ssh->io_errno = 0;
    ssh->early = ssh->lines = ssh->at = 0;
    ssh->connect_error = (struct rw_error){0};
    ssh->deadline = 0;
    ssh->budget_ms = -1;
    ssh->started = false;
    ssh->state = RW_SSH_RESOLVING;
    rw_ssh_kick(ssh);
}

int rw_ssh_fail(struct rw_ssh *ssh, int code, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    char *text = rw_vasprintf(format, args);
    va_end(args);
    return fail(ssh, code, text);
}

int rw_ssh_fail_with(struct rw_ssh *ssh, enum rw_ssh_problem problem, int code, const char *format,
                     ...)
{
    va_list args;
    va_start(args, format);
    char *text = rw_vasprintf(format, args);
    va_end(args);
    ssh->problem = problem;
    return fail(ssh, code, text);
}

static void tear_down(void *object)
{
    struct rw_ssh *ssh = object;
    struct rw_error error = {0};
    rw_error_set(&error, RW_ECANCELED, "the connection to %s was closed", ssh->address);
    if (!ssh->opened) {
        ssh->opened = true;
        ssh->handler.opened(ssh->context, RW_ECANCELED, &error);
    }
    rw_ssh_exec_end_all(ssh, RW_ECANCELED, &error);
    rw_ssh_tunnel_end_all(ssh, &error);
    ssh->state = RW_SSH_ENDED;
    release(ssh);
    rw_life_close(&ssh->life, (uv_handle_t *)&ssh->timer);
}

void rw_ssh_close(struct rw_ssh *ssh, void (*closed)(void *context), void *context)
{
    if (ssh)
        rw_life_end(&ssh->life, tear_down, closed, context);
}

/* ---- kicks ---- */

static void on_kick(void *object)
{
    struct rw_ssh *ssh = object;
    if (ssh->state == RW_SSH_ENDED) {
        struct rw_error error = {0};
        rw_error_set(&error, RW_ECLOSED, "the connection to %s is closed", ssh->address);
        rw_ssh_exec_end_all(ssh, RW_ECLOSED, &error);
        return;
    }
    rw_ssh_pump(ssh);
}

void rw_ssh_kick(struct rw_ssh *ssh)
{
    rw_life_later(&ssh->life, on_kick);
}

/* ---- opening ---- */

struct rw_ssh *rw_ssh_open(uv_loop_t *loop, const struct rw_ssh_options *options,
                           const struct rw_ssh_handler *handler, void *context)
{
    uv_once(&init_once, init_library);
    struct rw_ssh *ssh = rw_calloc(1, sizeof *ssh);
    ssh->loop = loop;
    ssh->handler = *handler;
    ssh->context = context;
    ssh->address = rw_strdup(options->address);
    ssh->user = rw_strdup(options->user);
    ssh->key = rw_strdup(options->key);
    ssh->password = rw_strdup(options->password);
    ssh->known_hosts_path =
        rw_file_expand(options->known_hosts ? options->known_hosts : "~/.ssh/known_hosts", NULL);
    ssh->port = options->port ? options->port : 22;
    ssh->connect_timeout_ms =
        options->connect_timeout_ms ? options->connect_timeout_ms : CONNECT_TIMEOUT_MS;
    ssh->login_timeout_ms =
        options->login_timeout_ms ? options->login_timeout_ms : LOGIN_TIMEOUT_MS;
    ssh->keepalive_ms = options->keepalive_ms ? options->keepalive_ms : KEEPALIVE_MS;
    ssh->key_only = options->key_only;
    ssh->accept_new_host_key = options->accept_new_host_key;
    ssh->ask = options->ask;
    ssh->own_keys = options->keys ? NULL : rw_ssh_keys_new();
    ssh->keys = options->keys ? options->keys : ssh->own_keys;
    if (options->jump) {
        ssh->own_jumps = options->jumps ? NULL : rw_ssh_jumps_new();
        ssh->jump =
            rw_ssh_jump_get(options->jumps ? options->jumps : ssh->own_jumps, options->jump);
    }
    ssh->limit = EXECS_AT_ONCE;
    ssh->budget_ms = -1;

    rw_life_init(&ssh->life, loop, ssh, free_ssh);
    uv_timer_init(loop, &ssh->timer);
    ssh->timer.data = ssh;
    rw_ssh_kick(ssh);
    return ssh;
}

static const char *text_or_empty(const char *text)
{
    return text ? text : "";
}

const struct rw_ssh_info rw_ssh_no_info = {
    .methods = "",
    .tried = "",
    .host_key_type = "",
    .fingerprint = "",
    .known_hosts = "",
    .algorithms = "",
    .banner = "",
    .said = "",
    .missing = "",
    .offered = "",
    .library = "",
};

struct rw_ssh_info rw_ssh_get_info(const struct rw_ssh *ssh)
{
    return (struct rw_ssh_info){
        .methods = text_or_empty(ssh->methods),
        .tried = text_or_empty(ssh->tried),
        .host_key_type = text_or_empty(ssh->host_key_type),
        .fingerprint = text_or_empty(ssh->fingerprint),
        .known_hosts =
            text_or_empty(ssh->known_hosts_file ? ssh->known_hosts_file : ssh->known_hosts_path),
        .known_hosts_line = ssh->known_hosts_line,
        .host_key_changed = ssh->host_key_changed,
        .algorithms = text_or_empty(ssh->algorithms),
        .banner = text_or_empty(ssh->banner),
        .jump = ssh->jump_problem,
        .problem = ssh->problem,
        .said = text_or_empty(ssh->said),
        .attempts = ssh->attempts,
        .timeout_s = (ssh->login_timeout_ms + 999) / 1000,
        .missing = text_or_empty(ssh->missing),
        .offered = text_or_empty(ssh->offered),
        .advice = ssh->advice,
        .library = libssh2_version(0),
    };
}
