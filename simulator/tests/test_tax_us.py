"""FACTS 8.1, 8.2: sales tax in the United States."""

import pytest
from conftest import expense, invoice, line


def taxed(*lines, code="2", **more):
    body = invoice() | {"Line": list(lines)} | more
    if code:
        body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": code}}
    return body


def test_8_2_recorded_example(qbo):
    made = qbo.create("Invoice", taxed(line(335.25, tax="TAX")))
    detail = made["TxnTaxDetail"]
    assert str(made["TotalAmt"]) == "362.07" and str(detail["TotalTax"]) == "26.82"
    assert detail["TaxLine"] == [
        {
            "Amount": detail["TotalTax"],
            "DetailType": "TaxLineDetail",
            "TaxLineDetail": {
                "TaxRateRef": {"value": "3"},
                "PercentBased": True,
                "TaxPercent": 8,
                "NetAmountTaxable": made["Line"][0]["Amount"],
            },
        }
    ]
    assert detail["TxnTaxCodeRef"] == {"value": "2"}


def test_8_2_two_rates_on_one_base(qbo):
    made = qbo.create("Invoice", taxed(line(422, tax="TAX"), code="3"))
    assert [str(row["Amount"]) for row in made["TxnTaxDetail"]["TaxLine"]] == ["29.96", "8.44"]
    assert str(made["TxnTaxDetail"]["TotalTax"]) == "38.40"


def test_8_2_half_up_per_tax_line(qbo):
    code = qbo.ok(
        qbo.post(
            "/taxservice/taxcode",
            {
                "TaxCode": "6.5",
                "TaxRateDetails": [{"TaxRateName": "Six", "RateValue": "6.5", "TaxAgencyId": "1"}],
            },
        )
    )
    made = qbo.create("Invoice", taxed(line(345, tax="TAX"), code=code["TaxCodeId"]))
    assert str(made["TxnTaxDetail"]["TotalTax"]) == "22.43"


def test_8_2_only_tax_lines_count(qbo):
    made = qbo.create("Invoice", taxed(line(100, tax="TAX"), line(50, tax="NON")))
    assert made["TxnTaxDetail"]["TotalTax"] == 8 and made["TotalAmt"] == 158


def test_7_1_line_codes_default_from_item_and_customer(qbo):
    made = qbo.create("Invoice", taxed(line(100, "5"), line(50, "4")))
    codes = [row["SalesItemLineDetail"]["TaxCodeRef"]["value"] for row in made["Line"][:2]]
    assert codes == ["TAX", "NON"]
    exempt = qbo.create("Customer", {"DisplayName": "Ex", "Taxable": False})
    made = qbo.create("Invoice", taxed(line(100, "5"), CustomerRef={"value": exempt["Id"]}))
    assert made["Line"][0]["SalesItemLineDetail"]["TaxCodeRef"] == {"value": "NON"}


def test_8_2_discount_before_and_after_tax(qbo):
    discount = {"DetailType": "DiscountLineDetail", "Amount": 10, "DiscountLineDetail": {}}
    before = qbo.create("Invoice", taxed(line(100, tax="TAX"), discount))
    assert before["TotalAmt"] == 98 and before["TxnTaxDetail"]["TotalTax"] == 8
    after = qbo.create("Invoice", taxed(line(100, tax="TAX"), discount, ApplyTaxAfterDiscount=True))
    assert str(after["TotalAmt"]) == "97.20"


def test_8_1_without_code_no_tax_in_manual_mode(qbo):
    made = qbo.create("Invoice", taxed(line(100, tax="TAX"), code=None))
    assert made["TxnTaxDetail"] == {"TotalTax": 0}


def test_8_1_sales_tax_off(qbo, sim):
    sim.control.preference("UsingSalesTax", False)
    made = qbo.create("Invoice", taxed(line(100, tax="TAX")))
    assert made["TxnTaxDetail"] == {"TotalTax": 0} and made["TotalAmt"] == 100


def test_8_2_purchases_are_not_taxed(qbo):
    made = qbo.create(
        "Bill",
        {"VendorRef": {"value": "30"}, "Line": [expense(10)], "TxnTaxDetail": {"TotalTax": 3}},
    )
    assert "TxnTaxDetail" not in made and made["TotalAmt"] == 10


def test_8_2_the_code_stays_on_sparse_updates(qbo):
    made = qbo.create("Invoice", taxed(line(100, tax="TAX")))
    new = qbo.update(
        "Invoice",
        {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Line": [line(200, tax="TAX")]},
    )
    assert new["TxnTaxDetail"]["TotalTax"] == 16


def test_6160_and_6230(qbo):
    bad = {"TxnTaxDetail": {"TxnTaxCodeRef": {"value": "CustomSalesTax"}}}
    qbo.refused("Invoice", invoice() | bad, "6160")
    made = qbo.create("Invoice", invoice())
    qbo.refused("Invoice", {"Id": made["Id"], "SyncToken": "0", "sparse": True} | bad, "6230")


@pytest.fixture
def ast(qbo, sim):
    sim.control.preference("AST", True)
    return qbo


@pytest.mark.parametrize("state, total", [("CA", "8.00"), ("AZ", "9.10"), ("NJ", "0")])
def test_8_2_ast_picks_the_code_by_destination(ast, state, total):
    made = ast.create(
        "Invoice",
        taxed(
            line(100, tax="TAX"), code="3", ShipAddr={"Line1": "x", "CountrySubDivisionCode": state}
        ),
    )
    assert str(made["TxnTaxDetail"]["TotalTax"]) == total


def test_8_2_ast_uses_the_company_address_without_destination(ast):
    plain = ast.create("Customer", {"DisplayName": "No address"})
    made = ast.create(
        "Invoice", taxed(line(100, tax="TAX"), code=None, CustomerRef={"value": plain["Id"]})
    )
    assert made["TxnTaxDetail"]["TotalTax"] == 8


def test_8_2_ast_exempt_customer(ast):
    made = ast.create("Customer", {"DisplayName": "Exempt", "TaxExemptionReasonId": "2"})
    bill = ast.create("Invoice", taxed(line(100, tax="TAX"), CustomerRef={"value": made["Id"]}))
    assert bill["TxnTaxDetail"]["TotalTax"] == 0


def test_8_2_ast_override_is_honoured_and_prorated(ast):
    body = taxed(line(100, tax="TAX"), ShipAddr={"CountrySubDivisionCode": "AZ"})
    body["TxnTaxDetail"] = {"TotalTax": 9.5}
    made = ast.create("Invoice", body)
    detail = made["TxnTaxDetail"]
    assert str(detail["TotalTax"]) == "9.50" and str(made["TotalAmt"]) == "109.50"
    assert detail["TaxReviewStatus"] == "AST_TAX_OVERRIDE"
    assert str(sum(row["Amount"] for row in detail["TaxLine"])) == "9.50"
    assert [str(row["Amount"]) for row in detail["TaxLine"]] == ["7.41", "2.09"]
    body["TxnTaxDetail"]["UseAutomatedSalesTax"] = True
    assert str(ast.create("Invoice", body)["TxnTaxDetail"]["TotalTax"]) == "9.10"


def test_8_2_ast_override_can_be_forbidden(ast, sim):
    sim.control.switch("ast_override", False)
    body = taxed(line(100, tax="TAX"), ShipAddr={"CountrySubDivisionCode": "CA"})
    body["TxnTaxDetail"] = {"TotalTax": 1}
    assert ast.create("Invoice", body)["TxnTaxDetail"]["TotalTax"] == 8


def test_8_2_ast_own_code_on_request(ast):
    body = taxed(line(100, tax="TAX"), ShipAddr={"CountrySubDivisionCode": "CA"})
    body["TxnTaxDetail"] = {"TxnTaxCodeRef": {"value": "3"}, "UseAutomatedSalesTax": False}
    detail = ast.create("Invoice", body)["TxnTaxDetail"]
    assert detail["TaxReviewStatus"] == "NON_AST_TAX" and str(detail["TotalTax"]) == "9.10"


def test_tax_goes_to_its_agency(qbo, sim):
    before = {i: qbo.read("Account", i)["CurrentBalance"] for i in ("89", "90")}
    qbo.create("Invoice", taxed(line(100, tax="TAX"), code="3"))
    qbo.create("Invoice", taxed(line(100, tax="TAX"), code="2"))
    assert str(qbo.read("Account", "89")["CurrentBalance"] - before["89"]) == "-9.10"
    assert qbo.read("Account", "90")["CurrentBalance"] - before["90"] == -8
    assert sim.control.problems() == []


def test_5_22_tax_service(qbo):
    body = {
        "TaxCode": "Nevada",
        "TaxRateDetails": [
            {
                "TaxRateName": "NV",
                "RateValue": 6.85,
                "TaxAgencyId": "1",
                "TaxApplicableOn": "Sales",
            },
            {"TaxRateId": "2"},
        ],
    }
    made = qbo.ok(qbo.post("/taxservice/taxcode", body))
    assert set(made) == {"TaxCode", "TaxCodeId", "TaxRateDetails"}
    assert [row["TaxRateId"] for row in made["TaxRateDetails"]] == ["4", "2"]
    code = qbo.read("TaxCode", made["TaxCodeId"])
    assert code["Name"] == "Nevada" and code["TaxGroup"] is True
    qbo.fault(qbo.post("/taxservice/taxcode", body), "6240")
    entry = qbo.fault(qbo.post("/taxservice/taxcode", body | {"TaxCode": "Other"}), "6240")
    assert "Another tax rate is already using this \nname." in entry["Detail"]
    qbo.fault(qbo.post("/taxservice/taxcode", {"TaxCode": "x"}), "2020")
    qbo.fault(
        qbo.post(
            "/taxservice/taxcode",
            {
                "TaxCode": "y",
                "TaxRateDetails": [{"TaxRateName": "Z", "RateValue": 200, "TaxAgencyId": "1"}],
            },
        ),
        "2150",
    )
