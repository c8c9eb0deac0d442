"""The tax we foretell against the tax the stand-in computes, and what is sent when they differ."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qbo import canonical, entities
from qbo.http import endpoints
from qbo.http.client import Client
from qbo.mapping import tax_sums
from qbo.mapping.tax_sums import CodeRate, TaxSum
from qbo.model import CompanyProfile, DocumentSnapshot, LineSnapshot, Ref
from simulator.server import Simulator

D = Decimal
COUNTRIES = ("us", "gb", "ca", "au")


@pytest.fixture(scope="module")
def companies():
    """A stand-in company per country, with a client and the rates of its usable codes."""
    made = {}
    for country in COUNTRIES:
        sim = Simulator(profile=country, port=0)
        sim.start()
        made[country] = sim, _client(sim), _codes(sim)
    yield made
    for sim, client, _codes_of in made.values():
        client.close()
        sim.stop()


def _client(sim):
    return Client(
        realm=sim.realm,
        access_token=sim.control.token()["access_token"],
        endpoints=endpoints.simulator(sim.url),
        timeout=(2, 5),
    )


def _codes(sim):
    rates = {row["Id"]: row for row in sim.control.entities("TaxRate")}
    codes = {
        row["Id"]: tax_sums.code_rates(row, rates)
        for row in sim.control.entities("TaxCode")
        if not row.get("Hidden")
    }
    return {code: found for code, found in codes.items() if found}


def _document(lines, code=None):
    return DocumentSnapshot(
        number="",
        date="2026-11-22",
        due_date="2026-11-22",
        customer=Ref("Customer", "1"),
        currency="",
        lines=tuple(lines),
        untaxed=D(0),
        tax=D(0),
        total=D(0),
        tax_code=code,
    )


def _line(amount, code=None, taxable=False):
    ref = Ref("TaxCode", code) if code else None
    return LineSnapshot("x", amount=amount, item=Ref("Item", "1"), taxable=taxable, tax_code=ref)


def _created(sim, client, doc, profile, detail):
    """The document as the stand-in has it."""
    customer = sim.control.entities("Customer")[0]["Id"]
    item = next(r["Id"] for r in sim.control.entities("Item") if r["Type"] != "Category")
    lines = [
        {
            "DetailType": "SalesItemLineDetail",
            "Amount": line.amount,
            "SalesItemLineDetail": {
                "ItemRef": {"value": item},
                "TaxCodeRef": line.tax_code.payload
                if line.tax_code
                else {"value": "TAX" if line.taxable else "NON"},
            },
        }
        for line in doc.lines
    ]
    body = {"CustomerRef": {"value": customer}, "Line": lines, "TxnDate": doc.date}
    if detail:
        body["TxnTaxDetail"] = detail
    if not profile.us:
        body["GlobalTaxCalculation"] = "TaxExcluded"
    answer = client.call("POST", entities.get("Invoice").url, {}, canonical.dumps(body))
    assert answer.ok, answer
    return answer.body["Invoice"]


amounts = st.integers(min_value=1, max_value=2_000_00).map(lambda n: D(n) / 100)
some_lines = st.lists(st.tuples(amounts, st.integers(0, 50)), min_size=1, max_size=6)


@pytest.mark.parametrize("country", COUNTRIES)
@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=some_lines, delta=st.integers(-3, 3), pick=st.integers(0, 50))
def test_what_is_foretold_is_what_quickbooks_computes(companies, country, data, delta, pick):
    sim, client, codes = companies[country]
    profile = CompanyProfile(country=country.upper())
    usable = sorted(codes)
    if profile.us:
        code = usable[pick % len(usable)]
        lines = [_line(amount, taxable=bool(n % 3)) for amount, n in data]
        doc = _document(lines, Ref("TaxCode", code))
        detail = {"TxnTaxCodeRef": {"value": code}}
    else:
        doc = _document([_line(amount, usable[n % len(usable)]) for amount, n in data])
        detail = None
    sums = tax_sums.foretell(doc, profile, codes)
    made = _created(sim, client, doc, profile, detail)
    assert D(str(made["TxnTaxDetail"]["TotalTax"])) == tax_sums.total(sums)
    if profile.us:
        return
    billed = tax_sums.total(sums) + D(delta) / 100
    settled = tax_sums.as_billed(sums, billed)
    detail = {"TotalTax": billed, "TaxLine": tax_sums.tax_lines(settled)}
    made = _created(sim, client, doc, profile, detail)
    assert D(str(made["TxnTaxDetail"]["TotalTax"])) == billed


def test_recorded_sums():
    """The figures of FACTS 8.2 and 8.3."""
    eight, six = CodeRate("3", D("8")), CodeRate("1", D("6.5"))
    assert tax_sums.on_sum(D("335.25"), [eight]) == (TaxSum("3", D(8), D("335.25"), D("26.82")),)
    assert tax_sums.total(tax_sums.on_sum(D("345.00"), [six])) == D("22.43")
    two = [CodeRate("1", D("7.1")), CodeRate("2", D("2"))]
    assert tax_sums.total(tax_sums.on_sum(D("422"), two)) == D("38.40")
    plus = [CodeRate("1", D(5)), CodeRate("2", D("9.975"), tax_sums.PLUS_TAX)]
    assert tax_sums.total(tax_sums.by_line([(D("100"), plus)])) == D("15.47")
    on_tax = [CodeRate("1", D(10)), CodeRate("2", D(50), tax_sums.ON_TAX)]
    assert tax_sums.total(tax_sums.by_line([(D("100"), on_tax)])) == D(15)


def test_rounding_by_line_differs_from_rounding_the_sum():
    rates = [CodeRate("1", D("5"))]
    lines = [(D("0.30"), rates)] * 3
    assert tax_sums.total(tax_sums.by_line(lines)) == D("0.06")  # 3 x 0.02
    assert tax_sums.total(tax_sums.on_sum(D("0.90"), rates)) == D("0.05")


@pytest.mark.parametrize(
    ("billed", "lines", "expected"),
    [("10.00", 1, True), ("10.01", 1, True), ("9.98", 1, False), ("9.97", 3, True),
     ("20.00", 3, False)],
)  # fmt: skip
def test_more_than_rounding_is_another_rate(billed, lines, expected):
    sums = (TaxSum("1", D(10), D(100), D("10.00")),)
    assert tax_sums.plausible(sums, D(billed), lines) is expected


def test_a_currency_without_cents_rounds_to_whole_units():
    sums = (TaxSum("1", D(10), D(286), D("28.60")),)
    assert not tax_sums.plausible(sums, D(28), 1)
    assert tax_sums.plausible(sums, D(28), 1, step=D(1))
    assert not tax_sums.plausible(sums, D(57), 1, step=D(1))
    assert not tax_sums.plausible(sums, D("28.62"), 1, step=D("0.001")), "QuickBooks keeps cents"


def test_the_difference_goes_to_the_largest():
    sums = (TaxSum("1", D(5), D(10), D("0.50")), TaxSum("2", D(20), D(10), D("2.00")))
    settled = tax_sums.as_billed(sums, D("2.49"))
    assert [each.tax for each in settled] == [D("0.50"), D("1.99")]
    assert tax_sums.as_billed(sums, D("2.50")) == sums
    assert tax_sums.as_billed((), D(1)) == ()


def test_what_cannot_be_foretold():
    codes = {"5": [CodeRate("1", D(20))]}
    gb, us = CompanyProfile(country="GB"), CompanyProfile()
    doc = _document([_line(D(10), "5")])
    assert tax_sums.total(tax_sums.foretell(doc, gb, codes)) == D(2)
    assert tax_sums.foretell(_document([_line(D(10), "9")]), gb, codes) is None
    assert tax_sums.foretell(_document([_line(D(10))]), gb, codes) is None
    assert tax_sums.foretell(doc, replace(us, automated_sales_tax=True), codes) is None
    assert tax_sums.foretell(doc, replace(us, using_sales_tax=False), codes) == ()
    taxed = _document([_line(D(10), taxable=True)], Ref("TaxCode", "9"))
    assert tax_sums.foretell(taxed, us, codes) is None


def test_unknown_rates_make_a_code_unusable():
    body = {"SalesTaxRateList": {"TaxRateDetail": [{"TaxRateRef": {"value": "7"}, "TaxOrder": 0}]}}
    assert tax_sums.code_rates(body, {}) == ()
    assert tax_sums.code_rates(body, {"7": {"Id": "7", "RateValue": 20}}, purchase=True) == ()
