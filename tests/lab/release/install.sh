#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# RKE2 installer of the test lab: a stand-in for https://get.rke2.io with the
# same variables, messages, exit codes and file layout. It only knows the tar method.
set -e

[ "${DEBUG}" != 1 ] || set -x

CHANNEL_URL=${INSTALL_RKE2_CHANNEL_URL:-https://update.rke2.io/v1-release/channels}
ARTIFACT_URL=${INSTALL_RKE2_ARTIFACT_URL:-@ARTIFACT_URL@}
CHANNEL=${INSTALL_RKE2_CHANNEL:-stable}
IMAGES_DIR=${INSTALL_RKE2_AGENT_IMAGES_DIR:-/var/lib/rancher/rke2/agent/images}
FAULTS=/etc/rke2-standin/faults

info() {
    echo "[INFO] " "$@"
    injected_failure "$*"
}

warn() {
    echo "[WARN] " "$@" >&2
}

fatal() {
    echo "[ERROR] " "$@" >&2
    echo "[ALT] Please visit 'https://github.com/rancher/rke2/releases' directly and download the latest rke2.tar.gz" >&2
    exit 1
}

# The lab's own: die right after a chosen line, with a chosen exit code.
injected_failure() {
    [ -r "${FAULTS}" ] || return 0
    while read -r fault code line; do
        [ "${fault}" = installer-fail ] || continue
        case $1 in
        *"${line}"*) exit "${code}" ;;
        esac
    done <"${FAULTS}"
}

check_root() {
    [ "$(id -u)" = 0 ] || fatal "You need to be root to perform this install"
}

setup_arch() {
    case ${ARCH:=$(uname -m)} in
    x86_64 | amd64) ARCH=amd64 ;;
    aarch64 | arm64) ARCH=arm64 ;;
    s390x) ARCH=s390x ;;
    *) fatal "unsupported architecture ${ARCH}" ;;
    esac
    SUFFIX=linux-${ARCH}
}

check_tools() {
    DOWNLOADER=
    for tool in curl wget; do
        if [ -z "${DOWNLOADER}" ] && command -v "${tool}" >/dev/null 2>&1; then
            DOWNLOADER=${tool}
        fi
    done
    [ -n "${DOWNLOADER}" ] || [ -n "${INSTALL_RKE2_ARTIFACT_PATH}" ] ||
        fatal "can not find curl or wget for downloading files"
}

setup_method() {
    case ${INSTALL_RKE2_METHOD:-tar} in
    yum | rpm | dnf) fatal "the lab's installer only knows the tar method" ;;
    esac
}

setup_prefix() {
    PREFIX=${INSTALL_RKE2_TAR_PREFIX}
    [ -z "${PREFIX}" ] || return 0
    PREFIX=/usr/local
    if mountpoint -q "${PREFIX}" || ! can_write "${PREFIX}"; then
        PREFIX=/opt/rke2
        warn "/usr/local is read-only or a mount point; installing to ${PREFIX}"
    fi
}

can_write() {
    mkdir -p "$1" 2>/dev/null && touch "$1/.rke2-write-test" 2>/dev/null && rm -f "$1/.rke2-write-test"
}

fetch() {
    case ${DOWNLOADER} in
    curl) curl -o "$1" -fsSL "$2" ;;
    wget) wget -qO "$1" "$2" ;;
    esac
}

# A channel server that cannot be reached does not stop the real script either:
# what it takes for the version is then the channel's name.
lookup_version() {
    VERSION=${INSTALL_RKE2_VERSION}
    if [ -z "${VERSION}" ]; then
        url=${CHANNEL_URL}/${CHANNEL}
        case ${DOWNLOADER} in
        curl) final=$(curl -w '%{url_effective}' -L -s -S "${url}" -o /dev/null || true) ;;
        wget) final=$(wget -SqO /dev/null "${url}" 2>&1 | sed -n 's/^ *Location: *\([^ ]*\).*/\1/p' | tail -n 1) ;;
        esac
        [ -n "${final}" ] || final=${url}
        VERSION=$(echo "${final}" | sed -e 's|.*/||' -e 's|%2B|+|')
    fi
    @TAG_FORM@
    URL_VERSION=$(echo "${VERSION}" | sed 's/+/%2B/g')
    info "using ${VERSION} as release"
}

setup_tmp() {
    TMP_DIR=$(mktemp -d -t rke2-install.XXXXXXXXXX)
    TMP_CHECKSUMS=${TMP_DIR}/rke2.checksums
    TMP_TARBALL=${TMP_DIR}/rke2.tarball
    trap 'code=$?; rm -rf "${TMP_DIR}"; exit ${code}' EXIT INT TERM
}

download() {
    url=${ARTIFACT_URL}/${URL_VERSION}/sha256sum-${ARCH}.txt
    info "downloading checksums at ${url}"
    fetch "${TMP_CHECKSUMS}" "${url}"
    url=${ARTIFACT_URL}/${URL_VERSION}/rke2.${SUFFIX}.tar.gz
    expected=$(checksum_of "rke2.${SUFFIX}.tar.gz")
    info "downloading tarball at ${url}"
    fetch "${TMP_TARBALL}" "${url}"
}

stage_local() {
    info "staging local checksums from ${INSTALL_RKE2_ARTIFACT_PATH}/sha256sum-${ARCH}.txt"
    cp -f "${INSTALL_RKE2_ARTIFACT_PATH}/sha256sum-${ARCH}.txt" "${TMP_CHECKSUMS}"
    expected=$(checksum_of "rke2.${SUFFIX}.tar.gz")
    info "staging tarball from ${INSTALL_RKE2_ARTIFACT_PATH}/rke2.${SUFFIX}.tar.gz"
    cp -f "${INSTALL_RKE2_ARTIFACT_PATH}/rke2.${SUFFIX}.tar.gz" "${TMP_TARBALL}"
    # The others only come along with the main archive.
    [ -f "${INSTALL_RKE2_ARTIFACT_PATH}/rke2-images.${SUFFIX}.tar.zst" ] || return 0
    for images in "${INSTALL_RKE2_ARTIFACT_PATH}"/rke2-images*."${SUFFIX}".tar.zst; do
        mkdir -p "${IMAGES_DIR}"
        info "installing airgap images to ${IMAGES_DIR}"
        cp -f "${images}" "${IMAGES_DIR}/"
    done
}

checksum_of() {
    grep " $1\$" "${TMP_CHECKSUMS}" | awk '{print $1}' || true
}

verify() {
    info "verifying tarball"
    actual=$(sha256sum "${TMP_TARBALL}" | awk '{print $1}')
    [ "${expected}" = "${actual}" ] ||
        fatal "download sha256 does not match ${expected}, got ${actual}"
}

unpack() {
    info "unpacking tarball file to ${PREFIX}"
    mkdir -p "${PREFIX}"
    tar xzf "${TMP_TARBALL}" -C "${PREFIX}"
    if [ "${PREFIX}" != /usr/local ]; then
        info "updating tarball contents to reflect install path"
        for unit in rke2-server rke2-agent; do
            sed -i "s|/usr/local|${PREFIX}|g" "${PREFIX}/lib/systemd/system/${unit}.service"
        done
        sed -i "s|/usr/local|${PREFIX}|g" "${PREFIX}/bin/rke2-uninstall.sh" "${PREFIX}/bin/rke2-killall.sh"
        info "moving systemd units to /etc/systemd/system"
        mv -f "${PREFIX}"/lib/systemd/system/rke2-*.service /etc/systemd/system/
        info "install complete; you may want to run:  export PATH=\$PATH:${PREFIX}/bin"
    fi
}

reload() {
    [ -n "${INSTALL_RKE2_SKIP_RELOAD}" ] || systemctl daemon-reload
}

main() {
    # shellcheck source=/dev/null
    [ ! -r /etc/os-release ] || . /etc/os-release
    unset VERSION
    check_root
    setup_method
    setup_arch
    check_tools
    setup_prefix
    setup_tmp
    if [ -n "${INSTALL_RKE2_ARTIFACT_PATH}" ]; then
        stage_local
    else
        lookup_version
        download
    fi
    verify
    unpack
    reload
}

main "$@"
