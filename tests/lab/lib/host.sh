# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Hosts: an overlay over a shared base, or for containers a copy of it, booted by systemd-nspawn in
# the host's own network namespace.

host_prepare() {
	local dir base
	dir=$(host_dir "$host_name")
	base=$(base_ready "$host_base") || exit 1
	mkdir -p "$dir/root"
	if [[ -n $lab_folder ]]; then
		real_prepare "$dir"
		host_identify "$dir/root"
		: >"$dir/prepared"
	else
		mkdir -p "$dir/work" "$dir/upper/etc/ssh"
		chmod 755 "$dir/upper" "$dir/upper/etc" "$dir/upper/etc/ssh"
		host_identify "$dir/upper"
		host_mount "$base" "$dir"
	fi
}

# What makes one host differ from the next; for an overlay it goes straight into the upper layer.
host_identify() {
	local tree=$1
	printf '%s\n' "$host_name" >"$tree/etc/hostname"
	printf '127.0.0.1\tlocalhost\n127.0.1.1\t%s\n::1\tlocalhost ip6-localhost\n' "$host_name" >"$tree/etc/hosts"
	printf 'nameserver %s.2\noptions timeout:2 attempts:2\n' "$network_prefix" >"$tree/etc/resolv.conf"
	printf '%s-%s-%s' "$lab_name" "$host_name" "$lab_seed" | md5sum | cut -c1-32 >"$tree/etc/machine-id"
	cp "$RW_LAB_DIR/keys/host/${host_port#h}"/ssh_host_* "$tree/etc/ssh/"
	chmod 600 "$tree"/etc/ssh/*_key
}

# Removes the changes of a host; it must be off.
host_clear() {
	local dir
	dir=$(host_dir "$1")
	if [[ -z $lab_folder ]]; then umount "$dir/root" || die "$dir/root cannot be unmounted"; fi
	rm -rf --one-file-system "${dir:?}/upper" "${dir:?}/work" "${dir:?}/root"
}

# The files that a host has changed, without those below the given paths; for all that is in a host
# of a real lab and not in its base, the time of the change tells.
host_changed() {
	local dir below tree newer=() skipped=()
	dir=$(host_dir "$host_name")
	tree=$dir/upper
	if [[ -n $lab_folder ]]; then tree=$dir/root newer=(-cnewer "$dir/prepared"); fi
	for below in "$@"; do
		skipped+=(-path "./$below" -prune -o)
	done
	(cd "$tree" && find . -xdev "${skipped[@]}" -not -type d "${newer[@]}" -printf '%P\n') | sort
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
	local dir host_rights host_environment=()
	dir=$(host_dir "$host_name")
	host_rights=('--capability=CAP_NET_ADMIN,CAP_NET_RAW')
	if [[ -n $lab_folder ]]; then real_rights; fi
	spawn "$dir/guard.pid" "$dir/boot.log" \
		unshare --mount --propagation private \
		env SYSTEMD_NSPAWN_UNIFIED_HIERARCHY=1 SYSTEMD_NSPAWN_LOCK=0 "${host_environment[@]}" \
		"$lab_home/lib/guard" "$dir" "$lab_dir" "$(host_ns "$host_name")" \
		systemd-nspawn --quiet --boot --register=no --keep-unit \
		--network-namespace-path="$dir/netns" \
		--directory="$dir/root" --machine="$lab_name-$host_name" --hostname="$host_name" \
		--resolv-conf=off --timezone=off --link-journal=no --console=read-only \
		--bind-ro="$lab_standin:/usr/libexec/rke2-standin/lib" \
		"${host_rights[@]}" --kill-signal=SIGRTMIN+3
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
	local lab_seed=$RANDOM$RANDOM
	host_power_off "$1"
	host_clear "$1"
	host_prepare
	host_rekey "$1"
	host_boot
}
