#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Stops RKE2 on this host; data stays.
[ "$(id -u)" = 0 ] || {
    echo 'rke2-killall.sh: must be run as root' >&2
    exit 1
}
systemctl stop rke2-server.service rke2-agent.service 2>/dev/null
awk '$2 ~ "^(/run/k3s|/var/lib/kubelet/pods)" { print $2 }' /proc/mounts | sort -r | xargs -r -n 1 umount
rm -rf "${RKE2_DATA_DIR:-/var/lib/rancher/rke2}/agent/pod-manifests"
exit 0
