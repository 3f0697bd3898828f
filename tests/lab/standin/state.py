# SPDX-License-Identifier: Apache-2.0
"""The cluster as every server holds it: entries that each server may write and
all servers exchange. Of two versions of an entry the later one wins, so copies
agree without an order of messages. Beats are signs of life and never on disk.

Keys: member/NAME (etcd member), voter/NAME (the condition of its node), node/NAME, password/NAME,
cluster.
"""
import json
import os
import threading
import time

import paths

ALIVE = 3.0       # a peer heard of within this many seconds takes part
NODE_GRACE = 10.0  # a node that is silent longer is NotReady


def file_path():
    return paths.data("server/db/etcd/member/standin.json")


def has_own_network():
    """Whether someone has prepared a pod network; on this host, as all of a lab are alike."""
    return os.path.isdir("/etc/cni/net.d") and bool(os.listdir("/etc/cni/net.d"))


class State:
    def __init__(self, me):
        self.me = me
        self.lock = threading.RLock()
        self.changed = threading.Condition(self.lock)
        self.entries = {}   # key -> {"v": [counter, writer], "d": content or None when deleted}
        self.beats = {}     # key -> {"t": time heard, …}
        self.reached = {}   # server -> when this one last reached its peer port
        self.counter = 0

    def load(self):
        with open(file_path(), encoding="utf-8") as file:
            saved = json.load(file)
        self.entries, self.counter = saved["entries"], saved["counter"]

    def save(self):
        # By this folder RKE2 knows that it has data.
        os.makedirs(paths.data("server/db/etcd/member/wal"), mode=0o700, exist_ok=True)
        paths.write(file_path(), json.dumps({"entries": self.entries, "counter": self.counter}))

    def put(self, key, content):
        with self.lock:
            self.counter += 1
            self.entries[key] = {"v": [self.counter, self.me], "d": content}
            self.save()
            self.changed.notify_all()

    def get(self, key):
        with self.lock:
            return self.entries.get(key, {}).get("d")

    def was_deleted(self, key):
        with self.lock:
            return key in self.entries and self.entries[key]["d"] is None

    def all(self, kind):
        """{name: content} of the entries that exist."""
        with self.lock:
            return {key[len(kind) + 1:]: e["d"] for key, e in self.entries.items()
                    if e["d"] is not None and key.startswith(kind + "/")}

    def beat(self, key, **what):
        with self.lock:
            before = self.beats.get(key, {})
            self.beats[key] = {"t": time.time(), **what}
            if {**before, "t": 0} != {**what, "t": 0}:
                self.changed.notify_all()

    def has_reached(self, server):
        with self.lock:
            self.reached[server] = time.monotonic()

    def snapshot(self):
        with self.lock:
            return {"from": self.me, "entries": dict(self.entries), "beats": dict(self.beats), "counter": self.counter}

    def merge(self, other):
        with self.lock:
            dirty = False
            for key, entry in other["entries"].items():
                if key not in self.entries or entry["v"] > self.entries[key]["v"]:
                    self.entries[key] = entry
                    dirty = True
            self.counter = max(self.counter, other["counter"])
            for key, beat in other["beats"].items():
                if beat["t"] > self.beats.get(key, {"t": 0})["t"]:
                    dirty_beat = {**beat, "t": 0} != {**self.beats.get(key, {}), "t": 0}
                    self.beats[key] = beat
                    if dirty_beat:
                        self.changed.notify_all()
            if dirty:
                self.save()
                self.changed.notify_all()

    # etcd's view

    def members(self):
        return self.all("member")

    def voters(self):
        return {n: m for n, m in self.members().items() if not m["learner"]}

    def is_alive(self, server):
        return server == self.me or time.monotonic() - self.reached.get(server, -ALIVE) < ALIVE

    def has_quorum(self):
        voters = self.voters()
        return sum(map(self.is_alive, voters)) >= len(voters) // 2 + 1

    def leader(self):
        """The oldest voter that is alive; every server comes to the same one."""
        alive = [(m["added"], n) for n, m in self.voters().items() if self.is_alive(n)]
        return min(alive)[1] if alive and self.has_quorum() else None

    def add_member(self, name, address, identity):
        """Adds a learner, on the leader only; the answer is etcd's error, or ""."""
        with self.lock:
            members = self.members()
            if name in members and members[name]["id"] != identity:
                return "duplicate node name found, please use a unique name for this node"
            if name in members:
                return ""
            if not all(map(self.is_alive, self.voters())):
                return "etcdserver: unhealthy cluster"
            if any(m["learner"] for m in members.values()):
                return "etcdserver: too many learner members in cluster"
            self.put("member/" + name, {"id": identity, "address": address, "learner": True, "added": time.time()})
            return ""

    # the node controller's view

    def ready(self, name):
        """(status, reason, message) of a node's Ready condition."""
        beat = self.beats.get("node/" + name)
        if beat is None or time.time() - beat["t"] > NODE_GRACE:
            return "Unknown", "NodeStatusUnknown", "Kubelet stopped posting node status."
        if beat["ready"] and (self.get("cluster").get("cni") != "none" or has_own_network()):
            return "True", "KubeletReady", "kubelet is posting ready status. AppArmor enabled"
        return ("False", "KubeletNotReady", "container runtime network not ready: NetworkReady=false "
                "reason:NetworkPluginNotReady message:Network plugin returns error: cni plugin not initialized")

    def crashes(self, name):
        """{name: last words} of the pods of a node that end again and again."""
        return self.beats.get("node/" + name, {}).get("crashes", {})

    def register(self, name, content, password_hash):
        """A node comes, or its password alone; False if that is not the one it came with first."""
        with self.lock:
            known = self.get("password/" + name)
            if known is not None and known != password_hash:
                return False
            if known is None:
                self.put("password/" + name, password_hash)
            if content is None:
                return True
            old = self.get("node/" + name)
            if old:
                # Labels and taints only count at the first registration.
                kept = {key: old[key] for key in
                        ("created", "uid", "labels", "taints", "unschedulable", "initialized")
                        if key in old}
                content = {**content, **kept}
            if content != old:
                self.put("node/" + name, content)
            return True

    def delete_node(self, name):
        with self.lock:
            for kind in ("node", "password", "member", "voter"):
                if self.get(f"{kind}/{name}") is not None:
                    self.put(f"{kind}/{name}", None)
            self.beats.pop("node/" + name, None)
