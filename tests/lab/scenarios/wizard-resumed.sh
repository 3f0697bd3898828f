# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The wizard on its screens is killed while it installs, twice: the first screen offers to resume,
# in both languages, and screen 7 continues where the hosts are.
lab_options='--base mixed'
deadline=600

umask 077
export SCREENS_SECONDS=90
cd "$console_home" || fail 'no home'
answers >ha-demo.yaml
"$lab" fault ha-m2 start-delay 8
"$lab" fault ha-m3 start-delay 30
founded() { on ha-m1 journalctl -u rke2-server -o cat --no-pager | grep -c 'Managed etcd cluster initializing'; }

step 'killed while the second server joins'
screens --lang en -f ha-demo.yaml <<END
$screens_to_install
7/8 & > ha-m1  Ready & ha-m2  server   3/3 & !ha-m2  Ready => ^KILL
END
expect_exit 137

step 'in Chinese: offered, resumed with what is done, and killed while the third server joins'
screens --lang zh_CN <<'END'
1/8 & 欢迎 & 安装未完成 => Enter
未完成的安装 & 继续安装 & 重新开始 => Enter
7/8 & > ha-m1  Ready & ha-m2  Ready & ha-m3  server   3/3 & !ha-m3  Ready => ^KILL
END
expect_exit 137

step 'in English, to the end'
screens --lang en <<'END'
1/8 & unfinished install => Enter
Unfinished install of ha-demo from & Resume => Enter
7/8 & ha-m1  Ready & [DONE] & !blocked => Next
8/8 & The cluster is up. => ^C
Save and quit => Enter
END
expect_exit 0
expect [ "$(founded)" = 1 ]
one_cluster ha-demo.yaml

step 'what is through is not offered any more'
screens --lang en <<'END'
1/8 & Welcome & !unfinished => ^C
Save and quit => Enter
END
expect_exit 130
