# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Hosts that cannot be used: reported with reason and fix, nothing is changed; after the repair all
# is installed. Unreachable, login refused, no sudo, changed host key, another hostname; a dead
# agent only costs the agent.
lab_options='--base mixed'

file=$console_home/answers.yaml
umask 077
untouched() {
	local host
	for host in ha-m1 ha-m2 ha-m3 ha-w1; do
		expect_not on $host 'test -e /etc/rancher -o -e /usr/local/bin/rke2 -o -e /var/lib/rke2-wizard'
	done
}

step 'no way to three servers, and a host of another name'
"$lab" rekey ha-m3
line=$(grep -n '^ha-m3,.* ssh-ed25519 ' "$console_home/.ssh/known_hosts" | cut -d: -f1)
answers 's/name: ha-m1,/& user: stranger,/' 's/name: ha-m2,/& user: guest,/' 's/name: ha-w1,/name: ha-w9,/' >"$file"
wizard install -f "$file" --yes
expect_exit 4
expect_output "[FAIL] H-02 ha-m1: The host rejected the login of stranger. Tried: key $console_home/.ssh/id_ed25519."
expect_output '[FAIL] H-03 ha-m2: guest cannot become root: guest needs a password for sudo, and none is set.'
expect_output '[FAIL] H-04 ha-m3: The host key has changed: 192.168.205.87 now presents SHA256:'
expect_output "$console_home/.ssh/known_hosts line $line has another key."
expect_output '[FAIL] H-07 ha-w9: The answers file calls this host ha-w9, but its host name is ha-w1.'
expect_output 'Stopped before any change was made.'
forget=$(grep -o 'ssh-keygen -R [^;]*' "$wizard_out")
untouched

step 'a password does not make guest an administrator'
printf 'lab-guest\n' >"$console_home/guest.password"
answers 's/name: ha-m2,/& user: guest, sudo-password-file: guest.password,/' >"$file"
wizard install -f "$file" --yes
expect_exit 1
expect_output '[FAIL] H-03 ha-m2: guest cannot become root: sudo rejected guest: guest is not in the sudoers file.'

step 'a port where nothing listens, and a host without a cable'
"$lab" cut ha-m2
answers 's/name: ha-m1,/& port: 2200,/' >"$file"
wizard install -f "$file" --yes
expect_exit 1
expect_output '[FAIL] H-01 ha-m1: 192.168.205.85 port 2200 cannot be reached: Connection refused.'
expect_output '[FAIL] H-01 ha-m2: 192.168.205.86 port 22 cannot be reached: no answer.'
expect_output 'Failed. No host was changed.'
untouched
"$lab" plug ha-m2

step 'the hostname alone stops it, as a check'
"$lab" answers >"$file"
# shellcheck disable=SC2086 # the printed command, as an operator types it
console $forget
on ha-w1 hostname other
wizard install -f "$file" --yes --accept-new-host-keys
expect_exit 4
expect_output '[FAIL] H-07 ha-w1: The answers file calls this host ha-w1, but its host name is other.'
expect_output 'Stopped before any change was made.'
expect_no_output 'H-04'
untouched
on ha-w1 hostname ha-w1

step 'without its agent the cluster comes up all the same'
"$lab" cut ha-w1
wizard install -f "$file" --yes
expect_exit 3
expect_output '[FAIL] H-01 ha-w1: 192.168.205.88 port 22 cannot be reached: '
expect_output 'The servers are up, but some agents are not.'
expect nodes_ready ha-m1 ha-m2 ha-m3

step 'the agent is back'
"$lab" plug ha-w1
wizard install -f "$file" --yes
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
