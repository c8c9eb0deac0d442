"""The declarative description of every entity (FACTS 5): see :mod:`.core` for the notation."""

from . import company, lists, names, purchases, sales, structs  # noqa: F401 - they register
from .core import ENTITIES, STRUCTS, Entity, Field, Struct

BY_PATH = {spec.path: spec for spec in ENTITIES.values()}
BY_LOWER = {spec.name.lower(): spec for spec in ENTITIES.values()}
TXNS = [spec.name for spec in ENTITIES.values() if spec.is_txn]
NAMES = ("Customer", "Vendor", "Employee")

__all__ = [
    "BY_LOWER",
    "BY_PATH",
    "ENTITIES",
    "NAMES",
    "STRUCTS",
    "TXNS",
    "Entity",
    "Field",
    "Struct",
]
