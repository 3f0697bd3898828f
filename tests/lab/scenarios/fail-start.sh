# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Nodes that do not come up: the cause is read from their journal and named within seconds. A server
# that crashes, a name that is not in the certificate, an agent without an image, one that is never
# Ready; after the repair a rerun continues.
lab_options='--base mixed --servers 1 --agents 2'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"

step 'a server that crashes'
"$lab" fault ha-m1 crash-loop 'starting kubernetes: a fault of the lab'
wizard install -f "$file" --yes
expect_exit 1
expect_output '[FAIL] I-52 ha-m1: The service rke2-server.service keeps exiting: starting kubernetes: a fault of the lab'
expect_output '[FAIL] I-62 ha-w1: Not started, because ha-m1 '
"$lab" fault ha-m1 clear

step 'a certificate without the name'
"$lab" fault ha-m1 no-san
wizard install -f "$file" --yes
expect_exit 1
expect_output '[FAIL] I-60 The API of server 192.168.205.85 does not answer under the name'
expect_output '[FAIL] I-31 ha-w1: The certificate does not include the name: '
expect_output "not $domain"
expect_output '[FAIL] I-31 ha-w2: '
expect nodes_ready ha-m1

step 'an agent that is never Ready, and one that gets no image, until the deadline'
"$lab" fault ha-w2 never-ready
"$lab" fault ha-w1 crash-loop
# Before the server has its name: ha-w1 would join at once.
on ha-w1 systemctl restart --no-block rke2-agent
"$lab" fault ha-m1 clear
on ha-m1 systemctl restart rke2-server
wizard install -f "$file" --yes --timeout 15
expect_exit 3
expect_output '[FAIL] I-53 ha-w2: The node was not Ready after 0:15 min: KubeletNotReady'
expect_output '[FAIL] I-53 ha-w1: The node was not Ready after 0:15 min: the cluster has no such node.'
expect_output '[FAIL] I-49 ha-w1: A container image cannot be pulled: failed to get runtime image'
expect nodes_ready ha-m1
"$lab" fault ha-w1 clear
"$lab" fault ha-w2 clear
wizard install -f "$file" --yes
expect_exit 0
expect nodes_ready ha-m1 ha-w1 ha-w2
