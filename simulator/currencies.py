"""Names of currencies (ISO 4217) and fallback rates against the US dollar."""

from __future__ import annotations

from decimal import Decimal

NAMES = {
    "USD": "United States Dollar",
    "EUR": "Euro",
    "GBP": "British Pound Sterling",
    "CAD": "Canadian Dollar",
    "AUD": "Australian Dollar",
    "NZD": "New Zealand Dollar",
    "JPY": "Japanese Yen",
    "CHF": "Swiss Franc",
    "SEK": "Swedish Krona",
    "NOK": "Norwegian Krone",
    "DKK": "Danish Krone",
    "PLN": "Polish Zloty",
    "CZK": "Czech Koruna",
    "HUF": "Hungarian Forint",
    "MXN": "Mexican Peso",
    "BRL": "Brazilian Real",
    "INR": "Indian Rupee",
    "CNY": "Chinese Yuan",
    "HKD": "Hong Kong Dollar",
    "SGD": "Singapore Dollar",
    "ZAR": "South African Rand",
    "ILS": "Israeli New Shekel",
    "AED": "UAE Dirham",
    "THB": "Thai Baht",
    "KRW": "South Korean Won",
    "TRY": "Turkish Lira",
    "RON": "Romanian Leu",
}
_IN_USD = {
    "USD": "1",
    "EUR": "1.08",
    "GBP": "1.27",
    "CAD": "0.73",
    "AUD": "0.66",
    "NZD": "0.6",
    "JPY": "0.0067",
    "CHF": "1.13",
    "SEK": "0.095",
    "NOK": "0.093",
    "DKK": "0.145",
    "PLN": "0.25",
    "MXN": "0.055",
    "INR": "0.012",
    "CNY": "0.14",
    "SGD": "0.74",
}


def rate(source, target):
    """Target units per source unit from the built-in table, 1 when unknown."""
    if source not in _IN_USD or target not in _IN_USD:
        return Decimal(1)
    quotient = Decimal(_IN_USD[source]) / Decimal(_IN_USD[target])
    return quotient.quantize(Decimal("0.000001")).normalize()


def ref(code):
    return {"value": code, "name": NAMES.get(code, code)}
