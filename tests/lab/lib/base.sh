# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Base systems: one cached debootstrap tree per Debian release, shared by all hosts of all labs.

bases=(debian12 debian13)

base_suite() {
	case $1 in
	debian12) echo bookworm ;;
	debian13) echo trixie ;;
	*) die "unknown base '$1' (debian12, debian13)" ;;
	esac
}

base_hash() {
	{
		cat "$lab_home"/base/recipe.sh "$lab_home"/base/packages "$RW_LAB_DIR"/keys/authorized_keys \
			"$RW_LAB_DIR"/keys/ca/ca.crt
		uname -r
	} | sha256sum | cut -c1-12
}

base_dir() { printf '%s/bases/%s-%s' "$RW_LAB_DIR" "$1" "$(base_hash)"; }

# Makes the base unless it is cached; prints its tree.
base_ready() {
	local dir
	dir=$(base_dir "$1")
	if [[ ! -f $dir/complete ]]; then
		(
			flock 9
			[[ -f $dir/complete ]] || base_build "$1" "$dir"
		) 9>"$RW_LAB_DIR/bases/lock" || exit 1
	fi
	printf '%s/root' "$dir"
}

base_build() {
	local name=$1 dir=$2 mirror packages log=$RW_LAB_DIR/bases/$1.log
	mirror=$(machine_mirror) || exit 1
	base_prune "$name"
	note "building the $name base, once (log: $log)"
	rm -rf "$dir"
	mkdir -p "$dir" "$RW_LAB_DIR/bases/cache"
	packages=$(paste -sd, "$lab_home/base/packages")
	(
		base_proxy
		debootstrap --variant=minbase --cache-dir="$RW_LAB_DIR/bases/cache" \
			--include="$packages" "$(base_suite "$name")" "$dir/root" "$mirror" &&
			base_furnish "$dir/root"
	) >"$log" 2>&1 || {
		tail -n 5 "$log" >&2
		die "the $name base could not be built: see $log"
	}
	touch "$dir/complete"
}

# apt may know a proxy that the environment does not.
base_proxy() {
	local proxy=''
	eval "$(apt-config shell proxy Acquire::http::Proxy)"
	if [[ -n $proxy && -z ${http_proxy:-} ]]; then
		export http_proxy=$proxy
	fi
}

base_furnish() {
	local root=$1
	mkdir -p "$root/lab-recipe"
	cp "$lab_home/base/recipe.sh" "$RW_LAB_DIR/keys/authorized_keys" "$root/lab-recipe/"
	cp "$RW_LAB_DIR/keys/ca/ca.crt" "$root/lab-recipe/lab-ca.crt"
	base_chroot "$root" sh /lab-recipe/recipe.sh "$(uname -r)" || return 1
	rm -rf "$root/lab-recipe"
}

# A chroot that can reach the mirror; its mounts vanish with the process.
base_chroot() {
	# shellcheck disable=SC2016
	unshare --mount --propagation private bash -ec '
		root=$0
		mount -t proc proc "$root/proc"
		mount --rbind /dev "$root/dev"
		resolv=$root/etc/resolv.conf
		[ -L "$resolv" ] && rm -f "$resolv"
		[ -e "$resolv" ] || touch "$resolv"
		cat /etc/resolv.conf >"$resolv"
		[ ! -e /etc/hosts ] || cat /etc/hosts >"$root/etc/hosts"
		exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C.UTF-8 \
			DEBIAN_FRONTEND=noninteractive ${http_proxy:+http_proxy="$http_proxy"} \
			chroot "$root" "$@"' "$@"
}

# Old trees of this base go away, unless a lab stands on them.
base_prune() {
	local dir
	for dir in "$RW_LAB_DIR/bases/$1"-????????????; do
		[[ -d $dir && $dir != "$(base_dir "$1")" ]] || continue
		grep -qsF "$dir/" /proc/self/mountinfo || rm -rf "$dir"
	done
}
