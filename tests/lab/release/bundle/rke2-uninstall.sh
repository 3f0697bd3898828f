#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Removes RKE2, its configuration and its data from this host, in the order of RKE2's own script: its
# helper and the binary go before the data, itself at the end in any case. An interruption so leaves
# a host with data and without a script.
set -e
[ "$(id -u)" = 0 ] || {
    echo 'rke2-uninstall.sh: must be run as root' >&2
    exit 1
}
prefix=${INSTALL_RKE2_ROOT:-/usr/local}
data=${RKE2_DATA_DIR:-/var/lib/rancher/rke2}
faults=/etc/rke2-standin/faults

remove_self() {
    rm -f "$prefix/bin/rke2-uninstall.sh"
}

# The lab's own: takes its time, or fails, before the data goes.
injected() {
    [ -r "$faults" ] || return 0
    while read -r fault value; do
        case $fault in
        uninstall-delay) sleep "$value" ;;
        uninstall-fail) return "$value" ;;
        esac
    done <"$faults"
}

killall=$(dirname "$0")/rke2-killall.sh
if [ -e "$killall" ]; then "$killall"; fi
trap remove_self EXIT
systemctl disable rke2-server || true
systemctl disable rke2-agent || true
systemctl reset-failed rke2-server || true
systemctl reset-failed rke2-agent || true
systemctl daemon-reload
rm -f "$prefix"/lib/systemd/system/rke2-*.service "$prefix"/lib/systemd/system/rke2-*.env \
    /etc/systemd/system/rke2-*.service "$prefix/bin/rke2" "$prefix/bin/rke2-killall.sh"
rm -rf "$prefix/share/rke2"
injected
rm -rf /etc/rancher/rke2 /etc/rancher/node /etc/cni /opt/cni/bin /var/lib/cni /var/log/pods /var/log/containers
rm -d /etc/rancher || true
rm --one-file-system -rf /var/lib/kubelet || true
rm -rf -- "$data"
rm -d /var/lib/rancher || true
