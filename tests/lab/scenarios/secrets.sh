# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# No secret is anywhere but where it has to be: neither on the console nor on any host, in no form.
# An install with a token, a password for SSH and another for sudo, a key with a passphrase and
# proxies with passwords; it fails once, is taken up again, and every report about it is read.
lab_options='--base mixed --servers 1 --agents 2'
deadline=1200

hosts='ha-m1 ha-w1 ha-w2'
file=$console_home/ha-demo.yaml
state=$console_home/.local/state/rke2-wizard/ha-demo
said=$scenario_tmp/said # all that was printed
umask 077
mkdir "$said"
cd "$console_home" || fail 'no home'

token='T0ken.with/odd+letters=and_more~32'
ssh_password='Ssh pass"word/1'
sudo_password="Sudo'pass+word%2"
passphrase='Key: passphrase?&3'
proxy_password='Pr0xy-secret-4'        # of the hosts
answers_password='Pr0xy@answers:pass/5' # of the answers
printf '%s\n' "$token" "$ssh_password" "$sudo_password" "$passphrase" "$proxy_password" "$answers_password" >"$scenario_tmp/secrets"

# Runs the program and keeps what it said.
turn=0
keep() {
	turn=$((turn + 1))
	cp "$wizard_out" "$said/$turn.out"
	cp "$wizard_err" "$said/$turn.err"
}
told() {
	PTY=1 converse "$@" <<-END
		* Passphrase of => $passphrase
		* Password of ops on => $ssh_password
		* sudo password of ops on => $sudo_password
	END
	keep
}

step 'another password for sudo than for SSH; keys alone do not open any host but ha-w2'
mkdir keys
mv .ssh/id_* keys/
ssh-keygen -q -p -P lab-passphrase -N "$passphrase" -f keys/id_ed25519_enc
for host in $hosts; do
	printf 'ops:%s\nroot:%s\n' "$ssh_password" "$sudo_password" | on "$host" chpasswd
	on "$host" 'echo "Defaults:ops rootpw" >/etc/sudoers.d/lab-rootpw && chmod 440 /etc/sudoers.d/lab-rootpw'
done
printf '%s\n' "$ssh_password" >ssh.password
printf '%s\n' "$sudo_password" >sudo.password
printf '%s\n' "$token" >token.file
printf '%s\n' "$answers_password" >proxy.password
answers 's/^token: .*/token-file: token.file/' \
	's/name: ha-m1,/& user: ops, password-file: ssh.password, sudo-password-file: sudo.password,/' \
	's/name: ha-w2,/& key: keys\/id_ed25519_enc,/' \
	's/name: ha-w1,/& user: ops,/' >"$file"
cat >>"$file" <<'END'
proxy:
  url: http://installer@192.168.205.3:3128
  password-file: proxy.password
  no-proxy: [get.rke2.io, update.rke2.io, github.com, index.docker.io, objects.githubusercontent.com]
END
expect_not grep -qF my-shared-secret "$file"
for host in $hosts; do
	on "$host" "echo 'https_proxy=http://installer:$proxy_password@192.168.205.3:3128' >>/etc/environment"
	on "$host" "echo 'NO_PROXY=\"get.rke2.io,github.com,index.docker.io,objects.githubusercontent.com\"' >>/etc/environment"
done

step 'on every host, and here, the arguments of all processes are written down'
for host in $hosts; do
	on "$host" 'cat >/root/look.sh && systemd-run -q --unit=look sh /root/look.sh' <<-'END'
		while :; do
		  cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\0\n' '\n ' | grep -e . | sort -u >>/root/arguments
		  sleep 0.1
		done
	END
done
watch_console() {
	local process
	while :; do
		for process in /proc/[0-9]*; do
			[[ $(readlink "$process/exe") == "$(readlink -f "$wizard_program")" ]] || continue
			tr '\0\n' '\n ' <"$process/cmdline"
		done >>"$said/arguments" 2>/dev/null
		sleep 0.1
	done
}
watch_console &
watcher=$!

step 'checked, repaired, failed, taken up again'
told check -f "$file" --report check.md --fix --yes --json
"$lab" release tarball-404
told install -f "$file" --yes --report install.md
expect_exit 1
expect_output '[FAIL] '
"$lab" release clear
told bundle -f "$file" -o failed.tar.gz
expect_exit 0
told install -f "$file" --yes --report install.md --json
expect_exit 0
expect nodes_ready ha-m1 ha-w1 ha-w2

step 'all that tells about it'
told install -f "$file" --yes
expect_exit 0
told bundle -f "$file" -o done.tar.gz
expect_exit 0
told nodes -f "$file"
expect_exit 0
for command in status 'status --json' plan 'plan --json'; do
	# shellcheck disable=SC2086 # words
	wizard $command -f "$file"
	keep
	expect_exit 0
done
kill "$watcher"
for host in $hosts; do
	on "$host" systemctl stop look
	expect on "$host" grep -q sshd /root/arguments
done
expect grep -q -- --report "$said/arguments"
for bundle in failed "done"; do
	mkdir "$said/$bundle"
	tar -xzf "$bundle.tar.gz" -C "$said/$bundle" || fail "$bundle.tar.gz cannot be unpacked"
	expect test -s "$said/$bundle/ha-demo-bundle/hosts/ha-w1/config.txt"
	expect_not grep -q MISSING "$said/$bundle/ha-demo-bundle/bundle.txt"
done
expect grep -q 'https_proxy=http://\[redacted\]@192.168.205.3:3128' "$said/done/ha-demo-bundle/hosts/ha-m1/environment.txt"
expect grep -q 'token: \[redacted\]' "$said/done/ha-demo-bundle/hosts/ha-m1/config.txt"
expect grep -q 'outcome' "$said/done/ha-demo-bundle/journal.json"

# search [--except PATH…] -- PATH…: fails and names the place when a secret is there.
search() { "$scenario_here/lib/secrets.py" "$scenario_tmp/secrets" "$@"; }

step 'on the console: in the files that were given to it, and nowhere else'
on_console=(--except "$console_home/token.file" --except "$console_home/ssh.password"
	--except "$console_home/sudo.password" --except "$console_home/proxy.password" -- "$console_home" "$said")
expect search "${on_console[@]}"

step 'on the hosts: the token in RKE2'"'"'s own files, proxies where they are set, and nowhere else'
# host_search HOST [ROLE]: what the host has changed on its disk, what is in its memory file systems,
# and its journal as text.
host_search() {
	local host=$1 upper root data=var/lib/rancher/rke2/server file
	upper=$("$lab" upper "$host")
	root=/proc/$("$lab" pid "$host")/root
	local except=(--except "$upper/etc/rancher/rke2/config.yaml" --except "$upper/etc/environment")
	[[ $host != ha-m* ]] || except+=(--except "$upper/$data/token")
	# Those that are there: other forms of the token, the proxy as RKE2 reads it.
	for file in "$data/node-token" "$data/agent-token" etc/default/rke2-server etc/default/rke2-agent; do
		[[ ! -e $upper/$file ]] || except+=(--except "$upper/$file")
	done
	on "$host" journalctl -o export --all --no-pager >"$scenario_tmp/journal-$host"
	search "${except[@]}" -- "$upper" "$root/run" "$root/tmp" "$root/dev/shm" "$scenario_tmp/journal-$host"
}
for host in $hosts; do
	expect host_search "$host"
done

step 'a leak is found, wherever and in whatever form it is'
printf 'x%s' "$token" | base64 >"$console_home/leak"
expect_not search "${on_console[@]}"
printf '%s' "$proxy_password" | od -An -tx1 | tr -d ' \n' >"$console_home/leak"
expect_not search "${on_console[@]}"
printf '"%s"' 'Ssh%20pass%22word%2F1' >"$console_home/leak"
expect_not search "${on_console[@]}"
rm "$console_home/leak"
expect search "${on_console[@]}"
printf '%s\n' "$sudo_password" | on ha-m1 sh -c 'cat >/run/leak'
expect_not host_search ha-m1
on ha-m1 rm /run/leak
on ha-w1 logger 'Key%3A%20passphrase%3F%263'
expect_not host_search ha-w1
