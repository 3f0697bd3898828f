# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Hosts that reach the net by a proxy alone, one that wants a password: the checks, the download and
# RKE2 itself go through it, the cluster's own traffic does not, and the password shows nowhere.
lab_options='--base mixed --servers 1 --agents 1'

file=$console_home/answers.yaml
secret='p@ss w/rd:%'
coded='p%40ss%20w%2Frd%3A%25'
log=$console_home/../release.log
umask 077
with_proxy() { { answers && printf 'proxy: {%s}\n' "$1"; } >"$file"; }
# The way of each host to the release server is closed but for the proxies.
printf '%s\n' 'table inet test { chain output { type filter hook output priority 0;' \
	'ip daddr 192.168.205.3 tcp dport 443 drop; }; }' >"$scenario_tmp/rules"
for host in ha-m1 ha-w1; do "$lab" firewall $host "$scenario_tmp/rules"; done
no_secret() {
	expect_no_output "$secret"
	expect_no_output "$coded"
}
# Nowhere on a host but in the file of the unit.
nowhere() {
	local host
	for host in ha-m1 ha-w1; do
		expect_not on $host "journalctl --no-pager -o export | grep -aF -e '$secret' -e '$coded'"
		expect_not on $host "cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -aE 'p(@ss w|%40ss)'"
		expect [ "$(on $host "grep -rlF -e '$secret' -e '$coded' /etc /var/lib/rke2-wizard /run /tmp 2>/dev/null" | xargs)" \
			= "/etc/default/rke2-$([[ $host == ha-m1 ]] && echo server || echo agent)" ]
	done
	expect_not grep -aqF -e "$secret" -e "$coded" "$console_home"/.local/state/rke2-wizard/*/journal.db*
	expect_not grep -qF -e "$secret" -e "$coded" "$log"
}

step 'without the proxy, and with a wrong password'
answers >"$file"
wizard check -f "$file" --only hosts
expect_exit 4
expect_output 'R-30 ha-m1'
with_proxy 'url: "http://builder:wrong@192.168.205.3:8081"'
wizard check -f "$file" --only hosts
expect_exit 4
expect_output 'R-30 ha-m1, ha-w1'
expect_output 'Proxy of the host: 192.168.205.3:8081.'
expect_no_output 'wrong@'

step 'the plan shows all but the password'
with_proxy "url: \"http://builder:$coded@192.168.205.3:8081\", no-proxy: [.example.org]"
wizard plan -f "$file"
expect_exit 0
expect_output '| HTTPS_PROXY=http://builder:<password>@192.168.205.3:8081'
expect_output 'NO_PROXY=127.0.0.0/8,'
no_secret

step 'the install'
on ha-m1 'echo RKE2_OF_SOMEBODY=1 >/etc/default/rke2-server'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
no_secret
expect nodes_ready ha-m1 ha-w1
expect grep -qE ' 192\.168\.205\.85 CONNECT get\.rke2\.io:443' "$log"
expect grep -qE ' 192\.168\.205\.86 CONNECT github\.com:443' "$log"
expect grep -qE ' 192\.168\.205\.85 CONNECT index\.docker\.io:443' "$log"
expect_not grep -qE 'CONNECT (192|rke2\.demo)' "$log"
expect on ha-m1 grep -qx RKE2_OF_SOMEBODY=1 /etc/default/rke2-server
expect [ "$(on ha-m1 stat -c '%a %U' /etc/default/rke2-server)" = '600 root' ]
expect on ha-w1 grep -qxF "HTTPS_PROXY=http://builder:$coded@192.168.205.3:8081" /etc/default/rke2-agent
expect on ha-w1 'grep -qx "NO_PROXY=.*192.168.205.85,ha-m1,192.168.205.86,ha-w1,.example.org" /etc/default/rke2-agent'
expect on ha-m1 "tr '\\0' '\\n' </proc/\$(systemctl show -p MainPID --value rke2-server)/environ | grep -qx 'HTTPS_PROXY=http://builder:$coded@.*'"
nowhere

step 'the same again changes nothing; without the password in the answers it is still known'
with_proxy 'url: "http://builder@192.168.205.3:8081", no-proxy: [.example.org]'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'No host had to be changed.'

step 'another proxy: the services start anew, one after the other'
pid=$(on ha-m1 systemctl show -p MainPID --value rke2-server)
with_proxy 'url: "http://192.168.205.3:8080"'
wizard install -f "$file" --yes --allow-restart "${past_checks[@]}"
expect_exit 0
expect_not [ "$(on ha-m1 systemctl show -p MainPID --value rke2-server)" = "$pid" ]
expect on ha-m1 'grep -c PROXY= /etc/default/rke2-server | grep -qx 3'
expect_not on ha-m1 grep -q builder /etc/default/rke2-server

step 'none any more: the lines of others stay'
for host in ha-m1 ha-w1; do "$lab" firewall $host clear; done
answers >"$file"
wizard install -f "$file" --yes --allow-restart "${past_checks[@]}"
expect_exit 0
expect_not on ha-m1 grep -q PROXY /etc/default/rke2-server
expect on ha-m1 grep -qx RKE2_OF_SOMEBODY=1 /etc/default/rke2-server
expect_not on ha-m1 "tr '\\0' '\\n' </proc/\$(systemctl show -p MainPID --value rke2-server)/environ | grep -q PROXY"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'No host had to be changed.'
