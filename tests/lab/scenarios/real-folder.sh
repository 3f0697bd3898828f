# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A server and an agent from a folder: archives of another version are refused before anything is
# changed, damaged ones are not placed. Then the install, and a reset of all, by RKE2's own
# script, after which nothing is left of it.
lab_options='--base debian12 --servers 1 --agents 1 --real standin'
real=yes

hosts=(ha-m1 ha-w1)
file=$console_home/answers.yaml
folder=/opt/rke2-own
images=/var/lib/rancher/rke2/agent/images
umask 077
# Names of files only: what a running system writes is left out.
picture() {
	local host
	for host in "${hosts[@]}"; do
		"$lab" changed "$host" var/log var/lib/systemd var/lib/dbus tmp var/tmp root run | sed "s|^|$host |"
		on "$host" 'systemctl list-units --all --no-legend --plain "rke2*"; ls -d /etc/rancher /var/lib/rancher /var/lib/rke2-wizard /run/rke2-wizard* 2>/dev/null'
	done
}
untouched() {
	local host
	for host in "${hosts[@]}"; do
		expect_not on "$host" 'ls -d /etc/rancher /var/lib/rancher /usr/local/bin/rke2 /var/lib/rke2-wizard 2>/dev/null | grep .'
	done
}

step 'another version than the one that is wanted'
case $version in v1.33.*) other=v1.32.9+rke2r1 ;; *) other=v1.33.4+rke2r1 ;; esac
answers "s/${version//./[.]}/$other/" >"$file"
wizard install -f "$file" --yes
expect_exit 4
expect_output '[FAIL] R-47 ha-m1, ha-w1: The files in the folder /opt/rke2-artifacts do not match: the tarball contains another version'
expect_output 'Stopped before any change was made.'
untouched

step 'an archive of images that is not of this release'
before=$(picture)
for host in "${hosts[@]}"; do on "$host" "mkdir $folder && ln -s /opt/rke2-artifacts/* $folder/"; done
archive=$(on ha-w1 "ls $folder | grep '^rke2-images' | head -n 1")
on ha-w1 "rm $folder/$archive && echo 'images of another release' >$folder/$archive"
answers "s|^source:.*|source: $folder|" >"$file"
wizard install -f "$file" --yes
expect_exit 3
expect_output '[FAIL] I-14 ha-w1: '
expect_not on ha-w1 "ls $images | grep ."
on ha-w1 "ln -sf /opt/rke2-artifacts/$archive $folder/$archive"

step 'the right ones'
wizard install -f "$file" --yes
expect_exit 0
wait_until 30 nodes_ready "${hosts[@]}"
for host in "${hosts[@]}"; do
	expect on "$host" "cmp -s /opt/rke2-artifacts/$archive $images/$archive"
	on "$host" rm -r "$folder"
done

step 'the reset of all'
wizard reset -f "$file" --confirm ha-demo
expect_exit 0
after=$(picture)
expect diff <(echo "$before") <(echo "$after")
