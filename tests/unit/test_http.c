/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP against a small server of our own in a thread. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "net/http.h"

#define GUARD_MS 30000

/* ---- the server: one answer per connection ---- */

static struct {
    int listener, port, stop[2];
    pthread_t thread;
} server;

static void respond(int fd, const char *path)
{
    char text[512];
    const char *body = "hello\n";
    if (strcmp(path, "/silent") == 0) {
        /* Nothing is said until the other side goes away. */
        struct pollfd wait[2] = {{.fd = fd, .events = POLLIN},
                                 {.fd = server.stop[0], .events = POLLIN}};
        poll(wait, 2, GUARD_MS);
        return;
    }
    if (strcmp(path, "/rubbish") == 0) {
        snprintf(text, sizeof text, "SSH-2.0-what\r\n");
    } else if (strcmp(path, "/there") == 0 || strcmp(path, "/loop") == 0) {
        snprintf(text, sizeof text,
                 "HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n",
                 strcmp(path, "/loop") == 0 ? "/loop" : "/here?x=1");
    } else if (strcmp(path, "/file") == 0) {
        snprintf(text, sizeof text,
                 "HTTP/1.1 302 Found\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n");
    } else if (strcmp(path, "/none") == 0) {
        snprintf(text, sizeof text, "HTTP/1.1 404 Not Found\r\nContent-Length: 6\r\n\r\n%s", body);
    } else {
        snprintf(text, sizeof text, "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\n%s", body);
    }
    if (write(fd, text, strlen(text)) < 0)
        return;
}

static void serve(int fd)
{
    char request[4096] = "", path[256] = "";
    size_t size = 0;
    while (!strstr(request, "\r\n\r\n") && size < sizeof request - 1) {
        ssize_t n = read(fd, request + size, sizeof request - 1 - size);
        if (n <= 0)
            return;
        size += (size_t)n;
        request[size] = '\0';
    }
    if (!strstr(request, "User-Agent: rke2-wizard\r\n") || sscanf(request, "GET %255s", path) != 1)
        return;
    respond(fd, path);
}

static void *serve_all(void *unused)
{
    (void)unused;
    for (;;) {
        struct pollfd wait[2] = {{.fd = server.listener, .events = POLLIN},
                                 {.fd = server.stop[0], .events = POLLIN}};
        poll(wait, 2, -1);
        if (wait[1].revents)
            return NULL;
        int fd = accept(server.listener, NULL, NULL);
        serve(fd);
        close(fd);
    }
}

static void start_server(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    /* A proxy of the machine must not get between the test and its server. */
    setenv("no_proxy", "127.0.0.1", 1);
    unsetenv("http_proxy");
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.listener = socket(AF_INET, SOCK_STREAM, 0);
    cr_assert_eq(bind(server.listener, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(listen(server.listener, 16), 0);
    cr_assert_eq(getsockname(server.listener, (struct sockaddr *)&address, &size), 0);
    server.port = ntohs(address.sin_port);
    cr_assert_eq(pipe(server.stop), 0);
    cr_assert_eq(pthread_create(&server.thread, NULL, serve_all, NULL), 0);
}

static void stop_server(void)
{
    close(server.stop[1]);
    pthread_join(server.thread, NULL);
    close(server.stop[0]);
    close(server.listener);
}

TestSuite(http, .init = start_server, .fini = stop_server, .timeout = 60);

/* ---- the client ---- */

struct client {
    uv_loop_t loop;
    uv_timer_t guard;
    struct rw_http *http;
    bool closed;
};

struct answer {
    bool done;
    int rc;
    long status;
    char body[64], location[128], url[128], message[RW_ERROR_MESSAGE_MAX];
};

static void on_guard(uv_timer_t *timer)
{
    (void)timer;
    cr_assert_fail("the test hangs");
}

static void on_closed(void *context)
{
    struct client *client = context;
    client->closed = true;
}

static void on_done(void *context, const struct rw_http_result *result)
{
    struct answer *answer = context;
    cr_assert(!answer->done, "done() twice");
    answer->done = true;
    answer->rc = result->rc;
    answer->status = result->status;
    snprintf(answer->body, sizeof answer->body, "%s", rw_buf_str(&result->body));
    snprintf(answer->location, sizeof answer->location, "%s", result->location);
    snprintf(answer->url, sizeof answer->url, "%s", result->url);
    snprintf(answer->message, sizeof answer->message, "%s", result->error.message);
}

static void client_init(struct client *client)
{
    memset(client, 0, sizeof *client);
    cr_assert_eq(uv_loop_init(&client->loop), 0);
    uv_timer_init(&client->loop, &client->guard);
    uv_timer_start(&client->guard, on_guard, GUARD_MS, 0);
    uv_unref((uv_handle_t *)&client->guard);
    client->http = rw_http_new(&client->loop);
}

static void client_done(struct client *client)
{
    rw_http_free(client->http, on_closed, client);
    while (!client->closed)
        uv_run(&client->loop, UV_RUN_ONCE);
    uv_close((uv_handle_t *)&client->guard, NULL);
    uv_run(&client->loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&client->loop), 0, "handles were left open");
}

static const char *url_of(const char *path)
{
    static char url[256];
    snprintf(url, sizeof url, "http://127.0.0.1:%d%s", server.port, path);
    return url;
}

static struct rw_http_request *get(struct client *client, struct answer *answer,
                                   const struct rw_http_options *options)
{
    memset(answer, 0, sizeof *answer);
    struct rw_http_request *request = rw_http_get(client->http, options, on_done, answer);
    cr_assert(!answer->done, "done() from inside of rw_http_get()");
    return request;
}

static struct answer fetch(const struct rw_http_options *options)
{
    struct client client;
    struct answer answer;
    client_init(&client);
    get(&client, &answer, options);
    while (!answer.done)
        uv_run(&client.loop, UV_RUN_ONCE);
    client_done(&client);
    return answer;
}

Test(http, gets_a_page)
{
    struct answer answer = fetch(&(struct rw_http_options){.url = url_of("/here")});
    cr_assert_eq(answer.rc, 0, "%s", answer.message);
    cr_assert_eq(answer.status, 200);
    cr_assert_str_eq(answer.body, "hello\n");
    cr_assert_str_eq(answer.location, "");
}

Test(http, takes_any_status_for_an_answer)
{
    struct answer answer = fetch(&(struct rw_http_options){.url = url_of("/none")});
    cr_assert_eq(answer.rc, 0);
    cr_assert_eq(answer.status, 404);
}

Test(http, a_body_that_is_too_large_is_an_error)
{
    struct answer answer = fetch(&(struct rw_http_options){.url = url_of("/here"), .body_max = 3});
    cr_assert_eq(answer.rc, RW_ELIMIT);
    cr_assert(strstr(answer.message, "the answer is too large"), "%s", answer.message);
    answer = fetch(&(struct rw_http_options){.url = url_of("/here"), .body_max = 6});
    cr_assert_eq(answer.rc, 0);
    cr_assert_str_eq(answer.body, "hello\n");
}

Test(http, shows_where_a_redirection_leads_without_going_there)
{
    char want[256];
    struct answer answer = fetch(&(struct rw_http_options){.url = url_of("/there")});
    snprintf(want, sizeof want, "%s", url_of("/here?x=1"));
    cr_assert_eq(answer.status, 302);
    cr_assert_str_eq(answer.location, want);
}

Test(http, follows_redirections_as_often_as_allowed)
{
    struct answer answer =
        fetch(&(struct rw_http_options){.url = url_of("/there"), .redirects = 1});
    cr_assert_eq(answer.status, 200, "%d %ld %s %s", answer.rc, answer.status, answer.message,
                 answer.url);
    cr_assert(strstr(answer.url, "/here?x=1"));

    answer = fetch(&(struct rw_http_options){.url = url_of("/loop"), .redirects = 3});
    cr_assert_eq(answer.rc, 0, "%s", answer.message);
    cr_assert_eq(answer.status, 302);
    cr_assert(strstr(answer.location, "/loop"));
}

Test(http, does_not_follow_into_the_file_system)
{
    struct answer answer = fetch(&(struct rw_http_options){.url = url_of("/file"), .redirects = 3});
    cr_assert_eq(answer.rc, RW_EPROTO);
    cr_assert_str_eq(answer.body, "");
    answer = fetch(&(struct rw_http_options){.url = "file:///etc/passwd"});
    cr_assert_eq(answer.rc, RW_EPROTO);
}

Test(http, tells_failures_apart_and_names_the_address)
{
    struct answer answer = fetch(&(struct rw_http_options){.url = url_of("/rubbish")});
    cr_assert_eq(answer.rc, RW_EPROTO);

    answer = fetch(&(struct rw_http_options){.url = url_of("/silent"), .timeout_ms = 200});
    cr_assert_eq(answer.rc, RW_ETIMEOUT);
    cr_assert(strstr(answer.message, "/silent"));

    answer = fetch(&(struct rw_http_options){.url = "http://127.0.0.1:1/"});
    cr_assert_eq(answer.rc, RW_ECONNECT);

    answer = fetch(&(struct rw_http_options){.url = "http://no-such-host.invalid/"});
    cr_assert_eq(answer.rc, RW_ERESOLVE, "%s", answer.message);

    answer = fetch(&(struct rw_http_options){.url = "not an address"});
    cr_assert_eq(answer.rc, RW_EPROTO);
}

Test(http, can_be_canceled)
{
    struct client client;
    struct answer answer;
    client_init(&client);
    struct rw_http_request *request =
        get(&client, &answer, &(struct rw_http_options){.url = url_of("/silent")});
    uv_run(&client.loop, UV_RUN_ONCE);
    rw_http_cancel(request);
    cr_assert(!answer.done, "done() from inside of rw_http_cancel()");
    while (!answer.done)
        uv_run(&client.loop, UV_RUN_ONCE);
    cr_assert_eq(answer.rc, RW_ECANCELED);
    client_done(&client);
}

Test(http, cancels_what_is_open_when_it_is_freed)
{
    struct client client;
    struct answer answers[3];
    client_init(&client);
    for (int i = 0; i < 3; i++)
        get(&client, &answers[i], &(struct rw_http_options){.url = url_of("/silent")});
    uv_run(&client.loop, UV_RUN_ONCE);
    client_done(&client);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(answers[i].rc, RW_ECANCELED);
}

Test(http, gets_many_pages_at_once)
{
    struct client client;
    struct answer answers[32];
    client_init(&client);
    for (int i = 0; i < 32; i++)
        get(&client, &answers[i], &(struct rw_http_options){.url = url_of("/here")});
    for (int i = 0; i < 32; i++) {
        while (!answers[i].done)
            uv_run(&client.loop, UV_RUN_ONCE);
        cr_assert_str_eq(answers[i].body, "hello\n");
    }
    client_done(&client);
}
