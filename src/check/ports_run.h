/* SPDX-License-Identifier: Apache-2.0 */
/* The check of the ports: a listener on each host, connections from each host and from here, all at
 * once; three scripts for each host whatever the number of pairs. Never prints, never asks. */
#ifndef RW_CHECK_PORTS_RUN_H
#define RW_CHECK_PORTS_RUN_H

#include <uv.h>

#include "check/ports.h"
#include "contact/contact.h"

struct rw_ports_check;

/* Everything is borrowed until closed() has come. A host of the contact that is not open yet is
 * left out and reported as not tested. */
struct rw_ports_check_options {
    const struct rw_cluster *cluster;
    struct rw_contact *contact;
    enum rw_cni cni;
};

struct rw_ports_check_listener {
    /* Steps done and to do; may be NULL. */
    void (*progress)(void *context, size_t done, size_t total);
    /* Once, from the loop; both are borrowed until rw_ports_check_free(). No listener is left on a
     * host that could be reached. */
    void (*done)(void *context, const struct rw_ports_matrix *matrix,
                 const struct rw_findings *findings);
    void *context;
};

struct rw_ports_check *rw_ports_check_start(uv_loop_t *loop,
                                            const struct rw_ports_check_options *options,
                                            const struct rw_ports_check_listener *listener);
/* At any time; done() does not come after it. Where listeners may be up they are ended first,
 * which takes three seconds at most; what could not be ended so ends by its own time limit.
 * closed() (may be NULL) comes from the loop. */
void rw_ports_check_free(struct rw_ports_check *check, void (*closed)(void *context),
                         void *context);

#endif
