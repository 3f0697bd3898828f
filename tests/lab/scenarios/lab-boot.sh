# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Hosts of both Debian releases boot, and every kind of user can log in.
# Keys (ed25519, ecdsa, rsa), passwords, both ports, sudo with and without a
# password, a talkative shell, a csh; known_hosts is right; the journal persists.
lab_options='--base mixed'

# login USER ADDRESS COMMAND… by key; strict about the host key.
login() {
	local user=$1 address=$2
	shift 2
	console ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -o IdentitiesOnly=yes \
		-i "$console_home/.ssh/${key:-id_ed25519}" -p "${port:-22}" "$user@$address" "$@" 2>/dev/null
}

# password_login USER PASSWORD ADDRESS COMMAND…
password_login() {
	local user=$1 address=$3
	printf '#!/bin/sh\necho %s\n' "$2" >"$scenario_tmp/askpass"
	chmod 755 "$scenario_tmp/askpass"
	shift 3
	console env SSH_ASKPASS="$scenario_tmp/askpass" SSH_ASKPASS_REQUIRE=force ssh -o PubkeyAuthentication=no -o NumberOfPasswordPrompts=1 \
		-o StrictHostKeyChecking=yes "$user@$address" "$@" 2>/dev/null
}

step 'what the hosts are'
expect [ "$(on ha-m1 cat /etc/os-release | sed -n 's/^VERSION_ID=//p')" = '"12"' ]
expect [ "$(on ha-m2 cat /etc/os-release | sed -n 's/^VERSION_ID=//p')" = '"13"' ]
expect [ "$("$lab" hosts)" = 'ha-m1 192.168.205.85 server
ha-m2 192.168.205.86 server
ha-m3 192.168.205.87 server
ha-w1 192.168.205.88 agent' ]

for host in ha-m1 ha-m2; do
	step "keys on $host"
	for user in root ops auto guest cshell; do
		expect [ "$(login $user $host id -un)" = $user ]
	done
	for key in id_ecdsa id_rsa; do
		expect [ "$(login root $host hostname)" = $host ]
	done
	key=id_ed25519
	port=2222
	expect [ "$(login root $host hostname)" = $host ]
	port=22

	step "passwords on $host"
	expect [ "$(password_login root lab-root $host id -un)" = root ]
	expect [ "$(password_login ops lab-ops $host id -un)" = ops ]
	expect_not password_login ops wrong $host true

	step "sudo on $host"
	for user in auto noisy cshell; do
		expect [ "$(login $user $host sudo -n id -un | tail -n 1)" = root ]
	done
	expect_not login ops $host sudo -n true
	expect [ "$(echo lab-ops | login ops $host sudo -S -p "''" id -un)" = root ]
	expect_not login guest $host sudo -n true

	step "shells on $host"
	expect [ "$(login noisy $host echo end | grep -c '=')" -gt 10 ]
	# shellcheck disable=SC2016 # the remote shell is to expand it
	expect [ "$(login cshell $host 'echo $shell')" = /bin/tcsh ]
	expect [ "$(login root $host systemctl is-system-running)" = running ]
	expect login root $host 'grep -qw memory /sys/fs/cgroup/cgroup.controllers'
done

step 'new host keys are noticed'
"$lab" rekey ha-m3
expect_not login root ha-m3 true

step 'the journal outlives a reboot'
on ha-w1 'echo hello from before | systemd-cat -t before; journalctl --sync'
"$lab" reboot ha-w1
expect on ha-w1 'journalctl -b -1 -t before -o cat | grep -qx "hello from before"'

step 'exec passes input and status, also without a network'
"$lab" cut ha-w1
expect_not login root 192.168.205.88 -o ConnectTimeout=2 true
expect [ "$(echo through | on ha-w1 cat)" = through ]
status=0
on ha-w1 sh -c 'exit 7' || status=$?
expect [ $status -eq 7 ]
"$lab" plug ha-w1
wait_until 10 login root ha-w1 true

step 'the machine sees nothing of it'
expect [ -z "$(ip -o address | grep -F 192.168.205.)" ]
# shellcheck disable=SC2016 # for the inner shell
expect_not timeout 2 bash -c 'exec 3<>/dev/tcp/192.168.205.85/22 && read -r line <&3 && [[ $line == SSH-* ]]' 2>/dev/null
