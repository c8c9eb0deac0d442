"""Sales tax in the United States, manual and automated (FACTS 8.1, 8.2)."""

from __future__ import annotations

from ..errors import bad_reference, fault
from ..money import ZERO, cents, spread

PSEUDO = ("TAX", "NON")
ENGINE_CODES = {"CA": "2", "CALIFORNIA": "2", "AZ": "3", "ARIZONA": "3"}


def apply(work, spec, doc, old, sent, context):
    for line, detail in context.rows:
        _line_code(work, line, detail, context)
    if not context.sales:
        doc.pop("TxnTaxDetail", None)
        return ZERO
    given = sent.get("TxnTaxDetail") if isinstance(sent.get("TxnTaxDetail"), dict) else None
    stored = (old or {}).get("TxnTaxDetail") or {}
    if not work.company.uses_tax:
        doc["TxnTaxDetail"] = {"TotalTax": ZERO}
    elif work.company.automated_tax:
        doc["TxnTaxDetail"] = _automated(work, doc, given, stored, context)
    else:
        doc["TxnTaxDetail"] = _manual(work, given, stored, old, context)
    return doc["TxnTaxDetail"]["TotalTax"]


def _line_code(work, line, detail, context):
    """Only TAX and NON; the default follows the item and the customer (FACTS 7.1)."""
    code = (detail.get("TaxCodeRef") or {}).get("value")
    if code is None:
        taxable = context.sales and work.company.uses_tax and context.item_taxable(line)
        code = "TAX" if taxable else "NON"
    elif code not in PSEUDO:
        if not context.sales:
            code = "NON"
        else:
            raise fault(
                "6100",
                "Invalid Line TaxCode in the request : only TAX and NON are "
                f"possible. Supplied value:{code}",
                "TaxCodeRef",
            )
    detail["TaxCodeRef"] = {"value": code}


def taxable_base(doc, context):
    """Sum of the TAX lines; the discount counts only when tax comes after it."""
    base = cents(
        sum(
            (
                line.get("Amount", ZERO)
                for line, detail in context.rows
                if detail["TaxCodeRef"]["value"] == "TAX"
            ),
            ZERO,
        )
    )
    if doc.get("ApplyTaxAfterDiscount") and context.discount and context.subtotal:
        base = cents(base - context.discount * base / context.subtotal)
    return base


def _manual(work, given, stored, old, context):
    ref = (given or {}).get("TxnTaxCodeRef") if given is not None else stored.get("TxnTaxCodeRef")
    if not ref:
        return {"TotalTax": ZERO}
    rates = code_rates(work, ref["value"], bool(old))
    return detail_for(ref["value"], rates, taxable_base(context.doc, context))


def code_rates(work, code, updating=False):
    """``[(rate id, percent)]`` of a sales tax code."""
    if code in ("CustomSalesTax", *PSEUDO):
        raise fault("6230" if updating else "6160", f"Invalid TaxCodeRef : {code}", "TxnTaxCodeRef")
    tax_code = work.get("TaxCode", code)
    if tax_code is None:
        raise bad_reference("TaxCodes", code)
    details = (tax_code.get("SalesTaxRateList") or {}).get("TaxRateDetail") or []
    result = []
    for item in details:
        rate = work.get("TaxRate", item["TaxRateRef"]["value"])
        result.append((item["TaxRateRef"]["value"], rate["RateValue"]))
    return result


def detail_for(code, rates, base):
    """One TaxLine per rate on the same base, half up to cents (FACTS 8.2)."""
    lines = [tax_line(rate, percent, base, cents(base * percent / 100)) for rate, percent in rates]
    total = cents(sum((line["Amount"] for line in lines), ZERO))
    return {"TxnTaxCodeRef": {"value": code}, "TotalTax": total, "TaxLine": lines}


def tax_line(rate, percent, base, amount):
    return {
        "Amount": amount,
        "DetailType": "TaxLineDetail",
        "TaxLineDetail": {
            "TaxRateRef": {"value": rate},
            "PercentBased": True,
            "TaxPercent": percent,
            "NetAmountTaxable": cents(base),
        },
    }


def _automated(work, doc, given, stored, context):
    """The engine's choice, unless the caller's total overrides it (FACTS 8.2)."""
    base = taxable_base(doc, context) if context.customer_taxable else ZERO
    given = given if given is not None else {}
    caller_code = (given.get("TxnTaxCodeRef") or {}).get("value")
    if caller_code and given.get("UseAutomatedSalesTax") is False and work.switch("ast_override"):
        detail = detail_for(caller_code, code_rates(work, caller_code), base)
        return detail | {"TaxReviewStatus": "NON_AST_TAX"}
    code = engine_code(work, doc)
    rates = code_rates(work, code) if code else []
    detail = detail_for(code, rates, base) if code else {"TotalTax": ZERO}
    override = given.get("TotalTax")
    if override is None and stored.get("TaxReviewStatus") == "AST_TAX_OVERRIDE":
        override = stored.get("TotalTax")
    if override is None or given.get("UseAutomatedSalesTax") is True:
        return detail
    if not work.switch("ast_override") or override == detail["TotalTax"]:
        return detail
    return _override(work, detail, override, base)


def engine_code(work, doc):
    """Destination first, the company's own address otherwise."""
    own = work.company.info.get("LegalAddr") or work.company.info.get("CompanyAddr") or {}
    address = doc.get("ShipAddr") or {}
    state = address.get("CountrySubDivisionCode") or own.get("CountrySubDivisionCode") or ""
    code = ENGINE_CODES.get(state.upper())
    return code if code and work.get("TaxCode", code) else None


def _override(work, detail, total, base):
    code = (detail.get("TxnTaxCodeRef") or {}).get("value") or (
        work.company.pref("TaxPrefs", "TaxGroupCodeRef") or {}
    ).get("value", "2")
    rates = code_rates(work, code)
    parts = spread(total, [percent for _rate, percent in rates])
    lines = [
        tax_line(rate, percent, base, part)
        for (rate, percent), part in zip(rates, parts, strict=True)
    ]
    return {
        "TxnTaxCodeRef": {"value": code},
        "TotalTax": cents(total),
        "TaxLine": lines,
        "TaxReviewStatus": "AST_TAX_OVERRIDE",
    }
