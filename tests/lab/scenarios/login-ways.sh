# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Every way to log in that needs no question leads to root, on both Debian releases.
# Three kinds of keys, the agent, passwords, keyboard-interactive, sudo with and without a
# password, a talkative shell, a csh, the second port, and a host that differs from the rest.
lab_options='--base mixed --servers 2 --agents 0'

file=$console_home/answers.yaml
umask 077
printf 'lab-root\n' >"$console_home/root.password"
printf 'lab-ops\n' >"$console_home/ops.password"

# reaches HOST SSH [OF-THE-HOST]: `nodes` gets its table through that host alone, logged in with
# these keys of the answers file. Only root can read what it needs.
reaches() {
	local address
	address=$("$lab" hosts | awk -v n="$1" '$1 == n { print $2 }')
	cat >"$file" <<-ANSWERS
		version: 1
		cluster: login
		registration-name: $domain
		token: my-shared-secret
		ssh: {$2}
		hosts:
		  - {name: $1, address: $address, role: server${3:+, $3}}
	ANSWERS
	echo "ssh: {$2} ${3:-}"
	wizard nodes -f "$file"
}
reached() {
	expect_exit 0
	expect_output 'ha-m1   Ready'
	expect_output 'ha-m2   Ready'
}

"$lab" answers >"$file"
wizard install -f "$file" --yes
expect_exit 0

for host in ha-m1 ha-m2; do
	step "$host: keys"
	for key in ed25519 ecdsa rsa; do
		reaches $host "key: ~/.ssh/id_$key"
		reached
	done
	reaches $host 'user: root'
	reached

	step "$host: users and their shells"
	for user in auto noisy cshell; do
		reaches $host "user: $user"
		reached
	done
	reaches $host "user: ops, sudo-password-file: $console_home/ops.password"
	reached
	reaches $host 'key: /nowhere, user: guest' 'port: 2222, user: auto, key: ~/.ssh/id_rsa'
	reached
done

step 'the agent alone: no key file is left'
mkdir "$console_home/keys"
mv "$console_home"/.ssh/id_* "$console_home/keys/"
cat >"$scenario_tmp/with-agent" <<'END_OF_PROGRAM'
#!/bin/sh
exec ssh-agent sh -c 'ssh-add -q "$AGENT_KEY" && exec "$0" "$@"' "$PROGRAM" "$@"
END_OF_PROGRAM
chmod 755 "$scenario_tmp/with-agent"
export PROGRAM=$wizard_program AGENT_KEY
for host in ha-m1 ha-m2; do
	for key in ed25519 rsa; do
		AGENT_KEY=$console_home/keys/id_$key
		wizard_program=$scenario_tmp/with-agent
		reaches $host 'user: root'
		wizard_program=$PROGRAM
		reached
	done
done

step 'passwords from files, without keys'
for host in ha-m1 ha-m2; do
	reaches $host "password-file: $console_home/root.password"
	reached
	# The login password serves sudo too.
	reaches $host "user: ops, password-file: $console_home/ops.password"
	reached
	on $host 'echo "PasswordAuthentication no" >/etc/ssh/sshd_config.d/00-prompts.conf && systemctl restart ssh'
	reaches $host "user: ops, password-file: $console_home/ops.password"
	reached
done

step 'what is refused says why'
reaches ha-m1 "user: ops, password-file: $console_home/root.password"
expect_exit 1
expect_error '192.168.205.85 port 22: login as ops refused; tried: keyboard-interactive; the host allows: publickey,keyboard-interactive'
reaches ha-m1 'key: ~/keys/id_rsa, user: ops'
expect_exit 1
expect_error 'ops needs a password for sudo, and none is set'
reaches ha-m1 "key: ~/keys/id_rsa, user: ops, sudo-password-file: $console_home/root.password"
expect_exit 1
expect_error 'sudo rejected ops'
