"""``make chaos SEED=n MINUTES=m``: people work, faults strike, workers die; then both books."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from dev import paths, rpc, scenario_connect, scenario_invoices
from dev.books_simulator import Simulator
from dev.chaos import evidence, judge, night, report, sql, trouble
from dev.chaos.control import Control
from dev.chaos.hosts import WORKERS, Host
from dev.chaos.person import TROUBLE, Manager
from dev.chaos.report import Tally
from dev.chaos.schedule import Blow, Kind, blows
from dev.context import Context
from dev.process import Child, free_port
from dev.progress import Halt, say, seconds
from dev.stack import Stack

#: the simulator's delay of each answer and of each item of a batch: requests take long enough to
#: be met by a kill
LATENCY = ("--latency", "40", "--item-latency", "8", "--limits", "intuit")
#: how long the simulator may work on a request whose client died, seconds (see gateway._patience)
PATIENCE = ("quickbooks_online.simulator_patience", "8")
PEOPLE = 3
#: customers and products people begin with
PARTNERS, PRODUCTS = 10, 6
#: everything must be at rest after so long, nights not counted
REST = 600.0
#: when nothing has moved for so long, real seconds, the next night falls
CALM = 15.0
#: after so many nights without any change nothing more is to be expected
NIGHTS = 3
POLL = 1.0


def run_chaos(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    folder = paths.CACHE / "chaos"
    folder.mkdir(parents=True, exist_ok=True)
    with Stack("chaos") as stack:
        chaos = Chaos(stack, options.seed, folder)
        chaos.prepare()
        chaos.storm(options.minutes * 60)
        chaos.rest()
        verdict = judge.judge(chaos.context, chaos.before)
        report.show(chaos.tally, verdict)
        if not verdict.good:
            say(f"chaos: what happened is kept in {evidence.keep(chaos.context, folder)}")
    return 0 if verdict.good else 1


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make chaos")
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or 1))
    parser.add_argument("--minutes", type=float, default=float(os.environ.get("MINUTES") or 3))
    return parser.parse_args(arguments)


class Chaos:
    def __init__(self, stack: Stack, seed: int, folder: Path):
        self.stack = stack
        self.seed = seed
        self.folder = folder
        self.tally = Tally(seed)

    # -- before --------------------------------------------------------------------------------

    def prepare(self) -> None:
        """Odoo with demo data, connected and switched on, as by people; no faults yet."""
        database = self.stack.database("demo")
        self.port = free_port()
        simulator = self.stack.simulator(odoo_port=self.port, options=LATENCY)
        self.odoo = self.stack.odoo(database, port=self.port, cron_threads=0, name="web")
        self.context = Context(self.odoo, simulator)
        self.control = Control(simulator.url)
        self.simulator = Simulator(simulator.url)
        self.host = Host(self.stack, database)
        self.host.start()
        client = self.context.client()
        self.simulator.set_preference("CustomTxnNumbers", True)
        client.execute("ir.config_parameter", "set_param", *PATIENCE)
        scenario_connect.connect(self.context, client)
        self._cast(client)
        scenario_connect.map_lists(self.simulator, client)
        self.today = scenario_connect.today(client)
        self.before = judge.opening(self.context)
        scenario_connect.switch_on(client, self.today)
        self.manager = Manager(client)
        self.control.forget_requests()

    def _cast(self, client: rpc.Client) -> None:
        """The customers and products people begin with, for the process they work in."""
        cast = scenario_invoices.gather(client)
        category = client.execute("product.category", "create", {"name": "Chaos"})
        partners = [
            {"name": f"Customer {n}", "is_company": True, "email": f"customer{n}@chaos.example"}
            for n in range(PARTNERS)
        ]
        products = [
            {"name": f"Thing {n}", "list_price": 9.5 + n, "type": "service", "categ_id": category}
            for n in range(PRODUCTS)
        ]
        self.cast = self.folder / "cast.json"
        self.cast.write_text(
            json.dumps(
                {
                    "partners": client.execute("res.partner", "create", partners),
                    "products": client.execute("product.product", "create", products),
                    "tax": cast.tax,
                    "category": category,
                }
            )
        )

    # -- the storm -----------------------------------------------------------------------------

    def storm(self, duration: float) -> None:
        """Faults and kills while people work; it lasts until they have gone home."""
        trouble.arm(self.control, self.seed)
        people = self._people(duration)
        say(f"chaos: seed {self.seed}, {seconds(duration)} of load, faults on")
        started = beat = time.monotonic()
        for blow in blows(self.seed, WORKERS):
            if not self._let_live(people, blow.life):
                break
            self._strike(blow)
            if time.monotonic() - beat > 20:
                beat = time.monotonic()
                self._sign_of_life(beat - started)
        self.tally.load_seconds = time.monotonic() - started
        self.control.clear_faults()
        self._count(people)

    def _people(self, duration: float) -> Child:
        self.result = self.folder / "people.json"
        self.result.unlink(missing_ok=True)
        command = [sys.executable, "-m", "dev.chaos.client", self.odoo.url, self.odoo.database]
        command += ["--seed", str(self.seed), "--seconds", str(duration)]
        command += ["--people", str(PEOPLE), "--today", self.today.isoformat()]
        command += ["--cast", str(self.cast), "--result", str(self.result)]
        return self.stack.start("people", command)

    def _let_live(self, people: Child, life: float) -> bool:
        """:return: False when the people have gone home meanwhile"""
        until = time.monotonic() + life
        while time.monotonic() < until:
            if people.poll() is not None:
                return False
            time.sleep(min(0.2, max(until - time.monotonic(), 0)))
        return True

    def _strike(self, blow: Blow) -> None:
        if blow.kind is Kind.WORKER and not self.host.kill_worker(blow.worker):
            return
        self.tally.blows[blow.kind.value] += 1
        if blow.kind is Kind.WEB:
            self.odoo.child.kill()
            time.sleep(blow.away)
            self.odoo = self.stack.odoo(
                self.odoo.database, port=self.port, cron_threads=0, name="web"
            )
        if blow.kind is Kind.NIGHT:
            self.host.kill()
        self.tally.hits += bool(sql.under_way(self.odoo.database))
        if blow.kind is Kind.NIGHT:
            night.fall(self.odoo.database, self.simulator)
            self._decide()
            self.host.start()

    def _decide(self) -> None:
        """Somebody looks at what the product asks of people."""
        try:
            self.manager.look()
        except TROUBLE as error:
            say(f"      ... nobody could decide: {str(error).splitlines()[0]}")

    def _count(self, people: Child) -> None:
        """What was done in the storm."""
        if people.wait(60) or not self.result.exists():
            raise Halt(f"the people's process failed, see {people.log}\n{people.text()[-2000:]}")
        result = json.loads(self.result.read_text())
        self.tally.operations.update(result["tally"])
        self.tally.fired = self.control.fired()
        self.tally.requests = len(self.control.requests("/v3/company/"))

    def _sign_of_life(self, passed: float) -> None:
        struck = sum(self.control.fired().values())
        killed = sum(self.tally.blows.values())
        say(f"      ... {seconds(passed)}: {killed} kills, {struck} faults")

    # -- after ---------------------------------------------------------------------------------

    def rest(self) -> None:
        """No more faults and kills: what waits for its time gets it, until nothing waits. The night
        after that brings the last look at what changed in QuickBooks."""
        say("chaos: faults off, letting it come to rest ...")
        started = time.monotonic()
        self.host.start()
        unchanged, before = 0, None
        while unchanged < NIGHTS and time.monotonic() - started < REST:
            now = self._until_calm()
            if not now and before == []:
                break
            unchanged, before = (unchanged + 1 if now == before else 0), now
            self.host.kill()
            night.fall(self.odoo.database, self.simulator)
            self._decide()
            self.host.start()
        self.tally.rest_seconds = time.monotonic() - started
        self.tally.decisions = self.manager.done
        self.tally.counters = self.control.counters()
        self.tally.engine = sql.figures(self.odoo.database)
        self.tally.complaints = self.host.complaints()

    def _until_calm(self) -> list[str]:
        """Let the workers work as long as something moves.

        :return: what is open then
        """
        database, seen, since = self.odoo.database, None, time.monotonic()
        until = since + REST
        while time.monotonic() < min(since + CALM, until):
            sql.wake_workers(database)
            open_things = sql.open_things(database)
            now = sql.last_run(database), open_things
            if now != seen:
                seen, since = now, time.monotonic()
            time.sleep(POLL)
        return open_things
