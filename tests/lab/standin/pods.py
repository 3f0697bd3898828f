# SPDX-License-Identifier: Apache-2.0
"""The kubelet and the containers of a host, as far as their failures go: what they leave in their own
logs, what RKE2's journal says of it, and what crictl lists."""
import os
import shutil
import threading
import time

import faults
import log
import paths
import texts

KUBELET_AGAIN = 5.0    # RKE2 starts a kubelet that ended after so many seconds
SANDBOX_AGAIN = 10.0   # the kubelet tries a sandbox that failed again
SYNC_AGAIN = 20.0      # RKE2 looks at its static pods
NOISE_AGAIN = 5.0      # the node's own clients ask the supervisor
CCM = "cloud-controller-manager"
STATIC = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler", CCM)
LOGS = "/var/log/pods"
LISTED = "/run/k3s/standin-containers"
HEAD = ("CONTAINER", "IMAGE", "CREATED", "STATE", "NAME", "ATTEMPT", "POD ID", "POD", "NAMESPACE")
REFUSED = ('rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: '
                 'dial tcp 127.0.0.1:2379: connect: connection refused"')
CRICTL = f"""#!/bin/sh
# crictl of the stand-in: knows `ps` alone, whose options it does not read.
while [ "${{1#-}}" != "$1" ]; do shift; case $1 in ps) ;; *) shift ;; esac; done
[ "$1" = ps ] && [ -s {LISTED} ] && exec cat {LISTED}
echo 'FATA[0000] validate service connection: dial unix /run/k3s/containerd/containerd.sock: connect: no such file' >&2
exit 1
"""


def stamp(now, form="%Y-%m-%dT%H:%M:%S"):
    return time.strftime(form, time.gmtime(now)) + f".{int(now % 1 * 1e9):09d}Z"


def append(name, text):
    with open(paths.data(name), "a", encoding="utf-8") as file:
        file.write(text + "\n")


def crashing():
    """{name: last words} of the pods of this host that end again and again."""
    name, _, words = faults.value("pod-crashes").partition(" ")
    return {name: words} if name else {}


# The kubelet

def kubelet_says(words):
    now = time.time()
    head = time.strftime("%m%d %H:%M:%S", time.gmtime(now)) + f".{int(now % 1 * 1e6):06d} {os.getpid():7d}"
    append("agent/logs/kubelet.log", f'E{head} run.go:72] "command failed" err="{words}"')


def wait_for_kubelet():
    """As long as it is ordered, the kubelet ends with its words, and RKE2 knows its exit status alone."""
    while faults.is_on("kubelet-exit"):
        kubelet_says(faults.value("kubelet-exit"))
        log.error("Kubelet exited: exit status 1")
        time.sleep(KUBELET_AGAIN)


# containerd

def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def sandbox_failed(pod, words):
    what = f"RunPodSandbox for &PodSandboxMetadata{{Name:{pod},Uid:{uid(pod)},Namespace:kube-system,Attempt:0,}} failed, error"
    append("agent/containerd/containerd.log",
           f'time="{stamp(time.time())}" level=error msg="{what}" error={quoted(words)}')


def wait_for_sandbox(name):
    """As long as it is ordered, no container of a server starts; its journal says only that it waits."""
    said = 0.0
    while faults.is_on("sandbox-fails"):
        sandbox_failed("etcd-" + name, faults.value("sandbox-fails"))
        log.info("Failed to test etcd connection: failed to get etcd status: " + REFUSED)
        if time.monotonic() - said >= SYNC_AGAIN:
            said = time.monotonic()
            log.info("Pod for etcd not synced (pod sandbox not found), retrying")
        time.sleep(SANDBOX_AGAIN)


def import_images(archive):
    log.info(f"Importing images from {archive}")
    if faults.is_on("image-import-fails"):
        log.error(f"failed to import images from {archive}: {faults.value('image-import-fails')}")
    else:
        log.info(f"Imported images from {archive} in 9.418604217s")


# What a server of a newer release says while it waits, in every healthy start

def noise(server):
    begun, port = time.monotonic(), 43944
    while not server.api_ready:
        log.error(f"Sending HTTP/2.0 503 response to 127.0.0.1:{port}: runtime core not ready")
        if int(time.monotonic() - begun) % 15 < NOISE_AGAIN:
            log.error("Failed to check local etcd status for learner management: " + REFUSED)
        if time.monotonic() - begun >= SYNC_AGAIN:
            begun = time.monotonic()
            log.info("Pod for etcd not synced (pod sandbox not found), retrying")
        port += 10
        time.sleep(NOISE_AGAIN)


def begin_noise(server):
    if texts.is_new(server.version):
        threading.Thread(target=noise, args=(server,), daemon=True).start()


# The containers

def uid(pod):
    return (pod.encode().hex() * 4)[:32]


class Containers:
    """What runs on this host, as crictl lists it, and the logs of what ended. Looked at with each beat."""

    def __init__(self, name, server):
        self.name, self.names = name, (STATIC if server else ()) + ("kube-proxy",)
        self.shown, self.tried = None, 0.0

    def look(self):
        """Brings the files up to date; gives what crashes."""
        if faults.is_on("sandbox-fails") and time.monotonic() - self.tried >= SANDBOX_AGAIN:
            self.tried = time.monotonic()
            sandbox_failed("kube-proxy-" + self.name, faults.value("sandbox-fails"))
        ended = crashing()
        if ended != self.shown:
            for name in self.shown or ():
                shutil.rmtree(self.folder(name), ignore_errors=True)
            for name, words in ended.items():
                self.write_logs(name, words)
            os.makedirs(os.path.dirname(LISTED), exist_ok=True)
            paths.write(LISTED, self.table(ended), 0o644)
            self.shown = ended
        return ended

    def folder(self, name):
        pod = f"{name}-{self.name}"
        return os.path.join(LOGS, f"kube-system_{pod}_{uid(pod)}")

    def write_logs(self, name, words):
        for attempt in (4, 5):
            now = stamp(time.time())
            paths.write(os.path.join(self.folder(name), name, f"{attempt}.log"),
                        f"{now} stderr F I1130 05:38:33.000000       1 serving.go:386] Generated self-signed cert\n"
                        f"{now} stderr F {words}\n", 0o640)

    def table(self, ended):
        rows = [HEAD]
        for name in self.names + tuple(n for n in ended if n not in self.names):
            pod = f"{name}-{self.name}"
            state = ("19 seconds ago", "Exited", name, "5") if name in ended else ("2 minutes ago", "Running", name, "0")
            rows.append((uid(pod)[:13], "f0e1d2c3b4a59", *state, uid(pod)[13:26], pod, "kube-system"))
        widths = [max(len(row[i]) for row in rows) + 3 for i in range(len(HEAD))]
        return "".join("".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() + "\n" for row in rows)
