# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A host key that is not known is never trusted silently, and a known one never raises an alarm.
# known_hosts empty, with one kind of key, hashed, by name and port; new keys are refused, accepted
# or asked about; the key that is written is the host's own.
lab_options='--base mixed --servers 2 --agents 0'

file=$console_home/answers.yaml
known=$console_home/.ssh/known_hosts
umask 077
cp "$known" "$scenario_tmp/known_hosts"
printed_key() { on ha-m1 ssh-keygen -lf "/etc/ssh/ssh_host_$1_key.pub" | cut -d' ' -f2; }

# look ARG…: connects to both hosts. There is no cluster, so `nodes` fails, but only after a login.
look() { wizard nodes -f "$file" "$@"; }
logged_in() {
	expect_exit 1
	expect_no_output 'host key'
}

"$lab" answers >"$file"
for kind in ssh-ed25519 ecdsa-sha2-nistp256 ssh-rsa; do
	step "known_hosts has only $kind"
	grep " $kind " "$scenario_tmp/known_hosts" >"$known"
	look
	# libssh2 before 1.11 cannot be shown an RSA key by a current sshd: the host is then new to it.
	[[ $kind == ssh-rsa ]] || logged_in
	expect_no_output 'changed'
done

step 'hashed names'
cp "$scenario_tmp/known_hosts" "$known"
console ssh-keygen -q -H -f "$known" >/dev/null 2>&1
expect_not grep -q 192.168 "$known"
look
logged_in

step 'nothing is known, and nobody can be asked'
for content in '' missing; do
	rm -f "$known"
	[[ $content == missing ]] || : >"$known"
	wizard install -f "$file" --yes
	expect_exit 1
	expect_output "[FAIL] H-05 ha-m1: The host key is unknown: 192.168.205.85 presents $(printed_key ed25519) (ssh-ed25519)."
	expect_output '[FAIL] H-05 ha-m2:'
	expect_output 'Failed. No host was changed.'
	expect [ ! -s "$known" ]
done

step 'accepted by option, and written as ssh reads it'
look --accept-new-host-keys
logged_in
look
logged_in
expect console ssh -o BatchMode=yes -o StrictHostKeyChecking=yes root@192.168.205.85 true
expect [ "$(stat -c %a "$known")" = 600 ]

step 'another port is another entry'
answers 's/port: 22,/port: 2222,/' >"$file"
wizard install -f "$file" --yes
expect_exit 1
expect_output '[FAIL] H-05 ha-m1:'
look --accept-new-host-keys
logged_in
expect console ssh -o BatchMode=yes -o StrictHostKeyChecking=yes -p 2222 root@192.168.205.85 true

step 'a changed key is refused, also with the option'
"$lab" rekey ha-m1
wizard install -f "$file" --yes --accept-new-host-keys
expect_exit 1
expect_output "[FAIL] H-04 ha-m1: The host key has changed: 192.168.205.85 now presents $(printed_key ed25519)"
expect_output 'Failed. No host was changed.'
