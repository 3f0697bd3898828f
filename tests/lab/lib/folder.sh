# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# A folder with a release of RKE2 as anyone downloads it: install.sh, sha256sum-ARCH.txt,
# rke2.linux-ARCH.tar.gz and archives of images. Hosts of a real lab have it at $folder_on_hosts.

folder_on_hosts=/opt/rke2-artifacts

folder_arch() {
	case $(uname -m) in
	x86_64) echo amd64 ;;
	aarch64) echo arm64 ;;
	*) uname -m ;;
	esac
}

# Dies when the folder is not whole: the lab must not blame the program for it.
folder_check() {
	local dir=$1 arch name images=()
	arch=$(folder_arch)
	for name in install.sh "sha256sum-$arch.txt" "rke2.linux-$arch.tar.gz"; do
		[[ -s $dir/$name ]] || die "$dir has no $name"
	done
	shopt -s nullglob
	images=("$dir"/rke2-images*.linux-"$arch".tar.{zst,gz})
	shopt -u nullglob
	((${#images[@]})) || die "$dir has no rke2-images*.linux-$arch.tar.zst or .tar.gz"
	for name in "rke2.linux-$arch.tar.gz" "${images[@]##*/}"; do
		grep -q " [ *]\?$name\$" "$dir/sha256sum-$arch.txt" || die "$dir/sha256sum-$arch.txt does not name $name"
	done
	(cd "$dir" && sha256sum --check --quiet --ignore-missing "sha256sum-$arch.txt" >&2) ||
		die "the files in $dir do not match their checksums"
	[[ -n $(folder_version "$dir") ]] || die "$dir/rke2.linux-$arch.tar.gz holds no bin/rke2 that names its version"
}

# The program holds its own version as text, more often than any other.
folder_version() {
	tar xzOf "$1/rke2.linux-$(folder_arch).tar.gz" bin/rke2 2>/dev/null |
		grep -aoE 'v1\.[0-9]+\.[0-9]+(-rc[0-9]+)?\+rke2r[0-9]+' | sort | uniq -c | sort -rn | awk 'NR == 1 { print $2 }'
}

# Whose release it is: real, or standin.
folder_kind() {
	if tar tzf "$1/rke2.linux-$(folder_arch).tar.gz" | grep -q '^share/rke2/standin-'; then echo standin; else echo real; fi
}

# folder_write DIR [VERSION]: a release of the stand-in.
folder_write() {
	local dir=${1:-} version=${2:-v1.34.1+rke2r1}
	[[ -n $dir ]] || die 'release write FOLDER [VERSION]'
	mkdir -p "$dir" || die "$dir cannot be made"
	/usr/bin/python3 -I "$lab_home/release/server.py" --write "$dir" "$version" "$(folder_arch)" ||
		die 'the release could not be written'
	folder_check "$dir"
}
