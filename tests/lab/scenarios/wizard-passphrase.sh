# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The wizard on its screens asks for the passphrase of a private key: once for all hosts that wait.
# It is refused, wrong and then right, right at once; nothing of what is typed is shown or kept.
lab_options='--base mixed --servers 1 --agents 1'

state=$console_home/.local/state/rke2-wizard
file=$console_home/ha-demo.yaml
umask 077
cd "$console_home" || fail 'no home'
answers 's/id_ed25519/id_ed25519_enc/' >"$file"
# What is left is the key.
for host in ha-m1 ha-w1; do
	on $host 'printf "PasswordAuthentication no\nKbdInteractiveAuthentication no\n" \
		>/etc/ssh/sshd_config.d/00-keys.conf && systemctl restart ssh'
done

# on_screens [ARG…] <SCRIPT: presses keys on the wizard; see lib/screens.py.
on_screens() {
	cat >"$scenario_tmp/script"
	step "rke2-wizard $*"
	wizard_status=0
	SCREENS_SECONDS=60 console "$scenario_here/lib/screens.py" "$scenario_tmp/script" \
		"$wizard_program" "$@" >"$wizard_out" 2>"$wizard_err" </dev/null || wizard_status=$?
	echo "exit $wizard_status"
	sed 's/^/out| /' "$wizard_out"
	sed 's/^/err| /' "$wizard_err"
}
nothing_is_told() {
	local word
	for word in lab-passphrase not-this-one; do
		expect_no_output $word
		expect_not grep -rqF $word "$state" "$file"
	done
}

step 'Esc: asked once for all, nobody is logged in to, and the finding says what was tried'
on_screens --lang en -f "$file" <<'END'
1/8 & Welcome & Next continues with => Enter
A host asks & Passphrase of & Not now & ![FAIL] => Esc
2/8 & 2 problems to solve & !Passphrase of => ^C
Save and quit => Enter
END
expect_exit 130
expect_output 'H-02'
expect_output '(no passphrase given)'
nothing_is_told

step 'a wrong one, then the right one, which serves both hosts'
on_screens --lang en -f "$file" <<'END'
1/8 & Welcome & Next continues with => Enter
Passphrase of & !Incorrect. Try again. => "not-this-one"
[************_ => Enter
Incorrect. Try again. & Passphrase of => "lab-passphrase" Enter
2/8 & [ OK ] & !problems to solve & !Passphrase of & !connecting => ^C
Save and quit => Enter
END
expect_exit 130
nothing_is_told

step 'right at once; the hosts are logged in to until the end'
on_screens --lang en -f "$file" <<'END'
1/8 & Welcome & Next continues with => Enter
Passphrase of => "lab-passphrase" Enter
2/8 & [ OK ] & !problems to solve & !Passphrase of & !connecting => Next
3/8 => ^C
Save and quit => Enter
END
expect_exit 130
expect_no_output 'Incorrect. Try again.'
nothing_is_told
