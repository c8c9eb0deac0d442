"""Files: multipart upload, temporary download links (FACTS 11)."""

from __future__ import annotations

import hashlib
import hmac
import io

from werkzeug.formparser import MultiPartParser
from werkzeug.http import parse_options_header

from . import lifecycle
from .errors import Fault, application_error, fault, not_found
from .jsontext import loads
from .views import present
from .work import Work

LIMIT = 100 * 1024 * 1024
VALID = 900
TYPES = {
    "ai",
    "csv",
    "doc",
    "docx",
    "eps",
    "gif",
    "jpeg",
    "jpg",
    "ods",
    "pdf",
    "png",
    "rtf",
    "tif",
    "tiff",
    "txt",
    "xls",
    "xlsx",
    "xml",
}


def upload(company, request):
    """``AttachableResponse``: one entry per file, each an Attachable or a Fault."""
    if len(request.body) > LIMIT:
        raise fault("6030", "The request is larger than 100 MB", "")
    return [_store(company, *pair) for pair in _pairs(request)]


def _pairs(request):
    """``(metadata bytes or None, file or None)`` in the order of their numbers."""
    ctype, options = parse_options_header(request.header("content-type"))
    boundary = options.get("boundary")
    if ctype != "multipart/form-data" or not boundary:
        raise application_error("Content-Type must be multipart/form-data")
    try:
        form, files = MultiPartParser(max_form_memory_size=LIMIT).parse(
            io.BytesIO(request.body), boundary.encode(), len(request.body)
        )
    except ValueError as problem:
        raise application_error(f"malformed multipart: {problem}") from None
    pairs = {}
    for name, value in list(files.items(multi=True)) + list(form.items(multi=True)):
        kind, _, number = name.rpartition("_")
        if kind in ("file_metadata", "file_content"):
            pairs.setdefault(number, {})[kind] = value
    if not pairs:
        raise application_error("no file_metadata or file_content part")
    return [(pairs[n].get("file_metadata"), pairs[n].get("file_content")) for n in sorted(pairs)]


def _text(part):
    return part if isinstance(part, str) else part.read().decode("utf-8", "replace")


def _store(company, metadata, content):
    try:
        return {"Attachable": _one(company, metadata, content)}
    except Fault as problem:
        return problem.body()


def _one(company, metadata, content):
    body = {}
    if metadata is not None:
        try:
            body = loads(_text(metadata))
        except ValueError:
            raise fault("6040", "The metadata part is not an Attachable", "") from None
    data, name, ctype = b"", None, None
    if content is not None:
        if isinstance(content, str):
            data = content.encode()
        else:
            data, name, ctype = content.read(), content.filename, content.content_type
    name = body.get("FileName") or name
    if name and "." in name and name.rsplit(".", 1)[1].lower() not in TYPES:
        raise fault("6041", f"Invalid file : type of {name} is not supported", "FileName")
    body["FileName"] = name or ""
    if ctype:
        body["ContentType"] = ctype
    work = Work(company)
    obj = lifecycle.write(work, "Attachable", body, force_create=True)
    if content is not None:
        complete(company, obj, len(data))
        company.store.run(
            "INSERT OR REPLACE INTO {p}file VALUES (?, ?, ?, ?)",
            (obj["Id"], name, obj.get("ContentType") or "", data),
        )
    work.flush()
    return present(company, "Attachable", obj)


def complete(company, obj, size):
    """Addresses of a stored file."""
    base = f"/v3/company/{company.realm}"
    obj["Size"] = size
    obj["FileAccessUri"] = f"{base}/download/{obj['Id']}"
    obj["TempDownloadUri"] = temporary(company, obj["Id"])
    if (obj.get("ContentType") or "").startswith("image/"):
        obj["ThumbnailFileAccessUri"] = f"{base}/download/{obj['Id']}?thumbnail=1"
        obj["ThumbnailTempDownloadUri"] = temporary(company, obj["Id"])


def _signature(company, ident, until):
    key = f"{company.realm}:download".encode()
    return hmac.new(key, f"{ident}:{until}".encode(), hashlib.sha256).hexdigest()


def temporary(company, ident):
    """A signed address that is good for 15 minutes."""
    until = int(company.clock.timestamp()) + VALID
    return (
        f"{company.base_url}/files/{company.realm}/{ident}?Expires={until}"
        f"&Signature={_signature(company, ident, until)}"
    )


def link(company, ident, _request):
    """``GET /download/{id}``: the temporary address as plain text."""
    if company.store.run("SELECT 1 FROM {p}file WHERE id = ?", (ident,)).fetchone() is None:
        raise not_found()
    return temporary(company, ident)


def serve(company, ident, query):
    """``(content type, bytes)`` behind a temporary address, or None."""
    until = query.get("Expires", "0")
    fresh = until.isdigit() and int(until) >= company.clock.timestamp()
    expected = _signature(company, ident, until)
    if not fresh or not hmac.compare_digest(expected, query.get("Signature", "")):
        return None
    return company.store.run("SELECT ctype, content FROM {p}file WHERE id = ?", (ident,)).fetchone()
