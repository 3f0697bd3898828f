# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Nodes that the answers no longer name: reported with the command to type, and nothing is done to
# them. The command that is printed takes them out, by what an earlier run knew of them.
lab_options='--base mixed --servers 3 --agents 2'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
wizard install -f "$file" --yes
expect_exit 0

# start HOST UNIT: when its process began.
start() { on "$1" systemctl show -p ExecMainStartTimestampMonotonic --value "$2"; }
w2=$(start ha-w2 rke2-agent) m1=$(start ha-m1 rke2-server)

step 'an agent is taken out of the answers'
answers '/name: ha-w2,/d' >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output '[WARN] C-01 ha-w2: The cluster has a node ha-w2 that is not in the answers file.'
expect_output "Same as: rke2-wizard reset -f $file --host ha-w2"
expect_output 'No host had to be changed.'

step 'and the server that founded the cluster'
answers '/name: ha-w2,/d' '/name: ha-m1,/d' >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output '[WARN] C-01 ha-m1: The cluster has a node ha-m1 that is not in the answers file.'
expect_output "Same as: rke2-wizard reset -f $file --host ha-w2"
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1 ha-w2
expect [ "$(start ha-w2 rke2-agent)/$(start ha-m1 rke2-server)" = "$w2/$m1" ]
for host in ha-m1 ha-w2; do
	expect_not on $host 'ls /run/rke2-wizard* 2>/dev/null | grep .'
done

step 'what is printed takes them out'
for host in ha-w2 ha-m1; do
	words=$(grep -o "reset -f $file --host $host" "$wizard_out")
	# shellcheck disable=SC2086 # the printed command, as an operator types it
	wizard $words --confirm $host
	expect_exit 0
	expect_not on $host 'ls -d /etc/rancher /var/lib/rancher /var/lib/rke2-wizard 2>/dev/null | grep .'
	wizard install -f "$file" --yes "${past_checks[@]}"
	expect_exit 0
	expect_no_output "a node $host,"
done
expect [ "$(kubectl ha-m2 get nodes --no-headers | awk '$2 == "Ready" { print $1 }' | xargs)" = 'ha-m2 ha-m3 ha-w1' ]
