# SPDX-License-Identifier: Apache-2.0
# What helps to find out what is wrong on this host. Only looks; each command has a time limit, each
# part a size. Parameters: lines (of each journal, at most), bytes (of each part, at most).
# Answers: file=NAME, then line=TEXT for each line of it.
# shellcheck shell=sh disable=SC2154
limit=
command -v timeout >/dev/null 2>&1 && limit='timeout -k 2 15'

# part NAME: the last lines of what comes on standard input, as many as fit.
part() {
  echo "file=$1"
  awk -v max="$bytes" '
    {
      line[NR] = $0
      size += length($0) + 1
      while (size > max) {
        gone++
        size -= length(line[gone]) + 1
        delete line[gone]
      }
    }
    END {
      if (gone) print "line=[" gone " lines before these are left out]"
      for (i = gone + 1; i <= NR; i++) print "line=" line[i]
    }'
}

# show COMMAND…: the command, and what it says.
show() {
  echo "\$ $*"
  command -v "$1" >/dev/null 2>&1 || {
    echo '[not there]'
    return 0
  }
  $limit "$@" </dev/null 2>&1 || echo "[status $?]"
  echo
}

# files FILE…: those that are there.
files() {
  for file in "$@"; do
    [ -f "$file" ] || continue
    echo "# $file"
    cat "$file"
    echo
  done
}

{
  show date -u
  show uptime
  show uname -a
  show hostname
  show cat /etc/os-release
  show nproc
  show cat /proc/loadavg
  show head -n 5 /proc/meminfo
  show cat /proc/swaps
  show df -P
  show df -Pi
  show timedatectl
  show systemctl --no-pager --failed
  show journalctl -k -p warning -n 50 -q --no-pager
} | part system

{
  show ip -o addr
  show ip route
  show ip -6 route
  show ss -ltnup
  files /etc/resolv.conf /etc/hosts
} | part network

{
  show systemctl --no-pager -l -n 0 status rke2-server.service rke2-agent.service \
    rke2-wizard-stage.service
  show systemctl --no-pager show -p Id -p LoadState -p ActiveState -p SubState -p Result \
    -p UnitFileState -p NRestarts -p ExecMainStatus -p ActiveEnterTimestamp \
    rke2-server.service rke2-agent.service rke2-wizard-stage.service
  find_rke2 && show "$rke2" --version
} | part units

for unit in rke2-server rke2-agent rke2-wizard-stage; do
  show journalctl -u "$unit" -n "$lines" -o short-iso -q --no-pager | part "journal-$unit"
done

{
  files "$work/stage.log" "$work/result"
} | part stage

files /etc/environment /etc/default/rke2-server /etc/default/rke2-agent /etc/sysconfig/rke2-server \
  /etc/sysconfig/rke2-agent | part environment

rke2_data=/var/lib/rancher/rke2
for log in kubelet containerd; do
  {
    [ $log = kubelet ] || files $rke2_data/agent/etc/containerd/config.toml
    for file in $rke2_data/agent/logs/$log.log $rke2_data/agent/containerd/$log.log; do
      [ -f "$file" ] && show tail -n "$lines" "$file"
    done
  } | part "$log"
done

# Of each container of Kubernetes itself the log it writes now, and that of the one before.
{
  [ -x $rke2_data/bin/crictl ] &&
    CRI_CONFIG_FILE=$rke2_data/agent/etc/crictl.yaml show $rke2_data/bin/crictl ps -a
  for folder in /var/log/pods/kube-system_*/*/; do
    [ -d "$folder" ] || continue
    # shellcheck disable=SC2010,SC2012 # the kubelet names them by numbers
    ls "$folder" | grep -x '[0-9]*\.log' | sort -n | tail -n 2 | while read -r file; do
      show tail -n 100 "$folder$file"
    done
  done
} | part pods

{
  files /etc/rancher/rke2/config.yaml /etc/rancher/rke2/config.yaml.d/*.yaml \
    /etc/rancher/rke2/registries.yaml
  show ls -ld /etc/rancher/rke2 /etc/rancher/rke2/* /var/lib/rancher/rke2 /var/lib/rancher/rke2/* \
    /var/lib/rancher/rke2/server/* "$work"
} | part config

[ -x "$kubectl" ] && [ -s "$kubeconfig" ] && {
  set -- "$kubectl" --kubeconfig "$kubeconfig" --request-timeout=10s
  show "$@" get nodes -o wide
  show "$@" get pods -A -o wide
  show "$@" get events -A
} | part kubectl
exit 0
