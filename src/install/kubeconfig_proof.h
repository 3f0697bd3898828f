/* SPDX-License-Identifier: Apache-2.0 */
/* Whether a kubeconfig works: the nodes are asked for with it, from this machine, as kubectl would.
 * Certificates and key stay in memory. */
#ifndef RW_INSTALL_KUBECONFIG_PROOF_H
#define RW_INSTALL_KUBECONFIG_PROOF_H

#include <stdbool.h>
#include <stddef.h>
#include <uv.h>

#include "finding/finding.h"

struct rw_kubeconfig_proof;

/* Borrowed for the time of the callback. */
struct rw_kubeconfig_proven {
    bool works;                  /* the API has listed the nodes */
    size_t nodes, ready;         /* works: how many, and how many of them are Ready */
    const char *server;          /* https://rke2.example.com:6443 */
    struct rw_findings findings; /* else one: K-03 (a warning: it could not be tried from here),
                                    K-04 or K-05 */
};

/* file: the name under which it was written, for the command to paste; or NULL. done() comes once,
 * from the loop, within half a minute. Both texts are copied. */
struct rw_kubeconfig_proof *
rw_kubeconfig_prove(uv_loop_t *loop, const char *text, const char *file,
                    void (*done)(void *context, const struct rw_kubeconfig_proven *proven),
                    void *context);
/* At any time; done() does not come after it. closed() (may be NULL) comes from the loop. NULL is
 * fine: then closed() does not come. */
void rw_kubeconfig_proof_free(struct rw_kubeconfig_proof *proof, void (*closed)(void *context),
                              void *context);

#endif
