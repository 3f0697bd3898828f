# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Nothing is left of a lab after down: no mount, namespace or process.
# Also when `up` was killed in the middle, at several moments, and two labs
# with the same addresses do not disturb each other.
lab_options=none

name=${RW_LAB:0:30}
state=${RW_LAB_DIR:-/var/lib/rke2-wizard-lab}

# left NAME: prints whatever there still is of that lab, in any process's view.
left() {
	grep -lE "/labs/$1/|rwlab\\.$1\\." /proc/[0-9]*/mountinfo 2>/dev/null
	ls -d "/run/netns/rwlab.$1."* "$state/labs/$1" 2>/dev/null
	find /sys/fs/cgroup -maxdepth 2 -name "rwlab.$1.*"
	pgrep -af -- "--machine=$1-ha-|/labs/$1/" | grep -v pgrep
}

step 'after a complete lab'
"$lab" up --name "$name"
"$lab" power-off --name "$name" ha-m2
"$lab" down --name "$name"
expect [ -z "$(left "$name")" ]

for moment in 0.05 0.15 0.3 0.6 1.0; do
	step "up killed after $moment s"
	"$lab" up --name "$name" &
	# The moment itself is what is tested here.
	sleep "$moment"
	kill -KILL $! 2>/dev/null
	wait $! 2>/dev/null
	"$lab" down --name "$name"
	expect [ -z "$(left "$name")" ]
done

step 'two labs at once'
"$lab" up --name "$name-a" --agents 0 &
"$lab" up --name "$name-b" --agents 0 || fail 'the second lab does not come up'
wait $! || fail 'the first lab does not come up'
"$lab" exec --name 2>/dev/null && fail 'exec takes no --name after the command'
"$lab" --name "$name-a" exec ha-m1 touch /only-in-a
expect_not "$lab" --name "$name-b" exec ha-m1 test -e /only-in-a
"$lab" down --name "$name-a"
expect [ -z "$(left "$name-a")" ]
expect "$lab" --name "$name-b" console ssh -o BatchMode=yes ha-m1 true
"$lab" down --name "$name-b"
expect [ -z "$(left "$name-b")" ]
