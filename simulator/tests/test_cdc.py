"""FACTS 10.2: change data capture."""

from datetime import timedelta

import pytest
from conftest import invoice, payment


def segments(qbo, entities, since):
    body = qbo.ok(qbo.get("/cdc", entities=entities, changedSince=since))
    assert len(body["CDCResponse"]) == 1
    return body["CDCResponse"][0]["QueryResponse"]


@pytest.fixture
def mark(sim):
    """A moment after the seed."""
    sim.control.move_clock(10)
    return sim.control.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")


def test_10_2_segments_in_request_order_empty_ones_too(qbo, sim, mark):
    sim.control.move_clock(2)
    made = qbo.create("Invoice", invoice())
    found = segments(qbo, "Bill,invoice,Customer", mark)
    assert found[0] == {} and found[1]["Invoice"][0]["Id"] == made["Id"]
    assert found[1]["startPosition"] == 1 and found[1]["maxResults"] == 1
    assert found[1]["totalCount"] == 1 and "totalCount" not in found[2]
    assert found[2]["Customer"][0]["Id"] == "1"  # its balance moved


def test_10_2_ascending_by_change_and_full_payloads(qbo, sim, mark):
    made = [qbo.create("Customer", {"DisplayName": f"C{n}"}) for n in range(3)]
    sim.control.move_clock(2)
    qbo.update("Customer", {"Id": made[0]["Id"], "SyncToken": "0", "sparse": True, "Notes": "x"})
    rows = segments(qbo, "Customer", mark)[0]["Customer"]
    assert [row["DisplayName"] for row in rows] == ["C1", "C2", "C0"]
    assert rows[0]["PreferredDeliveryMethod"] == "Print"


def test_10_2_deleted_at_the_end_voided_as_updates(qbo, sim, mark):
    one, two = qbo.create("Invoice", invoice()), qbo.create("Invoice", invoice())
    qbo.delete("Invoice", one)
    qbo.ok(qbo.post("/invoice", {"Id": two["Id"], "SyncToken": "0"}, operation="void"))
    rows = segments(qbo, "Invoice", mark)[0]["Invoice"]
    assert rows[0]["Id"] == two["Id"] and rows[0]["TotalAmt"] == 0
    gone = rows[-1]
    assert gone["status"] == "Deleted" and gone["Id"] == one["Id"]
    assert set(gone) == {"domain", "status", "Id", "MetaData"}
    assert set(gone["MetaData"]) == {"LastUpdatedTime"}


def test_10_2_inactive_names_are_included(qbo, mark):
    made = qbo.create("Customer", {"DisplayName": "Off"})
    qbo.update("Customer", {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Active": False})
    row = segments(qbo, "Customer", mark)[0]["Customer"][0]
    assert row["Active"] is False and row["DisplayName"] == "Off (deleted)"


def test_10_2_inclusive(qbo, sim):
    made = qbo.create("Invoice", invoice())
    rows = segments(qbo, "Invoice", made["MetaData"]["LastUpdatedTime"])[0]["Invoice"]
    assert made["Id"] in [row["Id"] for row in rows]


def test_10_2_date_only(qbo, sim):
    day = sim.control.clock.today() - timedelta(days=1)
    assert segments(qbo, "Invoice", day.isoformat())[0]["maxResults"] == 31


def test_10_2_thirty_days(qbo, sim):
    old = (sim.control.clock.today() - timedelta(days=40)).isoformat()
    entry = qbo.fault(qbo.get("/cdc", entities="Invoice", changedSince=old), "500")
    assert entry["Detail"] == (
        f"Operation cdc with changedSince date {old} which is older than "
        "fixed days is not supported."
    )
    sim.control.switch("cdc_age_check", False)
    assert segments(qbo, "Invoice", "2011-01-01")[0]["maxResults"] == 31


def test_10_2_thousand_objects_altogether(qbo, sim, mark):
    for part in range(36):
        qbo.ok(
            qbo.post(
                "/batch",
                {
                    "BatchItemRequest": [
                        {"bId": str(n), "operation": "create", "Class": {"Name": f"{part}-{n}"}}
                        for n in range(30)
                    ]
                },
            )
        )
    qbo.create("Invoice", invoice())
    found = segments(qbo, "Class,Invoice", mark)
    assert found[0]["maxResults"] == 1000 and found[1] == {}


@pytest.mark.parametrize("kind", ["TaxCode", "TaxRate", "TaxAgency", "TimeActivity", "JournalCode"])
def test_10_2_unsupported_entities(qbo, mark, kind):
    qbo.fault(qbo.get("/cdc", entities=kind, changedSince=mark), "500")


def test_10_2_bad_requests(qbo, mark):
    qbo.fault(qbo.get("/cdc", entities="Nonsense", changedSince=mark), "2000")
    qbo.fault(qbo.get("/cdc", changedSince=mark), "2020")
    qbo.fault(qbo.get("/cdc", entities="Invoice"), "2020")
    qbo.fault(qbo.get("/cdc", entities="Invoice", changedSince="soon"), "2060")


def test_7_1_side_effects_show_in_cdc(qbo, sim, mark):
    made = qbo.create("Invoice", invoice())
    sim.control.move_clock(5)
    later = sim.control.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    paid = qbo.create("Payment", payment(10, (made["Id"], 10)))
    found = segments(qbo, "Payment,Invoice,Customer", later)
    assert [list(part.values())[0][0]["Id"] for part in found] == [paid["Id"], made["Id"], "1"]
