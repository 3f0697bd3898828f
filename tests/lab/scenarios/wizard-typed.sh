# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The wizard on its screens from an empty start: everything is typed, to four Ready nodes.
# Hosts one by one and by a pasted list, a value that is wrong, the name, a token that is wrong first.
lab_options='--base mixed'
deadline=900

umask 077
cd "$console_home" || fail 'no home'
: >"$console_home/.ssh/known_hosts"

step 'from nothing to Ready'
screens --lang en --timeout 300 <<END
1/8 & Welcome & New cluster => Tab ^U "Ha_Demo" Enter
Ha_Demo & Lower-case letters, digits and hyphens & blocked: the cluster needs a name => ^U "ha-demo" Enter
2/8 & There is no host yet & blocked => a
Host & Name & sudo password file & F1 => "ha-m1" Enter "192.168.205.85" ^X
Host & [____ => "ha-m2" Enter "192.168.205.860" Enter
Host & This must be => BackTab ^U "192.168.205.86" ^S
New host keys & ha-m1 & ha-m2 & Trust all => Left Enter
2/8 & ha-m1 & ha-m2 & [ OK ] & !blocked => p
Paste list & ha-w1 => paste"ha-m3 192.168.205.87 server|ha-w1 192.168.205.86 agent auto"
Import list & Servers: 1, agents: 1. => Enter
New host key & ha-m3 & Trust it => Left Enter
2/8 & Servers: 3 & [FAIL] W-08 ha-w1 & already used & blocked => p
Paste list & ha-w1 => paste"ha-w1 192.168.205.88 worker auto"
Import list & replaces an existing entry => Enter
New host key & ha-w1 & Trust it => Left Enter
2/8 & Servers: 3 (may fail: 1), agents: 1. & auto & !blocked => Next
3/8 & DNS check & Registration name [_ => "$domain" Enter
3/8 & The name resolves to all servers. & !blocked => Next
4/8 & Requirements & !blocked => Next
5/8 & Cluster settings & Token => Tab Tab
5/8 & Generate & t Type => t
Token & Keep it & Leave it unchanged => "bad token" Enter
The token is not valid: it contains white space. & character 4 => Enter t
Token & Keep it & !white space => "typed-secret-of-thirty-two-chars" Enter
5/8 & 32 characters => Next
6/8 & Review & ha-w1 & auto@192.168.205.88 => Next
Type install to start => "install" Enter
7/8 & Install => 
7/8 & Done. & !blocked => Enter
8/8 & The cluster is up. & ha-demo.kubeconfig => ^U "~/admin.conf" Enter
8/8 & It works: & 4 nodes, 4 Ready & Finish => Enter
END
typed_install
expect_output 'The cluster is up.'
