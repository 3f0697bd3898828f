/* SPDX-License-Identifier: Apache-2.0 */
/* The lock of the hosts, from the console's side; its script is tested in test_host_scripts.c. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "unit/fake_run.h"

#define HELD "held=eve@desk\npid=7\nsince=2026-01-01T00:00:00Z\nage=10\n"

static struct fake_run f;
static struct rw_host_lock *lock;
static bool done, lost, closed;
static char *findings; /* "CODE host;" of all, as done() or lost() had them */

static void keep(const struct rw_finding *finding)
{
    char *before = findings;
    findings =
        rw_asprintf("%s%s %s;", before ? before : "", rw_finding_code(finding->id), finding->host);
    free(before);
}

static void on_done(void *context, const struct rw_findings *list)
{
    (void)context;
    cr_assert_not(done, "done() comes twice");
    done = true;
    for (size_t i = 0; i < list->count; i++)
        keep(&list->items[i]);
}

static void on_lost(void *context, const struct rw_finding *finding)
{
    (void)context;
    cr_assert_not(lost, "lost() comes twice");
    lost = true;
    keep(finding);
}

static void on_silent(void *context, const struct rw_finding *finding)
{
    (void)context;
    keep(finding);
}

static void on_question(void *context, size_t host, const struct rw_remote_question *question)
{
    (void)context;
    (void)question;
    rw_contact_answer(f.contact, host, "yes");
}

static void on_closed(void *context)
{
    (void)context;
    closed = true;
}

static void start(bool take_over)
{
    struct rw_host_lock_options options = {
        .cluster = f.cluster, .contact = f.contact, .journal = f.journal, .take_over = take_over};
    struct rw_host_lock_listener listener = {on_question, on_done, on_lost, on_silent, NULL};
    lock = rw_host_lock_start(fake_loop(), &options, &listener);
}

static void finish(void)
{
    rw_host_lock_free(lock, on_closed, NULL);
    fake_wait(&closed);
    free(findings);
    fake_run_finish(&f);
}

static void expect_findings(const char *expected)
{
    cr_expect_str_eq(findings ? findings : "", expected, "%s", findings);
}

static size_t asked(const char *host, const char *action)
{
    char *text = rw_asprintf("\naction=%s\n", action);
    size_t count = fake_count(host, "lock", text);
    free(text);
    return count;
}

Test(host_lock, is_taken_on_every_host_and_given_back)
{
    fake_run_begin(&f, NULL);
    start(false);
    fake_wait(&done);
    expect_findings("");
    cr_expect_eq(asked(NULL, "take"), 4);
    cr_expect_eq(strlen(rw_host_lock_fence(lock)), 16);
    cr_expect_str_eq(rw_host_lock_boot(lock, 3), "b1");
    finish();
}

Test(host_lock, is_given_back_on_every_host)
{
    fake_run_begin(&f, NULL);
    start(false);
    fake_wait(&done);
    rw_host_lock_free(lock, on_closed, NULL);
    fake_wait(&closed);
    cr_expect_eq(asked(NULL, "leave"), 4);
    fake_run_finish(&f);
}

Test(host_lock, that_somebody_else_holds_is_told_and_kept_nowhere)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m2", .script = "lock", .with = "action=take", .lines = HELD},
             {.host = "ha-w1", .script = "lock", .with = "action=take", .lines = HELD});
    start(false);
    fake_wait(&done);
    expect_findings("L-01 ha-m2;L-01 ha-w1;");
    cr_expect_str_eq(rw_host_lock_boot(lock, 0), "", "is held nowhere");
    fake_pass(100);
    cr_expect_eq(asked("ha-m1", "leave"), 1);
    cr_expect_eq(asked("ha-m3", "leave"), 1);
    cr_expect_eq(asked("ha-m2", "leave"), 0);
    fake_pass(60000);
    cr_expect_eq(asked(NULL, "beat"), 0);
    finish();
}

Test(host_lock, is_taken_from_whoever_has_it_where_the_user_says_so)
{
    fake_run_begin(&f, NULL);
    start(true);
    fake_wait(&done);
    cr_expect_eq(fake_count(NULL, "lock", "\ntake_over=yes\n"), 4);
    finish();
}

Test(host_lock, gives_a_sign_of_life_every_fifteen_seconds)
{
    fake_run_begin(&f, NULL);
    start(false);
    fake_wait(&done);
    fake_pass(14000);
    cr_expect_eq(asked("ha-m1", "beat"), 0);
    fake_pass(32000);
    cr_expect_eq(asked("ha-m1", "beat"), 3);
    cr_expect_eq(asked(NULL, "beat"), 12);
    cr_expect_not(lost);
    finish();
}

Test(host_lock, that_somebody_has_taken_is_lost_once)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m2", .script = "lock", .with = "action=beat", .lines = HELD},
             {.host = "ha-m3", .script = "lock", .with = "action=beat", .lines = HELD});
    start(false);
    fake_wait(&done);
    fake_wait(&lost);
    expect_findings("L-02 ha-m2;");
    fake_pass(60000);
    expect_findings("L-02 ha-m2;");
    finish();
}

static void on_line(void *context, const char *line, size_t length)
{
    (void)context;
    (void)line;
    (void)length;
}

static void on_stream_done(void *context, const struct rw_remote_result *result)
{
    (void)result;
    *(bool *)context = true;
}

Test(host_lock, is_renewed_beside_streams_on_a_host_that_allows_one_session)
{
    bool over = false;
    struct rw_remote_script stream = {
        .body = "echo stream", .on_line = on_line, .done = on_stream_done, .context = &over};
    fake_run_begin(&f, NULL);
    fake_sessions("ha-m1", 1);
    FAKE_ADD({.host = "ha-m1", .with = "echo stream", .end = FAKE_HOLDS});
    start(false);
    fake_wait(&done);
    for (size_t i = 0; i < 3; i++)
        rw_remote_run(rw_contact_remote(f.contact, 0), &stream);
    fake_pass(46000);
    cr_expect_eq(asked("ha-m1", "beat"), 3);
    cr_expect_eq(fake_running("ha-m1", NULL, "echo stream"), 3);
    cr_expect_not(over);
    expect_findings("");
    finish();
}

Test(host_lock, that_could_not_be_renewed_in_time_is_told_once)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD(
        {.host = "ha-m2", .script = "lock", .with = "action=beat", .end = FAKE_HOLDS, .times = 6});
    start(false);
    fake_wait(&done);
    fake_pass(59000);
    expect_findings("");
    fake_pass(60000);
    expect_findings("L-03 ha-m2;");
    cr_expect_not(lost);
    finish();
}

Test(host_lock, is_taken_anew_by_a_beat_on_a_host_that_was_restarted)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m2", .script = "lock", .with = "action=beat", .lines = "boot=b2\n"});
    start(false);
    fake_wait(&done);
    fake_pass(16000);
    cr_expect_str_eq(rw_host_lock_boot(lock, 1), "b2");
    cr_expect_str_eq(rw_host_lock_boot(lock, 0), "b1");
    finish();
}

Test(host_lock, does_not_wait_for_hosts_that_cannot_be_logged_in_to)
{
    fake_run_begin(&f, NULL);
    fake_refuse("ha-m2", RW_ECONNECT, -1);
    FAKE_ADD({.host = "ha-m3", .script = "lock", .end = FAKE_DIES});
    start(false);
    fake_wait(&done);
    expect_findings("");
    cr_expect_str_eq(rw_host_lock_boot(lock, 1), "");
    cr_expect_str_eq(rw_host_lock_boot(lock, 2), "");
    finish();
}

Test(host_lock, tells_the_command_that_failed)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m2",
              .script = "lock",
              .with = "action=take",
              .lines = "failed=write /run/rke2-wizard.lock\nfailed_status=1\n",
              .err = "Read-only file system"});
    start(false);
    fake_wait(&done);
    expect_findings("H-15 ha-m2;");
    finish();
}

Test(host_lock, asks_about_an_unknown_host_key)
{
    fake_run_begin(&f, NULL);
    fake_ask("ha-m1");
    start(false);
    fake_wait(&done);
    expect_findings("");
    cr_expect_str_eq(rw_host_lock_boot(lock, 0), "b1");
    finish();
}

Test(host_lock, that_is_being_taken_is_given_back_all_the_same)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.script = "lock", .with = "action=take", .lines = "boot=b1\n", .after_ms = 5000});
    start(false);
    fake_pass(1000);
    cr_expect_not(done);
    rw_host_lock_free(lock, on_closed, NULL);
    fake_wait(&closed);
    cr_expect_not(done);
    cr_expect_eq(asked(NULL, "leave"), 4);
    fake_run_finish(&f);
}

Test(host_lock, does_not_wait_long_for_a_host_that_does_not_answer_at_the_end)
{
    fake_run_begin(&f, NULL);
    FAKE_ADD({.host = "ha-m2", .script = "lock", .with = "action=leave", .end = FAKE_HOLDS});
    start(false);
    fake_wait(&done);
    int64_t before = (int64_t)uv_now(fake_loop());
    rw_host_lock_free(lock, on_closed, NULL);
    fake_wait(&closed);
    cr_expect_leq((int64_t)uv_now(fake_loop()) - before, 3100);
    fake_run_finish(&f);
}

/* ---- what a run does with it ---- */

Test(host_lock, every_task_of_a_run_is_fenced_by_it)
{
    fake_run_begin(&f, NULL);
    start(false);
    fake_wait(&done);
    f.options.lock = lock;
    cr_expect_eq(fake_run_all(&f), RW_OUTCOME_DONE);
    char *fence = rw_asprintf("\nfence=%s\nfence_boot=b1\n", rw_host_lock_fence(lock));
    cr_expect_eq(fake_count("ha-m2", "probe-stage", fence), 1);
    cr_expect_eq(fake_count("ha-m2", "probe-start", fence), 1);
    cr_expect(strstr(fake_sent("ha-m2", NULL, FAKE_CONFIGURE), fence) != NULL);
    free(fence);
    finish();
}

Test(host_lock, keeps_the_name_of_this_console)
{
    fake_run_begin(&f, NULL);
    start(false);
    fake_wait(&done);
    char *first = rw_strdup(strstr(fake_sent("ha-m1", "lock", NULL), "\nconsole="));
    rw_host_lock_free(lock, on_closed, NULL);
    fake_wait(&closed);
    done = closed = false;
    start(false);
    fake_wait(&done);
    const char *second = strstr(fake_sent("ha-m1", "lock", NULL), "\nconsole=");
    cr_expect(strncmp(first, second, strlen("\nconsole=0123456789abcdef\n")) == 0);
    free(first);
    finish();
}
