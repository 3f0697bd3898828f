# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Layers: what a base does not have and only some need, as an overlay over it. base/layer-NAME lists
# the packages of one; the function layer_furnish_NAME, if there is one, adds to its tree.

# The DNS server and the release server live in it.
services_ready() { layer_ready services debian12; }

layer_hash() {
	local furnish=
	if declare -F "layer_furnish_$1" >/dev/null; then
		furnish=$(declare -f "layer_furnish_$1" && find "$lab_home/$1" -type f -exec cat {} + 2>/dev/null)
	fi
	{ cat "$lab_home/base/layer-$1" && printf '%s' "$furnish"; } | sha256sum | cut -c1-12
}

# Makes the layer unless it is cached; prints the trees of an overlay, the upper one first.
layer_ready() { # NAME BASE
	local base layer
	base=$(base_ready "$2") || exit 1
	layer=${base%/root}/$1-$(layer_hash "$1")
	if [[ ! -f $layer.complete ]]; then
		(
			flock 9
			[[ -f $layer.complete ]] || layer_build "$1" "$base" "$layer" "$(base_suite "$2")"
		) 9>"$RW_LAB_DIR/bases/lock" || exit 1
	fi
	printf '%s:%s' "$layer" "$base"
}

layer_build() { # NAME BASE-TREE LAYER SUITE
	local name=$1 base=$2 layer=$3 mirror log=$RW_LAB_DIR/bases/$1.log
	mirror=$(machine_mirror) || exit 1
	note "adding the layer of $name to ${base%/root}, once"
	layer_prune "$name" "$base" "$layer"
	rm -rf "$layer" "$layer.work" "$layer.root"
	mkdir -p "$layer" "$layer.work" "$layer.root"
	(
		base_proxy
		export http_proxy
		# shellcheck disable=SC2016
		unshare --mount --propagation private bash -ec '
			root=$2.root
			mount -t overlay overlay -o "lowerdir=$1,upperdir=$2,workdir=$2.work" "$root"
			echo "deb $3 $4 main" >"$root/etc/apt/sources.list"
			mount --rbind /dev "$root/dev"
			mount -t proc proc "$root/proc"
			rm -f "$root/etc/resolv.conf"
			cat /etc/resolv.conf >"$root/etc/resolv.conf"
			[ ! -e /etc/hosts ] || cat /etc/hosts >"$root/etc/hosts"
			printf "#!/bin/sh\nexit 101\n" >"$root/usr/sbin/policy-rc.d"
			chmod 755 "$root/usr/sbin/policy-rc.d"
			export DEBIAN_FRONTEND=noninteractive PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8
			mapfile -t packages <"$5"
			chroot "$root" apt-get update -q
			chroot "$root" apt-get install -y -q --no-install-recommends "${packages[@]}"
			chroot "$root" apt-get clean
			rm -rf "$root"/var/lib/apt/lists/* "$root/etc/apt/sources.list" "$root/usr/sbin/policy-rc.d"
			# They are the lab'"'"'s for each host.
			rm -f "$root/etc/resolv.conf" "$root/etc/hosts"
		' sh "$base" "$layer" "$mirror" "$4" "$lab_home/base/layer-$name" &&
			if declare -F "layer_furnish_$name" >/dev/null; then "layer_furnish_$name" "$layer"; fi
	) >"$log" 2>&1 || {
		tail -n 5 "$log" >&2
		die "the layer of $name could not be built: see $log"
	}
	rm -rf "$layer.work" "$layer.root"
	touch "$layer.complete"
}

# Older trees of this layer go away, unless a lab stands on them.
layer_prune() { # NAME BASE-TREE LAYER
	local tree
	for tree in "${2%/root}/$1"-????????????; do
		[[ -d $tree && $tree != "$3" ]] || continue
		grep -qsF "$tree" /proc/self/mountinfo || rm -rf "$tree" "$tree.complete"
	done
}
