"""The company itself, its settings, files and the rest (FACTS 5.1, 5.2, 5.29)."""

from .core import entity

entity(
    "CompanyInfo",
    """
CompanyName text 1024 U F
CompanyAddr addr U
LegalAddr addr
CustomerCommunicationAddr addr
SupportedLanguages text
Country text
Email email 100
WebAddr uri 1000
NameValue list:nv
FiscalYearStartMonth text
PrimaryPhone phone 30
LegalName text 1024
CompanyStartDate text ro
DefaultTimeZone text ro
CustomerCommunicationEmailAddr email 100
EmployerId text ro
""",
    group="single",
    operations="rqu",
    extra="CompanyFileName FlavorStratum SampleFile CompanyUserId CompanyUserAdminEmail "
    "CompanyEmailAddr LegalName TaxForm MultiByteCharsSupported CompanyPhone",
)
entity(
    "Preferences",
    """
AccountingInfoPrefs any
ProductAndServicesPrefs any
SalesFormsPrefs any
EmailMessagesPrefs any
VendorAndPurchasesPrefs any
TimeTrackingPrefs any
TaxPrefs any
CurrencyPrefs any
ReportPrefs any
OtherPrefs any
PrintDocumentPrefs any
""",
    group="single",
    operations="rqu",
    hooks="u",
)
entity(
    "Attachable",
    """
FileName text 1000 F
Note text 2000 F
Category text 100 F
ContentType text 100 F
PlaceName text 2000 F
AttachableRef any
Long text 100 F
Lat text 100 F
Tag text 2000 F
Size int ro F
FileAccessUri text ro
ThumbnailFileAccessUri text ro
TempDownloadUri text ro
ThumbnailTempDownloadUri text ro F
""",
    group="other",
    space="long",
    operations="crqud",
    extra="CustomField AttachableEx Url",
)
entity(
    "TimeActivity",
    """
NameOf enum:Employee|Vendor|Other R
TxnDate date S
EmployeeRef ref:Employee F
VendorRef ref:Vendor F
CustomerRef ref:Customer F
DepartmentRef ref:Department
ClassRef ref:Class
ItemRef ref:Item
PayrollItemRef any
ProjectRef ref:Customer noname
BillableStatus enum:Billable|NotBillable|HasBeenBilled keep
Taxable bool
HourlyRate rate
CostRate rate
Hours int
Minutes int
Seconds int
BreakHours int
BreakMinutes int
StartTime any
EndTime any
Description text 4000
TimeChargeId any
TransactionLocationType any
""",
    group="other",
    cdc=False,
    hooks="cud",
    operations="crqud",
    order="",
    extra="OtherNameRef TimeActivityEx UnattachedBillable CustomField BreakSeconds",
)
entity(
    "Budget",
    """
Name text 100 R S
StartDate date S
EndDate date S
BudgetType text F S
BudgetEntryType text S
Active bool S
BudgetDetail any
""",
    group="other",
    hooks="cud",
    operations="rq",
    order="Name",
    extra="BudgetEx",
)
entity(
    "JournalCode",
    """
Name text 100 R S
Type text F
Description text 100
Active bool S
CustomField any
""",
    group="other",
    cdc=False,
    hooks="cu",
    operations="crqu",
    order="Name",
)
entity(
    "ReimburseCharge",
    """
TxnDate date S
CustomerRef ref:Customer F
HasBeenInvoiced bool F
Amount money
LinkedTxn links
Line lines
PrivateNote text 4000
CurrencyRef any
HomeTotalAmt money ro
ExchangeRate rate
""",
    group="other",
    space="txn",
    operations="rq",
    extra="DocNumber",
)
entity(
    "RecurringTransaction",
    """
RecurringInfo any
""",
    group="other",
    operations="crqd",
    extra="Bill Purchase CreditMemo Deposit Estimate Invoice JournalEntry RefundReceipt "
    "SalesReceipt Transfer VendorCredit PurchaseOrder Payment",
)
