import json
from decimal import Decimal

import pytest
from conftest import fault_body
from quickbooks.exceptions import QuickbooksException

from qbo import errors
from qbo.http import exceptions
from qbo.http.outcome import KINDS, Outcome, classify

JSON = "application/json;charset=utf-8"
HTML = "<html><body>Bad Gateway</body></html>"
THROTTLED = json.dumps(
    {
        "fault": {
            "error": [
                {
                    "message": "message=ThrottleExceeded; errorCode=003001; statusCode=403",
                    "code": "3001",
                }
            ],
            "type": "SERVICE",
        }
    }
)
EXPIRED = json.dumps(
    {
        "fault": {
            "error": [
                {
                    "message": "message=AuthenticationFailed; errorCode=003200; statusCode=401",
                    "detail": "Token expired: abcdefghijklmnopqrstuvwxyz0",
                    "code": "3200",
                }
            ],
            "type": "AUTHENTICATION",
        }
    }
)
FAULT = json.dumps(fault_body("6240"))
SYSTEM = json.dumps(fault_body("10000", kind="SystemFault"))

TABLE = [
    # status, type, text, kind of a read, kind of a write, number of faults
    (200, JSON, '{"Invoice":{"TotalAmt":10.00}}', "ok", "ok", 0),
    (200, JSON, FAULT, "refused", "refused", 1),
    (200, JSON, '{"Invoice":{"TotalAmt":10', "unknown", "unknown", 0),
    (200, JSON, "", "unknown", "unknown", 0),
    (200, JSON, "[]", "unknown", "unknown", 0),
    (200, "text/html", HTML, "unknown", "unknown", 0),
    (201, JSON, "{}", "ok", "ok", 0),
    (302, "text/html", "", "unknown", "unknown", 0),
    (400, JSON, FAULT, "refused", "refused", 1),
    (400, JSON, SYSTEM, "refused", "refused", 1),
    (400, "text/html", HTML, "refused", "refused", 0),
    (404, JSON, "", "refused", "refused", 0),
    (413, "text/html", "", "refused", "refused", 0),
    (408, "text/html", "", "unknown", "unknown", 0),
    (401, JSON, EXPIRED, "auth", "auth", 1),
    (401, "text/html", "", "auth", "auth", 0),
    (403, JSON, "{}", "forbidden", "forbidden", 0),
    (403, JSON, THROTTLED, "throttled", "throttled", 1),
    (429, JSON, THROTTLED, "throttled", "throttled", 1),
    (429, "text/html", "", "throttled", "throttled", 0),
    (500, JSON, SYSTEM, "unknown", "unknown", 1),
    (502, "text/html", HTML, "unknown", "unknown", 0),
    (503, "", "", "unknown", "unknown", 0),
    (504, "", "", "unknown", "unknown", 0),
]


@pytest.mark.parametrize(("status", "kind", "text", "read", "write", "count"), TABLE)
def test_classify(status, kind, text, read, write, count):
    for is_write, expected in ((False, read), (True, write)):
        outcome = classify(status, kind, text, is_write)
        assert outcome.kind == expected and expected in KINDS
        assert outcome.status == status and outcome.is_write is is_write
        assert len(outcome.faults) == count
        assert (outcome.body is not None) == (expected == "ok")
        assert bool(outcome.reason) == (expected != "ok")
        retryable = expected == "throttled" or (expected == "unknown" and not is_write)
        assert outcome.retryable is retryable


@pytest.mark.parametrize(
    ("status", "kind"),
    [(199, "unknown"), (299, "ok"), (300, "unknown"), (399, "unknown"), (400, "refused"),
     (499, "refused"), (500, "unknown")],
)  # fmt: skip
def test_borders_of_the_status_classes(status, kind):
    assert classify(status, JSON, "{}", True).kind == kind


def test_an_outcome_starts_empty():
    empty = Outcome("unsent")
    assert (empty.status, empty.tid, empty.body, empty.text, empty.faults) == (
        None,
        "",
        None,
        "",
        (),
    )
    assert (empty.elapsed, empty.sent, empty.reason, empty.is_write) == (0, True, "", False)
    assert (empty.content, empty.retry_after) == (b"", None)
    assert empty.retryable and "text" not in repr(empty) and "content" not in repr(empty)
    with pytest.raises(AttributeError):
        empty.kind = "ok"


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        (429, "too many requests"),
        (401, "access token not accepted"),
        (403, "not allowed for this company or app"),
        (503, "HTTP 503"),
        (302, "HTTP 302"),
        (200, "HTTP 200 with an empty body instead of JSON"),
    ],
)
def test_reasons(status, reason):
    assert classify(status, JSON, "", True).reason == reason


def test_xml_answers_are_read():
    text = "<IntuitResponse><Fault><Error code='610'/></Fault></IntuitResponse>"
    outcome = classify(400, "application/xml", text, True)
    assert outcome.kind == "refused" and outcome.faults[0].code == "610"


def test_money_arrives_as_decimal():
    body = classify(200, JSON, '{"a":100.00,"b":0}', False).body
    assert body == {"a": Decimal("100.00"), "b": 0} and str(body["a"]) == "100.00"


def test_failures_keep_no_token():
    outcome = classify(401, JSON, EXPIRED, True)
    assert "abcdefghijklmnopqrstuvwxyz0" not in f"{outcome.text}{outcome.faults}{outcome!r}"
    assert '"code": "3200"' in outcome.text


def test_good_text_is_kept_as_received():
    text = '{"Invoice":{"DocNumber":"token=abcdefghijklmnop"}}'
    assert classify(200, JSON, text, True).text == text


def test_reasons_name_what_came():
    assert "text/html" in classify(200, "text/html;x", HTML, True).reason
    assert "empty" in classify(200, JSON, " ", True).reason
    assert "truncated" in classify(200, JSON, "{", True).reason
    assert "truncated" in classify(200, "", "{", True).reason
    assert classify(400, JSON, FAULT, True).reason == "m"
    assert classify(404, JSON, "", True).reason == "HTTP 404"


def test_binary_answers_need_no_json():
    assert classify(200, "application/pdf", "", False, binary=True).kind == "ok"
    assert classify(200, JSON, FAULT, False, binary=True).kind == "refused"
    assert classify(502, "text/html", HTML, False, binary=True).kind == "unknown"


@pytest.mark.parametrize(
    ("kind", "cls"),
    [
        ("refused", errors.Refused),
        ("throttled", errors.Throttled),
        ("auth", errors.AuthExpired),
        ("forbidden", errors.Forbidden),
        ("unknown", errors.Unknown),
        ("unsent", errors.Unsent),
    ],
)
def test_raise_for_fault(kind, cls):
    outcome = classify(400, JSON, FAULT, True)
    with pytest.raises(cls, match=f"QuickBooks answered: {kind}"):
        Outcome(kind).raise_for_fault()
    broken = Outcome(kind, 400, "1-tid", faults=outcome.faults, reason="why")
    with pytest.raises(cls) as caught:
        broken.raise_for_fault()
    error = caught.value
    assert isinstance(error, QuickbooksException) and error.kind == kind
    assert (error.status, error.tid, error.faults) == (400, "1-tid", outcome.faults)
    assert (error.error_code, error.detail) == (6240, "d")
    assert str(error) == "why | [6240] d | HTTP 400 | tid 1-tid"
    assert dict(error)["error_code"] == 6240


def test_ok_is_returned():
    outcome = Outcome("ok")
    assert outcome.raise_for_fault() is outcome and outcome.ok


def test_every_kind_has_an_exception():
    assert set(KINDS) - {"ok"} <= set(exceptions.BY_KIND)
    for kind, cls in exceptions.BY_KIND.items():
        assert cls.kind == kind and issubclass(cls, errors.QboError)
        error = cls()
        assert error.faults == () and error.error_code == 0 and str(error) == cls.__name__
