/* SPDX-License-Identifier: Apache-2.0 */
/* Hosts that send without end: they are given up, and delay no other host. */
#include <criterion/criterion.h>
#include <arpa/inet.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "net/ssh.h"
#include "sshd.h"

/* No test takes nearly as long. */
#define GUARD_MS 60000
#define TICK_MS  5

static uv_loop_t loop;
static uv_timer_t guard, tick;
static size_t ticks; /* that the loop had time for */
static struct sshd server;
static pid_t flood;

struct client {
    struct rw_ssh *ssh;
    bool opened, closed, done;
    int rc;
    struct rw_error error;
    size_t printed;
};

/* ---- what sends ---- */

static bool send_all(int fd, const char *data, size_t size)
{
    for (ssize_t n; size > 0; data += n, size -= (size_t)n)
        if ((n = send(fd, data, size, MSG_NOSIGNAL)) <= 0)
            return false;
    return true;
}

/* Sends head, then block again and again (once, when that is empty) to each client, in a process of
 * its own. Gives the port. */
static int start_flood(const struct rw_buf *head, const struct rw_buf *block)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int fd = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&address, &size), 0);
    cr_assert_eq(listen(fd, 4), 0);
    flood = fork();
    if (flood == 0) {
        alarm(GUARD_MS / 1000);
        for (;;) {
            int one = accept(fd, NULL, NULL);
            bool more = send_all(one, rw_buf_str(head), head->len);
            while (more && block->len > 0)
                more = send_all(one, rw_buf_str(block), block->len);
            close(one);
        }
    }
    close(fd);
    return ntohs(address.sin_port);
}

static void stop_flood(void)
{
    if (flood > 0) {
        kill(flood, SIGKILL);
        waitpid(flood, NULL, 0);
    }
    flood = 0;
}

static void add_times(struct rw_buf *out, const char *text, size_t times)
{
    for (size_t i = 0; i < times; i++)
        rw_buf_adds(out, text);
}

/* A packet that means nothing (SSH_MSG_IGNORE), as it is sent before the key exchange. */
static void add_ignored(struct rw_buf *out)
{
    enum { DATA = 32000, PAYLOAD = 1 + 4 + DATA, PAD = 8 + 8 - (4 + 1 + PAYLOAD) % 8 };
    const unsigned size = 1 + PAYLOAD + PAD, lengths[] = {size, DATA};
    for (size_t i = 0; i < 2; i++) {
        for (int shift = 24; shift >= 0; shift -= 8)
            rw_buf_addc(out, (char)(lengths[i] >> shift & 0xff));
        if (i == 0) {
            rw_buf_addc(out, PAD);
            rw_buf_addc(out, 2);
        }
    }
    add_times(out, "z", DATA + PAD);
}

/* ---- who listens ---- */

static void on_guard(uv_timer_t *timer)
{
    (void)timer;
    cr_assert_fail("the test hangs");
}

static void on_tick(uv_timer_t *timer)
{
    (void)timer;
    ticks++;
}

static void set_up(void)
{
    sshd_start(&server, NULL);
    sshd_make_key(&server, "key", "ed25519", "");
    uv_loop_init(&loop);
    uv_timer_init(&loop, &guard);
    uv_timer_init(&loop, &tick);
    uv_timer_start(&guard, on_guard, GUARD_MS, 0);
    uv_timer_start(&tick, on_tick, TICK_MS, TICK_MS);
}

static void tear_down(void)
{
    stop_flood();
    if (!server.pid)
        return; /* skipped */
    sshd_stop(&server);
    uv_close((uv_handle_t *)&guard, NULL);
    uv_close((uv_handle_t *)&tick, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_eq(uv_loop_close(&loop), 0, "handles were left open");
}

TestSuite(ssh_flood, .init = set_up, .fini = tear_down, .timeout = 90);

static void on_opened(void *context, int rc, const struct rw_error *err)
{
    struct client *client = context;
    client->opened = true;
    client->rc = rc;
    client->error = *err;
}

static void on_question(void *context, const struct rw_ssh_question *question)
{
    struct client *client = context;
    (void)question;
    rw_ssh_answer(client->ssh, NULL);
}

static void on_lost(void *context, const struct rw_error *err)
{
    (void)context;
    (void)err;
}

static void on_closed(void *context)
{
    ((struct client *)context)->closed = true;
}

static void on_output(void *context, const char *data, size_t size)
{
    (void)data;
    ((struct client *)context)->printed += size;
}

static void on_done(void *context, const struct rw_ssh_result *result)
{
    struct client *client = context;
    client->done = true;
    client->rc = result->rc;
}

static void wait_for(const bool *flag)
{
    while (!*flag)
        uv_run(&loop, UV_RUN_ONCE);
}

static void begin(struct client *client, int port, const struct rw_ssh_hop *jump)
{
    static const struct rw_ssh_handler handler = {on_opened, on_question, on_lost};
    struct rw_ssh_options options = {.address = "127.0.0.1",
                                     .port = port,
                                     .user = "root",
                                     .key = "~/key",
                                     .accept_new_host_key = true,
                                     .known_hosts = sshd_path(&server, "known_hosts"),
                                     .jump = jump};
    memset(client, 0, sizeof *client);
    client->ssh = rw_ssh_open(&loop, &options, &handler, client);
}

static void end(struct client *client)
{
    rw_ssh_close(client->ssh, on_closed, client);
    wait_for(&client->closed);
}

static void run(struct client *client, const char *text, int timeout_ms)
{
    struct rw_ssh_command command = {.command = text,
                                     .timeout_ms = timeout_ms,
                                     .output = on_output,
                                     .done = on_done,
                                     .context = client};
    client->done = false;
    rw_ssh_exec(client->ssh, &command);
    wait_for(&client->done);
}

/* ---- before the login ---- */

/* Takes both; gives the message, until the next call. */
static const char *expect_given_up(struct rw_buf head, struct rw_buf block, int rc,
                                   const char *reason)
{
    static struct client client;
    begin(&client, start_flood(&head, &block), NULL);
    wait_for(&client.opened);
    cr_expect_eq(client.rc, rc, "%s", client.error.message);
    cr_expect(strstr(client.error.message, reason), "%s", client.error.message);
    end(&client);
    stop_flood();
    rw_buf_done(&head);
    rw_buf_done(&block);
    return client.error.message;
}

Test(ssh_flood, lines_without_end_are_no_ssh_server)
{
    struct rw_buf head = {0}, block = {0};
    add_times(&block, "hello there, I am a line\r\n", 4000);
    expect_given_up(head, block, RW_EPROTO, "something else: hello there, I am a line");
}

Test(ssh_flood, a_line_without_end_is_no_ssh_server)
{
    struct rw_buf head = {0}, block = {0};
    add_times(&block, "A", 65536);
    expect_given_up(head, block, RW_EPROTO, "something else: AAAA");
}

Test(ssh_flood, what_is_no_text_is_not_quoted)
{
    struct rw_buf head = {0}, block = {0};
    for (size_t i = 0; i < 65536; i++)
        rw_buf_addc(&block, '\0');
    const char *message = expect_given_up(head, block, RW_EPROTO, "no SSH server answers there");
    cr_expect_null(strstr(message, "something else"), "%s", message);
}

Test(ssh_flood, more_lines_before_the_identification_than_anybody_sends_are_no_ssh_server)
{
    struct rw_buf head = {0}, block = {0};
    add_times(&head, "do not enter\r\n", 1100);
    rw_buf_adds(&head, "SSH-2.0-late\r\n");
    expect_given_up(head, block, RW_EPROTO, "something else: do not enter");
}

Test(ssh_flood, a_thousand_lines_before_the_identification_are_read)
{
    struct rw_buf head = {0}, block = {0};
    add_times(&head, "do not enter\r\n", 1000);
    rw_buf_adds(&head, "SSH-2.0-other\r\n");
    expect_given_up(head, block, RW_ECLOSED, "during the key exchange");
}

Test(ssh_flood, packets_without_end_before_the_login_are_too_much)
{
    struct rw_buf head = {0}, block = {0};
    rw_buf_adds(&head, "SSH-2.0-OpenSSH_9.2\r\n");
    add_ignored(&block);
    expect_given_up(head, block, RW_EPROTO,
                    "the host sends more than it may before anybody is logged in");
}

/* ---- beside others ---- */

Test(ssh_flood, a_command_that_prints_without_end_leaves_the_others_their_turn)
{
    struct client client, other;
    begin(&client, server.port, NULL);
    wait_for(&client.opened);
    cr_assert_eq(client.rc, 0, "%s", client.error.message);
    begin(&other, server.port, NULL);
    ticks = 0;
    run(&client, "yes", 1000);
    cr_expect_eq(client.rc, RW_ETIMEOUT);
    cr_expect_gt(client.printed, 0);
    cr_expect_gt(ticks, 5);
    cr_expect(other.opened && other.rc == 0, "%s", other.error.message);
    end(&other);
    end(&client);
}

Test(ssh_flood, a_flood_behind_a_jump_host_is_given_up_and_the_others_go_on)
{
    struct rw_buf head = {0}, block = {0};
    struct client client, other;
    struct rw_ssh_hop hop = {
        .address = "127.0.0.1", .port = server.port, .user = "root", .key = "~/key"};
    add_times(&block, "hello there, I am a line\r\n", 4000);
    begin(&client, start_flood(&head, &block), &hop);
    begin(&other, server.port, &hop);
    wait_for(&client.opened);
    cr_expect_eq(client.rc, RW_EPROTO, "%s", client.error.message);
    cr_expect(strstr(client.error.message, "something else: hello"), "%s", client.error.message);
    wait_for(&other.opened);
    cr_expect_eq(other.rc, 0, "%s", other.error.message);
    run(&other, "echo fine", 10000);
    cr_expect_eq(other.rc, 0);
    end(&other);
    end(&client);
    rw_buf_done(&block);
}
