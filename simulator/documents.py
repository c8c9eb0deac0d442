"""PDF and e-mail of documents (FACTS 11)."""

from __future__ import annotations

from . import pdf as pdf_writer
from .clean import Cleaner
from .errors import Fault, error, fault, not_found, unsupported
from .rules.lines import flat
from .schema import ENTITIES
from .views import present
from .work import Work

DAY = 86400


def pdf(company, spec, ident):
    """``GET /{entity}/{id}/pdf``."""
    if not spec.pdf:
        raise unsupported(f"pdf of {spec.name}")
    obj = company.store.read(spec.name, ident)
    if obj is None:
        raise not_found()
    party = obj.get("CustomerRef") or obj.get("VendorRef") or {}
    lines = [f"{company.name}", f"{party.get('name', '')}", f"Date {obj.get('TxnDate', '')}", ""]
    for line in flat(obj.get("Line")):
        detail = line.get("SalesItemLineDetail") or {}
        name = (detail.get("ItemRef") or {}).get("name", line.get("DetailType", ""))
        lines.append(f"{name}  {line.get('Description', '')}  {line.get('Amount', '')}")
    tax = (obj.get("TxnTaxDetail") or {}).get("TotalTax")
    lines += ["", f"Tax {tax}" if tax else "", f"Total {obj.get('TotalAmt', '')}"]
    return pdf_writer.document(f"{spec.label} {obj.get('DocNumber', ident)}", lines)


def send(company, spec, ident, address=None):
    """``POST /{entity}/{id}/send``: the token stays, LastUpdatedTime moves."""
    if not spec.send:
        raise unsupported(f"send of {spec.name}")
    work = Work(company)
    obj = work.get(spec.name, ident)
    if obj is None:
        raise not_found()
    if address:
        cleaner = Cleaner(ENTITIES["Invoice"])
        given = cleaner.body({"BillEmail": {"Address": address}})["BillEmail"]
        if cleaner.problems:
            raise Fault(cleaner.problems)
        obj["POEmail" if spec.name == "PurchaseOrder" else "BillEmail"] = given
    if not _address(work, spec, obj):
        raise fault("6420", "An e-mail address is required to send this transaction", "BillEmail")
    _daily_limit(company)
    if "EmailStatus" in spec.fields:
        obj["EmailStatus"] = "EmailSent"
        obj["DeliveryInfo"] = {"DeliveryType": "Email", "DeliveryTime": work.stamp}
    work.touch(spec.name, obj, "Emailed")
    work.flush()
    return present(company, spec.name, obj)


def _address(work, spec, obj):
    if obj.get("BillEmail") or obj.get("POEmail"):
        return True
    party = obj.get("CustomerRef") or {}
    customer = work.get("Customer", party["value"]) if party and spec.name == "Payment" else None
    return bool(customer and customer.get("PrimaryEmailAddr"))


def _daily_limit(company):
    """The sandbox sends 40 e-mails a day."""
    now = company.clock.timestamp()
    sent = [at for at in company.store.value("emails", []) if at > now - DAY]
    if len(sent) >= company.switch("emails_per_day"):
        raise Fault(
            [
                error(
                    "6000",
                    "Business Validation Error: You have reached the limit of "
                    "e-mails you can send per day.",
                    "",
                )
            ]
        )
    company.store.set_value("emails", [int(at) for at in sent] + [int(now)])
