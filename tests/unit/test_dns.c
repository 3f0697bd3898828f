/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to a small name server of our own in a thread; the name asked for says how it behaves.
 */
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

#include "base/clock.h"
#include "base/mem.h"
#include "net/dns.h"

#define GUARD_MS    30000
#define SHORT_MS    900
#define TYPE_A      1
#define TYPE_CNAME  5
#define TYPE_AAAA   28
#define HEADER_SIZE 12

/* ---- the server ---- */

static struct {
    int udp, tcp, port, stop[2];
    pthread_t thread;
    unsigned turn;
} server;

struct message {
    unsigned char data[4096];
    size_t size;
};

static void put(struct message *out, unsigned value, int bytes)
{
    while (bytes-- > 0)
        out->data[out->size++] = (unsigned char)(value >> (8 * bytes));
}

static void put_name(struct message *out, const char *name)
{
    while (*name) {
        size_t length = strcspn(name, ".");
        put(out, (unsigned)length, 1);
        memcpy(out->data + out->size, name, length);
        out->size += length;
        name += length + (name[length] == '.');
    }
    put(out, 0, 1);
}

static void count_answer(struct message *out)
{
    unsigned count = (unsigned)(out->data[6] << 8 | out->data[7]) + 1;
    out->data[6] = (unsigned char)(count >> 8);
    out->data[7] = (unsigned char)count;
}

/* The owner is the name of the question unless one is given. */
static void put_address(struct message *out, const char *owner, int type, const char *text)
{
    unsigned char address[16];
    unsigned size = type == TYPE_A ? 4 : 16;
    inet_pton(type == TYPE_A ? AF_INET : AF_INET6, text, address);
    if (owner)
        put_name(out, owner);
    else
        put(out, 0xc000 | HEADER_SIZE, 2);
    put(out, (unsigned)type, 2);
    put(out, 1, 2);
    put(out, 60, 4);
    put(out, size, 2);
    memcpy(out->data + out->size, address, size);
    out->size += size;
    count_answer(out);
}

static void put_cname(struct message *out, const char *owner, const char *target)
{
    if (owner)
        put_name(out, owner);
    else
        put(out, 0xc000 | HEADER_SIZE, 2);
    put(out, TYPE_CNAME, 2);
    put(out, 1, 2);
    put(out, 300, 4);
    put(out, (unsigned)strlen(target) + 2, 2);
    put_name(out, target);
    count_answer(out);
}

static void add_numbered(struct message *out, unsigned first, unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        char text[32];
        snprintf(text, sizeof text, "192.0.2.%u", first + i);
        put_address(out, NULL, TYPE_A, text);
    }
}

/* Reads the question; false when there is none. */
static bool read_question(const struct message *in, char *name, size_t name_size, int *type,
                          size_t *end)
{
    size_t at = HEADER_SIZE, length = 0;
    while (at < in->size && in->data[at]) {
        size_t label = in->data[at++];
        if (length + label + 2 > name_size || at + label >= in->size)
            return false;
        if (length)
            name[length++] = '.';
        memcpy(name + length, in->data + at, label);
        length += label;
        at += label;
    }
    name[length] = '\0';
    if (at + 5 > in->size)
        return false;
    *type = in->data[at + 1] << 8 | in->data[at + 2];
    *end = at + 5;
    return true;
}

/* Makes the answers of an ordinary server; the code of the answer. */
static unsigned fill(struct message *out, const char *name, int type, bool tcp)
{
    bool a = type == TYPE_A;
    if (strcmp(name, "all.test") == 0 && a) {
        add_numbered(out, 1, 3);
    } else if (strcmp(name, "turn.test") == 0 && a) {
        add_numbered(out, 1 + server.turn++ % 3, 1);
    } else if (strcmp(name, "many.test") == 0 && a) {
        /* Cut short over UDP. */
        if (tcp)
            add_numbered(out, 1, 60);
        else
            out->data[2] |= 2;
    } else if (strcmp(name, "both.test") == 0) {
        put_address(out, NULL, type, a ? "192.0.2.1" : "2001:db8::1");
        put_address(out, NULL, type, a ? "192.0.2.2" : "2001:db8::2");
    } else if (strcmp(name, "six.test") == 0 && !a) {
        put_address(out, NULL, type, "2001:db8::1");
    } else if (strcmp(name, "alias.test") == 0) {
        put_cname(out, NULL, "middle.test");
        put_cname(out, "middle.test", "end.test");
        if (a)
            put_address(out, "end.test", type, "192.0.2.1");
    } else if (strcmp(name, "half.test") == 0) {
        if (!a)
            return 2;
        add_numbered(out, 1, 1);
    } else if (strcmp(name, "none.test") == 0) {
        return 3;
    } else if (strcmp(name, "refused.test") == 0) {
        return 5;
    } else if (strcmp(name, "servfail.test") == 0) {
        return 2;
    }
    return 0;
}

/* Gives the number of packets to send. */
static int answer(const struct message *in, struct message out[2], bool tcp)
{
    char name[256];
    int type;
    size_t end;
    if (in->size < HEADER_SIZE || !read_question(in, name, sizeof name, &type, &end))
        return 0;
    if (strcmp(name, "silent.test") == 0)
        return 0;
    memset(out, 0, sizeof out[0] * 2);
    memcpy(out->data, in->data, end);
    out->size = end;
    out->data[2] = 0x81;
    memset(out->data + 6, 0, 6);
    out->data[3] = (unsigned char)(0x80 | fill(out, name, type, tcp));
    if (strcmp(name, "garbage.test") == 0) {
        /* Promises an answer and ends in the middle of it. */
        put_address(out, NULL, TYPE_A, "192.0.2.1");
        out->size -= 9;
    } else if (strcmp(name, "stray.test") == 0 || strcmp(name, "spoofed.test") == 0) {
        out[1] = out[0];
        put_address(&out[0], NULL, TYPE_A, "203.0.113.66");
        out[0].data[1] ^= 0x55;
        if (strcmp(name, "spoofed.test") == 0)
            return 1;
        if (type == TYPE_A)
            put_address(&out[1], NULL, TYPE_A, "192.0.2.1");
        return 2;
    }
    return 1;
}

static void serve_udp(void)
{
    struct message in, out[2];
    struct sockaddr_storage from;
    socklen_t size = sizeof from;
    ssize_t n = recvfrom(server.udp, in.data, sizeof in.data, 0, (struct sockaddr *)&from, &size);
    if (n <= 0)
        return;
    in.size = (size_t)n;
    int count = answer(&in, out, false);
    for (int i = 0; i < count; i++)
        sendto(server.udp, out[i].data, out[i].size, 0, (struct sockaddr *)&from, size);
}

static bool read_whole(int fd, void *data, size_t size)
{
    for (size_t have = 0; have < size;) {
        ssize_t n = read(fd, (char *)data + have, size - have);
        if (n <= 0)
            return false;
        have += (size_t)n;
    }
    return true;
}

static void serve_tcp(void)
{
    struct message in, out[2];
    unsigned char prefix[2];
    int fd = accept(server.tcp, NULL, NULL);
    while (read_whole(fd, prefix, 2)) {
        in.size = (size_t)(prefix[0] << 8 | prefix[1]);
        if (in.size > sizeof in.data || !read_whole(fd, in.data, in.size))
            break;
        int count = answer(&in, out, true);
        for (int i = 0; i < count; i++) {
            unsigned char length[2] = {(unsigned char)(out[i].size >> 8),
                                       (unsigned char)out[i].size};
            if (write(fd, length, 2) != 2 || write(fd, out[i].data, out[i].size) < 0)
                break;
        }
    }
    close(fd);
}

static void *serve_all(void *unused)
{
    (void)unused;
    for (;;) {
        struct pollfd wait[3] = {{.fd = server.udp, .events = POLLIN},
                                 {.fd = server.tcp, .events = POLLIN},
                                 {.fd = server.stop[0], .events = POLLIN}};
        poll(wait, 3, -1);
        if (wait[2].revents)
            return NULL;
        if (wait[0].revents)
            serve_udp();
        if (wait[1].revents)
            serve_tcp();
    }
}

static void start_server(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    server.turn = 0;
    /* A port that is free for both. */
    for (int tries = 0; tries < 20; tries++) {
        address.sin_port = 0;
        server.udp = socket(AF_INET, SOCK_DGRAM, 0);
        server.tcp = socket(AF_INET, SOCK_STREAM, 0);
        cr_assert_eq(bind(server.udp, (struct sockaddr *)&address, size), 0);
        cr_assert_eq(getsockname(server.udp, (struct sockaddr *)&address, &size), 0);
        if (bind(server.tcp, (struct sockaddr *)&address, size) == 0)
            break;
        close(server.udp);
        close(server.tcp);
    }
    cr_assert_eq(listen(server.tcp, 16), 0);
    server.port = ntohs(address.sin_port);
    cr_assert_eq(pipe(server.stop), 0);
    cr_assert_eq(pthread_create(&server.thread, NULL, serve_all, NULL), 0);
}

static void stop_server(void)
{
    close(server.stop[1]);
    pthread_join(server.thread, NULL);
    close(server.stop[0]);
    close(server.udp);
    close(server.tcp);
}

TestSuite(dns, .init = start_server, .fini = stop_server, .timeout = 60);

/* ---- the client ---- */

struct client {
    uv_loop_t loop;
    uv_timer_t guard;
    struct rw_dns *dns;
    bool closed;
};

struct told {
    bool done;
    enum rw_dns_code code, a, aaaa;
    char addresses[4096], aliases[512];
    size_t count;
    int ttl;
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

static void on_done(void *context, const struct rw_dns_answer *answered)
{
    struct told *told = context;
    cr_assert(!told->done, "done() comes once");
    told->done = true;
    told->code = answered->code;
    told->a = answered->a;
    told->aaaa = answered->aaaa;
    told->count = answered->count;
    told->ttl = answered->count ? answered->items[0].ttl : -1;
    for (size_t i = 0; i < answered->count; i++) {
        size_t used = strlen(told->addresses);
        snprintf(told->addresses + used, sizeof told->addresses - used, "%s%s", i ? " " : "",
                 answered->items[i].text);
        cr_assert_eq(answered->items[i].v6, strchr(answered->items[i].text, ':') != NULL);
    }
    for (size_t i = 0; i < answered->alias_count; i++) {
        size_t used = strlen(told->aliases);
        snprintf(told->aliases + used, sizeof told->aliases - used, "%s%s>%s", i ? " " : "",
                 answered->aliases[i].alias, answered->aliases[i].name);
    }
}

static void client_begin(struct client *client)
{
    memset(client, 0, sizeof *client);
    uv_loop_init(&client->loop);
    uv_timer_init(&client->loop, &client->guard);
    uv_timer_start(&client->guard, on_guard, GUARD_MS, 0);
    uv_unref((uv_handle_t *)&client->guard);
    client->dns = rw_dns_new(&client->loop);
}

static void client_end(struct client *client)
{
    if (!client->closed)
        rw_dns_free(client->dns, on_closed, client);
    uv_run(&client->loop, UV_RUN_DEFAULT);
    cr_assert(client->closed);
    uv_close((uv_handle_t *)&client->guard, NULL);
    uv_run(&client->loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&client->loop), 0, "handles are left in the loop");
}

static struct rw_dns_query *ask_at(struct client *client, const char *where, const char *name,
                                   int timeout_ms, struct told *told)
{
    struct rw_dns_options options = {where, name, timeout_ms};
    memset(told, 0, sizeof *told);
    return rw_dns_ask(client->dns, &options, on_done, told);
}

static struct rw_dns_query *ask(struct client *client, const char *name, int timeout_ms,
                                struct told *told)
{
    char where[64];
    snprintf(where, sizeof where, "127.0.0.1:%d", server.port);
    return ask_at(client, where, name, timeout_ms, told);
}

static void run_until(struct client *client, const bool *done)
{
    while (!*done)
        uv_run(&client->loop, UV_RUN_ONCE);
}

static struct told ask_one(const char *name, int timeout_ms)
{
    struct client client;
    struct told told;
    client_begin(&client);
    ask(&client, name, timeout_ms, &told);
    cr_assert(!told.done, "done() does not come from inside the call");
    run_until(&client, &told.done);
    client_end(&client);
    return told;
}

Test(dns, all_records_come_in_the_order_of_the_server_with_their_ttl)
{
    struct told told = ask_one("all.test", 0);
    cr_assert_eq(told.code, RW_DNS_OK);
    cr_assert_str_eq(told.addresses, "192.0.2.1 192.0.2.2 192.0.2.3");
    cr_assert_eq(told.ttl, 60);
    cr_assert_eq(told.a, RW_DNS_OK);
    cr_assert_eq(told.aaaa, RW_DNS_NODATA);
}

Test(dns, each_question_is_really_asked_so_rotation_shows)
{
    struct client client;
    struct told told[3];
    client_begin(&client);
    for (int i = 0; i < 3; i++) {
        ask(&client, "turn.test", 0, &told[i]);
        run_until(&client, &told[i].done);
    }
    client_end(&client);
    cr_assert_str_eq(told[0].addresses, "192.0.2.1");
    cr_assert_str_eq(told[1].addresses, "192.0.2.2");
    cr_assert_str_eq(told[2].addresses, "192.0.2.3");
}

Test(dns, ipv4_stands_before_ipv6)
{
    struct told told = ask_one("both.test", 0);
    cr_assert_eq(told.code, RW_DNS_OK);
    cr_assert_str_eq(told.addresses, "192.0.2.1 192.0.2.2 2001:db8::1 2001:db8::2");
}

Test(dns, a_name_with_ipv6_alone_has_an_answer)
{
    struct told told = ask_one("six.test", 0);
    cr_assert_eq(told.code, RW_DNS_OK);
    cr_assert_str_eq(told.addresses, "2001:db8::1");
    cr_assert_eq(told.a, RW_DNS_NODATA);
}

Test(dns, a_chain_of_aliases_is_told_once)
{
    struct told told = ask_one("alias.test", 0);
    cr_assert_eq(told.code, RW_DNS_OK);
    cr_assert_str_eq(told.addresses, "192.0.2.1");
    cr_assert_str_eq(told.aliases, "alias.test>middle.test middle.test>end.test");
}

Test(dns, an_answer_too_large_for_udp_comes_by_tcp)
{
    struct told told = ask_one("many.test", 0);
    cr_assert_eq(told.code, RW_DNS_OK);
    cr_assert_eq(told.count, 60);
}

Test(dns, half_an_answer_counts_and_says_which_half)
{
    struct told told = ask_one("half.test", 0);
    cr_assert_eq(told.code, RW_DNS_OK);
    cr_assert_str_eq(told.addresses, "192.0.2.1");
    cr_assert_eq(told.aaaa, RW_DNS_SERVFAIL);
}

Test(dns, what_goes_wrong_is_told_apart)
{
    static const struct {
        const char *name;
        enum rw_dns_code code;
    } cases[] = {
        {"none.test", RW_DNS_NXDOMAIN},   {"empty.test", RW_DNS_NODATA},
        {"refused.test", RW_DNS_REFUSED}, {"servfail.test", RW_DNS_SERVFAIL},
        {"garbage.test", RW_DNS_GARBAGE},
    };
    for (size_t i = 0; i < RW_COUNT(cases); i++) {
        struct told told = ask_one(cases[i].name, 0);
        cr_expect_eq(told.code, cases[i].code, "%s: %s", cases[i].name,
                     rw_dns_code_name(told.code));
        cr_expect_eq(told.count, 0);
    }
}

Test(dns, a_silent_server_costs_the_given_time_and_no_more)
{
    int64_t start = rw_clock_ms();
    struct told told = ask_one("silent.test", SHORT_MS);
    int64_t took = rw_clock_ms() - start;
    cr_assert_eq(told.code, RW_DNS_TIMEOUT);
    cr_assert_geq(took, SHORT_MS / 2);
    cr_assert_lt(took, GUARD_MS / 2);
}

Test(dns, an_answer_with_another_id_is_not_believed)
{
    struct told told = ask_one("stray.test", 0);
    cr_assert_eq(told.code, RW_DNS_OK);
    cr_assert_str_eq(told.addresses, "192.0.2.1");
    told = ask_one("spoofed.test", SHORT_MS);
    cr_assert_eq(told.code, RW_DNS_TIMEOUT);
}

Test(dns, a_closed_port_is_not_a_refusal)
{
    struct client client;
    struct told told;
    char where[64];
    struct sockaddr_in address = {.sin_family = AF_INET};
    socklen_t size = sizeof address;
    int taken = socket(AF_INET, SOCK_DGRAM, 0);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    cr_assert_eq(bind(taken, (struct sockaddr *)&address, size), 0);
    cr_assert_eq(getsockname(taken, (struct sockaddr *)&address, &size), 0);
    snprintf(where, sizeof where, "127.0.0.1:%d", ntohs(address.sin_port));
    close(taken);
    client_begin(&client);
    ask_at(&client, where, "all.test", 0, &told);
    run_until(&client, &told.done);
    client_end(&client);
    cr_assert_eq(told.code, RW_DNS_UNREACHABLE);
}

Test(dns, a_server_that_is_no_address_is_an_answer_too)
{
    struct client client;
    struct told told;
    client_begin(&client);
    ask_at(&client, "no address", "all.test", 0, &told);
    cr_assert(!told.done);
    run_until(&client, &told.done);
    client_end(&client);
    cr_assert_neq(told.code, RW_DNS_OK);
    cr_assert_eq(told.count, 0);
}

Test(dns, a_canceled_question_says_so)
{
    struct client client;
    struct told told;
    client_begin(&client);
    struct rw_dns_query *query = ask(&client, "silent.test", 0, &told);
    uv_run(&client.loop, UV_RUN_NOWAIT);
    rw_dns_cancel(query);
    cr_assert(!told.done);
    run_until(&client, &told.done);
    client_end(&client);
    cr_assert_eq(told.code, RW_DNS_CANCELED);
}

Test(dns, an_end_in_the_middle_cancels_and_leaves_no_handle)
{
    struct client client;
    struct told told[3];
    client_begin(&client);
    for (int i = 0; i < 3; i++)
        ask(&client, "silent.test", 0, &told[i]);
    for (int i = 0; i < 4; i++)
        uv_run(&client.loop, UV_RUN_NOWAIT);
    rw_dns_free(client.dns, on_closed, &client);
    cr_assert(!client.closed);
    uv_run(&client.loop, UV_RUN_DEFAULT);
    client_end(&client);
    for (int i = 0; i < 3; i++)
        cr_assert_eq(told[i].code, RW_DNS_CANCELED);
}

Test(dns, the_name_servers_of_this_machine_are_listed_without_the_usual_port)
{
    struct rw_dns_servers servers;
    struct rw_error err;
    cr_assert_eq(rw_dns_servers(&servers, &err), 0);
    cr_assert_leq(servers.count, RW_DNS_SERVERS_MAX);
    for (size_t i = 0; i < servers.count; i++)
        cr_assert(strlen(servers.items[i]) < 3 ||
                  strcmp(servers.items[i] + strlen(servers.items[i]) - 3, ":53") != 0);
    rw_dns_servers_done(&servers);
}
