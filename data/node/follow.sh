# SPDX-License-Identifier: Apache-2.0
# The journal of a unit as it grows, an entry a line, as JSON. Parameters: unit; cursor (the entry that
# was read last; empty: none was); since (seconds of the epoch; last: the last entry and what comes
# after it), which counts while there is no cursor.
# shellcheck shell=sh disable=SC2154
# A journal that was thrown away may not know the place any more.
[ -z "$cursor" ] || journalctl -q --no-pager -n 0 --after-cursor "$cursor" >/dev/null 2>&1 || cursor=
if [ -n "$cursor" ]; then
  set -- -n all --after-cursor "$cursor"
elif [ "$since" = last ]; then
  set -- -n 1
else
  set -- -n all --since "${since:+@}${since:-now}"
fi
# Less to send, where journalctl can.
journalctl --help 2>/dev/null | grep -q -e --output-fields && set -- --output-fields=MESSAGE "$@"
stream journalctl -u "$unit" -o json -q --no-pager -f "$@"
