# SPDX-License-Identifier: Apache-2.0
# Does the cluster keep the password of a node that it does not know? A machine that began to join and
# never became a node leaves it, and nothing removes it. Sets $state: there or done. Parameters: node.
# shellcheck shell=sh disable=SC2154,SC2034
HOME=/proc/none # kubectl keeps there what it learns: nowhere
state="done"
password_is_orphan "$node" && state=there
