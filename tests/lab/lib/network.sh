# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# The lab's network: a bridge in a namespace of its own, one namespace per host,
# and cables between them. Nothing of it is visible from, or leads to, the machine.

network_prefix=192.168.205
first_host_number=85

# Addresses continue past .255 into the next network when a lab is that large.
host_address_of() {
	local number=$((205 * 256 + first_host_number + $1))
	printf '192.168.%d.%d' $((number / 256)) $((number % 256))
}

# A /24 like the document's while it lasts, else room for 1000 hosts.
network_mask() {
	if (($1 <= 160)); then echo 24; else echo 22; fi
}

# cable_batch NAMESPACE PORT ADDRESS/MASK prints the ip commands, for the switch's
# namespace, that give NAMESPACE an eth0 at switch port PORT.
cable_batch() {
	printf 'link add %s type veth peer name eth0 netns %s\n' "$2" "$1"
	printf 'link set %s master lab0 up\n' "$2"
}

inside_batch() {
	printf 'link set lo up\naddr add %s dev eth0\nlink set eth0 up\n' "$1"
	printf 'route add default via %s.1\n' "$network_prefix"
}

network_up() {
	local mask count
	count=$(wc -l <"$lab_hosts")
	mask=$(network_mask "$count")
	mkdir -p /run/netns
	ip netns add "$switch_ns" || return 1
	ip -n "$switch_ns" -batch - <<-END || return 1
		link set lo up
		link add lab0 type bridge forward_delay 0 stp_state 0
		link set lab0 up
		addr add $network_prefix.1/$mask dev lab0
	END
	network_plug "$dns_ns" dns "$network_prefix.2/$mask" &&
		network_plug "$release_ns" release "$network_prefix.3/$mask" &&
		network_plug "$console_ns" console "$network_prefix.10/$mask" || return 1
	while read -r host_name host_address _ _ host_port; do
		network_plug "$(host_ns "$host_name")" "$host_port" "$host_address/$mask" || return 1
	done <"$lab_hosts"
}

network_plug() {
	ip netns add "$1" &&
		cable_batch "$1" "$2" | ip -n "$switch_ns" -batch - &&
		inside_batch "$3" | ip -n "$1" -batch -
}

# The host's end stays up without a carrier, as when a cable is pulled.
network_cut() { ip -n "$switch_ns" link set "$1" down; }
network_join() { ip -n "$switch_ns" link set "$1" up; }
network_carries() { ip -n "$1" -o link show dev "$2" | grep -q ' state UP '; }
network_passes() { network_carries "$switch_ns" "$1" && network_carries "$2" eth0; } # PORT NAMESPACE
# For which the kernel takes up to a second; a host that is off may stay without.
network_wait() { wait_for 5 network_passes "$@" || :; }

# The lab's namespaces by inode, to know its processes by where they live.
network_inodes() {
	local file
	for file in "/run/netns/rwlab.$lab_name".*; do
		[[ -e $file ]] && stat -L -c %i "$file"
	done
}

network_down() {
	local file
	for file in "/run/netns/rwlab.$lab_name".*; do
		[[ -e $file ]] && ip netns delete "${file##*/}"
	done
}
