/* SPDX-License-Identifier: Apache-2.0 */
/* Jump hosts in the answers file: "user@address:port", as after ssh -J, one for each login. Pure.
 */
#ifndef RW_CLUSTER_JUMP_H
#define RW_CLUSTER_JUMP_H

#include <stdbool.h>

#include "cluster/cluster.h"

/* For a host that is reached directly although the others are not. */
#define RW_JUMP_NONE "none"

/* Strings are owned. `struct rw_jump jump = {0};` is empty. */
struct rw_jump {
    char *user;
    char *address;
    int port;
    char *key; /* private key file, or NULL */
};

/* Whether text names a jump host, or is RW_JUMP_NONE. User and port may be left out; an IPv6
 * address with a port stands in brackets; a chain of jump hosts is none. */
bool rw_jump_is(const char *text);
/* The jump host of a host's login: the user and the key that "jump" and "jump-key" leave out are
 * those of the host, the port is 22. False, with *jump empty: the host is reached directly, or what
 * is written is no jump host. To rw_jump_done(). */
bool rw_jump_of(const struct rw_login *login, struct rw_jump *jump);
void rw_jump_done(struct rw_jump *jump);
/* "user@address:port", as ssh -J takes it, to free(). */
char *rw_jump_text(const struct rw_jump *jump);
/* Whether there are servers, and all are behind a jump host. */
bool rw_jump_to_servers(const struct rw_cluster *cluster);

#endif
