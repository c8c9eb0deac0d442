"""Measures the simulator: creates, batches and reads per second, loading and queries at volume.

Run it alone: ``python simulator/tests/throughput.py``. The server is a process of its own on one
core (where the system allows to pin it), the client speaks plain sockets, so that the numbers are
the simulator's and not those of a client library. On a machine that does other work meanwhile only
the figures per second of the server's processor time mean something.
"""

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
LINE = {
    "Amount": 100.0,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "4"}, "Qty": 2, "UnitPrice": 50},
}
INVOICE = {"CustomerRef": {"value": "1"}, "Line": [LINE, LINE]}


class Wire:
    """One kept connection."""

    def __init__(self, info, token):
        self.head = (
            f"Host: {info['url'][7:]}\r\nAuthorization: Bearer {token}\r\n"
            "Accept: application/json\r\nContent-Type: application/json\r\n"
        )
        self.base = f"/v3/company/{info['realm']}"
        host, port = info["url"][7:].split(":")
        self.socket = socket.create_connection((host, int(port)))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.file = self.socket.makefile("rb")

    def call(self, method, path, body=b""):
        self.socket.sendall(
            f"{method} {self.base}{path} HTTP/1.1\r\n{self.head}"
            f"Content-Length: {len(body)}\r\n\r\n".encode()
            + body
        )
        status = self.file.readline().split()[1]
        length, chunked = 0, False
        while (line := self.file.readline()) != b"\r\n":
            name, _, value = line.partition(b":")
            if name.lower() == b"content-length":
                length = int(value)
            chunked = chunked or name.lower() == b"transfer-encoding"
        data = self._chunks() if chunked else self.file.read(length)
        assert status == b"200", data[:400]
        return data

    def _chunks(self):
        parts = []
        while size := int(self.file.readline(), 16):
            parts.append(self.file.read(size))
            self.file.readline()
        self.file.readline()
        return b"".join(parts)


def start(*options):
    """A simulator process and what its ready line says."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "simulator", *options]
    if shutil.which("taskset"):
        command = ["taskset", "-c", "0", *command]
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT, env=env)
    words = process.stdout.readline().split()
    info = dict(word.split("=", 1) for word in words[2:])
    info["started"] = time.perf_counter() - begin
    call = urllib.request.Request(f"{info['url']}/_sim/token", b"{}", method="POST")
    token = json.load(urllib.request.urlopen(call))["access_token"]
    return process, Wire(info, token), info


def cpu_seconds(pid):
    """Processor time of the server; other processes of a busy machine do not count."""
    parts = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")


def measure(title, pid, count, act):
    """Per second of the clock, and per second of processor time of the server."""
    begin, used = time.perf_counter(), cpu_seconds(pid)
    for number in range(count):
        act(number)
    wall, busy = time.perf_counter() - begin, max(cpu_seconds(pid) - used, 0.001)
    print(f"  {title:22}{count / wall:8.1f}/s {count / busy:8.1f} per CPU second")


def writes(options):
    process, wire, _info = start(*options)
    single = json.dumps(INVOICE).encode()
    batch = json.dumps(
        {
            "BatchItemRequest": [
                {"bId": str(n), "operation": "create", "Invoice": INVOICE} for n in range(30)
            ]
        }
    ).encode()
    pid = process.pid
    measure("warming up", pid, 50, lambda _n: wire.call("POST", "/invoice", single))
    measure("single creates", pid, 1500, lambda _n: wire.call("POST", "/invoice", single))
    measure("batches of 30", pid, 100, lambda _n: wire.call("POST", "/batch", batch))
    measure("reads", pid, 2000, lambda _n: wire.call("GET", "/invoice/9"))
    process.terminate()
    process.wait()


def dump(folder, count):
    """Invoices and customers as Intuit returns them."""
    process, wire, _info = start()
    made = json.loads(wire.call("POST", "/invoice", json.dumps(INVOICE).encode()))["Invoice"]
    process.terminate()
    process.wait()
    rows = []
    for number in range(count):
        stamp = (
            f"2026-{1 + number % 10:02}-{1 + number % 28:02}T{number % 24:02}:"
            f"{number // 24 % 60:02}:00-08:00"
        )
        rows.append(
            made
            | {
                "Id": str(1000 + number),
                "DocNumber": str(50000 + number),
                "CustomerRef": {"value": str(1 + number % 29), "name": "x"},
                "TxnDate": stamp[:10],
                "MetaData": {"CreateTime": stamp, "LastUpdatedTime": stamp},
            }
        )
    (folder / "Invoice.json").write_text(json.dumps(rows))


def volume(count):
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        dump(folder, count)
        process, wire, info = start("--load", str(folder))
        print(f"  load of {count} invoices   {info['started']:8.1f} s")
        statements = {
            "by DocNumber": "select * from Invoice where DocNumber = '50777'",
            "by Id": "select * from Invoice where Id in ('1001', '1500', '2000')",
            "by customer, newest": "select * from Invoice where CustomerRef = '7' "
            "orderby MetaData.LastUpdatedTime desc maxresults 20",
            "count by date": "select count(*) from Invoice where TxnDate >= '2026-09-01'",
            "keyset page of 1000": "select * from Invoice where MetaData.CreateTime >= "
            "'2026-05-01T00:00:00-08:00' orderby MetaData.CreateTime "
            "maxresults 1000",
            "open balances": "select count(*) from Invoice where Balance > '0'",
            "default order": "select * from Invoice maxresults 20",
            "deep page": "select * from Invoice startposition 90001 maxresults 20",
        }
        for name, text in statements.items():
            path = "/query?query=" + urllib.request.quote(text)
            wire.call("GET", path)
            begin = time.perf_counter()
            for _ in range(5):
                wire.call("GET", path)
            print(f"  {name:22}{(time.perf_counter() - begin) * 200:8.1f} ms")
        process.terminate()
        process.wait()


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--invoices", type=int, default=100000)
    count = options.parse_args().invoices
    print("in memory")
    writes([])
    with tempfile.TemporaryDirectory() as folder:
        print("with --state")
        writes(["--state", str(Path(folder) / "state.db")])
    print("volume")
    volume(count)


if __name__ == "__main__":
    main()
