# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Failures on screen 7: the reason and the fix are on the screen of 80x24, r resumes. The installer
# fails, a server has another token, a host dies in the middle, an agent is skipped; ^C and its
# three choices, ^Z and back.
lab_options='--base mixed'
deadline=900

umask 077
export SCREENS_SECONDS=170
cd "$console_home" || fail 'no home'
answers >ha-demo.yaml

own_token=/etc/rancher/rke2/config.yaml.d/99-own.yaml

step 'the installer fails on a server, another server has a token of its own, an agent dies'
"$lab" fault ha-m2 installer-fail 'unpacking tarball' 5
on ha-m3 "mkdir -p ${own_token%/*} && echo 'token: something-else' >$own_token"
printf 'version: 1\nrequirements:\n- {check: own-files, hosts: all, severity: warn, finding: R-49, source: a test}\n' >own.yaml
screens_begin --lang en --timeout 40 --requirements own.yaml -f ha-demo.yaml <<END
$screens_to_install
7/8 & [HELD] & [FAIL] I-20 ha-m2: & status 5: & Fix: & Failed. r resumes => c
Commands & ssh -p 22 root@192.168.205.86 tail & stage.log & /var/lib/rke2-wizard/stage.sh => Esc
7/8 & [FAIL] I-20 ha-m2: & Failed. => Down
7/8 & [FAIL] I-34 ha-m3: The server rejects & !I-20 => l
Log & ha-m3 & /etc/rancher/rke2/config.yaml => Esc
7/8 & Failed. r resumes => f
7/8 & [FAIL] I-20 ha-m2: & Failed. & @installer-works => r
7/8 & [FAIL] I-34 ha-m3: The server rejects the token & !I-20 & Fix: & Failed. r resumes & [HELD] => s
7/8 & This is possible when the servers are up and only agents are missing. & @token-is-right => r
7/8 & ha-m3  server   3/3 Ready & ha-w1  agent    3/3 starting => Down Down Down
7/8 & [FAIL] & ha-w1 & agents are missing. & s skips them & Fix: => s
Skip agents & Skip them & Cancel => Left Enter
8/8 & The servers are up. & [SKIP] missing => ^P
7/8 & agents are missing. & @agent-is-back => r
7/8 & Done. & !blocked & !FAIL => Enter
8/8 & The cluster is up. & !SKIP => ^C
Save and quit => Enter
END

wait_until 180 screen_seen 'Commands &'
"$lab" fault ha-m2 clear
"$lab" fault ha-w1 start-delay 20
screens_go installer-works
wait_until 180 screen_seen '[FAIL] I-34 ha-m3: The server rejects the token & !I-20'
on ha-m3 rm "$own_token"
screens_go token-is-right
wait_until 180 screen_seen "ha-w1  agent    3/3 starting"
"$lab" power-off ha-w1
wait_until 180 screen_seen 'Skip agents &'
"$lab" fault ha-w1 clear
"$lab" power-on ha-w1
wait_until 60 on ha-w1 systemctl is-active --quiet ssh
screens_go agent-is-back
screens_end
expect_exit 0
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
