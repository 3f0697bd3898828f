# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The ports between the hosts: the matrix shows each closed port, in its one direction, and nothing
# else. Each way of closing is reported by its name; nothing is left on any host.
lab_options='--base mixed'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
hosts='ha-m1 ha-m2 ha-m3 ha-w1'

# rules HOST RULE…: these rules for what comes in.
rules() {
	local host=$1
	shift
	{
		echo 'table inet test {'
		echo 'chain input {'
		echo 'type filter hook input priority 0;'
		printf '%s\n' "$@"
		echo '}'
		echo '}'
	} >"$scenario_tmp/rules"
	"$lab" firewall "$host" "$scenario_tmp/rules"
}
open_all() { for host in $hosts; do "$lab" firewall "$host" clear; done; }

# row NUMBER NAME LETTERS…: a row of the last matrix, from the first group that has it so.
row() {
	local name=$1
	shift
	expect grep -qE -- "^ +([0-9]+|-) +$name$(printf ' +%s' "$@")\$" "$wizard_out"
}
findings() { sed -n 's/^\[\(....\)\] \(P-[0-9]*\) \([^:]*\):.*/\2 \3/p' "$wizard_out" | xargs; }
all_open() {
	expect_no_output 'P-'
	row console '\.\.' '\.\.' '\.\.'
	row ha-m1 - '\.\.' '\.\.'
	row ha-w1 '\.\.' '\.\.' '\.\.'
	row ha-m2 '\.\.\.' - '\.\.\.' '\.\.\.'
	row ha-w1 '\.\.\.' '\.\.\.' '\.\.\.' -
}
ports() { wizard check -f "$file" --only ports; }
nothing_left() {
	local host
	for host in $hosts; do
		expect [ -z "$(on "$host" "systemctl list-units --all --no-legend 'rke2-wizard*'")" ]
		expect_not on "$host" 'ls /run/rke2-wizard* 2>/dev/null | grep -q .'
		expect_not on "$host" 'pgrep -f "[s]ystemd-socket-activate|/dev/[t]cp"'
	done
}

step 'all open'
began=$EPOCHREALTIME
ports
expect_exit 0
all_open
expect [ "$(awk -v a="$began" -v b="$EPOCHREALTIME" 'BEGIN { print b - a < 5 }')" = 1 ]
nothing_left

step 'one port of one pair only, dropped'
rules ha-m2 'ip saddr 192.168.205.85 tcp dport 9345 drop'
ports
expect_exit 4
row ha-m1 - '\.F' '\.\.'
row ha-m3 '\.\.' '\.\.' -
expect [ "$(findings)" = 'P-01 ha-m2' ]
expect_output '[FAIL] P-01 ha-m2: These ports do not answer: traffic to them is dropped. Ports: 9345/tcp. From: ha-m1.'
nothing_left
open_all

step 'rejected with a reset, and by ICMP'
rules ha-m3 'tcp dport 2379 reject with tcp reset' \
	'tcp dport 2380 reject with icmpx type port-unreachable'
ports
expect_exit 4
row ha-m1 - '\.\.' RI
row ha-m2 '\.\.' - RI
expect [ "$(findings)" = 'P-01 ha-m3 P-01 ha-m3' ]
expect_output 'refused with a TCP reset. Ports: 2379/tcp. From: ha-m1, ha-m2.'
expect_output 'refused with an ICMP message. Ports: 2380/tcp. From: ha-m1, ha-m2.'
rules ha-m3 'tcp dport 10250 reject with icmpx type admin-prohibited' 'udp dport 8472 reject'
ports
row ha-m1 - '\.\.\.' 'I\.I' '\.\.\.'
row ha-w1 '\.\.\.' '\.\.\.' 'I\.I' -
expect [ "$(findings)" = 'P-01 ha-m3' ]
open_all

step 'datagrams dropped, all else open'
rules ha-w1 'udp dport 8472 drop'
ports
expect_exit 4
row ha-m1 - '\.\.\.' '\.\.\.' '\.\.F'
row ha-w1 '\.\.\.' '\.\.\.' '\.\.\.' -
expect [ "$(findings)" = 'P-01 ha-w1' ]
expect_output 'Ports: 8472/udp. From: ha-m1, ha-m2, ha-m3.'
open_all

step 'one direction only: nothing from ha-w1 reaches a server, answers do'
for host in ha-m1 ha-m2 ha-m3; do
	rules "$host" 'ip saddr 192.168.205.88 tcp dport { 6443, 9345, 10250, 9099 } drop' \
		'ip saddr 192.168.205.88 udp dport 8472 drop'
done
ports
expect_exit 4
row ha-w1 FF FF FF
row ha-w1 FFF FFF FFF -
row ha-m1 - '\.\.\.' '\.\.\.' '\.\.\.'
expect [ "$(findings)" = 'P-01 ha-m1, ha-m2, ha-m3' ]
open_all

step 'the console alone'
rules ha-m1 'ip saddr 192.168.205.10 tcp dport 6443 drop'
ports
expect_exit 0
row console 'F\.' '\.\.' '\.\.'
expect [ "$(findings)" = 'P-07 ha-m1' ]
open_all

step 'in use: by a process, and by the kernel'
on ha-m2 systemd-run -q --unit=hog python3 -m http.server 9345
on ha-m3 'ip link add leftover type vxlan id 7 dstport 8472 dev eth0 && ip link set leftover up'
wait_until 10 on ha-m2 'ss -Hltn "sport = :9345" | grep -q .'
ports
expect_exit 4
expect [ "$(findings)" = 'P-03 ha-m2 P-04 ha-m3' ]
expect grep -qE '^\[FAIL\] P-03 ha-m2: 9345/tcp is in use by python3 \(pid [0-9]+, hog.service\)\.$' "$wizard_out"
row ha-m1 - '\.U' '\.\.'
row ha-m1 - '\.\.\.' '\.\.U' '\.\.\.'
on ha-m2 systemctl stop hog
on ha-m3 ip link delete leftover
nothing_left

step 'another machine answers: ha-m2 is sent on to ha-m3, and to a stranger'
{
	echo 'table ip test {'
	echo 'chain output {'
	echo 'type nat hook output priority -100;'
	echo 'ip daddr 192.168.205.86 tcp dport 9345 dnat to 192.168.205.87'
	echo 'ip daddr 192.168.205.86 tcp dport 6443 dnat to 192.168.205.88:22'
	echo 'ip daddr 192.168.205.86 udp dport 8472 dnat to 192.168.205.87'
	echo '}'
	echo '}'
} >"$scenario_tmp/rules"
"$lab" firewall ha-m1 "$scenario_tmp/rules"
ports
expect_exit 4
row ha-m1 - WW '\.\.'
row ha-m1 - '\.\.W' '\.\.\.' '\.\.\.'
expect [ "$(findings)" = 'P-06 ha-m2 P-05 ha-m2' ]
expect_output '192.168.205.86 is answered by ha-m3, not by this host. Ports: 9345/tcp, 8472/udp. From: ha-m1.'
open_all

step 'firewalld and ufw: the fix is a block of commands, and it works'
on ha-m2 systemctl start firewalld
on ha-w1 'ufw allow 22/tcp && ufw allow 2222/tcp && ufw --force enable' >/dev/null
ports
expect_exit 4
expect_output '[FAIL] P-02 ha-m2: '
expect_output '[FAIL] P-02 ha-w1: '
on ha-m2 "$(sed -n '/P-02 ha-m2/,/Fix:/s/.*as root: //p' "$wizard_out" | head -n 1)"
on ha-w1 "$(sed -n '/P-02 ha-w1/,/Fix:/s/.*as root: //p' "$wizard_out" | head -n 1)"
ports
expect_exit 0
all_open
on ha-m2 systemctl stop firewalld
on ha-w1 'ufw --force reset' >/dev/null
open_all

step 'without bash nothing is tried from a host, and that is no pass'
on ha-w1 'usermod -s /bin/sh root && mv /bin/bash /bin/bash.away'
ports
on ha-w1 'mv /bin/bash.away /bin/bash && usermod -s /bin/bash root'
expect_output '[ ?? ] P-10 ha-w1: This host could not test any port of the others: bash is missing there.'
row ha-w1 '\?\?' '\?\?' '\?\?'
row ha-m1 - '\.\.\.' '\.\.\.' '\.\.\.'

step 'a host that is off'
"$lab" power-off ha-w1
ports
expect_output '[ ?? ] P-08 ha-w1: '
row ha-m1 - '\.\.\.' '\.\.\.' '\?\?\?'
"$lab" power-on ha-w1

step 'where RKE2 runs its own ports are open'
config ha-m1 "$server_config"
rke2_install ha-m1
rke2_start ha-m1 server
ports
expect_exit 0
expect_no_output 'P-'
row ha-m2 '\.\.' - '\.\.'
wait_until 10 unit_is ha-m1 rke2-server active
nothing_left
