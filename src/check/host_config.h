/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration of RKE2 on a host, as membership.sh sends it: its files line by line, masks in
 * the place of secrets; and what a run would change of it. Pure. */
#ifndef RW_CHECK_HOST_CONFIG_H
#define RW_CHECK_HOST_CONFIG_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"
#include "remote/reply.h"
#include "rke2/effective.h"

struct rw_config_file {
    char *path;
    char *sum; /* SHA-256, hex; NULL: not told */
    char *text;
    char *problem; /* why RKE2 cannot read it, or we do not; NULL: nothing */
};

/* `struct rw_host_config config = {0};` is that of a host without any. */
struct rw_host_config {
    struct rw_config_file *files; /* in the order in which RKE2 reads them */
    size_t count;
    struct rw_rke2_effective effective; /* without the join pin, which is ours and goes */
};

/* Reads the lines file=, sum=, unread= and config= of an answer. */
void rw_host_config_read(struct rw_host_config *config, const struct rw_reply *reply);
void rw_host_config_done(struct rw_host_config *config);

/* The file config.yaml, or NULL; borrowed. */
const struct rw_config_file *rw_host_config_main(const struct rw_host_config *config);
/* Its keys that we would not write, with blanks between them, "" when there are none; to free(). A
 * list of networks is none of ours. */
char *rw_host_config_foreign(const struct rw_host_config *config, const struct rw_cluster *cluster);
/* The network of the pods by config.yaml, to free(). NULL: another file decides, or it is none that
 * RKE2 brings alone. */
char *rw_host_config_cni(const struct rw_host_config *config);

/* What RKE2 takes with this config.yaml in the place of the one that is there, without the join
 * pin. To rw_rke2_effective_done(). */
struct rw_rke2_effective rw_host_config_with(const struct rw_host_config *config,
                                             const char *wanted);
/* The keys that RKE2 would take differently with this config.yaml in the place of the one that is
 * there, "" when there are none, to free(); NULL: that cannot be known. The token is not looked at.
 * member: it has etcd data, so that it joins nobody any more and `server` does not count. */
char *rw_host_config_differing(const struct rw_host_config *config, const char *wanted,
                               bool member);

#endif
