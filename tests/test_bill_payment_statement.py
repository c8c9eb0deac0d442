"""Money on a bank statement and matched with bills, or refunds of vendors, without a payment."""

from odoo.tests import tagged

from ..qbo.mapping.write_off import postings
from ..qbo.money import dec
from .statement_common import StatementMixin
from .test_vendor_money import PAYABLE, VendorMoney


class VendorStatement(StatementMixin, VendorMoney):
    """Bank lines matched with what vendors are owed, or owe."""

    def ours(self, entity):
        """Objects in QuickBooks that carry our mark of a bank line and are not void."""
        mark = "/account.bank.statement.line/"
        rows = self.remote(entity).values()
        return [row for row in rows if mark in row.get("PrivateNote", "")]

    def counts(self, *entities):
        return {entity: len(self.ours(entity)) for entity in entities}

    def paid(self, **values):
        self.move = self.synced_bill(**values)
        line = self.bank_line(-self.move.amount_residual)
        self.match(line, self.move)
        self.sync(line)
        self.assert_alike(self.move)
        self.assertFalse(self.move.amount_residual)
        return line


@tagged("post_install", "-at_install")
class TestBillPaymentStatement(VendorStatement):
    # -- what arrives --------------------------------------------------------------------------

    def test_one_bill(self):
        moved = self.bank_moved(self.bank_there(self.bank_line(-1)))
        line = self.paid()
        remote = self.remote_of(line, "BillPayment")
        self.assertEqual(dec(remote["TotalAmt"]), dec("100"))
        self.assertEqual(remote["PayType"], "Check")
        account = remote["CheckPayment"]["BankAccountRef"]["value"]
        self.assertEqual(account, self.bank_there(line))
        self.assertEqual(self.bank_moved(account) - moved, -10000)
        self.assertEqual(remote["TxnDate"], "2026-03-22")
        self.assertEqual(remote["DocNumber"], line.name[:21])
        self.assertIn("Transfer 4711", remote["PrivateNote"])
        self.assertIn(f"/account.bank.statement.line/{line.id}]", remote["PrivateNote"])
        self.assertEqual(line.qbo_id, remote["Id"])
        self.assertEqual(self.counts("BillPayment", "Purchase"), {"BillPayment": 1, "Purchase": 0})
        self.simulator.control.clear_log()
        self.env["quickbooks.capture"]._mark(line, "again")
        self.sync(line)
        self.assertFalse(self.writes(), "nothing to say twice")

    def test_as_core_matches_it(self):
        """One line becomes the payable, and nobody says whose it is."""
        move = self.synced_bill()
        line = self.bank_line(-100)
        _liquidity, suspense, _others = line._seek_for_lines()
        suspense.account_id = self.terms(move).account_id
        (suspense | self.terms(move)).reconcile()
        self.commit()
        self.sync(line)
        self.assert_bills_alike(move)
        self.assertFalse(dec(self.remote_of(self.partner_b, "Vendor")["Balance"]))
        self.assertFalse(move.amount_residual)

    def test_with_its_bill(self):
        """Matched before the worker runs: vendor and bill go first."""
        move = self.bill()
        line = self.bank_line(-100)
        self.match(line, move)
        self.sync(line, move)
        self.assert_alike(move)

    def test_several_bills_and_part_of_one(self):
        first = self.synced_bill(ref="A", lines=[{"name": "A", "price_unit": 20}])
        second = self.synced_bill(ref="B")
        line = self.bank_line(-40)
        self.match(line, first, second, each=20)
        self.sync(line)
        self.assert_alike(first, second)
        self.assertEqual(len(self.remote_of(line, "BillPayment")["Line"]), 2)
        rest = self.bank_line(-second.amount_residual)
        self.match(rest, second)
        self.sync(rest)
        self.assert_alike(first, second)
        self.assertFalse(second.amount_residual)

    def test_overpaid(self):
        """All of it is on payables, and what no bill takes is the vendor's."""
        move = self.synced_bill()
        line = self.bank_line(-150)
        payable = self.terms(move).account_id
        own = self.explain(line, (payable, 150, self.partner_b))
        (own | self.terms(move)).reconcile()
        self.commit()
        self.sync(line)
        self.assertEqual(dec(self.remote_of(line, "BillPayment")["TotalAmt"]), dec("150"))
        self.assertEqual(dec(self.binding(line, "BillPayment").remote_balance), dec("50"))
        self.assert_alike(move)
        other = self.synced_bill(ref="B")
        (own | self.terms(other)).reconcile()
        self.commit()
        self.sync(line)
        self.assert_alike(move, other)
        self.assertEqual(f"{other.amount_residual:.2f}", "50.00")

    def test_before_the_bill(self):
        """Then it is a prepayment, which the bill uses when it comes."""
        line = self.bank_line(-60, self.partner_b)
        moved = self.bank_moved(self.bank_there(line))
        payable = self.partner_b.property_account_payable_id
        own = self.explain(line, (payable, 60, self.partner_b))
        self.commit()
        self.sync(line)
        remote = self.remote_of(line, "Purchase")
        self.assertEqual(dec(remote["TotalAmt"]), dec("60"))
        self.assert_vendor_alike(self.partner_b)
        move = self.synced_bill()
        (own | self.terms(move)).reconcile()
        self.commit()
        self.sync(line)
        self.assert_alike(move)
        self.assertEqual(dec(self.remote_of(line, "BillPayment")["TotalAmt"]), 0)
        self.assertEqual(self.bank_moved(self.bank_there(line)) - moved, -6000)
        self.unmatch(line)
        for _time in range(2):
            self.run_worker()
        self.assertEqual(line.qbo_state, "voided", line.qbo_error)
        self.assertFalse(self.ours("Purchase"))
        self.assert_alike(move)
        self.assertEqual(self.bank_moved(self.bank_there(line)), moved)

    def test_fee_and_discount(self):
        """What else the money is explained by is an entry that the BillPayment uses."""
        for difference in (-3, 4):
            with self.subTest(difference):
                move = self.synced_bill(ref=f"D{difference}")
                line = self.bank_line(-100 - difference)
                self.match(line, move)
                self.sync(line)
                self.assert_alike(move)
                self.assertFalse(move.amount_residual)
                remote = self.remote_of(line, "BillPayment")
                self.assertEqual(dec(remote["TotalAmt"]), dec(100 + difference))
                self.assertEqual(dec(self.binding(line, "BillPayment").remote_balance), 0)
                entry = self.remote_of(line, "JournalEntry")
                wanted = {PAYABLE: dec(-difference), self.account_there(self.loss): dec(difference)}
                self.assertEqual(dict(postings(entry)), wanted)
                self.unmatch(line)
                for _time in range(2):
                    self.run_worker()
                self.assertEqual(line.qbo_state, "voided", line.qbo_error)
                self.assertNotIn(entry["Id"], self.remote("JournalEntry"))
                self.assert_alike(move)

    def test_bill_of_an_employee(self):
        """An expense paid by the employee is a bill of his."""
        employee = self.env["res.partner"].create({"name": "Ed Ployee", "supplier_rank": 1})
        move = self.synced_bill(partner=employee, move_type="in_receipt")
        line = self.bank_line(-100)
        self.match(line, move)
        self.sync(line)
        self.assert_bills_alike(move)
        self.assert_vendor_alike(employee)

    # -- what changes --------------------------------------------------------------------------

    def test_unmatched_and_matched_again(self):
        line = self.paid()
        self.unmatch(line)
        self.run_worker()
        self.assertEqual(line.qbo_state, "voided", line.qbo_error)
        self.assertEqual(dec(self.remote_of(line, "BillPayment")["TotalAmt"]), 0)
        self.assert_alike(self.move)
        other = self.synced_bill(ref="B")
        self.match(line, other)
        self.sync(line)
        self.assert_alike(self.move, other)
        self.assertEqual(len(self.ours("BillPayment")), 1)

    def test_cancelled(self):
        line = self.paid()
        self.cancel_line(line)
        self.run_worker()
        self.assertEqual(line.qbo_state, "voided", line.qbo_error)
        self.assert_alike(self.move)

    def test_bill_cancelled(self):
        """QuickBooks deletes no paid bill: the bank line lets go first, and keeps its money."""
        line = self.paid()
        self.move.button_draft()
        self.move.button_cancel()
        self.commit()
        self.sync(line)
        self.assertEqual(self.move.qbo_state, "voided", self.move.qbo_error)
        self.assert_vendor_alike(self.partner_b)

    def test_bill_deleted_there_and_sent_again(self):
        """What pays a bill that is made anew names the new one, a bank line as well."""
        line = self.paid()
        self.simulator.control.switch("delete_paid", "unlink")
        body = self.remote_of(self.move, "Bill")
        address = {"Id": body["Id"], "SyncToken": body["SyncToken"]}
        self.simulator.control.change("Bill", address, operation="delete")
        self.connection.sudo()._channel("pull").swept_at = False
        self.run_pull()
        self.assertEqual(self.move.qbo_state, "gone")
        self.binding(self.move, "Bill").action_send_again()
        self.commit()
        self.sync(self.move)
        self.assertEqual(line.qbo_state, "conflict", "it was looked at, and QuickBooks let go")
        self.binding(line, "BillPayment").action_send_again()
        self.commit()
        self.sync(line)
        self.assert_alike(self.move)

    # -- what stays out, and what waits for a person ---------------------------------------------

    def test_matched_with_a_payment(self):
        """The payment is in QuickBooks itself: its money does not go twice."""
        move = self.synced_bill()
        payment = self.pay(move)
        self.sync(payment)
        line = self.bank_line(-100)
        liquidity = payment._seek_for_lines()[0]
        own = self.explain(line, (liquidity.account_id, 100, False))
        (own | liquidity).reconcile()
        self.commit()
        self.simulator.control.clear_log()
        self.run_worker()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(line.qbo_state, "none")
        self.assertFalse(self.writes())
        self.assert_alike(move)

    def test_off(self):
        self.connection.purchases_out = False
        move = self.bill()
        line = self.bank_line(-100)
        self.match(line, move)
        self.assertFalse(self.env["quickbooks.change"].search([]))
        self.run_worker()
        self.assertEqual(line.qbo_state, "none")

    def test_of_old_bills(self):
        self.connection.cutoff_date = "2026-03-25"
        move = self.bill()
        line = self.bank_line(-100)
        self.match(line, move)
        self.run_worker()
        self.assertEqual((move.qbo_state, line.qbo_state), ("none", "none"))
        self.assertFalse(self.writes())

    def assert_held(self, line, words):
        self.run_worker()
        self.assertEqual(line.qbo_state, "held")
        self.assertIn(words, line.qbo_error)
        self.assertTrue(line.move_id.activity_ids, "somebody is told")
        self.assertFalse(self.ours("BillPayment") + self.ours("Deposit") + self.ours("Purchase"))

    def test_several_vendors(self):
        moves = self.synced_bill() | self.synced_bill(partner=self.partner_a)
        line = self.bank_line(-200)
        self.match(line, *moves)
        self.assert_held(line, "one customer or vendor")

    def test_vendor_and_customer(self):
        """Whichever way the money went."""
        for number, amount in enumerate((-60, 60)):
            with self.subTest(amount):
                bill = self.synced_bill(ref=f"M{number}", partner=self.partner_a)
                note = self.invoice(move_type="out_refund" if amount < 0 else "out_invoice")
                self.run_worker()
                line = self.bank_line(amount)
                payable, receivable = self.terms(bill).account_id, self.terms(note).account_id
                self.explain(
                    line,
                    (payable, -amount / 2, self.partner_a),
                    (receivable, -amount / 2, self.partner_a),
                )
                self.commit()
                self.assert_held(line, "one customer or vendor")

    def test_bill_less_a_refund(self):
        """A transfer of what is left after a refund: the two are reconciled first."""
        move, refund = self.synced_bill(), self.refund(30)
        self.run_worker()
        line = self.bank_line(-70)
        self.match(line, move, refund)
        self.assert_held(line, refund.name)
        self.unmatch(line)
        VendorMoney.match(self, move, refund)  # the documents, without the bank
        self.match(line, move)
        self.sync(line, refund)
        self.assert_alike(move, refund)
        self.assertFalse(move.amount_residual)

    def test_account_is_asked_for(self):
        move = self.synced_bill()
        Mapping = self.env["quickbooks.mapping"]
        row = Mapping._require(self.connection, "payment_account", self.bank_journal)
        account, row.reference_id = row.reference_id, False
        line = self.bank_line(-100)
        self.match(line, move)
        self.assert_held(line, self.bank_journal.name)
        row.reference_id = account
        self.sync(line)
        self.assert_alike(move)

    # -- trouble -------------------------------------------------------------------------------

    def test_missed(self):
        """A match nobody noted is found by the scan."""
        move = self.synced_bill()
        line = self.bank_line(-100)
        self.match(line, move)
        self.env["quickbooks.change"].sudo().search([]).unlink()
        self.run_worker()
        self.assertEqual(line.qbo_state, "none")
        self.connection._wake(scan=True)
        self.sync(line)
        self.assert_alike(move)

    def test_lost_answers(self):
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind):
                move = self.synced_bill(ref=kind)
                before = len(self.ours("BillPayment"))
                self.simulator.control.faults.clear()
                self.simulator.control.faults.add(kind, path="/billpayment$", count=1)
                line = self.bank_line(-100)
                self.match(line, move)
                self.run_worker()
                self.recover()
                self.sync(line)
                self.assert_alike(move)
                self.assertEqual(len(self.ours("BillPayment")), before + 1)


@tagged("post_install", "-at_install")
class TestMoneyBackStatement(VendorStatement):
    """Money of a vendor that is matched with his refund, or with what he was paid."""

    def test_refund(self):
        refund = self.refund(40)
        self.sync(refund)
        line = self.bank_line(40)
        moved = self.bank_moved(self.bank_there(line))
        self.match(line, refund)
        self.sync(line, refund)
        self.assertFalse(refund.amount_residual)
        self.assert_alike(refund)
        remote = self.remote_of(line, "Deposit")
        self.assertEqual(remote["DepositToAccountRef"]["value"], self.bank_there(line))
        self.assertEqual(self.bank_moved(self.bank_there(line)) - moved, 4000)
        use = self.lines_of(self.remote_of(refund, "BillPayment"))
        self.assertEqual(use["Deposit", remote["Id"]], dec("40"))
        self.unmatch(line)
        for _time in range(2):
            self.run_worker()
        self.assertEqual(line.qbo_state, "voided", line.qbo_error)
        self.assertFalse(self.ours("Deposit"))
        self.assert_alike(refund)

    def test_with_a_fee(self):
        refund = self.refund(40)
        line = self.bank_line(38)
        self.match(line, refund)
        self.sync(line, refund)
        self.assert_alike(refund)
        lines = self.remote_of(line, "Deposit")["Line"]
        self.assertEqual([dec(row["Amount"]) for row in lines], [dec("40"), dec("-2")])

    def test_prepayment_given_back(self):
        """What one bank line paid in advance, another brings back."""
        out = self.bank_line(-60, self.partner_b)
        payable = self.partner_b.property_account_payable_id
        first = self.explain(out, (payable, 60, self.partner_b))
        self.commit()
        self.sync(out)
        back = self.bank_line(25, self.partner_b)
        second = self.explain(back, (payable, -25, self.partner_b))
        (first | second).reconcile()
        self.commit()
        self.sync(out, back)
        self.assert_alike()
        use = self.lines_of(self.remote_of(out, "BillPayment"))
        self.assertEqual({kind for kind, _id in use}, {"Expense", "Deposit"})

    def test_lost_answers(self):
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind):
                refund = self.refund(40, ref=kind)
                self.sync(refund)
                before = len(self.ours("Deposit"))
                self.simulator.control.faults.clear()
                self.simulator.control.faults.add(kind, path="/deposit$", count=1)
                line = self.bank_line(40)
                self.match(line, refund)
                self.run_worker()
                self.recover()
                self.sync(line, refund)
                self.assertEqual(len(self.ours("Deposit")), before + 1)
                self.assert_alike(refund)


@tagged("post_install", "-at_install")
class TestForeignStatement(VendorStatement):
    """Bills in euro, paid at the bank's own rate."""

    preferences = {"CustomTxnNumbers": True, "MultiCurrencyEnabled": True}

    @classmethod
    def prepare(cls):
        cls.euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.8)])
        return super().prepare()

    def test_at_the_banks_rate(self):
        move = self.synced_bill(currency_id=self.euro.id)
        line = self.bank_line(-120, foreign_currency_id=self.euro.id, amount_currency=-100)
        payable = self.terms(move).account_id
        own = self.explain(line, (payable, 120, self.partner_b, self.euro, 100))
        (own | self.terms(move)).reconcile()
        self.commit()
        self.sync(line)
        self.assertFalse(move.amount_residual)
        self.assert_bills_alike(move)
        remote = self.remote_of(line, "BillPayment")
        self.assertEqual(remote["CurrencyRef"]["value"], "EUR")
        self.assertEqual(dec(remote["TotalAmt"]), dec("100"))
        self.assertEqual(dec(remote["ExchangeRate"]), dec("1.2"))
        self.assertEqual(self.simulator.control.problems(), [])

    def test_fee_in_dollars(self):
        """QuickBooks' entry has one currency: somebody books the fee apart."""
        move = self.synced_bill(currency_id=self.euro.id)
        line = self.bank_line(-123)
        payable = self.terms(move).account_id
        parts = ((payable, 120, self.partner_b, self.euro, 100), (self.loss, 3, False))
        own = self.explain(line, *parts).sorted("id")[0]
        (own | self.terms(move)).reconcile()
        self.commit()
        self.run_worker()
        self.assertEqual(line.qbo_state, "held")
        self.assertIn("one currency", line.qbo_error)
