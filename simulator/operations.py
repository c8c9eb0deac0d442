"""What a request under ``/v3/company/{realm}`` asks for, and doing it."""

from __future__ import annotations

from dataclasses import dataclass, field

from . import attachments, batch, cdc, documents, query, reports, taxservice
from .batch import operate, parse
from .errors import Fault, fault, missing, not_found, unsupported
from .faults import Target
from .jsontext import Raw
from .lifecycle import check_id
from .schema import BY_PATH, ENTITIES
from .views import read

CONTENT_TYPES = (
    "application/json",
    "text/json",
    "application/text",
    "text/plain",
    "application/xml",
    "text/xml",
)


@dataclass
class Result:
    """Either an envelope or raw bytes."""

    body: dict | None = None
    raw: bytes | None = None
    ctype: str = ""
    timed: bool = True
    json_only: bool = False


@dataclass
class Call:
    """A parsed request."""

    realm: str = ""
    path: list = field(default_factory=list)
    operation: str = ""
    entity: str = ""
    body: object = None
    items: list = field(default_factory=list)
    options: tuple = ()
    problem: object = None

    @property
    def writes(self):
        return self.operation not in (
            "query",
            "read",
            "cdc",
            "report",
            "download",
            "pdf",
            "unknown",
        )

    @classmethod
    def parse(cls, request):
        parts = [part for part in request.path.split("/") if part]
        call = cls(realm=parts[2] if len(parts) > 2 else "", path=[p.lower() for p in parts[3:]])
        call.options = tuple(o for o in request.query.get("include", "").split(",") if o)
        call._classify(request)
        return call

    def target(self, request):
        """What fault rules look at."""
        items = tuple(batch.describe(item) for item in self.items)
        names = {self.entity.lower(), *(entity for entity, _operation in items)} - {""}
        return Target(
            request.method, request.path, self.operation, frozenset(names), self.realm, items
        )

    def _classify(self, request):
        head = self.path[0] if self.path else ""
        if head == "batch" and request.method == "POST":
            self.operation = "batch"
            self._parse_body(request)
            found = self.body.get("BatchItemRequest") if isinstance(self.body, dict) else None
            self.items = (
                [i for i in found if isinstance(i, dict)] if isinstance(found, list) else []
            )
        elif head in ("query", "cdc", "upload", "download", "taxservice"):
            self.operation = head
            self.entity = {"upload": "Attachable", "taxservice": "TaxCode"}.get(head, "")
        elif head == "reports":
            self.operation = "report"
        elif request.method not in ("GET", "POST"):
            self.operation = "unknown"
        elif head in BY_PATH:
            self.entity = BY_PATH[head].name
            self._entity_operation(request)
        else:
            self.operation = "unknown"

    def _entity_operation(self, request):
        if len(self.path) == 3 and self.path[2] in ("pdf", "send"):
            self.operation = self.path[2]
        elif request.method == "GET":
            self.operation = "read"
        else:
            named = request.query.get("operation", "").lower()
            self._parse_body(request)
            if named in ("delete", "void"):
                self.operation = named
            elif "void" in self.options:
                self.operation = "void"
            else:
                ident = self.body.get("Id") if isinstance(self.body, dict) else None
                self.operation = "create" if ident in (None, "") else "update"

    def _parse_body(self, request):
        """An unreadable body is answered only after the token was accepted."""
        try:
            _content_type(request)
            self.body = parse(request)
        except Fault as problem:
            self.problem = problem


def run(company, call, request, inject=None):
    """Execute; faults are raised, the caller owns the transaction."""
    if call.problem is not None:
        raise call.problem
    handler = _HANDLERS.get(call.operation)
    if handler is None:
        raise unsupported(
            f"Could not find resource for relative : {request.path} of full path: "
            f"https://c50.sandbox.qbo.intuit.com/qbo50{request.path}"
        )
    return handler(company, call, request, inject)


def _batch(company, call, request, inject):
    requestid = request.query.get("requestid", "")
    return Result({"BatchItemResponse": batch.run(company, call.body, requestid, inject)})


def _query(company, call, request, _inject):
    text = request.query.get("query")
    if text is None and request.method == "POST":
        text = request.body.decode("utf-8", "replace")
        if "urlencoded" in request.header("content-type"):
            text = request.form().get("query", text)
    if not text or not text.strip():
        raise fault("4000", 'QueryParserError: Encountered "<EOF>" at line 1, column 0.')
    return Result({"QueryResponse": query.run(company, text, call.options)})


def _cdc(company, call, request, _inject):
    return Result(
        {
            "CDCResponse": cdc.run(
                company, request.query.get("entities"), request.query.get("changedSince")
            )
        }
    )


def _report(company, call, request, _inject):
    if len(call.path) != 2 or request.method != "GET":
        raise unsupported("report without a name")
    return Result(reports.run(company, call.path[1], request.query), timed=False)


def _write(company, call, request, _inject):
    spec = ENTITIES[call.entity]
    if request.method != "POST" or len(call.path) != 1:
        raise unsupported(
            f"Could not find resource for relative : {request.path} of full path: "
            f"https://c50.sandbox.qbo.intuit.com/qbo50{request.path}"
        )
    operation = call.operation if call.operation in ("delete", "void") else ""
    return Result(
        {spec.json_key: operate(company, spec, call.body, operation, ",".join(call.options))}
    )


def _content_type(request):
    ctype = request.header("content-type", "application/json").split(";")[0].strip()
    if ctype and ctype not in CONTENT_TYPES:
        raise fault("1050", f"Invalid Content Type : {ctype}", "")


def _read(company, call, request, _inject):
    spec = ENTITIES[call.entity]
    if spec.name == "ExchangeRate":
        return _exchange_rate(company, request)
    ident = _path_id(company, spec, call)
    if "r" not in spec.operations or len(call.path) > 2:
        raise unsupported(
            f"Could not find resource for relative : {request.path} of full path: "
            f"https://c50.sandbox.qbo.intuit.com/qbo50{request.path}"
        )
    check_id(spec.name, ident)
    text = read(company, spec.name, ident, call.options)
    if text is None:
        raise not_found()
    return Result({spec.json_key: Raw(text)})


def _path_id(company, spec, call):
    if spec.group == "single":
        if len(call.path) == 2 and call.path[1] not in ("1", company.realm):
            raise not_found()
        return "1"
    if len(call.path) < 2:
        raise unsupported(f"{spec.name} without Id")
    ident = call.path[1]
    return (
        ident.upper()
        if ident in ("tax", "non")
        else ("CustomSalesTax" if ident == "customsalestax" else ident)
    )


def _exchange_rate(company, request):
    code = request.query.get("sourcecurrencycode", "").upper()
    if not code:
        raise missing("sourcecurrencycode")
    day = request.query.get("asofdate") or company.clock.today().isoformat()
    return Result({"ExchangeRate": taxservice.rate_answer(company, code, day)})


def _pdf(company, call, request, _inject):
    return Result(
        raw=documents.pdf(company, ENTITIES[call.entity], call.path[1]), ctype="application/pdf"
    )


def _send(company, call, request, _inject):
    spec = ENTITIES[call.entity]
    return Result(
        {spec.json_key: documents.send(company, spec, call.path[1], request.query.get("sendTo"))}
    )


def _upload(company, call, request, _inject):
    return Result({"AttachableResponse": attachments.upload(company, request)})


def _download(company, call, request, _inject):
    if len(call.path) != 2:
        raise unsupported("download without Id")
    return Result(raw=attachments.link(company, call.path[1], request).encode(), ctype="text/plain")


def _taxservice(company, call, request, _inject):
    if call.path[1:] != ["taxcode"] or request.method != "POST":
        raise unsupported("taxservice")
    return Result(taxservice.create(company, parse(request)), timed=False)


_HANDLERS = {
    "batch": _batch,
    "query": _query,
    "cdc": _cdc,
    "report": _report,
    "create": _write,
    "update": _write,
    "delete": _write,
    "void": _write,
    "read": _read,
    "pdf": _pdf,
    "send": _send,
    "upload": _upload,
    "download": _download,
    "taxservice": _taxservice,
}
