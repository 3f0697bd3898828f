/* SPDX-License-Identifier: Apache-2.0 */
/* What connects the pods: the networks that RKE2 brings with it. Pure. Source: RKE2 documentation,
 * "Server Configuration Reference" (cni) and "Network Options". */
#ifndef RW_CLUSTER_CNI_H
#define RW_CLUSTER_CNI_H

#include <stdbool.h>

enum rw_cni {
    RW_CNI_CANAL, /* RKE2's own choice, and ours */
    RW_CNI_CALICO,
    RW_CNI_CILIUM,
    RW_CNI_FLANNEL,
    RW_CNI_NONE, /* the user brings one; until then no node is Ready */
    RW_CNI_COUNT,
};

/* "canal", "calico", …, as in the key cni of config.yaml; static. */
const char *rw_cni_name(enum rw_cni cni);
extern const char *const rw_cni_names[]; /* by number; ended by NULL */
/* The one with this name; RW_CNI_COUNT when there is none. */
enum rw_cni rw_cni_by_name(const char *name);

/* Whether RKE2 of this version ("v1.26.12+rke2r1") brings it. */
bool rw_cni_in_version(enum rw_cni cni, const char *version);

#endif
