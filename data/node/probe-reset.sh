# SPDX-License-Identifier: Apache-2.0
# Is anything of RKE2, or of ours, on the host? Sets $state: done, running or there.
# shellcheck shell=sh disable=SC2154,SC2034
state="done"
leftover=no
for path in /usr/local/bin/rke2 /opt/rke2/bin/rke2 /usr/bin/rke2 /usr/local/bin/rke2-uninstall.sh \
  /opt/rke2/bin/rke2-uninstall.sh /usr/bin/rke2-uninstall.sh /etc/rancher/rke2 /etc/rancher/node \
  "$work"; do
  [ -e "$path" ] && state=there
done
# An empty mount point stays.
if [ -e /var/lib/rancher/rke2 ] &&
  { ! awk '$5 == "/var/lib/rancher/rke2" { found = 1 } END { exit !found }' /proc/self/mountinfo ||
    find /var/lib/rancher/rke2 -mindepth 1 -maxdepth 1 ! -name lost+found | grep -q .; }; then
  state=there
fi
[ -z "$(find_unit rke2-server.service)$(find_unit rke2-agent.service)" ] || state=there
properties rke2-wizard-stage.service LoadState
[ "$p_LoadState" = loaded ] && state=there
properties rke2-wizard-reset.service LoadState ActiveState SubState
if [ "$p_LoadState" = loaded ]; then
  case $p_ActiveState/$p_SubState in
  active/running | activating/*) state=running ;;
  active/exited) [ "$(cat "$work/reset-result" 2>/dev/null)" = 0 ] && state=running ;;
  esac
  [ $state = running ] || leftover=yes
  [ $leftover = no ] || state=there
fi
