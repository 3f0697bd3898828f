/* SPDX-License-Identifier: Apache-2.0 */
/* A question to the cluster, put to one server after the other until one answers. */
#ifndef RW_INSTALL_QUERY_H
#define RW_INSTALL_QUERY_H

#include <stdbool.h>
#include <uv.h>

#include "contact/contact.h"
#include "finding/finding.h"

struct rw_query;

struct rw_query_options {
    struct rw_contact_options contact;
    const char *script; /* name in data/node/ */
    const char *key;    /* an answer counts when it has lines of this key */
};

struct rw_query_listener {
    void (*question)(void *context, size_t host, const struct rw_remote_question *question);
    /* The answer of the server with this index; or reply NULL, with findings about why. May ask
     * again by rw_query_repeat. */
    void (*done)(void *context, size_t host, const struct rw_reply *reply,
                 const struct rw_findings *findings);
    void *context;
};

/* The options are borrowed until closed(). */
struct rw_query *rw_query_start(uv_loop_t *loop, const struct rw_query_options *options,
                                const struct rw_query_listener *listener);
/* Asks again: the same server first, over the same connection. */
void rw_query_repeat(struct rw_query *query);
void rw_query_answer(struct rw_query *query, size_t host, const char *answer);
/* done() does not come after it; closed() (may be NULL) comes from the loop. NULL is fine: then
 * closed() does not come. */
void rw_query_free(struct rw_query *query, void (*closed)(void *context), void *context);

#endif
