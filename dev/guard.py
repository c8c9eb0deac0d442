"""``python guard.py GRACE COMMAND...``: run one command and leave nothing of it behind.

Stands between this project's tools and every server, browser or installer they start. It ends the
command and all its descendants, however deep and whatever session they moved to, when

* it is told to (SIGTERM; SIGUSR1 means at once, as in a crash),
* its standard input closes, which the kernel does when the process that started it dies, or
* the command itself ends but left something running.

The command gets SIGTERM and GRACE seconds first, then everything gets SIGKILL.
"""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import sys
import time

# Started by its path, for speed and to leave the command's working folder alone.
sys.path[0] = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

from dev.linux import adopt_orphans, die_with_parent  # noqa: E402


def main(grace: float, command: list[str]) -> int:
    adopt_orphans()
    wake_up, waker = os.pipe()
    os.set_blocking(waker, False)
    signal.set_wakeup_fd(waker)
    for number in (signal.SIGCHLD, signal.SIGTERM, signal.SIGUSR1):
        signal.signal(number, lambda *_: None)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, preexec_fn=_prepare_child)
    if _wait(child, wake_up) == signal.SIGTERM:
        child.terminate()
        with contextlib.suppress(subprocess.TimeoutExpired):
            child.wait(grace)
    if child.poll() is None:
        child.kill()
        child.wait()
    _kill_descendants()
    return child.returncode


def _prepare_child() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    die_with_parent(signal.SIGKILL)


def _wait(child: subprocess.Popen[bytes], wake_up: int) -> signal.Signals | None:
    """How the command shall be stopped, or None when it ended by itself."""
    while child.poll() is None:
        ready, _, _ = select.select([sys.stdin, wake_up], [], [])
        received = os.read(wake_up, 512) if wake_up in ready else b""
        if signal.SIGUSR1 in received:
            return signal.SIGUSR1
        if signal.SIGTERM in received or sys.stdin in ready:
            return signal.SIGTERM
    return None


def _kill_descendants() -> None:
    """Killing a parent hands us its children, so go on until there are none."""
    while True:
        for pid in _children():
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        try:
            while os.waitpid(-1, os.WNOHANG) != (0, 0):
                pass
        except ChildProcessError:
            return
        time.sleep(0.02)


def _children() -> list[int]:
    found = []
    for entry in os.listdir("/proc"):
        if not entry.isdigit():
            continue
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            with open(f"/proc/{entry}/stat", encoding="utf-8", errors="replace") as stat:
                # The name in parentheses may contain anything; the parent is the 2nd word after it.
                parent = stat.read().rpartition(")")[2].split()[1]
            if int(parent) == os.getpid():
                found.append(int(entry))
    return found


if __name__ == "__main__":
    status = main(float(sys.argv[1]), sys.argv[2:])
    sys.exit(status if status >= 0 else 128 - status)
