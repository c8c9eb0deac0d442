"""Counts from pytest's XML reports."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass
from pathlib import Path


@dataclass
class Count:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: Count) -> Count:
        return Count(
            self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped
        )


def count(report: Path) -> Count:
    """Errors (a broken set-up or a file that cannot be imported) count as failed."""
    total = Count()
    for suite in ElementTree.parse(report).getroot().iter("testsuite"):
        ran, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        total += Count(max(ran - failed - skipped, 0), failed, skipped)
    return total
