# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# No room for the journal, or no right to write it: reported at once, and nothing is done on any
# host. In the middle of an install nothing further is begun. With room again the install continues
# where it was.
lab_options='--base mixed'

file=$console_home/answers.yaml
state=$console_home/.local/state
umask 077
answers '/^token:/d' >"$file"
mkdir -p "$state"
mount -t tmpfs -o size=2m small "$state" || fail 'no small disk'
fill() { head -c 4M /dev/zero >"$state/filling" 2>/dev/null || true; }
untouched() {
	local host
	for host in ha-m1 ha-m2 ha-m3 ha-w1; do
		expect_not on $host 'test -e /etc/rancher -o -e /usr/local/bin/rke2 -o -e /var/lib/rke2-wizard'
		expect_not on $host 'journalctl -t sshd -o cat --no-pager | grep Accepted'
	done
}

step 'full before anything was done'
fill
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_error '[FAIL] J-0'
untouched

step 'room for the lock, not for the journal'
rm "$state/filling"
mkdir -p "$state/rke2-wizard/ha-demo"
: >"$state/rke2-wizard/ha-demo/lock"
fill
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_error "[FAIL] J-01 The journal cannot be used: "
untouched

step 'not writable'
rm "$state/filling"
mount -o remount,ro "$state"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_error '[FAIL] J-01 The journal cannot be used: '
expect_error 'Read-only file system'
untouched
mount -o remount,rw "$state"

step 'full in the middle'
"$lab" release slow 1000000
begin -f "$file" --yes "${past_checks[@]}"
wait_until 60 says 'ha-m1    run: systemd-run'
fill
"$lab" release clear
ends_with 1
journal=$state/rke2-wizard/ha-demo/journal.db
expect says "[FAIL] J-04 The journal can no longer be written: "
expect says "Same as: df -h $journal"
expect [ "$(grep -c J-04 "$begun_out")" = 1 ]
expect_not on ha-m1 'test -e /var/lib/rancher/rke2/server'

step 'with room again it goes on'
rm "$state/filling"
wizard install -f "$file" --yes
expect_exit 0
one_cluster "$file"
umount "$state"
