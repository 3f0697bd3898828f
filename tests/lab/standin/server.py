# SPDX-License-Identifier: Apache-2.0
"""`rke2 server`: founds a cluster, joins one, or comes back to the one it is in."""
import json
import os
import ssl
import threading
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
import web
from agent import listen_for_show
from apiserver import ApiServer
from main import node_name, notify
from state import State, file_path
from supervisor import Supervisor

TICK = 0.1


class Server:
    def __init__(self, config, version, commit):
        self.config, self.version, self.commit = config, version, commit
        self.preparing = texts.preparing(version)
        self.name = node_name(config)
        self.state = State(self.name)
        self.url = config.get("server").rstrip("/")
        self.api_ready = self.registered = self.announced = False
        self.founds = False
        self.kept = []
        self.containers = pods.Containers(self.name, True)

    def is_ready(self):
        return self.api_ready and self.state.has_quorum()

    serves_joins = is_ready

    def check_cni(self):
        wanted = self.config.get("cni") or "canal"
        brought = ["calico", "canal", "cilium", "flannel"]
        minor, patch = (int(n) for n in self.version.split("+")[0].split("-")[0].split(".")[1:3])
        if minor < 26 or patch < {26: 14, 27: 11, 28: 7, 29: 2}.get(minor, 0):
            brought.remove("flannel")
        if wanted not in brought + ["none"]:
            log.fatal(f"Invalid value {wanted} for --cni flag: must be one of {','.join(brought)}")

    def run(self):
        self.check_cni()
        self.address = self.config.get("node-ip").split(",")[0] or net.primary_address()
        self.known = known = os.path.exists(file_path())
        if known:
            self.come_back()
        elif self.url:
            log.info("Managed etcd cluster not yet initialized")
            self.prepare_join()
        else:
            log.info("Managed etcd cluster initializing")
            self.found()
        self.write_files()
        pace.until(pace.LISTENS)
        self.listen()
        paths.unpack_runtime(self.version, self.config.get("system-default-registry"), log)
        if not known:
            pace.until(pace.KUBELET)
        log.info(f"Running kubelet --config-dir={paths.data('agent/etc/kubelet.conf.d')} --hostname-override={self.name} "
                 f"--node-ip={self.address}")
        pods.begin_noise(self)
        pods.wait_for_kubelet()
        pods.wait_for_sandbox(self.name)
        if not known and self.url:
            self.join()
            pace.sleep(pace.LEARNER)
        pace.until(pace.AGAIN_ETCD if known else pace.ETCD)
        self.start_etcd()
        threading.Thread(target=self.start_api, daemon=True).start()
        self.tick_for_ever()

    # The three ways to begin

    def set_secrets(self, secret):
        self.secret = secret
        self.agent_secret = secret
        if self.config.get("agent-token"):
            self.agent_secret = self.parse_token(self.config.get("agent-token")).secret

    @staticmethod
    def parse_token(text):
        try:
            return pki.Token(text)
        except pki.TokenError as problem:
            log.fatal(self.preparing + str(problem))

    def come_back(self):
        log.info("Managed etcd cluster bootstrap already complete and initialized")
        self.state.load()
        token = self.config.get("token") or paths.read(paths.data("server/token")).strip()
        self.set_secrets(self.parse_token(token).secret)
        if self.state.get("cluster")["secret"] != pki.digest(self.secret):
            log.fatal(self.preparing + "bootstrap data already found and encrypted with different token")
        self.identity = paths.read(paths.data("server/db/etcd/name")).rpartition("-")[2]
        self.check_membership()

    def found(self):
        self.founds = True
        self.set_secrets(self.parse_token(self.config.get("token") or os.urandom(16).hex()).secret)
        pki.make_authorities()
        self.identify()
        self.state.put("cluster", {"secret": pki.digest(self.secret), "founder": self.name,
                                   "cni": self.config.get("cni") or "canal"})
        self.state.put("member/" + self.name, {"id": self.identity, "address": self.address,
                                               "learner": False, "added": time.time()})

    def identify(self):
        self.identity = os.urandom(4).hex()
        paths.write(paths.data("server/db/etcd/name"), f"{self.name}-{self.identity}")

    def prepare_join(self):
        if not self.url.startswith("https://"):
            log.fatal(self.preparing + "only https:// URLs are supported, invalid scheme: " + self.url)
        if not self.config.get("token"):
            log.fatal(self.preparing + "RKE2_TOKEN is required to join a cluster")
        token = self.parse_token(self.config.get("token"))
        self.set_secrets(token.secret)
        ca = self.fetch_ca(token)
        self.tls = net.context(ca)
        self.compare_config()
        status, body = self.ask("/v1-rke2/server-bootstrap", "server", "failed to bootstrap cluster data")
        if status != 200:
            why = texts.refused(self.version, self.url + "/v1-rke2/server-bootstrap", status)
            log.fatal(self.preparing + "failed to bootstrap cluster data: " + why)
        pki.write_authorities(json.loads(body))
        self.identify()

    def fetch_ca(self, token):
        try:
            _, body = net.get(self.url + "/cacerts", net.context())
        except net.NetError as problem:
            log.fatal(self.preparing + f'failed to get CA certs: Get "{self.url}/cacerts": {problem}')
        ca = body.decode()
        try:
            token.check(ca)
            net.get(self.url + "/cacerts", net.context(ca), verify=True)
        except pki.TokenError as problem:
            log.fatal(self.preparing + f"failed to validate token: {problem}")
        except net.NetError as problem:
            log.fatal(self.preparing + f'CA cert validation failed: Get "{self.url}/cacerts": {problem}')
        if not token.ca:
            log.warning("Cluster CA certificate is not trusted by the host CA bundle, but the token does not include a "
                        "CA hash. Use the full token from the server's node-token file to enable Cluster CA validation.")
        return ca

    def ask(self, path, user, failing):
        try:
            return net.get(self.url + path, self.tls, headers=[net.basic(user, self.secret)])
        except net.NetError as problem:
            log.fatal(self.preparing + f'{failing}: Get "{self.url}{path}": {problem}')

    def compare_config(self):
        failing = "failed to validate server configuration"
        status, body = self.ask("/v1-rke2/config", "node", failing)
        new = texts.is_new(self.version)
        if status != 200:
            why = texts.refused(self.version, self.url + "/v1-rke2/config", status)
            if not new:
                log.fatal(self.preparing + f"{failing}: {why}")
            log.warning("Skipping cluster configuration validation: " + why)
            return
        theirs, ours = json.loads(body)["critical"], self.config.critical()
        differ = [key for key in ours if ours[key] != theirs.get(key)]
        for place in [place for key in differ for place in texts.places(key)] if new else []:
            log.warning("critical configuration mismatched: " + place)
        if differ and new:
            log.fatal(self.preparing + f"failed to bootstrap cluster data: {failing}: critical configuration value "
                      "mismatch between servers")
        if differ:
            log.fatal(self.preparing + f"{failing}: critical configuration value mismatch between servers: {', '.join(differ)}")

    # Files and ports

    def write_files(self):
        sans = [] if faults.is_on("no-san") else self.config.list("tls-san")
        pki.make_serving(self.name, self.address, sans)
        pki.make_admin()
        pki.write_tokens(self.secret, self.agent_secret)
        try:
            mode = int(self.config.get("write-kubeconfig-mode", "0600"), 8)
        except ValueError:
            mode = 0o600
        pki.write_kubeconfig(self.config.get("write-kubeconfig", "/etc/rancher/rke2/rke2.yaml"), mode)
        os.makedirs(paths.data("server/manifests"), exist_ok=True)
        paths.write(paths.data("agent/server-ca.crt"), paths.read(paths.data("server/tls/server-ca.crt")), 0o644)
        paths.write(paths.data("agent/client-ca.crt"), paths.read(paths.data("server/tls/client-ca.crt")), 0o644)

    def serving_context(self, client_ca=False):
        tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        base = paths.data("server/tls/serving-kube-apiserver")
        tls.load_cert_chain(base + ".crt", base + ".key")
        if client_ca:
            tls.verify_mode = ssl.CERT_OPTIONAL
            tls.load_verify_locations(paths.data("server/tls/client-ca.crt"))
        return tls

    def open(self, address, port, handler, client_ca=False):
        try:
            web.listen(address, port, self.serving_context(client_ca), handler)
        except OSError as problem:
            log.fatal(f"starting kubernetes: listen tcp {address}:{port}: bind: {os.strerror(problem.errno).lower()}")

    def listen(self):
        self.supervisor = Supervisor(self)
        self.open("0.0.0.0", 9345, self.supervisor.handle)
        self.kept.append(listen_for_show("0.0.0.0", 10250))

    # Joining: this runs with the own supervisor already listening

    def join(self):
        while True:
            members = self.member_list()
            if members is None:
                log.info("Waiting to retrieve etcd cluster member list: failed to get MemberList from server")
            else:
                problem = self.ask_to_join(members)
                if not problem:
                    return
                if "duplicate" in problem:
                    log.fatal("ETCD join failed: " + problem)
                if "learner" in problem and not texts.queues_learners(self.version):
                    log.fatal("ETCD join failed: " + problem)
                log.info("Waiting for other members to finish joining etcd cluster: " + problem)
            pace.sleep(pace.ASK)

    def member_list(self):
        try:
            status, body = net.get(self.url + "/db/info", self.tls, headers=[net.basic("server", self.secret)])
        except net.NetError:
            return None
        return json.loads(body)["members"] if status == 200 else None

    def ask_to_join(self, members):
        wish = json.dumps({"name": self.name, "address": self.address, "id": self.identity}).encode()
        problem = "context deadline exceeded"
        for member in members:
            if member["isLearner"]:
                continue
            try:
                status, body = net.get(member["clientURLs"][0] + "/add-member", self.tls, method="POST", body=wish,
                                       headers=[net.basic("server", self.secret)])
            except net.NetError:
                continue
            answer = json.loads(body) if status == 200 else {"error": f"etcdserver: {status}"}
            problem = answer["error"]
            if not problem:
                log.info(f"Adding member {self.name}-{self.identity}=https://{self.address}:2380 to etcd cluster "
                         f"{[m['name'] + '=' + m['peerURLs'][0] for m in members]}".replace("'", ""))
                log.info("Starting etcd to join cluster with members "
                         f"{[m['name'] + '=' + m['peerURLs'][0] for m in members]}".replace("'", ""))
                self.state.merge(answer["state"])
                return ""
        return problem

    def ask_peer(self, name, body):
        """For the supervisor: hands a request to add a member to the leader."""
        member = self.state.get("member/" + name)
        try:
            status, answer = net.get(f"https://{member['address']}:2379/add-member", net.context(), method="POST",
                                     body=body, headers=[net.basic("server", self.secret)])
            return status, json.loads(answer)
        except (net.NetError, ValueError, TypeError):
            return 200, {"error": "etcdserver: unhealthy cluster"}

    # etcd and the API

    def start_etcd(self):
        self.open("0.0.0.0", 2379, self.supervisor.handle_client)
        self.open("0.0.0.0", 2380, self.supervisor.handle_peer)
        web.listen("127.0.0.1", 2381, None, self.supervisor.handle_metrics)
        self.links = set()
        self.keep_links()

    def keep_links(self):
        for name in self.state.members():
            if name != self.name and name not in self.links:
                self.links.add(name)
                threading.Thread(target=self.link, args=(name,), daemon=True).start()

    def link(self, name):
        """Exchanges state with one peer while it is a member."""
        peer = None
        while True:
            member = self.state.get("member/" + name)
            if member is None:
                self.links.discard(name)
                return
            try:
                peer = peer or net.Connection(member["address"], 2380, net.context(), timeout=2)
                status, body = peer.request("POST", "/gossip", [net.basic("server", self.secret)],
                                            json.dumps(self.state.snapshot()).encode())
                if status == 200:
                    self.state.has_reached(name)
                    self.state.merge(json.loads(body))
            except (net.NetError, ValueError):
                if peer:
                    peer.close()
                peer = None
            time.sleep(0.05)
            with self.state.changed:
                self.state.changed.wait(0.5)

    def start_api(self):
        """Runs beside the ticking main thread, until the node is up."""
        polls = 0
        end = time.monotonic() + faults.seconds("start-delay")
        while True:
            member = self.state.get("member/" + self.name) or {"learner": True}
            if time.monotonic() >= end and not member["learner"] and self.state.has_quorum():
                break
            if polls % 20 == 0:
                if member["learner"] and self.state.members():
                    log.info("Failed to test etcd connection: this server has not yet been promoted from learner to voting member")
                elif not self.state.has_quorum():
                    log.info("Failed to test etcd connection: failed to get etcd status: rpc error: code = Unavailable "
                             "desc = connection error: desc = \"transport: Error while dialing: dial tcp "
                             "127.0.0.1:2379: connect: connection refused\"")
                else:
                    log.info("Waiting for container runtime to become ready before joining etcd cluster")
            polls += 1
            time.sleep(TICK)
        if self.founds:
            pace.until(pace.FOUNDER)
        connected = time.monotonic()
        log.info("Connection to etcd is ready")
        log.info("Polling for API server readiness: GET /readyz failed: the server is currently unable to handle the request")
        if self.known:
            pace.until(pace.AGAIN_API)
        pace.until(pace.API, connected)
        self.open("0.0.0.0", 6443, ApiServer(self).handle, client_ca=True)
        self.api_ready = True
        log.info("Kube API server is now running")
        log.info("ETCD server is now running")
        self.register()
        pace.sleep(pace.UP)
        log.info("rke2 is up and running")
        notify("READY=1\nSTATUS=rke2 is up and running")

    def register(self):
        content = nodes.describe(self.name, self.address, "server", self.version, self.config)
        password = pki.digest(paths.node_password())
        while not self.state.register(self.name, content, password):
            log.error(f"unable to verify password for node {self.name}: hash does not match")
            log.info("Waiting to retrieve agent configuration; server is not ready: Node password rejected, duplicate "
                     "hostname or contents of '/etc/rancher/node/password' may not match server node-passwd entry, "
                     "try enabling a unique node name with the --with-node-id flag")
            time.sleep(2)
        self.registered = time.time()

    # Once every tick

    def tick_for_ever(self):
        ready, since, looked, written = False, time.time(), time.monotonic(), time.monotonic()
        while True:
            time.sleep(TICK)
            self.check_membership()
            self.keep_links()
            if self.registered:
                wait = pace.at_least("ready-delay", pace.NODE if self.founds else pace.JOINED_NODE)
                now = not faults.is_on("never-ready") and time.time() - self.registered >= wait
                if now != ready:
                    ready, since = now, time.time()
                    if ready:
                        log.kubelet_ready()
                if self.state.get("node/" + self.name):
                    self.state.beat("node/" + self.name, ready=ready, since=since, crashes=self.containers.look())
                self.initialize_nodes()
            member = self.state.get("member/" + self.name)
            if member and member["learner"]:
                caught = time.monotonic() - pace.BEGUN >= faults.seconds("join-delay") and \
                    not faults.is_on("learner-stuck") and any(map(self.state.is_alive, self.state.voters()))
                self.state.beat("member/" + self.name, caught=caught)
            if time.monotonic() - looked >= pace.at_least("promotion-tick", pace.PROMOTION):
                looked = time.monotonic()
                self.look_at_learner()
            if time.monotonic() - written >= pace.scaled(pace.CONDITION):
                written = time.monotonic()
                self.write_conditions()

    def initialize_nodes(self):
        """The cloud controller manager of one server takes the taint from new nodes."""
        able = [n for n in self.state.voters() if self.state.is_alive(n) and
                pods.CCM not in self.state.crashes(n)]
        if not able or min(able) != self.name or not self.state.has_quorum():
            return
        for name, node in self.state.all("node").items():
            if not node.get("initialized"):
                self.state.put("node/" + name, {**node, "initialized": True})

    def check_membership(self):
        member = self.state.get("member/" + self.name)
        if (member is None or member["id"] != self.identity) and self.state.members():
            found = [f"{n}-{m['id']}=https://{m['address']}:2380" for n, m in sorted(self.state.members().items())]
            log.fatal(f"starting kubernetes: this server is a not a member of the etcd cluster. Found {found}, "
                      f"expect: {self.name}-{self.identity}=https://{self.address}:2380".replace("'", ""))

    def look_at_learner(self):
        """The leader promotes a learner that has caught up and drops one that is long silent."""
        if self.state.leader() != self.name:
            return
        for name, member in self.state.members().items():
            if not member["learner"]:
                continue
            beat = self.state.beats.get("member/" + name, {"t": member["added"], "caught": False})
            if beat["caught"] and time.time() - beat["t"] < 3 and self.state.is_alive(name):
                self.state.put("member/" + name, {**member, "learner": False})
                log.info(f"Promoted learner {name}-{member['id']}")
            elif time.time() - beat["t"] > faults.seconds("learner-eviction"):
                self.state.put("member/" + name, None)
                log.warning(f"Removed learner {name}-{member['id']} from etcd cluster")

    def write_conditions(self):
        """The leader writes who is a voter into the nodes, in a loop of its own."""
        if self.state.leader() != self.name:
            return
        for name, member in self.state.members().items():
            now = {"learner": member["learner"]}
            if self.state.get("node/" + name) and self.state.get("voter/" + name) != now:
                self.state.put("voter/" + name, now)
