import email
import json

import pytest
from conftest import REALM, Reply, fault_body, json_reply

from qbo.http import endpoints, upload
from qbo.http.client import Client, WireFile, WireRequest
from qbo.http.outcome import Outcome

META = '{"AttachableRef":[{"EntityRef":{"type":"Bill","value":"9"}}],"FileName":"é.pdf"}'


def parse(content_type, body):
    message = email.message_from_bytes(
        b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + body
    )
    return message.get_payload()


def test_both_parts_are_readable():
    content = bytes(range(256)) * 20 + b"\r\n--"
    form = upload.build(META, 'é"1\r\n.pdf', content, "application/pdf", "req-1")
    metadata, file = parse(form.content_type, form.body)
    assert metadata.get_content_type() == "application/json"
    assert metadata.get_filename() == "attachment.json"
    assert metadata.get_param("name", header="content-disposition") == "file_metadata_01"
    assert json.loads(metadata.get_payload(decode=True)) == json.loads(META)
    assert file.get_content_type() == "application/pdf"
    assert file.get_param("name", header="content-disposition") == "file_content_01"
    assert b'filename="\xc3\xa9%221%0D%0A.pdf"' in form.body
    boundary = form.content_type.partition("boundary=")[2].encode()
    sent = form.body.split(b"--" + boundary)[2].partition(b"\r\n\r\n")[2]
    assert sent == content + b"\r\n"


def test_the_exact_bytes():
    form = upload.build("{}", "a b.txt", b"x", "text/plain", "r")
    boundary = form.content_type.removeprefix("multipart/form-data; boundary=")
    assert len(boundary) == 40
    assert form.body.decode() == (
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="file_metadata_01"; filename="attachment.json"\r\n'
        "Content-Type: application/json\r\n\r\n{}\r\n"
        f"--{boundary}\r\n"
        'Content-Disposition: form-data; name="file_content_01"; filename="a b.txt"\r\n'
        f"Content-Type: text/plain\r\n\r\nx\r\n--{boundary}--\r\n"
    )
    assert upload.MAX_BYTES == 104_857_600


def test_the_same_upload_is_the_same_bytes():
    one = upload.build(META, "a.pdf", b"x", "application/pdf", "req-1")
    assert one == upload.build(META, "a.pdf", b"x", "application/pdf", "req-1")
    assert one != upload.build(META, "a.pdf", b"x", "application/pdf", "req-2")


def test_the_boundary_is_in_no_part():
    first = upload.build(META, "a", b"x", "", "req-1")
    boundary = first.content_type.partition("boundary=")[2]
    second = upload.build(META, "a", b"--" + boundary.encode(), "", "req-1")
    assert boundary not in second.content_type
    assert b"Content-Type: application/octet-stream" in second.body


def test_no_boundary_at_all(monkeypatch):
    monkeypatch.setattr(
        upload.hashlib,
        "sha256",
        lambda _data: type("Same", (), {"hexdigest": lambda self: "b" * 64})(),
    )
    with pytest.raises(ValueError):
        upload.build(META, "a", b"b" * 40, "", "r")


@pytest.mark.parametrize("kind", ["text/plain\r\nX: y", "téxt/plain"])
def test_odd_content_types_are_refused(kind):
    with pytest.raises(ValueError):
        upload.build(META, "a", b"x", kind, "r")


def test_too_large(monkeypatch):
    monkeypatch.setattr(upload, "MAX_BYTES", 3)
    upload.build(META, "a", b"123", "", "r")
    with pytest.raises(ValueError):
        upload.build(META, "a", b"1234", "", "r")


def test_nameless_files_get_a_name():
    assert b'filename="attachment"' in upload.build(META, "\x01", b"x", "", "r").body


@pytest.fixture
def client(wire):
    made = Client(
        realm=REALM, access_token="t", endpoints=endpoints.simulator(wire.url), timeout=(1, 1)
    )
    yield made
    made.close()


def send(client):
    return client.upload(META, "a.pdf", b"%PDF", "application/pdf", "req-1")


def test_upload(wire, client):
    wire.plan(json_reply({"AttachableResponse": [{"Attachable": {"Id": "5000000000000503624"}}]}))
    outcome = send(client)
    assert outcome.ok and outcome.body == {"Attachable": {"Id": "5000000000000503624"}}
    (seen,) = wire.seen
    assert seen.target.endswith("/upload?requestid=req-1&minorversion=75")
    assert seen.headers["content-type"].startswith("multipart/form-data; boundary=")
    assert len(parse(seen.headers["content-type"], seen.body)) == 2


def test_a_frozen_upload(wire, client):
    """The same bytes as a direct one, and the same again when it is sent again."""
    answer = json_reply({"AttachableResponse": [{"Attachable": {"Id": "1"}}]})
    wire.plan(answer, answer, answer)
    file = WireFile("a.pdf", "application/pdf", b"%PDF")
    request = WireRequest("POST", "upload", (), META, "req-1", file=file)
    assert client.execute(request).ok and client.execute(request).ok and send(client).ok
    first, second, direct = wire.seen
    assert first.body == second.body == direct.body
    assert first.target == direct.target


def test_a_refused_part_is_a_refusal(wire, client):
    wire.plan(json_reply({"AttachableResponse": [fault_body("6000", "no target")]}))
    outcome = send(client)
    assert (outcome.kind, outcome.reason) == ("refused", "no target")
    assert outcome.faults[0].code == "6000" and outcome.body is None


@pytest.mark.parametrize("body", [{}, {"AttachableResponse": []}, {"AttachableResponse": ["x"]}])
def test_an_answer_without_a_part_is_unknown(wire, client, body):
    wire.plan(json_reply(body))
    outcome = send(client)
    assert outcome.kind == "unknown" and outcome.body is None and not outcome.retryable


def test_other_outcomes_pass(wire, client):
    wire.plan(Reply(503, b""))
    assert send(client).kind == "unknown"
    lost = Outcome("unsent")
    assert upload.settle(lost) is lost
