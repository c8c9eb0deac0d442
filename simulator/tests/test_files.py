"""FACTS 11: attachments, PDF, e-mail."""

import json

import pytest
import requests
from conftest import expense, invoice, payment


def upload(qbo, *pairs):
    files = []
    for number, (metadata, content) in enumerate(pairs, 1):
        if metadata is not None:
            files.append(
                (
                    f"file_metadata_{number:02}",
                    ("attachment.json", json.dumps(metadata), "application/json"),
                )
            )
        if content is not None:
            files.append((f"file_content_{number:02}", content))
    reply = requests.post(
        qbo.base + "/upload",
        files=files,
        timeout=10,
        headers={"Authorization": f"Bearer {qbo.token}", "Accept": "application/json"},
    )
    assert reply.status_code == 200, reply.text
    return reply.json()["AttachableResponse"]


def test_11_upload_and_download(qbo):
    made = qbo.create("Invoice", invoice())
    meta = {
        "AttachableRef": [{"EntityRef": {"type": "Invoice", "value": made["Id"]}}],
        "FileName": "scan.png",
        "ContentType": "image/png",
        "Note": "hi",
    }
    data = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
    entry = upload(qbo, (meta, ("scan.png", data, "image/png")))[0]["Attachable"]
    assert entry["Size"] == len(data) and entry["ContentType"] == "image/png"
    assert len(entry["Id"]) == 19 and entry["AttachableRef"][0]["IncludeOnSend"] is False
    assert entry["FileAccessUri"] == f"/v3/company/{qbo.realm}/download/{entry['Id']}"
    assert "ThumbnailTempDownloadUri" in entry
    link = qbo.get(f"/download/{entry['Id']}")
    assert link.headers["Content-Type"] == "text/plain"
    got = requests.get(link.text, timeout=10)
    assert got.content == data and got.headers["Content-Type"] == "image/png"
    rows = qbo.rows(
        "Attachable",
        "select * from Attachable where AttachableRef.EntityRef.Type "
        f"= 'Invoice' and AttachableRef.EntityRef.value = '{made['Id']}'",
    )
    assert [row["Id"] for row in rows] == [entry["Id"]]


def test_11_links_expire_after_900_seconds(qbo, sim):
    entry = upload(qbo, (None, ("a.txt", b"x", "text/plain")))[0]["Attachable"]
    assert requests.get(entry["TempDownloadUri"], timeout=10).content == b"x"
    *good, last = entry["TempDownloadUri"]
    forged = "".join(good) + ("1" if last == "0" else "0")  # a signature may end with either
    assert requests.get(forged, timeout=10).status_code == 403
    sim.control.move_clock(901)
    assert requests.get(entry["TempDownloadUri"], timeout=10).status_code == 403


def test_11_several_files_and_a_missing_target(qbo):
    answers = upload(
        qbo,
        ({"FileName": "a.txt"}, ("a.txt", b"x", "text/plain")),
        (
            {
                "FileName": "b.txt",
                "AttachableRef": [{"EntityRef": {"type": "Estimate", "value": "75000"}}],
            },
            ("b.txt", b"y", "text/plain"),
        ),
    )
    assert answers[0]["Attachable"]["FileName"] == "a.txt"
    entry = answers[1]["Fault"]["Error"][0]
    assert entry["code"] == "6000" and entry["Detail"] == (
        "Business Validation Error: The entity Estimate 75000 that you are trying to link does "
        "not exist. Estimate 75000"
    )


def test_11_refused_types(qbo):
    assert (
        upload(qbo, (None, ("virus.exe", b"x", "application/x")))[0]["Fault"]["Error"][0]["code"]
        == "6041"
    )
    assert (
        upload(
            qbo,
            (
                {
                    "FileName": "a.txt",
                    "AttachableRef": [{"EntityRef": {"type": "Nonsense", "value": "1"}}],
                },
                ("a.txt", b"x", "text/plain"),
            ),
        )[0]["Fault"]["Error"][0]["code"]
        == "6050"
    )


def test_11_malformed_multipart_is_500(qbo):
    reply = qbo.request("POST", "/upload", data=b"nonsense")
    assert reply.status_code == 500
    assert reply.json()["Fault"]["Error"][0]["code"] == "10000"


def test_11_notes_and_later_links(qbo):
    note = qbo.create("Attachable", {"Note": "remember"})
    linked = qbo.update(
        "Attachable",
        {
            "Id": note["Id"],
            "SyncToken": "0",
            "sparse": True,
            "AttachableRef": [
                {"EntityRef": {"type": "Customer", "value": "1"}, "IncludeOnSend": True}
            ],
        },
    )
    assert linked["AttachableRef"][0]["IncludeOnSend"] is True
    gone = qbo.ok(qbo.post("/attachable", {"Id": note["Id"], "SyncToken": "1"}, operation="delete"))
    assert gone["Attachable"]["status"] == "Deleted"


@pytest.mark.parametrize("kind", ["Invoice", "CreditMemo", "Estimate", "SalesReceipt", "Payment"])
def test_11_pdf(qbo, kind):
    made = qbo.rows(kind, f"select * from {kind}")[0]
    reply = qbo.request(
        "GET", f"/{kind.lower()}/{made['Id']}/pdf", headers={"Accept": "application/pdf"}
    )
    assert reply.headers["Content-Type"] == "application/pdf"
    assert reply.content.startswith(b"%PDF-1.4") and reply.content.endswith(b"%%EOF\n")


def test_11_pdf_of_what_has_none(qbo):
    bill = qbo.create("Bill", {"VendorRef": {"value": "30"}, "Line": [expense(5)]})
    qbo.fault(qbo.get(f"/bill/{bill['Id']}/pdf"), "500")
    qbo.fault(qbo.get("/invoice/99999/pdf"), "610")


def send(qbo, kind, ident, **params):
    return qbo.request(
        "POST",
        f"/{kind}/{ident}/send",
        params=params,
        headers={"Content-Type": "application/octet-stream"},
    )


def test_11_send(qbo, sim):
    made = qbo.create("Invoice", invoice())
    qbo.fault(send(qbo, "invoice", made["Id"]), "6420")
    sim.control.move_clock(3)
    sent = qbo.ok(send(qbo, "invoice", made["Id"], sendTo="x@y.co"))["Invoice"]
    assert sent["EmailStatus"] == "EmailSent" and sent["BillEmail"] == {"Address": "x@y.co"}
    assert sent["DeliveryInfo"]["DeliveryType"] == "Email"
    assert sent["SyncToken"] == made["SyncToken"]
    assert sent["MetaData"]["LastUpdatedTime"] != made["MetaData"]["LastUpdatedTime"]
    qbo.fault(send(qbo, "invoice", made["Id"], sendTo="broken"), "2210")


def test_11_send_payment_uses_the_customers_address(qbo):
    made = qbo.create("Payment", payment(5))
    assert qbo.ok(send(qbo, "payment", made["Id"]))["Payment"]["Id"] == made["Id"]


def test_11_forty_mails_a_day(qbo, sim):
    made = qbo.create("Invoice", invoice(BillEmail={"Address": "a@b.co"}))
    for _ in range(40):
        qbo.ok(send(qbo, "invoice", made["Id"]))
    qbo.fault(send(qbo, "invoice", made["Id"]), "6000")
    sim.control.move_clock(days=1, seconds=1)
    qbo.login()
    assert send(qbo, "invoice", made["Id"]).status_code == 200


def test_3_3_6030_upload_too_large(qbo, monkeypatch):
    monkeypatch.setattr("simulator.attachments.LIMIT", 1000)
    body = {"file_content_01": ("a.txt", b"x" * 2000, "text/plain")}
    reply = requests.post(
        f"{qbo.base}/upload",
        files=body,
        headers={"Authorization": f"Bearer {qbo.token}", "Accept": "application/json"},
        timeout=10,
    )
    qbo.fault(reply, "6030")
