# SPDX-License-Identifier: Apache-2.0
# Which cluster a host belongs to, and what it has of it. The machine itself is host-facts.sh's matter.
# Parameters: role, unit; token (of the answers; may be empty); proxy (lines of the environment as
# they are wanted); names (of the hosts that may be new, words).
# shellcheck shell=sh disable=SC2154,SC1091
read -r boot </proc/sys/kernel/random/boot_id && echo "boot=$boot"
for kind in server agent; do
  # A unit that is not there needs no question.
  p_ActiveState=inactive
  [ -n "$(find_unit "rke2-$kind.service")" ] && properties "rke2-$kind.service" ActiveState
  echo "unit.$kind=$p_ActiveState"
done
if find_rke2; then
  echo "binary=$rke2"
  echo "installed=$installed"
fi

[ -n "$(find_unit "$unit")" ] && start_state && echo "state=$state"

if grep -qs '^# rke2-wizard:' "/etc/default/rke2-$role"; then
  ours=$(awk '
    /^# rke2-wizard:/ { ours = 1; next }
    ours && /^(HTTP_PROXY|HTTPS_PROXY|NO_PROXY)=/ { print; next }
    { ours = 0 }' "/etc/default/rke2-$role")
  [ "$ours" = "$(printf '%s' "$proxy")" ] && echo proxy_lines=same || echo proxy_lines=other
fi

# Traces of an earlier install: etcd data make it a member of a cluster, its CA says of which. A
# cluster that somebody else has made may have its data in another folder.
data=$(setting data-dir)
: "${data:=/var/lib/rancher/rke2}"
etcd_member "$data" && echo etcd=yes
for ca in "$data/server/tls/server-ca.crt" "$data/agent/server-ca.crt"; do
  if [ -s "$ca" ]; then
    echo "ca=$(sha256sum "$ca" | cut -d' ' -f1)"
    break
  fi
done

# The token it has, compared here so that no token travels back. The file of a server holds the
# full form, K10<hash>::server:<secret>.
known=
[ -s "$data/server/token" ] && known=$(cat "$data/server/token")
echo "cluster_ca=$(ca_hash "$known")"
echo "token_ca=$(ca_hash "$(setting token)")"
: "${known:=$(setting token)}"
# The secret itself may hold colons.
case $known in
K10*::*:*) known=${known#K10*::*:} ;;
esac
if [ -z "$known" ]; then
  echo token=none
elif [ "$known" = "$token" ]; then
  echo token=same
else
  echo token=differs
fi
tell_config

# Whether a node of this name was made here: it goes with its password, and in etcd by its own name.
for file in /etc/rancher/node/password "$data/server/db/etcd/name"; do
  [ -s "$file" ] && echo identity=yes && break
done
HOME=/proc/none # kubectl keeps there what it learns: nowhere
# The members of the cluster: its nodes and, by etcd itself, its members.
if [ "$role" = server ] && [ -x "$kubectl" ] && [ -s "$kubeconfig" ] &&
  [ "$(property rke2-server.service ActiveState)" = active ]; then
  form='{range .items[*]}node={.metadata.name} {.metadata.labels.node-role\.kubernetes\.io/etcd}'
  form=$form'{range .status.conditions[?(@.type=="Ready")]} {.status}{end}{"\n"}{end}'
  "$kubectl" --kubeconfig "$kubeconfig" --request-timeout=5s get nodes -o "jsonpath=$form" 2>/dev/null &&
    echo api=yes
  etcd_members | sed 's/^/member=/'
  # The passwords of nodes that began to join and are none: one that is new would be refused.
  for name in $names; do
    password_is_orphan "$name" && echo "orphan=$name"
  done
fi
