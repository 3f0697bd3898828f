# The journal of a unit as it grows. Parameters: unit, since (seconds of the epoch; empty: now; last:
# the last line and what comes after it).
# shellcheck shell=sh disable=SC2154
case $since in
last) set -- -n 1 ;;
*) set -- -n all --since "${since:+@}${since:-now}" ;;
esac
stream journalctl -u "$unit" -o cat -q --no-pager -f "$@"
