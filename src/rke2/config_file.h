/* The configuration files of RKE2 for a host. Pure. */
#ifndef RW_RKE2_CONFIG_FILE_H
#define RW_RKE2_CONFIG_FILE_H

#include <stdbool.h>

#include "cluster/cluster.h"

/* Gives config.yaml for the host, to free() (rw_secret_free: it holds the token). The founder is
 * the one server without `server:`. token is what to write as token, so that a plan can show a
 * mask instead. */
char *rw_rke2_config(const struct rw_cluster *cluster, const struct rw_host *host, bool founder,
                     const char *token);

/* Gives the join pin: a drop-in that sends a joining server to one server instead of the round
 * robin name, which may lead it to itself or to one that is not up. To free(). */
char *rw_rke2_join_pin(const char *address);

/* Appends "https://address:port" with brackets around an IPv6 address. To free(). */
char *rw_rke2_url(const char *address, int port);

#endif
