"""Pages for people: consent, and a small QuickBooks to look at and to change (DESIGN 18)."""

from .serve import serve

__all__ = ["serve"]
