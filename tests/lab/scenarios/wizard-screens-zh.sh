# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The wizard on its screens in Chinese, from an answers file to four Ready nodes and a kubeconfig that
# works; on a wide terminal, with the language changed on the way and back.
lab_options='--base mixed'
deadline=900

umask 077
cd "$console_home" || fail 'no home'
: >"$console_home/.ssh/known_hosts"
answers >ha-demo.yaml
"$lab" fault ha-m1 start-delay 10

step 'to the install, which is left'
screens --lang zh_CN --timeout 300 -f ha-demo.yaml <<'END'
1/8 & 欢迎 & 下一步 > & 中文 => Enter
新的主机密钥 & 全部信任 & 逐个确认 & 全部拒绝 => Left Enter
2/8 & 主机与角色 & SHA256: & [ OK ] & !无法继续 => Next
3/8 & DNS 检查 & 该域名解析到所有 server。 & !无法继续 => Next
4/8 & 环境要求 & !无法继续 => ^G
4/8 & Requirements & [ Next > ] => ^G
4/8 & 环境要求 & [ 下一步 > ] => Next
5/8 & 集群设置 & 保存在本机 & !无法继续 => Next
6/8 & 确认 & 将在各主机上执行的操作 => Next
install & 暂不安装 => "install" Enter
7/8 & kubectl get nodes（实时） & 排队中 => l
日志 & … 正在创建集群 => Home
日志 & 写入 => Esc
7/8 & 排队中 => ^C
安装正在进行 & 继续跟踪 & 任其运行并退出 & 当前步骤后停止 => Right Enter
END
expect_exit 130
expect_output '所有内容都已保存。要继续，请运行：rke2-wizard -f'
expect_no_output my-shared-secret

step 'resumed, in the language that was chosen'
SCREENS_SIZE=40x120 screens --timeout 300 <<END
1/8 & 欢迎 & 安装未完成 => Enter
未完成的安装 & 继续安装 & 重新开始 => Enter
7/8 & 完成。 & !无法继续 => Next
8/8 & 集群已就绪。 & kubeconfig 写入 => Enter
8/8 & 验证成功：https://$domain:6443 列出 4 个节点，其中 4 个 Ready。 & 结束 => Enter
END
expect_exit 0
expect_output '集群已就绪。'
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
expect [ "$(stat -c %a ha-demo.kubeconfig)" = 600 ]
expect_no_output my-shared-secret
