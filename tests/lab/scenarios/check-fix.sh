# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Repairs by --fix: the lines are shown, then run, then everything is checked again. No package
# repository is in the lab and no NetworkManager: small files stand in for them.
lab_options='--base mixed'
deadline=900

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
hosts='ha-m1 ha-m2 ha-m3 ha-w1'

# unit HOST NAME TEXT…: a service or timer of this host.
unit() {
	local host=$1 name=$2
	shift 2
	printf '%s\n' "$@" | on "$host" sh -c "cat >/etc/systemd/system/$name"
	on "$host" systemctl daemon-reload
}

finding() {
	grep -qE -- "^\[$1\] $2 ([^:]*, )?$3(, [^:]*)?: " "$wizard_out" || fail "no $2 about $3"
}

step 'a package manager: it brings what it is asked for, and on ha-w1 it fails'
for host in $hosts; do
	on "$host" sh -c 'cat >/usr/local/sbin/apt-get && chmod 755 /usr/local/sbin/apt-get' <<'END'
#!/bin/sh
echo "$*" >>/root/apt-get.log
[ "$(hostname)" != ha-w1 ] || { echo 'E: no repository' >&2; exit 100; }
case $* in
*install*diffutils*) mv /usr/bin/cmp.away /usr/bin/cmp ;;
*install*chrony*)
	printf '[Service]\nExecStart=/bin/sleep infinity\n[Install]\nWantedBy=multi-user.target\n' \
		>/etc/systemd/system/chrony.service
	printf '#!/bin/sh\necho "Leap status     : Normal"\n' >/usr/local/bin/chronyc
	chmod 755 /usr/local/bin/chronyc
	systemctl daemon-reload
	;;
esac
END
done

step 'swap, NetworkManager, nm-cloud-setup, a missing program, a firewall'
on ha-m1 'sed "s/^SwapTotal:.*/SwapTotal: 2097148 kB/" /proc/meminfo >/root/meminfo &&
	mount --bind /root/meminfo /proc/meminfo'
on ha-m1 'printf "#!/bin/sh\numount /proc/meminfo\n" >/usr/local/sbin/swapoff; chmod 755 /usr/local/sbin/swapoff'
on ha-m1 'printf "UUID=1 / ext4 defaults 0 1\n/swapfile none swap sw 0 0\n" >/etc/fstab'
unit ha-m2 NetworkManager.service '[Service]' 'ExecStart=/bin/sleep infinity' \
	'ExecReload=/bin/sh -c "cat /run/NetworkManager/conf.d/*.conf >/root/nm-loaded"'
on ha-m2 systemctl start NetworkManager
unit ha-m2 nm-cloud-setup.service '[Service]' 'Type=oneshot' 'ExecStart=/bin/true'
unit ha-m2 nm-cloud-setup.timer '[Timer]' 'OnBootSec=1h' '[Install]' 'WantedBy=timers.target'
on ha-m2 systemctl enable --quiet --now nm-cloud-setup.timer
on ha-m3 mv /usr/bin/cmp /usr/bin/cmp.away
on ha-m3 systemctl start firewalld

step 'without --fix nothing is done'
wizard check -f "$file"
expect_exit 4
finding WARN R-39 ha-m1
finding WARN R-36 ha-m2
finding FAIL R-37 ha-m2
finding FAIL H-09 ha-m3
finding FAIL P-02 ha-m3
expect_not on ha-m3 ls /usr/bin/cmp
expect on ha-m2 systemctl is-active --quiet nm-cloud-setup.timer

step 'without a terminal nobody says yes'
wizard check -f "$file" --only hosts --fix
expect_exit 2
expect_not on ha-m3 ls /usr/bin/cmp /root/apt-get.log

step 'with --yes all of it is repaired, but what cannot be'
wizard check -f "$file" --fix --yes
expect_output '# swapoff -a'
expect_output '# systemctl disable --now nm-cloud-setup.timer'
expect_output '# DEBIAN_FRONTEND=noninteractive apt-get -q -y install diffutils'
expect [ "$(grep -c '# firewall-cmd --permanent' "$wizard_out")" -eq 1 ]
expect_output 'apt-get -q update: status 100: '
expect_output 'E: no repository'
# Only what came after the repairs counts.
sed -i '0,/^ha-/d' "$wizard_out"
for code in R-39 R-36 R-37 H-09 P-02; do
	expect_not grep -qE "^\[(WARN|FAIL)\] $code " "$wizard_out"
done
finding WARN R-23 ha-w1
expect_exit 0

step 'what is on the hosts now'
expect [ "$(on ha-m1 cat /etc/fstab)" = $'UUID=1 / ext4 defaults 0 1\n#/swapfile none swap sw 0 0' ]
expect on ha-m1 grep -q '^/swapfile' /etc/fstab.rke2-wizard-old
expect on ha-m2 grep -q 'unmanaged-devices=.*cali' /root/nm-loaded
expect on ha-m2 cmp /root/nm-loaded /etc/NetworkManager/conf.d/rke2-canal.conf
expect_not on ha-m2 systemctl is-enabled --quiet nm-cloud-setup.timer
expect on ha-m3 ls /usr/bin/cmp
expect on ha-m3 sh -c 'firewall-cmd --permanent --list-ports | grep -q 9345/tcp'
expect on ha-m1 systemctl is-active --quiet chrony
expect [ "$(on ha-m1 grep -c install /root/apt-get.log)" -eq 1 ]

step 'nothing is left to do but on ha-w1; the report tells what was done'
wizard check -f "$file" --fix --yes --report "$console_home/check.md"
expect_exit 0
for text in '## Repairs' '### ha-m1: ' 'swapoff -a' '### ha-w1: ' 'E: no repository' \
	'systemctl disable --now nm-cloud-setup.timer'; do
	expect grep -qF -- "$text" "$console_home/check.md"
done
expect_not grep -q '^ha-m1: ' "$wizard_out"
expect_no_output '# swapoff'
expect [ "$(on ha-m1 grep -c install /root/apt-get.log)" -eq 1 ]

step 'repairs are no install, and cannot be done beside one'
wizard status -f "$file"
expect_exit 1
expect_error 'Nothing has been done yet for cluster ha-demo.'
# Held by both kinds of locks, until a line comes.
coproc holder {
	python3 -c 'import fcntl, sys
with open(sys.argv[1], "r+") as lock:
    fcntl.flock(lock, fcntl.LOCK_EX)
    fcntl.lockf(lock, fcntl.LOCK_EX)
    print("held", flush=True)
    sys.stdin.readline()' "$console_home/.local/state/rke2-wizard/ha-demo/lock"
}
read -r _ <&"${holder[0]}"
wizard check -f "$file" --fix --yes
expect_exit 1
expect_error 'J-02'
echo >&"${holder[1]}"
