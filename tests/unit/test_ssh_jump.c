/* SPDX-License-Identifier: Apache-2.0 */
/* The SSH client through a jump host: two real OpenSSH servers. */
#include <criterion/criterion.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/error.h"
#include "base/file.h"
#include "base/mem.h"
#include "net/ssh.h"
#include "sshd.h"

/* No test takes nearly as long. */
#define GUARD_MS 60000
#define CLIENTS  20

static struct sshd gate, target;

struct client {
    struct rw_ssh *ssh;
    bool opened, lost, closed, done;
    int rc, lost_rc, done_rc;
    struct rw_error error;
    struct rw_buf out;
    int questions, about_jump;
    enum rw_ssh_question_kind asked[4];
    char asked_by[4][64];
    const char *answer;
    bool mute; /* questions stay unanswered */
};

struct scene {
    uv_loop_t loop;
    uv_timer_t guard;
    struct rw_ssh_keys *keys;
    struct rw_ssh_jumps *jumps;
    struct client clients[CLIENTS];
};

static struct scene scene;

/* ---- callbacks ---- */

static void on_guard(uv_timer_t *timer)
{
    (void)timer;
    cr_assert_fail("the test hangs");
}

static void on_opened(void *context, int rc, const struct rw_error *err)
{
    struct client *client = context;
    cr_assert(!client->opened, "opened() twice");
    client->opened = true;
    client->rc = rc;
    client->error = *err;
}

static void on_question(void *context, const struct rw_ssh_question *question)
{
    struct client *client = context;
    cr_assert_lt(client->questions, 4);
    int at = client->questions++;
    client->asked[at] = question->kind;
    if (question->jump) {
        client->about_jump++;
        snprintf(client->asked_by[at], sizeof client->asked_by[at], "%s@%s:%d",
                 question->jump->user, question->jump->address, question->jump->port);
    }
    if (!client->mute)
        rw_ssh_answer(client->ssh, client->answer);
}

static void on_lost(void *context, const struct rw_error *err)
{
    struct client *client = context;
    cr_assert(!client->lost, "lost() twice");
    client->lost = true;
    client->lost_rc = err->code;
    client->error = *err;
}

static void on_closed(void *context)
{
    ((struct client *)context)->closed = true;
}

static void on_output(void *context, const char *data, size_t size)
{
    struct client *client = context;
    rw_buf_add(&client->out, data, size);
}

static void on_done(void *context, const struct rw_ssh_result *result)
{
    struct client *client = context;
    client->done = true;
    client->done_rc = result->rc;
}

static const struct rw_ssh_handler handler = {on_opened, on_question, on_lost};

/* ---- the scene ---- */

/* The key of the target opens the jump host too. */
static void share_key(void)
{
    struct rw_buf key = {0};
    struct rw_error err;
    sshd_make_key(&target, "key", "ed25519", "");
    cr_assert_eq(rw_file_read(sshd_path(&target, "key.pub"), 4096, &key, &err), 0);
    sshd_write(sshd_path(&gate, "authorized_keys"), "a", rw_buf_str(&key));
    rw_buf_done(&key);
}

static void start_with(const char *gate_config)
{
    sshd_start(&gate, gate_config);
    sshd_start(&target, "MaxStartups 100"); /* $HOME is its folder */
    share_key();
    uv_loop_init(&scene.loop);
    uv_timer_init(&scene.loop, &scene.guard);
    uv_timer_start(&scene.guard, on_guard, GUARD_MS, 0);
    uv_unref((uv_handle_t *)&scene.guard);
    scene.keys = rw_ssh_keys_new();
    scene.jumps = rw_ssh_jumps_new();
}

static void stop(void)
{
    if (gate.pid)
        sshd_stop(&gate);
    if (target.pid)
        sshd_stop(&target);
}

TestSuite(ssh_jump, .fini = stop, .timeout = 90);

static struct rw_ssh_hop hop(void)
{
    return (struct rw_ssh_hop){
        .address = "127.0.0.1", .port = gate.port, .user = "root", .key = "~/key"};
}

static struct rw_ssh_options options_by(const struct rw_ssh_hop *by)
{
    return (struct rw_ssh_options){.address = "127.0.0.1",
                                   .port = target.port,
                                   .user = "root",
                                   .key = "~/key",
                                   .keys = scene.keys,
                                   .accept_new_host_key = true,
                                   .known_hosts = sshd_path(&target, "known_hosts"),
                                   .jump = by,
                                   .jumps = scene.jumps};
}

static void begin(size_t at, const struct rw_ssh_options *options)
{
    scene.clients[at].ssh = rw_ssh_open(&scene.loop, options, &handler, &scene.clients[at]);
}

static void wait_for(const bool *flag)
{
    while (!*flag)
        uv_run(&scene.loop, UV_RUN_ONCE);
}

static int result_of(size_t at)
{
    wait_for(&scene.clients[at].opened);
    return scene.clients[at].rc;
}

static void run(size_t at, const char *text, const void *input, size_t size)
{
    struct client *client = &scene.clients[at];
    struct rw_ssh_command command = {.command = text,
                                     .input = input,
                                     .input_size = size,
                                     .output = on_output,
                                     .done = on_done,
                                     .context = client};
    client->done = false;
    rw_buf_done(&client->out);
    rw_buf_init(&client->out, 64u << 20);
    rw_ssh_exec(client->ssh, &command);
}

static void expect_runs(size_t at)
{
    run(at, "echo fine", NULL, 0);
    wait_for(&scene.clients[at].done);
    cr_expect_eq(scene.clients[at].done_rc, 0);
    cr_expect_str_eq(rw_buf_str(&scene.clients[at].out), "fine\n");
}

/* With the last closed() everything of the jump host is gone. */
static void end(void)
{
    for (size_t i = 0; i < CLIENTS; i++)
        if (scene.clients[i].ssh)
            rw_ssh_close(scene.clients[i].ssh, on_closed, &scene.clients[i]);
    for (size_t i = 0; i < CLIENTS; i++) {
        if (scene.clients[i].ssh)
            wait_for(&scene.clients[i].closed);
        rw_buf_done(&scene.clients[i].out);
    }
    rw_ssh_jumps_free(scene.jumps);
    rw_ssh_keys_free(scene.keys);
    uv_close((uv_handle_t *)&scene.guard, NULL);
    uv_run(&scene.loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&scene.loop), 0, "handles were left open");
}

/* ---- going through ---- */

/* The port of the other end, as the target's sshd reports it. */
static char *peer_of(size_t at)
{
    run(at, "echo $SSH_CONNECTION", NULL, 0);
    wait_for(&scene.clients[at].done);
    return rw_strdup(rw_buf_str(&scene.clients[at].out));
}

Test(ssh_jump, twenty_connections_share_one_to_the_jump_host)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    for (size_t i = 0; i < CLIENTS; i++)
        begin(i, &options);
    for (size_t i = 0; i < CLIENTS; i++)
        cr_assert_eq(result_of(i), 0, "%s", scene.clients[i].error.message);
    for (size_t i = 0; i < CLIENTS; i++)
        expect_runs(i);
    cr_expect_eq(sshd_connections(&gate), 1);
    cr_expect_eq(sshd_connections(&target), CLIENTS);
    /* Only the jump host connects to the target. */
    char *peer = peer_of(0);
    cr_expect(strstr(peer, "127.0.0.1"), "%s", peer);
    free(peer);
    end();
}

Test(ssh_jump, carries_much_in_both_directions)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    enum { SIZE = 8u << 20 };
    char *data = rw_malloc(SIZE);
    for (size_t i = 0; i < SIZE; i++)
        data[i] = (char)(i * 2654435761u >> 24);
    for (size_t i = 0; i < 3; i++)
        begin(i, &options);
    for (size_t i = 0; i < 3; i++)
        cr_assert_eq(result_of(i), 0, "%s", scene.clients[i].error.message);
    for (size_t i = 0; i < 3; i++)
        run(i, "cat", data, SIZE);
    for (size_t i = 0; i < 3; i++) {
        wait_for(&scene.clients[i].done);
        cr_assert_eq(scene.clients[i].done_rc, 0);
        cr_assert_eq(scene.clients[i].out.len, SIZE);
        cr_assert(memcmp(scene.clients[i].out.data, data, SIZE) == 0);
    }
    free(data);
    end();
}

Test(ssh_jump, needs_no_session_on_the_jump_host)
{
    start_with("MaxSessions 0");
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    begin(0, &options);
    cr_assert_eq(result_of(0), 0, "%s", scene.clients[0].error.message);
    expect_runs(0);
    end();
}

Test(ssh_jump, closes_its_connection_with_the_last_that_uses_it)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    begin(0, &options);
    begin(1, &options);
    cr_assert_eq(result_of(0), 0);
    cr_assert_eq(result_of(1), 0);
    rw_ssh_close(scene.clients[0].ssh, on_closed, &scene.clients[0]);
    wait_for(&scene.clients[0].closed);
    scene.clients[0].ssh = NULL;
    expect_runs(1);
    end();
    cr_expect(sshd_idle(&gate), "the jump host still has a connection");
}

/* ---- trust ---- */

Test(ssh_jump, refuses_a_jump_host_whose_key_has_changed)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    sshd_trust_as(&target, "ed25519", gate.port, sshd_path(&target, "known_hosts"));
    begin(0, &options);
    begin(1, &options);
    for (size_t i = 0; i < 2; i++) {
        cr_assert_eq(result_of(i), RW_EHOSTKEY);
        struct rw_ssh_info info = rw_ssh_get_info(scene.clients[i].ssh);
        cr_expect_eq(info.jump, RW_SSH_JUMP_FAILED);
        cr_expect(info.host_key_changed);
        cr_expect_eq(info.known_hosts_line, 1);
        cr_expect(strstr(scene.clients[i].error.message, "the jump host"), "%s",
                  scene.clients[i].error.message);
    }
    cr_expect_eq(sshd_connections(&target), 0);
    end();
}

Test(ssh_jump, asks_once_for_the_key_of_the_jump_host_and_names_it)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    char wanted[64];
    options.accept_new_host_key = false;
    options.ask = true;
    for (size_t i = 0; i < 3; i++) {
        scene.clients[i].answer = "yes";
        begin(i, &options);
    }
    int about_jump = 0;
    for (size_t i = 0; i < 3; i++) {
        cr_assert_eq(result_of(i), 0, "%s", scene.clients[i].error.message);
        about_jump += scene.clients[i].about_jump;
    }
    cr_expect_eq(about_jump, 1);
    snprintf(wanted, sizeof wanted, "root@127.0.0.1:%d", gate.port);
    cr_expect_str_eq(scene.clients[0].asked_by[0], wanted);
    cr_expect_eq(scene.clients[0].asked[0], RW_SSH_ASK_HOST_KEY);
    end();
}

Test(ssh_jump, whoever_was_asked_may_go_then_another_is_asked)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    options.accept_new_host_key = false;
    options.ask = true;
    scene.clients[0].mute = true;
    scene.clients[1].answer = "yes";
    begin(0, &options);
    begin(1, &options);
    while (scene.clients[0].questions == 0)
        uv_run(&scene.loop, UV_RUN_ONCE);
    rw_ssh_close(scene.clients[0].ssh, on_closed, &scene.clients[0]);
    cr_assert_eq(result_of(1), 0, "%s", scene.clients[1].error.message);
    cr_expect_eq(scene.clients[1].about_jump, 1);
    wait_for(&scene.clients[0].closed);
    scene.clients[0].ssh = NULL;
    end();
}

Test(ssh_jump, says_that_the_jump_host_refused_the_login)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    sshd_write(sshd_path(&gate, "authorized_keys"), "w", "");
    begin(0, &options);
    cr_assert_eq(result_of(0), RW_EAUTH);
    struct rw_ssh_info info = rw_ssh_get_info(scene.clients[0].ssh);
    cr_expect_eq(info.jump, RW_SSH_JUMP_FAILED);
    cr_expect_str_eq(info.methods, "publickey");
    cr_expect(strstr(info.tried, "~/key"), "%s", info.tried);
    end();
}

/* ---- no way ---- */

Test(ssh_jump, says_that_forwarding_is_forbidden)
{
    start_with("AllowTcpForwarding no");
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    begin(0, &options);
    cr_assert_eq(result_of(0), RW_ECONNECT);
    cr_expect_eq(rw_ssh_get_info(scene.clients[0].ssh).jump, RW_SSH_JUMP_FORBIDS, "%s",
                 scene.clients[0].error.message);
    end();
}

Test(ssh_jump, says_that_the_jump_host_does_not_reach_the_host)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by), closed = options;
    closed.port = 1;
    begin(0, &closed);
    begin(1, &options);
    cr_assert_eq(result_of(0), RW_ECONNECT);
    cr_expect_eq(rw_ssh_get_info(scene.clients[0].ssh).jump, RW_SSH_JUMP_NO_WAY, "%s",
                 scene.clients[0].error.message);
    cr_assert_eq(result_of(1), 0, "%s", scene.clients[1].error.message);
    expect_runs(1);
    end();
}

/* A port on which no connection is accepted, so that further ones get no answer. */
static int silent_port(int fds[3])
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    fds[0] = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(fds[0], (struct sockaddr *)&address, size), 0);
    cr_assert_eq(listen(fds[0], 0), 0);
    cr_assert_eq(getsockname(fds[0], (struct sockaddr *)&address, &size), 0);
    for (int i = 1; i < 3; i++) {
        fds[i] = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        connect(fds[i], (struct sockaddr *)&address, size);
    }
    return ntohs(address.sin_port);
}

Test(ssh_jump, a_silent_host_holds_up_no_other)
{
    int fds[3];
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by), silent = options;
    silent.port = silent_port(fds);
    silent.connect_timeout_ms = 20000;
    begin(0, &options);
    cr_assert_eq(result_of(0), 0);
    begin(1, &silent);
    for (size_t i = 2; i < 8; i++)
        begin(i, &options);
    for (size_t i = 2; i < 8; i++)
        cr_assert_eq(result_of(i), 0, "%s", scene.clients[i].error.message);
    cr_expect(!scene.clients[1].opened, "the silent host was given up: %s",
              scene.clients[1].error.message);
    expect_runs(0);
    expect_runs(7);
    cr_expect_eq(sshd_connections(&gate), 2);
    end();
    for (size_t i = 0; i < 3; i++)
        close(fds[i]);
}

Test(ssh_jump, gives_a_silent_host_up_in_time_and_does_not_ask_for_it_twice)
{
    int fds[3];
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by), silent = options;
    silent.port = silent_port(fds);
    silent.connect_timeout_ms = 1000;
    begin(0, &options);
    cr_assert_eq(result_of(0), 0);
    for (size_t i = 1; i < 4; i++) {
        begin(i, &silent);
        cr_assert_eq(result_of(i), RW_ETIMEOUT);
        cr_expect_eq(rw_ssh_get_info(scene.clients[i].ssh).jump, RW_SSH_JUMP_NO_WAY);
    }
    expect_runs(0);
    cr_expect_eq(sshd_connections(&gate), 1, "one answer is waited for, not three");
    end();
    for (size_t i = 0; i < 3; i++)
        close(fds[i]);
}

/* ---- drops ---- */

Test(ssh_jump, a_lost_jump_host_loses_all_and_is_connected_to_again)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    begin(0, &options);
    begin(1, &options);
    cr_assert_eq(result_of(0), 0);
    cr_assert_eq(result_of(1), 0);
    run(0, "sleep 60", NULL, 0);
    sshd_signal_connections(&gate, SIGKILL);
    wait_for(&scene.clients[0].lost);
    wait_for(&scene.clients[1].lost);
    cr_expect(scene.clients[0].done);
    cr_expect_eq(scene.clients[0].done_rc, RW_ECLOSED);
    cr_expect(strstr(scene.clients[0].error.message, "the way through the jump host"), "%s",
              scene.clients[0].error.message);
    begin(2, &options);
    cr_assert_eq(result_of(2), 0, "%s", scene.clients[2].error.message);
    expect_runs(2);
    end();
}

Test(ssh_jump, a_frozen_jump_host_is_noticed)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    options.keepalive_ms = 200;
    begin(0, &options);
    cr_assert_eq(result_of(0), 0);
    sshd_signal_connections(&gate, SIGSTOP);
    wait_for(&scene.clients[0].lost);
    sshd_signal_connections(&gate, SIGCONT);
    end();
}

Test(ssh_jump, the_end_of_one_host_does_not_touch_the_others)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    begin(0, &options);
    cr_assert_eq(result_of(0), 0);
    sshd_signal_connections(&target, SIGKILL);
    wait_for(&scene.clients[0].lost);
    cr_expect(strstr(scene.clients[0].error.message, "the host closed the connection"), "%s",
              scene.clients[0].error.message);
    begin(1, &options);
    cr_assert_eq(result_of(1), 0);
    cr_expect_eq(sshd_connections(&gate), 1);
    expect_runs(1);
    end();
}

Test(ssh_jump, may_be_closed_at_any_moment)
{
    start_with(NULL);
    struct rw_ssh_hop by = hop();
    struct rw_ssh_options options = options_by(&by);
    options.jumps = NULL;
    for (int turns = 0; turns < 120; turns += 3) {
        begin(0, &options);
        for (int i = 0; i < turns && !scene.clients[0].opened; i++)
            uv_run(&scene.loop, UV_RUN_ONCE);
        rw_ssh_close(scene.clients[0].ssh, on_closed, &scene.clients[0]);
        wait_for(&scene.clients[0].closed);
        scene.clients[0] = (struct client){0};
    }
    end();
}
