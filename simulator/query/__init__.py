"""The query language of the API (FACTS 4): parse, check, run."""

from .run import run

__all__ = ["run"]
