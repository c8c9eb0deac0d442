"""The journal entry of a write-off, and the Payment that uses it (FACTS 5.18, 7.6, 14#61)."""

from dataclasses import replace
from decimal import Decimal

from qbo.mapping.payment import payment, read_payment
from qbo.mapping.write_off import postings, write_off, written_off
from qbo.model import CompanyProfile, PaymentSnapshot, Ref, WriteOffSnapshot

D = Decimal
US = CompanyProfile()
MULTI = CompanyProfile(multicurrency=True)
DISCOUNT, TAX, RECEIVABLE = (Ref("Account", ident) for ident in ("86", "90", "84"))
LOSS = WriteOffSnapshot(
    date="2026-03-20",
    customer=Ref("Customer", "7"),
    receivable=RECEIVABLE,
    currency="USD",
    amount=D("2.30"),
    parts=((DISCOUNT, "Discount", D("2.00")), (TAX, "Tax", D("0.30"))),
    rate=D("1.25"),
    private_notes=("Odoo: PBNK1/2026/00001", "[odoo x/account.payment/1]"),
)


def test_a_loss_credits_the_customers_receivables():
    body = write_off(LOSS, US)
    assert postings(body) == [("84", D("-2.30")), ("86", D("2.00")), ("90", D("0.30"))]
    assert written_off(body) == ("7", D("2.30"))
    assert [line["Description"] for line in body["Line"][:2]] == ["Discount", "Tax"]
    assert body["PrivateNote"].endswith("[odoo x/account.payment/1]")


def test_a_gain_debits_them():
    gain = replace(LOSS, amount=D("-3"), parts=((DISCOUNT, "Gain", D("-3")),))
    body = write_off(gain, US)
    assert postings(body) == [("84", D("3")), ("86", D("-3"))]
    assert written_off(body) == ("7", D("-3"))
    assert all(line["Amount"] > 0 for line in body["Line"]), "2290"


def test_only_receivables_name_somebody():
    details = [line["JournalEntryLineDetail"] for line in write_off(LOSS, US)["Line"]]
    named = [detail["AccountRef"]["value"] for detail in details if "Entity" in detail]
    assert named == ["84"]
    assert details[-1]["Entity"] == {"Type": "Customer", "EntityRef": {"value": "7"}}


def test_every_entry_balances_and_leaves_out_what_is_nothing():
    parts = ((DISCOUNT, "", D("5")), (TAX, "", D("-2.70")), (Ref("Account", "1"), "", D(0)))
    body = write_off(replace(LOSS, parts=parts), US)
    assert sum(amount for _account, amount in postings(body)) == 0
    assert len(body["Line"]) == 3 and "Description" not in body["Line"][0]


def test_currency_and_rate_only_where_there_are_several():
    assert write_off(LOSS, US)["CurrencyRef"] is None
    assert write_off(LOSS, MULTI)["ExchangeRate"] is None, "its own currency has no rate"
    foreign = write_off(replace(LOSS, currency="EUR"), MULTI)
    assert (foreign["CurrencyRef"], foreign["ExchangeRate"]) == ({"value": "EUR"}, D("1.25"))


def test_an_empty_body_wrote_nothing_off():
    assert written_off({}) == ("", D(0)) and postings({}) == []


def test_the_payment_has_a_line_for_it():
    snapshot = PaymentSnapshot(
        date="2026-03-20",
        customer=Ref("Customer", "7"),
        currency="USD",
        total=D("112.70"),
        allocations=((Ref("Invoice", "200"), D("115")),),
        write_off=(Ref("JournalEntry", "201"), D("2.30")),
        deposit_account=Ref("Account", "35"),
    )
    body = payment(snapshot, US)
    allocations = read_payment({"Id": "", "SyncToken": "", **body}).allocations
    assert allocations == {("Invoice", "200"): D("115"), ("JournalEntry", "201"): D("2.30")}
    assert body["DepositToAccountRef"] == {"value": "35"}
    assert payment(replace(snapshot, total=D(0)), US)["DepositToAccountRef"] is None
