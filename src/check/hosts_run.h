/* SPDX-License-Identifier: Apache-2.0 */
/* The check of the hosts: one script on each, all at once, and the judgement. Never prints, never
 * asks. */
#ifndef RW_CHECK_HOSTS_RUN_H
#define RW_CHECK_HOSTS_RUN_H

#include <uv.h>

#include "check/host_judge.h"
#include "contact/contact.h"

struct rw_hosts_check;

/* Everything is borrowed until closed() has come. A host of the contact that is not open yet is
 * left out and reported as not checked. */
struct rw_hosts_check_options {
    const struct rw_cluster *cluster;
    struct rw_contact *contact;
    const struct rw_requirements *requirements;
};

struct rw_hosts_check_listener {
    /* Hosts looked at and all of them; may be NULL. */
    void (*progress)(void *context, size_t done, size_t total);
    /* Once, from the loop; borrowed until rw_hosts_check_free(). */
    void (*done)(void *context, const struct rw_host_verdicts *verdicts);
    void *context;
};

struct rw_hosts_check *rw_hosts_check_start(uv_loop_t *loop,
                                            const struct rw_hosts_check_options *options,
                                            const struct rw_hosts_check_listener *listener);
/* At any time; done() does not come after it. closed() (may be NULL) comes from the loop. */
void rw_hosts_check_free(struct rw_hosts_check *check, void (*closed)(void *context),
                         void *context);

#endif
