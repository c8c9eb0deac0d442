"""The tally of a chaos run, for people; the last line is the verdict."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from dev.chaos.judge import Verdict
from dev.progress import say, seconds

#: sentences shown of each kind of wrong
SHOWN = 12


@dataclass
class Tally:
    """
    :ivar blows: kills by kind
    :ivar hits: kills that left requests on their way
    :ivar fired: faults by kind
    :ivar counters: of the simulator
    """

    seed: int
    load_seconds: float = 0.0
    rest_seconds: float = 0.0
    operations: Counter[str] = field(default_factory=Counter)
    blows: Counter[str] = field(default_factory=Counter)
    hits: int = 0
    fired: dict[str, int] = field(default_factory=dict)
    counters: dict[str, int] = field(default_factory=dict)
    requests: int = 0
    engine: dict[str, int] = field(default_factory=dict)
    decisions: Counter[str] = field(default_factory=Counter)
    complaints: list[str] = field(default_factory=list)


def show(tally: Tally, verdict: Verdict) -> None:
    struck = sum(tally.fired.values())
    share = f"{100 * struck / tally.requests:.1f} %" if tally.requests else "none"
    done = sum(tally.operations.values())
    say(f"\nchaos: seed {tally.seed}, {seconds(tally.load_seconds)} of load")
    _row("operations", done, _listed(tally.operations))
    killed = sum(tally.blows.values())
    hits = f"{tally.hits} with requests on their way"
    _row("kills", killed, f"{_listed(tally.blows)}; {hits}")
    _row("requests", tally.requests, _listed(tally.counters))
    _row("faults", struck, f"{share} of the requests; {_listed(tally.fired)}")
    _row("envelopes", tally.engine["envelopes"], _listed(_without(tally.engine, "envelopes")))
    people = sum(tally.decisions.values())
    _row("decisions", people, _listed(tally.decisions) or "nobody was asked anything")
    _row("errors logged", len(tally.complaints), "")
    for line in tally.complaints[:SHOWN]:
        say(f"        {line[:220]}")
    rest = f"at rest {seconds(tally.rest_seconds)} after the last fault"
    _row("documents", verdict.documents, f"{verdict.figures} figures compared; {rest}")
    for name in ("doubles", "losses", "differences", "waiting"):
        sentences = getattr(verdict, name)
        _row(name, len(sentences), "")
        for sentence in sentences[:SHOWN]:
            say(f"        {sentence}")
    say(
        f"chaos: doubles {len(verdict.doubles)}, losses {len(verdict.losses)}, "
        f"differences {len(verdict.differences)}, waiting without a reason "
        f"{len(verdict.waiting)}"
    )


def _row(name: str, number: int, text: str) -> None:
    say(f"    {name:14} {number:7}   {text}".rstrip())


def _listed(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {name}" for name, number in sorted(counts.items()))


def _without(counts: dict[str, int], name: str) -> dict[str, int]:
    return {key: value for key, value in counts.items() if key != name}
