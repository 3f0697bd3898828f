# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# An agent that the cluster refuses: a name that is taken, a token of its own; after the repair it
# joins.
lab_options='--base mixed --servers 1 --agents 2'

file=$console_home/answers.yaml
umask 077
# A release that gives the message of a refusal, not its HTTP status.
"$lab" answers | sed 's/v1[.]26[.]12/v1.34.1/' >"$file"
# Strangers that are turned away all the while are no reason for anything.
for host in ha-m1 ha-w1 ha-w2; do "$lab" fault "$host" chatter 0.3; done
wizard install -f "$file" --yes
expect_exit 0
expect_no_output ' I-'

step 'an agent was installed anew: its name is taken'
on ha-w1 rke2-uninstall.sh >/dev/null 2>&1
wizard install -f "$file" --yes
expect_exit 4
expect_output '[FAIL] C-02 ha-w1: The cluster has a node ha-w1, but this host has no trace of it'
expect_output 'kubectl delete node ha-w1'
kubectl ha-m1 delete node ha-w1
wizard install -f "$file" --yes
expect_exit 0
expect nodes_ready ha-m1 ha-w1 ha-w2

step 'an agent with a token of its own'
on ha-w2 'rke2-uninstall.sh >/dev/null 2>&1; mkdir -p /etc/rancher/rke2/config.yaml.d
	echo "token: something-else" >/etc/rancher/rke2/config.yaml.d/99-own.yaml'
kubectl ha-m1 delete node ha-w2
wizard install -f "$file" --yes
expect_exit 4
expect_output '[FAIL] R-49 ha-w2: /etc/rancher/rke2/config.yaml.d/99-own.yaml sets “token”, which has to be: set by this program.'
wizard install -f "$file" --yes --override 'R-49=to see what RKE2 says'
expect_exit 3
expect_output '[FAIL] I-34 ha-w2: The server rejects the token: '
expect_output 'failed to retrieve configuration from server: not authorized'
expect_output 'The token comes from /etc/rancher/rke2/config.yaml.d/99-own.yaml.'
on ha-w2 'rm /etc/rancher/rke2/config.yaml.d/99-own.yaml'
wizard install -f "$file" --yes
expect_exit 0
expect nodes_ready ha-m1 ha-w1 ha-w2

step 'an agent whose own files give it the name of another'
on ha-w2 'rke2-uninstall.sh >/dev/null 2>&1; mkdir -p /etc/rancher/rke2/config.yaml.d
	echo "node-name: ha-w1" >/etc/rancher/rke2/config.yaml.d/99-own.yaml'
kubectl ha-m1 delete node ha-w2
wizard check -f "$file" --only hosts
expect_exit 4
expect_output 'R-49 ha-w2: /etc/rancher/rke2/config.yaml.d/99-own.yaml sets “node-name”, which has to be: ha-w2.'
wizard install -f "$file" --yes --override 'R-49=to see what RKE2 says'
expect_exit 3
expect_output '[FAIL] I-91 ha-w2: The node name ha-w1, which /etc/rancher/rke2/config.yaml.d/99-own.yaml sets, is already taken: '
expect_no_output 'kubectl delete node ha-w1'
expect nodes_ready ha-m1 ha-w1

step 'a server that has too many requests is waited for'
on ha-w2 'rm /etc/rancher/rke2/config.yaml.d/99-own.yaml; systemctl stop rke2-agent'
"$lab" fault ha-m1 too-many-requests
begin -f "$file" --yes
wait_until 60 says 'waiting for a server that is busy'
"$lab" fault ha-m1 clear
ends_with 0
expect nodes_ready ha-m1 ha-w1 ha-w2
