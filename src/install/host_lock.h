/* SPDX-License-Identifier: Apache-2.0 */
/* The lock of the hosts, which keeps the wizards of several consoles apart: on each host a file in
 * /run with owner, process and the last sign of life. Taken before the first change; a sign of life
 * every 15 s keeps it. It expires by itself when none came for 60 s; the same console and cluster
 * takes its own back at once, because the journal shows that the former process is gone. */
#ifndef RW_INSTALL_HOST_LOCK_H
#define RW_INSTALL_HOST_LOCK_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "contact/contact.h"
#include "finding/finding.h"
#include "install/journal.h"

struct rw_host_lock;

/* Everything is borrowed until freed. */
struct rw_host_lock_options {
    const struct rw_cluster *cluster;
    struct rw_contact *contact;
    struct rw_journal *journal; /* the name of this console is kept beside it */
    bool take_over;             /* take it from its holder */
};

/* Both come from the loop. */
struct rw_host_lock_listener {
    /* While hosts are logged in to; answer by rw_contact_answer(). */
    void (*question)(void *context, size_t host, const struct rw_remote_question *question);
    /* Once. Without findings the lock is held on every host that could be logged in to; else
     * L-01 for each host where somebody else has it, and it is held nowhere. */
    void (*done)(void *context, const struct rw_findings *findings);
    /* Somebody else has taken a host since: L-02. At most once; no effect may begin any more. */
    void (*lost)(void *context, const struct rw_finding *finding);
    /* A host got no sign of life for so long that the lock has expired there: L-03. Once for each
     * such time. The work continues: it is fenced on the host. May be NULL. */
    void (*silent)(void *context, const struct rw_finding *finding);
    void *context;
};

/* Becomes the user of the contact, until done. */
struct rw_host_lock *rw_host_lock_start(uv_loop_t *loop, const struct rw_host_lock_options *options,
                                        const struct rw_host_lock_listener *listener);
/* The values that a script on a host compares before it changes anything: the number of this run,
 * and when the host was started as the lock was taken ("" when it is not held there). Borrowed. */
const char *rw_host_lock_fence(const struct rw_host_lock *lock);
const char *rw_host_lock_boot(const struct rw_host_lock *lock, size_t host);
/* Adds L-02 by what such a script answered. */
void rw_host_lock_taken(struct rw_findings *findings, const char *host,
                        const struct rw_reply *reply);
/* Gives the lock back, for which hosts that do not answer get 3 s. closed() (may be NULL) comes
 * from the loop; the contact is needed until then. */
void rw_host_lock_free(struct rw_host_lock *lock, void (*closed)(void *context), void *context);

#endif
