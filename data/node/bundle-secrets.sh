# SPDX-License-Identifier: Apache-2.0
# The secrets that this host keeps, so that the console can redact them in the parts that follow.
# They are kept nowhere there. Only looks. Answers: secret=TEXT.
# shellcheck shell=sh disable=SC2154
config=/etc/rancher/rke2
set -- "$config/config.yaml"
for file in "$config"/config.yaml.d/*.yaml "$config"/config.yaml.rke2-wizard-*; do
  [ -f "$file" ] && set -- "$@" "$file"
done
data=$(cat "$@" 2>/dev/null | sed -n 's/^data-dir: *//p' | tail -n 1)
data=${data#[\"\']}
data=${data%[\"\']}
: "${data:=/var/lib/rancher/rke2}"
quotes='s/^\(secret=\)["'"'"']\(.*\)["'"'"']$/\1\2/p'

for file in "$data/server/token" "$data/server/node-token" "$data/server/agent-token" \
  /etc/rancher/node/password; do
  [ -s "$file" ] && sed -n '1,4s/^/secret=/p' "$file"
done
cat "$@" "$config/registries.yaml" 2>/dev/null |
  sed -n -e 's/^[ -]*[A-Za-z-]*\(token\|password\|secret\|secret-key\|access-key\|auth\) *: *\([^ ].*\)$/secret=\2/p' |
  sed -n -e p -e "$quotes"
sed -n 's/^ *client-key-data: */secret=/p' "$config"/*.yaml 2>/dev/null

# The user and the password of proxies.
cat /etc/environment /etc/default/rke2-* /etc/sysconfig/rke2-* "$work/proxy" 2>/dev/null |
  sed -n -e 's/["'"'"']//g' -e 's/^.*[Pp][Rr][Oo][Xx][Yy]=\([^ ]*\)@.*$/\1/p' |
  sed -n -e 's/^.*:\/\///' -e 's/^/secret=/p' -e 's/^secret=[^:]*:/secret=/p'
exit 0
