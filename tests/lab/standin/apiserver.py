# SPDX-License-Identifier: Apache-2.0
"""The Kubernetes API as far as kubectl needs it for nodes: discovery, lists in
table and JSON form, watch, delete and patch; and the health endpoints."""
import json
import time

import nodes
import pods

VERBS = ["create", "delete", "get", "list", "patch", "update", "watch"]


def resource(name, kind, namespaced, short=()):
    return {"name": name, "singularName": kind.lower(), "namespaced": namespaced, "kind": kind,
            "verbs": VERBS, "shortNames": list(short)}


CORE = {"kind": "APIResourceList", "groupVersion": "v1", "resources": [
    resource("nodes", "Node", False, ["no"]), resource("pods", "Pod", True, ["po"]),
    resource("namespaces", "Namespace", False, ["ns"]), resource("secrets", "Secret", True)]}
BATCH = {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "batch/v1",
         "resources": [resource("jobs", "Job", True)]}
GROUP = {"name": "batch", "versions": [{"groupVersion": "batch/v1", "version": "v1"}],
         "preferredVersion": {"groupVersion": "batch/v1", "version": "v1"}}
CHARTS = ("rke2-canal", "rke2-coredns", "rke2-ingress-nginx", "rke2-metrics-server")


def failure(code, reason, message):
    return code, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Failure",
                  "message": message, "reason": reason, "code": code}


def merge_patch(target, patch):
    for key, value in patch.items():
        if value is None:
            target.pop(key, None)
        elif isinstance(value, dict) and isinstance(target.get(key), dict):
            merge_patch(target[key], value)
        else:
            target[key] = value


class ApiServer:
    def __init__(self, server):
        self.server, self.state = server, server.state

    def handle(self, request):
        if not request.has_certificate():
            return failure(401, "Unauthorized", "Unauthorized")
        path = request.path.rstrip("/")
        if path in ("/readyz", "/healthz"):
            if self.server.api_ready and self.state.has_quorum():
                return 200, "ok"
            return 500, "[+]ping ok\n[-]etcd failed: reason withheld\nreadyz check failed\n"
        if path == "/livez":
            return 200, "ok"
        if path == "/version":
            return 200, self.version()
        if path == "/api":
            return 200, {"kind": "APIVersions", "versions": ["v1"], "serverAddressByClientCIDRs": []}
        if path == "/apis":
            return 200, {"kind": "APIGroupList", "apiVersion": "v1", "groups": [GROUP]}
        if path == "/api/v1":
            return 200, CORE
        if path == "/apis/batch":
            return 200, {"kind": "APIGroup", "apiVersion": "v1", **GROUP}
        if path == "/apis/batch/v1":
            return 200, BATCH
        if not self.server.api_ready or not self.state.has_quorum():
            # etcd without a majority neither reads nor writes.
            return failure(500, "InternalError", "etcdserver: request timed out")
        parts = path.strip("/").split("/")
        if parts[:3] == ["api", "v1", "nodes"]:
            return self.nodes(request, parts[3:])
        return self.others(path, request.method)

    def version(self):
        version = self.server.version
        major, minor = version[1:].split(".")[:2]
        return {"major": major, "minor": minor, "gitVersion": version, "gitCommit": self.server.commit,
                "gitTreeState": "clean", "buildDate": "2023-12-19T00:00:00Z", "goVersion": "go1.20.12",
                "compiler": "gc", "platform": "linux/" + nodes.ARCH}

    @staticmethod
    def wants_table(request):
        return "as=Table" in request.headers.get("accept", "")

    def nodes(self, request, rest):
        if rest[1:] == ["status"]:
            rest = rest[:1]
        if not rest:
            if request.query.get("watch") in ("true", "1"):
                return 200, self.watch(request), "application/json"
            items = self.selected(request)
            if self.wants_table(request):
                return 200, nodes.to_table(items, self.state.counter)
            return 200, {"kind": "NodeList", "apiVersion": "v1",
                         "metadata": {"resourceVersion": str(self.state.counter)}, "items": items}
        name = rest[0]
        if self.state.get("node/" + name) is None:
            return failure(404, "NotFound", f'nodes "{name}" not found')
        if request.method == "DELETE":
            self.state.delete_node(name)
            return 200, {"kind": "Status", "apiVersion": "v1", "metadata": {}, "status": "Success",
                         "details": {"name": name, "kind": "nodes"}}
        if request.method in ("PATCH", "PUT"):
            self.change(name, json.loads(request.body))
        item = nodes.to_object(self.state, name, self.state.get("node/" + name))
        return 200, nodes.to_table([item], self.state.counter) if self.wants_table(request) else item

    def change(self, name, patch):
        with self.state.lock:
            node = json.loads(json.dumps(self.state.get("node/" + name)))
            merge_patch(node, {"labels": patch.get("metadata", {}).get("labels", {})})
            spec = patch.get("spec", {}) or {}
            if "unschedulable" in spec:
                node["unschedulable"] = bool(spec["unschedulable"])
            if "taints" in spec:
                node["taints"] = spec["taints"] or []
            self.state.put("node/" + name, node)

    def selected(self, request):
        items = nodes.all_objects(self.state)
        for word in filter(None, request.query.get("fieldSelector", "").split(",")):
            key, _, value = word.partition("=")
            if key == "metadata.name":
                items = [i for i in items if i["metadata"]["name"] == value.lstrip("=")]
        for word in filter(None, request.query.get("labelSelector", "").split(",")):
            key, equals, value = word.partition("=")
            negate = key.startswith("!")
            key = key.lstrip("!")
            items = [i for i in items if negate != (key in i["metadata"]["labels"] and (
                not equals or i["metadata"]["labels"][key] == value.lstrip("=")))]
        return items

    def watch(self, request):
        """ADDED, MODIFIED, DELETED events for ever, or until timeoutSeconds."""
        table = self.wants_table(request)
        end = time.monotonic() + float(request.query.get("timeoutSeconds", "3600"))
        from_list = request.query.get("resourceVersion", "0") not in ("", "0")
        seen = {i["metadata"]["name"]: i for i in self.selected(request)} if from_list else {}
        columns = True
        while time.monotonic() < end:
            now = {i["metadata"]["name"]: i for i in self.selected(request)}
            for name in sorted(set(seen) | set(now)):
                if name not in now:
                    kind, item = "DELETED", seen[name]
                elif name not in seen:
                    kind, item = "ADDED", now[name]
                elif self.essence(seen[name]) != self.essence(now[name]):
                    kind, item = "MODIFIED", now[name]
                else:
                    continue
                shown = nodes.to_table([item], self.state.counter, columns) if table else item
                columns = False
                yield json.dumps({"type": kind, "object": shown}).encode() + b"\n"
            seen = now
            with self.state.changed:
                # Also wakes by itself: a node falls silent without anybody writing.
                self.state.changed.wait(1.0)

    @staticmethod
    def essence(item):
        # With the time: a kubelet's first report after a restart is sent even when nothing else
        # changed.
        conditions = [(c["type"], c["status"], c["reason"], c["lastTransitionTime"])
                      for c in item["status"]["conditions"]]
        return conditions, item["metadata"]["labels"], item["spec"], item["status"]["nodeInfo"]

    # What a check of the whole cluster looks at besides nodes.

    def others(self, path, method):
        version = {"resourceVersion": str(self.state.counter)}
        if path in ("/api/v1/pods", "/api/v1/namespaces/kube-system/pods"):
            return 200, {"kind": "PodList", "apiVersion": "v1", "metadata": version, "items": self.pods()}
        if path in ("/apis/batch/v1/jobs", "/apis/batch/v1/namespaces/kube-system/jobs"):
            return 200, {"kind": "JobList", "apiVersion": "batch/v1", "metadata": version, "items": self.jobs()}
        if path == "/api/v1/namespaces":
            names = ("default", "kube-node-lease", "kube-public", "kube-system")
            return 200, {"kind": "NamespaceList", "apiVersion": "v1", "metadata": version, "items": [
                {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": n}, "status": {"phase": "Active"}}
                for n in names]}
        if path.startswith("/api/v1/namespaces/kube-system/secrets/"):
            name = path.rpartition("/")[2]
            node = name.removesuffix(".node-password.rke2")
            if node == name or not self.state.get("password/" + node):
                return failure(404, "NotFound", f'secrets "{name}" not found')
            if method == "DELETE":
                self.state.put("password/" + node, None)
            return 200, {"apiVersion": "v1", "kind": "Secret", "metadata": {"name": name, "namespace": "kube-system"}}
        if path.startswith("/api/v1/namespaces/kube-system/pods/"):
            return self.pod(*path.split("/")[6:8])
        if path.startswith("/api/v1/") and path.endswith("/pods"):
            return 200, {"kind": "PodList", "apiVersion": "v1", "metadata": version, "items": []}
        return failure(404, "NotFound", "the server could not find the requested resource")

    def pod(self, name, part=""):
        for item in self.pods():
            if item["metadata"]["name"] != name:
                continue
            if part != "log":
                return 200, item
            return 200, self.state.crashes(item["spec"]["nodeName"]).get(item["spec"]["containers"][0]["name"], "") + "\n"
        return failure(404, "NotFound", f'pods "{name}" not found')

    def pods(self):
        found = []
        cni = self.state.get("cluster").get("cni")
        network = () if cni == "none" else ("rke2-" + cni,)
        for name, node in sorted(self.state.all("node").items()):
            static, ended = pods.STATIC if node["role"] == "server" else (), self.state.crashes(name)
            for pod in dict.fromkeys(static + ("kube-proxy",) + network + tuple(ended)):
                state = {"waiting": {"reason": "CrashLoopBackOff", "message": f"back-off 2m40s restarting failed "
                                     f"container={pod} pod={pod}-{name}_kube-system"}} if pod in ended else {"running": {}}
                good = pod not in ended
                found.append({
                    "apiVersion": "v1", "kind": "Pod",
                    "metadata": {"name": f"{pod}-{name}", "namespace": "kube-system",
                                 "creationTimestamp": nodes.stamp(node["created"])},
                    "spec": {"nodeName": name, "containers": [{"name": pod}]},
                    "status": {"phase": "Running", "hostIP": node["address"], "conditions": [
                        {"type": "Ready", "status": str(good)}], "containerStatuses": [
                        {"name": pod, "ready": good, "restartCount": 0 if good else 6, "state": state}]}})
        return found

    @staticmethod
    def jobs():
        return [{"apiVersion": "batch/v1", "kind": "Job",
                 "metadata": {"name": "helm-install-" + chart, "namespace": "kube-system"},
                 "spec": {"completions": 1}, "status": {"succeeded": 1, "conditions": [
                     {"type": "Complete", "status": "True"}]}} for chart in CHARTS]
