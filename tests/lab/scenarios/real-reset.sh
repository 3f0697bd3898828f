# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A server is taken out and put in again, then an agent; at last all hosts are reset, by RKE2's own
# script. The members of etcd are asked for after each; nothing of RKE2 stays on a host.
lab_options='--base mixed'
real=yes

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
hosts=(ha-m1 ha-m2 ha-m3 ha-w1)
# Voters by the API: RKE2 writes them on the nodes.
voters() {
	kubectl "$1" get nodes -o 'jsonpath={range .items[*]}{.metadata.name} {.status.conditions[?(@.type=="EtcdIsVoter")].status}{"\n"}{end}' |
		awk '$2 == "True" { print $1 }' | sort | xargs
}
voters_are() { [[ $(voters "$1") == "$2" ]]; }
# clean HOST: nothing of RKE2 or of ours is there. Containers and their network are gone too.
clean() {
	expect_not on "$1" 'ls -d /etc/rancher /var/lib/rancher/rke2 /var/lib/rke2-wizard /usr/local/bin/rke2* /usr/local/lib/systemd/system/rke2* /run/rke2-wizard* 2>/dev/null | grep .'
	expect_not on "$1" 'systemctl list-units --all --no-legend "rke2*" | grep .'
	expect_not on "$1" 'pgrep -a "kubelet|containerd|etcd|kube-"'
	expect_not on "$1" 'grep -E " /(run/k3s|var/lib/kubelet|var/lib/rancher)/" /proc/mounts'
}

wizard install -f "$file" --yes
expect_exit 0
wait_until 30 nodes_ready "${hosts[@]}"
wait_until 60 voters_are ha-m1 'ha-m1 ha-m2 ha-m3'

step 'a server is taken out'
wizard reset -f "$file" --host ha-m2 --confirm ha-m2
expect_exit 0
expect_output 'ha-m2  leave the cluster: done'
clean ha-m2
expect [ "$(kubectl ha-m1 get nodes --no-headers | wc -l)" = 3 ]
expect voters_are ha-m1 'ha-m1 ha-m3'
expect nodes_ready ha-m1 ha-m3 ha-w1

step 'and put in again'
wizard install -f "$file" --yes
expect_exit 0
expect_output 'ha-m2  join as server: done'
wait_until 30 nodes_ready "${hosts[@]}"
wait_until 60 voters_are ha-m3 'ha-m1 ha-m2 ha-m3'

step 'an agent is taken out and put in again'
wizard reset -f "$file" --host ha-w1 --confirm ha-w1
expect_exit 0
clean ha-w1
expect_not kubectl ha-m1 get node ha-w1
wizard install -f "$file" --yes
expect_exit 0
wait_until 30 nodes_ready "${hosts[@]}"

step 'all of them'
wizard reset -f "$file" --confirm ha-demo
expect_exit 0
for host in "${hosts[@]}"; do clean "$host"; done
wizard reset -f "$file" --confirm ha-demo
expect_exit 0
expect_output 'No host had to be changed.'
