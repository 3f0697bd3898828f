/* SPDX-License-Identifier: Apache-2.0 */
/* One connection to see who answers, against servers of ours on loopback. */
#include <criterion/criterion.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "net/tcp_probe.h"

#define WAIT_MS 300

static uv_loop_t loop;
static uv_tcp_t server;
static uv_tcp_t peer;
static uv_write_t request;
static const char *says; /* NULL: nothing; else this, and the end */
static int port;

static struct {
    int calls;
    enum rw_tcp_probe_code code;
    char line[RW_TCP_PROBE_LINE_SIZE];
} got;

static void on_done(void *context, enum rw_tcp_probe_code code, const char *line)
{
    (void)context;
    got.calls++;
    got.code = code;
    snprintf(got.line, sizeof got.line, "%s", line);
    if (!uv_is_closing((uv_handle_t *)&server))
        uv_close((uv_handle_t *)&server, NULL);
    if (peer.loop && !uv_is_closing((uv_handle_t *)&peer))
        uv_close((uv_handle_t *)&peer, NULL);
}

static void on_written(uv_write_t *write, int status)
{
    (void)write;
    (void)status;
    if (!uv_is_closing((uv_handle_t *)&peer))
        uv_close((uv_handle_t *)&peer, NULL);
}

static void on_connection(uv_stream_t *stream, int status)
{
    cr_assert_eq(status, 0);
    uv_tcp_init(&loop, &peer);
    cr_assert_eq(uv_accept(stream, (uv_stream_t *)&peer), 0);
    if (!says)
        return;
    uv_buf_t buf = uv_buf_init((char *)(uintptr_t)says, (unsigned)strlen(says));
    uv_write(&request, (uv_stream_t *)&peer, &buf, 1, on_written);
}

static void set_up(void)
{
    struct sockaddr_in address;
    int length = sizeof address;
    uv_loop_init(&loop);
    uv_tcp_init(&loop, &server);
    uv_ip4_addr("127.0.0.1", 0, &address);
    uv_tcp_bind(&server, (const struct sockaddr *)&address, 0);
    cr_assert_eq(uv_listen((uv_stream_t *)&server, 8, on_connection), 0);
    uv_tcp_getsockname(&server, (struct sockaddr *)&address, &length);
    port = ntohs(address.sin_port);
}

static void tear_down(void)
{
    cr_expect_eq(uv_loop_close(&loop), 0, "a handle is left");
}

TestSuite(tcp_probe, .init = set_up, .fini = tear_down, .timeout = 30);

static struct rw_tcp_probe *start(const char *address, int read_ms)
{
    struct rw_tcp_probe_options options = {address, port, 10000, read_ms};
    return rw_tcp_probe_start(&loop, &options, on_done, NULL);
}

static void expect_end(enum rw_tcp_probe_code code, const char *line)
{
    cr_expect_eq(got.calls, 0, "not from inside the call");
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_eq(got.calls, 1);
    cr_expect_eq(got.code, code, "%d", (int)got.code);
    cr_expect_str_eq(got.line, line);
}

Test(tcp_probe, the_line_of_who_answers_is_read)
{
    says = "0123456789abcdef\nmore";
    start("127.0.0.1", 10000);
    expect_end(RW_TCP_PROBE_OPEN, "0123456789abcdef");
}

Test(tcp_probe, a_long_line_is_cut_and_made_printable)
{
    char text[200];
    memset(text, '\x1b', sizeof text - 1);
    text[sizeof text - 1] = '\0';
    says = text;
    start("127.0.0.1", 10000);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_expect_eq(got.code, RW_TCP_PROBE_OPEN);
    cr_expect_eq(strlen(got.line), RW_TCP_PROBE_LINE_SIZE - 1);
    cr_expect_eq(strspn(got.line, "?"), RW_TCP_PROBE_LINE_SIZE - 1);
}

Test(tcp_probe, who_closes_without_a_word_has_answered)
{
    says = "";
    start("127.0.0.1", 10000);
    expect_end(RW_TCP_PROBE_OPEN, "");
}

Test(tcp_probe, who_says_nothing_is_late)
{
    start("127.0.0.1", WAIT_MS);
    expect_end(RW_TCP_PROBE_LATE, "");
}

Test(tcp_probe, without_reading_a_connection_is_enough)
{
    start("127.0.0.1", 0);
    expect_end(RW_TCP_PROBE_OPEN, "");
}

Test(tcp_probe, a_closed_port_refuses)
{
    uv_close((uv_handle_t *)&server, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    start("127.0.0.1", WAIT_MS);
    expect_end(RW_TCP_PROBE_REFUSED, "");
}

Test(tcp_probe, an_address_that_is_none_is_not_resolved)
{
    start("no such name.invalid", WAIT_MS);
    expect_end(RW_TCP_PROBE_UNRESOLVED, "");
}

Test(tcp_probe, a_canceled_probe_ends_from_the_loop)
{
    rw_tcp_probe_cancel(start("127.0.0.1", WAIT_MS));
    expect_end(RW_TCP_PROBE_CANCELED, "");
}
