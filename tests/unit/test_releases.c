/* SPDX-License-Identifier: Apache-2.0 */
/* The list of releases: the answer of the channel server, and the wizard that asks it. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/error.h"
#include "base/mem.h"
#include "rke2/channels.h"
#include "unit/helpers.h"
#include "wizard/wizard.h"

static const char answer[] = "{\"type\":\"collection\",\"data\":["
                             "{\"name\":\"testing\",\"latest\":\"v1.36.5-rc1+rke2r1\"},"
                             "{\"name\":\"v1.9\",\"latest\":\"v1.9.1+rke2r1\"},"
                             "{\"name\":\"v1.34\",\"latest\":\"v1.34.1+rke2r1\"},"
                             "{\"name\":\"stable\",\"latest\":\"v1.34.1+rke2r1\"},"
                             "{\"name\":\"v1.33\",\"latest\":\"v1.33.4+rke2r1\"},"
                             "{\"name\":\"latest\",\"latest\":\"v1.36.4+rke2r1\"}]}";

/* "name version;" of each, or the error. */
static void expect_channels(const char *json, const char *expected)
{
    struct rw_channels channels = {0};
    struct rw_buf out = {0};
    int rc = rw_channels_parse(&channels, json, strlen(json));
    for (size_t i = 0; i < channels.count; i++)
        rw_buf_addf(&out, "%s %s;", channels.items[i].name, channels.items[i].version);
    cr_expect_eq(rc, *expected ? 0 : RW_ESYNTAX, "%s", json);
    cr_expect_str_eq(rw_buf_str(&out), expected, "%s: %s", json, rw_buf_str(&out));
    rw_channels_done(&channels);
    rw_buf_done(&out);
}

Test(releases, are_read_in_the_order_in_which_people_choose)
{
    expect_channels(answer, "stable v1.34.1+rke2r1;latest v1.36.4+rke2r1;v1.34 v1.34.1+rke2r1;"
                            "v1.33 v1.33.4+rke2r1;v1.9 v1.9.1+rke2r1;testing v1.36.5-rc1+rke2r1;");
}

Test(releases, that_are_none_are_passed_over)
{
    expect_channels("{\"data\":[{\"name\":\"a;b\",\"latest\":\"v1.34.1+rke2r1\"},1,{},null,"
                    "{\"name\":\"stable\",\"latest\":\"newest\"},"
                    "{\"name\":\"v1.30\",\"latest\":\"v1.30.1+rke2r1\"}]}",
                    "v1.30 v1.30.1+rke2r1;");
    static const char *const bad[] = {"",     "<html>",        "{}",  "{\"data\":1}",
                                      "[[[[", "{\"data\":[]}", "null"};
    for (size_t i = 0; i < RW_COUNT(bad); i++)
        expect_channels(bad[i], "");
}

/* ---- the wizard asks ---- */

static struct {
    const char *head, *body;
    int listener, port;
    pthread_t thread;
} server;

static void *serve(void *unused)
{
    (void)unused;
    char request[4096];
    int fd = accept(server.listener, NULL, NULL);
    if (read(fd, request, sizeof request) > 0)
        dprintf(fd, "HTTP/1.1 %s\r\nConnection: close\r\n\r\n%s", server.head, server.body);
    close(fd);
    return NULL;
}

static char *folder;
static uv_loop_t loop;
static struct rw_wizard *wizard;
static struct rw_requirements requirements;
static char *url;

/* head NULL: no server listens. */
static void begin(const char *head, const char *body)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    setenv("no_proxy", "127.0.0.1", 1);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.head = head;
    server.body = body;
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(server.listener, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(getsockname(server.listener, (struct sockaddr *)&address, &size), 0);
    server.port = ntohs(address.sin_port);
    if (head) {
        cr_assert_eq(listen(server.listener, 4), 0);
        cr_assert_eq(pthread_create(&server.thread, NULL, serve, NULL), 0);
    }
    folder = folder_new();
    setenv("XDG_STATE_HOME", folder, 1);
    url = rw_asprintf("http://127.0.0.1:%d/channels", server.port);
    rw_requirements_init(&requirements);
    uv_loop_init(&loop);
    struct rw_wizard_options options = {.requirements = &requirements, .channels_url = url};
    struct rw_wizard_listener listener = {0};
    wizard = rw_wizard_new(&loop, &options, &listener);
}

static void finish(void)
{
    rw_wizard_free(wizard, NULL, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
    if (server.head)
        pthread_join(server.thread, NULL);
    close(server.listener);
    rw_requirements_done(&requirements);
    folder_remove(folder);
    free(url);
}

static enum rw_wizard_releases_state ask(void)
{
    rw_wizard_ask_releases(wizard);
    cr_expect_eq(rw_wizard_releases(wizard).state, RW_WIZARD_RELEASES_ASKED);
    while (rw_wizard_releases(wizard).state == RW_WIZARD_RELEASES_ASKED)
        uv_run(&loop, UV_RUN_ONCE);
    return rw_wizard_releases(wizard).state;
}

TestSuite(releases, .timeout = 60);

Test(releases, are_known_when_the_server_has_answered)
{
    begin("200 OK", answer);
    cr_expect_eq(rw_wizard_releases(wizard).state, RW_WIZARD_RELEASES_UNKNOWN);
    cr_expect_eq(ask(), RW_WIZARD_RELEASES_KNOWN);
    cr_expect_eq(rw_wizard_releases(wizard).channels->count, 6);
    cr_expect_str_eq(rw_wizard_releases(wizard).channels->items[0].name, "stable");
    finish();
}

Test(releases, that_cannot_be_known_have_a_reason)
{
    begin("503 Service Unavailable", "");
    cr_expect_eq(ask(), RW_WIZARD_RELEASES_FAILED);
    cr_expect_str_eq(rw_wizard_releases(wizard).reason, "HTTP 503");
    finish();
    begin("200 OK", "<html>Sign in</html>");
    cr_expect_eq(ask(), RW_WIZARD_RELEASES_FAILED);
    cr_expect_str_eq(rw_wizard_releases(wizard).reason, "the answer contains no releases");
    finish();
    begin(NULL, NULL);
    cr_expect_eq(ask(), RW_WIZARD_RELEASES_FAILED);
    cr_expect(*rw_wizard_releases(wizard).reason);
    finish();
}

Test(releases, that_are_asked_for_hold_up_nothing)
{
    begin(NULL, NULL);
    cr_assert_eq(listen(server.listener, 4), 0); /* and no answer comes */
    rw_wizard_ask_releases(wizard);
    uv_run(&loop, UV_RUN_NOWAIT);
    cr_expect_eq(rw_wizard_releases(wizard).state, RW_WIZARD_RELEASES_ASKED);
    finish();
}
