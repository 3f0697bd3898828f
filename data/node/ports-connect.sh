# SPDX-License-Identifier: Apache-2.0
# Tries ports of other hosts from this one. Parameters: self (index of this host); tcp: a line "INDEX
# ADDRESS PORT nonce|plain" for each port to connect to, where a nonce comes back or nothing has to;
# udp: a line "INDEX ADDRESS PORT NONCE" for each datagram to send; slots: connections at a time; limit:
# seconds for everything.
# shellcheck shell=sh disable=SC2154
command -v bash >/dev/null 2>&1 || {
  echo error=bash
  exit 0
}
# A worker is a process that tries some ports one after the other; bash cannot give a connection up,
# so a worker that has not got through in time is ended, and each port that it had still to try gets
# a worker of its own. A port without an answer is tried once more after all others, with a longer
# timeout, because a host may just be busy. Worker J reports its work on port N on a pipe: "go J N",
# "up J N", "end J N WORDS", "late J N", or the words of bash when a connection failed.
# shellcheck disable=SC2016 # for bash
bash -c '
self=$1 slots=$4 limit=$5
set -f
IFS="
"
tests=($2) datagrams=($3)
IFS=" "
exec 3>&1 5<> <(:)
declare -A number owner pid rest now lost begun due
trap "kill -9 \${pid[@]} 2>/dev/null" EXIT
trap "exit 1" HUP INT TERM PIPE

work() {
  local job=$1 n line status
  shift
  for n; do
    set -- ${tests[n]}
    echo "go $job $n" >&5
    { exec 6<>"/dev/tcp/$2/$3"; } 2>&5 || continue
    echo "up $job $n" >&5
    line="" status=0
    [[ $4 = plain ]] || read -r -t 15 -n 64 line <&6 || status=$?
    if ((status > 128)); then echo "late $job $n" >&5; else echo "end $job $n $line" >&5; fi
    exec 6>&-
  done
}

tell() {
  told[$1]=yes
  set -- "$2" ${tests[$1]}
  echo "tcp.$2.$4=$1" >&3
}

# No answer: once is no proof.
silent() {
  ((turn == 1)) || tell "$1" silent
}

# After the first round: ports without a result are tried again.
second_turn() {
  local n
  turn=2 patience=6
  for ((n = 0; n < ${#tests[@]}; n++)); do
    if [[ -z ${told[n]} ]]; then queue+=("$n"); fi
  done
}

# through N: this port is done, and its worker continues with the next one or ends.
through() {
  local job=${owner[$1]}
  now[$job]=
  due[$job]=$((SECONDS + 10))
  if [[ -z ${rest[$job]} ]]; then unset "pid[$job]" "due[$job]"; fi
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

# A refusal can be a TCP reset or an ICMP message; bash says the same of both.
failed() {
  local key=${1##*/dev/tcp/} n
  n=${number[${key%: *}]}
  [[ -n $n && -n ${pid[${owner[$n]}]} ]] || return
  case $1 in
  *": Connection refused") refused+=("$n") told[n]=yes ;;
  *": Connection timed out") silent "$n" ;;
  # After seconds it means that there is no host: not even its hardware address was found.
  *": No route to host") if ((SECONDS - ${begun[$n]} < 2)); then tell "$n" icmp; else silent "$n"; fi ;;
  *": Permission denied" | *": Protocol not available") tell "$n" icmp ;;
  *": Invalid argument") tell "$n" "error unresolved" ;;
  *) tell "$n" "error ${1##*: }" ;;
  esac
  through "$n"
}

# The words of a worker that is ended already do not count.
event() {
  local line=$1 job n
  set -- $1
  job=${2:-none} n=$3
  case $line in
  "go "* | "up "* | "late "* | "end "*) [[ -n ${pid[$job]} ]] || return ;;
  */dev/tcp/*) failed "$line" && return ;;
  esac
  case $1 in
  go)
    now[$job]=$n lost[$job]=silent begun[$n]=$SECONDS due[$job]=$((SECONDS + patience))
    rest[$job]=${rest[$job]#"$n"}
    rest[$job]=${rest[$job]# }
    ;;
  up) lost[$job]=late due[$job]=$((SECONDS + 18)) ;;
  late) tell "$n" late && through "$n" ;;
  end) tell "$n" "open ${*:4}" && through "$n" ;;
  esac
}

give_up_waiting() {
  local job n
  for job in "${!due[@]}"; do
    ((SECONDS >= ${due[$job]})) || continue
    kill -9 "${pid[$job]}" 2>/dev/null
    unset "pid[$job]" "due[$job]"
    n=${now[$job]}
    if [[ -n $n && ${lost[$job]} = silent ]]; then
      silent "$n"
    elif [[ -n $n ]]; then
      tell "$n" "${lost[$job]}"
    fi
    for n in ${rest[$job]}; do queue+=("$n"); done
  done
}

# Few ports are tried all at once; many by sixteen workers, because processes are what costs.
share_out() {
  local n size=1
  patience=3
  if ((${#tests[@]} > 32)); then size=$((${#tests[@]} / 16 + 1)) patience=6; fi
  for ((n = 0; n < ${#tests[@]}; n++)); do
    set -- ${tests[n]}
    number[$2/$3]=$n
    if ((n % size == 0)); then queue+=("$n"); else queue[${#queue[@]} - 1]+=" $n"; fi
  done
}

connect_all() {
  local next=0 line part="" n
  while ((SECONDS < limit)); do
    if ((next == ${#queue[@]} && ${#pid[@]} == 0)); then
      ((turn == 1)) || return
      second_turn
    fi
    while ((next < ${#queue[@]} && ${#pid[@]} < slots)); do
      rest[$next]=${queue[next]}
      for n in ${queue[next]}; do owner[$n]=$next; done
      work $next ${queue[next]} </dev/null >/dev/null 2>&1 3>&- &
      pid[$next]=$! due[$next]=$((SECONDS + 10))
      next=$((next + 1))
    done
    # On a busy host the time may be up in the middle of a line.
    if read -r -t 0.2 -u 5 line; then
      event "$part$line"
      part=
    else
      part+=$line
      [[ -n $part ]] || give_up_waiting
      # Detects that the peer listens no more; an empty line is no answer.
      echo >&3 || exit 1
    fi
  done
}

# Tries once more, alone, and sets $how to what the counter says.
refused_how() {
  local before status
  how=refused
  ((SECONDS < limit)) || return
  set -- ${tests[$1]}
  icmp
  before=$unreachable
  timeout 4 bash -c "exec 6<>/dev/tcp/\$0/\$1" "$2" "$3" 2>/dev/null
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

# A port unreachable comes back as an error of the next datagram.
send_all() {
  local turn line fd
  local -A out bad
  for turn in 1 2 3; do
    [[ $turn = 1 ]] || sleep 0.1
    for line in "${datagrams[@]}"; do
      set -- $line
      if [[ $turn = 1 ]]; then
        { exec {fd}>"/dev/udp/$2/$3"; } 2>/dev/null || { bad[$1.$3]="error no way there" && continue; }
        out[$1.$3]=$fd
      fi
      fd=${out[$1.$3]}
      [[ -z $fd ]] || echo "$4 $self $3" >&"$fd" || bad[$1.$3]=icmp
    done
  done 2>/dev/null
  for line in "${datagrams[@]}"; do
    set -- $line
    echo "udp.$1.$3=${bad[$1.$3]:-sent}" >&3
  done
}

refused=() queue=() told=() turn=1
icmp
share_out
connect_all
look_at_refused
[[ -z $3 ]] || send_all
((${#pid[@]} > 0)) || echo done=yes >&3
' bash "$self" "$tcp" "$udp" "$slots" "$limit" 2>/dev/null
