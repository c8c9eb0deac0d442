"""The ``au`` profile: GST per line."""

from . import chart

COMPANY = {
    "CompanyName": "Sandbox Company AU 1",
    "LegalName": "Sandbox Company AU 1",
    "Country": "AU",
    "Email": {"Address": "owner@example.com"},
    "DefaultTimeZone": "Australia/Sydney",
    "PrimaryPhone": {"FreeFormNumber": "02 5550 0100"},
    "address": {
        "Line1": "7 Bridge Street",
        "City": "Sydney",
        "PostalCode": "2000",
        "CountrySubDivisionCode": "NSW",
        "Country": "AU",
    },
}
PREFERENCES = {
    "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "10"}},
    "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "AUD"}},
}
DEFAULT_CODE = "10"
ACCOUNTS = (
    chart.ACCOUNTS
    + """90|ATO Payable|Other Current Liability|GlobalTaxPayable
91|GST Suspense|Other Current Liability|GlobalTaxSuspense
"""
)
AGENCIES = (("1", "ATO", True),)
RATES = (
    ("1", "GST (sales)", "10", "1"),
    ("2", "GST (purchases)", "10", "1"),
    ("3", "GST free (sales)", "0", "1", "ZERO_RATE"),
    ("4", "GST free (purchases)", "0", "1", "ZERO_RATE"),
    ("5", "Out of scope (sales)", "0", "1"),
    ("6", "Out of scope (purchases)", "0", "1"),
    ("7", "Input taxed (sales)", "0", "1"),
    ("8", "Input taxed (purchases)", "0", "1"),
)
CODES = (
    ("10", "GST", "GST 10%", ("1",), ("2",)),
    ("11", "GST free", "GST free", ("3",), ("4",)),
    ("12", "Out of scope", "Outside the scope of GST", ("5",), ("6",)),
    ("13", "Input tax", "Input taxed", ("7",), ("8",)),
)
ITEMS = chart.items(DEFAULT_CODE)
_PLACES = (
    ("Sydney", "NSW", "2000"),
    ("Melbourne", "VIC", "3000"),
    ("Perth", "WA", "6000"),
    ("Hobart", "TAS", "7000"),
)
CUSTOMERS = chart.people(
    1,
    (
        "Amber Banks",
        "Blake Cairns",
        "Cody Darwin",
        "Dana Eyre",
        "Ethan Flinders",
        "Freya Gosford",
        "Gus Hobart",
        "Holly Ipswich",
        "Indy Jervis",
        "Jai Keppel",
        "Kirra Lorne",
        "Lachie Mildura",
        "Maddy Noosa",
        "Nate Orange",
        "Opal Perth",
        "Quinn Roma",
        "Riley Sale",
        "Shay Taree",
        "Tilly Ulladulla",
        "Wade Yass",
    ),
    _PLACES,
)
VENDORS = chart.people(
    30,
    (
        "Archie Weir",
        "Bronte Gum",
        "Cooper Reef",
        "Darcy Dune",
        "Erin Cove",
        "Finn Bay",
        "Gemma Creek",
        "Heath Gorge",
        "Ivy Range",
        "Jed Plain",
        "Kyla Coast",
        "Leo Bush",
    ),
    _PLACES,
)
EMPLOYEES = (("54", "Emily", "Platt"), ("55", "John", "Johnson"))
