"""FACTS 5: every attribute of every table is known, limited, required or ignored as told there."""

from collections import namedtuple
from pathlib import Path

import pytest
from conftest import expense, invoice, line, payment

from simulator.schema import ENTITIES

Row = namedtuple("Row", "entity name type required max access")
ROWS = [
    Row(*text.split())
    for text in Path(__file__).with_name("fields.txt").read_text("utf-8").splitlines()
    if text and not text.startswith("#")
]
KINDS = list(dict.fromkeys(row.entity for row in ROWS))
BILL = {"VendorRef": {"value": "30"}, "Line": [expense(5)]}
POSTED = {"AccountRef": {"value": "35"}}
BODIES = {
    "CompanyInfo": {"CompanyName": "C", "CompanyAddr": {"Line1": "1"}, "Id": "1", "SyncToken": "0"},
    "Customer": {"DisplayName": "F"},
    "Vendor": {"DisplayName": "F"},
    "Item": {"Name": "F", "IncomeAccountRef": {"value": "1"}},
    "Account": {"Name": "F", "AccountType": "Bank"},
    "Invoice": invoice(),
    "CreditMemo": invoice(),
    "SalesReceipt": invoice(),
    "RefundReceipt": invoice() | {"DepositToAccountRef": {"value": "35"}},
    "Estimate": invoice(),
    "Payment": payment(5),
    "Bill": BILL,
    "VendorCredit": BILL,
    "BillPayment": {
        "VendorRef": {"value": "30"},
        "TotalAmt": 5,
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": "35"}},
        "Line": [{"Amount": 5, "LinkedTxn": [{"TxnId": "BILL", "TxnType": "Bill"}]}],
    },
    "Purchase": {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [expense(5)]},
    "Deposit": {
        "DepositToAccountRef": {"value": "35"},
        "Line": [
            {
                "Amount": 5,
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": {"AccountRef": {"value": "1"}},
            }
        ],
    },
    "JournalEntry": {
        "Line": [
            {
                "Amount": 5,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": ident}},
            }
            for side, ident in (("Debit", "35"), ("Credit", "36"))
        ]
    },
    "TaxAgency": {"DisplayName": "F"},
    "Term": {"Name": "F", "DueDays": 7},
    "PaymentMethod": {"Name": "F"},
    "Class": {"Name": "F"},
    "Department": {"Name": "F"},
    "ExchangeRate": {"SourceCurrencyCode": "EUR", "Rate": 1.1, "AsOfDate": "2026-11-02"},
    "Attachable": {"Note": "F"},
}
# The table says required, a sentence beside it that creation works without (FACTS 5.9).
ANONYMOUS = ("SalesReceipt", "CustomerRef")
WRITABLE = [kind for kind in KINDS if set("cu") & set(ENTITIES[kind].operations)]
# Exchange rates need multicurrency and are addressed by their attributes: test_9_rates.
OTHERS = [kind for kind in WRITABLE if kind != "ExchangeRate"]
CREATED = [kind for kind in OTHERS if "c" in ENTITIES[kind].operations]
UPDATED = [kind for kind in OTHERS if "u" in ENTITIES[kind].operations]


def rows(kind):
    return [row for row in ROWS if row.entity == kind]


def body(qbo, kind):
    """A valid new object."""
    made = dict(BODIES[kind])
    if kind == "BillPayment":
        bill = qbo.create("Bill", BILL)["Id"]
        made["Line"] = [{"Amount": 5, "LinkedTxn": [{"TxnId": bill, "TxnType": "Bill"}]}]
    return made


def send(qbo, kind, values):
    return qbo.post(f"/{ENTITIES[kind].path}", values)


def errors(reply):
    """``{(code, element)}`` of a refusal."""
    if reply.status_code == 200:
        return set()
    return {(row["code"], row.get("element")) for row in reply.json()["Fault"]["Error"]}


@pytest.mark.parametrize("kind", KINDS)
def test_5_fields_are_known(qbo, kind):
    if kind in WRITABLE:
        values = body(qbo, kind) | {row.name: None for row in rows(kind)}
        assert {code for code, _element in errors(send(qbo, kind, values))} <= {"2020", "6080"}
    assert {row.name for row in rows(kind)} <= set(ENTITIES[kind].fields)


LIMITED = ("String", "EmailAddress", "TelephoneNumber", "WebSiteAddress")


def long_value(row, length):
    return {
        "String": "9" * length,
        "EmailAddress": {"Address": "a" * (length - 10) + "@b.example"},
        "TelephoneNumber": {"FreeFormNumber": "9" * length},
        "WebSiteAddress": {"URI": "http://b.example/".ljust(length, "9")},
    }[row.type]


@pytest.mark.parametrize("kind", WRITABLE)
def test_5_fields_have_their_longest_values(qbo, kind):
    limited = [
        row
        for row in rows(kind)
        if row.type in LIMITED and row.max.isdigit() and row.access != "RO"
    ]
    for row in limited:
        longest = int(row.max)
        fits = errors(send(qbo, kind, body(qbo, kind) | {row.name: long_value(row, longest)}))
        assert "2050" not in {code for code, _element in fits}, row
        values = body(qbo, kind) | {row.name: long_value(row, longest + 1)}
        refused = send(qbo, kind, values)
        assert "2050" in {code for code, _element in errors(refused)}, (row, refused.text)
        assert f"Max:{longest} supported. Supplied length:{longest + 1}" in refused.text, row


@pytest.mark.parametrize("kind", [kind for kind in WRITABLE if "c" in ENTITIES[kind].operations])
def test_5_fields_required_on_create(qbo, kind):
    for row in rows(kind):
        if row.required == "R" and (kind, row.name) != ANONYMOUS:
            values = body(qbo, kind)
            del values[row.name]
            found = errors(send(qbo, kind, values))
            assert found & {("2020", row.name), ("6000", "")}, (row, found)


@pytest.mark.parametrize("kind", UPDATED)
def test_5_fields_required_on_update(qbo, kind):
    made = stored(qbo, kind)
    for row in rows(kind):
        if row.required == "U":
            values = dict(body(qbo, kind), Id=made["Id"], SyncToken=made["SyncToken"])
            values.pop(row.name, None)
            assert ("2020", row.name) in errors(send(qbo, kind, values)), row


def stored(qbo, kind):
    if kind == "CompanyInfo":
        return qbo.read(kind, "1")
    return qbo.create(kind, body(qbo, kind))


NONSENSE = {"String": "bogus", "Decimal": 777, "Bool": True, "Ref": {"value": "777"}}
TRUE_ANYHOW = "TaxTrackedOnSales"
# Accepted when an object is created, and only then (FACTS 5.3, 5.4, 5.6).
ON_CREATE = ("CurrencyRef", "Balance")


@pytest.mark.parametrize("kind", UPDATED)
def test_5_fields_that_are_read_only_are_ignored(qbo, kind):
    made = qbo.read(kind, stored(qbo, kind)["Id"])
    silent = {
        row.name: NONSENSE.get(row.type, {})
        for row in rows(kind)
        if row.access == "RO" and row.type in NONSENSE
    }
    base = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    needed = {row.name: made[row.name] for row in rows(kind) if row.required == "U"}
    if kind in ("Bill", "BillPayment", "VendorCredit", "Purchase"):
        needed |= {name: made[name] for name in ("VendorRef", "PaymentType") if name in made}
    reply = send(qbo, kind, base | needed | silent)
    assert reply.status_code == 200, reply.text
    after = qbo.read(kind, made["Id"])
    for name in silent:
        assert after.get(name) == made.get(name), name
    assert after["SyncToken"] == made["SyncToken"]


@pytest.mark.parametrize("kind", CREATED)
def test_5_fields_that_are_read_only_are_ignored_on_create(qbo, kind):
    silent = {
        row.name: NONSENSE[row.type] if row.name != TRUE_ANYHOW else False
        for row in rows(kind)
        if row.access == "RO" and row.type in NONSENSE and row.name not in ON_CREATE
    }
    made = qbo.create(kind, body(qbo, kind) | silent)
    for name, value in silent.items():
        assert made.get(name) != value, name


def test_5_lines_and_money_types_hold_what_the_tables_say(qbo):
    """Amounts are numbers with two decimals, lines are lists, references have a value."""
    made = qbo.create("Invoice", invoice() | {"Line": [line("12.345")]})
    assert str(made["TotalAmt"]) == "12.35" and isinstance(made["Line"], list)
    assert made["CustomerRef"]["value"] == "1"
