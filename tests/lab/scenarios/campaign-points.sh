# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The program dies at exact places where something is written, and is started again: each time the same
# cluster. One place in sixteen; all of them: tests/lab/campaign --failpoints.
lab_options='none'
deadline=1800

if grep -q RW_FAILPOINT_LOG "$wizard_program"; then
	RW_WIZARD=$wizard_program "$scenario_here/campaign" --failpoints --from 2 --every 16 ||
		fail 'not every run ended as it must'
else
	echo 'nothing to do: this program is built without --enable-failpoints'
fi
