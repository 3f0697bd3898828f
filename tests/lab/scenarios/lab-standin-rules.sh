# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The stand-in joins by RKE2's rules, and prints its messages when they are broken. Wrong token,
# wrong CA hash, missing SAN, duplicate names, one learner at a time, itself behind the name,
# changed token, critical values, removed members.
lab_options='--base mixed --servers 4 --agents 1'

join_config="server: https://$domain:9345
$server_config"
agent_config="server: https://$domain:9345
token: my-shared-secret"

# again HOST ROLE: forgets failures and starts anew, without waiting.
again() { on "$1" "systemctl stop rke2-$2; systemctl reset-failed rke2-$2; systemctl start --no-block rke2-$2"; }
says() { wait_until 30 journal_has "$1" "rke2-$2" "$3"; }
restarts() { [[ $(on "$1" systemctl show -p NRestarts --value "rke2-$2") -gt 0 ]]; }
readyz() {
	console curl -sk -u "$2" -o /dev/null -w '%{http_code}' "https://$1:9345/v1-rke2/readyz"
}
readyz_is() { [[ $(readyz "$1" node:my-shared-secret) == "$2" ]]; }

rke2_install ha-m1 ha-m2 ha-m3 ha-m4 ha-w1

step 'the first server is down'
config ha-m2 "$join_config"
again ha-m2 server
says ha-m2 server 'failed to get CA certs: Get \"https://rke2.demo.kingsd.top:9345/cacerts\"'
says ha-m2 server 'connect: connection refused'
wait_until 15 restarts ha-m2 server
config ha-w1 "$agent_config"
again ha-w1 agent
says ha-w1 agent 'Failed to validate connection to cluster at https://rke2.demo.kingsd.top:9345: failed to get CA certs: Get \"https://127.0.0.1:6444/cacerts\"'
expect unit_is ha-w1 rke2-agent activating
on ha-m2 systemctl stop rke2-server
on ha-w1 systemctl stop rke2-agent

step 'a typo in the config is only a warning'
config ha-m1 "$server_config
tls-sans: [nobody]"
rke2_start ha-m1 server
says ha-m1 server 'Unknown flag --tls-sans found in config.yaml, skipping'
says ha-m1 server 'Managed etcd cluster initializing'

step 'probes'
wait_until 10 node_is ha-m1 Ready
expect [ "$(readyz ha-m1 node:my-shared-secret)" = 200 ]
expect [ "$(readyz ha-m1 node:wrong)" = 401 ]
expect [ "$(readyz ha-m1 server:my-shared-secret)" = 403 ]
expect [ "$(console curl -sk -o /dev/null -w '%{http_code}' https://ha-m1:6443/readyz)" = 401 ]
expect [ "$(console curl -sk https://ha-m1:9345/ping)" = pong ]
pem=$(console curl -sk https://ha-m1:9345/cacerts | sha256sum | cut -c1-64)
expect [ "$(on ha-m1 cat /var/lib/rancher/rke2/server/node-token)" = "K10$pem::server:my-shared-secret" ]

step 'wrong token: a server loops, an agent waits for ever'
"$lab" dns split ha-m2 ha-m1
config ha-m2 "${join_config/my-shared-secret/wrong-secret}"
again ha-m2 server
says ha-m2 server 'failed to validate server configuration: https://rke2.demo.kingsd.top:9345/v1-rke2/config: 401 Unauthorized'
wait_until 15 restarts ha-m2 server
config ha-w1 "${agent_config/my-shared-secret/wrong-secret}"
again ha-w1 agent
says ha-w1 agent 'Waiting to retrieve agent configuration; server is not ready: https://127.0.0.1:6444/v1-rke2/config: 401 Unauthorized'
expect unit_is ha-w1 rke2-agent activating

step 'the full token of another cluster'
config ha-m2 "${join_config/my-shared-secret/K10${pem//[0-9]/0}::server:my-shared-secret}"
again ha-m2 server
says ha-m2 server 'token CA hash does not match the Cluster CA certificate hash'

step 'a name that is not in tls-san'
config ha-m2 "${join_config/:\/\/$domain/:\/\/get.rke2.io}"
on ha-m2 'echo 192.168.205.85 get.rke2.io >>/etc/hosts'
again ha-m2 server
says ha-m2 server 'CA cert validation failed'
says ha-m2 server 'not get.rke2.io'

step 'critical values must match'
config ha-m2 "$join_config
cluster-cidr: 10.99.0.0/16"
again ha-m2 server
says ha-m2 server 'critical configuration value mismatch'

step 'a node name that another server has'
config ha-m2 "$join_config
node-name: ha-m1"
again ha-m2 server
says ha-m2 server 'duplicate node name found, please use a unique name for this node'
on ha-m2 'systemctl stop rke2-server; rm -rf /var/lib/rancher/rke2'

step 'two at once: the second waits until the first is promoted'
"$lab" dns all
"$lab" fault ha-m2 learner-stuck
# Straight to the first server: the name would lead to one that is not up, now and then.
config ha-m2 "${join_config//$domain/192.168.205.85}"
config ha-m3 "${join_config//$domain/192.168.205.85}"
again ha-m2 server
says ha-m2 server 'to etcd cluster'
says ha-m2 server 'this server has not yet been promoted from learner to voting member'
again ha-m3 server
says ha-m3 server 'Waiting for other members to finish joining etcd cluster: etcdserver: too many learner members in cluster'
expect unit_is ha-m3 rke2-server activating
"$lab" fault ha-m2 clear
wait_until 30 nodes_ready ha-m1 ha-m2 ha-m3
says ha-m1 server 'Promoted learner ha-m3'

step 'a name that leads a server to itself'
# The way in is through ha-m1; the member list is then asked of itself, and ha-m1 again later.
"$lab" fault ha-m4 start-delay 0
"$lab" dns split ha-m4 ha-m4 ha-m1
config ha-m4 "$join_config"
again ha-m4 server
wait_until 40 node_is ha-m4 Ready

step 'an agent with the name and another password'
config ha-w1 "$agent_config"
again ha-w1 agent
wait_until 20 node_is ha-w1 Ready
on ha-w1 'systemctl stop rke2-agent; echo 0123456789abcdef >/etc/rancher/node/password'
again ha-w1 agent
says ha-w1 agent 'Node password rejected, duplicate hostname or contents of'
expect unit_is ha-w1 rke2-agent activating
kubectl ha-m1 delete node ha-w1
wait_until 20 node_is ha-w1 Ready

step 'a changed token on a node with data'
config ha-m4 "${join_config/my-shared-secret/another}"
on ha-m4 'systemctl restart --no-block rke2-server'
says ha-m4 server 'bootstrap data already found and encrypted with different token'

step 'a removed server does not come back by a restart, but after its data is gone'
config ha-m4 "$join_config"
kubectl ha-m1 delete node ha-m4
again ha-m4 server
says ha-m4 server 'this server is a not a member of the etcd cluster'
on ha-m4 'systemctl stop rke2-server; rm -rf /var/lib/rancher/rke2/server/db'
again ha-m4 server
wait_until 60 node_is ha-m4 Ready

step 'without a majority nothing is answered'
"$lab" power-off ha-m3
"$lab" power-off ha-m4
wait_until 20 readyz_is ha-m1 503
