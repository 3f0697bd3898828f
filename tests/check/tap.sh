# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh
# Shared by the checks: where the tree is, which files belong to it, and how a verdict is printed
# (TAP for `make check`; an exit code for people).
set -eu
LC_ALL=C
export LC_ALL

srcdir=${RW_SRCDIR:-$(cd "$(dirname "$0")/../.." && pwd)}
# shellcheck disable=SC2034 # used by some checks
builddir=${RW_BUILDDIR:-$srcdir/build}
cd "$srcdir"

# Prints the files of the tree, one a line, relative to its top. A release has no git.
tree_files() {
  if [ -e .git ] && command -v git >/dev/null && git ls-files >/dev/null 2>&1; then
    git ls-files -co --exclude-standard
  else
    find . -type f -print | sed 's,^\./,,'
  fi | grep -Ev '^(build[^/]*|autom4te\.cache|m4|_build|_inst|rke2-wizard-[^/]*)/|(^|/)(\.git|\.deps|__pycache__)/|\.(o|a|log|trs|gmo|pot|pyc)$|^po/(Make|Rules)|^[^/]*(configure~?|config\.(h|h\.in|h\.in~|log|status)|aclocal\.m4|Makefile(\.in)?|ABOUT-NLS|stamp-h1)$' |
    while read -r file; do
      if [ -f "$file" ]; then echo "$file"; fi
    done
}

# Prints the C files below the given folders; a check that found none checked nothing.
c_files() {
  folders=$(echo "$*" | tr ' ' '|')
  tree_files | grep -E "^($folders)/.*\.[ch]\$" || {
    echo "no C file below $*" >&2
    return 1
  }
}

skip() {
  echo "SKIPPED: ${0##*/}: $*" >&2
  echo "1..0 # SKIP $*"
  exit 77
}

# Usage: verdict SENTENCE VIOLATIONS. The sentence holds when there are no violations.
verdict() {
  echo 1..1
  if [ -z "$2" ]; then
    echo "ok 1 - $1"
    exit 0
  fi
  printf '%s\n' "$2" | sed 's/^/# /'
  echo "not ok 1 - $1"
  exit 1
}
