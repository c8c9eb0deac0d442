"""Attachments as multipart bodies (FACTS 11).

The library's own multipart is base64 with bare line feeds and no file name; this one is plain
RFC 7578, and deterministic: the same file and request id give the same bytes, so a repeated upload
is the same request.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace

from ..fault import parse_faults
from .outcome import Outcome

#: per request (FACTS 13)
MAX_BYTES = 100 * 1024 * 1024


@dataclass(frozen=True)
class Multipart:
    """A ready body and its Content-Type."""

    content_type: str
    body: bytes


def build(metadata: str, filename: str, content: bytes, content_type: str, seed: str) -> Multipart:
    """One file with its metadata.

    :param metadata: canonical JSON text of an Attachable
    :param seed: the request id; makes the boundary repeatable
    :raises ValueError: when it is larger than the API takes
    """
    if len(content) > MAX_BYTES:
        raise ValueError("the file is larger than 100 MB")
    boundary = _boundary(seed, metadata.encode(), content)
    parts = (
        ("file_metadata_01", "attachment.json", "application/json", metadata.encode()),
        ("file_content_01", filename, content_type or "application/octet-stream", content),
    )
    lines: list[bytes] = []
    for name, file, kind, data in parts:
        head = f'form-data; name="{name}"; filename="{_quoted(file)}"'
        lines += [
            b"--" + boundary,
            b"Content-Disposition: " + head.encode(),
            b"Content-Type: " + _header_value(kind).encode(),
            b"",
            data,
        ]
    body = b"\r\n".join([*lines, b"--" + boundary + b"--", b""])
    return Multipart(f"multipart/form-data; boundary={boundary.decode()}", body)


def settle(outcome: Outcome) -> Outcome:
    """An upload answers 200 even when the file was refused: look at its part (FACTS 14#54).

    The body of the result is ``{"Attachable": {...}}``.
    """
    if not outcome.ok or outcome.body is None:
        return outcome
    parts = outcome.body.get("AttachableResponse")
    first = parts[0] if isinstance(parts, list) and parts else None
    if not isinstance(first, dict):
        return replace(outcome, kind="unknown", body=None, reason="upload answer without a part")
    found = parse_faults(first)
    if found:
        return replace(outcome, kind="refused", body=None, faults=found, reason=found[0].message)
    return replace(outcome, body=first)


def _boundary(seed: str, *parts: bytes) -> bytes:
    """A boundary that occurs in none of the parts."""
    for attempt in range(1000):
        text = hashlib.sha256(f"{seed}:{attempt}".encode()).hexdigest()[:40].encode()
        if not any(text in part for part in parts):
            return text
    raise ValueError("no boundary found")


def _quoted(filename: str) -> str:
    """Quotes and line ends as browsers write them; other text stays UTF-8."""
    plain = "".join(char for char in filename if char in "\r\n" or char >= " ")
    return plain.replace('"', "%22").replace("\r", "%0D").replace("\n", "%0A") or "attachment"


def _header_value(value: str) -> str:
    if not value.isascii() or not value.isprintable():
        raise ValueError("not a content type")
    return value
