"""FACTS 9, 5.27, 5.28: several currencies."""

from decimal import Decimal

import pytest
from conftest import expense, invoice, payment


@pytest.fixture
def multi(qbo, sim):
    sim.control.preference("MultiCurrencyEnabled", True)
    sim.control.rate("EUR", "1.25")
    return qbo


@pytest.fixture
def euro(multi):
    return multi.create("Customer", {"DisplayName": "Euro", "CurrencyRef": {"value": "EUR"}})


def test_9_off_by_default(qbo):
    assert qbo.read("Preferences", "1")["CurrencyPrefs"]["MultiCurrencyEnabled"] is False
    qbo.refused("Customer", {"DisplayName": "E", "CurrencyRef": {"value": "EUR"}}, "6000")
    made = qbo.create("Invoice", invoice(ExchangeRate=1, CurrencyRef={"value": "USD"}))
    assert "ExchangeRate" not in made and "HomeTotalAmt" not in made
    qbo.refused("CompanyCurrency", {"Code": "EUR"}, "6000")


def test_9_currency_of_a_name_is_immutable(multi, euro):
    assert euro["CurrencyRef"] == {"value": "EUR", "name": "Euro"}
    new = multi.update(
        "Customer",
        {
            "Id": euro["Id"],
            "SyncToken": "0",
            "sparse": True,
            "CurrencyRef": {"value": "USD"},
            "Notes": "x",
        },
    )
    assert new["CurrencyRef"]["value"] == "EUR"


def test_9_unknown_currency_is_added_to_the_list(multi):
    multi.create("Customer", {"DisplayName": "Yen", "CurrencyRef": {"value": "JPY"}})
    codes = [row["Code"] for row in multi.rows("CompanyCurrency", "select * from CompanyCurrency")]
    assert "JPY" in codes
    multi.refused("Customer", {"DisplayName": "Bad", "CurrencyRef": {"value": "euro"}}, "2220")


def test_9_foreign_invoice(multi, euro, sim):
    made = multi.create("Invoice", invoice(100, customer=euro["Id"]))
    assert made["CurrencyRef"]["value"] == "EUR" and made["ExchangeRate"] == Decimal("1.25")
    assert made["HomeTotalAmt"] == made["HomeBalance"] == 125
    accounts = [
        row["Name"]
        for row in multi.rows(
            "Account", "select * from Account where AccountType = 'Accounts Receivable'"
        )
    ]
    assert "Accounts Receivable (A/R) - EUR" in accounts
    assert multi.read("Customer", euro["Id"])["Balance"] == 100
    assert sim.control.problems() == []


def test_9_home_transactions_return_rate_one(multi):
    made = multi.create("Invoice", invoice(10))
    assert made["ExchangeRate"] == 1 and made["HomeTotalAmt"] == 10


def test_9_currency_must_be_the_names(multi, euro):
    entry = multi.refused(
        "Invoice", invoice(customer=euro["Id"], CurrencyRef={"value": "USD"}), "6000"
    )
    assert "The currency of the transaction is invalid for" in entry["Detail"]


def test_9_gain_on_payment(multi, euro, sim):
    made = multi.create("Invoice", invoice(100, customer=euro["Id"]))
    paid = multi.create(
        "Payment", payment(100, (made["Id"], 100), customer=euro["Id"], ExchangeRate=1.5)
    )
    after = multi.read("Invoice", made["Id"])
    assert after["Balance"] == after["HomeBalance"] == 0
    gain = [
        row
        for row in sim.control.ledger()
        if row["kind"] == "Payment" and row["home"] == -25 and row["id"] == paid["Id"]
    ]
    assert len(gain) == 1 and sim.control.problems() == []


def test_9_rounding_of_home_amounts_never_unbalances_the_ledger(multi, euro, sim):
    body = invoice(customer=euro["Id"], ExchangeRate=1.1111)
    body["Line"] = invoice(0.05)["Line"] * 7
    made = multi.create("Invoice", body)
    rows = [
        row for row in sim.control.ledger() if row["id"] == made["Id"] and row["kind"] == "Invoice"
    ]
    assert sum(row["home"] for row in rows) == 0 and len(rows) == 8
    assert sim.control.problems() == []


def test_9_a_refused_document_leaves_no_new_account(multi, euro):
    multi.refused(
        "Invoice",
        invoice(100, customer=euro["Id"], SalesTermRef={"value": "3"})
        | {"Line": invoice(-5)["Line"]},
        "6000",
    )
    assert multi.rows("Account", "select * from Account where Name like '%EUR'") == []


def test_9_rates(multi, sim):
    day = sim.control.clock.today().isoformat()
    found = multi.ok(multi.get("/exchangerate", sourcecurrencycode="EUR", asofdate=day))
    assert found["ExchangeRate"]["Rate"] == Decimal("1.25")
    made = multi.ok(
        multi.post(
            "/exchangerate",
            {
                "SourceCurrencyCode": "GBP",
                "AsOfDate": "2026-05-01",
                "Rate": 1.3,
                "TargetCurrencyCode": "USD",
            },
        )
    )["ExchangeRate"]
    assert made["Rate"] == Decimal("1.3") and "Id" not in made
    again = multi.ok(
        multi.post(
            "/exchangerate",
            {
                "SourceCurrencyCode": "GBP",
                "AsOfDate": "2026-05-01",
                "Rate": 1.4,
                "SyncToken": made["SyncToken"],
            },
        )
    )["ExchangeRate"]
    assert again["Rate"] == Decimal("1.4")
    rows = multi.rows("ExchangeRate", "select * from ExchangeRate where SourceCurrencyCode = 'GBP'")
    assert len(rows) == 1
    multi.fault(
        multi.post("/exchangerate", {"SourceCurrencyCode": "USD", "Rate": 2, "AsOfDate": day}),
        "6000",
    )
    multi.fault(multi.get("/exchangerate", sourcecurrencycode="XYZ"), "2220")
    multi.fault(multi.get("/exchangerate", sourcecurrencycode="EUR", asofdate="2019-01-01"), "6000")


def test_5_27_company_currencies(multi):
    made = multi.create("CompanyCurrency", {"Code": "CHF"})
    assert made["Name"] == "Swiss Franc"
    off = multi.update(
        "CompanyCurrency",
        {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False, "Code": "CHF"},
    )
    again = multi.create("CompanyCurrency", {"Code": "CHF"})
    assert again["Id"] == off["Id"] and again["Active"] is True
    multi.refused("CompanyCurrency", {"Code": "CHF"}, "6240")


def test_5_27_currency_in_use(multi, euro):
    multi.create("Invoice", invoice(5, customer=euro["Id"]))
    row = multi.rows("CompanyCurrency", "select * from CompanyCurrency where Code = 'EUR'")[0]
    multi.refused(
        "CompanyCurrency",
        {
            "Id": row["Id"],
            "SyncToken": row["SyncToken"],
            "sparse": True,
            "Code": "EUR",
            "Active": False,
        },
        "6000",
    )


def test_9_foreign_bank_accounts(multi):
    made = multi.create(
        "Account", {"Name": "Euro bank", "AccountType": "Bank", "CurrencyRef": {"value": "EUR"}}
    )
    assert made["CurrencyRef"]["value"] == "EUR"
    multi.refused(
        "Account",
        {"Name": "Euro income", "AccountType": "Income", "CurrencyRef": {"value": "EUR"}},
        "6000",
    )


def test_9_foreign_bills(multi, sim):
    vendor = multi.create("Vendor", {"DisplayName": "EV", "CurrencyRef": {"value": "EUR"}})
    made = multi.create(
        "Bill",
        {
            "VendorRef": {"value": vendor["Id"]},
            "Line": [expense(33.33), expense(33.33), expense(33.34)],
        },
    )
    assert made["HomeBalance"] == 125
    multi.create(
        "BillPayment",
        {
            "VendorRef": {"value": vendor["Id"]},
            "TotalAmt": 100,
            "PayType": "Check",
            "ExchangeRate": 1.2,
            "CheckPayment": {"BankAccountRef": {"value": "35"}},
            "Line": [{"Amount": 100, "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "Bill"}]}],
        },
    )
    assert multi.read("Vendor", vendor["Id"])["Balance"] == 0
    assert sim.control.problems() == []


@pytest.mark.parametrize("kind", ["Payment", "SalesReceipt"])
def test_9_money_arrives_in_home_currency_or_its_own(multi, euro, kind):
    accounts = {
        code: multi.create(
            "Account",
            {"Name": f"Bank {code}", "AccountType": "Bank", "CurrencyRef": {"value": code}},
        )["Id"]
        for code in ("USD", "EUR", "GBP")
    }
    body = payment(5) if kind == "Payment" else invoice(5)
    body = body | {"CustomerRef": {"value": euro["Id"]}}
    for code in ("USD", "EUR"):
        assert multi.create(kind, body | {"DepositToAccountRef": {"value": accounts[code]}})
    entry = multi.refused(kind, body | {"DepositToAccountRef": {"value": accounts["GBP"]}}, "6000")
    assert "The currency of the transaction is invalid" in entry["Detail"]
