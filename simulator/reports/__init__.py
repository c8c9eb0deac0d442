"""Reports built from the ledger (FACTS 12)."""

from .run import run, run_path

__all__ = ["run", "run_path"]
