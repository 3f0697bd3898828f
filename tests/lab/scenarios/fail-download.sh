# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Each failure of the download of RKE2 has a finding of its own, and none of them disturbs a later
# run. No way out, a missing, empty or wrong installer, a missing, cut or damaged release, a full
# disk, a silent channel server.
lab_options='--base mixed --servers 1 --agents 1'

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"
# fails HOST CODE TEXT: an install ends so.
fails() {
	wizard install -f "$file" --yes "${past_checks[@]}"
	expect_exit "${4:-1}"
	expect_output "[FAIL] $2 $1: $3"
	expect_not on ha-m1 'test -e /var/lib/rancher/rke2/server'
}

step 'the installer'
"$lab" release installer-404
fails ha-m1 I-10 'The RKE2 installer could not be downloaded: curl: (22) The requested URL returned error: 404'
expect_output '[FAIL] I-10 ha-w1:'
"$lab" release installer-empty
fails ha-m1 I-11 'The downloaded RKE2 installer is empty.'
"$lab" release installer-html
fails ha-m1 I-12 'The response from https://get.rke2.io is not the RKE2 installer.'
"$lab" release down
fails ha-m1 I-10 'The RKE2 installer could not be downloaded: curl: ('

step 'the line is out for a moment: the host tries again by itself'
begin -f "$file" --yes "${past_checks[@]}"
wait_until 60 journal_has ha-w1 rke2-wizard-stage 'once more in 4 s'
wait_until 60 journal_has ha-m1 rke2-wizard-stage 'once more in 4 s'
"$lab" release tarball-404
ends_with 1
expect says '[FAIL] I-16 ha-m1: The installer could not download RKE2: curl: (22)'
expect_not says 'I-10'

step 'the release'
"$lab" release tarball-404
fails ha-m1 I-16 'The installer could not download RKE2: curl: (22) The requested URL returned error: 404'
"$lab" release cut
fails ha-m1 I-16 'The installer could not download RKE2: curl: ('
"$lab" release checksum-wrong
fails ha-m1 I-14 'The RKE2 download is damaged: [ERROR]  download sha256 does not match'
"$lab" release clear

step 'the disk: of one host, where RKE2 and where the download goes'
"$lab" fault ha-m1 disk-full
fails ha-m1 I-15 'The disk of the host is full: tar: '
expect_output 'ha-w1  install RKE2: done'
"$lab" fault ha-m1 clear
"$lab" fault ha-m1 disk-full /tmp
fails ha-m1 I-15 'The disk of the host is full: '
"$lab" fault ha-m1 clear
on ha-m1 rm -rf /var/lib/rke2-wizard
"$lab" fault ha-m1 disk-full /var/lib
fails ha-m1 I-15 'The disk of the host is full: '
"$lab" fault ha-m1 clear

step 'the installer says no'
"$lab" fault ha-m1 installer-fail 'unpacking tarball' 5
fails ha-m1 I-20 'The RKE2 installer failed with status 5: [INFO]  unpacking tarball file to /usr/local'
"$lab" fault ha-m1 clear

step 'the channel server: nobody can reach it, then only a host'
rm -rf "$console_home/.local/state/rke2-wizard"
answers 's/^rke2: .*/rke2: {channel: stable}/' >"$file"
"$lab" release channel-down
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[FAIL] I-01 The version of channel stable could not be determined: '
expect_output 'Failed. No host was changed.'
"$lab" release clear
answers 's/^rke2: .*/rke2: {channel: staple}/' >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 2
answers 's/^rke2: .*/rke2: {channel: v1.99}/' >"$file"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[FAIL] I-02 There is no release channel v1.99.'
answers 's/^rke2: .*/rke2: {channel: stable}/' >"$file"
console ip route add unreachable 192.168.205.3
on ha-m1 ip route add unreachable 192.168.205.3
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 1
expect_output '[FAIL] I-01 The version of channel stable could not be determined: '
on ha-m1 ip route del unreachable 192.168.205.3

step 'all is well: the host finds out the version, and the install completes'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'version v1.26.12+rke2r1'
expect nodes_ready ha-m1 ha-w1
