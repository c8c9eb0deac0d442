"""Check a statement against the entity's table and run it in SQL (FACTS 4)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from .. import jsontext
from ..clock import parse_stamp
from ..errors import fault
from ..jsontext import Raw
from ..schema import BY_LOWER
from ..store import column_name, scaled
from ..views import shown
from .parse import parse

META = {"metadata.createtime": "created", "metadata.lastupdatedtime": "updated"}
LIMIT = 1000


def invalid(text):
    return fault("4001", f"QueryValidationError: {text}")


def run(company, text, include=()):
    """The value of ``QueryResponse``."""
    statement = parse(text)
    spec = BY_LOWER.get(statement.entity.lower())
    if spec is None or "q" not in spec.operations:
        raise invalid(f"invalid context declaration: {statement.entity}")
    check_page(company, statement)
    where, params, links = conditions(company, spec, statement)
    order = ordering(company, spec, statement)
    for prop in statement.fields:
        known(spec, prop)
    if links:
        return linked_rows(company, spec, statement, where, params, order, links)
    if statement.count:
        return {"totalCount": company.store.count(spec.name, where, params)}
    rows = company.store.select(
        spec.name,
        where,
        params,
        order,
        LIMIT if statement.limit is None and spec.group == "single" else statement.limit,
        statement.start - 1,
    )
    return answer(company, spec, statement, rows, include)


def answer(company, spec, statement, rows, include=()):
    if not rows:
        return {}
    if statement.fields:
        bodies = [projected(statement.fields, jsontext.loads(body)) for body, _raw in rows]
    else:
        bodies = [Raw(shown(company, spec.name, body, raw, True, include)) for body, raw in rows]
    result = {spec.json_key: bodies, "startPosition": statement.start, "maxResults": len(rows)}
    if spec.total:
        result["totalCount"] = len(rows)
    return result


def check_page(company, statement):
    if statement.start < 1:
        raise invalid(f"value {statement.start} is too small. Min allowed value is 1")
    if statement.limit is None:
        statement.limit = 100
    elif statement.limit < 1 and not statement.count:
        raise invalid(f"value {statement.limit} is too small. Min allowed value is 1")
    elif statement.limit > LIMIT:
        if company.switch("max_results_over") == "error":
            raise invalid(f"value {statement.limit} is too large. Max allowed value is {LIMIT}")
        statement.limit = LIMIT


def known(spec, prop):
    """The attribute must exist, be it queryable or not."""
    head = prop.split(".")[0]
    if head.lower() == "metadata" or head in spec.fields or head == "Id":
        return
    raise invalid(f"Property {prop} not found for Entity {spec.name}")


def column(spec, prop, sorting=False):
    """SQL column of a property."""
    if prop.lower() in META:
        return META[prop.lower()]
    if prop == "Id":
        return "id"
    field = spec.columns.get(prop)
    if field is None or sorting and not field.sortable:
        if prop in spec.fields:
            raise invalid(f"property '{prop}' is not queryable")
        raise invalid(f"Property {prop} not found for Entity {spec.name}")
    return column_name(prop)


def conditions(company, spec, statement):
    """``(sql, params, attachment links)`` of the WHERE clause."""
    clauses, params, links, active = ["1"], [], [], False
    for prop, operator, values in statement.conditions:
        if spec.name == "Attachable" and prop.lower().startswith("attachableref."):
            links.append((prop.lower().rsplit(".", 1)[1], values))
            continue
        name = column(spec, prop)
        active = active or prop == "Active"
        clause, values = clause_for(spec, prop, name, operator, values)
        clauses.append(clause)
        params += values
    if "Active" in spec.columns and not active:
        clauses.append("c_Active IS NOT 0")
    lag = company.switch("query_lag_seconds")
    if lag:
        clauses.append("created <= ?")
        params.append(int(company.clock.timestamp()) - lag)
    return " AND ".join(clauses), params, links


def clause_for(spec, prop, name, operator, values):
    converted = [convert(spec, prop, value) for value in values]
    if operator == "in":
        return f"{name} IN ({', '.join('?' * len(converted))})", converted
    if operator == "like":
        pattern = str(values[0]).replace("\\", "\\\\").replace("_", "\\_")
        return f"{name} LIKE ? ESCAPE '\\'", [pattern]
    if prop == "Id" and operator != "=":
        return f"CAST({name} AS INTEGER) {operator} CAST(? AS INTEGER)", converted
    return f"{name} {operator} ?", converted


def convert(spec, prop, value):
    """A literal in the form its column holds."""
    if prop.lower() in META:
        try:
            return parse_stamp(str(value)).timestamp()
        except ValueError:
            raise invalid(f"value {value} is not a valid date-time") from None
    if prop == "Id":
        text = str(value)
        if not text or (not text.isdigit() and spec.group != "tax"):
            raise fault(
                "2030", f"Id should be a valid number. Supplied value:{text}", "Id", timed=False
            )
        return text
    kind = spec.columns[prop].kind
    if kind in ("money", "rate", "int"):
        try:
            return scaled(Decimal(str(value).strip()))
        except (InvalidOperation, ValueError):
            if not str(value).strip():
                return None
            raise invalid(f"value {value} is not a valid number") from None
    if kind == "bool":
        return int(value is True or str(value).lower() == "true")
    if kind == "date":
        return str(value)[:10]
    return str(value).lower() if isinstance(value, bool) else value


def ordering(company, spec, statement):
    parts = []
    for prop, descending in statement.order:
        if prop == "Id":
            if company.switch("order_by_id") == "error":
                raise invalid("property 'Id' is not sortable")
            continue
        parts.append(f"{column(spec, prop, sorting=True)} {'DESC' if descending else 'ASC'}")
    if parts:
        return ", ".join([*parts, "n"])
    if spec.order:
        return f"{column_name(spec.order)}, n"
    return "updated DESC, seq DESC"


def projected(fields, row):
    """Only what was asked for, marked sparse (FACTS 4, projection)."""
    result = {"sparse": True, "Id": row.get("Id")}
    for prop in fields:
        head, _, tail = prop.partition(".")
        if head.lower() == "metadata":
            meta = result.setdefault("MetaData", {})
            for name, value in (row.get("MetaData") or {}).items():
                if name.lower() == tail.lower() or not tail:
                    meta[name] = value
        elif row.get(head) is not None:
            result[head] = row[head]
    return result


def linked_rows(company, spec, statement, where, params, order, links):
    """Attachables by what they hang on: the list is filtered after reading."""
    rows = [
        row
        for row in company.store.select(spec.name, where, params, order)
        if _linked(jsontext.loads(row[0]), links)
    ]
    if statement.count:
        return {"totalCount": len(rows)}
    first = statement.start - 1
    return answer(company, spec, statement, rows[first : first + statement.limit])


def _linked(row, links):
    for item in row.get("AttachableRef") or []:
        target = item.get("EntityRef") or {}
        values = {"type": target.get("type"), "value": target.get("value")}
        if all(
            str(values.get(name)).lower() in [str(v).lower() for v in wanted]
            for name, wanted in links
        ):
            return True
    return False
