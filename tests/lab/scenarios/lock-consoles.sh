# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Two consoles and one cluster: the second reports who works on the hosts, and changes nothing. The
# lock of a dead console expires by itself; --take-over takes it, and the first gives way.
lab_options='--base debian13 --servers 1 --agents 1'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
first=$scenario_tmp/first
# The other console: another home, so another journal and another name of itself.
mkdir -p "$console_home/other"
cat >"$scenario_tmp/other" <<'PROGRAM'
#!/bin/sh
export XDG_STATE_HOME=$HOME/other USER=carol
exec "$PROGRAM" "$@"
PROGRAM
chmod 755 "$scenario_tmp/other"
export PROGRAM=$wizard_program
other() {
	wizard_program=$scenario_tmp/other
	wizard "$@"
	wizard_program=$PROGRAM
}
begin() {
	: >"$first"
	"$lab" console -- "$wizard_program" install -f "$file" --yes "${past_checks[@]}" </dev/null >"$first" 2>&1 &
	pid=$!
}
first_ends() {
	local status=0
	wait "$pid" || status=$?
	sed 's/^/first| /' "$first"
	expect [ "$status" = "$1" ]
}
lock_of() { on "$1" "sed -n 's/^owner=//p' /run/rke2-wizard.lock"; }

step 'the second console reports the first, and touches nothing'
"$lab" fault ha-m1 start-delay 20
begin
wait_until 60 grep -qF 'start the first server: started' "$first"
expect [ "$(lock_of ha-w1)" = "root@$(uname -n)" ]
other install -f "$file" --yes "${past_checks[@]}"
expect_exit 4
expect_output "[FAIL] L-01 ha-m1, ha-w1: root@$(uname -n) (process $pid) has been working on this host since 20"
expect_output 'Stopped before any change was made.'
other reset -f "$file" --confirm ha-demo
expect_exit 4
expect_output "[FAIL] L-01 ha-m1, ha-w1: root@$(uname -n) (process $pid) has been working on this host since 20"
first_ends 0
expect nodes_ready ha-m1 ha-w1
expect_not on ha-m1 'ls /run/rke2-wizard* 2>/dev/null | grep .'

step 'with nobody at work it goes'
other install -f "$file" --yes "${past_checks[@]}"
expect_exit 0

step 'a dead console: its lock is there, and expires by itself'
on ha-w1 systemctl stop rke2-agent
"$lab" fault ha-w1 start-delay 60
begin
wait_until 60 grep -qF 'ha-w1  join as agent: started' "$first"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
"$lab" fault ha-w1 clear
on ha-w1 systemctl stop rke2-agent
other install -f "$file" --yes "${past_checks[@]}"
expect_exit 4
expect_output '[FAIL] L-01 ha-m1, ha-w1: '
freed() {
	"$lab" console -- "$scenario_tmp/other" install -f "$file" --yes "${past_checks[@]}" </dev/null >"$scenario_tmp/freed" 2>&1
}
wait_until 80 freed
sed 's/^/freed| /' "$scenario_tmp/freed"
expect nodes_ready ha-m1 ha-w1

step 'on purpose: the second takes over, the first gives way'
on ha-w1 systemctl stop rke2-agent
"$lab" fault ha-w1 start-delay 40
begin
wait_until 60 grep -qF 'ha-w1  join as agent: started' "$first"
other install -f "$file" --yes --take-over "${past_checks[@]}"
expect_exit 0
first_ends 1
expect grep -qF "L-02 " "$first"
expect grep -qF "carol@$(uname -n) (process " "$first"
expect nodes_ready ha-m1 ha-w1

step 'the fence: a first one that slept finds another at the next script'
wizard reset -f "$file" --confirm ha-demo
expect_exit 0
"$lab" fault ha-m1 start-delay 5
begin
wait_until 60 grep -qF 'start the first server: started' "$first"
kill -STOP "$pid"
other install -f "$file" --yes --take-over "${past_checks[@]}"
expect_exit 0
kill -CONT "$pid"
first_ends 1
expect grep -qF 'L-02 ' "$first"
expect_not grep -qF 'ha-w1  join as agent: done' "$first"
expect nodes_ready ha-m1 ha-w1
