"""The ``gb`` profile: VAT per line."""

from . import chart

COMPANY = {
    "CompanyName": "Sandbox Company UK 1",
    "LegalName": "Sandbox Company UK 1",
    "Country": "GB",
    "Email": {"Address": "owner@example.com"},
    "DefaultTimeZone": "Europe/London",
    "PrimaryPhone": {"FreeFormNumber": "020 7946 0100"},
    "address": {
        "Line1": "1 Mill Lane",
        "City": "London",
        "PostalCode": "EC1A 1AA",
        "CountrySubDivisionCode": "Greater London",
        "Country": "GB",
    },
}
PREFERENCES = {
    "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "6"}},
    "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "GBP"}},
}
DEFAULT_CODE = "6"
ACCOUNTS = (
    chart.ACCOUNTS
    + """90|HMRC Payable|Other Current Liability|GlobalTaxPayable
91|VAT Suspense|Other Current Liability|GlobalTaxSuspense
"""
)
AGENCIES = (("1", "HMRC", True),)
# id, name, percent, agency, special type
RATES = (
    ("1", "20.0% S sales", "20", "1"),
    ("2", "20.0% S purchases", "20", "1"),
    ("3", "5.0% R sales", "5", "1"),
    ("4", "5.0% R purchases", "5", "1"),
    ("5", "0.0% Z sales", "0", "1", "ZERO_RATE"),
    ("6", "0.0% Z purchases", "0", "1", "ZERO_RATE"),
    ("7", "Exempt sales", "0", "1"),
    ("8", "Exempt purchases", "0", "1"),
    ("9", "No VAT sales", "0", "1"),
    ("10", "No VAT purchases", "0", "1"),
    ("11", "20.0% RC purchases", "20", "1", "REVERSE_CHARGE"),
    ("12", "20.0% RC purchases (input)", "-20", "1", "REVERSE_CHARGE"),
    ("13", "20.0% RC sales", "0", "1", "REVERSE_CHARGE"),
)
# id, name, description, sales rates, purchase rates
CODES = (
    ("3", "5.0% R", "VAT reduced", ("3",), ("4",)),
    ("4", "0.0% Z", "VAT zero-rated", ("5",), ("6",)),
    ("5", "Exempt", "VAT exempt", ("7",), ("8",)),
    ("6", "20.0% S", "VAT standard", ("1",), ("2",)),
    ("7", "No VAT", "Outside the scope of VAT", ("9",), ("10",)),
    ("8", "20.0% RC", "Reverse charge", ("13",), ("11", "12")),
    ("9", "20.0% S purchases only", "VAT standard, purchases", (), ("2",)),
)
ITEMS = chart.items(DEFAULT_CODE)
_PLACES = (
    ("London", "Greater London", "EC1A 1BB"),
    ("Leeds", "West Yorkshire", "LS1 4AP"),
    ("Bristol", "", "BS1 5TR"),
    ("York", "North Yorkshire", "YO1 7HH"),
)
CUSTOMERS = chart.people(
    1,
    (
        "Alice Barker",
        "Ben Carver",
        "Clare Dunn",
        "David Ellery",
        "Emma Fox",
        "Frank Gould",
        "Grace Hale",
        "Harry Irwin",
        "Isla Judd",
        "Jack Kerr",
        "Kate Lowe",
        "Liam Moss",
        "Mia Nash",
        "Noah Orme",
        "Olive Pike",
        "Peter Quill",
        "Ruth Rowe",
        "Sam Sharp",
        "Tessa Unwin",
        "Victor Ward",
    ),
    _PLACES,
)
VENDORS = chart.people(
    30,
    (
        "Albert Stone",
        "Bridget Ash",
        "Cecil Thorne",
        "Dora Flint",
        "Edwin Marsh",
        "Flora Heath",
        "Gilbert Reed",
        "Hilda Brook",
        "Ivor Crane",
        "June Field",
        "Keith Wood",
        "Laura Hill",
    ),
    _PLACES,
)
EMPLOYEES = (("54", "Emily", "Platt"), ("55", "John", "Johnson"))
