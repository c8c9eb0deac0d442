"""Tax codes on lines: VAT, GST, HST, PST (FACTS 8.3)."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from ..errors import business, fault
from ..money import ZERO, cents, plain, spread

TAX_NAME = {"GB": "VAT", "FR": "VAT", "CA": "GST/HST", "AU": "GST"}
ENGINE_ERROR = "We're sorry, QuickBooks encountered an error while calculating tax."


@dataclass
class Taxed:
    """What a document offers to the tax engine."""

    doc: dict
    rows: list  # [(line, detail)]
    subtotal: object = ZERO
    discount: object = ZERO
    sales: bool = True
    customer_taxable: bool = True
    items: dict = field(default_factory=dict)
    defaults: dict = field(default_factory=dict)

    def item_taxable(self, line):
        return self.customer_taxable and bool(self.items.get(id(line), {}).get("Taxable"))


def apply(work, spec, doc, old, sent, context):
    mode = doc.setdefault("GlobalTaxCalculation", "TaxExcluded")
    if mode == "NotApplicable" or not work.company.uses_tax:
        if mode == "NotApplicable" and (sent.get("TxnTaxDetail") or {}) not in (
            {},
            {"TotalTax": ZERO},
        ):
            raise fault(
                "6170",
                "Invalid TxnTaxDetail : not possible with GlobalTaxCalculation=NotApplicable",
                "TxnTaxDetail",
            )
        doc.pop("TxnTaxDetail", None)
        for _line, detail in context.rows:
            detail.pop("TaxCodeRef", None)
        return ZERO
    _codes(work, context)
    buckets = {}
    for line, detail in context.rows:
        _tax_row(work, line, detail, mode, context, buckets)
    _discount(work, buckets, context)
    if isinstance(sent.get("TxnTaxDetail"), dict) and sent["TxnTaxDetail"].get("TaxLine"):
        _override(buckets, sent["TxnTaxDetail"]["TaxLine"])
    lines = [_tax_line(rate, bucket) for rate, bucket in buckets.items()]
    total = cents(sum((line["Amount"] for line in lines), ZERO))
    doc["TxnTaxDetail"] = {"TotalTax": total, "TaxLine": lines} if lines else {"TotalTax": ZERO}
    return total


def _codes(work, context):
    """Every line needs a tax code id, else 6000 (FACTS 3.4, 14#70)."""
    name = TAX_NAME.get(work.company.country, "VAT")
    chosen = []
    for line, detail in context.rows:
        ref = detail.get("TaxCodeRef") or context.defaults.get(id(line))
        code = work.get("TaxCode", ref["value"]) if ref else None
        chosen.append(code)
        if code:
            detail["TaxCodeRef"] = {"value": code["Id"]}
    if all(chosen):
        return
    if work.company.country == "CA" and any(chosen):
        raise business(
            "When you use a GST/HST rate, you need to choose a sales tax code for each line item."
        )
    raise business(f"Make sure all your transactions have a {name} rate before you save.")


def code_rates(work, code_id, sales):
    """``[(rate id, percent, how applied)]`` in tax order."""
    code = work.get("TaxCode", code_id)
    wanted = "SalesTaxRateList" if sales else "PurchaseTaxRateList"
    details = (code.get(wanted) or {}).get("TaxRateDetail") or []
    if not details:
        raise business(ENGINE_ERROR)
    result = []
    for item in sorted(details, key=lambda entry: entry.get("TaxOrder", 0)):
        rate = work.get("TaxRate", item["TaxRateRef"]["value"])
        result.append((rate["Id"], rate["RateValue"], item.get("TaxTypeApplicable", "TaxOnAmount")))
    return result


def shares(rates):
    """Each rate as a factor of the net amount, compound ones included."""
    factors, before = [], ZERO
    for _rate, percent, applied in rates:
        base = {"TaxOnAmountPlusTax": 1 + before, "TaxOnTax": before}.get(applied, 1)
        factor = Decimal(base) * percent / 100
        factors.append(factor)
        before += factor
    return factors


def _tax_row(work, line, detail, mode, context, buckets):
    rates = code_rates(work, detail["TaxCodeRef"]["value"], context.sales)
    factors = shares(rates)
    amount = line.get("Amount", ZERO)
    if mode == "TaxInclusive":
        gross = detail.get("TaxInclusiveAmt")
        if gross is None:
            gross = _gross(line, detail, amount, sum(factors, ZERO))
        net = cents(gross / (1 + sum(factors, ZERO)))
        taxes = spread(gross - net, factors) if gross != net else [ZERO] * len(factors)
        line["Amount"] = amount = net
        detail["TaxInclusiveAmt"] = cents(gross)
        if detail.get("Qty"):
            detail["UnitPrice"] = plain(net / detail["Qty"])
    else:
        detail.pop("TaxInclusiveAmt", None)
        taxes = [cents(amount * factor) for factor in factors]
    for (rate, percent, _applied), tax, factor in zip(rates, taxes, factors, strict=True):
        bucket = buckets.setdefault(
            rate,
            {"percent": percent, "net": ZERO, "tax": ZERO, "exact": ZERO, "percent_based": True},
        )
        bucket["net"] += amount
        bucket["tax"] += tax
        bucket["exact"] += amount * factor


def _gross(line, detail, amount, factor):
    """A gross unit price, or the net amount plus its tax."""
    if detail.get("Qty") is not None and detail.get("UnitPrice") is not None:
        product = cents(detail["Qty"] * detail["UnitPrice"])
        if product != amount:
            return product
    return cents(amount * (1 + factor))


def _discount(work, buckets, context):
    """A discount spreads over the rates in proportion (FACTS 8.3)."""
    keep = 1
    if context.discount and context.subtotal:
        keep = 1 - context.discount / context.subtotal
    for bucket in buckets.values():
        exact = bucket["exact"] if work.switch("rounding") == "total" else bucket["tax"]
        bucket["tax"] = cents(exact * keep)
        bucket["net"] = cents(bucket["net"] * keep)


def _override(buckets, given):
    """Explicit tax lines win; every rate once and none that is foreign (FACTS 8.3)."""
    seen = {}
    for line in given:
        detail = line.get("TaxLineDetail") or {}
        rate = str((detail.get("TaxRateRef") or {}).get("value"))
        if rate not in buckets or rate in seen:
            raise business(ENGINE_ERROR)
        seen[rate] = cents(line.get("Amount") or 0), detail.get("PercentBased", True)
    if set(seen) != set(buckets):
        raise business(ENGINE_ERROR)
    for rate, (amount, percent_based) in seen.items():
        bucket = buckets[rate]
        delta = amount - bucket["tax"]
        bucket["tax"] = amount
        bucket["percent_based"] = percent_based in (True, "true")
        if delta:
            bucket["delta"] = cents(delta)


def _tax_line(rate, bucket):
    detail = {
        "TaxRateRef": {"value": rate},
        "PercentBased": bucket["percent_based"],
        "TaxPercent": bucket["percent"],
        "NetAmountTaxable": bucket["net"],
    }
    if "delta" in bucket:
        detail["OverrideDeltaAmount"] = bucket["delta"]
    return {"Amount": bucket["tax"], "DetailType": "TaxLineDetail", "TaxLineDetail": detail}
