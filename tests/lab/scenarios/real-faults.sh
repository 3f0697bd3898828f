# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# First servers that cannot start, one cause after the other: each is named, with the words of who
# failed, and after the repair the same host founds the cluster. A port in use, an argument that the
# kubelet does not know, an image of the sandbox that is nowhere, a disk that is full while
# images are imported.
lab_options='--base debian12 --servers 1 --agents 0 --real standin'
real=yes

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
# named PATTERN: the install fails with a finding of this kind, and soon.
named() {
	local began=$SECONDS code
	wizard install -f "$file" --yes "${past_checks[@]}"
	expect_exit 1
	expect grep -qE "^\[FAIL\] $1" "$wizard_out"
	code=$(grep -oE "^\[FAIL\] $1" "$wizard_out" | head -n 1 | cut -d' ' -f2)
	printf 'named    %-40s %4d s\n' "$code ha-m1" "$((SECONDS - began))"
	((SECONDS - began <= 90 * pace)) || fail "it took $((SECONDS - began)) s"
}
# anew: as it was before RKE2 was put on it.
anew() {
	on ha-m1 'systemctl disable --now rke2-server; rke2-uninstall.sh' >/dev/null 2>&1
	expect_not on ha-m1 'ls -d /etc/rancher /var/lib/rancher/rke2 2>/dev/null | grep .'
}

step 'a port that somebody else has'
on ha-m1 'systemd-run --quiet --unit=somebody python3 -m http.server 6443'
wait_until 10 on ha-m1 "ss -ltn | grep -q ':6443 '"
wizard install -f "$file" --yes
expect_exit 4
expect grep -qE '^\[FAIL\] (P-03|R-21) ha-m1: 6443' "$wizard_out"
expect_output 'Stopped before any change was made.'
on ha-m1 systemctl stop somebody

step 'an argument that the kubelet does not know'
own ha-m1 'kubelet-arg: [no-such-flag=1]'
[[ $kind == real ]] || "$lab" fault ha-m1 kubelet-exit 'failed to parse kubelet flag: unknown flag: --no-such-flag'
named 'I-80 ha-m1: .*unknown flag: --no-such-flag'
"$lab" fault ha-m1 clear
anew

step 'an image of the sandbox that is nowhere'
own ha-m1 'pause-image: registry.example.com/lab/pause:1'
[[ $kind == real ]] || "$lab" fault ha-m1 sandbox-fails 'failed to get sandbox image "registry.example.com/lab/pause:1": failed to pull image: pull access denied, repository does not exist or may require authorization'
named 'I-8[0-9] ha-m1: .*registry\.example\.com/lab/pause:1'
"$lab" fault ha-m1 clear
anew

step 'a disk that is full while images are imported'
if [[ $kind == real ]]; then
	on ha-m1 'mkdir -p /var/lib/rancher/rke2/agent/containerd && mount -t tmpfs -o size=200m lab-small /var/lib/rancher/rke2/agent/containerd'
else
	"$lab" fault ha-m1 image-import-fails 'write /var/lib/rancher/rke2/agent/containerd/io.containerd.content.v1.content/ingest/lab/data: no space left on device'
	"$lab" fault ha-m1 sandbox-fails 'failed to create snapshot: mkdir /var/lib/rancher/rke2/agent/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/new-1: no space left on device'
fi
named 'I-[0-9]+ ha-m1: .*no space left on device'
"$lab" fault ha-m1 clear
on ha-m1 'systemctl stop rke2-server; rke2-killall.sh; umount /var/lib/rancher/rke2/agent/containerd' >/dev/null 2>&1
anew

step 'the same host with nothing of this'
wizard install -f "$file" --yes
expect_exit 0
wait_until 30 nodes_ready ha-m1
