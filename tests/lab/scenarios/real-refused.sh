# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A cluster that refuses who wants to join: each cause is named soon, and after the repair the host
# joins. A server with a wrong token, with the fingerprint of another CA, with a node name that is
# taken, with a CIDR that differs; an agent with a wrong token, with a name that is taken, with a key
# that RKE2 does not know.
lab_options='--base debian12 --servers 2 --agents 1'
real=yes

file=$console_home/answers.yaml
umask 077
# A release that gives the message of a refusal, not its HTTP status.
[[ $kind == real ]] || version=v1.34.1+rke2r1
edited() { answers "s/^rke2:.*/rke2: {version: $version}/" "$@" >"$file"; }
# refused HOST STATUS CODE TEXT, patterns of grep -E: the install ends so, because of this host, and soon.
refused() {
	local began=$SECONDS
	# The checks would name the file of the host before anything starts.
	wizard install -f "$file" --yes --override 'R-49=to see what RKE2 says'
	expect_exit "$2"
	expect grep -qE "^\[FAIL\] $3 $1: $4" "$wizard_out"
	printf 'named    %-40s %4d s\n' "$3 $1" "$((SECONDS - began))"
	((SECONDS - began <= 60 * pace)) || fail "it took $((SECONDS - began)) s"
	expect nodes_ready ha-m1
}
# anew HOST ROLE: as it was before RKE2 was put on it.
anew() {
	on "$1" 'systemctl disable --now rke2-server rke2-agent; rke2-uninstall.sh; rm -rf /etc/rancher' >/dev/null 2>&1
	expect_not on "$1" 'ls -d /etc/rancher /var/lib/rancher/rke2 2>/dev/null | grep .'
}

edited '/ha-m2/d' '/ha-w1/d'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
wait_until 30 nodes_ready ha-m1
edited '/ha-w1/d'

step 'a server with a wrong token'
own ha-m2 'token: something-else'
refused ha-m2 1 I-34 'The server rejects the token: '
anew ha-m2

step 'a server with the fingerprint of another CA'
hash=$(on ha-m1 'sha256sum /var/lib/rancher/rke2/server/tls/server-ca.crt' | cut -c1-64)
own ha-m2 "token: K10${hash//[0-9]/0}::server:my-shared-secret"
refused ha-m2 1 I-33 'The token belongs to another cluster: '
anew ha-m2

step 'a server with the node name of another'
own ha-m2 'node-name: ha-m1'
refused ha-m2 1 I-91 'The node name ha-m1, which /etc/rancher/rke2/config.yaml.d/90-own.yaml sets, is already taken: '
anew ha-m2

step 'a server with another network for pods'
own ha-m2 'cluster-cidr: 10.52.0.0/16'
refused ha-m2 4 C-03 '“cluster-cidr” is “10[.]52[.]0[.]0/16” on this server, but “10[.]42[.]0[.]0/16” in the cluster'
anew ha-m2

step 'the same host with nothing of this'
edited '/ha-w1/d'
wizard install -f "$file" --yes
expect_exit 0
wait_until 30 nodes_ready ha-m1 ha-m2

step 'an agent with a wrong token'
edited
own ha-w1 'token: something-else'
refused ha-w1 3 I-34 'The server rejects the token: '
anew ha-w1

step 'an agent with the node name of another'
own ha-w1 'node-name: ha-m2'
refused ha-w1 3 I-91 'The node name ha-m2, which /etc/rancher/rke2/config.yaml.d/90-own.yaml sets, is already taken: '
expect nodes_ready ha-m1 ha-m2
anew ha-w1

step 'an agent whose node was there before'
own ha-w1
wizard install -f "$file" --yes
expect_exit 0
wait_until 30 nodes_ready ha-m1 ha-m2 ha-w1
anew ha-w1
wizard install -f "$file" --yes
expect_exit 4
expect_output '[FAIL] C-02 ha-w1: The cluster has a node ha-w1, but this host has no trace of it'
kubectl ha-m1 delete node ha-w1

step 'a key that RKE2 does not know is skipped'
own ha-w1 'node-lables: [disk=fast]'
wizard install -f "$file" --yes
expect_exit 0
expect journal_has ha-w1 rke2-agent 'Unknown flag --node-lables found in'
wait_until 30 nodes_ready ha-m1 ha-m2 ha-w1
