# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The wizard opens with a file of answers, is killed in the middle of typing, and continues there;
# in Chinese, on a terminal, with a password that is asked for once. Then an install that is killed
# is resumed from the first page.
lab_options='--base debian12'
deadline=900

state=$console_home/.local/state/rke2-wizard
umask 077
cd "$console_home" || fail 'no home'
mkdir keys && mv .ssh/id_* keys/
answers '/ha-w1/d' 's/ssh: .*/ssh: {user: ops}/' >answers.yaml
cp answers.yaml before.yaml

# shown N TEXT: so often on the terminal.
shown() { [[ $(grep -oF -- "$2" "$wizard_out" | wc -l) -eq $1 ]] || fail "not $1 times '$2'"; }

step 'killed while a host is typed'
PTY=1 converse --plain -f answers.yaml --lang en <<'END'
Password of ops on => lab-ops
Command, or Enter to continue:  => a
Name:  => ha-w1
Address:  => 192.168.205.88
Role: server or agent [agent]:  =>
Login user [ops]:  => ^KILL
END
expect_exit 137
expect_no_output lab-ops
expect grep -q 'name: ha-w1, address: 192.168.205.88, role: agent' "$state/ha-demo/draft.yaml"
expect cmp answers.yaml before.yaml
expect_not grep -rq lab-ops "$state"

step 'it goes on there, in Chinese, and is killed while it installs'
"$lab" fault ha-m2 start-delay 3
PTY=1 converse --plain -f answers.yaml --lang zh_CN <<'END'
上的密码： => lab-ops
! 192.168.205.88
命令，或按回车继续： =>
! 3/8 DNS 检查
命令，或按回车继续： =>
! 4/8 环境要求
命令，或按回车继续： =>
token（回车保留现有的）： =>
用空格分隔： =>
true 或 false [true]： => false
RKE2 版本，可留空 [v1.26.12+rke2r1]： =>
yes 或 no [no]： =>
输入 install 开始安装： => install
! 7/8 安装
ha-m2    … => ^KILL
END
expect_exit 137
shown 1 上的密码
expect cmp answers.yaml before.yaml
expect grep -q 'servers-run-workloads: false' "$state/ha-demo/draft.yaml"

step 'the first page offers to resume; look and start over do nothing by themselves'
PTY=1 converse --plain --lang en <<'END'
! Unfinished install of ha-demo from 
Choice [1]:  => 2
! Last run, started at
Choice [1]:  => 3
Type ha-demo to discard its draft:  => ha-dem
! Nothing was discarded.
Choice [1]:  => 1
Password of ops on => lab-ops
Write the administrator's kubeconfig to [ha-demo.kubeconfig]:  => -
Make a support bundle [no]:  =>
END
expect_exit 0
shown 1 'Password of ops on'
expect_output 'The cluster is up.'
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
expect [ ! -e ha-demo.kubeconfig ]

step 'what is through is not offered any more'
PTY=1 converse --plain --lang en <<'END'
1 continue with ha-demo, saved => ^C
END
expect_exit 130
expect_no_output 'Unfinished install'
