# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Hosts that break off in the middle: reported with the state found there; after the repair the
# install completes. Something that is not sshd, a login shell that ends at once, a host that stays
# away, an installer that is stopped again and again, another binary in front, a file in the way, a
# node that falls back.
lab_options='--base mixed --servers 2 --agents 1'

file=$console_home/answers.yaml
umask 077

step 'something that is not sshd'
on ha-m1 'cat >/root/talker.py && systemd-run --quiet --unit=talker python3 /root/talker.py' <<-END
	import socket
	listener = socket.create_server(("", 2300))
	while True:
	    one = listener.accept()[0]
	    one.sendall(b"220 mail.example ESMTP\\r\\n")
	    one.close()
END
wait_until 10 on ha-m1 "ss -ltn | grep -q ':2300 '"
answers 's/name: ha-m1,/& port: 2300,/' >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[FAIL] H-06 ha-m1: The SSH connection could not be established: no SSH server answers there but something else: 220 mail.example ESMTP.'
expect_output 'Same as: ssh -v -p 2300 root@192.168.205.85 true'
on ha-m1 systemctl stop talker

step 'login shells that print something and end, with root and with sudo'
on ha-m1 usermod -s /usr/sbin/nologin root
on ha-m2 usermod -s /usr/sbin/nologin auto
answers 's/name: ha-m2,/& user: auto,/' >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[FAIL] H-32 ha-m1: The login shell of root runs no commands (exit status 1): This account is currently not available.'
expect_output '[FAIL] H-32 ha-m2: The login shell of auto runs no commands (exit status 1): This account is currently not available.'
on ha-m1 usermod -s /bin/bash root
on ha-m2 usermod -s /bin/bash auto

"$lab" answers >"$file"
step 'a file where a folder is to be'
on ha-m1 'mkdir -p /etc/rancher && touch /etc/rancher/rke2'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[FAIL] H-15 ha-m1: “write /etc/rancher/rke2/config.yaml” failed with status 1: mkdir: cannot create directory'
on ha-m1 rm /etc/rancher/rke2

step 'the installer is stopped again and again'
on ha-m2 'rm -rf /usr/local/bin/rke2* /usr/local/lib/systemd/system/rke2* && systemctl daemon-reload'
"$lab" release slow 100000
begin -f "$file" --yes --timeout 90 "${past_checks[@]}"
stopped() {
	says 'ha-m2  install RKE2: FAILED' || {
		on ha-m2 systemctl stop rke2-wizard-stage.service
		false
	}
}
wait_until 60 stopped
"$lab" release clear
ends_with 1
expect says '[FAIL] I-21 ha-m2: The RKE2 installer was interrupted repeatedly on the host.'
expect says 'Same as: ssh -p 22 root@192.168.205.86 journalctl -u rke2-wizard-stage'

step 'another binary stands in front of what the installer installs'
on ha-m2 'mkdir -p /usr/local/bin && mount --bind /usr/local /usr/local
	printf "#!/bin/sh\necho rke2 version v1.20.1+rke2r1\n" >/usr/local/bin/rke2 && chmod 755 /usr/local/bin/rke2'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[FAIL] I-22 ha-m2: After the install the host has RKE2 v1.20.1+rke2r1, not v1.26.12+rke2r1.'
on ha-m2 'rm /usr/local/bin/rke2; umount /usr/local'

first_server_is_ready() { says 'ha-m1  start the first server: done' || says 'ha-m1  start the first server: already done'; }

step 'a host goes away in the middle of a script and stays away; a server falls back while another one joins'
# A writer to a pipe without a reader waits.
on ha-w1 'mkdir -p /etc/rancher/rke2 && rm -f /etc/rancher/rke2/config.yaml && mkfifo /etc/rancher/rke2/config.yaml.rke2-wizard-new'
"$lab" fault ha-m2 join-delay 6
begin -f "$file" --yes --timeout 90 "${past_checks[@]}"
wait_until 60 says 'ha-w1  configure: started'
"$lab" cut ha-w1
wait_until 90 says 'ha-m2  join as server: started'
wait_until 30 first_server_is_ready
"$lab" fault ha-m1 never-ready
wait_until 60 says 'ha-m1  verify: FAILED'
wait_until 150 says 'ha-w1  configure: FAILED'
ends_with 1
expect says 'ha-w1  connection lost; reconnecting'
expect says '[FAIL] H-14 ha-w1: The connection to the host could not be restored: no answer in time.'
expect says 'Same as: ping -c 3 192.168.205.87'
expect says '[FAIL] I-61 ha-m1: The node is no longer Ready: KubeletNotReady: container runtime network not ready'
"$lab" fault ha-m1 clear
"$lab" fault ha-m2 clear
"$lab" plug ha-w1
wait_until 30 nodes_ready ha-m1 ha-m2

step 'it comes back in time: what was lost with the connection is done again'
begin -f "$file" --yes --timeout 90 "${past_checks[@]}"
wait_until 60 says 'ha-w1  configure: started'
"$lab" cut ha-w1
wait_until 60 says 'ha-w1  connection lost; reconnecting'
on ha-w1 rm /etc/rancher/rke2/config.yaml.rke2-wizard-new
"$lab" plug ha-w1
ends_with 0
expect says 'ha-w1  connection restored'
expect nodes_ready ha-m1 ha-m2 ha-w1
