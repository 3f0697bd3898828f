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
expect_error '[FAIL] K-01 No server could tell about the nodes. Last: RKE2 has not been started there yet.'
expect_error 'Asked: ha-m1.'
"$lab" cut ha-m1
wizard kubeconfig -f "$file" -o -
expect_exit 1
expect_error '[FAIL] K-01 No server could tell about the nodes. Last: 192.168.205.85 port 22: '
"$lab" plug ha-m1

step 'a file stands where the journal is to be'
mkdir -p "${state%/*}"
: >"$state"
wizard install -f "$file" --yes
expect_exit 1
expect_error "[FAIL] J-01 The journal cannot be used: $state/"
expect_error "Make $journal/journal.db writable, or move it aside."
rm "$state"

step 'the journal is no database'
mkdir -p "$journal"
head -c 8192 /dev/urandom >"$journal/journal.db"
wizard install -f "$file" --yes
expect_exit 1
expect_error "[FAIL] J-01 The journal cannot be used: $journal/journal.db: file is not a database."
rm "$journal/journal.db"

step 'the token that was generated cannot be kept, or is gone'
answers '/^token:/d' >"$console_home/no-token.yaml"
mkdir "$journal/token"
wizard install -f "$console_home/no-token.yaml" --yes
expect_exit 1
expect_error "[FAIL] J-03 The generated token cannot be kept: $journal/token: "
expect_error "Make $journal/token readable and writable for you alone."
rmdir "$journal/token"
: >"$journal/token"
wizard install -f "$console_home/no-token.yaml" --yes
expect_exit 1
expect_error "[FAIL] J-03 The generated token cannot be kept: $journal/token: empty."
rm "$journal/token"
untouched

step 'a second program at work on the same cluster'
first=$scenario_tmp/first
"$lab" release slow 1000000
"$lab" console -- "$wizard_program" install -f "$file" --yes </dev/null >"$first" 2>&1 &
pid=$!
wait_until 60 grep -qF 'run: systemd-run' "$first"
wizard install -f "$file" --yes
expect_exit 1
expect_error "[FAIL] J-02 Another rke2-wizard is at work on this cluster (process $pid)."
expect_error "Same as: ps -fp $pid"
"$lab" release clear
status=0
wait "$pid" || status=$?
sed 's/^/first| /' "$first"
expect [ "$status" = 0 ]
expect nodes_ready ha-m1 ha-w1

step 'the journal cannot grow while an install runs'
mv "$journal" "$state/kept"
mkdir "$journal"
cat >"$scenario_tmp/small" <<'END_OF_PROGRAM'
#!/bin/sh
# A journal that may not become larger: the disk is full.
mount -t tmpfs -o size="$SMALL" small "$JOURNAL" || exit 90
exec "$PROGRAM" "$@"
END_OF_PROGRAM
chmod 755 "$scenario_tmp/small"
export PROGRAM=$wizard_program JOURNAL=$journal SMALL=
wizard_program=$scenario_tmp/small
for SMALL in 8k 64k; do
	wizard install -f "$file" --yes
	expect_exit 1
	cat "$wizard_out" "$wizard_err" >"$scenario_tmp/both"
	expect grep -E '\[FAIL\] J-01 The journal cannot be used: .*(disk|full)' "$scenario_tmp/both"
done
wizard_program=$PROGRAM
rmdir "$journal"
mv "$state/kept" "$journal"

step 'no place for the kubeconfig'
wizard kubeconfig -f "$file" -o "$console_home/nowhere/kubeconfig"
expect_exit 1
expect_error "[FAIL] K-02 The kubeconfig cannot be written: $console_home/nowhere/kubeconfig"
expect_error "Same as: ls -l $console_home/nowhere/kubeconfig"
wizard kubeconfig -f "$file" -o "$console_home/kubeconfig"
expect_exit 0
expect [ "$(stat -c %a "$console_home/kubeconfig")" = 600 ]

step 'all is well'
wizard install -f "$file" --yes
expect_exit 0
expect_output 'Done. Nothing had to be changed on any host.'
