# The journal of a unit as it grows. Parameters: unit, since (seconds of the epoch; empty: now).
# shellcheck shell=sh disable=SC2154
stream journalctl -u "$unit" -o cat -q --no-pager -n all -f --since "${since:+@}${since:-now}"
