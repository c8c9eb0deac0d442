"""Complex types and line details (FACTS 5.29 end, 6)."""

from .core import struct

struct(
    "addr",
    """
Id any
Line1 text 500
Line2 text 500
Line3 text 500
Line4 text 500
Line5 text 500
City text 255
Country text 255
CountryCode text 255
CountrySubDivisionCode text 255
County text 255
PostalCode text 30
PostalCodeSuffix text 30
Lat text 100
Long text 100
Note text 1000
Tag text 100
Default any
FreeFormAddress any
""",
)
struct(
    "email",
    """
Address text
Id any
Default any
Tag any
""",
)
struct(
    "phone",
    """
FreeFormNumber text
Id any
DeviceType any
CountryCode any
AreaCode any
ExchangeCode any
Extension any
Default any
Tag any
""",
)
struct(
    "uri",
    """
URI text 1000
Id any
Default any
Tag any
""",
)
struct(
    "memo",
    """
value text 1000
id any
""",
)
struct(
    "link",
    """
TxnId text
TxnType text
TxnLineId text
""",
)
struct(
    "custom",
    """
DefinitionId any
Name text
Type text
StringValue text 31
BooleanValue any
DateValue any
NumberValue any
""",
)
struct(
    "nv",
    """
Name text
Value text 4000
""",
)
struct(
    "line",
    """
Id any
LineNum any
Description text 4000
Amount money
Received any
DetailType text
LinkedTxn links
ProjectRef ref:Customer noname
CostAmount any
HomeAmount any
CustomExtensions any
CustomField list:custom
SalesItemLineDetail struct:SalesItemLineDetail
DescriptionLineDetail struct:DescriptionLineDetail
DiscountLineDetail struct:DiscountLineDetail
SubTotalLineDetail any
GroupLineDetail struct:GroupLineDetail
TaxLineDetail any
PaymentLineDetail any
AccountBasedExpenseLineDetail struct:AccountBasedExpenseLineDetail
ItemBasedExpenseLineDetail struct:ItemBasedExpenseLineDetail
JournalEntryLineDetail struct:JournalEntryLineDetail
DepositLineDetail struct:DepositLineDetail
PurchaseOrderItemLineDetail any
ItemReceiptLineDetail any
SalesOrderItemLineDetail any
TDSLineDetail any
ReimburseLineDetail any
ItemAdjustmentLineDetail struct:ItemAdjustmentLineDetail
""",
)
ITEM_LINE = """
ItemRef ref:Item
ClassRef ref:Class
UnitPrice rate
RatePercent rate
PriceLevelRef any
MarkupInfo any
Qty rate
UOMRef any
TaxCodeRef ref:TaxCode noname
TaxInclusiveAmt money
ItemAccountRef any
InventorySiteRef any
"""
struct(
    "SalesItemLineDetail",
    ITEM_LINE
    + """
ServiceDate date
DiscountRate rate
DiscountAmt money
DeferredRevenue any
TaxClassificationRef any
""",
)
struct(
    "ItemBasedExpenseLineDetail",
    ITEM_LINE
    + """
CustomerRef ref:Customer
BillableStatus enum:Billable|NotBillable|HasBeenBilled
""",
)
struct(
    "AccountBasedExpenseLineDetail",
    """
CustomerRef ref:Customer
ClassRef ref:Class
AccountRef ref:Account
BillableStatus enum:Billable|NotBillable|HasBeenBilled
MarkupInfo any
TaxAmount money
TaxCodeRef ref:TaxCode noname
TaxInclusiveAmt money
""",
)
struct(
    "DescriptionLineDetail",
    """
ServiceDate date
TaxCodeRef ref:TaxCode noname
""",
)
struct(
    "DiscountLineDetail",
    """
PercentBased bool
DiscountPercent rate
DiscountAccountRef ref:Account
DiscountRef any
ServiceDate date
ClassRef ref:Class
TaxCodeRef ref:TaxCode noname
Discount any
""",
)
struct(
    "GroupLineDetail",
    """
GroupItemRef ref:Item
Quantity rate
UOMRef any
ServiceDate date
Line lines
""",
)
struct(
    "JournalEntryLineDetail",
    """
PostingType enum:Debit|Credit
AccountRef ref:Account
Entity struct:JournalEntity
ClassRef ref:Class
DepartmentRef ref:Department
TaxCodeRef ref:TaxCode noname
TaxRateRef ref:TaxRate noname
TaxApplicableOn enum:Sales|Purchase
TaxAmount money
TaxInclusiveAmt money
BillableStatus enum:Billable|NotBillable|HasBeenBilled
JournalCodeRef any
""",
)
struct(
    "JournalEntity",
    """
Type enum:Customer|Vendor|Employee
EntityRef ref:Name
""",
)
struct(
    "DepositLineDetail",
    """
Entity ref:Name
ClassRef ref:Class
AccountRef ref:Account
PaymentMethodRef ref:PaymentMethod noname
CheckNum text 21
TxnType text
TaxCodeRef ref:TaxCode noname
TaxApplicableOn enum:Sales|Purchase
TaxAmount money
""",
)
struct(
    "ItemAdjustmentLineDetail",
    """
ItemRef ref:Item
QtyDiff rate
ClassRef ref:Class
UnitPrice rate
SalesPrice rate
""",
)
struct(
    "tax",
    """
DefaultTaxCodeRef ref:TaxCode noname
TxnTaxCodeRef ref:TaxCode noname
TotalTax money
TaxReviewStatus any
TaxLine any
UseAutomatedSalesTax bool
ShippingTaxIncludedInTotalTax bool
""",
)
struct(
    "cash_back",
    """
AccountRef ref:Account
Amount money
Memo text 4000
""",
)
struct(
    "check_payment",
    """
BankAccountRef ref:Account
PrintStatus enum:NotSet|NeedToPrint|PrintComplete
CheckNum text 21
Status any
NameOnAcct any
AcctNum any
BankName any
CheckPaymentEx any
""",
)
struct(
    "card_payment",
    """
CCAccountRef ref:Account
CreditChargeInfo any
CreditChargeResponse any
CCDetail any
""",
)
struct(
    "rate_list",
    """
TaxRateDetail any
originatingGroupId any
""",
)
