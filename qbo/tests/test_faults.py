import json

import pytest
from conftest import fault_body
from hypothesis import given
from hypothesis import strategies as st

from qbo import faults
from qbo.fault import Fault, parse_faults
from qbo.fault_table import RULES

GATEWAY = {
    "warnings": None,
    "intuitObject": None,
    "fault": {
        "error": [
            {
                "message": "message=AuthenticationFailed; errorCode=003200; statusCode=401",
                "detail": "Token expired: eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0..AAA.BBB",
                "code": "3200",
                "element": None,
            }
        ],
        "type": "AUTHENTICATION",
    },
    "report": None,
    "time": 1601391072830,
}
XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    '<IntuitResponse time="2016-01-01T00:00:00.000-08:00" '
    'xmlns="http://schema.intuit.com/finance/v3"><Fault type="SERVICE"><Error code="3001">'
    "<Message>message=ThrottleExceeded; errorCode=003001; statusCode=403</Message>"
    "<Detail>The request limit was reached.  Try again later</Detail></Error></Fault>"
    "</IntuitResponse>"
)


# --- reading -------------------------------------------------------------------------------------


def test_upper_case_shape():
    body = {
        "Fault": {
            "Error": [
                {"Message": "Duplicate", "Detail": "Id=1", "code": "6240", "element": ""},
                {"Message": "Required", "code": "2020", "element": "Line"},
            ],
            "type": "ValidationFault",
        },
        "time": "x",
    }
    expected = (
        Fault("6240", "Duplicate", "Id=1", "", "ValidationFault"),
        Fault("2020", "Required", "", "Line", "ValidationFault"),
    )
    assert parse_faults(body) == expected
    assert parse_faults(json.dumps(body)) == expected
    assert parse_faults(("\ufeff" + json.dumps(body)).encode()) == expected


def test_gateway_shape_without_the_token():
    (fault,) = parse_faults(GATEWAY)
    assert fault.code == "3200" and fault.type == "AUTHENTICATION" and fault.element == ""
    assert fault.detail == "Token expired: <hidden>"
    (fault,) = parse_faults(fault_body("3200", "Token revoked: abcdefghijkl0123456789"))
    assert fault.message == "Token revoked: <hidden>"


def test_harmless_token_sentences_stay():
    detail = "Malformed bearer token: too short or too long"
    (fault,) = parse_faults(fault_body("3200", detail=detail))
    assert fault.detail == detail


def test_xml_shape():
    (fault,) = parse_faults(XML)
    assert fault.code == "3001" and fault.type == "SERVICE"
    assert fault.detail == "The request limit was reached.  Try again later"


def test_code_out_of_the_message_and_leading_zeros():
    body = {"fault": {"error": {"message": "x; errorCode=003100; statusCode=403"}, "type": "S"}}
    assert [fault.code for fault in parse_faults(body)] == ["3100"]
    assert parse_faults(fault_body("003001"))[0].code == "3001"
    assert parse_faults(fault_body(6240))[0].code == "6240"
    assert parse_faults(fault_body("000"))[0].code == "0"
    assert parse_faults({"Fault": {"Error": {"Code": "610"}}})[0].code == "610"
    assert parse_faults({"Fault": {"Error": {"Message": "none"}}})[0].code == ""


def test_defaults_are_empty():
    assert Fault("1") == Fault("1", "", "", "", "")
    with pytest.raises(AttributeError):
        Fault("1").code = "2"


def test_broken_bytes_are_read_as_far_as_possible():
    body = b'{"Fault":{"Error":[{"Message":"\xff","code":"610"}]}}'
    assert parse_faults(body)[0].code == "610"


def test_several_xml_faults_without_details():
    text = (
        "<IntuitResponse><Other><Error code='9'/></Other>"
        "<Fault><Error code='1'/><Error element='Id' code='2'/>"
        "<Warning code='3'/></Fault></IntuitResponse>"
    )
    assert parse_faults(text) == (Fault("1"), Fault("2", element="Id"))
    assert parse_faults(text + " " * 100_000) == ()


REST = {
    "journal_line_incomplete": "2260 2270 2280",
    "query_refused": "4000 4001",
    "tax_account_error": "6470",
    "value_out_of_range": "2180 2190",
    "invalid_currency": "2220",
    "negative_amount": "2290",
    "unbalanced_entry": "2300",
    "parent_loop": "900",
    "too_many_levels": "6180",
    "name_missing": "6080",
    "file_too_large": "6030",
    "invalid_file": "6041",
    "email_required": "6420",
    "deposit_mismatch": "6460",
    "quantity_missing": "6520",
    "has_dependants": "800 6400",
    "bill_with_parent_locked": "6130",
    "has_balance": "6220",
    "unbilled_charges": "6280",
    "merchant_transaction": "6110 6120",
    "invalid_web_address": "2200",
    "number_not_supported": "2090 2240",
    "invalid_amount": "2140 2150 2160",
    "missing_lines": "2250",
    "customer_missing": "6310",
    "invalid_custom_field": "3000",
    "tax_code_not_usable": "6100 6160 6230",
    "line_account_missing": "6440",
    "invalid_parent": "700",
    "system_failure": "10000 1000 1010 1020",
    "result_too_big": "10100",
    "conflicting_elements": "2600 6170 6090 6150 6010 6040 6050 6060",
    "invalid_value": "2080 2100 2110 2120 2230",
    "unsupported_operation": "500 1050",
    "token_refused": "3200 3202 3102 100 110",
    "company_unavailable": "130 140 150",
    "business_rule": "6000 2390 2510",
}


@pytest.mark.parametrize(
    ("key", "code"), [(key, code) for key, codes in REST.items() for code in codes.split()]
)
def test_codes_that_need_no_text(key, code):
    assert faults.judge(Fault(code)).key == key


@pytest.mark.parametrize(
    ("noun", "entity"),
    [
        ("Accounts", "Account"),
        ("Names", "Name"),
        ("Klasses", "Class"),
        ("Depts", "Department"),
        ("Items", "Item"),
        ("Terms", "Term"),
        ("PaymentMethods", "PaymentMethod"),
        ("TaxCodes", "TaxCode"),
        ("Strangers", "Strangers"),
    ],
)
def test_nouns_of_references(noun, entity):
    detail = f"Invalid Reference Id : {noun} element id 7 not found"
    assert faults.judge(Fault("2500", "", detail)).params["entity"] == entity


@pytest.mark.parametrize(
    "body",
    [
        None,
        "",
        b"",
        "<html><body>502 Bad Gateway</body></html>",
        "<!DOCTYPE html><p>x",
        {},
        [],
        5,
        {"Invoice": {}},
        {"fault": None},
        {"Fault": []},
        '{"Fault":',
        "plain",
        "<IntuitResponse><x>",
        XML.replace("<Intuit", '<!DOCTYPE x [<!ENTITY a "b">]><Intuit', 1),
    ],
)
def test_no_faults(body):
    assert parse_faults(body) == ()


@pytest.mark.parametrize(
    "body",
    [
        {"Fault": {"type": "SystemFault"}},
        {"Fault": {"Error": [], "type": "SystemFault"}},
        {"Fault": {"Error": ["odd"], "type": "SystemFault"}},
    ],
)
def test_a_fault_without_errors_is_still_one(body):
    assert parse_faults(body) == (Fault("", type="SystemFault"),)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda x: (
            st.lists(x)
            | st.dictionaries(
                st.sampled_from(["Fault", "fault", "Error", "error", "code", "Message"]), x
            )
        ),
        max_leaves=12,
    )
)
def test_junk_never_raises(body):
    faults.judge_all(parse_faults(body))
    faults.judge_all(parse_faults(json.dumps(body)))


# --- judging -------------------------------------------------------------------------------------

B = "Business Validation Error: "
CASES = [
    # code, detail, element -> action, key, params
    ("3200", "Token expired", "", "reconnect", "token_refused", {}),
    ("3100", "", "", "reconnect", "wrong_company_or_keys", {}),
    ("3001", "The request limit was reached.", "", "retry", "throttled", {}),
    (
        "120",
        "AuthorizationFailure: x -11014-You do not have access",
        "",
        "fix_account",
        "permission_lost",
        {},
    ),
    ("130", "", "", "retry", "company_unavailable", {}),
    ("150", "", "", "retry", "company_unavailable", {}),
    ("5020", "", "", "fix_account", "permission_denied", {}),
    ("5030", "", "", "fix_account", "feature_not_supported", {}),
    ("6190", "Subscription period has ended", "", "fix_account", "subscription_ended", {}),
    ("10200", "", "", "fix_account", "company_reset", {}),
    (
        "500",
        "Operation cdc with changedSince date 2011 which is older than fixed days is not "
        "supported.",
        "",
        "reread",
        "changes_too_old",
        {},
    ),
    (
        "500",
        "Operation Could not find resource",
        "",
        "bug",
        "unsupported_operation",
        {"text": "Operation Could not find resource"},
    ),
    ("1040", "", "", "bug", "batch_too_large", {}),
    (
        "2010",
        'Property Name:Unrecognized field "BadJson" (class com.x.Invoice), not marked',
        "",
        "bug",
        "unsupported_property",
        {"property": "BadJson"},
    ),
    (
        "2010",
        "Property Name:failed to parse json object; a property",
        "",
        "bug",
        "unsupported_property",
        {"property": "failed to parse json object; a property"},
    ),
    (
        "2030",
        "Id should be a valid number. Supplied value:1.5",
        "Id",
        "bug",
        "invalid_id",
        {"element": "Id", "supplied": "1.5"},
    ),
    ("2060", "", "TxnDate", "bug", "invalid_date", {"element": "TxnDate", "supplied": ""}),
    ("2130", "", "", "bug", "invalid_request_id", {}),
    (
        "2170",
        "Invalid Enumeration : HAS_BEEN_BILLED",
        "",
        "bug",
        "invalid_enumeration",
        {"element": "", "supplied": "HAS_BEEN_BILLED"},
    ),
    (
        "4001",
        "QueryValidationError: x",
        "",
        "bug",
        "query_refused",
        {"text": "QueryValidationError: x"},
    ),
    (
        "4002",
        "QueryProcessingError: To email",
        "",
        "fix_books",
        "query_data_broken",
        {"text": "QueryProcessingError: To email"},
    ),
    ("5000", "", "X", "bug", "deprecated_field", {"element": "X"}),
    ("10000", "System Failure Error: x", "", "retry", "system_failure", {}),
    (
        "6000",
        B + "You can only add or edit one name at a time. Please try again.",
        "",
        "retry",
        "names_busy",
        {},
    ),
    (
        "6000",
        B + "An unexpected error occurred while accessing or saving your data. Please wait a "
        "few minutes and try again. If the problem persists, contact customer support.",
        "",
        "retry",
        "temporary_failure",
        {},
    ),
    ("6000", B + "Unexpected Internal Error. (-30034)", "", "retry", "temporary_failure", {}),
    ("5010", "Stale Object Error : You and x were working", "", "reread", "stale", {}),
    ("600", "", "", "lookup", "duplicate_request", {}),
    (
        "610",
        "Object Not Found : Another user has deleted this transaction.",
        "",
        "reread",
        "remote_deleted",
        {},
    ),
    (
        "610",
        "Object Not Found : Something you're trying to use has been made inactive.",
        "",
        "rebuild",
        "object_not_found",
        {},
    ),
    (
        "2500",
        "Invalid Reference Id : Accounts element id 7 not found",
        "Reference Id",
        "rebuild",
        "invalid_reference",
        {"noun": "Accounts", "entity": "Account", "id": "7"},
    ),
    (
        "2500",
        "Invalid Reference Id : Klasses element id 50000000001 is invalid",
        "",
        "rebuild",
        "invalid_reference",
        {"noun": "Klasses", "entity": "Class", "id": "50000000001"},
    ),
    (
        "2500",
        "Invalid Reference Id : Names element id 3 not found",
        "",
        "rebuild",
        "invalid_reference",
        {"noun": "Names", "entity": "Name", "id": "3"},
    ),
    (
        "2500",
        "Référence invalide",
        "",
        "rebuild",
        "invalid_reference",
        {"noun": "", "entity": "", "id": ""},
    ),
    (
        "2500",
        "Invalid Reference Id : Something you're trying to use has been made inactive.",
        "",
        "rebuild",
        "inactive_reference",
        {},
    ),
    (
        "2500",
        "x. An item in this transaction is set up as a category instead of a product",
        "",
        "fix_mapping",
        "item_is_category",
        {},
    ),
    ("6250", "", "", "rebuild", "customer_inactive", {}),
    (
        "6000",
        B + "You cannot modify a list element that has been deleted.",
        "",
        "rebuild",
        "inactive_object",
        {},
    ),
    (
        "6000",
        B + "You need to activate this item before updating the quantity",
        "",
        "rebuild",
        "item_inactive",
        {},
    ),
    (
        "6000",
        B + "The entity Estimate 75 that you are trying to link does not exist. Estimate 75",
        "",
        "rebuild",
        "link_target_gone",
        {"entity": "Estimate", "id": "75"},
    ),
    (
        "6000",
        B + "Something this action required is no longer available. Another user may have "
        "deleted it",
        "",
        "rebuild",
        "reference_vanished",
        {},
    ),
    (
        "6240",
        "The name supplied already exists. : null",
        "",
        "adopt",
        "duplicate_name",
        {"holder": "", "id": ""},
    ),
    (
        "6240",
        "The name supplied already exists. : Id=1209",
        "",
        "adopt",
        "duplicate_name",
        {"holder": "", "id": "1209"},
    ),
    (
        "6240",
        "The name supplied already exists. : Another customer, vendor or employee is already "
        "using this name. \nPlease use a different name.",
        "",
        "adopt",
        "duplicate_name",
        {"holder": "", "id": ""},
    ),
    (
        "6240",
        "The name supplied already exists. : Another customer is already using this name.",
        "",
        "adopt",
        "duplicate_name",
        {"holder": "customer", "id": ""},
    ),
    (
        "6240",
        "The name supplied already exists. : Another tax rate is already using this \nname.",
        "",
        "adopt",
        "duplicate_name",
        {"holder": "tax rate", "id": ""},
    ),
    (
        "6140",
        "Duplicate Document Number Error : You must specify a different number. This number "
        "has already been used. DocNumber=INV-1 is assigned to TxnType=Invoice with TxnId=17984",
        "",
        "adopt",
        "duplicate_number",
        {"number": "INV-1", "txn_type": "Invoice", "entity": "Invoice", "id": "17984"},
    ),
    (
        "6140",
        "x DocNumber=A 1 is assigned to TxnType=Journal Entry with TxnId=5",
        "",
        "adopt",
        "duplicate_number",
        {"number": "A 1", "txn_type": "Journal Entry", "entity": "JournalEntry", "id": "5"},
    ),
    (
        "6140",
        "Numéro en double. DocNumber=F-1 affecté à TxnType=Facture TxnId=77",
        "",
        "adopt",
        "duplicate_number",
        {"number": "", "txn_type": "", "entity": "", "id": "77"},
    ),
    ("630", "", "", "adopt", "duplicate_object", {}),
    (
        "2020",
        "Required parameter is missing in the request. An inventory assetaccount is required",
        "",
        "fix_mapping",
        "inventory_account_missing",
        {},
    ),
    (
        "2020",
        "Required parameter AccountRef is missing in the request",
        "AccountRef",
        "fix_mapping",
        "mapping_missing",
        {"element": "AccountRef"},
    ),
    (
        "2020",
        "Required parameter Line is missing in the request",
        "Line",
        "bug",
        "required_missing",
        {"element": "Line"},
    ),
    (
        "2020",
        "Required parameter DepositToAccountRef is missing in the request",
        "",
        "fix_mapping",
        "mapping_missing",
        {"element": "DepositToAccountRef"},
    ),
    ("2020", "", "AccountRefX", "bug", "required_missing", {"element": "AccountRefX"}),
    (
        "2020",
        "Required parameter Name is missing in the request",
        "",
        "bug",
        "required_missing",
        {"element": "Name"},
    ),
    ("6100", "", "", "fix_mapping", "tax_code_not_usable", {}),
    (
        "6430",
        "Invalid account type: x",
        "",
        "fix_mapping",
        "wrong_account_type",
        {"text": "Invalid account type: x"},
    ),
    (
        "6000",
        B + "You need to select a different type of account for this transaction.",
        "",
        "fix_mapping",
        "wrong_account_type",
        {"text": "You need to select a different type of account for this transaction."},
    ),
    (
        "6000",
        B + "Please choose an account of type Bank or Other Current Assets",
        "",
        "fix_mapping",
        "wrong_account_type",
        {"text": "Please choose an account of type Bank or Other Current Assets"},
    ),
    (
        "6000",
        B + "Make sure all your transactions have a VAT rate before you save.",
        "",
        "fix_mapping",
        "tax_code_missing",
        {},
    ),
    (
        "6000",
        B + "Make sure all your transactions have a GST/HST rate before you save.",
        "",
        "fix_mapping",
        "tax_code_missing",
        {},
    ),
    (
        "6000",
        B + "When you use a GST/HST rate, you need to choose a sales tax code for each line item.",
        "",
        "fix_mapping",
        "tax_code_missing",
        {},
    ),
    (
        "6000",
        B + "We're sorry, QuickBooks encountered an error while calculating tax.",
        "",
        "fix_mapping",
        "tax_calculation_failed",
        {},
    ),
    (
        "2050",
        "String length specified does not match the supported length. Min:0 Max:21 supported."
        " Supplied length:33",
        "DocNumber",
        "fix_data",
        "field_too_long",
        {"element": "DocNumber", "min": 0, "max": 21, "supplied": 33},
    ),
    ("2040", "", "DisplayName", "fix_data", "illegal_character", {"element": "DisplayName"}),
    (
        "2210",
        "Email must follow RFC 822. Supplied value:a@b",
        "PrimaryEmailAddr",
        "fix_data",
        "invalid_email",
        {"element": "PrimaryEmailAddr", "supplied": "a@b"},
    ),
    (
        "6070",
        "Amount is not equal to UnitPrice * Qty. Supplied value:1,861.07",
        "",
        "fix_data",
        "amount_mismatch",
        {"supplied": "1,861.07"},
    ),
    ("6270", "Transactions with inventory", "", "fix_data", "before_inventory_start", {}),
    ("6530", "", "", "fix_data", "card_number_found", {}),
    ("6000", B + "You must set a transaction amount.", "", "fix_data", "amount_missing", {}),
    (
        "6000",
        B + "You must specify a transaction amount that is 0 or greater.",
        "",
        "fix_data",
        "negative_total",
        {},
    ),
    (
        "6000",
        B + "You must select a customer for this transaction.",
        "",
        "fix_data",
        "customer_missing",
        {},
    ),
    (
        "6000",
        B + "When you use Accounts Receivable, you must choose a customer in the Name field.",
        "",
        "fix_data",
        "entity_missing",
        {"text": "When you use Accounts Receivable, you must choose a customer in the Name field."},
    ),
    (
        "6000",
        B + "The currency of the transaction is invalid for customer/vendor/account.",
        "",
        "fix_data",
        "currency_mismatch",
        {},
    ),
    (
        "6000",
        B + "Fill out at least two detail lines to continue.",
        "",
        "fix_data",
        "missing_lines",
        {},
    ),
    ("6000", B + "Please enter at least one line item", "", "fix_data", "missing_lines", {}),
    (
        "6000",
        B + "An amount is either too large (> 99,999,999,999) or too small",
        "",
        "fix_data",
        "amount_too_large",
        {},
    ),
    (
        "6000",
        B + "The type of name assigned to this transaction (client, vendor, employee) is wrong",
        "",
        "bug",
        "wrong_name_type",
        {},
    ),
    (
        "6000",
        B + "You cannot void this invoice because it has payments applied to it.",
        "",
        "void_blocked",
        "paid_document",
        {},
    ),
    ("6450", "", "", "void_blocked", "settled_transaction", {}),
    ("6210", "The account period has closed", "", "fix_books", "period_closed", {}),
    ("6200", "", "", "fix_books", "period_closed", {}),
    ("6540", "This transaction has been deposited.", "", "fix_books", "deposited", {}),
    ("6480", "", "", "fix_books", "bank_matched", {}),
    ("620", "", "", "fix_books", "link_refused", {}),
    ("6000", B + "Something new.", "", "fix_data", "business_rule", {"text": "Something new."}),
    ("6999", "Something newer.", "", "fix_data", "business_rule", {"text": "Something newer."}),
    ("7777", "odd", "E", "bug", "unknown_fault", {"element": "E", "text": "odd"}),
]


@pytest.mark.parametrize(("code", "detail", "element", "action", "key", "params"), CASES)
def test_judge(code, detail, element, action, key, params):
    verdict = faults.judge(Fault(code, "m", detail, element, "ValidationFault"))
    assert (verdict.action, verdict.key, dict(verdict.params)) == (action, key, params)
    assert faults.KEYS[key] == (action, verdict.audience, tuple(params))


@pytest.mark.parametrize(
    ("kind", "code", "key"),
    [
        ("AUTHENTICATION", "9", "token_refused"),
        ("AuthorizatonFault", "", "token_refused"),
        ("SystemFault", "", "system_failure"),
        ("SERVICE", "77", "system_failure"),
        ("SystemFault", "2999", "unknown_fault"),
        ("SystemFault", "4999", "unknown_fault"),
        ("SystemFault", "5999", "unknown_fault"),
        ("SystemFault", "6999", "business_rule"),
        ("ValidationFault", "", "unexplained_refusal"),
    ],
)
def test_unknown_codes_are_judged_by_type(kind, code, key):
    assert faults.judge(Fault(code, type=kind)).key == key


def test_the_most_demanding_fault_decides():
    stale, missing = Fault("5010"), Fault("2020", element="Line")
    duplicate, long = Fault("6140"), Fault("2050")
    expired = Fault("6190")
    assert faults.judge_all([stale, duplicate]).action == "adopt"
    assert faults.judge_all([long, duplicate]).action == "fix_data"
    assert faults.judge_all([duplicate, missing, long]).action == "bug"
    assert faults.judge_all([missing, expired]).action == "fix_account"
    assert faults.judge_all([]).key == "unexplained_refusal"


def test_the_table_is_consistent():
    for key, (action, audience, params) in faults.KEYS.items():
        assert action in faults.ACTIONS and audience in faults.AUDIENCES
        assert key.isidentifier() and key == key.lower()
        assert all(name.isidentifier() for name in params)
    actions = {action for action, _audience, _params in faults.KEYS.values()}
    assert actions == set(faults.ACTIONS)


def test_every_rule_can_be_reached():
    """A rule behind a rule of the same code without a pattern would never fire."""
    open_codes = set()
    for rule in RULES:
        assert not open_codes & set(rule.codes), rule.key
        if rule.pattern is None:
            open_codes |= set(rule.codes)


@given(
    st.text(),
    st.text(max_size=200),
    st.text(max_size=20),
    st.sampled_from(
        ["2010", "2020", "2050", "2500", "6000", "6070", "6140", "6240", "500", "", "x"]
    ),
)
def test_params_are_always_complete(message, detail, element, code):
    verdict = faults.judge(Fault(code, message, detail, element))
    assert set(verdict.params) == set(faults.KEYS[verdict.key][2])
