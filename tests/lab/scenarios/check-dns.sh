# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The registration name as the console and every host resolve it. Every way in which records can be
# wrong is named, with the record to create or delete.
lab_options='--base mixed'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"

# row ADDRESS WORD…: the row of the last check has these words in this order, whatever is between.
row() {
	local address=$1 words
	shift
	words=$(printf '.*%s' "$@")
	expect grep -E -- "^  ${address//./\\.} .*$words" "$wizard_out"
}

step 'all: every check passes'
"$lab" dns all
wizard check --only dns -f "$file"
expect_exit 0
row 192.168.205.85 ha-m1 server '\[ OK \] OK' 5/5 60
row 192.168.205.86 ha-m2 server '\[ OK \] OK' 5/5 60
row 192.168.205.87 ha-m3 server '\[ OK \] OK' 5/5 60
expect_no_output 192.168.205.88
expect_output 'Name servers queried from this machine: 192.168.205.2'
expect_output 'Hosts whose resolver was queried: ha-m1, ha-m2, ha-m3, ha-w1'
expect_output 'Answers: each contains all addresses'
expect_no_output 'D-'

step 'agent: the slip of the document'
"$lab" dns agent
wizard check --only dns -f "$file"
expect_exit 4
row 192.168.205.85 ha-m1 server '\[FAIL\] MISS' 0/5
row 192.168.205.88 ha-w1 agent '\[FAIL\] AGENT' 5/5
expect_output "[FAIL] D-04 ha-m1: The name $domain resolves to the agent ha-w1 (192.168.205.88) instead of this server (192.168.205.85)."
expect_output "Delete the record: $domain. 60 IN A 192.168.205.88; create the record: $domain. 60 IN A 192.168.205.85"
expect_output "Same as: dig +short $domain A @192.168.205.2"

step 'missing and extra'
"$lab" dns missing ha-m2
wizard check --only dns -f "$file"
expect_exit 4
row 192.168.205.86 ha-m2 server '\[FAIL\] MISS' 0/5
expect_output '[FAIL] D-02 ha-m2: '
expect_output "Create the record: $domain. 60 IN A 192.168.205.86"
"$lab" dns extra 192.168.205.99
wizard check --only dns -f "$file" --json
expect_exit 4
expect [ "$(python3 -c '
import json, sys
check = json.load(open(sys.argv[1]))
print(check["pass"], *[(a["address"], a["verdict"], a["seen"]) for a in check["dns"]["addresses"]][3:])
print(*[f["id"] for f in check["findings"]])' "$wizard_out" | xargs)" = 'False (192.168.205.99, EXTRA, 5) D-05' ]

step 'one host asks elsewhere'
"$lab" dns split ha-m2 ha-m1 192.168.205.99
wizard check --only dns -f "$file"
expect_exit 4
row 192.168.205.85 ha-m1 server '\[ OK \] OK' 5/5
row 192.168.205.86 ha-m2 server '\[FAIL\] SPLIT' 4/5
row 192.168.205.99 - - '\[FAIL\] EXTRA' 1/5
expect_output '[FAIL] D-06 '
expect_output 'ha-m2: 192.168.205.85, 192.168.205.99.'

step 'one at a time'
"$lab" dns one
wizard check --only dns -f "$file"
expect_exit 0
row 192.168.205.85 ha-m1 server '\[WARN\] ONE-AT-A-TIME'
row 192.168.205.87 ha-m3 server '\[WARN\] ONE-AT-A-TIME'
expect_output 'Answers: each contains only one address'
expect_output '[WARN] D-07 '

step 'a long TTL, and a hosts file'
"$lab" dns ttl 3600
on ha-w1 sh -c "echo '192.168.205.70 $domain' >>/etc/hosts"
wizard check --only dns -f "$file" --lang zh_CN
expect_exit 4
row 192.168.205.85 ha-m1 server '\[WARN\] STALE' 4/5 3600
row 192.168.205.70 - - '\[WARN\] STALE' 1/5
expect_output "[FAIL] D-09 ha-w1：这台主机的 /etc/hosts 中有 $domain 的条目：192.168.205.70。"
expect_output '[WARN] D-14 '
on ha-w1 sh -c "sed '/ $domain\$/d' /etc/hosts >/tmp/hosts && cat /tmp/hosts >/etc/hosts"

step 'IPv6 records alone, which lead to none of the hosts'
"$lab" dns aaaa
wizard check --only dns -f "$file"
expect_exit 4
row 192.168.205.85 ha-m1 server '\[FAIL\] MISS' 0/5
row fd00:205::86 - - '\[FAIL\] EXTRA' 5/5
expect_output "[FAIL] D-05 The name $domain resolves to fd00:205::85, which is not one of the hosts."
expect_output "delete the record: $domain. 60 IN AAAA fd00:205::85"
expect_output "Same as: dig +short $domain AAAA @192.168.205.2"
expect_output "[FAIL] D-02 ha-m3: "

step 'the records are corrected while --watch looks'
console sh -c "exec \"\$0\" check -f '$file' --only dns --watch --timeout 60" "$RW_WIZARD" >"$console_home/watch" &
watching=$!
wait_until 20 grep -q D-05 "$console_home/watch"
"$lab" dns all
expect wait "$watching"
expect grep -q 'All checks passed' "$console_home/watch"

step 'name servers of the operator'"'"'s choice'
wizard check --only dns -f "$file" --name-server 192.168.205.2 --name-server 192.168.205.3
expect_exit 0
expect_output 'Name servers queried from this machine: 192.168.205.2, 192.168.205.3'
expect_output '[WARN] D-1'

step 'no answer: each kind by its name'
"$lab" dns nxdomain
wizard check --only dns -f "$file"
expect_exit 4
row 192.168.205.85 ha-m1 server '\[FAIL\] NXDOMAIN' 0/5
expect_output "[FAIL] D-01 The name $domain does not exist."
expect_output "$domain. 60 IN A 192.168.205.87"
"$lab" dns refused
wizard check --only dns -f "$file"
expect_exit 4
row 192.168.205.85 ha-m1 server '\[FAIL\] REFUSED' 0/5
expect_output '[FAIL] D-10 The name server 192.168.205.2 refuses queries for '
"$lab" dns silent
wizard check --only dns -f "$file"
expect_exit 4
row 192.168.205.85 ha-m1 server '\[FAIL\] TIMEOUT' 0/5
expect_output '[FAIL] D-11 The name server 192.168.205.2 does not answer.'

step 'a host that cannot be asked is no pass'
"$lab" dns all
"$lab" cut ha-w1
wizard check --only dns -f "$file"
expect_exit 4
row 192.168.205.85 ha-m1 server '\[ OK \] OK' 4/4
expect_output '[ ?? ] D-15 ha-w1: '
"$lab" plug ha-w1
wizard check --only dns -f "$file"
expect_exit 0
