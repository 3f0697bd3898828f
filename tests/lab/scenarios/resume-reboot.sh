# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Hosts that restart or lose their power in the middle of each kind of step: recognized and waited
# for, and the same run continues there. A server that restarts while others join it blocks none of
# them for good.
lab_options='--base mixed'
real=yes

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"

# seen HOST: that it was restarted.
seen() { wait_until 90 says "$1  the host was restarted; continuing"; }

"$lab" release slow 2000000
"$lab" fault ha-m1 start-delay 4
"$lab" fault ha-m2 join-delay 4
begin -f "$file" --yes
wait_until 60 says 'ha-w1    run: systemd-run'
step 'an agent, while RKE2 is put on it'
"$lab" reboot ha-w1
seen ha-w1
"$lab" release clear
wait_until 90 says 'ha-m1    … creating the cluster'
step 'the first server, while it founds: no power for a while'
"$lab" power-off ha-m1
wait_until 60 says 'ha-m1  connection lost; reconnecting'
"$lab" power-on ha-m1
seen ha-m1
wait_until 120 says 'ha-m2    … joining the cluster'
step 'a server, while it joins'
"$lab" fault ha-m2 clear
"$lab" reboot ha-m2
seen ha-m2
"$lab" fault ha-m3 join-delay 4
wait_until 120 says 'ha-m3    … joining the cluster'
step 'the first server, while another one joins it'
"$lab" reboot ha-m1
wait_until 120 says 'ha-w1  join as agent: started'
step 'an agent, while it joins; a server, before the end'
"$lab" reboot ha-w1
"$lab" reboot ha-m3
ends_with 0
wait_until 60 nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
expect_not says 'FAILED'
one_cluster "$file"
