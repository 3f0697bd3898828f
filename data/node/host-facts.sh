# SPDX-License-Identifier: Apache-2.0
# The facts by which requirements are judged (src/check/host_judge.c). Only looks: the two files of
# the latency test have no name any more once they are open. What cannot be read is not printed.
# Parameters: role; name (the registration name); ports, programs and modules (separated by blanks);
# measure (yes: also what takes its time), and for that: urls (separated by blanks); etcd_test (yes:
# measure the disk); stagger (seconds); given_proxy (the address of the answers, or nothing), given_bypass; artifacts
# (the folder that RKE2 is to come from, or nothing) and version (that it is to hold).
# shellcheck shell=sh disable=SC2154,SC1091,SC2086
limit=
timeout 1 true 2>/dev/null && limit='timeout 10'

# Nanoseconds since 1970; where date knows no finer unit, seconds with zeros behind them.
clock() {
  clock_now=$(date +%s%N)
  case $clock_now in
  *[!0-9]* | ?????????? | '') clock_now=$(date +%s)000000000 ;;
  esac
  echo "$1=$clock_now"
}
clock clock_begin

# ---- what takes its time, at the same time ----

# The proxy that the installer will use (stage.sh), as assignments, unless the answers name one.
read_proxy() {
  for file in /etc/environment "/etc/default/rke2-$role" "/etc/sysconfig/rke2-$role"; do
    [ -r "$file" ] && sed -n \
      -e "s/'//g" -e 's/"//g' -e 's/^ *//' -e 's/^export *//' \
      -e "s/^\([Hh][Tt][Tt][Pp][Ss]*_[Pp][Rr][Oo][Xx][Yy]\)=\(.*\)/export \1='\2'/p" \
      -e "s/^\([Nn][Oo]_[Pp][Rr][Oo][Xx][Yy]\)=\(.*\)/export \1='\2'/p" "$file"
  done
}
unset http_proxy https_proxy HTTP_PROXY HTTPS_PROXY no_proxy NO_PROXY
if [ -n "$given_proxy" ]; then
  export http_proxy="$given_proxy" https_proxy="$given_proxy" no_proxy="$given_bypass"
else
  eval "$(read_proxy)"
fi
proxy=${https_proxy:-${HTTPS_PROXY:-${http_proxy:-${HTTP_PROXY-}}}}
# Without the user and the password in it.
[ -n "$proxy" ] && echo "proxy=${proxy##*@}"

# Any answer of a web server will do. One lost packet is no proof, and a name server or a firewall may
# drop some of many questions at once: what failed is tried again, one after the other, while there is
# time. Of many hosts not all begin at once (stagger).
reach_all() {
  sleep "${stagger:-0}"
  reach_begun=$(date +%s)
  exec 3>&1
  reach_failed=$(
    for url in $urls; do
      reach_first "$url" &
    done
    wait
  )
  while read -r reach_line; do
    url=${reach_line##* }
    if [ -n "$url" ] && [ $(($(date +%s) - reach_begun)) -lt 25 ]; then
      sleep 1
      reach_once "$url"
      reach_line="$reached $url"
    fi
    [ -z "$url" ] || echo "url=$reach_line"
  done <<RW_END
$reach_failed
RW_END
}

reach_first() {
  if reach_once "$1"; then
    [ -z "$reached" ] || echo "url=$reached $1" >&3
  else
    echo "$reached $1"
  fi
}

# Sets $reached to the answer; fails when nothing was reached. curl has one status for a name that
# does not exist and for name servers that say nothing: the latter takes its time, and is 106 here.
reach_once() {
  reached=
  if command -v curl >/dev/null 2>&1; then
    reach_code=$(curl -s -o /dev/null -w '%{http_code} %{time_total}' --connect-timeout 6 --max-time 9 "$1" 2>/dev/null)
    reach_status=$?
    reach_time=${reach_code#* }
    reach_code=${reach_code%% *}
    case $reach_status/$reach_time in
    6/0[.,]* | 6/) ;;
    6/*) reach_status=106 ;;
    esac
    case $reach_code in
    000 | '') reached="no curl $reach_status" && return 1 ;;
    *) reached="yes curl $reach_code" ;;
    esac
  elif command -v wget >/dev/null 2>&1; then
    reach_said=$(${limit:+timeout 9} wget -S -O /dev/null -T 6 "$1" 2>&1 </dev/null)
    reach_status=$?
    case $reach_status/$reach_said in
    0/* | *HTTP/[12]*) reached="yes wget 0" ;;
    *) reached="no wget $reach_status" && return 1 ;;
    esac
  fi
}
# Whether the clock is synchronized: as the service reports, else as the kernel does.
time_synced() {
  if [ -e /run/systemd/timesync/synchronized ]; then
    echo time_synced=yes
  elif command -v chronyc >/dev/null 2>&1; then
    case $($limit chronyc -n tracking 2>/dev/null) in
    *': Not synchronised'*) echo time_synced=no ;;
    *'Leap status'*) echo time_synced=yes ;;
    esac
  elif command -v timedatectl >/dev/null 2>&1; then
    time_said=$($limit timedatectl show -p NTPSynchronized 2>/dev/null) ||
      time_said=$($limit timedatectl 2>/dev/null | sed -n 's/^ *NTP synchronized: /NTPSynchronized=/p')
    case $time_said in
    *=yes | *=no) echo "time_synced=${time_said#*=}" ;;
    esac
  fi
}
waiting=
if [ "$measure" = yes ]; then
  time_synced &
  waiting=$!
fi
set -f
reach_all &
waiting="$waiting $!"
set +f

# The folder of artifacts: a line for each file that is there, and whether what it says of itself is
# true. The images are too large for that; they are looked at as they are placed.
artifacts_test() {
  case $(uname -m) in
  x86_64) arch=amd64 ;;
  aarch64) arch=arm64 ;;
  *) arch=$(uname -m) ;;
  esac
  tarball=$artifacts/rke2.linux-$arch.tar.gz
  echo "artifact_arch=$arch"
  for file in install.sh "sha256sum-$arch.txt" "rke2.linux-$arch.tar.gz"; do
    [ -f "$artifacts/$file" ] && [ -s "$artifacts/$file" ] && echo "artifact=$file"
  done
  for file in "$artifacts"/rke2-images*.linux-"$arch".tar.zst "$artifacts"/rke2-images*.linux-"$arch".tar.gz; do
    [ -s "$file" ] && echo "artifact=${file##*/}"
  done
  [ -s "$artifacts/install.sh" ] && case $(head -n 1 "$artifacts/install.sh") in
  '#!/bin/sh'* | '#! /bin/sh'*) ;;
  *) echo artifact_script=no ;;
  esac
  [ -s "$tarball" ] && [ -s "$artifacts/sha256sum-$arch.txt" ] || return 0
  expected=$(sed -n "s/^\([0-9a-f]\{64\}\) [ *]rke2.linux-$arch.tar.gz\$/\1/p" "$artifacts/sha256sum-$arch.txt")
  found=$(sha256sum "$tarball" | cut -d' ' -f1)
  [ "$expected" = "$found" ] && echo artifact_sum=yes || echo artifact_sum=no
  # The program holds its own version as text.
  tar xzOf "$tarball" bin/rke2 2>/dev/null | grep -aqF "$version" && echo artifact_version=yes ||
    echo artifact_version=no
}
if [ -n "$artifacts" ]; then
  artifacts_test &
  waiting="$waiting $!"
fi

# Where RKE2 will keep its data, as far as it is there.
data=/
for folder in /var /var/lib /var/lib/rancher /var/lib/rancher/rke2 /var/lib/rancher/rke2/server \
  /var/lib/rancher/rke2/server/db; do
  [ -d "$folder" ] && data=$folder
done

# What etcd does all the time: write 2300 bytes into space that is there, and wait for the disk. dd
# takes the time of one write itself, so that starting it does not count; nor does the first write,
# which brings the space itself to disk. At most 100 writes and 1.5 seconds. The times go to a file
# in memory, which is read even when the disk hangs.
sync_test() {
  dd if=/dev/zero bs=2300 count=101 conv=notrunc >&7 2>/dev/null || return
  sync_how=fdatasync
  dd if=/dev/zero bs=2300 count=1 conv=notrunc,fdatasync >&8 2>/dev/null || sync_how=fsync
  read -r sync_now _ </proc/uptime || return
  sync_end=$((${sync_now%.*} * 100 + 1${sync_now#*.} - 100 + 150))
  sync_writes=0
  while [ "$sync_writes" -lt 100 ]; do
    dd if=/dev/zero bs=2300 count=1 conv=notrunc,$sync_how >&8 2>&6 || return
    sync_writes=$((sync_writes + 1))
    read -r sync_now _ </proc/uptime || return
    [ $((${sync_now%.*} * 100 + 1${sync_now#*.} - 100)) -lt "$sync_end" ] || return
  done
}
syncing=
if [ "$etcd_test" = yes ]; then
  sync_file=$data/.rke2-wizard-sync-test
  sync_times=/run/.rke2-wizard-sync-test
  trap 'rm -f "$sync_file" "$sync_times"' EXIT
  trap 'exit 1' HUP INT TERM
  if (true >"$sync_file" && true >"$sync_times") 2>/dev/null; then
    # shellcheck disable=SC2094 # read from the start, written from the start, each its own place
    exec 5<"$sync_times" 6>"$sync_times" 7<>"$sync_file" 8<>"$sync_file"
    rm -f "$sync_file" "$sync_times"
    sync_test </dev/null >/dev/null 2>&1 5<&- &
    syncing=$!
    exec 6>&- 7>&- 8>&-
  fi
fi

# ---- who it is ----

read -r value </proc/sys/kernel/hostname && echo "hostname=$value"
[ -r /etc/machine-id ] && {
  value=
  read -r value </etc/machine-id
  echo "machine_id=$value"
}
read -r value </proc/sys/kernel/osrelease && echo "kernel=$value"
echo "arch=$(uname -m)"
[ -r /etc/os-release ] && (
  . /etc/os-release
  echo "os=${PRETTY_NAME:-$NAME}"
  echo "os_id=$ID"
)
[ -d /run/systemd/system ] && echo systemd=yes
for tool in apt-get dnf yum zypper; do
  command -v "$tool" >/dev/null 2>&1 && echo "packager=$tool" && break
done
command -v yum >/dev/null 2>&1 && echo yum=yes
for program in $programs; do
  command -v "$program" >/dev/null 2>&1 && echo "tool.$program=yes"
done
echo tools=read

# ---- hardware: one awk for the files of the kernel ----

set --
for file in /proc/stat /proc/meminfo /proc/swaps /proc/net/route /proc/net/ipv6_route /proc/cgroups \
  /proc/self/mountinfo /etc/resolv.conf /run/systemd/resolve/resolv.conf; do
  [ -r "$file" ] && set -- "$@" "$file"
done
awk -v data="$data" '
  # The mount that a path lies on: the longest mount point, the last of equal ones.
  function look(key, path) {
    if ($5 != "/" && index(path "/", $5 "/") != 1) return
    if (length($5) < longest[key]) return
    longest[key] = length($5)
    for (i = 7; i <= NF && $i != "-"; i++) continue
    mount[key] = $5 " " $(i + 1) " " $6
    device[key] = $3
    source[key] = $(i + 2)
  }
  function rotates(dev, name,   file, answer) {
    if (dev ~ /^0:/) {
      if (name !~ /^\/dev\/[A-Za-z0-9\/_.:+-]+$/) return ""
      file = "readlink -f " name " 2>/dev/null"
      answer = ""
      file | getline answer
      close(file)
      sub(/.*\//, "", answer)
      if (answer == "") return ""
      dev = "/sys/class/block/" answer
    } else dev = "/sys/dev/block/" dev
    answer = ""
    if ((getline answer <(dev "/queue/rotational")) <= 0) getline answer <(dev "/../queue/rotational")
    return answer
  }
  FILENAME == "/proc/stat" && /^cpu[0-9]/ { cpus++ }
  FILENAME == "/proc/meminfo" && $1 == "MemTotal:" { print "memory_kib=" $2 }
  FILENAME == "/proc/meminfo" && $1 == "SwapTotal:" { print "swap_kib=" $2 }
  FILENAME == "/proc/swaps" && FNR > 1 { print "swap=" $1 }
  FILENAME == "/proc/net/route" && FNR == 1 { print "routes=read" }
  FILENAME == "/proc/net/route" && FNR > 1 && FNR < 500 { print "route=" $2 " " $8 " " $4 " " $1 }
  FILENAME == "/proc/net/ipv6_route" && $1 ~ /^0+$/ && $2 == "00" && $10 != "lo" { print "route6=" $10 }
  FILENAME == "/proc/cgroups" && $4 == 1 { v1 = v1 " " $1 }
  FILENAME == "/proc/self/mountinfo" {
    look("data", data); look("kubelet", "/var/lib/kubelet"); look("program", "/usr/local")
  }
  FILENAME == "/etc/resolv.conf" && $1 == "nameserver" { print "resolver=" $2 }
  FILENAME == "/run/systemd/resolve/resolv.conf" && $1 == "nameserver" { print "resolver=" $2 }
  END {
    if (cpus) print "cpus=" cpus
    if (v1) print "cgroup_v1=" substr(v1, 2)
    for (key in mount) print "mount." key "=" mount[key]
    answer = rotates(device["data"], source["data"])
    if (answer == "0" || answer == "1") print "rotational=" answer
  }' "$@" 2>/dev/null
[ -r /etc/resolv.conf ] && echo resolvers=read
[ -r /sys/fs/cgroup/cgroup.controllers ] && {
  value=
  read -r value </sys/fs/cgroup/cgroup.controllers
  echo "cgroup_v2=$value"
}
grep -qs 'fail-cgroupv1=false' /etc/rancher/rke2/config.yaml /etc/rancher/rke2/config.yaml.d/*.y*ml &&
  echo cgroup_v1_allowed=yes

# One line for each folder, in this order.
set -- "$data"
for folder in /tmp /usr/local /opt; do
  [ -d "$folder" ] && set -- "$@" "$folder"
done
for folder in "$@"; do
  echo "folder=$folder"
done
$limit df -Pk "$@" 2>/dev/null | awk 'NR > 1 { print "space=" $(NF - 4) " " $(NF - 2) }'

# ---- kernel and security ----

if command -v modprobe >/dev/null 2>&1; then
  echo modules=read
  modprobe -n -q -a $modules 2>/dev/null ||
    for module in $modules; do
      [ -d "/sys/module/$module" ] || modprobe -n -q "$module" 2>/dev/null || echo "no_module=$module"
    done
fi
value=
[ -r /sys/fs/selinux/enforce ] && read -r value </sys/fs/selinux/enforce
case $value in
1) echo selinux=enforcing ;;
0) echo selinux=permissive ;;
*) [ -d /sys/kernel ] && echo selinux=off ;;
esac
[ -e /usr/share/selinux/packages/rke2.pp ] && echo selinux_policy=yes
value=
[ -r /sys/module/apparmor/parameters/enabled ] && read -r value </sys/module/apparmor/parameters/enabled
[ -d /sys/module ] && echo "apparmor=${value:-N}"

# ---- services: one systemctl ----

$limit systemctl show -p Id -p LoadState -p ActiveState -p UnitFileState \
  rke2-server.service rke2-agent.service k3s.service k3s-agent.service kubelet.service \
  docker.service firewalld.service ufw.service NetworkManager.service nm-cloud-setup.service \
  nm-cloud-setup.timer wicked.service systemd-timesyncd.service chronyd.service chrony.service \
  ntpd.service ntp.service ntpsec.service openntpd.service 2>/dev/null | awk -F= '
  function finish() {
    if (value["Id"] != "" && value["LoadState"] != "not-found")
      print "unit." tolower(value["Id"]) "=" value["ActiveState"] " " value["UnitFileState"]
    if (value["Id"] != "") units = 1
    split("", value)
  }
  $0 == "" { finish() }
  { value[$1] = $2 }
  END { finish(); if (units) print "units=read" }'
[ -r /etc/ufw/ufw.conf ] && grep -q '^ *ENABLED *= *[Yy][Ee][Ss]' /etc/ufw/ufw.conf && echo ufw=enabled
# Files in /run are gone after a restart.
grep -qs 'unmanaged-devices.*cali' /etc/NetworkManager/NetworkManager.conf \
  /etc/NetworkManager/conf.d/*.conf \
  /usr/lib/NetworkManager/conf.d/*.conf && echo nm_dropin=yes
grep -qsE '^ *net[./]ipv4[./](conf[./]all[./]forwarding|ip_forward) *= *1' /etc/sysctl.conf \
  /etc/sysctl.d/*.conf && echo forwarding=yes

# ---- network ----

if command -v ip >/dev/null 2>&1; then
  ip -o addr show scope global 2>/dev/null | awk '{ sub(/\/.*/, "", $4); print "own=" $4 " " $2 }'
fi

# Who listens on the ports that RKE2 uses on the host itself: port, address, process id, unit, name.
if command -v ss >/dev/null 2>&1; then
  ss -ltnp 2>/dev/null | awk -v ports="$ports" '
    BEGIN { count = split(ports, list, " "); for (i = 1; i <= count; i++) wanted[list[i]] = 1 }
    $1 != "LISTEN" { next }
    {
      port = address = $4
      sub(/.*:/, "", port)
      sub(/:[^:]*$/, "", address)
      if (!(port in wanted)) next
      name = pid = unit = ""
      if (match($0, /\(\("[^"]*"/)) name = substr($0, RSTART + 3, RLENGTH - 4)
      if (match($0, /pid=[0-9]+/)) pid = substr($0, RSTART + 4, RLENGTH - 4)
      if (pid != "") {
        file = "/proc/" pid "/cgroup"
        while ((getline line <file) > 0)
          if (line ~ /^0::|:name=systemd:/ && match(line, /[^\/]+\.(service|scope)/))
            unit = substr(line, RSTART, RLENGTH)
        close(file)
      }
      print "listen=" port " " address " " (pid == "" ? "-" : pid) " " (unit == "" ? "-" : unit) " " (name == "" ? "-" : name)
    }
    END { if (NR) print "listeners=read" }'
else
  set --
  for file in /proc/net/tcp /proc/net/tcp6; do
    [ -r "$file" ] && set -- "$@" "$file"
  done
  [ $# -gt 0 ] && awk -v ports="$ports" '
    BEGIN { count = split(ports, list, " "); for (i = 1; i <= count; i++) wanted[sprintf("%04X", list[i])] = list[i] }
    $4 == "0A" {
      port = address = $2
      sub(/.*:/, "", port)
      sub(/:.*/, "", address)
      if (!(port in wanted)) next
      address = address ~ /^0+$/ ? "*" : address ~ /0100007F$/ ? "127.0.0.1" : "other"
      print "listen=" wanted[port] " " address " - - -"
    }
    END { if (NR) print "listeners=read" }' "$@"
fi

# ---- what was here before ----

tell_config

[ -n "$name" ] && grep -qsF -- "$name" /etc/rancher/rke2/config.yaml \
  /etc/rancher/rke2/config.yaml.d/*.yaml && echo ours=yes
[ -d "$work" ] && echo ours=yes
for folder in /var/lib/rancher/rke2/server/db /var/lib/rancher/rke2/server/tls \
  /var/lib/rancher/rke2/agent/containerd; do
  [ -e "$folder" ] && echo "rke2=$folder"
done
for folder in /etc/rancher/node/password /var/lib/rancher/k3s /etc/kubernetes /var/lib/kubelet \
  /var/lib/etcd /etc/cni/net.d /var/lib/cni; do
  # An empty folder is no trace of anything.
  set -- "$folder"/*
  { [ -f "$folder" ] || [ -e "$1" ]; } && echo "left=$folder"
done
for file in /usr/local/bin/k3s-uninstall.sh /usr/local/bin/k3s-agent-uninstall.sh \
  /usr/local/bin/rke2-uninstall.sh /opt/rke2/bin/rke2-uninstall.sh /usr/bin/rke2-uninstall.sh \
  /usr/bin/kubeadm; do
  [ -e "$file" ] && echo "uninstall=$file"
done
# The tar method, which is the one without yum, refuses a host with the RPM.
command -v yum >/dev/null 2>&1 || {
  command -v rpm >/dev/null 2>&1 && rpm -q rke2-common >/dev/null 2>&1 && echo rke2=rke2-common
}
echo traces=read

# ---- the end of what takes its time ----

wait_turns=0
while [ -n "$syncing" ] && kill -0 "$syncing" 2>/dev/null && [ "$wait_turns" -lt 20 ]; do
  pause
  wait_turns=$((wait_turns + 1))
done
[ -n "$syncing" ] && awk '
  # "2300 bytes (2.3 kB, 2.2 KiB) copied, 0.00124 s, 1.9 MB/s"
  { for (i = 1; i < NF; i++) if ($i == "copied,") time[++count] = $(i + 1) * 1000000 }
  END {
    for (i = 2; i <= count; i++)
      for (k = i; k > 1 && time[k] < time[k - 1]; k--) {
        swap = time[k]; time[k] = time[k - 1]; time[k - 1] = swap
      }
    if (!count) exit
    print "sync_writes=" count
    printf "sync_p99_us=%d\n", time[int((99 * count + 99) / 100)]
    printf "sync_median_us=%d\n", time[int((count + 1) / 2)]
  }' <&5
wait $waiting
clock clock_end
