# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Step 5 on its screen: the list of releases comes from the channel server while the step is open, a
# version is taken from it; without the server the reason stands there and a version is typed. The
# advanced settings are folded away, judged as they are left, and on the hosts at the end.
lab_options='--base debian12 --servers 1 --agents 0'
deadline=900

state=$console_home/.local/state/rke2-wizard
file=$console_home/ha-demo.yaml
umask 077
cd "$console_home" || fail 'no home'
answers '/^rke2:/d' >"$file"

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

step 'no list: the reason, and a version that is typed; the advanced settings'
"$lab" release channel-down
on_screens --lang en --accept-new-host-keys -f "$file" <<'END'
1/8 & Next continues with => Next
2/8 & [ OK ] & !blocked => Next
3/8 & !blocked => Next
4/8 & !blocked => Next
5/8 & no list of releases: HTTP 503 & network canal, from get.rke2.io => "l"
Releases of RKE2 & no list of releases: HTTP 503 => "r"
Releases of RKE2 & no list of releases: HTTP 503 => Esc
5/8 => "a"
Pod network & Image registry => Tab "x" Tab
This must be canal, calico, cilium, flannel or none. => ^C
Save and quit => Enter
END
expect_exit 130
expect grep -q 'cni: canalx' "$state/ha-demo/draft.yaml"

step 'with the list: a version is taken, and it is installed with a proxy'
"$lab" release clear
on_screens --lang en -f "$file" <<'END'
Answers file & A-06 => Enter
1/8 & Next continues with => Next
5/8 & stable is v1.26.12+rke2r1 today => "l"
Releases of RKE2 & v1.36.4+rke2r1 & v1.34.1+rke2r1 => Down Down Down Down Enter
5/8 & RKE2 version => "a"
Pod network & canalx => Tab ^U "cilium" Tab Tab "http://builder:p%40ss%20w%2Frd%3A%25@192.168.205.3:8081" Tab
http://builder@192.168.205.3:8081 & its password is saved on this machine & !p%40 => Next
6/8 & cilium & http://builder@192 & !p%40 => ^C
Save and quit => Enter
END
expect_exit 130
expect_no_output 'p%40ss'
expect grep -q 'version: v1.34.1+rke2r1' "$state/ha-demo/draft.yaml"
expect grep -q 'cni: cilium' "$state/ha-demo/draft.yaml"
expect_not grep -q 'p%40\|p@ss' "$state/ha-demo/draft.yaml"
expect [ "$(stat -c %a "$state/ha-demo/proxy-password")" = 600 ]

step 'the command takes up what the screens left'
wizard install -f "$state/ha-demo/draft.yaml" --yes "${past_checks[@]}"
expect_exit 0
expect on ha-m1 grep -qx 'cni: cilium' /etc/rancher/rke2/config.yaml
expect on ha-m1 grep -qxF 'HTTPS_PROXY=http://builder:p%40ss%20w%2Frd%3A%25@192.168.205.3:8081' /etc/default/rke2-server
expect on ha-m1 /usr/local/bin/rke2 --version
