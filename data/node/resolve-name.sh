# SPDX-License-Identifier: Apache-2.0
# Resolves a name with this host's own resolver. Parameters: name, rounds, stagger (seconds: of many
# hosts not all ask at once).
# shellcheck shell=sh disable=SC2154
# A silent name server costs seconds, not half a minute.
RES_OPTIONS='timeout:3 attempts:2'
export RES_OPTIONS
limit=
command -v timeout >/dev/null 2>&1 && limit='timeout 20'

sed -n 's/^[[:space:]]*nameserver[[:space:]]\{1,\}\([^[:space:]]*\).*/server=\1/p' /etc/resolv.conf 2>/dev/null
if command -v ip >/dev/null 2>&1; then
  ip -o addr show scope global 2>/dev/null | awk '{ sub(/\/.*/, "", $4); print "own=" $4 }'
else
  hostname -I 2>/dev/null | tr ' ' '\n' | sed -n 's/^\(.\{1,\}\)$/own=\1/p'
fi
# In /etc/hosts no letter case counts, and no final dot.
awk -v name="$name" '
  BEGIN { name = tolower(name); sub(/\.$/, "", name) }
  { sub(/#.*/, "") }
  { for (i = 2; i <= NF; i++) { word = tolower($i); sub(/\.$/, "", word); if (word == name) print "file=" $1 } }
' /etc/hosts 2>/dev/null

command -v getent >/dev/null 2>&1 || {
  echo error=getent
  exit 0
}
sleep "${stagger:-0}"
ask() {
  begun=$(date +%s)
  # Not quoted: a command and its argument, or nothing.
  found=$($limit getent ahosts "$name" 2>/dev/null)
  status=$?
  found=$(printf '%s\n' "$found" | awk '$2 == "STREAM" { printf "%s%s", sep, $1; sep = " " }')
  seconds=$(($(date +%s) - begun))
}
round=0
while [ "$round" -lt "$rounds" ]; do
  round=$((round + 1))
  ask
  # One failure is no proof; a slow one has cost its whole time limit, and was tried twice by the
  # resolver itself.
  [ -n "$found" ] || [ "$seconds" -ge 3 ] || {
    sleep 1
    ask
  }
  echo "answer=$found"
  [ -n "$found" ] || {
    echo "status=$status"
    echo "seconds=$seconds"
    break
  }
done
