# Tries ports of other hosts from this one. Parameters: self (index of this host); tcp: a line "INDEX
# ADDRESS PORT nonce|plain" for each port to connect to, where a nonce comes back or nothing has to;
# udp: a line "INDEX ADDRESS PORT NONCE" for each datagram to send; slots: connections at a time; limit:
# seconds for everything.
# shellcheck shell=sh disable=SC2154
command -v bash >/dev/null 2>&1 || {
  echo error=bash
  exit 0
}
# A connection needs a process of its own, because bash cannot give one up: who has not got through
# after two or three seconds is ended, and tried once more with more patience when all others are
# through, because a host may just be busy. What happens is told on a pipe: "go N", "up N", "end N WORDS", or the
# words of bash when a connection failed.
# shellcheck disable=SC2016 # for bash
bash -c '
self=$1 slots=$4 limit=$5
mapfile -t tests <<<"$2"
mapfile -t datagrams <<<"$3"
exec 3>&1 5<> <(:)
declare -A number pid begun since
trap "kill -9 \${pid[@]} 2>/dev/null" EXIT
trap "exit 1" HUP INT TERM PIPE

try() {
  local line=
  echo "go $1" >&5
  { exec 6<>"/dev/tcp/$2/$3"; } 2>&5 || exit
  echo "up $1" >&5
  [[ $4 = plain ]] || read -r -t 10 -n 64 line <&6
  echo "end $1 $line" >&5
}

tell() {
  local words
  read -r -a words <<<"${tests[$1]}"
  echo "tcp.${words[0]}.${words[2]}=$2" >&3
  unset "pid[$1]" "since[$1]"
}

# Counts what came back as ICMP "destination unreachable".
icmp() {
  local -a names words
  local i
  unreachable=0
  while read -r -a words; do
    [[ ${words[0]} = Icmp: ]] || continue
    for i in "${!names[@]}"; do
      if [[ ${names[i]} = InDestUnreachs ]]; then unreachable=${words[i]}; fi
    done
    names=("${words[@]}")
  done </proc/net/snmp
  while read -r -a words; do
    if [[ ${words[0]} = Icmp6InDestUnreachs ]]; then unreachable=$((unreachable + words[1])); fi
  done </proc/net/snmp6
}

# Nobody answered: what was tried for the first time is tried again.
silent() {
  if ((patience < 6)); then
    again+=("$1")
    unset "pid[$1]" "since[$1]"
  else
    tell "$1" silent
  fi
}

# A refusal can be a TCP reset or an ICMP message; bash says the same of both.
failed() {
  local key=${1##*/dev/tcp/} n
  n=${number[${key%%:*}]}
  [[ -n $n ]] || return
  case $1 in
  *": Connection refused") refused+=("$n") && unset "pid[$n]" "since[$n]" ;;
  *": Connection timed out") silent "$n" ;;
  # After seconds it was nobody at all: not even its hardware address was to be had.
  *": No route to host") if ((SECONDS - ${begun[$n]} < 2)); then tell "$n" icmp; else silent "$n"; fi ;;
  *": Permission denied" | *": Protocol not available") tell "$n" icmp ;;
  *": Invalid argument") tell "$n" "error unresolved" ;;
  *) tell "$n" "error ${1##*: }" ;;
  esac
}

event() {
  local n
  case $1 in
  go\ *) n=${1#go } && begun[$n]=$SECONDS since[$n]=$SECONDS ;;
  up\ *) n=${1#up } && since[$n]=$((SECONDS + 10)) ;;
  end\ *) n=${1#end } && tell "${n%% *}" "open ${n#* }" ;;
  */dev/tcp/*) failed "$1" ;;
  esac
}

give_up_waiting() {
  local n
  for n in "${!since[@]}"; do
    if ((SECONDS - ${since[$n]} > patience)); then
      kill -9 "${pid[$n]}" 2>/dev/null
      silent "$n"
    fi
  done
}

# Tries these of the tests, each for so many seconds.
connect_to() {
  local next=0 n index address port mode line
  local -a queue
  patience=$1
  shift
  queue=("$@")
  while ((next < ${#queue[@]} || ${#pid[@]} > 0)) && ((SECONDS < limit)); do
    while ((next < ${#queue[@]} && ${#pid[@]} < slots)); do
      n=${queue[next]}
      read -r index address port mode <<<"${tests[n]}"
      number[$address/$port]=$n
      try "$n" "$address" "$port" "$mode" </dev/null >/dev/null 2>&1 3>&- &
      pid[$n]=$!
      next=$((next + 1))
    done
    if read -r -t 0.2 -u 5 line; then event "$line"; else give_up_waiting; fi
  done
}

connect_all() {
  local -a late
  [[ -n $tcp_wanted ]] || return
  connect_to 2 "${!tests[@]}"
  late=("${again[@]}")
  ((${#late[@]} == 0)) || connect_to 6 "${late[@]}"
}

# Tries once more, alone, and sets $how to what the counter says.
refused_how() {
  local words before status
  how=refused
  ((SECONDS < limit)) || return
  read -r -a words <<<"${tests[$1]}"
  icmp
  before=$unreachable
  timeout 4 bash -c "exec 6<>/dev/tcp/\$0/\$1" "${words[1]}" "${words[2]}" 2>/dev/null
  status=$?
  icmp
  if ((unreachable > before)); then how=icmp; elif ((status != 124)); then how=reset; fi
}

look_at_refused() {
  local n any=$unreachable how=reset
  icmp
  any=$((unreachable > any))
  for n in "${refused[@]}"; do
    ((any)) && refused_how "$n"
    tell "$n" "$how"
  done
}

send_all() {
  local turn index address port nonce line fd
  local -A out bad
  [[ -n $udp_wanted ]] || return
  for turn in 1 2 3; do
    [[ $turn = 1 ]] || sleep 0.1
    for line in "${datagrams[@]}"; do
      read -r index address port nonce <<<"$line"
      if [[ $turn = 1 ]]; then
        { exec {fd}>"/dev/udp/$address/$port"; } 2>/dev/null || { bad[$index.$port]="error no way there" && continue; }
        out[$index.$port]=$fd
      fi
      fd=${out[$index.$port]}
      [[ -n $fd ]] || continue
      echo "$nonce $self $port" >&"$fd" || bad[$index.$port]=icmp
    done
  done 2>/dev/null
  for line in "${datagrams[@]}"; do
    read -r index address port nonce <<<"$line"
    echo "udp.$index.$port=${bad[$index.$port]:-sent}" >&3
  done
}

tcp_wanted=$2 udp_wanted=$3
refused=()
again=()
icmp
connect_all
look_at_refused
send_all
((${#pid[@]} > 0)) || echo done=yes >&3
' bash "$self" "$tcp" "$udp" "$slots" "$limit" 2>/dev/null
