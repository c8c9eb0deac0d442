"""FACTS 8.3: GB, CA and AU companies, codes on lines."""

import pytest
from conftest import Client, expense, line
from test_batch import batch


@pytest.fixture(scope="module")
def companies():
    from simulator.server import Simulator

    sim = Simulator(profile="gb").start()
    realms = {
        "gb": sim.realm,
        "ca": sim.add_company(profile="ca"),
        "au": sim.add_company(profile="au"),
        "fr": sim.add_company(profile="fr"),
    }
    yield sim, {name: Client(sim, realm) for name, realm in realms.items()}
    assert all(sim.control.problems(realm) == [] for realm in realms.values())
    sim.stop()


@pytest.fixture
def gb(companies):
    return companies[1]["gb"]


@pytest.fixture
def ca(companies):
    return companies[1]["ca"]


@pytest.fixture
def au(companies):
    return companies[1]["au"]


def sale(*lines, **more):
    return {"CustomerRef": {"value": "1"}, "Line": list(lines)} | more


def tax_lines(doc):
    return [
        (
            row["TaxLineDetail"]["TaxRateRef"]["value"],
            str(row["Amount"]),
            str(row["TaxLineDetail"]["NetAmountTaxable"]),
        )
        for row in doc["TxnTaxDetail"]["TaxLine"]
    ]


def test_8_3_tax_excluded(gb):
    made = gb.create("Invoice", sale(line(100, tax="6"), line(50, tax="3")))
    assert made["GlobalTaxCalculation"] == "TaxExcluded" and str(made["TotalAmt"]) == "172.50"
    assert tax_lines(made) == [("1", "20.00", "100.00"), ("3", "2.50", "50.00")]
    assert "TxnTaxCodeRef" not in made["TxnTaxDetail"]
    assert "ApplyTaxAfterDiscount" not in made


def test_8_3_zero_rates_are_returned(gb):
    made = gb.create("Invoice", sale(line(28, tax="4")))
    assert tax_lines(made) == [("5", "0", "28.00")] and made["TotalAmt"] == 28


def test_8_3_tax_inclusive_with_gross_on_the_line(gb):
    made = gb.create(
        "Invoice",
        sale(
            line(100, tax="6", TaxInclusiveAmt=120, Qty=3, UnitPrice=40),
            GlobalTaxCalculation="TaxInclusive",
        ),
    )
    row = made["Line"][0]
    assert made["TotalAmt"] == 120 and row["Amount"] == 100
    assert row["SalesItemLineDetail"]["TaxInclusiveAmt"] == 120
    assert str(row["SalesItemLineDetail"]["UnitPrice"]).startswith("33.3333")


def test_8_3_tax_inclusive_with_gross_price(gb):
    made = gb.create(
        "Invoice",
        sale(line(100, tax="6", Qty=1, UnitPrice=120), GlobalTaxCalculation="TaxInclusive"),
    )
    assert made["TotalAmt"] == 120 and made["TxnTaxDetail"]["TotalTax"] == 20


def test_14_29_gross_sent_as_amount_is_taxed_twice(gb):
    made = gb.create("Invoice", sale(line(120, tax="6"), GlobalTaxCalculation="TaxInclusive"))
    assert made["TotalAmt"] == 144


def test_8_3_not_applicable(gb):
    made = gb.create("Invoice", sale(line(100), GlobalTaxCalculation="NotApplicable"))
    assert "TxnTaxDetail" not in made and made["TotalAmt"] == 100
    gb.refused(
        "Invoice",
        sale(line(100), GlobalTaxCalculation="NotApplicable", TxnTaxDetail={"TotalTax": 5}),
        "6170",
    )


def test_3_4_missing_codes(gb, ca, au):
    for company, text in ((gb, "a VAT rate"), (ca, "a GST/HST rate"), (au, "a GST rate")):
        entry = company.refused("Invoice", sale(line(5)), "6000")
        assert f"Make sure all your transactions have {text} before you save." in entry["Detail"]
    entry = ca.refused("Invoice", sale(line(5, tax="5"), line(5)), "6000")
    assert "you need to choose a sales tax code for each line item." in entry["Detail"]
    gb.refused("Invoice", sale(line(5, tax="20.0% S")), "6000")


def test_8_3_default_code_of_the_item(gb):
    made = gb.create("Invoice", sale(line(90, "3")))
    assert made["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "6"}


def test_8_3_code_without_rates_on_that_side(gb):
    entry = gb.refused("Invoice", sale(line(5, tax="9")), "6000")
    assert "encountered an error while calculating tax" in entry["Detail"]
    assert (
        gb.create(
            "Bill",
            {"VendorRef": {"value": "30"}, "Line": [expense(5, "7", TaxCodeRef={"value": "9"})]},
        )["TotalAmt"]
        == 6
    )


def test_8_3_rounding_per_line_and_rate(ca):
    amounts = [999.05, 1499.05, 1997.06]  # together 4495.16
    made = ca.create("Invoice", sale(*[line(a, tax="8") for a in amounts]))
    by_rate = {rate: amount for rate, amount, _net in tax_lines(made)}
    expected = sum(round(a * 9.975 / 100 + 1e-9, 2) for a in amounts)
    assert by_rate["5"] == f"{expected:.2f}"


def test_8_3_rounding_can_be_on_the_total(companies, ca):
    companies[0].control.switch("rounding", "total", ca.realm)
    made = ca.create("Invoice", sale(*[line(0.05, tax="5") for _ in range(10)]))
    companies[0].control.switch("rounding", "line", ca.realm)
    line_wise = ca.create("Invoice", sale(*[line(0.05, tax="5") for _ in range(10)]))
    assert str(made["TxnTaxDetail"]["TotalTax"]) == "0.07"
    assert str(line_wise["TxnTaxDetail"]["TotalTax"]) == "0.10"


def test_8_3_inclusive_with_discount_as_recorded(ca):
    rows = [line(7.96, tax="5", TaxInclusiveAmt=9), line(2.65, tax="5", TaxInclusiveAmt=3)]
    made = ca.create(
        "Invoice",
        sale(
            *rows,
            {
                "DetailType": "DiscountLineDetail",
                "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 20},
            },
            GlobalTaxCalculation="TaxInclusive",
        ),
    )
    assert [str(row["Amount"]) for row in made["Line"][:2]] == ["7.96", "2.65"]
    assert str(made["TxnTaxDetail"]["TotalTax"]) == "1.11"


def test_8_3_several_and_compound_rates(ca):
    made = ca.create("Invoice", sale(line(100, tax="7")))
    assert [a for _r, a, _n in tax_lines(made)] == ["5.00", "7.00"]
    compound = ca.create("Invoice", sale(line(100, tax="9")))
    assert [a for _r, a, _n in tax_lines(compound)] == ["5.00", "10.47"]


def test_8_3_reverse_charge_is_a_pair(gb):
    made = gb.create(
        "Bill",
        {"VendorRef": {"value": "30"}, "Line": [expense(100, "7", TaxCodeRef={"value": "8"})]},
    )
    assert [a for _r, a, _n in tax_lines(made)] == ["20.00", "-20.00"]
    assert made["TotalAmt"] == 100


def test_8_3_override_by_tax_lines(gb):
    override = {
        "TotalTax": 20.01,
        "TaxLine": [
            {
                "Amount": 20.01,
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {
                    "TaxRateRef": {"value": "2"},
                    "PercentBased": False,
                    "NetAmountTaxable": 100,
                },
            }
        ],
    }
    body = {
        "VendorRef": {"value": "30"},
        "TxnTaxDetail": override,
        "Line": [expense(100, "7", TaxCodeRef={"value": "6"})],
    }
    made = gb.create("Bill", body)
    detail = made["TxnTaxDetail"]["TaxLine"][0]["TaxLineDetail"]
    assert str(made["TotalAmt"]) == "120.01" and str(detail["OverrideDeltaAmount"]) == "0.01"
    foreign = {
        "TotalTax": 1,
        "TaxLine": [
            {
                "Amount": 1,
                "DetailType": "TaxLineDetail",
                "TaxLineDetail": {"TaxRateRef": {"value": "4"}},
            }
        ],
    }
    gb.refused("Bill", body | {"TxnTaxDetail": foreign}, "6000")


def test_au_company(au):
    made = au.create("Invoice", sale(line(100, tax="10"), line(50, tax="11")))
    assert made["TotalAmt"] == 160 and made["CurrencyRef"]["value"] == "AUD"
    long_number = au.create(
        "Account", {"Name": "Numbered", "AccountType": "Bank", "AcctNum": "12345678901234567890"}
    )
    assert len(long_number["AcctNum"]) == 20


def test_fr_company(companies):
    fr = companies[1]["fr"]
    lines = [line(100, tax="6"), line("0.99", tax="4"), line(50, tax="8")]
    made = fr.create("Invoice", sale(*lines))
    assert made["CurrencyRef"]["value"] == "EUR"
    assert tax_lines(made) == [
        ("1", "20.00", "100.00"),
        ("5", "0.05", "0.99"),
        ("11", "0", "50.00"),
    ]


def test_5_18_taxed_journal_lines(gb):
    detail = {"PostingType": "Debit", "AccountRef": {"value": "7"}, "TaxCodeRef": {"value": "6"}}
    other = {
        "Amount": 5,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": "Credit", "AccountRef": {"value": "35"}},
    }

    def body(**more):
        return {
            "Line": [
                {
                    "Amount": 5,
                    "DetailType": "JournalEntryLineDetail",
                    "JournalEntryLineDetail": detail | more,
                },
                other,
            ]
        }

    gb.refused("JournalEntry", body(), "2270")
    gb.refused("JournalEntry", body(TaxApplicableOn="Purchase"), "2280")
    assert gb.create("JournalEntry", body(TaxApplicableOn="Purchase", TaxAmount=1))


def test_batches_work_there_too(gb):
    answers = batch(gb, [{"bId": "1", "operation": "create", "Invoice": sale(line(10, tax="6"))}])
    assert answers["1"]["Invoice"]["TotalAmt"] == 12
