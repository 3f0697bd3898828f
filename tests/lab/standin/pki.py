# SPDX-License-Identifier: Apache-2.0
"""Certificates by the openssl command, and the cluster token."""
import hashlib
import os
import re
import subprocess
import time

import log
import paths

TOKEN = re.compile(r"^K10([0-9a-fA-F]*)::(?:(server|node):)?(.+)$", re.S)


def openssl(*words):
    done = subprocess.run(("openssl",) + words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                          stderr=subprocess.PIPE, check=False)
    if done.returncode:
        log.fatal("openssl: " + done.stderr.decode(errors="replace"))


def make(name, subject, extensions=(), ca=None, days=3650):
    """NAME.crt and NAME.key under server/tls, self-signed or signed by CA."""
    base = paths.data("server", "tls", name)
    os.makedirs(os.path.dirname(base), exist_ok=True)
    words = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes",
             "-sha256", "-days", str(days), "-subj", subject, "-keyout", base + ".key", "-out", base + ".crt"]
    for extension in extensions:
        words += ["-addext", extension]
    if ca:
        authority = paths.data("server", "tls", ca)
        words += ["-CA", authority + ".crt", "-CAkey", authority + ".key"]
    openssl(*words)
    os.chmod(base + ".key", 0o600)


AUTHORITIES = ("server-ca", "client-ca", "request-header-ca", "etcd/server-ca", "etcd/peer-ca")


def make_authorities():
    for name in AUTHORITIES:
        label = "rke2-" + name.replace("/", "-")
        make(name, f"/CN={label}@{int(time.time())}",
             ("basicConstraints=critical,CA:TRUE", "keyUsage=critical,digitalSignature,keyCertSign,cRLSign"))


def authorities():
    """The bootstrap data: what a joining server gets."""
    return {f"{name}.{kind}": paths.read(paths.data("server/tls", f"{name}.{kind}"))
            for name in AUTHORITIES for kind in ("crt", "key")}


def write_authorities(files):
    for name, content in files.items():
        paths.write(paths.data("server/tls", name), content, 0o600 if name.endswith(".key") else 0o644)


def make_serving(node, address, sans):
    names = ["kubernetes", "kubernetes.default", "kubernetes.default.svc",
             "kubernetes.default.svc.cluster.local", "localhost", node]
    addresses = ["127.0.0.1", "::1", address, "10.43.0.1"]
    for san in sans:
        is_address = re.fullmatch(r"[0-9.]+|[0-9a-fA-F:]*:[0-9a-fA-F:.]*", san)
        target = addresses if is_address else names
        if san not in target:
            target.append(san)
    listed = ",".join(["DNS:" + n for n in names] + ["IP:" + a for a in addresses])
    make("serving-kube-apiserver", "/CN=kube-apiserver",
         ("basicConstraints=critical,CA:FALSE", "subjectAltName=" + listed, "extendedKeyUsage=serverAuth,clientAuth"),
         "server-ca", 365)


def make_admin():
    if not os.path.exists(paths.data("server/tls/client-admin.crt")):
        make("client-admin", "/O=system:masters/CN=system:admin",
             ("basicConstraints=critical,CA:FALSE", "extendedKeyUsage=clientAuth"), "client-ca", 365)


def ca_hash(pem):
    return hashlib.sha256(pem.encode()).hexdigest()


def digest(text):
    return hashlib.sha256(b"rke2-standin:" + text.encode()).hexdigest()


class TokenError(Exception):
    pass


class Token:
    """user and ca are None in the short form."""

    def __init__(self, text):
        self.ca = self.user = None
        self.secret = text
        if not text:
            raise TokenError("token must not be empty")
        if text.startswith("K10"):
            match = TOKEN.match(text)
            if not match:
                raise TokenError("invalid token format")
            if len(match[1]) != 64:
                raise TokenError("invalid token CA hash length")
            self.ca, self.user, self.secret = match[1].lower(), match[2], match[3]

    def check(self, pem):
        if self.ca and self.ca != ca_hash(pem):
            raise TokenError("token CA hash does not match the Cluster CA certificate hash: "
                             f"{self.ca} != {ca_hash(pem)}")


def write_tokens(secret, agent_secret):
    prefix = "K10" + ca_hash(paths.read(paths.data("server/tls/server-ca.crt")))
    paths.write(paths.data("server/token"), f"{prefix}::server:{secret}\n")
    paths.link(paths.data("server/token"), paths.data("server/node-token"))
    if agent_secret == secret:
        paths.link(paths.data("server/token"), paths.data("server/agent-token"))
    else:
        if os.path.islink(paths.data("server/agent-token")):
            os.unlink(paths.data("server/agent-token"))
        paths.write(paths.data("server/agent-token"), f"{prefix}::node:{agent_secret}\n")


def embedded(path):
    import base64
    return base64.b64encode(paths.read(path).encode()).decode()


def write_kubeconfig(path, mode):
    tls = paths.data("server/tls/")
    paths.write(path, f"""apiVersion: v1
clusters:
- cluster:
    certificate-authority-data: {embedded(tls + 'server-ca.crt')}
    server: https://127.0.0.1:6443
  name: default
contexts:
- context:
    cluster: default
    user: default
  name: default
current-context: default
kind: Config
preferences: {{}}
users:
- name: default
  user:
    client-certificate-data: {embedded(tls + 'client-admin.crt')}
    client-key-data: {embedded(tls + 'client-admin.key')}
""", mode)
