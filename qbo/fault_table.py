"""The table of faults: one row says what a fault asks for (FACTS 3.3, 3.4).

A row answers three questions: what does the engine do (``action``), which sentence does a person
read (``key``; the sentences live in the Odoo layer) and who has to act (``audience``). Texts are
only looked at where the code alone does not tell; they are localised to the company's language
(FACTS 3.1), so an unmatched text falls through to the code's last row.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from . import entities
from .fault import Fault

#: Actions, from the one the engine settles alone to the one that stops the whole connection.
#: ``judge_all`` picks the last one of this order.
ACTIONS = (
    "retry",  # transient refusal: the same payload later, in a new envelope
    "reread",  # the remote object changed: read it by id, compare, merge, try once more
    "rebuild",  # a reference is gone or inactive: check the dependency, then build anew
    "lookup",  # perhaps executed before: look for the object before anything is sent again
    "adopt",  # the name or number is taken: compare the holder, take it over or choose another
    "fix_data",  # a person edits the record
    "fix_mapping",  # a person completes the mapping
    "void_blocked",  # a payment or settlement stands in the way
    "fix_books",  # a person changes something in QuickBooks
    "bug",  # our fault: a developer must look
    "fix_account",  # subscription, permission or feature of the QuickBooks company
    "reconnect",  # the connection itself is refused
)

#: Who acts: nobody, whoever edits records, the bookkeeper, the connector's manager, the owner of
#: the QuickBooks subscription, a developer
AUDIENCES = ("system", "user", "accountant", "manager", "owner", "developer")

_AUDIENCE_OF_ACTION = {
    "retry": "system",
    "reread": "system",
    "rebuild": "system",
    "lookup": "system",
    "adopt": "system",
    "fix_data": "user",
    "fix_mapping": "manager",
    "void_blocked": "accountant",
    "fix_books": "accountant",
    "bug": "developer",
    "fix_account": "owner",
    "reconnect": "manager",
}


@dataclass(frozen=True)
class Extract:
    """Values a sentence needs, read out of a fault; names it does not find may be missing."""

    names: tuple[str, ...]
    read: Callable[[Fault], dict]


def _found(pattern: str, *ints: str) -> Extract:
    """Named groups of the pattern in the detail (then the message); numbers where asked."""
    compiled = re.compile(pattern, re.IGNORECASE | re.DOTALL)

    def read(fault: Fault) -> dict:
        match = compiled.search(fault.detail) or compiled.search(fault.message)
        values = {k: v.strip() for k, v in match.groupdict(default="").items()} if match else {}
        return {k: int(v) if k in ints and v else v for k, v in values.items()}

    return Extract(tuple(compiled.groupindex), read)


_NOUNS = {  # element nouns of 2500 (FACTS 3.3) -> entity; Names may be any of three
    "accounts": "Account",
    "names": "Name",
    "klasses": "Class",
    "depts": "Department",
    "items": "Item",
    "terms": "Term",
    "paymentmethods": "PaymentMethod",
    "taxcodes": "TaxCode",
}

_reference_parts = _found(r":\s*(?P<noun>[A-Za-z]+) element id (?P<id>[\w-]+)")
_holder_parts = _found(
    r"(?:Another (?P<holder>[a-z ]+?) (?:or employee )?is already)|(?:\bId=(?P<id>\d+))"
)
_number_parts = _found(
    r"DocNumber=(?P<number>.*?)(?: is assigned to| TxnType=).*?"
    r"TxnType=(?P<txn_type>.*?) with TxnId=(?P<id>\d+)"
)
# of a localised sentence only the machine readable tail is left (FACTS 3.1)
_number_tail = _found(r"TxnId=(?P<id>\d+)")


def _read_reference(fault: Fault) -> dict:
    parts = _reference_parts.read(fault)
    noun = parts.get("noun", "")
    return {**parts, "entity": _NOUNS.get(noun.lower(), noun)}


def _read_number_holder(fault: Fault) -> dict:
    parts = _number_parts.read(fault) or _number_tail.read(fault)
    row = entities.find(parts.get("txn_type", ""))
    return {**parts, "entity": row.name if row else ""}


def _read_element(fault: Fault) -> dict:
    match = re.search(r"required parameter (\w+) is missing", fault.detail, re.IGNORECASE)
    return {"element": fault.element or (match.group(1) if match else "")}


_reference = Extract(("noun", "entity", "id"), _read_reference)
_number_holder = Extract(("number", "txn_type", "entity", "id"), _read_number_holder)
_element = Extract(("element",), _read_element)
_length = _found(
    r"Min:\s*(?P<min>\d{1,9})\s*Max:\s*(?P<max>\d{1,9}).*?length:\s*(?P<supplied>\d{1,9})",
    "min",
    "max",
    "supplied",
)
_supplied = _found(r"supplied value:\s*(?P<supplied>.+)$")
_sentence = _found(r"^(?:Business Validation Error\s*:\s*)?(?P<text>.*)$")


@dataclass(frozen=True)
class Rule:
    """One row: the first rule whose code and pattern both fit decides."""

    codes: tuple[str, ...]
    action: str
    key: str
    pattern: re.Pattern | None = None
    extract: tuple[Extract, ...] = ()

    @property
    def audience(self) -> str:
        """Who has to act follows from what has to be done."""
        return _AUDIENCE_OF_ACTION[self.action]

    def fits(self, fault: Fault) -> bool:
        """Whether the row speaks about this fault."""
        if fault.code not in self.codes:
            return False
        text = f"{fault.element}\n{fault.message}\n{fault.detail}"
        return self.pattern is None or bool(self.pattern.search(text))

    @property
    def params(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for extract in self.extract for name in extract.names))


def _rule(codes: str, action: str, key: str, *extract: Extract, text: str = "") -> Rule:
    pattern = re.compile(text, re.IGNORECASE | re.DOTALL) if text else None
    return Rule(tuple(codes.split()), action, key, pattern, extract)


#: references a person maps, as the element or in the sentence
_MAPPED = (
    r"(?:\A|parameter )\w*(?:AccountRef|ItemRef|TaxCodeRef|PaymentMethodRef|TermRef)"
    r"(?:\n| is missing)"
)

RULES: tuple[Rule, ...] = (
    # --- connection and company -------------------------------------------------------------------
    _rule("3200 3202 3102 100 110", "reconnect", "token_refused"),
    _rule("3100 3101", "reconnect", "wrong_company_or_keys"),
    _rule("3001", "retry", "throttled"),
    _rule("120", "fix_account", "permission_lost"),
    _rule("130 140 150", "retry", "company_unavailable"),
    _rule("5020", "fix_account", "permission_denied"),
    _rule("5030", "fix_account", "feature_not_supported"),
    _rule("6190", "fix_account", "subscription_ended"),
    _rule("10200", "fix_account", "company_reset"),
    # --- requests we built wrongly ----------------------------------------------------------------
    _rule("500", "reread", "changes_too_old", text="changedSince"),
    _rule("500 1050", "bug", "unsupported_operation", _sentence),
    _rule("1040", "bug", "batch_too_large"),
    _rule(
        "2000 2010",
        "bug",
        "unsupported_property",
        _found(r'(?:Unrecognized field "|Property Name:(?!Unrecognized))(?P<property>[^"\n]+)'),
    ),
    _rule("2030", "bug", "invalid_id", _element, _supplied),
    _rule("2060 2070", "bug", "invalid_date", _element, _supplied),
    _rule("2080 2100 2110 2120 2230", "bug", "invalid_value", _element, _supplied),
    _rule("2130", "bug", "invalid_request_id"),
    _rule(
        "2170",
        "bug",
        "invalid_enumeration",
        _element,
        _found(r"Invalid Enumeration\s*:\s*(?P<supplied>.+)$"),
    ),
    _rule("2260 2270 2280", "bug", "journal_line_incomplete"),
    _rule("2600 6170 6090 6150 6010 6040 6050 6060", "bug", "conflicting_elements", _sentence),
    _rule("4000 4001", "bug", "query_refused", _sentence),
    _rule("4002", "fix_books", "query_data_broken", _sentence),
    _rule("5000", "bug", "deprecated_field", _element),
    _rule("10100", "bug", "result_too_big"),
    # --- transient --------------------------------------------------------------------------------
    _rule("10000 1000 1010 1020", "retry", "system_failure"),
    _rule("6000", "retry", "names_busy", text="one name at a time"),
    _rule(
        "6000",
        "retry",
        "temporary_failure",
        text=r"wait a few minutes|try again later|unexpected (?:internal )?error.*\(-\d{3,}\)"
        r"|\(-30034\)",
    ),
    # --- the remote side moved --------------------------------------------------------------------
    _rule("5010", "reread", "stale"),
    _rule("600", "lookup", "duplicate_request"),
    _rule("610", "reread", "remote_deleted", text="has deleted this"),
    _rule("610", "rebuild", "object_not_found"),
    _rule("700", "rebuild", "invalid_parent"),
    _rule("2500", "fix_mapping", "item_is_category", text="set up as a category"),
    _rule("2500", "rebuild", "inactive_reference", text="made inactive"),
    _rule("2500", "rebuild", "invalid_reference", _reference),
    _rule("6250", "rebuild", "customer_inactive"),
    _rule("6000", "rebuild", "inactive_object", text="list element that has been deleted"),
    _rule("6000", "rebuild", "item_inactive", text="need to activate this item"),
    _rule(
        "6000",
        "rebuild",
        "link_target_gone",
        _found(r"The entity (?P<entity>[A-Za-z ]+?) (?P<id>\d+) that you are trying"),
        text="trying to link does not exist",
    ),
    _rule("6000", "rebuild", "reference_vanished", text="no longer available"),
    # --- taken names and numbers ------------------------------------------------------------------
    _rule("6240", "adopt", "duplicate_name", _holder_parts),
    _rule("6140", "adopt", "duplicate_number", _number_holder),
    _rule("630", "adopt", "duplicate_object"),
    # --- mapping ----------------------------------------------------------------------------------
    _rule("2020", "fix_mapping", "inventory_account_missing", text=r"inventory asset ?account"),
    _rule("2020", "fix_mapping", "mapping_missing", _element, text=_MAPPED),
    _rule("2020", "bug", "required_missing", _element),
    _rule("3000", "fix_mapping", "invalid_custom_field"),
    _rule("6100 6160 6230", "fix_mapping", "tax_code_not_usable"),
    _rule("6470", "fix_mapping", "tax_account_error"),
    _rule("6430", "fix_mapping", "wrong_account_type", _sentence),
    _rule("6440", "fix_mapping", "line_account_missing"),
    _rule(
        "6000",
        "fix_mapping",
        "wrong_account_type",
        _sentence,
        text=r"different type of account|choose an account of type|select a bank account",
    ),
    _rule(
        "6000",
        "fix_mapping",
        "tax_code_missing",
        text=r"have an? .{2,20} rate before you save|choose a sales tax code",
    ),
    _rule("6000", "fix_mapping", "tax_calculation_failed", text="while calculating tax"),
    # --- the record -------------------------------------------------------------------------------
    _rule("2050", "fix_data", "field_too_long", _element, _length),
    _rule("2040", "fix_data", "illegal_character", _element),
    _rule("2210", "fix_data", "invalid_email", _element, _supplied),
    _rule("2200", "fix_data", "invalid_web_address", _element, _supplied),
    _rule("2090 2240", "fix_data", "number_not_supported", _element, _supplied),
    _rule("2140 2150 2160", "fix_data", "invalid_amount", _element, _supplied),
    _rule("2180 2190", "fix_data", "value_out_of_range", _element, _supplied),
    _rule("2220", "fix_data", "invalid_currency", _supplied),
    _rule("6070", "fix_data", "amount_mismatch", _supplied),
    _rule("2250", "fix_data", "missing_lines"),
    _rule("2290", "fix_data", "negative_amount"),
    _rule("2300", "fix_data", "unbalanced_entry"),
    _rule("900", "fix_data", "parent_loop"),
    _rule("6180", "fix_data", "too_many_levels"),
    _rule("6080", "fix_data", "name_missing"),
    _rule("6030", "fix_data", "file_too_large"),
    _rule("6041", "fix_data", "invalid_file"),
    _rule("6270", "fix_data", "before_inventory_start"),
    _rule("6310", "fix_data", "customer_missing"),
    _rule("6420", "fix_data", "email_required"),
    _rule("6460", "fix_data", "deposit_mismatch"),
    _rule("6520", "fix_data", "quantity_missing"),
    _rule("6530", "fix_data", "card_number_found"),
    _rule("6000", "fix_data", "amount_missing", text="must set a transaction amount"),
    _rule("6000", "fix_data", "negative_total", text="amount that is 0 or greater"),
    _rule("6000", "fix_data", "amount_too_large", text="amount is either too large"),
    _rule("6000", "fix_data", "customer_missing", text="must select a customer"),
    _rule("6000", "fix_data", "entity_missing", _sentence, text=r"must choose a \w+ in the name"),
    _rule("6000", "fix_data", "currency_mismatch", text="currency of the transaction is invalid"),
    _rule("6000", "fix_data", "missing_lines", text=r"at least (?:two|one) (?:detail|line)"),
    _rule("6000", "bug", "wrong_name_type", text="type of name assigned to this transaction"),
    # --- the books --------------------------------------------------------------------------------
    _rule(
        "6000",
        "void_blocked",
        "paid_document",
        text=r"(?:void|delete).{0,80}(?:payment|paid)|(?:payment|paid).{0,80}(?:void|delete)",
    ),
    _rule("6450", "void_blocked", "settled_transaction"),
    _rule("6200 6210", "fix_books", "period_closed"),
    _rule("6540", "fix_books", "deposited"),
    _rule("6480", "fix_books", "bank_matched"),
    _rule("6110 6120", "fix_books", "merchant_transaction"),
    _rule("620", "fix_books", "link_refused"),
    _rule("800 6400", "fix_books", "has_dependants"),
    _rule("6130", "fix_books", "bill_with_parent_locked"),
    _rule("6220", "fix_books", "has_balance"),
    _rule("6280", "fix_books", "unbilled_charges"),
    # --- a rule of the company we do not know -----------------------------------------------------
    _rule("6000 2390 2510", "fix_data", "business_rule", _sentence),
)

#: verdicts for faults no rule knows, chosen by fault type or family of the code
FALLBACK = {
    "transient": _rule("", "retry", "system_failure"),
    "auth": _rule("", "reconnect", "token_refused"),
    "rule": _rule("", "fix_data", "business_rule", _sentence),
    "unknown": _rule("", "bug", "unknown_fault", _element, _sentence),
    "silent": _rule("", "bug", "unexplained_refusal"),
}
