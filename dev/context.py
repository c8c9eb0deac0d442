"""What the demo hands to the scenario: where everything is, and two ways to talk to Odoo."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass

from dev import odoo_config, rpc
from dev.progress import Halt
from dev.stack import ADMIN, OdooServer, SimulatorServer

SHELL_TIMEOUT = 300


@dataclass(frozen=True)
class Context:
    """``scenario.run`` plays with it, ``books.opening`` and ``books.show`` compare the outcome."""

    odoo: OdooServer
    simulator: SimulatorServer
    login: str = ADMIN
    password: str = ADMIN

    @property
    def odoo_url(self) -> str:
        return self.odoo.url

    @property
    def database(self) -> str:
        return self.odoo.database

    @property
    def simulator_url(self) -> str:
        return self.simulator.url

    @property
    def client_id(self) -> str:
        return self.simulator.client_id

    @property
    def client_secret(self) -> str:
        return self.simulator.client_secret

    @property
    def realm(self) -> str:
        return self.simulator.realm

    @property
    def verifier(self) -> str:
        """The webhook verifier token."""
        return self.simulator.verifier

    def client(self) -> rpc.Client:
        """A signed-in session: ``context.client().execute("res.partner", "search_count", [])``."""
        return self.odoo.client(self.login, self.password)

    def shell(self, script: str) -> str:
        """Run Python in ``odoo shell`` beside the server; ``env`` is there, nothing is committed
        unless the script does it. Returns what the script printed."""
        done = subprocess.run(
            odoo_config.command("shell", "-d", self.database, "--no-http", "--log-level=warn"),
            input=script,
            capture_output=True,
            text=True,
            env=odoo_config.environment(),
            timeout=SHELL_TIMEOUT,
            check=False,
        )
        if done.returncode:
            raise Halt(f"a script in odoo shell failed:\n{done.stderr.strip()}")
        return done.stdout
