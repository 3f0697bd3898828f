# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Hosts for containers run containers: Debian's containerd and runc, with limits, on two at a time.
# An image on an overlay, a network of CNI, limits of memory and of processes, read and felt, and a
# lower OOM score; twice, and after a restart and a loss of power. Then an install from the folder.
lab_options='--base mixed --servers 1 --agents 1 --real standin'
real=yes
pace=1

hosts=(ha-m1 ha-w1)
# in_containers HOST CMD: in the host, where containers can be.
in_containers() { on "$1" /usr/local/lib/lab-containers/enter sh -c "$2"; }
# limit HOST GROUP v1-FILE v2-FILE: what the kernel holds.
limit() {
	in_containers "$1" "cat /sys/fs/cgroup/${3%%.*}/$2/$3 2>/dev/null || cat /sys/fs/cgroup/$2/$4"
}

# An image of one layer, with a program that needs no other, as `docker save` writes it.
image() {
	local dir=$scenario_tmp/image layer
	mkdir -p "$dir/tree/bin"
	cp "$("$lab" root ha-m1)/bin/busybox" "$dir/tree/bin/"
	for layer in sh cat ip ping sleep; do ln -sf busybox "$dir/tree/bin/$layer"; done
	tar -C "$dir/tree" -cf "$dir/layer.tar" .
	printf '{"architecture":"%s","os":"linux","config":{"Cmd":["/bin/sh"]},"rootfs":{"type":"layers","diff_ids":["sha256:%s"]}}' \
		"$(on ha-m1 dpkg --print-architecture)" "$(sha256sum "$dir/layer.tar" | cut -d' ' -f1)" >"$dir/config.json"
	printf '[{"Config":"config.json","RepoTags":["lab/busybox:1"],"Layers":["layer.tar"]}]' >"$dir/manifest.json"
	tar -C "$dir" -cf "$scenario_tmp/image.tar" manifest.json config.json layer.tar
}

# begun HOST: its containerd runs, and has the image.
begun() {
	on "$1" 'systemd-run --quiet --unit=lab-containerd --property=Type=notify --property=Delegate=yes /usr/local/lib/lab-containers/enter /usr/bin/containerd'
	on "$1" 'ctr images import - >/dev/null' <"$scenario_tmp/image.tar"
}

# by_containerd HOST NUMBER: a container with a network and a limit of memory.
by_containerd() {
	local group=lab/memory-$2 got
	on "$1" "ctr run --detach --cni --cgroup /$group --memory-limit 33554432 docker.io/lab/busybox:1 net-$2 sleep 1000" || return
	[[ $(limit "$1" "$group" memory.limit_in_bytes memory.max) == 33554432 ]] || return
	got=$(on "$1" "ctr task exec --exec-id a net-$2 ip -4 -o address show dev eth0" | grep -o '10\.42\.[0-9.]*' | head -n 1)
	[[ -n $got ]] || return
	on "$1" "ping -c 1 -W 5 $got >/dev/null" || return
	on "$1" "findmnt -rn -o FSTYPE,TARGET | grep -q '^overlay .*/net-$2/rootfs'" || return
	# More than it may have: the kernel ends it, and the host notices nothing.
	on "$1" "ctr task exec --exec-id b net-$2 sh -c 'x=0123456789abcdef; while :; do x=\$x\$x; done'" >/dev/null 2>&1 && return 1
	on "$1" "ctr task kill --signal 9 net-$2; ctr task delete --force net-$2; ctr container delete net-$2" >/dev/null 2>&1
	echo "$1 $2: $got" >>"$scenario_tmp/networks"
}

# by_runc HOST NUMBER: a container with limits, that wants an OOM score below all others.
by_runc() {
	local group=lab/pids-$2 dir=/root/bundle-$2
	on "$1" "mkdir -p $dir/rootfs/bin && cd $dir && cp /bin/busybox rootfs/bin/ && ln -sf busybox rootfs/bin/sh && ln -sf busybox rootfs/bin/sleep && runc spec" || return
	on "$1" python3 - "$dir/config.json" "/$group" <<-'END' || return
		import json, sys
		path, group = sys.argv[1:]
		with open(path) as file:
		    spec = json.load(file)
		spec["process"].update(terminal=False, oomScoreAdj=-997, args=["/bin/sh", "-c",
		    "for i in 1 2 3 4 5 6 7 8 9; do sleep 600 & done; echo all of them; wait"])
		spec["linux"].update(cgroupsPath=group)
		spec["linux"]["resources"].update(pids={"limit": 5}, memory={"limit": 67108864})
		with open(path, "w") as file:
		    json.dump(spec, file)
	END
	# Nothing of it holds the pipe of this command.
	in_containers "$1" "cd $dir && /usr/local/lib/lab-containers/runc /usr/sbin/runc run --detach pids-$2 >out 2>&1 </dev/null" || return
	[[ $(limit "$1" "$group" pids.max pids.max) == 5 ]] || return
	[[ $(limit "$1" "$group" memory.limit_in_bytes memory.max) == 67108864 ]] || return
	wait_until 20 on "$1" "grep -q \"can't fork\" $dir/out"
	on "$1" "grep -q 'all of them' $dir/out" && return 1
	in_containers "$1" "runc delete --force pids-$2" || return
}

# on_all FUNCTION NUMBER: on all hosts at the same time.
on_all() {
	local host pids=() pid
	for host in "${hosts[@]}"; do
		"$1" "$host" "$2" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || fail "$1 $2 failed on a host"
	done
}

step 'what the machine can do'
"$lab" machine >"$scenario_tmp/machine"
cat "$scenario_tmp/machine"
expect grep -q ' cgroups ' "$scenario_tmp/machine"
expect_not grep -q MISSING "$scenario_tmp/machine"

step 'no root is an overlay; all is there that a kubelet looks for'
for host in "${hosts[@]}"; do
	expect_not on "$host" 'findmnt -no FSTYPE / | grep overlay'
	expect on "$host" test -r /dev/kmsg
	expect on "$host" test -d /sys/module
	expect on "$host" test -x /opt/cni/bin/bridge
	expect [ "$(on "$host" findmnt -no PROPAGATION /)" = shared ]
	expect [ "$(on "$host" cat /proc/sys/vm/overcommit_memory /proc/sys/kernel/panic /proc/sys/kernel/panic_on_oops | tr '\n' ' ')" = '1 10 1 ' ]
done

image
on_all begun 0
for number in 1 2; do
	step "containers, for the ${number}. time"
	on_all by_containerd $number
	on_all by_runc $number
done
cat "$scenario_tmp/networks"
expect [ "$(wc -l <"$scenario_tmp/networks")" = 4 ]
step 'one host does not see the groups of the other'
in_containers ha-m1 'mkdir /sys/fs/cgroup/pids/only-here 2>/dev/null || mkdir /sys/fs/cgroup/only-here'
expect_not in_containers ha-w1 'ls -d /sys/fs/cgroup/only-here /sys/fs/cgroup/pids/only-here 2>/dev/null | grep .'

step 'after a restart, and after a loss of power'
"$lab" reboot ha-m1
"$lab" power-off ha-w1
"$lab" power-on ha-w1
expect_not in_containers ha-m1 'ls -d /sys/fs/cgroup/only-here /sys/fs/cgroup/pids/only-here 2>/dev/null | grep .'
on_all begun 0
on_all by_containerd 3
on_all by_runc 3

step 'all of them as they were: RKE2 finds its folder, and nothing of the containers'
"$lab" fresh
for host in "${hosts[@]}"; do
	expect_not on "$host" 'ls -d /root/bundle-1 /sys/class/net/cni0 2>/dev/null | grep .'
	expect on "$host" test -s /opt/rke2-artifacts/install.sh
done
umask 077
answers >"$console_home/answers.yaml"
# As RKE2's uninstall script does.
for host in "${hosts[@]}"; do on "$host" rm -rf /etc/cni /opt/cni/bin; done
pace=${RW_LAB_PACE:-1}
wizard install -f "$console_home/answers.yaml" --yes
expect_exit 0
wait_until 60 nodes_ready ha-m1 ha-w1
