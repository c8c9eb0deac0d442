"""Keeps tokens and secrets out of logs and texts (DESIGN 3.1, 15).

The OAuth library logs bodies and headers at DEBUG. The filter rewrites the records of the wire
libraries before any handler sees them; ``redact`` does the same for a text.
"""

from __future__ import annotations

import logging
import re
import traceback

HIDDEN = "<hidden>"

#: loggers, with all their children, that may see a secret
LOGGERS = ("requests_oauthlib", "oauthlib", "urllib3", "requests", "quickbooks")

_SECRET = (
    "access_token|refresh_token|id_token|client_secret|token|code_verifier|verifier|password|"
    "assertion|authorization"
)
#: also names of harmless things (fault codes, postal states): only long values are secrets
_PERHAPS = "code|state"
_QUOTED = r"""(["'])(?:\\.|(?!\2).){%s,}(?:\2|$)"""


def _pair(separator: str, names: str, length: int) -> re.Pattern:
    """``"name" : "value"`` with either quote, also of bytes."""
    return re.compile(
        rf"""(["'](?:{names})["']\s*{separator}\s*b?)""" + _QUOTED % length, re.IGNORECASE
    )


def _form(names: str, length: int) -> re.Pattern:
    """``name=value`` of forms and query strings."""
    return re.compile(rf"(?<![\w-])((?:{names})=)[^&\s\"'<>,;)]{{{length},}}", re.IGNORECASE)


_RULES = (
    # Authorization: Bearer x, 'Authorization': 'Basic x', with any quoting around
    (re.compile(r"\b(Bearer|Basic)\s+(?!realm\b)[\w.\-+/=~]+"), rf"\1 {HIDDEN}"),
    # JSON and Python dicts, then lists of pairs
    (_pair(":", _SECRET, 0), rf"\1\2{HIDDEN}\2"),
    (_pair(":", _PERHAPS, 12), rf"\1\2{HIDDEN}\2"),
    (_pair(",", _SECRET, 0), rf"\1\2{HIDDEN}\2"),
    (_pair(",", _PERHAPS, 12), rf"\1\2{HIDDEN}\2"),
    (_form(_SECRET, 1), rf"\1{HIDDEN}"),
    (_form(_PERHAPS, 12), rf"\1{HIDDEN}"),
    # "Token expired: x", "supplied state x", "refresh token x"
    (
        re.compile(
            r"((?:token|state)(?: [a-z]+)?\s*[:=]?\s+)(?=[\w.\-+/=~]*[\d._~+/=-])[\w.\-+/=~]{16,}",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
    # anything with the look of Intuit's tokens: refresh tokens, JWE and JWT
    (re.compile(r"\b(?:AB1|RT1-)[\w\-]{16,}|\beyJ[\w\-]{8,}(?:\.[\w\-]*)+"), HIDDEN),
)


def redact(text: str) -> str:
    """The text with tokens, secrets, codes and state values replaced by ``<hidden>``."""
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


class RedactingFilter(logging.Filter):
    """Rewrites the message of every record it sees; lets all of them pass."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = redact(record.getMessage())
        record.args = ()
        if record.exc_info:
            record.exc_text = redact("".join(traceback.format_exception(*record.exc_info)).rstrip())
            record.exc_info = None
        return True


_FILTER = RedactingFilter()


def install() -> None:
    """Put the filter on every existing logger of the wire libraries; may be called again.

    A filter does not reach child loggers, so each of them gets it.
    """
    existing = [
        name
        for name, logger in logging.root.manager.loggerDict.items()
        if isinstance(logger, logging.Logger) and name.partition(".")[0] in LOGGERS
    ]
    for name in {*LOGGERS, *existing}:
        logging.getLogger(name).addFilter(_FILTER)  # adding the same filter twice does nothing
