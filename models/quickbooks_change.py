from odoo import fields, models


class QuickbooksChange(models.Model):
    """The outbox: "look at this record", written in the transaction that changed it.

    Rows are only ever inserted by business transactions and deleted by the worker that has seen
    them, so capture neither waits for the worker nor collides with it, and a change committed
    while the worker reads is never lost: its row is not among those the worker deletes. What has
    to be sent is decided later, from the record as it then is.
    """

    _name = "quickbooks.change"
    _description = "QuickBooks Change"
    _order = "id"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id")
    kind = fields.Selection(
        [
            ("record", "Record"),
            ("scan", "Look for missed documents"),
            ("refresh", "Read lists"),
            ("opening", "Compare earlier documents"),
        ],
        default="record",
        required=True,
    )
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field="res_model", index=True)
    reason = fields.Char(help="What happened, for people.")
    released = fields.Boolean(help="A person asked for it: sent even when sending is by hand.")
