#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# shellcheck disable=SC2034 # much of this is for the scenarios
# The library of a scenario, and the frame it runs in: scenario.sh FILE. The
# runner gives the lab's name in $RW_LAB and a folder for logs in $RW_LAB_LOGS.
set -u
set -o pipefail

scenario_here=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab=$scenario_here/lab
domain=rke2.demo.kingsd.top
server_config='token: my-shared-secret
tls-san:
  - rke2.demo.kingsd.top'
scenario_tmp=$(mktemp -d)
trap 'rm -rf "$scenario_tmp"' EXIT
# With RKE2 itself, from a folder ($RW_LAB_REAL), everything takes longer, by this factor.
pace=${RW_LAB_PACE:-1}
wizard_program=${RW_WIZARD:-$(cd "$scenario_here/../.." && pwd)/rke2-wizard}
wizard_out=$scenario_tmp/stdout wizard_err=$scenario_tmp/stderr
wizard_status=0
console_home=${RW_LAB_DIR:-/var/lib/rke2-wizard-lab}/labs/$RW_LAB/console

# For scenarios about what comes after the checks: wizard install … "${past_checks[@]}".
past_checks=()
for code in D-02 D-03 D-04 D-05 D-06 D-09 D-10 D-11 D-12 D-13 P-01 P-02 P-03 P-04 P-05 P-06 \
	R-14 R-18 R-19 R-20 R-21 R-22 R-24 R-27 R-28 R-30 R-31 R-32 R-49 R-50; do
	past_checks+=(--override "$code=this is about what comes later")
done

step() { printf -- '--- %s   (%d s)\n' "$*" "$SECONDS"; }

fail() {
	[[ -z ${begun_out:-} ]] || sed 's/^/out| /' "$begun_out"
	[[ -z ${screens_pid:-} ]] || tail -n 60 "$wizard_out" | sed 's/^/out| /'
	printf 'FAILED (%s): %s\n' "$(scenario_place)" "$*"
	exit 1
}

# Where in the scenario file things stand.
scenario_place() {
	local frame
	for ((frame = 1; frame < ${#BASH_SOURCE[@]}; frame++)); do
		if [[ ${BASH_SOURCE[frame]} == "$scenario_file" ]]; then
			printf '%s:%s' "$(basename "$scenario_file")" "${BASH_LINENO[frame - 1]}"
			return
		fi
	done
}

# on HOST CMD…: CMD as root inside the host; one word is taken as a shell command.
on() {
	local host=$1
	shift
	if (($# == 1)); then set -- sh -c "$1"; fi
	"$lab" exec "$host" -- "$@"
}

console() { "$lab" console -- "$@"; }

# kubectl HOST ARGUMENT…: the real kubectl on that server.
kubectl() {
	local host=$1
	shift
	on "$host" env KUBECONFIG=/etc/rancher/rke2/rke2.yaml /var/lib/rancher/rke2/bin/kubectl "$@"
}

# wait_until SECONDS CMD…: polls; CMD may be any command or function. With RKE2 itself $pace times
# as long.
wait_until() {
	local seconds=$(($1 * pace)) until=$((SECONDS + $1 * pace))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < until)) || fail "not within $seconds s: $*"
		sleep 0.2
	done
}

# node_is NAME STATUS [VIA]: the node list of server VIA (ha-m1) says so.
node_is() {
	[[ $(kubectl "${3:-ha-m1}" get nodes --no-headers 2>/dev/null | awk -v n="$1" '$1 == n { print $2 }') == "$2" ]]
}

nodes_ready() {
	local name
	for name in "$@"; do node_is "$name" Ready || return 1; done
}

unit_is() {
	[[ $(on "$1" systemctl show -p ActiveState --value "$2") == "$3" ]]
}

journal_has() {
	on "$1" journalctl -u "$2" -o cat --no-pager | grep -qF -- "$3"
}

# answers [sed script…]: the lab's answers file, changed by sed -e.
answers() {
	local script edits=()
	for script in "$@"; do edits+=(-e "$script"); done
	"$lab" answers | sed -e '' "${edits[@]}"
}

# The program under test, in the console. Its input is $wizard_input or empty.
wizard() {
	step "rke2-wizard $*"
	wizard_status=0
	"$lab" console -- "$wizard_program" "$@" <"${wizard_input:-/dev/null}" \
		>"$wizard_out" 2>"$wizard_err" || wizard_status=$?
	echo "exit $wizard_status"
	sed 's/^/out| /' "$wizard_out"
	sed 's/^/err| /' "$wizard_err"
}

# The program under test in a conversation: standard input says what to see and what to type, see
# lib/converse.py. PTY=1: on a terminal.
converse() {
	local script=$scenario_tmp/conversation
	cat >"$script"
	step "rke2-wizard $*"
	wizard_status=0
	"$lab" console -- "$scenario_here/lib/converse.py" "$script" "$wizard_program" "$@" \
		</dev/null >"$wizard_out" 2>"$wizard_err" || wizard_status=$?
	echo "exit $wizard_status"
	sed 's/^/out| /' "$wizard_out"
	sed 's/^/err| /' "$wizard_err"
}

# An install in the background: begin ARG…; says TEXT, so far; ends_with STATUS.
begin() {
	step "rke2-wizard install $* &"
	begun_out=$scenario_tmp/begun
	: >"$begun_out"
	"$lab" console -- "$wizard_program" install "$@" </dev/null >"$begun_out" 2>&1 &
	begun_pid=$!
}
says() { grep -qF -- "$1" "$begun_out"; }
ends_with() {
	local status=0
	wait "$begun_pid" || status=$?
	[[ $status -eq $1 ]] || fail "exit status $status, not $1"
	sed 's/^/out| /' "$begun_out"
}

# killed_after TEXT ARG…: an install that is killed as soon as it has said TEXT.
killed_after() {
	local text=$1
	shift
	begin "$@"
	wait_until 90 says "$text"
	kill -KILL "$begun_pid"
	wait "$begun_pid" 2>/dev/null
	sed 's/^/out| /' "$begun_out"
	expect_not says 'Done.'
}

# one_cluster: however the install came about: one founder, one CA, on each server the same voters,
# nothing of ours left, RKE2 installed once on each host; the journal of these answers says done.
one_cluster() { # ANSWERS
	local host hosts=(ha-m1 ha-m2 ha-m3 ha-w1)
	wait_until 30 nodes_ready "${hosts[@]}"
	for host in "${hosts[@]}"; do
		expect_not on "$host" 'ls -d /var/lib/rke2-wizard /etc/rancher/rke2/config.yaml.d/50-* /etc/rancher/rke2/*rke2-wizard* /run/rke2-wizard-* 2>/dev/null | grep .'
		expect_not on "$host" 'systemctl list-units --all --plain --no-legend "rke2-wizard*" | grep .'
		expect [ "$(on "$host" 'journalctl -u rke2-wizard-stage -o cat --no-pager | grep -c "the installer ended with status 0"')" = 1 ]
	done
	expect [ "$(for host in ha-m1 ha-m2 ha-m3; do
		on "$host" 'journalctl -u rke2-server -o cat --no-pager | grep -q "Managed etcd cluster initializing" && hostname'
	done | wc -l)" = 1 ]
	expect [ "$(for host in "${hosts[@]}"; do on "$host" sha256sum /var/lib/rancher/rke2/agent/server-ca.crt; done |
		sort -u | wc -l)" = 1 ]
	wizard status -f "$1" --json
	expect grep -q '"outcome": *"done"' "$wizard_out"
}
# The program under test on its screens: standard input says what to see and which keys to press,
# see lib/screens.py. screens_begin and screens_end are the two halves, for what is to happen
# meanwhile; screen_seen TEXT: whether a screen with it was waited for.
screens_begin() {
	cat >"$scenario_tmp/script"
	step "rke2-wizard $*"
	: >"$wizard_out"
	# In the process group of the scenario, so that it ends with it.
	"$lab" console -- "$scenario_here/lib/screens.py" "$scenario_tmp/script" "$wizard_program" "$@" \
		</dev/null >"$wizard_out" 2>"$wizard_err" &
	screens_pid=$!
}
screens_end() {
	wizard_status=0
	wait "$screens_pid" || wizard_status=$?
	screens_pid=''
	echo "exit $wizard_status"
	sed 's/^/out| /' "$wizard_out"
	sed 's/^/err| /' "$wizard_err"
}
screens() {
	screens_begin "$@"
	screens_end
}
# What to see and press from an opened file to the install, in English.
screens_to_install='1/8 & Next continues with => Enter
2/8 & ha-w1 & [ OK ] & !blocked => Next
3/8 & The name resolves to all servers. & !blocked => Next
4/8 & Requirements & !blocked => Next
5/8 & !blocked => Next
6/8 & Planned actions => Next
Type install to start => "install" Enter'
# screens_go NAME: lets a line that waits for @NAME continue.
screens_go() { : >"$scenario_tmp/$1"; }
screen_seen() { grep -qF -- "$1" "$wizard_out"; }

expect_exit() { [[ $wizard_status -eq $1 ]] || fail "exit status $wizard_status, not $1"; }
expect_output() { grep -qF -- "$1" "$wizard_out" || fail "no '$1' on standard output"; }
expect_error() { grep -qF -- "$1" "$wizard_err" || fail "no '$1' on standard error"; }
expect_no_output() {
	! grep -qF -- "$1" "$wizard_out" "$wizard_err" || fail "'$1' in the output"
}
expect() { "$@" || fail "expected: $*"; }
expect_not() { ! "$@" || fail "expected not: $*"; }
# typed_install: the install with the token typed-secret-… and the kubeconfig admin.conf came to its end:
# the token is where it belongs and nowhere else.
typed_install() {
	local kept=$console_home/.local/state/rke2-wizard/ha-demo
	expect_exit 0
	expect_no_output typed-secret
	expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1
	expect [ "$(stat -c %a "$console_home/admin.conf")" = 600 ]
	expect grep -q "server: https://$domain:6443" "$console_home/admin.conf"
	expect grep -q typed-secret "$kept/token"
	expect_not grep -rq typed-secret "$kept/draft.yaml" "$kept/journal.db"
	expect on ha-w1 grep -q typed-secret /etc/rancher/rke2/config.yaml
}

# config HOST TEXT: writes /etc/rancher/rke2/config.yaml.
config() {
	printf '%s\n' "$2" | on "$1" 'umask 077; mkdir -p /etc/rancher/rke2; cat >/etc/rancher/rke2/config.yaml'
}

# own HOST [TEXT]: settings that somebody else has put on the host, beside the program's; none.
own() {
	on "$1" 'mkdir -p /etc/rancher/rke2/config.yaml.d; cat >/etc/rancher/rke2/config.yaml.d/90-own.yaml
		test -s /etc/rancher/rke2/config.yaml.d/90-own.yaml || rm /etc/rancher/rke2/config.yaml.d/90-own.yaml' < <(printf '%s' "${2:+$2$'\n'}")
}

# rke2_install HOST… as the document does, but without a pipe that hides errors; from the folder
# where there is one.
rke2_install() {
	local host
	for host in "$@"; do
		on "$host" 'cd /root && if [ -d /opt/rke2-artifacts ]; then
				INSTALL_RKE2_ARTIFACT_PATH=/opt/rke2-artifacts sh /opt/rke2-artifacts/install.sh >install.log 2>&1 && mkdir -p /var/lib/rancher/rke2/agent/images &&
				cp /opt/rke2-artifacts/rke2-images*.tar.* /var/lib/rancher/rke2/agent/images/
			else curl -sfL https://get.rke2.io -o install.sh && sh install.sh >install.log 2>&1; fi' &
	done
	for host in "$@"; do
		wait -n || fail 'an installation failed'
	done
}

# rke2_start HOST server|agent: enables, starts and waits until it is active.
rke2_start() {
	on "$1" "systemctl enable --quiet rke2-$2.service && systemctl start --no-block rke2-$2.service"
	wait_until "${3:-60}" unit_is "$1" "rke2-$2" active
}

scenario_file=${1:?usage: scenario.sh FILE}
lab_options=''
# The options stand in the file's head, before the lab is needed.
eval "$(grep -m1 '^lab_options=' "$scenario_file")"
if [[ $lab_options != none ]]; then
	scenario_options=()
	eval "scenario_options=($lab_options)"
	if [[ -n ${RW_LAB_REAL:-} ]]; then scenario_options+=(--real "$RW_LAB_REAL" ${RW_LAB_CNI:+--cni "$RW_LAB_CNI"}); fi
	"$lab" up "${scenario_options[@]}" || fail 'the lab does not come up'
	kind=$("$lab" kind) version=$("$lab" version)
fi
# The rest of a file that cannot be read would be left out silently.
bash -n "$scenario_file" || fail 'the scenario cannot be read'
# shellcheck source=/dev/null
. "$scenario_file"
printf 'passed   (%d s)\n' "$SECONDS"
