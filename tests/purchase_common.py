"""Common ground of the tests of the purchase side."""

from odoo import Command, fields
from odoo.tests import tagged

from ..qbo.money import dec
from .common import QuickbooksCommon
from .settling import Settling


@tagged("post_install", "-at_install")
class PurchaseCommon(Settling, QuickbooksCommon):
    """A connection that sends vendor bills, with the accounts of bills and banks mapped."""

    @classmethod
    def prepare(cls):
        cls.partner_b.property_supplier_payment_term_id = False  # else each bill has instalments
        prepared = super().prepare()
        cls.connection.purchases_out = True
        cls.map_purchases()
        cls.run_worker()
        return prepared

    @classmethod
    def map_purchases(cls):
        """Choose an account of QuickBooks for every account, journal and tax bills may need, each
        its own where QuickBooks has as many."""
        company = cls.connection.company_id
        Mapping, Reference = cls.env["quickbooks.mapping"], cls.env["quickbooks.reference"]
        accounts = cls.env["account.account"].search(
            [
                ("company_ids", "in", company.ids),
                ("account_type", "not in", ("asset_receivable", "liability_payable")),
            ]
        )
        rows = Mapping._require(cls.connection, "account", accounts)
        pool = Reference.search(rows[:1]._legal_domain(), order="id")
        for number, row in enumerate(rows):
            row.reference_id = pool[number % len(pool)]
        cls.map_journals()
        cls.accept_mappings()

    @classmethod
    def map_journals(cls):
        company = cls.connection.company_id
        Mapping, Reference = cls.env["quickbooks.mapping"], cls.env["quickbooks.reference"]
        rows = Mapping._require(
            cls.connection, "payment_account", Mapping._paying_journals(company)
        )
        legal = Reference.search(rows[:1]._legal_domain(), order="id")
        for row in rows:
            journal = cls.env["account.journal"].browse(row.res_id)
            kind = "Credit Card" if journal.type == "credit" else "Bank"
            row.reference_id = legal.filtered(lambda account, kind=kind: account.kind == kind)[:1]

    # -- Odoo's side ---------------------------------------------------------------------------

    def bill(self, partner=None, lines=None, post=True, move_type="in_invoice", **values):
        """A vendor bill; ``lines`` are dicts of invoice line values."""
        lines = lines or [{"name": "Paper", "quantity": 1, "price_unit": 100.0}]
        move = self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": (partner or self.partner_b).id,
                "invoice_date": fields.Date.to_date("2026-03-10"),
                "date": fields.Date.to_date("2026-03-10"),
                "invoice_line_ids": [Command.create({"tax_ids": [], **line}) for line in lines],
                **values,
            }
        )
        if post:
            move.action_post()
            self.commit()
        return move

    def synced_bill(self, *args, **kwargs):
        """A confirmed bill that has arrived."""
        move = self.bill(*args, **kwargs)
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        return move

    # -- both sides ----------------------------------------------------------------------------

    def assert_bills_alike(self, *moves):
        """Total and what is open are the same on both sides."""
        for move in moves:
            kind = "VendorCredit" if move.move_type == "in_refund" else "Bill"
            remote = self.remote_of(move, kind)
            self.assertEqual(dec(remote["TotalAmt"]), dec(f"{move.amount_total:.2f}"), move.name)
            self.assertEqual(dec(remote["Balance"]), dec(f"{move.amount_residual:.2f}"), move.name)

    def assert_vendor_alike(self, partner):
        """What is owed to a vendor is the same on both sides."""
        lines = self.env["account.move.line"].search(
            [
                ("account_id.account_type", "=", "liability_payable"),
                ("partner_id", "child_of", partner.id),
                ("parent_state", "=", "posted"),
            ]
        )
        owed = -sum(lines.mapped("balance"))
        remote = self.remote_of(partner, "Vendor")
        self.assertEqual(dec(remote["Balance"]), dec(f"{owed:.2f}"))
