# SPDX-License-Identifier: Apache-2.0
# Does the service run, with the configuration that is on disk? Sets $state: started, stale (runs
# with an older configuration) or absent; $since, from when its journal is of interest; and
# $node_name, the name of the node where config.yaml sets one.
# Parameters: unit.
# shellcheck shell=sh disable=SC2154,SC2034
state=absent
since=$(date +%s)
properties "$unit" ActiveState ExecMainStartTimestamp
case $p_ActiveState in
active | activating | reloading)
  state=started
  started=
  [ -n "$p_ExecMainStartTimestamp" ] && started=$(date -d "$p_ExecMainStartTimestamp" +%s 2>/dev/null)
  written=$(stat -c %Y /etc/rancher/rke2/config.yaml)
  # So is the environment of the unit, as far as it is ours.
  environment=/etc/default/${unit%.service}
  if grep -qs '^# rke2-wizard:' "$environment"; then
    changed=$(stat -c %Y "$environment") && [ "$changed" -gt "$written" ] && written=$changed
  fi
  # What somebody corrected beside our file counts for a service that waits in vain, not for one
  # that runs: our own file is taken away there after the start.
  if [ "$p_ActiveState" = activating ]; then
    for beside in /etc/rancher/rke2/config.yaml.d /etc/rancher/rke2/config.yaml.d/*; do
      changed=$(stat -c %Y "$beside" 2>/dev/null) && [ "$changed" -gt "$written" ] && written=$changed
    done
  fi
  if [ -n "$started" ] && [ "$written" -gt "$started" ]; then
    state=stale
  # Not by UnitFileState: systemd remembers that one until it is reloaded. Not enabled, it is
  # enabled and started, which changes nothing about what runs.
  elif ! systemctl is-enabled --quiet "$unit" 2>/dev/null; then
    state=absent
  elif [ -n "$started" ]; then
    since=$started
  fi
  ;;
esac
etcd_member /var/lib/rancher/rke2 && member=yes || member=no
# The last one counts, as in RKE2.
node_name=$(cat /etc/rancher/rke2/config.yaml /etc/rancher/rke2/config.yaml.d/*.y*ml 2>/dev/null |
  sed -n "s/^[\"']\{0,1\}node-name[\"']\{0,1\} *: *//p" | sed 's/ *#.*//' | tr -d "\"' " | tail -n 1)
