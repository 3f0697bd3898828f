# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A finding that the gate of the checks lets pass stops nothing later: each finding of a host that a
# lab can have, by a reason and by the requirements of the site, in check and in install.
lab_options='--base debian12 --servers 2 --agents 1'
deadline=1200

file=$console_home/ha-demo.yaml
strict=$console_home/strict.yaml
off=$console_home/off.yaml
umask 077
cd "$console_home" || fail 'no home'
answers >"$file"
journal() {
	/usr/bin/python3 -c 'import sqlite3, sys; print(*(r[0] for r in sqlite3.connect(sys.argv[1]).execute(sys.argv[2])), sep="\n")' \
		"$console_home/.local/state/rke2-wizard/ha-demo/journal.db" "$1"
}
untouched() {
	local host
	for host in ha-m1 ha-m2 ha-w1; do expect_not on $host 'test -e /etc/rancher -o -e /var/lib/rke2-wizard'; done
}

# What is wrong: code, check, limit; the host where it is so.
wrong='H-07 name - ha-w1
H-09 tools - ha-m1
H-10 arch - ha-w1
R-10 cpu 512 ha-m1
R-12 memory 64TiB ha-m1
R-14 disk-free 4096TiB ha-w1
R-18 exec - ha-m1
R-19 tmp-free - ha-w1
R-20 program-free - ha-m2
R-21 local-ports - ha-m1
R-22 clock - ha-w1
R-24 unique-name - ha-w1
R-27 default-route - ha-w1
R-28 networks - ha-m2
R-30 way-out - ha-w1
R-31 old-rke2 - ha-m2
R-32 other-kubernetes - ha-m2
R-37 nm-cloud-setup - ha-m2
R-40 cgroups - ha-m1
R-41 modules - ha-m2
R-42 apparmor - ha-m2'
mapfile -t codes < <(cut -d' ' -f1 <<<"$wrong")

# The limits of strict alone, or every check switched off.
site() {
	local code check needs host
	printf 'version: 1\nrequirements:\n'
	while read -r code check needs host; do
		[[ $1 = off || $needs != - ]] || continue
		case $check in clock) needs=1s ;; tmp-free | program-free) needs=1GiB ;; esac
		printf -- '- {check: %s, hosts: all, severity: %s, finding: %s, source: rules of the site' "$check" "$1" "$code"
		[[ $needs = - ]] || printf ', needs: %s' "$needs"
		printf '}\n'
	done <<<"$wrong"
}
site fail >"$strict"
site off >"$off"

# told CODE [HOST]: how often the last output lists it as a failure.
told() {
	grep -cE -- "\[FAIL\] $1 ([^:]*, )?${2-}.*: " "$wizard_out" || :
}
none_of_them() {
	local code
	for code in "${codes[@]}"; do expect_no_output "$code"; done
}
# What a try has left makes the host ours, and an earlier RKE2 there no stranger.
forget() {
	local host
	for host in ha-m1 ha-m2 ha-w1; do on $host rm -rf /var/lib/rke2-wizard /etc/rancher; done
	rm -rf "$console_home/.local/state"
}
# The installer cannot be fetched: what came so far was let pass by the checks, and by the run.
got_to_the_installer() {
	expect_exit 1
	expect_output '] I-'
	expect_no_output 'Stopped before any change was made.'
}

step 'all is wrong at once'
on ha-m1 mv /usr/bin/cmp /usr/bin/cmp.away
on ha-m1 'mount --bind /var/lib /var/lib && mount -o remount,bind,noexec /var/lib'
on ha-m1 systemd-run --quiet --unit=taken python3 -m http.server --bind 127.0.0.1 10248
on ha-m2 mkdir -p /var/lib/rancher/rke2/server/db/etcd
on ha-m2 'mount -t tmpfs -o size=1m tmpfs /usr/local && mount -t tmpfs -o size=1m tmpfs /opt'
on ha-m2 ip route add 10.42.7.0/24 via 192.168.205.1
for unit in k3s nm-cloud-setup; do
	on ha-m2 sh -c "cat >/etc/systemd/system/$unit.service" <<<$'[Service]\nExecStart=/bin/sleep infinity'
	on ha-m2 systemctl start $unit
done
on ha-w1 hostname ha-m1
on ha-w1 mount -t tmpfs -o size=1m tmpfs /tmp
on ha-w1 ip route del default
on ha-w1 sh -c 'echo "https_proxy=http://192.168.205.1:3128" >>/etc/environment'
on ha-w1 sh -c 'cat >/usr/local/bin/uname && chmod 755 /usr/local/bin/uname' <<'END'
#!/bin/sh
[ "$1" != -m ] || exec echo armv7l
exec /usr/bin/uname "$@"
END
on ha-w1 sh -c 'cat >/usr/local/bin/date && chmod 755 /usr/local/bin/date' <<'END'
#!/bin/sh
exec /usr/bin/date -d '+90 seconds' "$@"
END
on ha-m1 sh -c 'head -n 1 /proc/cgroups >/run/no-controllers && mount --bind /run/no-controllers /proc/cgroups'
on ha-m1 sh -c '[ ! -e /sys/fs/cgroup/cgroup.controllers ] || mount --bind /dev/null /sys/fs/cgroup/cgroup.controllers'
on ha-m2 find /usr/sbin /sbin -name apparmor_parser -exec mv {} {}.away ';' -quit
# A kernel with AppArmor, and of which no module is loaded or can be.
on ha-m2 sh -c 'mount -t tmpfs tmpfs /sys/module && mkdir -p /sys/module/apparmor/parameters &&
	echo Y >/sys/module/apparmor/parameters/enabled'
on ha-m2 sh -c 'mkdir -p /usr/local/bin && printf "#!/bin/sh\nexit 1\n" >/usr/local/bin/modprobe && chmod 755 /usr/local/bin/modprobe'
wait_until 20 on ha-m1 'ss -ltn sport = :10248 | grep -q LISTEN'
"$lab" release installer-404

step 'check: each of them fails, and none where the site has switched it off'
wizard check -f "$file" --only hosts --requirements "$strict"
expect_exit 4
declare -A count
while read -r code check needs host; do
	expect [ "$(told "$code" "$host")" -ge 1 ]
	count[$code]=$(told "$code")
done <<<"$wrong"
wizard check -f "$file" --only hosts --requirements "$off"
expect_exit 0
none_of_them

step 'install: stopped by each of them'
wizard install -f "$file" --yes --requirements "$strict"
expect_exit 4
untouched
for code in "${codes[@]}"; do expect_output "--override $code=REASON"; done

step 'install: the requirements of the site hold to the end'
others=()
for code in D-02 D-03 D-04 D-05 P-01 P-02 P-03 P-04 P-05 P-06; do
	others+=(--override "$code=this is about hosts")
done
wizard install -f "$file" --yes --requirements "$off" "${others[@]}"
got_to_the_installer
none_of_them
forget

step 'install: all reasons but one are not enough'
reasons=()
for code in "${codes[@]}"; do reasons+=(--override "$code=known on site"); done
wizard install -f "$file" --yes --requirements "$strict" "${others[@]}" "${reasons[@]:2}"
expect_exit 4
expect_output "to continue anyway, add: --override ${codes[0]}=REASON"

step 'install: with all of them it goes on, and nothing tells of them once more'
wizard install -f "$file" --yes --requirements "$strict" "${others[@]}" "${reasons[@]}"
got_to_the_installer
while read -r code check needs host; do
	expect [ "$(told "$code")" = "${count[$code]}" ]
	expect_output "$code is overridden: known on site"
	expect [ -n "$(journal "select text from event where kind = 'override' and text = '$code: known on site'")" ]
done <<<"$wrong"

step 'a host without systemd does not report its services either: no reason is enough'
# Running units do not need the folder.
on ha-w1 mv /run/systemd/system /run/systemd/system.away
{ cat "$off"; echo '- {check: systemd, hosts: all, severity: off, finding: H-08, source: rules of the site}'; } >"$off.more"
wizard check -f "$file" --only hosts --requirements "$off.more"
expect_no_output H-08
wizard check -f "$file" --only hosts
expect_exit 4
expect_output '[FAIL] H-08 ha-w1: systemd is not running on this host.'
wizard install -f "$file" --yes --requirements "$strict" "${others[@]}" "${reasons[@]}"
expect_exit 4
expect_output '--override H-08=REASON'
