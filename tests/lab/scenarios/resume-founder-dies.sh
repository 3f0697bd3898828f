# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The first server dies: while it founds, no other server founds in its place, and the fix is
# reported; when others are members already, the install continues with one of them.
lab_options='--base mixed'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
founders() {
	local host
	for host in "$@"; do
		on "$host" 'journalctl -u rke2-server -o cat --no-pager | grep -q "Managed etcd cluster initializing" && hostname'
	done
}

step 'it dies while it founds, and stays away'
"$lab" fault ha-m1 start-delay 5
begin -f "$file" --yes --timeout 15
wait_until 90 says 'ha-m1    … creating the cluster'
"$lab" power-off ha-m1
ends_with 1
expect says '[FAIL] H-14 ha-m1: The connection to the host could not be restored: no answer in time.'
expect says '[FAIL] I-62 ha-m2: Not started, because ha-m1 did not complete this step: start the first server.'
expect [ -z "$(founders ha-m2 ha-m3)" ]

step 'the next run does nothing without it, and says why'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[FAIL] I-03 Without ha-m1, it is unknown whether the cluster already exists.'
expect_output 'Fix: Bring ha-m1 back and run this again'
expect [ -z "$(founders ha-m2 ha-m3)" ]
expect_not on ha-m2 'test -e /var/lib/rancher/rke2/server'

step 'it is back: it founds the one cluster; killed when all servers are members'
"$lab" power-on ha-m1
"$lab" fault ha-m1 clear
killed_after 'ha-w1  join as agent: started' -f "$file" --yes
config=$(on ha-m2 sha256sum /etc/rancher/rke2/config.yaml)
on ha-w1 'systemctl disable --now rke2-agent 2>/dev/null; rm -rf /var/lib/rancher/rke2/agent; true'

step 'it dies again: the others are the cluster, and the agent joins them'
"$lab" power-off ha-m1
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[WARN] I-04 ha-m1 cannot be reached. The cluster exists; the install continues through ha-m2.'
expect_output 'ha-w1  join as agent: done'
# I-61, or, before the cluster has noticed, I-60.
expect grep -qE '^\[FAIL\] (I-61 ha-m1: The node is no longer Ready|I-60 The API of server 192.168.205.85)' "$wizard_out"
expect node_is ha-w1 Ready ha-m2
expect [ "$(on ha-m2 sha256sum /etc/rancher/rke2/config.yaml)" = "$config" ]
expect [ -z "$(founders ha-m2 ha-m3)" ]

step 'it is back: all is as it was to be'
"$lab" power-on ha-m1
wait_until 60 nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
one_cluster "$file"

step 'it dies at the very end of another install: looked at from another server'
"$lab" fresh
rm -r "$console_home/.local/state/rke2-wizard"
"$lab" fault ha-w1 ready-delay 10
begin -f "$file" --yes --timeout 20
# Its look at all servers lasts until it is off: one of them does not answer it.
wait_until 120 says 'ha-m3  join as server: started'
printf '%s\n' 'table inet slow {' 'chain out {' 'type filter hook output priority 0;' \
	'ip daddr 192.168.205.87 tcp dport 6443 drop' '}' '}' >"$scenario_tmp/slow"
"$lab" firewall ha-m1 "$scenario_tmp/slow"
wait_until 120 says 'ha-m1  verify: started'
"$lab" power-off ha-m1
ends_with 1
expect says 'ha-w1  join as agent: done'
expect_not says 'ha-w1  join as agent: FAILED'
expect node_is ha-w1 Ready ha-m2
