"""Sales forms and customer payments (FACTS 5.7-5.12)."""

from .core import entity

XSD_TXN = (
    "Source TxnSource TransactionLocationType RecurDataRef AttachableRef TaxFormType "
    "TaxFormNum TxnStatus TxnApprovalInfo TxnSubType HomeTotalAmt HomeBalance Tag LocalTax "
    "InvoiceRef"
)
SALES = """
AutoDocNumber bool
CustomField list:custom keep
DocNumber text 21 S keep
TxnDate date S
DepartmentRef ref:Department
CurrencyRef ref:CompanyCurrency C keep
ExchangeRate rate keep
PrivateNote text 4000
LinkedTxn links
Line lines R
TxnTaxDetail tax
CustomerRef ref:Customer F R
CustomerMemo memo
BillAddr addr
ShipAddr addr
FreeFormAddress bool ro
ShipFromAddr addr
ClassRef ref:Class
ShipMethodRef any
ShipDate date
TrackingNum text 31
GlobalTaxCalculation enum:TaxExcluded|TaxInclusive|NotApplicable keep
TotalAmt money ro S
HomeTotalAmt money ro
ApplyTaxAfterDiscount bool keep
PrintStatus enum:NotSet|NeedToPrint|PrintComplete keep
EmailStatus enum:NotSet|NeedToSend|EmailSent keep
BillEmail email 100
BillEmailCc email 100
BillEmailBcc email 100
DeliveryInfo any
ProjectRef ref:Customer F noname
PONumber text 15
TaxExemptionRef any ro
Balance money ro S
"""
OLD_XSD = (
    "SalesRepRef FOB Memo PriceLevelRef AutoApply ManuallyClosed CheckPayment "
    "RemitToRef SubTotal FinanceCharge "
)
entity(
    "Invoice",
    SALES
    + """
SalesTermRef ref:Term F
DueDate date S
Deposit money
DepositToAccountRef ref:Account
HomeBalance money ro
AllowIPNPayment bool
AllowOnlinePayment bool
AllowOnlineCreditCardPayment bool
AllowOnlineACHPayment bool
InvoiceLink text ro
InvoiceLinkSecurityCode any
InvoiceLinkExpiryDate any
invoiceStatus any
invoiceStatusLog any
AllowOnlineAffirmPayment bool
AllowOnlinePayPalPayment bool
EInvoiceStatus any
EInvoiceAmtDue any
TxnRetainageDetail any
EnabledSurchargeInfo any
SalesOrderRef any
ARAccountRef ref:Account noname
CreditCardPayment any
PaymentMethodRef ref:PaymentMethod noname
""",
    group="txn",
    space="txn",
    total=True,
    hooks="cudve",
    send=True,
    pdf=True,
    label="Invoice",
    operations="crqudv",
    extra=XSD_TXN + " InvoiceEx EBillNotes CallToAction LessCIS GovtTxnRefIdentifier " + OLD_XSD,
)
entity(
    "CreditMemo",
    SALES
    + """
SalesTermRef ref:Term
RemainingCredit money ro F
PaymentMethodRef any ro
DepositToAccountRef any ro
PaymentRefNum text 21
PaymentType any
CreditCardPayment any
""",
    group="txn",
    space="txn",
    hooks="cudve",
    send=True,
    pdf=True,
    label="Credit Memo",
    operations="crqudv",
    extra=XSD_TXN + " CreditMemoEx ARAccountRef HomeBalance " + OLD_XSD,
)
RECEIPT = """
PaymentRefNum text 21
DepositToAccountRef ref:Account
CreditCardPayment any
PaymentMethodRef ref:PaymentMethod noname
PaymentType enum:Cash|Check|CreditCard|Other
CheckPayment any
"""
ANONYMOUS = SALES.replace("CustomerRef ref:Customer F R", "CustomerRef ref:Customer F")
entity(
    "SalesReceipt",
    ANONYMOUS + RECEIPT,
    group="txn",
    space="txn",
    hooks="cudve",
    send=True,
    pdf=True,
    label="Sales Receipt",
    operations="crqudv",
    extra=XSD_TXN + " SalesReceiptEx TxnRetainageDetail ARAccountRef HomeBalance " + OLD_XSD,
)
entity(
    "RefundReceipt",
    ANONYMOUS
    + RECEIPT.replace("PaymentRefNum text 21", "PaymentRefNum text 100").replace(
        "DepositToAccountRef ref:Account", "DepositToAccountRef ref:Account R"
    ),
    group="txn",
    space="txn",
    hooks="cudve",
    send=True,
    pdf=True,
    label="Refund",
    operations="crqudv",
    extra=XSD_TXN + " RefundReceiptEx ARAccountRef HomeBalance SalesTermRef DueDate " + OLD_XSD,
)
entity(
    "Estimate",
    SALES
    + """
TxnStatus enum:Pending|Accepted|Closed|Rejected|Converted|Declined F S
AcceptedBy text 1000
AcceptedDate date
ExpirationDate date S
DueDate date S
SalesTermRef ref:Term
""",
    group="txn",
    space="txn",
    hooks="cude",
    send=True,
    pdf=True,
    label="Estimate",
    operations="crqud",
    extra=XSD_TXN + " EstimateEx HomeBalance " + OLD_XSD,
)
entity(
    "Payment",
    """
TxnDate date S
CustomerRef ref:Customer R F
CurrencyRef ref:CompanyCurrency C keep
ExchangeRate rate keep
DepositToAccountRef ref:Account noname
ARAccountRef ref:Account noname
PaymentMethodRef ref:PaymentMethod noname
PaymentRefNum text 21 S
PaymentType enum:Cash|Check|CreditCard|Expense|Other
PrivateNote text 4000
TotalAmt money R
UnappliedAmt money ro
HomeTotalAmt money ro
ProcessPayment bool
CreditCardPayment any
LinkedTxn links ro
Line lines
ProjectRef ref:Customer F noname
TxnTaxDetail any
TaxExemptionRef any ro
CheckPayment any
DocNumber text 21
CustomField list:custom
""",
    group="txn",
    space="txn",
    hooks="cudve",
    send=True,
    pdf=True,
    label="Payment",
    operations="crqudv",
    extra=XSD_TXN + " PaymentEx DepartmentRef TransactionLocationType ClassRef",
)
