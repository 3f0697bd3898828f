# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Every mode of the DNS server gives the answers it is named after.
# Asked from the console and from hosts, where a split view can differ.
lab_options=''

# addresses [HOST]: what the registration name resolves to there, sorted, one line.
addresses() {
	local where=(console)
	(($# == 0)) || where=(on "$1")
	"${where[@]}" getent ahostsv4 "$domain" | awk '$2 == "STREAM" { sub(/^192.168.205/, ""); print $1 }' | sort | xargs
}

expect [ "$(addresses)" = '.85 .86 .87' ]
expect [ "$(addresses ha-w1)" = '.85 .86 .87' ]
expect [ "$(console getent ahostsv4 ha-w1 | awk 'NR == 1 { print $1 }')" = 192.168.205.88 ]
expect [ "$(console getent ahostsv4 get.rke2.io | awk 'NR == 1 { print $1 }')" = 192.168.205.3 ]

"$lab" dns one
seen=$(for _ in 1 2 3 4 5 6; do addresses; done | sort -u | xargs)
expect [ "$seen" = '.85 .86 .87' ]
"$lab" dns missing ha-m2
expect [ "$(addresses)" = '.85 .87' ]
"$lab" dns extra 192.168.205.99
expect [ "$(addresses)" = '.85 .86 .87 .99' ]
"$lab" dns agent
expect [ "$(addresses)" = '.86 .87 .88' ]
"$lab" dns split ha-m2 ha-m1 192.168.205.99
expect [ "$(addresses)" = '.85 .86 .87' ]
expect [ "$(addresses ha-m2)" = '.85 .99' ]
"$lab" dns aaaa
expect [ "$(addresses)" = '' ]
expect [ "$(console getent ahostsv6 "$domain" | awk '$2 == "STREAM" { print $1 }' | sort | head -n 1)" = fd00:205::85 ]

# The answer code of one hand-made question, from the packet itself.
answer_code() {
	on ha-m1 /usr/bin/python3 -c '
import socket, sys
name = b"".join(bytes([len(p)]) + p.encode() for p in sys.argv[1].split("."))
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.settimeout(2)
s.connect(("192.168.205.2", 53))
s.send(b"\1\2\1\0\0\1\0\0\0\0\0\0" + name + b"\0\0\1\0\1")
try:
    p = s.recv(4096)
    print(p[3] & 15, int.from_bytes(p[len(name) + 23:len(name) + 27], "big") if p[7] else 0)
except socket.timeout:
    print("silent")
' "$domain"
}

"$lab" dns all
expect [ "$(answer_code)" = '0 60' ]
"$lab" dns ttl 3600
expect [ "$(answer_code)" = '0 3600' ]
"$lab" dns nxdomain
expect [ "$(answer_code)" = '3 0' ]
"$lab" dns refused
expect [ "$(answer_code)" = '5 0' ]
"$lab" dns silent
expect [ "$(answer_code)" = silent ]
"$lab" dns all
expect [ "$(addresses)" = '.85 .86 .87' ]
