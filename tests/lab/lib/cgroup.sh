# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Control groups of a host: one of its own in each tree of the machine. For v2 alone that is all; a
# host for containers on a machine with v1 has one in each tree of v1 too.

# cgroup_v1_mount DIR: the machine's trees of v1, in a folder each.
cgroup_v1_mount() {
	local number set
	while IFS=: read -r number set _; do
		[[ $number != 0 ]] || continue
		mkdir -p "$1/$number"
		mount -t cgroup -o "${set/#name=/none,name=}" lab-cgroup "$1/$number" || return 1
	done </proc/self/cgroup
}

# cgroup_make GROUP: what is left of an earlier life of the host goes away.
cgroup_make() {
	local name
	cgroup_remove "$1" || :
	mkdir -p "$1" || return 1
	# A group of cpuset takes no process before it has these.
	for name in cpuset.cpus cpuset.mems; do
		[[ ! -f $1/$name || -f $1/cgroup.controllers ]] || cat "${1%/*}/$name" >"$1/$name" || return 1
	done
}

cgroup_remove() {
	[[ ! -d $1 ]] || find "$1" -depth -type d -exec rmdir {} + 2>/dev/null
}

# cgroup_offer TREE: what v2 has goes to the groups below its top.
cgroup_offer() {
	local name
	for name in $(<"$1/cgroup.controllers"); do
		echo "+$name" >"$1/cgroup.subtree_control" 2>/dev/null || :
	done
}
