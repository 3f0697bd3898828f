# SPDX-License-Identifier: Apache-2.0
# Where a start stands that gets no further, and whose journal gives no reason: the last errors of the
# kubelet and of containerd, and containers that ended again and again, with their last words.
# Parameters: unit.
# Answers: kubelet=LINE, containerd=LINE; ended=POD FILE ATTEMPT WORDS.
# shellcheck shell=sh disable=SC2154
data=/var/lib/rancher/rke2
limit=
command -v timeout >/dev/null 2>&1 && limit='timeout -k 2 15'
now=$(date +%s)
properties "$unit" ExecMainStartTimestamp
begun=$(date -d "$p_ExecMainStartTimestamp" +%s 2>/dev/null) || begun=0
recent=$((now - 120))
[ "${begun:-0}" -gt "$recent" ] && recent=$begun

# Its times are those of the host, without a year: "E1130 05:38:33.123456".
since=$(unset TZ && date -d "@$recent" '+%m%d %H:%M:%S')
tail -n 400 "$data/agent/logs/kubelet.log" 2>/dev/null | grep '^[EF][0-9][0-9][0-9][0-9] ' |
  awk -v since="$since" 'substr($0, 2, 13) >= since' | tail -n 8 | cut -c 1-2000 | sed 's/^/kubelet=/'

tail -n 400 "$data/agent/containerd/containerd.log" 2>/dev/null |
  grep -e 'level=\(error\|fatal\) .*failed' -e 'msg="fetch failed"' | tail -n 8 | cut -c 1-2000 |
  while IFS= read -r line; do
    stamp=${line#*time=\"}
    stamp=$(date -d "${stamp%%\"*}" +%s 2>/dev/null) || continue
    [ "$stamp" -lt "$recent" ] || printf 'containerd=%s\n' "$line"
  done

# The newest container of each name comes first.
CRI_CONFIG_FILE=$data/agent/etc/crictl.yaml $limit "$data/bin/crictl" ps -a 2>/dev/null |
  awk -F '  +' 'NR > 1 && !seen[$8 "/" $5]++ && $4 == "Exited" && $6 >= 2 { print $5, $6, $8 }' | head -n 8 |
  while read -r name attempt pod; do
    for file in /var/log/pods/*_"$pod"_*/"$name"/"$attempt".log /var/log/pods/*_"$pod"_*/"$name"/*.log; do
      [ -s "$file" ] || continue
      # Without the time, the stream and the tag that the runtime puts before the words.
      words=$(tail -n 1 "$file" | sed 's/^[^ ]* std[a-z]* [FP] //' | cut -c 1-500)
      echo "ended=$pod $file $attempt $words"
      break
    done
  done
exit 0
