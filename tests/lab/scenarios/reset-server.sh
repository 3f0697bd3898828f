# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A server is reset: it leaves the cluster first, etcd stays healthy, and it can join again.
# Where etcd would lose its majority it is refused, and only --force does it.
lab_options='--base mixed'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
# members SERVER: the members of etcd, by that server.
members() {
	on "$1" curl -sk https://127.0.0.1:9345/db/info |
		/usr/bin/python3 -c 'import json, sys; print(*sorted(m["name"].rpartition("-")[0] for m in json.load(sys.stdin)["members"]))'
}
members_are() { [[ $(members "$1") == "$2" ]]; }
# clean HOST: nothing of RKE2 or of ours is there.
clean() {
	expect_not on "$1" 'ls -d /etc/rancher /var/lib/rancher /var/lib/rke2-wizard /usr/local/bin/rke2* /usr/local/lib/systemd/system/rke2* /run/rke2-wizard* 2>/dev/null | grep .'
	expect_not on "$1" 'systemctl list-units --all --no-legend "rke2*" | grep .'
}

step 'before there is a cluster'
wizard reset -f "$file" --host ha-m2 --confirm ha-m2
expect_exit 0
expect_output 'No host had to be changed.'
wizard reset -f "$file" --host ha-m9 --confirm ha-m9
expect_exit 2
expect_error '[FAIL] U-05 There is no host ha-m9 in the answers file or in an earlier run.'

wizard install -f "$file" --yes
expect_exit 0

step 'shown beforehand'
wizard reset -f "$file" --host ha-m2 --dry-run
expect_exit 0
expect_output 'leave the cluster: one after the other'
expect_output '  ha-m2 (192.168.205.86) on ha-m1'
expect_output 'delete node ha-m2 --ignore-not-found'
expect_output 'etcd no longer lists this server as a member'
expect_no_output 'ha-m3'

step 'the founder leaves'
PTY=1 converse reset -f "$file" --host ha-m1 <<'TALK'
Type “ha-m1” to continue: => ha-m1
TALK
expect_exit 0
expect_output 'They are removed from the cluster through ha-m2.'
clean ha-m1
expect members_are ha-m2 'ha-m2 ha-m3'
expect members_are ha-m3 'ha-m2 ha-m3'
expect node_is ha-m2 Ready ha-m2
expect node_is ha-m3 Ready ha-m2
expect [ "$(kubectl ha-m2 get nodes --no-headers | wc -l)" = 3 ]
wizard reset -f "$file" --host ha-m1 --confirm ha-m1
expect_exit 0
expect_output 'No host had to be changed.'

step 'and joins again, at another one'
wizard install -f "$file" --yes
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
expect members_are ha-m1 'ha-m1 ha-m2 ha-m3'
expect_not journal_has ha-m1 rke2-server 'Managed etcd cluster bootstrap already complete'

step 'one server is down: the majority hangs on the other two'
"$lab" power-off ha-m2
wizard reset -f "$file" --host ha-m3 --confirm ha-m3
expect_exit 4
expect_output '[FAIL] U-01 ha-m3: Without this server etcd would lose its majority: only 1 of 2 members would be up.'
expect_output 'Stopped before any change was made.'
expect unit_is ha-m3 rke2-server active
expect node_is ha-m3 Ready

step 'what it says helps: the one that is gone leaves first'
wizard reset -f "$file" --host ha-m2 --confirm ha-m2
expect_exit 1
expect_output 'ha-m2  leave the cluster: done'
expect_output '[FAIL] H-01 ha-m2: '
expect members_are ha-m1 'ha-m1 ha-m3'
expect node_is ha-m3 Ready
"$lab" power-on ha-m2
wait_until 30 on ha-m2 true
wizard reset -f "$file" --host ha-m2 --confirm ha-m2
expect_exit 0
clean ha-m2
wizard install -f "$file" --yes
expect_exit 0

step 'with --force all the same; when the others are back, etcd is whole'
"$lab" power-off ha-m2
wizard reset -f "$file" --host ha-m3 --confirm ha-m3 --force
expect_exit 0
expect_output '[WARN] U-01 ha-m3: '
clean ha-m3
step 'now nobody can take a node out of the cluster'
api_is_gone() { ! kubectl ha-m1 get nodes >/dev/null 2>&1; }
wait_until 30 api_is_gone
wizard reset -f "$file" --host ha-w1 --confirm ha-w1
expect_exit 4
expect_output '[FAIL] U-02 None of the remaining servers can remove the node from the cluster: '
"$lab" power-on ha-m2
wait_until 60 nodes_ready ha-m1 ha-m2
wizard reset -f "$file" --host ha-m3 --confirm ha-m3
expect_exit 0
expect_output 'ha-m3  leave the cluster: done'
expect members_are ha-m1 'ha-m1 ha-m2'
wizard install -f "$file" --yes
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
expect members_are ha-m2 'ha-m1 ha-m2 ha-m3'

step 'all servers, and the agent would stay'
wizard reset -f "$file" --host ha-m1 --host ha-m2 --host ha-m3 --confirm 'ha-m1 ha-m2 ha-m3'
expect_exit 4
expect_output '[FAIL] U-03 No server would remain, but the other hosts would keep RKE2.'
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1

step 'a host of another cluster is left alone'
wizard reset -f "$file" --host ha-m3 --confirm ha-m3
expect_exit 0
rke2_install ha-m3
config ha-m3 'token: the-secret-of-another'
rke2_start ha-m3 server
wizard reset -f "$file" --host ha-m3 --confirm ha-m3
expect_exit 4
expect_output '[FAIL] U-04 ha-m3: RKE2 on this host belongs to another cluster.'
expect unit_is ha-m3 rke2-server active
wizard reset -f "$file" --host ha-m3 --confirm ha-m3 --force
expect_exit 0
clean ha-m3
