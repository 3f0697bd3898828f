# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A cluster that was made by hand is taken over: its services go on running, though its settings are
# written in another way, its nodes stay Ready, and a further agent joins.
lab_options='--base debian12 --servers 2 --agents 2'
real=yes

file=$console_home/answers.yaml
umask 077
hand=(ha-m1 ha-m2 ha-w1)
processes() {
	local host
	for host in "${hand[@]}"; do
		echo "$host $(on "$host" systemctl show -p MainPID --value rke2-server rke2-agent | xargs)"
	done
}
network=$("$lab" answers | grep '^cni:' || true)

step 'by hand'
rke2_install "${hand[@]}"
config ha-m1 "$server_config
$network"
rke2_start ha-m1 server 120
wait_until 60 node_is ha-m1 Ready
config ha-m2 "$network
tls-san: [\"$domain\"]
\"token\": my-shared-secret
server: 'https://$domain:9345'"
# By name a server may ask itself; that is not what is to be seen here.
"$lab" dns split ha-m2 ha-m1
rke2_start ha-m2 server 120
config ha-w1 "server: https://$domain:9345
token: my-shared-secret"
rke2_start ha-w1 agent 120
wait_until 60 nodes_ready "${hand[@]}"
"$lab" dns all

step 'taken over'
before=$(processes)
running=$(on ha-m1 rke2 --version | sed -n 's/^rke2 version \([^ ]*\).*/\1/p')
answers "s/^rke2:.*/rke2: {version: $running}/" '/ha-w2/d' >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'No host had to be changed.'
expect diff <(echo "$before") <(processes)

step 'and a further agent'
answers "s/^rke2:.*/rke2: {version: $running}/" >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
wait_until 60 nodes_ready "${hand[@]}" ha-w2
expect diff <(echo "$before") <(processes)
