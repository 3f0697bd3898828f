# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Three servers and fifty agents fit on a small machine and become one cluster.
lab_options='--servers 3 --agents 50'

agents=$("$lab" hosts | awk '$3 == "agent" { print $1 }')

step 'install on all, a few at a time'
# shellcheck disable=SC2016 # for the inner shell
"$lab" hosts | awk '{ print $1 }' | xargs -P 8 -I{} "$lab" exec {} -- \
	sh -c 'curl -sfL https://get.rke2.io -o /root/install.sh && sh /root/install.sh >/root/install.log 2>&1' ||
	fail 'an installation failed'

step 'servers'
config ha-m1 "$server_config"
rke2_start ha-m1 server
for host in ha-m2 ha-m3; do
	config "$host" "server: https://$domain:9345
$server_config"
	rke2_start "$host" server
done

step 'agents, all at once'
for host in $agents; do
	config "$host" "server: https://$domain:9345
token: my-shared-secret"
	on "$host" 'systemctl enable --quiet rke2-agent && systemctl start --no-block rke2-agent'
done
all_ready() { [[ $(kubectl ha-m1 get nodes --no-headers | grep -c ' Ready ') -eq 53 ]]; }
wait_until 120 all_ready
kubectl ha-m3 get nodes | tail -n 5
step 'done'
