/* SPDX-License-Identifier: Apache-2.0 */
/* The configuration files of RKE2 for a host, out of the table of settings. Pure. */
#ifndef RW_RKE2_CONFIG_FILE_H
#define RW_RKE2_CONFIG_FILE_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cluster.h"
#include "cluster/settings.h"

/* For whom a file is written. */
struct rw_rke2_node {
    const struct rw_cluster *cluster;
    const struct rw_host *host;
    bool founder;      /* the one server without `server:` */
    const char *token; /* what to write as token, so that a plan can show a mask instead */
};

/* Gives config.yaml for the host, to free() (rw_secret_free: it holds the token). The founder is
 * the one server without `server:`. token is what to write as token, so that a plan can show a
 * mask instead. */
char *rw_rke2_config(const struct rw_cluster *cluster, const struct rw_host *host, bool founder,
                     const char *token);

/* The values of a setting under its key of config.yaml on a node: nothing, a scalar, the items of a
 * list. `struct rw_rke2_values values = {0};` is empty; rw_rke2_values_done() wipes them. */
struct rw_rke2_values {
    char **items;
    size_t count;
};
void rw_rke2_values_of(const struct rw_setting *setting, const struct rw_rke2_node *node,
                       struct rw_rke2_values *values);
void rw_rke2_values_done(struct rw_rke2_values *values);

/* The keys of config.yaml that are ours when the cluster is like this, separated by blanks, to
 * free(): those that we write on some node, and those that a finding reports when a host has
 * another value. Any other one was set by somebody else. */
char *rw_rke2_own_keys(const struct rw_cluster *cluster);

/* Gives the join pin: a drop-in that sends a joining server to one server instead of the round
 * robin name, which may lead it to itself or to one that is not up. To free(). */
char *rw_rke2_join_pin(const char *address);

/* Appends "https://address:port" with brackets around an IPv6 address. To free(). */
char *rw_rke2_url(const char *address, int port);

#endif
