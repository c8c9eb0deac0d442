"""Customers, vendors and a few months of business, dated relative to the first day."""

from __future__ import annotations

import random
from datetime import timedelta
from decimal import Decimal

from ..money import cents
from ..schema import ENTITIES
from .base import make, plant_items

FIRST_TXN = 8  # the first document gets id 9 (FACTS 15)


class Trade:
    """Deterministic little history of one company."""

    def __init__(self, company, data):
        self.company, self.data = company, data
        self.random = random.Random(20260101)
        self.today = company.clock.today()
        self.us = company.is_us

    def day(self, back):
        return (self.today - timedelta(days=back)).isoformat()

    def make(self, kind, body):
        return make(self.company, kind, body)

    # names ------------------------------------------------------------------------------------

    def people(self):
        for line in self.data.CUSTOMERS.strip().splitlines():
            self._person("Customer", line)
        for line in self.data.VENDORS.strip().splitlines():
            self._person("Vendor", line)
        for ident, given, family in self.data.EMPLOYEES:
            make(self.company, "Employee", {"GivenName": given, "FamilyName": family}, ident)
        self.company.store.raise_to("id:names", 57)

    def _person(self, kind, line):
        ident, name, given, family, street, city, region, code, parent = (
            line.split("|") + [""] * 8
        )[:9]
        body = {"DisplayName": name}
        if given:
            body |= {"GivenName": given, "FamilyName": family}
            mail = f"{given}.{family}".lower().replace(" ", "").replace("'", "")
            body["PrimaryEmailAddr"] = {"Address": f"{mail}@example.com"}
            body["PrimaryPhone"] = {"FreeFormNumber": f"(555) 555-{1000 + int(ident):04d}"}
        if name != f"{given} {family}":
            body["CompanyName"] = name[:100]
        if street:
            body["BillAddr"] = {
                "Line1": street,
                "City": city,
                "PostalCode": code,
                "CountrySubDivisionCode": region,
            }
            if kind == "Customer":
                body["ShipAddr"] = dict(body["BillAddr"])
        if parent:
            body |= {"Job": True, "ParentRef": {"value": parent}}
            body.pop("CompanyName", None)
        make(self.company, kind, body, ident)

    # documents --------------------------------------------------------------------------------

    def lines(self, count, side="Sales"):
        items = [row for row in self.data.ITEMS if int(row[0]) > 2]
        result = []
        for row in self.random.sample(items, count):
            quantity = self.random.choice((1, 2, 3, 4, 5))
            price = Decimal(row[2]) or Decimal(self.random.choice((15, 35, 50, 75, 120)))
            detail = {"ItemRef": {"value": row[0]}, "Qty": quantity, "UnitPrice": price}
            if self.us:
                detail["TaxCodeRef"] = {"value": "TAX" if row[5] else "NON"}
            else:
                detail["TaxCodeRef"] = {"value": self.data.DEFAULT_CODE}
            result.append(
                {
                    "Amount": cents(quantity * price),
                    "Description": row[1],
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": detail,
                }
            )
        return result

    def form(self, kind, customer, back, **more):
        body = {
            "CustomerRef": {"value": customer},
            "TxnDate": self.day(back),
            "Line": self.lines(self.random.choice((1, 1, 2, 2, 3))),
        } | more
        if self.us and self.company.uses_tax:
            code = self.random.choice(("2", "2", "2", "3"))
            body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": code}}
        return self.make(kind, body)

    def sales(self):
        customers = [line.split("|")[0] for line in self.data.CUSTOMERS.strip().splitlines()]
        invoices = []
        for number in range(31):
            customer = customers[(number * 7 + 3) % len(customers)]
            invoices.append(
                self.form("Invoice", customer, 95 - 3 * number, SalesTermRef={"value": "3"})
            )
        for number, invoice in enumerate(invoices[:16]):
            part = invoice["TotalAmt"] if number % 4 else cents(invoice["TotalAmt"] / 2)
            self.make(
                "Payment",
                {
                    "CustomerRef": {"value": invoice["CustomerRef"]["value"]},
                    "TotalAmt": part,
                    "TxnDate": self.day(max(1, 80 - 3 * number)),
                    "PaymentRefNum": str(2000 + number),
                    "PaymentMethodRef": {"value": "2"},
                    "Line": [
                        {
                            "Amount": part,
                            "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}],
                        }
                    ],
                },
            )
        for number in range(4):
            self.form("Estimate", customers[number * 5], 40 - number)
        for number in range(4):
            self.form("SalesReceipt", customers[number * 4 + 2], 30 - number)
        self.form("CreditMemo", customers[0], 12)

    def purchases(self):
        vendors = [line.split("|")[0] for line in self.data.VENDORS.strip().splitlines()]
        bills = [
            self._bill("Bill", vendors[number % len(vendors)], 70 - 4 * number, number)
            for number in range(15)
        ]
        for number, bill in enumerate(bills[:10]):
            card = number % 5 == 4
            means = (
                {"CreditCardPayment": {"CCAccountRef": {"value": self.data.CARD}}}
                if card
                else {"CheckPayment": {"BankAccountRef": {"value": self.data.BANK}}}
            )
            self.make(
                "BillPayment",
                {
                    "VendorRef": {"value": bill["VendorRef"]["value"]},
                    "PayType": "CreditCard" if card else "Check",
                    "TotalAmt": bill["TotalAmt"],
                    "TxnDate": self.day(50 - 4 * number),
                    "Line": [
                        {
                            "Amount": bill["TotalAmt"],
                            "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}],
                        }
                    ],
                }
                | means,
            )
        for number in range(3):
            self._bill("PurchaseOrder", vendors[number * 3], 20 - number, number)
        for number in range(35):
            self._expense(vendors[(number * 5) % len(vendors)], 90 - 2 * number, number)

    def _expense_lines(self, number):
        account = self.data.EXPENSES[number % len(self.data.EXPENSES)]
        amount = cents(Decimal(self.random.randrange(1500, 40000)) / 100)
        detail = {"AccountRef": {"value": account}}
        if not self.us:
            detail["TaxCodeRef"] = {"value": self.data.DEFAULT_CODE}
        return [
            {
                "Amount": amount,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": detail,
            }
        ]

    def _bill(self, kind, vendor, back, number):
        return self.make(
            kind,
            {
                "VendorRef": {"value": vendor},
                "TxnDate": self.day(back),
                "Line": self._expense_lines(number),
            },
        )

    def _expense(self, vendor, back, number):
        kind = ("Cash", "Check", "CreditCard")[number % 3]
        account = self.data.CARD if kind == "CreditCard" else self.data.BANK
        self.make(
            "Purchase",
            {
                "PaymentType": kind,
                "AccountRef": {"value": account},
                "TxnDate": self.day(back),
                "EntityRef": {"value": vendor, "type": "Vendor"},
                "Line": self._expense_lines(number),
            },
        )

    def bank(self):
        opening = [(self.data.BANK, 8400), (self.data.SAVINGS, 1200)]
        for account, amount in opening:
            self.make(
                "JournalEntry",
                {
                    "TxnDate": self.day(120),
                    "PrivateNote": "Opening Balance",
                    "Line": self._journal(account, self.data.EQUITY, amount),
                },
            )
        self.make(
            "JournalEntry",
            {
                "TxnDate": self.day(119),
                "PrivateNote": "Opening Balance",
                "Line": self._journal(self.data.ASSET, self.data.EQUITY, 13495),
            },
        )
        payments = self.company.store.all("Payment", order="n")[:5]
        for number, payment in enumerate(payments):
            self.make(
                "Deposit",
                {
                    "DepositToAccountRef": {"value": self.data.BANK},
                    "TxnDate": self.day(60 - 3 * number),
                    "Line": [
                        {
                            "Amount": payment["TotalAmt"],
                            "LinkedTxn": [
                                {"TxnId": payment["Id"], "TxnType": "Payment", "TxnLineId": "0"}
                            ],
                        }
                    ],
                },
            )

    def _journal(self, debit, credit, amount):
        return [
            {
                "Amount": Decimal(amount),
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
            }
            for side, account in (("Debit", debit), ("Credit", credit))
        ]


def plant_trade(company, data):
    trade = Trade(company, data)
    plant_items(company, data)
    trade.people()
    company.store.raise_to(f"id:{ENTITIES['Invoice'].space}", FIRST_TXN)
    trade.sales()
    trade.purchases()
    trade.bank()
