# SPDX-License-Identifier: Apache-2.0
# Which cluster a host belongs to, and what it has of it. The machine itself is host-facts.sh's matter.
# Parameters: role; token (of the answers; may be empty); own (keys of config.yaml that
# are ours, of the answers) and networks (names of those that RKE2 brings), words.
# shellcheck shell=sh disable=SC2154,SC1091
read -r boot </proc/sys/kernel/random/boot_id && echo "boot=$boot"
for unit in server agent; do
  # A unit that is not there needs no question.
  p_ActiveState=inactive
  [ -n "$(find_unit "rke2-$unit.service")" ] && properties "rke2-$unit.service" ActiveState
  echo "unit.$unit=$p_ActiveState"
done
if find_rke2; then
  echo "binary=$rke2"
  echo "installed=$installed"
fi

grep -qs '^# rke2-wizard:' "/etc/default/rke2-$role" && echo proxy_lines=yes

# Traces of an earlier install: etcd data make it a member of a cluster, its CA says of which. A
# cluster that somebody else has made may have its data in another folder.
data=$(cat /etc/rancher/rke2/config.yaml /etc/rancher/rke2/config.yaml.d/*.yaml 2>/dev/null |
  sed -n 's/^data-dir: *//p' | tail -n 1)
data=${data#[\"\']}
data=${data%[\"\']}
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
if [ -s "$data/server/token" ]; then
  known=$(cat "$data/server/token")
  known=${known##*::*:}
elif [ -s /etc/rancher/rke2/config.yaml ]; then
  known=$(sed -n 's/^token: *//p' /etc/rancher/rke2/config.yaml | head -n 1)
  known=${known#[\"\']}
  known=${known%[\"\']}
  known=${known##*::*:}
fi
if [ -z "$known" ]; then
  echo token=none
elif [ "$known" = "$token" ]; then
  echo token=same
else
  echo token=differs
fi
if [ -s /etc/rancher/rke2/config.yaml ]; then
  echo "server_url=$(sed -n 's/^server: *//p' /etc/rancher/rke2/config.yaml | head -n 1)"
  # What connects the pods of a cluster that exists. Another file beside ours may say it, which
  # counts then, before and after; and a list of networks is none of ours.
  cni=$(sed -n 's/^cni: *//p' /etc/rancher/rke2/config.yaml | sed 's/ *$//;q')
  cni=${cni#[\"\']}
  cni=${cni%[\"\']}
  case " $networks " in
  *" $cni "*) ;;
  *)
    own=$(echo " $own " | sed 's/ cni / /')
    grep -q "^[\"']\{0,1\}cni" /etc/rancher/rke2/config.yaml && cni= || cni=canal
    ;;
  esac
  cat /etc/rancher/rke2/config.yaml.d/*.yaml 2>/dev/null | grep -q "^[\"']\{0,1\}cni" && cni=
  echo "cni=$cni"
  # Keys that were set there by hand, and a new file would remove.
  # shellcheck disable=SC2086 # words
  keys=$(sed -n "s/^[\"']\{0,1\}\([A-Za-z][A-Za-z0-9-]*\)+*[\"']\{0,1\} *:.*/\1/p" \
    /etc/rancher/rke2/config.yaml |
    grep -vxF "$(printf '%s\n' $own)" | tr '\n' ' ')
  echo "foreign_keys=${keys% }"
fi

# Whether a node of this name was made here: it goes with its password, and in etcd by its own name.
for file in /etc/rancher/node/password "$data/server/db/etcd/name"; do
  [ -s "$file" ] && echo identity=yes && break
done
# Settings that cannot be changed later. A list is printed with commas; the file is ours, or written
# like ours.
if [ -s /etc/rancher/rke2/config.yaml ]; then
  awk '
    function tell() { if (key != "") print "config=" key "=" value }
    /^[A-Za-z]/ { tell(); key = $0; sub(/ *:.*/, "", key); value = $0; sub(/^[^:]*: */, "", value) }
    /^ *- / && key != "" { sub(/^ *- */, ""); value = value (value == "" ? "" : ",") $0 }
    END { tell() }' /etc/rancher/rke2/config.yaml |
    grep -v -e '^config=token' -e '^config=agent-token' | tr -d "\"'"
fi
HOME=/proc/none # kubectl keeps there what it learns: nowhere
# The members of the cluster: its nodes and, by etcd itself, its members.
if [ "$role" = server ] && [ -x "$kubectl" ] && [ -s "$kubeconfig" ] &&
  [ "$(property rke2-server.service ActiveState)" = active ]; then
  form='{range .items[*]}node={.metadata.name} {.metadata.labels.node-role\.kubernetes\.io/etcd}'
  form=$form'{range .status.conditions[?(@.type=="Ready")]} {.status}{end}{"\n"}{end}'
  "$kubectl" --kubeconfig "$kubeconfig" --request-timeout=5s get nodes -o "jsonpath=$form" 2>/dev/null &&
    echo api=yes
  etcd_members | sed 's/^/member=/'
fi
