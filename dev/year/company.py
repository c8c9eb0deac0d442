"""Founding the company: accounts, journals, taxes, products and people in Odoo, the same accounts
in QuickBooks, and later the mapping between both.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from .chart import ACCOUNTS, IN_TRANSIT
from .deck import DAYS, FIRST
from .quickbooks import QuickBooks

FOREIGN = "EUR"
TAX = "8.25"
INPUT_TAX = "6"
PRODUCTS = {"goods": 4, "services": 3, "repairs": 2}
EXPENSES = ("travelling", "meals")
CUSTOMERS, CUSTOMERS_BOTH, CUSTOMERS_ABROAD, BUYERS = 10, 2, 4, 6
VENDORS, VENDORS_BOTH, VENDORS_ABROAD = 6, 1, 3
EMPLOYEES = ("Ann Porter", "Ben Carver")
PROJECTS = ("Orchard", "Pond", "Greenhouse")
#: what is sent besides invoices and their payments
SETTINGS = {
    "purchases_out": True,
    "online_grace": 0,
    "project_policy": "project",
    "purchase_customer": "billable",
    "attachment_policy": "all",
}
#: e-mails of the addon ``sale``, which nobody is to get
NO_MAILS = ("sale.mail_template_sale_confirmation", "sale.mail_template_sale_payment_executed")
#: how far the rate may move in a week, in millionths of it
SWING = 18_000
Env = Any


@dataclass
class Company:
    """What documents are made of; ``there`` are ids of QuickBooks by the same names."""

    accounts: dict[str, Any] = field(default_factory=dict)
    journals: dict[str, Any] = field(default_factory=dict)
    products: dict[str, Any] = field(default_factory=dict)
    categories: dict[str, Any] = field(default_factory=dict)
    people: dict[str, Any] = field(default_factory=dict)
    there: dict[str, str] = field(default_factory=dict)
    tax: Any = None
    input_tax: Any = None
    foreign: Any = None
    discount_term: Any = None
    employees: Any = None
    projects: Any = None
    provider: Any = None

    def packed(self) -> dict[str, Any]:
        """As plain data, for another process."""
        return {name: _packed(value) for name, value in vars(self).items()}

    @classmethod
    def unpacked(cls, env: Env, data: dict[str, Any]) -> Company:
        return cls(**{name: _unpacked(env, value) for name, value in data.items()})


def _packed(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _packed(item) for key, item in value.items()}
    return value if isinstance(value, str) else (value._name, value.ids)


def _unpacked(env: Env, value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _unpacked(env, item) for key, item in value.items()}
    return value if isinstance(value, str) else env[value[0]].browse(value[1])


def found(env: Env, quickbooks: QuickBooks, seed: int) -> Company:
    """Make it in both books; to be done before QuickBooks' lists are read."""
    company = Company()
    _found_there(company, quickbooks)
    _accounts(env, company)
    _journals(env, company)
    _taxes(env, company)
    _products(env, company)
    _people(env, company)
    _projects(env, company)
    _provider(env, company)
    _rates(env, company, random.Random(f"rates {seed}"))  # noqa: S311
    return company


# QuickBooks


def _found_there(company: Company, quickbooks: QuickBooks) -> None:
    """An account for each of ours, the item for lines without product, and the sales tax."""
    for key, account in ACCOUNTS.items():
        values = {"Name": account.name, "AccountType": account.there}
        company.there[key] = quickbooks.add("Account", values)
    company.there["tax"] = quickbooks.add_sales_tax(f"Sales tax {TAX} %", TAX)
    item = {
        "Name": "Sundry",
        "Type": "Service",
        "IncomeAccountRef": {"value": company.there["sundry"]},
    }
    company.there["item"] = quickbooks.add("Item", item)
    for name in EMPLOYEES:
        given, _, family = name.partition(" ")
        values = {"GivenName": given, "FamilyName": family, "DisplayName": name}
        quickbooks.add("Employee", values)
    agency = quickbooks.all("TaxAgency")["1"]["DisplayName"]
    for ident, row in quickbooks.all("Account").items():
        if row["Name"] == f"{agency} Payable":
            company.there["owed_tax"] = ident
        if row.get("AccountSubType") == "ExchangeGainOrLoss":
            company.there["exchange"] = ident


# Odoo


def _accounts(env: Env, company: Company) -> None:
    Account = env["account.account"]
    numbers = iter(range(1, 100))

    def create(name: str, kind: str, **values: Any) -> Any:
        return Account.create(
            {"name": name, "code": f"YEAR{next(numbers):02}", "account_type": kind, **values}
        )

    for key, account in ACCOUNTS.items():
        company.accounts[key] = create(account.name, account.kind)
    for key, name in IN_TRANSIT.items():
        company.accounts[key] = create(name, "asset_current", reconcile=True)
    company.accounts["tax"] = create("Sales tax owed", "liability_current")
    env.company.account_journal_early_pay_discount_loss_account_id = company.accounts["discount"]
    taken = company.accounts["discount_taken"]
    env.company.account_journal_early_pay_discount_gain_account_id = taken


def _journals(env: Env, company: Company) -> None:
    own = company.accounts
    for key, code, kind, coming, going in (
        ("bank", "YBNK", "bank", "received", "spent"),
        ("card", "YCRD", "credit", "received", "charged"),
        ("online", "YONL", "bank", "paid_in", "paid_out"),
    ):
        journal = env["account.journal"].create(
            {
                "name": ACCOUNTS[key].name,
                "code": code,
                "type": kind,
                "default_account_id": own[key].id,
            }
        )
        journal.inbound_payment_method_line_ids.payment_account_id = own[coming]
        journal.outbound_payment_method_line_ids.payment_account_id = own[going]
        company.journals[key] = journal


def _taxes(env: Env, company: Company) -> None:
    def create(name: str, percent: str, use: str, account: Any) -> Any:
        parts = [
            (0, 0, {"repartition_type": "base"}),
            (0, 0, {"repartition_type": "tax", "account_id": account.id}),
        ]
        return env["account.tax"].create(
            {
                "name": name,
                "amount": float(percent),
                "type_tax_use": use,
                "invoice_repartition_line_ids": parts,
                "refund_repartition_line_ids": parts,
            }
        )

    company.tax = create(f"Sales tax {TAX} %", TAX, "sale", company.accounts["tax"])
    company.input_tax = create(
        f"Tax {INPUT_TAX} %", INPUT_TAX, "purchase", company.accounts["input_tax"]
    )
    company.discount_term = env["account.payment.term"].create(
        {
            "name": "2 % within 10 days",
            "early_discount": True,
            "discount_percentage": 2,
            "discount_days": 10,
            "early_pay_discount_computation": "excluded",
            "line_ids": [(0, 0, {"value": "percent", "value_amount": 100, "nb_days": 30})],
        }
    )


def _products(env: Env, company: Company) -> None:
    for key, count in PRODUCTS.items():
        category = env["product.category"].create({"name": f"Year {key}"})
        category.property_account_income_categ_id = company.accounts[key]
        company.categories[key] = category
        for number in range(1, count + 1):
            company.products[f"{key} {number}"] = env["product.product"].create(
                {
                    "name": f"{ACCOUNTS[key].name} {number}",
                    "type": "service",
                    "categ_id": category.id,
                    "taxes_id": [(5, 0, 0)],
                }
            )
    for key in EXPENSES:
        company.products[key] = env["product.product"].create(
            {
                "name": ACCOUNTS[key].name,
                "type": "service",
                "can_be_expensed": True,
                "standard_price": 0,
                "property_account_expense_id": company.accounts[key].id,
                "supplier_taxes_id": [(5, 0, 0)],
            }
        )


def _people(env: Env, company: Company) -> None:
    """Who buys and sells; some do in both currencies, one does both."""
    groups = {
        "customers": ("Customer", CUSTOMERS),
        "customers_both": ("Customer of both", CUSTOMERS_BOTH),
        "customers_abroad": ("Kunde", CUSTOMERS_ABROAD),
        "buyers": ("Buyer", BUYERS),
        "vendors": ("Vendor", VENDORS),
        "vendors_both": ("Vendor of both", VENDORS_BOTH),
        "vendors_abroad": ("Lieferant", VENDORS_ABROAD),
    }
    for key, (name, count) in groups.items():
        company.people[key] = env["res.partner"].create(
            [
                {
                    "name": f"{name} {number}",
                    "is_company": True,
                    "email": f"{key}-{number}@year.example",
                    "city": "Portland",
                    "property_payment_term_id": False,
                    "property_supplier_payment_term_id": False,
                }
                for number in range(1, count + 1)
            ]
        )
    company.people["vendors"] |= company.people["customers"][:1]
    company.employees = env["hr.employee"].create([{"name": name} for name in EMPLOYEES])


def _projects(env: Env, company: Company) -> None:
    customers = company.people["customers"][1:]
    company.projects = env["project.project"].create(
        [
            {"name": name, "partner_id": customer.id}
            for name, customer in zip(PROJECTS, customers, strict=False)
        ]
    )
    for project in company.projects.filtered(lambda project: not project.account_id):
        project._create_analytic_account()


def _provider(env: Env, company: Company) -> None:
    """Takes the money of sales without an invoice."""
    provider = env["payment.provider"].sudo()
    values = {"name": "Year", "code": "none", "state": "test", "company_id": env.company.id}
    company.provider = provider.create(values)
    line = company.journals["online"].inbound_payment_method_line_ids[:1]
    line.payment_provider_id = company.provider
    company.provider.invalidate_recordset(["journal_id"])
    for name in NO_MAILS:
        template = env.ref(name, raise_if_not_found=False)
        if template:
            template.unlink()


def _rates(env: Env, company: Company, dice: random.Random) -> None:
    """A rate for each week, none of which QuickBooks is told: documents bring their own."""
    foreign = env["res.currency"].with_context(active_test=False).search([("name", "=", FOREIGN)])
    foreign.active = True
    foreign.rate_ids.unlink()
    millionths, rows = 921_334, []
    for week in range(0, DAYS + 7, 7):
        day = FIRST + timedelta(days=week)
        rows.append((0, 0, {"name": day.isoformat(), "rate": millionths / 1_000_000}))
        millionths += millionths * dice.randint(-SWING, SWING) // 1_000_000
    foreign.rate_ids = rows
    company.foreign = foreign


# Mapping


def choose(env: Env, connection: Any, company: Company) -> None:
    """Say for everything what it is in QuickBooks; its lists must have been read."""
    connection.write(SETTINGS)
    if connection._are_timesheets_installed():
        connection.timesheet_policy = "time"
    own, there = company.accounts, company.there

    def row(kind: str, subject: Any, entity: str, remote_id: str) -> None:
        mapping = env["quickbooks.mapping"]._require(connection, kind, subject)
        reference = env["quickbooks.reference"]._find(connection, entity, remote_id)
        if not reference:
            raise RuntimeError(f"{entity} {remote_id} is not in our copy of QuickBooks' lists")
        mapping.reference_id = reference

    for key in ACCOUNTS:
        row("account", own[key], "Account", there[key])
    for key, category in company.categories.items():
        row("income_account", category, "Account", there[key])
    for key in ("bank", "card"):
        row("payment_account", company.journals[key], "Account", there[key])
    for key in ("bank", "online"):
        row("deposit_account", company.journals[key], "Account", there[key])
    row("default_item", None, "Item", there["item"])
    row("tax", company.tax, "TaxCode", there["tax"])
    row("account", own["tax"], "Account", there["owed_tax"])
