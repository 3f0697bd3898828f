# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The wizard on its screens, from an answers file to four Ready nodes: host keys are reviewed one by
# one or together, a password is asked once and shown nowhere, each step is left when it lets go,
# nothing begins before the word install, and an install that was left is found and resumed.
lab_options='--base mixed'
deadline=900

known=$console_home/.ssh/known_hosts
state=$console_home/.local/state/rke2-wizard
file=$console_home/ha-demo.yaml
umask 077
: >"$known"
cd "$console_home" || fail 'no home'
answers >"$file"

untouched() {
	local host
	for host in ha-m1 ha-m2 ha-m3 ha-w1; do
		expect_not on $host 'test -e /etc/rancher -o -e /usr/local/bin/rke2 -o -e /var/lib/rke2-wizard'
	done
}

fingerprint=$(on ha-m1 ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2)

step 'host keys are refused, and the wizard is left'
screens --lang en -f "$file" <<'END'
1/8 & Welcome & Next continues with => Enter
New host keys & Refuse all => Esc
2/8 & 4 problems to solve & [FAIL] => ^C
Save and quit => Enter
END
expect_exit 130
expect_output "ssh-ed25519 $fingerprint"
expect_output 'H-05'
expect_output 'Everything is saved. To continue: rke2-wizard -f'
expect [ ! -s "$known" ]
expect grep -q ha-m1 "$state/ha-demo/draft.yaml"
untouched

step 'host keys one by one: one is trusted'
screens --lang en -f "$file" <<'END'
1/8 & Next continues with => Enter
New host keys & One by one => Enter
New host key & Trust it & Refuse => Left Enter
New host key & Trust it & Refuse => Esc
New host key & Trust it & Refuse => Esc
New host key & Trust it & Refuse => Esc
2/8 & 3 problems to solve & [ OK ] => ^C
Save and quit => Enter
END
expect_exit 130
expect [ "$(grep -c . "$known")" = 1 ]
untouched

step 'a password is asked once for all hosts, and again when it was wrong'
mkdir "$console_home/keys"
mv "$console_home"/.ssh/id_* "$console_home/keys/"
answers 's/ssh: .*/ssh: {user: ops}/' 's/name: ha-demo/name: ha-ops/' >"$console_home/ops.yaml"
screens --lang en --accept-new-host-keys -f "$console_home/ops.yaml" <<'END'
1/8 & Next continues with => Enter
A host asks & Password of ops on => "lab-wrong" Enter
A host asks & Incorrect. Try again. => "lab-ops"
A host asks & [*******_ => Enter
2/8 & [ OK ] & !blocked => ^C
Save and quit => Enter
END
expect_exit 130
expect_no_output lab-wrong
expect_no_output lab-ops
mv "$console_home/keys"/id_* "$console_home/.ssh/"
: >"$known"
untouched

step 'from hosts to the install, which is left'
screens --lang en --timeout 300 -f "$file" <<'END'
1/8 & Welcome & Next continues with => Enter
New host keys & Refuse all => Left Enter
2/8 & SHA256: & [ OK ] & !blocked => Next
3/8 & !blocked => Next
4/8 & !blocked => Next
5/8 & !blocked => Next
6/8 & ha-w1 & Planned actions => Next
Type install to start & Not yet => "no" Enter
Type install to start & [no => ^U "install" Enter
7/8 & queued => ^C
Leave it running => Right Enter
END
expect_exit 130
expect_output 'To continue: rke2-wizard'

step 'what was left is found and resumed'
screens --lang en --timeout 300 <<'END'
1/8 & unfinished install => Enter
Unfinished install of ha-demo from & Resume => Enter
7/8 & !blocked => Next
8/8 => ^C
Save and quit => Enter
END
expect_exit 0
expect_output 'The cluster is up.'
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
expect [ -s "$known" ]
expect_no_output my-shared-secret
