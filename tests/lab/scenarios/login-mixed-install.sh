# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# One cluster of hosts that each log in another way: sudo with a password, sudo without, a talkative
# shell, a csh. Every step of the install works through all of them, and a rerun finds it done.
lab_options='--base mixed'

file=$console_home/answers.yaml
umask 077
printf 'lab-ops\n' >"$console_home/ops.password"
answers "s/name: ha-m1,/& user: ops, sudo-password-file: ops.password, key: ~\/.ssh\/id_rsa,/" \
	's/name: ha-m2,/& user: auto, port: 2222,/' \
	's/name: ha-m3,/& user: noisy, key: ~\/.ssh\/id_ecdsa,/' \
	's/name: ha-w1,/& user: cshell,/' >"$file"
wizard install -f "$file" --yes
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
for host in ha-m1 ha-m2 ha-m3 ha-w1; do
	expect [ "$(on $host stat -c %U:%a /etc/rancher/rke2/config.yaml)" = root:600 ]
	expect_not on $host 'test -e /var/lib/rke2-wizard -o -e /etc/rancher/rke2/config.yaml.d/50-rke2-wizard-join.yaml'
	expect_not on $host 'grep -rqs -e lab-ops /var/log/auth.log /etc/rancher /home'
done

wizard install -f "$file" --yes
expect_exit 0
expect_output 'Done. No host had to be changed.'
