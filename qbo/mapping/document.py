"""Lines, texts and figures shared by all sales documents (FACTS 6, 7.2, 8.2)."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from ..model import (
    CompanyProfile,
    DocumentSnapshot,
    LineSnapshot,
    PaymentSnapshot,
    RemoteDoc,
    WriteOffSnapshot,
)
from ..money import dec, line_price
from ..names import clean_text
from .tax_sums import tax_lines

MEMO_LIMIT = 1000
NOTE_LIMIT = 4000
LINE_TEXT_LIMIT = 4000


def sales_line(line: LineSnapshot, profile: CompanyProfile) -> dict:
    """One detail line.

    A section or a note becomes a DescriptionOnly line, so that the document reads the same on
    both sides. QBO has no discount per line: the price is reduced until price times quantity is
    the amount, and the text says so (FACTS 14#18-19).
    """
    text = clean_text(line.text, LINE_TEXT_LIMIT, profile.country, multiline=True)
    if line.item is None:
        return _text_line(text)
    detail = {"ItemRef": line.item.payload, "TaxCodeRef": _line_tax(line, profile)}
    if line.class_ref and profile.class_per_line:
        detail["ClassRef"] = line.class_ref.payload
    detail.update(_quantity_and_price(line))
    result = {
        "DetailType": "SalesItemLineDetail",
        "Amount": line.amount,
        "SalesItemLineDetail": {key: value for key, value in detail.items() if value is not None},
    }
    description = _with_discount(text, line, profile)
    if description:
        result["Description"] = description
    return result


def sales_lines(lines: Iterable[LineSnapshot], profile: CompanyProfile) -> list[dict]:
    """All lines; text lines of which nothing printable is left are dropped."""
    made = (sales_line(line, profile) for line in lines)
    return [line for line in made if "Amount" in line or line["Description"]]


def _text_line(text: str) -> dict:
    """``Subtotal:`` alone would make QBO insert a subtotal (FACTS 6), so its colon goes."""
    if text.casefold().rstrip() == "subtotal:":
        text = text.rstrip(": ")
    return {"DetailType": "DescriptionOnly", "Description": text, "DescriptionLineDetail": {}}


def _line_tax(line: LineSnapshot, profile: CompanyProfile) -> dict | None:
    """US lines know only TAX and NON (FACTS 8.1); elsewhere each line names its code."""
    if profile.us:
        return {"value": "TAX" if line.taxable else "NON"}
    return line.tax_code.payload if line.tax_code else None


def _quantity_and_price(line: LineSnapshot) -> dict:
    """Qty and UnitPrice whose product is exactly the amount, or neither (6070 otherwise)."""
    if line.quantity is None:
        return {}
    preferred = line.price
    if preferred is not None and line.discount:
        preferred = preferred * (Decimal(100) - line.discount) / Decimal(100)
    priced = line_price(line.quantity, line.amount, preferred)
    if priced is None:
        return {}
    quantity, price = priced
    return {"Qty": quantity, "UnitPrice": price}


def _with_discount(text: str, line: LineSnapshot, profile: CompanyProfile) -> str:
    if not line.discount:
        return text
    note = f"(-{line.discount.normalize():f} %)"
    room = LINE_TEXT_LIMIT - len(note) - 1
    return clean_text(f"{text[:room]} {note}", LINE_TEXT_LIMIT, profile.country, multiline=True)


def tracking(doc: DocumentSnapshot, profile: CompanyProfile) -> dict:
    """Project, class and location of a whole document: attributes of those that have them, as far
    as the company keeps them (FACTS 5.2, 14#47)."""
    refs = {
        "ProjectRef": doc.project,
        "ClassRef": doc.class_ref if profile.class_per_txn else None,
        "DepartmentRef": doc.department if profile.track_departments else None,
    }
    return {key: ref.payload for key, ref in refs.items() if ref}


def tax_detail(doc: DocumentSnapshot, profile: CompanyProfile, override: bool) -> dict | None:
    """TxnTaxDetail of a sales document.

    Outside the US QuickBooks computes the tax of each line; where that is not what was billed, the
    amounts of all rates are sent (``override``; FACTS 8.3, 14#28).

    Manual sales tax wants the code and computes the amount itself; automated sales tax ignores
    the code but keeps an amount that is sent, which is how the tax as billed arrives
    (``override``; FACTS 8.2, 14#27). A company that does not use sales tax drops the block.
    """
    if not profile.us:
        if not override or not doc.tax_sums:
            return None
        return {"TotalTax": doc.tax, "TaxLine": tax_lines(doc.tax_sums)}
    if not profile.using_sales_tax:
        return None
    if profile.automated_sales_tax:
        return {"TotalTax": doc.tax} if override else None
    if doc.tax_code is None:
        return {"TotalTax": Decimal(0)}
    return {"TxnTaxCodeRef": doc.tax_code.payload}


def private_note(doc: DocumentSnapshot | PaymentSnapshot | WriteOffSnapshot, country: str) -> str:
    """The internal memo: one fact per line.

    The last one is the mark by which a lost document is found again, so when QBO's limit does not
    hold all, the others are cut.
    """
    notes = [clean_text(note, NOTE_LIMIT, country, multiline=True) for note in doc.private_notes]
    *others, mark = [note for note in notes if note] or [""]
    room = NOTE_LIMIT - len(mark) - 1
    text = clean_text("\n".join(others), max(room, 0), country, multiline=True)
    return f"{text}\n{mark}" if text else mark


def read_document(body: dict, party_key: str = "CustomerRef") -> RemoteDoc:
    """The figures of an answered sales document.

    A void leaves no status: it is a zero total whose note begins with ``Voided`` (FACTS 14#36).
    """
    total = dec(body.get("TotalAmt") or 0)
    tax = dec((body.get("TxnTaxDetail") or {}).get("TotalTax") or 0)
    note = body.get("PrivateNote") or ""
    return RemoteDoc(
        id=body["Id"],
        sync_token=body["SyncToken"],
        number=body.get("DocNumber") or "",
        date=body.get("TxnDate") or "",
        due_date=body.get("DueDate") or "",
        party_id=(body.get(party_key) or {}).get("value") or "",
        currency=(body.get("CurrencyRef") or {}).get("value") or "",
        total=total,
        tax=tax,
        balance=dec(body.get("Balance") or 0),
        voided=not total and note.startswith("Voided"),
        linked=tuple((link["TxnType"], link["TxnId"]) for link in body.get("LinkedTxn") or ()),
    )
