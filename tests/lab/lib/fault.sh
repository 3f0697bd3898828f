# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Faults of one host. They stand in a file on the host, which the stand-in and
# the install script read; a full disk is a mount.

fault_file=etc/rke2-standin/faults

host_fault() {
	local name=$1 fault=${2:-} value=${3:-} file
	find_host "$name"
	file=$(host_dir "$host_name")/root/$fault_file
	case $fault in
	clear)
		: >"$file"
		fault_disk_clear
		return
		;;
	pace | start-delay | ready-delay | report-delay | promotion-tick | join-delay | chatter | uninstall-delay)
		[[ $value =~ ^[0-9]+(\.[0-9]+)?$ ]] || die "fault $fault SECONDS"
		;;
	never-ready | no-san | learner-stuck | too-many-requests)
		[[ -z $value ]] || die "fault $fault takes no value"
		;;
	crash-loop) ;;
	kubelet-exit | sandbox-fails | image-import-fails)
		[[ -n $value ]] || die "fault $fault TEXT"
		;;
	pod-crashes)
		[[ -n $value && -n ${4:-} ]] || die 'fault pod-crashes NAME TEXT'
		value="$value $4"
		;;
	uninstall-fail)
		[[ $value =~ ^[0-9]+$ ]] || die 'fault uninstall-fail CODE'
		;;
	installer-fail)
		[[ -n $value ]] || die 'fault installer-fail LINE [EXIT-CODE]'
		value="${4:-1} $value"
		;;
	disk-full)
		fault_disk_full "${value:-/usr/local/bin}"
		return
		;;
	*) die "unknown fault '$fault'" ;;
	esac
	mkdir -p "${file%/*}"
	{
		grep -vs "^$fault\( \|$\)" "$file"
		echo "$fault${value:+ $value}"
	} | put_file "$file"
}

# A full 64 KiB file system where the installer writes. Not /usr/local itself:
# the installer takes a mount point there as a reason to go elsewhere.
fault_disk_full() {
	# shellcheck disable=SC2016
	host_exec "$host_name" bash -c '
		mkdir -p "$0" && mount -t tmpfs -o size=64k,mode=755 lab-disk-full "$0" &&
			head -c 1M /dev/zero >"$0/.full" 2>/dev/null
		mountpoint -q "$0"' "$1" || die "could not fill $1"
}

fault_disk_clear() {
	host_leader "$host_name" >/dev/null || return 0
	# shellcheck disable=SC2016
	host_exec "$host_name" bash -c '
		while read -r source target _; do
			[[ $source != lab-disk-full ]] || umount "$target"
		done </proc/mounts'
}

# The rules replace those of an earlier call, and only those.
host_firewall() {
	local name=$1 rules=${2:-}
	find_host "$name"
	if [[ $rules == clear ]]; then
		host_exec "$host_name" nft flush ruleset
	else
		[[ -r $rules ]] || die 'firewall HOST RULESET-FILE|clear'
		{
			echo 'flush ruleset'
			cat "$rules"
		} | host_exec "$host_name" nft -f -
	fi
}
