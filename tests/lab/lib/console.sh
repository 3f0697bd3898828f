# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# The console: where the program under test runs. Its own network namespace on
# the lab's bridge, the lab's name server and CA, and a home of the lab's.

console_prepare() {
	local home=$lab_dir/console etc=$lab_dir/console-etc bundle
	mkdir -p "$home/.ssh" "$etc"
	chmod 700 "$home" "$home/.ssh"
	cp "$RW_LAB_DIR"/keys/user/id_* "$home/.ssh/"
	chmod 600 "$home"/.ssh/id_*
	console_known_hosts
	printf 'nameserver %s.2\n' "$network_prefix" >"$etc/resolv.conf"
	printf '127.0.0.1\tlocalhost\n::1\tlocalhost\n127.0.1.1\tconsole %s\n' "$(uname -n)" >"$etc/hosts"
	sed '/^hosts:/d' /etc/nsswitch.conf >"$etc/nsswitch.conf"
	echo 'hosts: files dns' >>"$etc/nsswitch.conf"
	# ssh takes the home of its user from here, not from HOME.
	awk -F: -v OFS=: -v home="$home" '$3 == 0 { $6 = home } 1' /etc/passwd >"$etc/passwd"
	bundle=/etc/ssl/certs/ca-certificates.crt
	cat "$bundle" "$RW_LAB_DIR/keys/ca/ca.crt" >"$etc/ca-certificates.crt"
	cat >"$etc/enter" <<-'END'
		#!/bin/bash
		# Runs in a mount namespace of its own: lays the lab's files over the machine's.
		etc=$1 dir=$2
		shift 2
		for file in resolv.conf hosts nsswitch.conf passwd; do
			target=$(readlink -f "/etc/$file")
			[[ -e $target ]] && mount --bind "$etc/$file" "$target"
		done
		mount --bind "$etc/ca-certificates.crt" "$(readlink -f /etc/ssl/certs/ca-certificates.crt)"
		[[ -d /run/nscd ]] && mount -t tmpfs tmpfs /run/nscd
		cd "$dir" || exit 1
		exec "$@"
	END
	chmod 755 "$etc/enter"
}

console_known_hosts() {
	local dir
	while read -r host_name host_address _ _ _; do
		dir=$(host_dir "$host_name")/root/etc/ssh
		while read -r type key _; do
			printf '%s,%s %s %s\n[%s]:2222,[%s]:2222 %s %s\n' "$host_name" "$host_address" "$type" "$key" \
				"$host_name" "$host_address" "$type" "$key"
		done < <(cat "$dir"/ssh_host_{ed25519,ecdsa,rsa}_key.pub)
	done <"$lab_hosts" >"$lab_dir/console/.ssh/known_hosts"
	chmod 600 "$lab_dir/console/.ssh/known_hosts"
}

# Replaces this process, so that signals and the exit status are CMD's own.
console_exec() {
	local home=$lab_dir/console etc=$lab_dir/console-etc
	(($#)) || set -- "${SHELL:-/bin/bash}"
	[[ -n ${lab_keep_agent:-} ]] || unset SSH_AUTH_SOCK
	unset "${!XDG_@}" lab_keep_agent
	export HOME=$home USER=root LOGNAME=root RW_LAB=$lab_name RW_LAB_DIR
	exec nsenter --net="/run/netns/$console_ns" \
		unshare --mount --propagation private "$lab_home/lib/private" "$lab_dir" "$etc/enter" "$etc" "$PWD" "$@"
}
