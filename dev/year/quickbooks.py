"""QuickBooks' side: what its accountant sets up, and what its ledger says afterwards."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import requests

TIMEOUT = 60
#: kinds of accounts of which each party has a share
PARTY_TYPES = ("Accounts Receivable", "Accounts Payable")
Row = dict[str, Any]


@dataclass(frozen=True)
class Posting:
    """A line of QuickBooks' ledger; debit is positive.

    :ivar document: (entity, id)
    :ivar party: (Customer or Vendor, id), of receivables and payables only
    :ivar amount: in the transaction's currency
    :ivar home: in the home currency
    """

    document: tuple[str, str]
    account: str
    party: tuple[str, str] | None
    currency: str
    amount: Decimal
    home: Decimal


class QuickBooks:
    """The company file of the simulator, over HTTP."""

    def __init__(self, url: str):
        self.url = url
        self.realm: str = self._call("/_sim/info")["realm"]

    # -- what people do there ------------------------------------------------------------------

    def prefer(self, name: str, value: Any) -> None:
        self._call("/_sim/preferences", {name: value})

    def add(self, entity: str, values: Row) -> str:
        """:return: its id"""
        return self._call(f"/_sim/change/{entity}", values)["Id"]

    def add_sales_tax(self, name: str, percent: str) -> str:
        """:return: the id of the tax code"""
        rate = {
            "TaxRateName": name,
            "RateValue": percent,
            "TaxAgencyId": "1",
            "TaxApplicableOn": "Sales",
        }
        path = f"/v3/company/{self.realm}/taxservice/taxcode"
        body = {"TaxCode": name, "TaxRateDetails": [rate]}
        return self._call(path, body, token=self._token())["TaxCodeId"]

    # -- what there is -------------------------------------------------------------------------

    def all(self, entity: str) -> dict[str, Row]:
        """Objects by id; numbers are Decimals."""
        return {row["Id"]: row for row in self._call(f"/_sim/entities/{entity}")}

    def roots(self) -> dict[str, str]:
        """Sub-customers → the customer on top of them."""
        customers = self.all("Customer")
        parents = {
            ident: row["ParentRef"]["value"]
            for ident, row in customers.items()
            if row.get("ParentRef")
        }
        found = {}
        for ident in parents:
            top = ident
            while top in parents:
                top = parents[top]
            found[ident] = top
        return found

    def ledger(self) -> tuple[list[Posting], list[str]]:
        """Every posting, and what does not add up in these books by themselves."""
        answer = self._call("/_sim/ledger")
        types = {ident: row["AccountType"] for ident, row in self.all("Account").items()}
        return [_posting(row, types) for row in answer["postings"]], answer["problems"]

    def trial_balance(self) -> dict[str, Decimal]:
        """The report of that name as the API gives it: balance by account id, debit positive."""
        period = "start_date=2000-01-01&end_date=2099-12-31&accounting_method=Accrual"
        path = f"/v3/company/{self.realm}/reports/TrialBalance?{period}"
        found: dict[str, Decimal] = defaultdict(Decimal)
        for row in (self._call(path, token=self._token()).get("Rows") or {}).get("Row") or []:
            account, debit, credit = row.get("ColData") or ({}, {}, {})
            if account.get("id"):
                balance = Decimal(debit["value"] or 0) - Decimal(credit["value"] or 0)
                found[account["id"]] += balance
        return dict(found)

    # -- wire ----------------------------------------------------------------------------------

    def _token(self) -> str:
        return self._call("/_sim/token", {})["access_token"]

    def _call(self, path: str, body: Row | None = None, token: str = "") -> Any:
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        answer = requests.request(
            "GET" if body is None else "POST",
            self.url + path,
            json=body,
            headers=headers,
            timeout=TIMEOUT,
        )
        if not answer.ok:
            raise RuntimeError(f"{path}: {answer.status_code} {answer.text[:500]}")
        return answer.json(parse_float=Decimal)


def _posting(row: Row, types: dict[str, str]) -> Posting:
    named = row["name_id"] and types.get(row["account"]) in PARTY_TYPES
    return Posting(
        document=(row["kind"], row["id"]),
        account=row["account"],
        party=(row["name_kind"], row["name_id"]) if named else None,
        currency=row["currency"],
        amount=Decimal(row["amount"]),
        home=Decimal(row["home"]),
    )
