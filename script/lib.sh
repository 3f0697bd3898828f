# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash
# Shared by the scripts: the packages they need, and building out of tree. To be sourced.

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# Where the build folders go; several people in one checkout give several places.
# shellcheck disable=SC2034 # used by the scripts
build_root=${RW_BUILD_ROOT:-$top}
# What build_in makes; nothing named is everything.
make_arguments=()

# Debian and Ubuntu names. What configure.ac asks for stands in the first list.
build_packages=(
  gcc libc6-dev make autoconf automake gettext pkg-config xz-utils
  libuv1-dev libssh2-1-dev libyaml-dev libcurl4-openssl-dev libsqlite3-dev libjansson-dev libssl-dev libc-ares-dev
  libncurses-dev zlib1g-dev
)
test_packages=(
  libcriterion-dev libvterm-dev clang shellcheck openssh-server openssh-client curl openssl strace patch python3
  python3-yaml locales
)
# Taken when the release has them; the check that needs one says so when it is missing.
optional_test_packages=(clang-format-19 zsh fish)

say() { printf '%s\n' "$*" >&2; }

die() {
  printf '%s: %s\n' "${0##*/}" "$*" >&2
  exit 1
}

as_root() {
  if ((EUID == 0)); then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo -- "$@"
  else
    die "needs root or sudo for: $*"
  fi
}

# Prints those of the given packages that are not installed.
missing_packages() {
  local installed package
  # Unknown names make it fail; it still prints those that it knows.
  installed=$(dpkg-query -W -f '${binary:Package} ${db:Status-Status}\n' "$@" 2>/dev/null |
    sed -n 's/^\([^: ]*\)[^ ]* installed$/\1/p') || true
  for package in "$@"; do
    grep -Fqx -- "$package" <<<"$installed" || echo "$package"
  done
}

package_exists() {
  local policy
  policy=$(LC_ALL=C apt-cache policy "$1" 2>/dev/null) && grep -q '^  Candidate: [^(]' <<<"$policy"
}

packages_updated=''
# Usage: install_packages [--optional] PACKAGE…  Asks the package manager only for what is missing.
install_packages() {
  local optional='' missing=() wanted=() package
  if [[ $1 == --optional ]]; then
    optional=1
    shift
  fi
  if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
    if [[ -z $packages_updated ]]; then
      say "No apt on this system. Needed, by their Debian names: $*"
    fi
    return 0
  fi
  mapfile -t missing < <(missing_packages "$@")
  ((${#missing[@]} > 0)) || return 0
  if [[ -z $packages_updated ]]; then
    say "Updating the package lists"
    apt_get update -qq || die "apt-get update failed"
    packages_updated=1
  fi
  for package in "${missing[@]}"; do
    if [[ -z $optional ]] || package_exists "$package"; then
      wanted+=("$package")
    else
      say "This release has no package $package"
    fi
  done
  ((${#wanted[@]} > 0)) || return 0
  say "Installing ${wanted[*]}"
  local log
  log=$(mktemp)
  if ! apt_get install -y -qq --no-install-recommends "${wanted[@]}" >"$log" 2>&1; then
    tail -n 40 "$log" >&2
    rm -f "$log"
    die "cannot install: ${wanted[*]}"
  fi
  rm -f "$log"
}

apt_get() {
  as_root env DEBIAN_FRONTEND=noninteractive LC_ALL=C \
    apt-get -o DPkg::Lock::Timeout=300 -o Dpkg::Use-Pty=0 "$@" </dev/null
}

install_build_packages() { install_packages "${build_packages[@]}"; }

install_test_packages() {
  local version
  install_packages "${build_packages[@]}" "${test_packages[@]}"
  install_packages --optional "${optional_test_packages[@]}"
  # clang's sanitizer and fuzzer runtime is a package of its own in newer releases.
  if version=$(clang -dumpversion 2>/dev/null); then
    install_packages --optional "libclang-rt-${version%%.*}-dev"
  fi
}

# Usage: [phase_tail=LINES] phase TEXT LOG COMMAND…  One line; the end of the log when it fails.
phase() {
  local text=$1 log=$2 start=$SECONDS code=0
  shift 2
  mkdir -p "$(dirname "$log")"
  printf '%s … ' "$text" >&2
  "$@" >"$log" 2>&1 </dev/null || code=$?
  if ((code == 0)); then
    printf '%d s\n' $((SECONDS - start)) >&2
  else
    printf 'failed after %d s; log: %s\n' $((SECONDS - start)) "$log" >&2
    tail -n "${phase_tail:-40}" "$log" >&2
  fi
  return "$code"
}

# Whether autoreconf came to its end: automake is its last step.
bootstrapped() {
  [[ -x $top/configure && -f $top/Makefile.in && -f $top/build-aux/tap-driver.sh ]]
}

# The checkout is locked: two scripts must not write configure at once.
bootstrap_checkout() (
  exec 9<"$top"
  flock 9
  bootstrapped || "$top/script/bootstrap"
)

configure_in() (
  mkdir -p "$1" && cd "$1" || exit
  shift
  "$top/configure" "$@"
)

make_in() {
  local build=$1
  shift
  make -C "$build" -j"$(nproc)" "$@"
}

# Usage: build_in FOLDER CONFIGURE-ARGUMENT…  Builds what has changed.
build_in() {
  local build=$1 name=${1##*/}
  shift
  if [[ -e $top/config.status ]]; then
    die "$top holds a build in the source tree: run 'make distclean' there first"
  fi
  if ! bootstrapped; then
    phase "Making configure" "$build/bootstrap.log" bootstrap_checkout || return 1
  fi
  if [[ ! -f $build/Makefile || $(cat "$build/configure-arguments" 2>/dev/null) != "$*" ]]; then
    phase "Configuring $name" "$build/configure.log" configure_in "$build" "$@" || return 1
    printf '%s\n' "$*" >"$build/configure-arguments"
  fi
  phase "Building $name" "$build/make.log" make_in "$build" ${make_arguments[@]+"${make_arguments[@]}"} || return 1
}
