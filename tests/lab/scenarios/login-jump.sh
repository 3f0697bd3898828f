# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# Hosts that this machine does not reach are installed through a jump host. A changed key of the
# jump host, a login it refuses, forwarding that it forbids and a host that it does not reach have
# findings of their own; when its sshd ends in the middle, the install continues.
lab_options='--base mixed'
deadline=900

file=$console_home/answers.yaml
known=$console_home/.ssh/known_hosts
jump=192.168.205.88 # ha-w1
out=$scenario_tmp/out
umask 077

says() { grep -qF -- "$1" "$out"; }
# Ends each connection to the jump host's sshd, and sshd with them.
restart_sshd() {
	on ha-w1 'for process in /proc/[0-9]*; do
			! grep -qsa "^sshd[-a-z]*: " "$process/cmdline" || kill -9 "${process#/proc/}"
		done
		systemctl restart ssh'
}
untouched() {
	local host
	for host in ha-m1 ha-m2 ha-m3 ha-w1; do
		expect_not on $host 'test -e /etc/rancher -o -e /usr/local/bin/rke2 -o -e /var/lib/rke2-wizard'
	done
}

# The servers are behind the agent, to this machine as to a console outside.
console nft -f - <<-END || fail 'no nftables'
	table ip outside {
		chain out {
			type filter hook output priority 0;
			ip daddr { 192.168.205.85, 192.168.205.86, 192.168.205.87 } drop
		}
	}
END
expect_not console ssh -o ConnectTimeout=2 -o BatchMode=yes root@192.168.205.85 true
expect console ssh -o BatchMode=yes -J guest@$jump root@192.168.205.85 true
behind="jump: guest@$jump"
answers "s/^ssh: {/&$behind, /" 's/name: ha-w1,/& jump: none,/' >"$file"

step 'forwarding is forbidden'
on ha-w1 'printf "Match User guest\n\tAllowTcpForwarding no\n" >>/etc/ssh/sshd_config && systemctl restart ssh'
wizard install -f "$file" --yes
expect_exit 1
expect_output "[FAIL] H-23 ha-m1: The jump host $jump does not allow connections to 192.168.205.85 port 22."
expect_output 'Fix: On the jump host, set “AllowTcpForwarding local” in /etc/ssh/sshd_config for guest'
expect_output "Same as: ssh -J guest@$jump:22 -p 22 root@192.168.205.85 true"
expect_output 'Failed. No host was changed.'
untouched
on ha-w1 'head -n -2 /etc/ssh/sshd_config >/root/config && cat /root/config >/etc/ssh/sshd_config && systemctl restart ssh'

step 'a user whom the jump host does not let in'
answers "s/^ssh: {/&jump: \"nobody@$jump\", /" 's/name: ha-w1,/& jump: none,/' >"$scenario_tmp/nobody.yaml"
wizard install -f "$scenario_tmp/nobody.yaml" --yes
expect_exit 1
expect_output "[FAIL] H-20 ha-m3: The jump host $jump rejected the login of nobody."
expect_output "Same as: ssh -p 22 -o BatchMode=yes nobody@$jump true"
expect_output "[ ?? ] R-01 ha-m1, ha-m2, ha-m3: This host could not be inspected: the jump host $jump: login as nobody refused"

step 'another port, at which no sshd listens; and a host that is not there'
answers "s/^ssh: {/&jump: \"guest@$jump:2223\", /" 's/name: ha-w1,/& jump: none,/' >"$scenario_tmp/port.yaml"
wizard install -f "$scenario_tmp/port.yaml" --yes
expect_exit 1
expect_output "[FAIL] H-19 ha-m3: The jump host $jump port 2223 cannot be used: Connection refused."
answers "s/^ssh: {/&$behind, /" 's/192.168.205.86/192.168.205.99/' >"$scenario_tmp/missing.yaml"
wizard install -f "$scenario_tmp/missing.yaml" --yes "${past_checks[@]}"
expect_exit 1
expect_output "[FAIL] H-24 ha-m2: The jump host $jump cannot reach 192.168.205.99 port 22."
expect_no_output 'H-24 ha-m1'
untouched

step 'the key of the jump host has changed'
cp "$known" "$scenario_tmp/known_hosts"
"$lab" rekey ha-w1
wizard install -f "$file" --yes --accept-new-host-keys
expect_exit 1
expect_output "[FAIL] H-21 ha-m3: The host key of the jump host has changed: $jump now presents SHA256:"
expect_output "Same as: ssh-keygen -F $jump -f $known"
expect_output 'Failed. No host was changed.'
untouched

step 'the key of the jump host is not known: nobody can be asked, then somebody is'
console ssh-keygen -q -R $jump -f "$known"
console ssh-keygen -q -R ha-w1 -f "$known"
wizard install -f "$file" --yes
expect_exit 1
expect_output "[FAIL] H-22 ha-m3: The host key of the jump host is unknown: $jump presents SHA256:"
PTY=1 converse nodes -f "$file" <<-END
	The host key of jump host $jump ($jump) is unknown. => yes
END
expect_exit 1
expect grep -q "^$jump " "$known"
untouched

step 'an install through it, whose sshd ends in the middle'
"$lab" release slow 400000
: >"$out"
console "$wizard_program" install -f "$file" --yes </dev/null >"$out" 2>&1 &
pid=$!
wait_until 120 says 'ha-m1  install RKE2'
restart_sshd
"$lab" release clear
wait_until 200 says 'start the first server'
restart_sshd
status=0
wait "$pid" || status=$?
sed 's/^/out| /' "$out"
expect [ "$status" = 0 ]
expect says 'connection lost'
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1

step 'what this machine does not reach directly is a warning that says so'
expect says '[WARN] P-12 ha-m1'
expect says "Same as: ssh -N -L 6443:192.168.205.85:6443 -p 22 guest@$jump"
expect_not says '[WARN] P-07'

step 'nodes, kubeconfig and the tunnel of the finding'
wizard nodes -f "$file"
expect_exit 0
expect_output 'ha-m3   Ready'
wizard kubeconfig -f "$file" -o "$console_home/kubeconfig"
expect_exit 0
"$lab" console -- ssh -N -L 6443:192.168.205.85:6443 -p 22 guest@$jump &
tunnel=$!
wait_until 20 console curl -sk -o /dev/null https://127.0.0.1:6443/
kill "$tunnel"
