"""Judging faults by the table (FACTS 3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from .fault import Fault
from .fault_table import ACTIONS, AUDIENCES, FALLBACK, RULES, Rule

__all__ = ["ACTIONS", "AUDIENCES", "KEYS", "Verdict", "judge", "judge_all"]


@dataclass(frozen=True)
class Verdict:
    """What a fault asks for. ``params`` has every name ``KEYS[key]`` lists, ``""`` if unknown."""

    action: str
    key: str
    params: Mapping[str, str | int] = field(default_factory=dict)

    @property
    def audience(self) -> str:
        """Who has to act, one of ``AUDIENCES``."""
        return KEYS[self.key][1]


_BY_CODE: dict[str, list[Rule]] = {}
for _row in RULES:
    for _code in _row.codes:
        _BY_CODE.setdefault(_code, []).append(_row)


def _keys() -> dict[str, tuple[str, str, tuple[str, ...]]]:
    keys: dict[str, tuple[str, str, tuple[str, ...]]] = {}
    for row in (*RULES, *FALLBACK.values()):
        known = keys.get(row.key, (row.action, row.audience, ()))
        if known[:2] != (row.action, row.audience):
            raise AssertionError(f"key {row.key} has two meanings")
        keys[row.key] = (row.action, row.audience, tuple(dict.fromkeys(known[2] + row.params)))
    return keys


#: every key: (action, audience, names of its params). The Odoo layer has one sentence for each.
KEYS = _keys()


def judge(fault: Fault) -> Verdict:
    """What this fault asks for."""
    for row in _BY_CODE.get(fault.code, ()):
        if row.fits(fault):
            return _verdict(row, fault)
    return _verdict(FALLBACK[_family(fault)], fault)


def judge_all(faults: Iterable[Fault]) -> Verdict:
    """The most demanding verdict of an answer with several faults (FACTS 3.1).

    One fault only a person can settle makes an automatic answer to the others pointless.
    """
    verdicts = [judge(fault) for fault in faults]
    if not verdicts:
        return _verdict(FALLBACK["silent"], Fault(""))
    return max(verdicts, key=lambda verdict: ACTIONS.index(verdict.action))


def _verdict(row: Rule, fault: Fault) -> Verdict:
    params: dict[str, str | int] = dict.fromkeys(KEYS[row.key][2], "")
    for extract in row.extract:
        params.update(extract.read(fault))
    return Verdict(row.action, row.key, params)


def _family(fault: Fault) -> str:
    kind = fault.type.lower()
    if kind.startswith(("authentication", "authoriz")):
        return "auth"
    if kind in ("systemfault", "service") and not fault.code.startswith(("2", "4", "5", "6")):
        return "transient"
    if not fault.code and not fault.message and not fault.detail:
        return "silent"
    if len(fault.code) == 4 and fault.code.startswith("6"):
        return "rule"
    return "unknown"
