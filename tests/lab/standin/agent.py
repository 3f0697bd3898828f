# SPDX-License-Identifier: Apache-2.0
"""`rke2 agent`: one thread, one connection to a server. It never gives up: all
that goes wrong on the way in is logged and tried again."""
import json
import os
import socket
import time

import faults
import log
import net
import nodes
import pace
import paths
import pki
import pods
import texts
from main import node_name, notify

BEAT = 2.0


def listen_for_show(address, port):
    """A port that real RKE2 has open; connections come up, nobody talks."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        sock.bind((address, port))
        sock.listen(1024)
    except OSError as problem:
        log.error(f"listen tcp {address}:{port}: bind: {os.strerror(problem.errno).lower()}")
        sock.close()
        return None
    return sock


def local(text, url):
    """The agent speaks through its own load balancer, and so do its messages."""
    return text.replace(url, "https://127.0.0.1:6444")


class Agent:
    def __init__(self, config, version):
        self.config, self.version = config, version
        self.url = config.get("server").rstrip("/")
        self.name = node_name(config)
        self.servers, self.registry = [], ""
        self.kept = []
        self.containers = pods.Containers(self.name, False)

    def run(self):
        if not self.url:
            log.fatal("--server is required")
        if not self.url.startswith("https://"):
            log.fatal("only https:// URLs are supported, invalid scheme: " + self.url)
        try:
            self.token = pki.Token(self.config.get("token"))
        except pki.TokenError as problem:
            log.fatal(str(problem) if self.config.get("token") else "--token is required")
        self.kept.append(listen_for_show("127.0.0.1", 6444))
        ca = self.validated_ca()
        self.tls = net.context(ca)
        self.secret = net.basic("node", self.token.secret)
        self.wait_for_config()
        self.register(None)  # its password, long before the kubelet makes the node
        time.sleep(pace.at_least("start-delay", pace.AGENT_KUBELET))
        paths.write(paths.data("agent/server-ca.crt"), ca, 0o644)
        paths.unpack_runtime(self.version, self.registry, log)
        log.info("Running containerd -c " + paths.data("agent/etc/containerd/config.toml"))
        self.register(self.describe())
        self.write_files()
        log.info(f"Running kubelet --config-dir={paths.data('agent/etc/kubelet.conf.d')} --hostname-override={self.name} "
                 f"--kubeconfig={paths.data('agent/kubelet.kubeconfig')} --node-ip={self.address}")
        pods.wait_for_kubelet()
        self.kept.append(listen_for_show("0.0.0.0", 10250))
        self.kept.append(listen_for_show("127.0.0.1", 6443))
        self.registered = time.time()
        self.beat_for_ever()

    def validated_ca(self):
        while True:
            try:
                return self.try_ca()
            except net.NetError as problem:
                log.error(f"Failed to validate connection to cluster at {self.url}: {problem}")
            except pki.TokenError as problem:
                log.error(f"Failed to validate connection to cluster at {self.url}: {problem}")
            time.sleep(2)

    def try_ca(self):
        try:
            _, body = net.get(self.url + "/cacerts", net.context())
        except net.NetError as problem:
            raise net.NetError(f'failed to get CA certs: Get "https://127.0.0.1:6444/cacerts": {problem}') from None
        ca = body.decode()
        self.token.check(ca)
        try:
            net.get(self.url + "/cacerts", net.context(ca), verify=True)
        except net.NetError as problem:
            raise net.NetError(f'CA cert validation failed: Get "{self.url}/cacerts": {problem}') from None
        if not self.token.ca:
            log.warning("Cluster CA certificate is not trusted by the host CA bundle, but the token does not include a "
                        "CA hash. Use the full token from the server's node-token file to enable Cluster CA validation.")
        return ca

    def wait_for_config(self):
        while True:
            try:
                status, body = net.get(self.url + "/v1-rke2/config", self.tls, headers=[self.secret])
                if status == 200:
                    told = json.loads(body)
                    self.servers, self.registry = told["servers"], told.get("registry", "")
                    return
                why = texts.refused(self.version, "https://127.0.0.1:6444/v1-rke2/config", status)
                if texts.is_new(self.version):
                    why = "failed to retrieve configuration from server: " + why
            except net.NetError as problem:
                why = f'Get "https://127.0.0.1:6444/v1-rke2/config": {problem}'
            log.info("Waiting to retrieve agent configuration; server is not ready: " + why)
            time.sleep(max(1.0, pace.scaled(pace.RETRY)))

    def describe(self):
        self.address = self.config.get("node-ip") or net.primary_address()
        return nodes.describe(self.name, self.address, "agent", self.version, self.config)

    def register(self, node):
        wish = json.dumps({"name": self.name, "password": paths.node_password(), "node": node}).encode()
        while True:
            try:
                status, body = net.get(self.url + "/standin/register", self.tls, headers=[self.secret],
                                       method="POST", body=wish)
                if status == 200:
                    paths.write(paths.data("agent/client-ca.crt"), json.loads(body)["client-ca.crt"], 0o644)
                    return
                where = paths.data("agent/serving-kubelet.crt: ") if texts.is_new(self.version) else ""
                why = (where + "Node password rejected, duplicate hostname or contents of '/etc/rancher/node/password' may "
                       "not match server node-passwd entry, try enabling a unique node name with the --with-node-id flag"
                       if status == 403 else f"https://127.0.0.1:6444/v1-rke2/serving-kubelet.crt: {status}")
            except net.NetError as problem:
                why = f'Get "https://127.0.0.1:6444/v1-rke2/serving-kubelet.crt": {problem}'
            log.info("Waiting to retrieve agent configuration; server is not ready: " + why)
            time.sleep(max(1.0, pace.scaled(pace.RETRY)))

    def write_files(self):
        for name in ("rke2controller", "kubelet", "kubeproxy"):
            paths.write(paths.data(f"agent/{name}.kubeconfig"),
                        "apiVersion: v1\nkind: Config\nclusters:\n- name: local\n  cluster:\n"
                        f"    certificate-authority: {paths.data('agent/server-ca.crt')}\n"
                        "    server: https://127.0.0.1:6443\n")
        self.write_balancers()

    def write_balancers(self):
        for name, port in (("rke2-agent-load-balancer", 9345), ("rke2-api-server-agent-load-balancer", 6443)):
            content = {"ServerURL": self.url.rpartition(":")[0] + f":{port}",
                       "ServerAddresses": [f"{a}:{port}" for a in self.servers]}
            paths.write(paths.data(f"agent/etc/{name}.json"), json.dumps(content))

    # After registration

    def announce(self):
        log.info("rke2 agent is up and running")
        notify("READY=1\nSTATUS=rke2 agent is up and running")
        return True

    def beat_for_ever(self):
        link, announced, since = None, False, self.registered
        was_ready = False
        imported = time.monotonic() + pace.scaled(pace.AGENT_IMPORT)
        delay = faults.seconds("report-delay")
        if delay:
            announced = self.announce()
            time.sleep(delay)
        while True:
            ready = not faults.is_on("never-ready") and not faults.is_on("sandbox-fails") and \
                time.time() - self.registered >= pace.at_least("ready-delay", pace.AGENT_NODE)
            if ready != was_ready:
                was_ready, since = ready, time.time()
                if ready:
                    log.kubelet_ready()
            try:
                link = link or self.connect()
                body = json.dumps({"name": self.name, "ready": ready, "since": since,
                                   "crashes": self.containers.look()}).encode()
                status, answer = link.request("POST", "/standin/beat", [self.secret], body)
                if status == 200 and not announced and time.monotonic() >= imported:
                    announced = self.announce()
                self.learn(status, answer)
            except net.NetError as problem:
                log.error(f"Remotedialer proxy error; reconnecting...: {problem}")
                if link:
                    link.close()
                link = None
                time.sleep(0.5)
                continue
            time.sleep(BEAT if was_ready and announced else 0.1)

    def learn(self, status, answer):
        if status == 200:
            servers = json.loads(answer)["servers"]
            if servers and servers != self.servers:
                self.servers = servers
                self.write_balancers()
        elif status == 404:
            with open(paths.data("agent/logs/kubelet.log"), "a", encoding="utf-8") as kubelet:
                kubelet.write(f'E "Error getting node" err="node \\"{self.name}\\" not found"\n')
        else:
            raise net.NetError(f"server answered {status}")

    def connect(self):
        """To any server, directly; the registration name is the last resort."""
        place = self.url[len("https://"):].split("/")[0]
        first = os.getpid() % max(1, len(self.servers))
        for address in self.servers[first:] + self.servers[:first]:
            try:
                return net.Connection(address, 9345, self.tls, timeout=3)
            except net.NetError:
                continue
        name, _, port = place.rpartition(":")
        return net.Connection(name, int(port), self.tls, timeout=5)
