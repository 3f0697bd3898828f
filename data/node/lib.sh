# SPDX-License-Identifier: Apache-2.0
# Common to all scripts that run on a host. Answers are key=value lines on standard output.
# Sent in front of each script; never run alone.
# shellcheck shell=sh disable=SC2034,SC2015,SC2046,SC2154
PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/opt/rke2/bin
LC_ALL=C
TZ=UTC
export PATH LC_ALL TZ
unset ARCH DEBUG CDPATH ENV BASH_ENV
umask 077

work=/var/lib/rke2-wizard
kubectl=/var/lib/rancher/rke2/bin/kubectl
kubeconfig=/etc/rancher/rke2/rke2.yaml
lock_file=/run/rke2-wizard.lock

# put PATH MODE [keep [SUM]]: writes what comes in as base64, unless the file is like that already, or
# has this SHA-256. With "keep" another content that was there is kept beside it. A reader sees the
# old file or the new one, and a second try after an interruption leaves nothing behind. The content
# may be a secret: it goes from here-document to file and is in no argument.
put() {
  put_data=$(cat)
  put_new=$1.rke2-wizard-new
  put_same=no
  [ -f "$1" ] && put_decode | cmp -s - "$1" && put_same=yes
  [ -n "${4-}" ] && [ -f "$1" ] && [ "$(sha256sum <"$1" | cut -d' ' -f1)" = "$4" ] && put_same=yes
  if [ $put_same = yes ]; then
    rm -f "$put_new"
    [ "0$(stat -c %a "$1")" = "$2" ] && return 0
    # Its time stays: by that a service knows whether it runs with it.
    chmod "$2" "$1" || give_up "write $1" "$?"
    echo "changed=$1"
    return 0
  fi
  { [ -d "${1%/*}" ] || (umask 022 && mkdir -p "${1%/*}"); } && put_decode >"$put_new" && chmod "$2" "$put_new" ||
    give_up "write $1" "$?"
  if [ "${3-}" = keep ] && [ -f "$1" ]; then
    put_old=$1.rke2-wizard-$(date +%Y%m%dT%H%M%SZ)
    cp -p "$1" "$put_old" || give_up "keep $1" "$?"
    echo "kept=$put_old"
  fi
  sync "$put_new" 2>/dev/null
  mv -f "$put_new" "$1" || give_up "write $1" "$?"
  echo "changed=$1"
}

put_decode() {
  base64 -d <<RW_PUT
$put_data
RW_PUT
}

bare_token="/^token: /s/'//g"

# put_marked PATH MODE: the same, with $ca in the place of <CA-hash>, over a file of ours that has the
# token in its short form. Another one that says the same stays.
# A token like 12e5 stands in quotes, and with the hash before it in none.
put_marked() {
  marked=$(base64 -d)
  [ "$(printf '%s\n' "$marked" | sed -e 's/K10<CA-hash>::server://' -e "$bare_token")" = \
    "$(sed -e "$bare_token" "$1" 2>/dev/null)" ] || return 0
  printf '%s\n' "$marked" | sed "s/<CA-hash>/$ca/" | base64 | put "$1" "$2" || exit 1
}

# lines PATH MODE: puts what comes in as base64, lines like HTTP_PROXY=…, at the end of a file that
# may hold lines of others, which stay. They stand behind a comment of ours and replace those of an
# earlier time; where none come in, the comment alone is left, if it is there.
lines() {
  lines_new=$(base64 -d)
  lines_others=$([ -f "$1" ] && awk '
    /^# rke2-wizard:/ { ours = 1; next }
    ours && /^(HTTP_PROXY|HTTPS_PROXY|NO_PROXY)=/ { next }
    { ours = 0; print }' "$1")
  [ -n "$lines_new" ] || grep -qs '^# rke2-wizard:' "$1" || return 0
  {
    [ -n "$lines_others" ] && printf '%s\n' "$lines_others"
    echo '# rke2-wizard: from the answers file; do not change by hand.'
    [ -n "$lines_new" ] && printf '%s\n' "$lines_new"
  } | base64 | put "$1" "$2" || exit 1
}

# take PATH: removes a file or folder of ours.
take() {
  [ -e "$1" ] || return 0
  rm -rf "$1" || give_up "remove $1" "$?"
  echo "removed=$1"
}

# run COMMAND…: runs it, says so, and stops the script when it fails.
run() {
  echo "run=$*"
  "$@" || give_up "$*" "$?"
}

# try COMMAND…: the same, where a failure means only that there was nothing to do.
try() {
  echo "run=$*"
  "$@" 2>/dev/null || :
}

give_up() {
  echo "failed=$1"
  echo "failed_status=$2"
  exit 1
}

# property UNIT NAME: one value of systemctl show.
property() {
  systemctl show "$1" -p "$2" 2>/dev/null | sed -n "1s/^$2=//p"
}

# properties UNIT NAME…: sets $p_NAME for each, by one call of systemctl show.
properties() {
  properties_unit=$1
  shift
  eval "$(systemctl show "$properties_unit" $(printf ' -p %s' "$@") 2>/dev/null |
    sed -n "s/^\([A-Za-z]*\)=\([A-Za-z0-9 :.+-]*\)\$/p_\1='\2'/p")"
}

# ca_hash TOKEN: the SHA-256 of the CA that the full form of a token names, K10<hash>::user:secret.
ca_hash() {
  printf '%s\n' "$1" | sed -n 's/^K10\([0-9a-f]\{64\}\)::.*/\1/p'
}

# find_unit NAME: where its file is, in the folders that the installer uses; nothing when there is none.
find_unit() {
  for find_unit_dir in /etc/systemd/system /usr/local/lib/systemd/system /usr/lib/systemd/system \
    /lib/systemd/system; do
    [ -e "$find_unit_dir/$1" ] && echo "$find_unit_dir/$1" && return 0
  done
}

# config_files: the files of RKE2's configuration that are there, one a line, in the order in which
# it reads them.
config_files() {
  for config_file in /etc/rancher/rke2/config.yaml /etc/rancher/rke2/config.yaml.d/*; do
    case $config_file in
    *.[Yy][Aa][Mm][Ll] | *.[Yy][Mm][Ll]) [ -f "$config_file" ] && echo "$config_file" ;;
    esac
  done
}

# setting KEY: the value of a key in these files; the last one counts, as in RKE2. One that stands in
# a line of its own, as people and this program write it.
setting() {
  config_files | while read -r config_file; do
    cat "$config_file"
    echo
  done | tr -d '\r' | sed -n "s/^[\"']\{0,1\}$1[\"']\{0,1\} *: *//p" | tail -n 1 | sed "
    s/^\"\(.*\)\" *\(#.*\)\{0,1\}\$/\1/
    t
    s/^'\(.*\)' *\(#.*\)\{0,1\}\$/\1/
    t
    s/ #.*//
    s/ *\$//"
}

# tell_config: the configuration of RKE2, file by file and line by line; first the variables that the
# unit of $role gets, which RKE2 takes for keys that no file has. What a key of a secret holds stays
# here, with all lines that belong to it; a file in which such a key may stand anywhere is not sent.
tell_config() {
  secrets='token|agent-token|vpn-auth|datastore-endpoint|etcd-s3-(access|secret)-key|etcd-s3-session-token'
  for config_file in "/etc/default/rke2-$role" "/etc/sysconfig/rke2-$role"; do
    [ -f "$config_file" ] || continue
    echo "file=$config_file"
    sed -n -e 's/^ *RKE2_NODE_NAME=/config=node-name: /p' -e 's/^ *RKE2_URL=/config=server: /p' \
      -e 's/^ *RKE2_\(AGENT_\)\{0,1\}TOKEN=.*/config=token: masked/p' "$config_file"
  done
  config_files | while read -r config_file; do
    echo "file=$config_file"
    echo "sum=$(sha256sum <"$config_file" | cut -d' ' -f1)"
    if [ "$(wc -l <"$config_file")" -gt 500 ]; then
      echo "unread=it has more than 500 lines"
    elif grep -v -e '^#' -e '^ *$' -e '^---' "$config_file" | sed -n 1p | grep -q '^[[{!&?]' &&
      grep -qE "$secrets" "$config_file"; then
      echo "unread=it is written in { } and holds a secret"
    else
      tr -d '\r' <"$config_file" | awk -v secret="^[ \t]*[\"']?($secrets)[\"']?[+]?[ \t]*:" '
        /^#/ { next }
        { indent = match($0, /[^ \t]/) }
        $0 ~ secret { sub(/:.*/, ": masked"); print; hidden = indent; next }
        hidden && (indent == 0 || indent > hidden || (indent == hidden && /^[ \t]*-/)) { next }
        { hidden = 0; print }' | sed 's/^/config=/'
    fi
  done
}

# start_state: whether the unit $unit runs, with the configuration that is on disk. Sets $state:
# started, stale (runs with an older configuration) or absent; and $since, from when its journal is of
# interest.
start_state() {
  state=absent
  since=$(date +%s)
  properties "$unit" ActiveState ExecMainStartTimestamp
  case $p_ActiveState in
  active | activating | reloading)
    state=started
    started=
    [ -n "$p_ExecMainStartTimestamp" ] && started=$(date -d "$p_ExecMainStartTimestamp" +%s 2>/dev/null)
    written=$(stat -c %Y /etc/rancher/rke2/config.yaml 2>/dev/null || echo 0)
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
}

# etcd_member DATA: whether the host has the data of an etcd member, by what RKE2 itself goes by. The
# folder alone says nothing: a server that has only tried to join has it too, and one that was removed
# from its cluster (tombstone) gives its data up at the next start. Without `server:` either of them
# founds a cluster.
etcd_member() {
  [ -d "$1/server/db/etcd/member/wal" ] && [ ! -e "$1/server/db/etcd/tombstone" ]
}

# etcd_members: the members that this server's etcd has, one name a line; fails when it gives no
# answer. A member is called like its node, with a dash and eight more characters.
etcd_members() {
  command -v curl >/dev/null 2>&1 &&
    etcd_answer=$(curl -skf -m 10 --noproxy '*' https://127.0.0.1:9345/db/info 2>/dev/null) &&
    printf '%s\n' "$etcd_answer" | tr '{' ',' | tr ',' '\n' |
    sed -n 's/^ *"name": *"\([A-Za-z0-9.-]*\)-[0-9a-f]*".*/\1/p'
}

# etcd_has NODE: whether it is a member, or that is unknown.
etcd_has() {
  command -v curl >/dev/null 2>&1 || return 1
  etcd_list=$(etcd_members) || return 0
  printf '%s\n' "$etcd_list" | grep -qxF -- "$1"
}

# known_as KIND NAME [OPTION…]: whether the cluster has such an object; fails also when it gives no
# answer, with $known_error set.
known_as() {
  known_error=
  known_name=$("$kubectl" --kubeconfig "$kubeconfig" --request-timeout=20s get "$@" --ignore-not-found \
    -o name 2>/dev/null) || known_error=yes
  [ -n "$known_name" ]
}

# password_is_orphan NODE: whether the cluster has the password of a node, and surely no such node.
password_is_orphan() {
  known_as secret "$1.node-password.rke2" -n kube-system || return 1
  ! known_as node "$1" && [ -z "$known_error" ]
}

# Sets $rke2 to the binary, wherever the installer put it, and $installed to its version.
find_rke2() {
  installed=
  for rke2 in /usr/local/bin/rke2 /opt/rke2/bin/rke2 /usr/bin/rke2; do
    if [ -x "$rke2" ]; then
      installed=$("$rke2" --version 2>/dev/null | sed -n '1s/^rke2 version \([^ ]*\).*/\1/p')
      return 0
    fi
  done
  rke2=
  return 1
}

# pause: a short rest between two looks at something that reports no change by itself.
pause() {
  sleep 0.2 2>/dev/null || sleep 1
}

# stream COMMAND…: runs it until it ends, or until its output has no reader any more. An empty line
# every few seconds detects that, so that a cut connection leaves no process behind.
stream() {
  "$@" &
  stream_pid=$!
  trap 'kill $stream_pid 2>/dev/null' EXIT
  trap '' PIPE
  trap 'exit 0' HUP TERM INT
  while kill -0 "$stream_pid" 2>/dev/null; do
    stream_beat=0
    while [ "$stream_beat" -lt 5 ] && kill -0 "$stream_pid" 2>/dev/null; do
      sleep 1
      stream_beat=$((stream_beat + 1))
    done
    echo 2>/dev/null || exit 0
  done
}

# read_lock: the holder of this host's lock, in $l_run, $l_console, $l_cluster, $l_owner, $l_pid,
# $l_since and $l_age, seconds since its last sign of life, by a clock that is never set; fails when
# there is none.
read_lock() {
  l_run='' l_console='' l_cluster='' l_owner='' l_pid='' l_since='' l_beat=0 l_age=0
  read -r now _ </proc/uptime
  now=${now%%.*}
  [ -s "$lock_file" ] || return 1
  while IFS='=' read -r read_lock_key read_lock_value; do
    case $read_lock_key in
    run) l_run=$read_lock_value ;;
    console) l_console=$read_lock_value ;;
    cluster) l_cluster=$read_lock_value ;;
    owner) l_owner=$read_lock_value ;;
    pid) l_pid=$read_lock_value ;;
    since) l_since=$read_lock_value ;;
    beat) l_beat=$read_lock_value ;;
    esac
  done <"$lock_file"
  l_age=$((now - l_beat))
}

# A script that changes a host continues only while the lock there is this run's, or was removed by
# a restart.
if [ -n "${fence-}" ] && ! { read_lock && [ "$l_run" = "$fence" ]; }; then
  read -r boot_id </proc/sys/kernel/random/boot_id
  if [ -n "$l_run" ] || [ "$boot_id" = "$fence_boot" ]; then
    echo "taken=$l_owner"
    echo "taken_pid=$l_pid"
    echo "taken_since=$l_since"
    exit 1
  fi
fi
