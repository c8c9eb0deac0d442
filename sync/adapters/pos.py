from dataclasses import dataclass

from odoo import api, fields, models

from ...qbo.mapping.pos import by_account, main_part
from ...qbo.model import Ref
from ...qbo.money import ZERO, dec, invert_rate
from .online import Sold, SoldLine

KEY = "quickbooks.pos"


@dataclass
class Till:
    """Where the money of an order went.

    :ivar main: the journal that took most of it; empty when no money moved
    :ivar account: the account of QuickBooks that one is mapped to, None for undeposited funds
    :ivar others: account → amount of each other one, by the mapping
    """

    main: object
    account: Ref | None
    others: dict


class QuickbooksPos(models.AbstractModel):
    """What the point of sale sold, and where its money went.

    That addon is optional, so everything of it is asked for by field. Lines and tax are computed
    by core's own functions, as it does when a session is closed.
    """

    _name = "quickbooks.pos"
    _description = "QuickBooks Sales of the Point of Sale"

    # -- the money of sessions -----------------------------------------------------------------

    @api.model
    def _is_of_session(self, record):
        """Whether this money was posted by the closing of a session, or through its till: it is
        that of orders, which are in QuickBooks themselves, as receipts or paid invoices.

        :param record: ``account.payment`` or ``account.bank.statement.line``; cash that people put
            in or took out is not meant
        """
        session = record.sudo().pos_session_id if "pos_session_id" in record._fields else None
        if not session:
            return False
        if record._name == "account.payment":
            return True
        lines = record.sudo().move_id.line_ids
        matched = lines.matched_debit_ids.debit_move_id | lines.matched_credit_ids.credit_move_id
        return session.move_id in matched.move_id

    @api.model
    def _outside_sessions(self, model):
        """The same as a domain of what is left, for the scan."""
        if "pos_session_id" not in self.env[model]._fields:
            return []
        return [("pos_session_id", "=", False)]

    # -- what was sold -------------------------------------------------------------------------

    @api.model
    def _is_refund(self, order):
        return order.amount_total < 0 or (not order.amount_total and order.amount_paid < 0)

    @api.model
    def _paid(self, order):
        """What came in, or was given back, change taken off."""
        return abs(self._decimal(order.amount_paid, order.currency_id))

    @api.model
    def _sold(self, ctx, order):
        known = ctx.evidence.setdefault(KEY, {})
        if order.id not in known:
            known[order.id] = self._work_out(order)
        return known[order.id]

    def _work_out(self, order):
        """Lines and tax, positive also of a refund, and what the till rounded."""
        order, Tax = order.with_context(linked_to_pos=True), self.env["account.tax"]
        base_lines = order.lines._prepare_tax_base_line_values()
        Tax._add_tax_details_in_base_lines(base_lines, order.company_id)
        Tax._round_base_lines_tax_details(base_lines, order.company_id)
        nothing, online = self.env["account.move.line"], self.env["quickbooks.online"]
        lines = [self._line(online, base, nothing) for base in base_lines]
        sold = Sold(lines, nothing, online._tax(base_lines))
        rounded = self._paid(order) - sold.untaxed - sold.tax
        if rounded:
            text = order.config_id.rounding_method.name or self.env._("Rounding")
            taxes, product = self.env["account.tax"], self.env["product.product"]
            lines.append(SoldLine(text, product, taxes, nothing, amount=rounded))
        return sold

    @staticmethod
    def _line(online, base, nothing):
        line = base["record"]
        notes = [line.full_product_name or line.product_id.display_name, line.customer_note]
        return SoldLine(
            text="\n".join(note for note in notes if note),
            product_id=line.product_id,
            tax_ids=base["tax_ids"],
            records=nothing,
            amount=online._untaxed(base),
            quantity=dec(str(base["quantity"])),
            price=dec(str(base["price_unit"])),
            discount=dec(str(base["discount"] or 0)),
        )

    @api.model
    def _is_uneven(self, order):
        """Whether more or less was paid than the order comes to, although nothing is rounded."""
        if order.config_id.cash_rounding:
            return False
        return self._paid(order) != abs(self._decimal(order.amount_total, order.currency_id))

    @api.model
    def _decimal(self, value, currency):
        return self.env["quickbooks.online"]._decimal(value, currency)

    @api.model
    def _day(self, order):
        """The day of the sale, where it was made."""
        zone = order.user_id.tz or order.company_id.partner_id.tz or self.env.user.tz
        return fields.Date.context_today(order.with_context(tz=zone), order.date_order)

    @api.model
    def _rate(self, order):
        """Home units per foreign unit; Odoo keeps the inverse."""
        return invert_rate(dec(str(order.currency_rate or 1)))

    # -- where the money went ------------------------------------------------------------------

    @api.model
    def _pays_later(self, order):
        """Whether some of it went on the customer's account."""
        return any(p.payment_method_id.type == "pay_later" and p.amount for p in order.payment_ids)

    @api.model
    def _journal(self, payment):
        """The journal of a payment at the till."""
        if "online_account_payment_id" in payment._fields and payment.online_account_payment_id:
            return payment.online_account_payment_id.journal_id
        return payment.payment_method_id.journal_id

    @api.model
    def _method_line(self, journal):
        """How customers pay into a journal, as core assumes when it closes a session."""
        return journal.inbound_payment_method_line_ids[:1]

    @api.model
    def _by_journal(self, order):
        """What each journal took, change taken off."""
        sums = {}
        for payment in order.payment_ids.sorted("id"):
            amount = self._decimal(payment.amount, order.currency_id)
            journal = self._journal(payment)
            sums[journal] = sums.get(journal, ZERO) + amount
        return {journal: amount for journal, amount in sums.items() if amount}

    @api.model
    def _till(self, ctx, order):
        payments, amounts = self.env["quickbooks.adapter.payment"], self._by_journal(order)
        accounts = {
            journal: payments._mapped(ctx, "deposit_account", "Account", journal, order.currency_id)
            for journal in amounts
        }
        main = main_part(amounts)
        account = accounts.get(main)
        others = by_account((accounts[journal], amounts[journal]) for journal in amounts)
        others.pop(account, None)
        return Till(main or self.env["account.journal"], account, others)

    @api.model
    def _unmapped(self, ctx, order):
        """Mapping rows of the accounts an order's money went to, where these have to be known."""
        till = self._till(ctx, order)
        if not till.others:
            return self.env["quickbooks.mapping"]
        payments = self.env["quickbooks.adapter.payment"]
        journals = self.env["account.journal"].union(
            *(
                journal
                for journal in self._by_journal(order)
                if not payments._entry(ctx, "deposit_account", journal, order.currency_id)
            )
        )
        return self.env["quickbooks.mapping"]._require(ctx.connection, "deposit_account", journals)
