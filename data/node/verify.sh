# SPDX-License-Identifier: Apache-2.0
# The nodes as the cluster lists them, as "node=<name> <status of its condition Ready> <reason>:
# <message>"; their pods of kube-system that do not run after a while, and nodes that the cloud
# controller has not taken over; and does the API of each server answer under the registration name,
# with a certificate that holds it? Without credentials 401 is the good answer.
# Parameters: name, addresses, ours (the nodes of the answers).
# Answers besides: pod=NODE POD RESTARTS REASON: LAST WORDS; late=NODE POD REASON; taint=NODE;
# controller=no where no cloud controller is installed; unlisted=REASON.
# shellcheck shell=sh disable=SC2154
form='{range .items[*]}node={.metadata.name}{range .status.conditions[?(@.type=="Ready")]}'
form=$form' {.status} {.reason}: {.message}{end}{"\n"}{end}'
HOME=/proc/none # kubectl keeps there what it learns: nowhere
round=0
# Right after a server has joined, etcd may be busy for a moment.
until nodes=$("$kubectl" --kubeconfig "$kubeconfig" --request-timeout=10s get nodes -o "jsonpath=$form" 2>&1); do
  round=$((round + 1))
  [ "$round" -lt 3 ] || break
  pause
done
if [ "$round" -lt 3 ]; then
  printf '%s\n' "$nodes"
else
  printf '%s\n' "$nodes" | tail -n 1 | sed 's/^/error=/'
fi
# How long a pod may take to start, and one that crashes to recover: the pauses of the kubelet double
# from 10 s on. Both are below the deadline of the step.
late_after=60
lost_after=80

# A row for each pod: node, name, phase, owner; for each container "name:ready:waiting:ended:restarts".
container='{" "}{.name}:{.ready}:{.state.waiting.reason}:{.state.terminated.reason}:{.restartCount}'
pod_form='{range .items[*]}{.spec.nodeName} {.metadata.name} {.status.phase}'
pod_form=$pod_form' {.metadata.ownerReferences[0].kind}/{range .status.initContainerStatuses[*]}'$container
pod_form=$pod_form'{end}{range .status.containerStatuses[*]}'$container'{end}{"\n"}{end}'

list_pods() {
  "$kubectl" --kubeconfig "$kubeconfig" --request-timeout=10s -n kube-system get pods -o "jsonpath=$pod_form" 2>&1
}

# Those that crash, as "crash NODE POD CONTAINER RESTARTS REASON", and those that are not ready, as
# "late NODE POD REASON". What has ended well, or was replaced after it failed, is no pod to wait for.
judge_pods() {
  awk -v nodes=" $ours " '
    index(nodes, " " $1 " ") == 0 || $3 == "Succeeded" || ($3 == "Failed" && $4 != "Node/") { next }
    {
      crash = ""; late = NF < 5 ? $3 : ""
      for (i = 5; i <= NF; i++) {
        split($i, c, ":")
        if (c[2] == "true" || c[4] == "Completed") continue
        reason = c[3] != "" ? c[3] : c[4] != "" ? c[4] : "NotReady"
        if (reason ~ /BackOff|Err|Invalid|OOM|Cannot/) crash = c[1] " " c[5] " " reason
        else late = reason
      }
      if (crash != "") print "crash", $1, $2, crash
      else if (late != "") print "late", $1, $2, late
    }'
}

list_taints() {
  "$kubectl" --kubeconfig "$kubeconfig" --request-timeout=10s get nodes -o 'jsonpath={range .items[*]}{.metadata.name} {.spec.taints[*].key}{"\n"}{end}' 2>/dev/null |
    awk -v nodes=" $ours " 'index(nodes, " " $1 " ") && / node\.cloudprovider\.kubernetes\.io\/uninitialized( |$)/ { print $1 }'
}

# last_words POD CONTAINER: of the one before, which crashed; else of the one that runs.
last_words() {
  for before in true false; do
    said=$("$kubectl" --kubeconfig "$kubeconfig" --request-timeout=10s -n kube-system logs "$1" -c "$2" \
      "--previous=$before" --tail=5 2>/dev/null | grep . | tail -n 1 | cut -c 1-500)
    [ -z "$said" ] || break
  done
  printf '%s' "$said"
}

began=$(date +%s)
while :; do
  if pods=$(list_pods); then
    bad=$(printf '%s\n' "$pods" | judge_pods)
    taints=$(list_taints)
    unlisted=
  else
    unlisted=$(printf '%s\n' "$pods" | tail -n 1) bad='' taints=''
  fi
  [ -n "$bad$taints$unlisted" ] || break
  limit=$late_after
  case $taints$bad in *"crash "*) limit=$lost_after ;; esac
  [ -z "$taints" ] || limit=$lost_after
  [ $(($(date +%s) - began)) -lt $limit ] || break
  sleep 2
done
[ -z "$unlisted" ] || echo "unlisted=$unlisted"
[ -z "$bad" ] || printf '%s\n' "$bad" | while read -r kind node pod container restarts reason; do
  case $kind in
  crash) echo "pod=$node $pod $restarts $reason: $(last_words "$pod" "$container")" ;;
  late) echo "late=$node $pod $container" ;;
  esac
done
[ -z "$taints" ] || {
  printf '%s\n' "$taints" | sed 's/^/taint=/'
  printf '%s\n' "$pods" | grep -q ' cloud-controller-manager-' || echo controller=no
}
command -v curl >/dev/null 2>&1 || exit 0
for address in $addresses; do
  ip=$address
  case $address in
  *:*) ;;
  *[!0-9.]*) # a name: curl wants an address
    ip=$(getent ahosts "$address" | sed -n '1s/ .*//p')
    [ -n "$ip" ] || {
      echo "api=$address 000 6"
      continue
    }
    ;;
  esac
  case $ip in
  *:*) ip="[$ip]" ;;
  esac
  code=$(curl -s -m 10 -o /dev/null -w '%{http_code}' --noproxy '*' \
    --cacert /var/lib/rancher/rke2/server/tls/server-ca.crt \
    --resolve "$name:6443:$ip" "https://$name:6443/readyz")
  echo "api=$address $code $?"
done
