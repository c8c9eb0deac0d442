"""Texts QuickBooks accepts: length limits, illegal characters, unique names, short numbers.

Sources: FACTS 5 (limits), 14#1-6 (names), 14#15 (numbers), 14#39-41 (mail, phone, memos),
14#63 and 2.6 (US companies store Latin-1, four-byte characters are refused everywhere we know).
Every function accepts ``None`` and ``False`` (Odoo's empty text) and is a pure function of its
arguments, so the same record always gives the same text.
"""

from __future__ import annotations

import base64
import hashlib
import re
import unicodedata
from collections.abc import Container

#: maximum characters by (entity, attribute); ``*`` = every entity that has the attribute
LIMITS: dict[tuple[str, str], int] = {
    ("*", "DocNumber"): 21,
    ("*", "PaymentRefNum"): 21,
    ("RefundReceipt", "PaymentRefNum"): 100,
    ("*", "PrivateNote"): 4000,
    ("*", "Description"): 4000,
    ("*", "CustomerMemo"): 1000,
    ("*", "ShipMethodRef"): 30,
    ("*", "PONumber"): 15,
    ("*", "DisplayName"): 500,
    ("*", "Title"): 16,
    ("*", "Suffix"): 16,
    ("*", "GivenName"): 100,
    ("*", "MiddleName"): 100,
    ("*", "FamilyName"): 100,
    ("*", "CompanyName"): 100,
    ("*", "Name"): 100,
    ("*", "PrimaryEmailAddr"): 100,
    ("*", "BillEmail"): 100,
    ("*", "BillEmailCc"): 100,
    ("*", "BillEmailBcc"): 100,
    ("*", "TrackingNum"): 31,
    ("*", "WebAddr"): 1000,
    ("*", "PrimaryPhone"): 30,
    ("*", "AlternatePhone"): 30,
    ("*", "Mobile"): 30,
    ("*", "Fax"): 30,
    ("*", "Line1"): 500,
    ("*", "Line2"): 500,
    ("*", "Line3"): 500,
    ("*", "Line4"): 500,
    ("*", "Line5"): 500,
    ("*", "City"): 255,
    ("*", "CountrySubDivisionCode"): 255,
    ("*", "Country"): 255,
    ("*", "PostalCode"): 30,
    ("Customer", "Notes"): 2000,
    ("Customer", "ResaleNum"): 16,
    ("Customer", "PrimaryTaxIdentifier"): 20,
    ("Customer", "SecondaryTaxIdentifier"): 20,
    ("Customer", "PrintOnCheckName"): 110,
    ("Vendor", "PrintOnCheckName"): 100,
    ("Vendor", "AcctNum"): 100,
    ("Vendor", "TaxIdentifier"): 20,
    ("Item", "Sku"): 100,
    ("Item", "PurchaseDesc"): 1000,
    ("Account", "Description"): 100,
    ("Account", "AcctNum"): 7,  # 20 in AU and CA
    ("TaxCode", "Description"): 100,
    ("TaxRate", "Description"): 100,
    ("TaxAgency", "DisplayName"): 100,
    ("Term", "Name"): 31,
    ("PaymentMethod", "Name"): 31,
    ("CompanyInfo", "CompanyName"): 1024,
    ("CompanyInfo", "LegalName"): 1024,
    ("Attachable", "FileName"): 1000,
    ("Attachable", "Note"): 2000,
    ("Attachable", "PlaceName"): 2000,
    ("Attachable", "Category"): 100,
    ("Attachable", "ContentType"): 100,
    ("Attachable", "Tag"): 2000,
}

DOC_NUMBER_LIMIT = LIMITS["*", "DocNumber"]
EMAIL_LIMIT = LIMITS["*", "PrimaryEmailAddr"]
PHONE_LIMIT = LIMITS["*", "PrimaryPhone"]


def limit(entity: str, attribute: str) -> int | None:
    """Maximum number of characters, ``None`` when no limit is known."""
    return LIMITS.get((entity, attribute)) or LIMITS.get(("*", attribute))


# --- text ----------------------------------------------------------------------------------------

#: what a typewriter would have used; needed because NFKD knows no ASCII quotes
_LATIN = str.maketrans(
    {
        "\u2018": "'",
        "\u2019": "'",
        "\u201a": "'",
        "\u201b": "'",
        "\u2032": "'",
        "\u02bc": "'",
        "\u201c": '"',
        "\u201d": '"',
        "\u201e": '"',
        "\u201f": '"',
        "\u2033": '"',
        "\u2039": "'",
        "\u203a": "'",
        "\u2010": "-",
        "\u2011": "-",
        "\u2012": "-",
        "\u2013": "-",
        "\u2014": "-",
        "\u2015": "-",
        "\u2212": "-",
        "\u2043": "-",
        "\u2022": "*",
        "\u2026": "...",
        "\u2044": "/",
        "\u20ac": "EUR",
        "\u0152": "OE",
        "\u0153": "oe",
        "\u0141": "L",
        "\u0142": "l",
        "\u0110": "D",
        "\u0111": "d",
        "\u0131": "i",
        "\u0166": "T",
        "\u0167": "t",
        "\u0126": "H",
        "\u0127": "h",
        "\u1e9e": "SS",
        "\u0192": "f",
    }
)
_JOINERS = "\u200c\u200d"
#: invisible: zero width, direction marks, variation selectors, keycap, byte order mark
_INVISIBLE = re.compile("[\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufe00-\ufe0f\u20e3\ufeff]")
_LINE_ENDS = re.compile("\r\n?|[\u2028\u2029\x0b\x0c\x85]")


def clean_text(
    value: str | bool | None,
    limit: int | None = None,
    country: str = "",
    multiline: bool = False,
) -> str:
    """The text without what QuickBooks refuses, trimmed and at most ``limit`` characters long.

    Control and invisible characters and everything outside the Basic Multilingual Plane (emoji)
    are removed; tabs become blanks. Line ends become ``\\n`` in multi-line fields, blanks
    otherwise. For US companies (``country == "US"``) typographic marks become ASCII and letters
    Latin-1; a text of which nothing would be left keeps its characters.
    """
    text = unicodedata.normalize("NFC", value) if value else ""
    text = _LINE_ENDS.sub("\n", text).replace("\t", " ")
    if not multiline:
        text = text.replace("\n", " ")
    text = _joined("".join(char for char in _INVISIBLE.sub("", text) if _allowed(char)))
    text = unicodedata.normalize("NFC", text)  # neighbours of what was removed may now combine
    if country == "US":
        text = _latin(text)
    if multiline:
        text = "\n".join(line.rstrip() for line in text.split("\n"))
    return _cut(text.strip(), limit)


def _allowed(char: str) -> bool:
    if char == "\n":
        return True
    return ord(char) <= 0xFFFF and unicodedata.category(char) not in ("Cc", "Cs", "Co", "Cn")


def _joined(text: str) -> str:
    """Drop joiners that join nothing (what is left of an emoji); Persian and Hindi need theirs."""
    if not any(joiner in text for joiner in _JOINERS):
        return text
    kept = []
    for index, char in enumerate(text):
        around = text[index - 1 : index] + text[index + 1 : index + 2]
        letters = len(around) == 2 and all(unicodedata.category(c)[0] in "LM" for c in around)
        if char not in _JOINERS or letters:
            kept.append(char)
    return "".join(kept)


def _latin(text: str) -> str:
    result = []
    for char in text.translate(_LATIN):
        if ord(char) <= 0xFF:
            result.append(char)
        else:
            plain = unicodedata.normalize("NFKD", char).translate(_LATIN)
            result.append("".join(c for c in plain if ord(c) <= 0xFF and _allowed(c)))
    converted = "".join(result)
    return converted if any(char.isalnum() for char in converted) else text


def _cut(text: str, limit: int | None) -> str:
    if limit is None or len(text) <= limit:
        return text
    while limit and unicodedata.combining(text[limit]):
        limit -= 1  # never separate a letter from its accent
    return text[:limit].rstrip()


# --- names ---------------------------------------------------------------------------------------

_NAME_ATTRIBUTE = {
    "Customer": "DisplayName",
    "Vendor": "DisplayName",
    "Employee": "DisplayName",
    "TaxAgency": "DisplayName",
}
_DELETED = re.compile(r"(?: \(deleted(?: \d+)?\))+$", re.IGNORECASE)


def name_limit(entity: str) -> int:
    """Maximum characters of the name of an entity (500 for names, 100 or 31 for lists)."""
    return limit(entity, _NAME_ATTRIBUTE.get(entity, "Name")) or 100


def display_name(raw: str | bool | None, country: str = "", entity: str = "Customer") -> str:
    """A name of this entity: no ``:``, tab or newline, blanks collapsed, within its limit.

    ``A: B`` becomes ``A - B``, ``12:30`` becomes ``12-30``; quotes become apostrophes for accounts
    (FACTS 14#2). Empty when nothing printable is left.
    """
    text = clean_text(raw, None, country)
    text = re.sub(r"(?:\s*:\s+|\s+:\s*)", " - ", text).replace(":", "-")
    if raw and ":" in raw:
        text = re.sub(r"^[-\s]+|[-\s]+$", "", text)  # a colon at an end separates nothing
    if entity == "Account":
        text = text.replace('"', "'")
    return _cut(" ".join(text.split()), name_limit(entity))


def name_key(name: str | bool | None) -> str:
    """Key by which QuickBooks would call two names the same (FACTS 14#1, #3, #6).

    Case is folded, blanks trimmed and collapsed, the mark of inactive objects (`` (deleted)``,
    `` (deleted 2)``) taken off.
    """
    text = " ".join(unicodedata.normalize("NFC", name).split()) if name else ""
    return unicodedata.normalize("NFC", " ".join(_DELETED.sub("", text).casefold().split()))


def unique_name(
    base: str, taken_keys: Container[str], hint: str, limit: int = LIMITS["*", "DisplayName"]
) -> str:
    """``base`` if it is free, else ``base (hint)``, ``base (hint 2)``, ... within the limit.

    :param taken_keys: ``name_key`` of every name in use, inactive ones included
    :param hint: what tells the two apart, e.g. ``Customer`` or a currency code
    """
    candidate, number = _cut(base, limit), 1
    while name_key(candidate) in taken_keys:
        suffix = f" ({hint})" if number == 1 else f" ({hint} {number})"
        if len(suffix) >= limit:
            raise ValueError("no room for a distinguishing suffix")
        candidate = _cut(base, limit - len(suffix)) + suffix
        number += 1
    return candidate


# --- numbers -------------------------------------------------------------------------------------

_HASH_LENGTH = 6


def doc_number(number: str | bool | None, limit: int = DOC_NUMBER_LIMIT) -> str:
    """The document number, at most 21 characters (FACTS 14#15).

    A longer one becomes a short hash of the whole number, ``-`` and its last characters: the tail
    is what people recognise and what QuickBooks counts on from, the hash (30 bits) tells numbers
    with the same tail apart. The same number always gives the same result.
    """
    text = clean_text(number)
    if len(text) <= limit:
        return text
    short = base64.b32encode(hashlib.sha256(text.encode()).digest()).decode()[:_HASH_LENGTH]
    return f"{short}-{text[-(limit - _HASH_LENGTH - 1) :].lstrip()}"


# --- mail and phone ------------------------------------------------------------------------------

_ADDRESS = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]+@[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?\.[A-Za-z]{2,}"
)


def email_addresses(value: str | bool | None) -> tuple[str, ...]:
    """The valid addresses of a field like ``"Ann" <ann@x.org>; bob@y.org``, in order, once each."""
    found: dict[str, str] = {}
    for part in re.split(r"[,;\s<>\"()]+", value or ""):
        address = part.removeprefix("mailto:").strip(".'")
        if _ADDRESS.fullmatch(address) and ".." not in address:
            found.setdefault(address.lower(), address)
    return tuple(found.values())


def email_list(value: str | bool | None, limit: int = EMAIL_LIMIT) -> str:
    """Comma-separated valid addresses, as many whole ones as fit (FACTS 14#39); ``""`` if none."""
    result = ""
    for address in email_addresses(value):
        longer = f"{result},{address}" if result else address
        if len(longer) <= limit:
            result = longer
    return result


def search_email_key(value: str | bool | None) -> str:
    """The first valid address in lower case, for matching; ``""`` when there is none."""
    return next(iter(email_addresses(value)), "").lower()


def phone(value: str | bool | None, limit: int = PHONE_LIMIT) -> str:
    """A phone number of at most 30 characters (FACTS 14#40): as typed, else without decoration."""
    text = " ".join(clean_text(value, None, "US").split())
    if len(text) > limit:
        text = re.sub(r"[^\dA-Za-z+#*,;]", "", text)
    return text[:limit].rstrip()
