/* SPDX-License-Identifier: Apache-2.0 */
/* Questions to one name server, by c-ares on a libuv loop. Never blocks. The machine's own hosts
 * file, search list and caches play no part; every question is really asked. */
#ifndef RW_NET_DNS_H
#define RW_NET_DNS_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/error.h"

struct rw_dns;
struct rw_dns_query;

enum rw_dns_code {
    RW_DNS_OK,
    RW_DNS_NODATA,      /* the name exists and has no address */
    RW_DNS_NXDOMAIN,    /* the name does not exist */
    RW_DNS_REFUSED,     /* the server does not want to answer */
    RW_DNS_SERVFAIL,    /* the server could not find out */
    RW_DNS_TIMEOUT,     /* no answer in time */
    RW_DNS_UNREACHABLE, /* nothing listens there, or no way leads there */
    RW_DNS_GARBAGE,     /* the answer cannot be read */
    RW_DNS_FAILED,      /* the question could not be asked; see message */
    RW_DNS_CANCELED,
};
/* "ok", "nodata", "nxdomain", …; static. */
const char *rw_dns_code_name(enum rw_dns_code code);

#define RW_DNS_ADDRESS_SIZE  46 /* INET6_ADDRSTRLEN */
#define RW_DNS_ADDRESSES_MAX 512
#define RW_DNS_SERVERS_MAX   16
#define RW_DNS_TTL_UNKNOWN   (-1)

struct rw_dns_address {
    char text[RW_DNS_ADDRESS_SIZE];
    bool v6;
    int ttl; /* seconds, or RW_DNS_TTL_UNKNOWN */
};

struct rw_dns_alias {
    char *alias, *name; /* CNAME from alias to name */
    int ttl;
};

struct rw_dns_answer {
    enum rw_dns_code code;        /* OK when there is an address */
    enum rw_dns_code a, aaaa;     /* of each of the two questions */
    const char *message;          /* c-ares' words for a code other than OK; static, English */
    struct rw_dns_address *items; /* A, then AAAA, in the order of the server */
    size_t count;
    struct rw_dns_alias *aliases; /* the chain, in order, each once */
    size_t alias_count;
};

struct rw_dns_options {
    const char *server; /* address[:port], IPv6 with port as [address]:port */
    const char *name;
    int timeout_ms; /* for everything, retries and TCP included; 0 means 3000 */
};

/* Fills in the name servers of this machine (resolv.conf) in the form of options.server, to
 * rw_dns_servers_done(). RW_EIO. */
struct rw_dns_servers {
    char *items[RW_DNS_SERVERS_MAX];
    size_t count;
};
int rw_dns_servers(struct rw_dns_servers *servers, struct rw_error *err);
void rw_dns_servers_done(struct rw_dns_servers *servers);

struct rw_dns *rw_dns_new(uv_loop_t *loop);
/* Ends open questions with RW_DNS_CANCELED; closed() (may be NULL) comes from the loop when every
 * handle is gone. */
void rw_dns_free(struct rw_dns *dns, void (*closed)(void *context), void *context);

/* Asks for A and AAAA at once, by UDP, and by TCP when the answer does not fit. done() comes once,
 * from the loop; the answer is borrowed. Strings are copied. */
struct rw_dns_query *rw_dns_ask(struct rw_dns *dns, const struct rw_dns_options *options,
                                void (*done)(void *context, const struct rw_dns_answer *answer),
                                void *context);
/* done() comes with RW_DNS_CANCELED. */
void rw_dns_cancel(struct rw_dns_query *query);

#endif
