# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A console that is killed at any moment: run again, the install ends with one and the same cluster.
# kill -9 while RKE2 is downloaded, while the first server starts, while another one joins, and while
# the agent does.
lab_options='--base mixed'
real=yes

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"

"$lab" release slow 1000000
killed_after 'run: systemd-run' -f "$file" --yes
"$lab" release clear
"$lab" fault ha-m1 start-delay 3
killed_after 'creating the cluster' -f "$file" --yes
"$lab" fault ha-m3 start-delay 3
killed_after 'ha-m3    … joining the cluster' -f "$file" --yes
"$lab" fault ha-w1 start-delay 3
killed_after 'ha-w1    run: systemctl start --no-block rke2-agent.service' -f "$file" --yes
wizard status -f "$file"
expect_exit 0

wizard install -f "$file" --yes
expect_exit 0
one_cluster "$file"
