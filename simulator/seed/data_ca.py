"""The ``ca`` profile: GST, HST, PST and QST."""

from . import chart

COMPANY = {
    "CompanyName": "Sandbox Company CA 1",
    "LegalName": "Sandbox Company CA 1",
    "Country": "CA",
    "Email": {"Address": "owner@example.com"},
    "DefaultTimeZone": "America/Toronto",
    "PrimaryPhone": {"FreeFormNumber": "(416) 555-0100"},
    "address": {
        "Line1": "10 Queen Street",
        "City": "Toronto",
        "PostalCode": "M5H 2N2",
        "CountrySubDivisionCode": "ON",
        "Country": "CA",
    },
}
PREFERENCES = {
    "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "5"}},
    "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "CAD"}},
}
DEFAULT_CODE = "5"
ACCOUNTS = (
    chart.ACCOUNTS
    + """90|Receiver General Payable|Other Current Liability|GlobalTaxPayable
91|Ministere du Revenu Payable|Other Current Liability|GlobalTaxPayable
92|Minister of Finance (BC) Payable|Other Current Liability|GlobalTaxPayable
93|GST/HST Suspense|Other Current Liability|GlobalTaxSuspense
"""
)
AGENCIES = (
    ("1", "Receiver General", True),
    ("2", "Ministere du Revenu", True),
    ("3", "Minister of Finance (BC)", False),
)
RATES = (
    ("1", "GST", "5", "1"),
    ("2", "GST (ITC)", "5", "1"),
    ("3", "HST ON", "13", "1"),
    ("4", "HST (ITC) ON", "13", "1"),
    ("5", "QST", "9.975", "2"),
    ("6", "QST (ITR)", "9.975", "2"),
    ("7", "PST BC", "7", "3"),
    ("8", "Zero-rated sales", "0", "1", "ZERO_RATE"),
    ("9", "Zero-rated purchases", "0", "1", "ZERO_RATE"),
    ("10", "Exempt sales", "0", "1"),
    ("11", "Exempt purchases", "0", "1"),
    ("12", "Out of Scope", "0", "1"),
)
CODES = (
    ("2", "Exempt", "Exempt", ("10",), ("11",)),
    ("3", "Zero-rated", "Zero-rated", ("8",), ("9",)),
    ("4", "Out of Scope", "Out of Scope", ("12",), ("12",)),
    ("5", "HST ON", "HST Ontario", ("3",), ("4",)),
    ("6", "GST", "GST", ("1",), ("2",)),
    ("7", "GST/PST BC", "GST and PST British Columbia", ("1", "7"), ("2", "7")),
    ("8", "GST/QST QC - 9.975", "GST and QST", ("1", "5"), ("2", "6")),
    (
        "9",
        "QST compound",
        "QST on top of GST, as before 2013",
        ("1", "5:TaxOnAmountPlusTax"),
        ("2", "6:TaxOnAmountPlusTax"),
    ),
)
ITEMS = chart.items(DEFAULT_CODE)
_PLACES = (
    ("Toronto", "ON", "M5V 2T6"),
    ("Ottawa", "ON", "K1P 1J1"),
    ("Montreal", "QC", "H2Y 1C6"),
    ("Vancouver", "BC", "V6B 1A1"),
)
CUSTOMERS = chart.people(
    1,
    (
        "Anne Beaulieu",
        "Brian Cote",
        "Chloe Dube",
        "Daniel Emond",
        "Elise Fortin",
        "Felix Gagne",
        "Gabrielle Hall",
        "Hugo Ives",
        "Irene Joly",
        "James Knox",
        "Karine Leduc",
        "Luc Martel",
        "Marie Noel",
        "Nathan Otis",
        "Odile Pare",
        "Paul Quinn",
        "Rose Roy",
        "Simon Savoie",
        "Tania Urban",
        "Vincent Wells",
    ),
    _PLACES,
)
VENDORS = chart.people(
    30,
    (
        "Adele Rivard",
        "Bruno Lac",
        "Celine Mont",
        "Denis Pont",
        "Eve Berger",
        "Fabien Roche",
        "Gaston Vert",
        "Helene Blanc",
        "Igor Petit",
        "Julie Grand",
        "Kevin Neuf",
        "Lise Vieux",
    ),
    _PLACES,
)
EMPLOYEES = (("54", "Emily", "Platt"), ("55", "John", "Johnson"))
