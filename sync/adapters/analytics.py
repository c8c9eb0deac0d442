from odoo import api, models

from ...qbo.mapping.analytic import accounts, values_of
from ...qbo.model import Ref
from ..plan import Hold

KEY = "quickbooks.analytics"

#: Stands for an analytic account of the plan that has no entry of QuickBooks (yet).
UNMAPPED = ""


class QuickbooksAnalytics(models.AbstractModel):
    """Class of a line or document and location of a document, from their analytic accounts.

    QuickBooks has one of each where Odoo may have several shares; then there is none, or a person
    decides when the connection says that each document must have one. For documents of any
    adapter.
    """

    _name = "quickbooks.analytics"
    _description = "QuickBooks Classes and Locations"

    # -- what is sent --------------------------------------------------------------------------

    @api.model
    def _line_class(self, ctx, line):
        """Class of one line as a Ref, or None."""
        if not ctx.profile.class_per_line:
            return None
        return self._only(self._found(ctx, "class", line))

    @api.model
    def _document_class(self, ctx, lines):
        """Class of a whole document as a Ref, where the company has one for it."""
        if not ctx.profile.class_per_txn:
            return None
        return self._only(self._found(ctx, "class", lines) - {None})

    @api.model
    def _department(self, ctx, document, lines):
        """Location of a document as a Ref: of its lines, else of its branch."""
        if not ctx.profile.track_departments:
            return None
        found = self._found(ctx, "department", lines) - {None}
        if found:
            return self._only(found)
        return self._ref(ctx, "department", "res.company", document.company_id.id) or None

    @staticmethod
    def _only(found):
        """The one value all parts agree on."""
        value = next(iter(found)) if len(found) == 1 else None
        return value or None

    # -- what is missing -----------------------------------------------------------------------

    @api.model
    def _missing(self, ctx, lines):
        """Mapping rows without which a document must not go; rows that are new are made, so that
        people see what could be mapped."""
        Mapping = self.env["quickbooks.mapping"]
        missing = Mapping.browse()
        for kind in self._kinds(ctx):
            values = self._values(ctx, kind, lines)
            open_ones = [account for account, value in values.items() if value == UNMAPPED]
            if open_ones:
                records = self.env["account.analytic.account"].browse(open_ones)
                missing |= Mapping._require(ctx.connection, kind, records)
        return missing if ctx.connection.analytic_required else Mapping.browse()

    @api.model
    def _problem(self, ctx, lines):
        """A Hold for shares that QuickBooks cannot keep apart, where it must have them."""
        if not ctx.connection.analytic_required:
            return None
        if ctx.profile.class_per_line:
            torn = lines.filtered(lambda line: self._is_torn(ctx, "class", line))
            if torn:
                names = ", ".join(line.name or "" for line in torn)
                return Hold("several_classes", {"names": names})
        elif ctx.profile.class_per_txn and self._is_torn(ctx, "class", lines):
            return Hold("several_classes_on_document")
        if ctx.profile.track_departments and self._is_torn(ctx, "department", lines):
            return Hold("several_locations")
        return None

    def _is_torn(self, ctx, kind, lines):
        """Whether these lines belong to several classes or locations."""
        return len(self._found(ctx, kind, lines) - {None}) > 1

    # -- which accounts ------------------------------------------------------------------------

    @staticmethod
    def _plan(ctx, kind):
        connection = ctx.connection
        return connection.class_plan_id if kind == "class" else connection.location_plan_id

    def _kinds(self, ctx):
        """Kinds of mapping that both sides use."""
        tracked = {"class": ctx.profile.has_classes, "department": ctx.profile.track_departments}
        return [kind for kind, on in tracked.items() if on and self._plan(ctx, kind)]

    def _found(self, ctx, kind, lines):
        """What these lines stand for: Refs, UNMAPPED, and None for those with neither."""
        values = self._values(ctx, kind, lines)
        return values_of(lines.mapped("analytic_distribution"), values)

    def _values(self, ctx, kind, lines):
        """Analytic account of the kind's plan → Ref or UNMAPPED."""
        if kind not in self._kinds(ctx):
            return {}
        used = accounts(lines.mapped("analytic_distribution"))
        return {
            account: self._ref(ctx, kind, "account.analytic.account", account) or UNMAPPED
            for account in used & self._of_plan(ctx, kind, used)
        }

    def _of_plan(self, ctx, kind, account_ids):
        """Those of the accounts that belong to the kind's plan; each is asked for once a round."""
        inside, asked = ctx.evidence.setdefault((KEY, kind), (set(), set()))
        new = account_ids - asked
        if new:
            path = self._plan(ctx, kind).parent_path
            records = self.env["account.analytic.account"].browse(new).exists()
            inside.update(r.id for r in records if r.plan_id.parent_path.startswith(path))
            asked.update(new)
        return inside

    @staticmethod
    def _ref(ctx, kind, model, res_id):
        mapping = ctx.mappings.get((kind, model, res_id))
        reference = mapping.reference_id if mapping else None
        if not reference or not reference.active:
            return None
        return Ref(reference.remote_type, reference.remote_id)
