# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Hosts that belong elsewhere, or answers that do not fit them, are refused before anything is touched.
# Another token, another cluster, another role, another version; each by exit code 4, with not one
# file changed on any host.
lab_options='--base mixed --servers 2 --agents 1'

file=$console_home/answers.yaml
umask 077
one_server='/ha-m2/d'

# The content of every file of RKE2's and ours, with its times.
picture() {
	local host
	for host in ha-m1 ha-m2 ha-w1; do
		(cd "$("$lab" upper $host)" && find etc/rancher usr/local var/lib/rke2-wizard etc/systemd -type f \
			-printf '%p %T@ %C@ %m\n' 2>/dev/null | sort)
		on $host systemctl show -p ActiveState,UnitFileState,MainPID rke2-server rke2-agent rke2-wizard-stage
	done
}
# refused CODE HOST TEXT: the check stops an install, and every host is as it was.
refused() {
	local before
	before=$(picture)
	wizard install -f "$file" --yes "${past_checks[@]}"
	expect_exit 4
	expect_output "[FAIL] $1 $2: $3"
	expect_output 'Stopped before any change was made.'
	expect diff <(echo "$before") <(picture)
}

step 'two clusters: one of ours, and ha-m2 by itself'
answers "$one_server" >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
rke2_install ha-m2
config ha-m2 'token: the-secret-of-another'
rke2_start ha-m2 server

step 'a server of another cluster'
"$lab" answers >"$file"
refused H-11 ha-m2 'This host already belongs to another cluster.'
expect_output 'rke2-uninstall.sh'
expect_no_output 'H-11 ha-m1: '

step 'the same without a journal, as from another console'
mv "$console_home/.local/state" "$console_home/state"
refused H-11 ha-m2 'This host already belongs to another cluster.'
rm -rf "$console_home/.local/state"
mv "$console_home/state" "$console_home/.local/state"

step 'another token'
answers "$one_server" 's/my-shared-secret/your-shared-secret/' >"$file"
refused H-12 ha-m1 'The token in the answers file differs from the token of this host.'
expect_no_output 'my-shared-secret'
mv "$console_home/.local/state" "$console_home/state"
refused H-12 ha-m1 'The token in the answers file differs from the token of this host.'
rm -rf "$console_home/.local/state"
mv "$console_home/state" "$console_home/.local/state"

step 'another role'
answers "$one_server" 's/\(ha-w1.*\)role: agent/\1role: server/' >"$file"
refused H-13 ha-w1 'The answers file gives this host the role server, but it already runs as agent.'
answers 's/\(ha-m2.*\)role: server/\1role: agent/' >"$file"
refused H-13 ha-m2 'The answers file gives this host the role agent, but it already runs as server.'

step 'another version'
answers "$one_server" 's/v1.26.12+rke2r1/v1.27.16+rke2r2/' >"$file"
refused H-16 ha-m1 'This host already runs RKE2 v1.26.12+rke2r1, but the answers file asks for v1.27.16+rke2r2.'

step 'what was printed helps: the old data is given up, and ha-m2 joins'
on ha-m2 rke2-uninstall.sh >/dev/null 2>&1
"$lab" answers >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-w1
