"""Money from customers: registered by hand, or found on a bank statement."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .office import CLEAN, MOVE, PAYMENT, Office


def pay_in_full(office: Office) -> bool:
    return _settle(office, office.open_documents("out_invoice"), "payment")


def pay_abroad(office: Office) -> bool:
    invoice = office.one_of(office.open_documents("out_invoice", office.company.foreign))
    if not invoice:
        return False
    amount = {}
    if office.dice.random() < 0.4:
        amount = {"amount": float(office.part_of(invoice.amount_residual))}
    office.pay(invoice, **amount)
    return office.note("payment, foreign")


def pay_in_part(office: Office) -> bool:
    invoice = office.one_of(office.open_documents("out_invoice"))
    if not invoice:
        return False
    office.pay(invoice, amount=float(office.part_of(invoice.amount_residual)))
    return office.note("payment in part")


def pay_several(office: Office) -> bool:
    """One payment for all that a customer owes, up to four invoices."""
    first = office.one_of(office.open_documents("out_invoice"))
    others = office.open_documents(
        "out_invoice", None, ("commercial_partner_id", "=", first.commercial_partner_id.id)
    )
    return _settle(office, first, "payment of several", several=others.sorted("id")[:4])


def pay_too_much(office: Office) -> bool:
    """The rest stays open, until somebody is billed again."""
    invoice = office.one_of(office.open_documents("out_invoice"))
    if not invoice:
        return False
    more = office.price(40)
    office.pay(invoice, amount=float(Decimal(str(invoice.amount_residual)) + more))
    return office.note("payment of too much")


def pay_before(office: Office) -> bool:
    """Money comes first; or what came first is applied to an invoice of today."""
    people = office.company.people
    customer = office.one_of(people["customers"])
    waiting = office.env["account.move.line"].search(
        [
            ("account_id.account_type", "=", "asset_receivable"),
            ("parent_state", "=", "posted"),
            ("company_id", "=", office.env.company.id),
            ("currency_id", "=", office.env.company.currency_id.id),
            ("payment_id", "!=", False),
            ("reconciled", "=", False),
            ("amount_residual", "<", 0),
        ]
    )
    for line in waiting.sorted("id"):
        owner = ("commercial_partner_id", "=", line.partner_id.commercial_partner_id.id)
        invoice = office.one_of(office.open_documents("out_invoice", None, owner))
        if invoice:
            invoice.js_assign_outstanding_line(line.id)
            break
    payment = office.env[PAYMENT].create(
        {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": customer.id,
            "amount": float(office.price(300)),
            "date": office.today,
            "journal_id": office.company.journals["bank"].id,
        }
    )
    payment.action_post()
    return office.note("payment in advance")


def pay_less_and_write_off(office: Office) -> bool:
    return _difference(office, Decimal(office.dice.randint(1, 99)) / 100, "lost", "write-off")


def pay_more_and_keep(office: Office) -> bool:
    return _difference(office, -Decimal(office.dice.randint(1, 99)) / 100, "found", "gain")


def _difference(office: Office, less: Decimal, account: str, kind: str) -> bool:
    invoice = office.one_of(office.open_documents("out_invoice"))
    if not invoice:
        return False
    office.pay(
        invoice,
        amount=float(Decimal(str(invoice.amount_residual)) - less),
        payment_difference_handling="reconcile",
        writeoff_account_id=office.company.accounts[account].id,
    )
    return office.note(f"payment with {kind}")


def pay_with_discount(office: Office) -> bool:
    """An invoice with 2 % for early payment is paid in time; the wizard takes them off."""
    early = ("invoice_payment_term_id", "=", office.company.discount_term.id)
    fresh = ("invoice_date", ">", office.days_ago(9))
    invoice = office.one_of(office.open_documents("out_invoice", None, early, fresh, CLEAN))
    if not invoice:
        return False
    office.pay(invoice)
    return office.note("payment with discount")


def _settle(office: Office, invoices: Any, kind: str, several: Any = None) -> bool:
    invoice = several or office.one_of(invoices)
    if not invoice:
        return False
    office.pay(invoice)
    return office.note(kind)


# Bank statements


def found_on_statement(office: Office) -> bool:
    """Nobody registered the payment: the line of the bank pays the invoice."""
    return _found(office, office.open_documents("out_invoice"), "bank line")


def found_on_statement_abroad(office: Office) -> bool:
    """In the currency of the invoice, at the bank's rate."""
    invoices = office.open_documents("out_invoice", office.company.foreign)
    return _found(office, invoices, "bank line, foreign")


def found_on_statement_with_fee(office: Office) -> bool:
    fee = Decimal(office.dice.randint(50, 900)) / 100
    return _found(office, office.open_documents("out_invoice"), "bank line with fee", fee)


def _found(office: Office, invoices: Any, kind: str, fee: Decimal = Decimal(0)) -> bool:
    invoice = office.one_of(invoices)
    if not invoice or invoice.amount_residual < 20:
        return False
    line = _bank_line(office, invoice, fee)
    _liquidity, suspense, _others = line._seek_for_lines()
    receivable = office.term_lines(invoice)
    if fee:
        _explain(office, line, receivable, fee)
    else:
        suspense.account_id = receivable.account_id
        suspense.partner_id = invoice.commercial_partner_id
        (suspense | receivable).reconcile()
    return office.note(kind)


def _bank_line(office: Office, invoice: Any, fee: Decimal) -> Any:
    residual = Decimal(str(invoice.amount_residual))
    values = {"amount": float(residual - fee)}
    if invoice.currency_id != office.env.company.currency_id:
        # the bank's own rate, half a per cent beside the one of the day
        rate = Decimal(str(office.company.foreign.with_context(date=office.today).rate))
        home = (residual / rate * Decimal("0.995")).quantize(Decimal("0.01"))
        values = {
            "amount": float(home),
            "amount_currency": float(residual),
            "foreign_currency_id": invoice.currency_id.id,
        }
    return office.env["account.bank.statement.line"].create(
        {
            "journal_id": office.company.journals["bank"].id,
            "date": office.today,
            "payment_ref": f"Transfer for {invoice.name}",
            "partner_id": invoice.commercial_partner_id.id,
            **values,
        }
    )


def _explain(office: Office, line: Any, receivable: Any, fee: Decimal) -> None:
    """What matching does: the suspense line becomes the receivable and the fee."""
    _liquidity, suspense, _others = line._seek_for_lines()
    before = line.move_id.line_ids
    home = office.env.company.currency_id
    gross = Decimal(str(line.amount)) + fee

    def part(account: Any, amount: Decimal, partner: Any = None) -> tuple[int, int, dict[str, Any]]:
        values = {
            "name": line.payment_ref,
            "account_id": account.id,
            "partner_id": partner.id if partner else False,
            "balance": float(amount),
            "amount_currency": float(amount),
            "currency_id": home.id,
        }
        return (0, 0, values)

    line.with_context(force_delete=True, skip_readonly_check=True).write(
        {
            "line_ids": [
                (2, suspense.id, 0),
                part(receivable.account_id, -gross, receivable.partner_id),
                part(office.company.accounts["fee"], fee),
            ]
        }
    )
    new = line.move_id.line_ids - before
    (new.filtered(lambda row: row.account_id == receivable.account_id) | receivable).reconcile()


def match_with_bank(office: Office) -> bool:
    """A registered payment arrives at the bank: a line that QuickBooks hears nothing of."""
    payment = office.one_of(
        office.env[PAYMENT].search(
            [
                ("state", "=", "in_process"),
                ("payment_type", "=", "inbound"),
                ("company_id", "=", office.env.company.id),
                ("currency_id", "=", office.env.company.currency_id.id),
                ("is_matched", "=", False),
            ]
        )
    )
    if not payment:
        return False
    line = office.env["account.bank.statement.line"].create(
        {
            "journal_id": payment.journal_id.id,
            "date": office.today,
            "payment_ref": payment.name,
            "amount": payment.amount,
        }
    )
    _liquidity, suspense, _others = line._seek_for_lines()
    money = payment._seek_for_lines()[0]
    suspense.account_id = money.account_id
    (suspense | money).reconcile()
    return bool(office.env[MOVE])
