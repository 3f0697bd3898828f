/* SPDX-License-Identifier: Apache-2.0 */
/* The cluster as an Ansible inventory in YAML, with the variables of the role lablabs.rke2. Pure.
 * Source: that role's README (groups masters, workers and k8s_cluster) and defaults/main.yml. */
#ifndef RW_RKE2_INVENTORY_H
#define RW_RKE2_INVENTORY_H

#include "cluster/cluster.h"
#include "finding/finding.h"

/* Gives the inventory, to free(). It holds no secret: where one is needed, Ansible reads it from
 * its file, the token of a cluster whose answers name no file from token_path. What Ansible has to
 * be given besides, or does differently, is a warning. */
char *rw_rke2_inventory(const struct rw_cluster *cluster, const char *token_path,
                        struct rw_findings *findings);

#endif
