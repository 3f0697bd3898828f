# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Nodes that are added to the answers after a finished install join; running nodes are not touched.
# An agent, then a server in the first place of the list, which does not found anything.
lab_options='--base mixed --servers 3 --agents 2'

file=$console_home/answers.yaml
umask 077
# start HOST UNIT: when its process began.
start() { on "$1" systemctl show -p ExecMainStartTimestampMonotonic --value "$2"; }
founders() {
	local host
	for host in ha-m1 ha-m2 ha-m3; do on $host journalctl -u rke2-server -o cat --no-pager; done |
		grep -c 'Managed etcd cluster initializing'
}

answers '/name: ha-m1,/d' '/name: ha-w2,/d' >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
m2=$(start ha-m2 rke2-server) m3=$(start ha-m3 rke2-server) w1=$(start ha-w1 rke2-agent)

step 'an agent'
answers '/name: ha-m1,/d' >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'ha-w2  join as agent: done'
expect_output 'ha-w1  join as agent: already done'
expect_no_output 'C-0'
expect node_is ha-w2 Ready ha-m2

step 'a server, in the first place'
"$lab" answers >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'ha-m1  join as server: done'
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1 ha-w2
expect [ "$(founders)" = 1 ]
expect [ "$(start ha-m2 rke2-server)/$(start ha-m3 rke2-server)/$(start ha-w1 rke2-agent)" = "$m2/$m3/$w1" ]

step 'and from another console, which knows nothing of all this'
rm -rf "$console_home/.local/state"
wizard install -f "$file" --yes
expect_exit 0
expect_output 'No host had to be changed.'
