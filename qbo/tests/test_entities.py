import importlib
import inspect
import pkgutil

import pytest
import quickbooks.objects
from quickbooks import QuickBooks
from quickbooks.mixins import DeleteMixin, ReadMixin, VoidMixin

from qbo import entities

#: parts of objects, not entities: the library names them too
PARTS = {
    "AttachableRef",
    "BatchItemRequest",
    "BatchItemResponse",
    "BillPaymentCreditCard",
    "CDCResponse",
    "CheckPayment",
    "DiscountOverride",
    "Error",
    "Fault",
    "Line",
    "LinkedTxn",
    "QueryResponse",
    "RecurringInfo",
    "TaxRateDetail",
    "TaxRateDetails",
    "TaxRateList",
}
#: the library's spelling of an address inside the name
SPELLING = {"TaxService/Taxcode": "TaxService"}


def library_classes():
    for module in pkgutil.iter_modules(quickbooks.objects.__path__):
        loaded = importlib.import_module(f"quickbooks.objects.{module.name}")
        for _name, cls in inspect.getmembers(loaded, inspect.isclass):
            name = getattr(cls, "qbo_object_name", "")
            if name and name not in PARTS and cls.__module__ == loaded.__name__:
                yield name, cls


CLASSES = {name: cls for name, cls in library_classes() if cls.__name__ != "DepositLine"}


def test_the_library_was_read():
    assert len(CLASSES) > 30


@pytest.mark.parametrize("name", sorted(CLASSES))
def test_agrees_with_the_library(name):
    cls = CLASSES[name]
    row = entities.get(SPELLING.get(name, name))
    assert row.url == name.lower()  # the library lowers the name to make the address
    if issubclass(cls, ReadMixin):
        assert row.key == (cls.qbo_json_object_name or row.name)
    if issubclass(cls, VoidMixin) and row.name != "Estimate":
        style = {"void": "operation", "update": "include"}
        thing = cls()
        thing.Id = "1"
        assert row.void == style[thing.get_void_params()["operation"]]
    if row.deletable and row.name != "CreditCardPayment":
        assert issubclass(cls, DeleteMixin)


def test_covers_what_the_library_can_write():
    names = {SPELLING.get(name, name) for name in QuickBooks._BUSINESS_OBJECTS}
    assert names <= set(entities.ENTITIES)


def test_spaces_and_lanes():
    assert {r.name for r in entities.ENTITIES.values() if r.space == "name"} == {
        "Customer",
        "Vendor",
        "Employee",
    }
    for row in entities.ENTITIES.values():
        assert row.lane in (entities.NAMES, entities.DOCUMENTS)
        assert row.lane == entities.DOCUMENTS or row.space != "txn"
        assert row.void in ("", "operation", "include")
        assert not row.void or row.space == "txn"
        assert not (row.deletable and row.inactive)


def test_waves_follow_the_references():
    wave = {name: row.wave for name, row in entities.ENTITIES.items()}
    assert wave["Account"] < wave["Customer"] < wave["Item"] < entities.SUB_CUSTOMER
    assert entities.SUB_CUSTOMER < wave["Invoice"] < wave["CreditMemo"] < wave["Payment"]
    assert wave["Payment"] == wave["BillPayment"] < wave["Attachable"]
    assert wave["Bill"] == wave["Purchase"] == wave["SalesReceipt"] == entities.DOCUMENT


@pytest.mark.parametrize(
    ("name", "style"),
    [
        ("Invoice", "operation"),
        ("CreditMemo", "operation"),
        ("Payment", "include"),
        ("BillPayment", "include"),
        ("SalesReceipt", "include"),
        ("RefundReceipt", "include"),
        ("Bill", ""),
        ("VendorCredit", ""),
        ("Customer", ""),
    ],
)
def test_void_styles(name, style):
    assert entities.get(name).void == style


def test_cdc_leaves_out_taxes():
    names = entities.cdc_names()
    assert {"Invoice", "Customer", "Preferences", "Attachable", "ExchangeRate"} <= set(names)
    assert not {"TaxCode", "TaxRate", "TaxAgency", "TaxService", "TimeActivity"} & set(names)
    assert not {"CustomerType", "Budget", "RecurringTransaction", "CreditCardPayment"} & set(names)


@pytest.mark.parametrize(
    ("spelling", "name"),
    [
        ("invoice", "Invoice"),
        ("Journal Entry", "JournalEntry"),
        ("Sales Receipt", "SalesReceipt"),
        ("BillPaymentCheck", "BillPayment"),
        ("Currency", "CompanyCurrency"),
        ("Check", "Purchase"),
        ("CreditCardCredit", "Purchase"),
        ("TaxService/Taxcode", "TaxService"),
        ("BillPaymentCreditCard", "BillPayment"),
        ("Expense", "Purchase"),
        ("Cash Purchase", "Purchase"),
        ("Credit Card Charge", "Purchase"),
        ("Credit Card Expense", "Purchase"),
        ("Credit Card Credit", "Purchase"),
        ("Journal", "JournalEntry"),
        ("Refund", "RefundReceipt"),
        ("Location", "Department"),
        ("Bill Payment (Check)", None),
        ("", None),
        ("Nothing", None),
    ],
)
def test_find(spelling, name):
    row = entities.find(spelling)
    assert (row and row.name) == name


def test_get_is_exact():
    with pytest.raises(KeyError):
        entities.get("invoice")


@pytest.mark.parametrize(
    ("name", "link"),
    [
        ("Invoice", "https://qbo.intuit.com/app/invoice?txnId=12"),
        ("Payment", "https://qbo.intuit.com/app/recvpayment?txnId=12"),
        ("Purchase", "https://qbo.intuit.com/app/expense?txnId=12"),
        ("Customer", "https://qbo.intuit.com/app/customerdetail?nameId=12"),
        ("Vendor", "https://qbo.intuit.com/app/vendordetail?nameId=12"),
        ("TaxCode", ""),
        ("Account", "https://qbo.intuit.com/app/register?accountId=12"),
        ("JournalEntry", "https://qbo.intuit.com/app/journal?txnId=12"),
        ("SalesReceipt", "https://qbo.intuit.com/app/salesreceipt?txnId=12"),
    ],
)
def test_deep_link(name, link):
    assert entities.deep_link("https://qbo.intuit.com/", name, "12") == link
    assert entities.deep_link("https://qbo.intuit.com/", name, "") == ""


def test_inactive_rows_hide_only_in_lists():
    assert entities.get("Customer").inactive and entities.get("Account").inactive
    assert not entities.get("Invoice").inactive and not entities.get("Preferences").inactive


@pytest.mark.parametrize(
    ("name", "attribute"),
    [
        ("Customer", "DisplayName"),
        ("Vendor", "DisplayName"),
        ("Employee", "DisplayName"),
        ("TaxAgency", "DisplayName"),
        ("Item", "Name"),
        ("Account", "Name"),
        ("CompanyInfo", "CompanyName"),
        ("CompanyCurrency", "Code"),
        ("Invoice", "DocNumber"),
        ("Bill", "DocNumber"),
        ("Payment", "PaymentRefNum"),
        ("Attachable", "FileName"),
        ("Transfer", ""),
        ("Preferences", ""),
        ("ExchangeRate", ""),
    ],
)
def test_natural_keys(name, attribute):
    assert entities.get(name).natural_key == attribute


def test_rows_are_constants():
    with pytest.raises(AttributeError):
        entities.get("Invoice").wave = 0
