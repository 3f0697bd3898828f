# SPDX-License-Identifier: Apache-2.0
# The nodes as the cluster lists them, as "node=<name> <status of its condition Ready> <reason>:
# <message>"; and does the API of each server answer under the registration name, with a certificate
# that holds it? Without credentials 401 is the good answer. Parameters: name, addresses.
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
