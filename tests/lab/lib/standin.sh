# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# The stand-in's modules, copied once per version and compiled by the Python of
# each base, so that a host starts it without compiling. Hosts see it read-only.

standin_tree() {
	local hash dir base
	hash=$(cat "$lab_home"/standin/*.py | sha256sum | cut -c1-12)
	dir=$RW_LAB_DIR/bases/standin-$hash
	if [[ ! -d $dir ]]; then
		(
			flock 9
			[[ -d $dir ]] || standin_build "$dir"
		) 9>"$RW_LAB_DIR/bases/standin.lock" || exit 1
	fi
	# A base made later adds its own compiled files.
	for base in "${bases[@]}"; do
		if [[ ! -e $dir/$base.compiled && -f $(base_dir "$base")/complete ]]; then
			standin_compile "$dir" "$base"
		fi
	done
	printf '%s' "$dir"
}

standin_build() {
	rm -rf "$1.new"
	mkdir -p "$1.new"
	cp "$lab_home"/standin/*.py "$1.new/"
	mv "$1.new" "$1"
}

standin_compile() {
	# shellcheck disable=SC2016
	unshare --mount --propagation private bash -ec '
		mount --bind "$1" "$0/usr/libexec/rke2-standin/lib"
		chroot "$0" /usr/bin/python3 -I -m compileall -q /usr/libexec/rke2-standin/lib
	' "$(base_dir "$2")/root" "$1" && touch "$1/$2.compiled"
}
