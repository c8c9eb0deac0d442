"""Account types, classifications and sub types (FACTS 5.6)."""

_TABLE = """
Bank|Asset|CashOnHand Checking Savings MoneyMarket RentsHeldInTrust TrustAccounts
Accounts Receivable|Asset|AccountsReceivable
Other Current Asset|Asset|OtherCurrentAssets Inventory UndepositedFunds PrepaidExpenses \
EmployeeCashAdvances AllowanceForBadDebts LoansToOthers Retainage
Fixed Asset|Asset|FurnitureAndFixtures Buildings Vehicles MachineryAndEquipment \
AccumulatedDepreciation Land LeaseholdImprovements OtherFixedAssets
Other Asset|Asset|OtherLongTermAssets SecurityDeposits Goodwill Licenses OrganizationalCosts
Accounts Payable|Liability|AccountsPayable
Credit Card|Liability|CreditCard
Other Current Liability|Liability|OtherCurrentLiabilities SalesTaxPayable GlobalTaxPayable \
GlobalTaxSuspense PayrollTaxPayable LineOfCredit LoanPayable PrepaidExpensesPayable \
DeferredRevenue
Long Term Liability|Liability|OtherLongTermLiabilities NotesPayable ShareholderNotesPayable
Equity|Equity|OpeningBalanceEquity OwnersEquity RetainedEarnings PartnersEquity CommonStock \
PaidInCapitalOrSurplus
Income|Revenue|SalesOfProductIncome ServiceFeeIncome OtherPrimaryIncome DiscountsRefundsGiven \
NonProfitIncome UnappliedCashPaymentIncome
Cost of Goods Sold|Expense|SuppliesMaterialsCogs CostOfLaborCos EquipmentRentalCos \
ShippingFreightDeliveryCos OtherCostsOfServiceCos
Expense|Expense|OtherMiscellaneousServiceCost AdvertisingPromotional Auto BankCharges Insurance \
LegalProfessionalFees OfficeGeneralAdministrativeExpenses RentOrLeaseOfBuildings \
SuppliesMaterials Travel Utilities UnappliedCashBillPaymentExpense
Other Income|Revenue|OtherMiscellaneousIncome InterestEarned DividendIncome
Other Expense|Expense|OtherMiscellaneousExpense ExchangeGainOrLoss Depreciation \
PenaltiesSettlements
"""
CLASSIFICATION, DEFAULT_SUBTYPE, TYPE_OF = {}, {}, {}
for _line in _TABLE.strip().splitlines():
    _type, _class, _subtypes = _line.split("|")
    CLASSIFICATION[_type] = _class
    DEFAULT_SUBTYPE[_type] = _subtypes.split()[0]
    TYPE_OF.update(dict.fromkeys(_subtypes.split(), _type))
SYSTEM = {
    "OpeningBalanceEquity",
    "UndepositedFunds",
    "RetainedEarnings",
    "CashReceiptIncome",
    "CashExpenditureExpense",
    "ExchangeGainOrLoss",
}
BALANCE_SHEET = {"Asset", "Liability", "Equity"}
