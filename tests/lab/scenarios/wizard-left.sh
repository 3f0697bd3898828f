# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Ways out of a running install on screen 7, from a shell as a user has it: ^Z and fg, ^C and its three
# choices. None of them stops what hosts have begun, and the cluster is whole in the end.
lab_options='--base mixed'
deadline=600

umask 077
export SCREENS_SECONDS=90
cd "$console_home" || fail 'no home'
answers >ha-demo.yaml
"$lab" fault ha-m1 start-delay 6
"$lab" fault ha-m2 start-delay 8

step 'stopped and back, stayed, stopped after the step that runs, and left'
program=$wizard_program wizard_program=/bin/bash
screens --norc --noprofile -i <<END
bash- => "$program --lang en -f ha-demo.yaml" Enter
$screens_to_install
7/8 & ha-m1 & queued => ^Z
Stopped & !queued => "fg" Enter
7/8 & queued & kubectl get nodes => ^C
The install is running & Keep watching & Leave it running & Stop after this step => Enter
7/8 & queued & !Keep watching => ^C
Keep watching => Right Right Enter
7/8 & Stopped. r resumes & [STOP] => ^C
Save and quit & Stay here => Enter
To continue: rke2-wizard -f & bash- => "exit" Enter
END
wizard_program=$program
expect_exit 130
expect_output 'To continue: rke2-wizard -f'
expect_not on ha-m2 systemctl is-active --quiet rke2-server

step 'it goes on from there, and is left running'
screens --lang en -f ha-demo.yaml <<'END'
1/8 & unfinished install => Enter
Unfinished install of ha-demo from & Resume => Enter
7/8 & > ha-m1  Ready & ha-m2  server   3/3 & !ha-m2  Ready => ^C
Leave it running => Right Enter
END
expect_exit 130
expect_output 'To continue: rke2-wizard -f'
wait_until 60 on ha-m2 systemctl is-active --quiet rke2-server

step 'to the end'
screens --lang en -f ha-demo.yaml <<'END'
1/8 & unfinished install => Enter
Unfinished install of ha-demo from & Resume => Enter
7/8 & Done. & !blocked => Enter
8/8 & The cluster is up. => ^C
Save and quit => Enter
END
expect_exit 0
one_cluster ha-demo.yaml
