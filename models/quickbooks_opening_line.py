from dataclasses import dataclass

from odoo import api, fields, models
from odoo.fields import Domain


@dataclass(frozen=True)
class Kind:
    """A kind of document that may be linked although it is older than the cut-off.

    :ivar remote_type: what it is in QuickBooks
    :ivar model: model of Odoo
    :ivar domain: which of its records
    :ivar date: field with the date that QuickBooks calls TxnDate
    :ivar number: field with the number people know it by
    :ivar party: field with whom QuickBooks has as its party
    :ivar party_type: what that is in QuickBooks
    """

    remote_type: str
    model: str
    domain: tuple
    date: str
    number: str
    party: str
    party_type: str


#: All kinds. One more is a row here and an adapter that knows its balance.
KINDS = (
    Kind(
        remote_type="Invoice",
        model="account.move",
        domain=(("move_type", "=", "out_invoice"),),
        date="invoice_date",
        number="name",
        party="commercial_partner_id",
        party_type="Customer",
    ),
)

#: What may be said to differ, and the field that shows it in colour.
DIFFERENCES = ("party", "date", "currency", "total", "balance")


def kind_of(remote_type):
    """The row of :data:`KINDS` of an entity, None when there is none."""
    return next((kind for kind in KINDS if kind.remote_type == remote_type), None)


class QuickbooksOpeningLine(models.Model):
    """A document dated before the cut-off, and the one of QuickBooks it may be.

    It stays out, but when people entered it on both sides it can be linked, so that its later
    payments flow. People ask for the comparison and decide in doubt; the worker compares and
    links. Both sides' figures are those of the last comparison.
    """

    _name = "quickbooks.opening.line"
    _description = "QuickBooks Earlier Document"
    _rec_name = "local_name"
    _order = "local_date, id"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, precompute=True, index=True
    )
    res_model = fields.Char(string="Odoo Model", required=True)
    res_id = fields.Many2oneReference(string="Odoo Record", model_field="res_model", required=True)
    remote_type = fields.Char(string="Type", required=True)
    local_name = fields.Char(string="Number")
    local_party = fields.Char(string="Party")
    local_date = fields.Date(string="Date")
    currency_id = fields.Many2one("res.currency")
    local_total = fields.Monetary(string="Total")
    local_balance = fields.Monetary(string="Open")
    remote_id = fields.Char(string="QuickBooks Id")
    remote_party = fields.Char(string="Party in QuickBooks")
    remote_date = fields.Date(string="Date in QuickBooks")
    remote_currency = fields.Char(string="Currency in QuickBooks")
    remote_total = fields.Monetary(string="Total in QuickBooks")
    remote_balance = fields.Monetary(string="Open in QuickBooks")
    remote_sync_token = fields.Char(help="Version of QuickBooks' document that was compared.")
    state = fields.Selection(
        [
            ("new", "To be compared"),
            ("linked", "Linked"),
            ("doubtful", "To decide"),
            ("missing", "Not in QuickBooks"),
            ("ignored", "Ignored"),
        ],
        default="new",
        required=True,
        index=True,
    )
    reason = fields.Char(help="Why it was not linked by itself, in words.")
    differs = fields.Char(help="What differs, comma separated.")
    forced_token = fields.Char(
        help="A person wants it linked although it differs: the version of QuickBooks' document "
        "he has seen."
    )
    forced_by_id = fields.Many2one("res.users", readonly=True)
    binding_id = fields.Many2one("quickbooks.binding", index="btree_not_null", ondelete="set null")
    url = fields.Char(compute="_compute_url")
    party_differs = fields.Boolean(compute="_compute_differences")
    date_differs = fields.Boolean(compute="_compute_differences")
    currency_differs = fields.Boolean(compute="_compute_differences")
    total_differs = fields.Boolean(compute="_compute_differences")
    balance_differs = fields.Boolean(compute="_compute_differences")

    _document_uniq = models.UniqueIndex("(connection_id, res_model, res_id, remote_type)")
    _new_idx = models.Index("(connection_id, id) WHERE state = 'new'")

    @api.depends("remote_type", "remote_id")
    def _compute_url(self):
        connector = self.env["quickbooks.connector"]
        for line in self:
            connection = line.connection_id.sudo()
            line.url = connector._deep_link(connection, line.remote_type, line.remote_id)

    @api.depends("differs")
    def _compute_differences(self):
        for line in self:
            differs = (line.differs or "").split(",")
            for key in DIFFERENCES:
                line[f"{key}_differs"] = key in differs

    # -- which documents -----------------------------------------------------------------------

    @api.model
    def _candidates(self, connection, date_from=None, open_only=True):
        """Documents before the cut-off that are linked to nothing yet.

        :param date_from: the earliest date, None for all
        :param open_only: only those on which something is open
        :return: list of (:class:`Kind`, records)
        """
        found = []
        for kind in KINDS:
            linked = (
                self.env["quickbooks.binding"]
                .sudo()
                ._search(
                    [
                        ("connection_id", "=", connection.id),
                        ("res_model", "=", kind.model),
                        ("remote_type", "=", kind.remote_type),
                        ("state", "!=", "unlinked"),
                    ]
                )
            )
            domain = Domain(
                [
                    *kind.domain,
                    ("company_id", "in", connection._own_companies().ids),
                    ("state", "=", "posted"),
                    (kind.date, "<", connection.cutoff_date),
                    ("id", "not in", linked.subselect("res_id")),
                ]
            )
            if date_from:
                domain &= Domain(kind.date, ">=", date_from)
            if open_only:
                domain &= Domain("amount_residual", "!=", 0)
            order = f"{kind.date}, id"
            found.append((kind, self.env[kind.model].sudo().search(domain, order=order)))
        return found

    @api.model
    def _take_up(self, connection, date_from=None, open_only=True):
        """A line for each of these documents, to be compared by the worker; what a person has
        decided on is left alone.

        :return: the lines
        """
        lines = self.sudo()
        for kind, records in self._candidates(connection, date_from, open_only):
            known = {
                line.res_id: line
                for line in lines.search(
                    [
                        ("connection_id", "=", connection.id),
                        ("res_model", "=", kind.model),
                        ("remote_type", "=", kind.remote_type),
                        ("res_id", "in", records.ids),
                    ]
                )
            }
            again = lines.concat(*known.values()).filtered(lambda line: line.state != "ignored")
            again._ask_again()
            new = records.filtered(lambda record, known=known: record.id not in known)
            lines |= again | lines.create(
                [
                    {
                        "connection_id": connection.id,
                        "res_model": kind.model,
                        "res_id": record.id,
                        "remote_type": kind.remote_type,
                        **self._figures(kind, record),
                    }
                    for record in new
                ]
            )
        if lines:
            connection._wake(opening=True)
        return lines

    @api.model
    def _figures(self, kind, record):
        """Our side's columns."""
        return {
            "local_name": record[kind.number] or record.display_name,
            "local_party": record[kind.party].display_name,
            "local_date": record[kind.date],
            "currency_id": record.currency_id.id,
            "local_total": record.amount_total,
            "local_balance": record.amount_residual,
        }

    def _ask_again(self, **values):
        self.write({"state": "new", "forced_token": False, "forced_by_id": False, **values})

    @api.model
    def _forget(self, bindings):
        """Links were removed by a person: their documents are to be decided on again."""
        lines = self.sudo().search([("binding_id", "in", bindings.ids)])
        for line in lines:
            reason = line.env._("The link was removed by %s.", self.env.user.name)
            line.write({"state": "doubtful", "reason": reason, "binding_id": False})

    # -- what people do ------------------------------------------------------------------------

    def action_compare(self):
        """Have these documents compared with QuickBooks once more."""
        self._check_decider()
        self.sudo().filtered(lambda line: line.state != "linked")._ask_again()
        self.connection_id._wake(opening=True)
        return True

    def action_link_anyway(self):
        """Link these documents although they differ; the worker does it, with what QuickBooks has
        by then, unless that is another version than the one that was shown."""
        self._check_decider()
        for line in self.sudo().filtered(lambda line: line.state == "doubtful" and line.remote_id):
            line._ask_again(forced_token=line.remote_sync_token, forced_by_id=self.env.user.id)
        self.connection_id._wake(opening=True)
        return True

    def action_ignore(self):
        """These documents stay out, and nobody asks again."""
        self._check_decider()
        lines = self.sudo().filtered(lambda line: line.state != "linked")
        lines.write({"state": "ignored", "reason": False})
        return True

    def _check_decider(self):
        self.env["quickbooks.connection"]._check_manager(self)

    def action_open_record(self):
        """Open the Odoo record."""
        self.ensure_one()
        record = self.env[self.res_model].browse(self.res_id).exists()
        record.check_access("read")
        return record._get_records_action(name=self.local_name)

    def action_open_remote(self):
        """Open the document in QuickBooks."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}
