"""A scripted HTTP server for what a real one never does on request: dropped lines, half answers."""

from __future__ import annotations

import contextlib
import gc
import json
import logging
import socket
import socketserver
import sqlite3
import tempfile
import threading
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import settings
from hypothesis.configuration import set_hypothesis_home_dir

# no cache directory inside the addon
set_hypothesis_home_dir(Path(tempfile.gettempdir()) / "quickbooks_online_hypothesis")
settings.register_profile("qbo", deadline=None, max_examples=100, print_blob=True)
settings.load_profile("qbo")

REALM = "9130350000000001"
TID = "1-5f732f68-d4d3c70ce72c15e07d2bc328"


@dataclass
class Reply:
    """One scripted answer."""

    status: int = 200
    body: bytes = b"{}"
    content_type: str = "application/json;charset=utf-8"
    headers: dict = field(default_factory=dict)
    drop: str = ""  # 'before' (nothing read), 'after' (request read), 'reset' (after, with RST)
    cut: int = 0  # announce this many bytes more than are sent
    chunked: bool = False  # with cut: break off inside the chunks
    wait: float = 0.0  # seconds before the answer
    hang_up: bool = False  # close afterwards without saying so


@dataclass
class Seen:
    """One request as it arrived."""

    method: str
    target: str
    headers: dict
    body: bytes
    peer: tuple


class _Handler(socketserver.StreamRequestHandler):
    # a real server's answer is not delayed by the kernel waiting for more
    disable_nagle_algorithm = True

    def handle(self):
        with contextlib.suppress(ConnectionError, ValueError):
            while self._one():
                pass

    def _one(self) -> bool:
        script = self.server.script
        if script and script[0].drop == "before":
            script.pop(0)
            return False
        line = self.rfile.readline().decode().split()
        if not line:
            return False
        headers = {}
        while raw := self.rfile.readline().strip():
            name, _, value = raw.decode().partition(":")
            headers[name.lower()] = value.strip()
        body = self.rfile.read(int(headers.get("content-length", 0)))
        self.server.seen.append(Seen(line[0], line[1], headers, body, self.client_address))
        reply = script.pop(0) if script else Reply()
        return self._answer(reply)

    def _answer(self, reply: Reply) -> bool:
        if reply.wait:
            self.server.released.wait(reply.wait)
        if reply.drop == "reset":
            linger = b"\x01\x00\x00\x00\x00\x00\x00\x00"
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        if reply.drop:
            self.connection.close()
            return False
        head = {"Content-Type": reply.content_type, "intuit_tid": TID, **reply.headers}
        if reply.chunked:
            head["Transfer-Encoding"] = "chunked"
            payload = f"{len(reply.body) + reply.cut:x}\r\n".encode() + reply.body
            payload += b"" if reply.cut else b"\r\n0\r\n\r\n"
        else:
            head["Content-Length"] = str(len(reply.body) + reply.cut)
            payload = reply.body
        lines = [f"HTTP/1.1 {reply.status} X", *(f"{k}: {v}" for k, v in head.items()), "", ""]
        self.wfile.write("\r\n".join(lines).encode() + payload)
        self.wfile.flush()
        return not (reply.cut or reply.hang_up)


class Wire(socketserver.ThreadingTCPServer):
    """Answers from ``script``, else ``{}``; keeps what it saw in ``seen``."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), _Handler)
        self.script: list[Reply] = []
        self.seen: list[Seen] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"

    def plan(self, *replies: Reply) -> None:
        self.script[:] = replies


@pytest.fixture
def wire():
    server = Wire()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.released.set()
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def everything_logged():
    """Every record of every logger at DEBUG, formatted as a handler would."""
    lines: list[str] = []

    class Collect(logging.Handler):
        def emit(self, record):
            lines.append(self.format(record))

    root, handler = logging.getLogger(), Collect(logging.DEBUG)
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield lines
    root.removeHandler(handler)
    root.setLevel(level)


def json_reply(obj, status: int = 200, **more) -> Reply:
    return Reply(status, json.dumps(obj).encode(), **more)


def fault_body(code, message="m", detail="d", element="", kind="ValidationFault"):
    error = {"Message": message, "Detail": detail, "code": code, "element": element}
    return {"Fault": {"Error": [error], "type": kind}, "time": "2026-11-01T00:00:00.000-07:00"}


@pytest.fixture(scope="session")
def running_simulator():
    """One stand-in for the session; ``sim`` puts it back to its seed for each test."""
    from simulator.server import Simulator

    with Simulator(profile="us") as running:
        running.seed_snapshot = running.control.snapshot()
        yield running


@pytest.fixture
def sim(running_simulator):
    control = running_simulator.control
    try:
        control.restore(running_simulator.seed_snapshot)
    except sqlite3.OperationalError:
        gc.collect()  # a read of a request that failed half-way is still open
        control.restore(running_simulator.seed_snapshot)
    control.faults.clear()
    control.clear_log()
    return running_simulator


@pytest.fixture
def api(sim):
    """A client connected to the stand-in."""
    from qbo.http import endpoints
    from qbo.http.client import Client

    made = Client(
        realm=sim.realm,
        access_token=sim.control.token()["access_token"],
        endpoints=endpoints.simulator(sim.url),
        timeout=(2, 5),
    )
    yield made
    made.close()
