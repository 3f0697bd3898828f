# SPDX-License-Identifier: Apache-2.0
# The administrator's kubeconfig of this server, line by line.
# shellcheck shell=sh disable=SC2154
[ -s "$kubeconfig" ] && sed 's/^/line=/' "$kubeconfig"
exit 0
