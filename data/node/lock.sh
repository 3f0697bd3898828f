# SPDX-License-Identifier: Apache-2.0
# The lock of this host against other consoles: its holder, and the holder's last sign of life. It
# lies in /run, so that a restart takes it away. Parameters: action (take, beat or leave), lock (of
# this run), console, cluster, owner, pid, boot (of the beats: when the host was started), life
# (seconds that a lock lives without a beat), take_over (yes or no).
# shellcheck shell=sh disable=SC2154,SC2015,SC2086
# One at a time; the folder itself is what is locked, so nothing is left behind.
command -v flock >/dev/null 2>&1 && exec 9</run && flock -w 10 9
read -r boot_id </proc/sys/kernel/random/boot_id

write_lock() {
  printf '%s\n' "run=$lock" "console=$console" "cluster=$cluster" "owner=$owner" "pid=$pid" \
    "since=$1" "beat=$now" >"$lock_file.new" && mv -f "$lock_file.new" "$lock_file" ||
    give_up "write $lock_file" "$?"
}

tell_lock() {
  echo "held=$l_owner"
  echo "pid=$l_pid"
  echo "since=$l_since"
  echo "age=$l_age"
}

read_lock && l_there=yes || l_there=no
case $action in
take)
  if [ $l_there = yes ] && [ "$l_run" != "$lock" ] && [ "$l_age" -lt "$life" ] && [ "$take_over" != yes ] &&
    [ "$l_console/$l_cluster" != "$console/$cluster" ]; then
    tell_lock
  else
    write_lock "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
    echo "boot=$boot_id"
  fi
  ;;
beat)
  if [ $l_there = yes ] && [ "$l_run" = "$lock" ]; then
    write_lock "$l_since"
  elif [ $l_there = yes ] || [ "$boot" = "$boot_id" ]; then
    tell_lock
  else
    write_lock "$(date -u +%Y-%m-%dT%H:%M:%SZ)"
  fi
  echo "boot=$boot_id"
  ;;
leave) [ $l_there = no ] || [ "$l_run" != "$lock" ] || rm -f "$lock_file" ;;
esac
