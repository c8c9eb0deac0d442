"""Files as Attachables: which QuickBooks takes, and what is said about them (FACTS 5.29, 11)."""

from __future__ import annotations

import mimetypes

from ..model import FileSnapshot
from ..names import clean_text, limit

#: Largest file: what QuickBooks' own pages take. Its API would take 100 MB (FACTS 11), which is
#: more than a worker should hold.
MAX_BYTES = 20 * 1024 * 1024

#: Extensions QuickBooks knows (FACTS 11), each with its content type.
TYPES = {
    "ai": "application/postscript",
    "csv": "text/csv",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "eps": "application/postscript",
    "gif": "image/gif",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "pdf": "application/pdf",
    "png": "image/png",
    "rtf": "application/rtf",
    "tif": "image/tiff",
    "tiff": "image/tiff",
    "txt": "text/plain",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "xml": "application/xml",
}

#: Category of the document itself, as it was sent to the customer.
DOCUMENT = "Document"


def extension(name: str, content_type: str) -> str:
    """The extension QuickBooks judges a file by, ``""`` when it takes no such files.

    A name without an extension gets the one of its content type.
    """
    _stem, dot, last = name.rpartition(".")
    if dot and last.isalnum():
        return last.lower() if last.lower() in TYPES else ""
    guessed = (mimetypes.guess_extension(content_type or "") or "").lstrip(".")
    return guessed if guessed in TYPES else ""


def problem(name: str, content_type: str, size: int) -> str:
    """Why a file cannot be uploaded: ``kind``, ``empty``, ``size``, or ``""``."""
    if not extension(name, content_type):
        return "kind"
    if not size:
        return "empty"
    return "size" if size > MAX_BYTES else ""


def category(content_type: str, is_document: bool) -> str:
    """Category of a file; the document itself has one of its own, by which it is known again."""
    if is_document:
        return DOCUMENT
    return "Image" if content_type.startswith("image/") else "Other"


def attachable(file: FileSnapshot, country: str) -> dict:
    """Metadata of an upload.

    ``Note`` is the mark by which an upload whose answer was lost is found again: nothing else about
    a file is unique. Files are not added to e-mails that QuickBooks sends.
    """
    ending = extension(file.name, file.content_type)
    longest = limit("Attachable", "FileName")
    name = clean_text(file.name, None, country)
    if not name.lower().endswith(f".{ending}"):
        name = f"{name}.{ending}"
    stem = name[: -len(ending) - 1][: longest - len(ending) - 1].rstrip()
    target = {"type": file.document.entity, "value": file.document.id}
    return {
        "AttachableRef": [{"EntityRef": target, "IncludeOnSend": False}],
        "FileName": f"{stem or 'file'}.{name[-len(ending) :]}",
        "ContentType": TYPES[ending],
        "Category": category(TYPES[ending], file.is_document),
        "Note": file.mark,
    }
