# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A machine that was replaced between two runs: recognized, never taken for done, reported with the
# command to type. The host key first; then the node in the cluster of which this machine has no
# data.
lab_options='--base mixed --servers 3 --agents 1'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
# told HOST: the install names it, stops, and changes nothing on the others.
told() {
	wizard install -f "$file" --yes "${past_checks[@]}"
	expect_output "[FAIL] H-04 $1: The host key has changed: "
	forget=$(grep -o 'ssh-keygen -R [^;]*' "$wizard_out" | head -n 1)
	# shellcheck disable=SC2086 # the printed command, as an operator types it
	console $forget
	wizard install -f "$file" --yes --accept-new-host-keys "${past_checks[@]}"
	expect_exit 4
	expect_output "[FAIL] C-02 $1: The cluster has a node $1, but this host has no trace of it"
	expect_output "Same as: rke2-wizard reset -f $file --host $1"
	expect_no_output 'H-11'
	expect_not on "$1" 'ls -d /etc/rancher /var/lib/rke2-wizard /usr/local/bin/rke2 2>/dev/null | grep .'
}
# taken_out HOST: what was printed takes the old node out.
taken_out() {
	local words
	words=$(grep -o "reset -f $file --host $1" "$wizard_out" | head -n 1)
	# shellcheck disable=SC2086 # the printed command, as an operator types it
	wizard $words --confirm "$1"
	expect_exit 0
	expect_not kubectl "$2" get node "$1"
}

wizard install -f "$file" --yes
expect_exit 0

step 'an agent'
"$lab" replace ha-w1
told ha-w1
taken_out ha-w1 ha-m1
wizard install -f "$file" --yes
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1

step 'a server'
"$lab" replace ha-m2
told ha-m2
taken_out ha-m2 ha-m1
wizard install -f "$file" --yes
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1

step 'the one that founded the cluster'
"$lab" replace ha-m1
told ha-m1
taken_out ha-m1 ha-m2
wizard install -f "$file" --yes
expect_exit 0
expect_output 'ha-m1  join as server: done'
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
expect_not journal_has ha-m1 rke2-server 'Managed etcd cluster initializing'
expect [ "$(for host in ha-m1 ha-m2 ha-m3; do on $host sha256sum /var/lib/rancher/rke2/server/tls/server-ca.crt; done |
	sort -u | wc -l)" = 1 ]
