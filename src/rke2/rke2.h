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
#define RW_RKE2_CHANNELS_URL  "https://update.rke2.io/v1-release/channels"

/* What a host must reach for an install from the net: the installer, the release, the images.
 * Any answer will do, 401 too. */
#define RW_RKE2_WAY_OUT RW_RKE2_INSTALLER_URL " https://github.com https://index.docker.io/v2/"

/* "rke2-server.service" or "rke2-agent.service"; static. */
const char *rw_rke2_unit(enum rw_role role);

#endif
