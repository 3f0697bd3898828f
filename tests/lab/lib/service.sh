# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# The two servers every lab has: DNS (PowerDNS with a pipe backend whose answers
# follow the mode) and the release server.

lab_domain=rke2.demo.kingsd.top
release_names=(get.rke2.io update.rke2.io github.com objects.githubusercontent.com
	release-assets.githubusercontent.com rancher-mirror.rancher.cn index.docker.io
	registry-1.docker.io auth.docker.io registry.example.com)

# service_spawn NAME NAMESPACE CMD…: CMD runs chrooted in the services tree, with
# the lab's folder for it at /run/lab and the lab's sources at /run/source.
service_spawn() {
	local name=$1 namespace=$2 dir=$lab_dir/$1
	shift 2
	mkdir -p "$dir/root"
	# shellcheck disable=SC2016
	spawn "$dir/pid" "$dir/log" nsenter --net="/run/netns/$namespace" \
		unshare --mount --propagation private "$lab_home/lib/private" "$lab_dir" bash -ec '
			lower=$1 dir=$2 source=$3
			shift 3
			root=$dir/root
			mount -t overlay -o "lowerdir=$lower" overlay "$root"
			mount -t tmpfs tmpfs "$root/run"
			mkdir "$root/run/lab" "$root/run/source"
			mount --bind "$dir" "$root/run/lab"
			mount --bind -o ro "$source" "$root/run/source"
			mount --bind /dev/null "$root/dev/null"
			mount --bind /dev/urandom "$root/dev/urandom"
			mount -t proc proc "$root/proc"
			exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 chroot "$root" "$@"
		' "$name" "$lab_services" "$dir" "$lab_home" "$@"
}

dns_up() {
	local dir=$lab_dir/dns
	mkdir -p "$dir"
	dns_zone >"$dir/zone"
	[[ -f $dir/mode ]] || echo all >"$dir/mode"
	cat >"$dir/pdns.conf" <<-END
		launch=pipe
		pipe-command=/run/source/dns/backend.py /run/lab
		pipe-abi-version=1
		pipe-timeout=5000
		local-address=$network_prefix.2
		daemon=no
		guardian=no
		disable-syslog=yes
		distributor-threads=1
		receiver-threads=1
		cache-ttl=0
		query-cache-ttl=0
		negquery-cache-ttl=0
		zone-cache-refresh-interval=0
		socket-dir=/run
		security-poll-suffix=
		version-string=anonymous
	END
	service_spawn dns "$dns_ns" pdns_server --config-dir=/run/lab
}

# What the backend answers from: the fixed names, and the registration name.
dns_zone() {
	local name
	for name in "${release_names[@]}"; do
		echo "host $name $network_prefix.3"
	done
	while read -r host_name host_address host_role _ _; do
		echo "host $host_name $host_address"
		echo "$host_role $lab_domain $host_address"
	done <"$lab_hosts"
}

dns_answers() { port_answers "$dns_ns" "$network_prefix.2" 53; }
release_answers() { port_answers "$release_ns" "$network_prefix.3" 443; }

# port_answers NAMESPACE ADDRESS PORT: something accepts connections there.
port_answers() {
	nsenter --net="/run/netns/$1" bash -c "exec 3<>/dev/tcp/$2/$3" 2>/dev/null
}

# dns_mode MODE [ARGUMENT…]: the backend reads the mode at every question.
dns_mode() {
	local mode=${1:-} name address pid signal words=()
	case $mode in
	all | one | agent | nxdomain | refused | silent | aaaa)
		(($# == 1)) || die "dns $mode takes no argument"
		words=("$mode")
		;;
	missing)
		(($# == 2)) || die 'dns missing NAME'
		find_host "$2"
		words=(missing "$host_address")
		;;
	extra | ttl)
		(($# == 2)) || die "dns $mode VALUE"
		words=("$mode" "$2")
		;;
	split)
		(($# >= 3)) || die 'dns split HOST ADDRESS…'
		find_host "$2"
		words=(split "$host_address")
		shift 2
		for name in "$@"; do
			address=$name
			if [[ $name == ha-* ]]; then
				find_host "$name"
				address=$host_address
			fi
			words+=("$address")
		done
		;;
	*) die "unknown dns mode '$mode' (all one missing extra agent nxdomain refused silent ttl split aaaa)" ;;
	esac
	need_lab
	echo "${words[*]}" | put_file "$lab_dir/dns/mode"
	# A stopped process is as silent as a name server can be.
	signal=CONT
	[[ $mode != silent ]] || signal=STOP
	if pid=$(recorded_pid "$lab_dir/dns/pid"); then
		kill "-$signal" "$pid"
	fi
}

release_up() {
	local dir=$lab_dir/release
	mkdir -p "$dir"
	[[ -f $dir/tls.crt ]] || keys_certificate "$dir" "${release_names[@]}"
	touch "$lab_dir/release.log"
	ln -f "$lab_dir/release.log" "$dir/requests.log"
	service_spawn release "$release_ns" /usr/bin/python3 -I /run/source/release/server.py \
		"$network_prefix.3" /run/lab
}

release_fault() {
	need_lab
	case ${1:-} in
	clear) echo none ;;
	installer-404 | installer-empty | installer-html | checksum-wrong | tarball-404 | cut | channel-down | down)
		echo "$1"
		;;
	slow)
		[[ ${2:-} =~ ^[1-9][0-9]*$ ]] || die 'release slow BYTES_PER_SECOND'
		echo "slow $2"
		;;
	*) die "unknown release fault '${1:-}'" ;;
	esac | put_file "$lab_dir/release/fault"
	if [[ ${1:-} == down ]]; then
		end_recorded "$lab_dir/release/pid"
	elif ! recorded_pid "$lab_dir/release/pid" >/dev/null; then
		release_up
		wait_for 60 release_answers || die 'the release server does not come up'
	fi
}
