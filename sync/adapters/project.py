from dataclasses import replace

from odoo import models
from odoo.tools import SQL

from ...models.quickbooks_reference import NAME_LISTS
from ...qbo import canonical, entities
from ...qbo.mapping.common import plain_name
from ...qbo.mapping.project import sub_customer
from ...qbo.model import ProjectSnapshot, Ref
from ...qbo.names import clean_text, display_name, name_key
from ..plan import Done, Hold, Wait

#: Characters of its customer's name that tell two projects of one name apart.
HINT_LIMIT = 40


class QuickbooksProjectAdapter(models.AbstractModel):
    """Project → sub-customer of its contact.

    QuickBooks' own projects are sub-customers too (``IsProject``), which its API cannot make
    (FACTS 14#50): one that is there is used, under the name and customer it has there.
    """

    _name = "quickbooks.adapter.customer.project"
    _inherit = "quickbooks.names"
    _description = "QuickBooks Adapter: Project"

    _remote_type = "Customer"
    _res_model = "project.project"
    _directory = NAME_LISTS
    _other_kinds = ("customer",)

    def _wave(self):
        return entities.SUB_CUSTOMER

    def _name_space(self):
        return self._directory

    def _written_sql(self):
        newer = self._is_newer_sql(SQL("p.write_date"))
        return SQL("SELECT FROM project_project p WHERE p.id = b.res_id AND %s", newer)

    # -- which projects ------------------------------------------------------------------------

    def _concerns(self, record):
        return not record.is_template

    def _refusal(self, connection, record):
        key, params = super()._refusal(connection, record)
        if key:
            return key, params
        if connection.project_policy != "project":
            return "projects_off", {}
        if record.is_template:
            return "project_template", {}
        if not record.partner_id:
            return "project_without_customer", {}
        return "", {}

    def _capture_targets(self, records):
        """Projects at one of the chosen stages.

        One without a company concerns every connection; of several, those whose QuickBooks knows
        its customer: elsewhere its first document decides.
        """
        targets = self._linked_targets(records)
        for project in records.sudo().filtered(self._concerns):
            connection_ids = self._stage_connections(project)
            targets += [(connection_id, project) for connection_id in connection_ids]
        return targets

    def _stage_connections(self, project):
        """Ids of the connections to which a project goes because of its stage."""
        settings = self.env["quickbooks.connection"]
        ids = [
            connection_id
            for connection_id, stage_ids in settings._project_rules()
            if project.stage_id.id in stage_ids
        ]
        if project.company_id:
            own = settings._capturing(project.company_id.id)
            return [connection_id for connection_id in ids if own and own[0] == connection_id]
        if len(ids) > 1:
            linked = self.env["quickbooks.binding"].search(
                [
                    ("connection_id", "in", ids),
                    ("res_model", "=", "res.partner"),
                    ("res_id", "=", project.partner_id.commercial_partner_id.id),
                    ("remote_type", "=", "Customer"),
                    ("remote_id", "!=", False),
                    ("state", "!=", "unlinked"),
                ]
            )
            return linked.connection_id.ids
        return ids

    def _share(self, connection, records, released):
        """Also those that reached a stage."""
        mine = super()._share(connection, records, released)
        return mine | (records - mine).filtered(lambda p: self._is_due(connection, p))

    def _is_due(self, connection, project):
        """Whether a project goes out because of its stage."""
        return self._concerns(project) and connection.id in self._stage_connections(project.sudo())

    def _missed(self, connection, limit):
        """Also projects at one of the stages that have no link at all."""
        missed = super()._missed(connection, limit)
        if connection.project_policy != "project" or not connection.project_stage_ids:
            return missed
        linked = self.env["quickbooks.binding"]._search(
            [
                ("connection_id", "=", connection.id),
                ("res_model", "=", self._res_model),
                ("state", "!=", "unlinked"),
            ]
        )
        found = self.env["project.project"].search(
            [
                ("stage_id", "in", connection.project_stage_ids.ids),
                ("id", "not in", linked.subselect("res_id")),
            ],
            order="id",
            limit=limit,
        )
        return missed | found.filtered(lambda project: self._is_due(connection, project))

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        linked = bool(operation.binding_id.remote_id)
        if not linked and not self._is_wanted(ctx, operation, record):
            return Done("nothing_to_do", None)
        if ctx.connection.project_policy != "project" and linked:
            return Done("nothing_to_do")  # switched off: what is there stays as it is
        if not record.partner_id:
            return Hold("project_without_customer")
        return super()._plan(ctx, operation, record)

    def _is_wanted(self, ctx, operation, record):
        """Whether there is a reason to create it: its stage, a person, or a document."""
        if ctx.connection.project_policy != "project" or not self._concerns(record):
            return False
        return (
            operation.released
            or self._is_due(ctx.connection, record)
            or self._has_waiters(operation)
        )

    @staticmethod
    def _has_waiters(operation):
        waiting = [("state", "=", "waiting"), ("blocked_by_ids", "in", operation.ids)]
        return bool(operation.search(waiting, limit=1))

    def _preflight(self, ctx, operation, record):
        partner = record.partner_id.commercial_partner_id
        needed = self.env["quickbooks.documents"]._customer_operations(ctx, operation, partner)
        if needed:
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        there = self._there(ctx, operation)
        if there.get("IsProject") and self._parent_of(there) != self._parent_id(ctx, record):
            return Hold("project_of_other_customer", {"name": there.get("DisplayName")})
        return None

    def _parent_id(self, ctx, record):
        """Id of the project's customer in QuickBooks, which is linked by now."""
        partner = record.partner_id.commercial_partner_id
        return ctx.remote_ids(partner, "Customer").get(partner.id)

    @staticmethod
    def _parent_of(body):
        return (body.get("ParentRef") or {}).get("value")

    def _there(self, ctx, operation):
        """The sub-customer as QuickBooks has it; empty when there is none yet."""
        binding = operation.binding_id
        if not binding.remote_id:
            return {}
        if binding.agreed_remote:
            return canonical.loads(binding.agreed_remote)
        Reference = self.env["quickbooks.reference"]
        row = Reference._find(ctx.connection, self._remote_type, binding.remote_id)
        return row._body() if row else {}

    # -- payload -------------------------------------------------------------------------------

    def _payload(self, ctx, operation, record):
        there = self._there(ctx, operation)
        if there.get("IsProject"):
            name = plain_name(there["DisplayName"])
        else:
            name = self._free_name(ctx, operation, record, self._hint(ctx, record))
        return sub_customer(
            ProjectSnapshot(
                name=name,
                parent=Ref("Customer", self._parent_id(ctx, record)),
                active=self._is_active(operation, record),
            )
        )

    def _base_name(self, ctx, record):
        return display_name(record.name, ctx.profile.country) or f"Project {record.id}"

    def _hint(self, ctx, record):
        """What tells projects of one name apart: whose it is."""
        partner = record.partner_id.commercial_partner_id
        name = display_name(partner.name or partner.email, ctx.profile.country)
        return clean_text(name, HINT_LIMIT) or "Project"

    # -- matching ------------------------------------------------------------------------------

    def _eligible(self, ctx, record, candidates):
        """Sub-customers of the project's customer. One that was taken in as a contact of that
        customer is free: the contact's documents go to the customer anyway."""
        parent, book = self._parent_id(ctx, record), self._book(ctx)
        rows = {c.id: self._reference(ctx, book, c.id) for c in candidates}
        below = [c for c in candidates if self._parent_of(rows[c.id]._body()) == parent]
        taken = {c.id for c in below if c.linked} - set(
            self._contact_links(ctx, [c.id for c in below if c.linked]).mapped("remote_id")
        )
        return [replace(c, linked=c.id in taken) for c in below]

    def _contact_links(self, ctx, remote_ids):
        """Links of these objects to contacts that are no customers by themselves."""
        links = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("remote_type", "=", self._remote_type),
                ("remote_id", "in", remote_ids),
                ("res_model", "=", "res.partner"),
                ("state", "!=", "unlinked"),
            ]
        )
        partners = {partner.id: partner for partner in links._records()} if links else {}
        return links.filtered(
            lambda link: (
                link.res_id not in partners
                or partners[link.res_id].commercial_partner_id != partners[link.res_id]
            )
        )

    def _adopt(self, ctx, operation, record, remote_id):
        holders = self._contact_links(ctx, [remote_id])
        if holders:
            sentence = self.env["quickbooks.messages"]._sentence(
                "contact_gave_way", name=record.display_name
            )
            holders.operation_ids._supersede(sentence)
            holders._set_state("unlinked")
            holders._log_note("info", sentence)
            holders.flush_recordset()  # an object is linked once, and the index sees each statement
        return super()._adopt(ctx, operation, record, remote_id)

    def _alike(self, ctx, names, marks):
        return self.env["quickbooks.reference"]._alike(ctx.connection, self._name_space(), names)

    def _marks(self, ctx, record):
        return ()

    def _marks_of_row(self, row):
        return frozenset()

    def _shared_marks(self, ctx, records, marks):
        return set()

    def _shared_names(self, ctx, records, names, book):
        """Projects of one customer that share a name and are not in QuickBooks yet."""
        customers = records.partner_id.commercial_partner_id
        rivals = self._with_eyes(
            ctx,
            self.env["project.project"].search(
                [
                    ("partner_id.commercial_partner_id", "in", customers.ids),
                    ("is_template", "=", False),
                ]
            ),
        )
        linked = ctx.remote_ids(rivals, self._remote_type)
        owners = {}
        for project in rivals | records:
            if project.id not in linked:
                owners.setdefault(self._identity(ctx, project), set()).add(project.id)
        return {
            record.id
            for record in records
            if owners.get(self._identity(ctx, record), set()) - {record.id}
        }

    def _identity(self, ctx, project):
        partner = project.partner_id.commercial_partner_id
        return partner.id, name_key(self._base_name(ctx, project))
