/* SPDX-License-Identifier: Apache-2.0 */
/* The support bundle: what helps somebody else to find out what went wrong, in one tar.gz without
 * secrets. The hosts are asked over connections that somebody else has; the bundle names each one
 * that cannot be used, and is made without it. Never prints, never asks.
 *
 * In two rounds. First every host sends the secrets that it keeps, which stay in memory; once all
 * are known, each host sends its parts, sixteen hosts at once, and each part is redacted
 * (base/redact.h) and goes into the file as it comes. */
#ifndef RW_BUNDLE_BUNDLE_H
#define RW_BUNDLE_BUNDLE_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "base/redact.h"
#include "cluster/cluster.h"
#include "contact/contact.h"
#include "finding/finding.h"

#define RW_BUNDLE_PART_MAX (256 * 1024) /* bytes of one part of one host, before redaction */

struct rw_bundle;

/* Where the connections are. Asked anew again and again: they may come and go. */
struct rw_bundle_hosts {
    /* The state of a host of the cluster of the options, by index. OPEN: *remote is set. FAILED:
     * *failure is set, borrowed until control returns to the loop. */
    enum rw_contact_state (*look)(void *context, size_t host, struct rw_remote **remote,
                                  const struct rw_finding **failure);
    void *context;
};

struct rw_bundle_options {
    const struct rw_cluster *cluster;   /* copied */
    const char *path;                   /* of the file, mode 0600; copied */
    const struct rw_redactor *secrets;  /* what is known here, besides the token of the cluster and
                                           proxies of the environment; copied */
    const struct rw_findings *findings; /* that are shown at the moment, or NULL; copied */
    int wait_ms;                        /* for a host to be connected; 0: as long as it takes */
    struct rw_bundle_hosts hosts;
};

struct rw_bundle_listener {
    /* So many hosts are done, or given up. */
    void (*progress)(void *context, size_t done, size_t total);
    /* Once, from the loop. written: the file is complete, and findings name the hosts that are
     * missing in it; else B-01 gives the reason, and nothing of the file is left. */
    void (*done)(void *context, bool written, const struct rw_findings *findings);
    void *context;
};

/* NULL with a finding (B-01) when the file cannot be begun. */
struct rw_bundle *rw_bundle_start(uv_loop_t *loop, const struct rw_bundle_options *options,
                                  const struct rw_bundle_listener *listener,
                                  struct rw_findings *findings);
/* Adds a secret that was typed meanwhile. */
void rw_bundle_know(struct rw_bundle *bundle, const char *secret);
/* At any time; an unfinished file is removed. closed() (may be NULL) comes from the loop. */
void rw_bundle_free(struct rw_bundle *bundle, void (*closed)(void *context), void *context);

/* The name of a new bundle of a cluster, by the time: "<cluster>-bundle-20261122T181500Z.tar.gz";
 * to free(). */
char *rw_bundle_name(const char *cluster);

#endif
