"""What the rules of an entity may do; the life cycle calls these in order."""

from __future__ import annotations

from ..errors import unsupported


class Rules:
    """Defaults: nothing computed, nothing posted, nothing linked."""

    def __init__(self, spec):
        self.spec = spec

    def prepare(self, work, new, old, sent):
        """Validate and complete ``new`` in place; raise a fault to refuse."""

    def saved(self, work, new, old):
        """Side effects that need the id of the object."""

    def settled(self, work, new, old):
        """Follow-up transactions, once links and ledger are right."""

    def delete(self, work, obj):
        """Refuse a deletion by raising."""

    def void(self, work, obj):
        """Zero the object in place."""
        raise unsupported("void")

    def links(self, work, obj):
        """``[(kind, id, amount, line)]`` of what this transaction settles or uses."""
        return []

    def post(self, work, obj, entry):
        """Add this transaction's postings to ``entry``; nothing for non-posting ones."""

    def linked(self, work, obj, delta, source, present):
        """Another transaction's link to ``obj`` changed by ``delta``."""

    def view(self, company, obj, listing):
        """What a reader gets; ``listing`` is true in queries."""
        return obj
