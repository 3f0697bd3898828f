/* SPDX-License-Identifier: Apache-2.0 */
/* A host whose sshd allows few sessions on a connection (MaxSessions): with a table of replies, and
 * with a real sshd. */
#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "remote/remote.h"
#include "sshd.h"
#include "unit/fake_hosts.h"

#define GUARD_MS 60000

static struct rw_remote *remote;
static bool opened, closed;
static int open_rc, questions;

struct job {
    bool done;
    int rc;
    char said[32], error[RW_ERROR_MESSAGE_MAX];
    size_t lines;
};

static void on_opened(void *context, struct rw_remote *self, int rc, const struct rw_error *err)
{
    (void)context;
    (void)self;
    (void)err;
    opened = true;
    open_rc = rc;
}

static void on_question(void *context, struct rw_remote *self,
                        const struct rw_remote_question *question)
{
    (void)context;
    questions++;
    rw_remote_answer(self, question->ssh->kind == RW_SSH_ASK_HOST_KEY ? "yes" : "sesame");
}

static void on_closed(void *context)
{
    (void)context;
    closed = true;
}

static void on_done(void *context, const struct rw_remote_result *result)
{
    struct job *job = context;
    const char *said = rw_reply_get(&result->reply, "said");
    cr_assert_not(job->done, "done() comes twice");
    job->done = true;
    job->rc = result->rc;
    snprintf(job->said, sizeof job->said, "%s", said ? said : "");
    snprintf(job->error, sizeof job->error, "%s", result->error.message);
}

static void on_line(void *context, const char *line, size_t length)
{
    (void)line;
    if (length)
        ((struct job *)context)->lines++;
}

static struct rw_remote_job *run(struct job *job, const char *body)
{
    struct rw_remote_script script = {.body = body, .done = on_done, .context = job};
    return rw_remote_run(remote, &script);
}

static struct rw_remote_job *follow(struct job *job, const char *body)
{
    struct rw_remote_script script = {
        .body = body, .on_line = on_line, .done = on_done, .context = job};
    return rw_remote_run(remote, &script);
}

static void run_urgent(struct job *job, const char *body)
{
    struct rw_remote_script script = {
        .body = body, .urgent = true, .done = on_done, .context = job};
    rw_remote_run(remote, &script);
}

/* ---- with a table of replies ---- */

static void open_fake(size_t sessions)
{
    static const struct rw_remote_handler handler = {on_opened, on_question, NULL};
    struct rw_remote_options options = {
        .name = "h", .address = "h", .port = 22, .user = "root", .transport = &fake_transport};
    fake_begin();
    fake_sessions("h", sessions);
    remote = rw_remote_open(fake_loop(), &options, &handler, NULL);
    fake_wait(&opened);
    cr_assert_eq(open_rc, 0);
}

static void finish_fake(void)
{
    rw_remote_close(remote, on_closed, NULL);
    fake_wait(&closed);
    fake_finish();
}

Test(lanes, one_connection_does_where_nothing_is_refused)
{
    struct job jobs[8] = {0};
    open_fake(0);
    FAKE_ADD({.with = "stream", .end = FAKE_HOLDS}, {.with = "body", .lines = "said=this\n"});
    for (size_t i = 0; i < 4; i++)
        follow(&jobs[i], "stream");
    for (size_t i = 4; i < 8; i++)
        run(&jobs[i], "body");
    for (size_t i = 4; i < 8; i++)
        fake_wait(&jobs[i].done);
    fake_pass(5000);
    cr_expect_eq(fake_connects("h"), 1);
    finish_fake();
}

Test(lanes, short_scripts_wait_for_each_other)
{
    struct job jobs[8] = {0};
    open_fake(1);
    FAKE_ADD({.with = "body", .lines = "said=this\n", .after_ms = 50});
    fake_count_peak(NULL, "body");
    for (size_t i = 0; i < 8; i++)
        run(&jobs[i], "body");
    for (size_t i = 0; i < 8; i++) {
        fake_wait(&jobs[i].done);
        cr_expect_eq(jobs[i].rc, 0);
        cr_expect_str_eq(jobs[i].said, "this");
    }
    cr_expect_eq(fake_count("h", NULL, "body"), 8, "each is run once");
    cr_expect_eq(fake_peak(), 1);
    cr_expect_eq(fake_connects("h"), 1);
    finish_fake();
}

Test(lanes, a_stream_holds_up_no_script)
{
    struct job stream = {0}, second = {0}, jobs[3] = {0};
    open_fake(1);
    FAKE_ADD({.with = "stream", .end = FAKE_HOLDS}, {.with = "body", .after_ms = 50});
    struct rw_remote_job *first = follow(&stream, "stream");
    fake_pass(100);
    for (size_t i = 0; i < 3; i++)
        run(&jobs[i], "body");
    for (size_t i = 0; i < 3; i++) {
        fake_wait(&jobs[i].done);
        cr_expect_eq(jobs[i].rc, 0);
    }
    cr_expect_eq(fake_connects("h"), 2);
    follow(&second, "stream");
    fake_pass(100);
    cr_expect_eq(fake_running("h", NULL, "stream"), 2);
    cr_expect_not(stream.done);
    rw_remote_cancel(first);
    cr_expect_eq(stream.rc, RW_ECANCELED);
    finish_fake();
}

Test(lanes, what_is_urgent_waits_for_nothing_that_runs)
{
    struct job streams[6] = {0}, waiting = {0}, urgent = {0};
    open_fake(1);
    FAKE_ADD({.with = "stream", .end = FAKE_HOLDS}, {.with = "body"}, {.with = "beat"});
    struct rw_remote_job *running[6];
    for (size_t i = 0; i < 6; i++)
        running[i] = follow(&streams[i], "stream");
    fake_pass(20000);
    cr_expect_eq(fake_running("h", NULL, "stream"), 6, "one connection is kept for what is urgent");
    run(&waiting, "body");
    fake_pass(5000);
    cr_expect_not(waiting.done);
    int64_t before = (int64_t)uv_now(fake_loop());
    run_urgent(&urgent, "beat");
    fake_wait(&urgent.done);
    cr_expect_eq(urgent.rc, 0);
    cr_expect_lt((int64_t)uv_now(fake_loop()) - before, 500);
    fake_pass(5000);
    cr_expect_not(waiting.done);
    rw_remote_cancel(running[3]);
    fake_wait(&waiting.done);
    cr_expect_eq(waiting.rc, 0);
    finish_fake();
}

Test(lanes, streams_take_turns_with_scripts_where_no_further_connection_is_let_in)
{
    struct job stream = {0}, job = {0};
    open_fake(1);
    FAKE_ADD({.with = "stream", .end = FAKE_HOLDS}, {.with = "body"});
    follow(&stream, "stream");
    fake_pass(100);
    fake_refuse("h", RW_EAUTH, -1);
    run(&job, "body");
    fake_wait(&job.done);
    cr_expect_eq(job.rc, 0);
    cr_expect(stream.done);
    cr_expect_eq(stream.rc, RW_ECLOSED, "its owner begins it anew");
    cr_expect_eq(fake_connects("h"), 2, "a refused login is not tried again");
    finish_fake();
}

Test(lanes, are_lost_and_come_back_together)
{
    struct job stream = {0}, second = {0}, job = {0};
    open_fake(1);
    FAKE_ADD({.with = "stream", .end = FAKE_HOLDS},
             {.with = "body", .lines = "said=this\n", .after_ms = 400});
    follow(&stream, "stream");
    follow(&second, "stream");
    fake_pass(2000);
    run(&job, "body");
    fake_pass(1200);
    cr_expect_eq(fake_running("h", NULL, "body"), 1);
    fake_cut("h");
    fake_wait(&job.done);
    cr_expect_eq(job.rc, 0);
    cr_expect_str_eq(job.said, "this");
    cr_expect_eq(fake_count("h", NULL, "body"), 2, "it is run again");
    cr_expect_eq(stream.rc, RW_ECLOSED);
    cr_expect_eq(second.rc, RW_ECLOSED);
    finish_fake();
}

Test(lanes, the_loss_of_one_does_not_end_the_others)
{
    struct job stream = {0}, job = {0};
    open_fake(1);
    FAKE_ADD({.with = "stream", .end = FAKE_HOLDS}, {.with = "cut", .end = FAKE_CUTS, .times = 1},
             {.with = "cut"});
    follow(&stream, "stream");
    fake_pass(100);
    run(&job, "cut");
    fake_wait(&job.done);
    cr_expect_eq(job.rc, 0, "on another connection: %s", job.error);
    cr_expect_not(stream.done);
    finish_fake();
}

Test(lanes, are_closed_while_they_are_opened)
{
    struct job stream = {0}, second = {0};
    open_fake(1);
    FAKE_ADD({.with = "stream", .end = FAKE_HOLDS});
    follow(&stream, "stream");
    follow(&second, "stream");
    fake_pass(5);
    cr_expect_eq(fake_links("h"), 2);
    finish_fake();
    cr_expect_eq(stream.rc, RW_ECANCELED);
    cr_expect_eq(second.rc, RW_ECANCELED);
}

/* ---- with a real sshd ---- */

static struct sshd server;
static uv_loop_t loop;
static uv_timer_t guard;

static void on_guard(uv_timer_t *timer)
{
    (void)timer;
    cr_assert_fail("the test hangs");
}

static void wait_real(const bool *flag)
{
    while (!*flag)
        uv_run(&loop, UV_RUN_ONCE);
}

static void begin_real(const char *password)
{
    static const struct rw_remote_handler handler = {on_opened, on_question, NULL};
    struct rw_remote_options options = {.name = "h",
                                        .address = "127.0.0.1",
                                        .port = server.port,
                                        .user = "root",
                                        .key = password ? NULL : "~/key",
                                        .ask = true};
    if (!password)
        sshd_make_key(&server, "key", "ed25519", "");
    cr_assert_eq(uv_loop_init(&loop), 0);
    uv_timer_init(&loop, &guard);
    uv_timer_start(&guard, on_guard, GUARD_MS, 0);
    uv_unref((uv_handle_t *)&guard);
    remote = rw_remote_open(&loop, &options, &handler, NULL);
    wait_real(&opened);
}

static void open_real(const char *password)
{
    begin_real(password);
    cr_assert_eq(open_rc, 0);
}

static void finish_real(void)
{
    rw_remote_close(remote, on_closed, NULL);
    wait_real(&closed);
    uv_close((uv_handle_t *)&guard, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0, "a handle is left open");
    cr_expect(sshd_idle(&server));
    sshd_stop(&server);
}

/* Eight scripts at once beside two streams that never end. */
static void run_beside_streams(const char *config)
{
    struct job streams[2] = {0}, jobs[8] = {0}, late = {0};
    struct rw_remote_job *running[2];
    sshd_start(&server, config);
    open_real(NULL);
    cr_assert_eq(questions, 1, "the host key");
    for (size_t i = 0; i < 2; i++)
        running[i] = follow(&streams[i], "echo line; exec sleep 1000");
    for (size_t i = 0; i < 8; i++)
        run(&jobs[i], "echo said=this; exit 3");
    for (size_t i = 0; i < 8; i++) {
        wait_real(&jobs[i].done);
        cr_expect_eq(jobs[i].rc, 0, "%s", jobs[i].error);
        cr_expect_str_eq(jobs[i].said, "this");
    }
    while (!streams[0].lines || !streams[1].lines)
        uv_run(&loop, UV_RUN_ONCE);
    cr_expect_not(streams[0].done || streams[1].done);
    /* Nothing on the host notices that they are given up. */
    rw_remote_cancel(running[0]);
    rw_remote_cancel(running[1]);
    int64_t before = rw_clock_ms();
    run_urgent(&late, "echo said=late");
    wait_real(&late.done);
    cr_expect_str_eq(late.said, "late", "%s", late.error);
    cr_expect_lt(rw_clock_ms() - before, 10000);
    cr_expect_eq(questions, 1, "nothing is asked twice");
    finish_real();
}

Test(lanes, scripts_and_streams_run_where_one_session_is_allowed)
{
    run_beside_streams("MaxSessions 1");
}

Test(lanes, scripts_and_streams_run_where_two_sessions_are_allowed)
{
    run_beside_streams("MaxSessions 2");
}

Test(lanes, that_no_session_is_allowed_is_told)
{
    struct job jobs[2] = {0};
    sshd_start(&server, "MaxSessions 0");
    begin_real(NULL);
    cr_expect_eq(open_rc, RW_EBUSY);
    for (size_t i = 0; i < 2; i++)
        run(&jobs[i], "echo said=this");
    for (size_t i = 0; i < 2; i++) {
        wait_real(&jobs[i].done);
        cr_expect_eq(jobs[i].rc, RW_EBUSY);
        cr_expect(strstr(jobs[i].error, "MaxSessions"), "%s", jobs[i].error);
    }
    finish_real();
}

Test(lanes, a_password_that_was_typed_in_serves_for_all)
{
    struct job stream = {0}, job = {0};
    sshd_start_with_password(&server, "sesame", "MaxSessions 1\nPasswordAuthentication yes");
    open_real("sesame");
    cr_assert_eq(questions, 2, "the host key and the password");
    follow(&stream, "echo line; exec sleep 1000");
    run(&job, "echo said=this");
    wait_real(&job.done);
    cr_expect_str_eq(job.said, "this", "%s", job.error);
    while (!stream.lines)
        uv_run(&loop, UV_RUN_ONCE);
    cr_expect_not(stream.done);
    cr_expect_eq(questions, 2);
    finish_real();
}
