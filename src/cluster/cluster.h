/* SPDX-License-Identifier: Apache-2.0 */
/* The wanted cluster: hosts with roles and settings. Plain data; no effects. */
#ifndef RW_CLUSTER_CLUSTER_H
#define RW_CLUSTER_CLUSTER_H

#include <stdbool.h>
#include <stddef.h>

#include "cluster/cni.h"

enum rw_role {
    RW_ROLE_SERVER,
    RW_ROLE_AGENT,
};

/* How to log in to a host. Strings are owned; NULL means not set. */
struct rw_login {
    char *user;               /* default "root" */
    int port;                 /* default 22 */
    char *key;                /* private key file, "~/" and relative paths already expanded */
    char *password_file;      /* file with the login password, expanded */
    char *sudo_password_file; /* file with the sudo password, expanded; NULL: the login password */
    char *jump;               /* "user@address:port" to go through, "none", or NULL: see jump.h */
    char *jump_key;           /* private key file for the jump host, expanded; NULL: key */
};

struct rw_host {
    char *name;    /* node name: RFC 1123 label or dotted name, lower case */
    char *address; /* IPv4, IPv6 or a DNS name, where SSH and the other nodes reach it */
    enum rw_role role;
    struct rw_login login; /* complete: the cluster's defaults are filled in */
    int line;              /* line in the answers file, 0 when it does not come from one */
};

/* The way out of the hosts. Strings are owned; NULL means not set. */
struct rw_proxy {
    char *url;           /* "http://user@proxy.example.com:3128": never with a password */
    char *password;      /* that belongs to the user in it; secret: wiped on free */
    char *password_file; /* file whose first line is the password, expanded */
    char **bypass;       /* more names, addresses and networks that are reached without it */
    size_t bypass_count;
};

struct rw_cluster {
    char *name;              /* names the journal's folder: [a-z0-9][a-z0-9-]{0,62} */
    char *registration_name; /* the FQDN behind which the servers are */
    char *token;             /* the short form; NULL until known; secret: wiped on free */
    char *token_file;        /* expanded path, or NULL */
    char **tls_san;          /* extra names and addresses, without the registration name */
    size_t tls_san_count;
    bool servers_run_workloads; /* default true */
    char *channel;              /* "stable" by default */
    char *version;              /* exact tag such as "v1.26.12+rke2r1", or NULL: from the channel */
    char *source;               /* where RKE2 comes from, see cluster/source.h; never NULL */
    char *cni;                  /* what connects the pods, see cluster/cni.h; never NULL */
    int join_together;          /* so many further servers may join at once, 1 to 4; default 2 */
    char *registry; /* host[:port] where images come from instead of docker.io, or NULL */
    struct rw_proxy proxy;
    struct rw_login login; /* the defaults, as written */
    struct rw_host *hosts; /* in the order of the answers file */
    size_t host_count;
};

/* An empty cluster with the defaults above. */
struct rw_cluster *rw_cluster_new(void);
void rw_cluster_free(struct rw_cluster *cluster);

/* A copy of all of it, to rw_cluster_free(). */
struct rw_cluster *rw_cluster_copy(const struct rw_cluster *cluster);

/* Frees what a host holds, not the host itself; and fills a host with copies. */
void rw_host_done(struct rw_host *host);
void rw_host_copy(struct rw_host *host, const struct rw_host *from);
/* Gives a host what it does not say itself of the login that all share. */
void rw_host_complete(struct rw_host *host, const struct rw_cluster *cluster);

/* What connects its pods; RW_CNI_CANAL as long as cluster->cni is not possible. */
enum rw_cni rw_cni_of(const struct rw_cluster *cluster);
size_t rw_cluster_servers(const struct rw_cluster *cluster); /* number of servers */
/* The host with this name, or NULL; borrowed. */
struct rw_host *rw_cluster_host(const struct rw_cluster *cluster, const char *name);
/* Index of the first server in order, or -1. It founds the cluster unless one exists. */
int rw_cluster_first_server(const struct rw_cluster *cluster);

/* Whether both want the same: every field but the line numbers of the hosts. */
bool rw_cluster_equal(const struct rw_cluster *a, const struct rw_cluster *b);

const char *rw_role_name(enum rw_role role); /* "server" or "agent", as in the answers file */
extern const char *const rw_role_names[];    /* by role; ended by NULL */

#endif
