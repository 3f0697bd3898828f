# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# A proxy that a host's logins use is used for the download too, and its password is in no argument.
# There is no proxy in the lab: that nothing comes through it shows that it was asked.
lab_options='--base debian12 --servers 1 --agents 0'

answers >"$console_home/answers.yaml"
chmod 600 "$console_home/answers.yaml"

step 'a proxy that does not answer'
on ha-m1 "echo 'https_proxy=http://user:Pr0xy-secret@192.168.205.3:3128' >>/etc/environment"
wizard install -f "$console_home/answers.yaml" --yes
expect_exit 4
expect_output '[FAIL] R-30 ha-m1: The host cannot reach https://get.rke2.io: '
expect_output 'Proxy of the host: 192.168.205.3:3128.'
expect_no_output 'Pr0xy-secret'
wizard install -f "$console_home/answers.yaml" --yes --override 'R-30=to see the installer fail'
expect_exit 1
expect_output 'R-30 is overridden: to see the installer fail'
expect_output 'I-10'
expect_output '192.168.205.3'
expect_no_output 'Pr0xy-secret'

step 'an address that needs no proxy'
on ha-m1 "echo 'NO_PROXY=\"get.rke2.io,github.com,index.docker.io,objects.githubusercontent.com\"' >>/etc/environment"
wizard install -f "$console_home/answers.yaml" --yes
expect_exit 0
expect nodes_ready ha-m1
expect [ "$(on ha-m1 stat -c %a /usr/local/bin/rke2)" = 755 ]
expect_not on ha-m1 "journalctl --no-pager -o export | grep -aF Pr0xy-secret"
