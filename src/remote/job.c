/* SPDX-License-Identifier: Apache-2.0 */
/* Scripts that wait, run, and are run again when the connection dropped under them. */
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/secret.h"
#include "base/text.h"
#include "remote/remote_private.h"

#define ERR_MAX 65536

struct rw_remote_job {
    struct rw_life life;      /* held by the running command */
    struct rw_remote *remote; /* NULL once done */
    struct rw_remote_job *next;
    struct rw_buf wire;
    char nonce[RW_SCRIPT_NONCE_SIZE];
    struct rw_script_output output;
    struct rw_reply reply;
    struct rw_ssh_exec *exec;    /* NULL while waiting for a connection, or a session on one */
    struct rw_remote_lane *lane; /* where it runs, also when it was given up; or NULL */
    bool urgent;
    uv_timer_t timer;
    void (*on_line)(void *context, const char *line, size_t length);
    void (*done)(void *context, const struct rw_remote_result *result);
    void *context;
};

static void free_job(void *object)
{
    struct rw_remote_job *job = object;
    rw_buf_wipe(&job->wire);
    rw_script_output_done(&job->output);
    rw_reply_done(&job->reply);
    free(job);
}

/* Takes the job off the list, notifies its owner, and releases it. */
static void finish(struct rw_remote_job *job, int rc, const struct rw_error *err, const char *text)
{
    struct rw_remote *remote = job->remote;
    struct rw_remote_job **link = &remote->jobs;
    while (*link != job)
        link = &(*link)->next;
    *link = job->next;
    job->remote = NULL;
    if (job->exec)
        remote->transport->cancel(job->exec);
    struct rw_remote_result result = {
        .rc = rc, .status = job->output.status, .reply = job->reply, .err = text ? text : ""};
    if (err)
        result.error = *err;
    job->done(job->context, &result);
    rw_life_end(&job->life, NULL, NULL, NULL);
    rw_life_close(&job->life, (uv_handle_t *)&job->timer);
}

static void keep_line(void *context, const char *line, size_t length)
{
    struct rw_remote_job *job = context;
    if (job->on_line && job->remote)
        job->on_line(job->context, line, length);
    else
        rw_reply_line(&job->reply, line, length);
}

static void on_output(void *context, const char *data, size_t size)
{
    struct rw_remote_job *job = context;
    if (job->remote)
        rw_script_output_add(&job->output, data, size);
}

static void judge(struct rw_remote_job *job, const struct rw_ssh_result *result)
{
    char *text = rw_script_said(NULL, &result->err, ERR_MAX);
    if (result->rc != 0) {
        finish(job, result->rc, &result->error, text);
    } else if (!job->output.ended) {
        struct rw_error err;
        char *said = rw_script_said(&job->output, &result->err, RW_REFUSAL_SAID_MAX);
        rw_error_set(&err, RW_EREMOTE, "the shell ended early (exit status %d%s%s)%s%s",
                     result->exit_status, result->signal[0] ? ", signal " : "", result->signal,
                     *said ? ": " : "", said);
        free(said);
        finish(job, RW_EREMOTE, &err, text);
    } else {
        finish(job, 0, NULL, text);
    }
    free(text);
}

static void on_done(void *context, const struct rw_ssh_result *result)
{
    struct rw_remote_job *job = context;
    struct rw_remote_lane *lane = job->lane;
    struct rw_remote *remote = lane->remote; /* stays until its connections have ended */
    job->exec = NULL;
    job->lane = NULL;
    rw_remote_lane_left(lane, result);
    /* Closed, or silent for too long: our commands have no time limit of their own. Or closed by us
     * together with the others of this host: a job that was canceled has no remote any more. */
    bool lost = result->rc == RW_ECLOSED || result->rc == RW_ETIMEOUT || result->rc == RW_ECANCELED;
    bool refused = result->rc == RW_EBUSY;
    /* Without a remote the job is finished already, and this answers the cancel. A script that
     * lost its connection waits for the next one; a stream is over. */
    if (job->remote && lost && job->on_line)
        finish(job, RW_ECLOSED, &result->error, NULL);
    else if (job->remote && !lost && !(refused && rw_remote_lane_refused(lane)))
        judge(job, result);
    rw_life_drop(&job->life);
    rw_remote_start_jobs(remote);
}

static void start(struct rw_remote_job *job, struct rw_remote_lane *lane)
{
    struct rw_remote *remote = job->remote;
    struct rw_buf input = {0};
    if (remote->sudo_reads_password)
        rw_buf_addf(&input, "%s\n", remote->sudo_password);
    rw_buf_add(&input, rw_buf_str(&job->wire), job->wire.len);
    rw_script_output_done(&job->output);
    rw_script_output_init(&job->output, job->nonce, keep_line, job);
    rw_reply_done(&job->reply);
    struct rw_ssh_command command = {
        .command = remote->root_command,
        .input = input.data,
        .input_size = input.len,
        .at_once = true,
        .output_max = ERR_MAX,
        .output = on_output,
        .done = on_done,
        .context = job,
    };
    rw_life_hold(&job->life);
    job->lane = lane;
    lane->jobs++;
    job->exec = remote->transport->exec(lane->ssh ? lane->ssh : remote->ssh, &command);
    rw_buf_wipe(&input);
}

void rw_remote_start_jobs(struct rw_remote *remote)
{
    bool waits = false, now = false, urgent = false;
    if (remote->state != REMOTE_UP)
        return;
    for (struct rw_remote_job *job = remote->jobs; job; job = job->next) {
        struct rw_remote_lane *lane =
            job->exec ? NULL : rw_remote_lane_with_room(remote, job->urgent);
        if (lane)
            start(job, lane);
        if (job->exec)
            continue;
        waits = true;
        urgent = urgent || job->urgent;
        now = now || job->urgent || job->on_line; /* a stream would wait for long, or let others */
    }
    if (waits)
        rw_remote_lane_wanted(remote, now, urgent);
}

void rw_remote_end_stream(struct rw_remote *remote)
{
    struct rw_remote_job *job = remote->jobs;
    struct rw_error err;
    while (job && !(job->exec && job->on_line))
        job = job->next;
    if (!job)
        return;
    rw_error_set(&err, RW_ECLOSED, "the host allows too few sessions on a connection");
    finish(job, RW_ECLOSED, &err, NULL);
}

void rw_remote_fail_jobs(struct rw_remote *remote, int rc, const struct rw_error *err)
{
    while (remote->jobs)
        finish(remote->jobs, rc, err, NULL);
}

static void on_timeout(uv_timer_t *timer)
{
    struct rw_remote_job *job = timer->data;
    struct rw_error err;
    rw_error_set(&err, RW_ETIMEOUT,
                 job->exec ? "no answer from the host in time"
                           : "no connection to the host in time");
    finish(job, RW_ETIMEOUT, &err, NULL);
}

/* For a job given to a host that has failed for good: the owner hears of it from the loop. */
static void fail_hopeless(void *object)
{
    struct rw_remote_job *job = object;
    struct rw_remote *remote = job->remote;
    finish(job, remote->failure, &remote->failure_error, NULL);
}

struct rw_remote_job *rw_remote_run(struct rw_remote *remote, const struct rw_remote_script *script)
{
    struct rw_remote_job *job = rw_calloc(1, sizeof *job);
    job->remote = remote;
    rw_life_init(&job->life, remote->loop, job, free_job);
    job->on_line = script->on_line;
    job->done = script->done;
    job->context = script->context;
    rw_script_nonce(job->nonce);
    rw_script_compose(&job->wire, job->nonce, script->vars, script->var_count, script->body);
    uv_timer_init(remote->loop, &job->timer);
    job->timer.data = job;
    job->urgent = script->urgent;
    struct rw_remote_job **link = &remote->jobs;
    while (*link && (!job->urgent || (*link)->urgent))
        link = &(*link)->next;
    job->next = *link;
    *link = job;
    if (remote->state == REMOTE_FAILED || remote->state == REMOTE_CLOSING)
        rw_life_later(&job->life, fail_hopeless);
    else if (script->timeout_ms)
        uv_timer_start(&job->timer, on_timeout, (uint64_t)script->timeout_ms, 0);
    rw_remote_start_jobs(remote);
    return job;
}

void rw_remote_cancel(struct rw_remote_job *job)
{
    struct rw_error err;
    rw_error_set(&err, RW_ECANCELED, "canceled");
    finish(job, RW_ECANCELED, &err, NULL);
}
