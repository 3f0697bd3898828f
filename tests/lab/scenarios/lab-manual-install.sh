# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The document's manual installation works in the lab, word for word, and survives reboots.
# Four hosts by shell commands: installer to a file, config, enable, start; then the
# document's node table by the real kubectl; then a server and the agent reboot.
lab_options='--base debian12'

step 'install everywhere'
rke2_install ha-m1 ha-m2 ha-m3 ha-w1

step 'first server'
config ha-m1 "$server_config"
rke2_start ha-m1 server
wait_until 20 node_is ha-m1 Ready

step 'other servers'
for host in ha-m2 ha-m3; do
	config "$host" "server: https://$domain:9345
$server_config"
	rke2_start "$host" server
	wait_until 20 node_is "$host" Ready
done

step 'agent'
config ha-w1 "server: https://$domain:9345
token: my-shared-secret"
rke2_start ha-w1 agent
wait_until 20 node_is ha-w1 Ready

step 'the node table of the document'
kubectl ha-m1 get nodes
table=$(kubectl ha-m1 get nodes | awk '{ print $1, $2, $3, $5 }')
expect [ "$table" = 'NAME STATUS ROLES VERSION
ha-m1 Ready control-plane,etcd,master v1.26.12+rke2r1
ha-m2 Ready control-plane,etcd,master v1.26.12+rke2r1
ha-m3 Ready control-plane,etcd,master v1.26.12+rke2r1
ha-w1 Ready <none> v1.26.12+rke2r1' ]
voters() { kubectl ha-m2 get nodes -o jsonpath='{.items[*].status.conditions[?(@.type=="EtcdIsVoter")].status}'; }
all_are_voters() { [[ $(voters) == 'True True True' ]]; }
wait_until 10 all_are_voters

step 'through the registration name, from outside'
on ha-m1 cat /etc/rancher/rke2/rke2.yaml | sed "s/127.0.0.1/$domain/" >"$console_home/kubeconfig"
ca=$(sed -n 's/.*certificate-authority-data: //p' "$console_home/kubeconfig")
base64 -d <<<"$ca" >"$console_home/ca.crt"
expect [ "$(console curl -s --cacert "$console_home/ca.crt" -o /dev/null -w '%{http_code}' "https://$domain:6443/livez")" = 401 ]

step 'the first server and the agent reboot'
"$lab" reboot ha-m1
"$lab" reboot ha-w1
wait_until 60 unit_is ha-m1 rke2-server active
wait_until 60 unit_is ha-w1 rke2-agent active
wait_until 30 nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
expect journal_has ha-m1 rke2-server 'Managed etcd cluster bootstrap already complete and initialized'

step 'a server without power is noticed, and the others go on'
"$lab" power-off ha-m2
wait_until 30 node_is ha-m2 NotReady
"$lab" power-on ha-m2
wait_until 60 node_is ha-m2 Ready
