"""python-quickbooks over every object class it has; prints ``{class: {step: result}}``."""

import importlib
import inspect
import json
import os
import pkgutil
import tempfile

import quickbooks.objects
import requests
from quickbooks import QuickBooks
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.mixins import DeleteMixin, ListMixin, ReadMixin, SendMixin, UpdateMixin, VoidMixin
from quickbooks.objects.base import AttachableRef

QuickBooks.sandbox_api_url_v3 = QuickBooks.api_url_v3 = os.environ["SIM_URL"] + "/v3"
CLIENT = QuickBooks(company_id=os.environ["SIM_REALM"], minorversion=75)
CLIENT.session = requests.Session()
CLIENT.session.access_token = os.environ["SIM_TOKEN"]

LINE = {
    "Amount": 20,
    "DetailType": "SalesItemLineDetail",
    "SalesItemLineDetail": {"ItemRef": {"value": "4"}},
}
SPENT = {
    "Amount": 20,
    "DetailType": "AccountBasedExpenseLineDetail",
    "AccountBasedExpenseLineDetail": {"AccountRef": {"value": "7"}},
}
JOURNAL = [
    {
        "Amount": 5,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}},
    }
    for side, account in (("Debit", "7"), ("Credit", "35"))
]
SALE = {"CustomerRef": {"value": "1"}, "Line": [LINE]}
BUY = {"VendorRef": {"value": "30"}, "Line": [SPENT]}


def bodies():
    """What is created of each class, and the attribute that is changed afterwards."""
    bill = make("Bill", BUY)
    return {
        "Account": ({"Name": "Lib account", "AccountType": "Bank"}, "Description"),
        "Attachable": ({"Note": "lib"}, "Note"),
        "Bill": (BUY, "PrivateNote"),
        "BillPayment": (
            {
                "VendorRef": {"value": "30"},
                "TotalAmt": 20,
                "PayType": "Check",
                "CheckPayment": {"BankAccountRef": {"value": "35"}},
                "Line": [{"Amount": 20, "LinkedTxn": [{"TxnId": bill.Id, "TxnType": "Bill"}]}],
            },
            "PrivateNote",
        ),
        "Class": ({"Name": "Lib class"}, "Name"),
        "CreditMemo": (SALE, "PrivateNote"),
        "CreditCardPayment": (
            {
                "Amount": 5,
                "BankAccountRef": {"value": "35"},
                "CreditCardAccountRef": {"value": "41"},
            },
            "PrivateNote",
        ),
        "Customer": ({"DisplayName": "Lib customer"}, "Notes"),
        "Department": ({"Name": "Lib place"}, "Name"),
        "Deposit": (
            {
                "DepositToAccountRef": {"value": "35"},
                "Line": [
                    {
                        "Amount": 5,
                        "DetailType": "DepositLineDetail",
                        "DepositLineDetail": {"AccountRef": {"value": "1"}},
                    }
                ],
            },
            "PrivateNote",
        ),
        "Employee": ({"GivenName": "Lib", "FamilyName": "Employee"}, "GivenName"),
        "Estimate": (SALE, "PrivateNote"),
        "Invoice": (SALE, "PrivateNote"),
        "Item": (
            {"Name": "Lib item", "Type": "Service", "IncomeAccountRef": {"value": "1"}},
            "Description",
        ),
        "JournalEntry": ({"Line": JOURNAL}, "PrivateNote"),
        "Payment": ({"CustomerRef": {"value": "1"}, "TotalAmt": 20}, "PrivateNote"),
        "PaymentMethod": ({"Name": "Lib method"}, "Name"),
        "Purchase": (
            {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [SPENT]},
            "PrivateNote",
        ),
        "PurchaseOrder": (BUY, "PrivateNote"),
        "RefundReceipt": (SALE | {"DepositToAccountRef": {"value": "35"}}, "PrivateNote"),
        "SalesReceipt": (SALE, "PrivateNote"),
        "TaxAgency": ({"DisplayName": "Lib agency"}, None),
        "Term": ({"Name": "Lib term", "DueDays": 9}, "Name"),
        "TimeActivity": (
            {"NameOf": "Employee", "EmployeeRef": {"value": "54"}, "Hours": 2},
            "Description",
        ),
        "Transfer": (
            {"Amount": 5, "FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"}},
            "PrivateNote",
        ),
        "Vendor": ({"DisplayName": "Lib vendor"}, "AcctNum"),
        "VendorCredit": (BUY, "PrivateNote"),
    }


def classes():
    """Every class with a name of its own in the library."""
    found = {}
    for module in pkgutil.iter_modules(quickbooks.objects.__path__):
        loaded = importlib.import_module(f"quickbooks.objects.{module.name}")
        for name, kind in inspect.getmembers(loaded, inspect.isclass):
            if (
                kind.__module__ == loaded.__name__
                and getattr(kind, "qbo_object_name", "")
                and (issubclass(kind, (ReadMixin, ListMixin)))
            ):
                found[name] = kind
    return found


CLASSES = classes()


def make(name, body):
    obj = CLASSES[name].from_json(body)
    return obj.save(qb=CLIENT)


def steps(name, kind, body, change):
    """The whole life of one object."""
    made = make(name, body)
    yield "create", bool(made.Id)
    again = kind.get(made.Id, qb=CLIENT)
    yield "read", again.Id == made.Id
    if change and issubclass(kind, UpdateMixin):
        setattr(again, change, f"{getattr(again, change) or ''} changed"[:30])
        for line in getattr(again, "Line", None) or []:
            if hasattr(line, "LineEx"):
                del line.LineEx  # the real service refuses it too (FACTS 7.4)
        again = again.save(qb=CLIENT)
        yield "update", again.SyncToken != made.SyncToken
    yield "query", made.Id in {row.Id for row in kind.where(f"Id = '{made.Id}'", qb=CLIENT)}
    paged = kind.all(start_position=1, max_results=1, qb=CLIENT)
    yield "page", len(paged) == 1
    yield "count", kind.count(qb=CLIENT) >= 1
    if issubclass(kind, SendMixin) and name != "PurchaseOrder":
        yield "send", bool(again.send(qb=CLIENT, send_to="a@example.com"))
        again = kind.get(made.Id, qb=CLIENT)
    if hasattr(kind, "download_pdf"):
        yield "pdf", again.download_pdf(qb=CLIENT)[:4] == b"%PDF"
    if issubclass(kind, VoidMixin):
        again.void(qb=CLIENT)
        again = kind.get(made.Id, qb=CLIENT)
        yield "void", float(again.TotalAmt) == 0
    if issubclass(kind, DeleteMixin):
        again.delete(qb=CLIENT)
        yield "delete", kind.where(f"Id = '{made.Id}'", qb=CLIENT) == []


def attempt(name, kind, body, change):
    done, runner = {}, steps(name, kind, body, change)
    while True:
        try:
            step, good = next(runner)
        except StopIteration:
            return done
        except Exception as problem:
            done["failed"] = f"{type(problem).__name__}: {problem} {getattr(problem, 'detail', '')}"
            return done
        done[step] = good


def extras():
    """Batches, change data capture, reports, files, single objects."""
    customer = CLASSES["Customer"]
    made = [customer.from_json({"DisplayName": f"Batch {n}"}) for n in range(45)]
    answer = batch_create(made, qb=CLIENT)
    yield "batch_create", len(answer.successes) == 45 and not answer.faults
    for row in answer.successes:
        row.Notes = "b"
    yield "batch_update", len(batch_update(answer.successes, qb=CLIENT).successes) == 45
    clash = batch_create([customer.from_json({"DisplayName": "Batch 1"})], qb=CLIENT)
    yield "batch_fault", clash.faults[0].Error[0].code == "6240"
    invoices = batch_create([CLASSES["Invoice"].from_json(SALE) for _ in range(3)], qb=CLIENT)
    yield "batch_delete", len(batch_delete(invoices.successes, qb=CLIENT).successes) == 3
    changes = change_data_capture(
        [customer, CLASSES["Invoice"]], os.environ["SIM_SINCE"], qb=CLIENT
    )
    yield "cdc", len(changes.Customer) >= 45
    with tempfile.NamedTemporaryFile(suffix=".txt") as file:
        file.write(b"hello")
        file.flush()
        target = AttachableRef()
        target.EntityRef = customer.get("1", qb=CLIENT).to_ref()
        attached = CLASSES["Attachable"]()
        attached.FileName, attached._FilePath, attached.ContentType = (
            "a.txt",
            file.name,
            "text/plain",
        )
        attached.AttachableRef.append(target)
        attached.save(qb=CLIENT)
        yield "attach", bool(attached.Id)
    yield "report", CLIENT.get_report("ProfitAndLoss")["Header"]["ReportName"] == "ProfitAndLoss"
    from quickbooks.objects.preferences import Preferences

    yield "preferences", Preferences.get(qb=CLIENT).Id == "1"
    info = CLASSES["CompanyInfo"].get(os.environ["SIM_REALM"], qb=CLIENT)
    yield "company_info", info.Id == "1"
    from quickbooks.objects.taxservice import TaxRateDetails, TaxService

    service, rate = TaxService(), TaxRateDetails()
    service.TaxCode, rate.TaxRateName, rate.RateValue = "Lib tax", "Lib rate", 5
    rate.TaxAgencyId, rate.TaxApplicableOn = "1", "Sales"
    service.TaxRateDetails.append(rate)
    yield "tax_service", bool(service.save(qb=CLIENT).TaxCodeId)


def read_only():
    """Classes that can only be read, and those that need several currencies."""
    for name in (
        "Budget",
        "CustomerType",
        "TaxCode",
        "TaxRate",
        "CompanyCurrency",
        "ExchangeRate",
        "RecurringTransaction",
    ):
        yield name, len(CLASSES[name].all(qb=CLIENT)) >= 0


def main():
    result = {name: attempt(name, CLASSES[name], *plan) for name, plan in bodies().items()}
    result["extras"], result["read_only"] = dict(extras()), dict(read_only())
    result["classes"] = sorted(CLASSES)
    print(json.dumps(result))


main()
