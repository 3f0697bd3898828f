# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A check that fails stops an install, unless the user overrides it with a reason. The reason is in
# the journal, in the report, and holds for the next try until an install has completed.
lab_options='--base debian12 --servers 2 --agents 0'

file=$console_home/answers.yaml
report=$console_home/report.md
umask 077
answers >"$file"
journal() {
	/usr/bin/python3 -c 'import sqlite3, sys; print(*(r[0] for r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])))' \
		"$console_home/.local/state/rke2-wizard/ha-demo/journal.db" "$1"
}
untouched() {
	for host in ha-m1 ha-m2; do
		expect_not on $host 'test -e /etc/rancher -o -e /usr/local/bin/rke2 -o -e /var/lib/rke2-wizard'
	done
}

step 'the name lacks a server'
"$lab" dns missing ha-m2
wizard install -f "$file" --yes --report "$report"
expect_exit 4
expect_output "[FAIL] D-02 ha-m2: The name $domain does not resolve to this server (192.168.205.86)."
expect_output 'to continue anyway, add: --override D-02=REASON'
expect_output 'Stopped before any change was made.'
untouched
expect grep -q '^### FAIL D-02 ha-m2$' "$report"
expect_not grep -q 'Override reason' "$report"

step 'another finding is not meant by it, and a code that does not exist is no code'
wizard install -f "$file" --yes --override 'D-05=not this one'
expect_exit 4
expect_output 'add: --override D-02=REASON'
wizard install -f "$file" --yes --override 'X-99=nothing'
expect_exit 2
wizard install -f "$file" --yes --override 'D-02='
expect_exit 2
untouched

step 'with a reason it goes on, here until the installer fails'
"$lab" release installer-404
wizard install -f "$file" --yes --override 'D-02=the record comes on Monday' --override 'R-30=known' --report "$report"
expect_exit 1
expect_output 'ha-m2  D-02 is overridden: the record comes on Monday'
expect grep -q '^- Override reason: the record comes on Monday$' "$report"
expect [ "$(stat -c %a "$report")" = 600 ]
expect_not grep -qF 'my-shared-secret' "$report"
expect [ "$(journal "select text from event where kind = 'override' and host = 'ha-m2' and text like 'D-02%'")" = 'D-02: the record comes on Monday' ]

step 'the next try needs no reason, and ends well'
"$lab" release clear
wizard install -f "$file" --yes
expect_exit 0
expect_output 'D-02 is overridden: the record comes on Monday'
expect nodes_ready ha-m1 ha-m2

step 'then it is forgotten'
wizard install -f "$file" --yes
expect_exit 4
expect_output 'add: --override D-02=REASON'
"$lab" dns all
wizard install -f "$file" --yes
expect_exit 0
expect_output 'No host had to be changed.'
