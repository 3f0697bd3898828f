# SPDX-License-Identifier: Apache-2.0
"""Entry of the stand-in for RKE2: `rke2 server`, `rke2 agent`, `rke2 --version`."""
import os
import sys

FOREIGN = (
    "Failed to authenticate request from 192.0.2.9:4711: verifying certificate SN=1 failed: x509: certificate has "
    "expired or is not yet valid: current time is after 2026-01-01T00:00:00Z",
    "Failed to authenticate request from 192.0.2.9:4712: verifying certificate SN=2 failed: x509: certificate signed by "
    "unknown authority",
    "Sending HTTP/1.1 401 response to 192.0.2.9:4713: not authorized",
    "Sending HTTP/2.0 403 response to 192.0.2.9:4714: forbidden",
    "http: TLS handshake error from 192.0.2.9:4715: remote error: tls: bad certificate",
    "Remotedialer proxy error; reconnecting...: x509: certificate is valid for kubernetes, not lost.example.com",
    "unable to verify password for node lost: hash does not match",
)
GO_VERSION = "go1.20.12 X:boringcrypto"


def notify(message):
    """Tells systemd, as sd_notify does."""
    import socket
    path = os.environ.get("NOTIFY_SOCKET")
    if path:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sock:
            sock.connect("\0" + path[1:] if path[0] == "@" else path)
            sock.send(message.encode())


def node_name(config):
    import paths
    name = config.get("node-name") or os.uname().nodename.lower()
    if config.get("with-node-id") == "true":
        try:
            identity = paths.read("/etc/rancher/node/id").strip()
        except OSError:
            identity = os.urandom(4).hex()
            paths.write("/etc/rancher/node/id", identity + "\n")
        name += "-" + identity
    return name


def crash_on_order(version):
    import faults
    import log
    orders = faults.read()
    if "crash-loop" in orders:
        tag = version.replace("+", "-")
        log.fatal(orders["crash-loop"] or
                  f"failed to get runtime image index.docker.io/rancher/rke2-runtime:{tag}: "
                  'Get "https://index.docker.io/v2/": net/http: TLS handshake timeout')


def chatter_on_order():
    """Lines without a meaning for this node, as RKE2 has many, for as long as it runs: half of them are
    about strangers that are turned away."""
    import faults
    if "chatter" not in faults.read():
        return
    import log
    import threading
    import time

    def talk():
        number = 0
        while True:
            time.sleep(faults.seconds("chatter"))
            number += 1
            log.info(f"Handling backend connection request {number}")
            log.error(FOREIGN[number % len(FOREIGN)])

    threading.Thread(target=talk, daemon=True).start()


def main(argv, version, commit):
    words = argv[1:]
    if words[:1] in (["--version"], ["-v"]):
        print(f"rke2 version {version} ({commit})\ngo version {GO_VERSION}")
        return
    if not words or words[0] not in ("server", "agent"):
        print("NAME:\n   rke2 - Rancher Kubernetes Engine 2 (stand-in of a test lab)\n\n"
              "USAGE:\n   rke2 server|agent|--version")
        sys.exit(0 if not words or words[0] in ("help", "--help", "-h") else 3)
    if os.geteuid() != 0:
        sys.exit("the stand-in must run as root")
    # Everything but the version is only imported by those who need it: it has to start fast.
    import log
    from config import Config
    import paths
    role = words[0]
    log.warning("not running in CIS mode")
    config = Config(role, words[1:])
    if config.get("data-dir"):
        paths.set_data(config.get("data-dir"))
    log.info(f"Starting rke2 {'agent ' if role == 'agent' else ''}{version} ({commit})")
    crash_on_order(version)
    chatter_on_order()
    if role == "server":
        from server import Server
        Server(config, version, commit).run()
    else:
        from agent import Agent
        Agent(config, version).run()
