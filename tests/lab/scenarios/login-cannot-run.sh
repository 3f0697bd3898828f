# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A login that passes is not enough: where no script can run as root, the check ends with status 4,
# what the host said, and the fix for that cause.
lab_options='--servers 1 --agents 0'

file=$console_home/answers.yaml

# checks USER CODE TEXT
checks() {
	"$lab" answers | sed "s/^ssh:.*/ssh: {user: $1, key: ~\/.ssh\/id_ed25519}/" >"$file"
	wizard check -f "$file" --only hosts
	expect_exit 4
	expect_output "[FAIL] $2 ha-m1: "
	expect_output "$3"
	expect_no_output 'All checks passed'
}

step 'a cloud image: root is to be another user'
on ha-m1 'cp /root/.ssh/authorized_keys /root/keys && sed -i "s|^|command=\"echo Please login as the user auto rather than the user root.;exit 142\" |" /root/.ssh/authorized_keys'
checks root H-30 'Set “user: auto” under ssh'
on ha-m1 'mv /root/keys /root/.ssh/authorized_keys'

step 'a closed shell'
on ha-m1 'usermod -s /usr/sbin/nologin auto'
checks auto H-32 'This account is currently not available.'
on ha-m1 'usermod -s /bin/false auto'
checks auto H-32 'usermod -s /bin/bash auto'
on ha-m1 'usermod -s /bin/bash auto'

step 'a start file that reads the script'
on ha-m1 'echo "read x" >~auto/.bashrc'
checks auto H-33 'the beginning of the script is missing'
on ha-m1 'rm ~auto/.bashrc'

step 'rules of sudo'
on ha-m1 "echo 'auto ALL=(ALL:ALL) NOPASSWD: ALL, !/bin/sh, !/usr/bin/sh' >/etc/sudoers.d/zz"
checks auto H-37 'is not allowed to execute'
on ha-m1 "echo 'auto ALL=(ALL:ALL) PASSWD: ALL, NOPASSWD: /usr/bin/true' >/etc/sudoers.d/zz"
checks auto H-39 'a password is required'
on ha-m1 "echo 'Defaults requiretty' >/etc/sudoers.d/zz"
checks auto H-36 'Defaults:auto !requiretty'
on ha-m1 "echo 'Defaults noexec' >/etc/sudoers.d/zz"
checks auto H-38 'noexec'
on ha-m1 'rm /etc/sudoers.d/zz'

step 'logins that do not come to their end'
sshd() { # LINE…: first in the configuration of sshd; none: as before
	on ha-m1 "sed -i '/#scenario/d' /etc/ssh/sshd_config"
	[ $# -eq 0 ] || on ha-m1 "sed -i '1i $* #scenario' /etc/ssh/sshd_config"
	on ha-m1 'systemctl reload ssh 2>/dev/null || systemctl reload sshd'
}
on ha-m1 'echo "System is booting up. Unprivileged users are not permitted to log in yet." >/run/nologin'
checks auto H-40 'not permitted to log in yet'
on ha-m1 'rm /run/nologin; chage -E 1 auto'
checks auto H-31 'has expired'
on ha-m1 'chage -E -1 auto'
sshd 'AuthenticationMethods publickey,keyboard-interactive'
checks auto H-44 'wants more: keyboard-interactive'
sshd 'MACs umac-128-etm@openssh.com'
checks auto H-48 'add it to the line “MACs”'
sshd

step 'what this machine lacks'
ln -sf /dev/null "$console_home/.ssh/known_hosts"
wizard check -f "$file" --only hosts --accept-new-host-keys
expect_exit 4
expect_output '[FAIL] H-49 ha-m1: '
expect_output 'not a regular file'
