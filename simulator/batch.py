"""Batch: up to 30 independent items in one request (FACTS 10.1)."""

from __future__ import annotations

from . import cdc, lifecycle, query, reports, xmlin
from .errors import Fault, bad_property, fault, missing
from .jsontext import Raw, dumps, loads
from .schema import ENTITIES
from .views import present
from .work import Work

LIMIT = 30
ENVELOPE = ("bId", "operation", "optionsData")
_BY_KEY = {spec.json_key: spec for spec in ENTITIES.values()}


def items_of(body, requestid):
    """The items, after the checks that concern the batch as a whole."""
    items = body.get("BatchItemRequest") if isinstance(body, dict) else None
    if items is None:
        raise missing("BatchItemRequest")
    if not isinstance(items, list):
        raise bad_property("failed to parse json object; a property")
    if len(items) > LIMIT:
        raise fault(
            "1040",
            f"Batch size exceeds allowed limit : at most {LIMIT} items. Supplied:{len(items)}",
        )
    for item in items:
        if not isinstance(item, dict):
            raise bad_property("failed to parse json object; a property")
        if requestid and len(str(item.get("bId", ""))) > 10:
            raise fault(
                "2130",
                "Invalid Request Id Format : bId may have at most 10 characters "
                "when a requestid is given",
                "bId",
            )
    return items


def describe(item):
    """``(entity in lower case, operation)`` of an item, for fault rules."""
    for key, operation in (("Query", "query"), ("CDCQuery", "cdc"), ("ReportQuery", "report")):
        if key in item:
            return "", operation
    name = next((key for key in item if key in _BY_KEY), "")
    named, body = str(item.get("operation") or "").lower(), item.get(name)
    if "void" in str(item.get("optionsData") or "").split(","):
        named = "void"
    if named not in ("delete", "void"):
        known = isinstance(body, dict) and body.get("Id") not in (None, "")
        named = "update" if known else "create"
    return name.lower(), named


def run(company, body, requestid, inject=None):
    """The value of ``BatchItemResponse``; ``inject`` knows the faults that were asked for."""
    store = company.store
    by_item = requestid and company.switch("batch_replay") == "items"
    forgotten = None  # decided once there is something to forget
    responses = []
    for position, item in enumerate(items_of(body, requestid)):
        bid = str(item.get("bId", ""))
        key = f"{requestid}:{bid}"
        known = replayed(company, key) if by_item else None
        if known is not None and forgotten is None:
            forgotten = bool(inject and inject.forgets())
        if known is not None and not forgotten:
            responses.append(Raw(known))
            continue
        try:
            if inject:
                inject.item(position)
            result = _one(company, item)
        except Fault as error:
            responses.append(error.body() | {"bId": bid})
            continue
        response = result | {"bId": bid}
        responses.append(response)
        if by_item:
            store.run(
                "INSERT OR REPLACE INTO {p}replay VALUES (?, ?, ?, ?, ?)",
                (key, company.clock.timestamp(), 200, "item", dumps(response)),
            )
    return responses


def replayed(company, key):
    row = company.store.run("SELECT body, at FROM {p}replay WHERE requestid = ?", (key,)).fetchone()
    fresh = row and company.clock.timestamp() - row[1] <= company.switch("requestid_seconds")
    return row[0] if fresh else None


def _one(company, item):
    if "Query" in item:
        return {"QueryResponse": query.run(company, str(item["Query"]))}
    if "CDCQuery" in item:
        asked = item["CDCQuery"]
        return {"CDCResponse": cdc.run(company, asked.get("Entities"), asked.get("ChangedSince"))}
    if "ReportQuery" in item:
        return {"Report": reports.run_path(company, str(item["ReportQuery"]))}
    name = next((key for key in item if key not in ENVELOPE), None)
    spec = _BY_KEY.get(name)
    if spec is None:
        raise fault("2000", f"Invalid or unsupported object name : {name}", "")
    options = str(item.get("optionsData") or "")
    return {
        spec.json_key: operate(
            company, spec, item[name], str(item.get("operation", "")).lower(), options
        )
    }


def operate(company, spec, body, operation, options=""):
    """One write; flushed at once, committed with the whole request."""
    work = Work(company, options.split(","))
    if operation == "delete":
        result = lifecycle.delete(work, spec.name, body)
        work.flush()
        return result
    if operation == "void" or (operation == "update" and "void" in work.options):
        obj = lifecycle.void(work, spec.name, body)
    elif operation in ("create", "update", ""):
        obj = lifecycle.write(work, spec.name, body)
    else:
        raise fault("500", f"Operation {operation} is not supported.")
    change = work.changes.get((spec.name, obj.get("Id")))
    work.flush()
    if spec.name == "Account" and change and change.mode == "new":
        meta = {"CreateTime": obj["MetaData"]["CreateTime"]}  # FACTS 7.1, account row
        return present(company, spec.name, obj | {"MetaData": meta}, work.options)
    return present(company, spec.name, obj, work.options, change.text if change else None)


def parse(request):
    """A JSON or XML body, or the fault of an unreadable one."""
    if xmlin.is_xml(request):
        return xmlin.parse(request.body)
    try:
        text = request.body.decode("utf-8")
    except UnicodeDecodeError:
        raise fault(
            "500",
            "Operation com.sun.org.apache.xerces.internal.impl.io."
            "MalformedByteSequenceException: Invalid byte 1 of 1-byte UTF-8 sequence is "
            "not supported.",
        ) from None
    try:
        return loads(text)
    except ValueError:
        raise bad_property("failed to parse json object; a property") from None
