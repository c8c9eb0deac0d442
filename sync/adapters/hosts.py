from odoo import models


class QuickbooksPaymentHost(models.AbstractModel):
    """What adapters have in common whose record is an ``account.payment``, whatever it becomes."""

    _name = "quickbooks.of.payments"
    _inherit = "quickbooks.documents"
    _description = "QuickBooks Adapter of Payments in Odoo"

    _res_model = "account.payment"
    _cancelled_states = ("canceled", "rejected")
    _posted_states = ("in_process", "paid")
    _stranger_key = "not_a_customer_payment"
    #: which way the money goes, and whether a customer or a supplier stands behind it
    _direction = ("inbound", "customer")

    def _concerns(self, record):
        """Money of this direction; between two of the company's own accounts it is nobody's."""
        if record.paired_internal_transfer_payment_id:
            return False
        return (record.payment_type, record.partner_type) == self._direction

    def _concerned_domain(self):
        payment_type, partner_type = self._direction
        return [
            ("payment_type", "=", payment_type),
            ("partner_type", "=", partner_type),
            ("paired_internal_transfer_payment_id", "=", False),
        ]

    def _stands(self, record):
        """One that the bank rejected stays in the books until somebody takes it out of them."""
        rejected = record.state == "rejected" and record.move_id.state == "posted"
        return rejected or super()._stands(record)

    def _has_entry(self, record):
        """Whether the ledger knows of the money."""
        return bool(record.move_id)

    def _refusal(self, connection, record):
        key, params = super()._refusal(connection, record)
        if not key and self._stands(record) and not self._has_entry(record):
            return "payment_without_entry", {}
        return key, params


class QuickbooksPurchaseHost(models.AbstractModel):
    """What goes out only where purchases are switched on; what is linked is looked after anyway."""

    _name = "quickbooks.of.purchases"
    _inherit = "quickbooks.documents"
    _description = "QuickBooks Adapter of the Purchase Side"

    def _takes_new(self, connection):
        return connection.purchases_out

    def _capture_targets(self, records):
        settings = self.env["quickbooks.connection"]
        return super()._capture_targets(
            records.filtered(lambda record: settings._purchases_captured(record.company_id.id))
        )

    def _refusal(self, connection, record):
        key, params = super()._refusal(connection, record)
        if not key and not self._takes_new(connection):
            return "purchases_off", {}
        return key, params
