"""FACTS 5.3, 5.4, 5.6, 7.5, 14: people, accounts and other lists."""

import pytest
from conftest import invoice, line, payment


def sparse(obj, **more):
    return {"Id": obj["Id"], "SyncToken": obj["SyncToken"], "sparse": True} | more


def test_5_number_spaces(qbo):
    one = qbo.create("Customer", {"DisplayName": "N1"})
    two = qbo.create("Vendor", {"DisplayName": "N2"})
    three = qbo.create("Employee", {"GivenName": "N", "FamilyName": "3"})
    assert [int(x["Id"]) for x in (one, two, three)] == [58, 59, 60]
    first = qbo.create("Invoice", invoice())
    second = qbo.create("Payment", payment(5))
    assert int(second["Id"]) == int(first["Id"]) + 1
    account = qbo.create("Account", {"Name": "New", "AccountType": "Bank"})
    assert account["Id"] == "1150040000" and account["AccountSubType"] == "CashOnHand"


def test_15_seed_ids(qbo):
    customers = {
        row["Id"]: row["DisplayName"]
        for row in qbo.rows("Customer", "select * from Customer maxresults 1000")
    }
    assert customers["1"] == "Amy's Bird Sanctuary" and customers["29"] == "Weiskopf Consulting"
    assert len(customers) == 29
    vendors = {
        row["Id"]: row["DisplayName"]
        for row in qbo.rows("Vendor", "select * from Vendor maxresults 1000")
    }
    assert vendors["48"] == "PG&E" and vendors["57"] == "Squeaky Kleen Car Wash"
    items = {row["Id"]: row for row in qbo.rows("Item", "select * from Item")}
    assert items["5"]["Type"] == "Inventory" and items["5"]["UnitPrice"] == 275
    assert {i for i, row in items.items() if row["Taxable"]} == {
        "3",
        "5",
        "8",
        "11",
        "13",
        "14",
        "15",
        "16",
        "17",
    }
    accounts = {
        row["Id"]: row["FullyQualifiedName"]
        for row in qbo.rows("Account", "select * from Account maxresults 1000")
    }
    assert accounts["35"] == "Checking" and accounts["84"] == "Accounts Receivable (A/R)"
    assert accounts["69"] == "Legal & Professional Fees:Accounting" and len(accounts) == 90


def test_15_seed_documents(qbo):
    counts = {
        "Invoice": 31,
        "Payment": 16,
        "CreditMemo": 1,
        "Bill": 15,
        "BillPayment": 10,
        "Estimate": 4,
        "Purchase": 35,
        "Deposit": 5,
        "JournalEntry": 3,
        "PurchaseOrder": 3,
    }
    for kind, count in counts.items():
        assert qbo.query(f"select count(*) from {kind}")["totalCount"] == count, kind
    first = qbo.read("Invoice", "9")
    assert first["DocNumber"] == "1001"
    terms = {row["Id"]: row["DueDays"] for row in qbo.rows("Term", "select * from Term")}
    assert terms == {"1": 0, "2": 15, "3": 30, "4": 60, "5": 10}


def test_15_new_customer_defaults(qbo):
    made = qbo.create("Customer", {"DisplayName": "Fresh"})
    for key, value in {
        "Taxable": True,
        "Job": False,
        "BillWithParent": False,
        "IsProject": False,
        "Balance": 0,
        "BalanceWithJobs": 0,
        "Active": True,
        "PreferredDeliveryMethod": "Print",
        "SyncToken": "0",
        "FullyQualifiedName": "Fresh",
        "PrintOnCheckName": "Fresh",
        "DefaultTaxCodeRef": {"value": "2"},
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
    }.items():
        assert made[key] == value, key
    assert "Level" not in made


def test_15_new_vendor_defaults(qbo):
    made = qbo.create("Vendor", {"DisplayName": "Fresh"})
    for key, value in {
        "Balance": 0,
        "BillRate": 0,
        "CostRate": 0,
        "Vendor1099": False,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
    }.items():
        assert made[key] == value, key


@pytest.mark.parametrize(
    "body, expected",
    [
        ({"GivenName": "Ann", "FamilyName": "Lee"}, ("Ann Lee", "Ann Lee")),
        (
            {
                "Title": "Dr",
                "GivenName": "Ann",
                "MiddleName": "B",
                "FamilyName": "Lee",
                "Suffix": "Jr",
            },
            ("Dr Ann B Lee Jr", "Ann Lee"),
        ),
        ({"DisplayName": "Shown", "CompanyName": "Firm"}, ("Shown", "Firm")),
        ({"DisplayName": "  Two   blanks "}, ("Two blanks", "Two blanks")),
    ],
)
def test_5_3_names_are_composed(qbo, body, expected):
    made = qbo.create("Customer", body)
    assert (made["DisplayName"], made["PrintOnCheckName"]) == expected


def test_5_3_print_name_is_not_touched_by_a_rename(qbo):
    made = qbo.create("Customer", {"DisplayName": "Before"})
    made = qbo.update("Customer", sparse(made, DisplayName="After"))
    assert made["PrintOnCheckName"] == "Before" and made["FullyQualifiedName"] == "After"


def test_14_1_names_are_unique_over_all_three_kinds(qbo):
    qbo.create("Vendor", {"DisplayName": "Shared"})
    for kind, body in (
        ("Customer", {"DisplayName": "shared"}),
        ("Employee", {"GivenName": "x", "DisplayName": " SHARED "}),
    ):
        qbo.refused(kind, body, "6240")


@pytest.mark.parametrize("name", ["a:b", "a\tb", "a\nb"])
def test_14_2_forbidden_characters(qbo, name):
    qbo.refused("Customer", {"DisplayName": name}, "2040")


def test_14_2_forbidden_in_accounts_and_items(qbo):
    for name in ('a"b', "a:b"):
        qbo.refused("Account", {"Name": name, "AccountType": "Bank"}, "2040")
    qbo.refused("Item", {"Name": "a:b", "IncomeAccountRef": {"value": "1"}}, "2040")


def test_5_3_display_name_cannot_be_emptied(qbo):
    made = qbo.create("Customer", {"DisplayName": "Stay", "GivenName": "G"})
    made = qbo.update("Customer", sparse(made, DisplayName=""))
    assert made["DisplayName"] == "G"


def test_5_3_jobs(qbo):
    job = qbo.create("Customer", {"DisplayName": "Shed", "Job": True, "ParentRef": {"value": "1"}})
    assert job["FullyQualifiedName"] == "Amy's Bird Sanctuary:Shed" and job["Level"] == 1
    assert job["ParentRef"] == {"value": "1"} and job["Job"] is True
    qbo.create("Invoice", invoice(40, customer=job["Id"]))
    parent, job = qbo.read("Customer", "1"), qbo.read("Customer", job["Id"])
    assert job["Balance"] == 40
    assert parent["BalanceWithJobs"] - parent["Balance"] == 40


def test_5_3_five_levels(qbo):
    parent = "1"
    for level in range(1, 5):
        made = qbo.create(
            "Customer", {"DisplayName": f"L{level}", "Job": True, "ParentRef": {"value": parent}}
        )
        assert made["Level"] == level
        parent = made["Id"]
    qbo.refused(
        "Customer", {"DisplayName": "L5", "Job": True, "ParentRef": {"value": parent}}, "6180"
    )


def test_3_3_900_parent_of_itself(qbo):
    job = qbo.create("Customer", {"DisplayName": "A", "Job": True, "ParentRef": {"value": "1"}})
    top = qbo.read("Customer", "1")
    qbo.refused("Customer", sparse(top, ParentRef={"value": job["Id"]}, Job=True), "900")


def test_7_1_renaming_a_parent_renames_its_jobs(qbo):
    parent = qbo.read("Customer", "7")
    qbo.update("Customer", sparse(parent, DisplayName="Freeman Sports"))
    job = qbo.read("Customer", "8")
    assert job["FullyQualifiedName"] == "Freeman Sports:0969 Ocean View Road"
    assert job["SyncToken"] == "0"
    assert (
        len(
            qbo.rows(
                "Customer",
                "select * from Customer where FullyQualifiedName like 'Freeman Sports:%'",
            )
        )
        == 2
    )


def test_14_49_bill_with_parent_moves_the_balance(qbo, sim):
    job = qbo.create(
        "Customer",
        {"DisplayName": "Wing", "Job": True, "BillWithParent": True, "ParentRef": {"value": "1"}},
    )
    before = qbo.read("Customer", "1")["Balance"]
    made = qbo.create("Invoice", invoice(40, customer=job["Id"]))
    assert qbo.read("Customer", job["Id"])["Balance"] == 0
    assert qbo.read("Customer", "1")["Balance"] == before + 40
    qbo.create("Payment", payment(40, (made["Id"], 40), customer="1"))
    assert qbo.read("Customer", "1")["Balance"] == before and sim.control.problems() == []
    qbo.refused("Customer", sparse(qbo.read("Customer", job["Id"]), BillWithParent=False), "6130")


def test_7_5_inactivation_and_return(qbo):
    made = qbo.create("Customer", {"DisplayName": "Temp"})
    off = qbo.update("Customer", sparse(made, Active=False))
    assert off["DisplayName"] == off["FullyQualifiedName"] == "Temp (deleted)"
    on = qbo.update("Customer", sparse(off, Active=True))
    assert on["DisplayName"] == "Temp" and on["SyncToken"] == "2"


def test_14_5_the_duplicate_may_be_inactive(qbo, sim):
    made = qbo.create("Customer", {"DisplayName": "Temp"})
    qbo.update("Customer", sparse(made, Active=False))
    entry = qbo.refused("Customer", {"DisplayName": "Temp"}, "6240")
    assert entry["Detail"].endswith(f"Id={made['Id']}")
    sim.control.switch("inactive_names", "free")
    again = qbo.create("Customer", {"DisplayName": "Temp"})
    off = qbo.update("Customer", sparse(again, Active=False))
    assert off["DisplayName"] == "Temp (deleted 2)"


def test_7_5_customer_with_balance(qbo, sim):
    made = qbo.create("Customer", {"DisplayName": "Owes"})
    qbo.create("Invoice", invoice(9, customer=made["Id"]))
    made = qbo.read("Customer", made["Id"])
    qbo.refused("Customer", sparse(made, Active=False), "6220")
    sim.control.switch("customer_with_balance", "allow")
    assert qbo.update("Customer", sparse(made, Active=False))["Active"] is False


def test_7_5_children_go_inactive_too(qbo):
    parent = qbo.create("Customer", {"DisplayName": "Top"})
    job = qbo.create(
        "Customer", {"DisplayName": "Sub", "Job": True, "ParentRef": {"value": parent["Id"]}}
    )
    qbo.update("Customer", sparse(parent, Active=False))
    job = qbo.read("Customer", job["Id"])
    assert job["Active"] is False and job["DisplayName"] == "Sub (deleted)"
    assert job["FullyQualifiedName"] == "Top (deleted):Sub (deleted)"


def test_14_6_inactive_objects_cannot_be_used_on_new_documents(qbo):
    made = qbo.create("Customer", {"DisplayName": "Old"})
    document = qbo.create("Estimate", invoice(customer=made["Id"]))
    qbo.update("Customer", sparse(made, Active=False))
    entry = qbo.refused("Invoice", invoice(customer=made["Id"]), "2500")
    assert "made inactive" in entry["Detail"]
    assert qbo.update("Estimate", sparse(document, PrivateNote="still fine"))


def test_14_6_lines_keep_items_that_went_inactive(qbo):
    item = qbo.create("Item", {"Name": "Passing", "IncomeAccountRef": {"value": "1"}})
    body = invoice() | {"Line": [line(5, item["Id"])]}
    document = qbo.create("Invoice", body)
    qbo.update("Item", sparse(item, Active=False, Name="Passing", Type="Service"))
    kept = qbo.update("Invoice", sparse(document, PrivateNote="x"))
    assert kept["SyncToken"] == "1"
    qbo.refused("Invoice", body, "2500")


def test_14_14_balance_changes_move_only_the_time(qbo, sim):
    before = qbo.read("Customer", "1")
    sim.control.move_clock(3)
    made = qbo.create("Invoice", invoice(10))
    after = qbo.read("Customer", "1")
    assert after["Balance"] == before["Balance"] + 10
    assert after["SyncToken"] == before["SyncToken"]
    assert after["MetaData"]["LastUpdatedTime"] == made["MetaData"]["CreateTime"]


def test_5_3_opening_balance_makes_an_invoice(qbo, sim):
    qbo.refused("Customer", {"DisplayName": "Op", "Balance": 50}, "6060")
    made = qbo.create(
        "Customer", {"DisplayName": "Op", "Balance": 50, "OpenBalanceDate": "2026-01-05"}
    )
    rows = qbo.rows("Invoice", f"select * from Invoice where CustomerRef = '{made['Id']}'")
    assert [row["TotalAmt"] for row in rows] == [50] and rows[0]["TxnDate"] == "2026-01-05"
    assert qbo.read("Customer", made["Id"])["Balance"] == 50 and sim.control.problems() == []


def test_5_4_opening_balance_of_a_vendor_makes_a_bill(qbo, sim):
    made = qbo.create("Vendor", {"DisplayName": "Op", "Balance": 70})
    rows = qbo.rows("Bill", f"select * from Bill where VendorRef = '{made['Id']}'")
    assert [(row["TotalAmt"], row["Balance"]) for row in rows] == [(70, 70)]
    assert qbo.read("Vendor", made["Id"])["Balance"] == 70 and sim.control.problems() == []


def test_5_3_tax_identifiers_are_masked(qbo):
    made = qbo.create("Customer", {"DisplayName": "T", "PrimaryTaxIdentifier": "123456789"})
    assert made["PrimaryTaxIdentifier"] == "XXXX56789"
    vendor = qbo.create("Vendor", {"DisplayName": "V", "TaxIdentifier": "99-1234567"})
    assert vendor["TaxIdentifier"] == "XXXXXX4567"


def test_5_3_exempt_customers_have_no_tax_code(qbo):
    made = qbo.create("Customer", {"DisplayName": "Church", "TaxExemptionReasonId": "6"})
    assert made["Taxable"] is False and "DefaultTaxCodeRef" not in made


@pytest.mark.parametrize(
    "kind, name, limit",
    [
        ("Customer", "DisplayName", 500),
        ("Customer", "Title", 16),
        ("Customer", "Suffix", 16),
        ("Customer", "GivenName", 100),
        ("Customer", "CompanyName", 100),
        ("Customer", "Notes", 2000),
        ("Customer", "PrintOnCheckName", 110),
        ("Customer", "ResaleNum", 16),
        ("Vendor", "AcctNum", 100),
        ("Vendor", "TaxIdentifier", 20),
        ("Item", "Name", 100),
        ("Item", "Sku", 100),
        ("Item", "Description", 4000),
        ("Item", "PurchaseDesc", 1000),
        ("Account", "Name", 100),
        ("Account", "Description", 100),
        ("Term", "Name", 31),
        ("PaymentMethod", "Name", 31),
        ("Class", "Name", 100),
        ("Department", "Name", 100),
        ("Invoice", "DocNumber", 21),
        ("Invoice", "PrivateNote", 4000),
        ("Payment", "PaymentRefNum", 21),
        ("TaxAgency", "DisplayName", 100),
    ],
)
def test_5_maximum_lengths(qbo, kind, name, limit):
    base = {
        "Customer": {"DisplayName": "L"},
        "Vendor": {"DisplayName": "L"},
        "Item": {"Name": "L", "IncomeAccountRef": {"value": "1"}},
        "Account": {"Name": "L", "AccountType": "Bank"},
        "Term": {"Name": "L"},
        "PaymentMethod": {"Name": "L"},
        "Class": {"Name": "L"},
        "Department": {"Name": "L"},
        "Invoice": invoice(),
        "Payment": payment(5),
        "TaxAgency": {"DisplayName": "L"},
    }[kind]
    good = qbo.create(kind, base | {name: "y" * limit})
    assert len(good[name]) == limit
    entry = qbo.refused(kind, base | {name: "z" * (limit + 1)}, "2050")
    assert f"Max:{limit} supported. Supplied length:{limit + 1}" in entry["Detail"]
    assert entry["element"] == name


def test_14_40_phones_and_memos(qbo):
    qbo.refused(
        "Customer", {"DisplayName": "P", "PrimaryPhone": {"FreeFormNumber": "1" * 31}}, "2050"
    )
    qbo.refused("Invoice", invoice(CustomerMemo={"value": "m" * 1001}), "2050")
    qbo.refused("Customer", {"DisplayName": "P", "BillAddr": {"PostalCode": "1" * 31}}, "2050")


def test_14_39_several_addresses_and_bad_copies(qbo):
    made = qbo.create(
        "Invoice",
        invoice(BillEmail={"Address": "a@b.co, c@d.co"}, BillEmailCc={"Address": "broken"}),
    )
    assert made["BillEmail"] == {"Address": "a@b.co, c@d.co"} and "BillEmailCc" not in made


def test_5_6_account_defaults(qbo):
    made = qbo.create("Account", {"Name": "Loans", "AccountSubType": "NotesPayable"})
    assert made["AccountType"] == "Long Term Liability"
    assert made["Classification"] == "Liability" and made["FullyQualifiedName"] == "Loans"
    assert made["CurrentBalance"] == 0 and made["SubAccount"] is False
    assert set(made["MetaData"]) == {"CreateTime"}  # FACTS 7.1
    assert "LastUpdatedTime" in qbo.read("Account", made["Id"])["MetaData"]


def test_5_6_sub_accounts_share_the_type(qbo):
    body = {"Name": "Petty", "AccountType": "Bank", "ParentRef": {"value": "35"}}
    made = qbo.create("Account", body)
    assert made["FullyQualifiedName"] == "Checking:Petty" and made["SubAccount"] is True
    qbo.refused("Account", body | {"Name": "X", "AccountType": "Expense"}, "6430")
    qbo.refused(
        "Account",
        {"Name": "Y", "AccountType": "Other Current Asset", "ParentRef": {"value": "4"}},
        "6000",
    )


@pytest.mark.parametrize("ident", ["2", "4", "34"])
def test_5_6_system_accounts_stay(qbo, ident):
    account = qbo.read("Account", ident)
    qbo.refused("Account", sparse(account, Name=account["Name"], Active=False), "6000")


def test_5_6_signs_of_balances(qbo):
    assert qbo.read("Account", "33")["CurrentBalance"] < 0  # payables
    assert qbo.read("Account", "41")["CurrentBalance"] < 0  # credit card
    assert qbo.read("Account", "34")["CurrentBalance"] > 0  # equity
    assert qbo.read("Account", "84")["CurrentBalance"] > 0  # receivables
    assert qbo.read("Account", "79")["CurrentBalance"] == 0  # income
    truck = qbo.read("Account", "37")
    assert truck["CurrentBalance"] == 0 and truck["CurrentBalanceWithSubAccounts"] == 13495


def test_5_6_account_number_limit(qbo):
    qbo.refused("Account", {"Name": "N", "AccountType": "Bank", "AcctNum": "12345678"}, "2050")


def test_5_23_terms(qbo):
    made = qbo.create("Term", {"Name": "10th", "DayOfMonthDue": 10, "DueNextMonthDays": 5})
    assert made["Type"] == "DATE_DRIVEN"
    assert qbo.create("Term", {"Name": "Net 7", "DueDays": 7})["Type"] == "STANDARD"
    qbo.refused("Term", {"Name": "Bad", "DueDays": 1000}, "2240")
    bill = qbo.create("Invoice", invoice(TxnDate="2026-03-07", SalesTermRef={"value": made["Id"]}))
    assert bill["DueDate"] == "2026-04-10"
    bill = qbo.create("Invoice", invoice(TxnDate="2026-03-01", SalesTermRef={"value": made["Id"]}))
    assert bill["DueDate"] == "2026-03-10"


def test_5_24_payment_methods(qbo):
    assert qbo.create("PaymentMethod", {"Name": "Wire"})["Type"] == "NON_CREDIT_CARD"
    qbo.refused("PaymentMethod", {"Name": "Cash"}, "6240")


def test_5_25_5_26_classes_and_locations(qbo):
    top = qbo.create("Class", {"Name": "East"})
    sub = qbo.create("Class", {"Name": "Shop", "ParentRef": {"value": top["Id"]}})
    assert sub["FullyQualifiedName"] == "East:Shop" and sub["SubClass"] is True
    place = qbo.create("Department", {"Name": "Paris"})
    made = qbo.create("Invoice", invoice(DepartmentRef={"value": place["Id"]}))
    assert made["DepartmentRef"] == {"value": place["Id"], "name": "Paris"}


def test_14_47_classes_are_ignored_while_off(qbo, sim):
    made = qbo.create("Class", {"Name": "East"})
    bill = qbo.create("Invoice", invoice(ClassRef={"value": made["Id"]}))
    assert "ClassRef" not in bill
    sim.control.preference("ClassTrackingPerTxn", True)
    bill = qbo.create("Invoice", invoice(ClassRef={"value": made["Id"]}))
    assert bill["ClassRef"] == {"value": made["Id"], "name": "East"}


def test_5_21_tax_agencies(qbo):
    made = qbo.create("TaxAgency", {"DisplayName": "Nevada"})
    assert made["TaxTrackedOnSales"] is True
    qbo.refused("TaxAgency", {"DisplayName": "nevada"}, "6240")


def test_14_59_vendor_term_may_be_ignored_on_create(qbo, sim):
    body = {"DisplayName": "V1", "TermRef": {"value": "3"}}
    assert qbo.create("Vendor", body)["TermRef"] == {"value": "3"}
    sim.control.switch("vendor_term_on_create", False)
    made = qbo.create("Vendor", body | {"DisplayName": "V2"})
    assert "TermRef" not in made
    assert qbo.update("Vendor", sparse(made, TermRef={"value": "3"}))["TermRef"]


def test_7_5_merge(qbo, sim):
    before = {i: qbo.read("Customer", i)["Balance"] for i in ("1", "2")}
    sim.control.merge("Customer", "2", "1")
    winner, loser = qbo.read("Customer", "1"), qbo.read("Customer", "2")
    assert loser["Active"] is False and loser["Balance"] == 0
    assert winner["Balance"] == before["1"] + before["2"]
    assert qbo.rows("Invoice", "select * from Invoice where CustomerRef = '2'") == []
    assert sim.control.problems() == []


def test_5_1_company_info_update(qbo):
    info = qbo.read("CompanyInfo", "1")
    new = qbo.update(
        "CompanyInfo", sparse(info, CompanyName="Renamed", CompanyAddr=info["CompanyAddr"])
    )
    assert new["CompanyName"] == "Renamed" and new["SyncToken"] == "1"


def test_5_2_read_only_preferences_stay(qbo):
    prefs = qbo.read("Preferences", "1")
    new = qbo.ok(
        qbo.post(
            "/preferences",
            sparse(
                prefs,
                TaxPrefs={"UsingSalesTax": False},
                SalesFormsPrefs={"CustomTxnNumbers": True, "AutoApplyCredit": True},
            ),
        )
    )["Preferences"]
    assert new["TaxPrefs"]["UsingSalesTax"] is True
    assert new["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    assert new["SalesFormsPrefs"]["AutoApplyCredit"] is False
    assert new["SalesFormsPrefs"]["AllowDeposit"] is True


@pytest.mark.parametrize("kind", ["Account", "Class"])
def test_7_5_inactivating_an_account_or_class_needs_its_name(qbo, kind):
    made = qbo.create(kind, {"Name": "Odd"} | ({"AccountType": "Bank"} if kind[0] == "A" else {}))
    entry = qbo.refused(kind, sparse(made, Active=False), "2020")
    assert entry["element"] == "Name"
    assert qbo.update(kind, sparse(made, Active=False, Name="Odd"))["Name"] == "Odd (deleted)"


def test_5_29_five_address_lines_hold_2000_characters_together(qbo):
    lines = {f"Line{n}": "x" * 400 for n in range(1, 6)}
    assert qbo.create("Customer", {"DisplayName": "Long", "BillAddr": lines})
    entry = qbo.refused(
        "Customer", {"DisplayName": "Longer", "BillAddr": lines | {"Line5": "x" * 401}}, "2050"
    )
    assert "Max:2000" in entry["Detail"] and "Supplied length:2001" in entry["Detail"]
