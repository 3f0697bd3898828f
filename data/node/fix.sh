# SPDX-License-Identifier: Apache-2.0
# Repairs what a check has found. The lines to run, as they were shown, follow as calls of line.
# shellcheck shell=sh

# line COMMANDS: runs one line as root would type it, says so, and stops the script when it fails.
# Its output is no answer of ours.
line() {
  echo "run=$1"
  eval "$1" >&2 || give_up "$1" "$?"
}
