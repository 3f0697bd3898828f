# SPDX-License-Identifier: Apache-2.0
"""The client side of the network, with the words Go's standard library uses for
what goes wrong. Names are asked for directly, in the server's order, since the C
library would sort the addresses."""
import errno
import os
import socket
import ssl
import time

TIMEOUT = 10.0


class NetError(Exception):
    """str() is the text that Go would print."""


def name_server():
    try:
        with open("/etc/resolv.conf", encoding="utf-8") as lines:
            for line in lines:
                words = line.split()
                if words[:1] == ["nameserver"]:
                    return words[1]
    except OSError:
        pass
    return "127.0.0.1"


def is_address(name):
    try:
        socket.inet_pton(socket.AF_INET6 if ":" in name else socket.AF_INET, name)
        return True
    except OSError:
        return False


def from_hosts_file(name):
    found = []
    try:
        with open("/etc/hosts", encoding="utf-8") as lines:
            for line in lines:
                words = line.split("#")[0].split()
                if name in words[1:] and "." in words[0]:
                    found.append(words[0])
    except OSError:
        pass
    return found


def skip_name(packet, at):
    while packet[at]:
        if packet[at] >= 0xC0:
            return at + 2
        at += packet[at] + 1
    return at + 1


def ask(server, name, timeout):
    """(answer code, addresses) of one A question."""
    number = os.urandom(2)
    labels = b"".join(bytes([len(p)]) + p.encode() for p in name.rstrip(".").split("."))
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        sock.settimeout(timeout)
        sock.connect((server, 53))
        sock.send(number + b"\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00" + labels + b"\x00\x00\x01\x00\x01")
        packet = sock.recv(4096)
        while packet[:2] != number:
            packet = sock.recv(4096)
    count = int.from_bytes(packet[6:8], "big")
    at = skip_name(packet, 12) + 4
    found = []
    for _ in range(count):
        at = skip_name(packet, at)
        kind, size = int.from_bytes(packet[at:at + 2], "big"), int.from_bytes(packet[at + 8:at + 10], "big")
        if kind == 1:
            found.append(socket.inet_ntoa(packet[at + 10:at + 14]))
        at += 10 + size
    return packet[3] & 15, found


def resolve(name, deadline):
    if is_address(name):
        return [name]
    found = from_hosts_file(name)
    if found:
        return found
    server = name_server()
    where = f"lookup {name} on {server}:53"
    code = None
    for _ in range(2):
        try:
            code, found = ask(server, name, max(0.1, min(4.0, deadline - time.monotonic())))
            break
        except socket.timeout:
            if time.monotonic() >= deadline:
                break
        except OSError as problem:
            raise NetError(f"dial tcp: {where}: {os.strerror(problem.errno).lower()}") from None
    if found:
        return found
    if code is None:
        raise NetError(f"dial tcp: {where}: i/o timeout")
    raise NetError(f"dial tcp: {where}: " + ("no such host" if code in (0, 3) else "server misbehaving"))


def go_error(problem):
    if isinstance(problem, socket.timeout) or problem.errno == errno.ETIMEDOUT:
        return "i/o timeout"
    if problem.errno is None:
        return str(problem)
    return "connect: " + os.strerror(problem.errno).lower()


def dial(name, port, deadline):
    """A TCP connection to the first address that takes it; the error is the first one's."""
    addresses = resolve(name, deadline)
    first = None
    for number, address in enumerate(addresses):
        left = deadline - time.monotonic()
        if left <= 0:
            break
        share = min(left, max(2.0, left / (len(addresses) - number)))
        try:
            return socket.create_connection((address, port), timeout=share)
        except OSError as problem:
            first = first or NetError(f"dial tcp {address}:{port}: {go_error(problem)}")
    raise first or NetError("context deadline exceeded")


def context(ca=None, cert=None):
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    made.check_hostname = False
    if ca:
        made.load_verify_locations(cadata=ca)
    else:
        made.verify_mode = ssl.CERT_NONE
    if cert:
        made.load_cert_chain(*cert)
    return made


def check_name(secure, name):
    sans = secure.getpeercert().get("subjectAltName", ())
    kind = "IP Address" if is_address(name) else "DNS"
    valid = [value for k, value in sans if k == kind]
    if name not in valid:
        raise NetError(f"tls: failed to verify certificate: x509: certificate is valid for {', '.join(valid)}, not {name}")


def handshake(sock, name, tls, verify):
    try:
        secure = tls.wrap_socket(sock, server_hostname=name)
        if verify:
            check_name(secure, name)
        return secure
    except ssl.SSLCertVerificationError as problem:
        if problem.verify_code in (9, 10):
            raise NetError("tls: failed to verify certificate: x509: certificate has expired or is not yet valid") from None
        raise NetError("tls: failed to verify certificate: x509: certificate signed by unknown authority") from None
    except socket.timeout:
        raise NetError("net/http: TLS handshake timeout") from None
    except (ssl.SSLEOFError, ConnectionResetError):
        raise NetError("EOF") from None
    except ssl.SSLError as problem:
        raise NetError(f"remote error: tls: {problem.reason}") from None


class Connection:
    """One kept-alive HTTPS connection."""

    def __init__(self, name, port, tls, verify=False, timeout=TIMEOUT):
        self.timeout, self.host = timeout, f"{name}:{port}"
        deadline = time.monotonic() + timeout
        sock = dial(name, port, deadline)
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        try:
            sock.settimeout(max(0.1, deadline - time.monotonic()))
            self.sock = handshake(sock, name, tls, verify)
        except BaseException:
            sock.close()
            raise
        self.rest = b""

    def close(self):
        self.sock.close()

    def request(self, method, path, headers=(), body=b""):
        lines = [f"{method} {path} HTTP/1.1", f"Host: {self.host}", f"Content-Length: {len(body)}"]
        lines += [f"{key}: {value}" for key, value in headers]
        try:
            self.sock.settimeout(self.timeout)
            self.sock.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + body)
            return self.answer()
        except socket.timeout:
            raise NetError("context deadline exceeded (Client.Timeout exceeded while awaiting headers)") from None
        except (OSError, ssl.SSLError):
            raise NetError("EOF") from None

    def answer(self):
        while b"\r\n\r\n" not in self.rest:
            self.more()
        head, _, self.rest = self.rest.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        status = int(lines[0].split()[1])
        length = next((int(l.split(":")[1]) for l in lines if l.lower().startswith("content-length:")), 0)
        while len(self.rest) < length:
            self.more()
        body, self.rest = self.rest[:length], self.rest[length:]
        return status, body

    def more(self):
        data = self.sock.recv(65536)
        if not data:
            raise NetError("EOF")
        self.rest += data


def get(url, tls, verify=False, headers=(), method="GET", body=b""):
    """(status, body); url is https://NAME:PORT/PATH."""
    rest = url[len("https://"):]
    place, _, path = rest.partition("/")
    name, _, port = place.rpartition(":")
    connection = Connection(name.strip("[]"), int(port), tls, verify)
    try:
        return connection.request(method, "/" + path, headers, body)
    finally:
        connection.close()


def basic(user, secret):
    import base64
    return ("Authorization", "Basic " + base64.b64encode(f"{user}:{secret}".encode()).decode())


def primary_address():
    """The address of the interface with the default route, as RKE2 chooses it."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sock:
        try:
            sock.connect(("203.0.113.1", 9))
            return sock.getsockname()[0]
        except OSError:
            log_text = "failed to find suitable interface: no default routes found in \"/proc/net/route\""
            raise NetError(log_text) from None
