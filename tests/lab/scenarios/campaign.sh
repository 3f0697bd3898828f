# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Six installs that are disturbed at random moments, and resumed: each ends with the same cluster. The
# whole of it: tests/lab/campaign --runs 200.
lab_options='none'
deadline=1800

RW_WIZARD=$wizard_program "$scenario_here/campaign" --runs 6 --seed "${RW_SEED:-1}" || fail 'not every run ended as it must'
