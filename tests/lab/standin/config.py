# SPDX-License-Identifier: Apache-2.0
"""Reads config.yaml and its drop-ins the way RKE2 does: keys become flags,
later files win, `key+` appends, unknown keys are skipped with a warning."""
import os
import sys

import log

BOTH = set("""
token token-file server data-dir node-name with-node-id node-ip node-external-ip node-internal-dns
node-external-dns node-label node-taint protect-kernel-defaults selinux system-default-registry
private-registry disable-default-registry-endpoint kubelet-arg kube-proxy-arg profile resolv-conf
snapshotter lb-server-port debug config cloud-provider-name cloud-provider-config
container-runtime-endpoint image-credential-provider-bin-dir image-credential-provider-config
nonroot-devices pod-security-admission-config-file audit-policy-file control-plane-resource-requests
control-plane-resource-limits control-plane-probe-configuration kubelet-path kube-apiserver-image
kube-controller-manager-image kube-proxy-image kube-scheduler-image pause-image runtime-image
etcd-image cloud-controller-manager-image kube-proxy-extra-mount kube-proxy-extra-env
bind-address vpn-auth airgap-extra-registry enable-pprof
""".split())
SERVER = set("""
agent-token agent-token-file tls-san tls-san-security advertise-address cni ingress-controller disable
disable-kube-proxy disable-cloud-controller disable-scheduler disable-apiserver
disable-controller-manager disable-etcd enable-servicelb servicelb-namespace cluster-cidr service-cidr
cluster-dns cluster-domain service-node-port-range egress-selector-mode write-kubeconfig
write-kubeconfig-mode write-kubeconfig-group embedded-registry kube-apiserver-arg etcd-arg
kube-controller-manager-arg kube-cloud-controller-manager-arg kube-scheduler-arg
kube-apiserver-extra-mount kube-scheduler-extra-mount kube-controller-manager-extra-mount
etcd-extra-mount kube-apiserver-extra-env etcd-extra-env cluster-reset cluster-reset-restore-path
cluster-init secrets-encryption-provider helm-job-image enable-etcd-metrics supervisor-metrics
etcd-snapshot-schedule-cron etcd-snapshot-retention etcd-snapshot-dir etcd-snapshot-name
etcd-snapshot-compress etcd-disable-snapshots etcd-expose-metrics etcd-s3 etcd-s3-endpoint
etcd-s3-endpoint-ca etcd-s3-skip-ssl-verify etcd-s3-access-key etcd-s3-secret-key etcd-s3-bucket
etcd-s3-region etcd-s3-folder etcd-s3-insecure etcd-s3-timeout etcd-s3-retention
etcd-s3-session-token etcd-s3-config-secret etcd-s3-proxy etcd-s3-bucket-lookup-type
datastore-endpoint datastore-cafile datastore-certfile datastore-keyfile kine-tls
""".split())
CRITICAL = {
    "agent-token": "", "cluster-cidr": "10.42.0.0/16", "cluster-dns": "10.43.0.10",
    "cluster-domain": "cluster.local", "disable-cloud-controller": "false", "disable-kube-proxy": "false",
    "egress-selector-mode": "agent", "service-cidr": "10.43.0.0/16",
}


def text(value):
    """A YAML value as the flag's text, as Go prints it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)


class Config:
    def __init__(self, role, arguments):
        self.known = BOTH | SERVER if role == "server" else BOTH
        self.values = {}
        path = os.environ.get("RKE2_CONFIG_FILE", "/etc/rancher/rke2/config.yaml")
        for file in self.files(path):
            self.merge(file)
        self.command_line(arguments)
        for name, key in (("RKE2_TOKEN", "token"), ("RKE2_URL", "server"), ("RKE2_NODE_NAME", "node-name")):
            if key not in self.values and os.environ.get(name):
                self.values[key] = [os.environ[name]]
        if "token" not in self.values and self.get("token-file"):
            with open(self.get("token-file"), encoding="utf-8") as lines:
                self.values["token"] = [lines.read().strip()]

    @staticmethod
    def files(path):
        found = [path] if os.path.exists(path) else []
        folder = path + ".d"
        if os.path.isdir(folder):
            found += [os.path.join(folder, n) for n in sorted(os.listdir(folder)) if n.endswith((".yaml", ".yml"))]
        return found

    def merge(self, path):
        sys.path.append("/usr/lib/python3/dist-packages")
        import yaml
        sys.path.pop()
        try:
            with open(path, encoding="utf-8") as lines:
                loaded = yaml.load(lines, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
        except (yaml.YAMLError, UnicodeDecodeError) as problem:
            log.fatal(f"yaml: {str(problem).splitlines()[0]} in {path}")
        if loaded is None:
            return
        if not isinstance(loaded, dict):
            log.fatal("yaml: unmarshal errors: cannot unmarshal into yaml.MapSlice")
        for key, value in loaded.items():
            key = text(key)
            append = key.endswith("+")
            key = key.rstrip("+")
            if key not in self.known:
                log.warning(f"Unknown flag --{key} found in config.yaml, skipping")
                continue
            words = [text(v) for v in value] if isinstance(value, list) else [text(value)]
            self.values[key] = (self.values.get(key, []) if append else []) + words

    def command_line(self, arguments):
        seen = set()
        words = iter(arguments)
        for word in words:
            key, equals, value = word.lstrip("-").partition("=")
            if key not in self.known:
                sys.stderr.write(f"Incorrect Usage: flag provided but not defined: -{key}\n")
                sys.exit(1)
            if not equals:
                value = next(words, "")
            self.values[key] = (self.values[key] if key in seen else []) + [value]
            seen.add(key)

    def get(self, key, default=""):
        words = self.values.get(key)
        return words[-1] if words else default

    def list(self, key):
        return [part for word in self.values.get(key, []) for part in word.split(",") if part]

    def critical(self):
        return {key: self.get(key, default) for key, default in CRITICAL.items()}
