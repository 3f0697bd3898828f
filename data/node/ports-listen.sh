# SPDX-License-Identifier: Apache-2.0
# Holds the ports that other hosts are going to try, for a limited time, and says who has those that
# are taken. Parameters: service (the transient unit), nonce (what each connection is answered with),
# tcp, udp (ports, separated by blanks), limit (seconds after which everything is gone by itself).
# shellcheck shell=sh disable=SC2154
# The only file, gone as soon as it is open: see below.
store=/run/$service

# held: "PROTOCOL PORT INODE local|any" for each wanted port that somebody listens on; local: on
# loopback alone.
held() {
  cat /proc/net/tcp /proc/net/tcp6 2>/dev/null | held_of tcp "$tcp"
  cat /proc/net/udp /proc/net/udp6 2>/dev/null | held_of udp "$udp"
}

held_of() {
  awk -v proto="$1" -v ports="$2" '
    BEGIN { n = split(ports, port, " "); for (i = 1; i <= n; i++) wanted[sprintf("%04X", port[i])] = port[i] }
    $1 !~ /^[0-9]+:$/ || (proto == "tcp" && $4 != "0A") { next }
    {
      split($2, at, ":")
      where = at[1] ~ /7F$/ && length(at[1]) == 8 || at[1] ~ /^0+1000000$/ ? "local" : "any"
      if (at[2] in wanted) print proto, wanted[at[2]], $10, where
    }'
}

# owners: standard input of that form with the process id, or -, behind it; each port once.
owners() {
  {
    sed 's/^/held /'
    ls -l /proc/[0-9]*/fd 2>/dev/null
  } | awk '
    $1 == "held" {
      key = $2 " " $3
      if (!(key in where)) order[++n] = key
      if (!(key in where) || $5 == "any") where[key] = $5
      key_of[$4] = key
    }
    /^\/proc\// { pid = $1; gsub(/[^0-9]/, "", pid) }
    $NF ~ /^socket:\[/ {
      inode = $NF
      gsub(/[^0-9]/, "", inode)
      if (inode in key_of && !(key_of[inode] in owner)) owner[key_of[inode]] = pid
    }
    END { for (i = 1; i <= n; i++) print order[i], where[order[i]], (order[i] in owner ? owner[order[i]] : "-") }'
}

# tell_owners: one line of answer for each; what RKE2 itself holds is no problem where it runs.
tell_owners() {
  while read -r proto port where pid; do
    name=
    group=
    [ "$pid" = - ] || {
      read -r name </proc/"$pid"/comm
      group=$(sed -n 's/^[0-9]*:\(name=systemd\)\{0,1\}:\//\//p' /proc/"$pid"/cgroup)
    } 2>/dev/null
    case $rke2:$pid:$group in
    yes:-:* | yes:*/rke2-server.service* | yes:*/rke2-agent.service* | yes:*kubepods*)
      echo "mine=$proto $port $where"
      ;;
    *)
      owner_unit=$(printf '%s\n' "$group" | tr / '\n' | grep -E '\.(service|scope|socket)$' | tail -n 1)
      echo "used=$proto $port $pid ${owner_unit:--} ${name:--}"
      ;;
    esac
  done
}

# without LIST TAKEN: the words of LIST that are not in TAKEN.
without() {
  for word in $1; do
    case " $2 " in *" $word "*) ;; *) printf '%s ' "$word" ;; esac
  done
}

fail() {
  echo "error=$1"
  exit 0
}

systemctl stop 'rke2-wizard-ports-*' 2>/dev/null
# One call, three lines.
states=$(systemctl is-active rke2-server rke2-agent firewalld 2>/dev/null | tr '\n' ' ')
# Not quoted: three words.
# shellcheck disable=SC2086
set -- $states
rke2=no
case "${1-} ${2-}" in active* | activating* | *' active' | *' activating') rke2=yes ;; esac
echo "rke2=$rke2"
if [ "${3-}" = active ]; then
  echo firewall=firewalld
elif grep -qsi '^ENABLED=yes' /etc/ufw/ufw.conf; then
  echo firewall=ufw
fi

taken=$(held)
if [ -n "$taken" ]; then
  printf '%s\n' "$taken" | owners | tell_owners
  tcp=$(without "$tcp" "$(printf '%s\n' "$taken" | sed -n 's/^tcp \([0-9]*\) .*/\1/p' | tr '\n' ' ')")
  udp=$(without "$udp" "$(printf '%s\n' "$taken" | sed -n 's/^udp \([0-9]*\) .*/\1/p' | tr '\n' ' ')")
fi
# RKE2 may want its other ports at any moment.
[ $rke2 = no ] || exit 0

activate=$(command -v systemd-socket-activate) || activate=/usr/lib/systemd/systemd-activate
{ command -v systemd-run >/dev/null 2>&1 && [ -x "$activate" ]; } || fail systemd
command -v timeout >/dev/null 2>&1 || fail timeout
case $activate in
*/systemd-activate) [ -z "$udp" ] || echo no_udp=yes && udp= ;;
esac
[ -n "$tcp$udp" ] || exit 0

# Datagrams go to a file that has no name any more when the first one comes: it ends with the process,
# whatever ends that. No $ in this text: systemd would fill it in.
program="exec >$store 2>/dev/null; rm -f $store"
for port in $udp; do
  program="$program; timeout $limit $activate -d -l $port sh -c 'exec cat <&3' &"
done
listen=
both=no
[ "$(cat /proc/sys/net/ipv6/bindv6only 2>/dev/null)" = 1 ] && both=yes
for port in $tcp; do
  listen="$listen -l $port"
  [ $both = no ] || listen="$listen -l 0.0.0.0:$port"
done
[ -z "$listen" ] || program="$program
timeout $limit $activate -a$listen sh -c 'echo $nonce >&3' &"
program="$program
wait"
said=$(systemd-run --unit="$service" --description='Port test of rke2-wizard' sh -c "$program" 2>&1) || fail "$said"

# All of them were free before, so the owner now is us.
wanted=0
for port in $tcp $udp; do wanted=$((wanted + 1)); done
looks=0
until [ "$(held | cut -d ' ' -f 1,2 | sort -u | wc -l)" -ge $wanted ]; do
  looks=$((looks + 1))
  [ $looks -lt 100 ] || fail listen
  sleep 0.05 2>/dev/null || sleep 1
done
# Not quoted: one line each.
# shellcheck disable=SC2086
[ -z "$tcp" ] || printf 'listening=tcp %s\n' $tcp
# shellcheck disable=SC2086
[ -z "$udp" ] || printf 'listening=udp %s\n' $udp
