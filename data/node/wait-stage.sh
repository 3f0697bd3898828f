# SPDX-License-Identifier: Apache-2.0
# Waits until the detached unit has ended, then says how; $ended is well when RKE2 is there in the
# right version. Parameters: version.
# shellcheck shell=sh disable=SC2154,SC2034
unit=rke2-wizard-stage.service
while :; do
  # Costs nothing while it waits: the unit holds the lock until it ends. Before it has taken the
  # lock there is no result either.
  if command -v flock >/dev/null 2>&1 && [ -e "$work/lock" ]; then
    flock "$work/lock" true
    [ -e "$work/result" ] && break
  fi
  properties $unit ActiveState SubState
  case $p_ActiveState/$p_SubState in
  active/running | activating/* | deactivating/*) ;;
  *) break ;;
  esac
  pause
done
result=$(cat "$work/result" 2>/dev/null)
echo "result=$result"
[ -r "$work/stage.log" ] && tail -n 60 "$work/stage.log" | sed 's/^/log=/'
if find_rke2; then
  echo "binary=$rke2"
  echo "installed=$installed"
fi
ended=badly
[ "$result" = 0 ] && [ "$installed" = "$version" ] && ended=well
