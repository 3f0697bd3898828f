# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# script/run --demo opens the wizard with the cluster of its hosts filled in; Enter, Tab and the one
# word install lead to four Ready nodes and a kubeconfig that works.
lab_options='--base debian12'
deadline=900

umask 077
cd "$console_home" || fail 'no home'
demo=$scenario_here/../../script/run

step 'Enter, Tab, install'
# Outside of the lab's console: script/run goes there itself.
cat >"$scenario_tmp/script" <<'END'
1/8 & ha-demo & Next continues with => Enter
2/8 & ha-w1 & [ OK ] & !blocked => Next
3/8 & The name resolves to all servers. & !blocked => Next
4/8 & !blocked => Next
5/8 & v1.26.12+rke2r1 & !blocked => Next
6/8 & Planned actions => Next
Type install to start => "install" Enter
7/8 & Done. & !blocked => Enter
8/8 & The cluster is up. & ha-demo.kubeconfig => Enter
8/8 & It works: & 4 nodes, 4 Ready. => Enter
END
RW_WIZARD=$wizard_program "$scenario_here/lib/screens.py" "$scenario_tmp/script" "$demo" --demo --lang en \
	>"$wizard_out" 2>"$wizard_err" </dev/null
wizard_status=$?
sed 's/^/out| /' "$wizard_out"
sed 's/^/err| /' "$wizard_err"
expect_exit 0
expect_output 'The cluster is up.'
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1

step 'what is named is kept'
RW_WIZARD=$wizard_program "$demo" --demo nodes -f "$scenario_here/../../data/examples/ha-demo.yaml" \
	>"$wizard_out" 2>"$wizard_err" </dev/null
wizard_status=$?
expect_exit 0
expect_output ha-w1
