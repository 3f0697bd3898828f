# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Answers that are edited between two runs: possible changes are applied, impossible ones are
# refused. Named with the value that it has and the one that is wanted, before anything is changed.
lab_options='--base mixed --servers 3 --agents 1'

hosts=(ha-m1 ha-m2 ha-m3 ha-w1)
file=$console_home/answers.yaml
# The token of the example is refused under another name.
token=shared-secret-of-this-site
own() { answers "s/my-shared-secret/$token/" "$@"; }
umask 077
picture() {
	local host
	for host in "${hosts[@]}"; do
		(cd "$("$lab" upper "$host")" && find etc/rancher usr/local var/lib/rke2-wizard -type f \
			-printf '%p %T@ %C@ %m\n' 2>/dev/null | sort)
		on "$host" systemctl show -p ActiveState,UnitFileState,MainPID rke2-server rke2-agent
		on "$host" ls /run | grep rke2-wizard
	done
}
# refused TEXT: the edited answers stop it, and every host is as it was.
refused() {
	local before
	before=$(picture)
	wizard install -f "$file" --yes "${past_checks[@]}"
	expect_exit 4
	expect_output "$1"
	expect_output 'Stopped before any change was made.'
	expect diff <(echo "$before") <(picture)
}

own >"$file"
wizard install -f "$file" --yes
expect_exit 0

step 'the token'
answers 's/my-shared-secret/your-shared-secret/' >"$file"
refused '[FAIL] H-12 ha-m1: The token in the answers file differs from the token of this host.'

step 'the role of a node'
own 's/\(ha-w1.*\)role: agent/\1role: server/' >"$file"
refused '[FAIL] H-13 ha-w1: The answers file gives this host the role server, but it already runs as agent.'

step 'the version'
own 's/v1.26.12+rke2r1/v1.27.16+rke2r2/' >"$file"
refused '[FAIL] H-16 ha-m1'

step 'a taint that counts only when a node joins'
{ own && echo 'servers-run-workloads: false'; } >"$file"
refused '[FAIL] C-04 ha-m3: “node-taint” is “not set” on this host, and RKE2 would not change it to “CriticalAddonsOnly=true:NoExecute”.'

step 'what somebody has set for the cluster, and the answers do not'
on ha-m1 'echo "cluster-cidr: 10.52.0.0/16" >>/etc/rancher/rke2/config.yaml'
own >"$file"
refused '[FAIL] H-18 ha-m1'
on ha-m1 "sed -i '/^cluster-cidr/d' /etc/rancher/rke2/config.yaml && systemctl restart rke2-server"
wait_until 60 nodes_ready ha-m1

step 'the order: the founder stays the founder'
own | /usr/bin/python3 -c 'import sys
lines = sys.stdin.read().split("\n")
first = next(i for i, l in enumerate(lines) if "name: ha-m1," in l)
lines.insert(first + 2, lines.pop(first))
print("\n".join(lines), end="")' >"$file"
wizard install -f "$file" --yes
expect_exit 0
expect_output 'ha-m1  start the first server: already done'
expect_output 'No host had to be changed.'

step 'config.yaml that says the same in another way: stays, and nobody is restarted'
on ha-m2 "printf '%s\n' 'cni: \"canal\"' 'tls-san: [\"rke2.demo.kingsd.top\"]' 'server: https://gone.demo.kingsd.top:9345' \
	'\"token\": $token' >/etc/rancher/rke2/config.yaml && touch -d '1 hour ago' /etc/rancher/rke2/config.yaml"
on ha-w1 "printf '%s\n' 'token: \"$token\"' 'server:  \"https://rke2.demo.kingsd.top:9345\"' \
	>/etc/rancher/rke2/config.yaml && touch -d '1 hour ago' /etc/rancher/rke2/config.yaml"
before=$(picture)
wizard install -f "$file" --yes
expect_exit 0
expect_output 'No host had to be changed.'
expect diff <(echo "$before") <(picture)

step 'a further name in the certificate: restarts nobody who runs unless that is allowed'
{ own && printf 'tls-san:\n  - extra.demo.kingsd.top\n'; } >"$file"
refused '[FAIL] C-05 ha-m1: RKE2 runs on this host and has to be restarted for new settings: tls-san.'
before=$(picture)
wizard install -f "$file" --dry-run
expect_exit 0
expect_output 'ha-m3 (192.168.205.87) it runs, and is restarted for new settings: tls-san'
expect_output 'restart for new settings: one after the other'
expect_no_output 'ha-w1 (192.168.205.88) it runs, and is restarted'
expect diff <(echo "$before") <(picture)

step 'allowed: applied, one server after the other'
wizard install -f "$file" --yes --allow-restart
expect_exit 0
expect_output 'ha-m1  restart for new settings: done'
expect_output 'ha-m3  restart for new settings: done'
expect_output 'ha-w1  join as agent: already done'
for host in ha-m1 ha-m2 ha-m3; do
	expect on $host 'openssl s_client -connect 127.0.0.1:6443 </dev/null 2>/dev/null | openssl x509 -noout -ext subjectAltName | grep -q extra.demo.kingsd.top'
done
expect nodes_ready "${hosts[@]}"

step 'another registration name: applied to all'
for host in "${hosts[@]}"; do
	on "$host" 'printf "%s\tk8s.demo.kingsd.top\n" 192.168.205.85 192.168.205.86 192.168.205.87 >>/etc/hosts'
done
own 's/^registration-name:.*/registration-name: k8s.demo.kingsd.top/' >"$file"
wizard install -f "$file" --yes --allow-restart "${past_checks[@]}" --override 'D-01=only the hosts know it here'
expect_exit 0
expect_output 'ha-w1  restart for new settings: done'
expect on ha-w1 'grep -q "server: https://k8s.demo.kingsd.top:9345" /etc/rancher/rke2/config.yaml'
expect nodes_ready "${hosts[@]}"
