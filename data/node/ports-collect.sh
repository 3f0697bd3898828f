# SPDX-License-Identifier: Apache-2.0
# Prints the datagrams that came in, and ends the unit of ports-listen.sh. Parameters: service;
# zone: yes when the firewalld zone of address is wanted; address.
# shellcheck shell=sh disable=SC2154
pid=$(property "$service" MainPID)
if [ "${pid:-0}" -gt 0 ] && [ -r "/proc/$pid/fd/1" ]; then
  # Of all input from the network, only lines that look like ours pass.
  grep -aE '^[0-9a-f]{16} [0-9]{1,5} [0-9]{1,5}$' "/proc/$pid/fd/1" 2>/dev/null | sort -u |
    head -n 4000 | sed 's/^/got=/'
  echo collected=yes
else
  echo collected=no
fi
systemctl stop "$service" 2>/dev/null
rm -f "/run/$service"

if [ "$zone" = yes ]; then
  link=$(ip -o addr show 2>/dev/null | awk -v a="$address" '{ sub(/\/.*/, "", $4); if ($4 == a) { print $2; exit } }')
  [ -n "$link" ] || link=$(ip -o route show default 2>/dev/null | sed -n '1s/.* dev \([^ ]*\).*/\1/p')
  [ -z "$link" ] || echo "zone=$(firewall-cmd --get-zone-of-interface="$link" 2>/dev/null)"
fi
