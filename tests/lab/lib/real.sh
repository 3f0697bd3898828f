# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154 # variables are shared between the modules
# Hosts of a real lab: machines for containers, on which RKE2 itself runs. Their RKE2 comes from a
# folder of the machine, and their pod network is a bridge of Debian's CNI plugins.

layer_furnish_containers() {
	local tree=$1 lib=$1/usr/local/lib/lab-containers
	mkdir -p "$lib" "$tree/etc/systemd/system"
	cp "$lab_home"/containers/{hold,enter,runc,network} "$lib/"
	cp "$lab_home/containers/lab-containers.service" "$tree/etc/systemd/system/"
	mkdir -p "$tree/etc/systemd/system/multi-user.target.wants"
	ln -s ../lab-containers.service "$tree/etc/systemd/system/multi-user.target.wants/"
	# Debian's containerd is for whom starts it.
	rm -f "$tree/etc/systemd/system/multi-user.target.wants/containerd.service"
}

# A bridge of a network of the host's own: pods of one host reach each other, which is all that
# nodes need to become Ready.
real_cni() {
	local number=${host_port#h}
	cat >"$1/usr/local/lib/lab-containers/10-lab.conflist" <<-END
		{"cniVersion": "1.0.0", "name": "lab", "plugins": [
		 {"type": "bridge", "bridge": "cni0", "isGateway": true, "ipMasq": false,
		  "ipam": {"type": "host-local", "ranges": [[{"subnet": "10.42.$((number % 256)).0/24"}]],
		           "routes": [{"dst": "0.0.0.0/0"}]}},
		 {"type": "portmap", "capabilities": {"portMappings": true}}]}
	END
	chroot "$1" /usr/local/lib/lab-containers/network
}

# A copy of the base and its layer: the overlays of containerd do not go on an overlay.
real_prepare() {
	local dir=$1 trees tree role
	trees=$(layer_ready containers "$host_base") || exit 1
	# shellcheck disable=SC2016
	unshare --mount --propagation private bash -ec '
		mkdir -p "$1/merged"
		mount -t overlay overlay -o "lowerdir=$0" "$1/merged"
		cp -a --reflink=auto "$1/merged/." "$1/root/"' "$trees" "$dir" || die "$dir/root could not be copied"
	rmdir "$dir/merged"
	tree=$dir/root
	printf 'cgroup=%s\noom_scores=%s\n' "$lab_cgroup" "$lab_oom_scores" >"$tree/etc/lab-containers"
	if [[ $lab_cni == none ]]; then real_cni "$tree"; fi
	for role in server agent; do
		mkdir -p "$tree/etc/systemd/system/rke2-$role.service.d"
		real_unit "$role" >"$tree/etc/systemd/system/rke2-$role.service.d/lab.conf"
	done
}

# What the units of RKE2 need on such a host.
real_unit() {
	local command="/usr/local/bin/rke2 $1"
	printf '[Unit]\nRequires=lab-containers.service\nAfter=lab-containers.service\n[Service]\n'
	[[ $lab_cni != none ]] || echo 'ExecStartPre=/usr/local/lib/lab-containers/network'
	[[ $lab_cgroup == v1 ]] || return 0
	# From 1.35 on the kubelet ends there unless it is allowed to.
	[[ $lab_version =~ ^v1\.([0-9]+)\. ]] && ((BASH_REMATCH[1] < 35)) || command+=' --kubelet-arg=fail-cgroupv1=false'
	printf 'SyslogIdentifier=rke2\nExecStart=\nExecStart=/usr/local/lib/lab-containers/enter %s\n' "$command"
}

# What nspawn allows these hosts beyond others.
real_rights() {
	host_environment=(RW_LAB_CGROUP="$lab_cgroup")
	host_rights=(--capability=all --bind=/dev/kmsg --bind-ro="$lab_folder:$folder_on_hosts"
		--system-call-filter='@keyring @mount bpf add_key keyctl request_key')
}

# real_begin FOLDER|standin CNI: sets lab_folder, and lab_real, lines for lab.conf: what the folder and
# the machine are.
real_begin() {
	if [[ $1 == standin ]]; then
		folder_write "$lab_dir/folder"
		lab_folder=$lab_dir/folder
	else
		lab_folder=$(readlink -e "$1") || die "--real $1: there is no such folder"
		folder_check "$lab_folder"
	fi
	[[ $2 =~ ^(none|canal|calico|cilium|flannel)$ ]] || die '--cni none|canal|calico|cilium|flannel'
	lab_ability >&2
	ability_set
	printf -v lab_real 'lab_cgroup=%s\nlab_oom_scores=%s\nlab_cni=%s\nlab_version=%q\nlab_kind=%s' "$ability_cgroup" \
		"$ability_oom_scores" "$2" "$(folder_version "$lab_folder")" "$(folder_kind "$lab_folder")"
}
