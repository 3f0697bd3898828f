# SPDX-License-Identifier: Apache-2.0
# How the service is, what the kubelet said last (it has a log of its own); of a server also whether
# etcd takes it for a learner, and whether its supervisor says it is ready.
# Parameters: unit, role, token.
# shellcheck shell=sh disable=SC2154
properties "$unit" ActiveState SubState NRestarts ExecMainStartTimestamp
echo "active=$p_ActiveState"
echo "sub=$p_SubState"
echo "restarts=$p_NRestarts"
# In the form of times in Kubernetes.
[ -n "$p_ExecMainStartTimestamp" ] &&
  echo "started=$(date -u -d "$p_ExecMainStartTimestamp" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null)"
# One that was started again meanwhile covers the last words of the one before with its first.
echo "kubelet=$(tail -n 100 /var/lib/rancher/rke2/agent/logs/kubelet.log 2>/dev/null |
  awk 'NF { last = $0 } /"command failed"/ { failed = $0 } END { print failed ? failed : last }' |
  cut -c 1-2000)"
[ "$role" = server ] || exit 0
echo "ca=$(ca_hash "$(cat /var/lib/rancher/rke2/server/token 2>/dev/null)")"
# etcd's own word: 1 for a learner, 0 for a voter, nothing while it does not run. The condition of the
# node says the same 10 to 30 s later. RKE2 brings kubectl, so one of the three is always there.
etcd=http://127.0.0.1:2381
etcd_metrics() {
  if command -v curl >/dev/null 2>&1; then
    curl -sf -m 5 --noproxy '*' "$etcd/metrics"
  elif command -v wget >/dev/null 2>&1; then
    wget --no-proxy -qO- -T 5 -t 1 "$etcd/metrics"
  else
    HOME=/proc/none "$kubectl" --server="$etcd" --request-timeout=5s get --raw /metrics
  fi
}
echo "learner=$(etcd_metrics 2>/dev/null | sed -n 's/^etcd_server_is_learner //p')"
url=https://127.0.0.1:9345/v1-rke2/readyz
# The secret goes in by a configuration on standard input: no argument of any process shows it.
if command -v curl >/dev/null 2>&1; then
  quoted=$(printf '%s' "$token" | sed 's/[\\"]/\\&/g')
  echo "readyz=$(curl -sk -m 10 --noproxy '*' -o /dev/null -w '%{http_code}' -K - $url <<END
user = "node:$quoted"
END
  )"
elif command -v wget >/dev/null 2>&1; then
  answer=$(wget --config=/dev/stdin --no-proxy -qO- -T 10 -t 1 $url 2>/dev/null <<END
user = node
password = $token
auth_no_challenge = on
check_certificate = off
END
  )
  [ "$answer" = ok ] && echo readyz=200 || echo readyz=503
else
  echo readyz=unknown
fi
