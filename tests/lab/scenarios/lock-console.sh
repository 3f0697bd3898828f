# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Two programs for one cluster on one console: the second watches the first, and ends as it ends. A
# killed one leaves no lock; reading the lock disturbs no run.
lab_options='--base debian13 --servers 1 --agents 1'

file=$console_home/answers.yaml
state=$console_home/.local/state/rke2-wizard/ha-demo
umask 077
"$lab" answers >"$file"
first=$scenario_tmp/first
# begin: an install in the background, in $pid.
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

step 'an install that fails, and two who watch it'
"$lab" fault ha-w1 crash-loop 'starting kubernetes: a fault of the lab'
"$lab" fault ha-m1 start-delay 3
begin
wait_until 60 grep -qF 'start the first server: started' "$first"
"$lab" console -- "$wizard_program" status -f "$file" --watch --json </dev/null >"$scenario_tmp/third" 2>&1 &
third=$!
wizard install -f "$file" --yes "${past_checks[@]}"
expect_error "[WARN] J-02 Another rke2-wizard is working on this cluster (process $pid)."
expect_output 'another program is working on this cluster; watching it'
expect_output 'ha-m1  start the first server: done'
expect_output 'ha-w1  join as agent: FAILED'
expect_output '[FAIL] I-'
expect_output 'The servers are up, but some agents are not.'
expect_exit 3
first_ends 3
status=0
wait $third || status=$?
sed 's/^/third| /' "$scenario_tmp/third"
expect [ "$status" = 3 ]
expect grep -qF '"outcome":"agents-missing"' "$scenario_tmp/third"
# What was done was done once.
expect [ "$(on ha-m1 journalctl -u rke2-wizard-stage -o cat --no-pager | grep -c 'running the installer')" = 1 ]

step 'who watches may leave'
"$lab" fault ha-w1 clear
"$lab" fault ha-w1 start-delay 4
begin
wait_until 60 grep -qF 'ha-w1  join as agent: started' "$first"
converse status -f "$file" --watch <<'TALK'
ha-w1  join as agent: started => ^C
TALK
expect_exit 130
expect_output 'no longer watching; the other program continues'
first_ends 0
expect nodes_ready ha-m1 ha-w1

step 'nobody is at work: status shows the last run'
wizard status -f "$file" --watch
expect_exit 0
expect_output 'Last run, started at'

step 'the one that is watched is killed'
on ha-w1 systemctl stop rke2-agent
"$lab" fault ha-w1 start-delay 20
begin
wait_until 60 grep -qF 'ha-w1  join as agent: started' "$first"
"$lab" console -- "$wizard_program" status -f "$file" --watch </dev/null >"$scenario_tmp/third" 2>&1 &
third=$!
wait_until 20 grep -qF 'ha-w1  join as agent: started' "$scenario_tmp/third"
kill -KILL "$pid"
wait "$pid" 2>/dev/null
status=0
wait $third || status=$?
sed 's/^/third| /' "$scenario_tmp/third"
expect [ "$status" = 1 ]
expect grep -qF 'was killed' "$scenario_tmp/third"

step 'the same console takes the lock of the hosts back at once'
expect on ha-w1 'grep -q ^owner= /run/rke2-wizard.lock'
"$lab" fault ha-w1 clear
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_no_output 'L-01'
for host in ha-m1 ha-w1; do
	expect_not on $host 'ls /run/rke2-wizard* 2>/dev/null | grep .'
done

step 'status all the time, while installs take the lock again and again'
touch "$scenario_tmp/go"
cat >"$scenario_tmp/looker" <<'PROGRAM'
#!/bin/sh
while [ -e "$1" ]; do "$2" status -f "$3" >/dev/null 2>&1; done
PROGRAM
chmod 755 "$scenario_tmp/looker"
"$lab" console -- "$scenario_tmp/looker" "$scenario_tmp/go" "$wizard_program" "$file" </dev/null &
looker=$!
for _ in 1 2 3 4 5 6; do
	wizard install -f "$file" --yes "${past_checks[@]}"
	expect_exit 0
	expect_no_output 'J-02'
done
rm "$scenario_tmp/go"
wait $looker
