# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Troubles of the console itself: its journal, its token, a second program, no server, no place to write.
# Each is named with its reason, and no host is touched; put right, the install completes.
lab_options='--base debian13 --servers 1 --agents 1'

file=$console_home/answers.yaml
state=$console_home/.local/state/rke2-wizard
journal=$state/ha-demo
umask 077
"$lab" answers >"$file"
untouched() {
	local host
	for host in ha-m1 ha-w1; do
		expect_not on $host 'test -e /etc/rancher -o -e /usr/local/bin/rke2 -o -e /var/lib/rke2-wizard'
	done
}

step 'no server has RKE2 yet'
wizard nodes -f "$file"
expect_exit 1
expect_error '[FAIL] K-01 No server could list the nodes. Last error: RKE2 has not been started there yet.'
expect_error 'Asked: ha-m1.'
"$lab" cut ha-m1
wizard kubeconfig -f "$file" -o -
expect_exit 1
expect_error '[FAIL] K-01 No server could list the nodes. Last error: 192.168.205.85 port 22: '
"$lab" plug ha-m1

step 'a file stands where the journal is to be'
mkdir -p "${state%/*}"
: >"$state"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_error "[FAIL] J-01 The journal cannot be used: $state/"
expect_error "Make $journal/journal.db writable, or move it aside."
rm "$state"

step 'the token that was generated cannot be kept, or is gone'
answers '/^token:/d' >"$console_home/no-token.yaml"
mkdir -p "$journal/token"
wizard install -f "$console_home/no-token.yaml" --yes "${past_checks[@]}"
expect_exit 1
expect_error "[FAIL] J-03 The generated token cannot be saved: $journal/token: "
expect_error "Make $journal/token readable and writable only by you."
rmdir "$journal/token"
: >"$journal/token"
wizard install -f "$console_home/no-token.yaml" --yes "${past_checks[@]}"
expect_exit 1
expect_error "[FAIL] J-03 The generated token cannot be saved: $journal/token: its first line is empty."
rm "$journal/token"
untouched

step 'a second program at work on the same cluster'
first=$scenario_tmp/first
"$lab" fault ha-m1 start-delay 4
"$lab" console -- "$wizard_program" install -f "$file" --yes "${past_checks[@]}" </dev/null >"$first" 2>&1 &
pid=$!
wait_until 60 grep -qF 'start the first server: started' "$first"
wizard reset -f "$file" --confirm ha-demo
expect_exit 1
expect_error "[FAIL] J-02 Another rke2-wizard is working on this cluster (process $pid)."
expect_error "Same as: ps -fp $pid"
status=0
wait "$pid" || status=$?
sed 's/^/first| /' "$first"
expect [ "$status" = 0 ]
expect nodes_ready ha-m1 ha-w1

step 'no place for the kubeconfig'
wizard kubeconfig -f "$file" -o "$console_home/nowhere/kubeconfig"
expect_exit 1
expect_error "[FAIL] K-02 The kubeconfig cannot be written: $console_home/nowhere/kubeconfig"
expect_error "Same as: ls -l $console_home/nowhere/kubeconfig"
wizard kubeconfig -f "$file" -o "$console_home/kubeconfig"
expect_exit 0
expect [ "$(stat -c %a "$console_home/kubeconfig")" = 600 ]

step 'all is well'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'Done. No host had to be changed.'
