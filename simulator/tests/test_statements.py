"""Statements of FACTS that stand apart from the larger themes, one test each."""

import re
from decimal import Decimal

import pytest
from catalogue import catalogue
from conftest import expense, invoice, line, payment

from simulator.schema import ENTITIES

SAMPLE = {
    "Invoice": invoice(),
    "CreditMemo": invoice(),
    "SalesReceipt": invoice(),
    "RefundReceipt": invoice() | {"DepositToAccountRef": {"value": "35"}},
    "Estimate": invoice(),
    "Payment": payment(5),
    "Bill": {"VendorRef": {"value": "30"}, "Line": [expense(5)]},
    "VendorCredit": {"VendorRef": {"value": "30"}, "Line": [expense(5)]},
    "Purchase": {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [expense(5)]},
    "Transfer": {"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"}, "Amount": 1},
    "Deposit": {
        "DepositToAccountRef": {"value": "35"},
        "Line": [
            {
                "Amount": 5,
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": {"AccountRef": {"value": "1"}},
            }
        ],
    },
    "JournalEntry": {
        "Line": [
            {
                "Amount": 5,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": ident}},
            }
            for side, ident in (("Debit", "35"), ("Credit", "36"))
        ]
    },
    "Customer": {"DisplayName": "S"},
    "Vendor": {"DisplayName": "S"},
    "Item": {"Name": "S", "IncomeAccountRef": {"value": "1"}},
    "Account": {"Name": "S", "AccountType": "Bank"},
    "Class": {"Name": "S"},
    "Department": {"Name": "S"},
    "Term": {"Name": "S"},
    "PaymentMethod": {"Name": "S"},
    "Attachable": {"Note": "S"},
    "TaxAgency": {"DisplayName": "S"},
}


@pytest.mark.parametrize(
    "detail, token",
    [
        ("Token revoked", "x" * 40),
        ("Malformed bearer token: too short or too long", "short"),
        ("Malformed bearer token: too short or too long", "x" * 5000),
    ],
)
def test_3_2_revoked_and_malformed_tokens(qbo, detail, token):
    reply = qbo.request("GET", "/customer/1", headers={"Authorization": f"Bearer {token}"})
    assert reply.status_code == 401
    assert reply.json()["fault"]["error"][0]["detail"] == detail


def test_3_3_2090_2140_and_2150(qbo):
    qbo.refused("Term", {"Name": "Half", "DueDays": 1.5}, "2090")
    made = qbo.create("Invoice", invoice())
    qbo.refused("Payment", payment(5, (made["Id"], -5)), "2140")
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 101},
    }
    qbo.refused("Invoice", invoice() | {"Line": [line(5), discount]}, "2150")


def test_3_4_transient_errors_look_like_validation(qbo, sim):
    """The default detail of an injected fault: HTTP 400 and 6000, yet worth another try."""
    sim.control.faults.add("fault", path="/invoice")
    entry = qbo.refused("Invoice", invoice(), "6000")
    assert entry["Detail"].startswith(
        "Business Validation Error: An unexpected error occurred while accessing or saving your "
        "data. Please wait a few minutes and try again."
    )
    assert qbo.create("Invoice", invoice())


# Operations of FACTS 5 in its columns: d delete, v void, s send, p PDF, c CDC; then webhooks.
OPERATIONS = """
Customer c cudm
Vendor c cudm
Item c cudm
Account c cudm
Class c cudm
Department c cud
Term c cudm
PaymentMethod c cudm
Invoice dvspc cudve
CreditMemo dvspc cudve
SalesReceipt dvspc cudve
RefundReceipt dvspc cudve
Estimate dspc cude
Payment dvspc cudve
Bill dc cud
VendorCredit dc cud
Transfer dc cud
Deposit dc cud
JournalEntry dc cud
Purchase dvc cudv
TaxAgency - cu
Attachable dc -
"""


@pytest.mark.parametrize("row", OPERATIONS.strip().splitlines())
def test_5_supported_operations(qbo, row):
    kind, letters, hooks = row.split()
    path, params = f"/{kind.lower()}", {}

    def unsupported(reply):
        return reply.status_code == 400 and reply.json()["Fault"]["Error"][0]["code"] == "500"

    def made():
        unique = {key: f"S{len(params)}" for key in ("Name", "DisplayName") if key in SAMPLE[kind]}
        params[len(params)] = True
        if "s" in letters:
            unique["BillEmail"] = {"Address": "a@b.example"}
            if kind == "Payment":
                del unique["BillEmail"]
        found = qbo.create(kind, SAMPLE[kind] | unique)
        return {"Id": found["Id"], "SyncToken": found["SyncToken"]}

    one = made()
    assert qbo.read(kind, one["Id"])["Id"] == one["Id"]
    assert qbo.rows(kind, f"select * from {kind} where Id = '{one['Id']}'")
    shown = {
        "d": qbo.post(path, made(), operation="delete"),
        "v": qbo.post(path, made(), operation="void"),
        "s": qbo.request("POST", f"{path}/{one['Id']}/send"),
        "p": qbo.request("GET", f"{path}/{one['Id']}/pdf"),
        "c": qbo.get("/cdc", entities=kind, changedSince=qbo.sim.control.clock.today().isoformat()),
    }
    found = {letter for letter, reply in shown.items() if not unsupported(reply)}
    assert found == set(letters) - {"-"}
    assert all(shown[letter].status_code == 200 for letter in found)
    assert set(ENTITIES[kind].hooks) == set(hooks) - {"-"}


def test_5_codes_and_rates_are_made_by_the_tax_service_only(qbo):
    for kind in ("taxcode", "taxrate"):
        qbo.fault(qbo.post(f"/{kind}", {"Name": "X"}), "500")
        qbo.fault(qbo.get("/cdc", entities=kind, changedSince="2026-11-20"), "500")


# DefaultShippingAccount, TaxForm, DefaultTerms of purchases ... are absent until they are set.
BLOCKS = {
    "AccountingInfoPrefs": "UseAccountNumbers TrackDepartments ClassTrackingPerTxn "
    "ClassTrackingPerTxnLine FirstMonthOfFiscalYear TaxYearMonth CustomerTerminology "
    "DepartmentTerminology",
    "ProductAndServicesPrefs": "ForSales ForPurchase QuantityWithPriceAndRate QuantityOnHand "
    "RevenueRecognitionEnabled",
    "SalesFormsPrefs": "CustomField CustomTxnNumbers EmailCopyToCompany AllowDeposit AllowDiscount "
    "DefaultDiscountAccount AllowEstimates ETransactionEnabledStatus ETransactionAttachPDF "
    "ETransactionPaymentEnabled IPNSupportEnabled AllowServiceDate AllowShipping "
    "AutoApplyCredit AutoApplyPayments UsingPriceLevels "
    "UsingProgressInvoicing DefaultTerms DefaultCustomerMessage",
    "EmailMessagesPrefs": "InvoiceMessage EstimateMessage SalesReceiptMessage StatementMessage",
    "VendorAndPurchasesPrefs": "TrackingByCustomer BillableExpenseTracking POCustomField",
    "TimeTrackingPrefs": "UseServices BillCustomers ShowBillRateToAll WorkWeekStartDate "
    "MarkTimeEntriesBillable",
    "TaxPrefs": "UsingSalesTax TaxGroupCodeRef",
    "CurrencyPrefs": "MultiCurrencyEnabled HomeCurrency",
    "ReportPrefs": "ReportBasis CalcAgingReportFromTxnDate",
    "OtherPrefs": "NameValue",
}


@pytest.mark.parametrize("block", BLOCKS)
def test_5_2_blocks_of_the_preferences(qbo, block):
    shown = qbo.read("Preferences", "1")[block]
    assert set(BLOCKS[block].split()) <= set(shown)


# AccountType, Classification and the sub type that is taken when only the type is sent.
TYPES = """
Bank|Asset|CashOnHand
Accounts Receivable|Asset|AccountsReceivable
Other Current Asset|Asset|OtherCurrentAssets
Fixed Asset|Asset|FurnitureAndFixtures
Other Asset|Asset|OtherLongTermAssets
Accounts Payable|Liability|AccountsPayable
Credit Card|Liability|CreditCard
Other Current Liability|Liability|OtherCurrentLiabilities
Long Term Liability|Liability|OtherLongTermLiabilities
Equity|Equity|OpeningBalanceEquity
Income|Revenue|SalesOfProductIncome
Cost of Goods Sold|Expense|SuppliesMaterialsCogs
Expense|Expense|OtherMiscellaneousServiceCost
Other Income|Revenue|OtherMiscellaneousIncome
Other Expense|Expense|OtherMiscellaneousExpense
"""


@pytest.mark.parametrize("row", TYPES.strip().splitlines())
def test_5_6_account_types(qbo, row):
    kind, classification, subtype = row.split("|")
    made = qbo.create("Account", {"Name": "Odd", "AccountType": kind})
    assert (made["Classification"], made["AccountSubType"]) == (classification, subtype)


def test_5_7_newest_attributes_are_accepted(qbo):
    new = {
        "AllowOnlineAffirmPayment": False,
        "EnabledSurchargeInfo": {},
        "TxnRetainageDetail": {},
        "TxnSubType": "InvoiceTax",
        "invoiceStatus": "x",
        "invoiceStatusLog": [],
        "InvoiceLinkSecurityCode": "x",
        "InvoiceLinkExpiryDate": "2026-12-31",
        "EInvoiceStatus": "x",
        "TaxFormType": "x",
        "TaxFormNum": "1",
        "Tag": [],
        "TxnApprovalInfo": {},
        "PONumber": "x" * 15,
    }
    assert qbo.create("Invoice", invoice() | new)["PONumber"] == "x" * 15
    qbo.refused("Invoice", invoice(PONumber="x" * 16), "2050")


def test_5_8_credit_memos_have_no_due_date_and_no_deposit(qbo):
    made = qbo.create("CreditMemo", invoice())
    assert not {"DueDate", "Deposit", "AllowOnlineACHPayment"} & set(made)
    for name in ("DueDate", "Deposit"):
        qbo.refused("CreditMemo", invoice(**{name: "2026-12-01"}), "2010")


def test_5_29_lengths_of_the_shared_types(qbo):
    for address in (
        {"City": "x" * 256},
        {"Country": "x" * 256},
        {"CountrySubDivisionCode": "x" * 256},
        {"PostalCode": "9" * 31},
        {"Line1": "x" * 501},
    ):
        qbo.refused("Customer", {"DisplayName": "A", "BillAddr": address}, "2050")
    qbo.refused("Invoice", invoice(CustomerMemo={"value": "x" * 1001}), "2050")


def test_6_entities_of_lines_are_spelled_by_form(qbo):
    deposit = qbo.create(
        "Deposit",
        {
            "DepositToAccountRef": {"value": "35"},
            "Line": [
                {
                    "Amount": 5,
                    "DetailType": "DepositLineDetail",
                    "DepositLineDetail": {
                        "AccountRef": {"value": "1"},
                        "Entity": {"value": "1", "type": "CUSTOMER"},
                    },
                }
            ],
        },
    )
    assert deposit["Line"][0]["DepositLineDetail"]["Entity"]["type"] == "CUSTOMER"
    spent = qbo.create(
        "Purchase", SAMPLE["Purchase"] | {"EntityRef": {"value": "30", "type": "Vendor"}}
    )
    assert spent["EntityRef"]["type"] == "Vendor"


def test_7_2_prices_keep_seven_decimals(qbo):
    detail = {"UnitPrice": "0.5306667", "Qty": "3.00001"}
    made = qbo.create("Invoice", invoice() | {"Line": [line("1.59", **detail)]})
    shown = made["Line"][0]["SalesItemLineDetail"]
    assert (shown["UnitPrice"], shown["Qty"]) == (Decimal("0.5306667"), Decimal("3.00001"))


def test_7_6_a_parent_pays_for_its_jobs(qbo, sim):
    """Seed customer 8 is a job of customer 7."""
    made = qbo.create("Invoice", invoice(20, customer="8"))
    paid = qbo.create("Payment", payment(20, (made["Id"], 20), customer="7"))
    assert paid["UnappliedAmt"] == 0 and qbo.read("Invoice", made["Id"])["Balance"] == 0
    assert sim.control.problems() == []


@pytest.mark.parametrize("kind", ["Check", "Cash"])
def test_7_6_an_unapplied_payment_is_refunded_by_an_expense(qbo, sim, kind):
    """Money paid back out of receivables is owed again, until a payment of zero links both."""
    made = qbo.create("Customer", {"DisplayName": "Refunded"})
    paid = qbo.create("Payment", payment(50, customer=made["Id"]))
    back = qbo.create(
        "Purchase",
        {
            "PaymentType": kind,
            "AccountRef": {"value": "35"},
            "EntityRef": {"value": made["Id"], "type": "Customer"},
            "Line": [expense(50, account="84")],
        },
    )
    assert qbo.read("Customer", made["Id"])["Balance"] == 0
    links = (
        (back["Id"], 50, "Check" if kind == "Check" else "Expense"),
        (paid["Id"], 50, "Payment"),
    )
    qbo.create("Payment", payment(0, *links, customer=made["Id"]))
    assert qbo.read("Customer", made["Id"])["Balance"] == 0 and sim.control.problems() == []


def test_8_1_the_preferences_tell_the_model(qbo, sim):
    assert "PartnerTaxEnabled" not in qbo.read("Preferences", "1")["TaxPrefs"]
    sim.control.preference("AST", True)
    assert qbo.read("Preferences", "1")["TaxPrefs"]["PartnerTaxEnabled"] is True
    sim.control.preference("UsingSalesTax", False)
    made = qbo.create(
        "Invoice",
        invoice(TxnTaxDetail={"TxnTaxCodeRef": {"value": "2"}}) | {"Line": [line(5, tax="TAX")]},
    )
    assert made["TxnTaxDetail"] == {"TotalTax": 0} and made["TotalAmt"] == 5


def test_8_2_pseudo_codes(qbo):
    rows = {row["Id"]: row for row in qbo.rows("TaxCode", "select * from TaxCode")}
    assert rows["TAX"]["Taxable"] is True and rows["TAX"]["TaxGroup"] is False
    assert rows["NON"]["Taxable"] is False and rows["CustomSalesTax"]["TaxGroup"] is True
    assert all("SyncToken" not in rows[name] for name in ("TAX", "NON", "CustomSalesTax"))


def test_8_2_shipping_is_taxed_by_the_code_on_its_line(qbo):
    detail = {"TxnTaxCodeRef": {"value": "2"}}
    for code, tax in (("TAX", 1), ("NON", 0)):
        shipping = line(Decimal("12.50"), "SHIPPING_ITEM_ID", code)
        made = qbo.create(
            "Invoice", invoice(TxnTaxDetail=detail) | {"Line": [line(5, tax="NON"), shipping]}
        )
        assert made["TxnTaxDetail"]["TotalTax"] == tax


def test_8_3_shipping_has_its_own_code(make_sim):
    from conftest import Client

    gb = Client(make_sim(profile="gb"))
    rates = {row["Name"]: row["Id"] for row in gb.rows("TaxCode", "select * from TaxCode")}
    code = rates["20.0% S"]
    body = {"Line": [line(10, tax=code), line(5, "SHIPPING_ITEM_ID", code)]}
    made = gb.create("Invoice", {"CustomerRef": {"value": "1"}} | body)
    assert made["TxnTaxDetail"]["TotalTax"] == 3 and made["TotalAmt"] == 18


def test_10_1_items_do_not_see_each_other(qbo):
    """No reference to another item of the same batch is possible."""
    items = [
        {"bId": "a", "operation": "create", "Customer": {"DisplayName": "New"}},
        {"bId": "b", "operation": "create", "Invoice": invoice(customer="a")},
    ]
    reply = qbo.ok(qbo.post("/batch", {"BatchItemRequest": items}))["BatchItemResponse"]
    assert "Customer" in reply[0] and reply[1]["Fault"]["Error"][0]["code"] == "2500"


def test_10_1_the_token_is_checked_once_for_the_whole_batch(qbo, sim):
    sim.control.expire_token()
    items = [{"bId": "a", "operation": "create", "Customer": {"DisplayName": "New"}}]
    reply = qbo.post("/batch", {"BatchItemRequest": items * 2})
    assert reply.status_code == 401 and "BatchItemResponse" not in reply.json()


def test_11_category_of_a_file(qbo):
    made = qbo.create("Attachable", {"Note": "n", "Category": "Receipt", "Tag": "t"})
    assert made["Category"] == "Receipt"
    assert len(qbo.rows("Attachable", "select * from Attachable where Category = 'Receipt'")) == 1


REPORTS = """
AccountList AgedPayableDetail AgedPayables AgedReceivableDetail AgedReceivables BalanceSheet
CashFlow ClassSales CustomerBalance CustomerBalanceDetail CustomerIncome CustomerSales
DepartmentSales GeneralLedger InventoryValuationSummary ItemSales JournalReport ProfitAndLoss
ProfitAndLossDetail TaxSummary TransactionList TransactionListByCustomer TransactionListByVendor
TransactionListWithSplits TrialBalance VendorBalance VendorBalanceDetail VendorExpenses
"""


@pytest.mark.parametrize("name", REPORTS.split())
def test_12_every_report_answers(qbo, name):
    found = qbo.ok(qbo.get(f"/reports/{name}", date_macro="This Fiscal Year"))
    assert found["Header"]["ReportName"] == name
    assert found["Columns"]["Column"] and all(
        column["MetaData"][0]["Name"] == "ColKey" for column in found["Columns"]["Column"]
    )


def test_12_point_in_time_reports_ignore_a_period(qbo):
    """Start and end are no error; the answer is as of today."""
    wanted = qbo.ok(qbo.get("/reports/AgedReceivables"))["Rows"]
    asked = {"start_date": "2020-01-01", "end_date": "2020-12-31"}
    assert qbo.ok(qbo.get("/reports/AgedReceivables", **asked))["Rows"] == wanted


def test_14_7_a_vendor_is_not_a_customer(qbo):
    """One number space over the three kinds, so an id alone does not tell the kind."""
    qbo.fault(qbo.get("/customer/30"), "610")
    assert qbo.read("Vendor", "30")


def test_14_38_need_to_send_is_not_sent(qbo):
    made = qbo.create(
        "Invoice", invoice(EmailStatus="NeedToSend", BillEmail={"Address": "a@b.example"})
    )
    assert made["EmailStatus"] == "NeedToSend" and "DeliveryInfo" not in made


def test_14_43_all_unknown_properties_are_fatal(qbo):
    for kind, nested in (
        ("Invoice", invoice() | {"Line": [line(5) | {"Nope": 1}]}),
        ("Customer", {"DisplayName": "N", "BillAddr": {"Nope": 1}}),
    ):
        qbo.refused(kind, nested, "2010")


def test_14_62_a_customer_makes_an_expense_billable(qbo):
    for detail, status in (
        ({"CustomerRef": {"value": "1"}}, "Billable"),
        ({"CustomerRef": {"value": "1"}, "BillableStatus": "NotBillable"}, "NotBillable"),
        ({}, "NotBillable"),
    ):
        made = qbo.create("Bill", SAMPLE["Bill"] | {"Line": [expense(5, **detail)]})
        shown = made["Line"][0]["AccountBasedExpenseLineDetail"]
        assert shown["BillableStatus"] == status


def test_15_clock_is_pacific_and_knows_summer_time(qbo, sim):
    sim.control.move_clock(to="2027-01-15T12:00:00Z")
    qbo.login()
    assert qbo.get("/customer/1").json()["time"].endswith("-08:00")
    sim.control.move_clock(to="2027-07-15T12:00:00Z")
    qbo.login()
    made = qbo.create("Customer", {"DisplayName": "Summer"})
    assert made["MetaData"]["CreateTime"].endswith("-07:00")


def test_3_3_every_code_can_be_injected(qbo, sim):
    """Also those that no rule of the simulator raises."""
    _titles, found = catalogue()
    heads = [re.match(r"[\d/ ]+", one.key) for one in found if one.section == "3.3"]
    codes = {code for head in heads if head for code in re.findall(r"\d+", head[0])}
    assert len(codes) > 100
    for code in sorted(codes):
        sim.control.faults.add("fault", path="/customer", code=code, detail="told")
        reply = qbo.post("/customer", {"DisplayName": "N"})
        entry = reply.json()["Fault"]["Error"][0]
        assert (entry["code"], entry["Detail"]) == (code, "told") and entry["Message"]
        assert reply.status_code == (500 if code == "10000" else 400)
