# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=bash disable=SC2034,SC2154
# The kubeconfig that is written is tried by a real request: it works, the API cannot be reached from
# here, another CA answers, the certificate in it is refused.
lab_options='--base debian12 --servers 1 --agents 1'

umask 077
cd "$console_home" || fail 'no home'
answers >answers.yaml
yaml=/etc/rancher/rke2/rke2.yaml

wizard install -f answers.yaml --yes "${past_checks[@]}"
expect_exit 0

step 'it works'
wizard kubeconfig -f answers.yaml -o good.conf
expect_exit 0
expect_output 'Written: good.conf.'
expect_output "It works: https://$domain:6443 lists 2 nodes, 2 Ready."
wizard kubeconfig -f answers.yaml -o -
expect_exit 0
expect_error "It works: https://$domain:6443 lists 2 nodes, 2 Ready."
expect_no_output 'Written:'
expect diff "$wizard_out" good.conf

step 'the console does not reach the API: a warning'
cat >rules <<'END'
table inet console {
  chain input { type filter hook input priority 0; ip saddr 192.168.205.10 tcp dport 6443 reject with tcp reset; }
}
END
"$lab" firewall ha-m1 rules
wizard kubeconfig -f answers.yaml -o unreached.conf
expect_exit 0
expect_error "[WARN] K-03 The kubeconfig was written, but this machine cannot reach the API: https://$domain:6443"
expect_error "Same as: curl -vk https://$domain:6443/readyz"
expect diff unreached.conf good.conf
"$lab" firewall ha-m1 clear

# changed KEY FILE: the kubeconfig on the server holds FILE under KEY.
changed() { on ha-m1 "sed -i 's|$1: .*|$1: $(base64 -w0 "$2")|' $yaml"; }
on ha-m1 cp $yaml /root/good.yaml
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=stranger -keyout stranger.key -out stranger.crt 2>/dev/null

step 'another CA'
changed certificate-authority-data stranger.crt
wizard kubeconfig -f answers.yaml -o foreign.conf
expect_exit 1
expect_error "[FAIL] K-04 The kubeconfig was written, but the server at https://$domain:6443 is not part of this cluster: "
on ha-m1 cp /root/good.yaml $yaml

step 'a certificate that the API does not take'
changed client-certificate-data stranger.crt
changed client-key-data stranger.key
wizard kubeconfig -f answers.yaml -o refused.conf
expect_exit 1
expect_error "[FAIL] K-05 The kubeconfig was written, but the API at https://$domain:6443 did not list the nodes: "
expect_error 'Same as: kubectl --kubeconfig refused.conf get nodes'
