/* SPDX-License-Identifier: Apache-2.0 */
/* RKE2 release tags and channels; cluster/names.h defines their syntax. Pure. */
#ifndef RW_RKE2_VERSION_H
#define RW_RKE2_VERSION_H

#include <stdbool.h>

/* The channel server answers with a redirection to …/releases/tag/<tag>: gives the tag of that
 * address (percent-decoded), to free(), or NULL when it leads to no release. */
char *rw_rke2_version_from_location(const char *location);

/* Gives the channel of the minor release, "v1.26" for "v1.26.12+rke2r1", to free(). An rpm install
 * needs a channel that carries the version. */
char *rw_rke2_version_channel(const char *tag);

/* What a release does not run with; a channel stands for its newest one, and release may be NULL
 * for the stable one. RW_DIFFERS_MAYBE: the channel has no number, so that it may be either. */
enum rw_rke2_differs {
    RW_DIFFERS_NO,
    RW_DIFFERS_MAYBE,
    RW_DIFFERS_YES,
};
/* Whether its kubelet exits on a host with cgroup v1 (unless fail-cgroupv1=false): Kubernetes 1.35,
 * pkg/kubelet/apis/config/v1beta1/defaults.go. */
enum rw_rke2_differs rw_rke2_needs_cgroup_v2(const char *release);
/* Whether its units refuse to start while nm-cloud-setup is enabled (ExecStartPre): up to v1.32.10,
 * v1.33.6 and v1.34.2. */
enum rw_rke2_differs rw_rke2_refuses_nm_cloud_setup(const char *release);
/* Whether servers of a release may join at the same time. release: a tag, or a channel, which
 * stands for its newest. etcd takes one new member at a time. Since May 2023 (v1.24.14, v1.25.10,
 * v1.26.5, v1.27.2) RKE2 asks again until it is its turn; before, it ended. Source: k3s pull
 * request 7351, and its backports (k3s issues 7510, 7511 and 7512, pull request 7516). */
bool rw_rke2_queues_joins(const char *release);

#endif
