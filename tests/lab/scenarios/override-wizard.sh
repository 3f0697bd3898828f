# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The gate of the checks in the wizard, line by line and on its screens: a host that fails by the
# requirements of the site shuts it, a reason opens it, to the install; and the site can switch the
# check off.
lab_options='--base debian12 --servers 1 --agents 0'
deadline=600

file=$console_home/ha-demo.yaml
strict=$console_home/strict.yaml
off=$console_home/off.yaml
umask 077
cd "$console_home" || fail 'no home'
answers >"$file"
site() {
	printf 'version: 1\nrequirements:\n- {check: cpu, hosts: all, needs: 512, severity: %s, finding: R-10, source: rules of the site}\n' "$1"
}
site fail >"$strict"
site off >"$off"
journal() {
	/usr/bin/python3 -c 'import sqlite3, sys; print(*(r[0] for r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])), sep="\n")' \
		"$console_home/.local/state/rke2-wizard/ha-demo/journal.db" "$1"
}
forget() { rm -rf "$console_home/.local/state"; }
untouched() { expect_not on ha-m1 'test -e /etc/rancher -o -e /var/lib/rke2-wizard'; }
"$lab" release installer-404


step 'line by line: the page stays shut without a reason'
converse --plain --lang en --requirements "$strict" -f "$file" <<'END'
Command, or Enter to continue:  =>
! == 3/8
Command, or Enter to continue:  =>
! == 4/8
! [FAIL] R-10 ha-m1
Command, or Enter to continue:  =>
! This page is not complete yet
Command, or Enter to continue:  => o
Code of the finding to override [R-10]:  =>
Reason (shown in the review and in the journal):  =>
Command, or Enter to continue:  => ^C
END
expect_exit 130
expect_no_output 'R-10 is overridden'
untouched

step 'line by line: with a reason it goes on, to the installer'
converse --plain --requirements "$strict" <<'END'
continue with ha-demo => 1
! [FAIL] R-10 ha-m1
Command, or Enter to continue:  => o
Code of the finding to override [R-10]:  => R-99
! No failed finding here has this code.
Command, or Enter to continue:  => o
Code of the finding to override [R-10]:  =>
Reason (shown in the review and in the journal):  => small but ours
! R-10 is overridden: small but ours
Command, or Enter to continue:  =>
! == 5/8
Token =>
separated by blanks =>
true or false =>
RKE2 version, or empty =>
Advanced settings too, yes or no =>
! R-10 is overridden: small but ours
Type install to start:  => install
! ] I-
Command => ^C
END
expect_exit 1
expect [ "$(journal "select text from event where kind = 'override'")" = 'R-10: small but ours' ]
forget

step 'on screens: the same'
screens --lang en --requirements "$strict" -f "$file" <<'END'
1/8 & Next continues with => Enter
2/8 & [ OK ] & !blocked => Next
3/8 & !blocked => Next
4/8 & R-10 & blocked => "o"
Why do you override R-10 => "small but ours" Enter
4/8 & small but ours & !blocked => Next
5/8 & !blocked => Next
6/8 & R-10 & small but ours & Planned actions => Next
Type install to start => "install" Enter
7/8 & [FAIL] I- => ^C
Save and quit => Enter
END
expect_exit 1
expect [ "$(journal "select text from event where kind = 'override'")" = 'R-10: small but ours' ]
forget

step 'what the site has switched off is in nobody'"'"'s way'
screens --lang en --requirements "$off" -f "$file" <<'END'
1/8 & Next continues with => Enter
2/8 & [ OK ] & !blocked => Next
3/8 & !blocked => Next
4/8 & !R-10 & !blocked => Next
5/8 & !blocked => ^C
Save and quit => Enter
END
expect_exit 130
converse --plain --requirements "$off" <<'END'
continue with ha-demo => 1
! == 5/8
Token => ^C
END
expect_exit 130
expect_no_output R-10
