# SPDX-License-Identifier: Apache-2.0
"""Where RKE2's own image comes from: an archive on the host, else a registry, if need be through a
proxy. As in RKE2, the program ends when it is nowhere, and systemd starts it again."""
import base64
import ipaddress
import os
import time
import urllib.parse

import log
import net
import paths

DEFAULT = "index.docker.io"


def in_archive(tag):
    """The archive with the image of this version, or None. The lab's archives name what they hold."""
    folder = paths.data("agent", "images")
    wanted = f"rancher/rke2-runtime:{tag}\n".encode()
    for name in sorted(os.listdir(folder)) if os.path.isdir(folder) else ():
        if name.endswith((".tar.zst", ".tar.gz", ".tar")):
            with open(os.path.join(folder, name), "rb") as file:
                if wanted in file.read(4096):
                    return os.path.join(folder, name)
    return None


def variable(name):
    return os.environ.get(name.upper()) or os.environ.get(name.lower()) or ""


def goes_around(host):
    """Whether NO_PROXY names the host, by Go's rules."""
    for word in variable("no_proxy").split(","):
        word = word.strip()
        if not word:
            continue
        if host == word or host.endswith(word if word.startswith(".") else "." + word):
            return True
        try:
            if ipaddress.ip_address(host) in ipaddress.ip_network(word, strict=False):
                return True
        except ValueError:
            pass
    return False


def through_proxy(host, port, deadline):
    """A connection to host:port, by way of HTTPS_PROXY when there is one."""
    address = variable("https_proxy")
    if not address or goes_around(host):
        return net.dial(host, port, deadline)
    proxy = urllib.parse.urlsplit(address)
    sock = net.dial(proxy.hostname, proxy.port or 80, deadline)
    lines = [f"CONNECT {host}:{port} HTTP/1.1", f"Host: {host}:{port}"]
    if proxy.username:
        user = urllib.parse.unquote(proxy.username) + ":" + urllib.parse.unquote(proxy.password or "")
        lines.append("Proxy-Authorization: Basic " + base64.b64encode(user.encode()).decode())
    sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n")
    answer = b""
    while b"\r\n\r\n" not in answer:
        piece = sock.recv(1024)
        if not piece:
            raise net.NetError("proxyconnect tcp: EOF")
        answer += piece
    status = answer.split(b"\r\n")[0].decode().partition(" ")[2]
    if not status.startswith("200"):
        raise net.NetError(status.partition(" ")[2])
    return sock


def pull(tag, registry):
    host, _, port = registry.partition(":")
    image = f"{registry}/rancher/rke2-runtime:{tag}"
    log.info(f"Pulling runtime image {image}")
    try:
        sock = through_proxy(host, int(port or 443), time.monotonic() + 10)
        sock.settimeout(10)
        with net.handshake(sock, host, net.context(), False) as secure:
            secure.sendall(f"GET /v2/ HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            if not secure.recv(64).startswith(b"HTTP/1."):
                raise net.NetError("EOF")
    except (net.NetError, OSError) as problem:
        log.fatal(f'failed to get runtime image {image}: Get "https://{registry}/v2/": {problem}')


def fetch(version, registry):
    tag = version.replace("+", "-")
    registry = registry or DEFAULT
    log.info(f"Checking local image archives in {paths.data('agent', 'images')} for "
             f"{registry}/rancher/rke2-runtime:{tag}")
    archive = in_archive(tag)
    if archive:
        import pods
        pods.import_images(archive)
    else:
        pull(tag, registry)
