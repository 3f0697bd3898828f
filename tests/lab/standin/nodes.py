# SPDX-License-Identifier: Apache-2.0
"""Node objects: what a node says of itself, and how the API shows it."""
import os
import platform
import time

UNINITIALIZED = {"key": "node.cloudprovider.kubernetes.io/uninitialized", "value": "true", "effect": "NoSchedule"}
ARCH = "amd64" if platform.machine() == "x86_64" else "arm64"


def stamp(seconds):
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


def os_release(key):
    try:
        with open("/etc/os-release", encoding="utf-8") as lines:
            for line in lines:
                name, _, value = line.strip().partition("=")
                if name == key:
                    return value.strip('"')
    except OSError:
        pass
    return "Linux"


def machine_id():
    try:
        with open("/etc/machine-id", encoding="utf-8") as file:
            return file.read().strip()
    except OSError:
        return ""


def describe(name, address, role, version, config):
    """The content of node/NAME at registration."""
    labels = {"kubernetes.io/hostname": name, "kubernetes.io/arch": ARCH, "kubernetes.io/os": "linux",
              "beta.kubernetes.io/arch": ARCH, "beta.kubernetes.io/os": "linux",
              "node.kubernetes.io/instance-type": "rke2", "beta.kubernetes.io/instance-type": "rke2"}
    if role == "server":
        roles = ["control-plane", "etcd"]
        if int(version.split(".")[1]) < 34:
            roles.append("master")
        labels.update({"node-role.kubernetes.io/" + r: "true" for r in roles})
    for label in config.list("node-label"):
        key, _, value = label.partition("=")
        labels[key] = value
    taints = []
    for taint in config.list("node-taint"):
        rest, _, effect = taint.rpartition(":")
        key, _, value = rest.partition("=")
        taints.append({"key": key, "value": value, "effect": effect} if value else {"key": key, "effect": effect})
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") // 1024
    return {"uid": "-".join((os.urandom(4).hex(), os.urandom(2).hex(), os.urandom(2).hex(),
                             os.urandom(2).hex(), os.urandom(6).hex())),
            "created": int(time.time()), "address": address, "role": role, "version": version,
            "labels": labels, "taints": taints, "unschedulable": False,
            "image": os_release("PRETTY_NAME"), "kernel": platform.release(), "machine": machine_id(),
            "external": config.list("node-external-ip"), "cpu": os.cpu_count(), "memory": f"{pages}Ki"}


def conditions(state, name, node):
    status, reason, message = state.ready(name)
    silent = status == "Unknown"
    beat = state.beats.get("node/" + name, {"t": node["created"]})
    found = []
    for kind, good, text in (("MemoryPressure", "KubeletHasSufficientMemory", "kubelet has sufficient memory available"),
                             ("DiskPressure", "KubeletHasNoDiskPressure", "kubelet has no disk pressure"),
                             ("PIDPressure", "KubeletHasSufficientPID", "kubelet has sufficient PID available")):
        found.append((kind, "Unknown", reason, message) if silent else (kind, "False", good, text))
    found.append(("Ready", status, reason, message))
    written = state.get("voter/" + name)
    if written:
        found.append(("EtcdIsVoter", "False", "MemberIsLearner", "Node has not been promoted to voting member of the etcd cluster")
                     if written["learner"] else
                     ("EtcdIsVoter", "True", "MemberNotLearner", "Node is a voting member of the etcd cluster"))
    since = stamp(beat.get("since", beat["t"]) if not silent else beat["t"])
    return [{"type": k, "status": s, "reason": r, "message": m, "lastTransitionTime": since,
             "lastHeartbeatTime": stamp(beat["t"])} for k, s, r, m in found]


def to_object(state, name, node):
    size = {"cpu": str(node["cpu"]), "memory": node["memory"], "pods": "110", "ephemeral-storage": "100000000Ki"}
    addresses = [{"type": "InternalIP", "address": node["address"]}]
    addresses += [{"type": "ExternalIP", "address": a} for a in node["external"]]
    addresses.append({"type": "Hostname", "address": name})
    spec = {"podCIDR": "10.42.0.0/24", "podCIDRs": ["10.42.0.0/24"], "providerID": "rke2://" + name}
    taints = node["taints"] if node.get("initialized") else node["taints"] + [UNINITIALIZED]
    if taints:
        spec["taints"] = taints
    if node["unschedulable"]:
        spec["unschedulable"] = True
    return {
        "apiVersion": "v1", "kind": "Node",
        "metadata": {"name": name, "uid": node["uid"], "creationTimestamp": stamp(node["created"]),
                     "resourceVersion": str(state.counter), "labels": node["labels"],
                     "annotations": {"rke2.io/internal-ip": node["address"], "rke2.io/hostname": name}},
        "spec": spec,
        "status": {
            "addresses": addresses, "capacity": size, "allocatable": size,
            "conditions": conditions(state, name, node),
            "nodeInfo": {"architecture": ARCH, "operatingSystem": "linux", "osImage": node["image"],
                         "kernelVersion": node["kernel"], "kubeletVersion": node["version"],
                         "kubeProxyVersion": node["version"], "machineID": node["machine"],
                         "systemUUID": node["machine"], "bootID": node["machine"],
                         "containerRuntimeVersion": "containerd://1.7.11-k3s2"}}}


def all_objects(state):
    with state.lock:
        return [to_object(state, name, node) for name, node in sorted(state.all("node").items())]


def age(seconds):
    """As kubectl prints it (k8s.io/apimachinery duration.HumanDuration)."""
    seconds = max(0, int(seconds))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 120:
        return f"{seconds}s"
    if minutes < 10:
        return f"{minutes}m{seconds % 60}s" if seconds % 60 else f"{minutes}m"
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return f"{hours}h{minutes % 60}m" if minutes % 60 else f"{hours}h"
    if hours < 48:
        return f"{hours}h"
    if days < 8:
        return f"{days}d{hours % 24}h" if hours % 24 else f"{days}d"
    return f"{days}d"


COLUMNS = (("Name", 0), ("Status", 0), ("Roles", 0), ("Age", 0), ("Version", 0), ("Internal-IP", 1),
           ("External-IP", 1), ("OS-Image", 1), ("Kernel-Version", 1), ("Container-Runtime", 1))


def to_row(item):
    meta, status = item["metadata"], item["status"]
    ready = next(c["status"] for c in status["conditions"] if c["type"] == "Ready")
    words = ["Ready" if ready == "True" else "NotReady"]
    if item["spec"].get("unschedulable"):
        words.append("SchedulingDisabled")
    prefix = "node-role.kubernetes.io/"
    roles = ",".join(sorted(l[len(prefix):] for l in meta["labels"] if l.startswith(prefix))) or "<none>"
    kinds = {a["type"]: a["address"] for a in reversed(status["addresses"])}
    info = status["nodeInfo"]
    created = time.mktime(time.strptime(meta["creationTimestamp"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
    cells = [meta["name"], ",".join(words), roles, age(time.time() - created), info["kubeletVersion"],
             kinds.get("InternalIP", "<none>"), kinds.get("ExternalIP", "<none>"), info["osImage"],
             info["kernelVersion"], info["containerRuntimeVersion"]]
    return {"cells": cells, "object": {"kind": "PartialObjectMetadata", "apiVersion": "meta.k8s.io/v1", "metadata": meta}}


def to_table(items, version, columns=True):
    table = {"kind": "Table", "apiVersion": "meta.k8s.io/v1", "metadata": {"resourceVersion": str(version)},
             "columnDefinitions": None, "rows": [to_row(i) for i in items]}
    if columns:
        table["columnDefinitions"] = [{"name": n, "type": "string", "format": "name" if n == "Name" else "",
                                       "description": n, "priority": p} for n, p in COLUMNS]
    return table
