/* SPDX-License-Identifier: Apache-2.0 */
/* Which cluster a host belongs to (data/node/membership.sh), and what follows from it. Whether the
 * machine is fit is the matter of the checks (check/host_facts.h), which are over by then. Pure. */
#ifndef RW_INSTALL_MEMBERSHIP_H
#define RW_INSTALL_MEMBERSHIP_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"
#include "finding/finding.h"
#include "check/host_config.h"
#include "remote/reply.h"

enum rw_token_state {
    RW_TOKEN_NONE,
    RW_TOKEN_SAME,
    RW_TOKEN_DIFFERS,
};

/* A node that the cluster knows, or a member of its etcd. */
struct rw_known_node {
    char *name;
    bool node;   /* Kubernetes has it */
    bool ready;  /* and finds it Ready */
    bool member; /* etcd has it; by its label where etcd itself gives no answer */
};

/* Strings are owned; "" when the host did not report it. */
struct rw_membership {
    bool read;       /* the host has answered */
    char *installed; /* RKE2 version on disk */
    char *ca;        /* SHA-256 of the cluster CA it knows, hex */
    struct rw_host_config config;
    bool proxy_lines; /* of ours, in the environment of the unit */
    bool proxy_same;  /* as they are wanted */
    char *cluster_ca; /* SHA-256, hex, that the cluster's own token has: of a server */
    char *token_ca;   /* the same, of the token in its configuration; "" in the short form */
    bool etcd;        /* has data of an etcd member */
    enum rw_token_state token;
    bool server_active, agent_active; /* the unit runs or starts */
    bool runs;                        /* it has started: systemd calls it active */
    bool stale;                       /* with an older configuration than there is now */
    bool identity;                    /* a node was made here once */
    bool api;                         /* this server has read its nodes from Kubernetes */
    struct rw_known_node *nodes;
    size_t node_count;
    char *orphans; /* names of which it keeps the password of a node that it does not have, each
                      between two blanks */
};

void rw_membership_read(struct rw_membership *facts, const struct rw_reply *reply);
void rw_membership_done(struct rw_membership *facts);

/* Facts about the cluster from earlier runs; NULL or "" when unknown. */
struct rw_known_cluster {
    const char *founder; /* name of the host that founded it */
    const char *ca;      /* SHA-256 of its CA */
};

/* The CA that counts: the recorded one, if a server still has it; else that of the first server
 * whose token is ours. With another token on all of them it is the founder's: the answers describe
 * that cluster, and only their token is wrong. "" when no cluster of ours exists. Borrowed. */
const char *rw_membership_ca(const struct rw_cluster *cluster, const struct rw_membership *facts,
                             const struct rw_known_cluster *known);
/* The members as the first server that answered knows them, the preferred one first; or NULL. */
const struct rw_membership *rw_membership_of_cluster(const struct rw_cluster *cluster,
                                                     const struct rw_membership *facts,
                                                     size_t preferred);
/* The node of this name, or NULL; borrowed. */
const struct rw_known_node *rw_membership_node(const struct rw_membership *facts, const char *name);

struct rw_decision {
    size_t founder; /* index of the host without `server:` */
    size_t anchor;  /* the server that others join at: the founder, unless it was not read */
    bool exists;    /* the cluster exists already: none is founded */
};

/* Looks at all hosts together: each problem that blocks the run becomes a finding, and the one
 * founder is chosen. A server that already has the data of this cluster is the founder for everyone
 * else; only when no server has any does the recorded or the first one found a cluster. version is
 * what will be installed, or NULL when it is not known yet. Hosts that were not read are passed
 * over. */
/* A founder that was not read stays the founder while others have the cluster's data. */
struct rw_decision rw_membership_decide(const struct rw_cluster *cluster,
                                        const struct rw_membership *facts,
                                        const struct rw_known_cluster *known, const char *version,
                                        struct rw_findings *findings);

/* The version that runs in the cluster which exists, by its anchor; NULL: no cluster exists, or it
 * is not known. Borrowed from the facts. */
const char *rw_membership_version(const struct rw_decision *decision,
                                  const struct rw_membership *facts);

#endif
