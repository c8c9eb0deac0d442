"""The other side of the comparison: one ``save`` per invoice, as most integrations do it.

``python -m bench.plain_loop FILE`` sends the invoices of a JSON file with python-quickbooks as
published, one after the other, and prints how long that took. Customers and items exist already and
their ids are known, so there is nothing to look up; nothing is recorded anywhere either.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import requests
from quickbooks import QuickBooks
from quickbooks.objects.base import EmailAddress, Ref
from quickbooks.objects.detailline import SalesItemLine, SalesItemLineDetail
from quickbooks.objects.invoice import Invoice
from quickbooks.objects.tax import TxnTaxDetail

Values = dict[str, Any]


def main(file: Path) -> None:
    order = json.loads(file.read_text())
    client = _client(order)
    first, *others = order["documents"]
    _invoice(first).save(qb=client)  # opens the connection
    started, used = time.perf_counter(), time.process_time()
    for document in others:
        _invoice(document).save(qb=client)
    seconds, cpu = time.perf_counter() - started, time.process_time() - used
    print(json.dumps({"documents": len(others), "seconds": seconds, "cpu": cpu}))


def _client(order: Values) -> QuickBooks:
    """What a signed-in session of the library is, but at the simulator's address."""
    QuickBooks.api_url_v3 = f"{order['url']}/v3"
    client = QuickBooks(company_id=order["realm"], minorversion=75)
    client.session = requests.Session()
    client.session.access_token = order["token"]  # type: ignore[attr-defined]
    return client


def _invoice(document: Values) -> Invoice:
    invoice = Invoice()
    invoice.DocNumber = document["number"]
    invoice.TxnDate = document["date"]
    invoice.DueDate = document["due"]
    invoice.CustomerRef = _ref(document["customer"])
    invoice.BillEmail = EmailAddress()
    invoice.BillEmail.Address = document["email"]
    invoice.TxnTaxDetail = TxnTaxDetail()
    invoice.TxnTaxDetail.TxnTaxCodeRef = _ref(document["tax_code"])
    invoice.Line = [_line(line) for line in document["lines"]]
    return invoice


def _line(values: Values) -> SalesItemLine:
    line = SalesItemLine()
    line.Amount = values["amount"]
    line.Description = values["text"]
    line.SalesItemLineDetail = SalesItemLineDetail()
    line.SalesItemLineDetail.ItemRef = _ref(values["item"])
    line.SalesItemLineDetail.Qty = values["quantity"]
    line.SalesItemLineDetail.UnitPrice = values["price"]
    line.SalesItemLineDetail.TaxCodeRef = _ref("TAX" if values["taxed"] else "NON")
    return line


def _ref(value: str) -> Ref:
    ref = Ref()
    ref.value = value
    return ref


if __name__ == "__main__":
    main(Path(sys.argv[1]))
