from odoo import api, models

#: What decides about an order's receipt, or stands on it.
WATCHED = frozenset({"account_move", "lines", "partner_id", "payment_ids", "state"})


def _noting(write):
    """``pos.order.write`` that notes orders which are no drafts."""

    def noting(self, vals, **kwargs):
        result = noting.origin(self, vals, **kwargs)
        if WATCHED & vals.keys():
            self.env["quickbooks.capture.pos"]._note_orders(self)
        return result

    noting.origin = write
    return noting


class QuickbooksCapturePos(models.AbstractModel):
    """Notes orders of the point of sale.

    That addon is optional, so its model cannot be inherited here: ``write`` is wrapped once the
    registry is complete, as core's ``base_automation`` does. Closing the session notes its orders
    again, and so does the scan.
    """

    _name = "quickbooks.capture.pos"
    _description = "QuickBooks Change Capture of the Point of Sale"

    @api.model
    def _note_orders(self, orders):
        """Only remembers ids: the till waits for nothing."""
        if self.env["quickbooks.connection"]._pos_rules():
            self.env["quickbooks.capture"]._mark(
                orders.filtered(lambda order: order.state != "draft"),
                self.env._("The order was changed"),
            )

    def _register_hook(self):
        super()._register_hook()
        order_class = self.env.registry.get("pos.order")
        if order_class is not None and not _is_noted(order_class.write):
            order_class.write = _noting(order_class.write)


def _is_noted(method):
    """Whether ours is among the wrappers of a method."""
    while method is not None:
        if method.__name__ == "noting":
            return True
        method = getattr(method, "origin", None)
    return False


class QuickbooksBinding(models.Model):
    """An order carries no activities: its session does."""

    _inherit = "quickbooks.binding"

    def _activity_records(self):
        yield from super()._activity_records()
        for binding in self.filtered(lambda link: link.res_model == "pos.order"):
            order = binding._record().exists() if "pos.order" in self.env else None
            if order and order.session_id:
                yield binding, order.session_id
