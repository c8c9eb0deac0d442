from odoo import models
from odoo.exceptions import ValidationError

from .quickbooks_connection import ATTENTION


class QuickbooksConnection(models.Model):
    """What people do with a connection: its buttons."""

    _inherit = "quickbooks.connection"

    def action_enable(self):
        """Switch the integration on."""
        for connection in self:
            connection.stage = "automatic"
        return True

    def action_disable(self):
        """Switch the integration off; links and waiting changes stay."""
        self.stage = "off"
        return True

    def action_refresh_lists(self):
        """Have QuickBooks' lists read again, in the background."""
        self._check_manager(self)
        self._wake(refresh=True)
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "info",
                "message": self.env._("The lists are being read from QuickBooks."),
            },
        }

    def action_view_attention(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "quickbooks_online.quickbooks_binding_action_attention"
        )
        return dict(action, context={"search_default_connection_id": self.id})

    def action_view_usage(self):
        """What was called, month by month."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "quickbooks_online.quickbooks_usage_action"
        )
        return dict(action, domain=[("connection_id", "=", self.id)])

    def action_view_inbox(self):
        """What changed in QuickBooks and needs somebody."""
        self.ensure_one()
        self._check_manager(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "quickbooks_online.quickbooks_event_action"
        )
        context = {"search_default_connection_id": self.id, "search_default_attention": 1}
        return dict(action, context=context)

    def action_link_earlier(self):
        """Ask which documents before the cut-off are to be linked."""
        self.ensure_one()
        self._check_manager(self)
        if not self.realm_id or not self.cutoff_date:
            raise ValidationError(self.env._("Connect QuickBooks and choose a cut-off date first."))
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Link Earlier Documents"),
            "res_model": "quickbooks.opening.wizard",
            "view_mode": "form",
            "target": "new",
            "context": {"default_connection_id": self.id},
        }

    def action_view_opening(self):
        """The documents before the cut-off, beside those of QuickBooks."""
        self.ensure_one()
        self._check_manager(self)
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "quickbooks_online.quickbooks_opening_line_action"
        )
        return dict(action, domain=[("connection_id", "=", self.id)])

    def action_view_mappings(self):
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "quickbooks_online.quickbooks_mapping_action"
        )
        return dict(action, domain=[("connection_id", "=", self.id)])

    def action_connect(self):
        """Go to QuickBooks' consent page; a copied database has to be decided on first."""
        self.ensure_one()
        self.check_access("write")  # also an administrator acts for his own companies only
        if self.state == "copy":
            return self._get_records_action(name=self.name)
        return self.env["quickbooks.connector"]._start(self)

    def action_settle_here(self):
        """A copied or moved database is the real one from now on."""
        self.ensure_one()
        self.check_access("write")  # also an administrator acts for his own companies only
        self.env["quickbooks.connector"]._check_administrator()
        if self.state != "copy":
            return False
        self.env["quickbooks.credential"]._of(self)._settle_here()
        self.write({"state": "connected", "attention_reason": False})
        self._activate_crons()
        self._wake(scan=self.stage != "off", refresh=True)
        self.message_post(
            body=self.env._("This database is the one that speaks to QuickBooks from now on.")
        )
        return True

    def action_connect_other(self):
        """Go to the consent page, prepared to take another QuickBooks company."""
        self.ensure_one()
        self.check_access("write")  # also an administrator acts for his own companies only
        return self.env["quickbooks.connector"]._start(self, allow_other=True)

    def action_disconnect(self):
        """Revoke the authorization and stop; all data and links stay.

        A copied database only forgets: revoking would end the original's authorization.
        """
        self.ensure_one()
        self.check_access("write")  # also an administrator acts for his own companies only
        credential = self.env["quickbooks.credential"]._find(self)
        if credential and credential._is_elsewhere():
            return self._disconnect_copy()
        return self.env["quickbooks.connector"]._disconnect(self)

    def _disconnect_copy(self):
        self.env["quickbooks.connector"]._check_administrator()
        self.env["quickbooks.tokens"]._forget(self.env["quickbooks.credential"]._of(self))
        self.write({"state": "disconnected", "attention_reason": False})
        self.activity_unlink([ATTENTION])
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "success",
                "message": self.env._(
                    "This copy is disconnected. The original's authorization was left alone."
                ),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def action_test(self):
        """Check the connection with reading calls and show what was found."""
        self.ensure_one()
        self._check_manager(self)
        return self.env["quickbooks.connection.test"]._run(self)
