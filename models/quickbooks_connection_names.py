from odoo import api, fields, models
from odoo.tools import format_datetime

from ..qbo import canonical
from ..qbo.mapping.ownership import GROUPS, Rules

OWNERS = [
    ("both", "Whoever changed it last"),
    ("odoo", "Odoo"),
    ("quickbooks", "QuickBooks"),
]


class QuickbooksConnection(models.Model):
    """How customers and vendors are kept in step, and how far their first import has come."""

    _inherit = "quickbooks.connection"

    vendors_back = fields.Boolean(
        string="Vendors from QuickBooks",
        tracking=True,
        help="Vendors of QuickBooks become contacts here, after those were matched that are here "
        "already; later changes follow. A contact that is the customer already is the vendor too.",
    )
    owner_name = fields.Selection(
        OWNERS,
        string="Names",
        default="both",
        required=True,
        tracking=True,
        help="Who decides about the name of a customer or vendor.\n"
        "Whoever changed it last: a change on either side goes to the other.\n"
        "Odoo: a change made in QuickBooks is undone, ours is sent again.\n"
        "QuickBooks: changes made here are not sent any more once it is in QuickBooks.",
    )
    owner_address = fields.Selection(
        OWNERS,
        string="Addresses",
        default="both",
        required=True,
        tracking=True,
        help="Who decides about the addresses of a customer or vendor.",
    )
    owner_contact = fields.Selection(
        OWNERS,
        string="E-mail, Phone and Website",
        default="both",
        required=True,
        tracking=True,
        help="Who decides about e-mail address, telephone number and website.",
    )
    owner_term = fields.Selection(
        OWNERS,
        string="Payment Terms",
        default="both",
        required=True,
        tracking=True,
        help="Who decides about the payment terms of a customer or vendor.",
    )
    owner_notes = fields.Selection(
        OWNERS,
        string="Notes",
        default="both",
        required=True,
        tracking=True,
        help="Who decides about the notes of a customer.",
    )
    conflict_policy = fields.Selection(
        [
            ("ask", "Ask somebody"),
            ("odoo", "Odoo wins"),
            ("quickbooks", "QuickBooks wins"),
        ],
        string="Changed on Both Sides",
        default="ask",
        required=True,
        tracking=True,
        help="What happens when the same detail of a customer or vendor was changed on both sides "
        "before they could be brought together. It matters only for details that follow whoever "
        "changed them last.",
    )
    import_done = fields.Integer(string="First Import", compute="_compute_import")
    import_total = fields.Integer(compute="_compute_import")
    import_sentence = fields.Char(compute="_compute_import")

    def _ownership(self):
        """Whose word counts, for the functions of ``qbo.mapping.ownership``."""
        self.ensure_one()
        owners = {group: self[f"owner_{group}"] for group in GROUPS}
        return Rules(owners, self.conflict_policy)

    # -- the first import ----------------------------------------------------------------------

    @api.depends("channel_ids.import_state")
    def _compute_import(self):
        for connection in self:
            channel = connection.sudo()._channel("pull")
            figures = canonical.loads(channel.import_state or "{}")
            connection.import_done = sum(entry["done"] for entry in figures.values())
            connection.import_total = sum(entry["total"] for entry in figures.values())
            connection.import_sentence = connection._import_sentence(figures)

    def _import_sentence(self, figures):
        """What was imported, list by list, in words."""
        names = {"Customer": self.env._("customers"), "Vendor": self.env._("vendors")}
        parts = []
        for kind, entry in figures.items():
            params = {"done": entry["done"], "total": entry["total"], "names": names[kind]}
            if entry["finished"]:
                moment = fields.Datetime.to_datetime(entry["finished"])
                params["date"] = format_datetime(self.env, moment, dt_format="short")
                parts.append(self.env._("%(done)s %(names)s looked at by %(date)s.", **params))
            else:
                parts.append(self.env._("%(done)s of %(total)s %(names)s so far.", **params))
        return " ".join(parts)
