# SPDX-License-Identifier: Apache-2.0
# What kubectl says, as it says it. Parameters: format (empty for the table).
# shellcheck shell=sh disable=SC2154,SC2034,SC2015
HOME=/proc/none # kubectl keeps there what it learns: nowhere
[ -x "$kubectl" ] && [ -s "$kubeconfig" ] || {
  echo error=absent
  exit 0
}
if table=$("$kubectl" --kubeconfig "$kubeconfig" --request-timeout=10s get nodes 2>&1); then
  printf '%s\n' "$table" | sed 's/^/row=/'
else
  printf '%s\n' "$table" | tail -n 1 | sed 's/^/error=/'
fi
