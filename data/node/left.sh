# SPDX-License-Identifier: Apache-2.0
# Waits until etcd has let a server go that was deleted as a node. Parameters: node.
# shellcheck shell=sh disable=SC2154
left_round=0
while etcd_has "$node" && [ "$left_round" -lt 300 ]; do
  left_round=$((left_round + 1))
  pause
done
[ "$left_round" -lt 300 ] || echo "member=$node"
