from odoo import api, models

#: What makes a file another one, or another record's.
WATCHED = frozenset({"datas", "raw", "res_field", "res_id", "res_model"})


class IrAttachment(models.Model):
    """Files of documents follow them to QuickBooks."""

    _inherit = "ir.attachment"

    @api.model_create_multi
    def create(self, vals_list):
        attachments = super().create(vals_list)
        attachments._qbo_note_change()
        return attachments

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            self._qbo_note_change()
        return result

    def _qbo_note_change(self):
        """Tell the worker of files of documents, where any company sends them."""
        models_with_files = self.env["quickbooks.adapter.attachable"]._file_models()
        mine = self.sudo().filtered(lambda a: a.res_model in models_with_files and a.res_id)
        if mine and self.env["quickbooks.connection"]._attachment_rules():
            self.env["quickbooks.capture"]._mark(mine, self.env._("The file is new or changed"))
