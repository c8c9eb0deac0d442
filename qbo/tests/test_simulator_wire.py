"""Client and OAuth against the stand-in: both endings of every broken line (DESIGN 11, 20)."""

import threading
from dataclasses import replace

import pytest

from qbo import batch, canonical, errors, faults, query
from qbo.batch import BatchItem
from qbo.http import endpoints, limits, pool
from qbo.http.client import Client, WireRequest
from qbo.http.oauth_session import OAuth

REDIRECT = "http://localhost:8069/quickbooks/oauth/callback"


def invoice(number, customer="1", amount=100):
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "SalesItemLineDetail": {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}},
    }
    return {"CustomerRef": {"value": customer}, "DocNumber": number, "Line": [line]}


def create(number, request_id="r-1"):
    return WireRequest("POST", "invoice", (), canonical.dumps(invoice(number)), request_id)


def numbered(sim, number):
    return [row for row in sim.control.entities("Invoice") if row.get("DocNumber") == number]


# --- exactly once --------------------------------------------------------------------------------

BROKEN = [
    # fault, options, outcome of the write, executed by the first attempt
    ("drop_before", {}, "unknown", False),
    ("drop_after", {}, "unknown", True),
    ("truncate", {}, "unknown", True),
    ("malformed", {}, "unknown", True),
    ("xml", {}, "unknown", True),
    ("status", {"status": 500}, "unknown", False),
    ("status", {"status": 502}, "unknown", False),
    ("status", {"status": 503}, "unknown", False),
    ("status", {"status": 504}, "unknown", False),
    ("status", {"status": 401}, "auth", False),
    ("status", {"status": 403}, "forbidden", False),
    ("status", {"status": 429}, "throttled", False),
    ("html", {}, "unknown", False),
    ("fault", {"code": "10000"}, "unknown", False),
    ("fault", {"code": "6000"}, "refused", False),
]


@pytest.mark.parametrize(("kind", "options", "outcome", "executed"), BROKEN)
def test_the_same_envelope_again_ends_with_one_object(sim, api, kind, options, outcome, executed):
    sim.control.faults.add(kind, path="/invoice", **options)
    first = api.execute(create("ONCE-1"))
    assert first.kind == outcome
    assert len(numbered(sim, "ONCE-1")) == int(executed)
    second = api.execute(create("ONCE-1"))
    (only,) = numbered(sim, "ONCE-1")
    assert second.ok and second.body["Invoice"]["Id"] == only["Id"]
    third = api.execute(create("ONCE-1"))
    assert third.body["Invoice"] == second.body["Invoice"]  # replayed, not executed
    assert len(numbered(sim, "ONCE-1")) == 1


def test_an_answer_too_late_ends_with_one_object(sim, api):
    sim.control.faults.add("delay", path="/invoice", seconds=0.5)
    hasty = Client(
        realm=sim.realm,
        access_token=api._access_token,
        endpoints=api.endpoints,
        timeout=(1, 0.1),
    )
    assert hasty.execute(create("LATE-1")).reason == "no answer in time"
    assert api.execute(create("LATE-1")).ok
    assert len(numbered(sim, "LATE-1")) == 1


def test_every_outcome_names_the_request_for_support(sim, api):
    good = api.execute(create("TID-1"))
    sim.control.faults.add("fault", path="/invoice", code="6000")
    bad = api.execute(create("TID-2", "r-2"))
    assert good.tid and bad.tid and good.tid != bad.tid


def test_an_expired_token_is_renewed_and_the_envelope_sent_again(sim, api):
    oauth = OAuth(sim.client_id, sim.client_secret, api.endpoints, REDIRECT)
    tokens = oauth.refresh(sim.control.token()["refresh_token"])
    sim.control.expire_token()
    assert api.execute(create("AUTH-1")).kind == "auth"
    assert not numbered(sim, "AUTH-1")
    tokens = oauth.refresh(tokens.refresh_token)
    renewed = Client(realm=sim.realm, access_token=tokens.access_token, endpoints=api.endpoints)
    assert renewed.execute(create("AUTH-1")).ok


def test_another_company_is_forbidden(sim, api):
    stranger = Client(realm="99", access_token=api._access_token, endpoints=api.endpoints)
    outcome = stranger.call("GET", "companyinfo/99")
    assert outcome.kind == "forbidden"
    assert faults.judge_all(outcome.faults).key == "wrong_company_or_keys"


# --- batches -------------------------------------------------------------------------------------


def envelope(items, request_id="b-1"):
    body = canonical.dumps(batch.build(items))
    return WireRequest("POST", "batch", (), body, request_id, is_batch=True)


def test_thirty_items_in_one_answer(sim, api):
    items = [
        BatchItem(batch.encode_bid(5000 + n), "create", "Invoice", invoice(f"B-{n}"))
        for n in range(27)
    ]
    items += [
        BatchItem("bad", "create", "Customer", {"DisplayName": "Amy's Bird Sanctuary"}),
        BatchItem("q", "query", "Item", "SELECT * FROM Item MAXRESULTS 2"),
        BatchItem("v", "void", "Payment", voidable_payment(sim)),
    ]
    outcome = api.execute(envelope(items))
    results = {item.bid: item for item in batch.unpack(outcome.body, [i.bid for i in items])}
    assert sum(result.ok for result in results.values()) == 29
    assert faults.judge_all(results["bad"].faults).key == "duplicate_name"
    assert len(results["q"].obj["Item"]) == 2
    assert results["v"].obj["TotalAmt"] == 0
    assert batch.decode_bid(items[3].bid) == 5003
    assert results[items[3].bid].obj["DocNumber"] == "B-3"


def voidable_payment(sim):
    for row in sim.control.entities("Payment"):
        if not row.get("LinkedTxn"):
            return {"Id": row["Id"], "SyncToken": row["SyncToken"]}
    raise AssertionError("the seed has no payment outside a deposit")


@pytest.mark.parametrize("kind", ["drop_after", "drop_before", "truncate", "malformed"])
def test_a_lost_batch_answer_is_asked_for_again(sim, api, kind):
    items = [BatchItem(str(n), "create", "Invoice", invoice(f"LOST-{n}")) for n in range(5)]
    sim.control.faults.add(kind, path="/batch")
    assert api.execute(envelope(items)).kind == "unknown"
    outcome = api.execute(envelope(items))
    results = batch.unpack(outcome.body, [item.bid for item in items])
    assert all(result.ok for result in results)
    for number in range(5):
        (only,) = numbered(sim, f"LOST-{number}")
        assert only["Id"] == results[number].obj["Id"]


def test_faults_of_single_items(sim, api):
    items = [BatchItem(str(n), "create", "Invoice", invoice(f"I-{n}")) for n in range(3)]
    sim.control.faults.add("fault", path="/batch", items=[1], code="6210")
    results = batch.unpack(api.execute(envelope(items)).body, "012")
    assert [result.ok for result in results] == [True, False, True]
    assert faults.judge_all(results[1].faults).key == "period_closed"


def test_threads_with_their_own_clients(sim, api):
    """The shape of the push: a pool, one client per thread, one limiter, frozen envelopes."""
    gate = limits.Limiter(limits.Limits(1000, 5000, 1000, 50, 7))
    envelopes = [
        envelope(
            [BatchItem(str(n), "create", "Invoice", invoice(f"T-{e}-{n}")) for n in range(4)],
            f"env-{e}",
        )
        for e in range(10)
    ]

    def setup():
        return Client(
            realm=sim.realm,
            access_token=api._access_token,
            endpoints=api.endpoints,
            limiter=gate,
        )

    results = pool.run(
        envelopes,
        lambda client, wire: client.execute(wire),
        width=4,
        setup=setup,
        teardown=Client.close,
    )
    assert [result.item.request_id for result in results] == [f"env-{e}" for e in range(10)]
    assert all(result.value.ok for result in results)
    created = [row for row in sim.control.entities("Invoice") if row["DocNumber"].startswith("T-")]
    assert len(created) == 40
    assert len(gate.export_state()["batches"]) == 10


# --- limits --------------------------------------------------------------------------------------


@pytest.fixture
def strict(sim):
    sim.limits.on = True
    sim.limits.reset()
    yield sim
    sim.limits.on = False
    sim.limits.throttle_after = None
    sim.limits.reset()


def test_without_a_limiter_we_are_throttled(strict, api):
    kinds = [api.call("GET", "companyinfo/1").kind for _ in range(25)]
    assert "throttled" in kinds


def test_with_our_limiter_never(strict, api):
    api.limiter = limits.Limiter(limits.Limits(10, 500, 40, 5, 7))
    threads = []
    kinds = []
    for _ in range(3):
        client = Client(
            realm=strict.realm,
            access_token=api._access_token,
            endpoints=api.endpoints,
            limiter=api.limiter,
        )
        thread = threading.Thread(
            target=lambda c=client: kinds.extend(c.call("GET", "item/1").kind for _ in range(8))
        )
        threads.append(thread)
        thread.start()
    for thread in threads:
        thread.join()
    assert len(kinds) == 24 and set(kinds) == {"ok"}


def test_a_throttled_answer_pauses_the_limiter(strict, api):
    strict.limits.throttle_after = 1
    api.limiter = limits.Limiter(limits.PUSH)
    while api.call("GET", "item/1").ok:
        pass
    assert api.limiter.paused_for() > 50
    outcome = api.call("GET", "item/1", deadline=api._clock() + 1)
    assert (outcome.kind, outcome.sent) == ("unsent", False)


# --- the other calls -----------------------------------------------------------------------------


def test_upload_and_its_refusal(sim, api):
    target = sim.control.entities("Invoice")[0]["Id"]
    meta = {"AttachableRef": [{"EntityRef": {"type": "Invoice", "value": target}}]}
    meta |= {"FileName": "Quittung für Ünal.pdf", "ContentType": "application/pdf"}
    args = ("Quittung für Ünal.pdf", b"%PDF-1.4 \x00\xff", "application/pdf")
    sim.control.faults.add("drop_after", path="/upload")
    assert api.upload(canonical.dumps(meta), *args, "u-1").kind == "unknown"
    outcome = api.upload(canonical.dumps(meta), *args, "u-1")
    assert outcome.ok and outcome.body["Attachable"]["FileName"] == "Quittung für Ünal.pdf"
    assert outcome.body["Attachable"]["Size"] == len(args[1])
    assert len(sim.control.entities("Attachable")) == 1
    meta["AttachableRef"] = [{"EntityRef": {"type": "Estimate", "value": "99999"}}]
    outcome = api.upload(canonical.dumps(meta), *args, "u-2")
    assert outcome.kind == "refused"
    verdict = faults.judge_all(outcome.faults)
    assert (verdict.key, verdict.params["id"]) == ("link_target_gone", "99999")


def test_pdf_report_and_mail(sim, api):
    target = sim.control.entities("Invoice")[0]["Id"]
    assert api.download_pdf("Invoice", target).startswith(b"%PDF")
    assert api.get_report("AgedReceivables")["Header"]["ReportName"] == "AgedReceivables"
    address = f"invoice/{target}/send?sendTo=a%40b.org"
    sent = api.misc_operation(address, None, "application/octet-stream")
    assert sent["Invoice"]["EmailStatus"] == "EmailSent"


def test_library_objects_read_through_us(sim, api):
    from quickbooks.objects import Account, CompanyInfo

    assert CompanyInfo.get(sim.realm, qb=api).Country == "US"
    names = {account.Name for account in Account.all(qb=api, max_results=1000)}
    assert "Checking" in names


# --- OAuth ---------------------------------------------------------------------------------------


@pytest.fixture
def oauth(sim):
    return OAuth(sim.client_id, sim.client_secret, endpoints.simulator(sim.url), REDIRECT)


def test_a_whole_connection(sim, oauth):
    answer = sim.control.consent(REDIRECT, state="xyz")
    assert answer["state"] == "xyz" and answer["realmId"] == sim.realm
    tokens = oauth.exchange(answer["code"])
    assert tokens.expires_in == 3600 and tokens.refresh_hard_expires_in
    with pytest.raises(errors.Disconnected):
        oauth.exchange(answer["code"])  # a code works once
    tokens = oauth.exchange(sim.control.consent(REDIRECT)["code"])
    renewed = oauth.refresh(tokens.refresh_token)
    client = Client(realm=sim.realm, access_token=renewed.access_token, endpoints=oauth.endpoints)
    assert client.call("GET", f"companyinfo/{sim.realm}").ok
    assert oauth.revoke(renewed.refresh_token) is True
    assert oauth.revoke(renewed.refresh_token) is False
    assert client.call("GET", f"companyinfo/{sim.realm}").kind == "auth"
    with pytest.raises(errors.Disconnected):
        oauth.refresh(renewed.refresh_token)


def test_the_consent_address_works_in_a_browser(sim, oauth):
    import requests

    page = requests.get(oauth.authorization_url("abc"), timeout=5)
    assert page.status_code == 200 and "<form" in page.text


def test_wrong_keys(sim, oauth):
    wrong = OAuth(sim.client_id, "not the secret", oauth.endpoints, REDIRECT)
    with pytest.raises(errors.WrongKeys):
        wrong.refresh(sim.control.token()["refresh_token"])


def test_a_rotated_token_dies(sim, oauth):
    old = sim.control.token()["refresh_token"]
    sim.control.faults.add("rotate", path="tokens/bearer")
    new = oauth.refresh(old).refresh_token
    assert new != old
    with pytest.raises(errors.Disconnected):
        oauth.refresh(old)


@pytest.mark.parametrize(
    ("kind", "options", "cls"),
    [
        ("drop_before", {}, errors.Unknown),
        ("drop_after", {}, errors.Unknown),
        ("html", {}, errors.Unknown),
        ("status", {"status": 503}, errors.Unknown),
        ("status", {"status": 429}, errors.Throttled),
        ("truncate", {}, errors.Unknown),
    ],
)
def test_a_broken_refresh_can_be_repeated(sim, oauth, kind, options, cls):
    token = sim.control.token()["refresh_token"]
    sim.control.faults.add(kind, path="tokens/bearer", **options)
    with pytest.raises(cls):
        oauth.refresh(token)
    assert oauth.refresh(token).access_token


def test_a_query_in_every_form(sim, api):
    for name in ("Ünal & Söhne", "It's 100% \\ done+#"):
        made = api.create_object("Customer", canonical.dumps({"DisplayName": name}))
        statement = query.select("Customer", [("DisplayName", "=", name)])
        found = query.rows(api.query(statement), "Customer")
        assert [row["Id"] for row in found] == [made["Customer"]["Id"]]


def test_envelopes_are_plain_values():
    one = create("A")
    assert one == replace(one) and hash(one) == hash(create("A"))
