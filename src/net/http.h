/* SPDX-License-Identifier: Apache-2.0 */
/* HTTP(S) requests by libcurl on a libuv loop. Never blocks. The program has to ignore SIGPIPE: TLS
 * may write to a connection that was closed. */
#ifndef RW_NET_HTTP_H
#define RW_NET_HTTP_H

#include <stddef.h>
#include <uv.h>

#include "base/buf.h"
#include "base/error.h"

struct rw_http;
struct rw_http_request;

/* Who we are and whom we trust, in PEM, from memory. A NULL is left as curl has it. */
struct rw_http_identity {
    const char *ca;         /* these alone are trusted */
    const char *cert, *key; /* our certificate with its chain, and its key */
};

struct rw_http_options {
    const char *url; /* http or https; proxy variables of the environment count */
    int timeout_ms;  /* whole request; 0 means 20000 */
    size_t body_max; /* bytes of the body; a larger one is RW_ELIMIT; 0 means 1 MiB */
    int redirects;   /* how many redirections are followed; 0: none */
    const struct rw_http_identity *identity; /* or NULL; borrowed until done() */
};

struct rw_http_result {
    int rc; /* 0: an answer came, whatever its status; RW_ERESOLVE, RW_ECONNECT, RW_ETIMEOUT,
               RW_ETRUST (the certificate of the other side), RW_EPROTO (TLS, bad answer),
               RW_EINVAL (the identity cannot be used), RW_ELIMIT (the body), RW_ECANCELED */
    struct rw_error error;
    long status;          /* 200, 302, … */
    const char *location; /* absolute target of a redirection that was not followed, or "" */
    const char *url;      /* address of the last answer */
    struct rw_buf body;   /* freed after the callback */
};

/* One per loop; holds the connection cache. */
struct rw_http *rw_http_new(uv_loop_t *loop);
/* Ends open requests with RW_ECANCELED; closed() (may be NULL) comes from the loop. */
void rw_http_free(struct rw_http *http, void (*closed)(void *context), void *context);

/* GETs; done() comes once, from the loop. The strings of the options are copied. */
struct rw_http_request *
rw_http_get(struct rw_http *http, const struct rw_http_options *options,
            void (*done)(void *context, const struct rw_http_result *result), void *context);
void rw_http_cancel(struct rw_http_request *request);

#endif
