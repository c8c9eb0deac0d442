"""Two Linux facilities that keep processes from outliving the one that started them."""

from __future__ import annotations

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int) -> None:
    if _libc.prctl(option, value, 0, 0, 0):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))


def die_with_parent(number: signal.Signals) -> None:
    """Called in a fresh child (after a change of identity, which would reset it)."""
    _prctl(PR_SET_PDEATHSIG, number)


def adopt_orphans() -> None:
    """Descendants whose parent ends become our children: none can hide from us."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)
