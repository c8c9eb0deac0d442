"""Faults as Intuit words them (FACTS section 3)."""

from __future__ import annotations

MESSAGES = {
    "100": "General Authentication Error",
    "110": "OAuth Authentication Error",
    "120": "Authorization Failure",
    "130": "Wrong Cluster",
    "140": "Company Locked Out",
    "150": "Company Under Maintenance",
    "500": "Unsupported Operation",
    "600": "Duplicate Request ID",
    "610": "Object Not Found",
    "620": "Transaction can't be linked",
    "630": "Duplicate Object",
    "700": "Parent Reference Invalid",
    "800": "Cannot delete object",
    "900": "Parent cannot be child",
    "1000": "Operation Failed",
    "1010": "Create Failed",
    "1020": "Update Failed",
    "1040": "Batch size exceeds allowed limit",
    "1050": "Invalid Content Type",
    "2000": "Invalid or unsupported object name",
    "2010": "Request has invalid or unsupported property",
    "2020": "Required param missing, need to supply the required value for the API",
    "2030": "Invalid ID",
    "2040": "Invalid String",
    "2050": "String length is either shorter or longer than supported by specification",
    "2060": "Invalid Date Format",
    "2070": "Invalid Date",
    "2080": "Invalid Number Format",
    "2090": "Invalid Number",
    "2100": "Invalid Decimal Format",
    "2110": "Invalid Decimal",
    "2120": "Invalid Type",
    "2130": "Invalid Request Id Format",
    "2140": "Invalid Amount",
    "2150": "Invalid Percent",
    "2160": "Invalid Quantity",
    "2170": "Invalid Enumeration",
    "2180": "Invalid String Range",
    "2190": "Invalid Date Range",
    "2200": "Invalid Web Address",
    "2210": "Invalid Email Address format",
    "2220": "Invalid Currency Type",
    "2230": "Invalid Boolean",
    "2240": "Invalid Number Range",
    "2250": "Missing lines",
    "2260": "Missing PostingType",
    "2270": "Missing TaxApplicableOn",
    "2280": "Missing TaxAmount",
    "2290": "Negative Amount",
    "2300": "Amount on debits not equal to credits",
    "2390": "Invalid Request",
    "2500": "Invalid Reference Id",
    "2510": "Invalid Reference",
    "2600": "Conflicting Elements In Request",
    "3000": "Invalid Custom Field",
    "4000": "Error parsing query",
    "4001": "Invalid query",
    "4002": "Error processing query",
    "5000": "Deprecated Field",
    "5010": "Stale Object Error",
    "5020": "Permission Denied Error",
    "5030": "Feature Not Supported",
    "6000": "A business validation error has occurred while processing your request",
    "6010": "Invalid Account Type",
    "6030": "Attachment too large",
    "6040": "Invalid attachment metadata",
    "6041": "Invalid file",
    "6050": "Invalid attachable entity type",
    "6060": "Open balance date is required",
    "6070": "Amount calculation incorrect in the request",
    "6080": "No Name Provided",
    "6090": "Discount line missing required info",
    "6100": "Invalid Line TaxCode in the request",
    "6110": "Merchant service transaction cannot be updated",
    "6120": "Merchant service transaction cannot be deleted",
    "6130": "Cannot change who customer bills with",
    "6140": "Duplicate Document Number Error",
    "6150": "ParentRef required",
    "6160": "Invalid TaxCodeRef",
    "6170": "Invalid TxnTaxDetail",
    "6180": "Sub level limit exceeded",
    "6190": "Invalid Company Status",
    "6200": "Account Period Closed",
    "6210": "Account Period Closed, Cannot Update Through Services API",
    "6220": "Cannot delete an entity that has a balance",
    "6230": "Invalid TaxCodeRef",
    "6240": "Duplicate Name Exists Error",
    "6250": "Invalid Sales Customer",
    "6270": "Transaction date is prior to start date for inventory item",
    "6280": "Customer has unbilled charges",
    "6310": "Missing Customer",
    "6400": "Deleting a linked purchase invalidates an invoice",
    "6420": "Email address required",
    "6430": "Invalid account type used",
    "6440": "Transaction detail information required",
    "6450": "Attempt to void a settled transaction",
    "6460": "Invoice deposit does not match the card amount",
    "6470": "Tax liability account or tax rate error",
    "6480": "Matched Transaction Delete Error",
    "6520": "Missing tracked inventory item quantity",
    "6530": "Raw credit card number found",
    "6540": "Deposited Transaction cannot be changed",
    "10000": "An application error has occurred while processing your request",
    "10100": "Result set too big",
    "10200": "Company has been reset",
}

INACTIVE = (
    "Something you're trying to use has been made inactive. Check the fields with accounts, "
    "customers, items, vendors or employees."
)


class Fault(Exception):
    """A fault of the application tier: ``{"Fault": {"Error": [...]}}`` (FACTS 3.1)."""

    def __init__(self, errors, kind="ValidationFault", status=400, timed=True):
        super().__init__("; ".join(f"{e['code']} {e['Detail']}" for e in errors))
        self.errors, self.kind, self.status, self.timed = errors, kind, status, timed

    def body(self):
        return {"Fault": {"Error": self.errors, "type": self.kind}}


class GatewayFault(Exception):
    """A fault of the gateway, spelled in lower case with epoch time (FACTS 3.2)."""

    def __init__(self, status, name, code, kind, detail=None):
        super().__init__(f"{status} {name} {detail}")
        self.status, self.code, self.kind, self.detail = status, code, kind, detail
        self.message = f"message={name}; errorCode={int(code):06d}; statusCode={status}"

    def body(self, millis):
        error = {"message": self.message, "detail": self.detail, "code": self.code, "element": None}
        return {
            "warnings": None,
            "intuitObject": None,
            "fault": {"error": [error], "type": self.kind},
            "report": None,
            "queryResponse": None,
            "batchItemResponse": [],
            "attachableResponse": [],
            "syncErrorResponse": None,
            "requestId": None,
            "time": millis,
            "status": None,
            "cdcresponse": [],
        }


class Disconnect(Exception):
    """The connection is to be dropped without an answer."""


def error(code, detail, element=None):
    """One entry of ``Fault.Error``."""
    entry = {"Message": MESSAGES[code], "Detail": detail, "code": code}
    if element is not None:
        entry["element"] = element
    return entry


def fault(code, detail, element=None, **options):
    return Fault([error(code, detail, element)], **options)


def business(text):
    """Code 6000 with one of the texts of FACTS 3.4."""
    return fault("6000", f"Business Validation Error: {text}", "")


def not_found(text=INACTIVE):
    return fault("610", f"Object Not Found : {text}", "")


def missing(*names):
    return Fault(
        [
            error("2020", f"Required parameter {name} is missing in the request", name)
            for name in names
        ]
    )


def bad_reference(noun, ref):
    return fault(
        "2500", f"Invalid Reference Id : {noun} element id {ref} not found", "Reference Id"
    )


def inactive_reference():
    return fault("2500", f"Invalid Reference Id : {INACTIVE}", "Reference Id")


def unsupported(operation):
    return fault("500", f"Operation {operation} is not supported.")


def bad_property(text):
    return fault("2010", f"Property Name:{text} specified is unsupported or invalid")


def stale(name=None):
    tail = f" Entity={name}" if name else ""
    return fault(
        "5010",
        "Stale Object Error : You and another user were working on this at the same "
        "time. The other user finished before you did, so your work was not saved." + tail,
        "",
    )


def throttled():
    return GatewayFault(
        429,
        "ThrottleExceeded",
        "3001",
        "SERVICE",
        "The request limit was reached.  Try again later",
    )


def unauthenticated(detail):
    return GatewayFault(401, "AuthenticationFailed", "3200", "AUTHENTICATION", detail)


def forbidden():
    return GatewayFault(403, "ApplicationAuthorizationFailed", "3100", "SERVICE")


def application_error(text):
    return fault("10000", f"System Failure Error: {text}", kind="SystemFault", status=500)
