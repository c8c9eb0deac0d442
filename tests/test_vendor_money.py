"""Discounts of vendors, prepayments and money back: each once, and both books owe the same."""

from odoo import Command
from odoo.tests import tagged

from ..qbo.mapping.write_off import postings
from ..qbo.money import dec
from .purchase_common import PurchaseCommon

PAYABLE = "33"


class VendorMoney(PurchaseCommon):
    def setUp(self):
        super().setUp()
        self.discount = self.company_data["default_account_revenue"]
        self.fees = self.company_data["default_account_expense"]

    def account_there(self, account):
        """QuickBooks' account for one of ours."""
        rows = self.env["quickbooks.mapping"]._require(self.connection, "account", account)
        return rows.reference_id.remote_id

    def bank_there(self, payment):
        rows = self.env["quickbooks.mapping"]._require(
            self.connection, "payment_account", payment.journal_id
        )
        return rows.reference_id.remote_id

    def payment(self, amount, inbound=False, partner=None, date="2026-03-20", post=True):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound" if inbound else "outbound",
                "partner_type": "supplier",
                "partner_id": (partner or self.partner_b).id,
                "amount": amount,
                "date": date,
            }
        )
        if post:
            payment.action_post()
            self.commit()
        return payment

    def refund(self, amount, **values):
        lines = [{"name": "Back", "price_unit": amount}]
        return self.bill(move_type="in_refund", lines=lines, **values)

    def match(self, *records):
        """Reconcile what payments and bills have on payables."""
        moves = self.env["account.move"].union(
            *(r if r._name == "account.move" else r.move_id for r in records)
        )
        lines = moves.line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        )
        lines.reconcile()
        self.commit()

    def sync(self, *records):
        for _time in range(2):
            self.run_worker()
        for record in records:
            self.assertEqual(record.qbo_state, "synced", record.qbo_error)

    def lines_of(self, body):
        """What a BillPayment's lines amount to, by what they call things."""
        return {
            (link["TxnType"], link["TxnId"]): dec(line["Amount"])
            for line in body["Line"]
            for link in line["LinkedTxn"]
        }

    def ours(self, entity):
        """Objects in QuickBooks that carry our mark of a payment."""
        mark = "/account.payment/"
        rows = self.remote(entity).values()
        return [row for row in rows if mark in row.get("PrivateNote", "")]

    def bank_moved(self, account):
        """What our payments have moved on an account of QuickBooks, in cents."""
        self.simulator.control.problems()  # enters what was loaded in the ledger, once
        with self.simulator.control.sim.lock:
            store = self.simulator.control.sim.company(None).store
            rows = store.run("SELECT SUM(home) FROM {p}gl WHERE account = ?", (account,)).fetchall()
        return rows[0][0] or 0

    def assert_alike(self, *moves):
        self.assert_bills_alike(*moves)
        self.assert_vendor_alike(self.partner_b)
        self.assertEqual(self.simulator.control.problems(), [])


@tagged("post_install", "-at_install")
class TestVendorDiscount(VendorMoney):
    """What is written off a bill is a journal entry that its BillPayment uses."""

    def discounted(self, move, difference, account=None, **values):
        """Pay a bill but for a difference, which is written off."""
        return self.pay(
            move,
            amount=move.amount_residual - difference,
            payment_difference_handling="reconcile",
            writeoff_account_id=(account or self.discount).id,
            **values,
        )

    def entry(self, payment):
        return self.remote_of(payment, "JournalEntry")

    def paid(self, difference=5):
        self.move = self.synced_bill()
        payment = self.discounted(self.move, difference)
        self.sync(payment)
        self.assert_settled(payment, self.move)
        self.simulator.control.clear_log()
        return payment

    def assert_settled(self, payment, *moves):
        """Nothing is open, nothing is left over, and the entry is used up."""
        self.assertEqual(dec(self.binding(payment, "BillPayment").remote_balance), 0)
        self.assertFalse(sum(move.amount_residual for move in moves))
        self.assert_alike(*moves)

    def test_discount(self):
        move = self.synced_bill()
        payment = self.discounted(move, 2, writeoff_label="Paid early")
        self.sync(payment)
        self.assert_settled(payment, move)
        entry = self.entry(payment)
        discount = self.account_there(self.discount)
        self.assertEqual(postings(entry), sorted([(PAYABLE, dec("2")), (discount, dec("-2"))]))
        self.assertEqual(entry["Line"][0]["Description"], "Paid early")
        named = entry["Line"][-1]["JournalEntryLineDetail"]["Entity"]
        vendor = self.binding(self.partner_b, "Vendor").remote_id
        self.assertEqual((named["Type"], named["EntityRef"]["value"]), ("Vendor", vendor))
        remote = self.remote_of(payment, "BillPayment")
        self.assertEqual(dec(remote["TotalAmt"]), dec("98"))
        self.assertEqual(
            self.lines_of(remote),
            {
                ("Bill", self.binding(move, "Bill").remote_id): dec("100"),
                ("JournalEntry", entry["Id"]): dec("2"),
            },
        )
        self.assertEqual(payment.qbo_id, remote["Id"], "people look at the payment")

    def test_early_payment_discount_with_its_tax(self):
        """Core splits the discount; the entry has both parts, as the ledger has."""
        self.company.account_journal_early_pay_discount_gain_account_id = self.discount
        term = self.early_payment_term("included")
        tax = self.company_data["default_tax_purchase"]
        move = self.synced_bill(
            invoice_payment_term_id=term.id,
            lines=[{"name": "Paper", "price_unit": 100.0, "tax_ids": [Command.set(tax.ids)]}],
        )
        payment = self.pay(move, payment_date="2026-03-15")
        self.assertLess(payment.amount, move.amount_total)
        self.sync(payment)
        self.assert_settled(payment, move)
        amounts = sorted(amount for _account, amount in postings(self.entry(payment)))
        self.assertEqual(amounts, [dec("-2"), dec("-0.3"), dec("2.3")])

    def test_fee(self):
        """More than the bill was paid, and the rest is an expense."""
        move = self.synced_bill()
        payment = self.discounted(move, -3, self.fees)
        self.sync(payment)
        self.assert_settled(payment, move)
        self.assertEqual(dict(postings(self.entry(payment)))[PAYABLE], dec("-3"))
        self.assertEqual(dec(self.remote_of(payment, "BillPayment")["TotalAmt"]), dec("103"))

    def test_several_bills_with_theirs(self):
        """Nothing is there yet: vendor, bills, entry and payment in one go."""
        moves = self.bill(ref="A") | self.bill(ref="B")
        payment = self.pay(
            moves,
            amount=193,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.discount.id,
        )
        self.sync(payment)
        self.assert_settled(payment, *moves)

    def test_account_is_asked_for(self):
        row = self.env["quickbooks.mapping"]._require(self.connection, "account", self.discount)
        account, row.reference_id = row.reference_id, False
        move = self.synced_bill()
        payment = self.discounted(move, 2)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held")
        self.assertIn(self.discount.name, payment.qbo_error)
        self.assertFalse(self.ours("JournalEntry"))
        row.reference_id = account
        self.sync(payment)
        self.assert_settled(payment, move)

    def test_cancelled(self):
        payment = self.paid()
        payment.action_draft()
        payment.action_cancel()
        self.commit()
        self.run_worker()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "voided", payment.qbo_error)
        self.assertEqual(dec(self.remote_of(payment, "BillPayment")["TotalAmt"]), 0)
        self.assertFalse(self.ours("JournalEntry"), "an entry cannot be voided")
        self.assert_alike(self.move)
        self.assertEqual(len(self.writes()), 2)

    def rewrite(self, payment, difference):
        """Reset it and write off another amount, the money staying what it is."""
        payment.action_draft()
        _liquidity, counterpart, written = payment._seek_for_lines()
        settled = payment.amount + difference
        commands = [
            Command.update(counterpart.id, {"amount_currency": settled, "balance": settled})
        ]
        if difference:
            values = {"amount_currency": -difference, "balance": -difference}
            commands.append(Command.update(written.id, values))
        else:
            commands.append(Command.delete(written.id))
        payment.move_id.with_context(skip_invoice_sync=True).write({"line_ids": commands})
        payment.action_post()
        self.commit()
        if self.move.amount_residual and not payment._seek_for_lines()[1].reconciled:
            self.apply(payment, self.move)

    def test_written_off_less(self):
        payment = self.paid()
        self.rewrite(payment, 2)
        self.sync(payment)
        self.assertEqual(dict(postings(self.entry(payment)))[PAYABLE], dec(2))
        self.assertEqual(self.move.amount_residual, 3)
        self.assert_alike(self.move)

    def test_written_off_no_more(self):
        payment = self.paid()
        self.rewrite(payment, 0)
        self.sync(payment)
        self.assertFalse(self.ours("JournalEntry"))
        self.assert_alike(self.move)

    def test_taken_off_and_put_back(self):
        payment = self.paid()
        self.move.line_ids.remove_move_reconcile()
        self.commit()
        self.sync(payment)
        self.assert_alike(self.move)
        self.apply(payment, self.move)
        self.sync(payment)
        self.assert_settled(payment, self.move)

    def test_lost_answers(self):
        """One entry and one BillPayment, whatever happens to the requests."""
        for path in ("journalentry", "billpayment"):
            for kind in ("drop_before", "drop_after"):
                with self.subTest(path=path, kind=kind):
                    move = self.synced_bill(ref=f"{path}-{kind}")
                    before = {k: len(self.ours(k)) for k in ("JournalEntry", "BillPayment")}
                    payment = self.discounted(move, 5)
                    self.simulator.control.faults.clear()
                    self.simulator.control.faults.add(kind, path=f"/{path}$")
                    self.run_worker()
                    self.recover()
                    self.sync(payment)
                    self.assert_settled(payment, move)
                    after = {k: len(self.ours(k)) - before[k] for k in before}
                    self.assertEqual(after, {"JournalEntry": 1, "BillPayment": 1})


@tagged("post_install", "-at_install")
class TestPrepayment(VendorMoney):
    """Money to a vendor before the bill is an expense to payables, used up by bills later."""

    def prepaid(self, amount=60):
        payment = self.payment(amount)
        self.sync(payment)
        self.assert_vendor_alike(self.partner_b)
        return payment

    def use(self, payment):
        """The BillPayment that uses the prepayment."""
        return self.remote_of(payment, "BillPayment")

    def counts(self):
        return {kind: len(self.ours(kind)) for kind in ("Purchase", "BillPayment")}

    def test_without_a_bill(self):
        payment = self.payment(60)
        self.assertEqual(payment.qbo_state, "pending")
        self.sync(payment)
        remote = self.remote_of(payment, "Purchase")
        self.assertEqual(dec(remote["TotalAmt"]), dec("60"))
        self.assertEqual(remote["PaymentType"], "Cash")
        self.assertEqual(remote["AccountRef"]["value"], self.bank_there(payment))
        vendor = self.binding(self.partner_b, "Vendor").remote_id
        entity = (remote["EntityRef"]["value"], remote["EntityRef"]["type"])
        self.assertEqual(entity, (vendor, "Vendor"))
        detail = remote["Line"][0]["AccountBasedExpenseLineDetail"]
        self.assertEqual(detail["AccountRef"]["value"], PAYABLE)
        self.assertEqual(remote["TxnDate"], "2026-03-20")
        self.assertEqual(payment.qbo_id, remote["Id"])
        self.assertEqual(self.counts(), {"Purchase": 1, "BillPayment": 0})
        self.assert_vendor_alike(self.partner_b)
        self.simulator.control.clear_log()
        self.env["quickbooks.capture"]._mark(payment, "again")
        self.sync(payment)
        self.assertFalse(self.writes(), "nothing to say twice")

    def test_used_by_bills_one_after_the_other(self):
        payment = self.prepaid()
        bank = self.bank_there(payment)
        moved = self.bank_moved(bank)
        first = self.synced_bill(ref="A", lines=[{"name": "A", "price_unit": 20}])
        second = self.synced_bill(ref="B", date="2026-04-02", invoice_date="2026-04-02")
        for number, move in enumerate((first, second)):
            self.apply(payment, move)
            self.sync(payment, move)
            self.assert_alike(first, second)
            remote = self.use(payment)
            self.assertEqual(dec(remote["TotalAmt"]), 0)
            self.assertEqual(len(remote["Line"]), 2 + number)
        self.assertEqual(remote["TxnDate"], "2026-04-02", "when all of them exist")
        prepaid = self.binding(payment, "Purchase").remote_id
        self.assertEqual(self.lines_of(remote)["Expense", prepaid], dec("60"))
        self.assertEqual(self.bank_moved(bank), moved, "the money moved once")
        self.assertEqual(self.counts(), {"Purchase": 1, "BillPayment": 1})

    def test_taken_off_and_put_back(self):
        payment, move = self.prepaid(), self.synced_bill()
        for _time in range(2):
            self.apply(payment, move)
            self.sync(payment)
            self.assert_alike(move)
            move.line_ids.remove_move_reconcile()
            self.commit()
            self.run_worker()
            self.assertEqual(dec(self.use(payment)["TotalAmt"]), 0)
            self.assert_alike(move)
        self.assertEqual(self.counts(), {"Purchase": 1, "BillPayment": 1})

    def test_bill_comes_before_the_first_run(self):
        """Then it is a payment like any other."""
        payment, move = self.payment(60), self.bill()
        self.apply(payment, move)
        self.sync(payment, move)
        self.assertEqual(self.counts(), {"Purchase": 0, "BillPayment": 1})
        self.assertEqual(dec(self.use(payment)["TotalAmt"]), dec("60"))
        self.assert_alike(move)

    def test_bill_comes_while_the_prepayment_is_on_its_way(self):
        """Nobody knows whether it arrived, so the bill waits, and the money is not sent twice."""
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind):
                move = self.synced_bill(ref=kind)
                before = self.counts()
                self.simulator.control.faults.clear()
                self.simulator.control.faults.add(kind, path="/purchase$", count=1)
                payment = self.payment(60)
                self.run_worker()
                self.apply(payment, move)
                self.run_worker()
                self.recover()
                self.sync(payment)
                self.assert_alike(move)
                made = {key: value - before[key] for key, value in self.counts().items()}
                self.assertEqual(made, {"Purchase": 1, "BillPayment": 1})
                self.assertEqual(dec(self.use(payment)["TotalAmt"]), 0)

    def test_account_is_asked_for_and_then_a_bill_comes(self):
        row = self.env["quickbooks.mapping"]._require(
            self.connection, "payment_account", self.company_data["default_journal_bank"]
        )
        account, row.reference_id = row.reference_id, False
        payment = self.payment(60)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held")
        self.assertIn(payment.journal_id.name, payment.qbo_error)
        move = self.synced_bill()
        self.apply(payment, move)
        row.reference_id = account
        self.sync(payment)
        self.assertEqual(self.counts(), {"Purchase": 0, "BillPayment": 1})
        self.assert_alike(move)

    def rewrite(self, payment, amount, move):
        """Change the amount of the payment, which then settles the bill again."""
        payment.action_draft()
        payment.amount = amount
        payment.action_post()
        self.commit()
        if not payment._seek_for_lines()[1].reconciled and move.amount_residual:
            self.apply(payment, move)

    def test_amount_changed_while_used(self):
        payment, move = self.prepaid(), self.synced_bill()
        self.apply(payment, move)
        self.sync(payment)
        for amount in (40, 75):
            self.rewrite(payment, amount, move)
            self.sync(payment)
            self.assert_alike(move)
            self.assertEqual(dec(self.remote_of(payment, "Purchase")["TotalAmt"]), dec(amount))
        self.assertEqual(self.counts(), {"Purchase": 1, "BillPayment": 1})

    def test_cancelled_while_used_and_posted_again(self):
        payment, move = self.prepaid(), self.synced_bill()
        self.apply(payment, move)
        self.sync(payment)
        payment.action_draft()
        payment.action_cancel()
        self.commit()
        for _time in range(2):
            self.run_worker()
        self.assertEqual(payment.qbo_state, "voided", payment.qbo_error)
        self.assertEqual(self.counts()["Purchase"], 0)
        self.assert_alike(move)
        payment.action_draft()
        payment.action_post()
        self.commit()
        self.sync(payment)
        self.assert_alike(move)
        self.apply(payment, move)
        self.sync(payment)
        self.assert_alike(move)

    def test_bill_cancelled_lets_go(self):
        payment, move = self.prepaid(), self.synced_bill()
        self.apply(payment, move)
        self.sync(payment)
        move.button_draft()
        move.button_cancel()
        self.commit()
        for _time in range(2):
            self.run_worker()
        self.assertEqual(move.qbo_state, "voided", move.qbo_error)
        self.assert_alike()

    def test_another_vendor(self):
        payment, move = self.prepaid(), self.synced_bill()
        self.apply(payment, move)
        self.sync(payment)
        payment.action_draft()
        move.line_ids.remove_move_reconcile()
        payment.partner_id = self.partner_a
        payment.action_post()
        self.commit()
        self.sync(payment)
        self.assert_alike(move)
        self.assert_vendor_alike(self.partner_a)

    def test_before_the_cutoff_stays_out(self):
        self.connection.cutoff_date = "2026-03-25"
        payment = self.payment(60)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "none")
        self.assertFalse(self.writes())

    def test_scan_leaves_it_alone(self):
        payment = self.prepaid()
        adapter = self.env["quickbooks.adapter.billpayment"]
        self.assertNotIn(payment, adapter._missed(self.connection, 100))
        move = self.synced_bill()
        self.apply(payment, move)
        self.env["quickbooks.change"].sudo().search([]).unlink()
        self.assertIn(payment, adapter._missed(self.connection, 100))

    def test_discount_of_a_prepaid_bill(self):
        """A payment that wrote a discount off and whose bill was taken off before it was sent."""
        move = self.synced_bill()
        payment = self.pay(
            move,
            amount=95,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.discount.id,
        )
        move.line_ids.remove_move_reconcile()
        self.commit()
        self.sync(payment)
        self.assert_alike(move)
        self.apply(payment, move)
        self.sync(payment)
        self.assert_alike(move)
        self.assertEqual(self.counts(), {"Purchase": 1, "BillPayment": 1})
        self.assertFalse(move.amount_residual)


@tagged("post_install", "-at_install")
class TestMoneyBack(VendorMoney):
    """Money that comes back from a vendor is a Deposit to payables."""

    def test_paid_back_on_a_refund(self):
        refund = self.refund(40)
        self.sync(refund)
        payment = self.pay(refund)
        self.assertEqual(payment.payment_type, "inbound")
        bank = self.bank_there(payment)
        moved = self.bank_moved(bank)
        self.sync(payment, refund)
        self.assertFalse(refund.amount_residual)
        self.assert_alike(refund)
        remote = self.remote_of(payment, "Deposit")
        self.assertEqual(dec(remote["TotalAmt"]), dec("40"))
        self.assertEqual(remote["DepositToAccountRef"]["value"], bank)
        self.assertEqual(self.bank_moved(bank) - moved, 4000)
        use = self.remote_of(refund, "BillPayment")
        self.assertEqual(dec(use["TotalAmt"]), 0)
        self.assertEqual(
            self.lines_of(use),
            {
                ("Deposit", remote["Id"]): dec("40"),
                ("VendorCredit", self.binding(refund, "VendorCredit").remote_id): dec("40"),
            },
        )

    def test_all_at_once_part_applied_part_paid_back(self):
        move, refund = self.bill(lines=[{"name": "A", "price_unit": 15}]), self.refund(40)
        self.apply(refund, move)
        payment = self.pay(refund)
        self.sync(move, refund, payment)
        self.assert_alike(move, refund)
        self.assertEqual(len(self.remote_of(refund, "BillPayment")["Line"]), 3)

    def test_prepayment_given_back(self):
        out = self.payment(60)
        self.sync(out)
        back = self.payment(25, inbound=True)
        self.sync(back)
        self.assert_alike()
        self.match(out, back)
        self.sync(out, back)
        self.assert_alike()
        use = self.remote_of(out, "BillPayment")
        self.assertEqual({kind for kind, _id in self.lines_of(use)}, {"Expense", "Deposit"})

    def test_changed_then_cancelled(self):
        refund = self.refund(40)
        payment = self.pay(refund)
        self.sync(refund, payment)
        for amount in (20, 30):
            payment.action_draft()
            payment.amount = amount
            payment.action_post()
            self.commit()
            if not payment._seek_for_lines()[1].reconciled:
                self.match(payment, refund)
            self.sync(refund, payment)
            self.assert_alike(refund)
        payment.action_draft()
        payment.action_cancel()
        self.commit()
        for _time in range(2):
            self.run_worker()
        self.assertEqual(payment.qbo_state, "voided", payment.qbo_error)
        self.assertFalse(self.ours("Deposit"))
        self.assert_alike(refund)

    def test_a_little_less_came_back(self):
        """The bank's fee is a line of the Deposit."""
        refund = self.refund(40)
        payment = self.pay(
            refund,
            amount=38,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.fees.id,
        )
        self.sync(refund, payment)
        self.assertFalse(refund.amount_residual)
        self.assert_alike(refund)
        lines = self.remote_of(payment, "Deposit")["Line"]
        self.assertEqual([dec(line["Amount"]) for line in lines], [dec("40"), dec("-2")])
        fee = lines[1]["DepositLineDetail"]["AccountRef"]["value"]
        self.assertEqual(fee, self.account_there(self.fees))

    def test_lost_answers(self):
        for path in ("deposit", "billpayment"):
            for kind in ("drop_before", "drop_after"):
                with self.subTest(path=path, kind=kind):
                    refund = self.refund(40, ref=f"{path}-{kind}")
                    self.sync(refund)
                    before = len(self.ours("Deposit"))
                    self.simulator.control.faults.clear()
                    self.simulator.control.faults.add(kind, path=f"/{path}$", count=1)
                    payment = self.pay(refund)
                    self.run_worker()
                    self.recover()
                    self.sync(refund, payment)
                    self.assertEqual(len(self.ours("Deposit")), before + 1)
                    self.assert_alike(refund)

    def test_off_and_before_the_cutoff(self):
        self.connection.purchases_out = False
        payment = self.payment(5, inbound=True)
        self.assertFalse(self.env["quickbooks.change"].search([]))
        self.connection.purchases_out = True
        self.connection.cutoff_date = "2026-03-25"
        self.env["quickbooks.capture"]._mark(payment, "look")
        self.run_worker()
        self.assertEqual(payment.qbo_state, "none")
        self.assertFalse(self.writes())


@tagged("post_install", "-at_install")
class TestForeignVendorMoney(VendorMoney):
    """The same in euro, at rates that move in between."""

    preferences = {"CustomTxnNumbers": True, "MultiCurrencyEnabled": True}

    @classmethod
    def prepare(cls):
        cls.euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.8), ("2026-03-15", 0.9)])
        return super().prepare()

    def test_discount_in_euro(self):
        move = self.synced_bill(currency_id=self.euro.id)
        payment = self.pay(
            move,
            currency_id=self.euro.id,
            amount=98,
            payment_difference_handling="reconcile",
            writeoff_account_id=self.discount.id,
        )
        self.sync(payment)
        self.assertFalse(move.amount_residual)
        self.assert_bills_alike(move)
        entry = self.remote_of(payment, "JournalEntry")
        self.assertEqual(entry["CurrencyRef"]["value"], "EUR")
        self.assertEqual(dec(self.remote_of(payment, "BillPayment")["TotalAmt"]), dec("98"))
        self.assertEqual(self.simulator.control.problems(), [])

    def euros(self, amount, **values):
        payment = self.payment(amount, post=False, **values)
        payment.currency_id = self.euro
        payment.action_post()
        self.commit()
        return payment

    def test_prepaid_in_euro_and_partly_given_back(self):
        out = self.euros(60, date="2026-03-12")
        self.run_worker()
        self.assertEqual(out.qbo_state, "held", "QuickBooks has no payables in euro yet")
        move = self.bill(currency_id=self.euro.id, date="2026-03-16", invoice_date="2026-03-16")
        self.sync(move)
        self.connection.action_refresh_lists()
        self.sync(out)
        money = self.remote_of(out, "Purchase")
        self.assertEqual(money["CurrencyRef"]["value"], "EUR")
        self.assertEqual(dec(money["ExchangeRate"]), dec("1.25"))
        back = self.euros(25, inbound=True)
        self.match(out, back)
        self.apply(out, move)
        self.sync(out, back, move)
        self.assert_bills_alike(move)
        self.assertEqual(f"{move.amount_residual:.2f}", "65.00")
        vendor = self.remote("Vendor")[money["EntityRef"]["value"]]
        self.assertEqual(vendor["CurrencyRef"]["value"], "EUR")
        self.assertEqual(dec(vendor["Balance"]), dec("65"))
        self.assertEqual(self.simulator.control.problems(), [])
