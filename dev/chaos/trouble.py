"""What the simulator does to a tenth of all requests: every kind of fault it knows."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from typing import Any

from dev.chaos.control import Control

#: share of all requests that something happens to
SHARE = 0.10
API = "^/v3/company/"
PERIOD_CLOSED = "6210"


@dataclass(frozen=True)
class Trouble:
    """:ivar weight: how often, compared with the others"""

    kind: str
    weight: float
    options: dict[str, Any] = field(default_factory=dict)


TROUBLES = (
    Trouble("drop_before", 10),
    Trouble("drop_after", 14),
    Trouble("delay", 6, {"seconds": 2.0}),
    Trouble("delay_after", 6, {"seconds": 2.0}),
    Trouble("truncate", 8),
    Trouble("malformed", 6),
    Trouble("xml", 6),
    Trouble("html", 4),
    Trouble("forget", 12),
    Trouble("stale", 5),
    Trouble("status", 4, {"status": 401}),
    Trouble("status", 1, {"status": 403}),
    Trouble("status", 2, {"status": 429}),
    Trouble("status", 6, {"status": 500}),
    Trouble("status", 6, {"status": 503}),
    Trouble("status", 4, {"status": 504}),
    Trouble("status_after", 8, {"status": 503}),
    Trouble("fault", 6, {"code": "6000", "per_item": True}),
    Trouble("fault", 3, {"code": "6000"}),
    Trouble("fault", 1, {"code": PERIOD_CLOSED, "detail": "The account period has closed"}),
)
#: requests for a token are rare, so they are struck more often
TOKEN_TROUBLES = (
    Trouble("drop_after", 20),
    Trouble("rotate", 20),
    Trouble("status", 10, {"status": 503}),
)


def arm(control: Control, seed: int) -> None:
    """Strike from now on; who is struck follows from the seed and the order of requests."""
    dice = random.Random(f"trouble {seed}")
    total = sum(trouble.weight for trouble in TROUBLES)
    for trouble in TROUBLES:
        _add(control, trouble, SHARE * trouble.weight / total, dice, path=API)
    for trouble in TOKEN_TROUBLES:
        _add(control, trouble, trouble.weight / 100, dice, operation="token")


def _add(
    control: Control, trouble: Trouble, probability: float, dice: random.Random, **target: str
) -> None:
    control.add_fault(
        trouble.kind,
        probability=probability,
        seed=dice.randrange(2**31),
        count=None,
        **target,
        **trouble.options,
    )
