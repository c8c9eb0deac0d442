"""What a payment writes off is a journal entry in QuickBooks, which its Payment uses."""

from odoo import Command
from odoo.tests import tagged

from ..qbo.mapping.write_off import postings
from ..qbo.money import dec
from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestWriteOff(PaymentCase):
    def setUp(self):
        super().setUp()
        self.loss = self.company_data["default_account_expense"]
        self.gain = self.company_data["default_account_revenue"]

    # -- tools ---------------------------------------------------------------------------------

    def map_account(self, account, name):
        """Choose QuickBooks' account for one of ours.

        :return: its id
        """
        mapping = self.env["quickbooks.mapping"]._require(self.connection, "account", account)
        mapping.reference_id = self.env["quickbooks.reference"].search(
            [*mapping._legal_domain(), ("name", "=", name)], limit=1
        )
        self.assertTrue(mapping.reference_id, name)
        return mapping.reference_id.remote_id

    def map_all(self):
        self.discounts = self.map_account(self.loss, "Discounts given")
        self.income = self.map_account(self.gain, "Other Income")

    def write_off(self, move, difference, account=None, **values):
        """Pay an invoice but for a difference, which is written off."""
        return self.pay(
            move,
            amount=move.amount_residual - difference,
            payment_difference_handling="reconcile",
            writeoff_account_id=(account or self.loss).id,
            **values,
        )

    def entry_of(self, payment):
        return self.remote_of(payment, "JournalEntry")

    def entries(self):
        """Journal entries that are ours."""
        mark = "/account.payment/"
        return [
            row
            for row in self.remote("JournalEntry").values()
            if mark in row.get("PrivateNote", "")
        ]

    def sync(self, payment, state="synced"):
        remote = super().sync(payment, state)
        self.assertEqual(self.simulator.control.problems(), [])
        return remote

    def assert_settled(self, payment, *moves):
        """Nothing is open, nothing unapplied, and the entry is used up."""
        remote = self.sync(payment)
        self.assertEqual(dec(remote["UnappliedAmt"]), 0)
        self.assert_paid_alike(*moves)
        for move in moves:
            self.assertFalse(move.amount_residual)
        return remote

    # -- what arrives --------------------------------------------------------------------------

    def test_write_off_is_for_a_person(self):
        """Without knowing the account there it is held, and goes on when it is chosen."""
        move = self.synced_invoice()
        payment = self.write_off(move, 5)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held")
        self.assertIn(self.loss.name, payment.qbo_error)
        self.assertFalse(self.entries())
        self.map_all()
        self.assert_settled(payment, move)

    def test_write_off(self):
        self.map_all()
        move = self.synced_invoice()
        payment = self.write_off(move, 5, writeoff_label="Too little to ask for")
        remote = self.assert_settled(payment, move)
        entry = self.entry_of(payment)
        self.assertEqual(postings(entry), [("84", dec(-5)), (self.discounts, dec(5))])
        self.assertEqual(entry["Line"][0]["Description"], "Too little to ask for")
        self.assertEqual(entry["TxnDate"], "2026-03-20")
        self.assertIn(f"/account.payment/{payment.id}]", entry["PrivateNote"])
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{payment.amount:.2f}"))
        links = {link["TxnType"] for line in remote["Line"] for link in line["LinkedTxn"]}
        self.assertEqual(links, {"Invoice", "JournalEntry"})
        self.assertEqual(payment.qbo_id, remote["Id"], "people look at the payment")

    def test_gain(self):
        """More than the invoice was received, and the rest is income."""
        self.map_all()
        move = self.synced_invoice()
        payment = self.write_off(move, -3, self.gain)
        remote = self.assert_settled(payment, move)
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{move.amount_total + 3:.2f}"))
        self.assertEqual(
            sorted(postings(self.entry_of(payment))),
            sorted([("84", dec(3)), (self.income, dec(-3))]),
        )

    def test_several_invoices(self):
        self.map_all()
        moves = self.synced_invoice() | self.synced_invoice()
        payment = self.pay(
            moves,
            amount=sum(moves.mapped("amount_residual")) - 7,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.loss.id,
        )
        self.assert_settled(payment, *moves)

    def test_with_its_invoice(self):
        """Nothing is there yet: customer, invoice, entry and payment in one go."""
        self.map_all()
        move = self.invoice()
        payment = self.write_off(move, 5)
        self.assert_settled(payment, move)

    def test_early_payment_discount(self):
        """The discount and its tax each go to their own account."""
        self.map_all()
        self.company.account_journal_early_pay_discount_loss_account_id = self.loss
        tax = self.company_data["default_tax_sale"]
        tax_account = tax.refund_repartition_line_ids.account_id
        payable = self.map_account(tax_account, "Board of Equalization Payable")
        term = self.early_payment_term("included")
        move = self.synced_invoice(invoice_payment_term_id=term.id)
        payment = self.pay(move, payment_date="2026-03-15")
        self.assertLess(payment.amount, move.amount_total)
        self.assert_settled(payment, move)
        entry = dict(postings(self.entry_of(payment)))
        self.assertEqual(entry[self.discounts], dec("2.00"))
        self.assertEqual(entry[payable], dec("0.30"))
        self.assertEqual(entry["84"], dec("-2.30"))

    # -- what changes --------------------------------------------------------------------------

    def paid(self, difference=5, account=None):
        self.map_all()
        self.move = self.synced_invoice()
        payment = self.write_off(self.move, difference, account)
        self.assert_settled(payment, self.move)
        self.simulator.control.clear_log()
        return payment

    def rewrite(self, payment, difference, account=None):
        """Reset it and write off another amount, the money staying what it is."""
        payment.action_draft()
        _liquidity, counterpart, written_off = payment._seek_for_lines()
        account = account or written_off.account_id
        settled = -(payment.amount + difference)
        commands = [
            Command.update(counterpart.id, {"amount_currency": settled, "balance": settled}),
        ]
        values = {
            "amount_currency": difference,
            "balance": difference,
            "account_id": account.id,
        }
        if difference and written_off:
            commands.append(Command.update(written_off.id, values))
        elif written_off:
            commands.append(Command.delete(written_off.id))
        else:
            commands.append(Command.create({**values, "name": "Write-Off"}))
        payment.move_id.with_context(skip_invoice_sync=True).write({"line_ids": commands})
        payment.action_post()
        self.commit()
        # core keeps what was reconciled when it is reset, unless the line no longer fits
        if self.move.amount_residual and not payment._seek_for_lines()[1].reconciled:
            self.apply(payment, self.move)

    def test_cancelled(self):
        payment = self.paid()
        payment.action_draft()
        payment.action_cancel()
        self.commit()
        remote = self.sync(payment, "voided")
        self.assertEqual(dec(remote["TotalAmt"]), 0)
        self.assertFalse(self.entries(), "an entry cannot be voided, so it is deleted")
        self.assert_paid_alike(self.move)
        calls = [call.path for call in self.writes()]
        self.assertEqual(len(calls), 2, calls)

    def test_cancelled_and_paid_again(self):
        payment = self.paid()
        payment.action_cancel()
        self.commit()
        self.run_worker()
        self.assertFalse(self.entries())
        payment.action_draft()
        payment.action_post()
        self.commit()
        self.apply(payment, self.move)
        self.assert_settled(payment, self.move)
        self.assertEqual(len(self.entries()), 1)

    def test_cancelled_as_a_draft_and_paid_again(self):
        """Then core makes a new entry for the payment, without the write-off."""
        payment = self.paid()
        payment.action_draft()
        payment.action_cancel()
        self.commit()
        self.run_worker()
        payment.action_draft()
        payment.action_post()
        self.commit()
        self.apply(payment, self.move)
        self.sync(payment)
        self.assert_paid_alike(self.move)
        self.assertEqual(self.move.amount_residual, 5)
        self.assertFalse(self.entries())

    def test_written_off_more(self):
        payment = self.paid()
        self.move.button_draft()
        self.move.invoice_line_ids.price_unit = 110
        self.move.action_post()
        self.rewrite(payment, 5 + self.move.amount_total - 115)
        self.assert_settled(payment, self.move)
        self.assertEqual(self.move.qbo_state, "synced", self.move.qbo_error)

    def test_written_off_less(self):
        payment = self.paid()
        self.rewrite(payment, 2)
        self.sync(payment)
        self.assert_paid_alike(self.move)
        self.assertEqual(dict(postings(self.entry_of(payment)))["84"], dec(-2))
        self.assertEqual(self.move.amount_residual, 3)

    def test_written_off_no_more(self):
        payment = self.paid()
        self.rewrite(payment, 0)
        self.sync(payment)
        self.assert_paid_alike(self.move)
        self.assertFalse(self.entries())

    def test_written_off_only_later(self):
        self.map_all()
        self.move = self.synced_invoice()
        payment = self.pay(self.move, amount=110)
        self.sync(payment)
        self.rewrite(payment, 5, self.loss)
        self.assert_settled(payment, self.move)

    def test_loss_becomes_gain(self):
        payment = self.paid()
        self.rewrite(payment, -4, self.gain)
        self.sync(payment)
        self.assert_paid_alike(self.move)
        self.assertEqual(dict(postings(self.entry_of(payment)))["84"], dec(4))
        self.assertEqual(dec(self.remote_of(payment, "Payment")["UnappliedAmt"]), 0)

    def test_another_account(self):
        payment = self.paid()
        other = self.map_account(self.gain, "Other Income")
        self.rewrite(payment, 5, self.gain)
        self.assert_settled(payment, self.move)
        self.assertEqual(dict(postings(self.entry_of(payment)))[other], dec(5))

    def test_another_customer(self):
        """Payment and entry change their customer; each lets go before the other follows."""
        payment = self.paid()
        payment.action_draft()
        payment.partner_id = self.partner_b
        payment.action_post()
        self.commit()
        remote = self.sync(payment)
        customer = self.binding(self.partner_b, "Customer").remote_id
        self.assertEqual(remote["CustomerRef"]["value"], customer)
        lines = self.entry_of(payment)["Line"]
        entity = lines[-1]["JournalEntryLineDetail"]["Entity"]["EntityRef"]["value"]
        self.assertEqual(entity, customer)
        self.assert_paid_alike(self.move)

    def test_taken_off(self):
        """The money and the credit stay open, as they do in Odoo."""
        payment = self.paid()
        self.move.line_ids.remove_move_reconcile()
        self.commit()
        remote = self.sync(payment)
        self.assertEqual(remote["Line"], [])
        self.assert_paid_alike(self.move)
        self.apply(payment, self.move)
        self.assert_settled(payment, self.move)

    def test_invoice_cancelled(self):
        payment = self.paid()
        self.move.button_draft()
        self.move.button_cancel()
        self.commit()
        self.run_worker()
        self.assertEqual(self.move.qbo_state, "voided", self.move.qbo_error)
        self.sync(payment)

    # -- trouble -------------------------------------------------------------------------------

    def test_lost_answers(self):
        """One entry and one Payment, whatever happens to the requests."""
        self.map_all()
        for path in ("journalentry", "payment"):
            for kind in ("drop_before", "drop_after", "truncate"):
                with self.subTest(path=path, kind=kind):
                    move = self.synced_invoice()
                    before = len(self.entries())
                    payment = self.write_off(move, 5)
                    self.simulator.control.faults.clear()
                    self.simulator.control.faults.add(kind, path=f"/{path}$")
                    self.run_worker()
                    self.recover()
                    self.assert_settled(payment, move)
                    self.assertEqual(len(self.entries()), before + 1)

    def test_lost_answer_of_the_deletion(self):
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind=kind):
                payment = self.paid()
                faults = self.simulator.control.faults
                faults.clear()
                faults.add(kind, path="/journalentry$")
                payment.action_draft()
                payment.action_cancel()
                self.commit()
                self.run_worker()
                self.recover()
                self.sync(payment, "voided")
                self.assertFalse(self.entries())

    def test_entry_of_another_books_differently(self):
        """What QuickBooks posted otherwise is shown."""
        payment = self.paid()
        entry = self.entry_of(payment)
        binding = self.binding(payment, "JournalEntry")
        operation = binding.operation_ids[:1]
        adapter = self.env["quickbooks.adapter.journalentry.writeoff"]
        self.assertEqual(adapter._verify(operation, entry, payment)[0], "synced")
        entry["Line"][0]["JournalEntryLineDetail"]["AccountRef"]["value"] = "1"
        self.assertEqual(adapter._verify(operation, entry, payment)[0], "mismatch")
