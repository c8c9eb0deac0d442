from odoo import fields, models


class QuickbooksEnvelope(models.Model):
    """One writing HTTP request, frozen before its first byte leaves.

    The body is kept as the exact text that goes out, never as JSON: jsonb turns 100.00 into a
    float and re-orders keys. A repeat sends the same text with the same ``requestid``, which
    QuickBooks answers from its memory instead of executing twice (FACTS 2.5).
    """

    _name = "quickbooks.envelope"
    _description = "QuickBooks Envelope"
    _rec_name = "request_id"
    _order = "id desc"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, precompute=True, index=True
    )
    request_id = fields.Char(required=True, readonly=True)
    path = fields.Char(required=True, readonly=True)
    params = fields.Text(readonly=True, help="Query parameters, canonical JSON pairs.")
    body = fields.Text(readonly=True)
    is_batch = fields.Boolean(readonly=True)
    lane = fields.Selection(
        [("names", "Names"), ("documents", "Documents"), ("files", "Files")], required=True
    )
    attachment_id = fields.Many2one(
        "ir.attachment",
        string="File",
        readonly=True,
        index="btree_not_null",
        help="The file of an upload, whose metadata the body is.",
    )
    attachment_checksum = fields.Char(
        readonly=True, help="Which version of the file: another one is another upload."
    )
    state = fields.Selection(
        [
            ("ready", "Ready"),
            ("sent", "Sent"),
            ("unknown", "Outcome unknown"),
            ("answered", "Answered"),
            ("abandoned", "Abandoned"),
        ],
        default="ready",
        required=True,
    )
    not_before = fields.Datetime()
    first_sent_at = fields.Datetime()
    sent_at = fields.Datetime()
    lease_until = fields.Datetime()
    looked = fields.Boolean(
        help="QuickBooks was searched for its documents after the last sending had no answer."
    )
    sends = fields.Integer(help="How often it left, replays included.")
    http_status = fields.Integer()
    intuit_tid = fields.Char(string="Intuit Trace")
    response = fields.Text()
    trouble = fields.Char(help="What went wrong on the line, for developers.")
    operation_ids = fields.One2many("quickbooks.operation", "envelope_id")

    _request_uniq = models.UniqueIndex("(request_id)")
    _open_idx = models.Index("(connection_id, id) WHERE state IN ('ready', 'sent', 'unknown')")

    def _in_flight(self):
        """Its operations that are not settled yet."""
        return self.operation_ids.filtered(lambda op: op.state in ("prepared", "unknown"))
