# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Three servers and an agent from nothing: one cluster, and a second install changes nothing. Later a
# name is added to the certificates, and the servers restart, one after the other; an agent gets a
# label, and no other host is touched.
lab_options='--base mixed'
real=yes

hosts=(ha-m1 ha-m2 ha-m3 ha-w1)
servers=(ha-m1 ha-m2 ha-m3)
file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
# processes: what each service runs as.
processes() {
	local host
	for host in "${hosts[@]}"; do
		echo "$host $(on "$host" systemctl show -p MainPID --value rke2-server rke2-agent | xargs)"
	done
}
# names HOST: those in the certificate of its API.
names() { on "$1" 'openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName'; }

wizard install -f "$file" --yes
expect_exit 0
expect_output 'Done.'
wait_until 30 nodes_ready "${hosts[@]}"
one_cluster "$file"
for host in "${hosts[@]}"; do
	expect [ "$(kubectl ha-m1 get node "$host" -o 'jsonpath={.status.nodeInfo.kubeletVersion}')" = "$version" ]
	expect [ "$(on "$host" stat -c '%a %U:%G' /etc/rancher/rke2/config.yaml)" = '600 root:root' ]
done
for host in "${servers[@]}"; do
	expect grep -qF "$domain" <(names "$host")
done

step 'once more'
before=$(processes)
changed=$(for host in "${hosts[@]}"; do "$lab" changed "$host" var run tmp root | sed "s|^|$host |"; done)
wizard install -f "$file" --yes
expect_exit 0
expect_output 'No host had to be changed.'
expect diff <(echo "$before") <(processes)
expect diff <(echo "$changed") <(for host in "${hosts[@]}"; do "$lab" changed "$host" var run tmp root | sed "s|^|$host |"; done)

step 'nodes, kubeconfig'
wizard nodes -f "$file"
expect_exit 0
expect_output 'ha-w1 '
wizard kubeconfig -f "$file" -o "$scenario_tmp/kubeconfig"
expect_exit 0
expect grep -q "server: https://$domain:6443\$" "$scenario_tmp/kubeconfig"

step 'a further name in the certificates'
{ "$lab" answers && printf 'tls-san:\n  - extra.demo.kingsd.top\n'; } >"$file"
wizard install -f "$file" --yes
expect_exit 4
expect_output '[FAIL] C-05 ha-m1: '
wizard install -f "$file" --yes --allow-restart
expect_exit 0
expect_output 'ha-m3  restart for new settings: done'
expect_output 'ha-w1  join as agent: already done'
for host in "${servers[@]}"; do
	expect grep -qF extra.demo.kingsd.top <(names "$host")
	expect grep -qF "$domain" <(names "$host")
done
wait_until 30 nodes_ready "${hosts[@]}"
expect [ "$(processes | grep ha-w1)" = "$(grep ha-w1 <<<"$before")" ]

step 'a label of one agent'
own ha-w1 'node-label: [lab.example.com/disk=fast]'
before=$(processes)
wizard install -f "$file" --yes
expect_exit 0
on ha-w1 systemctl restart rke2-agent
wait_until 60 nodes_ready "${hosts[@]}"
if [[ $kind == real ]]; then
	wait_until 20 kubectl ha-m1 get nodes -l lab.example.com/disk=fast -o name
	expect [ "$(kubectl ha-m1 get nodes -l lab.example.com/disk=fast -o name)" = node/ha-w1 ]
fi
wizard install -f "$file" --yes
expect_exit 0
expect_output 'No host had to be changed.'
expect diff <(grep ha-m <<<"$before") <(processes | grep ha-m)
