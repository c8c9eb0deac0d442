"""``make chaos ARGS=two-workers``: several processes drain one outbox, nothing leaves twice.

Two Odoo hosts with two cron workers each work on one database, and a person presses *Run manually*
on the connection's job all the time, so that a fifth process contends too. The worker that is awake
is always first at the next run, so every few seconds the host it lives on is restarted in good
order, as for an update, and the other one takes over in the middle of the work. Counted are: runs
of each process and whether two overlapped, requests by ``requestid``, objects by their marks.
"""

from __future__ import annotations

import argparse
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise

from bench import odoo_process
from dev import books, rpc, scenario_connect
from dev.books_simulator import Simulator
from dev.chaos import doubles, judge, runs, sql
from dev.chaos.control import Control
from dev.chaos.hosts import Host
from dev.context import Context
from dev.process import free_port
from dev.progress import Halt, say, seconds
from dev.stack import Stack

DOCUMENTS = 2000
LATENCY = ("--latency", "40", "--item-latency", "4", "--limits", "intuit")
HOSTS = ("host-a", "host-b")
#: seconds between two orderly restarts, each of the host that worked last
RESTARTS = 12.0
#: seconds between two presses of the button
PRESSES = 1.5
#: no further document for so long: something is wrong, seconds
STANDSTILL = 180.0
POLL = 2.0
BEAT = 20.0


@dataclass
class Sent:
    """What the simulator's log says of the requests that write.

    :ivar twice: requestids that arrived more than once
    :ivar together: of those, the ones of which two were under way at the same time
    """

    requests: int = 0
    twice: list[str] = field(default_factory=list)
    together: list[str] = field(default_factory=list)


def run_two_workers(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog='make chaos ARGS="two-workers"')
    parser.add_argument("--documents", type=int, default=DOCUMENTS)
    options = parser.parse_args(arguments)
    with Stack("two-workers") as stack:
        contest = Contest(stack, options.documents)
        contest.prepare()
        contest.drain()
        return 0 if contest.judge() else 1


class Contest:
    def __init__(self, stack: Stack, documents: int):
        self.stack = stack
        self.documents = documents
        self.restarts = 0

    def prepare(self) -> None:
        """Invoices first, then the connection: the worker's scan finds them all at once."""
        database = self.stack.database("test")
        say(f"two-workers: making {self.documents} invoices in Odoo ...")
        odoo_process.run("fill", database, str(self.documents), "0")
        port = free_port()
        simulator = self.stack.simulator(odoo_port=port, options=LATENCY)
        odoo = self.stack.odoo(database, port=port, cron_threads=0, name="web")
        self.web_log = odoo.child.log
        self.context = Context(odoo, simulator)
        self.simulator = Simulator(simulator.url)
        self.control = Control(simulator.url)
        self.hosts = [Host(self.stack, database, name) for name in HOSTS]
        for host in self.hosts:
            host.start()
        client = self.context.client()
        self.simulator.set_preference("CustomTxnNumbers", True)
        scenario_connect.connect(self.context, client)
        scenario_connect.map_lists(self.simulator, client)
        self.before = judge.opening(self.context)
        self.control.forget_requests()
        first = scenario_connect.today(client).replace(day=1)
        scenario_connect.switch_on(client, first)

    def drain(self) -> None:
        """Until all are in QuickBooks."""
        self.stop = threading.Event()
        presser = threading.Thread(target=self._press, daemon=True)
        restarter = threading.Thread(target=self._restart, daemon=True)
        presser.start()
        restarter.start()
        started = moved = beat = time.monotonic()
        arrived = 0
        while arrived < self.documents:
            time.sleep(POLL)
            now, earlier = time.monotonic(), arrived
            arrived = sql.synced(self.context.database, "account.move")
            if arrived > earlier:
                moved = now
            if now - moved > STANDSTILL:
                open_things = "\n".join(sql.open_things(self.context.database)[:20])
                raise Halt(f"{arrived} of {self.documents} documents, then no more\n{open_things}")
            if now - beat > BEAT:
                beat = now
                say(f"      ... {seconds(now - started)}, {arrived} of {self.documents} documents")
        self.took = time.monotonic() - started
        self.stop.set()
        presser.join(rpc.TIMEOUT)
        restarter.join(rpc.TIMEOUT)

    def _press(self) -> None:
        """The button of the scheduled action; most of the time somebody else is at it."""
        client = self.context.client()
        (job,) = client.execute("ir.cron", "search", [("cron_name", "like", runs.JOB)])
        while not self.stop.wait(PRESSES):
            try:
                client.execute("ir.cron", "method_direct_trigger", [job])
            except rpc.RemoteError as error:
                if "already executing" not in str(error):
                    say(f"      ... Run manually: {str(error).splitlines()[0]}")

    def _restart(self) -> None:
        """Take the host out that worked last; the other one takes over meanwhile."""
        while not self.stop.wait(RESTARTS):
            last = {
                host: max((run.end for run in runs.read(host.name, host.log)), default=0.0)
                for host in self.hosts
            }
            busy = max(self.hosts, key=last.get)
            busy.stop()
            self.restarts += 1
            busy.start()

    # -- counting ------------------------------------------------------------------------------

    def judge(self) -> bool:
        logs = {host.name: host.log for host in self.hosts} | {"web": self.web_log}
        found = [run for name, log in logs.items() for run in runs.read(name, log)]
        overlaps = runs.overlaps(found)
        workers = Counter(f"{run.host} process {run.process}" for run in found)
        sent = _sent(self.control)
        twins = doubles.find(self.simulator, self.before)
        result = books.judge(self.context, self.before)
        complaints = [line for host in self.hosts for line in host.complaints()]
        say(
            f"\ntwo-workers: {self.documents} documents in {seconds(self.took)}\n"
            f"    runs            {len(found)}: "
            + ", ".join(f"{count} in {name}" for name, count in sorted(workers.items()))
            + f"\n    restarts        {self.restarts}\n"
            f"    at the same time {len(overlaps)}\n"
            f"    writing requests {sent.requests}\n"
            f"    sent twice       {len(sent.twice)}, of them at the same time "
            f"{len(sent.together)}\n"
            f"    objects twice    {len(twins) + len(result.strays)}\n"
            f"    errors logged    {len(complaints)}"
        )
        for line in [*overlaps, *sent.twice, *twins, *result.strays, *complaints][:20]:
            say(f"        {line}")
        say(result.sentence)
        busy = {run.host for run in found if run.seconds > 1}
        if len(busy & set(HOSTS)) < len(HOSTS):
            say(f"only {', '.join(sorted(busy))} did any work: this run proves nothing")
            return False
        wrong = [*overlaps, *sent.twice, *twins, *result.strays, *complaints]
        return result.equal and not wrong and len(result.comparisons) == self.documents


def _sent(control: Control) -> Sent:
    """Writing requests, by their requestid."""
    spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for entry in control.requests("/v3/company/"):
        if entry["requestid"] and entry["method"] == "POST":
            begin = datetime.fromisoformat(entry["time"]).timestamp()
            spans[entry["requestid"]].append((begin, begin + float(entry["ms"]) / 1000))
    sent = Sent(requests=sum(map(len, spans.values())))
    for requestid, times in spans.items():
        if len(times) > 1:
            sent.twice.append(f"requestid {requestid}: {len(times)} times")
            if any(after[0] < before[1] for before, after in pairwise(sorted(times))):
                sent.together.append(requestid)
    return sent
