/* SPDX-License-Identifier: Apache-2.0 */
/* One c-ares channel per question: nothing is kept from an earlier one, and each can be thrown away
 * by itself. c-ares says which sockets to watch; a timer brings its time limits. Its callbacks only
 * take notes: results are handed out after each call into it, never inside one. */
#include "net/dns.h"

#include <ares.h>
#include <arpa/inet.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/life.h"
#include "base/mem.h"
#include "base/text.h"

#define TIMEOUT_MS 3000
#define TICK_MS    100
#define TRIES      2

struct rw_dns_query {
    struct rw_life life; /* held by each socket */
    struct rw_dns *dns;
    struct rw_dns_query *next;
    char *server, *name;
    int timeout_ms;
    int64_t deadline;
    ares_channel channel;
    uv_timer_t tick;
    bool begun, canceled, late;
    int pending; /* questions without an answer */
    struct dns_socket *sockets;
    struct rw_dns_answer answer;
    void (*done)(void *context, const struct rw_dns_answer *answer);
    void *context;
};

struct rw_dns {
    struct rw_life life; /* held by each query */
    uv_loop_t *loop;
    struct rw_dns_query *queries;
};

struct dns_socket {
    uv_poll_t poll;
    struct rw_dns_query *query;
    ares_socket_t fd;
    struct dns_socket *next;
};

static uv_once_t init_once = UV_ONCE_INIT;

static void init_library(void)
{
    ares_library_init(ARES_LIB_INIT_ALL);
}

const char *rw_dns_code_name(enum rw_dns_code code)
{
    static const char *const names[] = {
        "ok",      "nodata",      "nxdomain", "refused", "servfail",
        "timeout", "unreachable", "garbage",  "failed",  "canceled",
    };
    return names[code];
}

static enum rw_dns_code map_status(int status)
{
    switch (status) {
    case ARES_SUCCESS:
        return RW_DNS_OK;
    case ARES_ENODATA:
        return RW_DNS_NODATA;
    case ARES_ENOTFOUND:
    case ARES_ENONAME:
        return RW_DNS_NXDOMAIN;
    case ARES_EREFUSED:
        return RW_DNS_REFUSED;
    case ARES_ESERVFAIL:
    case ARES_ENOTIMP:
        return RW_DNS_SERVFAIL;
    case ARES_ETIMEOUT:
        return RW_DNS_TIMEOUT;
    case ARES_ECONNREFUSED:
        return RW_DNS_UNREACHABLE;
    case ARES_EBADRESP:
    case ARES_EFORMERR:
    case ARES_EOF:
        return RW_DNS_GARBAGE;
    default:
        return RW_DNS_FAILED;
    }
}

/* ---- what came ---- */

static void add_addresses(struct rw_dns_answer *answer, const struct ares_addrinfo_node *node)
{
    for (; node && answer->count < RW_DNS_ADDRESSES_MAX; node = node->ai_next) {
        bool v6 = node->ai_family == AF_INET6;
        const void *from =
            v6 ? (const void *)&((struct sockaddr_in6 *)(void *)node->ai_addr)->sin6_addr
               : &((struct sockaddr_in *)(void *)node->ai_addr)->sin_addr;
        struct rw_dns_address *address = rw_array_add(answer->items, answer->count);
        address->v6 = v6;
        address->ttl = node->ai_ttl;
        inet_ntop(node->ai_family, from, address->text, sizeof address->text);
    }
}

/* Both questions find the chain, and some versions report each link twice. */
static void add_aliases(struct rw_dns_answer *answer, const struct ares_addrinfo_cname *link)
{
    for (; link && answer->alias_count < RW_DNS_ADDRESSES_MAX; link = link->next) {
        bool known = !link->alias || !link->name;
        for (size_t i = 0; i < answer->alias_count; i++)
            known = known || (strcasecmp(answer->aliases[i].alias, link->alias) == 0 &&
                              strcasecmp(answer->aliases[i].name, link->name) == 0);
        if (known)
            continue;
        struct rw_dns_alias *alias = rw_array_add(answer->aliases, answer->alias_count);
        alias->alias = rw_strdup(link->alias);
        alias->name = rw_strdup(link->name);
        alias->ttl = link->ttl;
    }
}

static void note(struct rw_dns_query *query, enum rw_dns_code *code, int status,
                 struct ares_addrinfo *info)
{
    query->pending--;
    *code = map_status(status);
    if (status != ARES_SUCCESS && (!query->answer.message || *code != RW_DNS_NODATA))
        query->answer.message = ares_strerror(status);
    if (!info)
        return;
    size_t before = query->answer.count;
    add_addresses(&query->answer, info->nodes);
    add_aliases(&query->answer, info->cnames);
    if (query->answer.count == before)
        *code = RW_DNS_NODATA;
    ares_freeaddrinfo(info);
}

static void on_a(void *context, int status, int timeouts, struct ares_addrinfo *info)
{
    struct rw_dns_query *query = context;
    (void)timeouts;
    note(query, &query->answer.a, status, info);
}

static void on_aaaa(void *context, int status, int timeouts, struct ares_addrinfo *info)
{
    struct rw_dns_query *query = context;
    (void)timeouts;
    note(query, &query->answer.aaaa, status, info);
}

/* A comes before AAAA, whichever answer was faster. */
static int by_family(const void *left, const void *right)
{
    const struct rw_dns_address *a = *(const struct rw_dns_address *const *)left;
    const struct rw_dns_address *b = *(const struct rw_dns_address *const *)right;
    return a->v6 != b->v6 ? (int)a->v6 - (int)b->v6 : (a > b) - (a < b);
}

static void sort_addresses(struct rw_dns_answer *answer)
{
    if (answer->count < 2)
        return;
    struct rw_dns_address *sorted = rw_calloc(answer->count, sizeof *sorted);
    struct rw_dns_address **order = rw_calloc(answer->count, sizeof *order);
    for (size_t i = 0; i < answer->count; i++)
        order[i] = &answer->items[i];
    qsort(order, answer->count, sizeof *order, by_family);
    for (size_t i = 0; i < answer->count; i++)
        sorted[i] = *order[i];
    free(order);
    free(answer->items);
    answer->items = sorted;
}

static enum rw_dns_code sum(const struct rw_dns_query *query)
{
    const struct rw_dns_answer *answer = &query->answer;
    if (query->canceled)
        return RW_DNS_CANCELED;
    if (answer->count > 0)
        return RW_DNS_OK;
    if (query->late)
        return RW_DNS_TIMEOUT;
    if (answer->a == RW_DNS_NXDOMAIN || answer->aaaa == RW_DNS_NXDOMAIN)
        return RW_DNS_NXDOMAIN;
    return answer->a != RW_DNS_NODATA ? answer->a : answer->aaaa;
}

/* ---- life of a query ---- */

static void free_query(void *object)
{
    struct rw_dns_query *query = object;
    struct rw_dns *dns = query->dns;
    for (size_t i = 0; i < query->answer.alias_count; i++) {
        free(query->answer.aliases[i].alias);
        free(query->answer.aliases[i].name);
    }
    free(query->answer.aliases);
    free(query->answer.items);
    free(query->server);
    free(query->name);
    free(query);
    rw_life_drop(&dns->life);
}

static void finish(struct rw_dns_query *query)
{
    struct rw_dns_query **at = &query->dns->queries;
    while (*at != query)
        at = &(*at)->next;
    *at = query->next;
    /* Unanswered questions come back through on_a and on_aaaa, the sockets through on_state. */
    if (query->channel)
        ares_destroy(query->channel);
    query->channel = NULL;
    sort_addresses(&query->answer);
    query->answer.code = sum(query);
    if (query->late && query->answer.code == RW_DNS_TIMEOUT)
        query->answer.message = ares_strerror(ARES_ETIMEOUT);
    if (query->answer.code == RW_DNS_OK || !query->answer.message)
        query->answer.message = "";
    query->done(query->context, &query->answer);
    rw_life_end(&query->life, NULL, NULL, NULL);
    rw_life_close(&query->life, (uv_handle_t *)&query->tick);
}

static void settle(struct rw_dns_query *query)
{
    if (query->pending == 0 || query->canceled || query->late)
        finish(query);
}

/* ---- c-ares' wishes ---- */

static void on_socket_closed(uv_handle_t *handle)
{
    struct dns_socket *socket = handle->data;
    struct rw_dns_query *query = socket->query;
    free(socket);
    rw_life_drop(&query->life);
}

static void on_poll(uv_poll_t *poll, int status, int events)
{
    struct dns_socket *socket = poll->data;
    struct rw_dns_query *query = socket->query;
    /* An error shows when c-ares reads. */
    bool readable = status < 0 || (events & UV_READABLE), writable = events & UV_WRITABLE;
    ares_process_fd(query->channel, readable ? socket->fd : ARES_SOCKET_BAD,
                    writable ? socket->fd : ARES_SOCKET_BAD);
    settle(query);
}

static void on_state(void *context, ares_socket_t fd, int readable, int writable)
{
    struct rw_dns_query *query = context;
    struct dns_socket **at = &query->sockets;
    while (*at && (*at)->fd != fd)
        at = &(*at)->next;
    struct dns_socket *socket = *at;
    if (!readable && !writable) {
        if (!socket)
            return;
        *at = socket->next;
        uv_close((uv_handle_t *)&socket->poll, on_socket_closed);
        return;
    }
    if (!socket) {
        socket = rw_calloc(1, sizeof *socket);
        socket->query = query;
        socket->fd = fd;
        socket->poll.data = socket;
        if (uv_poll_init_socket(query->dns->loop, &socket->poll, fd) < 0) {
            /* The time limit ends the question. */
            free(socket);
            return;
        }
        rw_life_hold(&query->life);
        socket->next = query->sockets;
        query->sockets = socket;
    }
    uv_poll_start(&socket->poll, (readable ? UV_READABLE : 0) | (writable ? UV_WRITABLE : 0),
                  on_poll);
}

static int open_channel(struct rw_dns_query *query)
{
    /* Without NOCHECKRESP a refusal looks like a closed port. */
    struct ares_options options = {
        .flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES,
        .tries = TRIES,
        /* The second try waits twice as long. */
        .timeout = query->timeout_ms / 3,
        .sock_state_cb = on_state,
        .sock_state_cb_data = query,
        .lookups = (char[]){"b"},
    };
    int mask = ARES_OPT_FLAGS | ARES_OPT_TRIES | ARES_OPT_TIMEOUTMS | ARES_OPT_SOCK_STATE_CB |
               ARES_OPT_LOOKUPS | ARES_OPT_DOMAINS;
    int status = ares_init_options(&query->channel, &options, mask);
    if (status == ARES_SUCCESS)
        status = ares_set_servers_ports_csv(query->channel, query->server);
    return status;
}

static void go_on(void *object);

static void on_tick(uv_timer_t *tick)
{
    go_on(tick->data);
}

static void begin(struct rw_dns_query *query)
{
    struct ares_addrinfo_hints hints = {.ai_flags = ARES_AI_NOSORT, .ai_socktype = SOCK_STREAM};
    query->begun = true;
    uv_timer_start(&query->tick, on_tick, TICK_MS, TICK_MS);
    query->deadline = rw_clock_ms() + query->timeout_ms;
    int status = open_channel(query);
    if (status != ARES_SUCCESS) {
        query->answer.a = query->answer.aaaa = RW_DNS_FAILED;
        query->answer.message = ares_strerror(status);
        return;
    }
    query->pending = 2;
    hints.ai_family = AF_INET;
    ares_getaddrinfo(query->channel, query->name, NULL, &hints, on_a, query);
    hints.ai_family = AF_INET6;
    ares_getaddrinfo(query->channel, query->name, NULL, &hints, on_aaaa, query);
}

static void go_on(void *object)
{
    struct rw_dns_query *query = object;
    if (!query->begun && !query->canceled) {
        begin(query);
    } else if (!query->canceled) {
        ares_process_fd(query->channel, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
        query->late = query->pending > 0 && rw_clock_ms() >= query->deadline;
    }
    settle(query);
}

/* ---- interface ---- */

struct rw_dns *rw_dns_new(uv_loop_t *loop)
{
    uv_once(&init_once, init_library);
    struct rw_dns *dns = rw_calloc(1, sizeof *dns);
    dns->loop = loop;
    rw_life_init(&dns->life, loop, dns, free);
    return dns;
}

void rw_dns_free(struct rw_dns *dns, void (*closed)(void *context), void *context)
{
    if (!dns || !rw_life_end(&dns->life, NULL, closed, context))
        return;
    for (struct rw_dns_query *query = dns->queries; query; query = query->next)
        rw_dns_cancel(query);
}

struct rw_dns_query *rw_dns_ask(struct rw_dns *dns, const struct rw_dns_options *options,
                                void (*done)(void *context, const struct rw_dns_answer *answer),
                                void *context)
{
    struct rw_dns_query *query = rw_calloc(1, sizeof *query);
    query->dns = dns;
    query->server = rw_strdup(options->server);
    query->name = rw_strdup(options->name);
    query->timeout_ms = options->timeout_ms ? options->timeout_ms : TIMEOUT_MS;
    query->answer.a = query->answer.aaaa = RW_DNS_CANCELED;
    query->done = done;
    query->context = context;
    query->next = dns->queries;
    dns->queries = query;
    rw_life_hold(&dns->life);
    query->canceled = dns->life.ending;
    rw_life_init(&query->life, dns->loop, query, free_query);
    uv_timer_init(dns->loop, &query->tick);
    query->tick.data = query;
    rw_life_later(&query->life, go_on);
    return query;
}

void rw_dns_cancel(struct rw_dns_query *query)
{
    query->canceled = true;
    rw_life_later(&query->life, go_on);
}

/* ---- the servers of this machine ---- */

#define DEFAULT_PORT ":53"

/* "192.0.2.1:53" and "[2001:db8::1]:53" lose what goes without saying. */
static char *server_text(const char *text, size_t length)
{
    char *server = rw_strndup(text, length);
    size_t size = strlen(server);
    bool one_colon = strchr(server, ':') == strrchr(server, ':');
    if ((one_colon || *server == '[') && rw_text_ends(server, DEFAULT_PORT))
        server[size -= strlen(DEFAULT_PORT)] = '\0';
    if (*server == '[' && server[size - 1] == ']') {
        server[size - 1] = '\0';
        memmove(server, server + 1, size - 1);
    }
    return server;
}

static char *servers_csv(ares_channel channel)
{
#if ARES_VERSION >= 0x011800
    char *text = ares_get_servers_csv(channel);
    char *copy = rw_strdup(text);
    ares_free_string(text);
    return copy;
#else
    struct ares_addr_port_node *first = NULL;
    char *csv = NULL;
    if (ares_get_servers_ports(channel, &first) != ARES_SUCCESS)
        return NULL;
    for (struct ares_addr_port_node *node = first; node; node = node->next) {
        char address[INET6_ADDRSTRLEN];
        char *longer;
        inet_ntop(node->family, &node->addr, address, sizeof address);
        int port = node->udp_port ? node->udp_port : 53;
        bool v6 = node->family == AF_INET6;
        longer = rw_asprintf("%s%s%s%s%s:%d", csv ? csv : "", csv ? "," : "", v6 ? "[" : "",
                             address, v6 ? "]" : "", port);
        free(csv);
        csv = longer;
    }
    ares_free_data(first);
    return csv;
#endif
}

int rw_dns_servers(struct rw_dns_servers *servers, struct rw_error *err)
{
    ares_channel channel = NULL;
    uv_once(&init_once, init_library);
    struct ares_options options = {0};
    int status = ares_init_options(&channel, &options, 0);
    if (status != ARES_SUCCESS)
        return rw_error_set(err, RW_EIO, "name servers: %s", ares_strerror(status));
    char *csv = servers_csv(channel);
    struct rw_dns_servers list = {0};
    for (const char *at = csv; at && *at && list.count < RW_DNS_SERVERS_MAX;) {
        size_t length = strcspn(at, ",");
        if (length > 0)
            list.items[list.count++] = server_text(at, length);
        at += length + (at[length] == ',');
    }
    free(csv);
    ares_destroy(channel);
    *servers = list;
    return 0;
}

void rw_dns_servers_done(struct rw_dns_servers *servers)
{
    for (size_t i = 0; i < servers->count; i++)
        free(servers->items[i]);
    servers->count = 0;
}
