"""The pages for people: reached in a browser, forms work, the books stay right."""

import re

import pytest
import requests
from conftest import Client, invoice, payment


@pytest.fixture
def browser(sim):
    session = requests.Session()
    session.trust_env = False
    reply = session.post(f"{sim.url}/login", data={"user": "owner", "next": "/app/"})
    assert reply.status_code == 200
    return session


def page(sim, browser, path):
    reply = browser.get(f"{sim.url}/app/{path}")
    assert reply.status_code == 200, reply.text
    return reply.text


def test_sign_in_is_asked_for_and_returns_to_the_deep_link(sim):
    session = requests.Session()
    session.trust_env = False
    reply = session.get(f"{sim.url}/app/invoice?txnId=9")
    assert "Sign in" in reply.text
    reply = session.post(f"{sim.url}/login", data={"next": "/app/invoice?txnId=9"})
    assert "Invoice 1001" in reply.text


@pytest.mark.parametrize(
    "path, word",
    [
        ("", "Every balance agrees"),
        ("customers", "Amy&#x27;s Bird Sanctuary"),
        ("invoices", "1001"),
        ("payments", "2000"),
        ("vendors", "PG&amp;E"),
        ("bills", "Bill"),
        ("items", "Rock Fountain"),
        ("chartofaccounts", "Checking"),
        ("ledger", "Trial balance"),
        ("register?accountId=35", "Debit"),
        ("transactions", "Journal Entry"),
        ("requests", "requestid"),
        ("customerdetail?nameId=1", "Edit customer"),
        ("vendordetail?nameId=30", "Books by Bessie"),
        ("invoice?txnId=9", "Postings"),
        ("recvpayment?txnId=40", "Linked"),
    ],
)
def test_pages_show(sim, browser, path, word):
    text = page(sim, browser, path)
    assert word in text and "Traceback" not in text


def test_every_list_link_leads_somewhere(sim, browser):
    for start in ("customers", "invoices", "bills", "payments", "transactions", "ledger"):
        links = set(re.findall(r'href="(/app/[^"]+)"', page(sim, browser, start)))
        for link in sorted(links)[:25]:
            assert browser.get(sim.url + link).status_code == 200, link


def test_record_a_payment(sim, browser):
    qbo = Client(sim)
    made = qbo.create("Invoice", invoice(80))
    reply = browser.post(
        f"{sim.url}/app/payment/record",
        data={"kind": "Invoice", "id": made["Id"], "amount": "30.00", "reference": "check 7"},
    )
    assert "Payment recorded" in reply.text and "check 7" in reply.text
    assert qbo.read("Invoice", made["Id"])["Balance"] == 50
    assert sim.control.problems() == []


def test_void_is_refused_with_a_sentence_when_paid(sim, browser):
    qbo = Client(sim)
    made = qbo.create("Invoice", invoice(80))
    qbo.create("Payment", payment(80, (made["Id"], 80)))
    reply = browser.post(
        f"{sim.url}/app/transaction/act",
        data={"kind": "Invoice", "id": made["Id"], "action": "void"},
    )
    assert reply.status_code == 400 and "payments applied" in reply.text


def test_void_and_delete(sim, browser):
    qbo = Client(sim)
    made = qbo.create("Invoice", invoice(80))
    reply = browser.post(
        f"{sim.url}/app/transaction/act",
        data={"kind": "Invoice", "id": made["Id"], "action": "void"},
    )
    assert "Voided." in reply.text and qbo.read("Invoice", made["Id"])["TotalAmt"] == 0
    browser.post(
        f"{sim.url}/app/transaction/act",
        data={"kind": "Invoice", "id": made["Id"], "action": "delete"},
    )
    assert qbo.get(f"/invoice/{made['Id']}").status_code == 400


def test_edit_a_customer(sim, browser):
    reply = browser.post(
        f"{sim.url}/app/name/save",
        data={
            "kind": "Customer",
            "id": "1",
            "action": "save",
            "DisplayName": "Amy & Co",
            "email": "a@b.co",
            "City": "Reno",
            "Line1": "1 Main",
        },
    )
    assert "Saved." in reply.text
    stored = Client(sim).read("Customer", "1")
    assert stored["DisplayName"] == "Amy & Co" and stored["BillAddr"]["City"] == "Reno"
    assert stored["SyncToken"] == "1"


def test_pay_a_bill(sim, browser):
    qbo = Client(sim)
    bill = next(row for row in qbo.rows("Bill", "select * from Bill") if row["Balance"])
    reply = browser.post(
        f"{sim.url}/app/bill/pay",
        data={"kind": "Bill", "id": bill["Id"], "amount": str(bill["Balance"])},
    )
    assert "Bill paid." in reply.text and qbo.read("Bill", bill["Id"])["Balance"] == 0


def test_text_is_escaped(sim, browser):
    qbo = Client(sim)
    made = qbo.create("Customer", {"DisplayName": "<script>alert(1)</script>"})
    text = page(sim, browser, f"customerdetail?nameId={made['Id']}")
    assert "<script>alert" not in text and "&lt;script&gt;" in text


def test_sign_in_never_leaves_the_simulator(sim):
    reply = requests.post(
        f"{sim.url}/login", data={"next": "//evil.example"}, allow_redirects=False, timeout=10
    )
    assert reply.headers["Location"] == "/app/"


def test_lists_can_be_searched_and_paged(sim, browser, monkeypatch):
    monkeypatch.setattr("simulator.pages.browse.PAGE", 10)
    text = page(sim, browser, "customers?q=bird")
    assert "Amy&#x27;s Bird Sanctuary" in text and "1 found" in text and "Cool Cars" not in text
    assert "0 found" in page(sim, browser, "customers?q=%25_")
    assert "1 found" in page(sim, browser, "invoices?q=1001")
    first = page(sim, browser, "customers")
    assert "29 in all" in first and "Previous page" not in first
    (following,) = re.findall(r'href="(\?page=2)">Next page', first)
    assert "Kookies by Kathy" not in first
    assert "Kookies by Kathy" in page(sim, browser, "customers" + following)
    assert 'href="?page=2&amp;q=a"' in page(sim, browser, "customers?q=a")
    assert '<form method="get" class="search">' in first


def test_cells_carry_their_title_for_narrow_screens(sim, browser):
    assert '<td class="n" data-label="Open">' in page(sim, browser, "invoices")


def test_requests_show_what_struck_them(sim, browser):
    qbo = Client(sim)
    sim.control.faults.add("drop_after", path="/customer/1")
    with pytest.raises(requests.ConnectionError):
        qbo.get("/customer/1")
    assert "dropped drop_after" in page(sim, browser, "requests")
