/* SPDX-License-Identifier: Apache-2.0 */
/* A host over a connection that drops, refuses, or wants a password for sudo. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "remote/remote.h"
#include "unit/fake_hosts.h"

static struct rw_remote *remote;
static bool opened, closed;
static int open_rc, links_down, links_up, sudo_questions;
static char open_error[RW_ERROR_MESSAGE_MAX];
static const char *sudo_answer; /* what is answered to each question */

/* The result of a job. */
struct job {
    bool done;
    int rc, status;
    char said[128], err[128], error[RW_ERROR_MESSAGE_MAX];
    size_t lines; /* of a stream */
};

static void on_opened(void *context, struct rw_remote *self, int rc, const struct rw_error *err)
{
    (void)context;
    (void)self;
    cr_assert_not(opened, "opened() comes twice");
    opened = true;
    open_rc = rc;
    snprintf(open_error, sizeof open_error, "%s", err ? err->message : "");
}

static void on_question(void *context, struct rw_remote *self,
                        const struct rw_remote_question *question)
{
    (void)context;
    cr_assert_null(question->ssh);
    cr_assert_eq(question->attempt, ++sudo_questions);
    rw_remote_answer(self, sudo_answer);
}

static void on_link(void *context, struct rw_remote *self, bool down)
{
    (void)context;
    (void)self;
    if (down)
        links_down++;
    else
        links_up++;
}

static void on_closed(void *context)
{
    (void)context;
    closed = true;
}

static void open_as(const char *user, const char *sudo_password, bool ask)
{
    static const struct rw_remote_handler handler = {on_opened, on_question, on_link};
    struct rw_remote_options options = {.name = "h",
                                        .address = "h",
                                        .port = 22,
                                        .user = user,
                                        .sudo_password = sudo_password,
                                        .ask = ask,
                                        .transport = &fake_transport};
    fake_begin();
    remote = rw_remote_open(fake_loop(), &options, &handler, NULL);
}

static void open_up(void)
{
    open_as("root", NULL, false);
    fake_wait(&opened);
    cr_assert_eq(open_rc, 0);
}

static void finish(void)
{
    rw_remote_close(remote, on_closed, NULL);
    fake_wait(&closed);
    fake_finish();
}

static void on_done(void *context, const struct rw_remote_result *result)
{
    struct job *job = context;
    const char *said = rw_reply_get(&result->reply, "said");
    cr_assert_not(job->done, "done() comes twice");
    job->done = true;
    job->rc = result->rc;
    job->status = result->status;
    snprintf(job->said, sizeof job->said, "%s", said ? said : "");
    snprintf(job->err, sizeof job->err, "%s", result->err);
    snprintf(job->error, sizeof job->error, "%s", result->error.message);
}

static void on_line(void *context, const char *line, size_t length)
{
    (void)line;
    (void)length;
    ((struct job *)context)->lines++;
}

static struct rw_remote_job *run(struct job *job, const char *body, int timeout_ms, bool stream)
{
    struct rw_remote_script script = {.body = body,
                                      .timeout_ms = timeout_ms,
                                      .on_line = stream ? on_line : NULL,
                                      .done = on_done,
                                      .context = job};
    return rw_remote_run(remote, &script);
}

/* ---- scripts ---- */

Test(reconnect, a_script_gives_its_lines_its_status_and_its_errors)
{
    struct job job = {0};
    open_up();
    FAKE_ADD({.with = "the body", .lines = "said=this\n", .err = "a\nb\n", .status = 3});
    run(&job, "the body", 0, false);
    fake_wait(&job.done);
    cr_expect_eq(job.rc, 0);
    cr_expect_eq(job.status, 3);
    cr_expect_str_eq(job.said, "this");
    cr_expect_str_eq(job.err, "a; b");
    finish();
}

Test(reconnect, a_shell_that_ends_early_is_no_answer)
{
    struct job job = {0};
    open_up();
    FAKE_ADD({.lines = "said=half\n", .err = "Killed", .end = FAKE_DIES});
    run(&job, "the body", 0, false);
    fake_wait(&job.done);
    cr_expect_eq(job.rc, RW_EREMOTE);
    cr_expect_str_eq(job.error, "the shell ended early (exit status -1, signal KILL): Killed");
    finish();
}

Test(reconnect, a_script_that_does_not_end_in_time_is_given_up)
{
    struct job job = {0};
    open_up();
    FAKE_ADD({.end = FAKE_HOLDS});
    run(&job, "the body", 5000, false);
    fake_pass(4900);
    cr_expect_not(job.done);
    fake_pass(200);
    cr_expect(job.done);
    cr_expect_eq(job.rc, RW_ETIMEOUT);
    cr_expect_str_eq(job.error, "no answer from the host in time");
    fake_pass(10);
    cr_expect_eq(fake_running("h", NULL, NULL), 0);
    finish();
}

Test(reconnect, a_script_can_be_canceled)
{
    struct job job = {0};
    open_up();
    FAKE_ADD({.end = FAKE_HOLDS});
    rw_remote_cancel(run(&job, "the body", 0, false));
    cr_expect(job.done);
    cr_expect_eq(job.rc, RW_ECANCELED);
    finish();
}

Test(reconnect, closing_ends_what_runs)
{
    struct job one = {0}, two = {0};
    open_up();
    FAKE_ADD({.end = FAKE_HOLDS});
    run(&one, "one", 0, false);
    run(&two, "two", 0, true);
    fake_pass(10);
    rw_remote_close(remote, on_closed, NULL);
    fake_wait(&closed);
    cr_expect_eq(one.rc, RW_ECANCELED);
    cr_expect_eq(two.rc, RW_ECANCELED);
    fake_finish();
}

/* ---- a connection that is lost ---- */

Test(reconnect, a_script_is_run_again_from_its_beginning)
{
    struct job job = {0};
    open_up();
    FAKE_ADD({.lines = "said=half\n", .end = FAKE_CUTS, .after_ms = 100, .times = 1},
             {.lines = "said=whole\n"});
    run(&job, "the body", 0, false);
    fake_wait(&job.done);
    cr_expect_eq(job.rc, 0);
    cr_expect_str_eq(job.said, "whole");
    cr_expect_eq(fake_count("h", NULL, "the body"), 2);
    cr_expect_eq(links_down, 1);
    cr_expect_eq(links_up, 1);
    finish();
}

Test(reconnect, a_stream_is_over_when_its_connection_is_lost)
{
    struct job job = {0};
    open_up();
    FAKE_ADD({.lines = "a\nb\n", .end = FAKE_HOLDS});
    run(&job, "the body", 0, true);
    fake_pass(10);
    cr_expect_eq(job.lines, 2);
    fake_cut("h");
    fake_wait(&job.done);
    cr_expect_eq(job.rc, RW_ECLOSED);
    fake_pass(2000);
    cr_expect_eq(fake_count("h", NULL, "the body"), 1);
    finish();
}

/* 0.5 s, and twice as long each time, up to 8 s: thousands of hosts must not knock at once. */
Test(reconnect, each_try_waits_longer_than_the_one_before_up_to_eight_seconds)
{
    static const int64_t waits[] = {500, 1000, 2000, 4000, 8000, 8000, 8000};
    open_up();
    fake_refuse("h", RW_ECONNECT, -1);
    fake_cut("h");
    fake_pass(60000);
    cr_assert_geq(fake_connects("h"), 1 + RW_COUNT(waits));
    cr_assert_leq(fake_connects("h"), 12, "%zu", fake_connects("h"));
    for (size_t i = 1; i < RW_COUNT(waits); i++) {
        int64_t wait = fake_connected_at("h", i + 1) - fake_connected_at("h", i);
        cr_expect(wait >= waits[i] && wait < waits[i] + 100, "%zu: %ld ms", i, (long)wait);
    }
    finish();
}

Test(reconnect, the_first_try_is_soon_again_after_it_was_back)
{
    open_up();
    fake_refuse("h", RW_ECONNECT, 4);
    fake_cut("h");
    fake_pass(30000);
    cr_assert_eq(links_up, 1);
    size_t before = fake_connects("h");
    fake_cut("h");
    fake_pass(700);
    cr_expect_eq(links_up, 2);
    cr_expect_eq(fake_connects("h"), before + 1);
    finish();
}

Test(reconnect, a_script_waits_for_the_connection_no_longer_than_its_time)
{
    struct job job = {0};
    open_up();
    fake_refuse("h", RW_ECONNECT, -1);
    fake_cut("h");
    run(&job, "the body", 20000, false);
    fake_wait(&job.done);
    cr_expect_eq(job.rc, RW_ETIMEOUT);
    cr_expect_str_eq(job.error, "no connection to the host in time");
    finish();
}

Test(reconnect, nothing_runs_on_another_machine_at_the_same_address)
{
    struct job before = {0}, after = {0};
    open_up();
    FAKE_ADD({.end = FAKE_HOLDS});
    run(&before, "before", 0, false);
    fake_refuse("h", RW_EHOSTKEY, -1);
    fake_cut("h");
    fake_wait(&before.done);
    cr_expect_eq(before.rc, RW_EHOSTKEY);
    run(&after, "after", 0, false);
    cr_expect_not(after.done, "is reported from the loop");
    fake_wait(&after.done);
    cr_expect_eq(after.rc, RW_EHOSTKEY);
    cr_expect_eq(fake_count("h", NULL, "after"), 0);
    fake_pass(60000);
    cr_expect_eq(fake_connects("h"), 2, "is not tried again");
    cr_expect_str_eq(rw_remote_info(remote).methods, "");
    finish();
}

Test(reconnect, can_be_closed_while_it_is_down)
{
    struct job job = {0};
    open_up();
    fake_refuse("h", RW_ECONNECT, -1);
    fake_cut("h");
    run(&job, "the body", 0, false);
    fake_pass(3000);
    finish();
    cr_expect_eq(job.rc, RW_ECANCELED);
}

/* ---- the first connection ---- */

Test(reconnect, the_first_connection_that_fails_is_told_and_not_tried_again)
{
    struct job job = {0};
    open_as("root", NULL, false);
    fake_refuse("h", RW_ECONNECT, -1);
    fake_wait(&opened);
    cr_expect_eq(open_rc, RW_ECONNECT);
    run(&job, "the body", 0, false);
    fake_wait(&job.done);
    cr_expect_eq(job.rc, RW_ECONNECT);
    fake_pass(60000);
    cr_expect_eq(fake_connects("h"), 1);
    finish();
}

/* systemctl restart sshd, just now. */
Test(reconnect, a_host_that_hangs_up_before_the_login_is_tried_again)
{
    open_as("root", NULL, false);
    fake_refuse("h", RW_ECLOSED, 2);
    fake_wait(&opened);
    cr_expect_eq(open_rc, 0);
    cr_expect_eq(fake_connects("h"), 3);
    finish();
}

Test(reconnect, a_host_that_always_hangs_up_is_told_after_the_third_time)
{
    open_as("root", NULL, false);
    fake_refuse("h", RW_ECLOSED, -1);
    fake_wait(&opened);
    cr_expect_eq(open_rc, RW_ECLOSED);
    fake_pass(60000);
    cr_expect_eq(fake_connects("h"), 3);
    finish();
}

Test(reconnect, can_be_closed_while_it_waits_for_a_host_that_hung_up)
{
    open_as("root", NULL, false);
    fake_refuse("h", RW_ECLOSED, -1);
    fake_pass(200);
    cr_expect_eq(fake_connects("h"), 1);
    finish();
}

Test(reconnect, can_be_closed_while_it_is_being_made)
{
    open_as("root", NULL, false);
    finish();
    cr_expect_not(opened);
}

/* ---- becoming root ---- */

static void expect_opened(int rc, const char *error)
{
    fake_wait(&opened);
    cr_expect_eq(open_rc, rc, "%d", open_rc);
    cr_expect_str_eq(open_error, error, "%s", open_error);
}

/* The body of a script is run by this command line, after this first line of input (or none). */
static void expect_run_by(const char *command, const char *first)
{
    struct job job = {0};
    char *start = rw_asprintf("%s\n%s%s" RW_SCRIPT_FIRST_LINE "\nrw_main() {\n", command, first,
                              *first ? "\n" : "");
    run(&job, "the body", 0, false);
    fake_wait(&job.done);
    const char *sent = fake_sent("h", NULL, "the body");
    cr_expect(strncmp(sent, start, strlen(start)) == 0, "%s", sent);
    free(start);
}

static const struct fake_reply body = {.with = "the body", .lines = "said=this\n"};

#define SUDO_PLAIN    "env LANGUAGE=C sudo -k -n " RW_SCRIPT_SHELL
#define SUDO_PASSWORD "env LANGUAGE=C sudo -k -S -p '' " RW_SCRIPT_SHELL
#define USER          "rw_uid=1000\nrw_sudo=yes\n"

static void open_user(const char *probe, const char *sudo_password, bool ask)
{
    static struct fake_reply rows[] = {
        {.with = SUDO_PLAIN,
         .err = "sudo: a password is required\n",
         .status = 1,
         .end = FAKE_REFUSES},
        {.with = FAKE_PROBE},
    };
    rows[1].lines = probe;
    open_as("deploy", sudo_password, ask);
    fake_add(rows, RW_COUNT(rows));
    fake_add(&body, 1);
}

#define RIGHT(password)                                                                            \
    {.with = SUDO_PASSWORD "\n" password "\n" RW_SCRIPT_FIRST_LINE "\nrw_main() {\nuid=",          \
     .lines = "rw_uid=0\n"},                                                                       \
        {.with = SUDO_PASSWORD "\n" password "\n", .err = RW_SCRIPT_CUT "\n", .status = 125}

Test(privilege, a_script_has_run_before_root_counts_as_logged_in)
{
    open_as("root", NULL, false);
    fake_add(&body, 1);
    expect_opened(0, "");
    cr_expect_eq(fake_count("h", NULL, RW_SCRIPT_SHELL "\n" RW_SCRIPT_FIRST_LINE), 1);
    expect_run_by(RW_SCRIPT_SHELL, "");
    finish();
}

Test(privilege, another_name_for_root_needs_no_sudo)
{
    open_user("rw_uid=0\n", NULL, false);
    expect_opened(0, "");
    expect_run_by(RW_SCRIPT_SHELL, "");
    finish();
}

Test(privilege, sudo_without_a_password)
{
    open_user("Welcome!\n" USER "rw_nopasswd=yes\n", NULL, false);
    FAKE_ADD({.with = SUDO_PLAIN, .lines = "rw_uid=0\n"});
    expect_opened(0, "");
    FAKE_ADD({.with = "the body", .lines = "said=this\n"});
    expect_run_by(SUDO_PLAIN, "");
    finish();
}

Test(privilege, sudo_with_a_password_that_is_known)
{
    open_user(USER, "hidden", false);
    FAKE_ADD(RIGHT("hidden"));
    expect_opened(0, "");
    FAKE_ADD({.with = "the body", .lines = "said=this\n"});
    expect_run_by(SUDO_PASSWORD, "hidden");
    finish();
}

/* Each line behind a wrong password would be taken for another one. */
Test(privilege, a_password_is_tried_without_a_script_behind_it)
{
    open_user(USER, "hidden", false);
    FAKE_ADD({.with = SUDO_PASSWORD, .err = "Sorry, try again.\n", .status = 1});
    expect_opened(RW_EPRIVILEGE, "sudo rejected deploy: Sorry, try again");
    cr_expect_str_eq(fake_sent("h", NULL, SUDO_PASSWORD), SUDO_PASSWORD "\nhidden\n");
    finish();
}

Test(privilege, sudo_with_a_password_that_is_asked_for_until_it_is_right)
{
    sudo_answer = "typed";
    open_user(USER, NULL, true);
    FAKE_ADD({.with = SUDO_PASSWORD, .err = "Sorry, try again.\n", .status = 1, .times = 2},
             RIGHT("typed"));
    expect_opened(0, "");
    cr_expect_eq(sudo_questions, 3);
    FAKE_ADD({.with = "the body", .lines = "said=this\n"});
    expect_run_by(SUDO_PASSWORD, "typed");
    finish();
}

Test(privilege, a_wrong_password_is_asked_for_three_times)
{
    sudo_answer = "wrong";
    open_user(USER, NULL, true);
    FAKE_ADD({.with = SUDO_PASSWORD,
              .err = "Sorry, try again.\nsudo: 1 incorrect password attempt.\n",
              .status = 1});
    expect_opened(RW_EPRIVILEGE, "sudo rejected deploy: sudo: 1 incorrect password attempt");
    cr_expect_eq(sudo_questions, 3);
    finish();
}

Test(privilege, a_user_whom_sudo_never_lets_is_not_asked_again)
{
    sudo_answer = "typed";
    open_user(USER, NULL, true);
    FAKE_ADD({.with = SUDO_PASSWORD, .err = "deploy is not in the sudoers file.", .status = 1});
    expect_opened(RW_EPRIVILEGE, "sudo rejected deploy: deploy is not in the sudoers file");
    cr_expect_eq(sudo_questions, 1);
    finish();
}

Test(privilege, says_why_root_cannot_be_had)
{
    static const struct {
        struct fake_reply row; /* to the login shell, or with SUDO_PLAIN to sudo */
        bool ask;
        int rc;
        enum rw_finding_id id;
        const char *error;
    } rows[] = {
        {{.lines = "rw_uid=1000\n"},
         true,
         RW_EPRIVILEGE,
         RW_F_SUDO_MISSING,
         "deploy is not root, and sudo is not installed"},
        {{.lines = USER},
         false,
         RW_EPRIVILEGE,
         RW_F_HOST_NO_ROOT,
         "deploy needs a password for sudo, and none is set"},
        {{.lines = USER "rw_nopasswd=yes\n"},
         false,
         RW_EPRIVILEGE,
         RW_F_SUDO_NOPASSWD_UNUSED,
         "deploy needs a password for sudo, and none is set"},
        {{.lines = USER},
         true,
         RW_EPRIVILEGE,
         RW_F_HOST_NO_ROOT,
         "deploy is not root and no sudo password was given"},
        {{.lines = "This account is currently not available.\n", .status = 1, .end = FAKE_REFUSES},
         false,
         RW_EREMOTE,
         RW_F_LOGIN_NO_SHELL,
         "the login shell of deploy ran no script (exit status 1): This account is currently not "
         "available."},
        {{.end = FAKE_REFUSES},
         false,
         RW_EREMOTE,
         RW_F_LOGIN_START_FILE,
         "the login shell of deploy ran no script (exit status 0)"},
        {{.end = FAKE_HOLDS, .lines = "busy\n"},
         false,
         RW_EREMOTE,
         RW_F_LOGIN_NO_SCRIPT,
         "the login shell of deploy ran no script (no end within 20 seconds)"},
        {{.with = SUDO_PLAIN,
          .err = "sudo: sorry, you must have a tty to run sudo\n",
          .status = 1,
          .end = FAKE_REFUSES},
         true,
         RW_EPRIVILEGE,
         RW_F_SUDO_TTY,
         "sudo rejected deploy: sudo: sorry, you must have a tty to run sudo"},
        {{.with = SUDO_PLAIN, .lines = "rw_uid=33\n"},
         true,
         RW_EPRIVILEGE,
         RW_F_HOST_NO_ROOT,
         "sudo makes deploy another user than root"},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        struct fake_reply row = rows[i].row;
        opened = closed = false;
        sudo_questions = 0;
        open_user(row.with ? USER : row.lines, NULL, rows[i].ask);
        if (row.with || row.end != FAKE_ENDS) {
            if (!row.with)
                row.with = FAKE_PROBE;
            fake_add(&row, 1);
        }
        expect_opened(rows[i].rc, rows[i].error);
        cr_expect_eq(rw_refusal_finding(rw_remote_refusal(remote)), rows[i].id, "%s: %s",
                     rows[i].error, rw_finding_code(rw_refusal_finding(rw_remote_refusal(remote))));
        finish();
    }
}

Test(privilege, a_connection_that_is_lost_meanwhile_has_failed)
{
    static const struct fake_reply row = {.with = FAKE_PROBE, .end = FAKE_CUTS};
    open_as("deploy", NULL, false);
    fake_add(&row, 1);
    fake_wait(&opened);
    cr_expect_eq(open_rc, RW_ECLOSED);
    finish();
}

Test(privilege, is_found_out_anew_on_each_connection)
{
    open_user(USER, "hidden", false);
    FAKE_ADD(RIGHT("hidden"));
    expect_opened(0, "");
    fake_cut("h");
    fake_pass(2000);
    cr_expect_eq(links_up, 1);
    cr_expect_eq(fake_count("h", NULL, SUDO_PLAIN), 2);
    finish();
}
