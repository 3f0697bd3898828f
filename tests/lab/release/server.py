# SPDX-License-Identifier: Apache-2.0
"""Release server of the lab: get.rke2.io, update.rke2.io, the release download
host, its China mirror and the door of Docker Hub, all behind one address.

Usage: server.py ADDRESS FOLDER. The folder holds tls.crt, tls.key, requests.log
and, while a fault is on, `fault`. Tarballs are built from bundle/ beside this file.
       server.py --write FOLDER VERSION ARCH: puts the files of one release there and ends.

On ports 8080 and 8081 it is a proxy that leads to itself; the latter wants PROXY_USER.
"""
import base64
import gzip
import hashlib
import http.server
import io
import json
import os
import socket
import socketserver
import ssl
import sys
import tarfile
import threading
import time
import urllib.parse

SOURCE = os.path.dirname(os.path.abspath(__file__))
VERSIONS = (
    "v1.26.12+rke2r1", "v1.27.16+rke2r2", "v1.28.15+rke2r1", "v1.30.14+rke2r1",
    "v1.31.13+rke2r1", "v1.32.9+rke2r1", "v1.33.4+rke2r1", "v1.34.1+rke2r1",
    "v1.35.7+rke2r1", "v1.36.4+rke2r1", "v1.36.5-rc1+rke2r1",
)
CHANNELS = {"stable": "v1.26.12+rke2r1", "latest": "v1.36.4+rke2r1", "testing": "v1.36.5-rc1+rke2r1"}
CHANNELS.update({".".join(v.split(".")[:2]): v for v in VERSIONS if "-rc" not in v})
PROXY_USER = "builder:p@ss w/rd:%"
IMAGE_KINDS = ("", "-core", "-canal", "-cilium")
HTML = b"<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body>Please sign in to use this network.</body></html>\n"
# From these patch releases on the units refuse to start beside each other.
EXEC_CONDITION = {32: 13, 33: 9, 34: 5, 35: 2, 36: 0}


def has_exec_condition(version):
    minor, patch = version.split("-")[0].split("+")[0].split(".")[1:3]
    if int(minor) > 36:
        return True
    return int(minor) in EXEC_CONDITION and int(patch) >= EXEC_CONDITION[int(minor)]


def bundle_files(version):
    """(name in the tarball, mode, bytes) of one release."""
    def text(name):
        with open(os.path.join(SOURCE, "bundle", name), encoding="utf-8") as file:
            return file.read()

    commit = hashlib.sha1(version.encode()).hexdigest()
    yield "bin/rke2", 0o755, text("rke2").replace("@VERSION@", version).replace("@COMMIT@", commit)
    for name in ("rke2-killall.sh", "rke2-uninstall.sh"):
        yield "bin/" + name, 0o755, text(name)
    for role, other in (("server", "agent"), ("agent", "server")):
        unit = text("rke2.service").replace("@ROLE@", role)
        condition = ""
        if has_exec_condition(version):
            condition = (f"ExecCondition=/bin/sh -xc '! /usr/bin/systemctl is-active --quiet rke2-{other}.service"
                         f" || {{ echo \"Error: rke2-{other} is running!\"; exit 1; }}'\n")
        yield f"lib/systemd/system/rke2-{role}.service", 0o644, unit.replace("@EXEC_CONDITION@\n", condition)
        yield f"lib/systemd/system/rke2-{role}.env", 0o644, "HOME=/root\n"
    yield "share/rke2/LICENSE.txt", 0o644, "This is the stand-in of a test lab, not RKE2.\n"
    yield ("share/rke2/rke2-cis-sysctl.conf", 0o644,
           "vm.panic_on_oom=0\nvm.overcommit_memory=1\nkernel.panic=10\nkernel.panic_on_oops=1\n")


def padding(size):
    """Bytes that do not compress and are the same in every run: a download takes its time."""
    block, blocks = b"rke2-standin", []
    for _ in range(size // 32):
        block = hashlib.sha256(block).digest()
        blocks.append(block)
    return b"".join(blocks)


class Releases:
    def __init__(self):
        self.tarballs = {}
        self.padding = padding(2 << 20)

    def tarball(self, version):
        if version not in self.tarballs:
            self.tarballs[version] = self.build(version)
        return self.tarballs[version]

    def build(self, version):
        raw = io.BytesIO()
        with gzip.GzipFile(fileobj=raw, mode="wb", mtime=0, compresslevel=1) as packed, \
                tarfile.open(fileobj=packed, mode="w", format=tarfile.USTAR_FORMAT) as tar:
            entries = [(n, m, c.encode()) for n, m, c in bundle_files(version)]
            entries.append(("share/rke2/standin-padding", 0o644, self.padding))
            for name, mode, content in entries:
                entry = tarfile.TarInfo(name)
                entry.size, entry.mode, entry.mtime = len(content), mode, 1700000000
                tar.addfile(entry, io.BytesIO(content))
        return raw.getvalue()

    @staticmethod
    def images(version, kind):
        """An archive of images: what the stand-in looks for in it is their names."""
        names = {"": ("rke2-runtime", "hardened-canal"), "-core": ("rke2-runtime",)}.get(kind, ("hardened" + kind,))
        tag = version.replace("+", "-")
        return "".join(f"rancher/{name}:{tag}\n" for name in names).encode() + padding(1 << 18)

    def assets(self, version):
        """{name: bytes} of what a release offers."""
        names = {}
        for arch in ("amd64", "arm64"):
            names[f"rke2.linux-{arch}.tar.gz"] = self.tarball(version)
            for kind in IMAGE_KINDS:
                names[f"rke2-images{kind}.linux-{arch}.tar.zst"] = self.images(version, kind)
        return names

    def checksums(self, version):
        return "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in self.assets(version).items())


def install_script(mirror):
    with open(os.path.join(SOURCE, "install.sh"), encoding="utf-8") as file:
        script = file.read()
    url, form = "https://github.com/rancher/rke2/releases/download", ":"
    if mirror:
        url = "https://rancher-mirror.rancher.cn/rke2/releases/download"
        form = "VERSION=$(echo \"${VERSION}\" | sed 's/+/-/')"
    return script.replace("@ARTIFACT_URL@", url).replace("@TAG_FORM@", form)


class Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = 60
    folder = ""
    releases = Releases()

    def do_GET(self):
        host = self.headers.get("Host", "").split(":")[0].lower()
        path = self.path.split("?")[0]
        with open(self.folder + "/requests.log", "a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {self.client_address[0]} "
                      f"{self.command} https://{host}{self.path}\n")
        self.fault = self.read_fault()
        answer = {
            "get.rke2.io": self.installer,
            "update.rke2.io": self.channels,
            "github.com": self.github,
            "rancher-mirror.rancher.cn": self.mirror,
            "index.docker.io": self.registry,
            "registry-1.docker.io": self.registry,
            "registry.example.com": self.registry,
        }.get(host, self.not_found)
        answer(path)

    do_HEAD = do_GET

    def read_fault(self):
        try:
            with open(self.folder + "/fault", encoding="utf-8") as file:
                return file.read().split() or ["none"]
        except OSError:
            return ["none"]

    def send(self, status, body=b"", kind="text/plain", headers=()):
        if isinstance(body, str):
            body = body.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        if self.command == "HEAD":
            return
        if self.fault[0] == "cut" and kind == "application/gzip":
            self.wfile.write(body[:len(body) // 2])
            self.wfile.flush()
            self.connection.shutdown(socket.SHUT_RDWR)
            self.close_connection = True
        elif self.fault[0] == "slow":
            self.dribble(body, int(self.fault[1]))
        else:
            self.wfile.write(body)

    def dribble(self, body, rate):
        """Not more than RATE bytes a second; the pause between pieces is the rate itself."""
        piece = max(1, rate // 10)
        for start in range(0, len(body), piece):
            self.wfile.write(body[start:start + piece])
            time.sleep(len(body[start:start + piece]) / rate)
            if self.read_fault()[0] != "slow":
                self.wfile.write(body[start + piece:])
                return

    def not_found(self, _path):
        self.send(404, "404: Not Found\n")

    def installer(self, path, mirror=False):
        fault = self.fault[0]
        if path not in ("/", "/install.sh", "/rke2/install.sh") or fault == "installer-404":
            self.not_found(path)
        elif fault == "installer-empty":
            self.send(200)
        elif fault == "installer-html":
            self.send(200, HTML, "text/html")
        else:
            self.send(200, install_script(mirror), "text/x-sh")

    def channels(self, path):
        base = "/v1-release/channels"
        name = path[len(base) + 1:]
        if self.fault[0] == "channel-down":
            self.send(503, "503 Service Unavailable\n")
        elif path == base:
            data = [{"id": n, "type": "channel", "links": {"self": f"https://update.rke2.io{base}/{n}"},
                     "name": n, "latest": v, "latestRegexp": "", "excludeRegexp": ""}
                    for n, v in CHANNELS.items()]
            self.send(200, json.dumps({"type": "collection", "links": {"self": "https://update.rke2.io" + base},
                                       "actions": {}, "resourceType": "channels", "data": data}), "application/json")
        elif path.startswith(base + "/") and name in CHANNELS:
            where = "https://github.com/rancher/rke2/releases/tag/" + CHANNELS[name].replace("+", "%2B")
            self.send(302, headers=[("Location", where)])
        else:
            self.not_found(path)

    def github(self, path):
        tag = urllib.parse.unquote(path)
        if tag.startswith("/rancher/rke2/releases/tag/"):
            self.send(200, "<html>release page</html>", "text/html")
        elif tag.startswith("/rancher/rke2/releases/download/"):
            self.asset(tag[len("/rancher/rke2/releases/download/"):])
        else:
            self.not_found(path)

    def mirror(self, path):
        prefix = "/rke2/releases/download/"
        if path.startswith(prefix):
            # The mirror writes tags with - where upstream has +.
            self.asset(urllib.parse.unquote(path[len(prefix):]).replace("-rke2r", "+rke2r"))
        else:
            self.installer(path, mirror=True)

    def asset(self, name):
        version, _, file = name.partition("/")
        if version not in VERSIONS:
            self.not_found(name)
        elif file in ("sha256sum-amd64.txt", "sha256sum-arm64.txt"):
            sums = self.releases.checksums(version)
            if self.fault[0] == "checksum-wrong":
                sums = "".join("0" * 64 + line[64:] + "\n" for line in sums.splitlines())
            self.send(200, sums)
        elif file in ("rke2.linux-amd64.tar.gz", "rke2.linux-arm64.tar.gz") and self.fault[0] != "tarball-404":
            self.send(200, self.releases.tarball(version), "application/gzip")
        elif file.startswith("rke2-images") and file.endswith(("64.tar.zst",)) and \
                file[len("rke2-images"):].split(".")[0] in IMAGE_KINDS:
            self.send(200, self.releases.images(version, file[len("rke2-images"):].split(".")[0]), "application/zstd")
        else:
            self.not_found(name)

    def registry(self, path):
        self.send(401, '{"errors":[{"code":"UNAUTHORIZED","message":"authentication required"}]}', "application/json",
                  [("Docker-Distribution-Api-Version", "registry/2.0"),
                   ("WWW-Authenticate", 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"')])

    def log_message(self, *_):
        pass


class Proxy(http.server.BaseHTTPRequestHandler):
    """Knows CONNECT alone, to names of this server."""
    protocol_version = "HTTP/1.1"
    timeout = 60
    user = None

    def do_CONNECT(self):
        with open(Handler.folder + "/requests.log", "a", encoding="utf-8") as log:
            log.write(f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {self.client_address[0]} "
                      f"CONNECT {self.path}\n")
        wanted = "Basic " + base64.b64encode((self.user or "").encode()).decode()
        if self.user and self.headers.get("Proxy-Authorization") != wanted:
            self.send_response(407)
            self.send_header("Proxy-Authenticate", 'Basic realm="lab"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        self.close_connection = True
        with socket.create_connection((self.server.server_address[0], 443), timeout=60) as other:
            self.send_response(200, "Connection established")
            self.end_headers()
            threading.Thread(target=self.pass_on, args=(other, self.connection), daemon=True).start()
            self.pass_on(self.connection, other)

    @staticmethod
    def pass_on(source, target):
        try:
            while data := source.recv(65536):
                target.sendall(data)
            target.shutdown(socket.SHUT_WR)
        except OSError:
            pass

    def log_message(self, *_):
        pass


class UserProxy(Proxy):
    user = PROXY_USER


class ProxyServer(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256


class Server(socketserver.ThreadingTCPServer):
    # Not http.server's own, which asks the DNS for the server's name.
    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 256
    context = None

    def finish_request(self, request, client_address):
        # The handshake belongs into the request's own thread.
        request.settimeout(Handler.timeout)
        try:
            with self.context.wrap_socket(request, server_side=True) as secure:
                super().finish_request(secure, client_address)
        except (OSError, ssl.SSLError):
            pass


def write(folder, version, arch):
    """A release as anyone downloads it for hosts without a way out: one archive has all images."""
    releases = Releases()
    files = {name: data for name, data in releases.assets(version).items()
             if name in (f"rke2.linux-{arch}.tar.gz", f"rke2-images.linux-{arch}.tar.zst")}
    files["install.sh"] = install_script(False).encode()
    files[f"sha256sum-{arch}.txt"] = releases.checksums(version).encode()
    for name, data in files.items():
        with open(os.path.join(folder, name), "wb") as file:
            file.write(data)


def main():
    if sys.argv[1] == "--write":
        write(*sys.argv[2:5])
        return
    address, Handler.folder = sys.argv[1:3]
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(Handler.folder + "/tls.crt", Handler.folder + "/tls.key")
    Server.context = context
    for port, handler in ((8080, Proxy), (8081, UserProxy)):
        threading.Thread(target=ProxyServer((address, port), handler).serve_forever, daemon=True).start()
    Server((address, 443), Handler).serve_forever()


main()
