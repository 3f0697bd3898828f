# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Labs come and go: up, down, list.

lab_up() {
	local base=debian12 servers=3 agents=1 mode=(all) addresses=() cni=none
	while (($#)); do
		case $1 in
		--base) base=$2 ;;
		--servers) servers=$2 ;;
		--agents) agents=$2 ;;
		--dns) read -ra mode <<<"$2" ;;
		--real) lab_folder=$2 ;;
		--cni) cni=$2 ;;
		*) die "up does not know '$1'" ;;
		esac
		shift 2 || die "$1 needs a value"
	done
	[[ $base =~ ^(debian12|debian13|mixed)$ ]] || die '--base debian12|debian13|mixed'
	[[ $servers =~ ^[1-9][0-9]*$ && $agents =~ ^[0-9]+$ ]] || die '--servers N --agents N'
	((servers + agents <= 400)) || die 'a lab holds at most 400 hosts'
	need_root
	[[ ! -e $lab_dir ]] || die "lab '$lab_name' exists already (lab down --name $lab_name)"
	lab_setup "$base" "$((servers + agents))"
	mkdir "$lab_dir" || die "lab '$lab_name' comes up already"
	printf '%s %s\n' "$$" "$(process_start $$)" >"$lab_dir/up.pid"
	lab_seed=$(date +%s%N)
	lab_real=''
	if [[ -n $lab_folder ]]; then
		real_begin "$lab_folder" "$cni"
		eval "$lab_real"
	fi
	lab_write_hosts "$base" "$servers" "$agents"
	lab_services=$(services_ready) || exit 1
	lab_standin=$(standin_tree) || exit 1
	printf 'lab_seed=%s\nlab_services=%q\nlab_standin=%q\nlab_folder=%q\n%s\n' "$lab_seed" "$lab_services" \
		"$lab_standin" "$lab_folder" "$lab_real" >"$lab_conf"
	network_up || die 'the network could not be set up'
	while read -r host_name host_address host_role host_base host_port; do
		host_prepare
		host_boot
		addresses+=("$host_address")
	done <"$lab_hosts"
	console_prepare
	dns_up
	dns_mode "${mode[@]}"
	release_up
	host_wait $((60 + 3 * (servers + agents))) "${addresses[@]}" || die "not every host came up (see $lab_dir/host/*/boot.log)"
	wait_for 60 dns_answers || die "the DNS server does not come up (see $lab_dir/dns/log)"
	wait_for 60 release_answers || die "the release server does not come up (see $lab_dir/release/log)"
	rm -f "$lab_dir/up.pid"
}

# Every host loses what it has changed and boots again; its name, address and keys stay, so that the
# console still knows it. Cheaper than down and up, and the servers of the lab keep running.
lab_fresh() {
	local addresses=()
	while read -r host_name host_address host_role host_base host_port; do
		network_join "$host_port"
		host_is_off "$host_name" || host_power_off "$host_name" &
		addresses+=("$host_address")
	done <"$lab_hosts"
	wait
	while read -r host_name host_address host_role host_base host_port; do
		host_is_off "$host_name" || die "$host_name does not go off"
		host_clear "$host_name"
		host_prepare
		host_boot
	done <"$lab_hosts"
	host_wait 60 "${addresses[@]}" || die 'not every host comes up'
}

# lab_setup BASE|mixed|all [HOSTS]
lab_setup() {
	local base
	need_root
	mkdir -p "$RW_LAB_DIR/bases" "$RW_LAB_DIR/labs"
	# Two labs may come up at once, but only one prepares the ground.
	(
		flock 8
		machine_setup
		keys_setup
		keys_pool "${2:-4}"
	) 8>"$RW_LAB_DIR/bases/setup.lock" || exit 1
	for base in "${bases[@]}"; do
		[[ $1 == all || $1 == mixed || $1 == "$base" ]] || continue
		base_ready "$base" >/dev/null || exit 1
	done
	services_ready >/dev/null || exit 1
}

# A mixed lab alternates, so that servers and agents of both releases are in it.
lab_write_hosts() {
	local number name role base=$1
	for ((number = 0; number < $2 + $3; number++)); do
		role=server name=ha-m$((number + 1))
		((number < $2)) || role=agent name=ha-w$((number - $2 + 1))
		if [[ $1 == mixed ]]; then base=${bases[number % 2]}; fi
		echo "$name $(host_address_of "$number") $role $base h$((number + 1))"
	done | put_file "$lab_hosts"
}

# Works on whatever is left of a lab, also after a crash in the middle of up.
lab_down() {
	local record pid
	need_root
	# An `up` that still runs would keep making things.
	for record in "$lab_dir"/up.pid "$lab_dir"/*/pid "$lab_dir"/host/*/guard.pid "$lab_dir"/host/*/nspawn.pid; do
		[[ -e $record ]] || continue
		pid=$(recorded_pid "$record") || continue
		kill -KILL "$pid" 2>/dev/null
	done
	lab_end_residents
	wait_for 20 lab_is_empty || note 'some processes do not end'
	lab_unmount
	wait_for 20 lab_remove_cgroups || note 'some cgroups do not go away'
	network_down
	rm -rf --one-file-system "${lab_dir:?}"
	[[ ! -e $lab_dir ]] || die "could not remove $lab_dir"
}

# Every process that lives in one of the lab's network namespaces is the lab's.
lab_residents() {
	local inodes
	inodes=$(network_inodes)
	[[ -n $inodes ]] || return 0
	stat -L -c '%i %n' /proc/[0-9]*/ns/net 2>/dev/null |
		awk -v inodes="$inodes" 'BEGIN { n = split(inodes, list, "\n"); for (i = 1; i <= n; i++) ours[list[i]] = 1 }
			$1 in ours { split($2, part, "/"); print part[3] }'
}

lab_end_residents() {
	local pid
	for pid in $(lab_residents); do
		[[ $pid == "$$" ]] || kill -KILL "$pid" 2>/dev/null
	done
}

lab_is_empty() {
	lab_end_residents
	[[ -z $(lab_residents) ]]
}

# Through mounts of their own, as the hosts' guards made them.
lab_remove_cgroups() {
	# shellcheck disable=SC2016
	unshare --mount --propagation private bash -c '
		. "$1/lib/cgroup.sh"
		mountpoint -q /sys || mount -t sysfs sysfs /sys
		mount -t cgroup2 cgroup2 /sys/fs/cgroup && mount -t tmpfs lab-cgroup /mnt && cgroup_v1_mount /mnt || exit
		shopt -s nullglob
		for group in {/sys/fs/cgroup,/mnt/*}/rwlab."$0".*; do
			cgroup_remove "$group" || status=1
		done
		exit "${status:-0}"' "$lab_name" "$lab_home"
}

lab_unmount() {
	local target
	while read -r target; do
		umount "$target" 2>/dev/null || umount --lazy "$target"
	done < <(awk -v dir="$lab_dir/" 'index($5, dir) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
	for target in /run/systemd/nspawn/{unix-export,propagate}/"$lab_name"-ha-*; do
		[[ -e $target ]] || continue
		umount "$target" 2>/dev/null
		rmdir "$target" 2>/dev/null
	done
}

lab_list() {
	local dir
	for dir in "$RW_LAB_DIR"/labs/*/; do
		[[ -d $dir ]] || continue
		use_lab "$(basename "$dir")"
		printf '%s %s hosts\n' "$lab_name" "$(wc -l 2>/dev/null <"$lab_hosts" || echo 0)"
	done
}

lab_list_hosts() {
	need_lab
	cut -d' ' -f1-3 "$lab_hosts"
}

lab_answers() {
	need_lab
	cat <<-END
		version: 1
		cluster: ha-demo
		registration-name: $lab_domain
		token: my-shared-secret
		rke2: {version: ${lab_version:-v1.26.12+rke2r1}}
		ssh: {user: root, port: 22, key: ~/.ssh/id_ed25519}
		hosts:
	END
	while read -r host_name host_address host_role _ _; do
		echo "  - {name: $host_name, address: $host_address, role: $host_role}"
	done <"$lab_hosts"
	if [[ -n $lab_folder ]]; then printf 'source: %s\ncni: %s\n' "$folder_on_hosts" "$lab_cni"; fi
}
