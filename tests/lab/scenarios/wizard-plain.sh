# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The wizard line by line, from nothing to four Ready nodes; and the kubeconfig at the end. Wrong
# values are reported with their rule and asked again; < and ? work; host keys are shown with their
# fingerprints; nothing is changed before the word install.
lab_options='--base mixed'
deadline=900

known=$console_home/.ssh/known_hosts
state=$console_home/.local/state/rke2-wizard
umask 077
: >"$known"
cd "$console_home" || fail 'no home'

untouched() {
	local host
	for host in ha-m1 ha-m2 ha-m3 ha-w1; do
		expect_not on $host 'test -e /etc/rancher -o -e /usr/local/bin/rke2 -o -e /var/lib/rke2-wizard'
	done
}

fingerprint=$(on ha-m1 ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub | cut -d' ' -f2)

step 'the input ends in the middle: all is saved'
converse --plain --lang en <<'END'
Name of the cluster [rke2]:  => ha-demo
Name:  => ?
Name:  => HA_M1
Name [HA_M1]:  => ha-m1
Address:  => 192.168.205.85
Role: server or agent [server]:  => master
Role: server or agent [master]:  => server
Login user [root]:  => ^D
END
expect_exit 2
expect_output '== 2/8 Hosts and roles: ha-demo =='
expect_output 'RKE2 uses it as the name of the node.'
expect_output 'This must be a name of lower-case letters'
expect_output 'This must be server or agent.'
expect_output 'To continue: rke2-wizard --plain'
expect grep -q 'name: ha-m1, address: 192.168.205.85' "$state/ha-demo/draft.yaml"
expect [ "$(stat -c %a "$state/ha-demo/draft.yaml")" = 600 ]

step 'a host key is not trusted by itself'
converse --plain <<'END'
continue with ha-demo => 1
Trust it and save it? => no
Command, or Enter to continue:  => r
Trust it and save it? => no
Command, or Enter to continue:  => ^C
END
expect_exit 130
expect_output "ssh-ed25519 $fingerprint"
expect_output '[FAIL] H-05 ha-m1: '
expect_output 'Everything is saved.'
expect [ ! -s "$known" ]

step 'from hosts to Ready'
converse --plain --timeout 300 <<END
* Trust it and save it? => yes
continue with ha-demo => 1
Command, or Enter to continue:  => e 9
Command, or Enter to continue:  => a
Name:  => ha-m2
Address:  => 192.168.205.86
Role: server or agent [server]:  =>
Login user [root]:  =>
Name:  => ha-m3
Address:  => 192.168.205.85
Role: server or agent [server]:  => <
Address [192.168.205.85]:  =>
Role: server or agent [server]:  =>
Login user [root]:  =>
Name:  =>
Command, or Enter to continue:  =>
! This page is not complete yet
Command, or Enter to continue:  => e 3
Name [ha-m3]:  =>
Address [192.168.205.85]:  => 192.168.205.87
Role: server or agent [server]:  =>
Login user [root]:  =>
SSH port [22]:  =>
Private key file:  =>
Password file:  =>
sudo password file:  =>
Jump host:  =>
Command, or Enter to continue:  => p
>:  => ha-w1 192.168.205.88 agent auto
>:  => ha-w1 192.168.205.89 agent
>:  => .
Command, or Enter to continue:  => p
>:  => auto@192.168.205.88 worker
>:  => .
Import these hosts? [yes]:  =>
Command, or Enter to continue:  =>
Registration name:  => 10.0.0.1
Registration name [10.0.0.1]:  => $domain
Command, or Enter to continue:  =>
! == 4/8
Command, or Enter to continue:  =>
Token (Enter generates one):  => bad token
Token (Enter generates one):  => my-shared-secret-of-32-letters-000
separated by blanks:  => api.demo.kingsd.top bad_name!
separated by blanks [api.demo.kingsd.top, bad_name!]:  => api.demo.kingsd.top
true or false [true]:  =>
RKE2 version, or empty:  =>
Release channel [stable]:  =>
Advanced settings too, yes or no [no]:  => yes
flannel or none [canal]:  => weave
flannel or none [weave]:  => canal
RKE2 source [get.rke2.io]:  =>
Proxy, or empty:  =>
Image registry, or empty:  =>
Type install to start:  => p
Type install to start:  => w
Export the answers to [ha-demo.yaml]:  => answers-out.yaml
Type install to start:  => nothing
Type install to start:  => install
Write the administrator's kubeconfig to [ha-demo.kubeconfig]:  => ha.kubeconfig
Make a support bundle [no]:  => yes
END
expect_exit 0
expect_output 'Add the number of a host'
expect_output 'the address “192.168.205.85” is already used by host 1 of the list'
expect_output 'list:2: the host name “ha-w1” is already used on line 1'
expect_output 'Nothing is imported.'
expect_output 'the host will be asked for its name'
expect_output '4  ha-w1  192.168.205.88'
expect_no_output '4  -      192.168.205.88'
expect_output '1 host imported.'
expect_output 'Servers: 3 (may fail: 1), agents: 1.'
expect_output 'This must be a DNS name such as rke2.example.com, not an address.'
expect_output 'The token is not valid: '
expect_output 'This must be a list of DNS names and addresses, without wildcards.'
expect_output 'Written: answers-out.yaml'
expect_output 'The cluster is up.'
expect_output 'Review it before you share it.'
expect_no_output my-shared-secret
expect nodes_ready ha-m1 ha-m2 ha-m3 ha-w1

step 'what was written'
expect_not grep -q token answers-out.yaml
expect grep -q 'tls-san: \[api.demo.kingsd.top\]' answers-out.yaml
expect_not grep -rq my-shared-secret "$state/ha-demo/draft.yaml" "$state/ha-demo/journal.db"
expect [ "$(stat -c %a "$state/ha-demo/token")" = 600 ]
expect [ "$(stat -c %a ha.kubeconfig)" = 600 ]
expect grep -q "server: https://$domain:6443" ha.kubeconfig
bundle=$(ls ha-demo-bundle-*.tar.gz)
expect [ "$(stat -c %a "$bundle")" = 600 ]
expect_not grep -q my-shared-secret <(tar -xzOf "$bundle")
expect on ha-m2 grep -q api.demo.kingsd.top /etc/rancher/rke2/config.yaml
expect on ha-m2 grep -q my-shared-secret /etc/rancher/rke2/config.yaml
wizard install -f answers-out.yaml --yes
expect_exit 0
expect_output 'No host had to be changed.'
