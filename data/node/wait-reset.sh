# SPDX-License-Identifier: Apache-2.0
# Waits until the detached unit of a reset has ended, then says how; $ended is well when nothing of
# RKE2 is left.
# shellcheck shell=sh disable=SC2154,SC2034
unit=rke2-wizard-reset.service
while :; do
  if command -v flock >/dev/null 2>&1 && [ -e "$work/reset-lock" ]; then
    flock "$work/reset-lock" true
    [ -e "$work/reset-result" ] && break
  fi
  properties $unit ActiveState SubState
  case $p_ActiveState/$p_SubState in
  active/running | activating/* | deactivating/*) ;;
  *) break ;;
  esac
  pause
done
result=$(cat "$work/reset-result" 2>/dev/null)
echo "result=$result"
ended=badly
if [ "$result" = 0 ]; then
  ended=well
elif [ -r "$work/reset.log" ]; then
  tail -n 40 "$work/reset.log" | sed 's/^/log=/'
fi
