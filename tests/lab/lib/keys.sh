# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Keys that cost time to make are made once and kept: the console user's SSH
# keys, a pool of SSH host keys, and the lab's certificate authority.

keys_setup() {
	local dir=$RW_LAB_DIR/keys type
	[[ -f $dir/complete ]] && return
	mkdir -p "$dir/user" "$dir/host" "$dir/ca"
	chmod 700 "$dir"
	rm -f "$dir"/user/*
	for type in ed25519 ecdsa rsa; do
		ssh-keygen -q -t "$type" -N '' -C "lab-$type" -f "$dir/user/id_$type"
	done
	ssh-keygen -q -t ed25519 -N lab-passphrase -C lab-ed25519-enc -f "$dir/user/id_ed25519_enc"
	cat "$dir"/user/*.pub >"$dir/authorized_keys"
	openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 3650 \
		-subj '/CN=rke2-wizard lab CA' -addext 'basicConstraints=critical,CA:TRUE' \
		-addext 'keyUsage=critical,keyCertSign,cRLSign' \
		-keyout "$dir/ca/ca.key" -out "$dir/ca/ca.crt" 2>/dev/null ||
		die 'openssl could not make the lab CA'
	touch "$dir/complete"
}

# Makes host key sets 1..N unless the pool has them already.
keys_pool() {
	local number set
	for ((number = 1; number <= $1; number++)); do
		set=$RW_LAB_DIR/keys/host/$number
		[[ -f $set/complete ]] || keys_host "$set"
	done
}

keys_host() {
	local type
	rm -rf "$1"
	mkdir -p "$1"
	for type in ed25519 ecdsa 'rsa -b 2048'; do
		# shellcheck disable=SC2086 # type and size
		ssh-keygen -q -t $type -N '' -C '' -f "$1/ssh_host_${type%% *}_key"
	done
	touch "$1/complete"
}

# keys_certificate DIR NAME…: a server certificate of the lab CA for these DNS names.
keys_certificate() {
	local dir=$1 san
	shift
	san=$(printf 'DNS:%s,' "$@")
	{
		openssl req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj "/CN=$1" \
			-keyout "$dir/tls.key" -out "$dir/tls.csr" &&
			openssl x509 -req -in "$dir/tls.csr" -CA "$RW_LAB_DIR/keys/ca/ca.crt" \
				-CAkey "$RW_LAB_DIR/keys/ca/ca.key" -set_serial "$RANDOM$RANDOM" -days 3650 \
				-extfile <(printf 'subjectAltName=%s\n' "${san%,}") -out "$dir/tls.crt"
	} 2>"$dir/openssl.log" || die "openssl could not sign a certificate: see $dir/openssl.log"
}
