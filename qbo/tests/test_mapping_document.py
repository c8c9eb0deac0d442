"""Lines, texts and figures of sales documents, and invoices as a whole."""

from dataclasses import replace
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qbo import canonical
from qbo.mapping import document
from qbo.mapping.invoice import invoice
from qbo.model import AddressSnapshot, CompanyProfile, DocumentSnapshot, LineSnapshot, Ref

D = Decimal
ITEM, CODE = Ref("Item", "7"), Ref("TaxCode", "5")
US = CompanyProfile()
AST = CompanyProfile(automated_sales_tax=True)
NO_TAX = CompanyProfile(using_sales_tax=False)
GB = CompanyProfile(country="GB", home_currency="GBP")


def line(amount="100", **values):
    return LineSnapshot(values.pop("text", "Work"), D(amount), item=ITEM, **values)


def doc(*lines, **values):
    values = {
        "number": "INV/2026/00001",
        "date": "2026-03-10",
        "due_date": "2026-04-09",
        "customer": Ref("Customer", "12"),
        "currency": "USD",
        "untaxed": sum((one.amount for one in lines), D(0)),
        "tax": D(0),
        "total": D(0),
        **values,
    }
    return DocumentSnapshot(lines=lines, **values)


# --- lines ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("snapshot", "expected"),
    [
        (line("30", quantity=D("3.0"), price=D("10.0")), (D(3), D(10))),
        (line("99.99", quantity=D(3), price=D("33.33")), (D(3), D("33.33"))),
        # the discount goes into the price: 7 x 17.49125 rounds to 122.44
        (
            line("122.44", quantity=D(7), price=D("19.99"), discount=D("12.5")),
            (D(7), D("17.49125")),
        ),
        (line("0", quantity=D(1), price=D(80), discount=D(100)), (D(1), D(0))),
        # a tax included in the price is not in the amount
        (line("86.95", quantity=D(1), price=D("99.99")), (D(1), D("86.95"))),
        (line("-20", quantity=D(-2), price=D(10)), (D(-2), D(10))),
        (line("-5", quantity=D(1), price=D(-5)), (D(1), D(-5))),
        (line("5", quantity=D(0), price=D(5)), None),
        (line("0.04"), None),
    ],
)
def test_quantity_and_price(snapshot, expected):
    detail = document.sales_line(snapshot, US)["SalesItemLineDetail"]
    assert (detail.get("Qty"), detail.get("UnitPrice")) == (expected or (None, None))


cents = st.integers(-(10**9), 10**9).map(lambda value: D(value) / 100)
numbers = st.decimals("-1000000", "1000000", places=5)
lines = st.builds(
    LineSnapshot,
    text=st.text(max_size=20),
    amount=cents,
    quantity=st.none() | st.decimals("-10000", "10000", places=3),
    price=st.none() | numbers,
    discount=st.just(D(0)) | st.decimals("0", "100", places=2),
    item=st.just(ITEM),
    taxable=st.booleans(),
    tax_code=st.none() | st.just(CODE),
)


@given(lines, st.sampled_from([US, AST, GB]))
@example(line("1861.08", quantity=D("14.5"), price=D("128.35")), US)
def test_any_line_adds_up(snapshot, profile):
    result = document.sales_line(snapshot, profile)
    assert result["Amount"] == snapshot.amount
    detail = result["SalesItemLineDetail"]
    assert ("Qty" in detail) == ("UnitPrice" in detail)
    if "Qty" in detail:
        product = detail["Qty"] * detail["UnitPrice"]
        assert product.quantize(D("0.01"), ROUND_HALF_UP) == snapshot.amount
        assert snapshot.quantity == detail["Qty"]
    canonical.dumps(result)  # nothing in it that could not be sent


@pytest.mark.parametrize(
    ("profile", "snapshot", "expected"),
    [
        (US, line(taxable=True), {"value": "TAX"}),
        (US, line(tax_code=CODE), {"value": "NON"}),
        (GB, line(taxable=True, tax_code=CODE), {"value": "5"}),
        (GB, line(), None),
    ],
)
def test_tax_of_a_line(profile, snapshot, expected):
    detail = document.sales_line(snapshot, profile)["SalesItemLineDetail"]
    assert detail.get("TaxCodeRef") == expected


def test_a_section_is_a_text():
    assert document.sales_line(LineSnapshot("First part"), US) == {
        "DetailType": "DescriptionOnly",
        "Description": "First part",
        "DescriptionLineDetail": {},
    }


@pytest.mark.parametrize("text", ["Subtotal:", "subtotal: ", " SUBTOTAL:"])
def test_a_text_is_no_command(text):
    assert document.sales_line(LineSnapshot(text), US)["Description"].lower() == "subtotal"


def test_texts_without_text_are_dropped():
    made = document.sales_lines([LineSnapshot("\U0001f600"), line(text=""), LineSnapshot("x")], US)
    assert [one["DetailType"] for one in made] == ["SalesItemLineDetail", "DescriptionOnly"]
    assert "Description" not in made[0]


@pytest.mark.parametrize(
    ("text", "discount", "expected"),
    [
        ("Work", "12.50", "Work (-12.5 %)"),
        ("Work", "100", "Work (-100 %)"),
        ("", "5", "(-5 %)"),
        ("Work", "0", "Work"),
    ],
)
def test_the_text_says_what_was_taken_off(text, discount, expected):
    made = document.sales_line(line(text=text, discount=D(discount)), US)
    assert made["Description"] == expected


@given(st.text(min_size=1, max_size=20).map(lambda text: text * 4100), st.sampled_from([US, GB]))
def test_long_texts_keep_the_discount(text, profile):
    made = document.sales_line(line(text=text, discount=D("12.5")), profile)
    assert len(made["Description"]) <= 4000 and made["Description"].endswith("(-12.5 %)")


# --- tax -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("profile", "code", "override", "expected"),
    [
        (US, CODE, True, {"TxnTaxCodeRef": {"value": "5"}}),
        (US, CODE, False, {"TxnTaxCodeRef": {"value": "5"}}),
        (US, None, True, {"TotalTax": D(0)}),
        (AST, CODE, True, {"TotalTax": D("8.25")}),
        (AST, CODE, False, None),
        (NO_TAX, CODE, True, None),
        (GB, CODE, True, None),
    ],
)
def test_tax_detail(profile, code, override, expected):
    snapshot = doc(line(), tax=D("8.25"), tax_code=code)
    assert document.tax_detail(snapshot, profile, override) == expected


# --- the memo ------------------------------------------------------------------------------------


def test_one_fact_per_line():
    assert document.private_note(doc(private_notes=("PO 1", "", "mark")), "US") == "PO 1\nmark"
    assert document.private_note(doc(private_notes=("mark",)), "US") == "mark"
    assert document.private_note(doc(), "US") == ""


@given(st.lists(st.text(max_size=10).map(lambda text: text * 700), max_size=3))
def test_the_mark_survives(notes):
    mark = "[odoo 1a2b3c4d/account.move/17]"
    text = document.private_note(doc(private_notes=(*notes, mark)), "GB")
    assert len(text) <= 4000 and text.splitlines()[-1] == mark


# --- invoices ------------------------------------------------------------------------------------


def test_everything_of_an_invoice():
    snapshot = doc(
        line("30", quantity=D(3), price=D(10), taxable=True),
        tax=D("2.40"),
        total=D("32.40"),
        tax_code=CODE,
        term=Ref("Term", "3"),
        email="ap@acme.org",
        memo="Thank you",
        private_notes=("Odoo: INV/2026/00001",),
        billing=AddressSnapshot(street="1 Main St"),
        shipping=AddressSnapshot(street="2 Side St"),
    )
    assert invoice(snapshot, US) == {
        "CustomerRef": {"value": "12"},
        "DocNumber": "INV/2026/00001",
        "TxnDate": "2026-03-10",
        "DueDate": "2026-04-09",
        "SalesTermRef": {"value": "3"},
        "CurrencyRef": None,
        "ExchangeRate": None,
        "Line": [
            {
                "DetailType": "SalesItemLineDetail",
                "Amount": D("30"),
                "Description": "Work",
                "SalesItemLineDetail": {
                    "ItemRef": {"value": "7"},
                    "TaxCodeRef": {"value": "TAX"},
                    "Qty": D(3),
                    "UnitPrice": D(10),
                },
            }
        ],
        "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "5"}},
        "GlobalTaxCalculation": None,
        "CustomerMemo": {"value": "Thank you"},
        "PrivateNote": "Odoo: INV/2026/00001",
        "BillEmail": {"Address": "ap@acme.org"},
        "BillAddr": {"Line1": "1 Main St"},
        "ShipAddr": {"Line1": "2 Side St"},
    }


def test_outside_the_us():
    payload = invoice(doc(line(tax_code=CODE)), GB)
    assert payload["GlobalTaxCalculation"] == "TaxExcluded" and payload["TxnTaxDetail"] is None


@pytest.mark.parametrize(
    ("multi", "currency", "code", "rate"),
    [
        (False, "USD", None, None),
        (True, "USD", {"value": "USD"}, None),
        (True, "EUR", {"value": "EUR"}, D("1.1")),
    ],
)
def test_currencies(multi, currency, code, rate):
    profile = replace(US, multicurrency=multi)
    payload = invoice(doc(line(), currency=currency, rate=D("1.1")), profile)
    assert (payload["CurrencyRef"], payload["ExchangeRate"]) == (code, rate)


def test_numbers():
    assert invoice(doc(line()), US, own_number=False)["DocNumber"] is None
    assert invoice(doc(line(), number=""), US)["DocNumber"] is None
    assert len(invoice(doc(line(), number="X" * 40), US)["DocNumber"]) == 21


@given(st.lists(lines, max_size=8), st.sampled_from([US, AST, GB]))
def test_the_lines_add_up_to_the_untaxed_amount(snapshots, profile):
    payload = invoice(doc(*snapshots), profile)
    assert sum((one["Amount"] for one in payload["Line"]), D(0)) == sum(
        (one.amount for one in snapshots), D(0)
    )


texts = st.text(max_size=30) | st.text(min_size=1, max_size=20).map(lambda text: text * 4100)


@given(texts, texts, texts, texts, st.sampled_from([US, GB]))
def test_any_text_is_legal(number, memo, note, email, profile):
    snapshot = doc(
        line(text=memo), number=number, memo=memo, private_notes=(note, "mark"), email=email
    )
    payload = invoice(snapshot, profile)
    limits = {"DocNumber": 21, "PrivateNote": 4000}
    for key, maximum in limits.items():
        assert payload[key] is None or 0 < len(payload[key]) <= maximum
    assert len((payload["CustomerMemo"] or {}).get("value", "")) <= 1000
    assert len((payload["BillEmail"] or {}).get("Address", "")) <= 100
    sent = canonical.dumps(payload)
    assert all(ord(char) <= 0xFFFF for char in sent)


# --- reading -------------------------------------------------------------------------------------


def test_reading_an_answer():
    body = canonical.loads(
        """{"Id": "130", "SyncToken": "0", "DocNumber": "1037", "TxnDate": "2026-03-10",
            "DueDate": "2026-04-09", "CustomerRef": {"value": "24", "name": "x"},
            "CurrencyRef": {"value": "USD"}, "TotalAmt": 362.07, "Balance": 100,
            "TxnTaxDetail": {"TotalTax": 26.82},
            "LinkedTxn": [{"TxnId": "265", "TxnType": "Payment"}]}"""
    )
    remote = document.read_document(body)
    assert (remote.total, remote.tax, remote.balance) == (D("362.07"), D("26.82"), D(100))
    assert (remote.party_id, remote.currency, remote.number) == ("24", "USD", "1037")
    assert remote.linked == (("Payment", "265"),) and not remote.voided


def test_reading_an_answer_without_extras():
    remote = document.read_document({"Id": "1", "SyncToken": "0"})
    assert (remote.total, remote.tax, remote.number, remote.linked) == (0, 0, "", ())


@pytest.mark.parametrize(
    ("total", "note", "voided"),
    [(0, "Voided", True), (0, "Voided - old note", True), (0, "x", False), (5, "Voided", False)],
)
def test_a_void_has_no_flag(total, note, voided):
    body = {"Id": "1", "SyncToken": "0", "TotalAmt": total, "PrivateNote": note}
    assert document.read_document(body).voided is voided
