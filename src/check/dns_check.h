/* The DNS check: asks each name server of this machine, several times, and each host's own
 * resolver, all at once, and judges. Asks questions about logging in; never prints. */
#ifndef RW_CHECK_DNS_CHECK_H
#define RW_CHECK_DNS_CHECK_H

#include <stdbool.h>
#include <uv.h>

#include "check/dns_verdict.h"
#include "cluster/cluster.h"
#include "remote/remote.h"

struct rw_dns_check;

/* Everything is borrowed until the check is freed. */
struct rw_dns_check_options {
    const struct rw_cluster *cluster;
    const char *script;         /* data/node/lib.sh and resolve-name.sh */
    const char *const *servers; /* name servers, ended by NULL; NULL: those of this machine */
    bool ask;                   /* questions can be answered */
    bool accept_new_host_keys;
    char *const *passwords, *const *sudo_passwords; /* by host, or NULL */
    struct rw_ssh_keys *keys;
};

struct rw_dns_check_listener {
    void (*question)(void *context, size_t host, const struct rw_remote_question *question);
    /* Once, from the loop; both are borrowed until the check is freed. */
    void (*done)(void *context, const struct rw_dns_verdicts *verdicts,
                 const struct rw_dns_evidence *evidence);
    void *context;
};

struct rw_dns_check *rw_dns_check_start(uv_loop_t *loop, const struct rw_dns_check_options *options,
                                        const struct rw_dns_check_listener *listener);
void rw_dns_check_answer(struct rw_dns_check *check, size_t host, const char *answer);
/* At any time; done() does not come after it. closed() (may be NULL) comes from the loop. */
void rw_dns_check_free(struct rw_dns_check *check, void (*closed)(void *context), void *context);

/* What resolve-name.sh answered, into the asker of a host; its own addresses into evidence. The
 * asker is an index because adding moves nothing else. */
void rw_dns_check_read(struct rw_dns_evidence *evidence, size_t asker,
                       const struct rw_reply *reply);

#endif
