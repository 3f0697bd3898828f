# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Starts whose journal gives no reason: a kubelet that keeps exiting, containers that cannot be
# started, an image archive that cannot be imported. The logs of the host are read, and their words
# told within 25 seconds of the last progress; after the repair a rerun continues.
lab_options='--base debian12 --servers 1 --agents 1'

file=$console_home/answers.yaml
umask 077
"$lab" answers | sed 's/v1[.]26[.]12/v1.34.1/' >"$file"

step 'a kubelet that keeps exiting'
"$lab" fault ha-m1 kubelet-exit 'failed to parse kubelet flag: unknown flag: --no-such-flag'
wizard install -f "$file" --yes
expect_exit 1
expect_output '[FAIL] I-80 ha-m1: The kubelet rejects an argument: failed to parse kubelet flag: unknown flag: --no-such-flag (/var/lib/rancher/rke2/agent/logs/kubelet.log)'
"$lab" fault ha-m1 clear

step 'containers that cannot be started, of which the journal says nothing'
on ha-m1 systemctl stop rke2-server
"$lab" fault ha-m1 sandbox-fails 'failed to get sandbox image "registry.example.com/pause:3": failed to pull image: pull access denied, repository does not exist or may require authorization'
begin -f "$file" --yes
wait_until 60 says 'kubelet started'
began=$SECONDS
wait_until 40 says '[WARN] I-82 ha-m1: The image registry rejects the request: etcd-ha-m1: failed to get sandbox image'
expect [ $((SECONDS - began)) -le 25 ]
ends_with 1
expect says '[FAIL] I-82 ha-m1: '
"$lab" fault ha-m1 clear

step 'an archive that cannot be imported'
on ha-m1 systemctl stop rke2-server
"$lab" fault ha-w1 image-import-fails 'archive/tar: invalid tar header'
on ha-w1 'mkdir -p /var/lib/rancher/rke2/agent/images && echo rancher/rke2-runtime:v1.34.1-rke2r1 >/var/lib/rancher/rke2/agent/images/lab.tar'
"$lab" fault ha-m1 pod-crashes cloud-controller-manager 'exit: unable to load the lab cloud config'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_output '[WARN] I-65 ha-w1: An image archive on the host cannot be used: failed to import images from /var/lib/rancher/rke2/agent/images/lab.tar: archive/tar: invalid tar header'

step 'a cluster without a cloud controller is not done'
expect_exit 1
expect_output '[FAIL] I-87 ha-m1: The pod cloud-controller-manager-ha-m1 of kube-system does not run: CrashLoopBackOff: exit: unable to load the lab cloud config'
expect_output '[FAIL] I-88 ha-m1: No cloud controller has taken the node over'
expect_output '[FAIL] I-88 ha-w1: '
expect_no_output 'Done.'
"$lab" fault ha-m1 clear
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_no_output ' I-'
expect nodes_ready ha-m1 ha-w1
