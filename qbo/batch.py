"""Batch requests: splitting, item ids, building and unpacking (FACTS 10.1).

Items of a batch are independent and answered in any order; each answer is found by its ``bId``,
and an item without an answer is reported as missing, never guessed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from . import entities
from .errors import Malformed
from .fault import Fault, parse_faults

MAX_ITEMS = 30
#: with a requestid a bId has at most ten characters (FACTS 2.5)
MAX_BID = 10

OPERATIONS = ("create", "update", "void", "delete", "query")

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"

T = TypeVar("T")


def chunks(items: Sequence[T], size: int = MAX_ITEMS) -> Iterator[Sequence[T]]:
    """Consecutive slices of at most ``size`` items."""
    if size < 1:
        raise ValueError("size must be positive")
    for at in range(0, len(items), size):
        yield items[at : at + size]


def encode_bid(number: int) -> str:
    """A database id as bId: base 36, lower case.

    :raises ValueError: for a negative number or more than ten characters
    """
    if number < 0:
        raise ValueError("a bId cannot be negative")
    text = ""
    while number or not text:
        number, digit = divmod(number, 36)
        text = _DIGITS[digit] + text
    if len(text) > MAX_BID:
        raise ValueError("a bId has at most ten characters")
    return text


def decode_bid(text: str) -> int:
    """The database id of a bId made by :func:`encode_bid`.

    :raises ValueError: for anything else
    """
    number = 0
    for char in text:
        number = number * 36 + _DIGITS.find(char)
    if encode_bid(number) != text:  # also catches what is no digit of ours
        raise ValueError("not a bId of ours")
    return number


@dataclass(frozen=True)
class BatchItem:
    """One item. ``body`` is the object, or the statement when ``operation`` is ``query``."""

    bid: str
    operation: str
    entity: str
    body: Any


@dataclass(frozen=True)
class ItemResult:
    """What became of one item: an object, faults, or neither (``missing``).

    ``obj`` of a query is its ``QueryResponse``; a deleted object is ``{"status": "Deleted", ...}``.
    """

    bid: str
    entity: str = ""
    obj: Mapping[str, Any] | None = None
    faults: tuple[Fault, ...] = ()

    @property
    def ok(self) -> bool:
        """Executed."""
        return self.obj is not None and not self.faults

    @property
    def missing(self) -> bool:
        """No usable answer: like a timeout, it may have been executed."""
        return self.obj is None and not self.faults


def build(items: Iterable[BatchItem]) -> dict:
    """The body of a batch; freeze it with ``canonical.dumps``.

    A void is an update with ``optionsData: void`` and needs ``Id`` and ``SyncToken`` (FACTS 7.5).

    :raises ValueError: for too many items, repeated or unusable bIds, unknown operations
    """
    items = list(items)
    if not 1 <= len(items) <= MAX_ITEMS:
        raise ValueError(f"a batch has 1 to {MAX_ITEMS} items, not {len(items)}")
    if len({item.bid for item in items}) != len(items):
        raise ValueError("repeated bId")
    return {"BatchItemRequest": [_request(item) for item in items]}


def _request(item: BatchItem) -> dict:
    if not 1 <= len(item.bid) <= MAX_BID:
        raise ValueError("a bId has one to ten characters")
    if item.operation not in OPERATIONS:
        raise ValueError(f"unknown operation {item.operation}")
    if item.operation == "query":
        return {"bId": item.bid, "Query": item.body}
    name = entities.get(item.entity).key
    if item.operation != "void":
        return {"bId": item.bid, "operation": item.operation, name: item.body}
    if not entities.get(item.entity).void:
        raise ValueError(f"{item.entity} cannot be voided")
    body = {**item.body, "sparse": True}
    return {"bId": item.bid, "operation": "update", "optionsData": "void", name: body}


def unpack(body: Mapping[str, Any], bids: Iterable[str]) -> tuple[ItemResult, ...]:
    """One result per requested bId, in the requested order.

    Answers to bIds nobody asked for settle nothing and are left out; a bId answered twice is
    ambiguous and reported as missing.

    :raises Malformed: when the body is not a batch answer at all
    """
    answers = body.get("BatchItemResponse")
    if not isinstance(answers, list):
        raise Malformed("batch answer without BatchItemResponse")
    found: dict[str, list[ItemResult]] = {}
    for answer in answers:
        if isinstance(answer, Mapping):
            result = _result(answer)
            found.setdefault(result.bid, []).append(result)
    return tuple(found[bid][0] if len(found.get(bid, ())) == 1 else ItemResult(bid) for bid in bids)


def _result(answer: Mapping[str, Any]) -> ItemResult:
    bid = str(answer.get("bId", ""))
    faults = parse_faults(answer)
    if faults:
        return ItemResult(bid, faults=faults)
    for key, value in answer.items():
        if isinstance(value, Mapping) and key not in ("Fault", "fault"):
            row = entities.find(key)
            return ItemResult(bid, row.name if row else key, value)
    return ItemResult(bid)
