# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A journal that is damaged: moved aside and reported, before anything is done; founder and version
# of the cluster are read from the hosts, also when the answers differ meanwhile.
lab_options='--base mixed'

file=$console_home/answers.yaml
journal=$console_home/.local/state/rke2-wizard/ha-demo
umask 077
answers '/^token:/d' 's/^rke2:.*/rke2: {channel: v1.27}/' >"$file"

step 'killed when the first server founds'
"$lab" fault ha-m1 start-delay 5
killed_after 'ha-m1    … creating the cluster' -f "$file" --yes
version=$(on ha-m1 'rke2 --version' | awk 'NR == 1 { print $3 }')

step 'no database any more; another first server in the answers'
head -c 8192 /dev/urandom >"$journal/journal.db"
rm -f "$journal"/journal.db-*
{ sed '/name: ha-/d' "$file"; for host in ha-m3 ha-m1 ha-m2 ha-w1; do grep "name: $host," "$file"; done; } >"$file.new"
mv "$file.new" "$file"
killed_after 'ha-m3  join as server: started' -f "$file" --yes
expect says '[WARN] J-05 The journal was damaged. It was moved to '
expect [ "$(find "$journal" -name 'journal.db.damaged-*Z' | wc -l)" = 1 ]

step 'damaged in the middle, and the channel has moved on'
python3 -c 'import sqlite3, sys
sqlite3.connect(sys.argv[1]).execute("PRAGMA wal_checkpoint(TRUNCATE)")' "$journal/journal.db"
dd if=/dev/urandom of="$journal/journal.db" bs=4096 seek=1 count=3 conv=notrunc status=none
sed -i 's/channel: v1.27/channel: stable/' "$file"
wizard install -f "$file" --yes
expect_exit 0
expect_error '[WARN] J-05 The journal was damaged.'
for host in ha-m1 ha-m2 ha-m3 ha-w1; do
	expect [ "$(on $host 'rke2 --version' | awk 'NR == 1 { print $3 }')" = "$version" ]
done
expect_not on ha-m1 'grep -q ^server: /etc/rancher/rke2/config.yaml'
expect on ha-m3 'grep -q ^server: /etc/rancher/rke2/config.yaml'
one_cluster "$file"
wizard install -f "$file" --yes
expect_exit 0
expect_output 'Done. No host had to be changed.'
