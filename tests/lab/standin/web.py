# SPDX-License-Identifier: Apache-2.0
"""A small HTTPS server (HTTP where it is given no tls): a thread per connection, connections kept alive.

A handler gets a Request and returns (status, body) or (status, body, type); a
body that is neither bytes, text nor JSON matter is a generator and goes out in chunks.
"""
import json
import socket
import ssl
import threading
import urllib.parse

REASONS = {200: "OK", 201: "Created", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
           404: "Not Found", 405: "Method Not Allowed", 409: "Conflict", 415: "Unsupported Media Type",
           429: "Too Many Requests", 500: "Internal Server Error", 503: "Service Unavailable"}
HEAD_LIMIT, BODY_LIMIT = 65536, 32 << 20


class Request:
    def __init__(self, secure, peer, head, body):
        lines = head.decode("latin-1").split("\r\n")
        self.method, target, _ = lines[0].split(" ", 2)
        self.path, _, query = target.partition("?")
        self.path = urllib.parse.unquote(self.path)
        self.query = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        self.headers = {}
        for line in lines[1:]:
            key, _, value = line.partition(":")
            self.headers[key.strip().lower()] = value.strip()
        self.body, self.peer, self.secure = body, peer, secure

    def has_certificate(self):
        return bool(self.secure.getpeercert())

    def basic(self):
        """(user, password) of a Basic authorization, else ("", "")."""
        import base64
        kind, _, value = self.headers.get("authorization", "").partition(" ")
        try:
            user, _, password = base64.b64decode(value).decode().partition(":")
        except ValueError:
            return "", ""
        return (user, password) if kind.lower() == "basic" else ("", "")


def listen(address, port, tls, handler):
    """Serves for ever, in threads of its own; raises OSError if the port is taken."""
    sock = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    sock.bind((address, port))
    sock.listen(256)
    threading.Thread(target=accept, args=(sock, tls, handler), daemon=True).start()


def accept(sock, tls, handler):
    while True:
        try:
            raw, peer = sock.accept()
        except OSError:
            continue
        threading.Thread(target=serve, args=(raw, peer[0], tls, handler), daemon=True).start()


def serve(raw, peer, tls, handler):
    try:
        raw.settimeout(30)
        raw.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with tls.wrap_socket(raw, server_side=True) if tls else raw as secure:
            secure.settimeout(120)
            rest = b""
            while True:
                request, rest = receive(secure, peer, rest)
                if request is None or not answer(secure, request, handler(request)):
                    return
    except (OSError, ssl.SSLError, ValueError):
        pass
    finally:
        raw.close()


def receive(secure, peer, rest):
    while b"\r\n\r\n" not in rest:
        data = secure.recv(65536)
        if not data or len(rest) > HEAD_LIMIT:
            return None, b""
        rest += data
    head, _, rest = rest.partition(b"\r\n\r\n")
    request = Request(secure, peer, head, b"")
    length = min(int(request.headers.get("content-length", "0")), BODY_LIMIT)
    while len(rest) < length:
        data = secure.recv(65536)
        if not data:
            return None, b""
        rest += data
    request.body = rest[:length]
    return request, rest[length:]


def answer(secure, request, result):
    status, body, kind = result if len(result) == 3 else result + (None,)
    if isinstance(body, (dict, list)):
        body, kind = json.dumps(body) + "\n", kind or "application/json"
    if isinstance(body, str):
        body = body.encode()
    head = f"HTTP/1.1 {status} {REASONS.get(status, 'Unknown')}\r\nContent-Type: {kind or 'text/plain; charset=utf-8'}\r\n"
    if status == 401:
        head += 'WWW-Authenticate: Basic realm="rke2"\r\n'
    if isinstance(body, bytes):
        head += f"Content-Length: {len(body)}\r\n\r\n"
        secure.sendall(head.encode() + (b"" if request.method == "HEAD" else body))
        return request.headers.get("connection", "").lower() != "close"
    secure.sendall((head + "Transfer-Encoding: chunked\r\n\r\n").encode())
    for part in body:
        secure.sendall(b"%x\r\n%s\r\n" % (len(part), part))
    secure.sendall(b"0\r\n\r\n")
    return True
