#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Runs on the host as the detached unit rke2-wizard-reset: RKE2's own uninstall script, then what an
# install that was interrupted has left and no script knows of. Goes on when the console is gone.
work=/var/lib/rke2-wizard
cd "$work" || exit 79
# The unit's journal gets the milestones, the log everything.
exec 3>&1 </dev/null >reset.log 2>&1
# A script that waits for this unit waits for this lock; it is released when our last process ends.
exec 9>reset-lock
command -v flock >/dev/null 2>&1 && flock 9
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
rm -f reset-result

say() {
  echo "rke2-wizard: $*"
  echo "rke2-wizard: $*" >&3
}

end() {
  echo "$1" >reset-result.new && mv reset-result.new reset-result
  exit "$1"
}

# keep FILE: puts what comes in there, whole or not at all.
keep() {
  if cat >"$1.new" && chmod 0700 "$1.new" && { sync "$1.new" || :; }; then
    mv "$1.new" "$1" || end 78
  else
    end 78
  fi
}

# A disk of its own may be mounted at the data folder: that stays, empty.
is_mount() {
  awk -v path="$1" '$5 == path { found = 1 } END { exit !found }' /proc/self/mountinfo
}

# gone PATH: whether nothing of RKE2 is there; what mkfs has made does not count.
gone() {
  [ -e "$1" ] || return 0
  is_mount "$1" && ! find "$1" -mindepth 1 -maxdepth 1 ! -name lost+found | grep -q .
}

# clear_away PATH: removes it, or what is in it.
clear_away() {
  is_mount "$1" || {
    rm -rf "$1"
    return
  }
  for inside in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    case $inside in
    "$1/lost+found") ;;
    *) rm -rf "$inside" ;;
    esac
  done
  gone "$1"
}

# with_settings SCRIPT: runs one of RKE2's, under a name whose folder holds no other.
with_settings() {
  env -i PATH="$PATH" HOME=/root NO_COLOR=1 INSTALL_RKE2_ROOT="$root" RKE2_DATA_DIR="$data" \
    sh -c ". $1" "/nonexistent/${1##*/}" 3>&- 9>&-
}

# RKE2's scripts remove themselves, and config.yaml, before all is gone. An uninstall that was
# interrupted begins again with what is kept here.
for root in /usr/local /opt/rke2 /usr; do
  [ -e "$root/bin/rke2-uninstall.sh" ] || continue
  [ -e "$root/bin/rke2-killall.sh" ] && keep rke2-killall.sh <"$root/bin/rke2-killall.sh"
  keep rke2-uninstall.sh <"$root/bin/rke2-uninstall.sh"
  echo "$root" | keep root
  break
done
data=$(cat /etc/rancher/rke2/config.yaml /etc/rancher/rke2/config.yaml.d/*.yaml 2>/dev/null |
  sed -n 's/^data-dir: *//p' | tail -n 1 | tr -d "\"'")
case $data in
/*/*) echo "$data" | keep data ;;
esac
root=$(cat root 2>/dev/null || echo /usr/local)
data=$(cat data 2>/dev/null || echo /var/lib/rancher/rke2)

if [ -e rke2-uninstall.sh ]; then
  # It calls the other one by its path, which a file system mounted noexec would not allow: so that
  # one runs first, and this one does not find it.
  if [ -e rke2-killall.sh ]; then
    say "running $root/bin/rke2-killall.sh"
    with_settings ./rke2-killall.sh
    status=$?
    [ "$status" = 0 ] || {
      say "rke2-killall.sh ended with status $status"
      end "$status"
    }
  fi
  say "running $root/bin/rke2-uninstall.sh"
  with_settings ./rke2-uninstall.sh
  status=$?
  say "rke2-uninstall.sh ended with status $status"
  # It cannot remove a mount point, and is over otherwise: what is left follows.
  [ "$status" = 0 ] || is_mount "$data" || end "$status"
fi

for unit in rke2-server rke2-agent; do
  systemctl stop "$unit.service"
  systemctl disable "$unit.service"
  rm -f "/usr/local/lib/systemd/system/$unit.service" "/usr/local/lib/systemd/system/$unit.env" \
    "/etc/systemd/system/$unit.service"
done
for root in /usr/local /opt/rke2; do
  rm -rf "$root/bin/rke2" "$root/bin/rke2-killall.sh" "$root/bin/rke2-uninstall.sh" "$root/share/rke2"
done
{ rm -rf /etc/rancher/rke2 /etc/rancher/node && clear_away /var/lib/rancher/rke2 && clear_away "$data"; } || end 77
rmdir /etc/rancher /var/lib/rancher
# The lines that an install has put there, a proxy with its password among them; see lines in lib.sh.
for file in /etc/default/rke2-server /etc/default/rke2-agent; do
  grep -qs '^# rke2-wizard:' "$file" || continue
  others=$(awk '
    /^# rke2-wizard:/ { ours = 1; next }
    ours && /^(HTTP_PROXY|HTTPS_PROXY|NO_PROXY)=/ { next }
    { ours = 0; print }' "$file")
  if [ -n "$others" ]; then
    (umask 077 && printf '%s\n' "$others" >"$file.new") || end 75
    mv "$file.new" "$file" || end 75
  else
    rm -f "$file" || end 75
  fi
done
systemctl daemon-reload
systemctl reset-failed rke2-server.service rke2-agent.service
for path in /usr/bin/rke2 "$data"; do
  gone "$path" || {
    say "$path is still there"
    end 76
  }
done
end 0
