#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Turns a fresh debootstrap tree into a lab host. Runs inside the tree; the
# files it needs wait in /lab-recipe, which is gone afterwards.
set -eu
kernel=$1

# kubectl stands where the RKE2 stand-in links it from, not on PATH. Its package
# is kubectl from Debian 13 on, kubernetes-client before.
mkdir -p /usr/libexec/rke2-standin/lib /etc/rke2-standin
cd /lab-recipe
apt-get download -q kubectl 2>/dev/null || apt-get download -q kubernetes-client
dpkg -x kube*.deb unpacked
cp unpacked/usr/bin/kubectl /usr/libexec/rke2-standin/kubectl
# Not among the first packages: polkitd, which firewalld needs, does not configure there.
DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends firewalld ufw

echo root:lab-root | chpasswd
for user in ops auto guest noisy cshell; do
	shell=/bin/bash
	[ "$user" != cshell ] || shell=/bin/tcsh
	useradd -m -s "$shell" "$user"
	echo "$user:lab-$user" | chpasswd
done
for user in root ops auto guest noisy cshell; do
	home=/home/$user
	[ "$user" != root ] || home=/root
	install -d -m 700 -o "$user" -g "$user" "$home/.ssh"
	install -m 600 -o "$user" -g "$user" authorized_keys "$home/.ssh/authorized_keys"
done
cat >/etc/sudoers.d/lab <<'END'
ops ALL=(ALL:ALL) ALL
auto ALL=(ALL:ALL) NOPASSWD: ALL
noisy ALL=(ALL:ALL) NOPASSWD: ALL
cshell ALL=(ALL:ALL) NOPASSWD: ALL
END
chmod 440 /etc/sudoers.d/lab

# A login that talks: what it prints must not confuse a program that reads answers.
cat >/home/noisy/.bashrc <<'END'
echo '*** Welcome to this host. Authorised use only. ***'
echo 'os=plan9'
echo 'arch=vax'
echo 'status=ok'
echo 'uid=1234' >&2
echo 'error=disk on fire' >&2
i=1
while [ "$i" -le 20 ]; do
	echo "motd_line_$i=The quick brown fox jumps over the lazy dog"
	i=$((i + 1))
done
END
cp /home/noisy/.bashrc /home/noisy/.profile
chown noisy:noisy /home/noisy/.bashrc /home/noisy/.profile

rm -f /etc/ssh/ssh_host_*
cat >/etc/ssh/sshd_config.d/lab.conf <<'END'
Port 22
Port 2222
PermitRootLogin yes
PasswordAuthentication yes
KbdInteractiveAuthentication yes
UseDNS no
MaxStartups 500:30:1000
PrintMotd no
END

mkdir -p /etc/systemd/journald.conf.d /var/log/journal
cat >/etc/systemd/journald.conf.d/lab.conf <<'END'
[Journal]
Storage=persistent
RateLimitIntervalSec=0
RateLimitBurst=0
END

cp lab-ca.crt /usr/local/share/ca-certificates/rke2-wizard-lab.crt
update-ca-certificates >/dev/null

# modprobe answers as on a host whose kernel has RKE2's modules built in.
mkdir -p "/lib/modules/$kernel"
: >"/lib/modules/$kernel/modules.order"
for module in net/bridge/br_netfilter fs/overlayfs/overlay net/netfilter/nf_conntrack \
	drivers/net/vxlan/vxlan net/ipv4/netfilter/ip_tables net/ipv4/netfilter/iptable_nat \
	net/ipv4/netfilter/iptable_filter net/netfilter/nf_tables net/netfilter/xt_conntrack \
	net/netfilter/xt_comment net/netfilter/xt_mark net/netfilter/xt_multiport; do
	echo "kernel/$module.ko"
done >"/lib/modules/$kernel/modules.builtin"
depmod "$kernel" 2>/dev/null || true

# Where the machine keeps its controllers in cgroup v1, a host's v2 tree has none
# to show. It then shows those that a host fit for RKE2 has.
echo 'cpuset cpu io memory hugetlb pids' >/usr/libexec/rke2-standin/cgroup.controllers
cat >/etc/systemd/system/lab-cgroup.service <<'END'
[Unit]
Description=Show the cgroup controllers of a host fit for RKE2
DefaultDependencies=no
Before=ssh.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/sh -c 'grep -qw memory /sys/fs/cgroup/cgroup.controllers || mount --bind -o ro /usr/libexec/rke2-standin/cgroup.controllers /sys/fs/cgroup/cgroup.controllers'

[Install]
WantedBy=sysinit.target
END
systemctl enable lab-cgroup.service >/dev/null 2>&1

# Nothing of this is of use in a host that lives for a test.
for unit in console-getty.service getty@.service serial-getty@.service container-getty@.service \
	getty.target systemd-udevd.service systemd-networkd.service \
	systemd-networkd.socket systemd-networkd-wait-online.service systemd-timesyncd.service \
	apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer \
	e2scrub_reap.service fstrim.timer apparmor.service nftables.service \
	systemd-update-utmp.service systemd-update-utmp-runlevel.service ldconfig.service \
	systemd-journal-catalog-update.service systemd-hwdb-update.service \
	sys-kernel-debug.mount sys-kernel-tracing.mount dev-hugepages.mount \
	systemd-pcrphase.service systemd-pcrphase-sysinit.service; do
	systemctl mask "$unit" >/dev/null 2>&1 || true
done
# Firewall managers are there for the tests that start them.
for unit in firewalld.service ufw.service; do
	systemctl disable "$unit" >/dev/null 2>&1 || true
done
systemctl enable ssh.service >/dev/null 2>&1
systemctl set-default multi-user.target >/dev/null 2>&1

: >/etc/machine-id
rm -f /var/lib/dbus/machine-id /etc/apt/sources.list /etc/hostname /etc/resolv.conf
rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/cache/debconf/*-old \
	/var/log/*.log /var/log/apt /usr/share/doc/* /usr/share/man/* /usr/share/locale/*
