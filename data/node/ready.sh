# SPDX-License-Identifier: Apache-2.0
# How the service is, what the kubelet said last (it has a log of its own), and whether the supervisor
# of a server says it is ready.
# Parameters: unit, role, token.
# shellcheck shell=sh disable=SC2154
properties "$unit" ActiveState SubState NRestarts ExecMainStartTimestamp
echo "active=$p_ActiveState"
echo "sub=$p_SubState"
echo "restarts=$p_NRestarts"
# In the form of times in Kubernetes.
[ -n "$p_ExecMainStartTimestamp" ] &&
  echo "started=$(date -u -d "$p_ExecMainStartTimestamp" +%Y-%m-%dT%H:%M:%SZ 2>/dev/null)"
# Without the level, the time and the place in the source that klog puts before the words.
echo "kubelet=$(tail -n 20 /var/lib/rancher/rke2/agent/logs/kubelet.log 2>/dev/null |
  sed -e '/^[[:space:]]*$/d' -e 's/^[IWEF][0-9]\{4\} [^]]*\] //' | tail -n 1 | cut -c 1-500)"
[ "$role" = server ] || exit 0
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
