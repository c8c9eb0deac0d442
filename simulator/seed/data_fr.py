"""The ``fr`` profile: a company of the European Union, VAT per line, in euro."""

from . import chart

COMPANY = {
    "CompanyName": "Sandbox Company FR 1",
    "LegalName": "Sandbox Company FR 1",
    "Country": "FR",
    "Email": {"Address": "owner@example.com"},
    "DefaultTimeZone": "Europe/Paris",
    "PrimaryPhone": {"FreeFormNumber": "01 99 00 01 00"},
    "address": {
        "Line1": "1 rue du Moulin",
        "City": "Paris",
        "PostalCode": "75002",
        "Country": "FR",
    },
}
PREFERENCES = {
    "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "6"}},
    "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "EUR"}},
}
DEFAULT_CODE = "6"
ACCOUNTS = (
    chart.ACCOUNTS
    + """90|TVA à décaisser|Other Current Liability|GlobalTaxPayable
91|TVA en attente|Other Current Liability|GlobalTaxSuspense
"""
)
AGENCIES = (("1", "DGFiP", True),)
# id, name, percent, agency, special type
RATES = (
    ("1", "TVA 20 % ventes", "20", "1"),
    ("2", "TVA 20 % achats", "20", "1"),
    ("3", "TVA 10 % ventes", "10", "1"),
    ("4", "TVA 10 % achats", "10", "1"),
    ("5", "TVA 5,5 % ventes", "5.5", "1"),
    ("6", "TVA 5,5 % achats", "5.5", "1"),
    ("7", "TVA 2,1 % ventes", "2.1", "1"),
    ("8", "TVA 2,1 % achats", "2.1", "1"),
    ("9", "Exonéré ventes", "0", "1"),
    ("10", "Exonéré achats", "0", "1"),
    ("11", "Livraison intracommunautaire", "0", "1", "ZERO_RATE"),
    ("12", "Acquisition intracommunautaire", "20", "1", "REVERSE_CHARGE"),
    ("13", "Acquisition intracommunautaire (déductible)", "-20", "1", "REVERSE_CHARGE"),
)
# id, name, description, sales rates, purchase rates
CODES = (
    ("3", "TVA 10 %", "Taux intermédiaire", ("3",), ("4",)),
    ("4", "TVA 5,5 %", "Taux réduit", ("5",), ("6",)),
    ("5", "TVA 2,1 %", "Taux particulier", ("7",), ("8",)),
    ("6", "TVA 20 %", "Taux normal", ("1",), ("2",)),
    ("7", "Exonéré", "Exonéré de TVA", ("9",), ("10",)),
    ("8", "Intracommunautaire", "Autoliquidation", ("11",), ("12", "13")),
)
ITEMS = chart.items(DEFAULT_CODE)
_PLACES = (
    ("Paris", "", "75011"),
    ("Lyon", "", "69003"),
    ("Nantes", "", "44000"),
    ("Lille", "", "59000"),
)
CUSTOMERS = chart.people(
    1,
    (
        "Agnès Barbier",
        "Benoît Carré",
        "Chloé Dubois",
        "Damien Étienne",
        "Élise Fabre",
        "François Garnier",
        "Gaëlle Hubert",
        "Hervé Imbert",
        "Inès Joly",
        "Jérôme Klein",
        "Karine Leroy",
        "Loïc Moreau",
        "Maëlle Noël",
        "Nathan Olivier",
        "Océane Petit",
        "Pascal Quentin",
        "Raphaëlle Roux",
        "Sébastien Simon",
        "Thérèse Urbain",
        "Vincent Weber",
    ),
    _PLACES,
)
VENDORS = chart.people(
    30,
    (
        "Achille Pierre",
        "Brigitte Frêne",
        "Cédric Aubépine",
        "Denise Marais",
        "Émile Roseau",
        "Fanny Ruisseau",
        "Gaspard Héron",
        "Hélène Champ",
        "Isidore Bois",
        "Josette Colline",
        "Killian Vallon",
        "Lucie Prairie",
    ),
    _PLACES,
)
EMPLOYEES = (("54", "Émilie", "Plat"), ("55", "Jean", "Martin"))
