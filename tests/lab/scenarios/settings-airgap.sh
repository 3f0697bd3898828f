# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Hosts without a way out: RKE2 comes from a folder on each of them, with the release server gone.
# What is missing in it is named for each host before anything is changed. Then the mirror in China,
# and a registry of one's own.
lab_options='--base mixed --servers 1 --agents 1'

file=$console_home/answers.yaml
log=$console_home/../release.log
version=v1.26.12+rke2r1
images=/var/lib/rancher/rke2/agent/images
umask 077
with() { { answers "${@:2}" && printf '%s\n' "$1"; } >"$file"; }
arch=$(on ha-m1 uname -m)
case $arch in x86_64) arch=amd64 ;; aarch64) arch=arm64 ;; esac

step 'the folder is filled by hand'
for host in ha-m1 ha-w1; do
	on $host "mkdir -p /opt/rke2-artifacts && cd /opt/rke2-artifacts &&
		curl -fsS -o install.sh https://get.rke2.io &&
		for name in sha256sum-$arch.txt rke2.linux-$arch.tar.gz rke2-images.linux-$arch.tar.zst; do
			curl -fsSOL https://github.com/rancher/rke2/releases/download/${version/+/%2B}/\$name || exit; done"
done
"$lab" release down
with 'source: /opt/rke2-artifacts'

step 'what is missing is named, on which host, and nothing is changed'
on ha-w1 "cd /opt/rke2-artifacts && mkdir away && mv rke2-images.linux-$arch.tar.zst install.sh away/"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 4
expect_output "[FAIL] R-46 ha-w1: Files are missing in the folder /opt/rke2-artifacts: install.sh, rke2-images.linux-$arch.tar.zst."
expect_no_output 'R-46 ha-m1'
expect_no_output 'R-30'
for host in ha-m1 ha-w1; do
	expect_not on $host 'ls -d /etc/rancher /var/lib/rancher /usr/local/bin/rke2 /var/lib/rke2-wizard 2>/dev/null | grep .'
done
on ha-w1 'cd /opt/rke2-artifacts && mv away/* . && cp rke2.linux-*.tar.gz away/ && echo x >>rke2.linux-'"$arch"'.tar.gz'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 4
expect_output '[FAIL] R-47 ha-w1: The files in the folder /opt/rke2-artifacts do not match: the SHA-256 checksum of the tarball'
on ha-w1 'cd /opt/rke2-artifacts && mv -f away/* .'
with 'source: /opt/rke2-artifacts' 's/v1.26.12+rke2r1/v1.27.16+rke2r2/'
wizard check -f "$file" --only hosts
expect_output '[FAIL] R-47 ha-m1, ha-w1: The files in the folder /opt/rke2-artifacts do not match: the tarball contains another version'

step 'the install, with nobody to ask; images that are damaged are not placed'
with 'source: /opt/rke2-artifacts'
on ha-w1 "cd /opt/rke2-artifacts && cp rke2-images.linux-$arch.tar.zst away/ && echo x >>rke2-images.linux-$arch.tar.zst"
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 3
expect_output 'I-14'
expect_not on ha-w1 "ls $images | grep ."
on ha-w1 'cd /opt/rke2-artifacts && mv -f away/* .'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect nodes_ready ha-m1 ha-w1
for host in ha-m1 ha-w1; do
	expect on $host "cmp -s /opt/rke2-artifacts/rke2-images.linux-$arch.tar.zst $images/rke2-images.linux-$arch.tar.zst"
	expect [ "$(on $host ls -A $images)" = "rke2-images.linux-$arch.tar.zst" ]
	expect_not on $host test -e /var/lib/rke2-wizard
done
expect journal_has ha-m1 rke2-server "Imported images from $images/rke2-images.linux-$arch.tar.zst"
expect_not journal_has ha-m1 rke2-server 'Pulling runtime image'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'No host had to be changed.'

step 'the mirror in China, with images from a registry'
"$lab" release clear
for host in ha-w1 ha-m1; do on $host rke2-uninstall.sh >/dev/null 2>&1; done
rm -rf "$console_home/.local/state"
: >"$log"
with 'source: rancher-mirror.rancher.cn
registry: {system-default-registry: registry.example.com}'
wizard plan -f "$file"
expect_output '| system-default-registry: registry.example.com'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect nodes_ready ha-m1 ha-w1
expect grep -qE '\.85 GET https://rancher-mirror\.rancher\.cn/rke2/install\.sh' "$log"
expect grep -qE "\.86 GET https://rancher-mirror\.rancher\.cn/rke2/releases/download/v1\.26\.12-rke2r1/rke2\.linux-$arch\.tar\.gz" "$log"
expect_not grep -qE '(get\.rke2\.io|github\.com|docker\.io)' "$log"
expect on ha-m1 grep -qx 'system-default-registry: registry.example.com' /etc/rancher/rke2/config.yaml
expect_not on ha-w1 grep -q registry /etc/rancher/rke2/config.yaml
expect journal_has ha-m1 rke2-server 'Pulling runtime image registry.example.com/rancher/rke2-runtime'
expect journal_has ha-w1 rke2-agent 'Pulling runtime image registry.example.com/rancher/rke2-runtime'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 0
expect_output 'No host had to be changed.'

step 'a registry that the answers do not name any more is not taken away in silence'
with 'source: rancher-mirror.rancher.cn'
wizard install -f "$file" --yes "${past_checks[@]}"
expect_exit 4
expect_output 'H-18 ha-m1'
expect_output 'system-default-registry'
