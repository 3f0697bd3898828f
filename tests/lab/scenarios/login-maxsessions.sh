# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Hosts whose sshd allows one session, or two, on a connection are installed like others, and the lock
# on them is renewed while journals are followed.
lab_options='--base mixed'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"

allow() { on "$1" "sed -i '1i MaxSessions $2' /etc/ssh/sshd_config && systemctl reload ssh"; }
beat() { on ha-m1 'grep ^beat= /run/rke2-wizard.lock'; }
beat_differs() { [ "$(beat)" != "$1" ]; }

for host in ha-m1 ha-m3 ha-w1; do
	allow $host 1
done
allow ha-m2 2

step 'the first server takes longer than two signs of life'
"$lab" fault ha-m1 start-delay 35
begin -f "$file" --yes
wait_until 120 says 'ha-m1    … creating the cluster'
first=$(beat)
wait_until 20 beat_differs "$first"
second=$(beat)
wait_until 20 beat_differs "$second"
expect_not says 'nodes ready'
ends_with 0
expect_not says 'L-03'
expect_not says 'connection lost'
one_cluster "$file"

step 'a check, and a run that finds all done'
wizard check -f "$file"
expect_no_output 'R-01'
wizard install -f "$file" --yes
expect_exit 0
expect_output 'Done. No host had to be changed.'
