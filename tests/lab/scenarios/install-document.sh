# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The document's cluster, from the example answers file, in the right order, and once more.
# Proves the node table, the three kinds of config.yaml, the order from the hosts' own journals,
# and that a second install changes nothing.
lab_options='--base mixed'

hosts=(ha-m1 ha-m2 ha-m3 ha-w1)
example=$scenario_here/../../data/examples/ha-demo.yaml

# moment HOST UNIT TEXT: when the last line of the unit's journal with TEXT came, in seconds.
moment() {
	on "$1" journalctl -u "$2" -o short-unix --no-pager -q | grep -F -- "$3" | tail -n 1 | cut -d' ' -f1
}
before() { awk -v a="$1" -v b="$2" 'BEGIN { exit !(a != "" && b != "" && a < b) }'; }
# Everything that an install could touch, with its times; not what hosts write all the time.
picture() {
	local host
	for host in "${hosts[@]}"; do
		find "$("$lab" upper "$host")" -xdev \( -path '*/var/log' -o -path '*/var/lib/rancher' \
			-o -path '*/var/lib/systemd' -o -path '*/root/.cache' -o -path '*/tmp' \) -prune \
			-o -printf '%P %y %m %s %T@ %C@\n' | sort
		on "$host" systemctl show -p Id,ActiveEnterTimestampMonotonic,ExecMainStartTimestampMonotonic \
			rke2-server rke2-agent
		on "$host" journalctl -u rke2-wizard-stage -q --no-pager -o cat | grep -F 'rke2-wizard: '
	done
	# Without what the checks try to reach.
	grep -Ev 'GET https://(get\.rke2\.io/|github\.com/|index\.docker\.io/v2/)$' "$console_home/../release.log"
}
same_yaml() {
	/usr/bin/python3 -c 'import sys, yaml; a, b = (yaml.safe_load(open(p)) for p in sys.argv[1:]); sys.exit(a != b)' "$1" "$2"
}

wizard install -f "$example" --yes
expect_exit 0

step 'the table of the document'
sed -n '/^NAME/,$p' "$wizard_out" | awk 'NF == 5 { print $1, $2, $3, $5 }' >"$scenario_tmp/table"
cat >"$scenario_tmp/document" <<'END'
NAME STATUS ROLES VERSION
ha-m1 Ready control-plane,etcd,master v1.26.12+rke2r1
ha-m2 Ready control-plane,etcd,master v1.26.12+rke2r1
ha-m3 Ready control-plane,etcd,master v1.26.12+rke2r1
ha-w1 Ready <none> v1.26.12+rke2r1
END
expect diff "$scenario_tmp/document" "$scenario_tmp/table"

step 'config.yaml as in the document, 0600, no pin, nothing of ours left'
cat >"$scenario_tmp/first.yaml" <<'END'
token: my-shared-secret
tls-san:
  - rke2.demo.kingsd.top
END
cat >"$scenario_tmp/agent.yaml" <<'END'
server: https://rke2.demo.kingsd.top:9345
token: K10HASH::server:my-shared-secret
END
{
	echo 'server: https://rke2.demo.kingsd.top:9345'
	sed 's/^token: /&K10HASH::server:/' "$scenario_tmp/first.yaml"
} >"$scenario_tmp/server.yaml"
hash=$(on ha-m1 sha256sum /var/lib/rancher/rke2/server/tls/server-ca.crt | cut -d' ' -f1)
sed -i "s/HASH/$hash/" "$scenario_tmp/server.yaml" "$scenario_tmp/agent.yaml"
for pair in ha-m1:first ha-m2:server ha-m3:server ha-w1:agent; do
	host=${pair%:*}
	on "$host" cat /etc/rancher/rke2/config.yaml >"$scenario_tmp/found.yaml"
	expect same_yaml "$scenario_tmp/${pair#*:}.yaml" "$scenario_tmp/found.yaml"
	expect [ "$(on "$host" stat -c '%a %U:%G' /etc/rancher/rke2/config.yaml)" = '600 root:root' ]
	expect_not on "$host" 'ls /etc/rancher/rke2/config.yaml.d/* /etc/rancher/rke2/*rke2-wizard* 2>/dev/null | grep .'
	expect_not on "$host" test -e /var/lib/rke2-wizard
	expect_not on "$host" 'systemctl list-units --all --no-legend "rke2-wizard*" | grep .'
done

step 'nobody trusts the cluster blindly'
for pair in ha-m2:rke2-server ha-w1:rke2-agent; do
	expect_not journal_has "${pair%:*}" "${pair#*:}" 'the token does not include a CA hash'
done

step 'the order'
for host in "${hosts[@]}"; do
	moment "$host" rke2-wizard-stage 'Started ' >>"$scenario_tmp/begun"
	moment "$host" rke2-wizard-stage 'Stopped ' >>"$scenario_tmp/ended"
done
expect [ "$(grep -c . "$scenario_tmp/begun")" = 4 ]
expect before "$(sort -n "$scenario_tmp/begun" | tail -n 1)" "$(sort -n "$scenario_tmp/ended" | head -n 1)"
for host in ha-m2 ha-m3; do
	expect before "$(moment ha-m1 rke2-server 'rke2 is up and running')" "$(moment "$host" rke2-server 'Starting rke2-server')"
	expect before "$(moment ha-m1 rke2-server "Promoted learner $host")" "$(moment ha-w1 rke2-agent 'Starting rke2-agent')"
	expect before "$(moment "$host" rke2-server 'Kube API server is now running')" "$(moment ha-w1 rke2-agent 'Starting rke2-agent')"
done
# They join together; one of them queues behind the other.
expect before "$(moment ha-m3 rke2-server 'Starting rke2-server')" "$(moment ha-m2 rke2-server 'Kube API server is now running')"
expect before "$(moment ha-m2 rke2-server 'Starting rke2-server')" "$(moment ha-m3 rke2-server 'Kube API server is now running')"
expect_output 'Two etcd members: keep both running'
expect journal_has ha-m1 rke2-server 'Managed etcd cluster initializing'
expect_not journal_has ha-m2 rke2-server 'Managed etcd cluster initializing'
expect_not journal_has ha-m3 rke2-server 'Managed etcd cluster initializing'

step 'nodes, status, kubeconfig'
wizard nodes -f "$example"
expect_exit 0
expect_output 'ha-w1   Ready    <none>'
wizard status -f "$example"
expect_exit 0
expect_output 'done'
wizard kubeconfig -f "$example" -o "$scenario_tmp/kubeconfig"
expect_exit 0
expect [ "$(stat -c %a "$scenario_tmp/kubeconfig")" = 600 ]
expect grep -q 'server: https://rke2.demo.kingsd.top:6443$' "$scenario_tmp/kubeconfig"
cp "$scenario_tmp/kubeconfig" "$("$lab" root ha-m3)/root/kubeconfig"
expect on ha-m3 '/var/lib/rancher/rke2/bin/kubectl --kubeconfig /root/kubeconfig get nodes | grep -q ha-w1'
on ha-m3 rm /root/kubeconfig
wizard kubeconfig -f "$example" -o "$scenario_tmp/kubeconfig"
expect_exit 1
expect_error 'exists'
wizard kubeconfig -f "$example" -o "$scenario_tmp/kubeconfig" --yes
expect_exit 0

step 'a second install'
picture >"$scenario_tmp/picture-1"
wizard install -f "$example" --yes
expect_exit 0
expect_output 'No host had to be changed.'
picture >"$scenario_tmp/picture-2"
expect diff "$scenario_tmp/picture-1" "$scenario_tmp/picture-2"

step 'nodes through another server when the first is gone'
"$lab" power-off ha-m1
wizard nodes -f "$example"
expect_exit 0
expect_output 'ha-m2'
