from odoo import models

from ...qbo.mapping.common import without_empty
from ...qbo.names import clean_text, name_key
from ..plan import Adopt, Done, NeedLists, Write

#: QuickBooks' limit of a payment method's name (FACTS 5.24).
NAME_LIMIT = 31


class QuickbooksPaymentMethodAdapter(models.AbstractModel):
    """The connection's mark of origin → PaymentMethod.

    It is matched by its name before it is created. Each name it ever had is a link of its own
    (``variant``), so that another name marks what comes later and renames nothing there.
    """

    _name = "quickbooks.adapter.paymentmethod"
    _inherit = "quickbooks.adapter"
    _description = "QuickBooks Adapter: Payment Method"

    _remote_type = "PaymentMethod"
    _res_model = "quickbooks.connection"
    _directory = ("PaymentMethod",)

    def _wanted_name(self, connection):
        """The name as QuickBooks takes it, or empty when payments are not marked."""
        country = connection._company_profile().country
        return clean_text(connection.payment_origin or "", NAME_LIMIT, country)

    def _variant(self, connection):
        """What tells the link of this name from those of earlier ones."""
        return name_key(self._wanted_name(connection))

    # -- only payments ask for it ----------------------------------------------------------------

    def _share(self, connection, records, released):
        return records.browse()

    def _linked_targets(self, records):
        return []

    def _missed(self, connection, limit):
        return connection.browse()

    def _label(self, record):
        return self.env._("Payment method %s", self._wanted_name(record))

    def _operations(self, ctx, released):
        """The open operation that makes the mark, unless it is there or somebody has to help: a
        payment without its mark is better than no payment."""
        Operation, connection = self.env["quickbooks.operation"], ctx.connection
        variant = self._variant(connection)
        links = self.env["quickbooks.binding"]._of(
            connection, connection, self._remote_type, variant
        )
        link = links.get(connection.id)
        if not variant or (link and link.remote_id):
            return Operation
        found = Operation.search(
            [
                ("binding_id", "=", link.id if link else 0),
                ("state", "in", Operation.OPEN_STATES),
            ]
        )
        if found.filtered(lambda op: op.state in ("held", "failed")):
            return Operation
        return self.env["quickbooks.planner"]._operations_for(
            connection, self, connection, released=released, variant=variant
        )

    # -- planning --------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        binding, name = operation.binding_id, self._wanted_name(record)
        if binding.remote_id or binding.variant != name_key(name):
            return Done("nothing_to_do", "synced" if binding.remote_id else None)
        if not ctx.fresh_lists.issuperset(self._directory):
            return NeedLists(self._directory)
        payload = {"Name": name}
        known = self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("remote_type", "=", self._remote_type),
                ("name_key", "=", binding.variant),
            ],
            limit=1,
        )
        if known:
            return Adopt(known._body(), payload, payload)
        return Write("create", payload, without_empty(payload))
