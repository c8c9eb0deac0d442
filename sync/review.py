import logging

from psycopg2 import OperationalError

from odoo import api, models

_logger = logging.getLogger(__name__)

#: Looked at in one go.
LIMIT = 200

#: Payment states in which nothing is open because somebody paid, not because it was credited.
PAID = ("paid", "in_payment")


class QuickbooksReviewRequest(models.Model):
    """Decides who is asked for a review, and puts the e-mail into Odoo's mail queue."""

    _inherit = "quickbooks.review.request"

    @api.model
    def _cron_send(self):
        """Decide about what is queued, oldest first, each in a transaction of its own."""
        order = "reason NULLS FIRST, id"  # what failed before must not stand in the way
        queued = self.search([("state", "=", "queued")], order=order, limit=LIMIT)
        for request in queued:
            try:
                with self.env.cr.savepoint():
                    request._decide()
            except OperationalError:
                raise  # looked at again by the next run
            except Exception as error:  # the template's, usually: it is tried again
                _logger.exception("A review request could not be sent")
                request._tell(error)
            self.env["ir.cron"]._commit_progress(1)
        if len(queued) == LIMIT and not queued[-1].reason:
            self.env.ref("quickbooks_online.ir_cron_review_request")._trigger()

    def _tell(self, error):
        """Tell somebody, once, that the e-mails do not go out."""
        self.reason = str(error)
        connection = self.connection_id
        kind = self.env.ref("mail.mail_activity_data_warning")
        if connection.activity_ids.filtered(lambda a: a.activity_type_id == kind):
            return
        responsible = connection._responsible()
        connection = connection.with_context(lang=responsible.lang)
        connection.activity_schedule(
            "mail.mail_activity_data_warning",
            summary=connection.env._("Review e-mails cannot be sent"),
            note=connection.env._(
                "Correct the e-mail template; what waits is sent after that. The reason: %s", error
            ),
            user_id=responsible.id,
        )

    def _decide(self):
        self.ensure_one()
        connection = self.connection_id
        if not (connection.active and connection.review_requests):
            self._settle("void", self.env._("It was switched off."))
        elif self.move_id.state != "posted" or self.move_id.payment_state not in PAID:
            self._settle("void", self.env._("The invoice is no longer paid."))
        elif self._was_decided():
            self.unlink()  # once a contact, whatever came of it
        elif reason := self._obstacle():
            self._settle("declined", reason)
        else:
            self._send()
            self._settle("sent")

    def _settle(self, state, reason=False):
        self.write({"state": state, "reason": reason})

    def _was_decided(self):
        domain = [("partner_id", "=", self.partner_id.id), ("state", "in", ("sent", "declined"))]
        return bool(self.search_count(domain, limit=1))

    def _obstacle(self):
        """Why this contact is not asked, in a sentence; empty when it is."""
        recipient = self._recipient()
        if self._paid_before():
            return self.env._("An earlier invoice of the contact was paid already.")
        if not recipient:
            return self.env._("The contact has no e-mail address.")
        if self._opted_out(recipient):
            return self.env._("The contact does not want mailings.")
        return ""

    def _recipient(self):
        """Whom the invoice was for, when it can be reached, else the company."""
        candidates = self.move_id.partner_id | self.partner_id
        return candidates.filtered("email_normalized")[:1]

    @staticmethod
    def _opted_out(recipient):
        """Blacklisted, or opted out by a field that another addon adds to contacts."""
        recipient = recipient.sudo()
        return recipient.is_blacklisted or bool(
            "opt_out" in recipient._fields and recipient["opt_out"]
        )

    def _paid_before(self):
        """Whether the contact is no new one: it has a paid invoice that does not count here."""
        moves = self.env["account.move"]
        counted = self.search([("partner_id", "=", self.partner_id.id)]).move_id
        return bool(
            moves.search_count(
                [
                    ("commercial_partner_id", "=", self.partner_id.id),
                    ("move_type", "=", "out_invoice"),
                    ("state", "=", "posted"),
                    ("payment_state", "in", (*PAID, "invoicing_legacy")),
                    ("amount_total", ">", 0),
                    ("id", "not in", counted.ids),
                ],
                limit=1,
            )
        )

    def _send(self):
        """Put the e-mail into the mail queue."""
        connection, recipient = self.connection_id, self._recipient()
        template = connection._review_template().with_context(review_url=connection.review_url)
        values = {"email_to": False, "recipient_ids": [(6, 0, recipient.ids)]}
        template.send_mail(self.move_id.id, force_send=False, email_values=values)
