# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Hosts: an overlay over a shared base, booted by systemd-nspawn in the host's
# own network namespace.

# What makes one host differ from the next goes straight into its upper layer.
host_prepare() {
	local dir base upper
	dir=$(host_dir "$host_name")
	upper=$dir/upper
	base=$(base_ready "$host_base") || exit 1
	mkdir -p "$upper/etc/ssh" "$dir/work" "$dir/root"
	chmod 755 "$upper" "$upper/etc" "$upper/etc/ssh"
	printf '%s\n' "$host_name" >"$upper/etc/hostname"
	printf '127.0.0.1\tlocalhost\n127.0.1.1\t%s\n::1\tlocalhost ip6-localhost\n' "$host_name" >"$upper/etc/hosts"
	printf 'nameserver %s.2\noptions timeout:2 attempts:2\n' "$network_prefix" >"$upper/etc/resolv.conf"
	printf '%s-%s-%s' "$lab_name" "$host_name" "$lab_seed" | md5sum | cut -c1-32 >"$upper/etc/machine-id"
	cp "$RW_LAB_DIR/keys/host/${host_port#h}"/ssh_host_* "$upper/etc/ssh/"
	chmod 600 "$upper"/etc/ssh/*_key
	host_mount "$base" "$dir"
}

# Removes the changes of a host; it must be off.
host_clear() {
	local dir
	dir=$(host_dir "$1")
	umount "$dir/root" || die "$dir/root cannot be unmounted"
	rm -rf --one-file-system "${dir:?}/upper" "${dir:?}/work"
}

# volatile: no fsync reaches the disk; a lab need not survive a power cut of the machine.
host_mount() {
	local option
	for option in ,volatile ''; do
		mount -t overlay "rwlab-$lab_name" "$2/root" \
			-o "lowerdir=$1,upperdir=$2/upper,workdir=$2/work$option" 2>/dev/null && return
	done
	die "no overlay mount on $2 (RW_LAB_DIR on overlayfs itself? put it on another file system)"
}

host_boot() {
	local dir
	dir=$(host_dir "$host_name")
	spawn "$dir/guard.pid" "$dir/boot.log" \
		unshare --mount --propagation private \
		env SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_LOCK=0 \
		"$lab_home/lib/guard" "$dir" "$lab_dir" "$(host_ns "$host_name")" \
		systemd-nspawn --quiet --boot --register=no --keep-unit \
		--network-namespace-path="$dir/netns" \
		--directory="$dir/root" --machine="$lab_name-$host_name" --hostname="$host_name" \
		--resolv-conf=off --timezone=off --link-journal=no --console=read-only \
		--bind-ro="$lab_standin:/usr/libexec/rke2-standin/lib" \
		--capability=CAP_NET_ADMIN,CAP_NET_RAW --kill-signal=SIGRTMIN+3
}

# The container's init is the child of nspawn that runs as systemd.
host_leader() {
	local pid child
	pid=$(recorded_pid "$(host_dir "$1")/nspawn.pid") || return 1
	for child in $(<"/proc/$pid/task/$pid/children"); do
		[[ $(cat "/proc/$child/comm" 2>/dev/null) == systemd ]] || continue
		# The one in a process namespace of its own, not nspawn's helper.
		[[ /proc/$child/ns/pid -ef /proc/$pid/ns/pid ]] && continue
		printf '%s' "$child"
		return
	done
	return 1
}

# A bare look at the SSH port: the banner comes when sshd accepts logins.
host_answers() {
	# shellcheck disable=SC2016
	nsenter --net="/run/netns/$console_ns" timeout 2 bash -c '
		exec 3<>"/dev/tcp/$0/22" && read -r -t 2 line <&3 && [[ $line == SSH-2.0* ]]' "$1" 2>/dev/null
}

# host_wait SECONDS ADDRESS…: all of them accept SSH logins.
host_wait() {
	local deadline=$((SECONDS + $1)) address
	shift
	for address in "$@"; do
		wait_for $((deadline > SECONDS ? deadline - SECONDS : 1)) host_answers "$address" || {
			note "$address does not answer on port 22"
			return 1
		}
	done
}

# nspawn ends by itself when the host's init is gone.
host_power_off() {
	local dir leader
	dir=$(host_dir "$1")
	end_recorded "$dir/guard.pid"
	leader=$(host_leader "$1") && kill -KILL "$leader" 2>/dev/null
	wait_for 5 host_is_off "$1" || end_recorded "$dir/nspawn.pid"
	wait_for 5 host_is_off "$1" || die "$1 does not go off"
}

host_is_off() {
	local dir
	dir=$(host_dir "$1")
	! recorded_pid "$dir/nspawn.pid" >/dev/null && ! recorded_pid "$dir/guard.pid" >/dev/null
}

host_reboot() {
	local old
	old=$(host_leader "$1") || die "$1 is off"
	host_exec "$1" systemctl --no-block reboot || die "$1 does not take a reboot"
	wait_for 60 host_leader_is_new "$1" "$old" || die "$1 did not come back from its reboot"
}

host_leader_is_new() {
	local now
	now=$(host_leader "$1") && [[ $now != "$2" ]]
}

# Runs a command as root inside the host, whatever its network does.
host_exec() {
	local leader name=$1
	shift
	leader=$(host_leader "$name") || die "$name is off"
	nsenter --target "$leader" --mount --uts --ipc --net --pid --cgroup -- \
		/usr/bin/env -i -C /root PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin \
		HOME=/root USER=root LOGNAME=root SHELL=/bin/bash LANG=C.UTF-8 ${TERM:+TERM="$TERM"} "$@"
}

host_rekey() {
	local dir set
	dir=$(host_dir "$1")
	set=$dir/newkeys
	keys_host "$set"
	cp "$set"/ssh_host_* "$dir/root/etc/ssh/"
	chmod 600 "$dir"/root/etc/ssh/*_key
	rm -rf "$set"
	if host_leader "$1" >/dev/null; then
		host_exec "$1" systemctl restart ssh
	fi
}

# Another machine in the place of this one: nothing of the old one is on it, and its keys are its own.
host_replace() {
	local dir lab_seed=$RANDOM$RANDOM
	host_power_off "$1"
	dir=$(host_dir "$1")
	umount "$dir/root" || die "$dir/root cannot be unmounted"
	rm -rf "$dir/upper" "$dir/work"
	host_prepare
	host_rekey "$1"
	host_boot
}
