"""Items, accounts and the other lists (FACTS 5.5, 5.6, 5.19-5.28)."""

from .core import entity

entity(
    "Item",
    """
Name text 100 R S
Description text 4000 F
Active bool S keep
FullyQualifiedName text ro F
Taxable bool keep
SalesTaxIncluded bool
PurchaseTaxIncluded bool
PercentBased any
RatePercent rate
UnitPrice rate F keep
Type enum:Inventory|Service|NonInventory|Category|Group|Bundle|Assembly|Discount|Payment keep F S
IncomeAccountRef ref:Account
PurchaseDesc text 1000
PurchaseCost rate keep
ExpenseAccountRef ref:Account
AssetAccountRef ref:Account
PrefVendorRef ref:Vendor
TrackQtyOnHand bool keep
QtyOnHand rate keep
InvStartDate date keep
Sku text 100 F
SubItem bool
ParentRef ref:Item
Level int ro
ReorderPoint rate
SalesTaxCodeRef ref:TaxCode noname
PurchaseTaxCodeRef ref:TaxCode noname
ClassRef ref:Class
TaxClassificationRef any
DeferredRevenue bool
ItemGroupDetail any
PrintGroupedItems any
""",
    hooks="cudm",
    noun="Items",
    order="Name",
    operations="crqu",
    extra="UOMSetRef AvgCost QtyOnPurchaseOrder QtyOnSalesOrder ReorderQty ManPartNum "
    "DepositToAccountRef SpecialItem SpecialItemType AbatementRate ReverseChargeRate "
    "ServiceType ItemCategoryType Source ItemEx UQCDisplayText UQCId HSNCode "
    "COGSAccountRef SalesTaxCodeName PaymentMethodRef BuildPoint ItemAssemblyDetail "
    "PurchaseTaxCodeName HasVariants Url MinimumOrderQty",
)
entity(
    "Account",
    """
Name text 100 R S
SubAccount bool keep
ParentRef ref:Account noname
FullyQualifiedName text ro S
Description text 100
Active bool S keep
Classification text S ro
AccountType text S keep
AccountSubType text S keep
AcctNum text 20
CurrentBalance money ro S
CurrentBalanceWithSubAccounts money ro
CurrencyRef ref:CompanyCurrency C keep
TaxCodeRef ref:TaxCode noname
OpeningBalance any
OpeningBalanceDate any
AccountAlias any
TxnLocationType any
""",
    hooks="cudm",
    noun="Accounts",
    order="Name",
    operations="crqu",
    extra="AcctNumExtn BankNum TaxAccount OnlineBankingEnabled FIName JournalCodeRef "
    "AccountPurposes AccountEx Source",
)
entity(
    "Class",
    """
Name text 100 R S
SubClass bool keep
ParentRef ref:Class noname
FullyQualifiedName text ro S
Active bool S keep
""",
    hooks="cudm",
    noun="Klasses",
    order="FullyQualifiedName",
    operations="crqu",
    space="long",
    extra="ClassEx",
)
entity(
    "Department",
    """
Name text 100 R S
SubDepartment bool keep
ParentRef ref:Department noname
FullyQualifiedName text ro S
Active bool S keep
Address addr
""",
    hooks="cud",
    noun="Depts",
    order="FullyQualifiedName",
    operations="crqu",
    space="long",
    extra="DepartmentEx TxnLocationType",
)
entity(
    "Term",
    """
Name text 31 R S
Active bool S keep
Type text ro
DiscountPercent rate
DueDays int
DiscountDays int
DayOfMonthDue int
DueNextMonthDays int
DiscountDayOfMonth int
""",
    hooks="cudm",
    noun="Terms",
    order="Name",
    operations="crqu",
    extra="SalesTermEx",
)
entity(
    "PaymentMethod",
    """
Name text 31 R S
Active bool S keep
Type enum:CREDIT_CARD|NON_CREDIT_CARD keep
""",
    hooks="cudm",
    noun="PaymentMethods",
    order="Name",
    operations="crqu",
    extra="PaymentMethodEx",
)
entity(
    "CustomerType",
    """
Name text 100 R S
Active bool S keep
""",
    cdc=False,
    order="Name",
    operations="rq",
    space="long",
    noun="CustomerTypes",
)
entity(
    "TaxCode",
    """
Name text 100 S
Description text 100 F
Active bool S
Hidden bool
Taxable bool
TaxGroup bool
SalesTaxRateList struct:rate_list
PurchaseTaxRateList struct:rate_list
AdjustmentTaxRateList struct:rate_list
TaxCodeConfigType text
""",
    group="tax",
    cdc=False,
    total=True,
    noun="TaxCodes",
    order="Name",
    operations="rq",
)
entity(
    "TaxRate",
    """
Name text 100 S
Description text 100
Active bool S
RateValue rate F
AgencyRef ref:TaxAgency noname
TaxReturnLineRef any
EffectiveTaxRate any
SpecialTaxType text
DisplayType text
OriginalTaxRate text
""",
    group="tax",
    cdc=False,
    noun="TaxRates",
    order="Name",
    operations="rq",
)
entity(
    "TaxAgency",
    """
DisplayName text 100 R S
TaxTrackedOnSales bool ro
TaxTrackedOnPurchases bool ro
TaxRegistrationNumber text ro
LastFileDate text ro
TaxAgencyConfig text ro
""",
    group="tax",
    cdc=False,
    hooks="cu",
    noun="TaxAgencies",
    order="DisplayName",
    operations="crq",
    extra="TaxAgencyExt",
)
entity(
    "CompanyCurrency",
    """
Code text 3 R S
Name text 100 S
Active bool S keep
""",
    total=True,
    hooks="cu",
    noun="Currencies",
    order="Code",
    operations="crqu",
    extra="CurrencyEx",
)
entity(
    "ExchangeRate",
    """
SourceCurrencyCode text 3 R U S
TargetCurrencyCode text 3
Rate rate R U
AsOfDate date R U S
""",
    total=True,
    operations="cqu",
    noun="ExchangeRates",
)
