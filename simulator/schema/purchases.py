"""Bills, expenses, bank and journal transactions (FACTS 5.13-5.18)."""

from .core import entity
from .sales import XSD_TXN

PURCHASE = """
DocNumber text 21 S
TxnDate date S
DepartmentRef ref:Department
CurrencyRef ref:CompanyCurrency C keep
ExchangeRate rate keep
PrivateNote text 4000
LinkedTxn links
Line lines R
TxnTaxDetail tax
GlobalTaxCalculation enum:TaxExcluded|TaxInclusive|NotApplicable keep
TotalAmt money ro S
HomeTotalAmt money ro
"""
entity(
    "Bill",
    PURCHASE
    + """
VendorRef ref:Vendor R U S
APAccountRef ref:Account keep S
SalesTermRef ref:Term noname F S
DueDate date S
Balance money ro F
HomeBalance money ro
VendorAddr addr
""",
    group="txn",
    space="txn",
    total=True,
    hooks="cud",
    label="Bill",
    operations="crqud",
    extra=XSD_TXN + " BillEx PayerRef Memo RemitToAddr ShipAddr BillEmail ReplyEmail "
    "TxnRetainageDetail IncludeInAnnualTPAR",
)
entity(
    "VendorCredit",
    PURCHASE
    + """
VendorRef ref:Vendor R U F
APAccountRef ref:Account keep
Balance money ro F
VendorAddr addr
""",
    group="txn",
    space="txn",
    hooks="cud",
    label="Vendor Credit",
    operations="crqud",
    extra=XSD_TXN + " VendorCreditEx PayerRef Memo RemitToAddr ReplyEmail IncludeInAnnualTPAR",
)
entity(
    "PurchaseOrder",
    PURCHASE
    + """
CustomField list:custom keep
VendorRef ref:Vendor R U F
APAccountRef ref:Account keep
VendorAddr addr
ShipAddr addr
ShipTo ref:Customer
ShipMethodRef any
SalesTermRef ref:Term noname
DueDate date
ClassRef ref:Class
POStatus enum:Open|Closed F
POEmail email
EmailStatus enum:NotSet|NeedToSend|EmailSent
Memo text 4000
""",
    group="txn",
    space="txn",
    total=True,
    hooks="cude",
    pdf=True,
    send=True,
    label="Purchase Order",
    operations="crqud",
    extra=XSD_TXN + " PurchaseOrderEx PayerRef ManuallyClosed FOB VendorMessage "
    "TemplateRef ExpectedDate RemitToAddr ReplyEmail",
)
entity(
    "BillPayment",
    """
DocNumber text 21 S
TxnDate date S
DepartmentRef ref:Department
CurrencyRef ref:CompanyCurrency C keep
ExchangeRate rate keep
PrivateNote text 4000
Line lines R
VendorRef ref:Vendor R U F
APAccountRef ref:Account keep
PayType enum:Check|CreditCard R S
CheckPayment struct:check_payment
CreditCardPayment struct:card_payment
TotalAmt money R S
ProcessBillPayment bool
HomeTotalAmt money ro
""",
    group="txn",
    space="txn",
    total=True,
    hooks="cudv",
    label="Bill Payment",
    operations="crqudv",
    extra=XSD_TXN + " BillPaymentEx LinkedTxn BillPaymentEFT",
)
entity(
    "Purchase",
    PURCHASE
    + """
AccountRef ref:Account R
PaymentType enum:Cash|Check|CreditCard R U S
PaymentMethodRef ref:PaymentMethod noname
PaymentRefNum text 21
EntityRef ref:Name
Credit bool
PrintStatus enum:NotSet|NeedToPrint|PrintComplete keep
RemitToAddr addr
Balance money ro
""",
    group="txn",
    space="txn",
    hooks="cudv",
    label="Expense",
    operations="crqudv",
    extra=XSD_TXN + " Memo CheckPayment CreditCardPayment IncludeInAnnualTPAR Print",
)
entity(
    "Deposit",
    """
DocNumber text 21 S
TxnDate date S
DepartmentRef ref:Department
CurrencyRef ref:CompanyCurrency C keep
ExchangeRate rate keep
PrivateNote text 4000
Line lines R
DepositToAccountRef ref:Account R
CashBack struct:cash_back
TxnTaxDetail any
GlobalTaxCalculation enum:TaxExcluded|TaxInclusive|NotApplicable keep
TotalAmt money ro S
HomeTotalAmt money ro
""",
    group="txn",
    space="txn",
    total=True,
    hooks="cud",
    label="Deposit",
    operations="crqud",
    extra=XSD_TXN + " DepositEx LinkedTxn CustomField",
)
entity(
    "Transfer",
    """
TxnDate date S
FromAccountRef ref:Account R
ToAccountRef ref:Account R
Amount money R
PrivateNote text 4000
CurrencyRef ref:CompanyCurrency C keep
ExchangeRate rate keep
DepartmentRef ref:Department
ClassRef ref:Class
TransferEx any
""",
    group="txn",
    space="txn",
    hooks="cud",
    label="Transfer",
    operations="crqud",
    extra=XSD_TXN + " DocNumber LinkedTxn Line TxnTaxDetail",
)
entity(
    "JournalEntry",
    """
Adjustment bool
DocNumber text 21 S
TxnDate date S
CurrencyRef ref:CompanyCurrency C keep
ExchangeRate rate keep
PrivateNote text 4000
Line lines R
TxnTaxDetail any
TaxRateRef any
GlobalTaxCalculation enum:TaxExcluded|TaxInclusive|NotApplicable keep
TotalAmt money ro S
HomeTotalAmt money ro
DepartmentRef ref:Department
JournalCodeRef any
""",
    group="txn",
    space="txn",
    total=True,
    hooks="cud",
    label="Journal Entry",
    operations="crqud",
    extra=XSD_TXN + " JournalEntryEx HomeCurrencyAdjustment "
    "EnteredInHomeCurrency TotalTax LinkedTxn",
)
entity(
    "CreditCardPayment",
    """
TxnDate date S
BankAccountRef ref:Account R
CreditCardAccountRef ref:Account R
Amount money R S
PrivateNote text 4000
Memo text 4000
CurrencyRef ref:CompanyCurrency C keep
ExchangeRate rate keep
CheckNum text 21
PrintStatus enum:NotSet|NeedToPrint|PrintComplete
VendorRef ref:Vendor
CreditCardPaymentEx any
""",
    group="txn",
    space="txn",
    label="Credit Card Payment",
    operations="crqud",
    key="CreditCardPaymentTxn",
    extra=XSD_TXN,
)
entity(
    "InventoryAdjustment",
    """
DocNumber text 21 S
TxnDate date S
AdjustAccountRef ref:Account R
Line lines R
PrivateNote text 4000
CurrencyRef ref:CompanyCurrency C keep
ExchangeRate rate keep
DepartmentRef ref:Department
CustomerRef ref:Customer
""",
    group="txn",
    space="txn",
    label="Inventory Qty Adjust",
    operations="crqud",
    extra=XSD_TXN + " TotalAmt Reason Memo LinkedTxn",
)
