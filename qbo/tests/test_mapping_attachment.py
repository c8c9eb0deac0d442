"""Files: which are taken, under which name."""

import pytest
from quickbooks.objects import Attachable
from quickbooks.objects.base import AttachableRef
from quickbooks.objects.base import Ref as LibraryRef

from qbo.http.client import WireFile, WireRequest
from qbo.mapping import attachment
from qbo.model import FileSnapshot, Ref

MB = 1024 * 1024


@pytest.mark.parametrize(
    ("name", "kind", "size", "expected"),
    [
        ("a.pdf", "application/pdf", 1, ""),
        ("A.PDF", "", 1, ""),
        ("a.tar.xlsx", "", 1, ""),
        ("scan", "image/png", 1, ""),
        ("scan.", "application/pdf", 1, ""),
        ("INV_2026_00001", "application/pdf", 1, ""),
        ("a.exe", "application/pdf", 1, "kind"),
        ("mail.eml", "message/rfc822", 1, "kind"),
        ("noname", "application/octet-stream", 1, "kind"),
        ("noname", "", 1, "kind"),
        ("a.txt", "", 0, "empty"),
        ("a.txt", "", 20 * MB, ""),
        ("a.txt", "", 20 * MB + 1, "size"),
    ],
)
def test_problem(name, kind, size, expected):
    assert attachment.problem(name, kind, size) == expected


def file(name="a.pdf", kind="application/pdf", **more):
    return FileSnapshot(name, kind, Ref("Invoice", "95"), "[mark]", **more)


def test_attachable():
    assert attachment.attachable(file(is_document=True), "US") == {
        "AttachableRef": [
            {"EntityRef": {"type": "Invoice", "value": "95"}, "IncludeOnSend": False}
        ],
        "FileName": "a.pdf",
        "ContentType": "application/pdf",
        "Category": "Document",
        "Note": "[mark]",
    }


@pytest.mark.parametrize(
    ("name", "kind", "expected", "content_type", "category"),
    [
        ("scan", "image/png", "scan.png", "image/png", "Image"),
        ("Scan.JPG", "image/jpeg", "Scan.JPG", "image/jpeg", "Image"),
        ("notes\tof\nus.txt", "", "notes of us.txt", "text/plain", "Other"),
        ("“best” – offer.pdf", "", '"best" - offer.pdf', "application/pdf", "Other"),
        ("\U0001f600.pdf", "", "file.pdf", "application/pdf", "Other"),
        ("x" * 2000 + ".pdf", "", "x" * 996 + ".pdf", "application/pdf", "Other"),
    ],
)
def test_names(name, kind, expected, content_type, category):
    made = attachment.attachable(file(name, kind), "US")
    assert (made["FileName"], made["ContentType"], made["Category"]) == (
        expected,
        content_type,
        category,
    )


def test_the_library_knows_every_key():
    made = attachment.attachable(file(), "US")
    assert set(made) <= set(vars(Attachable()))
    link = made["AttachableRef"][0]
    assert set(link) <= set(vars(AttachableRef())) | {"EntityRef"}
    assert set(link["EntityRef"]) <= set(vars(LibraryRef()))


def test_bytes_are_in_no_repr():
    request = WireRequest("POST", "upload", (), "{}", "x", file=WireFile("a", "b", b"secret"))
    assert "secret" not in repr(request)
