# SPDX-License-Identifier: Apache-2.0
"""What answers on 9345 (nodes, joining servers), 2379 (etcd clients), 2380 (etcd peers)
and 2381 (metrics)."""
import json

import faults
import log
import paths
import pki


class Supervisor:
    def __init__(self, server):
        self.server, self.state = server, server.state

    def handle(self, request):
        path = request.path
        if path == "/ping":
            return 200, "pong"
        if path == "/cacerts":
            return 200, paths.read(paths.data("server/tls/server-ca.crt"))
        route = {
            "/v1-rke2/readyz": ("node", self.readyz), "/v1-rke2/config": ("node", self.config),
            "/v1-rke2/server-bootstrap": ("server", self.bootstrap), "/db/info": ("server", self.members),
            "/standin/register": ("node", self.register), "/standin/beat": ("node", self.beat),
        }.get(path)
        if route is None:
            return 404, "404 page not found\n"
        user, answer = route
        refused = None if path == "/db/info" and request.peer == "127.0.0.1" else self.refuse(request, user)
        return refused or answer(request)

    def refuse(self, request, wanted):
        """401 for a wrong secret, 403 for the right secret in the wrong role."""
        user, password = request.basic()
        secrets = (self.server.secret,) if user == "server" else (self.server.secret, self.server.agent_secret)
        if user not in ("server", "node") or password not in secrets:
            return 401, "Unauthorized\n"
        return None if user == wanted else (403, "Forbidden\n")

    def readyz(self, _request):
        return (200, "ok") if self.server.is_ready() else (503, "Service Unavailable\n")

    def config(self, _request):
        if faults.is_on("too-many-requests"):
            return 429, "Too many requests, please try again later.\n"
        if not self.server.serves_joins():
            return 503, "Service Unavailable\n"
        return 200, {"critical": self.server.config.critical(), "servers": self.addresses(),
                     "registry": self.server.config.get("system-default-registry")}

    def addresses(self):
        return [m["address"] for m in self.state.voters().values()]

    def bootstrap(self, _request):
        if not self.server.serves_joins():
            return 503, "Service Unavailable\n"
        return 200, pki.authorities()

    def members(self, _request):
        if not self.server.serves_joins():
            return 503, "Service Unavailable\n"
        return 200, {"members": [{"name": f"{n}-{m['id']}", "peerURLs": [f"https://{m['address']}:2380"],
                                  "clientURLs": [f"https://{m['address']}:2379"], "isLearner": m["learner"]}
                                 for n, m in sorted(self.state.members().items())]}

    def register(self, request):
        if not self.server.is_ready():
            return 503, "Service Unavailable\n"
        wish = json.loads(request.body)
        if not self.state.register(wish["name"], wish["node"], pki.digest(wish["password"])):
            log.error(f"unable to verify password for node {wish['name']}: hash does not match")
            return 403, "Forbidden\n"
        return 200, {"client-ca.crt": paths.read(paths.data("server/tls/client-ca.crt"))}

    def beat(self, request):
        wish = json.loads(request.body)
        if self.state.get("node/" + wish["name"]) is None:
            return 404, "node not found\n"
        self.state.beat("node/" + wish["name"], ready=wish["ready"], since=wish["since"],
                        crashes=wish.get("crashes", {}))
        return 200, {"servers": self.addresses()}

    def add_member(self, request):
        """On the leader itself, or passed on to it: only one place admits learners."""
        leader = self.state.leader()
        if leader is None:
            return 200, {"error": "etcdserver: unhealthy cluster"}
        if leader != self.server.name:
            return self.server.ask_peer(leader, request.body)
        wish = json.loads(request.body)
        problem = self.state.add_member(wish["name"], wish["address"], wish["id"])
        return 200, {"error": problem, "state": self.state.snapshot()}

    def handle_client(self, request):
        """Port 2379: a joining server asks to be a member."""
        if request.path != "/add-member":
            return 404, "404 page not found\n"
        return self.refuse(request, "server") or self.add_member(request)

    def handle_metrics(self, request):
        """Port 2381 of this host alone, without TLS: what etcd says of itself."""
        if request.path == "/health":
            return (200, {"health": "true", "reason": ""}) if self.state.has_quorum() else \
                (503, {"health": "false", "reason": "RAFT NO LEADER"})
        if request.path != "/metrics":
            return 404, "404 page not found\n"
        me = self.server.name
        own = self.state.get("member/" + me) or {"learner": False}
        values = {"etcd_server_has_leader": self.state.leader() is not None,
                  "etcd_server_is_leader": self.state.leader() == me,
                  "etcd_server_is_learner": own["learner"]}
        return 200, "".join(f"# TYPE {name} gauge\n{name} {int(value)}\n" for name, value in values.items())

    def handle_peer(self, request):
        """Port 2380: two servers exchange all they know."""
        if request.path != "/gossip":
            return 404, "404 page not found\n"
        refused = self.refuse(request, "server")
        if refused:
            return refused
        theirs = json.loads(request.body)
        known = self.state.get("member/" + theirs["from"])
        if known is None and self.state.was_deleted("member/" + theirs["from"]):
            return 200, self.state.snapshot()
        self.state.merge(theirs)
        return 200, self.state.snapshot()
