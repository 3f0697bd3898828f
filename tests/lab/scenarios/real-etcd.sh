# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The ports of etcd are blocked between two servers: the check says so; who installs all the same
# sees what the join waits for, and it ends by itself as soon as they are open.
lab_options='--base debian12 --servers 2 --agents 0'
real=yes

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
printf '%s\n' 'table inet lab { chain input { type filter hook input priority 0;' \
	'iifname "eth0" tcp dport 2379-2380 drop; }; }' >"$scenario_tmp/rules"
"$lab" firewall ha-m1 "$scenario_tmp/rules"

step 'the check'
wizard check -f "$file" --only ports
expect_exit 4
expect_output 'P-01 ha-m1'
expect_output '2380/tcp'

step 'all the same'
begin -f "$file" --yes "${past_checks[@]}"
wait_until 120 says 'ha-m2  join as server: started'
wait_until 60 says 'ha-m2    … '
# Long enough for the first tries to fail.
wait_until 60 journal_has ha-m2 rke2-server 'level='
expect_not says 'Done.'
expect kill -0 "$begun_pid"
# The table is ours: what RKE2 has made beside it stays.
on ha-m1 nft delete table inet lab
ends_with 0
wait_until 30 nodes_ready ha-m1 ha-m2
