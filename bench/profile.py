"""``make bench ARGS="profile"``: where the engine's time goes, by function and by SQL statement.

    make bench ARGS="profile --documents 3000 --top 60 --sort tottime"
    make bench ARGS="profile --callers _set_state"

One worker drains documents in one process, without limits and latency: first undisturbed, then as
many under cProfile. Everything stays in .dev/bench: profile.txt, and profile.pstats for snakeviz,
pstats and the like.
"""

from __future__ import annotations

import argparse
import io
import pstats
from collections.abc import Sequence

from bench import odoo_process, pair, rig
from dev import paths
from dev.postgres import server
from dev.progress import say
from dev.stack import Stack

WIDTH = 120


def run(arguments: Sequence[str]) -> int:
    options = _parse(arguments)
    pair.FOLDER.mkdir(parents=True, exist_ok=True)
    with server.running():
        with Stack("bench-pair") as stack:
            source = pair.ensure(stack, anew=options.anew)
        with rig.assembled(source, "profile", rig.UNHINDERED) as place:
            say(f"bench: draining 2 x {options.documents} documents ...")
            odoo_process.run("drain", place.database, str(options.documents), str(pair.FOLDER))
            reads = place.control.counters()["reads"]
    say((pair.FOLDER / "profile.txt").read_text())
    say(f"reads that Intuit would meter: {reads}\n")
    say(_functions(options))
    return 0


def _functions(options: argparse.Namespace) -> str:
    out = io.StringIO()
    stats = pstats.Stats(str(pair.FOLDER / "profile.pstats"), stream=out)
    stats.sort_stats(options.sort)
    if options.callers:
        stats.print_callers(options.callers)
    else:
        stats.print_stats(options.top)
    text = out.getvalue()
    for folder in (paths.ADDON_LINK, paths.ROOT):
        text = text.replace(f"{folder}/", "")
    return text.replace(".dev/odoo/usr/lib/python3/dist-packages/", "")


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='make bench ARGS="profile ..."', description=__doc__)
    parser.add_argument("--documents", type=int, default=900, help="in each half (default 900)")
    parser.add_argument("--sort", default="cumulative", help="cumulative, tottime, ncalls ...")
    parser.add_argument("--top", type=int, default=60, help="functions shown")
    parser.add_argument("--callers", metavar="NAME", help="who calls these functions, instead")
    parser.add_argument("--anew", action="store_true", help="connect the books once more")
    return parser.parse_args(arguments)
