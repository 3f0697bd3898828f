# SPDX-License-Identifier: Apache-2.0
# Does the cluster know the node, or keep its password? Sets $state: there or done. Runs on a server
# that stays; one that has never been started knows no node. Parameters: node.
# shellcheck shell=sh disable=SC2154,SC2034
HOME=/proc/none # kubectl keeps there what it learns: nowhere
state="done"
if [ -x "$kubectl" ] && [ -s "$kubeconfig" ]; then
  for kind in "node $node" "secret $node.node-password.rke2 -n kube-system"; do
    # shellcheck disable=SC2086 # words
    if known_as $kind || [ -n "$known_error" ]; then state=there; fi
  done
fi
