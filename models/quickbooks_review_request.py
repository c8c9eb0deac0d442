import logging

from psycopg2 import OperationalError

from odoo import api, fields, models

_logger = logging.getLogger(__name__)


class QuickbooksReviewRequest(models.Model):
    """One row for each invoice that became fully paid; at most one e-mail for each contact.

    The transaction in which an invoice becomes paid only inserts a row. A cron decides
    (``sync/review.py``), so that no person's work ever waits for another's or fails because of a
    template; it runs once at a time, and a unique index makes a second decision about a contact
    impossible.
    """

    _name = "quickbooks.review.request"
    _description = "QuickBooks Review Request"
    _order = "id desc"
    _rec_name = "move_id"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, precompute=True, index=True
    )
    move_id = fields.Many2one(
        "account.move", string="Invoice", required=True, index=True, ondelete="cascade"
    )
    partner_id = fields.Many2one(
        "res.partner", string="Contact", required=True, index=True, ondelete="cascade"
    )
    state = fields.Selection(
        [
            ("queued", "To be decided"),
            ("sent", "Sent"),
            ("declined", "Not sent"),
            ("void", "No longer paid"),
        ],
        default="queued",
        required=True,
    )
    reason = fields.Char(help="Why nothing was sent.")

    _once_idx = models.UniqueIndex(
        "(partner_id) WHERE state IN ('sent', 'declined')",
        "This contact was asked for a review already.",
    )
    _queue_idx = models.Index("(id) WHERE state = 'queued'")

    # -- when an invoice is paid ---------------------------------------------------------------

    @api.model
    def _note_paid(self, moves):
        """Put paid invoices that count into the queue. Never stops a person's work."""
        rows = [row for move in moves if (row := self._row_of(move))]
        if not rows:
            return
        try:
            with self.env.cr.savepoint():
                self.sudo().create(rows)
                self.env.ref("quickbooks_online.ir_cron_review_request").sudo()._trigger()
        except OperationalError:
            raise  # Odoo replays the whole transaction, this included
        except Exception:
            _logger.exception("Paid invoices were not noted for a review request")

    def _row_of(self, move):
        """The row of an invoice that counts: of a customer, with an amount, and recent."""
        if move.move_type != "out_invoice" or move.currency_id.is_zero(move.amount_total):
            return None
        reviewing = self.env["quickbooks.connection"]._reviewing(move.company_id.id)
        if not reviewing or not move.invoice_date or move.invoice_date < reviewing[1]:
            return None
        return {
            "connection_id": reviewing[0],
            "move_id": move.id,
            "partner_id": move.commercial_partner_id.id,
        }
