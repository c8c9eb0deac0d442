"""The chart of accounts that the non-US profiles share."""

ACCOUNTS = """
1|Sales|Income|SalesOfProductIncome
2|Retained Earnings|Equity|RetainedEarnings
3|Prepaid Expenses|Other Current Asset|PrepaidExpenses
4|Undeposited Funds|Other Current Asset|UndepositedFunds
5|Services|Income|ServiceFeeIncome
6|Refunds-Allowances|Income|DiscountsRefundsGiven
7|Advertising|Expense|AdvertisingPromotional
8|Bank charges|Expense|BankCharges
11|Insurance|Expense|Insurance
12|Legal and professional fees|Expense|LegalProfessionalFees
15|Office expenses|Expense|OfficeGeneralAdministrativeExpenses
17|Rent or lease payments|Expense|RentOrLeaseOfBuildings
19|Supplies|Expense|SuppliesMaterials
21|Travel|Expense|Travel
24|Utilities|Expense|Utilities
25|Interest earned|Other Income|InterestEarned
30|Uncategorised Income|Income|ServiceFeeIncome
31|Uncategorised Expense|Expense|OtherMiscellaneousServiceCost
32|Uncategorised Asset|Other Current Asset|OtherCurrentAssets
33|Accounts Payable (A/P)|Accounts Payable|AccountsPayable
34|Opening Balance Equity|Equity|OpeningBalanceEquity
35|Current account|Bank|Checking
36|Savings account|Bank|Savings
39|Vehicles|Fixed Asset|Vehicles
41|Company credit card|Credit Card|CreditCard
43|Loan Payable|Other Current Liability|OtherCurrentLiabilities
79|Sales of Product Income|Income|SalesOfProductIncome
80|Cost of Goods Sold|Cost of Goods Sold|SuppliesMaterialsCogs
81|Inventory Asset|Other Current Asset|Inventory
84|Accounts Receivable (A/R)|Accounts Receivable|AccountsReceivable
85|Billable Expense Income|Income|ServiceFeeIncome
86|Discounts given|Income|DiscountsRefundsGiven
87|Unapplied Cash Payment Income|Income|UnappliedCashPaymentIncome
88|Unapplied Cash Bill Payment Expense|Expense|UnappliedCashBillPaymentExpense
"""
STOCK = {
    "AssetAccountRef": {"value": "81"},
    "ExpenseAccountRef": {"value": "80"},
    "InvStartDate": "2020-01-01",
    "TrackQtyOnHand": True,
}
BANK, SAVINGS, CARD, EQUITY, ASSET = "35", "36", "41", "34", "39"
EXPENSES = ("7", "11", "15", "17", "19", "24", "12", "21")


def items(code):
    """Products and services; every one carries the country's default tax code."""
    taxed = {"SalesTaxCodeRef": {"value": code}, "PurchaseTaxCodeRef": {"value": code}}
    rows = (
        ("1", "Services", "0", "Service", "5"),
        ("2", "Hours", "0", "Service", "5"),
        ("3", "Consulting", "90", "Service", "5"),
        ("4", "Design", "75", "Service", "5"),
        ("5", "Desk lamp", "48.50", "Inventory", "79"),
        ("6", "Office chair", "129.99", "Inventory", "79"),
        ("7", "Installation", "50", "Service", "5"),
        ("8", "Notebook", "3.75", "Inventory", "79"),
        ("9", "Training day", "620", "Service", "5"),
        ("10", "Support hour", "64", "Service", "5"),
    )
    result = []
    for ident, name, price, kind, income in rows:
        more = dict(taxed) if int(ident) > 2 else {}
        if kind == "Inventory":
            more |= STOCK | {"QtyOnHand": 400, "PurchaseCost": 2}
        result.append((ident, name, price, kind, income, True, more))
    return tuple(result)


def people(first, names, places):
    """Lines ``id|display|given|family|street|city|region|code`` for a list of names."""
    lines = []
    for number, name in enumerate(names):
        given, _, family = name.partition(" ")
        city, region, code = places[number % len(places)]
        display = name if number % 3 else f"{family} & Partners"
        lines.append(
            f"{first + number}|{display}|{given}|{family}|{number + 3} High Street|"
            f"{city}|{region}|{code}"
        )
    return "\n".join(lines)
