# SPDX-License-Identifier: Apache-2.0
# Each change of each node, as JSON, from the moment the API answers on this server.
# shellcheck shell=sh disable=SC2154
trap '' PIPE
until [ -x "$kubectl" ] && [ -s "$kubeconfig" ]; do
  echo 2>/dev/null || exit 0
  pause
done
HOME=/proc/none # kubectl keeps there what it learns: nowhere
stream "$kubectl" --kubeconfig "$kubeconfig" get nodes -o json --watch --output-watch-events
