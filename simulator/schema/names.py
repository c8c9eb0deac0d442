"""Customer, Vendor, Employee: one number space, names unique over all three (FACTS 5.3, 5.4)."""

from .core import entity

PERSON = """
Title text 16
GivenName text 100 S
MiddleName text 100 S
FamilyName text 100 S
Suffix text 16
DisplayName text 500 S
PrintOnCheckName text 110 S keep
Active bool S keep
PrimaryPhone phone 30
Mobile phone 30
BillAddr addr
"""
PARTY = (
    PERSON
    + """
FullyQualifiedName text ro S
CompanyName text 100 S
AlternatePhone phone 30
Fax phone 30
WebAddr uri 1000
OtherAddr addr
OtherContactInfo any
CurrencyRef ref:CompanyCurrency C keep
Balance money S C
IntuitId any
Organization any
UserId any
GSTIN text 15
GSTRegistrationType text 15
BusinessNumber text 10
"""
)
CUSTOMER = (
    PARTY
    + """
PrimaryEmailAddr email 100 F
ResaleNum text 16
SecondaryTaxIdentifier text 20
PrimaryTaxIdentifier text 20
ARAccountRef ref:Account
DefaultTaxCodeRef ref:TaxCode noname
PreferredDeliveryMethod enum:Print|Email|None|EInvoice|Mail keep
SalesTermRef ref:Term noname
CustomerTypeRef ref:CustomerType noname
BillWithParent bool keep
Job bool F
BalanceWithJobs money S ro
OpenBalanceDate date C
Taxable bool keep
ParentRef ref:Customer noname
Notes text 2000
ShipAddr addr
PaymentMethodRef ref:PaymentMethod noname
IsProject bool ro
ClientEntityId any
V4IDPseudonym any
Level int ro
TaxExemptionReasonId any
RootCustomerRef any
"""
)
entity(
    "Customer",
    CUSTOMER,
    group="name",
    space="names",
    hooks="cudm",
    noun="Names",
    order="FullyQualifiedName",
    operations="crqu",
    extra="CCDetail JobInfo ShipMethodRef PriceLevelRef OverDueBalance TotalRevenue "
    "TotalExpense ContactInfo OtherShipAddr AltContactName ClientCompanyId Source "
    "TaxRegime CustomerEx TaxExemptionRef DefaultShippingAddr OpenBalance Statement "
    "LeadSource",
)
VENDOR = (
    PARTY.replace("PrintOnCheckName text 110", "PrintOnCheckName text 100")
    + """
PrimaryEmailAddr email 100
APAccountRef ref:Account
OpenBalanceDate date C
TermRef ref:Term noname
Vendor1099 bool keep
T4AEligible any
T5018Eligible any
HasTPAR any
CostRate rate keep
BillRate rate keep
TaxIdentifier text 20
AcctNum text 100
ShipAddr addr
V4IDPseudonym any
IsProject any
TaxReportingBasis any
VendorPaymentBankDetail any
"""
)
entity(
    "Vendor",
    VENDOR,
    group="name",
    space="names",
    hooks="cudm",
    noun="Names",
    order="DisplayName",
    operations="crqu",
    extra="TaxCountry TaxIdEffectiveDate VendorEx SubjectToTDS ContactInfo Notes Source "
    "OpenBalance DefaultAccountRef VendorTypeRef CreditLimit AltContactName "
    "MiscExemptionCode",
)
EMPLOYEE = (
    PERSON
    + """
PrimaryEmailAddr email 100
EmployeeNumber text 100
SSN text 100
PrimaryAddr addr
BillableTime bool keep
BillRate rate
CostRate rate
HiredDate date
ReleasedDate date
BirthDate date
Gender enum:Male|Female
EmployeeType text 100
V4IDPseudonym any
Organization any
"""
)
entity(
    "Employee",
    EMPLOYEE,
    group="name",
    space="names",
    hooks="cudm",
    noun="Names",
    order="DisplayName",
    operations="crqu",
    extra="UseTimeEntry EmployeeEx CompanyName AlternatePhone Fax WebAddr OtherContactInfo "
    "FullyQualifiedName Notes",
)
