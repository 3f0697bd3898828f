# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# On a terminal each thing is asked once: passphrase, passwords, host keys, and whether to continue.
# One answer serves all hosts; a wrong one is asked again; no, and Ctrl-C, change nothing.
lab_options='--base mixed'

file=$console_home/answers.yaml
known=$console_home/.ssh/known_hosts
umask 077

# Runs the program on a terminal of its own and types: the lines of $TYPING are in turn what has to
# be seen and what is then typed. Everything the terminal showed goes to standard output.
cat >"$scenario_tmp/on-terminal" <<'END_OF_PROGRAM'
#!/usr/bin/python3
import os, pty, select, sys, time

pid, terminal = pty.fork()
if pid == 0:
    os.execv(os.environ["PROGRAM"], [os.environ["PROGRAM"]] + sys.argv[1:])
seen, deadline = b"", time.monotonic() + 90


def read():
    global seen
    if not select.select([terminal], [], [], max(0, deadline - time.monotonic()))[0]:
        sys.exit("on-terminal: nothing for too long")
    try:
        data = os.read(terminal, 65536)
    except OSError:
        data = b""
    seen += data
    sys.stdout.buffer.write(data)
    sys.stdout.flush()
    return bool(data)


lines = os.environ["TYPING"].encode().split(b"\n")
for expected, answer in zip(lines[::2], lines[1::2]):
    while expected not in seen:
        if not read():
            sys.exit("on-terminal: never shown: " + expected.decode())
    seen = seen.split(expected, 1)[1]
    os.write(terminal, b"\x03" if answer == b"^C" else answer + b"\n")
while read():
    pass
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
END_OF_PROGRAM
chmod 755 "$scenario_tmp/on-terminal"
export PROGRAM=$wizard_program TYPING
wizard_program=$scenario_tmp/on-terminal

# typing [SEEN TYPED]…: for the next wizard.
typing() { TYPING=$(printf '%s\n' "$@" end); }
# shown N TEXT: so often on the terminal.
shown() { [[ $(grep -oF -- "$2" "$wizard_out" | wc -l) -eq $1 ]] || fail "not $1 times '$2'"; }
untouched() {
	local host
	for host in ha-m1 ha-m2 ha-m3 ha-w1; do
		expect_not on $host 'test -e /etc/rancher -o -e /usr/local/bin/rke2 -o -e /var/lib/rke2-wizard'
	done
}

step 'one passphrase for four hosts; then no'
answers 's/id_ed25519/&_enc/' >"$file"
typing 'Passphrase of' lab-passphrase 'Continue? [y/N]' n
wizard install -f "$file" "${past_checks[@]}"
expect_exit 130
shown 1 'Passphrase of'
shown 4 '  connected'
expect_output 'ha-m1 creates the cluster'
untouched

step 'a wrong passphrase is asked again'
answers 's/id_ed25519/&_enc/' '/ha-m[23]/d' '/ha-w1/d' >"$file"
typing 'Passphrase of' wrong 'Passphrase of' lab-passphrase 'Continue? [y/N]' n
wizard install -f "$file" "${past_checks[@]}"
expect_exit 130
shown 1 'Incorrect. Try again.'
untouched

step 'Ctrl-C at a hidden question'
typing 'Passphrase of' ^C
wizard install -f "$file" "${past_checks[@]}"
expect_exit 130
untouched

step 'host keys: one is trusted, one is not'
answers '/ha-m[13]/d' '/ha-w1/d' >"$file"
: >"$known"
fingerprint=$(on ha-m2 ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2)
typing 'Type yes or no: ' no
wizard install -f "$file" "${past_checks[@]}"
expect_exit 1
expect_output "ssh-ed25519 $fingerprint"
expect_output 'The host key of ha-m2 (192.168.205.86) is unknown.'
expect [ ! -s "$known" ]
typing 'Type yes or no: ' yes 'Continue? [y/N]' no
wizard install -f "$file" "${past_checks[@]}"
expect_exit 130
expect console ssh -o BatchMode=yes -o StrictHostKeyChecking=yes root@192.168.205.86 true
untouched

step 'the login password is asked once for all hosts, and tried for sudo before asking again'
mkdir "$console_home/keys"
mv "$console_home"/.ssh/id_* "$console_home/keys/"
answers 's/ssh: .*/ssh: {user: ops}/' >"$file"
typing 'Password of ops' lab-ops 'Continue? [y/N]' ''
wizard install -f "$file" "${past_checks[@]}" --accept-new-host-keys
expect_exit 130
shown 1 'Password of ops'
shown 0 'sudo password of ops'
shown 4 '  connected'
untouched
