# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# Requirements of a host: each one that is missed is reported with host, found value and needed
# value. A host that is as it should be passes, also when the cluster runs on it already.
lab_options='--base mixed'
deadline=900

file=$console_home/answers.yaml
umask 077
"$lab" answers >"$file"

# check ARG…: the hosts alone.
check() { wizard check -f "$file" --only hosts "$@"; }

# finding SEVERITY CODE HOST TEXT: a finding of the last check, about this host among others.
finding() {
	grep -qE -- "^\[$1\] $2 ([^:]*, )?$3(, [^:]*)?: $4" "$wizard_out" || fail "no $2 about $3: $4"
}

no_finding() {
	! grep -qE -- "\[(WARN|FAIL| \?\? )\] $1 " "$wizard_out" || fail "$1 in the output"
}

clean() {
	local host
	for host in ha-m1 ha-m2 ha-m3 ha-w1; do
		expect [ -z "$(on "$host" 'ls -d /var/lib/.rke2-wizard* /run/.rke2-wizard* /var/lib/rke2-wizard 2>/dev/null')" ]
	done
}

step 'good hosts: no check fails'
check
expect_exit 0
expect_output 'No check failed; '
expect_no_output FAIL]
clean

step 'more than the machine has, by a requirements file'
cat >"$console_home/requirements.yaml" <<'END'
version: 1
requirements:
- {check: cpu, hosts: agent, needs: 512, severity: fail, finding: R-10, source: rules of the site}
- {check: memory, hosts: server, needs: 64 TiB, severity: fail, finding: R-12, source: rules of the site}
- {check: disk, hosts: all, needs: 8192 TiB, severity: warn, finding: R-15, source: rules of the site}
- {check: disk-free, hosts: agent, needs: 4096 TiB, severity: fail, finding: R-14, source: rules of the site}
END
check --requirements "$console_home/requirements.yaml"
expect_exit 4
finding FAIL R-10 ha-w1 "The number of processors is $(nproc); at least 512 are required\\."
finding FAIL R-12 ha-m1 'The host has [0-9.]+ GiB of memory; at least 65536 GiB is required\.'
finding FAIL R-12 ha-m3 'The host has '
finding WARN R-15 ha-w1 'The file system of /var/lib has [0-9.]+ GiB; at least 8388608 GiB is recommended'
finding FAIL R-14 ha-w1 '/var/lib has [0-9.]+ GiB free; at least 4194304 GiB is required\.'
no_finding R-11
expect_not grep -E 'R-12 [^:]*ha-w1' "$wizard_out"

step 'a requirements file with a mistake: nothing is checked'
sed -i 's/64 TiB/much/' "$console_home/requirements.yaml"
check --requirements "$console_home/requirements.yaml"
expect_exit 2
expect_error 'R-06'
expect_error 'requirements.yaml:4:'

step 'two machines from one copy; another clock; programs that may not run; no way out'
on ha-m2 hostname ha-m1
on ha-m2 sh -c "cat >/etc/machine-id" < <(on ha-m1 cat /etc/machine-id)
on ha-m3 sh -c 'cat >/usr/local/bin/date && chmod 755 /usr/local/bin/date' <<'END'
#!/bin/sh
exec /usr/bin/date -d '+90 seconds' "$@"
END
on ha-m3 'mount --bind /var/lib /var/lib && mount -o remount,bind,noexec /var/lib'
on ha-w1 ip route del default
check
expect_exit 4
finding FAIL R-24 ha-m1 "The host name ha-m1 is also used by ha-m2\\."
finding FAIL R-24 ha-m2 "The host name ha-m1 is also used by ha-m1\\."
finding FAIL H-07 ha-m2 'The answers file calls this host ha-m2, but its host name is ha-m1\.'
finding WARN R-25 ha-m1 'The machine id [0-9a-f]{32} is also used by ha-m2\.'
finding FAIL R-22 ha-m3 'The clock of this host differs from the others by \+(89\.[0-9]|9[01](\.[0-9])?) s; at most 3 s is allowed\.'
finding FAIL R-18 ha-m3 '/var/lib is mounted so that programs in it cannot be run: [a-z,]*noexec'
finding FAIL R-27 ha-w1 'The host has no default route\.'
no_finding R-21
on ha-m2 hostname ha-m2
on ha-m2 'tr 0-9a-f 1-9a-f0 </etc/machine-id >/root/id && cat /root/id >/etc/machine-id'
on ha-m3 'umount /var/lib && rm /usr/local/bin/date'
on ha-w1 ip route add default via "$(on ha-m1 ip route show default | awk '{ print $3 }')"

step 'a port that is taken; an earlier RKE2; a program that is missing; a full /tmp'
on ha-m1 systemd-run --quiet --unit=taken python3 -m http.server --bind 127.0.0.1 10248
wait_until 20 on ha-m1 'ss -ltn sport = :10248 | grep -q LISTEN'
on ha-m2 mkdir -p /var/lib/rancher/rke2/server/db/etcd
on ha-m3 mv /usr/bin/cmp /usr/bin/cmp.away
on ha-w1 mount -t tmpfs -o size=1m tmpfs /tmp
on ha-w1 mkdir -p /etc/kubernetes/manifests
check
expect_exit 4
finding FAIL R-21 ha-m1 '10248/tcp is in use by python3 \(pid [0-9]+, taken\.service\)\.'
finding FAIL R-31 ha-m2 'This host holds an earlier RKE2 of another cluster: /var/lib/rancher/rke2/server/db\.'
finding FAIL H-09 ha-m3 'These programs are missing on the host: cmp\.'
finding FAIL R-19 ha-w1 '/tmp has 1 MiB free; at least 200 MiB is required\.'
finding WARN R-33 ha-w1 'An earlier Kubernetes left traces: /etc/kubernetes\.'
on ha-m1 systemctl stop taken
on ha-m2 rm -rf /var/lib/rancher
on ha-m3 mv /usr/bin/cmp.away /usr/bin/cmp
on ha-w1 'umount /tmp; rm -rf /etc/kubernetes'

step 'firewalls; a release server that cannot be reached'
on ha-m1 systemctl start firewalld
on ha-m2 'ufw allow 22/tcp && ufw --force enable'
on ha-w1 sh -c 'echo "https_proxy=http://someone:secret@192.168.205.1:3128" >>/etc/environment'
check
expect_exit 4
finding WARN R-35 ha-m1 'The firewall firewalld is active on this host\.'
finding WARN R-35 ha-m2 'The firewall ufw is active on this host\.'
finding FAIL R-30 ha-w1 'The host cannot reach https://get\.rke2\.io: '
expect_output 'Proxy of the host: 192.168.205.1:3128.'
expect_no_output secret
on ha-m1 systemctl stop firewalld
on ha-m2 ufw --force disable
on ha-w1 sed -i /https_proxy/d /etc/environment

step 'all is well again'
check --lang zh_CN
expect_exit 0
no_finding '[A-Z]-[0-9]+ .*FAIL'
clean

step 'where this cluster runs, checking again finds nothing new'
wizard install -f "$file" --yes
expect_exit 0
check
expect_exit 0
for code in R-21 R-31 R-32 R-33 R-28 R-22; do no_finding "$code"; done
on ha-m2 systemctl stop rke2-server
check
expect_exit 0
clean

step 'a host that does not answer is no pass'
"$lab" cut ha-w1
check
expect_exit 4
expect_output '[ ?? ] R-01 ha-w1: '
