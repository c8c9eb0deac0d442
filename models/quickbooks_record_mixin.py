from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.fields import Domain
from odoo.tools import SQL

from .quickbooks_binding import STATES

HOST_STATES = [("none", "Not in QuickBooks"), *[s for s in STATES if s[0] != "unlinked"]]

GROUP = "quickbooks_online.group_user"


class HostState(fields.Selection):
    """A state that is computed from another table, yet can be grouped by and sorted by."""

    def to_sql(self, model, alias):
        return model._qbo_state_sql(alias)


class QuickbooksRecordMixin(models.AbstractModel):
    """The QuickBooks side of a host record, read from its link.

    No column is added to the host's table and no row of it is ever locked: everything is computed
    from ``quickbooks.binding``, for the company the reader works in, yet can be searched, grouped
    and sorted.
    """

    _name = "quickbooks.record.mixin"
    _description = "Record Known to QuickBooks"

    qbo_state = HostState(
        HOST_STATES,
        string="QuickBooks",
        compute="_compute_qbo",
        search="_search_qbo_state",
        groups=GROUP,
    )
    qbo_id = fields.Char(
        string="QuickBooks Id", compute="_compute_qbo", search="_search_qbo_id", groups=GROUP
    )
    qbo_url = fields.Char(string="QuickBooks Page", compute="_compute_qbo", groups=GROUP)
    qbo_last_sync = fields.Datetime(
        string="QuickBooks Last Sync", compute="_compute_qbo", groups=GROUP
    )
    qbo_error = fields.Char(string="QuickBooks Problem", compute="_compute_qbo", groups=GROUP)

    qbo_connected = fields.Boolean(
        compute="_compute_qbo_connected",
        groups=GROUP,
        help="The company works with QuickBooks, so its side is shown.",
    )

    # -- which rows belong to a record ---------------------------------------------------------

    @api.model
    def _qbo_connections(self):
        """Connections whose links this model's records show: the reader's company's."""
        return self.env["quickbooks.connection"]._of_company(self.env.company)

    def _qbo_bound_records(self):
        """Record of this set → the record that is actually linked (itself, usually)."""
        return {record: record for record in self}

    @api.model
    def _qbo_bound_model(self):
        return self._name

    @api.model
    def _qbo_bound_id_sql(self, alias):
        """SQL of the id of the linked record, for grouping and sorting."""
        return SQL.identifier(alias, "id")

    @api.depends_context("company")
    def _compute_qbo_connected(self):
        settings, answers = self.env["quickbooks.connection"], {}
        for record in self:
            company = self._qbo_company_of(record) or self.env.company
            if company not in answers:
                answers[company] = bool(settings._of_company(company).realm_id)
            record.qbo_connected = answers[company]

    @api.model
    def _qbo_company_of(self, record):
        """The company whose QuickBooks a record is about; empty for the one people work in."""
        return self.env["res.company"]

    # -- computed fields -----------------------------------------------------------------------

    @api.depends_context("company")
    def _compute_qbo(self):
        bound = self._qbo_bound_records()
        connections = self._qbo_connections()
        model = self._qbo_bound_model()
        ids = [target.id for target in bound.values() if target.id]
        domain = [
            ("connection_id", "in", connections.ids),
            ("res_model", "=", model),
            ("res_id", "in", ids),
        ]
        links = self.env["quickbooks.binding"].sudo().search([*domain, ("state", "!=", "unlinked")])
        bindings, objects = {}, {}
        for binding in links._worst_first():
            bindings.setdefault(binding.res_id, binding)
        for binding in links._worst_first()._main_first():
            objects.setdefault(binding.res_id, binding)
        changed = self.env["quickbooks.change"].sudo().search([*domain, ("kind", "=", "record")])
        noted = set(changed.mapped("res_id"))
        for record in self:
            target = bound[record]
            binding = bindings.get(target.id, self.env["quickbooks.binding"].sudo())
            remote = objects.get(target.id, binding)
            state = binding.state or "none"
            record.qbo_state = "pending" if target.id in noted else state
            record.qbo_id = remote.remote_id
            record.qbo_url = remote.url
            record.qbo_last_sync = binding.last_sync_at
            record.qbo_error = binding.error_text

    def _search_qbo_state(self, operator, value):
        if operator != "in":
            return NotImplemented
        # the condition reads two other tables, whose pending writes the ORM does not know to flush
        self.env["quickbooks.binding"].flush_model()
        self.env["quickbooks.change"].flush_model()
        states = tuple(value) or (None,)
        return Domain.custom(
            to_sql=lambda model, alias, query: SQL("%s IN %s", model._qbo_state_sql(alias), states),
            predicate=lambda record: record.qbo_state in states,
        )

    def _search_qbo_id(self, operator, value):
        if operator != "in":
            return NotImplemented
        bindings = (
            self.env["quickbooks.binding"]
            .sudo()
            .search(
                [
                    ("connection_id", "in", self._qbo_connections().ids),
                    ("res_model", "=", self._qbo_bound_model()),
                    ("remote_id", "in", [v for v in value if v]),
                    ("state", "!=", "unlinked"),
                ]
            )
        )
        return self._qbo_domain_of_bound(bindings.mapped("res_id"))

    @api.model
    def _qbo_domain_of_bound(self, ids):
        return Domain("id", "in", ids)

    def _qbo_state_sql(self, alias):
        return self.env["quickbooks.binding"]._worst_state_sql(
            self._qbo_bound_id_sql(alias), self._qbo_bound_model(), self._qbo_connections().ids
        )

    # -- what people do ------------------------------------------------------------------------

    def action_qbo_sync(self):
        """Send these records now, or say in a sentence why not."""
        if not self.env.user.has_group(GROUP):
            raise AccessError(self.env._("Only people with invoicing rights may sync."))
        self.check_access("read")
        ready, problems = self._qbo_split_sendable()
        if not ready:
            raise UserError("\n".join(problems) or self.env._("There is nothing to sync."))
        self.env["quickbooks.capture"]._mark(
            ready, self.env._("Sync asked for by %s", self.env.user.name), released=True
        )
        self.env.cr.flush()
        self.invalidate_recordset(["qbo_state"])
        message = self.env._("%s records are on their way to QuickBooks.", len(ready))
        if len(self) == 1:
            message = self.env._("On its way to QuickBooks.")
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": "warning" if problems else "info",
                "message": "\n".join([message, *problems]),
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _qbo_split_sendable(self):
        """Split into records that can be sent and sentences about the others."""
        return self.env["quickbooks.adapter"]._split_by_adapter(self)

    def action_qbo_open(self):
        """Open the object in QuickBooks."""
        self.ensure_one()
        if not self.qbo_url:
            raise UserError(self.env._("This record is not in QuickBooks yet."))
        return {"type": "ir.actions.act_url", "url": self.qbo_url, "target": "new"}

    def action_qbo_resolve(self):
        """Open what has to be fixed so that this record can go on."""
        self.ensure_one()
        target = self._qbo_bound_records()[self]
        binding = (
            self.env["quickbooks.binding"]
            .sudo()
            .search(
                [
                    ("connection_id", "in", self._qbo_connections().ids),
                    ("res_model", "=", target._name),
                    ("res_id", "=", target.id),
                    ("state", "not in", ("unlinked", "synced", "voided")),
                ]
            )
            ._worst_first()[:1]
        )
        if not binding:
            raise UserError(self.env._("Nothing is waiting for a decision here."))
        return binding.sudo(False).action_fix()

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_in_quickbooks(self):
        """A record that stands in the other books may not vanish from ours."""
        bindings = (
            self.env["quickbooks.binding"]
            .sudo()
            .search(
                [
                    ("res_model", "=", self._name),
                    ("res_id", "in", self.ids),
                    ("remote_id", "!=", False),
                    ("state", "not in", ("unlinked", "voided", "gone")),
                    ("connection_id.active", "=", True),
                ],
                limit=1,
            )
        )
        if bindings:
            raise UserError(
                self.env._(
                    "%(name)s is in QuickBooks (%(type)s %(id)s), so it cannot be deleted here. "
                    "Archive or cancel it instead, or remove its link first.",
                    name=bindings.local_name or "",
                    type=bindings.remote_type,
                    id=bindings.remote_id,
                )
            )
