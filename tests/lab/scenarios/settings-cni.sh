# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The pod network: its ports are checked, servers are configured for it, and it is not changed
# afterwards. At last a cluster without any, whose nodes cannot become Ready, is installed to its
# end.
lab_options='--base debian12 --servers 2 --agents 1'

file=$console_home/answers.yaml
umask 077
# answers_with TEXT [SED…]: the lab's answers and further keys.
answers_with() {
	local text=$1
	shift
	{ answers "$@" && printf '%s\n' "$text"; } >"$file"
}
picture() {
	local host
	for host in ha-m1 ha-m2 ha-w1; do
		(cd "$("$lab" upper $host)" && find etc/rancher etc/default usr/local var/lib/rke2-wizard \
			-type f -printf '%p %T@ %C@ %m\n' 2>/dev/null | sort)
		on $host systemctl show -p ActiveState,MainPID rke2-server rke2-agent
	done
}

step 'a network that the version does not bring'
answers_with 'cni: flannel'
wizard plan -f "$file"
expect_exit 2
expect_error 'A-23'
answers_with 'cni: flannel' '/^rke2:/d'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 4
expect_output 'RKE2 v1.26.12+rke2r1 does not include flannel.'
expect_not on ha-m1 test -e /etc/rancher/rke2/config.yaml

step 'its ports, and no others'
printf '%s\n' 'table inet test { chain input { type filter hook input priority 0;' \
	'tcp dport 4240 drop; tcp dport 9099 drop; }; }' >"$scenario_tmp/rules"
"$lab" firewall ha-w1 "$scenario_tmp/rules"
answers_with 'cni: cilium'
wizard check -f "$file" --only ports
expect_exit 4
expect_output 'P-01 ha-w1'
expect_output '4240/tcp'
expect_no_output '9099/tcp'
"$lab" firewall ha-w1 clear

step 'servers are configured'
wizard plan -f "$file"
expect_output '| cni: cilium'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-w1
for host in ha-m1 ha-m2; do expect on $host grep -qx 'cni: cilium' /etc/rancher/rke2/config.yaml; done
expect_not on ha-w1 grep -q cni /etc/rancher/rke2/config.yaml
expect grep -q rke2-cilium-ha-m1 <(kubectl ha-m1 get pods -n kube-system -o name)

step 'it stays: the same again changes nothing, another is refused'
before=$(picture)
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'No host had to be changed.'
for other in 'cni: calico' 'cni: canal' ''; do
	answers_with "$other"
	wizard install -f "$file" --yes "${past_checks[@]}"
	expect_exit 4
	expect_output '[FAIL] H-25 ha-m1: The pod network of this cluster is cilium, but the answers file asks for'
	expect_output 'H-25 ha-m2'
	expect_no_output 'H-25 ha-w1'
done
expect diff <(echo "$before") <(picture)

step 'none: nodes join and lack nothing but the network'
for host in ha-w1 ha-m2 ha-m1; do on $host rke2-uninstall.sh >/dev/null 2>&1; done
rm -rf "$console_home/.local/state"
answers_with 'cni: none'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output '[WARN] I-63'
for host in ha-m1 ha-m2 ha-w1; do expect node_is $host NotReady; done
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'No host had to be changed.'
