# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Cables that are pulled for a while, in the middle of each kind of step: the same run continues
# when they are back, and prints the log of the service from meanwhile, each line once.
lab_options='--base mixed'
real=yes

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"

# lost_and_back HOST CMD…: its cable is pulled, and put back when CMD is true.
lost_and_back() {
	local host=$1
	shift
	step "$host loses its cable until: $*"
	"$lab" cut "$host"
	wait_until 60 says "$host  connection lost; reconnecting"
	wait_until 60 "$@"
	"$lab" plug "$host"
}

"$lab" release slow 2000000
"$lab" fault ha-m1 start-delay 4
"$lab" fault ha-m1 ready-delay 45
"$lab" fault ha-m3 join-delay 3
lost=(ha-m1 ha-m3)
begin -f "$file" --yes
# From a folder the stand-in is on a host in no time.
if [[ $kind == real || -z ${RW_LAB_REAL:-} ]]; then
	lost+=(ha-w1)
	wait_until 60 says 'ha-w1    run: systemd-run'
	"$lab" release clear
	lost_and_back ha-w1 on ha-w1 'systemctl is-active rke2-wizard-stage'
fi
wait_until 90 says 'ha-m1    … creating the cluster'
lost_and_back ha-m1 journal_has ha-m1 rke2-server 'Kube API server is now running'
wait_until 60 says 'ha-m1    … the API server is up'
"$lab" fault ha-m1 clear
wait_until 120 says 'ha-m3    … joining the cluster'
lost_and_back ha-m3 journal_has ha-m3 rke2-server 'Adding member ha-m3'
ends_with 0
for host in "${lost[@]}"; do
	expect says "$host  connection restored"
	expect_not says "$host  the host was restarted"
done
for line in 'waiting for the container runtime' 'waiting for the API server' 'the API server is up'; do
	expect [ "$(grep -cF "ha-m1    … $line" "$begun_out")" = 1 ]
done
one_cluster "$file"
