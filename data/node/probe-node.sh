# SPDX-License-Identifier: Apache-2.0
# Does the cluster know the node? Sets $state: there or done. Runs on a server that stays; one that
# has never been started knows no node. Parameters: node.
# shellcheck shell=sh disable=SC2154,SC2034
HOME=/proc/none # kubectl keeps there what it learns: nowhere
state="done"
if [ -x "$kubectl" ] && [ -s "$kubeconfig" ]; then
  found=$("$kubectl" --kubeconfig "$kubeconfig" --request-timeout=20s get node "$node" \
    --ignore-not-found -o name 2>&1) && [ -z "$found" ] || state=there
fi
