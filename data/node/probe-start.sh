# SPDX-License-Identifier: Apache-2.0
# Does the service run, with the configuration that is on disk? Sets $state: started, stale (runs
# with an older configuration) or absent; $since, from when its journal is of interest; and
# $node_name, the name of the node where the configuration sets one.
# Parameters: unit.
# shellcheck shell=sh disable=SC2154,SC2034
start_state
etcd_member /var/lib/rancher/rke2 && member=yes || member=no
node_name=$(setting node-name)
