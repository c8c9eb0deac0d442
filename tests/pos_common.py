"""Common ground of tests about the point of sale: needs the addon ``point_of_sale``, on which ours
does not depend."""

from uuid import uuid4

from odoo import Command, fields

from ..qbo.mapping.write_off import postings
from ..qbo.money import dec
from .receipt_common import ReceiptCase


class PosCase(ReceiptCase):
    """A shop with cash, a card terminal and a second one that pays out elsewhere."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        if "pos.order" not in cls.env:
            return
        cls.env.user.group_ids |= cls.env.ref("point_of_sale.group_pos_manager")
        cls.tax = cls.company_data["default_tax_sale"]
        cls.till_account = cls.company.account_default_pos_receivable_account_id
        if not cls.till_account:
            cls.till_account = cls.company_data["default_account_receivable"].copy(
                {"name": "Debtors of the Till"}
            )
            cls.company.account_default_pos_receivable_account_id = cls.till_account
        cls.cash_journal = cls.new_journal("Till", "cash", "TILL")
        cls.cash_journal.profit_account_id = cls.company_data["default_account_revenue"]
        cls.cash_journal.loss_account_id = cls.company_data["default_account_expense"]
        cls.other_journal = cls.new_journal("Other Bank", "bank", "OTHB")
        cls.cash = cls.new_method("Cash", cls.cash_journal)
        cls.card = cls.new_method("Card", cls.journal)
        cls.amex = cls.new_method("Amex", cls.other_journal)
        cls.named = cls.new_method("Transfer", cls.other_journal, split_transactions=True)
        cls.later = cls.new_method("On Account", cls.journal.browse(), split_transactions=True)
        cls.shop = cls.env["pos.config"].create(
            {
                "name": "Shop",
                "payment_method_ids": [
                    Command.set((cls.cash | cls.card | cls.amex | cls.named | cls.later).ids)
                ],
                "invoice_journal_id": cls.company_data["default_journal_sale"].id,
            }
        )
        cls.cash_account = cls.map_bank(cls.cash_journal, 1)
        cls.other_account = cls.map_bank(cls.other_journal, 2)
        cls.connection.pos_policy = "receipt"
        cls.run_worker()
        cls.snapshot = cls.simulator.control.snapshot()

    def setUp(self):
        super().setUp()
        if "pos.order" not in self.env:
            self.skipTest("the addon point_of_sale is not installed")
        self.before = self.ledger()

    @classmethod
    def new_journal(cls, name, kind, code):
        return cls.env["account.journal"].create(
            {"name": name, "type": kind, "code": code, "company_id": cls.company.id}
        )

    @classmethod
    def new_method(cls, name, journal, **values):
        return cls.env["pos.payment.method"].create(
            {"name": name, "journal_id": journal.id, "company_id": cls.company.id, **values}
        )

    @classmethod
    def map_bank(cls, journal, number):
        """One of QuickBooks' accounts that money may arrive in, each another one."""
        mapping = cls.env["quickbooks.mapping"]._require(cls.connection, "deposit_account", journal)
        kinds = ("Bank", "Other Current Asset")
        rows = cls.env["quickbooks.reference"].search(
            [*mapping._legal_domain(), ("kind", "in", kinds)], order="id"
        )
        mapping.reference_id = (rows - cls.account)[number - 1]
        return mapping.reference_id

    # -- Odoo's side ---------------------------------------------------------------------------

    @property
    def session(self):
        if not self.shop.current_session_id:
            self.shop.open_ui()
            self.shop.current_session_id.set_opening_control(0, "")
        return self.shop.current_session_id

    def draft(self, *lines, **values):
        """An order at the till; lines are (product, quantity, price, discount, taxes)."""
        order = self.env["pos.order"].create(
            {
                "amount_total": 0,
                "amount_paid": 0,
                "amount_tax": 0,
                "amount_return": 0,
                "company_id": self.company.id,
                "session_id": self.session.id,
                "lines": [Command.create(self.line(*line)) for line in lines or self.usual()],
                **values,
            }
        )
        order.lines._onchange_amount_line_all()
        order._compute_prices()
        return order

    def usual(self):
        return (
            (self.product_a, 3, 33.33, 10, self.tax),
            (self.product_b, 1, 20, 0, self.tax.browse()),
        )

    @staticmethod
    def line(product, quantity, price, discount=0, taxes=()):
        return {
            "product_id": product.id,
            "full_product_name": product.display_name,
            "qty": quantity,
            "price_unit": price,
            "discount": discount,
            "tax_ids": [Command.set([tax.id for tax in taxes])],
            "price_subtotal": 0,
            "price_subtotal_incl": 0,
        }

    def settle(self, order, *payments):
        """Pay an order as people do; payments are methods, or (method, amount)."""
        for payment in payments or (self.cash,):
            method, amount = payment if isinstance(payment, tuple) else (payment, None)
            values = {"payment_method_id": method.id}
            if amount is not None:
                values["amount"] = amount
            wizard = self.env["pos.make.payment"].with_context(active_id=order.id).create(values)
            wizard.check()
        self.commit()
        return order

    def sell(self, *payments, lines=(), **values):
        return self.settle(self.draft(*lines, **values), *payments)

    def give_order_back(self, order, *payments):
        self.assertTrue(self.session, "a refund needs an open one")
        refund = self.env["pos.order"].browse(order.refund()["res_id"])
        return self.settle(refund, *payments)

    def ring_up(self, total, tendered, lines, user=None):
        """What the till itself sends: the money handed over and the change."""
        uuid = str(uuid4())
        order = {
            "amount_paid": total,
            "amount_return": total - tendered,
            "amount_tax": 0,
            "amount_total": total,
            "company_id": self.company.id,
            "date_order": fields.Datetime.to_string(fields.Datetime.now()),
            "lines": [
                Command.create(
                    {
                        **line,
                        "price_subtotal": total,
                        "price_subtotal_incl": total,
                        "uuid": uuid4().hex,
                    }
                )
                for line in lines
            ],
            "partner_id": False,
            "payment_ids": [
                Command.create(
                    {
                        "amount": tendered,
                        "name": fields.Datetime.now(),
                        "payment_method_id": self.cash.id,
                        "payment_date": fields.Datetime.now(),
                    }
                )
            ],
            "pos_reference": "000-00-0001",
            "session_id": self.session.id,
            "state": "paid",
            "to_invoice": False,
            "user_id": self.env.uid,
            "uuid": uuid,
            "access_token": uuid4().hex,
        }
        orders = self.env["pos.order"].with_user(user or self.env.user)
        found = orders.sync_from_ui([order])
        self.commit()
        return self.env["pos.order"].browse(found["pos.order"][0]["id"])

    def close(self, differences=None):
        session = self.session
        counted = session.get_closing_control_data()["default_cash_details"]["amount"]
        session.post_closing_cash_details(counted)
        session.action_pos_session_closing_control(bank_payment_method_diffs=differences)
        self.commit()
        self.assertEqual(session.state, "closed")
        return session

    # -- QuickBooks' side ----------------------------------------------------------------------

    def link(self, order, remote_type="SalesReceipt"):
        return self.binding(order, remote_type)

    def arrived(self, order, remote_type="SalesReceipt"):
        """The receipt of an order, after the worker ran."""
        self.run_worker()
        link = self.link(order, remote_type)
        self.assertEqual(link.state, "synced", link.error_text)
        return self.remote_of(order, remote_type)

    def assert_alike(self, order, remote):
        """Lines, tax and total are the order's, to the cent."""
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{abs(order.amount_paid):.2f}"))
        tax = dec((remote.get("TxnTaxDetail") or {}).get("TotalTax") or 0)
        self.assertEqual(tax, dec(f"{abs(order.amount_tax):.2f}"))

    def lines_of(self, remote):
        return [
            dec(line["Amount"])
            for line in remote["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        ]

    def balances(self):
        """What each account of QuickBooks moved by since the test began."""
        control = self.simulator.control
        control.problems()
        with control.sim.lock:
            store = control.sim.company(None).store
            rows = store.run("SELECT account, SUM(home) FROM {p}gl GROUP BY account").fetchall()
        return {account: dec(cents) / 100 for account, cents in rows}

    def deposits(self, before):
        """What arrived on the mapped accounts since then."""
        now = self.balances()
        moved = {
            name: now.get(account.remote_id, dec(0)) - before.get(account.remote_id, dec(0))
            for name, account in (
                ("cash", self.cash_account),
                ("card", self.account),
                ("other", self.other_account),
            )
        }
        return {name: amount for name, amount in moved.items() if amount}

    def assert_unchanged(self, writes):
        """Nothing more was written to QuickBooks."""
        self.run_worker()
        more = [call.path for call in self.writes()[writes:]]
        self.assertEqual(more, [])

    @staticmethod
    def moved(entry):
        return dict(postings(entry))
