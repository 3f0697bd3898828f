# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Shared by every part of the lab: where state lives, how hosts are looked up, and how a process is
# started so that it can be ended again by its record.

RW_LAB_DIR=${RW_LAB_DIR:-/var/lib/rke2-wizard-lab}
lab_home=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
lab_name=${RW_LAB:-demo}
# The folder with the release of a real lab; lab.conf says it.
lab_folder=

die() {
	printf 'lab: %s\n' "$*" >&2
	exit 1
}

note() {
	printf 'lab: %s\n' "$*" >&2
}

# The paths of one lab all follow from its name.
use_lab() {
	[[ $1 =~ ^[a-z0-9][a-z0-9-]{0,39}$ ]] || die "bad lab name '$1': lower-case letters, digits and dashes"
	lab_name=$1
	lab_dir=$RW_LAB_DIR/labs/$lab_name
	lab_conf=$lab_dir/lab.conf
	lab_hosts=$lab_dir/hosts
	switch_ns=rwlab.$lab_name.switch
	console_ns=rwlab.$lab_name.console
	dns_ns=rwlab.$lab_name.dns
	release_ns=rwlab.$lab_name.release
}

host_ns() { printf 'rwlab.%s.%s' "$lab_name" "$1"; }
host_dir() { printf '%s/host/%s' "$lab_dir" "$1"; }

need_root() {
	[[ $EUID -eq 0 ]] || die 'the lab makes namespaces and mounts: run it as root'
}

need_lab() {
	[[ -f $lab_hosts ]] || die "no lab '$lab_name' is up (lab up --name $lab_name)"
}

# Sets host_name, host_address, host_role, host_base, host_port from the lab's list.
find_host() {
	need_lab
	while read -r host_name host_address host_role host_base host_port; do
		[[ $host_name == "$1" || $host_address == "$1" ]] && return 0
	done <"$lab_hosts"
	die "no host '$1' in lab '$lab_name'"
}

# A process is known by its id and its start time, so a reused id is never hit.
process_start() {
	local line
	{ read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
	line=${line##*) }
	# shellcheck disable=SC2086
	set -- $line
	printf '%s' "${20}"
}

# spawn RECORD LOG CMD…: starts CMD in a session of its own; the record is
# written before CMD runs, so a crash of the lab never loses a process.
spawn() {
	local record=$1 log=$2
	shift 2
	rm -f "$record"
	# shellcheck disable=SC2016
	setsid bash -c '
		record=$0
		read -r line </proc/$$/stat
		line=${line##*) }
		field=($line)
		printf "%s %s\n" "$$" "${field[19]}" >"$record"
		exec "$@"' "$record" "$@" </dev/null >>"$log" 2>&1 &
	disown
}

# Prints the recorded id if that very process still runs.
recorded_pid() {
	local pid start
	{ read -r pid start <"$1"; } 2>/dev/null || return 1
	[[ -n $pid && $(process_start "$pid") == "$start" ]] || return 1
	printf '%s' "$pid"
}

end_recorded() {
	local pid
	if pid=$(recorded_pid "$1"); then
		kill "-${2:-KILL}" "$pid" 2>/dev/null
	fi
	rm -f "$1"
}

# wait_for SECONDS CMD…: polls until CMD succeeds or the deadline passes.
wait_for() {
	local deadline=$((SECONDS + $1))
	shift
	until "$@" >/dev/null 2>&1; do
		((SECONDS < deadline)) || return 1
		sleep 0.05
	done
}

# Writes standard input to FILE so that no reader ever sees half of it.
put_file() {
	local temporary=$1.new.$$
	cat >"$temporary" && mv -f "$temporary" "$1"
}
