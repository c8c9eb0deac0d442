"""One e-mail per contact, when the first invoice is fully paid."""

from datetime import timedelta

from psycopg2.errors import UniqueViolation

from odoo import fields
from odoo.exceptions import ValidationError
from odoo.tests import tagged
from odoo.tools import mute_logger

from .test_payment_back import PaymentsBack

PAGE = "https://reviews.example.com/us"


@tagged("post_install", "-at_install")
class TestReviewRequest(PaymentsBack):
    def setUp(self):
        super().setUp()
        self.connection.write({"review_url": PAGE, "review_requests": True})
        self.partner = self.env["res.partner"].create(
            {"name": "First payer", "email": "payer@example.com"}
        )
        self.Request = self.env["quickbooks.review.request"].sudo()

    def make(self, price=100, partner=None, **values):
        values.setdefault("invoice_date", fields.Date.today())
        lines = [{"product_id": self.product_a.id, "price_unit": price}]
        return self.invoice(partner=partner or self.partner, lines=lines, **values)

    def pay(self, moves):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        )
        payment = wizard.create({"group_payment": False})._create_payments()
        self.commit()
        return payment

    def bounce(self, payment):
        payment.action_draft()
        payment.action_cancel()
        self.commit()

    def mails(self):
        """What the decision has put into the mail queue."""
        Mail, mine = self.env["mail.mail"].sudo(), [("model", "=", "account.move")]
        before = Mail.search(mine)
        with self.own_cursors():
            self.env.ref("quickbooks_online.ir_cron_review_request").method_direct_trigger()
        return Mail.search(mine) - before

    def rows(self, partner=None):
        return self.Request.search([("partner_id", "=", (partner or self.partner).id)])

    # -- sent ----------------------------------------------------------------------------------

    def test_paid_here(self):
        move = self.make()
        self.pay(move)
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.rows().state, "queued", "only a row in the person's transaction")
        mail = self.mails()
        self.assertEqual(mail.recipient_ids, self.partner)
        self.assertIn(PAGE, mail.body_html)
        self.assertIn(move.name, mail.body_html)
        self.assertEqual(mail.state, "outgoing", "the mail queue sends it")
        self.assertEqual(self.rows().state, "sent")
        self.assertFalse(self.mails())

    def test_paid_in_quickbooks(self):
        move = self.make()
        self.run_worker()
        self.pay_there((move, move.amount_total))
        self.ask()
        self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.assertEqual(self.mails().recipient_ids, self.partner)

    def test_the_text_can_be_edited(self):
        template = self.env.ref("quickbooks_online.mail_template_review_request")
        template.write(
            {"subject": "Rate us", "body_html": "<p>Here: <t t-out=\"ctx.get('review_url')\"/></p>"}
        )
        self.pay(self.make())
        mail = self.mails()
        self.assertEqual(mail.subject, "Rate us")
        self.assertIn(f"Here: {PAGE}", mail.body_html)

    def test_a_contact_of_a_company_counts_as_the_company(self):
        company = self.env["res.partner"].create({"name": "Company", "is_company": True})
        people = self.env["res.partner"].create(
            [
                {"name": name, "parent_id": company.id, "email": f"{name}@company.com"}
                for name in ("ann", "bob")
            ]
        )
        self.pay(self.make(partner=people[0]))
        self.pay(self.make(partner=people[1]))
        mail = self.mails()
        self.assertEqual(mail.recipient_ids, people[0])

    def test_two_invoices_paid_at_once_are_one_request(self):
        self.pay(self.make(10) | self.make(20))
        self.assertEqual(len(self.mails()), 1)
        self.pay(self.make(30))
        self.assertFalse(self.mails())

    def test_a_broken_template_is_told_and_tried_again(self):
        template = self.env.ref("quickbooks_online.mail_template_review_request")
        body = template.body_html
        # Odoo tries a template when it is saved, without the address: it breaks with one only
        template.body_html = "<p t-out=\"1 / (0 if ctx.get('review_url') else 1)\"/>"
        self.pay(self.make())
        with mute_logger(
            "odoo.addons.quickbooks_online.sync.review",
            "odoo.addons.mail.models.mail_render_mixin",
        ):
            self.assertFalse(self.mails())
        self.assertEqual(self.rows().state, "queued")
        task = self.connection.activity_ids.filtered(lambda a: "Review" in (a.summary or ""))
        self.assertEqual(len(task), 1)
        template.body_html = body
        self.assertEqual(len(self.mails()), 1)

    # -- not sent ------------------------------------------------------------------------------

    def test_partly_paid_is_not_paid(self):
        move = self.make()
        self.run_worker()
        self.pay_there((move, 40))
        self.ask()
        self.assertFalse(self.rows())

    def test_off_by_default(self):
        fresh = self.env["quickbooks.connection"].new({})
        self.assertFalse(fresh.review_requests)
        self.connection.review_requests = False
        self.pay(self.make())
        self.assertFalse(self.rows())

    def test_old_history_is_left_alone(self):
        """Neither an invoice from before, nor a contact who had paid one before."""
        old = self.make(invoice_date=fields.Date.today() - timedelta(days=3))
        self.pay(old)
        self.assertFalse(self.rows())
        self.pay(self.make())
        self.assertFalse(self.mails())
        self.assertIn("earlier", self.rows().reason)

    def test_opted_out(self):
        self.env["mail.blacklist"].sudo()._add("Payer@Example.com")
        self.pay(self.make())
        self.assertFalse(self.mails())
        self.assertEqual(self.rows().state, "declined")
        self.assertIn("mailings", self.rows().reason)

    def test_without_address(self):
        self.partner.email = False
        self.pay(self.make())
        self.assertFalse(self.mails())
        self.assertIn("no e-mail", self.rows().reason)

    def test_credited_is_not_paid(self):
        move = self.make()
        wizard = self.env["account.move.reversal"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"journal_id": move.journal_id.id, "reason": "no"}).refund_moves()
        refund = move.reversal_move_ids
        refund.action_post()
        lines = (move | refund).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.filtered(lambda line: not line.reconciled).reconcile()
        self.assertEqual(move.payment_state, "reversed")
        self.assertFalse(self.rows())

    def test_opened_again_before_it_was_sent(self):
        move = self.make()
        payment = self.pay(move)
        self.bounce(payment)
        self.assertEqual(move.payment_state, "not_paid")
        self.assertFalse(self.mails())
        self.assertEqual(self.rows().state, "void")
        self.pay(move)
        self.assertEqual(len(self.mails()), 1)

    def test_paid_again_is_not_asked_again(self):
        move = self.make()
        payment = self.pay(move)
        self.assertEqual(len(self.mails()), 1)
        self.bounce(payment)
        self.pay(move)
        self.assertFalse(self.mails())
        self.assertEqual(self.rows().mapped("state"), ["sent"])

    def test_a_contact_is_decided_once(self):
        """What the cron's lock should make impossible is impossible in the table as well."""
        move = self.make()
        vals = {
            "connection_id": self.connection.id,
            "move_id": move.id,
            "partner_id": self.partner.id,
            "state": "sent",
        }
        self.Request.create(vals)
        with mute_logger("odoo.sql_db"), self.assertRaises(UniqueViolation):
            with self.env.cr.savepoint():
                self.Request.create(vals)

    def test_it_never_stops_a_payment(self):
        move = self.make()
        self.env.ref("quickbooks_online.ir_cron_review_request").unlink()
        with mute_logger("odoo.addons.quickbooks_online.models.quickbooks_review_request"):
            self.pay(move)
        self.assertIn(move.payment_state, ("paid", "in_payment"))

    def test_settings_are_checked(self):
        for vals in ({"review_url": False}, {"review_url": "somewhere"}):
            with self.assertRaises(ValidationError):
                self.connection.write(vals)
