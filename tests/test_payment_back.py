"""A payment entered, changed or voided in QuickBooks, as Odoo's books then show it."""

from odoo.tests import tagged

from ..qbo.money import dec
from .common import QuickbooksCommon


class PaymentsBack(QuickbooksCommon):
    """What people do to payments on both sides."""

    @classmethod
    def prepare(cls):
        prepared = super().prepare()
        cls.take_over()
        return prepared

    def setUp(self):
        super().setUp()
        self.connection.sudo()._channel("pull").write(
            {"customers_imported": True, "swept_at": False, "cdc_cursor": False}
        )

    @property
    def control(self):
        return self.simulator.control

    def sync(self):
        """Everything that is due in both directions."""
        for _time in range(3):
            self.skip_waiting()
            self.run_worker()
            self.ask()

    def run_pull(self, connection=None):
        """Run the receiving cron as often as it hands over to itself, on a slow machine too."""
        for _time in range(3):
            self.run_pull_once(connection)
            due = [("not_before", "=", False), ("state", "=", "new")]
            if not self.env["quickbooks.event"].search_count(due, limit=1):
                break

    def run_pull_once(self, connection=None):
        self.run_cron((connection or self.connection)._channel("pull"))

    def ask(self):
        """Have the receiving worker ask for changes, as if its interval were over."""
        channel = self.connection.sudo()._channel("pull")
        channel.swept_at = False
        self.skip_waiting()
        self.run_pull()

    def pay_there(self, *pairs, total=None, **values):
        """Record a payment in QuickBooks; ``pairs`` are (invoice, amount)."""
        lines = [
            {
                "Amount": amount,
                "LinkedTxn": [{"TxnId": self.remote_id(move), "TxnType": "Invoice"}],
            }
            for move, amount in pairs
        ]
        customer = self.customer_of(pairs[0][0].partner_id) if pairs else None
        body = {
            "TotalAmt": sum(amount for _move, amount in pairs) if total is None else total,
            "CustomerRef": customer,
            "TxnDate": "2026-03-21",
            "Line": lines,
            **values,
        }
        return self.control.change("Payment", body)

    def change_there(self, payment_id, **values):
        body = self.remote("Payment")[payment_id]
        return self.control.change("Payment", {**body, **values, "sparse": True})

    def void_there(self, payment_id):
        body = self.remote("Payment")[payment_id]
        return self.control.change(
            "Payment",
            {"Id": payment_id, "SyncToken": body["SyncToken"], "sparse": True},
            operation="update",
            options="void",
        )

    def delete_there(self, payment_id):
        body = self.remote("Payment")[payment_id]
        self.control.change(
            "Payment",
            {"Id": payment_id, "SyncToken": body["SyncToken"]},
            operation="delete",
        )

    def remote_id(self, move):
        return self.binding(move, "Invoice").remote_id

    def customer_of(self, partner):
        binding = self.binding(partner.commercial_partner_id, "Customer")
        return {"value": binding.remote_id}

    def payment(self, remote):
        """The payment of Odoo for one of QuickBooks."""
        binding = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("remote_type", "=", "Payment"),
                ("remote_id", "=", remote["Id"] if isinstance(remote, dict) else remote),
            ]
        )
        self.assertLessEqual(len(binding), 1)
        return binding and binding._record()

    def event_of(self, remote_id, remote_type="Payment"):
        return self.env["quickbooks.event"].search(
            [("remote_type", "=", remote_type), ("remote_id", "=", remote_id)], limit=1
        )

    def assert_alike(self, *moves):
        """What is open of the invoices is the same on both sides."""
        for move in moves:
            remote = self.remote_of(move, "Invoice")
            self.assertEqual(dec(remote["Balance"]), dec(f"{move.amount_residual:.2f}"), move.name)

    def assert_quiet(self):
        """Nothing is sent back, however often both workers run."""
        self.control.clear_log()
        self.sync()
        self.assertFalse(self.writes())

    def give_there(self, kind, **values):
        """Somebody enters a new object in QuickBooks."""
        return self.control.change(kind, values)

    def edit_there(self, kind, remote_id, **values):
        """Somebody changes one."""
        body = self.remote(kind)[remote_id]
        address = {"Id": remote_id, "SyncToken": body["SyncToken"], "sparse": True}
        return self.control.change(kind, {**address, **values})

    def contact_of(self, remote, kind):
        """The contact of a customer or vendor of QuickBooks; empty when there is none."""
        binding = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("remote_type", "=", kind),
                ("remote_id", "=", remote["Id"]),
                ("state", "!=", "unlinked"),
            ]
        )
        self.assertLessEqual(len(binding), 1)
        return binding._record() if binding else self.env["res.partner"]

    def import_all(self):
        """As after the first connect: the lists are read, nothing is imported yet."""
        channel = self.connection.sudo()._channel("pull")
        channel.write({"customers_imported": False, "vendors_imported": False})
        self.connection._wake(refresh=True)
        self.run_worker()
        for _time in range(50):
            self.run_pull_once()
            if channel.customers_imported and (
                channel.vendors_imported or not self.connection.vendors_back
            ):
                return
        self.fail("the import does not come to an end")

    def invoices(self, *prices):
        moves = [
            self.invoice(lines=[{"product_id": self.product_a.id, "price_unit": price}])
            for price in prices
        ]
        self.run_worker()
        for move in moves:
            self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        return moves


@tagged("post_install", "-at_install")
class TestPaymentBack(PaymentsBack):
    def test_no_mark_of_origin(self):
        """What was entered in QuickBooks does not come from Odoo, also after it is edited here."""
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 50), PaymentMethodRef={"value": "2"})
        self.ask()
        payment = self.payment(remote)
        payment.memo = "Edited here"
        self.commit()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        there = self.remote("Payment")[remote["Id"]]
        self.assertIn("Edited here", there["PrivateNote"])
        self.assertEqual(there["PaymentMethodRef"]["value"], "2")
        names = {row["Name"] for row in self.remote("PaymentMethod").values()}
        self.assertNotIn("Odoo", names)

    def test_paid_there_is_paid_here(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, move.amount_total), PaymentRefNum="CHK 7")
        self.ask()
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        payment = self.payment(remote)
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertEqual(str(payment.date), "2026-03-21")
        self.assertIn("CHK 7", payment.memo)
        self.assert_alike(move)
        self.assert_quiet()

    def test_applied_once(self):
        """The same change again and again, and the row lost after it was applied."""
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 40))
        self.ask()
        self.env["quickbooks.event"].sudo().search([]).unlink()
        self.connection.sudo()._channel("pull").cdc_cursor = False
        self.ask()
        self.ask()
        payments = self.env["account.payment"].search([("partner_id", "=", move.partner_id.id)])
        self.assertEqual(payments, self.payment(remote))
        self.assert_alike(move)

    def test_several_invoices_each_its_part(self):
        one, two = self.invoices(100, 200)
        remote = self.pay_there((one, 30), (two, 200), total=250)
        self.ask()
        self.assert_alike(one, two)
        payment = self.payment(remote)
        _liquidity, counterpart, _writeoff = payment._seek_for_lines()
        self.assertEqual(sorted(counterpart.mapped("balance")), [-200, -30, -20])
        self.assertEqual(sum(counterpart.mapped("amount_residual")), -20, "the rest stays open")
        self.assert_quiet()

    def test_voided_there(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 60))
        self.ask()
        self.void_there(remote["Id"])
        self.ask()
        payment = self.payment(remote)
        self.assertEqual((payment.state, payment.qbo_state), ("canceled", "voided"))
        self.assertEqual(move.payment_state, "not_paid")
        self.assert_alike(move)
        self.assert_quiet()

    def test_deleted_there(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 60))
        self.ask()
        self.delete_there(remote["Id"])
        self.ask()
        self.assertEqual(self.payment(remote).state, "canceled")
        self.assert_alike(move)
        self.assert_quiet()

    def test_another_invoice(self):
        one, two = self.invoices(100, 100)
        remote = self.pay_there((one, 60))
        self.ask()
        entry = self.payment(remote).move_id
        self.change_there(
            remote["Id"],
            Line=[
                {
                    "Amount": 60,
                    "LinkedTxn": [{"TxnId": self.remote_id(two), "TxnType": "Invoice"}],
                }
            ],
        )
        self.ask()
        self.assert_alike(one, two)
        self.assertEqual(two.amount_total - two.amount_residual, 60)
        self.assertEqual(self.payment(remote).move_id, entry)
        self.assert_quiet()

    def test_another_amount_and_split(self):
        one, two = self.invoices(100, 100)
        remote = self.pay_there((one, 60))
        self.ask()
        lines = [
            {"Amount": a, "LinkedTxn": [{"TxnId": self.remote_id(m), "TxnType": "Invoice"}]}
            for m, a in ((one, 25), (two, 50))
        ]
        self.change_there(remote["Id"], TotalAmt=90, Line=lines, TxnDate="2026-03-25")
        self.ask()
        payment = self.payment(remote)
        self.assertEqual((payment.amount, str(payment.date)), (90, "2026-03-25"))
        self.assertEqual(payment.move_id.state, "posted")
        self.assert_alike(one, two)
        self.assert_quiet()

    def test_prepayment_applied_later(self):
        (first,) = self.invoices(10)
        remote = self.pay_there(total=70, CustomerRef=self.customer_of(first.partner_id))
        self.ask()
        (move,) = self.invoices(100)
        self.change_there(
            remote["Id"],
            Line=[
                {
                    "Amount": 70,
                    "LinkedTxn": [{"TxnId": self.remote_id(move), "TxnType": "Invoice"}],
                }
            ],
        )
        self.ask()
        self.assertEqual(move.amount_total - move.amount_residual, 70)
        self.assert_alike(move)
        self.assert_quiet()

    def test_our_payment_changed_there(self):
        """A payment of Odoo is applied elsewhere, then voided, by an accountant in QuickBooks."""
        one, two = self.invoices(100, 100)
        payment = self.register(one, 60)
        self.run_worker()
        remote_id = self.binding(payment, "Payment").remote_id
        self.ask()
        self.change_there(
            remote_id,
            Line=[
                {
                    "Amount": 45,
                    "LinkedTxn": [{"TxnId": self.remote_id(two), "TxnType": "Invoice"}],
                }
            ],
        )
        self.ask()
        self.assert_alike(one, two)
        self.assertEqual(two.amount_total - two.amount_residual, 45)
        self.assert_quiet()
        self.void_there(remote_id)
        self.ask()
        self.assertEqual(payment.state, "canceled")
        self.assert_alike(one, two)
        self.assert_quiet()

    def register(self, move, amount):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": "2026-03-20", "amount": amount})
        )
        payment = wizard._create_payments()
        self.commit()
        return payment

    def test_changed_on_both_sides_is_for_a_person(self):
        one, two = self.invoices(100, 100)
        remote = self.pay_there((one, 60))
        self.ask()
        payment = self.payment(remote)
        self.change_there(remote["Id"], TotalAmt=80)
        one.line_ids.remove_move_reconcile()
        self.commit()
        self.ask()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "conflict")
        self.ask()  # what comes again changes nothing
        self.assertEqual(payment.amount, 60)
        self.assertIn("both sides", payment.qbo_error)
        binding = self.binding(payment, "Payment")
        self.assertIn("80", binding.drift_html)
        binding.action_accept_theirs()
        self.assertEqual(payment.amount, 80)
        self.sync()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assert_alike(one, two)

    def test_ours_again_wins(self):
        (one,) = self.invoices(100)
        remote = self.pay_there((one, 60))
        self.ask()
        payment = self.payment(remote)
        self.change_there(remote["Id"], TotalAmt=80)
        one.line_ids.remove_move_reconcile()
        self.commit()
        self.ask()
        self.binding(payment, "Payment").action_send_again()
        self.sync()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertEqual(dec(self.remote("Payment")[remote["Id"]]["TotalAmt"]), 60)
        self.assert_alike(one)

    def test_locked_period_holds_with_the_reason(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 60))
        self.company.fiscalyear_lock_date = "2026-03-31"
        self.ask()
        event = self.event_of(remote["Id"])
        self.assertEqual(event.state, "held", event.reason)
        self.assertIn("locked up to", event.reason)
        self.assertFalse(self.payment(remote))
        self.assertTrue(self.tasks(), "somebody is told")
        self.company.fiscalyear_lock_date = False
        event.action_retry()
        self.run_pull()
        self.assert_alike(move)
        self.assertTrue(self.payment(remote))
        self.assertFalse(self.tasks())

    def tasks(self):
        kind = self.env.ref("quickbooks_online.mail_activity_type_inbox")
        return self.connection.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_void_in_a_locked_period_is_not_carried_out(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 60))
        self.ask()
        self.company.fiscalyear_lock_date = "2026-03-31"
        self.void_there(remote["Id"])
        self.ask()
        self.assertEqual(self.event_of(remote["Id"]).state, "held")
        self.assertIn(self.payment(remote).state, ("in_process", "paid"))
        self.company.fiscalyear_lock_date = False

    def test_matched_with_the_bank_is_a_conflict(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 60))
        self.ask()
        payment = self.payment(remote)
        statement = self.env["account.bank.statement.line"].create(
            {
                "journal_id": payment.journal_id.id,
                "amount": 60,
                "date": "2026-03-22",
                "payment_ref": "bank",
            }
        )
        _liquidity, suspense, _other = statement._seek_for_lines()
        suspense.account_id = payment.outstanding_account_id
        (suspense | payment._seek_for_lines()[0]).reconcile()
        self.assertTrue(payment.reconciled_statement_line_ids)
        self.sync()
        self.void_there(remote["Id"])
        self.ask()
        self.assertIn(payment.state, ("in_process", "paid"))
        self.assertEqual(payment.qbo_state, "conflict")
        self.assertIn("bank", payment.qbo_error)
        self.assertEqual(move.amount_residual, move.amount_total - 60)

    def test_money_for_an_unknown_invoice_is_kept_with_a_task(self):
        (move,) = self.invoices(100)
        stranger = self.control.change(
            "Invoice",
            {
                "CustomerRef": self.customer_of(move.partner_id),
                "Line": [
                    {
                        "Amount": 50,
                        "DetailType": "SalesItemLineDetail",
                        "SalesItemLineDetail": {
                            "ItemRef": {"value": self.binding(self.product_a, "Item").remote_id}
                        },
                    }
                ],
            },
        )
        remote = self.pay_there(
            (move, 20),
            total=70,
            Line=[
                {
                    "Amount": 20,
                    "LinkedTxn": [{"TxnId": self.remote_id(move), "TxnType": "Invoice"}],
                },
                {"Amount": 50, "LinkedTxn": [{"TxnId": stranger["Id"], "TxnType": "Invoice"}]},
            ],
        )
        self.ask()
        payment = self.payment(remote)
        self.assertEqual((payment.amount, payment.qbo_state), (70, "mismatch"))
        self.assertIn(f"Invoice {stranger['Id']}", payment.qbo_error)
        self.assertTrue(payment.activity_ids)
        self.assertEqual(sum(payment._seek_for_lines()[1].mapped("amount_residual")), -50)
        self.assert_alike(move)
        self.assert_quiet()

    def test_unknown_customer_is_read_and_linked(self):
        contact = self.env["res.partner"].create({"name": "Deco Addict", "email": "d@ex.com"})
        customer = self.control.change(
            "Customer", {"DisplayName": "Deco", "PrimaryEmailAddr": {"Address": "D@ex.com"}}
        )
        self.connection.customers_back = False
        remote = self.pay_there(total=33, CustomerRef={"value": customer["Id"]})
        self.ask()
        payment = self.payment(remote)
        self.assertEqual((payment.partner_id, payment.amount), (contact, 33))

    def test_switched_off(self):
        (move,) = self.invoices(100)
        self.connection.payments_back = False
        remote = self.pay_there((move, 60))
        self.ask()
        self.assertFalse(self.payment(remote))
        self.assertEqual(self.event_of(remote["Id"]).state, "skipped")

    def test_foreign_currency_is_held(self):
        self.control.preference("MultiCurrencyEnabled", True)
        (move,) = self.invoices(100)
        customer = self.control.change(
            "Customer", {"DisplayName": "Euro", "CurrencyRef": {"value": "EUR"}}
        )
        self.env["res.currency"].search([("name", "=", "EUR")]).active = False
        remote = self.pay_there(
            total=50,
            CustomerRef={"value": customer["Id"]},
            CurrencyRef={"value": "EUR"},
            ExchangeRate=1.1,
        )
        self.ask()
        self.assertEqual(self.event_of(remote["Id"]).state, "held")
        self.assertIn("EUR", self.event_of(remote["Id"]).reason)
        self.assertFalse(self.payment(remote))

    def test_deposit_account_chooses_the_journal(self):
        (move,) = self.invoices(100)
        journal = self.company_data["default_journal_cash"]
        Mapping = self.env["quickbooks.mapping"]
        mapping = Mapping._require(self.connection, "deposit_account", journal)
        mapping.reference_id = self.env["quickbooks.reference"].search(
            mapping._legal_domain(), limit=1
        )
        remote = self.pay_there(
            (move, 60), DepositToAccountRef={"value": mapping.reference_id.remote_id}
        )
        self.ask()
        self.assertEqual(self.payment(remote).journal_id, journal)
        self.assert_quiet()

    def test_what_is_entered_there_stays_when_odoo_changes(self):
        """Deposit account, method and memo of a payment from QuickBooks are not overwritten."""
        one, two = self.invoices(100, 100)
        remote = self.pay_there((one, 60), PrivateNote="By hand", PaymentRefNum="77")
        self.ask()
        payment = self.payment(remote)
        before = self.remote("Payment")[remote["Id"]]
        one.line_ids.remove_move_reconcile()
        self.commit()
        self.sync()
        after = self.remote("Payment")[remote["Id"]]
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertEqual(after["Line"], [])
        for key in ("PrivateNote", "PaymentRefNum", "DepositToAccountRef"):
            self.assertEqual(after.get(key), before.get(key), key)
        self.assert_alike(one)

    def test_posted_amounts_are_never_written(self):
        one, two = self.invoices(100, 100)
        before = [(m.amount_total, m.line_ids.mapped("balance")) for m in (one, two)]
        remote = self.pay_there((one, 60))
        self.ask()
        self.change_there(remote["Id"], TotalAmt=20, Line=[])
        self.ask()
        self.delete_there(remote["Id"])
        self.ask()
        after = [(m.amount_total, m.line_ids.mapped("balance")) for m in (one, two)]
        self.assertEqual(before, after)
        self.assert_alike(one, two)
