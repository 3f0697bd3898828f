#!/bin/sh
# Removes RKE2, its configuration and its data from this host.
set -u
[ "$(id -u)" = 0 ] || {
    echo 'rke2-uninstall.sh: must be run as root' >&2
    exit 1
}
prefix=/usr/local
data=${RKE2_DATA_DIR:-/var/lib/rancher/rke2}
"$prefix/bin/rke2-killall.sh"
systemctl disable rke2-server.service rke2-agent.service 2>/dev/null
systemctl reset-failed rke2-server.service rke2-agent.service 2>/dev/null
rm -f "$prefix"/lib/systemd/system/rke2-server.* "$prefix"/lib/systemd/system/rke2-agent.* \
    /etc/systemd/system/rke2-server.service /etc/systemd/system/rke2-agent.service
systemctl daemon-reload
rm -rf /etc/rancher/rke2 /etc/rancher/node /etc/cni /opt/cni/bin /var/lib/cni /var/lib/kubelet \
    /var/log/pods /var/log/containers /run/k3s "$data" "$prefix/share/rke2"
rmdir /etc/rancher /var/lib/rancher 2>/dev/null
rm -f "$prefix/bin/rke2" "$prefix/bin/rke2-killall.sh" "$prefix/bin/rke2-uninstall.sh"
exit 0
