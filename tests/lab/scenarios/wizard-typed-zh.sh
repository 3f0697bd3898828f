# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The wizard in Chinese from an empty start: everything is typed, to four Ready nodes. The name of the
# cluster cannot be Chinese, a list is pasted with its Chinese remark, and the token is typed.
lab_options='--base mixed'
deadline=900

umask 077
cd "$console_home" || fail 'no home'
: >"$console_home/.ssh/known_hosts"

step '从空白到 Ready'
screens --lang zh_CN --timeout 300 <<END
1/8 & 欢迎 & 新建集群 => Tab ^U "生产集群" Enter
生产集群 & 只能用小写字母、数字和连字符 & 无法继续：集群需要一个名称 => ^U "ha-demo" Enter
2/8 & 还没有主机 & 无法继续 => a
主机 & 名称 & sudo 密码文件 & F1 => "ha-m1" Enter "192.168.205.85" ^X
主机 & [____ => "ha-m2" Enter "192.168.205.860" Enter
主机 & 此处应为 => BackTab ^U "192.168.205.86" ^S
新的主机密钥 & ha-m1 & ha-m2 & 全部信任 => Left Enter
2/8 & ha-m1 & ha-m2 & [ OK ] & !无法继续 => p
粘贴列表 & ha-w1 => paste"# 第三台 server 和一台 agent|ha-m3 192.168.205.87 server|ha-w1 192.168.205.88 agent auto"
导入列表 & ha-w1  192.168.205.88  auto  agent => Enter
新的主机密钥 & ha-m3 & ha-w1 & 全部信任 => Left Enter
2/8 & server：3 台（最多可容忍 1 台故障），agent：1 台。 & auto & !无法继续 => Next
3/8 & DNS 检查 & 集群注册地址（域名） [_ => "$domain" Enter
3/8 & 该域名解析到所有 server。 & !无法继续 => Next
4/8 & 环境要求 & !无法继续 => Next
5/8 & 集群设置 & token => Tab Tab
5/8 & 生成 & t 输入 => t
保留 & 保持不变 => "bad token" Enter
token 无效：其中有空白字符。 => Enter t
保留 & 保持不变 & !空白字符 => "typed-secret-of-thirty-two-chars" Enter
5/8 & 32 个字符 => Next
6/8 & 确认 & ha-w1 & auto@192.168.205.88 => Next
输入 install 开始 => "install" Enter
7/8 & 安装 =>
7/8 & 完成。 & !无法继续 => Enter
8/8 & 集群已就绪。 & ha-demo.kubeconfig => ^U "~/admin.conf" Enter
8/8 & 验证成功： & 其中 4 个 & Ready。 & 结束 => Enter
END
typed_install
expect_output '集群已就绪。'
