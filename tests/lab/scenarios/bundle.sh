# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The support bundle: by the command with a host that is off, and on the screens while an install
# runs. One that is interrupted leaves nothing.
lab_options='--base mixed'
deadline=900

file=$console_home/ha-demo.yaml
umask 077
cd "$console_home" || fail 'no home'
answers >"$file"

# on_screens [ARG…] <SCRIPT: presses keys on the wizard; see lib/screens.py.
on_screens() {
	cat >"$scenario_tmp/script"
	step "rke2-wizard $*"
	wizard_status=0
	console "$scenario_here/lib/screens.py" "$scenario_tmp/script" "$wizard_program" "$@" \
		>"$wizard_out" 2>"$wizard_err" </dev/null || wizard_status=$?
	echo "exit $wizard_status"
	sed 's/^/out| /' "$wizard_out"
	sed 's/^/err| /' "$wizard_err"
}

# unpack FILE: into $unpacked, anew.
unpacked=$scenario_tmp/unpacked
unpack() {
	rm -rf "$unpacked"
	mkdir "$unpacked"
	tar -xzf "$1" -C "$unpacked" || fail "$1 cannot be unpacked"
	(cd "$unpacked" && find . -type f | sort)
}
in_bundle() { grep -qF -- "$2" "$unpacked/ha-demo-bundle/$1" || fail "no '$2' in $1"; }

step 'before anything was installed'
wizard bundle -f "$file" -o first.tar.gz
expect_exit 0
unpack first.tar.gz
in_bundle journal.txt 'No such file'
in_bundle hosts/ha-m1/units.txt 'rke2-server'

step 'on the screens, while the install runs, and at its end'
on_screens --lang en --timeout 300 -f "$file" <<'END'
1/8 & Next continues with => Enter
2/8 & [ OK ] & !blocked => Next
3/8 & !blocked => Next
4/8 & !blocked => Next
5/8 & !blocked => Next
6/8 & Planned actions => Next
Type install to start => "install" Enter
7/8 & queued => "b"
7/8 & Support bundle: ha-demo-bundle- => Down
7/8 & !blocked => Next
8/8 & Bundle & ha-demo-bundle- & rke2-wizard bundle -f => ^C
Save and quit => Enter
END
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
made=(ha-demo-bundle-*)
expect [ "${#made[@]}" = 1 ]
unpack ha-demo-bundle-*.tar.gz
in_bundle journal.txt 'install, 2'
in_bundle bundle.txt 'in it'
expect_not grep -q MISSING "$unpacked/ha-demo-bundle/bundle.txt"

step 'by the command; a host is off'
"$lab" fault ha-m1 pod-crashes cloud-controller-manager 'exit: secret my-shared-secret is refused'
wait_until 10 on ha-m1 'ls /var/log/pods/kube-system_cloud-controller-manager-ha-m1_*/cloud-controller-manager/4.log'
"$lab" power-off ha-w1
wizard bundle -f "$file" -o b.tar.gz
expect_exit 0
expect_error '[FAIL] H-01 ha-w1: '
expect_output 'Written: b.tar.gz.'
expect [ "$(stat -c %a b.tar.gz)" = 600 ]
unpack b.tar.gz
in_bundle bundle.txt 'MISSING: 192.168.205.'
in_bundle journal.txt 'task join@ha-m2: done'
in_bundle journal.json '"outcome": "done"'
in_bundle answers.yaml 'name: ha-m2'
in_bundle versions.txt 'libssh2 '
in_bundle hosts/ha-m1/kubectl.txt 'ha-m2   Ready'
in_bundle hosts/ha-m1/kubectl.txt 'kube-system'
in_bundle hosts/ha-m2/journal-rke2-server.txt rke2
in_bundle hosts/ha-m1/journal-rke2-wizard-stage.txt 'the installer ended with status 0'
in_bundle hosts/ha-m1/system.txt 'MemTotal:'
in_bundle hosts/ha-m1/network.txt ':9345'
in_bundle hosts/ha-m1/config.txt 'token: [redacted]'
in_bundle hosts/ha-m1/containerd.txt 'username = "puller"'
in_bundle hosts/ha-m1/pods.txt '/cloud-controller-manager/4.log'
in_bundle hosts/ha-m1/pods.txt '/cloud-controller-manager/5.log'
in_bundle hosts/ha-m1/pods.txt 'exit: secret [redacted] is refused'
in_bundle hosts/ha-m1/pods.txt 'POD ID'
expect_not grep -rq registry-of-the-lab "$unpacked"
in_bundle hosts/ha-m1/config.txt rke2.demo.kingsd.top
expect_not test -e "$unpacked/ha-demo-bundle/hosts/ha-w1"
expect_not grep -rq my-shared-secret "$unpacked"
expect_not grep -rq -- '-----BEGIN [A-Z ]*PRIVATE KEY' "$unpacked"

step 'what is there is not overwritten by itself'
before=$(sha256sum b.tar.gz)
wizard bundle -f "$file" -o b.tar.gz
expect_exit 1
expect_error 'b.tar.gz exists; add --yes to overwrite it'
expect [ "$(sha256sum b.tar.gz)" = "$before" ]

step 'interrupted, and without a place'
on ha-m2 'printf "#!/bin/sh\ntouch /run/asked\nexec sleep 300\n" >/usr/local/sbin/timedatectl && chmod 755 /usr/local/sbin/timedatectl'
console "$wizard_program" bundle -f "$file" -o b.tar.gz --yes >"$wizard_out" 2>"$wizard_err" </dev/null &
pid=$!
wait_until 60 on ha-m2 test -e /run/asked
program=$(pgrep -f -- "^$wizard_program bundle -f $file" | head -n 1)
kill -INT "$program"
wizard_status=0
wait "$pid" || wizard_status=$?
expect_exit 130
expect [ "$(sha256sum b.tar.gz)" = "$before" ]
left=(b.tar.gz*)
expect [ "${#left[@]}" = 1 ]
wizard bundle -f "$file" -o /nowhere/b.tar.gz
expect_exit 1
expect_error 'B-01'

step 'a command on a host that hangs holds nothing up for long'
wizard bundle -f "$file" -o hangs.tar.gz
expect_exit 0
unpack hangs.tar.gz
in_bundle hosts/ha-m2/system.txt '[status 124]'
in_bundle hosts/ha-m2/config.txt rke2.demo.kingsd.top
