# shellcheck shell=bash disable=SC2034,SC2154
# A console that is killed at any moment: run again, the install ends with one and the same cluster.
# kill -9 while RKE2 is downloaded, while the first server starts, and while another one joins.
lab_options='--base mixed'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"

# killed_after TEXT: an install that is killed as soon as it has said TEXT.
killed_after() {
	local out=$scenario_tmp/killed
	step "killed after '$1'"
	: >"$out"
	"$lab" console -- "$wizard_program" install -f "$file" --yes </dev/null >"$out" 2>&1 &
	wait_until 60 grep -qF -- "$1" "$out"
	kill -KILL $!
	wait $! 2>/dev/null
	sed 's/^/out| /' "$out"
	expect_not grep -qF 'Done.' "$out"
}

"$lab" release slow 1000000
killed_after 'run: systemd-run'
"$lab" release clear
"$lab" fault ha-m1 start-delay 3
killed_after 'founding the cluster'
"$lab" fault ha-m3 start-delay 3
killed_after 'ha-m3    … joining the cluster'
wizard status -f "$file"
expect_exit 0

wizard install -f "$file" --yes
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
for host in ha-m1 ha-m2 ha-m3 ha-w1; do
	expect_not on $host 'test -e /var/lib/rke2-wizard -o -e /etc/rancher/rke2/config.yaml.d/50-rke2-wizard-join.yaml'
done
# One cluster: a single founder, one CA, three voters.
expect [ "$(for host in ha-m1 ha-m2 ha-m3; do on $host journalctl -u rke2-server -o cat --no-pager; done |
	grep -c 'Managed etcd cluster initializing')" = 1 ]
expect [ "$(for host in ha-m1 ha-m2 ha-m3; do on $host sha256sum /var/lib/rancher/rke2/server/tls/server-ca.crt; done |
	sort -u | wc -l)" = 1 ]
