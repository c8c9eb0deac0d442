"""Everything a demo, a browser test, the bench or the chaos run needs running at the same time.

    with Stack("demo") as stack:
        simulator = stack.simulator(redirect_uri=..., webhook_url=...)
        odoo = stack.odoo("database", workers=0, cron_threads=2)

PostgreSQL is up inside the block. At its end everything that was started is stopped; when this
process is killed, the guards and the keeper do it.
"""

from __future__ import annotations

import contextlib
import json
import sys
import urllib.error
from collections.abc import Sequence
from dataclasses import dataclass
from types import TracebackType

from dev import copies, database, odoo_config, paths, rpc
from dev.postgres import server
from dev.process import Child, free_port

ODOO_START_TIMEOUT = 180
SIMULATOR_START_TIMEOUT = 30
ADMIN = "admin"
CLIENT_ID = "ABdevelopmentClient"
CLIENT_SECRET = "development-secret"
CALLBACK = "/quickbooks/oauth/callback"
WEBHOOK = "/quickbooks/webhook"


@dataclass
class OdooServer:
    """One running Odoo process (or one master with its workers)."""

    child: Child
    database: str
    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def client(self, login: str = ADMIN, password: str = ADMIN) -> rpc.Client:
        return rpc.Client(self.url, self.database, login, password)

    def is_ready(self) -> bool:
        return _answers(f"{self.url}/web/health")


@dataclass
class SimulatorServer:
    """Answers for one company file (``realm``); webhooks are signed with ``verifier``."""

    child: Child
    url: str
    realm: str
    client_id: str
    client_secret: str
    verifier: str


class Stack:
    def __init__(self, name: str):
        self.name = name
        self._children: list[Child] = []
        self._resources = contextlib.ExitStack()

    def __enter__(self) -> Stack:
        self._resources.enter_context(server.running())
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """All at once, then wait; the databases go after their servers, PostgreSQL goes last."""
        with self._resources:
            for child in self._children:
                child.ask_to_stop()
            for child in self._children:
                child.stop()

    def database(self, flavour: str) -> str:
        """A fresh copy of the addon template, dropped at the end."""
        return self._resources.enter_context(copies.temporary(flavour, self.name))

    def simulator(
        self,
        *,
        odoo_port: int | None = None,
        profile: str = "us",
        options: Sequence[str] = (),
        name: str = "simulator",
    ) -> SimulatorServer:
        """With ``odoo_port`` that Odoo is registered as an app and gets the webhooks."""
        port = free_port()
        command = [sys.executable, "-m", "simulator", "--port", str(port), "--profile", profile]
        if odoo_port:
            odoo = f"http://127.0.0.1:{odoo_port}"
            command += ["--client", f"{CLIENT_ID}|{CLIENT_SECRET}|{odoo}{CALLBACK}"]
            command += ["--webhook-url", f"{odoo}{WEBHOOK}"]
        child = self.start(name, [*command, *options])
        url = f"http://127.0.0.1:{port}"
        child.wait_until(lambda: _answers(f"{url}/_sim/info"), SIMULATOR_START_TIMEOUT)
        with rpc.DIRECT.open(f"{url}/_sim/info", timeout=10) as response:
            info = json.load(response)
        keys = ("url", "realm", "client_id", "client_secret", "verifier")
        return SimulatorServer(child, **{key: info[key] for key in keys})

    def odoo(
        self,
        database_name: str,
        *,
        port: int | None = None,
        workers: int = 0,
        cron_threads: int = 1,
        options: Sequence[str] = (),
        name: str = "odoo",
    ) -> OdooServer:
        """Several of these on one database behave like several hosts of one installation."""
        port = port or free_port()
        if not workers:
            # Only a server with worker processes opens the second port.
            ports = ["--http-port", str(port)]
        else:
            ports = ["--http-port", str(port), "--gevent-port", str(free_port())]
        command = odoo_config.command("-d", database_name, "--db-filter", f"^{database_name}$")
        command += [*ports, "--workers", str(workers), "--max-cron-threads", str(cron_threads)]
        database.fix_address(database_name, f"http://127.0.0.1:{port}")
        child = self.start(name, [*command, *options], env=odoo_config.environment())
        odoo = OdooServer(child, database_name, port)
        child.wait_until(odoo.is_ready, ODOO_START_TIMEOUT)
        return odoo

    def start(self, name: str, command: Sequence[str], env: dict[str, str] | None = None) -> Child:
        child = Child(f"{self.name}-{name}", command, env=env, cwd=paths.ROOT)
        self._children.append(child)
        return child


def _answers(url: str) -> bool:
    try:
        with rpc.DIRECT.open(url, timeout=5) as response:
            return response.status == 200
    except (urllib.error.URLError, OSError):
        return False
