/* SPDX-License-Identifier: Apache-2.0 */
/* The SSH client against a real OpenSSH server. */
#include <criterion/criterion.h>
#include <arpa/inet.h>
#include <fcntl.h>
#include <libssh2.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "net/ssh.h"
#include "sshd.h"

/* No test takes nearly as long. */
#define GUARD_MS 60000

static struct sshd server;

struct client {
    uv_loop_t loop;
    uv_timer_t guard;
    struct rw_ssh *ssh;
    bool was_opened, was_lost, was_closed;
    int rc, lost_rc;
    struct rw_error error;
    /* What the questions are answered with, in turn; the last one again and again. */
    const char *const *answers;
    int questions;
    enum rw_ssh_question_kind asked[16];
    int attempts[16];
    char fingerprint[128];
    bool refuse;
};

static void on_guard(uv_timer_t *timer)
{
    (void)timer;
    cr_assert_fail("the test hangs");
}

static void on_opened(void *context, int rc, const struct rw_error *err)
{
    struct client *client = context;
    cr_assert(!client->was_opened, "opened() twice");
    client->was_opened = true;
    client->rc = rc;
    client->error = *err;
}

static void on_question(void *context, const struct rw_ssh_question *question)
{
    struct client *client = context;
    cr_assert_lt(client->questions, 16);
    client->asked[client->questions] = question->kind;
    client->attempts[client->questions] = question->attempt;
    client->questions++;
    if (question->fingerprint)
        snprintf(client->fingerprint, sizeof client->fingerprint, "%s", question->fingerprint);
    const char *answer = client->answers ? *client->answers : NULL;
    if (answer && client->answers[1])
        client->answers++;
    rw_ssh_answer(client->ssh, answer);
}

static void on_question_unanswered(void *context, const struct rw_ssh_question *question)
{
    struct client *client = context;
    (void)question;
    client->questions++;
}

static void on_lost(void *context, const struct rw_error *err)
{
    struct client *client = context;
    cr_assert(!client->was_lost, "lost() twice");
    client->was_lost = true;
    client->lost_rc = err->code;
}

static void on_closed(void *context)
{
    struct client *client = context;
    client->was_closed = true;
}

static void client_init(struct client *client)
{
    memset(client, 0, sizeof *client);
    cr_assert_eq(uv_loop_init(&client->loop), 0);
    uv_timer_init(&client->loop, &client->guard);
    uv_timer_start(&client->guard, on_guard, GUARD_MS, 0);
    uv_unref((uv_handle_t *)&client->guard);
}

/* Runs the loop until *flag is true. */
static void wait_for(struct client *client, const bool *flag)
{
    while (!*flag)
        uv_run(&client->loop, UV_RUN_ONCE);
}

static struct rw_ssh_options default_options(void)
{
    return (struct rw_ssh_options){.address = "127.0.0.1",
                                   .port = server.port,
                                   .user = "root",
                                   .key = "~/key",
                                   .accept_new_host_key = true,
                                   .known_hosts = sshd_path(&server, "known_hosts")};
}

static const struct rw_ssh_handler handler = {on_opened, on_question, on_lost};

/* Starts and waits until it is open or has failed. */
static int client_open(struct client *client, const struct rw_ssh_options *options)
{
    client->ssh = rw_ssh_open(&client->loop, options, &handler, client);
    cr_assert(!client->was_opened, "opened() from inside of rw_ssh_open()");
    wait_for(client, &client->was_opened);
    return client->rc;
}

static void client_close(struct client *client)
{
    rw_ssh_close(client->ssh, on_closed, client);
    wait_for(client, &client->was_closed);
    uv_close((uv_handle_t *)&client->guard, NULL);
    uv_run(&client->loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&client->loop), 0, "handles were left open");
}

/* ---- commands ---- */

struct job {
    bool done;
    int rc, exit_status;
    struct rw_error error;
    char signal[16];
    size_t out_size, err_size, streamed;
    char out[256], err[256];
};

static void on_done(void *context, const struct rw_ssh_result *result)
{
    struct job *job = context;
    cr_assert(!job->done, "done() twice");
    job->done = true;
    job->rc = result->rc;
    job->error = result->error;
    job->exit_status = result->exit_status;
    memcpy(job->signal, result->signal, sizeof job->signal);
    job->out_size = result->out.len;
    job->err_size = result->err.len;
    snprintf(job->out, sizeof job->out, "%s", rw_buf_str(&result->out));
    snprintf(job->err, sizeof job->err, "%s", rw_buf_str(&result->err));
}

static struct rw_ssh_exec *start(struct client *client, struct job *job, const char *command)
{
    memset(job, 0, sizeof *job);
    struct rw_ssh_command c = {.command = command, .done = on_done, .context = job};
    return rw_ssh_exec(client->ssh, &c);
}

static void run(struct client *client, struct job *job, const char *command)
{
    start(client, job, command);
    wait_for(client, &job->done);
}

static void expect_login(const struct rw_ssh_options *options)
{
    struct client client;
    struct job job;
    client_init(&client);
    cr_assert_eq(client_open(&client, options), 0, "%s", client.error.message);
    run(&client, &job, "echo fine");
    cr_assert_str_eq(job.out, "fine\n");
    client_close(&client);
}

/* ---- login ---- */

static void start_server(void)
{
    sshd_start(&server, NULL);
}

static void stop_server(void)
{
    if (server.pid)
        sshd_stop(&server);
}

TestSuite(ssh, .init = start_server, .fini = stop_server, .timeout = 90);

Test(ssh, logs_in_with_an_ed25519_key)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    expect_login(&options);
}

Test(ssh, logs_in_with_an_ecdsa_key)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ecdsa", "");
    expect_login(&options);
}

Test(ssh, logs_in_with_an_rsa_key)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "rsa", "");
    expect_login(&options);
}

Test(ssh, logs_in_with_an_rsa_key_in_the_old_pem_format)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "rsa", "");
    const char *const argv[] = {
        "ssh-keygen", "-q", "-p", "-m", "PEM", "-N", "", "-f", sshd_path(&server, "key"), NULL};
    cr_assert(sshd_run(argv));
    expect_login(&options);
}

Test(ssh, logs_in_with_a_key_that_has_no_public_file)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    cr_assert_eq(unlink(sshd_path(&server, "key.pub")), 0);
    expect_login(&options);
}

Test(ssh, finds_the_usual_key_files)
{
    struct rw_ssh_options options = default_options();
    options.key = NULL;
    cr_assert_eq(mkdir(sshd_path(&server, ".ssh"), 0700), 0);
    sshd_make_key(&server, ".ssh/id_ecdsa", "ecdsa", "");
    expect_login(&options);
}

static void expect_passphrase(const char *type, const char *file_format)
{
    static const char *const answers[] = {"wrong", "right one", NULL};
    struct rw_ssh_options options = default_options();
    struct client client;
    sshd_make_key(&server, "key", type, "right one");
    if (file_format) {
        const char *const argv[] = {"ssh-keygen",
                                    "-q",
                                    "-p",
                                    "-m",
                                    file_format,
                                    "-P",
                                    "right one",
                                    "-N",
                                    "right one",
                                    "-f",
                                    sshd_path(&server, "key"),
                                    NULL};
        cr_assert(sshd_run(argv));
        cr_assert_eq(unlink(sshd_path(&server, "key.pub")), 0);
    }
    options.ask = true;
    client_init(&client);
    client.answers = answers;
    cr_assert_eq(client_open(&client, &options), 0, "%s", client.error.message);
    cr_assert_eq(client.questions, 2);
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(client.asked[i], RW_SSH_ASK_PASSPHRASE);
        cr_assert_eq(client.attempts[i], i + 1);
    }
    client_close(&client);
}

Test(ssh, asks_for_a_passphrase_again_after_a_wrong_one)
{
    expect_passphrase("ed25519", NULL);
}

Test(ssh, asks_for_the_passphrase_of_an_rsa_key)
{
    expect_passphrase("rsa", NULL);
}

Test(ssh, asks_for_the_passphrase_of_a_pem_key_without_public_file)
{
    expect_passphrase("ecdsa", "PKCS8");
}

Test(ssh, gives_up_after_three_wrong_passphrases)
{
    static const char *const answers[] = {"wrong", NULL};
    struct rw_ssh_options options = default_options();
    struct client client;
    sshd_make_key(&server, "key", "ed25519", "right one");
    options.ask = true;
    client_init(&client);
    client.answers = answers;
    cr_assert_eq(client_open(&client, &options), RW_EAUTH);
    cr_assert_eq(client.questions, 3);
    cr_assert(strstr(rw_ssh_get_info(client.ssh).tried, "wrong passphrase"));
    client_close(&client);
}

Test(ssh, does_not_ask_for_the_passphrase_of_a_key_the_host_does_not_want)
{
    static const char *const answers[] = {"right one", NULL};
    struct rw_ssh_options options = default_options();
    struct client client;
    sshd_make_key(&server, "key", "ed25519", "right one");
    sshd_write(sshd_path(&server, "authorized_keys"), "w", "");
    options.ask = true;
    client_init(&client);
    client.answers = answers;
    cr_assert_eq(client_open(&client, &options), RW_EAUTH);
    cr_assert_eq(client.questions, 0);
    client_close(&client);
}

Test(ssh, does_not_ask_when_it_must_not)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    sshd_make_key(&server, "key", "ed25519", "right one");
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), RW_EAUTH);
    cr_assert_eq(client.questions, 0);
    client_close(&client);
}

Test(ssh, asks_and_decrypts_once_for_all_connections)
{
    static const char *const answers[] = {"wrong", "right one", NULL};
    enum { COUNT = 5 };
    struct rw_ssh_options options = default_options();
    struct client clients[COUNT];
    sshd_make_key(&server, "key", "ed25519", "right one");
    options.ask = true;
    options.keys = rw_ssh_keys_new();
    int questions = 0;
    for (int i = 0; i < COUNT; i++) {
        client_init(&clients[i]);
        clients[i].answers = answers;
    }
    /* All but the last at once on one loop. */
    for (int i = 0; i < COUNT - 1; i++)
        clients[i].ssh = rw_ssh_open(&clients[0].loop, &options, &handler, &clients[i]);
    for (int i = 0; i < COUNT - 1; i++)
        wait_for(&clients[0], &clients[i].was_opened);
    client_open(&clients[COUNT - 1], &options);
    for (int i = 0; i < COUNT; i++) {
        cr_assert_eq(clients[i].rc, 0, "%s", clients[i].error.message);
        questions += clients[i].questions;
    }
    cr_assert_eq(questions, 2, "%d questions", questions);
    for (int i = 1; i < COUNT - 1; i++) {
        rw_ssh_close(clients[i].ssh, on_closed, &clients[i]);
        wait_for(&clients[0], &clients[i].was_closed);
        uv_close((uv_handle_t *)&clients[i].guard, NULL);
        uv_run(&clients[i].loop, UV_RUN_DEFAULT);
        cr_assert_eq(uv_loop_close(&clients[i].loop), 0);
    }
    client_close(&clients[0]);
    client_close(&clients[COUNT - 1]);
    rw_ssh_keys_free(options.keys);
}

Test(ssh, lets_another_connection_ask_when_the_asking_one_is_closed)
{
    static const char *const answers[] = {"right one", NULL};
    struct rw_ssh_options options = default_options();
    static const struct rw_ssh_handler mute = {on_opened, on_question_unanswered, on_lost};
    struct client first, second;
    sshd_make_key(&server, "key", "ed25519", "right one");
    options.ask = true;
    options.keys = rw_ssh_keys_new();
    client_init(&first);
    client_init(&second);
    second.answers = answers;
    first.ssh = rw_ssh_open(&first.loop, &options, &mute, &first);
    while (!first.questions)
        uv_run(&first.loop, UV_RUN_ONCE);
    second.ssh = rw_ssh_open(&first.loop, &options, &handler, &second);
    rw_ssh_close(first.ssh, on_closed, &first);
    wait_for(&first, &second.was_opened);
    cr_assert_eq(second.rc, 0, "%s", second.error.message);
    cr_assert_eq(first.rc, RW_ECANCELED);
    rw_ssh_close(second.ssh, on_closed, &second);
    wait_for(&first, &second.was_closed);
    wait_for(&first, &first.was_closed);
    uv_close((uv_handle_t *)&first.guard, NULL);
    uv_run(&first.loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&first.loop), 0);
    uv_close((uv_handle_t *)&second.guard, NULL);
    uv_run(&second.loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&second.loop), 0);
    rw_ssh_keys_free(options.keys);
}

static void answer_late(uv_timer_t *timer)
{
    struct client *client = timer->data;
    rw_ssh_answer(client->ssh, "right one");
    uv_close((uv_handle_t *)timer, NULL);
}

Test(ssh, does_not_count_the_time_of_questions)
{
    struct rw_ssh_options options = default_options();
    static const struct rw_ssh_handler mute = {on_opened, on_question_unanswered, on_lost};
    struct client client;
    uv_timer_t timer;
    sshd_make_key(&server, "key", "ed25519", "right one");
    options.ask = true;
    options.connect_timeout_ms = 1500;
    client_init(&client);
    client.ssh = rw_ssh_open(&client.loop, &options, &mute, &client);
    while (!client.questions)
        uv_run(&client.loop, UV_RUN_ONCE);
    uv_timer_init(&client.loop, &timer);
    timer.data = &client;
    uv_timer_start(&timer, answer_late, 2000, 0);
    wait_for(&client, &client.was_opened);
    cr_assert_eq(client.rc, 0, "%s", client.error.message);
    client_close(&client);
}

Test(ssh, tells_what_was_tried_when_the_login_is_refused)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    sshd_make_key(&server, "key", "ed25519", "");
    sshd_write(sshd_path(&server, "authorized_keys"), "w", "");
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), RW_EAUTH);
    struct rw_ssh_info info = rw_ssh_get_info(client.ssh);
    cr_assert_str_eq(info.tried, "key ~/key");
    cr_assert_str_eq(info.methods, "publickey");
    cr_assert(strstr(info.banner, "SSH-2.0-OpenSSH"));
    client_close(&client);
}

Test(ssh, tells_that_the_key_file_is_missing)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), RW_EAUTH);
    cr_assert_str_eq(rw_ssh_get_info(client.ssh).tried, "key ~/key (no such file)");
    client_close(&client);
}

Test(ssh, takes_a_banner_of_the_host_in_its_stride)
{
    sshd_stop(&server);
    sshd_start(&server, "Banner /etc/passwd");
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    expect_login(&options);
}

static void expect_agent_login(const char *type)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    sshd_make_key(&server, "other", "ed25519", "");
    sshd_write(sshd_path(&server, "authorized_keys"), "w", "");
    sshd_make_key(&server, "mine", type, "");
    sshd_start_agent(&server);
    const char *const argv[] = {"ssh-add", "-q", sshd_path(&server, "other"),
                                sshd_path(&server, "mine"), NULL};
    cr_assert(sshd_run(argv));
    cr_assert_eq(unlink(sshd_path(&server, "mine")), 0);
    options.key = NULL;
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), 0, "%s", client.error.message);
    cr_assert_str_eq(rw_ssh_get_info(client.ssh).tried, "agent (2 keys)");
    client_close(&client);
}

Test(ssh, logs_in_with_an_ed25519_key_of_the_agent)
{
    expect_agent_login("ed25519");
}

Test(ssh, logs_in_with_an_rsa_key_of_the_agent)
{
    expect_agent_login("rsa");
}

Test(ssh, leaves_the_agent_alone_when_only_the_key_is_wanted)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    sshd_make_key(&server, "key", "ed25519", "");
    sshd_start_agent(&server);
    options.key_only = true;
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), 0, "%s", client.error.message);
    cr_assert_str_eq(rw_ssh_get_info(client.ssh).tried, "key ~/key");
    client_close(&client);
}

Test(ssh, goes_on_without_an_agent_that_is_gone)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    setenv("SSH_AUTH_SOCK", sshd_path(&server, "no-agent"), 1);
    expect_login(&options);
}

Test(ssh, goes_on_without_an_agent_that_is_frozen)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    sshd_start_agent(&server);
    kill(server.agent, SIGSTOP);
    expect_login(&options);
}

/* ---- passwords ---- */

static void start_password_server(const char *config)
{
    sshd_stop(&server);
    sshd_start_with_password(&server, "right one", config);
}

static void expect_password_login(const char *password, const char *const *answers, int questions,
                                  const char *tried)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    options.key = NULL;
    options.password = password;
    options.ask = answers != NULL;
    options.connect_timeout_ms = 30000; /* a wrong password costs two seconds */
    client_init(&client);
    client.answers = answers;
    int rc = client_open(&client, &options);
    cr_assert_eq(rc, 0, "%s", client.error.message);
    cr_assert_eq(client.questions, questions, "%d questions", client.questions);
    cr_assert_str_eq(rw_ssh_get_info(client.ssh).tried, tried);
    client_close(&client);
}

Test(ssh, logs_in_with_a_known_password)
{
    start_password_server("PasswordAuthentication yes");
    expect_password_login("right one", NULL, 0, "password");
}

Test(ssh, asks_for_a_password_again_after_a_wrong_one)
{
    static const char *const answers[] = {"wrong", "right one", NULL};
    start_password_server("PasswordAuthentication yes");
    expect_password_login(NULL, answers, 2, "password (asked)");
}

Test(ssh, asks_when_the_known_password_is_wrong)
{
    static const char *const answers[] = {"right one", NULL};
    start_password_server("PasswordAuthentication yes");
    expect_password_login("wrong", answers, 1, "password, password (asked)");
}

Test(ssh, gives_up_after_wrong_passwords)
{
    static const char *const answers[] = {"wrong", NULL};
    start_password_server("PasswordAuthentication yes");
    struct rw_ssh_options options = default_options();
    struct client client;
    options.key = NULL;
    options.ask = true;
    client_init(&client);
    client.answers = answers;
    cr_assert_eq(client_open(&client, &options), RW_EAUTH, "%s", client.error.message);
    cr_assert_eq(client.questions, 3);
    cr_assert_str_eq(rw_ssh_get_info(client.ssh).methods, "publickey,password");
    client_close(&client);
}

Test(ssh, answers_the_only_prompt_with_the_known_password)
{
    start_password_server("UsePAM yes\nKbdInteractiveAuthentication yes");
    expect_password_login("right one", NULL, 0, "keyboard-interactive");
}

Test(ssh, shows_the_prompt_after_a_wrong_answer)
{
    static const char *const answers[] = {"wrong", "right one", NULL};
    start_password_server("UsePAM yes\nKbdInteractiveAuthentication yes");
    expect_password_login(NULL, answers, 2, "keyboard-interactive (asked)");
}

Test(ssh, needs_a_key_and_a_password_where_the_host_wants_both)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    start_password_server("PasswordAuthentication yes\nAuthenticationMethods publickey,password");
    options.port = server.port;
    options.known_hosts = sshd_path(&server, "known_hosts");
    options.password = "right one";
    sshd_make_key(&server, "key", "ed25519", "");
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), 0, "%s", client.error.message);
    client_close(&client);
}

/* ---- the order of the ways to log in, and several of them ---- */

/* Puts new keys into the agent, ~/.ssh empty; the last one is the right one. */
static void fill_agent(int count)
{
    char name[16];
    sshd_start_agent(&server);
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "agent%d", i);
        sshd_write(sshd_path(&server, "authorized_keys"), "w", "");
        sshd_make_key(&server, name, "ed25519", "");
        const char *const argv[] = {"ssh-add", "-q", sshd_path(&server, name), NULL};
        cr_assert(sshd_run(argv));
    }
}

static void restart(const char *config)
{
    sshd_stop(&server);
    sshd_start(&server, config);
}

static void expect_login_after(const struct rw_ssh_options *options, const char *tried,
                               int attempts)
{
    struct client client;
    client_init(&client);
    cr_expect_eq(client_open(&client, options), 0, "%s", client.error.message);
    struct rw_ssh_info info = rw_ssh_get_info(client.ssh);
    cr_expect_str_eq(info.tried, tried, "%s", info.tried);
    cr_expect_eq(info.attempts, attempts, "%d", info.attempts);
    client_close(&client);
}

static void expect_problem(const struct rw_ssh_options *options, int rc,
                           enum rw_ssh_problem problem, const char *part)
{
    struct client client;
    client_init(&client);
    cr_expect_eq(client_open(&client, options), rc, "%d %s", client.rc, client.error.message);
    cr_expect_eq(rw_ssh_get_info(client.ssh).problem, problem, "%d: %s",
                 rw_ssh_get_info(client.ssh).problem, client.error.message);
    cr_expect(strstr(client.error.message, part), "%s", client.error.message);
    client_close(&client);
}

Test(ssh, tries_what_the_answers_name_before_the_keys_of_the_agent)
{
    start_password_server("PasswordAuthentication yes");
    fill_agent(3);
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    sshd_write(sshd_path(&server, "authorized_keys"), "w", "");
    options.password = "right one";
    expect_login_after(&options, "key ~/key, password", 1);
}

Test(ssh, connects_again_where_the_agent_has_more_keys_than_a_host_takes)
{
    fill_agent(7);
    struct rw_ssh_options options = default_options();
    options.key = NULL;
    expect_login_after(&options, "agent (7 keys)", 6);
}

Test(ssh, connects_again_where_the_host_hangs_up_after_the_first_key)
{
    restart("MaxAuthTries 1");
    fill_agent(3);
    struct rw_ssh_options options = default_options();
    options.key = NULL;
    expect_login_after(&options, "agent (3 keys)", 2);
}

Test(ssh, does_not_try_keys_without_end)
{
    fill_agent(14);
    sshd_write(sshd_path(&server, "authorized_keys"), "w", "");
    struct rw_ssh_options options = default_options();
    options.key = NULL;
    expect_problem(&options, RW_EAUTH, RW_SSH_TOO_MANY, "tried: agent (14 keys)");
}

Test(ssh, needs_a_password_and_a_key_where_the_host_wants_both_in_this_order)
{
    start_password_server("PasswordAuthentication yes\nAuthenticationMethods password,publickey");
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    options.password = "right one";
    expect_login_after(&options, "password, key ~/key", 1);
}

Test(ssh, asks_for_the_password_that_goes_before_the_key)
{
    static const char *const answers[] = {"wrong", "right one", NULL};
    start_password_server("PasswordAuthentication yes\nAuthenticationMethods password,publickey");
    struct rw_ssh_options options = default_options();
    struct client client;
    sshd_make_key(&server, "key", "ed25519", "");
    options.ask = true;
    client_init(&client);
    client.answers = answers;
    cr_expect_eq(client_open(&client, &options), 0, "%s", client.error.message);
    cr_expect_eq(client.questions, 2);
    client_close(&client);
}

Test(ssh, tells_that_a_second_proof_is_missing)
{
    start_password_server("PasswordAuthentication yes\nAuthenticationMethods publickey,password");
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    expect_problem(&options, RW_EAUTH, RW_SSH_FACTOR, "the host allows: password");
}

Test(ssh, a_key_that_is_refused_although_it_is_proved_is_no_half_of_anything)
{
    struct rw_ssh_options options = default_options();
    char key[2048] = "";
    sshd_make_key(&server, "key", "ed25519", "");
    FILE *file = fopen(sshd_path(&server, "key.pub"), "r");
    cr_assert(file && fgets(key, sizeof key, file));
    fclose(file);
    sshd_write(sshd_path(&server, "authorized_keys"), "w", "from=\"192.0.2.1\" ");
    sshd_write(sshd_path(&server, "authorized_keys"), "a", key);
    expect_problem(&options, RW_EAUTH, RW_SSH_NO_PROBLEM, "tried: key ~/key");
}

/* ---- logins that do not come to their end ---- */

Test(ssh, hears_what_a_host_says_before_it_closes_the_connection)
{
    struct client client;
    sshd_stop(&server);
    sshd_start_expired(&server);
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    client_init(&client);
    cr_expect_eq(client_open(&client, &options), RW_EAUTH, "%s", client.error.message);
    struct rw_ssh_info info = rw_ssh_get_info(client.ssh);
    cr_expect_eq(info.problem, RW_SSH_CLOSED, "%s", client.error.message);
    cr_expect(strstr(info.said, "Your account has expired"), "“%s”", info.said);
    cr_expect_null(strchr(info.said, '?'), "no line end: “%s”", info.said);
    client_close(&client);
}

Test(ssh, a_login_that_takes_too_long_is_not_called_unreachable)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    options.login_timeout_ms = 1;
    expect_problem(&options, RW_ETIMEOUT, RW_SSH_SLOW, "no login within 1 seconds");
}

/* A server that says this and hangs up; gives its port. */
static int start_talker(const char *words, pid_t *pid)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    cr_assert_eq(listen(fd, 4), 0);
    *pid = fork();
    if (*pid == 0) {
        int one = accept(fd, NULL, NULL);
        char byte;
        if (write(one, words, strlen(words)) < 0 || shutdown(one, SHUT_WR) != 0)
            _exit(1);
        while (read(one, &byte, 1) > 0)
            continue;
        _exit(0);
    }
    close(fd);
    return ntohs(address.sin_port);
}

Test(ssh, tells_a_host_that_turns_everybody_away_from_one_that_is_no_ssh_server)
{
    static const struct {
        const char *words;
        enum rw_ssh_problem problem;
        int rc;
        const char *part;
    } rows[] = {
        {"Not allowed at this time\r\n", RW_SSH_TURNED_AWAY, RW_EPROTO,
         ": Not allowed at this time"},
        {"Exceeded MaxStartups\r\n", RW_SSH_TURNED_AWAY, RW_EPROTO, ": Exceeded MaxStartups"},
        {"HTTP/1.1 400 Bad Request\r\n", RW_SSH_NO_PROBLEM, RW_EPROTO,
         "something else: HTTP/1.1 400"},
        {"", RW_SSH_ENDED_EARLY, RW_ECLOSED, "closed the connection during the key exchange"},
        {"SSH-2.0-OpenSSH_9.9\r\n", RW_SSH_ENDED_EARLY, RW_ECLOSED,
         "closed the connection during the key exchange"},
    };
    for (size_t i = 0; i < RW_COUNT(rows); i++) {
        pid_t pid;
        struct rw_ssh_options options = default_options();
        options.port = start_talker(rows[i].words, &pid);
        expect_problem(&options, rows[i].rc, rows[i].problem, rows[i].part);
        kill(pid, SIGKILL);
        waitpid(pid, NULL, 0);
    }
}

/* ---- host keys ---- */

Test(ssh, a_file_of_known_hosts_that_remembers_nothing_is_named)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    options.known_hosts = "/dev/null";
    expect_problem(&options, RW_EHOSTKEY, RW_SSH_KNOWN_HOSTS, "/dev/null: not a regular file");
    mkdir(sshd_path(&server, "folder"), 0700);
    options.known_hosts = sshd_path(&server, "folder");
    expect_problem(&options, RW_EHOSTKEY, RW_SSH_KNOWN_HOSTS, "folder");
}

Test(ssh, reads_the_second_file_of_known_hosts_too)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    sshd_trust_as(&server, "ed25519", server.port, sshd_path(&server, "known_hosts2"));
    options.accept_new_host_key = false;
    expect_login(&options);
}

Test(ssh, says_that_only_a_certificate_authority_is_known)
{
    struct rw_ssh_options options = default_options();
    char key[2048] = "";
    sshd_make_key(&server, "key", "ed25519", "");
    FILE *file = fopen(sshd_path(&server, "host_ed25519.pub"), "r");
    cr_assert(file && fgets(key, sizeof key, file));
    fclose(file);
    sshd_write(sshd_path(&server, "known_hosts"), "w", "@cert-authority [127.0.0.*]:* ");
    sshd_write(sshd_path(&server, "known_hosts"), "a", key);
    options.accept_new_host_key = false;
    /* The key of an authority is none of a host. */
    expect_problem(&options, RW_EHOSTKEY, RW_SSH_AUTHORITY, "which has an authority for it");
    options.accept_new_host_key = true;
    expect_login(&options);
}

Test(ssh, does_not_take_a_revoked_host_key)
{
    struct rw_ssh_options options = default_options();
    char key[2048] = "";
    sshd_make_key(&server, "key", "ed25519", "");
    sshd_trust(&server, "ed25519");
    FILE *file = fopen(sshd_path(&server, "host_ed25519.pub"), "r");
    cr_assert(file && fgets(key, sizeof key, file));
    fclose(file);
    sshd_write(sshd_path(&server, "known_hosts"), "a", "@revoked * ");
    sshd_write(sshd_path(&server, "known_hosts"), "a", key);
    expect_problem(&options, RW_EHOSTKEY, RW_SSH_REVOKED, "line 2 of ");
}

Test(ssh, says_that_this_machine_has_no_descriptor_left)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    struct rlimit before, none;
    sshd_make_key(&server, "key", "ed25519", "");
    client_init(&client);
    int next = open("/", O_RDONLY);
    close(next);
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &before), 0);
    none = (struct rlimit){(rlim_t)next, before.rlim_max};
    /* Once nothing can be opened, once a socket but not the file of known hosts. */
    for (int left = 0; left < 2; left++, none.rlim_cur++) {
        cr_assert_eq(setrlimit(RLIMIT_NOFILE, &none), 0);
        client.was_opened = false;
        cr_expect_neq(client_open(&client, &options), 0);
        struct rw_ssh_info info = rw_ssh_get_info(client.ssh);
        cr_expect_eq(info.problem, RW_SSH_NO_FILES, "%s", client.error.message);
        cr_expect_str_eq(info.fingerprint, "");
        client.was_closed = false;
        rw_ssh_close(client.ssh, on_closed, &client);
        wait_for(&client, &client.was_closed);
    }
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &before), 0);
    uv_close((uv_handle_t *)&client.guard, NULL);
    uv_run(&client.loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&client.loop), 0);
}

Test(ssh, asks_about_an_unknown_host_key_and_remembers_it)
{
    static const char *const answers[] = {"yes", NULL};
    struct rw_ssh_options options = default_options();
    struct client client;
    sshd_make_key(&server, "key", "ed25519", "");
    options.ask = true;
    options.accept_new_host_key = false;
    client_init(&client);
    client.answers = answers;
    cr_assert_eq(client_open(&client, &options), 0, "%s", client.error.message);
    cr_assert_eq(client.questions, 1);
    cr_assert_eq(client.asked[0], RW_SSH_ASK_HOST_KEY);
    cr_assert(strncmp(client.fingerprint, "SHA256:", 7) == 0);
    client_close(&client);

    client_init(&client);
    cr_assert_eq(client_open(&client, &options), 0, "%s", client.error.message);
    cr_assert_eq(client.questions, 0);
    client_close(&client);
}

Test(ssh, ends_when_the_unknown_host_key_is_not_accepted)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    options.ask = true;
    options.accept_new_host_key = false;
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), RW_EHOSTKEY);
    cr_assert_not(rw_ssh_get_info(client.ssh).host_key_changed);
    cr_assert_eq(access(sshd_path(&server, "known_hosts"), F_OK), -1);
    client_close(&client);
}

Test(ssh, refuses_an_unknown_host_key_when_it_must_not_ask)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    options.accept_new_host_key = false;
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), RW_EHOSTKEY);
    client_close(&client);
}

Test(ssh, refuses_a_changed_host_key_and_names_the_line)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    char line[4200] = "", key[4096] = "";
    sshd_make_key(&server, "key", "ed25519", "");
    FILE *file = fopen(sshd_path(&server, "key.pub"), "r");
    cr_assert_not_null(fgets(key, sizeof key, file));
    fclose(file);
    snprintf(line, sizeof line, "# a comment\n[127.0.0.1]:%d %s", server.port, key);
    sshd_write(sshd_path(&server, "known_hosts"), "w", line);
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), RW_EHOSTKEY);
    cr_assert(rw_ssh_get_info(client.ssh).host_key_changed);
    cr_assert_eq(rw_ssh_get_info(client.ssh).known_hosts_line, 2);
    client_close(&client);
}

static void expect_known(const char *type, bool may_ask)
{
    static const char *const answers[] = {"yes", NULL};
    struct rw_ssh_options options = default_options();
    struct client client;
    sshd_make_key(&server, "key", "ed25519", "");
    sshd_trust(&server, type);
    options.accept_new_host_key = false;
    options.ask = true;
    client_init(&client);
    client.answers = answers;
    cr_assert_eq(client_open(&client, &options), 0, "%s", client.error.message);
    if (!may_ask)
        cr_assert_eq(client.questions, 0);
    client_close(&client);
}

Test(ssh, is_content_when_only_the_ed25519_host_key_is_known)
{
    expect_known("ed25519", false);
}

Test(ssh, is_content_when_only_the_ecdsa_host_key_is_known)
{
    expect_known("ecdsa", false);
}

/* libssh2 1.10 cannot verify it and asks about the ed25519 key; that is no mismatch. */
Test(ssh, does_not_cry_wolf_when_only_the_rsa_host_key_is_known)
{
    expect_known("rsa", libssh2_version(0x010b00) == NULL);
}

/* ---- failures ---- */

Test(ssh, tells_both_sides_algorithms_when_nothing_is_common)
{
    sshd_stop(&server);
    sshd_start(&server, "MACs umac-64-etm@openssh.com\nCiphers aes256-ctr");
    struct rw_ssh_options options = default_options();
    struct client client;
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), RW_EPROTO);
    struct rw_ssh_info info = rw_ssh_get_info(client.ssh);
    cr_assert(strstr(info.algorithms, "MAC, the host: umac-64-etm@openssh.com"));
    cr_assert(strstr(info.algorithms, "MAC, this side: "));
    cr_assert(strstr(client.error.message, "no MAC algorithm in common"));
    client_close(&client);
}

Test(ssh, tells_that_nobody_listens)
{
    sshd_stop(&server);
    struct rw_ssh_options options = default_options();
    struct client client;
    client_init(&client);
    int rc = client_open(&client, &options);
    client_close(&client);
    server.pid = 0;
    cr_assert_eq(rc, RW_ECLOSED, "%s", client.error.message);
}

/* ---- what is not sshd ---- */

/* Answers one connection on 127.0.0.1 with these words, in a process of its own. ends: it closes
 * then, without having read what it was sent; else it waits for the other side. */
static pid_t start_stranger(int *port, const char *words, bool ends)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    cr_assert_eq(listen(fd, 1), 0);
    *port = ntohs(address.sin_port);
    pid_t pid = fork();
    if (pid == 0) {
        char byte;
        int one = accept(fd, NULL, NULL);
        /* The client has spoken: what it said is in the queue when the connection is closed. */
        bool spoken = recv(one, &byte, 1, MSG_PEEK) == 1;
        bool said = write(one, words, strlen(words)) == (ssize_t)strlen(words);
        while (!ends && read(one, &byte, 1) == 1)
            continue;
        close(one);
        _exit(spoken && said ? 0 : 1);
    }
    close(fd);
    return pid;
}

static void expect_stranger(const char *words, bool ends, const char *reason)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    int status;
    pid_t pid = start_stranger(&options.port, words, ends);
    options.connect_timeout_ms = 1000;
    client_init(&client);
    cr_expect_eq(client_open(&client, &options), RW_EPROTO, "%s", client.error.message);
    cr_expect(strstr(client.error.message, reason), "%s", client.error.message);
    client_close(&client);
    waitpid(pid, &status, 0);
    cr_expect_eq(status, 0);
}

Test(ssh, quotes_what_answers_instead_of_a_server)
{
    expect_stranger("220 mail.example ESMTP\r\n", true,
                    "no SSH server answers there but something else: 220 mail.example ESMTP");
    expect_stranger("HTTP/1.1 400 Bad Request\r\n\r\n", true,
                    "something else: HTTP/1.1 400 Bad Request");
    expect_stranger("220 mail.example\r\n", false, "something else: 220 mail.example");
    expect_stranger("\x1b[2Jlogin: ", false, "something else: ?[2Jlogin: ");
}

Test(ssh, takes_lines_before_the_banner_for_no_stranger)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    pid_t pid = start_stranger(&options.port, "Welcome\r\nSSH-2.0-other\r\n", true);
    client_init(&client);
    cr_expect_eq(client_open(&client, &options), RW_ECLOSED, "%s", client.error.message);
    cr_expect(strstr(client.error.message, "during the key exchange"), "%s", client.error.message);
    cr_expect_not(strstr(client.error.message, "Bad file descriptor"), "%s", client.error.message);
    client_close(&client);
    waitpid(pid, NULL, 0);
}

Test(ssh, tells_that_a_name_does_not_resolve)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    options.address = "no-such-host.invalid";
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), RW_ERESOLVE, "%s", client.error.message);
    client_close(&client);
}

Test(ssh, tries_every_address_of_a_name)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    options.address = "localhost"; /* ::1 first where IPv6 is there; sshd listens on 127.0.0.1 */
    expect_login(&options);
}

Test(ssh, gives_up_on_a_host_that_never_logs_in)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    kill(server.pid, SIGSTOP); /* the kernel still accepts connections */
    options.connect_timeout_ms = 300;
    client_init(&client);
    int rc = client_open(&client, &options);
    kill(server.pid, SIGCONT);
    cr_assert_eq(rc, RW_ETIMEOUT, "%s", client.error.message);
    client_close(&client);
}

Test(ssh, can_be_closed_at_any_moment)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    /* Each time one turn of the loop later, until the login is through. */
    for (int turns = 0;; turns++) {
        struct client client;
        client_init(&client);
        client.ssh = rw_ssh_open(&client.loop, &options, &handler, &client);
        for (int i = 0; i < turns && !client.was_opened; i++)
            uv_run(&client.loop, UV_RUN_ONCE);
        bool through = client.was_opened;
        client_close(&client);
        if (through)
            break;
        cr_assert_eq(client.rc, RW_ECANCELED);
    }
}

/* ---- commands ---- */

static void open_client(struct client *client)
{
    struct rw_ssh_options options = default_options();
    sshd_make_key(&server, "key", "ed25519", "");
    client_init(client);
    cr_assert_eq(client_open(client, &options), 0, "%s", client->error.message);
}

Test(ssh, tells_exit_status_and_both_streams)
{
    struct client client;
    struct job job;
    open_client(&client);
    run(&client, &job, "echo out; echo err >&2; exit 7");
    cr_assert_eq(job.rc, 0);
    cr_assert_eq(job.exit_status, 7);
    cr_assert_str_eq(job.out, "out\n");
    cr_assert_str_eq(job.err, "err\n");
    cr_assert_str_eq(job.signal, "");
    client_close(&client);
}

Test(ssh, tells_the_signal_that_ended_a_command)
{
    struct client client;
    struct job job;
    open_client(&client);
    run(&client, &job, "kill -KILL $$");
    cr_assert_eq(job.rc, 0);
    cr_assert_eq(job.exit_status, -1);
    cr_assert_str_eq(job.signal, "KILL");
    client_close(&client);
}

Test(ssh, drains_fifty_mebibytes_and_says_that_they_were_too_many)
{
    struct client client;
    struct job job;
    open_client(&client);
    run(&client, &job,
        "head -c 52428800 /dev/zero & head -c 5242880 /dev/zero | tr '\\0' e >&2; wait");
    cr_assert_eq(job.rc, RW_ELIMIT);
    cr_assert(strstr(job.error.message, "more than is kept"), "%s", job.error.message);
    cr_assert_eq(job.exit_status, 0);
    cr_assert_leq(job.out_size, 1024 * 1024);
    cr_assert_eq(job.err_size, 1024 * 1024, "the end of it is cut");
    client_close(&client);
}

static void on_output(void *context, const char *data, size_t size)
{
    struct job *job = context;
    for (size_t i = 0; i < size; i++)
        cr_assert_eq(data[i], (char)((job->streamed + i) * 7 % 251));
    job->streamed += size;
}

Test(ssh, sends_twenty_mebibytes_through_cat_and_back)
{
    struct client client;
    struct job job = {0};
    size_t size = 20u * 1024 * 1024;
    char *input = rw_malloc(size);
    for (size_t i = 0; i < size; i++)
        input[i] = (char)(i * 7 % 251);
    open_client(&client);
    struct rw_ssh_command command = {.command = "cat",
                                     .input = input,
                                     .input_size = size,
                                     .output = on_output,
                                     .done = on_done,
                                     .context = &job};
    rw_ssh_exec(client.ssh, &command);
    free(input);
    wait_for(&client, &job.done);
    cr_assert_eq(job.rc, 0);
    cr_assert_eq(job.exit_status, 0);
    cr_assert_eq(job.streamed, size);
    cr_assert_eq(job.out_size, 0);
    client_close(&client);
}

Test(ssh, survives_a_command_that_does_not_want_its_input)
{
    struct client client;
    struct job job = {0};
    size_t size = 8u * 1024 * 1024;
    char *input = rw_calloc(1, size);
    open_client(&client);
    struct rw_ssh_command command = {
        .command = "exit 3", .input = input, .input_size = size, .done = on_done, .context = &job};
    rw_ssh_exec(client.ssh, &command);
    free(input);
    wait_for(&client, &job.done);
    cr_assert_eq(job.rc, 0);
    cr_assert_eq(job.exit_status, 3);
    run(&client, &job, "echo alive");
    cr_assert_str_eq(job.out, "alive\n");
    client_close(&client);
}

static void run_twelve(void)
{
    struct client client;
    struct job jobs[12];
    open_client(&client);
    for (int i = 0; i < 12; i++) {
        char command[64];
        snprintf(command, sizeof command, "head -c 300000 /dev/zero; exit %d", i + 1);
        start(&client, &jobs[i], command);
    }
    for (int i = 0; i < 12; i++) {
        wait_for(&client, &jobs[i].done);
        cr_assert_eq(jobs[i].rc, 0, "command %d: %s", i, jobs[i].error.message);
        cr_assert_eq(jobs[i].exit_status, i + 1);
        cr_assert_eq(jobs[i].out_size, 300000);
    }
    client_close(&client);
}

Test(ssh, runs_twelve_commands_at_once)
{
    run_twelve();
}

Test(ssh, runs_twelve_commands_where_only_two_sessions_are_allowed)
{
    sshd_stop(&server);
    sshd_start(&server, "MaxSessions 2");
    run_twelve();
}

Test(ssh, tells_at_once_that_no_session_is_left_when_asked_to)
{
    struct client client;
    struct job stream, job = {0}, next;
    sshd_stop(&server);
    sshd_start(&server, "MaxSessions 1");
    open_client(&client);
    struct rw_ssh_exec *running = start(&client, &stream, "exec sleep 30");
    struct rw_ssh_command command = {
        .command = "echo no >~/ran", .at_once = true, .done = on_done, .context = &job};
    rw_ssh_exec(client.ssh, &command);
    wait_for(&client, &job.done);
    cr_assert_eq(job.rc, RW_EBUSY, "%d: %s", job.rc, job.error.message);
    cr_assert_neq(access(sshd_path(&server, "ran"), F_OK), 0, "it did not run");
    cr_assert(!stream.done);
    rw_ssh_exec_cancel(running);
    wait_for(&client, &stream.done);
    client_close(&client);
    sshd_stop(&server);
    sshd_start(&server, "MaxSessions 1");
    open_client(&client);
    for (int i = 0; i < 5; i++) {
        job.done = false;
        command.command = "echo fine";
        rw_ssh_exec(client.ssh, &command);
        wait_for(&client, &job.done);
        cr_assert_eq(job.rc, 0, "one after the other: %s", job.error.message);
    }
    run(&client, &next, "echo alive");
    cr_assert_str_eq(next.out, "alive\n");
    client_close(&client);
}

Test(ssh, ends_a_command_that_takes_too_long)
{
    struct client client;
    struct job job = {0};
    open_client(&client);
    int64_t begin = rw_clock_ms();
    struct rw_ssh_command command = {.command = "echo begun; exec sleep 30",
                                     .timeout_ms = 400,
                                     .done = on_done,
                                     .context = &job};
    rw_ssh_exec(client.ssh, &command);
    wait_for(&client, &job.done);
    cr_assert_eq(job.rc, RW_ETIMEOUT);
    cr_assert_eq(job.exit_status, -1);
    cr_assert_str_eq(job.out, "begun\n");
    cr_assert_lt(rw_clock_ms() - begin, 5000);
    run(&client, &job, "echo alive");
    cr_assert_str_eq(job.out, "alive\n");
    client_close(&client);
}

Test(ssh, cancels_a_running_and_a_waiting_command)
{
    struct client client;
    struct job running, waiting, next;
    open_client(&client);
    struct rw_ssh_exec *first = start(&client, &running, "exec sleep 30");
    uv_run(&client.loop, UV_RUN_ONCE);
    struct rw_ssh_exec *second = start(&client, &waiting, "exec sleep 30");
    rw_ssh_exec_cancel(first);
    rw_ssh_exec_cancel(second);
    cr_assert(!running.done, "done() from inside of rw_ssh_exec_cancel()");
    wait_for(&client, &running.done);
    wait_for(&client, &waiting.done);
    cr_assert_eq(running.rc, RW_ECANCELED);
    cr_assert_eq(waiting.rc, RW_ECANCELED);
    run(&client, &next, "echo alive");
    cr_assert_str_eq(next.out, "alive\n");
    client_close(&client);
}

Test(ssh, cancels_commands_when_it_is_closed)
{
    struct client client;
    struct job running, waiting;
    open_client(&client);
    start(&client, &running, "exec sleep 30");
    uv_run(&client.loop, UV_RUN_ONCE);
    start(&client, &waiting, "exec sleep 30");
    client_close(&client);
    cr_assert_eq(running.rc, RW_ECANCELED);
    cr_assert_eq(waiting.rc, RW_ECANCELED);
}

/* ---- lost connections ---- */

Test(ssh, tells_that_the_connection_was_lost)
{
    struct client client;
    struct job job, late;
    open_client(&client);
    struct job ready;
    run(&client, &ready, "true");
    start(&client, &job, "exec sleep 30");
    sshd_signal_connections(&server, SIGKILL);
    wait_for(&client, &client.was_lost);
    cr_assert_eq(client.lost_rc, RW_ECLOSED);
    cr_assert(job.done, "commands end before lost()");
    cr_assert_eq(job.rc, RW_ECLOSED);
    run(&client, &late, "true");
    cr_assert_eq(late.rc, RW_ECLOSED);
    client_close(&client);
}

Test(ssh, notices_the_loss_of_an_idle_connection)
{
    struct client client;
    open_client(&client);
    sshd_signal_connections(&server, SIGKILL);
    wait_for(&client, &client.was_lost);
    cr_assert_eq(client.lost_rc, RW_ECLOSED);
    client_close(&client);
}

Test(ssh, notices_that_a_host_is_frozen)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    struct job job;
    sshd_make_key(&server, "key", "ed25519", "");
    options.keepalive_ms = 200;
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), 0, "%s", client.error.message);
    run(&client, &job, "true");
    start(&client, &job, "exec sleep 60");
    sshd_signal_connections(&server, SIGSTOP);
    wait_for(&client, &client.was_lost);
    cr_assert_eq(client.lost_rc, RW_ETIMEOUT);
    cr_assert_eq(job.rc, RW_ETIMEOUT);
    client_close(&client);
}

Test(ssh, keeps_an_idle_connection_alive)
{
    struct rw_ssh_options options = default_options();
    struct client client;
    struct job job;
    sshd_make_key(&server, "key", "ed25519", "");
    options.keepalive_ms = 200;
    client_init(&client);
    cr_assert_eq(client_open(&client, &options), 0, "%s", client.error.message);
    /* Silent for longer than a dead connection is given. */
    run(&client, &job, "sleep 9");
    cr_assert_eq(job.rc, 0);
    cr_assert(!client.was_lost);
    client_close(&client);
}

/* ---- many ---- */

Test(ssh, holds_sixty_four_connections_at_once)
{
    sshd_stop(&server);
    sshd_start(&server, "MaxStartups 200");
    enum { COUNT = 64 };
    struct rw_ssh_options options = default_options();
    static struct client clients[COUNT];
    static struct job jobs[COUNT];
    sshd_make_key(&server, "key", "ed25519", "");
    sshd_trust(&server, "ed25519");
    options.keys = rw_ssh_keys_new();
    client_init(&clients[0]);
    for (int i = 0; i < COUNT; i++)
        clients[i].ssh = rw_ssh_open(&clients[0].loop, &options, &handler, &clients[i]);
    for (int i = 0; i < COUNT; i++) {
        wait_for(&clients[0], &clients[i].was_opened);
        cr_assert_eq(clients[i].rc, 0, "%s", clients[i].error.message);
        start(&clients[i], &jobs[i], "echo fine");
    }
    for (int i = 0; i < COUNT; i++) {
        wait_for(&clients[0], &jobs[i].done);
        cr_assert_str_eq(jobs[i].out, "fine\n");
    }
    for (int i = 1; i < COUNT; i++)
        rw_ssh_close(clients[i].ssh, on_closed, &clients[i]);
    client_close(&clients[0]);
    for (int i = 1; i < COUNT; i++)
        cr_assert(clients[i].was_closed);
    rw_ssh_keys_free(options.keys);
}
