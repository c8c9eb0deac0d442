import os
from collections import Counter

from odoo.tests import tagged

from ..dev.year import company, play, report, trial
from ..dev.year.quickbooks import QuickBooks
from .common import QuickbooksCommon

#: how much of a year; ``make year`` plays a whole one
DOCUMENTS = int(os.environ.get("QUICKBOOKS_YEAR_DOCUMENTS", "60"))
SEED = int(os.environ.get("QUICKBOOKS_YEAR_SEED", "1"))
#: all is one transaction here, and Odoo's own queries on payments need to know what tables hold
STATISTICS = "ANALYZE account_move, account_move_line, account_payment, account_partial_reconcile"
#: cards between two visits of the worker, so that much is changed after it was sent
EVERY = 12


@tagged("post_install", "-at_install")
class TestYear(QuickbooksCommon):
    """A short year of a small company in two currencies: both ledgers agree at its end."""

    simulator_options = {"profile": "us", "seed_data": False}
    preferences = {"CustomTxnNumbers": True, "MultiCurrencyEnabled": True}

    @classmethod
    def prepare(cls):
        for group in ("hr_expense.group_hr_expense_manager", "hr.group_hr_user"):
            cls.env.user.group_ids |= cls.env.ref(group)
        cls.env.user.group_ids |= cls.env.ref("project.group_project_manager")
        cls.quickbooks = QuickBooks(cls.simulator.url)
        cls.cast = company.found(cls.env, cls.quickbooks, SEED)
        cls.connection = cls.connect()
        cls.run_worker()
        company.choose(cls.env, cls.connection, cls.cast)
        cls.connection.action_enable()
        cls.run_worker()

    def test_both_ledgers_agree(self):
        made = Counter()
        for card in play.year(self.env, self.cast, SEED, DOCUMENTS, self.commit, made):
            if card.number % EVERY == EVERY - 1:
                self.run_worker()
                self.env.cr.execute(STATISTICS)
        for _round in range(6):
            self.skip_waiting()
            self.run_worker()
        verdict = trial.judge(self.env, self.connection, self.quickbooks)
        told = "\n".join(["", *report.lines(made, verdict)])
        self.assertTrue(verdict.agree, told)
        self.assertTrue(verdict.explained, "foreign amounts are rounded, or this proves little")
        self.assertTrue(verdict.uninvoiced[0], "there are sales without an invoice")
        for what in ("documents of projects", "costs of projects", "files"):
            self.assertTrue(verdict.beside[what], f"there are {what}")
        self.assert_notices_a_cent()
        self.assert_notices_a_receipt()

    def assert_notices_a_cent(self):
        """Guards the guard: a cent that somebody moves in QuickBooks does not pass."""
        lines = [
            {
                "DetailType": "JournalEntryLineDetail",
                "Amount": "0.01",
                "JournalEntryLineDetail": {
                    "PostingType": side,
                    "AccountRef": {"value": self.cast.there[account]},
                },
            }
            for side, account in (("Debit", "rent"), ("Credit", "material"))
        ]
        self.quickbooks.add("JournalEntry", {"Line": lines, "TxnDate": "2025-12-31"})
        wrongs = trial.judge(self.env, self.connection, self.quickbooks).wrongs
        for name in ("Rent of premises", "Material"):
            self.assertTrue([wrong for wrong in wrongs if wrong.startswith(name)], wrongs)

    def assert_notices_a_receipt(self):
        """... nor a sales receipt that is voided there: its amount is explained no more."""
        receipts = self.quickbooks.all("SalesReceipt")
        victim = next(row for row in receipts.values() if row["TotalAmt"])
        body = {key: victim[key] for key in ("Id", "SyncToken")}
        self.simulator.control.change("SalesReceipt", body, operation="void")
        wrongs = trial.judge(self.env, self.connection, self.quickbooks).wrongs
        customer = f"Customer {victim['CustomerRef']['value']}:"
        self.assertTrue([wrong for wrong in wrongs if wrong.startswith(customer)], wrongs)
