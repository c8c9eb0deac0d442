"""A small threaded HTTP/1.1 server with keep-alive.

Werkzeug's own development server closes every connection and cannot break one in the middle of
an answer; clients of Intuit see kept connections and, under faults, broken ones.
"""

from __future__ import annotations

import gzip
import socket
import socketserver
import threading
from dataclasses import dataclass, field
from http import HTTPStatus
from urllib.parse import parse_qs, unquote

from .errors import Disconnect

MAX_HEAD, MAX_BODY = 65536, 120 * 1024 * 1024
COMPRESS_FROM = 4096


@dataclass
class Request:
    method: str
    target: str
    headers: dict  # lower-case names
    body: bytes = b""
    peer: tuple = ()

    def __post_init__(self):
        path, _, self.query_string = self.target.partition("?")
        self.path = unquote(path)
        self.query = (
            {k: v[-1] for k, v in parse_qs(self.query_string, keep_blank_values=True).items()}
            if self.query_string
            else {}
        )

    def header(self, name, default=""):
        return self.headers.get(name, default)

    def form(self):
        parsed = parse_qs(self.body.decode("utf-8", "replace"), keep_blank_values=True)
        return {k: v[-1] for k, v in parsed.items()}


@dataclass
class Reply:
    status: int = 200
    body: bytes = b""
    ctype: str = "application/json"
    headers: list = field(default_factory=list)
    chunked: bool = False
    truncate: bool = False  # send half of the body, then break the connection

    def compress(self, accepted):
        """Bigger answers go out compressed to clients that take it (FACTS 2.3)."""
        if "gzip" in accepted and len(self.body) > COMPRESS_FROM:
            self.body = gzip.compress(self.body, 1)
            self.headers = [*self.headers, ("Content-Encoding", "gzip")]

    def head(self, close):
        phrase = HTTPStatus(self.status).phrase
        lines = [f"HTTP/1.1 {self.status} {phrase}", f"Content-Type: {self.ctype}"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        lines.append(
            "Transfer-Encoding: chunked" if self.chunked else f"Content-Length: {len(self.body)}"
        )
        lines.append(f"Connection: {'close' if close else 'keep-alive'}")
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1", "replace")


class _Handler(socketserver.StreamRequestHandler):
    rbufsize = 65536
    disable_nagle_algorithm = True

    def handle(self):
        self.server.connections.add(self.connection)
        try:
            while self._one():
                pass
        except (OSError, ValueError, Disconnect):
            pass  # the peer went away, or a fault broke the connection
        finally:
            self.server.connections.discard(self.connection)

    def _one(self):
        """Serve one request; False ends the connection."""
        line = self.rfile.readline(MAX_HEAD)
        while line in (b"\r\n", b"\n"):
            line = self.rfile.readline(MAX_HEAD)
        if not line:
            return False
        method, target, version = line.decode("latin-1").split()
        headers = self._headers()
        close = headers.get("connection", "").lower() == "close" or version == "HTTP/1.0"
        if headers.get("expect", "").lower() == "100-continue":
            self.connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
        body = self._body(headers)
        reply = self.server.app(Request(method, target, headers, body, self.client_address))
        if reply.chunked:
            reply.compress(headers.get("accept-encoding", ""))
        return self._send(reply, method, close)

    def _headers(self):
        headers = {}
        while True:
            line = self.rfile.readline(MAX_HEAD)
            if line in (b"\r\n", b"\n", b""):
                return headers
            name, _, value = line.decode("latin-1").partition(":")
            headers[name.strip().lower()] = value.strip()

    def _body(self, headers):
        if headers.get("transfer-encoding", "").lower() == "chunked":
            return self._chunks()
        length = int(headers.get("content-length") or 0)
        if length > MAX_BODY:
            raise Disconnect
        return self.rfile.read(length) if length else b""

    def _chunks(self):
        parts = []
        while True:
            size = int(self.rfile.readline(MAX_HEAD).split(b";")[0], 16)
            if not size:
                while self.rfile.readline(MAX_HEAD) not in (b"\r\n", b"\n", b""):
                    pass
                return b"".join(parts)
            parts.append(self.rfile.read(size))
            self.rfile.readline(MAX_HEAD)

    def _send(self, reply, method, close):
        head = reply.head(close)
        if method == "HEAD":
            self.connection.sendall(head)
        elif reply.truncate:
            self.connection.sendall(head + self._framed(reply)[: len(reply.body) // 2])
            return False
        else:
            self.connection.sendall(head + self._framed(reply))
        return not close

    def _framed(self, reply):
        if not reply.chunked:
            return reply.body
        size = b"%x\r\n" % len(reply.body)
        return size + reply.body + b"\r\n0\r\n\r\n" if reply.body else b"0\r\n\r\n"


class Server(socketserver.ThreadingTCPServer):
    """Listens on loopback only."""

    allow_reuse_address = True
    daemon_threads = True
    block_on_close = False
    request_queue_size = 256

    def __init__(self, port, app):
        self.app, self.connections = app, set()
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def port(self):
        return self.server_address[1]

    def start(self):
        thread = threading.Thread(
            target=self.serve_forever, args=(0.05,), daemon=True, name=f"simulator-{self.port}"
        )
        thread.start()
        return thread

    def stop(self):
        self.shutdown()
        self.server_close()
        for connection in list(self.connections):
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed by the peer meanwhile

    def handle_error(self, request, client_address):
        """A broken peer is no news; everything else is answered by the app already."""
