/* SPDX-License-Identifier: Apache-2.0 */
/* Fixed facts about RKE2: where things are. Source: RKE2 documentation, "Quick Start", "Cluster
 * Access", "Server Configuration Reference". */
#ifndef RW_RKE2_RKE2_H
#define RW_RKE2_RKE2_H

#include "cluster/cluster.h"

#define RW_RKE2_CONFIG "/etc/rancher/rke2/config.yaml"
/* Read after config.yaml, in alphabetical order; a later file wins per key. */
#define RW_RKE2_JOIN_PIN        "/etc/rancher/rke2/config.yaml.d/50-rke2-wizard-join.yaml"
#define RW_RKE2_SUPERVISOR_PORT 9345
#define RW_RKE2_API_PORT        6443
/* On servers: the administrator's kubeconfig, and what goes with it. */
#define RW_RKE2_KUBECONFIG "/etc/rancher/rke2/rke2.yaml"
#define RW_RKE2_KUBECTL    "/var/lib/rancher/rke2/bin/kubectl"

#define RW_RKE2_INSTALLER_URL "https://get.rke2.io"
#define RW_RKE2_MIRROR_URL    "https://rancher-mirror.rancher.cn/rke2/install.sh"
#define RW_RKE2_CHANNELS_URL  "https://update.rke2.io/v1-release/channels"

/* In a token, in the place of the hash of the CA: see put_marked in data/node/lib.sh. */
#define RW_RKE2_CA_MARK "<CA-hash>"

/* Where the installer is fetched from; static. A folder has none: "". */
const char *rw_rke2_installer_url(const char *source);
/* The URLs that a host must reach for an install: the installer, the release, the images; separated
 * by blanks, "" when nothing; to free(). Any answer will do, 401 too. Images that lie in a folder
 * are fetched from nowhere, unless the cluster has a registry of its own. */
char *rw_rke2_way_out(const struct rw_cluster *cluster);
/* The version as the installer of a source wants it: the mirror writes - where others have +; to
 * free(). Seen in the output of its installer ("using v1.28.10-rke2r1 as release"). */
char *rw_rke2_installer_version(const char *source, const char *version);

/* "rke2-server.service" or "rke2-agent.service"; static. */
const char *rw_rke2_unit(enum rw_role role);

#endif
