# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Every fault the lab can order is seen where it should be, and ends with clear.
# Release server, installer, stand-in, disk, cable and firewall.
lab_options='--base debian13 --servers 1 --agents 1'

# install_fails STATUS TEXT: the installer on ha-w1 ends so (a regular expression) and says so.
install_fails() {
	local status=0
	on ha-w1 'cd /root && sh install.sh >install.log 2>&1' || status=$?
	[[ $status =~ ^($1)$ ]] || fail "installer exit status $status, not $1: $(on ha-w1 tail -n 3 /root/install.log)"
	on ha-w1 grep -qF -- "$2" /root/install.log || fail "the installer does not say '$2'"
}
fetch() { on ha-w1 'curl -sfL https://get.rke2.io -o /root/install.sh'; }
says() { wait_until 30 journal_has "$1" "rke2-$2" "$3"; }

step 'the installer script'
"$lab" release installer-404
expect_not fetch
"$lab" release installer-empty
expect fetch
expect_not on ha-w1 'test -s /root/install.sh'
"$lab" release installer-html
expect fetch
expect on ha-w1 'head -n 1 /root/install.sh | grep -q DOCTYPE'
"$lab" release down
expect_not fetch
"$lab" release clear
expect fetch
expect on ha-w1 'head -n 1 /root/install.sh | grep -qx "#!/bin/sh"'

step 'the downloads'
"$lab" release checksum-wrong
install_fails 1 'download sha256 does not match'
"$lab" release tarball-404
install_fails 22 '404'
"$lab" release cut
install_fails '18|56' 'curl'
"$lab" release channel-down
install_fails 22 'using stable as release'
"$lab" release slow 400000
began=$SECONDS
on ha-w1 'sh /root/install.sh >/dev/null'
expect [ $((SECONDS - began)) -ge 4 ]
"$lab" release clear
expect grep -q '192.168.205.86 GET https://github.com/rancher/rke2/releases/download/v1.26.12%2Brke2r1/rke2.linux-amd64.tar.gz' \
	"$console_home/../release.log"
on ha-w1 rke2-uninstall.sh
expect_not on ha-w1 'test -e /usr/local/bin/rke2 -o -e /var/lib/rancher/rke2'

step 'the installer itself'
"$lab" fault ha-w1 installer-fail 'unpacking tarball' 7
install_fails 7 'unpacking tarball file to /usr/local'
"$lab" fault ha-w1 clear
"$lab" fault ha-w1 disk-full
install_fails 2 'No space left on device'
"$lab" fault ha-w1 clear
"$lab" fault ha-w1 disk-full /tmp
# A newer curl says nothing here.
install_fails 23 'downloading checksums'
"$lab" fault ha-w1 clear
rke2_install ha-w1 ha-m1
expect [ "$(on ha-w1 'rke2 --version | head -n 1 | cut -d" " -f1-3')" = 'rke2 version v1.26.12+rke2r1' ]

step 'other versions'
expect on ha-w1 'INSTALL_RKE2_VERSION=v1.35.7+rke2r1 sh /root/install.sh && rke2 --version | grep -qF v1.35.7+rke2r1 &&
	grep -q ExecCondition /usr/local/lib/systemd/system/rke2-agent.service'
expect on ha-w1 'INSTALL_RKE2_CHANNEL=v1.34 INSTALL_RKE2_TAR_PREFIX=/opt/rke2 sh /root/install.sh && /opt/rke2/bin/rke2 --version &&
	grep -q /opt/rke2/bin/rke2 /etc/systemd/system/rke2-agent.service && /opt/rke2/bin/rke2-uninstall.sh'
expect on ha-w1 'curl -sfL https://rancher-mirror.rancher.cn/rke2/install.sh | INSTALL_RKE2_MIRROR=cn sh - | grep -qF "using v1.26.12-rke2r1 as release"'

step 'a server that crashes, and one that is slow'
"$lab" fault ha-m1 crash-loop 'starting kubernetes: a fault of the lab'
config ha-m1 "$server_config"
on ha-m1 'systemctl enable --quiet rke2-server && systemctl start --no-block rke2-server'
says ha-m1 server 'level=fatal msg="starting kubernetes: a fault of the lab"'
wait_until 10 unit_is ha-m1 rke2-server activating
"$lab" fault ha-m1 clear
"$lab" fault ha-m1 start-delay 6
"$lab" fault ha-m1 no-san
on ha-m1 'systemctl restart --no-block rke2-server'
wait_until 10 console curl -skf https://ha-m1:9345/ping
expect [ "$(console curl -sk -u node:my-shared-secret -o /dev/null -w '%{http_code}' https://ha-m1:9345/v1-rke2/readyz)" = 503 ]
expect unit_is ha-m1 rke2-server activating
wait_until 20 unit_is ha-m1 rke2-server active

step 'an agent that meets a certificate without the name'
config ha-w1 "server: https://$domain:9345
token: my-shared-secret"
on ha-w1 'systemctl enable --quiet rke2-agent && systemctl start --no-block rke2-agent'
says ha-w1 agent 'CA cert validation failed'
"$lab" fault ha-m1 clear
"$lab" fault ha-w1 never-ready
on ha-m1 systemctl restart rke2-server

step 'a node that never gets Ready, until it does'
wait_until 30 unit_is ha-w1 rke2-agent active
wait_until 10 node_is ha-w1 NotReady
expect [ "$(kubectl ha-m1 get node ha-w1 -o jsonpath='{.status.conditions[?(@.type=="Ready")].reason}')" = KubeletNotReady ]
"$lab" fault ha-w1 clear
wait_until 10 node_is ha-w1 Ready

step 'cable and firewall'
"$lab" cut ha-w1
wait_until 30 node_is ha-w1 NotReady
"$lab" plug ha-w1
wait_until 30 node_is ha-w1 Ready
echo 'table inet t { chain i { type filter hook input priority 0; tcp dport 9345 reject with tcp reset; }; }' >"$scenario_tmp/rules"
"$lab" firewall ha-m1 "$scenario_tmp/rules"
expect_not console curl -sk --max-time 3 https://ha-m1:9345/ping
"$lab" firewall ha-m1 clear
expect console curl -sk --max-time 3 https://ha-m1:9345/ping
