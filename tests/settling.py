"""What customers' and vendors' payments have in common: the steps, and the tales told of both."""

from ..qbo.money import dec

OPEN_ACCOUNTS = ("asset_receivable", "liability_payable")


class Settling:
    """Settles documents as people do."""

    def pay(self, moves, amount=None, **values):
        """Register a payment in core's wizard, as a person does.

        :return: the account.payment
        """
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({"payment_date": "2026-03-20", "group_payment": True})
        )
        if amount is not None:
            values["amount"] = amount  # with the others, as another currency would replace it
        wizard.write(values)
        payment = wizard._create_payments()
        self.commit()
        return payment

    def apply(self, record, move):
        """Assign what is outstanding of a payment or a refund on the document."""
        entry = record if record._name == "account.move" else record.move_id
        line = entry.line_ids.filtered(lambda line: line.account_id.account_type in OPEN_ACCOUNTS)
        move.js_assign_outstanding_line(line.id)
        self.commit()

    def cancel(self, record):
        """Back to draft, then cancelled: a payment or a document."""
        if record._name == "account.move":
            record.button_draft()
            record.button_cancel()
        else:
            record.action_draft()
            record.action_cancel()
        self.commit()

    def reprice(self, move, price):
        """Another price on a document that is confirmed."""
        move.button_draft()
        move.invoice_line_ids.price_unit = price
        move.action_post()
        self.commit()


class SettlingTales:
    """Told of a customer's payment of invoices and of ours of a vendor's bills.

    The class that inherits this has ``document``, ``synced_document``, ``sync`` of a payment and
    ``assert_alike`` of documents.
    """

    #: type of the payment in QuickBooks, and of the document
    payment_type = document_type = None

    def test_with_its_document(self):
        """Confirmed and paid before the worker runs: the document goes first."""
        move = self.document()
        payment = self.pay(move)
        self.run_worker()
        self.assertEqual((move.qbo_state, payment.qbo_state), ("synced", "synced"))
        self.assert_alike(move)

    def test_partial_then_rest(self):
        move = self.synced_document()
        self.sync(self.pay(move, amount=40))
        self.assert_alike(move)
        self.sync(self.pay(move))
        self.assert_alike(move)
        self.assertFalse(move.amount_residual)

    def test_several_documents(self):
        moves = self.synced_document() | self.synced_document()
        payment = self.pay(moves)
        self.assertEqual(len(payment), 1)
        remote = self.sync(payment)
        self.assertEqual(len(remote["Line"]), 2)
        self.assert_alike(*moves)

    def test_taken_off_and_put_on_another(self):
        first, second = self.synced_document(), self.synced_document()
        payment = self.pay(first)
        self.sync(payment)
        first.line_ids.remove_move_reconcile()
        self.commit()
        remote = self.sync(payment)
        self.assertEqual(remote["Line"], [])
        self.assert_alike(first, second)
        self.apply(payment, second)
        self.sync(payment)
        self.assert_alike(first, second)

    def test_cancelled_and_paid_again(self):
        """A voided payment that is confirmed once more is there again, once."""
        move = self.synced_document()
        payment = self.pay(move)
        self.sync(payment)
        self.cancel(payment)
        remote = self.sync(payment, "voided")
        self.assertEqual(dec(remote["TotalAmt"]), dec("0"))
        self.assert_alike(move)
        payment.action_draft()
        payment.action_post()
        self.commit()
        self.apply(payment, move)
        remote = self.sync(payment)
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{payment.amount:.2f}"))
        self.assert_alike(move)

    def test_rejected_by_the_bank(self):
        """It stays in both books until somebody takes it out of Odoo's."""
        move = self.synced_document()
        payment = self.pay(move)
        self.sync(payment)
        payment.action_reject()
        self.commit()
        self.sync(payment)
        self.assertEqual(payment.move_id.state, "posted")
        self.assert_alike(move)
        self.cancel(payment)
        remote = self.sync(payment, "voided")
        self.assertEqual(dec(remote["TotalAmt"]), 0)
        self.assertTrue(move.amount_residual)
        self.assert_alike(move)

    def test_document_cancelled_after_payment(self):
        """QuickBooks does not take away what is paid, so the payment lets go first."""
        move = self.synced_document()
        payment = self.pay(move)
        self.sync(payment)
        self.cancel(move)
        self.run_worker()
        self.assertEqual(move.qbo_state, "voided", move.qbo_error)
        self.assertEqual(self.sync(payment)["Line"], [])
        self.assert_alike()

    def test_document_lowered_after_payment(self):
        move = self.synced_document()
        payment = self.pay(move)
        self.sync(payment)
        self.reprice(move, 60)
        self.apply(payment, move)
        self.sync(payment)
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_alike(move)
        self.assertLess(move.amount_total, payment.amount)

    def test_document_raised_after_payment(self):
        move = self.synced_document()
        payment = self.pay(move)
        self.sync(payment)
        payment.action_draft()
        self.reprice(move, 160)
        payment.amount = move.amount_total
        payment.action_post()
        self.commit()
        self.apply(payment, move)
        self.sync(payment)
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_alike(move)
        self.assertFalse(move.amount_residual)

    def test_of_old_documents_stays_out(self):
        """What is of before the cut-off is not in QuickBooks, nor is its payment."""
        self.connection.cutoff_date = "2026-03-15"
        move = self.document()
        payment = self.pay(move)
        self.run_worker()
        self.assertEqual((move.qbo_state, payment.qbo_state), ("none", "none"))
        self.assertFalse(self.writes())

    def test_lost_answer_makes_no_double(self):
        for kind in ("drop_after", "drop_before"):
            with self.subTest(kind):
                move = self.synced_document()
                before = len(self.remote(self.payment_type))
                path = f"/{self.payment_type.lower()}$"
                self.simulator.control.faults.add(kind, path=path, count=1)
                payment = self.pay(move)
                self.recover()
                self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
                self.assertEqual(len(self.remote(self.payment_type)), before + 1)
                self.assert_alike(move)

    def test_refused(self):
        move = self.synced_document()
        path = f"/{self.payment_type.lower()}$"
        self.simulator.control.faults.add("fault", path=path, code="6210", count=1)
        payment = self.pay(move)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held", payment.qbo_error)
