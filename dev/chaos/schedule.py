"""When something dies: drawn from the seed, so a run can be repeated as far as processes can."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

#: shortest and longest life of the workers between two blows, seconds
LIFE = (0.2, 5.0)
#: how long the web server stays away, seconds
AWAY = (0.0, 3.0)


class Kind(Enum):
    """What is hit."""

    WORKER = "of a worker"
    NIGHT = "of the whole worker host, for a night"
    WEB = "of the web server"


#: out of a hundred blows
SHARES = {Kind.WORKER: 86, Kind.NIGHT: 10, Kind.WEB: 4}


@dataclass(frozen=True)
class Blow:
    """
    :ivar life: seconds the processes live before it
    :ivar away: seconds until a killed web server is started again
    :ivar worker: which of the workers
    """

    kind: Kind
    life: float
    away: float
    worker: int


def blows(seed: int, workers: int) -> Iterator[Blow]:
    """An endless row of them."""
    dice = random.Random(f"blows {seed}")
    while True:
        (kind,) = dice.choices(list(SHARES), list(SHARES.values()))
        yield Blow(kind, dice.uniform(*LIFE), dice.uniform(*AWAY), dice.randrange(workers))
