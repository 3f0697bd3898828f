# SPDX-License-Identifier: Apache-2.0
# Which start of the host this is.
# shellcheck shell=sh disable=SC2154
read -r boot </proc/sys/kernel/random/boot_id
echo "boot=$boot"
