from odoo import api, fields, models


class QuickbooksOpeningWizard(models.TransientModel):
    """Asks from which date on documents before the cut-off are to be linked."""

    _name = "quickbooks.opening.wizard"
    _description = "QuickBooks Link Earlier Documents"

    connection_id = fields.Many2one("quickbooks.connection", required=True, readonly=True)
    cutoff_date = fields.Date(related="connection_id.cutoff_date", related_sudo=False)
    date_from = fields.Date(
        string="Dated From", help="Empty: as far back as there are documents in Odoo."
    )
    open_only = fields.Boolean(
        string="Only What Is Still Open",
        default=True,
        help="What is paid on both sides has no later payments, so it needs no link.",
    )
    document_count = fields.Integer(string="Documents", compute="_compute_document_count")

    @api.depends("connection_id", "date_from", "open_only")
    def _compute_document_count(self):
        lines = self.env["quickbooks.opening.line"]
        for wizard in self:
            found = lines._candidates(wizard.connection_id, wizard.date_from, wizard.open_only)
            wizard.document_count = sum(len(records) for _kind, records in found)

    def action_compare(self):
        """Note the documents, wake the worker and show the list, which fills by itself."""
        self.ensure_one()
        connection = self.connection_id
        connection._check_manager(connection)
        self.env["quickbooks.opening.line"]._take_up(connection, self.date_from, self.open_only)
        return connection.action_view_opening()
