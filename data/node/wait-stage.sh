# Waits until the detached unit has ended, then says how.
# shellcheck shell=sh disable=SC2154
unit=rke2-wizard-stage.service
while :; do
  case $(property $unit ActiveState)/$(property $unit SubState) in
  active/running | activating/* | deactivating/*) ;;
  *) break ;;
  esac
  # Costs nothing while it waits; the unit may not have taken the lock yet, so look again.
  command -v flock >/dev/null 2>&1 && [ -e "$work/lock" ] && flock "$work/lock" true
  pause
done
echo "active=$(property $unit ActiveState)"
echo "result=$(cat "$work/result" 2>/dev/null)"
[ -r "$work/stage.log" ] && tail -n 60 "$work/stage.log" | sed 's/^/log=/'
if find_rke2; then
  echo "binary=$rke2"
  echo "installed=$installed"
fi
