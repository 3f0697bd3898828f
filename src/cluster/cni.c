/* SPDX-License-Identifier: Apache-2.0 */
#include "cluster/cni.h"

#include <stdio.h>
#include <string.h>

#include "base/mem.h"

const char *const rw_cni_names[] = {
    [RW_CNI_CANAL] = "canal",     [RW_CNI_CALICO] = "calico", [RW_CNI_CILIUM] = "cilium",
    [RW_CNI_FLANNEL] = "flannel", [RW_CNI_NONE] = "none",     NULL,
};

const char *rw_cni_name(enum rw_cni cni)
{
    return rw_cni_names[cni];
}

enum rw_cni rw_cni_by_name(const char *name)
{
    int cni = 0;
    while (cni < RW_CNI_COUNT && strcmp(rw_cni_names[cni], name) != 0)
        cni++;
    return (enum rw_cni)cni;
}

/* The first patch releases with flannel alone; older minor releases never got it, newer ones have
 * it from the beginning. Source: RKE2 documentation, "Network Options" (February 2024). */
static const struct {
    int minor, patch;
} flannel_since[] = {{26, 14}, {27, 11}, {28, 7}, {29, 2}};

bool rw_cni_in_version(enum rw_cni cni, const char *version)
{
    int minor, patch;
    if (cni != RW_CNI_FLANNEL || sscanf(version, "v1.%4d.%4d", &minor, &patch) != 2)
        return true;
    for (size_t i = 0; i < RW_COUNT(flannel_since); i++)
        if (flannel_since[i].minor == minor)
            return patch >= flannel_since[i].patch;
    return minor > flannel_since[0].minor;
}
