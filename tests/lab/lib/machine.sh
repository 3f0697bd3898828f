# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Needs of the lab from the machine it runs on: packages and kernel limits.

# tool:package pairs; a package is installed only if its tool is missing.
machine_tools=(
	debootstrap:debootstrap
	systemd-nspawn:systemd-container
	ip:iproute2
	openssl:openssl
	ssh-keygen:openssh-client
	nft:nftables
	nsenter:util-linux
	update-ca-certificates:ca-certificates
	curl:curl
)

machine_lacks() {
	local pair
	for pair in "${machine_tools[@]}"; do
		command -v "${pair%%:*}" >/dev/null || printf '%s\n' "${pair#*:}"
	done
	# Without Debian's keys debootstrap would refuse its own mirror.
	[[ -e /usr/share/keyrings/debian-archive-keyring.gpg ]] || echo debian-archive-keyring
}

machine_setup() {
	local missing
	mapfile -t missing < <(machine_lacks)
	if ((${#missing[@]})); then
		note "installing ${missing[*]}"
		DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
			"${missing[@]}" >"$RW_LAB_DIR/apt.log" 2>&1 ||
			{ apt-get update -q && DEBIAN_FRONTEND=noninteractive apt-get install -y -q \
				--no-install-recommends "${missing[@]}"; } >>"$RW_LAB_DIR/apt.log" 2>&1 ||
			die "apt could not install ${missing[*]}: see $RW_LAB_DIR/apt.log"
	fi
	machine_limits
}

raise_limit() {
	local file=/proc/sys/$1 now
	{ read -r now <"$file"; } 2>/dev/null || return 0
	((now >= $2)) || echo "$2" >"$file" 2>/dev/null ||
		note "could not raise $1 to $2; many hosts may not boot"
}

# Each booted systemd holds inotify instances, keys and watches.
machine_limits() {
	raise_limit fs/inotify/max_user_instances 8192
	raise_limit fs/inotify/max_user_watches 524288
	raise_limit kernel/keys/maxkeys 20000
	raise_limit kernel/keys/maxbytes 2000000
	raise_limit kernel/pid_max 65536
	raise_limit net/ipv4/neigh/default/gc_thresh3 16384
}

# The mirror is the machine's own: no mirror is named in the project.
machine_mirror() {
	local found
	if [[ -n ${RW_LAB_MIRROR:-} ]]; then
		printf '%s' "$RW_LAB_MIRROR"
		return
	fi
	# shellcheck disable=SC2016
	found=$(apt-get indextargets --format '$(ORIGIN) $(LABEL) $(COMPONENT) $(CREATED_BY) $(REPO_URI)' |
		awk '$1 == "Debian" && $2 == "Debian" && $3 == "main" { print $NF; exit }')
	[[ -n $found ]] || die 'apt knows no Debian mirror (run apt-get update, or set RW_LAB_MIRROR)'
	printf '%s' "$found"
}
