# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A reset of all hosts: the hosts are as before the install, and an install begins anew. Shown
# beforehand, confirmed by the cluster's name; nothing is done without; resumed after a kill.
lab_options='--base mixed'

hosts=(ha-m1 ha-m2 ha-m3 ha-w1)
file=$console_home/answers.yaml
journal=$console_home/.local/state/rke2-wizard/ha-demo
umask 077
answers '/^token:/d' >"$file"
# All files of the hosts that RKE2 or we could have made, without what a running system writes, and
# without what the kubectl of this scenario keeps.
picture() {
	local host
	for host in "${hosts[@]}"; do
		(cd "$("$lab" upper "$host")" && find . -xdev \( -path ./var/log -o -path ./var/lib/systemd -o -path ./tmp \
			-o -path ./root/.cache -o -path ./root/.kube -o -path ./run -o -path ./etc/rke2-standin -o -path ./var/tmp \) -prune -o -not -type d -print |
			sed "s|^|$host |" | sort)
		on "$host" 'systemctl list-unit-files --no-legend --no-pager "rke2*"; systemctl list-units --all --no-legend --no-pager "rke2*"; ls -d /etc/rancher /var/lib/rancher /var/lib/rke2-wizard /run/rke2-wizard* 2>/dev/null'
	done
}
setting() {
	/usr/bin/python3 -c 'import sqlite3, sys
print(sqlite3.connect(sys.argv[1]).execute("select count(*) from setting where key = ?", sys.argv[2:]).fetchone()[0])' \
		"$journal/journal.db" "$1"
}

before=$(picture)
step 'nothing is there yet: nothing is changed'
wizard reset -f "$file" --confirm ha-demo
expect_exit 0
expect_output 'No host had to be changed.'
expect diff <(echo "$before") <(picture)

wizard install -f "$file" --yes
expect_exit 0
token=$(cat "$journal/token")

step 'what it would do, and without a connection'
wizard reset -f "$file" --dry-run
expect_exit 0
expect_output 'uninstall RKE2: on all these hosts at once'
expect_output 'systemd-run --quiet --unit=rke2-wizard-reset'
expect_output '/bin/rke2-uninstall.sh"'
expect_no_output 'leave the cluster'
wizard reset -f "$file" --dry-run --json
expect_exit 0
expect_output '"uninstall@ha-w1"'

step 'without the name nothing happens'
wizard reset -f "$file"
expect_exit 2
expect_error 'there is no terminal to ask on; add --confirm "ha-demo" to continue'
wizard reset -f "$file" --confirm ha-dem
expect_exit 130
expect_output 'the confirmation does not match'
expect_output 'Stopped. No host was changed.'
expect nodes_ready "${hosts[@]}"
PTY=1 converse reset -f "$file" <<'TALK'
Type “ha-demo” to continue: => ha-m1
! the confirmation does not match
TALK
expect_exit 130
expect nodes_ready "${hosts[@]}"

step 'a reset that is killed goes on'
"$lab" fault ha-m2 uninstall-delay 3
out=$scenario_tmp/killed
"$lab" console -- "$wizard_program" reset -f "$file" --confirm ha-demo </dev/null >"$out" 2>&1 &
wait_until 60 grep -qF 'run: systemd-run' "$out"
kill -KILL $!
wait $! 2>/dev/null
sed 's/^/out| /' "$out"
wizard reset -f "$file" --confirm ha-demo --json
expect_exit 0
expect_output '"step":"uninstall","state":"done"'
expect diff <(echo "$before") <(picture)
for key in founder ca version channel; do
	expect [ "$(setting $key)" = 0 ]
done
expect [ "$(cat "$journal/token")" = "$token" ]
wizard status -f "$file"
expect_exit 0
expect_output 'ha-m1'
expect_output 'uninstall RKE2'

step 'once more: nothing to do'
wizard reset -f "$file" --confirm ha-demo
expect_exit 0
expect_output 'No host had to be changed.'

step 'another server founds the next cluster'
grep -v ha-m1 "$file" >"$console_home/second.yaml"
wizard install -f "$console_home/second.yaml" --yes "${past_checks[@]}"
expect_exit 0
expect journal_has ha-m2 rke2-server 'Managed etcd cluster initializing'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect node_is ha-m1 Ready ha-m2

step 'a script that fails is named; then it goes on'
"$lab" fault ha-w1 uninstall-fail 7
wizard reset -f "$file" --confirm ha-demo
expect_exit 1
expect_output '[FAIL] U-06 ha-w1: RKE2 could not be uninstalled; the script exited with status 7: '
"$lab" fault ha-w1 clear
wizard reset -f "$file" --confirm ha-demo
expect_exit 0
expect diff <(echo "$before") <(picture)

step 'a host that restarts in the middle of it'
wizard install -f "$file" --yes
expect_exit 0
"$lab" fault ha-m3 uninstall-delay 30
"$lab" console -- "$wizard_program" reset -f "$file" --confirm ha-demo </dev/null >"$out" 2>&1 &
pid=$!
wait_until 60 grep -qF 'ha-m3    run: systemd-run' "$out"
wait_until 20 on ha-m3 'test ! -e /usr/local/bin/rke2'
"$lab" power-off ha-m3
"$lab" fault ha-m3 clear
"$lab" power-on ha-m3
status=0
wait $pid || status=$?
sed 's/^/out| /' "$out"
expect [ "$status" = 0 ]
expect diff <(echo "$before") <(picture)
