# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# What the machine can do for hosts that run containers, shown before a host starts. A row is ok, or
# LIMITED, with what the lab does instead, or MISSING, which ends it.

ability_trees_v1='cpu cpuacct cpuset memory devices freezer blkio pids'
ability_wanted='vm/overcommit_memory=1 vm/panic_on_oom=0 kernel/panic=10 kernel/panic_on_oops=1
	kernel/keys/root_maxkeys=1000000 kernel/keys/root_maxbytes=25000000'

# Sets ability_report and the two answers that hosts need, ability_cgroup and ability_oom_scores;
# returns 1 when something is missing.
ability_look() {
	ability_report='' ability_cgroup='' ability_oom_scores=yes
	local status=0
	ability_capabilities || status=1
	ability_cgroups || status=1
	ability_kernel || status=1
	ability_disk || status=1
	ability_memory
	ability_settings
	return "$status"
}

ability_row() { printf -v ability_report '%s  %-8s %-16s %s\n' "$ability_report" "$1" "$2" "$3"; }

ability_capabilities() {
	local last set lacking='' number
	read -r last </proc/sys/kernel/cap_last_cap
	set=$((16#$(awk '$1 == "CapBnd:" { print $2 }' /proc/self/status)))
	for ((number = 0; number <= last; number++)); do
		((set >> number & 1)) || lacking+=" $number"
	done
	case $lacking in
	'') ability_row ok capabilities all ;;
	' 24')
		ability_oom_scores=no
		ability_row LIMITED capabilities "no CAP_SYS_RESOURCE: no process may lower its OOM score, and each runc gets a wrapper that asks for 0"
		;;
	*)
		ability_row MISSING capabilities "numbers$lacking (include/uapi/linux/capability.h)"
		return 1
		;;
	esac
}

ability_cgroups() {
	local has one lacking=''
	# shellcheck disable=SC2016
	has=$(unshare --mount --propagation private bash -c '
		mountpoint -q /sys || mount -t sysfs sysfs /sys
		mount -t cgroup2 cgroup2 /sys/fs/cgroup && cat /sys/fs/cgroup/cgroup.controllers' 2>/dev/null)
	for one in cpu cpuset memory pids; do
		[[ " $has " == *" $one "* ]] || lacking+=" $one"
	done
	if [[ -z $lacking ]]; then
		ability_cgroup=v2
		ability_row ok cgroups "v2: $has"
		return
	fi
	lacking=''
	for one in $ability_trees_v1; do
		grep -qE "^[1-9][0-9]*:([a-z_]+,)*$one(,[a-z_]+)*:" /proc/self/cgroup || lacking+=" $one"
	done
	if [[ -n $lacking ]]; then
		ability_row MISSING cgroups "neither v2 with cpu, cpuset, memory and pids, nor v1 with$lacking"
		return 1
	fi
	ability_cgroup=v1
	ability_row LIMITED cgroups "v1 alone: RKE2 runs in a namespace with trees of v1, its hosts show v2; from v1.35 on it is started with --kubelet-arg=fail-cgroupv1=false"
}

# Whether the kernel knows things is tried in namespaces of our own, which vanish.
ability_kernel() {
	local status=0 row what why
	while IFS=@ read -r what why row; do
		if unshare --mount --net --propagation private bash -c "$row" >/dev/null 2>&1; then
			ability_row ok "$what" yes
		else
			ability_row MISSING "$what" "$why"
			status=1
		fi
	done <<'END'
/dev/kmsg@the kubelet reads it@test -r /dev/kmsg
bridge and veth@the network of pods@ip link add lab0 type bridge && ip link add v0 type veth peer name v1
nat@addresses of services@nft 'add table ip t; add chain ip t c { type nat hook postrouting priority 100; }; add rule ip t c masquerade'
br_netfilter@services between pods of one host@test -e /proc/sys/net/bridge/bridge-nf-call-iptables || modprobe br_netfilter
keys of users@runc makes a keyring for each container@test -r /proc/key-users
END
	return "$status"
}

ability_disk() {
	local type free
	type=$(stat -f -c %T "$RW_LAB_DIR")
	free=$(df -P -BM "$RW_LAB_DIR" | awk 'NR == 2 { print $4 + 0 }')
	if [[ $type == overlayfs ]]; then
		ability_row MISSING disk "$RW_LAB_DIR is on an overlay, where containerd's own does not go: set RW_LAB_DIR"
		return 1
	fi
	if ((free < 8192)); then
		ability_row LIMITED disk "$type, $free MiB free; each host of RKE2 takes 1.3 GB and more"
	else
		ability_row ok disk "$type, $free MiB free"
	fi
}

ability_memory() {
	local free
	free=$(awk '$1 == "MemAvailable:" { print int($2 / 1024) }' /proc/meminfo)
	if ((free < 6144)); then
		ability_row LIMITED memory "$free MiB available; three servers and an agent take 5 GB"
	else
		ability_row ok memory "$free MiB available"
	fi
}

# What the kubelet sets at its start, and a host of the lab cannot: the machine is to have it.
ability_settings() {
	local pair name now differs=''
	for pair in $ability_wanted; do
		name=${pair%=*}
		read -r now <"/proc/sys/$name" 2>/dev/null || continue
		[[ $now == "${pair#*=}" ]] || differs+=" ${name//\//.}=${pair#*=} (is $now)"
	done
	if [[ -n $differs ]]; then
		ability_row LIMITED 'kernel settings' "lab up --real sets on this machine:$differs"
	else
		ability_row ok 'kernel settings' 'as the kubelet wants them'
	fi
}

ability_set() {
	local pair
	for pair in $ability_wanted; do
		echo "${pair#*=}" 2>/dev/null >"/proc/sys/${pair%=*}" ||
			note "${pair%=*} cannot be set to ${pair#*=}: the kubelet may not start"
	done
}

# lab_ability: shows it, and dies when hosts cannot be.
lab_ability() {
	local status=0
	ability_look || status=1
	printf 'this machine, for hosts that run containers:\n%s' "$ability_report"
	((status == 0)) || die 'hosts that run containers cannot be on this machine'
}
