# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2016,SC2034,SC2154
# The wizard meets hosts that another console is working on: it says who that is, leaves them when told
# so, and takes them over when told so, line by line and on the screens. The other gives way.
lab_options='--base debian13 --servers 1 --agents 1'
deadline=600

umask 077
cd "$console_home" || fail 'no home'
answers >answers.yaml
# Other consoles: another home of each, so another journal and another name.
export PROGRAM=$wizard_program
for name in carol dave; do
	mkdir -p "$console_home/$name"
	printf '#!/bin/sh\nexport XDG_STATE_HOME=$HOME/%s USER=%s\nexec "$PROGRAM" "$@"\n' $name $name \
		>"$scenario_tmp/$name"
	chmod 755 "$scenario_tmp/$name"
done
# at_work WHO: a console that waits for the agent, which takes its time.
at_work() {
	on ha-w1 'systemctl stop rke2-agent 2>/dev/null || true'
	"$lab" fault ha-w1 start-delay 45
	begin -f answers.yaml --yes "${past_checks[@]}"
	wait_until 90 says 'ha-w1  join as agent: started'
}
# gave_way OWNER: the console that was at work lost the hosts to somebody.
gave_way() {
	ends_with 1
	says "L-02 " || fail 'it does not say why'
	says "$1@$(uname -n) (process " || fail "it does not name $1"
}

step 'line by line: left alone, then taken over'
at_work
wizard_program=$scenario_tmp/carol
converse --plain --lang en -f answers.yaml <<'END'
! == 2/8
Command, or Enter to continue:  =>
! == 3/8
Command, or Enter to continue:  =>
! == 4/8
Command, or Enter to continue:  =>
Token (Enter =>
separated by blanks =>
true or false [true]:  =>
RKE2 version, or empty =>
* Release channel =>
yes or no [no]:  =>
Type install to start:  => install
! has been working on this host since 20
Take the hosts over [no]:  =>
! L-01
r try again
Command:  => r
! has been working on this host since 20
Take the hosts over [no]:  => yes
! Done.
Write the administrator's kubeconfig to [ha-demo.kubeconfig]:  => -
Make a support bundle [no]:  =>
END
expect_exit 0
expect_output "root@$(uname -n) (process $begun_pid)"
expect_output 'The cluster is up.'
gave_way carol
expect nodes_ready ha-m1 ha-w1
expect_not on ha-m1 'ls /run/rke2-wizard* 2>/dev/null | grep .'

step 'on the screens'
wizard_program=$PROGRAM
at_work
wizard_program=$scenario_tmp/dave
screens --lang en -f answers.yaml <<END
$screens_to_install
Another console is working on these hosts & root@ & Take over & Cancel => Left Enter
7/8 & Done. & !blocked => Enter
8/8 & The cluster is up. => ^C
Save and quit => Enter
END
expect_exit 0
gave_way dave
expect nodes_ready ha-m1 ha-w1
