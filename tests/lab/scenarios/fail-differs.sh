# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A server whose own files differ from the cluster in a setting that all servers must have alike: the
# key, both values and their files are named; and one with a token of its own.
lab_options='--base debian12 --servers 2 --agents 0'

file=$console_home/answers.yaml
umask 077
"$lab" answers | sed 's/v1[.]26[.]12/v1.34.1/' >"$file"
on ha-m2 'mkdir -p /etc/rancher/rke2/config.yaml.d
	echo "service-cidr: 10.44.0.0/16" >/etc/rancher/rke2/config.yaml.d/90-own.yaml'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[FAIL] I-39 ha-m2: A setting differs between the servers: service-cidr'
expect_output 'service-cidr: 10.44.0.0/16 (ha-m2:/etc/rancher/rke2/config.yaml.d/90-own.yaml), 10.43.0.0/16 (ha-m1)'
on ha-m2 rm /etc/rancher/rke2/config.yaml.d/90-own.yaml
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect nodes_ready ha-m1 ha-m2

step 'a server whose own files give it another token'
# It leaves first: of two members, one alone has no majority.
kubectl ha-m1 delete node ha-m2
on ha-m2 'rke2-uninstall.sh >/dev/null 2>&1; mkdir -p /etc/rancher/rke2/config.yaml.d
	echo "token: something-else" >/etc/rancher/rke2/config.yaml.d/90-own.yaml'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[FAIL] I-34 ha-m2: The server rejects the token: Error: preparing server: failed to bootstrap cluster data: not authorized'
expect_output 'The token comes from /etc/rancher/rke2/config.yaml.d/90-own.yaml.'
