# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The DNS screen while the records are wrong: the slip of the document, a name that leads to an agent
# in place of a server, blocks Next; when the records are corrected it lets go without a key.
lab_options="--base debian12 --dns agent"
deadline=600

umask 077
cd "$console_home" || fail 'no home'
answers >ha-demo.yaml

step 'AGENT and MISS block; the correction unblocks'
screens_begin --lang en -f ha-demo.yaml <<'END'
1/8 & Next continues with => Enter
2/8 & ha-w1 & [ OK ] & !blocked => Next
3/8 & MISS & AGENT & blocked: 1 problem to solve & [FAIL] D-04 ha-m1: The name & Delete the record =>
3/8 & The name resolves to all servers. & !blocked & !AGENT & !MISS => Next
4/8 & Requirements => ^C
Save and quit => Enter
END
wait_until 60 screen_seen 'D-04 ha-m1'
"$lab" dns all
screens_end
expect_exit 130

step 'the pictures'
expect grep -E '192\.168\.205\.88 +ha-w1 +agent +\[FAIL\] AGENT' "$wizard_out"
expect grep -E '192\.168\.205\.85 +ha-m1 +server +\[FAIL\] MISS' "$wizard_out"
expect grep -E 'Delete the record' "$wizard_out"
