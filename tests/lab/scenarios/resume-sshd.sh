# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# sshd is restarted and every session of it killed, in the middle of each kind of step: the same run
# logs in again and continues.
lab_options='--base mixed'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"

# sshd_ends HOST: the sessions too, as when sshd is put in anew.
sshd_ends() {
	step "$1: sshd is restarted"
	on "$1" 'systemctl restart ssh; pkill -KILL -f "^sshd(-session)?: root"; true'
	wait_until 60 says "$1  connection restored"
}

"$lab" release slow 2000000
"$lab" fault ha-m1 start-delay 4
"$lab" fault ha-m2 join-delay 3
begin -f "$file" --yes
wait_until 60 says 'ha-m3    run: systemd-run'
sshd_ends ha-m3
"$lab" release clear
wait_until 90 says 'ha-m1    … creating the cluster'
sshd_ends ha-m1
wait_until 90 says 'ha-m2    … joining the cluster'
sshd_ends ha-m2
ends_with 0
one_cluster "$file"
