/* SPDX-License-Identifier: Apache-2.0 */
/* The administrator's kubeconfig for use from outside. Pure. */
#ifndef RW_INSTALL_KUBECONFIG_H
#define RW_INSTALL_KUBECONFIG_H

#include "remote/reply.h"

/* From what kubeconfig.sh answered: every cluster entry points to the registration name instead of
 * the loopback address. To rw_secret_free(). */
char *rw_kubeconfig_for(const struct rw_reply *reply, const char *registration_name);

/* The data that a request with it needs. */
struct rw_kubeconfig {
    char *server;          /* https://rke2.example.com:6443 */
    char *ca, *cert, *key; /* PEM; the key is a secret */
};
/* Reads the first cluster and user of a kubeconfig as RKE2 writes it, with its certificates in the
 * file. RW_ESYNTAX when something is missing or no base64; then it is empty. To
 * rw_kubeconfig_done(). */
int rw_kubeconfig_read(struct rw_kubeconfig *kubeconfig, const char *text);
/* Wipes and frees what is in it. */
void rw_kubeconfig_done(struct rw_kubeconfig *kubeconfig);

#endif
