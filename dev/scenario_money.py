"""Money that comes or goes without its invoice or bill, or before it.

Another kind is a function and a line in ``MONEY``, or in ``LATER`` when it needs what the others
have brought to QuickBooks.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from dev.scenario_kinds import MOVE, PAYMENT, Stage
from dev.scenario_pos import TILL, TILL_LATER

LINE, BANK_LINE = "account.move.line", "account.bank.statement.line"
#: Only the provider can say that somebody paid, which no public method does.
ONLINE = """
import json
given = json.loads('''{given}''')
journal = env["account.journal"].browse(given["journal"])
Provider, named = env["payment.provider"], {{"name": "Play", "code": "none"}}
provider = Provider.search([("name", "=", "Play")]) or Provider.create(
    {{**named, "state": "test", "company_id": journal.company_id.id}}
)
journal.inbound_payment_method_line_ids[:1].payment_provider_id = provider
provider.invalidate_recordset(["journal_id"])

def done(transaction):
    transaction._set_done()
    transaction._post_process()
    return transaction

def paid(amount):
    count = env["payment.transaction"].search_count([])
    return done(env["payment.transaction"].create(
        {{"provider_id": provider.id, "amount": amount, "partner_id": given["partner"],
          "payment_method_id": env.ref("payment.payment_method_unknown").id,
          "currency_id": journal.company_id.currency_id.id, "operation": "online_direct",
          "reference": f"PLAY-{{count}}", "provider_reference": f"PLAY-{{count}}"}}
    ))

paid(48.6)
done(paid(96.0)._refund(36.0))
env.cr.commit()
"""


def sales_online(stage: Stage) -> None:
    """Two payment links, one of which is given back in part."""
    given = {"journal": stage.breadth.journal, "partner": stage.cast.partners["noah"]}
    stage.context.shell(ONLINE.format(given=json.dumps(given)))


def advance_of_a_customer(stage: Stage) -> None:
    """Money first, then the invoice that uses a part of it."""
    customer = stage.cast.partners["grace"]
    payment = _money(stage, "inbound", "customer", customer, 200.0)
    invoice = stage.document("out_invoice", customer, [stage.cast.line("service", 2, 65.0)])
    _use(stage, payment, invoice, "asset_receivable")


def found_on_statement(stage: Stage) -> None:
    """Nobody registered a payment: a line of the bank is matched with the invoice."""
    odoo, customer = stage.odoo, stage.cast.partners["known"]
    invoice = stage.document("out_invoice", customer, [stage.cast.line("service", 1, 65.0)])
    name = odoo.execute(MOVE, "read", [invoice], ["name"])[0]["name"]
    values = {"journal_id": stage.breadth.journal, "date": stage.day, "amount": 65.0}
    values |= {"payment_ref": f"Transfer for {name}", "partner_id": customer}
    line = odoo.execute(BANK_LINE, "create", values)
    entry = odoo.execute(BANK_LINE, "read", [line], ["move_id"])[0]["move_id"][0]
    suspense = odoo.execute(LINE, "search", [("move_id", "=", entry), ("credit", ">", 0)])
    owed = _line(stage, invoice, "asset_receivable")
    account = odoo.execute(LINE, "read", [owed], ["account_id"])[0]["account_id"][0]
    odoo.execute(LINE, "write", suspense, {"account_id": account, "partner_id": customer})
    odoo.execute(LINE, "reconcile", [*suspense, owed])


def bill_paid_early(stage: Stage) -> None:
    """2 % less for paying a vendor at once; core's wizard takes them off."""
    bill = stage.document(
        "in_invoice",
        stage.breadth.vendor,
        [stage.spent(150.0)],
        ref="IM-4712",
        invoice_payment_term_id=stage.breadth.discount_term,
    )
    stage.pay(bill)


def prepayment_to_a_vendor(stage: Stage) -> None:
    _money(stage, "outbound", "supplier", stage.breadth.vendor, 80.0)


def money_back_from_a_vendor(stage: Stage) -> None:
    """He pays out what he credited."""
    lines = [stage.spent(42.5, "Returned")]
    stage.pay(stage.document("in_refund", stage.breadth.vendor, lines, ref="IM-C-13"))


def hours(stage: Stage) -> None:
    """Only where Odoo's Timesheets are installed."""
    values = {
        "name": "Planting",
        "date": stage.day,
        "project_id": stage.breadth.project,
        "employee_id": stage.breadth.employee,
        "unit_amount": 1.5,
    }
    stage.odoo.execute("account.analytic.line", "create", values)


def prepayment_is_used(stage: Stage) -> None:
    """The bill comes when the money is in QuickBooks already."""
    bill = stage.document("in_invoice", stage.breadth.vendor, [stage.spent(120.0)], ref="IM-4713")
    prepaid = [
        ("partner_id", "=", stage.breadth.vendor),
        ("amount", "=", 80.0),
        ("payment_type", "=", "outbound"),
    ]
    payment = stage.odoo.execute(PAYMENT, "search", prepaid, limit=1, order="id desc")[0]
    _use(stage, payment, bill, "liability_payable")


def online_sale_is_invoiced(stage: Stage) -> None:
    """The sales receipt is voided, and the money becomes the payment of an invoice."""
    customer = stage.cast.partners["noah"]
    invoice = stage.document("out_invoice", customer, [stage.cast.line("service", 1, 65.0)])
    given = [("amount", "=", 48.6), ("payment_transaction_id", "!=", False)]
    payment = stage.odoo.execute(PAYMENT, "search", given, limit=1, order="id desc")[0]
    _use(stage, payment, invoice, "asset_receivable")


def _money(stage: Stage, direction: str, kind: str, partner: int, amount: float) -> int:
    values = {"payment_type": direction, "partner_type": kind, "partner_id": partner}
    values |= {"amount": amount, "date": stage.day, "journal_id": stage.breadth.journal}
    payment = stage.odoo.execute(PAYMENT, "create", values)
    stage.odoo.execute(PAYMENT, "action_post", [payment])
    return payment


def _use(stage: Stage, payment: int, document: int, owed: str) -> None:
    entry = stage.odoo.execute(PAYMENT, "read", [payment], ["move_id"])[0]["move_id"][0]
    line = _line(stage, entry, owed)
    stage.odoo.execute(MOVE, "js_assign_outstanding_line", [document], line)


def _line(stage: Stage, move: int, kind: str) -> int:
    own = [("move_id", "=", move), ("account_type", "=", kind)]
    return stage.odoo.execute(LINE, "search", own)[0]


#: what is played, in this order
MONEY: dict[str, Callable[[Stage], None]] = {
    "online sale, and its refund": sales_online,
    "advance of a customer": advance_of_a_customer,
    "bank line": found_on_statement,
    "bill paid early": bill_paid_early,
    "prepayment to a vendor": prepayment_to_a_vendor,
    "money back from a vendor": money_back_from_a_vendor,
}
#: ... and when all that is in QuickBooks
LATER: dict[str, Callable[[Stage], None]] = {
    "bill that was prepaid": prepayment_is_used,
    "invoice of the online sale": online_sale_is_invoiced,
}
#: needs the addon Timesheets
HOURS: dict[str, Callable[[Stage], None]] = {"hours": hours}


def kinds(stage: Stage) -> dict[str, Callable[[Stage], Any]]:
    """What can be played in this database."""
    return {
        **MONEY,
        **(HOURS if stage.breadth.has_hours else {}),
        **(TILL if stage.breadth.has_till else {}),
    }


def later(stage: Stage) -> dict[str, Callable[[Stage], Any]]:
    """What needs that to be in QuickBooks."""
    return {**LATER, **(TILL_LATER if stage.breadth.has_till else {})}
