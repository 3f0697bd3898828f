# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Every program on every host is traced: the token is in no argument and no environment, the
# commands are those of the plan, and the plan itself opens no socket.
lab_options='--base debian12'

hosts=(ha-m1 ha-m2 ha-m3 ha-w1)
token=Zq7-traced-token-0815
answers=$console_home/answers.yaml
answers "s/my-shared-secret/$token/" >"$answers"
chmod 600 "$answers"
tracers=()
stop_tracers() {
	local pid
	for pid in "${tracers[@]}"; do kill "$pid" 2>/dev/null || :; done
	for pid in "${tracers[@]}"; do wait "$pid" 2>/dev/null || :; done
	tracers=()
}
trap 'stop_tracers; rm -rf "$scenario_tmp"' EXIT
is_traced() { [[ $(awk '/^TracerPid:/ { print $2 }' "/proc/$1/status") != 0 ]]; }

step 'the plan opens no socket, and shows no token'
console strace -f -qq -e trace=%network -o "$scenario_tmp/sockets" \
	"$wizard_program" plan --json -f "$answers" >"$scenario_tmp/plan.json" || fail 'plan'
expect_not grep . "$scenario_tmp/sockets"
expect_not grep -F "$token" "$scenario_tmp/plan.json"
expect grep -qF '<token>' "$scenario_tmp/plan.json"

step 'tracing every process of every host'
declare -A listener
for host in "${hosts[@]}"; do
	leader=$("$lab" pid "$host")
	attach=()
	for pid in $(pgrep --ns "$leader" --nslist pid .); do
		attach+=(-p "$pid")
		grep -qa 'sshd.*listener' "/proc/$pid/cmdline" && listener[$host]=$pid
	done
	strace -f -v --decode-pids=pidns -s 65535 -e trace=execve,clone,clone3,fork,vfork -o "$scenario_tmp/trace-$host" \
		"${attach[@]}" 2>"$scenario_tmp/strace-$host" &
	tracers+=($!)
	wait_until 30 is_traced "$leader"
	wait_until 30 is_traced "${listener[$host]}"
done

step 'install'
# Hosts that are traced are slow: whether they answer in time is not the matter here.
wizard_status=0
console strace -f -v -s 65535 -e trace=execve -o "$scenario_tmp/trace-console" \
	"$wizard_program" install -f "$answers" --yes "${past_checks[@]}" >"$wizard_out" 2>"$wizard_err" || wizard_status=$?
cat "$wizard_out" "$wizard_err"
expect_exit 0
stop_tracers

step 'the token is where it must be and nowhere else'
encoded=$(printf %s "$token" | base64)
for what in "$token" "${encoded%%=*}"; do
	expect_not grep -Fl -- "$what" "$scenario_tmp"/trace-*
	expect_no_output "$what"
	expect_not grep -rFl --exclude=answers.yaml -- "$what" "$console_home"
	for host in "${hosts[@]}"; do
		expect_not on "$host" "journalctl --no-pager -o export | grep -aF -- '$what'"
		expect_not grep -rFl --exclude-dir=rancher -- "$what" "$("$lab" upper "$host")"
		expect_not on "$host" "grep -rFl -- '$what' /etc/rancher | grep -v '^/etc/rancher/rke2/config.yaml$' | grep ."
		expect_not on "$host" "grep -rFl -- '$what' /run /tmp 2>/dev/null | grep ."
	done
done
for host in "${hosts[@]}"; do
	expect on "$host" "grep -qF '$token' /etc/rancher/rke2/config.yaml"
done

step 'what was done is what the plan says'
for host in "${hosts[@]}"; do
	expect "$scenario_here/lib/trace.py" "$scenario_tmp/plan.json" "$host" "${listener[$host]}" \
		"$scenario_tmp/trace-$host"
done
