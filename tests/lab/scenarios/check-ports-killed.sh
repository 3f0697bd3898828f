# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Whatever happens to the console or the cable in the middle of a port test, nothing stays on a host.
# kill -9, an interrupt and a cut cable while the listeners are up.
lab_options='--base mixed'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
hosts='ha-m1 ha-m2 ha-m3 ha-w1'

# What is dropped makes a test take seconds: time to be cut off in.
{
	echo 'table inet test {'
	echo 'chain input {'
	echo 'type filter hook input priority 0;'
	echo 'tcp dport 10250 drop'
	echo '}'
	echo '}'
} >"$scenario_tmp/rules"
for host in $hosts; do "$lab" firewall "$host" "$scenario_tmp/rules"; done

listening() {
	local host
	for host in $hosts; do
		on "$host" 'ss -Hltn "sport = :9099" | grep -q .' || return 1
	done
}
trying() { on ha-m1 'pgrep -f "[/]dev/tcp|bash -c" >/dev/null && ss -Htn state syn-sent | grep -q .'; }
nothing_left() {
	local host=$1
	[[ -z $(on "$host" "systemctl list-units --all --no-legend 'rke2-wizard*'") ]] &&
		! on "$host" 'ls /run/rke2-wizard* 2>/dev/null | grep -q .' &&
		! on "$host" 'ss -Hltn "sport = :9099" | grep -q . || ss -Hlun "sport = :8472" | grep -q .' &&
		! on "$host" 'pgrep -f "[s]ystemd-socket-activate|/dev/[t]cp|[r]w_main"'
}
begin() {
	wizard_out=$scenario_tmp/began
	"$lab" console -- "$wizard_program" check -f "$file" --only ports </dev/null >"$wizard_out" 2>&1 &
	console_pid=$!
	wait_until 20 listening
	wait_until 20 trying
	expect_not nothing_left ha-m2
}

step 'kill -9'
begin
kill -KILL "$console_pid"
wait "$console_pid" 2>/dev/null
expect listening
for host in $hosts; do wait_until 90 nothing_left "$host"; done

step 'an interrupt ends them at once'
begin
began=$SECONDS
kill -INT "$console_pid"
status=0
wait "$console_pid" || status=$?
expect [ "$status" = 130 ]
for host in $hosts; do
	expect_not on "$host" 'ss -Hltn "sport = :9099" | grep -q .'
	wait_until 3 nothing_left "$host"
done
expect [ $((SECONDS - began)) -le 12 ]

step 'a cut cable: that host ends by itself, the others with the check'
begin
"$lab" cut ha-m1
wait "$console_pid"
sed 's/^/out| /' "$wizard_out"
for host in ha-m2 ha-m3 ha-w1; do expect nothing_left "$host"; done
wait_until 90 nothing_left ha-m1
"$lab" plug ha-m1

step 'a check after a killed one takes over at once'
begin
kill -KILL "$console_pid"
wait "$console_pid" 2>/dev/null
for host in $hosts; do "$lab" firewall "$host" clear; done
wizard check -f "$file" --only ports
expect_exit 0
expect_no_output 'P-'
for host in $hosts; do expect nothing_left "$host"; done
