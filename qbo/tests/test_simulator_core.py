"""What the pure part says about QuickBooks, checked against the stand-in's behaviour."""

from datetime import timedelta
from decimal import Decimal

import pytest

from qbo import canonical, cdc, dates, entities, faults, money, names, query, webhook
from qbo.http.client import WireRequest
from simulator.errors import MESSAGES
from simulator.schema import ENTITIES as STAND_IN


def post(api, entity, body, **params):
    path = entities.get(entity).url
    return api.call("POST", path, params, canonical.dumps(body))


def refusal(outcome):
    assert outcome.kind == "refused", outcome
    return faults.judge_all(outcome.faults)


def sales(number=None, amount="10.00", **more):
    detail = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}, **more}
    line = {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
    body = {"CustomerRef": {"value": "1"}, "Line": [{**line, "Amount": Decimal(amount)}]}
    return {**body, "DocNumber": number} if number else body


# --- faults --------------------------------------------------------------------------------------


@pytest.mark.parametrize("wording", ["id", "text", "null"])
def test_a_taken_name_leads_to_its_holder(sim, api, wording):
    sim.control.switch("duplicate_detail", wording)
    verdict = refusal(post(api, "Vendor", {"DisplayName": "amy's  bird sanctuary"}))
    assert (verdict.action, verdict.key) == ("adopt", "duplicate_name")
    assert verdict.params["id"] == ("1" if wording == "id" else "")


def test_a_free_name_is_found(sim, api):
    taken = {
        names.name_key(row["DisplayName"])
        for entity in ("Customer", "Vendor")
        for row in sim.control.entities(entity)
    }
    name = names.unique_name("Amy's Bird Sanctuary", taken, "Vendor")
    assert post(api, "Vendor", {"DisplayName": name}).ok


@pytest.mark.parametrize(
    "raw",
    ["A: B", "tab\there", "emoji 🎉 Ltd", "line\nbreak", "x" * 600, "“Smart” – Łódź", "株式会社"],
)
@pytest.mark.parametrize("entity", ["Customer", "Item", "Account"])
def test_cleaned_names_are_accepted(sim, api, raw, entity):
    name = names.display_name(raw, "US", entity)
    body = {
        "Customer": {"DisplayName": name},
        "Item": {"Name": name, "Type": "Service", "IncomeAccountRef": {"value": "1"}},
        "Account": {"Name": name, "AccountType": "Income"},
    }[entity]
    outcome = post(api, entity, body)
    assert outcome.ok, outcome
    # found again by its key, also when the server normalises it
    key = entities.get(entity).natural_key
    assert names.name_key(outcome.body[entity][key]) == names.name_key(name)


def test_a_taken_number_leads_to_its_document(sim, api):
    sim.control.preference("CustomTxnNumbers", True)
    first = post(api, "Invoice", sales("N-1")).body["Invoice"]
    verdict = refusal(post(api, "Invoice", sales("N-1")))
    assert (verdict.action, verdict.key) == ("adopt", "duplicate_number")
    assert verdict.params == {
        "number": "N-1",
        "txn_type": "Invoice",
        "entity": "Invoice",
        "id": first["Id"],
    }


def test_numbers_of_any_length_fit(sim, api):
    long = "CUSTOMER-INVOICES/2026/11/00042"
    verdict = refusal(post(api, "Invoice", sales(long)))
    assert verdict.key == "field_too_long"
    assert verdict.params == {
        "element": "DocNumber",
        "min": 0,
        "max": names.DOC_NUMBER_LIMIT,
        "supplied": len(long),
    }
    assert post(api, "Invoice", sales(names.doc_number(long))).ok


def test_a_stale_token_is_reread(sim, api):
    row = sim.control.entities("Customer")[0]
    body = {"Id": row["Id"], "SyncToken": "77", "sparse": True, "Notes": "x"}
    assert refusal(post(api, "Customer", body)).key == "stale"


@pytest.mark.parametrize(
    ("body", "key", "params"),
    [
        ({"CustomerRef": {"value": "99999"}}, "invalid_reference", {"entity": "Name"}),
        ({"SalesTermRef": {"value": "99999"}}, "invalid_reference", {"entity": "Term"}),
        ({"Unheard": 1}, "unsupported_property", {"property": "Unheard"}),
        ({"Line": []}, "required_missing", {"element": "Line"}),
        ({"TxnDate": "2026-13-01"}, "invalid_date", {}),
    ],
)
def test_wrong_payloads(sim, api, body, key, params):
    verdict = refusal(post(api, "Invoice", {**sales(), **body}))
    assert verdict.key == key
    assert {name: verdict.params[name] for name in params} == params


def test_gone_objects(sim, api):
    assert refusal(api.call("GET", "invoice/99999")).key == "object_not_found"


def test_a_closed_period(sim, api):
    sim.control.preference("BookCloseDate", "2026-01-31")
    verdict = refusal(post(api, "Invoice", {**sales(), "TxnDate": "2026-01-31"}))
    assert (verdict.action, verdict.key, verdict.audience) == (
        "fix_books",
        "period_closed",
        "accountant",
    )


def test_a_suspended_company(sim, api):
    sim.control.switch("subscription", "suspended")
    verdict = refusal(post(api, "Invoice", sales()))
    assert (verdict.action, verdict.key) == ("fix_account", "subscription_ended")


def test_a_bad_address(sim, api):
    bad = {"DisplayName": "Mail", "PrimaryEmailAddr": {"Address": "nonsense"}}
    assert refusal(post(api, "Customer", bad)).key == "invalid_email"
    bad["PrimaryEmailAddr"]["Address"] = names.email_list("Ann <a@b.org>; x@y; c@d.org")
    assert post(api, "Customer", bad).ok


def test_a_paid_invoice_cannot_be_voided(sim, api):
    made = post(api, "Invoice", sales(amount="50.00")).body["Invoice"]
    paid = {"Amount": 50, "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "Invoice"}]}
    payment = {"CustomerRef": {"value": "1"}, "TotalAmt": 50, "Line": [paid]}
    assert post(api, "Payment", payment).ok
    again = api.call("GET", f"invoice/{made['Id']}").body["Invoice"]
    assert again["SyncToken"] == "1"  # moved by the payment (FACTS 14#12)
    body = {"Id": again["Id"], "SyncToken": again["SyncToken"]}
    verdict = refusal(post(api, "Invoice", body, operation="void"))
    assert (verdict.action, verdict.key) == ("void_blocked", "paid_document")


@pytest.mark.parametrize("code", sorted(MESSAGES, key=int))
def test_every_code_of_the_stand_in_is_judged(sim, api, code):
    sim.control.faults.add("fault", path="/invoice", code=code, detail="x")
    outcome = post(api, "Invoice", sales())
    assert outcome.kind == ("unknown" if code == "10000" else "refused")
    assert outcome.faults[0].code == code
    assert faults.judge_all(outcome.faults).key != "unknown_fault"


# --- money ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("qty", ["1", "3", "0.333", "14.5", "7.77", "1200"])
@pytest.mark.parametrize("amount", ["100.00", "0.01", "1861.08", "99.99", "-5.55"])
def test_lines_multiply_as_the_server_does(sim, api, qty, amount):
    found = money.line_price(qty, amount)
    body = sales(amount=amount)
    if Decimal(amount) < 0:  # a document below zero is refused, a negative line is not
        body["Line"].append(sales(amount="1000")["Line"][0])
    if found:
        detail = body["Line"][0]["SalesItemLineDetail"]
        detail["Qty"], detail["UnitPrice"] = found
    outcome = post(api, "Invoice", body)
    assert outcome.ok, outcome
    assert money.dec(outcome.body["Invoice"]["Line"][0]["Amount"]) == Decimal(amount)


def test_a_wrong_product_is_refused(sim, api):
    body = sales(amount="1861.07", Qty=Decimal("14.50"), UnitPrice=Decimal("128.35"))
    verdict = refusal(post(api, "Invoice", body))
    assert (verdict.action, verdict.key) == ("fix_data", "amount_mismatch")


# --- life cycle ----------------------------------------------------------------------------------

VOIDABLE = [name for name, row in entities.ENTITIES.items() if row.void]


def document(name):
    expense = {
        "DetailType": "AccountBasedExpenseLineDetail",
        "Amount": 9,
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}},
    }
    vendor = {"VendorRef": {"value": "30"}, "Line": [expense]}
    bodies = {
        "Payment": {"CustomerRef": {"value": "1"}, "TotalAmt": 9},
        "RefundReceipt": {**sales(), "DepositToAccountRef": {"value": "35"}},
        "Purchase": {
            "PaymentType": "Cash",
            "AccountRef": {"value": "35"},
            "Line": [expense],
        },
        "Bill": vendor,
        "VendorCredit": vendor,
    }
    return bodies.get(name, sales())


@pytest.mark.parametrize("name", [name for name in VOIDABLE if name != "BillPayment"])
def test_void_styles(sim, api, name):
    row = entities.get(name)
    made = post(api, name, document(name)).body[name]
    params = {
        "operation": (("operation", "void"),),
        "include": (("operation", "update"), ("include", "void")),
    }[row.void]
    body = {"Id": made["Id"], "SyncToken": made["SyncToken"], "sparse": True}
    wire = WireRequest("POST", row.url, params, canonical.dumps(body), "v-1")
    outcome = api.execute(wire)
    assert outcome.ok and outcome.body[name]["TotalAmt"] == 0
    assert outcome.body[name]["PrivateNote"].startswith("Voided")


@pytest.mark.parametrize(
    "name",
    ["Invoice", "Bill", "VendorCredit", "Purchase", "Payment", "CreditMemo", "SalesReceipt"],
)
def test_urls_read_and_delete(sim, api, name):
    row = entities.get(name)
    made = post(api, name, document(name)).body[row.key]
    assert api.get_single_object(name, made["Id"])[row.key]["Id"] == made["Id"]
    body = {"Id": made["Id"], "SyncToken": made["SyncToken"]}
    assert post(api, name, body, operation="delete").body[row.key]["status"] == "Deleted"
    assert refusal(api.call("GET", f"{row.url}/{made['Id']}")).action in ("rebuild", "reread")


# --- queries -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("entity", "size"), [("Invoice", 7), ("Customer", 5), ("Account", 30)])
def test_a_scan_finds_every_row_once(sim, api, entity, size):
    if entity == "Customer":
        row = next(row for row in sim.control.entities("Customer") if not row["Balance"])
        body = {"Id": row["Id"], "SyncToken": row["SyncToken"], "sparse": True, "Active": False}
        assert post(api, "Customer", body).ok
    scan, found = query.Keyset(entity, limit=size), []
    while (statement := scan.next_statement()) is not None:
        found += scan.feed(query.rows(api.query(statement), entity))
    stored = {row["Id"] for row in sim.control.entities(entity)}
    assert [row["Id"] for row in found] and len(found) == len(stored)
    assert {row["Id"] for row in found} == stored
    count = query.total(api.query(query.select(entity, count=True, include_inactive=True)))
    assert scan.count == count


def test_reading_changes_by_time(sim, api):
    start = dates.as_utc(sim.clock.now())
    sim.control.move_clock(seconds=60)
    made = post(api, "Invoice", sales()).body["Invoice"]
    scan = query.Keyset("Invoice", since=start + timedelta(seconds=30), prop=query.UPDATED)
    (row,) = scan.feed(query.rows(api.query(scan.next_statement()), "Invoice"))
    assert row["Id"] == made["Id"] and scan.done


def test_many_ids(sim, api):
    ids = [row["Id"] for row in sim.control.entities("Invoice")]
    found = []
    for statement in query.select_in("Invoice", "Id", ids, chunk=10):
        found += query.rows(api.query(statement), "Invoice")
    assert sorted(row["Id"] for row in found) == sorted(ids)


@pytest.mark.parametrize("name", sorted(set(entities.ENTITIES) - {"TaxService"}))
def test_every_entity_has_its_name_in_queries(sim, api, name):
    if name not in STAND_IN:
        pytest.skip("the stand-in does not know it")
    body = api.query(query.select(name, limit=1, include_inactive=True))
    assert isinstance(query.rows(body, name), list)


# --- changes -------------------------------------------------------------------------------------


def test_a_sweep_brings_changes_and_deletions(sim, api):
    cursor = dates.naive_utc(api.query("SELECT * FROM Term MAXRESULTS 1")["time"])
    sim.control.move_clock(seconds=3000)
    kept = post(api, "Invoice", sales()).body["Invoice"]
    gone = post(api, "Invoice", sales()).body["Invoice"]
    body = {"Id": gone["Id"], "SyncToken": gone["SyncToken"]}
    post(api, "Invoice", body, operation="delete")
    sweep, found = cdc.Sweep(entities.cdc_names(), cursor), []
    while (step := sweep.next_step()) is not None:
        outcome = api.call("GET", "cdc", cdc.params(step.entities, step.since))
        outcome.raise_for_fault()
        found += sweep.feed(cdc.parse(outcome.body))
    changes = {(change.entity, change.id): change for change in found}
    assert not changes["Invoice", kept["Id"]].deleted
    assert changes["Invoice", gone["Id"]].deleted
    assert ("Customer", "1") in changes  # its balance moved
    assert sweep.cursor - cursor >= timedelta(seconds=3000)


def test_changes_too_old_are_refused_as_such(sim, api):
    start = dates.naive_utc(api.query("SELECT * FROM Term MAXRESULTS 1")["time"])
    outcome = api.call("GET", "cdc", cdc.params(["Invoice"], start - timedelta(days=31)))
    assert refusal(outcome).key == "changes_too_old"
    assert cdc.too_old(start - timedelta(days=31), start)


@pytest.mark.parametrize("legacy", [False, True])
def test_webhooks(wire, legacy):
    from simulator.server import Simulator

    with Simulator(profile="us") as sim:
        sim.webhooks.legacy = legacy
        sim.webhooks.subscribe(f"{wire.url}/quickbooks/webhook")
        body = {"DisplayName": "Webhook & Co"}
        made = sim.control.change("Customer", body)
        sim.webhooks.deliver()
    seen = wire.seen[0]
    header = seen.headers["intuit-signature"]
    assert webhook.verify(seen.body, header, ["other", sim.verifier])
    assert not webhook.verify(seen.body + b" ", header, [sim.verifier])
    (change,) = webhook.parse(seen.body)
    assert (change.realm, change.entity, change.id) == (sim.realm, "Customer", made["Id"])
    assert change.operation == "create"
    moved = change.time - dates.naive_utc(made["MetaData"]["CreateTime"])
    assert timedelta(0) <= moved < timedelta(seconds=10)
