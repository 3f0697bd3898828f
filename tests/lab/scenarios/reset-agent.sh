# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# An agent is reset: RKE2 is removed, the cluster forgets the node, and it can join again. Also as
# another user than root, for a host that cannot be reached, and for two at once.
lab_options='--base mixed --servers 1 --agents 2'

file=$console_home/answers.yaml
umask 077
answers 's/name: ha-w1,/& user: ops, sudo-password-file: ops.password,/' >"$file"
printf 'lab-ops\n' >"$console_home/ops.password"
clean() {
	expect_not on "$1" 'ls -d /etc/rancher /var/lib/rancher /var/lib/rke2-wizard /usr/local/bin/rke2* /usr/local/lib/systemd/system/rke2* /run/rke2-wizard* 2>/dev/null | grep .'
}
known() { kubectl ha-m1 get node "$1" >/dev/null 2>&1; }

wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0

step 'one agent, with lines of ours beside those of others'
on ha-w1 "printf '%s\n' OTHER=1 '# rke2-wizard: from the answers file' HTTPS_PROXY=http://u:p@192.0.2.1:3128 NO_PROXY=.svc >/etc/default/rke2-agent"
wizard reset -f "$file" --host ha-w1 --confirm ha-w1 --json
expect_exit 0
expect_output '"host":"ha-w1","step":"uninstall","state":"done"'
expect_output '"host":"ha-w1","step":"forget","state":"done"'
clean ha-w1
expect [ "$(on ha-w1 cat /etc/default/rke2-agent)" = OTHER=1 ]
expect_not known ha-w1
expect nodes_ready ha-m1 ha-w2
expect_not kubectl ha-m1 -n kube-system get secret ha-w1.node-password.rke2
wizard status -f "$file" --json
expect_exit 0
expect_output '"command": "reset"'
expect_output '"outcome": "done"'

step 'it joins again under its name'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect nodes_ready ha-m1 ha-w1 ha-w2

step 'killed after the uninstall: the node is forgotten the next time'
out=$scenario_tmp/killed
"$lab" console -- "$wizard_program" reset -f "$file" --host ha-w2 --confirm ha-w2 </dev/null >"$out" 2>&1 &
wait_until 60 grep -qF 'run: systemd-run' "$out"
kill -KILL $!
wait $! 2>/dev/null
wait_until 30 on ha-w2 'test ! -e /var/lib/rancher'
expect known ha-w2
wizard reset -f "$file" --host ha-w2 --confirm ha-w2
expect_exit 0
expect_output 'ha-w2  delete the node: done'
clean ha-w2
expect_not known ha-w2

step 'both at once, one of them without a cable'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
"$lab" cut ha-w2
wizard reset -f "$file" --host ha-w1 --host ha-w2 --confirm 'ha-w1 ha-w2'
expect_exit 1
expect_output '[FAIL] H-01 ha-w2: '
clean ha-w1
expect_not known ha-w1
"$lab" plug ha-w2
wizard reset -f "$file" --host ha-w2 --confirm ha-w2
expect_exit 0
expect_not known ha-w2

step 'an agent that stays has no part in it'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
"$lab" cut ha-w2
wizard reset -f "$file" --host ha-w1 --confirm ha-w1
expect_exit 0
expect_no_output 'H-01'
expect_not known ha-w1
"$lab" plug ha-w2

step 'a disk is mounted at its data folder: it stays, empty'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
wizard reset -f "$file" --host ha-w1 --confirm ha-w1
expect_exit 0
on ha-w1 'mkdir -p /var/lib/rancher/rke2; mount -t tmpfs tmpfs /var/lib/rancher/rke2'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
wizard reset -f "$file" --host ha-w1 --confirm ha-w1
expect_exit 0
expect on ha-w1 mountpoint -q /var/lib/rancher/rke2
expect_not on ha-w1 'ls -A /var/lib/rancher/rke2 | grep .'
expect_not on ha-w1 'ls -d /etc/rancher /var/lib/rke2-wizard /usr/local/bin/rke2* 2>/dev/null | grep .'
wizard reset -f "$file" --host ha-w1 --confirm ha-w1
expect_exit 0
expect_output 'No host had to be changed.'
on ha-w1 'umount /var/lib/rancher/rke2; rm -rf /var/lib/rancher'

step 'one that began to join and never became a node: the reset takes its password too'
password() { kubectl ha-m1 -n kube-system get secret ha-w1.node-password.rke2 >/dev/null 2>&1; }
"$lab" fault ha-w1 start-delay 600
wizard install -f "$file" --yes --timeout 10 "${past_checks[@]}"
expect_exit 3
expect_not known ha-w1
expect password
wizard reset -f "$file" --host ha-w1 --confirm ha-w1
expect_exit 0
expect_output 'ha-w1  delete the node: done'
expect_not password

step 'left by a machine that was wiped by hand: the next install takes it away and joins'
wizard install -f "$file" --yes --timeout 10 "${past_checks[@]}"
expect_exit 3
on ha-w1 rke2-uninstall.sh >/dev/null 2>&1
"$lab" fault ha-w1 clear
expect password
wizard install -f "$file" --dry-run "${past_checks[@]}"
expect_exit 0
expect_output 'secret ha-w1.node-password.rke2'
expect password
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'ha-w1  delete the password of an old node: done'
expect_output 'ha-w1  join as agent: done'
expect nodes_ready ha-m1 ha-w1 ha-w2
