/* SPDX-License-Identifier: Apache-2.0 */
/* The DNS check: asks each name server of this machine, several times, and each host's own
 * resolver, all at once, and judges. */
#ifndef RW_CHECK_DNS_CHECK_H
#define RW_CHECK_DNS_CHECK_H

#include <uv.h>

#include "check/dns_verdict.h"
#include "contact/contact.h"

struct rw_dns_check;

/* Everything is borrowed until the check is freed. */
struct rw_dns_check_options {
    const struct rw_cluster *cluster;
    struct rw_contact *contact; /* a host that is not logged in to counts as not asked */
    const char *const *servers; /* name servers, ended by NULL; NULL: those of this machine */
};

struct rw_dns_check_listener {
    /* Once, from the loop; both are borrowed until the check is freed. */
    void (*done)(void *context, const struct rw_dns_verdicts *verdicts,
                 const struct rw_dns_evidence *evidence);
    void *context;
};

struct rw_dns_check *rw_dns_check_start(uv_loop_t *loop, const struct rw_dns_check_options *options,
                                        const struct rw_dns_check_listener *listener);
/* At any time; done() does not come after it. closed() (may be NULL) comes from the loop. The
 * contact is still needed until then, unless it was freed before. */
void rw_dns_check_free(struct rw_dns_check *check, void (*closed)(void *context), void *context);

/* What resolve-name.sh answered, into the asker of a host; its own addresses into evidence. The
 * asker is an index because adding moves nothing else. */
void rw_dns_check_read(struct rw_dns_evidence *evidence, size_t asker,
                       const struct rw_reply *reply);

#endif
