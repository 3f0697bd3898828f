# Does the API of each server answer under the registration name, with a certificate that holds it?
# Without credentials 401 is the good answer. Parameters: name, addresses.
# shellcheck shell=sh disable=SC2154
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
